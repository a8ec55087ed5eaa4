/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef TESTS_ETL_FEED_H
#define TESTS_ETL_FEED_H
/* Bytes as a file: what the synthetic writer made, to the reader. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

/* A descriptor of a file without a name that holds the bytes, at its start. */
static inline int etl_feed(const void *data, size_t bytes)
{
	FILE *file = tmpfile();
	int fd = file ? dup(fileno(file)) : -1;

	if (fd < 0 || fwrite(data, 1, bytes, file) != bytes || fflush(file) ||
	    lseek(fd, 0, SEEK_SET))
		fd = -1;
	if (file)
		fclose(file);
	return fd;
}

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* A closed output pipe is not a reason to die by signal: writes fail with EPIPE and commands end
 * quietly. */
#include "collector/standard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

/* A file that we open must not become our standard output: what we say would go into it. */
static void occupy_standard_descriptors(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && fd <= STDERR_FILENO);
	close(fd);
}

void standard_prepare(void)
{
	occupy_standard_descriptors();
	signal(SIGPIPE, SIG_IGN);
}

int standard_reader_is_gone(void)
{
	return errno == EPIPE;
}

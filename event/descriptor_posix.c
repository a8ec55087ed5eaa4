/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* Descriptors on Linux and its kin. */
#include "event/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int ev_descriptor_open(const char *path)
{
	int fd;

	if (!strcmp(path, "-"))
		return STDIN_FILENO;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

void ev_descriptor_close(int fd)
{
	if (fd > STDERR_FILENO)
		close(fd);
}

int ev_descriptor_is_directory(int fd)
{
	struct stat stat;

	return !fstat(fd, &stat) && S_ISDIR(stat.st_mode);
}

int64_t ev_descriptor_read(int fd, void *data, size_t bytes)
{
	ssize_t got;

	do {
		got = read(fd, data, bytes);
	} while (got < 0 && errno == EINTR);
	return got < 0 ? -errno : got;
}

int64_t ev_descriptor_write(int fd, const void *data, size_t bytes)
{
	ssize_t put;

	do {
		put = write(fd, data, bytes);
	} while (put < 0 && errno == EINTR);
	return put < 0 ? -errno : put;
}

int64_t ev_descriptor_seek(int fd, uint64_t offset_bytes)
{
	off_t at = lseek(fd, (off_t)offset_bytes, SEEK_SET);

	return at < 0 ? -errno : at;
}

int64_t ev_descriptor_position(int fd)
{
	off_t at = lseek(fd, 0, SEEK_CUR);

	return at < 0 ? -errno : at;
}

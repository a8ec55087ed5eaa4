/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* Descriptors on Linux and its kin. */
#include "event/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
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

int ev_descriptor_is_empty_file(int fd)
{
	struct stat stat;

	return !fstat(fd, &stat) && S_ISREG(stat.st_mode) && !stat.st_size;
}

/* Copies what a pipe holds next, with tee(2). */
static int64_t peek_pipe(int fd, void *data, size_t bytes)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	ssize_t copied = -1;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	while (poll(&ready, 1, -1) < 0 && errno == EINTR)
		;
	if (tee(fd, ends[1], bytes, 0) > 0)
		copied = read(ends[0], data, bytes);
	close(ends[0]);
	close(ends[1]);
	return copied < 0 ? -EINVAL : copied;
}

int ev_descriptor_is_one_file(const char *path, const char *other)
{
	struct stat one, two;

	return !stat(path, &one) && !stat(other, &two) && one.st_dev == two.st_dev &&
	       one.st_ino == two.st_ino;
}

int ev_descriptor_can_be_read_again(const char *path)
{
	struct stat stat_of;

	return strcmp(path, "-") && !stat(path, &stat_of) && S_ISREG(stat_of.st_mode);
}

int64_t ev_descriptor_peek(int fd, void *data, size_t bytes)
{
	ssize_t got = pread(fd, data, bytes, 0);

	if (got < 0 && errno == ESPIPE)
		return peek_pipe(fd, data, bytes);
	return got < 0 ? -errno : got;
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

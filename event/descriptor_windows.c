/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* Descriptors on Windows, by its C library. Pipes there have no position, as elsewhere. */
#include "event/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { STANDARD_INPUT = 0, STANDARD_ERROR = 2 };

int ev_descriptor_open(const char *path)
{
	int fd;

	if (!strcmp(path, "-")) {
		_setmode(STANDARD_INPUT, _O_BINARY);
		return STANDARD_INPUT;
	}
	fd = _open(path, _O_RDONLY | _O_BINARY | _O_NOINHERIT);
	return fd < 0 ? -errno : fd;
}

void ev_descriptor_close(int fd)
{
	if (fd > STANDARD_ERROR)
		_close(fd);
}

int ev_descriptor_is_directory(int fd)
{
	struct _stat64 stat;

	return !_fstat64(fd, &stat) && (stat.st_mode & _S_IFMT) == _S_IFDIR;
}

static unsigned at_most(size_t bytes)
{
	return bytes > INT_MAX ? INT_MAX : (unsigned)bytes;
}

int64_t ev_descriptor_read(int fd, void *data, size_t bytes)
{
	int got = _read(fd, data, at_most(bytes));

	return got < 0 ? -errno : got;
}

int64_t ev_descriptor_write(int fd, const void *data, size_t bytes)
{
	int put = _write(fd, data, at_most(bytes));

	return put < 0 ? -errno : put;
}

int64_t ev_descriptor_seek(int fd, uint64_t offset_bytes)
{
	int64_t at = _lseeki64(fd, (int64_t)offset_bytes, SEEK_SET);

	return at < 0 ? -errno : at;
}

int64_t ev_descriptor_position(int fd)
{
	int64_t at = _lseeki64(fd, 0, SEEK_CUR);

	return at < 0 ? -errno : at;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Descriptors on Windows, by its C library. Pipes there have no position, as elsewhere. A directory
 * cannot be opened at all and says EACCES; writing to a pipe whose reader is gone says EINVAL: both
 * are told here as Linux tells them.
 */
#include "event/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <windows.h>

enum { STANDARD_INPUT = 0, STANDARD_ERROR = 2, PATH_UNITS = 4096 };

int ev_descriptor_open(const char *path)
{
	wchar_t wide[PATH_UNITS];
	struct _stat64 stat;
	int fd;

	if (!strcmp(path, "-")) {
		_setmode(STANDARD_INPUT, _O_BINARY);
		return STANDARD_INPUT;
	}
	if (!MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, wide, PATH_UNITS))
		return strlen(path) < PATH_UNITS ? -ENOENT : -ENAMETOOLONG;
	if (!_wstat64(wide, &stat) && (stat.st_mode & _S_IFMT) == _S_IFDIR)
		return -EISDIR;
	fd = _wopen(wide, _O_RDONLY | _O_BINARY | _O_NOINHERIT);
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

int ev_descriptor_is_empty_file(int fd)
{
	HANDLE file = (HANDLE)_get_osfhandle(fd);
	LARGE_INTEGER size;

	return GetFileType(file) == FILE_TYPE_DISK && GetFileSizeEx(file, &size) && !size.QuadPart;
}

static int64_t peek_pipe(HANDLE pipe, void *data, size_t bytes)
{
	DWORD got = 0;

	while (PeekNamedPipe(pipe, data, (DWORD)bytes, &got, NULL, NULL)) {
		if (got)
			return got;
		Sleep(1);
	}
	return GetLastError() == ERROR_BROKEN_PIPE ? 0 : -EINVAL;
}

/* The C library knows no file numbers here; a handle without any right to the contents does. */
static int file_number(const char *path, BY_HANDLE_FILE_INFORMATION *ret_number)
{
	wchar_t wide[PATH_UNITS];
	HANDLE file;
	int known;

	if (!MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, wide, PATH_UNITS))
		return 0;
	file = CreateFileW(wide, 0, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
			   OPEN_EXISTING, 0, NULL);
	if (file == INVALID_HANDLE_VALUE)
		return 0;
	known = GetFileType(file) == FILE_TYPE_DISK && GetFileInformationByHandle(file, ret_number);
	CloseHandle(file);
	return known;
}

int ev_descriptor_is_one_file(const char *path, const char *other)
{
	BY_HANDLE_FILE_INFORMATION one, two;

	return file_number(path, &one) && file_number(other, &two) &&
	       one.dwVolumeSerialNumber == two.dwVolumeSerialNumber &&
	       one.nFileIndexHigh == two.nFileIndexHigh && one.nFileIndexLow == two.nFileIndexLow;
}

int ev_descriptor_can_be_read_again(const char *path)
{
	BY_HANDLE_FILE_INFORMATION number;

	return strcmp(path, "-") && file_number(path, &number);
}

int64_t ev_descriptor_peek(int fd, void *data, size_t bytes)
{
	HANDLE file = (HANDLE)_get_osfhandle(fd);
	int64_t at, got;

	if (GetFileType(file) == FILE_TYPE_PIPE)
		return peek_pipe(file, data, bytes);
	at = ev_descriptor_position(fd);
	if (at < 0)
		return at;
	got = ev_descriptor_read(fd, data, bytes);
	at = ev_descriptor_seek(fd, (uint64_t)at);
	return at < 0 ? at : got;
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

	if (put >= 0)
		return put;
	if (errno == EINVAL && GetFileType((HANDLE)_get_osfhandle(fd)) == FILE_TYPE_PIPE)
		return -EPIPE;
	return -errno;
}

int64_t ev_descriptor_seek(int fd, uint64_t offset_bytes)
{
	int64_t at = _lseeki64(fd, (int64_t)offset_bytes, SEEK_SET);

	return at < 0 ? -errno : at;
}

int64_t ev_descriptor_position(int fd)
{
	HANDLE file = (HANDLE)_get_osfhandle(fd);
	int64_t at;

	if (GetFileType(file) != FILE_TYPE_DISK)
		return -ESPIPE;
	at = _lseeki64(fd, 0, SEEK_CUR);
	return at < 0 ? -errno : at;
}

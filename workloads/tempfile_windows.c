/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Files to work on. As on Linux, our own file keeps its name until the end, so that a tracer can
 * show its path; it is filled before the first request, so that reads find data and writes do not
 * extend the file, which Windows does synchronously whatever was asked for.
 *
 * A file that exists and is not empty is written to only with --overwrite. That holds for devices
 * (\\.\PhysicalDrive1) too.
 */
#include "workloads/tempfile.h"

#include <windows.h>
#include <winioctl.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/error_windows.h"
#include "workloads/wide_windows.h"
#include "workloads/workload.h"

enum { FILL_BYTES = 1 << 20 };

static const DWORD share_all = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;

static HANDLE handle_of(const struct load_file *file)
{
	return (HANDLE)file->fd;
}

static HANDLE open_path(const char *path, DWORD access, DWORD how, DWORD flags)
{
	wchar_t wide[LOAD_WIDE_UNITS];

	return CreateFileW(load_wide(wide, path), access, share_all, NULL, how, flags, NULL);
}

static int file_error(struct load_error *why, const char *what, const char *path)
{
	return load_fail_windows(why, GetLastError(), "cannot %s %s", what, path);
}

/* Fills with numbers, so that neither holes nor compression make the file smaller than it looks. */
static int fill(const struct load_file *file, struct load_error *why)
{
	uint32_t *data = malloc(FILL_BYTES);
	uint64_t left = file->size_bytes;
	DWORD part = 0;

	if (!data)
		return load_fail(why, -ENOMEM, "no memory to fill %s", file->path);
	for (uint32_t i = 0; i < FILL_BYTES / 4; i++)
		data[i] = i * 2654435761u;
	for (; left; left -= part) {
		if (!WriteFile(handle_of(file), data, left < FILL_BYTES ? (DWORD)left : FILL_BYTES,
			       &part, NULL) ||
		    !part)
			break;
	}
	if (left || !FlushFileBuffers(handle_of(file)))
		file_error(why, "fill", file->path);
	else
		why->code = 0;
	free(data);
	return why->code;
}

static int name_temporary(struct load_file *file, const struct load_options *opt,
			  struct load_error *why)
{
	wchar_t folder[MAX_PATH + 1], name[MAX_PATH + 1];

	if (opt->file) {
		snprintf(file->path, sizeof(file->path), "%s", opt->file);
		return 0;
	}
	/* Creates the file empty, so that the name is ours; prefixes have three letters. */
	if (!GetTempPathW(MAX_PATH + 1, folder) || !GetTempFileNameW(folder, L"rld", 0, name) ||
	    !WideCharToMultiByte(CP_UTF8, 0, name, -1, file->path, sizeof(file->path), NULL, NULL))
		return load_fail_windows(why, GetLastError(), "cannot create a temporary file");
	file->ours = true;
	return 0;
}

/* Creates and fills a file, named by the user or a temporary one, and closes it. */
static int create(struct load_file *file, const struct load_options *opt, struct load_error *why)
{
	int err = name_temporary(file, opt, why);
	HANDLE handle;

	if (err)
		return err;
	handle = open_path(file->path, GENERIC_WRITE, file->ours ? OPEN_EXISTING : CREATE_NEW,
			   FILE_ATTRIBUTE_NORMAL);
	if (handle == INVALID_HANDLE_VALUE)
		return file_error(why, "create", file->path);
	file->ours = true;
	file->fd = (intptr_t)handle;
	file->size_bytes = opt->file_size_bytes;
	err = fill(file, why);
	CloseHandle(handle);
	file->fd = -1;
	return err;
}

/* The handle for the work. */
static int open_for_work(struct load_file *file, const struct load_options *opt, bool writes,
			 struct load_error *why)
{
	DWORD flags = (opt->via == LOAD_VIA_SYNC ? 0 : FILE_FLAG_OVERLAPPED) |
		      (opt->direct || opt->via == LOAD_VIA_SCATTER ? FILE_FLAG_NO_BUFFERING : 0);

	file->fd = (intptr_t)open_path(file->path, GENERIC_READ | (writes ? GENERIC_WRITE : 0),
				       OPEN_EXISTING, flags);
	return file->fd == -1 ? file_error(why, "open", file->path) : 0;
}

static int find_size(const struct load_file *file, uint64_t *ret_bytes, struct load_error *why)
{
	GET_LENGTH_INFORMATION length;
	LARGE_INTEGER size;
	DWORD got;

	if (GetFileType(handle_of(file)) != FILE_TYPE_DISK)
		return load_fail(why, -EINVAL, "%s is neither a file nor a disk", file->path);
	if (GetFileSizeEx(handle_of(file), &size)) {
		*ret_bytes = (uint64_t)size.QuadPart;
		return 0;
	}
	if (!DeviceIoControl(handle_of(file), IOCTL_DISK_GET_LENGTH_INFO, NULL, 0, &length,
			     sizeof(length), &got, NULL))
		return file_error(why, "find the size of", file->path);
	*ret_bytes = (uint64_t)length.Length.QuadPart;
	return 0;
}

static int check_existing(struct load_file *file, const struct load_options *opt, bool writes,
			  struct load_error *why)
{
	bool given = load_options_given(opt, LOAD_OPTION_FILE_SIZE);
	uint64_t size = 0;
	int err = find_size(file, &size, why);

	if (err)
		return err;
	if (writes && size && !opt->overwrite)
		return load_fail(why, -EEXIST,
				 "%s holds data that %s would destroy; --overwrite allows it",
				 file->path, opt->workload->name);
	file->size_bytes = given || !size ? opt->file_size_bytes : size;
	if (!writes && file->size_bytes > size)
		return load_fail(why, -EINVAL, "%s has %llu bytes only, fewer than --file-size",
				 file->path, (unsigned long long)size);
	if (file->size_bytes < opt->size_bytes)
		return load_fail(why, -EINVAL, "%s is smaller than one request (--size)",
				 file->path);
	return 0;
}

int load_file_open(struct load_file *file, const struct load_options *opt, bool writes,
		   struct load_error *why)
{
	wchar_t wide[LOAD_WIDE_UNITS];
	bool exists = opt->file &&
		      GetFileAttributesW(load_wide(wide, opt->file)) != INVALID_FILE_ATTRIBUTES;
	int err;

	if (opt->file &&
	    snprintf(file->path, sizeof(file->path), "%s", opt->file) >= (int)sizeof(file->path))
		return load_fail(why, -ENAMETOOLONG, "--file: the path is too long");
	if (!exists && (!opt->file || strncmp(opt->file, "\\\\.\\", 4))) {
		err = create(file, opt, why);
		return err ? err : open_for_work(file, opt, writes, why);
	}
	err = open_for_work(file, opt, writes, why);
	return err ? err : check_existing(file, opt, writes, why);
}

void load_file_close(struct load_file *file)
{
	wchar_t wide[LOAD_WIDE_UNITS];

	if (file->fd != -1)
		CloseHandle(handle_of(file));
	file->fd = -1;
	if (file->ours)
		DeleteFileW(load_wide(wide, file->path));
	file->ours = false;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Writes on Windows block: a pipe that nobody reads holds the recorder until it is read. Ctrl-C and
 * the end of the time are seen between two writes.
 */
#include "collector/output.h"

#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <string.h>
#include <sys/stat.h>

#include <windows.h>

#include "collector/clock.h"
#include "collector/stop.h"
#include "event/descriptor.h"

enum { STANDARD_OUTPUT = 1, PATH_UNITS = 4096 };
static const uint64_t grace_ns = 500000000;

int output_open(struct output *output, const char *path, struct ev_error *why)
{
	wchar_t wide[PATH_UNITS];

	*output = (struct output){ .fd = -1, .name = path };
	if (!strcmp(path, "-")) {
		output->name = "standard output";
		output->fd = STANDARD_OUTPUT;
		_setmode(STANDARD_OUTPUT, _O_BINARY);
		output->is_pipe =
			GetFileType((HANDLE)_get_osfhandle(STANDARD_OUTPUT)) == FILE_TYPE_PIPE;
		return 0;
	}
	if (!MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, wide, PATH_UNITS))
		return ev_fail(why, -EINVAL, "%s: cannot be written: the name is too long", path);
	output->fd = _wopen(wide, _O_WRONLY | _O_CREAT | _O_TRUNC | _O_BINARY | _O_NOINHERIT,
			    _S_IREAD | _S_IWRITE);
	if (output->fd < 0)
		return ev_fail(why, -errno, "%s: cannot be written: %s", path, strerror(errno));
	output->own = 1;
	return 0;
}

void output_close(struct output *output)
{
	if (output->own && output->fd >= 0)
		_close(output->fd);
	output->fd = -1;
}

int output_must_stop(struct output *output)
{
	uint64_t now_ns = clock_now_ns();

	if (output->give_up_ns)
		return 1;
	if (!stop_signal() && (!output->stop_at_ns || now_ns < output->stop_at_ns))
		return 0;
	output->give_up_ns = now_ns + grace_ns;
	return 1;
}

int output_wait(struct output *output, struct ev_error *why)
{
	if (output_must_stop(output) && clock_now_ns() >= output->give_up_ns) {
		output->stalled = 1;
		return ev_fail(why, -ETIMEDOUT, "%s could not be written in time", output->name);
	}
	Sleep(1);
	return 0;
}

int output_write(struct output *output, const void *bytes, size_t size, struct ev_error *why)
{
	const char *next = bytes;

	while (size) {
		int64_t written = ev_descriptor_write(output->fd, next, size);

		if (written < 0)
			return ev_fail(why, (int)written, "%s could not be written: %s",
				       output->name, strerror((int)-written));
		next += written;
		size -= (size_t)written;
	}
	return 0;
}

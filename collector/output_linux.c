/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * A pipe is written without blocking, and waited for together with the stop pipe, so that Ctrl-C
 * works however slow the reader is. O_NONBLOCK belongs to the open file, which we may share with
 * the shell and the traced command, so the pipe is opened anew through /proc where that works. A
 * file cannot be waited for; what is written at once is small enough (a block, a buffer of lines)
 * that even a slow disk lets us look at the clock between two writes.
 */
#include "collector/output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/clock.h"
#include "collector/stop.h"

/* How long a stop waits for a slow reader or disk. */
static const uint64_t grace_ns = 500000000;

static int reopen_nonblocking(int fd)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
}

static int open_stdout(struct output *output, struct ev_error *why)
{
	struct stat status;
	int own;

	output->name = "standard output";
	output->fd = STDOUT_FILENO;
	/* main() puts something that cannot be written in the place of what was closed. */
	if (fstat(output->fd, &status) < 0 || (fcntl(output->fd, F_GETFL) & O_ACCMODE) == O_RDONLY)
		return ev_fail(why, -EBADF, "standard output is closed");
	output->is_pipe = S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode);
	if (!output->is_pipe)
		return 0;
	own = reopen_nonblocking(output->fd);
	if (own >= 0) {
		output->fd = own;
		output->own = 1;
		return 0;
	}
	/* A socket cannot be opened again. */
	output->lent_flags = fcntl(output->fd, F_GETFL);
	fcntl(output->fd, F_SETFL, output->lent_flags | O_NONBLOCK);
	return 0;
}

int output_open(struct output *output, const char *path, struct ev_error *why)
{
	struct stat status;

	*output = (struct output){ .fd = -1, .name = path };
	if (!strcmp(path, "-"))
		return open_stdout(output, why);
	output->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (output->fd < 0)
		return ev_fail(why, -errno, "%s: cannot be written: %s", path, strerror(errno));
	output->own = 1;
	if (fstat(output->fd, &status) == 0 && S_ISFIFO(status.st_mode)) {
		output->is_pipe = 1;
		fcntl(output->fd, F_SETFL, fcntl(output->fd, F_GETFL) | O_NONBLOCK);
	}
	return 0;
}

void output_close(struct output *output)
{
	if (output->own && output->fd >= 0)
		close(output->fd);
	else if (output->fd >= 0 && output->lent_flags)
		fcntl(output->fd, F_SETFL, output->lent_flags);
	output->fd = -1;
}

int output_must_stop(struct output *output)
{
	uint64_t now_ns;

	if (output->give_up_ns)
		return 1;
	if (!stop_signal() && !output->stop_at_ns)
		return 0;
	now_ns = clock_now_ns();
	if (!stop_signal() && now_ns < output->stop_at_ns)
		return 0;
	output->give_up_ns = now_ns + grace_ns;
	return 1;
}

int output_wait(struct output *output, struct ev_error *why)
{
	struct pollfd fds[] = { { .fd = output->fd, .events = POLLOUT },
				{ .fd = stop_fd(), .events = POLLIN } };
	int stopping = output_must_stop(output);
	uint64_t until_ns = stopping ? output->give_up_ns : output->stop_at_ns;
	uint64_t now_ns = clock_now_ns();
	struct timespec timeout;

	if (stopping && now_ns >= until_ns) {
		output->stalled = 1;
		return ev_fail(why, -ETIMEDOUT, "%s could not be written in time", output->name);
	}
	if (until_ns < now_ns)
		until_ns = now_ns;
	timeout.tv_sec = (time_t)((until_ns - now_ns) / 1000000000);
	timeout.tv_nsec = (long)((until_ns - now_ns) % 1000000000);
	ppoll(fds, stopping ? 1 : 2, until_ns > now_ns ? &timeout : NULL, NULL);
	return 0;
}

int output_write(struct output *output, const void *bytes, size_t size, struct ev_error *why)
{
	const char *next = bytes;

	while (size) {
		ssize_t written = write(output->fd, next, size);
		int err = written < 0 ? -errno : 0;

		if (written >= 0) {
			next += written;
			size -= (size_t)written;
		} else if (err == -EAGAIN || err == -EINTR) {
			err = output_wait(output, why);
			if (err)
				return err;
		} else {
			return ev_fail(why, err, "%s could not be written: %s", output->name,
				       strerror(-err));
		}
	}
	return 0;
}

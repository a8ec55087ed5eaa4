/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Two pipes: one holds the child back until it may execute, the other (close-on-exec) brings back
 * errno when it could not. The child gets default signals again: we ignore SIGPIPE, it must not.
 */
#include "collector/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Runs in the child. Never returns. */
static void wait_and_execute(char **argv, int go_fd, int fail_fd, int keep_stdout)
{
	char byte;
	int err;

	if (read(go_fd, &byte, 1) != 1)
		_exit(0);
	signal(SIGPIPE, SIG_DFL);
	if (!keep_stdout)
		dup2(STDERR_FILENO, STDOUT_FILENO);
	execvp(argv[0], argv);
	err = errno;
	if (write(fail_fd, &err, sizeof(err)) < 0)
		_exit(126);
	_exit(127);
}

static int is_program(const char *file)
{
	struct stat status;

	return access(file, X_OK) == 0 && stat(file, &status) == 0 && S_ISREG(status.st_mode);
}

/* Whether execvp() would find it. */
static int is_in_path(const char *name)
{
	const char *path = getenv("PATH");
	char file[4096];

	while (path) {
		int length = (int)strcspn(path, ":");

		snprintf(file, sizeof(file), "%.*s/%s", length ? length : 1, length ? path : ".",
			 name);
		if (is_program(file))
			return 1;
		if (!path[length])
			return 0;
		path += length + 1;
	}
	return 1; /* the C library has a path of its own */
}

/* A typing mistake should be told before anything is attached or overwritten. */
static int check_program(const char *name, struct ev_error *why)
{
	if (!*name)
		return ev_fail(why, -ENOENT, "the command after -- has an empty name");
	if (!strchr(name, '/'))
		return is_in_path(name)
			       ? 0
			       : ev_fail(why, -ENOENT,
					 "%s cannot be run: there is no such program in PATH",
					 name);
	if (access(name, F_OK) < 0)
		return ev_fail(why, -errno, "%s cannot be run: %s", name, strerror(errno));
	return is_program(name) ? 0
				: ev_fail(why, -EACCES,
					  "%s cannot be run: it is not an executable file", name);
}

static void close_ends(int ends[2])
{
	close(ends[0]);
	close(ends[1]);
}

int child_start(struct child *child, char **argv, int keep_stdout, struct ev_error *why)
{
	int go[2], failed[2], err;

	*child = (struct child){ .pid_fd = -1, .go_fd = -1, .fail_fd = -1, .name = argv[0] };
	err = check_program(argv[0], why);
	if (err)
		return err;
	if (pipe2(go, O_CLOEXEC) < 0)
		return ev_fail(why, -errno, "no pipe to start %s: %s", argv[0], strerror(errno));
	if (pipe2(failed, O_CLOEXEC) < 0) {
		err = ev_fail(why, -errno, "no pipe to start %s: %s", argv[0], strerror(errno));
		close_ends(go);
		return err;
	}
	child->pid = fork();
	err = child->pid < 0 ? -errno : 0;
	if (child->pid == 0) {
		close(go[1]); /* or it would wait for itself when we die */
		wait_and_execute(argv, go[0], failed[1], keep_stdout);
	}
	close(go[0]);
	close(failed[1]);
	child->go_fd = go[1];
	child->fail_fd = failed[0];
	if (err) {
		child->pid = 0;
		child_done(child);
		return ev_fail(why, err, "cannot start a process for %s: %s", argv[0],
			       strerror(-err));
	}
	child->pid_fd = pidfd_open(child->pid, 0);
	return 0;
}

int child_go(struct child *child, struct ev_error *why)
{
	int err = 0;
	ssize_t got;

	if (write(child->go_fd, "", 1) != 1)
		return ev_fail(why, -EPIPE, "%s went away before it was started", child->name);
	close(child->go_fd);
	child->go_fd = -1;
	do
		got = read(child->fail_fd, &err, sizeof(err));
	while (got < 0 && errno == EINTR);
	if (got == sizeof(err))
		return ev_fail(why, -err, "%s cannot be run: %s", child->name, strerror(err));
	return 0;
}

int child_ended(struct child *child, int timeout_ms)
{
	struct pollfd ended = { .fd = child->pid_fd, .events = POLLIN };

	if (!child->pid || child->ended)
		return child->ended;
	if (timeout_ms && child->pid_fd >= 0)
		poll(&ended, 1, timeout_ms);
	child->ended = waitpid(child->pid, &child->status, WNOHANG) == child->pid;
	return child->ended;
}

void child_done(struct child *child)
{
	int waiting = child->pid && child->go_fd >= 0;

	if (child->go_fd >= 0)
		close(child->go_fd);
	if (waiting && !child->ended)
		waitpid(child->pid, &child->status, 0);
	if (child->fail_fd >= 0)
		close(child->fail_fd);
	if (child->pid_fd >= 0)
		close(child->pid_fd);
	child->go_fd = child->fail_fd = child->pid_fd = -1;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The handler leaves a number and one byte in a pipe. SA_RESETHAND gives the second signal its
 * default, deadly, meaning; without SA_RESTART a blocked system call returns and can look.
 */
#include "collector/stop.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t asked;
static int ends[2] = { -1, -1 };

static void ask(int number)
{
	int saved = errno;
	ssize_t written;

	asked = number;
	written = write(ends[1], "", 1);
	(void)written; /* a full pipe is readable already */
	errno = saved;
}

int stop_init(struct ev_error *why)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = ask, .sa_flags = SA_RESETHAND };
	struct sigaction before;

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
		return ev_fail(why, -errno, "no pipe for signals: %s", strerror(errno));
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		/* nohup(1) and background jobs of a shell ignore some of them on purpose. */
		sigaction(signals[i], NULL, &before);
		if (before.sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
	return 0;
}

int stop_signal(void)
{
	return asked;
}

int stop_fd(void)
{
	return ends[0];
}

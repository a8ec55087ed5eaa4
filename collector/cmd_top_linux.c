/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * `ringlens top` becomes `ringlens-top`, the program beside this one: a screen needs curses and no
 * privilege, and this program needs privilege and no curses. All words go through unchanged.
 */
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "collector/cmd.h"

static int run(const struct command *self, char **argv)
{
	char own[4096], path[4200];
	struct ev_error why;
	ssize_t length;

	(void)self;
	length = readlink("/proc/self/exe", own, sizeof(own) - 1);
	if (length > 0) {
		own[length] = '\0';
		snprintf(path, sizeof(path), "%s/ringlens-top", dirname(own));
		argv[-1] = path; /* the word "top" */
		execv(path, argv - 1);
	}
	argv[-1] = "ringlens-top";
	execvp("ringlens-top", argv - 1);
	ev_fail(&why, -errno,
		"the screen, ringlens-top, is neither beside this program nor in PATH; it is built "
		"where ncurses is (libncurses-dev)");
	return command_fail(&why);
}

const struct command cmd_top = {
	.name = "top",
	.usage = "top [-i FILE|-] [options]",
	.what = "the screen, live or on a recording",
	.about = "Runs ringlens-top, the screen; `ringlens top --help` says what it takes.",
	.run = run,
};

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef COLLECTOR_CHILD_H
#define COLLECTOR_CHILD_H
/*
 * The command after `--`. It is forked before the probes are attached, so that its process id can
 * be in the filter, and executed after, so that its first ring is seen.
 */
#include <sys/types.h>

#include "event/error.h"

struct child {
	pid_t pid;   /* 0: there is no command */
	int pid_fd;  /* readable when it has ended */
	int go_fd;   /* closed without a byte: the child goes away */
	int fail_fd; /* errno of a failed exec */
	int status;  /* as waitpid gives it, once `ended` */
	int ended;
	const char *name;
};

/* `keep_stdout` 0: its standard output goes to standard error, because ours carries a trace. */
int child_start(struct child *child, char **argv, int keep_stdout, struct ev_error *why);
/* Executes it; fails with a sentence when that cannot be done. */
int child_go(struct child *child, struct ev_error *why);
/* Looks whether it has ended, waiting at most this long. */
int child_ended(struct child *child, int timeout_ms);
/* Releases everything; a child that was never executed goes away, any other is left running. */
void child_done(struct child *child);

#endif

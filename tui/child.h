/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef TUI_CHILD_H
#define TUI_CHILD_H
/*
 * The collector as a child: the one part of a live screen that needs privileges.
 */
#include <sys/types.h>

#include "event/error.h"
#include "tui/options.h"

enum { TUI_CHILD_WORDS_BYTES = 1024 };

struct tui_child {
	pid_t pid;	/* 0: none */
	int stream_fd;	/* its standard output: the events. The feed takes it over */
	int control_fd; /* lines to it */
	int error_fd;	/* its standard error */
	int exited;
	int status;			   /* as waitpid gives it, once exited */
	char words[TUI_CHILD_WORDS_BYTES]; /* the end of what it said on standard error */
};

int tui_child_start(struct tui_child *child, const struct tui_options *options,
		    struct ev_error *why);
/*
 * A recording that is no ringlens trace (a Windows ETL file) as one, in a file without a name:
 * the collector, without privileges, does it to the end. The descriptor; 0 when `path` is a
 * ringlens trace, or nothing that can be looked into; negative and a sentence.
 */
int tui_child_convert(const char *path, struct ev_error *why);
/* One line to the collector; lost without a word when it is gone or does not listen. */
void tui_child_tell(struct tui_child *child, const char *line);
/* Reads what it says and looks whether it has ended. 1 when something is new. */
int tui_child_watch(struct tui_child *child);
/* Waits up to `timeout_ms` for its first event or its end. */
void tui_child_wait(struct tui_child *child, int timeout_ms);
/* Its last words as one sentence, or one that says how it ended; empty while all is well. */
void tui_child_sentence(const struct tui_child *child, char *text, size_t text_bytes);
/* Lets go of it (the stream must be closed by then) and gives it time to unload its probes. */
void tui_child_stop(struct tui_child *child);

/* Gives up root for the user behind sudo, else nobody. 0, or negative and a sentence. */
int tui_child_drop_privileges(struct ev_error *why);

#endif

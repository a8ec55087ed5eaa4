/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef COLLECTOR_COMMAND_H
#define COLLECTOR_COMMAND_H
/*
 * A command of `ringlens` is one file, cmd_<name>.c, that ends in one const row; command.c lists
 * the rows. A row holds all that `help` prints.
 */
#include <stddef.h>

#include "collector/filter.h"
#include "collector/options.h"
#include "event/error.h"

/* Exit status: a contract with scripts. */
enum { COMMAND_DONE = 0, COMMAND_FAILED = 1, COMMAND_USAGE = 2 };

/* What a command takes besides its options. */
enum { COMMAND_TAKES_FILE = 1, COMMAND_TAKES_COMMAND = 2, COMMAND_TAKES_FILTERS = 4 };

struct command {
	const char *name;
	const char *usage; /* what follows "ringlens " */
	const char *what;  /* one line for the list of commands */
	const char *about; /* paragraphs for `help CMD`; lines of at most 80 columns */
	const struct option_row *options;
	size_t option_count;
	int takes;
	int (*run)(const struct command *self,
		   char **argv); /* the words after the name, then NULL */
};

/* All commands in the order people meet them; NULL ends the list. And where to start. The build
 * picks commands_linux.c or commands_windows.c: a command that is not built is not listed. */
extern const struct command *const commands[];
extern const char *const commands_hint;
const struct command *command_find(const char *name);

struct command_words {
	const char *file; /* NULL: none given */
	char **command;	  /* NULL: none given */
};
enum { COMMAND_GO = -1 };
/*
 * Reads the words of a command into its own options (`target`), `filter` (NULL when it takes none)
 * and ret_words. COMMAND_GO, or the exit status when help was printed or the words were wrong.
 */
int command_parse(const struct command *self, char **argv, void *target, struct filter *filter,
		  struct command_words *ret_words);

/* Prints one sentence on stderr, named after the program; returns COMMAND_FAILED. */
int command_fail(const struct ev_error *why);
/* The same for words that make no sense, with where to read more; returns COMMAND_USAGE. */
int command_usage(const struct command *self, const struct ev_error *why);
/* Flushes stdout at the end: COMMAND_DONE, or COMMAND_FAILED with a sentence when it could not be
 * written. A reader that went away (`| head`) is no failure. */
int command_finish(void);

/* The program behind main(), once the standard streams are as they should be. */
int command_main(int argc, char **argv);

void command_help(const struct command *self);
/* The list of commands. */
void command_overview(void);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef COLLECTOR_OPTIONS_H
#define COLLECTOR_OPTIONS_H
/*
 * The command line as tables: a row says an option's name, what it takes, what it is for and which
 * function stores it. Parsing, error sentences and the help text all come from the same rows.
 */
#include <stddef.h>
#include <stdint.h>

#include "event/error.h"

struct option_row;

/* Stores `value` (NULL for a flag) at `target`. -EINVAL and a sentence that says what is right. */
typedef int (*option_parse_fn)(const struct option_row *row, void *target, const char *value,
			       struct ev_error *why);

struct option_row {
	char letter;	   /* -p; 0: none */
	const char *name;  /* --pid */
	const char *value; /* placeholder in the help, PID; NULL: a flag */
	option_parse_fn parse;
	size_t offset;	  /* of the variable in its struct */
	const char *what; /* one line of help */
};

/* Rows that store into one struct, under one title in the help. */
struct option_group {
	const char *title;
	const struct option_row *rows;
	size_t count;
	void *target;
};

/* What is left after the options. */
struct option_rest {
	char **words; /* plain words, in order */
	size_t word_count;
	char **command; /* after `--`, ends with NULL; NULL: there was no `--` */
};

enum { OPTIONS_HELP = 1 };

/* Reads argv (no program name, ends with NULL) and reorders it. 0; OPTIONS_HELP for -h or --help;
 * -EINVAL. */
int options_parse(const struct option_group *groups, size_t group_count, char **argv,
		  struct option_rest *ret_rest, struct ev_error *why);
/* Prints the rows of a group with their help, 80 columns wide. */
void options_print(const struct option_group *group);

/* Ready-made parsers; the type is that of the variable. */
int option_flag(const struct option_row *row, void *target, const char *value,
		struct ev_error *why); /* int: 1 */
int option_text(const struct option_row *row, void *target, const char *value,
		struct ev_error *why); /* const char *, not empty */
int option_time(const struct option_row *row, void *target, const char *value,
		struct ev_error *why); /* uint64_t, ns */
int option_interval(const struct option_row *row, void *target, const char *value,
		    struct ev_error *why); /* the same, above 0 */
int option_size(const struct option_row *row, void *target, const char *value,
		struct ev_error *why); /* uint64_t, bytes */
/* A whole number in decimal or 0x…, `max` included. */
int option_number(const char *text, uint64_t max, uint64_t *ret_number);

#endif

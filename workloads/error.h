/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WORKLOADS_ERROR_H
#define WORKLOADS_ERROR_H
/*
 * One sentence for a failure, filled by the function that knows what, where and what to do; only
 * main() prints it. The room sees no other room, so it has its own.
 */
enum { LOAD_ERROR_TEXT_BYTES = 512 };

/* Exit status of ringload. 3 is left out: it means "findings" elsewhere in the project. */
enum load_exit {
	LOAD_EXIT_OK = 0,
	LOAD_EXIT_FAILED = 1,
	LOAD_EXIT_USAGE = 2,
	LOAD_EXIT_UNSUPPORTED = 4, /* this kernel, or its settings, cannot do it */
};

struct load_error {
	int code; /* negative errno */
	char text[LOAD_ERROR_TEXT_BYTES];
};

/* Fills *why and returns `code`. -EOPNOTSUPP stands for "this kernel cannot". */
int load_fail(struct load_error *why, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The exit status that a failure calls for. */
enum load_exit load_error_exit(const struct load_error *why);

#endif

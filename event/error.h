/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef EVENT_ERROR_H
#define EVENT_ERROR_H
/*
 * One sentence for a failure, filled by the deepest function that knows what, where and what to do.
 * Callers pass it on unchanged; only the programs print it.
 */
enum { EV_ERROR_TEXT_BYTES = 512 };

struct ev_error {
	int code; /* negative errno */
	char text[EV_ERROR_TEXT_BYTES];
};

/* Fills *why (may be NULL) and returns `code`, so that `return ev_fail(why, -EINVAL, "…")` reads
 * well. */
int ev_fail(struct ev_error *why, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef EVENT_TEXT_H
#define EVENT_TEXT_H
/*
 * One event, one line: `TIME KIND field=value … "text"`, fields that are zero left out. Prints and
 * parses back to the same bytes, so tests and bug reports are readable in a diff. Lines that start
 * with # are comments.
 */
#include <stddef.h>

#include "event/error.h"
#include "event/record.h"

/* Longest line, with its newline and NUL. */
enum { EV_TEXT_LINE_BYTES = 4 * EV_EVENT_BYTES_MAX + 1024 };

/* Writes the line with newline and NUL; returns its length or -ENOSPC. */
int ev_text_print(const struct ev_header *event, char *line, size_t line_bytes);
/* Parses one line into `event` (EV_EVENT_BYTES_MAX bytes). 1: an event; 0: blank or comment;
 * negative errno and a sentence that names the column otherwise. */
int ev_text_parse(const char *line, void *event, struct ev_error *why);

#endif

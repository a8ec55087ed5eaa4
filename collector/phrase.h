/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef COLLECTOR_PHRASE_H
#define COLLECTOR_PHRASE_H
/*
 * Text that grows piece by piece in a fixed buffer. A piece that does not fit is left out whole and
 * so is everything after it, so that a full buffer never ends in half a number.
 */
#include <stddef.h>

struct phrase {
	char *text; /* always ends with NUL */
	size_t bytes;
	size_t used;
	int full;
};

void phrase_init(struct phrase *phrase, char *text, size_t bytes);
void phrase_add(struct phrase *phrase, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Adds `separator` first, unless nothing was added since phrase was `from` bytes long. */
void phrase_separate(struct phrase *phrase, size_t from, const char *separator);

#endif

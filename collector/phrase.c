/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* Building lines from optional pieces without counting bytes at every step: phrase.h. */
#include "collector/phrase.h"

#include <stdarg.h>
#include <stdio.h>

void phrase_init(struct phrase *phrase, char *text, size_t bytes)
{
	*phrase = (struct phrase){ .text = text, .bytes = bytes };
	text[0] = '\0';
}

void phrase_add(struct phrase *phrase, const char *format, ...)
{
	size_t left = phrase->bytes - phrase->used;
	va_list args;
	int length;

	if (phrase->full)
		return;
	va_start(args, format);
	length = vsnprintf(phrase->text + phrase->used, left, format, args);
	va_end(args);
	if (length >= 0 && (size_t)length < left) {
		phrase->used += (size_t)length;
		return;
	}
	phrase->text[phrase->used] = '\0';
	phrase->full = 1;
}

void phrase_separate(struct phrase *phrase, size_t from, const char *separator)
{
	if (phrase->used > from)
		phrase_add(phrase, "%s", separator);
}

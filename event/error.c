/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The one sentence of a failure. Nothing here prints: a library that prints cannot be used by a
 * screen, and a caller that adds words of its own ends up with a chain nobody reads.
 */
#include "event/error.h"

#include <stdarg.h>
#include <stdio.h>

int ev_fail(struct ev_error *why, int code, const char *format, ...)
{
	va_list args;

	if (!why)
		return code;
	why->code = code;
	va_start(args, format);
	vsnprintf(why->text, sizeof(why->text), format, args);
	va_end(args);
	return code;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Failures of ringload: a negative errno that travels up by return value, and one sentence beside
 * it. Nothing below main() prints or exits, so every failure passes here exactly once.
 */
#include "workloads/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

int load_fail(struct load_error *why, int code, const char *format, ...)
{
	va_list args;

	why->code = code;
	va_start(args, format);
	vsnprintf(why->text, sizeof(why->text), format, args);
	va_end(args);
	return code;
}

enum load_exit load_error_exit(const struct load_error *why)
{
	if (why->code == -EOPNOTSUPP)
		return LOAD_EXIT_UNSUPPORTED;
	return LOAD_EXIT_FAILED;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WORKLOADS_WIDE_WINDOWS_H
#define WORKLOADS_WIDE_WINDOWS_H
/* Text is UTF-8 here and UTF-16 in the calls of Windows. */
#include <wchar.h>

enum { LOAD_WIDE_UNITS = 1024 }; /* more than a path of ours has bytes */

/* A copy; NULL: no memory. */
char *load_utf8(const wchar_t *text);
/* Returns `wide`; a text that is no UTF-8 or too long becomes an empty one, which names no file. */
const wchar_t *load_wide(wchar_t wide[LOAD_WIDE_UNITS], const char *text);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#include "workloads/wide_windows.h"

#include <stdlib.h>

#include <windows.h>

char *load_utf8(const wchar_t *text)
{
	int bytes = WideCharToMultiByte(CP_UTF8, 0, text, -1, NULL, 0, NULL, NULL);
	char *copy = malloc(bytes > 0 ? (size_t)bytes : 1);

	if (copy)
		copy[0] = 0;
	if (copy && bytes > 0)
		WideCharToMultiByte(CP_UTF8, 0, text, -1, copy, bytes, NULL, NULL);
	return copy;
}

const wchar_t *load_wide(wchar_t wide[LOAD_WIDE_UNITS], const char *text)
{
	if (!MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, -1, wide, LOAD_WIDE_UNITS))
		wide[0] = 0;
	return wide;
}

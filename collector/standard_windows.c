/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Windows changes "\n" into "\r\n" and shows bytes in a code page of its own unless told not to.
 * What we print is the same on every system: UTF-8, lines end with "\n". Its console takes bytes of
 * UTF-8 only when a character comes in one piece, so that stderr is buffered and flushed where it
 * is awaited. A write to a pipe without a reader fails with EINVAL.
 */
#include "collector/standard.h"

#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>

#include <windows.h>

static UINT page_before;

static void restore_page(void)
{
	fflush(stdout);
	fflush(stderr);
	SetConsoleOutputCP(page_before);
}

void standard_prepare(void)
{
	enum { ERROR_BYTES = 4096 };

	_setmode(_fileno(stdout), _O_BINARY);
	_setmode(_fileno(stderr), _O_BINARY);
	setvbuf(stderr, NULL, _IOFBF, ERROR_BYTES);
	page_before = GetConsoleOutputCP();
	if (page_before && SetConsoleOutputCP(CP_UTF8))
		atexit(restore_page);
}

int standard_reader_is_gone(void)
{
	HANDLE output = (HANDLE)_get_osfhandle(_fileno(stdout));

	return errno == EPIPE || (errno == EINVAL && GetFileType(output) == FILE_TYPE_PIPE);
}

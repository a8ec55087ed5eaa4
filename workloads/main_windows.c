/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * `ringload.exe`: words come as UTF-16 and go on as UTF-8, and what is printed is UTF-8, also on a
 * console that has another code page.
 */
#include <stdio.h>
#include <stdlib.h>

#include <windows.h>

#include "workloads/main.h"
#include "workloads/options.h"
#include "workloads/wide_windows.h"

static UINT page_before;

static void restore_page(void)
{
	fflush(stdout);
	fflush(stderr);
	SetConsoleOutputCP(page_before);
}

int wmain(int argc, wchar_t **words);

int wmain(int argc, wchar_t **words)
{
	char **argv = calloc((size_t)argc + 1, sizeof(*argv));
	int enough = argv != NULL;

	page_before = GetConsoleOutputCP();
	if (page_before && SetConsoleOutputCP(CP_UTF8))
		atexit(restore_page);
	for (int i = 0; enough && i < argc; i++)
		enough = (argv[i] = load_utf8(words[i])) != NULL;
	if (enough)
		return load_main(argc, argv);
	fprintf(stderr, "ringload: no memory to start\n");
	return LOAD_EXIT_FAILED;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* `ringlens.exe`: words come as UTF-16 and go on as UTF-8, which is what every other part speaks.
 */
#include <stdio.h>
#include <stdlib.h>

#include <windows.h>

#include "collector/command.h"
#include "collector/standard.h"

static char *to_utf8(const wchar_t *word)
{
	int bytes = WideCharToMultiByte(CP_UTF8, 0, word, -1, NULL, 0, NULL, NULL);
	char *text = malloc((size_t)bytes);

	if (text)
		WideCharToMultiByte(CP_UTF8, 0, word, -1, text, bytes, NULL, NULL);
	return text;
}

int wmain(int argc, wchar_t **words);

int wmain(int argc, wchar_t **words)
{
	char **argv = calloc((size_t)argc + 1, sizeof(*argv));
	int enough = argv != NULL;

	standard_prepare();
	for (int i = 0; enough && i < argc; i++)
		enough = (argv[i] = to_utf8(words[i])) != NULL;
	if (enough)
		return command_main(argc, argv);
	fprintf(stderr, "ringlens: no memory to start\n");
	return COMMAND_FAILED;
}

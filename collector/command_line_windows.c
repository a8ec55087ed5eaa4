/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Windows takes one string and lets each program cut it into words: a word is put in quotes, and a
 * backslash in front of a quote is doubled, as the C library's rules have it.
 */
#include "collector/command_line_windows.h"

#include <errno.h>
#include <string.h>

#include <windows.h>

enum { UNITS_MAX = 32767 }; /* of a command line */

struct line {
	wchar_t text[UNITS_MAX + 1];
	size_t used;
};

static void add(struct line *line, wchar_t unit)
{
	if (line->used < UNITS_MAX)
		line->text[line->used++] = unit;
}

static void add_word(struct line *line, const wchar_t *word)
{
	size_t slashes = 0;

	if (line->used)
		add(line, L' ');
	add(line, L'"');
	for (; *word; word++) {
		for (; *word == L'"' && slashes; slashes--)
			add(line, L'\\');
		if (*word == L'"')
			add(line, L'\\');
		add(line, *word);
		slashes = *word == L'\\' ? slashes + 1 : 0;
	}
	while (slashes--)
		add(line, L'\\');
	add(line, L'"');
}

int command_line_start(char **argv, int keep_stdout, void **ret_process, void **ret_thread,
		       unsigned long *ret_pid, struct ev_error *why)
{
	static struct line line;
	static wchar_t word[UNITS_MAX];
	STARTUPINFOW startup = { .cb = sizeof(startup), .dwFlags = STARTF_USESTDHANDLES };
	PROCESS_INFORMATION process;

	line.used = 0;
	for (size_t i = 0; argv[i]; i++) {
		if (!MultiByteToWideChar(CP_UTF8, 0, argv[i], -1, word, UNITS_MAX))
			word[0] = 0;
		add_word(&line, word);
	}
	if (line.used == UNITS_MAX)
		return ev_fail(why, -E2BIG, "%s: its words are too many for Windows", argv[0]);
	line.text[line.used] = 0;
	startup.hStdInput = GetStdHandle(STD_INPUT_HANDLE);
	startup.hStdOutput = GetStdHandle(keep_stdout ? STD_OUTPUT_HANDLE : STD_ERROR_HANDLE);
	startup.hStdError = GetStdHandle(STD_ERROR_HANDLE);
	if (!CreateProcessW(NULL, line.text, NULL, NULL, TRUE, CREATE_SUSPENDED, NULL, NULL,
			    &startup, &process))
		return ev_fail(why, -ENOENT, "%s cannot be run: Windows reports error %lu", argv[0],
			       GetLastError());
	*ret_process = process.hProcess;
	*ret_thread = process.hThread;
	*ret_pid = process.dwProcessId;
	return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Names of keys, for tests and scripts: `--keys "down enter / f i o enter click:4,20"`.
 */
#include "tui/keys.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	int key;
} names[] = {
	{ "tab", TUI_KEY_TAB },
	{ "enter", TUI_KEY_ENTER },
	{ "esc", TUI_KEY_ESCAPE },
	{ "backspace", TUI_KEY_BACKSPACE },
	{ "space", ' ' },
	{ "up", TUI_KEY_UP },
	{ "down", TUI_KEY_DOWN },
	{ "left", TUI_KEY_LEFT },
	{ "right", TUI_KEY_RIGHT },
	{ "shift-left", TUI_KEY_SHIFT_LEFT },
	{ "shift-right", TUI_KEY_SHIFT_RIGHT },
	{ "pgup", TUI_KEY_PAGE_UP },
	{ "pgdn", TUI_KEY_PAGE_DOWN },
	{ "home", TUI_KEY_HOME },
	{ "end", TUI_KEY_END },
	{ "shift-home", TUI_KEY_SHIFT_HOME },
	{ "shift-end", TUI_KEY_SHIFT_END },
	{ "shift-tab", TUI_KEY_BACK_TAB },
	{ "wheel-up", TUI_KEY_WHEEL_UP },
	{ "wheel-down", TUI_KEY_WHEEL_DOWN },
};

static int key_of(const char *word, struct tui_input *input)
{
	int number;

	if (word[0] && !word[1])
		return (unsigned char)word[0];
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(word, names[i].name) == 0)
			return names[i].key;
	if (sscanf(word, "f%d", &number) == 1 && number >= 1 && number <= 12)
		return TUI_KEY_F0 + number;
	if (sscanf(word, "click:%d,%d", &input->row, &input->column) == 2)
		return TUI_KEY_CLICK;
	return -EINVAL;
}

int tui_keys_next(const char **text, struct tui_input *ret_input)
{
	const char *start = *text + strspn(*text, " \t\n");
	size_t length = strcspn(start, " \t\n");
	struct tui_input input = { 0 };
	char word[32];

	*text = start + length;
	if (length == 0)
		return 0;
	if (length >= sizeof(word))
		return -EINVAL;
	memcpy(word, start, length);
	word[length] = '\0';
	input.key = key_of(word, &input);
	if (input.key < 0)
		return input.key;
	*ret_input = input;
	return 1;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef TUI_KEYS_H
#define TUI_KEYS_H
/*
 * Keys without a terminal: a character is its own code, everything else has a number above Unicode.
 * The same words name keys in tests (--keys) and in the help.
 */
#include <stddef.h>

enum tui_key {
	TUI_KEY_NONE = 0,
	TUI_KEY_TAB = 9,
	TUI_KEY_ENTER = 10,
	TUI_KEY_ESCAPE = 27,
	TUI_KEY_BACKSPACE = 127,
	TUI_KEY_FIRST = 0x110000,
	TUI_KEY_UP,
	TUI_KEY_DOWN,
	TUI_KEY_LEFT,
	TUI_KEY_RIGHT,
	TUI_KEY_SHIFT_LEFT,
	TUI_KEY_SHIFT_RIGHT,
	TUI_KEY_PAGE_UP,
	TUI_KEY_PAGE_DOWN,
	TUI_KEY_HOME,
	TUI_KEY_END,
	TUI_KEY_SHIFT_HOME,
	TUI_KEY_SHIFT_END,
	TUI_KEY_BACK_TAB,
	TUI_KEY_CLICK, /* with a place */
	TUI_KEY_WHEEL_UP,
	TUI_KEY_WHEEL_DOWN,
	TUI_KEY_F0, /* F1 is TUI_KEY_F0 + 1, up to F12 */
	TUI_KEY_LAST = TUI_KEY_F0 + 12,
};

struct tui_input {
	int key; /* enum tui_key or a character */
	int row; /* of a click or a turn of the wheel */
	int column;
};

/* Reads the next word of `text` ("down", "f6", "x", "click:3,10"), moves past it. 1: a key; 0: the
 * end; -EINVAL: no such key. */
int tui_keys_next(const char **text, struct tui_input *ret_input);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef TUI_THEME_H
#define TUI_THEME_H
/*
 * How each style looks: with colours, and without (NO_COLOR, --no-color, a terminal that has none).
 */
#include <stdint.h>

#include "tui/canvas.h"

enum { TUI_COLOR_NONE = -1 }; /* the terminal's own */

enum tui_attribute {
	TUI_ATTR_BOLD = 1 << 0,
	TUI_ATTR_DIM = 1 << 1,
	TUI_ATTR_REVERSE = 1 << 2,
	TUI_ATTR_UNDERLINE = 1 << 3,
};

struct tui_look {
	int8_t text; /* 0..7 as in ECMA-48, or TUI_COLOR_NONE */
	int8_t ground;
	uint8_t attributes; /* with colours */
	uint8_t no_color;   /* attributes without */
};

/* `style`: enum tui_style. */
const struct tui_look *tui_theme(int style);

#endif

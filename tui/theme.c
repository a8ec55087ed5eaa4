/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The theme: one row a style. Only the eight colours every terminal has, on the terminal's own
 * background, so that light and dark themes both stay readable; meaning never hangs on colour
 * alone (a warning also has words, a selected row is reversed).
 */
#include "tui/theme.h"

enum { BLACK, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, WHITE, OWN = TUI_COLOR_NONE };

static const struct tui_look looks[TUI_STYLE_COUNT] = {
	[TUI_NORMAL] = { OWN, OWN, 0, 0 },
	[TUI_DIM] = { OWN, OWN, TUI_ATTR_DIM, TUI_ATTR_DIM },
	[TUI_BOLD] = { OWN, OWN, TUI_ATTR_BOLD, TUI_ATTR_BOLD },
	[TUI_ACCENT] = { CYAN, OWN, 0, 0 },
	[TUI_GOOD] = { GREEN, OWN, 0, 0 },
	[TUI_WARN] = { YELLOW, OWN, TUI_ATTR_BOLD, TUI_ATTR_BOLD },
	[TUI_CRIT] = { RED, OWN, TUI_ATTR_BOLD, TUI_ATTR_BOLD | TUI_ATTR_UNDERLINE },
	[TUI_HEADING] = { BLACK, GREEN, 0, TUI_ATTR_REVERSE },
	[TUI_HEADING_SORTED] = { BLACK, CYAN, 0, TUI_ATTR_REVERSE | TUI_ATTR_BOLD },
	[TUI_SELECTED] = { BLACK, CYAN, 0, TUI_ATTR_REVERSE },
	[TUI_TAB_CURRENT] = { OWN, OWN, TUI_ATTR_BOLD | TUI_ATTR_REVERSE,
			      TUI_ATTR_BOLD | TUI_ATTR_REVERSE },
	[TUI_KEY] = { OWN, OWN, TUI_ATTR_BOLD, TUI_ATTR_BOLD },
	[TUI_KEY_LABEL] = { BLACK, CYAN, 0, TUI_ATTR_REVERSE },
	[TUI_GRAPH] = { GREEN, OWN, 0, 0 },
	[TUI_GRAPH_OTHER] = { BLUE, OWN, 0, 0 },
	[TUI_HEAT_LOW] = { BLUE, OWN, 0, 0 },
	[TUI_HEAT_SOME] = { CYAN, OWN, 0, 0 },
	[TUI_HEAT_MANY] = { YELLOW, OWN, 0, 0 },
	[TUI_HEAT_MOST] = { RED, OWN, 0, 0 },
};

const struct tui_look *tui_theme(int style)
{
	return &looks[style >= 0 && style < TUI_STYLE_COUNT ? style : TUI_NORMAL];
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef TUI_CANVAS_H
#define TUI_CANVAS_H
/*
 * A grid of cells that views draw into: one character and one style each. It knows no terminal, so
 * a picture can be shown by curses, printed as text, or compared with a file.
 */
#include <stdint.h>
#include <stdio.h>

/* What a cell means; tui/theme.h says how that looks. */
enum tui_style {
	TUI_NORMAL = 0,
	TUI_DIM, /* zeros, units, what needs no eye */
	TUI_BOLD,
	TUI_ACCENT, /* names */
	TUI_GOOD,
	TUI_WARN,
	TUI_CRIT,
	TUI_HEADING,
	TUI_HEADING_SORTED,
	TUI_SELECTED,
	TUI_TAB_CURRENT,
	TUI_KEY, /* the key bar: keys, and what they do */
	TUI_KEY_LABEL,
	TUI_GRAPH, /* levels over time */
	TUI_GRAPH_OTHER,
	TUI_HEAT_LOW, /* a heat map, from few to many */
	TUI_HEAT_SOME,
	TUI_HEAT_MANY,
	TUI_HEAT_MOST,
	TUI_STYLE_COUNT,
};
/* With the style of a field: its text stands at the right end. */
enum { TUI_TO_RIGHT = 1 << 8 };

struct tui_cell {
	uint32_t code; /* Unicode; always one column wide */
	uint8_t style; /* enum tui_style */
};

struct tui_canvas {
	struct tui_cell *cells; /* rows x columns; owned */
	int rows;
	int columns;
	int ascii; /* draw every glyph with ASCII */
};

/* A rectangle of a canvas. Drawing outside of it is cut off, never an error. */
struct tui_area {
	struct tui_canvas *canvas;
	int row;
	int column;
	int rows;
	int columns;
};

enum { TUI_CANVAS_SIDE_MAX = 4096 }; /* rows or columns: more is no terminal */

/* 0 or -ENOMEM; sizes are clamped to 1..TUI_CANVAS_SIDE_MAX. */
int tui_canvas_init(struct tui_canvas *canvas, int rows, int columns, int ascii);
void tui_canvas_done(struct tui_canvas *canvas);
/* Empties it; on -ENOMEM it keeps its old size. */
int tui_canvas_resize(struct tui_canvas *canvas, int rows, int columns);
void tui_canvas_clear(struct tui_canvas *canvas);
struct tui_area tui_canvas_area(struct tui_canvas *canvas);
/* The part of `area` that starts at (row, column) and is at most rows x columns large. */
struct tui_area tui_canvas_part(const struct tui_area *area, int row, int column, int rows,
				int columns);

void tui_canvas_put(const struct tui_area *area, int row, int column, uint32_t code, int style);
/* UTF-8; returns the column behind the text. What has no safe single-column picture becomes '?'. */
int tui_canvas_text(const struct tui_area *area, int row, int column, int style, const char *text);
int tui_canvas_format(const struct tui_area *area, int row, int column, int style,
		      const char *format, ...) __attribute__((format(printf, 5, 6)));
/* Text in a field of `width` columns, cut off with an ellipsis; `style` may have TUI_TO_RIGHT. */
void tui_canvas_field(const struct tui_area *area, int row, int column, int width, int style,
		      const char *text);
void tui_canvas_fill(const struct tui_area *area, int row, int column, int width, uint32_t code,
		     int style);
/* Gives `width` cells a style and keeps their characters. */
void tui_canvas_paint(const struct tui_area *area, int row, int column, int width, int style);

/* Columns a text takes. */
int tui_canvas_width(const char *text);
/* The next character of a UTF-8 text, which is moved on; '?' for what must not reach a terminal. */
uint32_t tui_canvas_decode(const char **text);
/* Writes a code as UTF-8 with NUL; `text` has room for 5 bytes. */
void tui_canvas_encode(uint32_t code, char *text);

/* The picture as lines of text, without spaces at their ends. Negative errno on failure. */
int tui_canvas_print(const struct tui_canvas *canvas, FILE *file);

#endif

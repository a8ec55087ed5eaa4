/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The canvas: what a picture IS, apart from how a terminal is told about it.
 *
 * Every cell is one terminal column. That only holds for characters whose width nobody disputes, so
 * decode() lets through a fixed set (Latin, Greek, Cyrillic, the drawing characters views use) and
 * turns everything else into '?': control characters, escape sequences hidden in a process name,
 * combining and wide characters, bidirectional overrides, broken UTF-8. A hostile comm or path can
 * therefore neither move the cursor nor shift a column. The set does not depend on the locale, so
 * pictures are the same on every machine.
 *
 * Views always draw with the nice glyphs; an ASCII canvas replaces them as they arrive.
 */
#include "tui/canvas.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

enum { TEXT_BYTES = 1024 }; /* longest formatted text: far more than a line shows */

static int clamp_side(int side)
{
	if (side < 1)
		return 1;
	return side > TUI_CANVAS_SIDE_MAX ? TUI_CANVAS_SIDE_MAX : side;
}

int tui_canvas_init(struct tui_canvas *canvas, int rows, int columns, int ascii)
{
	*canvas = (struct tui_canvas){ .ascii = ascii };
	return tui_canvas_resize(canvas, rows, columns);
}

void tui_canvas_done(struct tui_canvas *canvas)
{
	free(canvas->cells);
	*canvas = (struct tui_canvas){ 0 };
}

int tui_canvas_resize(struct tui_canvas *canvas, int rows, int columns)
{
	struct tui_cell *cells;

	rows = clamp_side(rows);
	columns = clamp_side(columns);
	cells = calloc((size_t)rows * (size_t)columns, sizeof(*cells));
	if (!cells)
		return -ENOMEM;
	free(canvas->cells);
	canvas->cells = cells;
	canvas->rows = rows;
	canvas->columns = columns;
	tui_canvas_clear(canvas);
	return 0;
}

void tui_canvas_clear(struct tui_canvas *canvas)
{
	size_t count = (size_t)canvas->rows * (size_t)canvas->columns;

	for (size_t i = 0; i < count; i++)
		canvas->cells[i] = (struct tui_cell){ .code = ' ', .style = TUI_NORMAL };
}

struct tui_area tui_canvas_area(struct tui_canvas *canvas)
{
	return (struct tui_area){ canvas, 0, 0, canvas->rows, canvas->columns };
}

struct tui_area tui_canvas_part(const struct tui_area *area, int row, int column, int rows,
				int columns)
{
	struct tui_area part = { area->canvas, area->row + row, area->column + column, rows,
				 columns };

	assert(row >= 0 && column >= 0);
	if (part.rows > area->rows - row)
		part.rows = area->rows - row;
	if (part.columns > area->columns - column)
		part.columns = area->columns - column;
	if (part.rows < 0)
		part.rows = 0;
	if (part.columns < 0)
		part.columns = 0;
	return part;
}

/* Levels of a graph, lightest first, as the eight block elements have them. */
static const char ascii_levels[] = "._-=+*%#";

/* The ASCII stand-in of a glyph. */
static uint32_t plain(uint32_t code)
{
	static const struct {
		uint32_t code;
		char plain;
	} stand_ins[] = {
		{ 0x2500, '-' }, { 0x2502, '|' }, { 0x250a, ':' }, { 0x2514, '+' }, { 0x2534, '+' },
		{ 0x2022, '*' }, { 0x2026, '~' }, { 0x2192, '>' }, { 0x25b2, '^' }, { 0x25bc, 'v' },
		{ 0x25b6, '>' }, { 0x00b7, '.' }, { 0x2013, '-' }, { 0x25cf, '*' }, { 0x2190, '<' },
		{ 0x2191, '^' }, { 0x2193, 'v' }, { 0x2591, ':' }, { 0x2592, 'o' }, { 0x2593, '8' },
	};

	if (code < 0x80)
		return code;
	if (code >= 0x2581 && code <= 0x2588)
		return (uint32_t)ascii_levels[code - 0x2581];
	for (size_t i = 0; i < sizeof(stand_ins) / sizeof(stand_ins[0]); i++)
		if (stand_ins[i].code == code)
			return (uint32_t)stand_ins[i].plain;
	return '?';
}

static struct tui_cell *cell_at(const struct tui_area *area, int row, int column)
{
	const struct tui_canvas *canvas = area->canvas;

	if (row < 0 || column < 0 || row >= area->rows || column >= area->columns)
		return NULL;
	row += area->row;
	column += area->column;
	if (row >= canvas->rows || column >= canvas->columns)
		return NULL;
	return &canvas->cells[(size_t)row * (size_t)canvas->columns + (size_t)column];
}

void tui_canvas_put(const struct tui_area *area, int row, int column, uint32_t code, int style)
{
	struct tui_cell *cell = cell_at(area, row, column);

	if (!cell)
		return;
	cell->code = area->canvas->ascii ? plain(code) : code;
	cell->style = (uint8_t)style;
}

/* True for characters that every terminal draws in one column, alone. */
static int safe(uint32_t code)
{
	static const struct {
		uint32_t first;
		uint32_t last;
	} ranges[] = {
		{ 0x20, 0x7e },	    { 0xa0, 0xac },	{ 0xae, 0x24f },    { 0x388, 0x482 },
		{ 0x48a, 0x52f },   { 0x2010, 0x2027 }, { 0x2030, 0x205e }, { 0x20a0, 0x20b5 },
		{ 0x2190, 0x2193 }, { 0x2500, 0x25b7 }, { 0x25bc, 0x25bc }, { 0x25cf, 0x25cf },
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (code >= ranges[i].first && code <= ranges[i].last)
			return 1;
	return 0;
}

uint32_t tui_canvas_decode(const char **text)
{
	const unsigned char *byte = (const unsigned char *)*text;
	uint32_t code = *byte;
	int more = code >= 0xf0 ? 3 : code >= 0xe0 ? 2 : code >= 0xc2 ? 1 : 0;

	*text += 1;
	if (code < 0x80)
		return safe(code) ? code : '?';
	if (more == 0 || code > 0xf4)
		return '?';
	code &= 0x3fu >> more;
	for (int i = 1; i <= more; i++) {
		if ((byte[i] & 0xc0) != 0x80)
			return '?';
		code = code << 6 | (byte[i] & 0x3fu);
	}
	*text += more;
	return safe(code) ? code : '?';
}

void tui_canvas_encode(uint32_t code, char *text)
{
	if (code < 0x80) {
		*text++ = (char)code;
	} else if (code < 0x800) {
		*text++ = (char)(0xc0 | code >> 6);
		*text++ = (char)(0x80 | (code & 0x3f));
	} else {
		assert(code < 0x10000); /* safe() lets nothing larger in */
		*text++ = (char)(0xe0 | code >> 12);
		*text++ = (char)(0x80 | (code >> 6 & 0x3f));
		*text++ = (char)(0x80 | (code & 0x3f));
	}
	*text = '\0';
}

int tui_canvas_width(const char *text)
{
	int width = 0;

	for (; *text; width++)
		tui_canvas_decode(&text);
	return width;
}

int tui_canvas_text(const struct tui_area *area, int row, int column, int style, const char *text)
{
	for (; *text; column++)
		tui_canvas_put(area, row, column, tui_canvas_decode(&text), style);
	return column;
}

int tui_canvas_format(const struct tui_area *area, int row, int column, int style,
		      const char *format, ...)
{
	char text[TEXT_BYTES];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return tui_canvas_text(area, row, column, style, text);
}

void tui_canvas_field(const struct tui_area *area, int row, int column, int width, int style,
		      const char *text)
{
	int right = style & TUI_TO_RIGHT;
	int text_width = tui_canvas_width(text);
	int end = column + width;

	style &= ~TUI_TO_RIGHT;
	if (width <= 0)
		return;
	if (text_width <= width) {
		tui_canvas_text(area, row, right ? end - text_width : column, style, text);
		return;
	}
	for (; column < end - 1; column++)
		tui_canvas_put(area, row, column, tui_canvas_decode(&text), style);
	tui_canvas_put(area, row, column, 0x2026, style);
}

void tui_canvas_fill(const struct tui_area *area, int row, int column, int width, uint32_t code,
		     int style)
{
	for (int i = 0; i < width; i++)
		tui_canvas_put(area, row, column + i, code, style);
}

void tui_canvas_paint(const struct tui_area *area, int row, int column, int width, int style)
{
	for (int i = 0; i < width; i++) {
		struct tui_cell *cell = cell_at(area, row, column + i);

		if (cell)
			cell->style = (uint8_t)style;
	}
}

int tui_canvas_print(const struct tui_canvas *canvas, FILE *file)
{
	errno = 0;
	for (int row = 0; row < canvas->rows; row++) {
		const struct tui_cell *cells =
			&canvas->cells[(size_t)row * (size_t)canvas->columns];
		int length = canvas->columns;

		while (length > 0 && cells[length - 1].code == ' ')
			length--;
		for (int column = 0; column < length; column++) {
			char text[5];

			tui_canvas_encode(cells[column].code, text);
			fputs(text, file);
		}
		fputc('\n', file);
	}
	if (!fflush(file) && !ferror(file))
		return 0;
	return errno ? -errno : -EIO;
}

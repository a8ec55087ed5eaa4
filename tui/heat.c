/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The heat map. Only the times that occur in what is shown have rows, so that a quick device fills
 * the picture as well as a slow one. Four shades on a logarithmic scale: a single slow command
 * among a million must still be seen. Shade and colour say the same.
 */
#include "tui/heat.h"

#include <math.h>

#include "tui/format.h"

enum { SHADES = 4 };

/* What is drawn: these rows of the model, so many to one row of the screen. */
struct scale {
	int lowest;
	int highest;
	int rows_a_line;
	int lines;
	uint64_t most; /* in one cell of the screen */
};

/* Commands in one cell of the screen; line 0 is the quickest. */
static uint64_t cell(const uint32_t *rows, const struct scale *scale, int line)
{
	int from = scale->lowest + line * scale->rows_a_line;
	uint64_t sum = 0;

	for (int row = from; row < from + scale->rows_a_line && row < MODEL_HEAT_ROWS; row++)
		sum += rows[row];
	return sum;
}

static void find_range(const struct model_heat *heat, uint64_t columns, struct scale *scale)
{
	const uint32_t *rows;

	scale->lowest = MODEL_HEAT_ROWS;
	scale->highest = -1;
	for (uint64_t back = 0; back < columns && (rows = model_heat_back(heat, back)); back++)
		for (int row = 0; row < MODEL_HEAT_ROWS; row++) {
			if (!rows[row])
				continue;
			scale->lowest = row < scale->lowest ? row : scale->lowest;
			scale->highest = row > scale->highest ? row : scale->highest;
		}
}

static struct scale scale_for(const struct model_heat *heat, uint64_t columns, int lines)
{
	struct scale scale = { .rows_a_line = 1 };
	const uint32_t *rows;
	int range;

	find_range(heat, columns, &scale);
	range = scale.highest - scale.lowest + 1;
	if (range < 1)
		return (struct scale){ .rows_a_line = 1 };
	while ((range + scale.rows_a_line - 1) / scale.rows_a_line > lines)
		scale.rows_a_line++;
	scale.lines = (range + scale.rows_a_line - 1) / scale.rows_a_line;
	for (uint64_t back = 0; back < columns && (rows = model_heat_back(heat, back)); back++)
		for (int line = 0; line < scale.lines; line++)
			if (cell(rows, &scale, line) > scale.most)
				scale.most = cell(rows, &scale, line);
	return scale;
}

/* 1..SHADES; the largest has the darkest, a single command at least the lightest. */
static int shade_of(uint64_t count, uint64_t most)
{
	int shade;

	if (count == most)
		return SHADES;
	shade = 1 + (int)(log2((double)count) / log2((double)most) * (SHADES - 1) + 0.5);
	return shade < SHADES ? shade : SHADES - 1;
}

static void draw_column(const struct tui_area *map, int column, const uint32_t *rows,
			const struct scale *scale)
{
	static const uint32_t glyphs[SHADES] = { 0x2591, 0x2592, 0x2593, 0x2588 };
	static const int styles[SHADES] = { TUI_HEAT_LOW, TUI_HEAT_SOME, TUI_HEAT_MANY,
					    TUI_HEAT_MOST };

	for (int line = 0; line < scale->lines; line++) {
		uint64_t count = cell(rows, scale, line);
		int row = map->rows - 1 - line;

		if (!count)
			tui_canvas_put(map, row, column, 0x00b7, TUI_DIM);
		else
			tui_canvas_put(map, row, column, glyphs[shade_of(count, scale->most) - 1],
				       styles[shade_of(count, scale->most) - 1]);
	}
}

/* The shortest time of each row; of the lowest row of all there is none. */
static void draw_labels(const struct tui_area *area, const struct scale *scale)
{
	for (int line = 0; line < scale->lines; line++) {
		int row = scale->lowest + line * scale->rows_a_line;
		struct tui_text text = tui_format_ns(UINT64_C(1) << (row + MODEL_HEAT_FIRST));

		tui_canvas_field(area, area->rows - 1 - line, 0, TUI_HEAT_LABEL - 1,
				 TUI_DIM | TUI_TO_RIGHT, row ? text.text : "0");
	}
}

void tui_heat_draw(const struct tui_area *area, const struct model_heat *heat)
{
	struct tui_area map = tui_canvas_part(area, 0, TUI_HEAT_LABEL, area->rows,
					      area->columns - TUI_HEAT_LABEL);
	struct scale scale;
	const uint32_t *rows;

	if (map.columns < 1 || area->rows < 1)
		return;
	scale = scale_for(heat, (uint64_t)map.columns, area->rows);
	if (!scale.lines) {
		tui_canvas_text(area, area->rows - 1, 0, TUI_DIM,
				heat->pushed ? "Nothing ended in this time."
					     : "Service times are not known yet.");
		return;
	}
	draw_labels(area, &scale);
	for (int column = 0; column < map.columns; column++) {
		rows = model_heat_back(heat, (uint64_t)(map.columns - 1 - column));
		if (rows)
			draw_column(&map, column, rows, &scale);
	}
}

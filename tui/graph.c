/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Pictures of numbers, from the eight block elements: a cell holds eight levels, so three rows tell
 * 24 depths apart. The linear console has these glyphs too, which braille patterns do not.
 *
 * A histogram's time axis is logarithmic, because latencies are. A bucket of event/bucket.h can be
 * wider or narrower than a column, so each bucket's count is spread over the columns it covers in
 * proportion; no comb appears when the range is narrow, and the area stays true.
 */
#include "tui/graph.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event/bucket.h"
#include "tui/format.h"

enum { LEVELS = 8, BLOCK_FIRST = 0x2580 /* + 1..8: one to eight eighths */ };

/* One bar: `level` eighths high, from the bottom of the area. */
static void bar(const struct tui_area *area, int column, int level, int style)
{
	for (int row = area->rows - 1; row >= 0 && level > 0; row--, level -= LEVELS)
		tui_canvas_put(area, row, column,
			       (uint32_t)(BLOCK_FIRST + (level < LEVELS ? level : LEVELS)), style);
}

static int level_of(double value, double max, int rows)
{
	int level;

	if (value <= 0 || max <= 0)
		return 0;
	level = (int)lround(fmin(value / max, 1.0) * rows * LEVELS);
	return level > 0 ? level : 1;
}

void tui_graph_bars(const struct tui_area *area, const double *values, size_t count, double max,
		    int style)
{
	size_t columns = (size_t)area->columns;

	for (size_t i = 0; i < columns && i < count; i++)
		bar(area, area->columns - 1 - (int)i,
		    level_of(values[count - 1 - i], max, area->rows), style);
}

void tui_graph_series(const struct tui_area *area, const struct model_series *series, int style)
{
	double values[TUI_CANVAS_SIDE_MAX];
	size_t columns = (size_t)area->columns;
	size_t skip = series->count > columns ? series->count - columns : 0;
	size_t shown = series->count - skip;
	double max = 0;

	for (size_t i = 0; i < shown; i++) {
		values[i] = model_series_at(series, (uint32_t)(skip + i))->in_flight;
		max = fmax(max, values[i]);
	}
	tui_graph_bars(area, values, shown, max, style);
}

/* The logarithmic time axis: from `low` to `high` (log2 of ns) over `columns`. */
struct axis {
	double low;
	double high;
	int columns;
};

static double position(const struct axis *axis, double ns)
{
	double value = log2(ns < 1 ? 1 : ns);

	return (value - axis->low) / (axis->high - axis->low) * axis->columns;
}

static int column_of(const struct axis *axis, double ns)
{
	int column = (int)position(axis, ns);

	return column < 0 ? 0 : column >= axis->columns ? axis->columns - 1 : column;
}

/* From the smallest to the largest value, at least an eighth of an octave each way. */
static struct axis axis_for(const struct histogram *histogram, int columns)
{
	const double margin = 0.125;

	return (struct axis){
		.low = log2((double)(histogram->min ? histogram->min : 1)) - margin,
		.high = log2((double)(histogram->max ? histogram->max : 1)) + margin,
		.columns = columns,
	};
}

/* Spreads one bucket over the columns it covers. */
static void spread(const struct axis *axis, uint32_t bucket, double count, double *columns)
{
	double from = position(axis, (double)ev_bucket_low(bucket));
	double to = position(axis, (double)ev_bucket_low(bucket + 1));

	from = fmin(fmax(from, 0), axis->columns);
	to = fmin(fmax(to, 0), axis->columns);
	if (to - from < 1e-9) {
		columns[column_of(axis, (double)ev_bucket_value(bucket))] += count;
		return;
	}
	for (int column = (int)from; column < axis->columns && column < to; column++) {
		double part = fmin(to, column + 1) - fmax(from, column);

		columns[column] += count * part / (to - from);
	}
}

static double *columns_of(const struct histogram *histogram, const struct axis *axis)
{
	double *columns = calloc((size_t)axis->columns, sizeof(*columns));

	for (uint32_t i = 0; columns && i < histogram->length; i++)
		if (histogram->buckets[i])
			spread(axis, histogram->first + i, (double)histogram->buckets[i], columns);
	return columns;
}

/* 1us and not 1.00us: a tick is a round number. */
static struct tui_text tick_text(double ns)
{
	struct tui_text text = tui_format_ns((uint64_t)ns);
	char *point = strchr(text.text, '.');

	if (point) {
		const char *rest = point + 1 + strspn(point + 1, "0");

		memmove(point, rest, strlen(rest) + 1);
	}
	return text;
}

/* A tick at ns, if it is on the axis; its time in the row below if that has room from *free_from
 * on. */
static void draw_tick(const struct tui_area *area, int row, const struct axis *axis, double ns,
		      int *free_from)
{
	double at = position(axis, ns);
	int column = (int)at;

	if (at < 0 || at >= axis->columns)
		return;
	tui_canvas_put(area, row, column, 0x2534, TUI_DIM);
	if (column >= *free_from)
		*free_from =
			1 + tui_canvas_text(area, row + 1, column, TUI_DIM, tick_text(ns).text);
}

/* The line below the bars, with a tick at each power of ten, and at 2 and 5 of it where the axis is
 * short. */
static void draw_axis(const struct tui_area *area, int row, const struct axis *axis)
{
	const double octaves_many = 7; /* two decades */
	int brief = axis->high - axis->low >= octaves_many;
	int free_from = 0;

	tui_canvas_fill(area, row, 0, axis->columns, 0x2500, TUI_DIM);
	for (double ns = 1; ns < 1e19; ns *= 10) {
		draw_tick(area, row, axis, ns, &free_from);
		if (brief)
			continue;
		draw_tick(area, row, axis, 2 * ns, &free_from);
		draw_tick(area, row, axis, 5 * ns, &free_from);
	}
	if (free_from) /* else no round number lies on it: its ends must do */
		return;
	tui_canvas_text(area, row + 1, 0, TUI_DIM, tui_format_ns((uint64_t)exp2(axis->low)).text);
	tui_canvas_field(area, row + 1, axis->columns - EV_UNITS_WIDTH, EV_UNITS_WIDTH,
			 TUI_DIM | TUI_TO_RIGHT, tui_format_ns((uint64_t)exp2(axis->high)).text);
}

/* Marks on the axis and the numbers in the last row. Marks always stand in the order of the text.
 */
static void draw_marks(const struct tui_area *area, int row, const struct axis *axis,
		       const struct histogram *histogram)
{
	static const struct {
		const char *name;
		double share;
		int style;
	} marks[] = { { "p50", 0.5, TUI_GOOD },
		      { "p99", 0.99, TUI_WARN },
		      { "p99.9", 0.999, TUI_CRIT } };
	int column = 0;

	for (size_t i = sizeof(marks) / sizeof(marks[0]); i-- > 0;)
		tui_canvas_put(area, row,
			       column_of(axis,
					 (double)histogram_quantile(histogram, marks[i].share)),
			       0x25b2, marks[i].style);
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		uint64_t ns = histogram_quantile(histogram, marks[i].share);

		column = tui_canvas_format(area, row + 2, column, marks[i].style, "▲ %s ",
					   marks[i].name);
		column = 3 +
			 tui_canvas_text(area, row + 2, column, TUI_NORMAL, tui_format_ns(ns).text);
	}
	column = tui_canvas_text(area, row + 2, column, TUI_DIM, "min ");
	column = 3 + tui_canvas_text(area, row + 2, column, TUI_NORMAL,
				     tui_format_ns(histogram->min).text);
	column = tui_canvas_text(area, row + 2, column, TUI_DIM, "max ");
	tui_canvas_text(area, row + 2, column, TUI_NORMAL, tui_format_ns(histogram->max).text);
}

void tui_graph_histogram(const struct tui_area *area, const struct histogram *histogram)
{
	int rows = area->rows - TUI_GRAPH_HISTOGRAM_FOOT;
	struct tui_area bars = tui_canvas_part(area, 0, 0, rows, area->columns);
	struct axis axis;
	double *columns;
	double max = 0;

	if (rows < 1 || area->columns < 2 || histogram->count == 0)
		return;
	axis = axis_for(histogram, area->columns);
	columns = columns_of(histogram, &axis);
	if (!columns)
		return;
	for (int i = 0; i < axis.columns; i++)
		max = fmax(max, columns[i]);
	tui_graph_bars(&bars, columns, (size_t)axis.columns, max, TUI_GRAPH);
	free(columns);
	draw_axis(area, rows, &axis);
	draw_marks(area, rows, &axis, histogram);
}

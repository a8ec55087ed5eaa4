/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* Bars and histograms: heights, edges, and that the area under a histogram is true. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/graph.h"

static void assert_picture(const struct tui_canvas *canvas, const char *expected)
{
	char text[4096] = "";
	FILE *file = fmemopen(text, sizeof(text), "w");

	assert_non_null(file);
	assert_int_equal(tui_canvas_print(canvas, file), 0);
	fclose(file);
	assert_string_equal(text, expected);
}

static void bars_have_eighths_and_stand_at_the_right(void **state)
{
	static const double values[] = { 16, 0, 0.01, 1, 8, 9, 15, 16, 99 };
	struct tui_canvas canvas;
	struct tui_area all;

	(void)state;
	/* Two rows, so 16 levels for a maximum of 16; the first value has no column left. */
	assert_int_equal(tui_canvas_init(&canvas, 2, 8, 0), 0);
	all = tui_canvas_area(&canvas);
	tui_graph_bars(&all, values, 9, 16, TUI_GRAPH);
	assert_picture(&canvas, "    ▁▇██\n ▁▁█████\n");
	tui_canvas_clear(&canvas);
	tui_graph_bars(&all, values, 2, 16, TUI_GRAPH); /* fewer values than columns */
	assert_picture(&canvas, "      █\n      █\n");
	tui_canvas_clear(&canvas);
	tui_graph_bars(&all, values, 9, 0, TUI_GRAPH); /* no maximum: nothing to compare with */
	assert_picture(&canvas, "\n\n");
	tui_canvas_done(&canvas);
}

/* Where the highest bar of a one-row histogram stands; -1: nowhere. */
static int full_column(const struct tui_canvas *canvas)
{
	for (int i = 0; i < canvas->columns; i++)
		if (canvas->cells[i].code == 0x2588)
			return i;
	return -1;
}

static void a_histogram_is_logarithmic_and_marked(void **state)
{
	struct tui_canvas canvas;
	struct tui_area all;
	struct histogram histogram;
	int p50 = -1, p999 = -1;

	(void)state;
	histogram_init(&histogram);
	for (int i = 0; i < 990; i++)
		assert_int_equal(histogram_add(&histogram, 1 << 10), 0);
	for (int i = 0; i < 10; i++)
		assert_int_equal(histogram_add(&histogram, 1 << 20), 0);
	/* From 2^10 to 2^20: ten octaves and an eighth on either side, over 82 columns: eight
	 * columns an octave, one column of margin. */
	assert_int_equal(tui_canvas_init(&canvas, 1 + TUI_GRAPH_HISTOGRAM_FOOT, 82, 0), 0);
	all = tui_canvas_area(&canvas);
	tui_graph_histogram(&all, &histogram);
	assert_int_equal(full_column(&canvas), 1);
	assert_int_equal(canvas.cells[81].code, 0x2581); /* 1 % still shows */
	assert_int_equal(canvas.cells[40].code, ' ');
	for (int i = 0; i < 82; i++)
		if (canvas.cells[82 + i].code == 0x25b2) {
			p50 = canvas.cells[82 + i].style == TUI_GOOD ? i : p50;
			p999 = canvas.cells[82 + i].style == TUI_CRIT ? i : p999;
		}
	assert_int_equal(p50, 1);
	assert_int_equal(p999, 81);
	tui_canvas_done(&canvas);
	histogram_done(&histogram);
}

static void odd_histograms_do_no_harm(void **state)
{
	static const uint64_t values[] = { 0, 1, 31, 32, 1ull << 40, UINT64_MAX };
	struct tui_canvas canvas;
	struct tui_area all;

	(void)state;
	for (int rows = 1; rows < 8; rows++)
		for (int columns = 1; columns < 40; columns += 13)
			for (size_t from = 0; from < 6; from++) {
				struct histogram histogram;

				histogram_init(&histogram);
				assert_int_equal(tui_canvas_init(&canvas, rows, columns, 0), 0);
				all = tui_canvas_area(&canvas);
				tui_graph_histogram(&all, &histogram);
				for (size_t i = from; i < 6; i++)
					assert_int_equal(histogram_add(&histogram, values[i]), 0);
				tui_graph_histogram(&all, &histogram);
				tui_canvas_done(&canvas);
				histogram_done(&histogram);
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bars_have_eighths_and_stand_at_the_right),
		cmocka_unit_test(a_histogram_is_logarithmic_and_marked),
		cmocka_unit_test(odd_histograms_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* The canvas: clipping, widths, and that nothing dangerous gets into a cell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/canvas.h"

static void printed(const struct tui_canvas *canvas, char *text, size_t text_bytes)
{
	FILE *file = fmemopen(text, text_bytes, "w");

	assert_non_null(file);
	assert_int_equal(tui_canvas_print(canvas, file), 0);
	fclose(file);
}

static void assert_picture(const struct tui_canvas *canvas, const char *expected)
{
	char text[4096] = "";

	printed(canvas, text, sizeof(text));
	assert_string_equal(text, expected);
}

static void text_is_cut_at_the_edges(void **state)
{
	struct tui_canvas canvas;
	struct tui_area all, part;

	(void)state;
	assert_int_equal(tui_canvas_init(&canvas, 3, 6, 0), 0);
	all = tui_canvas_area(&canvas);
	part = tui_canvas_part(&all, 1, 2, 1, 3);
	assert_int_equal(tui_canvas_text(&part, 0, 1, TUI_NORMAL, "abcdef"), 7);
	tui_canvas_text(&part, 0, -1, TUI_NORMAL, "xy");
	tui_canvas_text(&part, 1, 0, TUI_NORMAL, "below");
	tui_canvas_text(&part, -1, 0, TUI_NORMAL, "above");
	assert_picture(&canvas, "\n  yab\n\n");
	tui_canvas_done(&canvas);
}

static void a_part_never_leaves_its_area(void **state)
{
	struct tui_canvas canvas;
	struct tui_area all, part;

	(void)state;
	assert_int_equal(tui_canvas_init(&canvas, 4, 4, 0), 0);
	all = tui_canvas_area(&canvas);
	part = tui_canvas_part(&all, 3, 3, 9, 9);
	assert_int_equal(part.rows, 1);
	assert_int_equal(part.columns, 1);
	part = tui_canvas_part(&all, 5, 9, 2, 2);
	assert_int_equal(part.rows, 0);
	assert_int_equal(part.columns, 0);
	part = tui_canvas_part(&all, 0, 0, -3, 2);
	assert_int_equal(part.rows, 0);
	tui_canvas_done(&canvas);
}

static void a_field_ends_in_an_ellipsis(void **state)
{
	struct tui_canvas canvas;
	struct tui_area all;

	(void)state;
	assert_int_equal(tui_canvas_init(&canvas, 3, 8, 0), 0);
	all = tui_canvas_area(&canvas);
	tui_canvas_field(&all, 0, 0, 5, TUI_NORMAL, "abcdefg");
	tui_canvas_field(&all, 1, 0, 5, TUI_NORMAL | TUI_TO_RIGHT, "abc");
	tui_canvas_field(&all, 2, 0, 5, TUI_NORMAL, "äbcde");
	assert_picture(&canvas, "abcd…\n  abc\näbcde\n");
	tui_canvas_done(&canvas);
}

static void nothing_dangerous_gets_into_a_cell(void **state)
{
	static const struct {
		const char *text;
		const char *shown;
	} cases[] = {
		{ "a\033[2Jb", "a?[2Jb" },   /* escape sequence */
		{ "a\nb\tc\x7f", "a?b?c?" }, /* controls */
		{ "\xc2\x9b"
		  "1m",
		  "?1m" }, /* C1 control in UTF-8 */
		{ "\xe2\x80\xae"
		  "abc",
		  "?abc" },		       /* right-to-left override */
		{ "e\xcc\x81", "e?" },	       /* combining accent */
		{ "\xe6\xbc\xa2", "?" },       /* two columns wide */
		{ "\xf0\x9f\x98\x80!", "?!" }, /* emoji */
		{ "\xc0\x80", "??" },	       /* overlong NUL */
		{ "\xff\xfe", "??" },	       /* no UTF-8 */
		{ "\xe2\x82", "??" },	       /* cut in the middle */
		{ "\xed\xa0\x80", "?" },       /* surrogate */
		{ "Ärger-жук", "Ärger-жук" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tui_canvas canvas;
		struct tui_area all;
		char expected[64];

		assert_int_equal(tui_canvas_init(&canvas, 1, 20, 0), 0);
		all = tui_canvas_area(&canvas);
		tui_canvas_text(&all, 0, 0, TUI_NORMAL, cases[i].text);
		snprintf(expected, sizeof(expected), "%s\n", cases[i].shown);
		assert_picture(&canvas, expected);
		tui_canvas_done(&canvas);
	}
}

static void every_byte_pair_is_decoded_to_its_end(void **state)
{
	(void)state;
	for (unsigned first = 1; first < 256; first++)
		for (unsigned second = 0; second < 256; second++) {
			char text[3] = { (char)first, (char)second, '\0' };
			const char *at = text;

			while (*at)
				assert_true(tui_canvas_decode(&at) >= ' ');
			assert_true(at <= text + 2);
		}
}

static void ascii_replaces_every_glyph(void **state)
{
	struct tui_canvas canvas;
	struct tui_area all;

	(void)state;
	assert_int_equal(tui_canvas_init(&canvas, 1, 24, 1), 0);
	all = tui_canvas_area(&canvas);
	tui_canvas_text(&all, 0, 0, TUI_NORMAL, "▁▂▃▄▅▆▇█ ─│→←…▲·é");
	assert_picture(&canvas, "._-=+*%# -|><~^.?\n");
	tui_canvas_done(&canvas);
}

static void sizes_are_clamped(void **state)
{
	struct tui_canvas canvas;

	(void)state;
	assert_int_equal(tui_canvas_init(&canvas, 0, -5, 0), 0);
	assert_int_equal(canvas.rows, 1);
	assert_int_equal(canvas.columns, 1);
	assert_int_equal(tui_canvas_resize(&canvas, 1, 1 << 20), 0);
	assert_int_equal(canvas.columns, TUI_CANVAS_SIDE_MAX);
	tui_canvas_done(&canvas);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_cut_at_the_edges),
		cmocka_unit_test(a_part_never_leaves_its_area),
		cmocka_unit_test(a_field_ends_in_an_ellipsis),
		cmocka_unit_test(nothing_dangerous_gets_into_a_cell),
		cmocka_unit_test(every_byte_pair_is_decoded_to_its_end),
		cmocka_unit_test(ascii_replaces_every_glyph),
		cmocka_unit_test(sizes_are_clamped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

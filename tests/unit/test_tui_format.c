/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* Numbers for a screen, and the names of keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/format.h"
#include "tui/keys.h"

static void a_share_is_never_rounded_to_none_or_all(void **state)
{
	(void)state;
	assert_string_equal(tui_format_share(0, 0).text, "-");
	assert_string_equal(tui_format_share(0, 7).text, "0%");
	assert_string_equal(tui_format_share(7, 7).text, "100%");
	assert_string_equal(tui_format_share(1, 1000000).text, "<1%");
	assert_string_equal(tui_format_share(999999, 1000000).text, ">99%");
	assert_string_equal(tui_format_share(1, 3).text, "33%");
	assert_string_equal(tui_format_share(99, 100).text, "99%");
	assert_string_equal(tui_format_share(1, 100).text, "1%");
	assert_string_equal(tui_format_share(UINT64_MAX - 1, UINT64_MAX).text, ">99%");
}

static void a_clock_shows_tenths_rounded_down(void **state)
{
	const uint64_t second = 1000000000;

	(void)state;
	assert_string_equal(tui_format_clock(0).text, "00:00:00.0");
	assert_string_equal(tui_format_clock(99999999).text, "00:00:00.0");
	assert_string_equal(tui_format_clock(59 * second + 999999999).text, "00:00:59.9");
	assert_string_equal(tui_format_clock(3661 * second).text, "01:01:01.0");
	assert_string_equal(tui_format_clock(360000 * second).text, "100:00:00.0");
}

static void keys_are_read_word_by_word(void **state)
{
	const char *text = "  down f10\tq click:3,17 é-no";
	struct tui_input input;

	(void)state;
	assert_int_equal(tui_keys_next(&text, &input), 1);
	assert_int_equal(input.key, TUI_KEY_DOWN);
	assert_int_equal(tui_keys_next(&text, &input), 1);
	assert_int_equal(input.key, TUI_KEY_F0 + 10);
	assert_int_equal(tui_keys_next(&text, &input), 1);
	assert_int_equal(input.key, 'q');
	assert_int_equal(tui_keys_next(&text, &input), 1);
	assert_int_equal(input.key, TUI_KEY_CLICK);
	assert_int_equal(input.row, 3);
	assert_int_equal(input.column, 17);
	assert_true(tui_keys_next(&text, &input) < 0);
	assert_int_equal(tui_keys_next(&text, &input), 0);
	text = "f13";
	assert_true(tui_keys_next(&text, &input) < 0);
	text = "";
	assert_int_equal(tui_keys_next(&text, &input), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_share_is_never_rounded_to_none_or_all),
		cmocka_unit_test(a_clock_shows_tenths_rounded_down),
		cmocka_unit_test(keys_are_read_word_by_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

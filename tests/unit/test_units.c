/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* Times, sizes and counts: rounding at the edges of a unit, and parsing what people type. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "event/units.h"

static void prints_times(void **state)
{
	static const struct {
		uint64_t ns;
		const char *text;
	} cases[] = {
		{ 0, "0" },
		{ 1, "1ns" },
		{ 999, "999ns" },
		{ 1000, "1.00us" },
		{ 9994, "9.99us" },
		{ 9995, "10.0us" },
		{ 99951, "100us" },
		{ 999499, "999us" },
		{ 999500, "1.00ms" },
		{ 12345678, "12.3ms" },
		{ 1234567890, "1.23s" },
		{ 99499999999, "99.5s" },
		{ 99500000000, "1m40s" },
		{ 5999000000000, "99m59s" },
		{ 18420000000000, "5h07m" },
		{ 12 * UINT64_C(86400000000000), "12d" },
	};
	char text[EV_UNITS_TEXT_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(ev_units_time(text, cases[i].ns), cases[i].text);
}

static void prints_sizes_and_counts(void **state)
{
	char text[EV_UNITS_TEXT_BYTES];

	(void)state;
	assert_string_equal(ev_units_size(text, 0), "0");
	assert_string_equal(ev_units_size(text, 1023), "1023");
	assert_string_equal(ev_units_size(text, 1024), "1.00Ki");
	assert_string_equal(ev_units_size(text, 1536 * 1024), "1.50Mi");
	assert_string_equal(ev_units_size(text, 1024 * 1024 - 1), "1.00Mi");
	assert_string_equal(ev_units_size(text, UINT64_MAX), "16.0Ei");
	assert_string_equal(ev_units_count(text, 99999), "99999");
	assert_string_equal(ev_units_count(text, 100000), "100k");
	assert_string_equal(ev_units_count(text, 999499), "999k");
	assert_string_equal(ev_units_count(text, 999500), "1.00M");
	assert_string_equal(ev_units_count(text, UINT64_MAX), "18.4E");
}

static void nothing_is_wider_than_promised(void **state)
{
	char text[EV_UNITS_TEXT_BYTES];

	(void)state;
	for (uint64_t value = 1; value < UINT64_C(1) << 59; value += value / 3 + 1) {
		assert_true(strlen(ev_units_size(text, value)) <= EV_UNITS_WIDTH);
		assert_true(strlen(ev_units_count(text, value)) <= EV_UNITS_WIDTH);
		assert_true(strlen(ev_units_time(text, value)) <= EV_UNITS_WIDTH);
	}
}

static void parses_times(void **state)
{
	uint64_t ns = 7;

	(void)state;
	assert_int_equal(ev_units_parse_time("250us", &ns), 0);
	assert_int_equal(ns, 250000);
	assert_int_equal(ev_units_parse_time("1.5ms", &ns), 0);
	assert_int_equal(ns, 1500000);
	assert_int_equal(ev_units_parse_time("2.075us", &ns), 0);
	assert_int_equal(ns, 2075);
	assert_int_equal(ev_units_parse_time("1.2345678s", &ns), 0); /* six digits count */
	assert_int_equal(ns, 1234567000);
	assert_int_equal(ev_units_parse_time("10s", &ns), 0);
	assert_int_equal(ns, UINT64_C(10000000000));
	assert_int_equal(ev_units_parse_time("2m", &ns), 0);
	assert_int_equal(ns, UINT64_C(120000000000));
	assert_int_equal(ev_units_parse_time("3\xc2\xb5s", &ns), 0);
	assert_int_equal(ns, 3000);
	assert_int_equal(ev_units_parse_time("0", &ns), 0);
	assert_int_equal(ns, 0);
}

static void refuses_what_is_no_time(void **state)
{
	static const char *const wrong[] = { "",      "5",   "s",    "-1s", "1 s",
					     "1..5s", "1.s", "5sec", "0x5s" };
	uint64_t ns = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(ev_units_parse_time(wrong[i], &ns), -EINVAL);
	assert_int_equal(ev_units_parse_time("99999999999s", &ns), -ERANGE);
	assert_int_equal(ev_units_parse_time("99999999999999999999999ns", &ns), -ERANGE);
	assert_int_equal(ns, 7);
}

static void parses_numbers(void **state)
{
	static const char *const wrong[] = { "",  "-1",	 " 1",	 "+1",
					     "x", "101", "0x65", "18446744073709551617" };
	const char *rest = NULL;
	uint64_t number = 7;

	(void)state;
	assert_int_equal(ev_units_parse_number("010", 100, &number, &rest), 0);
	assert_int_equal(number, 10);
	assert_string_equal(rest, "");
	assert_int_equal(ev_units_parse_number("0x1F,3", 100, &number, &rest), 0);
	assert_int_equal(number, 31);
	assert_string_equal(rest, ",3");
	assert_int_equal(ev_units_parse_number("18446744073709551615", UINT64_MAX, &number, &rest),
			 0);
	assert_int_equal(number, UINT64_MAX);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(ev_units_parse_number(wrong[i], 100, &number, &rest), -EINVAL);
	assert_int_equal(number, UINT64_MAX);
}

static void parses_sizes(void **state)
{
	uint64_t bytes = 7;

	(void)state;
	assert_int_equal(ev_units_parse_size("4096", &bytes), 0);
	assert_int_equal(bytes, 4096);
	assert_int_equal(ev_units_parse_size("64K", &bytes), 0);
	assert_int_equal(bytes, 65536);
	assert_int_equal(ev_units_parse_size("1.5MiB", &bytes), 0);
	assert_int_equal(bytes, 1572864);
	assert_int_equal(ev_units_parse_size("2G", &bytes), 0);
	assert_int_equal(bytes, UINT64_C(2147483648));
	assert_int_equal(ev_units_parse_size("12x", &bytes), -EINVAL);
	assert_int_equal(ev_units_parse_size("", &bytes), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prints_times),
		cmocka_unit_test(prints_sizes_and_counts),
		cmocka_unit_test(nothing_is_wider_than_promised),
		cmocka_unit_test(parses_times),
		cmocka_unit_test(refuses_what_is_no_time),
		cmocka_unit_test(parses_numbers),
		cmocka_unit_test(parses_sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

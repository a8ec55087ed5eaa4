/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* Ticks to time: all clocks, exact to the last digit, and numbers that mean nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "windows-etw/etl_clock.h"

static struct etl_clock clock_of(const struct etl_clock_terms *terms)
{
	struct etl_clock clock;
	struct ev_error why;

	assert_int_equal(etl_clock_init(&clock, terms, "x", &why), 0);
	return clock;
}

static void counter(void **state)
{
	struct etl_clock clock = clock_of(&(struct etl_clock_terms){ .type = 1,
								     .counter_frequency = 10000000,
								     .base_ticks = 500,
								     .base_filetime = 9000 });

	(void)state;
	assert_int_equal(etl_clock_ns(&clock, 123), 12300);
	assert_int_equal(etl_clock_filetime(&clock, 510), 9010);
	assert_int_equal(etl_clock_filetime(&clock, 490), 8990);
	assert_int_equal(etl_clock_ticks(&clock, 12399), 123);
}

/* 1 818 300 ticks a second: a tick is 549.9 ns. 1 hour and 1 tick. */
static void odd_counter(void **state)
{
	struct etl_clock clock = clock_of(&(struct etl_clock_terms){
		.type = 1, .counter_frequency = 1818300, .base_ticks = 0, .base_filetime = 0 });
	uint64_t hour = 3600ull * 1818300;

	(void)state;
	assert_int_equal(etl_clock_ns(&clock, hour), 3600000000000);
	assert_int_equal(etl_clock_ns(&clock, hour + 1), 3600000000549);
	assert_int_equal(etl_clock_filetime(&clock, hour + 2), 36000000010);
}

static void system_time(void **state)
{
	struct etl_clock clock = clock_of(&(struct etl_clock_terms){
		.type = 2, .base_ticks = 132404548206236167, .base_filetime = 132404548206236167 });

	(void)state;
	assert_int_equal(etl_clock_filetime(&clock, 132404548206236168), 132404548206236168);
	assert_int_equal(etl_clock_ns(&clock, 116444736000000003), 300);
	assert_int_equal(etl_clock_ns(&clock, 5), 0);
	assert_int_equal(etl_clock_duration_ns(&clock, 5), 500);
	assert_int_equal(etl_clock_unix_ns(132404548206236167), 1595981220623616700);
}

/* The oldest loggers do not say which clock it is: the counter, where there is one. */
static void no_type(void **state)
{
	const struct etl_clock_terms counter = { .counter_frequency = 1000 }, none = { 0 };

	(void)state;
	assert_int_equal(clock_of(&counter).type, ETL_CLOCK_COUNTER);
	assert_int_equal(clock_of(&counter).ticks_per_s, 1000);
	assert_int_equal(clock_of(&none).type, ETL_CLOCK_SYSTEM);
	assert_int_equal(clock_of(&none).ticks_per_s, 10000000);
}

static void cycles(void **state)
{
	struct etl_clock clock = clock_of(&(struct etl_clock_terms){
		.type = 3, .cpu_mhz = 3000, .base_ticks = 3000, .base_filetime = 1000 });

	(void)state;
	assert_int_equal(etl_clock_ns(&clock, 3000), 1000);
	assert_int_equal(etl_clock_filetime(&clock, 3300), 1001);
}

/* The year 292 of uptime: stays a number. */
static void saturates(void **state)
{
	struct etl_clock clock =
		clock_of(&(struct etl_clock_terms){ .type = 1, .counter_frequency = 1 });

	(void)state;
	assert_int_equal(etl_clock_ns(&clock, UINT64_MAX), INT64_MAX);
	assert_int_equal(etl_clock_unix_ns(0), 0);
}

static void refused(void **state)
{
	static const struct etl_clock_terms bad[] = {
		{ .type = 1 },
		{ .type = 3 },
		{ .type = 4, .counter_frequency = 1 },
		{ .type = 1, .counter_frequency = UINT64_MAX },
		{ .type = 3, .cpu_mhz = UINT32_MAX },
	};
	struct etl_clock clock;
	struct ev_error why;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		memset(&why, 0, sizeof(why));
		assert_true(etl_clock_init(&clock, &bad[i], "x.etl", &why) < 0);
		assert_non_null(strstr(why.text, "x.etl"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counter),     cmocka_unit_test(odd_counter),
		cmocka_unit_test(system_time), cmocka_unit_test(cycles),
		cmocka_unit_test(saturates),   cmocka_unit_test(refused),
		cmocka_unit_test(no_type),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

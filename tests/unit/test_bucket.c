/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* Buckets: every value lies in one, in order, and its stand-in is within 1/64 of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "event/bucket.h"

static void check(uint64_t value)
{
	uint32_t bucket = ev_bucket(value);
	uint64_t middle = ev_bucket_value(bucket);
	uint64_t error = middle > value ? middle - value : value - middle;

	assert_true(bucket < EV_BUCKET_COUNT);
	assert_true(ev_bucket_low(bucket) <= value);
	if (bucket + 1 < EV_BUCKET_COUNT)
		assert_true(ev_bucket_low(bucket + 1) > value);
	assert_true(error <= value / 64);
}

static void small_values_are_exact(void **unused)
{
	(void)unused;
	for (uint64_t value = 0; value < 2 * EV_BUCKET_PARTS; value++) {
		assert_int_equal(ev_bucket(value), value);
		assert_int_equal(ev_bucket_value((uint32_t)value), value);
	}
}

static void every_value_has_a_bucket(void **unused)
{
	(void)unused;
	for (uint64_t value = 0; value < 100000; value++)
		check(value);
	for (int bit = 5; bit < 64; bit++) {
		uint64_t power = (uint64_t)1 << bit;

		check(power - 1);
		check(power);
		check(power + 1);
		check(power + power / 3);
		check(power + (power - 1));
	}
	assert_int_equal(ev_bucket(UINT64_MAX), EV_BUCKET_COUNT - 1);
}

static void lows_are_where_buckets_start(void **unused)
{
	(void)unused;
	for (uint32_t bucket = 0; bucket < EV_BUCKET_COUNT; bucket++) {
		assert_int_equal(ev_bucket(ev_bucket_low(bucket)), bucket);
		assert_int_equal(ev_bucket(ev_bucket_value(bucket)), bucket);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_values_are_exact),
		cmocka_unit_test(every_value_has_a_bucket),
		cmocka_unit_test(lows_are_where_buckets_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

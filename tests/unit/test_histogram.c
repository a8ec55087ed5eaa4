/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* Histograms against the sorted values they were made of. */
#include <errno.h>
#include <stdlib.h>

#include "model/histogram.h"
#include "tests/unit/model_feed.h"

enum { VALUES = 20011 };

static uint64_t values[VALUES];

static int ascending(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return a < b ? -1 : a > b;
}

static uint64_t even(uint64_t *state)
{
	return feed_random(state) % 1000000;
}

/* Many small values and a few huge ones, over all powers of two. */
static uint64_t heavy_tail(uint64_t *state)
{
	return feed_random(state) >> (feed_random(state) % 64);
}

static uint64_t two_humps(uint64_t *state)
{
	return feed_random(state) % 10 ? 9000 + feed_random(state) % 2000
				       : 8000000 + feed_random(state) % 100000;
}

static uint64_t always_same(uint64_t *state)
{
	(void)state;
	return 123457;
}

static uint64_t tiny(uint64_t *state)
{
	return feed_random(state) % 3;
}

/* Compares with the exact answer: the smallest value with at least the share q at or below it. */
static void check_quantiles(const struct histogram *histogram)
{
	static const double shares[] = { 0, 0.001, 0.1, 0.25, 0.5, 0.9, 0.99, 0.999, 0.9999, 1 };

	for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
		size_t rank = 0;
		uint64_t exact, found, off;

		while (rank < VALUES && (double)rank < shares[i] * VALUES)
			rank++;
		exact = values[rank ? rank - 1 : 0];
		found = histogram_quantile(histogram, shares[i]);
		off = found > exact ? found - exact : exact - found;
		if (off > exact / 32)
			fail_msg("share %g: %llu instead of %llu", shares[i],
				 (unsigned long long)found, (unsigned long long)exact);
	}
}

static void check_distribution(uint64_t (*draw)(uint64_t *state))
{
	struct histogram histogram;
	uint64_t state = 88172645463325252u, sum = 0;

	histogram_init(&histogram);
	for (size_t i = 0; i < VALUES; i++) {
		values[i] = draw(&state);
		sum += values[i];
		assert_int_equal(histogram_add(&histogram, values[i]), 0);
	}
	qsort(values, VALUES, sizeof(values[0]), ascending);
	assert_int_equal(histogram.count, VALUES);
	assert_int_equal(histogram.sum, sum);
	assert_int_equal(histogram.min, values[0]);
	assert_int_equal(histogram.max, values[VALUES - 1]);
	check_quantiles(&histogram);
	histogram_done(&histogram);
}

static void quantiles_are_exact_to_one_32nd(void **state)
{
	(void)state;
	check_distribution(even);
	check_distribution(heavy_tail);
	check_distribution(two_humps);
	check_distribution(always_same);
	check_distribution(tiny);
}

static void empty_answers_zero(void **state)
{
	struct histogram histogram;

	(void)state;
	histogram_init(&histogram);
	assert_int_equal(histogram_quantile(&histogram, 0.5), 0);
	assert_int_equal(histogram.min, UINT64_MAX);
	assert_true(histogram_mean(&histogram) == 0);
	histogram_done(&histogram);
	histogram_done(NULL);
}

static void few_values_are_their_own_quantiles(void **state)
{
	struct histogram histogram;

	(void)state;
	histogram_init(&histogram);
	histogram_add(&histogram, 1000);
	assert_int_equal(histogram_quantile(&histogram, 0.01), 1000);
	assert_int_equal(histogram_quantile(&histogram, 0.99), 1000);
	histogram_add(&histogram, 5000000);
	/* Half of two values lie at or below the smaller. */
	assert_int_equal(histogram_quantile(&histogram, 0.5), 1000);
	assert_int_equal(histogram_quantile(&histogram, 0.51), 5000000);
	assert_true(histogram_mean(&histogram) == 2500500);
	histogram_done(&histogram);
}

static void every_value_has_a_place(void **state)
{
	struct histogram histogram;

	(void)state;
	histogram_init(&histogram);
	for (unsigned int bit = 0; bit < 64; bit++)
		assert_int_equal(histogram_add(&histogram, (uint64_t)1 << bit), 0);
	assert_int_equal(histogram_add(&histogram, 0), 0);
	assert_int_equal(histogram_add(&histogram, UINT64_MAX), 0);
	assert_int_equal(histogram.count, 66);
	assert_int_equal(histogram_quantile(&histogram, 1), UINT64_MAX);
	assert_int_equal(histogram_quantile(&histogram, 0), 0);
	assert_int_equal(histogram_add_bucket(&histogram, EV_BUCKET_COUNT, 1), -EINVAL);
	histogram_done(&histogram);
}

static void merged_is_the_same_as_added(void **state)
{
	struct histogram whole, parts, part;
	uint64_t random = 7;

	(void)state;
	histogram_init(&whole);
	histogram_init(&parts);
	histogram_init(&part);
	for (int i = 0; i < 1000; i++) {
		uint64_t value = heavy_tail(&random);

		histogram_add(&whole, value);
		histogram_add(&part, value);
		if (i % 100 == 99) {
			assert_int_equal(histogram_merge(&parts, &part), 0);
			histogram_clear(&part);
			assert_int_equal(histogram_quantile(&part, 0.5), 0);
		}
	}
	assert_int_equal(parts.count, whole.count);
	assert_int_equal(parts.sum, whole.sum);
	assert_int_equal(parts.min, whole.min);
	assert_int_equal(parts.max, whole.max);
	for (int i = 0; i <= 100; i++)
		assert_int_equal(histogram_quantile(&parts, i / 100.0),
				 histogram_quantile(&whole, i / 100.0));
	histogram_done(&whole);
	histogram_done(&parts);
	histogram_done(&part);
}

static void put_needs_room(void **state)
{
	struct histogram histogram;

	(void)state;
	histogram_init(&histogram);
	assert_int_equal(histogram_put(&histogram, 100), 0);
	assert_int_equal(histogram.count, 0);
	assert_int_equal(histogram_reserve(&histogram, ev_bucket(100), ev_bucket(100)), 0);
	assert_int_equal(histogram_put(&histogram, 100), 1);
	assert_int_equal(histogram_put(&histogram, 100000000), 0);
	assert_int_equal(histogram.count, 1);
	histogram_done(&histogram);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quantiles_are_exact_to_one_32nd),
		cmocka_unit_test(empty_answers_zero),
		cmocka_unit_test(few_values_are_their_own_quantiles),
		cmocka_unit_test(every_value_has_a_place),
		cmocka_unit_test(merged_is_the_same_as_added),
		cmocka_unit_test(put_needs_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

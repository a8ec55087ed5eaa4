/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* What is in flight at once, against counting it the slow way. */
#include "model/model_level.h"

#include <stdlib.h>

#include "tests/unit/model_feed.h"

enum { SPANS = 3000, OPEN = 40 };

static struct span {
	uint64_t from_ns;
	uint64_t to_ns;
} spans[SPANS];

static struct memory memory = { .limit_bytes = SIZE_MAX };

/* The largest number at any time from since_ns on. It is reached where something begins or at the
 * edge, so only these times are tried. Ends count: the last instant is still under way. */
static uint64_t slow_max(size_t count, uint64_t since_ns)
{
	uint64_t max = 0;

	for (size_t i = 0; i < count; i++) {
		uint64_t at = spans[i].from_ns > since_ns ? spans[i].from_ns : since_ns;
		uint64_t under_way = 0;

		for (size_t j = 0; j < count; j++)
			under_way += spans[j].from_ns <= at && at <= spans[j].to_ns;
		max = under_way > max ? under_way : max;
	}
	return max;
}

static void fill(struct level *level, uint64_t seed, uint64_t longest_ns, uint64_t step_ns)
{
	uint64_t state = seed, now_ns = 10 * longest_ns;

	for (size_t i = 0; i < SPANS; i++) {
		now_ns += feed_random(&state) % step_ns;
		spans[i].to_ns = now_ns;
		spans[i].from_ns = now_ns - feed_random(&state) % longest_ns;
		model_level_add(&memory, level, spans[i].from_ns, spans[i].to_ns);
	}
}

/* Depth about longest / step: from one at a time to more than are closed up at once. */
static const struct {
	uint64_t longest_ns;
	uint64_t step_ns;
} loads[] = { { 1, 5 }, { 10, 10 }, { 1000, 60 }, { 1000, 2 }, { 100000, 100 }, { 100000, 1000 } };

static void max_is_exact(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(loads) / sizeof(loads[0]); i++) {
		struct level level = { 0 };
		uint64_t area_ns = 0;

		fill(&level, 1234567 + i, loads[i].longest_ns, loads[i].step_ns);
		assert_int_equal(model_level_max_with(&memory, &level, NULL, 0),
				 slow_max(SPANS, 0));
		for (size_t j = 0; j < SPANS; j++)
			area_ns += spans[j].to_ns - spans[j].from_ns;
		assert_int_equal(level.area_ns, area_ns);
		assert_int_equal(level.missing, 0);
		model_level_done(&memory, &level);
	}
	assert_int_equal(memory.used_bytes, 0);
}

static void max_since_a_time_is_exact(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(loads) / sizeof(loads[0]); i++) {
		struct level level = { 0 };

		fill(&level, 42 + i, loads[i].longest_ns, loads[i].step_ns);
		for (size_t j = SPANS - 1; j > SPANS - 200; j -= 33)
			assert_int_equal(model_level_max_since(&memory, &level, spans[j].to_ns),
					 slow_max(SPANS, spans[j].to_ns));
		assert_int_equal(model_level_max_since(&memory, &level, spans[SPANS - 1].to_ns + 1),
				 0);
		model_level_done(&memory, &level);
	}
}

static int ascending(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return a < b ? -1 : a > b;
}

/* Those that have not ended are the same as ones that end with the last. */
static void open_ones_count(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(loads) / sizeof(loads[0]); i++) {
		struct level level = { 0 };
		uint64_t begins[OPEN];
		size_t ended = SPANS - OPEN;

		fill(&level, 99 + i, loads[i].longest_ns, loads[i].step_ns);
		model_level_done(&memory, &level);
		for (size_t j = 0; j < ended; j++)
			model_level_add(&memory, &level, spans[j].from_ns, spans[j].to_ns);
		for (size_t j = 0; j < OPEN; j++) {
			spans[ended + j].to_ns = UINT64_MAX;
			begins[j] = spans[ended + j].from_ns;
		}
		qsort(begins, OPEN, sizeof(begins[0]), ascending);
		assert_int_equal(model_level_max_with(&memory, &level, begins, OPEN),
				 slow_max(SPANS, 0));
		assert_int_equal(model_level_max_with(&memory, &level, NULL, 0), level.max);
		model_level_done(&memory, &level);
	}
}

static void steps_stay_few(void **state)
{
	struct level level = { 0 };

	(void)state;
	fill(&level, 5, 1000, 20);
	/* Never more than twice the maximum and some slack, however many were told. */
	model_level_flush(&memory, &level);
	assert_true(level.count <= 2 * level.max + 64 + LEVEL_BATCH);
	model_level_done(&memory, &level);
}

static void a_copy_goes_on_like_the_first(void **state)
{
	struct level first = { 0 }, copy = { 0 };
	uint64_t now_ns;

	(void)state;
	fill(&first, 17, 1000, 20);
	model_level_copy(&memory, &copy, &first);
	now_ns = spans[SPANS - 1].to_ns;
	for (uint64_t i = 0; i < 500; i++) {
		now_ns += i % 7;
		model_level_add(&memory, &first, now_ns - i, now_ns);
		model_level_add(&memory, &copy, now_ns - i, now_ns);
	}
	assert_int_equal(model_level_max_with(&memory, &copy, NULL, 0),
			 model_level_max_with(&memory, &first, NULL, 0));
	assert_int_equal(copy.area_ns, first.area_ns);
	model_level_done(&memory, &first);
	model_level_done(&memory, &copy);
}

static void without_memory_it_says_so(void **state)
{
	struct memory none = { 0 };
	struct level level = { 0 };

	(void)state;
	model_level_add(&none, &level, 1, 2);
	model_level_add(&none, &level, 1, 3);
	assert_int_equal(level.area_ns, 3);
	assert_int_equal(model_level_max_since(&none, &level, 0), 0);
	assert_int_equal(level.missing, 2);
	model_level_done(&none, &level);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(max_is_exact),
		cmocka_unit_test(max_since_a_time_is_exact),
		cmocka_unit_test(open_ones_count),
		cmocka_unit_test(steps_stay_few),
		cmocka_unit_test(a_copy_goes_on_like_the_first),
		cmocka_unit_test(without_memory_it_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* The map against a plain array, with keys that crowd together. */
#include "model/model_map.h"

#include "tests/unit/model_feed.h"

enum { KEYS = 300, STEPS = 20000 };

/* Pointers and counters, as applications use them for user_data. */
static uint64_t key_of(size_t index)
{
	return index % 2 ? 0x7f0000001000u + 64 * index : index;
}

static void behaves_like_an_array(void **state)
{
	struct memory memory = { .limit_bytes = SIZE_MAX };
	uint32_t expected[KEYS] = { 0 };
	struct map map = { 0 };
	uint64_t random = 3;
	uint32_t count = 0;

	(void)state;
	for (uint32_t step = 1; step <= STEPS; step++) {
		size_t index = feed_random(&random) % KEYS;

		if (feed_random(&random) % 2) {
			count += !expected[index];
			expected[index] = step;
			assert_int_equal(model_map_put(&memory, &map, key_of(index), step), 0);
		} else {
			count -= expected[index] != 0;
			expected[index] = 0;
			model_map_remove(&map, key_of(index));
		}
		assert_int_equal(map.count, count);
		index = feed_random(&random) % KEYS;
		assert_int_equal(model_map_get(&map, key_of(index)), expected[index]);
	}
	for (size_t i = 0; i < KEYS; i++)
		assert_int_equal(model_map_get(&map, key_of(i)), expected[i]);
	model_map_done(&memory, &map);
	assert_int_equal(memory.used_bytes, 0);
}

static void empty_map_is_all_zero(void **state)
{
	struct memory none = { 0 };
	struct map map = { 0 };

	(void)state;
	assert_int_equal(model_map_get(&map, 0), 0);
	model_map_remove(&map, 0);
	assert_true(model_map_put(&none, &map, 1, 1) < 0);
	assert_int_equal(model_map_get(&map, 1), 0);
	model_map_done(&none, &map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(behaves_like_an_array),
		cmocka_unit_test(empty_map_is_all_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* Columns: whatever the numbers, transforms and codings give them back, and the codings that suit a
 * kind of numbers are the ones that are chosen. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "event/column.h"

enum { COUNT = 5000, ROUNDS = 60, SLACK = 8 };

static uint64_t state;

static uint64_t random_u64(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/* Numbers of many sorts: narrow, wide, few different, with rare outliers of either sign. */
static void fill(uint64_t *numbers, uint32_t count)
{
	uint64_t mask = UINT64_MAX >> random_u64() % 64, base = random_u64() >> random_u64() % 64;
	unsigned shift = random_u64() % 20, rare = 1 + random_u64() % 300, few = random_u64() % 4;

	for (uint32_t i = 0; i < count; i++) {
		uint64_t number = random_u64() & mask;

		if (!few)
			number %= 1 + mask % 300;
		numbers[i] = base + (number << shift);
		if (random_u64() % rare == 0)
			numbers[i] = random_u64() >> random_u64() % 64;
		if (random_u64() % rare == 1)
			numbers[i] = 0 - (random_u64() >> random_u64() % 64);
	}
}

/* Writes and reads numbers; returns the coding and, if asked, the bytes it took. */
static int round_trip(const uint64_t *numbers, uint32_t count, size_t *ret_bytes)
{
	struct ev_pack pack = { 0 };
	struct ev_unpack in;
	uint64_t *back = malloc(count * sizeof(*back));
	struct ev_column_scratch scratch = { malloc(count * sizeof(*numbers)), malloc(count) };
	int coding = ev_column_put(&pack, numbers, count, &scratch);

	assert_true(coding >= 0);
	assert_int_equal(ev_pack_reserve(&pack, SLACK), 0);
	in = (struct ev_unpack){ .at = pack.data, .end = pack.data + pack.bytes };
	assert_int_equal(ev_column_get(&in, (uint8_t)coding, back, count), 0);
	assert_ptr_equal(in.at, in.end);
	assert_memory_equal(numbers, back, count * sizeof(*back));
	if (ret_bytes)
		*ret_bytes = pack.bytes;
	ev_pack_done(&pack);
	free(back);
	free(scratch.numbers);
	free(scratch.index);
	return coding;
}

static void numbers_come_back(void **unused)
{
	uint64_t numbers[COUNT];

	(void)unused;
	state = 1;
	for (int round = 0; round < 20 * ROUNDS; round++) {
		uint32_t count = 1 + random_u64() % (round % 2 ? COUNT : 20);

		fill(numbers, count);
		round_trip(numbers, count, NULL);
	}
}

static void codings_suit_the_numbers(void **unused)
{
	uint64_t numbers[COUNT];
	size_t bytes;

	(void)unused;
	state = 2;
	for (uint32_t i = 0; i < COUNT; i++)
		numbers[i] = 0xffffffff81000000;
	assert_int_equal(round_trip(numbers, COUNT, &bytes), EV_CODING_CONST);
	assert_in_range(bytes, 1, 10);
	for (uint32_t i = 0; i < COUNT; i++)
		numbers[i] = 0x563238b5a840 + random_u64() % 2 * 0x123456;
	assert_int_equal(round_trip(numbers, COUNT, &bytes), EV_CODING_DICT);
	assert_in_range(bytes, COUNT / 8, COUNT / 8 + 24);
	/* Random multiples of 4096 within 1 GiB: 18 bits of news each. */
	for (uint32_t i = 0; i < COUNT; i++)
		numbers[i] = random_u64() % (1 << 18) * 4096;
	assert_int_equal(round_trip(numbers, COUNT, &bytes), EV_CODING_PACKED);
	assert_in_range(bytes, COUNT * 18 / 8, COUNT * 18 / 8 + 24);
	/* Around a usual value, more than a dictionary holds, one far away: a byte each, not eight.
	 */
	for (uint32_t i = 0; i < COUNT; i++)
		numbers[i] = 5000 + random_u64() % 256;
	numbers[COUNT / 2] = 0 - (uint64_t)1000000000000;
	assert_int_equal(round_trip(numbers, COUNT, &bytes), EV_CODING_SPLIT);
	assert_in_range(bytes, COUNT, COUNT * 5 / 4 + 200);
}

static void transforms_come_back(void **unused)
{
	uint64_t values[COUNT], reference[COUNT], numbers[COUNT], back[COUNT];
	uint8_t tags[COUNT];
	uint32_t next[COUNT];

	(void)unused;
	state = 3;
	for (int round = 0; round < ROUNDS; round++) {
		uint32_t count = 1 + random_u64() % COUNT;
		struct ev_transform_in in = { reference, tags, count };

		fill(values, count);
		fill(reference, count);
		for (uint32_t i = 0; i < count; i++)
			tags[i] = (uint8_t)(random_u64() % (1 + round * 4));
		for (uint8_t transform = 0; transform < EV_TRANSFORM_COUNT; transform++) {
			if (transform == EV_TRANSFORM_TURN)
				ev_transform_turn(&in, values, numbers, next);
			else
				ev_transform_some(transform, &in, values, 0, count, numbers);
			if (transform == EV_TRANSFORM_REF && !ev_transform_fits(numbers, count))
				continue;
			if (transform == EV_TRANSFORM_DELTA)
				numbers[0] = values[0];
			ev_transform_undo(transform, &in, numbers, back, next);
			assert_memory_equal(transform == EV_TRANSFORM_TURN ? back : numbers, values,
					    count * sizeof(*values));
		}
	}
}

/* A sample is transformed like the whole: the choice between transforms relies on it. */
static void transforms_of_a_part_agree(void **unused)
{
	uint64_t values[COUNT], reference[COUNT], whole[COUNT], part[COUNT];
	struct ev_transform_in in = { reference, NULL, COUNT };

	(void)unused;
	state = 4;
	fill(values, COUNT);
	fill(reference, COUNT);
	for (uint8_t transform = EV_TRANSFORM_PLAIN; transform <= EV_TRANSFORM_REF; transform++) {
		ev_transform_some(transform, &in, values, 0, COUNT, whole);
		ev_transform_some(transform, &in, values, 700, 100, part);
		assert_memory_equal(part, whole + 700, 100 * sizeof(*part));
	}
}

/* What a fixed set of buffers does, resubmitted one every 1200 ns in the order of completion: the
 * transform leaves the 1200. */
static void turn_leaves_the_submission_cost(void **unused)
{
	enum { BUFFERS = 8, TURNS = 100, EVENTS = BUFFERS * TURNS };
	uint64_t times[EVENTS], submits[EVENTS], numbers[EVENTS];
	uint8_t tags[EVENTS];
	uint32_t next[EVENTS];
	struct ev_transform_in in = { times, tags, EVENTS };
	uint64_t clock = 1000, submitted[BUFFERS] = { 0 };

	(void)unused;
	state = 5;
	for (int turn = 0; turn < TURNS; turn++) {
		int first = (int)(random_u64() % BUFFERS);

		clock += 50000 + random_u64() % 100000;
		for (int i = 0; i < BUFFERS; i++) {
			int at = turn * BUFFERS + i, tag = (first + 3 * i) % BUFFERS;

			tags[at] = (uint8_t)tag;
			times[at] = clock += 150;
			submits[at] = submitted[tag];
		}
		for (int i = 0; i < BUFFERS; i++)
			submitted[tags[turn * BUFFERS + i]] = clock += 1200;
	}
	ev_transform_turn(&in, submits, numbers, next);
	for (int i = BUFFERS; i < EVENTS; i++) {
		/* The first of a batch is predicted from its own completion, BUFFERS - 1 before. */
		if (i % BUFFERS == 0)
			assert_int_equal(numbers[i], 1200 + (BUFFERS - 1) * 150);
		else
			assert_int_equal(numbers[i], 1200);
	}
}

static void tags_are_numbered_by_appearance(void **unused)
{
	uint64_t values[] = { 9, 7, 9, 0, 7, UINT64_MAX }, many[EV_TAGS_MAX + 1];
	const uint8_t expected[] = { 0, 1, 0, 2, 1, 3 };
	uint8_t tags[EV_TAGS_MAX + 1];

	(void)unused;
	assert_int_equal(ev_transform_tags(values, 6, tags), 4);
	assert_memory_equal(tags, expected, sizeof(expected));
	for (uint32_t i = 0; i <= EV_TAGS_MAX; i++)
		many[i] = i * 448;
	assert_int_equal(ev_transform_tags(many, EV_TAGS_MAX, tags), EV_TAGS_MAX);
	assert_int_equal(ev_transform_tags(many, EV_TAGS_MAX + 1, tags), 0);
}

/* Random bytes are either numbers or refused; the sanitizer sees to the rest. */
/* Random bytes are a column or they are refused; either way nothing outside is touched. */
static void hostile_bytes_are_refused(void **unused)
{
	enum { UNTOUCHED = 0x5a };
	uint64_t numbers[COUNT + 1];
	int sound = 0, refused = 0;

	(void)unused;
	state = 6;
	for (int round = 0; round < 2000; round++) {
		size_t bytes = random_u64() % 100;
		uint8_t *data = calloc(1, bytes + SLACK);
		struct ev_unpack in = { .at = data, .end = data + bytes };
		uint32_t count = 1 + random_u64() % COUNT;

		for (size_t i = 0; i < bytes; i++)
			data[i] = (uint8_t)random_u64();
		numbers[count] = UNTOUCHED;
		if (ev_column_get(&in, random_u64() % 8, numbers, count) == 0) {
			assert_false(in.bad);
			sound++;
		} else {
			refused++;
		}
		assert_true(in.at >= data && in.at <= in.end);
		assert_int_equal(numbers[count], UNTOUCHED);
		free(data);
	}
	assert_in_range(sound, 100, 1900);
	assert_int_equal(refused, 2000 - sound);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_come_back),
		cmocka_unit_test(codings_suit_the_numbers),
		cmocka_unit_test(transforms_come_back),
		cmocka_unit_test(transforms_of_a_part_agree),
		cmocka_unit_test(turn_leaves_the_submission_cost),
		cmocka_unit_test(tags_are_numbered_by_appearance),
		cmocka_unit_test(hostile_bytes_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

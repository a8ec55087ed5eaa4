/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* The queue between decoder and caller: order, amending an event by its position, growing, limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "windows-etw/etw_output.h"

static uint64_t add(struct etw_output *output, uint64_t time_ns, uint64_t number)
{
	struct ev_lost event = { .h = { .kind = EV_LOST, .time_ns = time_ns }, .count = number };

	return etw_output_add(output, &event.h, sizeof(event), NULL, 0);
}

static struct ev_lost *at(struct etw_output *output, uint64_t position)
{
	return (struct ev_lost *)etw_output_at(output, position);
}

/* `held` events wait at a time, and each is amended half way, wherever the memory is by then. */
static void pass_through(size_t held)
{
	enum { EVENTS = 20000, AMENDED = 1 << 20 };
	uint64_t *positions = calloc(EVENTS, sizeof(*positions));
	struct etw_output output;

	etw_output_init(&output);
	for (size_t i = 0; i < EVENTS; i++) {
		const struct ev_lost *taken;

		positions[i] = add(&output, i, i);
		if (i >= held / 2)
			at(&output, positions[i - held / 2])->count += AMENDED;
		if (i < held)
			continue;
		taken = (const struct ev_lost *)etw_output_take(&output);
		assert_int_equal(taken->h.size_bytes, sizeof(*taken));
		assert_int_equal(taken->h.time_ns, i - held);
		assert_int_equal(taken->count, i - held + AMENDED);
		assert_null(at(&output, positions[i - held]));
		assert_int_equal(etw_output_held_bytes(&output), held * sizeof(*taken));
	}
	assert_null(at(&output, positions[EVENTS - 1] + sizeof(struct ev_lost)));
	etw_output_done(&output);
	free(positions);
}

static void events_are_amended_where_they_are(void **state)
{
	(void)state;
	pass_through(10);
	pass_through(5000);
}

static void time_does_not_go_back(void **state)
{
	struct etw_output output;

	(void)state;
	etw_output_init(&output);
	add(&output, 5, 0);
	add(&output, 3, 1);
	add(&output, 7, 2);
	assert_int_equal(etw_output_take(&output)->time_ns, 5);
	assert_int_equal(etw_output_take(&output)->time_ns, 5);
	assert_int_equal(etw_output_take(&output)->time_ns, 7);
	assert_null(etw_output_take(&output));
	etw_output_done(&output);
}

static void a_tail_is_cut_to_what_an_event_may_have(void **state)
{
	static uint8_t tail[2 * EV_EVENT_BYTES_MAX];
	struct ev_process process = { .h = { .kind = EV_PROCESS } };
	const struct ev_header *taken;
	struct etw_output output;

	(void)state;
	memset(tail, 'x', sizeof(tail));
	etw_output_init(&output);
	etw_output_add(&output, &process.h, sizeof(process), tail, sizeof(tail));
	add(&output, 1, 23);
	taken = etw_output_take(&output);
	assert_int_equal(taken->size_bytes, EV_EVENT_BYTES_MAX);
	assert_int_equal(((const uint8_t *)taken)[EV_EVENT_BYTES_MAX - 1], 'x');
	assert_int_equal(((const struct ev_lost *)etw_output_take(&output))->count, 23);
	etw_output_done(&output);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_are_amended_where_they_are),
		cmocka_unit_test(time_does_not_go_back),
		cmocka_unit_test(a_tail_is_cut_to_what_an_event_may_have),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

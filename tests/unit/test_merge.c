/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* Merging: any number of ordered sources, with ties, gaps and pauses, come out in one order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "event/merge.h"

static void nothing_comes_of_nothing(void **unused)
{
	struct ev_merge *merge = ev_merge_new(3);

	(void)unused;
	assert_non_null(merge);
	assert_int_equal(ev_merge_first(merge, NULL), -1);
	ev_merge_free(merge);
	ev_merge_free(NULL);
}

static void cleared_is_empty_and_takes_all_again(void **unused)
{
	struct ev_merge *merge = ev_merge_new(2);
	uint64_t time = 0;

	(void)unused;
	ev_merge_offer(merge, 1, 5);
	ev_merge_offer(merge, 0, 3);
	ev_merge_clear(merge);
	assert_int_equal(ev_merge_first(merge, &time), -1);
	ev_merge_offer(merge, 0, 9);
	ev_merge_offer(merge, 1, 8);
	assert_int_equal(ev_merge_first(merge, &time), 1);
	assert_int_equal(time, 8);
	ev_merge_free(merge);
}

static void ties_go_by_source(void **unused)
{
	struct ev_merge *merge = ev_merge_new(4);

	(void)unused;
	for (uint32_t source = 4; source-- > 0;)
		ev_merge_offer(merge, source, 7);
	for (int32_t source = 0; source < 4; source++) {
		assert_int_equal(ev_merge_first(merge, NULL), source);
		ev_merge_end(merge);
	}
	assert_int_equal(ev_merge_first(merge, NULL), -1);
	ev_merge_free(merge);
}

/* Each source counts up in its own steps; the merged times must be those of all, in order. */
static void many_sources_come_out_in_order(void **unused)
{
	enum { SOURCES = 37, EACH = 200 };
	uint64_t times[SOURCES], last = 0, time;
	uint32_t left[SOURCES], taken = 0;
	struct ev_merge *merge = ev_merge_new(SOURCES);
	int32_t source;

	(void)unused;
	for (uint32_t i = 0; i < SOURCES; i++) {
		times[i] = i * 31 % 11;
		left[i] = EACH;
		ev_merge_offer(merge, i, times[i]);
	}
	while ((source = ev_merge_first(merge, &time)) >= 0) {
		assert_true(time >= last);
		assert_int_equal(time, times[source]);
		last = time;
		taken++;
		times[source] += (uint64_t)source % 5; /* some stand still */
		if (--left[source])
			ev_merge_next(merge, times[source]);
		else
			ev_merge_end(merge);
	}
	assert_int_equal(taken, SOURCES * EACH);
	ev_merge_free(merge);
}

static void a_source_can_pause(void **unused)
{
	struct ev_merge *merge = ev_merge_new(2);

	(void)unused;
	ev_merge_offer(merge, 0, 10);
	ev_merge_offer(merge, 1, 20);
	ev_merge_end(merge);
	assert_int_equal(ev_merge_first(merge, NULL), 1);
	ev_merge_offer(merge, 0, 15);
	assert_int_equal(ev_merge_first(merge, NULL), 0);
	ev_merge_next(merge, 25);
	assert_int_equal(ev_merge_first(merge, NULL), 1);
	ev_merge_free(merge);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_comes_of_nothing),
		cmocka_unit_test(cleared_is_empty_and_takes_all_again),
		cmocka_unit_test(ties_go_by_source),
		cmocka_unit_test(many_sources_come_out_in_order),
		cmocka_unit_test(a_source_can_pause),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

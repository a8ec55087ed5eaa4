/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* Time in intervals: rates, graphs, silence. */
#include "tests/unit/model_feed.h"

static struct model *model_with(uint64_t interval_ns, uint32_t series_count, const char *lines)
{
	const struct model_options options = { .interval_ns = interval_ns,
					       .series_count = series_count };
	struct model *model = model_new(&options);

	assert_non_null(model);
	feed(model, lines);
	return model;
}

static void check(const struct model_series *series, uint32_t index, uint64_t end_ns,
		  uint64_t count)
{
	assert_true(index < series->count);
	assert_int_equal(model_series_at(series, index)->end_ns, end_ns);
	assert_int_equal(model_series_at(series, index)->count, count);
}

static void requests_fall_where_they_end(void **state)
{
	struct model *model = model_with(
		100, 10,
		FEED_FULL
		"50 REQUEST submit_ns=10 queue=1 op=READ end=completed result=7 sq_depth=3\n"
		"99 REQUEST submit_ns=10 queue=1 op=READ end=completed result=8 path=0x2\n"
		"100 REQUEST submit_ns=90 queue=1 op=READ end=completed result=9 cq_depth=5\n"
		"250 REQUEST submit_ns=90 queue=1 op=READ end=completed result=1\n"
		"310 TICK\n");
	const struct model_queue *queue = model_queue_find(model, 1);
	const struct model_interval *first = model_series_at(&queue->series, 0);

	(void)state;
	assert_int_equal(queue->series.count, 3);
	check(&queue->series, 0, 100, 2);
	check(&queue->series, 1, 200, 1);
	check(&queue->series, 2, 300, 1);
	assert_int_equal(first->bytes, 15);
	assert_int_equal(first->sq_depth, 3);
	assert_int_equal(first->worker, 1);
	assert_int_equal(first->p99_ns, 89);
	assert_int_equal(first->in_flight, 2);
	assert_int_equal(model_series_at(&queue->series, 1)->cq_depth, 5);
	assert_int_equal(queue->last.count, 1);
	assert_int_equal(queue->last.end_ns, 300);
	assert_int_equal(model_queue_operation(model, queue, 0)->last.count, 1);
	assert_int_equal(model_total(model)->series.count, 3);
	assert_int_equal(model_total(model)->last.bytes, 1);
	model_free(model);
}

/* The interval that is being filled is in no series yet, but in every sum. */
static void an_unfinished_interval_is_not_shown(void **state)
{
	struct model *model =
		model_with(100, 10, FEED_FULL "50 REQUEST submit_ns=10 queue=1 end=completed\n");
	const struct model_queue *queue = model_queue_find(model, 1);

	(void)state;
	assert_int_equal(queue->series.count, 0);
	assert_int_equal(queue->last.count, 0);
	assert_int_equal(queue->ended, 1);
	model_free(model);
}

static void silence_is_zero(void **state)
{
	struct model *model =
		model_with(100, 10,
			   FEED_FULL "50 REQUEST submit_ns=10 queue=1 end=completed\n"
				     "550 REQUEST submit_ns=510 queue=1 end=completed\n"
				     "600 TICK\n");
	const struct model_queue *queue = model_queue_find(model, 1);

	(void)state;
	assert_int_equal(queue->series.count, 6);
	check(&queue->series, 0, 100, 1);
	for (uint32_t i = 1; i < 5; i++) {
		check(&queue->series, i, 100 * (i + 1), 0);
		assert_int_equal(model_series_at(&queue->series, i)->p50_ns, 0);
	}
	check(&queue->series, 5, 600, 1);
	feed(model, "700 TICK\n");
	assert_int_equal(model_queue_find(model, 1)->last.count, 0);
	assert_int_equal(model_queue_find(model, 1)->last.end_ns, 700);
	model_free(model);
}

static void only_the_latest_are_kept(void **state)
{
	struct model *model = model_with(100, 4, FEED_FULL);
	char line[100];
	const struct model_queue *queue;

	(void)state;
	for (int i = 0; i < 30; i++) {
		snprintf(line, sizeof(line), "%d REQUEST submit_ns=1 queue=1 end=completed\n",
			 i * 100 + 50);
		for (int j = 0; j <= i; j++)
			feed(model, line);
	}
	feed(model, "3000 TICK\n");
	queue = model_queue_find(model, 1);
	assert_int_equal(queue->series.count, 4);
	for (uint32_t i = 0; i < 4; i++)
		check(&queue->series, i, 2700 + 100 * i, 27 + i);
	model_free(model);
}

/* Five minutes or five hundred years of silence: the series is full of zeros, quickly. */
static void a_long_silence_is_cheap(void **state)
{
	struct model *model = model_with(1, 8,
					 FEED_FULL "5 REQUEST submit_ns=1 queue=1 end=completed\n"
						   "18446744073709551600 TICK\n");
	const struct model_queue *queue = model_queue_find(model, 1);

	(void)state;
	assert_int_equal(queue->series.count, 8);
	for (uint32_t i = 0; i < 8; i++)
		check(&queue->series, i, UINT64_MAX - 15 - 7 + i, 0);
	model_free(model);
}

/* What holds in silence is shown in silence. */
static void levels_hold_through_silence(void **state)
{
	struct model *model = model_with(100, 10,
					 FEED_AGGREGATE "90 QUEUE_STATE queue=1 in_flight=4 "
							"sq_depth=2 sq_depth_max=9\n"
							"90 TICK\n"
							"350 TICK\n");
	const struct model_series *series = &model_queue_find(model, 1)->series;

	(void)state;
	assert_int_equal(series->count, 3);
	assert_int_equal(model_series_at(series, 0)->sq_depth, 9);
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(model_series_at(series, i)->in_flight, 4);
	assert_int_equal(model_series_at(series, 1)->sq_depth, 2);
	assert_int_equal(model_series_at(series, 2)->sq_depth, 2);
	model_free(model);
}

/* Snapshots a little late, a little early: each is one interval all the same. */
static void snapshots_fall_into_the_interval_they_tell_of(void **state)
{
	struct model *model = model_with(
		100, 10,
		FEED_AGGREGATE
		"103 LATENCY interval_ns=100 count=1 sum_ns=10 min_ns=10 max_ns=10 queue=1 [0a01]\n"
		"103 TICK\n"
		"199 LATENCY interval_ns=96 count=2 sum_ns=20 min_ns=10 max_ns=10 queue=1 [0a02]\n"
		"199 TICK\n"
		"305 LATENCY interval_ns=106 count=3 sum_ns=30 min_ns=10 max_ns=10 queue=1 "
		"[0a03]\n"
		"305 TICK\n");
	const struct model_series *series = &model_queue_find(model, 1)->series;

	(void)state;
	assert_int_equal(series->count, 3);
	check(series, 0, 100, 1);
	check(series, 1, 200, 2);
	check(series, 2, 300, 3);
	assert_int_equal(model_series_at(series, 2)->p50_ns, 10);
	model_free(model);
}

static void a_young_queue_begins_where_it_was_seen(void **state)
{
	struct model *model =
		model_with(100, 10,
			   FEED_FULL "250 REQUEST submit_ns=10 queue=1 end=completed\n"
				     "320 QUEUE_END queue=1\n"
				     "950 TICK\n");
	const struct model_queue *queue = model_queue_find(model, 1);

	(void)state;
	check(&queue->series, 0, 300, 1);
	assert_int_equal(queue->last.count, 0);
	assert_int_equal(model_total(model)->series.count, 9);
	model_free(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_fall_where_they_end),
		cmocka_unit_test(an_unfinished_interval_is_not_shown),
		cmocka_unit_test(silence_is_zero),
		cmocka_unit_test(only_the_latest_are_kept),
		cmocka_unit_test(a_long_silence_is_cheap),
		cmocka_unit_test(levels_hold_through_silence),
		cmocka_unit_test(snapshots_fall_into_the_interval_they_tell_of),
		cmocka_unit_test(a_young_queue_begins_where_it_was_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* Open requests: one snapshot at a time, oldest first. */
#include "tests/unit/model_feed.h"

/* user_data of what is shown, in order, must be these characters' numbers. */
static void check(struct model *model, const char *expected)
{
	assert_int_equal(model_open_count(model), strlen(expected));
	for (size_t i = 0; expected[i]; i++)
		assert_int_equal(model_open_at(model, i)->user_data, expected[i] - '0');
	assert_null(model_open_at(model, strlen(expected)));
}

#define SNAPSHOT                                                                                   \
	"200 REQUEST submit_ns=30 queue=1 user_data=3 op=READ end=open stage=device\n"             \
	"200 REQUEST submit_ns=10 queue=2 user_data=1 op=WRITE end=open\n"                         \
	"200 REQUEST submit_ns=20 queue=1 user_data=2 op=READ end=open\n"

static void oldest_first(void **state)
{
	struct model *model = feed_new(FEED_FULL SNAPSHOT "200 TICK\n");

	(void)state;
	check(model, "123");
	assert_int_equal(model_open_at(model, 2)->stage, EV_STAGE_DEVICE);
	assert_int_equal(model_queue_find(model, 1)->books.open, 2);
	assert_int_equal(model_queue_find(model, 2)->books.open, 1);
	assert_int_equal(feed_operation(model, model_queue_find(model, 1), 22)->in_flight, 2);
	assert_int_equal(feed_operation(model, model_total(model), 23)->in_flight, 1);
	model_free(model);
}

/* Nobody saw them begin: they are shown, and are no part of what was submitted and has not ended. */
static void older_ones_are_in_no_books(void **state)
{
	struct model *model = feed_new(
		FEED_FULL "10 TICK\n" SNAPSHOT
			  "200 REQUEST queue=1 user_data=8 op=READ end=open stage=poll-armed\n"
			  "200 REQUEST queue=1 user_data=7 op=READ end=open stage=worker-running\n"
			  "200 QUEUE_STATE queue=1 submitted=2 in_flight=2 older_open=3 "
			  "resources=0x800\n"
			  "200 TICK\n");

	(void)state;
	check(model, "78123");
	assert_true(model_is_older(model_open_at(model, 1)));
	assert_false(model_is_older(model_open_at(model, 2)));
	assert_int_equal(model_queue_find(model, 1)->books.open, 2);
	assert_true(model_queue_find(model, 1)->books.balanced);
	assert_int_equal(model_total(model)->books.open, 3);
	assert_int_equal(model_queue_find(model, 1)->in_flight.now, 5);
	assert_int_equal(feed_operation(model, model_queue_find(model, 1), 22)->in_flight, 4);
	feed(model, "300 TICK\n");
	check(model, "");
	model_free(model);
}

static void a_tick_replaces_the_snapshot(void **state)
{
	struct model *model = feed_new(FEED_FULL "10 TICK\n" SNAPSHOT);

	(void)state;
	/* Not complete yet. */
	check(model, "");
	feed(model, "200 TICK\n");
	check(model, "123");
	/* The same moment may be stamped on it by several CPUs: it is one snapshot all the same. */
	feed(model, "300 REQUEST submit_ns=40 queue=1 user_data=4 end=open\n"
		    "301 REQUEST submit_ns=20 queue=1 user_data=2 end=open\n");
	check(model, "123");
	feed(model, "302 TICK\n");
	check(model, "24");
	feed(model, "400 TICK\n");
	check(model, "");
	assert_int_equal(model_queue_find(model, 1)->books.open, 0);
	assert_int_equal(feed_operation(model, model_queue_find(model, 1), 22)->in_flight, 0);
	model_free(model);
}

static void the_end_of_the_session_ends_a_snapshot(void **state)
{
	struct model *model =
		feed_new(FEED_FULL "10 TICK\n" SNAPSHOT "210 SESSION_END duration_ns=210\n");

	(void)state;
	check(model, "123");
	assert_int_equal(model_session(model)->complete, 1);
	model_free(model);
}

static void without_ticks_the_latest_moment_is_shown(void **state)
{
	struct model *model = feed_new(FEED_FULL SNAPSHOT);

	(void)state;
	check(model, "123");
	feed(model, "300 REQUEST submit_ns=40 queue=1 user_data=4 end=open\n");
	check(model, "4");
	feed(model, "300 REQUEST submit_ns=5 queue=1 user_data=5 end=open\n");
	check(model, "54");
	model_free(model);
}

static void what_ends_is_open_no_more(void **state)
{
	struct model *model =
		feed_new(FEED_FULL SNAPSHOT
			 "200 TICK\n"
			 "250 REQUEST submit_ns=20 queue=1 user_data=2 op=READ end=completed\n"
			 /* None of these is one of them. */
			 "260 REQUEST submit_ns=30 queue=2 user_data=3 op=READ end=completed\n"
			 "260 REQUEST submit_ns=30 queue=1 user_data=9 op=READ end=completed\n"
			 "260 REQUEST submit_ns=31 queue=1 user_data=3 op=READ end=completed\n");

	(void)state;
	check(model, "13");
	assert_int_equal(feed_operation(model, model_queue_find(model, 1), 22)->in_flight, 1);
	model_free(model);
}

/* Two that nothing tells apart: one end, one less. */
static void twins_end_one_by_one(void **state)
{
	struct model *model =
		feed_new(FEED_FULL "200 REQUEST submit_ns=10 queue=1 user_data=1 end=open\n"
				   "200 REQUEST submit_ns=10 queue=1 user_data=1 end=open\n"
				   "200 TICK\n"
				   "250 REQUEST submit_ns=10 queue=1 user_data=1 end=completed\n");

	(void)state;
	check(model, "1");
	feed(model, "260 REQUEST submit_ns=10 queue=1 user_data=1 end=completed\n");
	check(model, "");
	model_free(model);
}

/* In aggregate mode records are few; those that come still end what is open. */
static void aggregate_mode_has_open_requests_too(void **state)
{
	struct model *model =
		feed_new(FEED_AGGREGATE SNAPSHOT
			 "200 QUEUE_STATE queue=1 submitted=50 completed=40 in_flight=10\n"
			 "200 TICK\n"
			 "250 REQUEST submit_ns=20 queue=1 user_data=2 op=READ end=completed\n");

	(void)state;
	check(model, "13");
	/* The list may be cut; the books are the tracer's. */
	assert_int_equal(model_queue_find(model, 1)->books.open, 10);
	assert_int_equal(model_slow_count(model), 1);
	model_free(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(oldest_first),
		cmocka_unit_test(older_ones_are_in_no_books),
		cmocka_unit_test(a_tick_replaces_the_snapshot),
		cmocka_unit_test(the_end_of_the_session_ends_a_snapshot),
		cmocka_unit_test(without_ticks_the_latest_moment_is_shown),
		cmocka_unit_test(what_ends_is_open_no_more),
		cmocka_unit_test(twins_end_one_by_one),
		cmocka_unit_test(aggregate_mode_has_open_requests_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

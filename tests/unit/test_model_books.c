/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* The books: where every submitted request went, from records and from the tracer's counters. */
#include "tests/unit/model_feed.h"

static void check(const struct model_books *books, const struct model_books *expected)
{
	assert_int_equal(books->submitted, expected->submitted);
	assert_int_equal(books->completed, expected->completed);
	assert_int_equal(books->failed, expected->failed);
	assert_int_equal(books->overflowed, expected->overflowed);
	assert_int_equal(books->skipped, expected->skipped);
	assert_int_equal(books->open, expected->open);
	assert_int_equal(books->lost, expected->lost);
	assert_int_equal(books->unmatched, expected->unmatched);
	assert_int_equal(books->unrecorded, expected->unrecorded);
	assert_int_equal(books->balanced, expected->balanced);
}

/* Both the queue 1 and the total must say this. */
static void check_model(struct model *model, struct model_books expected)
{
	check(&model_queue_find(model, 1)->books, &expected);
	check(&model_total(model)->books, &expected);
	model_free(model);
}

static void every_end_has_its_place(void **state)
{
	(void)state;
	check_model(feed_new(FEED_FULL "100 REQUEST submit_ns=10 queue=1 end=completed\n"
				       "110 REQUEST submit_ns=10 queue=1 end=completed result=-5\n"
				       "120 REQUEST submit_ns=120 queue=1 end=failed result=-22\n"
				       "130 REQUEST submit_ns=10 queue=1 end=overflowed\n"
				       "140 REQUEST submit_ns=10 queue=1 end=skipped\n"
				       "150 REQUEST submit_ns=10 queue=1 end=vanished\n"
				       "160 COMPLETION queue=1 type=unmatched\n"
				       "200 REQUEST submit_ns=11 queue=1 end=open\n"
				       "200 REQUEST submit_ns=12 queue=1 end=open\n"
				       "200 TICK\n"),
		    (struct model_books){ .submitted = 8,
					  .completed = 2,
					  .failed = 1,
					  .overflowed = 1,
					  .skipped = 1,
					  .open = 2,
					  .lost = 1,
					  .unmatched = 1,
					  .balanced = 1 });
}

static void an_overflow_explains_one_vanished_request(void **state)
{
	(void)state;
	/* Two of user_data 7 vanished, one overflow of 7 was seen; 8 overflowed, 9 vanished. */
	check_model(
		feed_new(FEED_FULL "100 OVERFLOW queue=1 user_data=7\n"
				   "100 OVERFLOW queue=1 user_data=8\n"
				   "150 REQUEST submit_ns=10 queue=1 user_data=7 end=vanished\n"
				   "160 REQUEST submit_ns=10 queue=1 user_data=7 end=vanished\n"
				   "170 REQUEST submit_ns=10 queue=1 user_data=9 end=vanished\n"),
		(struct model_books){ .submitted = 3, .overflowed = 1, .lost = 2, .balanced = 1 });
}

static void an_overflow_that_comes_late_still_explains(void **state)
{
	(void)state;
	check_model(feed_new(FEED_FULL "150 REQUEST submit_ns=10 queue=1 user_data=7 end=vanished\n"
				       "150 OVERFLOW queue=1 user_data=7\n"),
		    (struct model_books){ .submitted = 1, .overflowed = 1, .balanced = 1 });
}

/* Linux 5.19 tells of an overflow twice: by OVERFLOW and in the request's own record. */
static void an_overflow_told_twice_counts_once(void **state)
{
	(void)state;
	check_model(
		feed_new(FEED_FULL "150 OVERFLOW queue=1 user_data=7\n"
				   "150 REQUEST submit_ns=10 queue=1 user_data=7 end=overflowed\n"
				   "160 REQUEST submit_ns=10 queue=1 user_data=8 end=overflowed\n"
				   "160 OVERFLOW queue=1 user_data=8\n"
				   "170 REQUEST submit_ns=20 queue=1 user_data=7 end=vanished\n"
				   "170 REQUEST submit_ns=20 queue=1 user_data=8 end=vanished\n"),
		(struct model_books){ .submitted = 4, .overflowed = 2, .lost = 2, .balanced = 1 });
}

static void another_queues_overflow_explains_nothing(void **state)
{
	struct model *model =
		feed_new(FEED_FULL "100 OVERFLOW queue=2 user_data=7\n"
				   "150 REQUEST submit_ns=10 queue=1 user_data=7 end=vanished\n");

	(void)state;
	assert_int_equal(model_queue_find(model, 1)->books.lost, 1);
	assert_int_equal(model_queue_find(model, 2)->overflows, 1);
	assert_int_equal(model_total(model)->books.lost, 1);
	model_free(model);
}

/* Stopped while its completion waits in the backlog: open to the tracer, overflowed in truth. */
static void an_open_request_that_overflowed_is_not_open(void **state)
{
	(void)state;
	check_model(
		feed_new(FEED_FULL "100 OVERFLOW queue=1 user_data=7\n"
				   "200 REQUEST submit_ns=10 queue=1 user_data=7 end=open\n"
				   "200 REQUEST submit_ns=20 queue=1 user_data=8 end=open\n"
				   "200 TICK\n"),
		(struct model_books){ .submitted = 2, .overflowed = 1, .open = 1, .balanced = 1 });
}

/* A request submitted after the overflow cannot be the one, though it has the same user_data. */
static void an_overflow_is_older_than_what_came_after_it(void **state)
{
	(void)state;
	check_model(feed_new(FEED_FULL "100 OVERFLOW queue=1 user_data=7\n"
				       "200 REQUEST submit_ns=150 queue=1 user_data=7 end=open\n"
				       "200 TICK\n"),
		    (struct model_books){ .submitted = 1, .open = 1, .balanced = 1 });
}

static void a_snapshots_match_gives_way_to_the_record(void **state)
{
	struct model *model =
		feed_new(FEED_FULL "100 OVERFLOW queue=1 user_data=7\n"
				   "200 REQUEST submit_ns=10 queue=1 user_data=7 end=open\n"
				   "200 TICK\n"
				   "300 REQUEST submit_ns=10 queue=1 user_data=7 end=vanished\n");
	struct model_books expected = { .submitted = 1, .overflowed = 1, .balanced = 1 };

	(void)state;
	check(&model_total(model)->books, &expected);
	feed(model, "400 TICK\n");
	check_model(model, expected);
}

static void lost_records_are_lost_requests(void **state)
{
	(void)state;
	check_model(
		feed_new(FEED_FULL "100 REQUEST submit_ns=10 queue=1 end=completed\n"
				   "200 LOST count=3 queue=1 loss=record-ring-full\n"
				   "200 LOST count=2 queue=1 loss=open-evicted\n"),
		(struct model_books){ .submitted = 6, .completed = 1, .lost = 5, .balanced = 1 });
}

static void lost_records_of_no_queue_are_in_the_total(void **state)
{
	struct model *model = feed_new(FEED_FULL "100 REQUEST submit_ns=10 queue=1 end=completed\n"
						 "200 LOST count=3 loss=record-ring-full\n");

	(void)state;
	assert_int_equal(model_queue_find(model, 1)->books.submitted, 1);
	assert_int_equal(model_total(model)->books.submitted, 4);
	assert_int_equal(model_total(model)->books.lost, 3);
	assert_int_equal(model_total(model)->books.balanced, 1);
	model_free(model);
}

static void records_cannot_balance_over_a_damaged_block(void **state)
{
	(void)state;
	const char *damages[] = { "200 LOST count=1 loss=block-damaged\n",
				  "200 LOST count=1 loss=block-missing\n",
				  "200 LOST loss=file-truncated\n",
				  "200 LOST loss=record-ring-full\n" };

	for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		struct model *model =
			feed_new(FEED_FULL "100 REQUEST submit_ns=10 queue=1 end=completed\n");

		assert_int_equal(model_total(model)->books.balanced, 1);
		feed(model, damages[i]);
		assert_int_equal(model_total(model)->books.balanced, 0);
		model_free(model);
	}
}

#define STATE                                                                                      \
	"900 QUEUE_STATE queue=1 submitted=100 completed=80 failed=3 overflowed=2 skipped=4 "      \
	"lost=1 unmatched=5 shots=6 waits=7 dropped_cqes=1 in_flight=10\n"

static void counters_win_over_records(void **state)
{
	struct model *model =
		feed_new(FEED_FULL "100 REQUEST submit_ns=10 queue=1 end=completed\n"
				   "200 LOST count=30 loss=record-ring-full\n" STATE "900 TICK\n");
	const struct model_queue *queue = model_queue_find(model, 1);

	(void)state;
	assert_int_equal(queue->counted_ns, 900);
	assert_int_equal(queue->overflows, 2);
	assert_int_equal(queue->shots, 6);
	assert_int_equal(queue->waits, 7);
	assert_int_equal(queue->dropped_cqes, 1);
	assert_int_equal(model_total(model)->waits, 7);
	/* 90 ended by the counters, one has a record. */
	check_model(model, (struct model_books){ .submitted = 100,
						 .completed = 80,
						 .failed = 3,
						 .overflowed = 2,
						 .skipped = 4,
						 .open = 10,
						 .lost = 1,
						 .unmatched = 5,
						 .unrecorded = 89,
						 .balanced = 1 });
}

static void counters_that_do_not_add_up_are_not_balanced(void **state)
{
	struct model *model =
		feed_new(FEED_AGGREGATE "900 QUEUE_STATE queue=1 submitted=11 completed=10\n"
					"900 QUEUE_STATE queue=2 submitted=10 completed=11\n");

	(void)state;
	assert_int_equal(model_queue_find(model, 1)->books.balanced, 0);
	assert_int_equal(model_queue_find(model, 2)->books.balanced, 0);
	/* The sums do add up; the total must not hide that its parts do not. */
	assert_int_equal(model_total(model)->books.submitted, 21);
	assert_int_equal(model_total(model)->books.completed, 21);
	assert_int_equal(model_total(model)->books.balanced, 0);
	feed(model, "950 QUEUE_STATE queue=1 submitted=11 completed=11\n"
		    "950 QUEUE_STATE queue=2 submitted=11 completed=11\n");
	assert_int_equal(model_total(model)->books.balanced, 1);
	model_free(model);
}

static void more_records_than_the_counters_know_is_not_balanced(void **state)
{
	struct model *model =
		feed_new(FEED_FULL "100 REQUEST submit_ns=10 queue=1 end=completed\n"
				   "110 REQUEST submit_ns=10 queue=1 end=completed\n"
				   "200 QUEUE_STATE queue=1 submitted=1 completed=1\n");

	(void)state;
	assert_int_equal(model_total(model)->books.balanced, 0);
	model_free(model);
}

/* Records that come after the state are of requests the state counts as in flight. */
static void records_after_the_state_are_not_held_against_it(void **state)
{
	struct model *model =
		feed_new(FEED_FULL "100 REQUEST submit_ns=10 queue=1 end=completed\n"
				   "200 QUEUE_STATE queue=1 submitted=2 completed=1 in_flight=1\n"
				   "210 REQUEST submit_ns=10 queue=1 end=completed\n");

	(void)state;
	assert_int_equal(model_total(model)->books.balanced, 1);
	assert_int_equal(model_total(model)->books.unrecorded, 0);
	model_free(model);
}

static void a_request_that_ends_leaves_the_snapshot(void **state)
{
	(void)state;
	check_model(
		feed_new(FEED_FULL "200 REQUEST submit_ns=10 queue=1 user_data=7 end=open\n"
				   "200 REQUEST submit_ns=20 queue=1 user_data=8 end=open\n"
				   "200 TICK\n"
				   "300 REQUEST submit_ns=10 queue=1 user_data=7 "
				   "end=completed\n"),
		(struct model_books){ .submitted = 2, .completed = 1, .open = 1, .balanced = 1 });
}

/* A recorder keeps the books and nothing else. */
static void books_alone_are_the_same_books(void **state)
{
	const struct model_options options = { .books_only = 1 };
	struct model *model = model_new(&options);
	struct model_books expected = { .submitted = 4,
					.completed = 1,
					.failed = 1,
					.overflowed = 1,
					.open = 1,
					.balanced = 1 };

	(void)state;
	feed(model, FEED_FULL "100 OVERFLOW queue=1 user_data=7\n"
			      "100 REQUEST submit_ns=10 queue=1 op=READ end=completed result=9 "
			      "sq_depth=2 stage_ns_1=50\n"
			      "110 REQUEST submit_ns=110 queue=1 end=failed result=-22\n"
			      "150 REQUEST submit_ns=10 queue=1 user_data=7 end=vanished\n"
			      "200 REQUEST submit_ns=10 queue=1 end=open\n"
			      "200 TICK\n");
	assert_int_equal(model_queue_find(model, 1)->latency.count, 0);
	assert_int_equal(model_queue_find(model, 1)->sq_depth.known, 0);
	assert_int_equal(model_queue_find(model, 1)->ended, 2);
	assert_int_equal(model_queue_find(model, 1)->bytes, 9);
	assert_int_equal(model_slow_count(model), 0);
	check_model(model, expected);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_end_has_its_place),
		cmocka_unit_test(an_overflow_explains_one_vanished_request),
		cmocka_unit_test(an_overflow_that_comes_late_still_explains),
		cmocka_unit_test(an_overflow_told_twice_counts_once),
		cmocka_unit_test(another_queues_overflow_explains_nothing),
		cmocka_unit_test(an_open_request_that_overflowed_is_not_open),
		cmocka_unit_test(an_overflow_is_older_than_what_came_after_it),
		cmocka_unit_test(a_snapshots_match_gives_way_to_the_record),
		cmocka_unit_test(lost_records_are_lost_requests),
		cmocka_unit_test(lost_records_of_no_queue_are_in_the_total),
		cmocka_unit_test(records_cannot_balance_over_a_damaged_block),
		cmocka_unit_test(counters_win_over_records),
		cmocka_unit_test(counters_that_do_not_add_up_are_not_balanced),
		cmocka_unit_test(more_records_than_the_counters_know_is_not_balanced),
		cmocka_unit_test(records_after_the_state_are_not_held_against_it),
		cmocka_unit_test(books_alone_are_the_same_books),
		cmocka_unit_test(a_request_that_ends_leaves_the_snapshot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

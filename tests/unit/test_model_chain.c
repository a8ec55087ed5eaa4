/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* Chains: who waited for whom, and who broke it. */
#include "model_feed.h"

enum { OP_READ = 22, OP_WRITE = 23, OP_FSYNC = 3, OP_LINK_TIMEOUT = 15 };

static void the_one_before_is_known(void **state)
{
	struct model *model =
		feed_new(FEED_FULL "200 REQUEST submit_ns=10 queue=1 user_data=7 op=WRITE "
				   "end=completed sqe_flags=4\n"
				   "300 REQUEST submit_ns=11 queue=1 user_data=8 op=FSYNC "
				   "end=completed path=0x8 link_ns=10 stage_ns_8=11 "
				   "stage_ns_9=200\n");
	const struct model_last_request *last = model_last_request(model);
	const struct model_operation *fsync;

	(void)state;
	assert_non_null(last->before);
	assert_int_equal(last->before->op, OP_WRITE);
	assert_int_equal(last->before->user_data, 7);
	assert_int_equal(last->before->ended_ns, 200);
	assert_null(last->breaker);
	fsync = feed_operation(model, model_queue_find(model, 1), OP_FSYNC);
	assert_int_equal(fsync->linked, 1);
	assert_int_equal(fsync->cancelled, 0);
	assert_int_equal(fsync->stages[EV_STAGE_LINKED].time.sum, 189);
	assert_int_equal(fsync->stages[EV_STAGE_RELEASED].time.sum, 100);
	model_free(model);
}

/* A breaks the chain, B and C are cancelled: both because of A. */
static void the_breaker_is_found_through_the_cancelled(void **state)
{
	struct model *model = feed_new(
		FEED_FULL
		"200 REQUEST submit_ns=10 queue=1 op=READ end=completed result=-9 sqe_flags=4\n"
		"300 REQUEST submit_ns=11 queue=1 op=WRITE end=completed result=-125 sqe_flags=4 "
		"path=0x18 link_ns=10\n"
		"310 REQUEST submit_ns=12 queue=1 op=FSYNC end=completed result=-125 path=0x18 "
		"link_ns=11\n");
	const struct model_queue *queue = model_queue_find(model, 1);
	const struct model_last_request *last = model_last_request(model);

	(void)state;
	assert_non_null(last->breaker);
	assert_int_equal(last->breaker->op, OP_READ);
	assert_int_equal(last->breaker->result, -9);
	assert_int_equal(feed_operation(model, queue, OP_READ)->broke, 2);
	assert_int_equal(feed_operation(model, queue, OP_WRITE)->broke, 0);
	assert_int_equal(feed_operation(model, queue, OP_WRITE)->cancelled, 1);
	assert_int_equal(feed_operation(model, queue, OP_FSYNC)->cancelled, 1);
	model_free(model);
}

/* A linked timeout fires, and the request that it stops ends after it; another one is not touched. */
static void a_timeout_is_known_to_what_it_stopped(void **state)
{
	struct model *model = feed_new(
		FEED_FULL "200 REQUEST submit_ns=12 queue=1 user_data=9 op=LINK_TIMEOUT "
			  "end=completed result=-62 path=0x8 link_ns=10\n"
			  "210 REQUEST submit_ns=11 queue=1 op=READ sqe_flags=4 end=completed "
			  "result=4096\n");
	const struct model_last_request *last = model_last_request(model);

	(void)state;
	assert_null(last->timeout);
	feed(model, "220 REQUEST submit_ns=10 queue=1 op=READ sqe_flags=4 end=completed "
		    "result=-125\n");
	assert_non_null(last->timeout);
	assert_int_equal(last->timeout->op, OP_LINK_TIMEOUT);
	assert_int_equal(last->timeout->user_data, 9);
	assert_int_equal(last->timeout->ended_ns, 200);
	model_free(model);
}

/* The same moment in another queue is another request; what was not seen is not known. */
static void nothing_is_guessed(void **state)
{
	struct model *model = feed_new(
		FEED_FULL "200 REQUEST submit_ns=10 queue=2 op=READ end=completed sqe_flags=4\n"
			  "300 REQUEST submit_ns=11 queue=1 op=WRITE end=completed result=-125 "
			  "path=0x18 link_ns=10\n");
	const struct model_last_request *last = model_last_request(model);

	(void)state;
	assert_null(last->before);
	assert_null(last->breaker);
	assert_int_equal(feed_operation(model, model_queue_find(model, 1), OP_WRITE)->cancelled, 1);
	model_free(model);
}

/* Requests that name each other in a circle, which only a made-up trace has. */
static void a_circle_ends(void **state)
{
	struct model *model = feed_new(
		FEED_FULL
		"200 REQUEST submit_ns=10 queue=1 op=READ end=completed path=0x18 link_ns=11\n"
		"300 REQUEST submit_ns=11 queue=1 op=READ end=completed path=0x18 link_ns=10\n"
		"400 REQUEST submit_ns=10 queue=1 op=READ end=completed path=0x18 link_ns=11\n");

	(void)state;
	assert_null(model_last_request(model)->breaker);
	model_free(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_one_before_is_known),
		cmocka_unit_test(the_breaker_is_found_through_the_cancelled),
		cmocka_unit_test(a_timeout_is_known_to_what_it_stopped),
		cmocka_unit_test(nothing_is_guessed),
		cmocka_unit_test(a_circle_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

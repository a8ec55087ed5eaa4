/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* How long completions lie in their queue, as far as depths and waits tell. */
#include "model_feed.h"

#define DONE(time, depth)                                                                          \
	time " REQUEST submit_ns=10 queue=1 op=READ end=completed cq_depth=" depth "\n"

/* Posted at 100, 110, 120; all three were gone when the next came at 200 and was alone. */
static void what_a_later_depth_lacks_was_reaped(void **state)
{
	struct model *model = feed_new(FEED_FULL DONE("100", "1") DONE("110", "2") DONE("120", "3")
					       DONE("200", "1"));
	const struct model_queue *queue = model_queue_find(model, 1);

	(void)state;
	assert_int_equal(queue->reap.count, 3);
	assert_int_equal(queue->reap.sum, 100 + 90 + 80);
	/* All of it happened after the look at 120. */
	assert_int_equal(queue->reap_blur_ns, 3 * 80);
	model_free(model);
}

/* A wait that begins with an empty queue tells it sooner than the next completion. */
static void a_wait_is_a_look(void **state)
{
	struct model *model =
		feed_new(FEED_FULL DONE("100", "1")
				 DONE("110", "2") "130 WAIT queue=1 wanted=1 cq_depth=1\n"
						  "150 WAIT queue=1 wanted=1\n" DONE("900", "1"));
	const struct model_queue *queue = model_queue_find(model, 1);

	(void)state;
	assert_int_equal(queue->reap.count, 2);
	assert_int_equal(queue->reap.sum, 30 + 40);
	assert_int_equal(queue->reap_blur_ns, 20 + 20);
	assert_int_equal(queue->waits, 2);
	model_free(model);
}

/* Three lie there that were never seen to be posted (an overflow backlog was flushed): they have no
 * time, and the one that was seen is not taken for one of them. */
static void unseen_completions_have_no_time(void **state)
{
	struct model *model = feed_new(FEED_FULL DONE("100", "4") DONE("200", "1"));
	const struct model_queue *queue = model_queue_find(model, 1);

	(void)state;
	assert_int_equal(queue->reap.count, 1);
	assert_int_equal(queue->reap.sum, 100);
	model_free(model);
}

/* An application may write what it likes into its heads. */
static void nonsense_does_no_harm(void **state)
{
	struct model *model = feed_new(FEED_FULL DONE("100", "4294967295") DONE("110", "1")
					       DONE("120", "4000000000") DONE("130", "2"));

	(void)state;
	assert_true(model_queue_find(model, 1)->reap.count <= 4);
	model_free(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_later_depth_lacks_was_reaped),
		cmocka_unit_test(a_wait_is_a_look),
		cmocka_unit_test(unseen_completions_have_no_time),
		cmocka_unit_test(nonsense_does_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

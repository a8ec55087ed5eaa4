/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* Who a queue is: declared, found, ended, and its id used again. */
#include "model/model_private.h"
#include "tests/unit/model_feed.h"

static void a_declared_queue_has_its_facts(void **state)
{
	struct model *model =
		feed_new(FEED_FULL "500 QUEUE created_ns=400 queue=7 pid=42 fd=3 sq_entries=8 "
				   "cq_entries=16 flags=0x2 thread_pid=43 type=io_uring \"fio\"\n");
	const struct model_queue *queue = model_queue_find(model, 7);

	(void)state;
	assert_int_equal(model_queue_count(model), 1);
	assert_ptr_equal(model_queue_at(model, 0), queue);
	assert_int_equal(queue->index, 0);
	assert_int_equal(queue->declared, 1);
	assert_int_equal(queue->pid, 42);
	assert_int_equal(queue->fd, 3);
	assert_int_equal(queue->sq_entries, 8);
	assert_int_equal(queue->cq_entries, 16);
	assert_int_equal(queue->flags, 2);
	assert_int_equal(queue->thread_pid, 43);
	assert_int_equal(queue->type, EV_QUEUE_IO_URING);
	assert_int_equal(queue->created_ns, 400);
	assert_int_equal(queue->seen_ns, 500);
	assert_int_equal(queue->ended_ns, 0);
	assert_string_equal(queue->comm, "fio");
	assert_null(model_queue_find(model, 8));
	assert_null(model_queue_at(model, 1));
	model_free(model);
}

static void a_queue_that_is_only_named_is_there_and_says_so(void **state)
{
	struct model *model =
		feed_new(FEED_FULL "100 REQUEST submit_ns=10 queue=7 end=completed\n");

	(void)state;
	assert_int_equal(model_queue_find(model, 7)->declared, 0);
	assert_int_equal(model_queue_find(model, 7)->books.completed, 1);
	/* When it is declared it is the same one. */
	feed(model, "200 QUEUE queue=7 pid=42 fd=3 type=io_uring \"late\"\n");
	assert_int_equal(model_queue_count(model), 1);
	assert_int_equal(model_queue_find(model, 7)->declared, 1);
	assert_string_equal(model_queue_find(model, 7)->comm, "late");
	model_free(model);
}

static void a_queue_told_again_is_the_same(void **state)
{
	struct model *model = feed_new(
		FEED_FULL "500 QUEUE created_ns=400 queue=7 pid=42 fd=-1 type=io_uring \"fio\"\n"
			  "600 REQUEST submit_ns=550 queue=7 end=completed\n"
			  "700 QUEUE created_ns=400 queue=7 pid=42 fd=9 type=io_uring \"fio\"\n");

	(void)state;
	assert_int_equal(model_queue_count(model), 1);
	assert_int_equal(model_queue_find(model, 7)->fd, 9);
	assert_int_equal(model_queue_find(model, 7)->seen_ns, 500);
	assert_int_equal(model_queue_find(model, 7)->books.completed, 1);
	model_free(model);
}

static void an_id_that_comes_again_is_a_new_queue(void **state)
{
	struct model *model =
		feed_new(FEED_FULL "100 QUEUE created_ns=100 queue=7 pid=1 type=io_uring \"one\"\n"
				   "200 REQUEST submit_ns=150 queue=7 end=completed\n"
				   "300 QUEUE_END queue=7\n"
				   "400 QUEUE created_ns=400 queue=7 pid=2 type=io_uring \"two\"\n"
				   "500 REQUEST submit_ns=450 queue=7 end=completed\n"
				   "600 REQUEST submit_ns=350 queue=7 end=completed\n"
				   "700 REQUEST submit_ns=410 queue=7 end=completed\n");
	const struct model_queue *first, *second;

	(void)state;
	assert_int_equal(model_queue_count(model), 2);
	first = model_queue_at(model, 0);
	second = model_queue_find(model, 7);
	assert_string_equal(first->comm, "one");
	assert_int_equal(first->ended_ns, 300);
	assert_ptr_equal(second, model_queue_at(model, 1));
	assert_string_equal(second->comm, "two");
	assert_int_equal(second->ended_ns, 0);
	/* The request submitted at 350 is older than the second queue. */
	assert_int_equal(first->books.completed, 2);
	assert_int_equal(second->books.completed, 2);
	assert_int_equal(model_total(model)->books.completed, 4);
	model_free(model);
}

/* The second was only found, so when it was created is not known; when it was found is. */
static void a_request_older_than_its_queue_is_its_predecessors(void **state)
{
	struct model *model =
		feed_new(FEED_FULL "100 QUEUE created_ns=100 queue=7 pid=1 type=io_uring \"one\"\n"
				   "300 QUEUE_END queue=7\n"
				   "400 QUEUE queue=7 pid=2 type=io_uring \"two\"\n"
				   "500 REQUEST submit_ns=250 queue=7 end=completed\n"
				   "500 REQUEST submit_ns=450 queue=7 end=completed\n");

	(void)state;
	assert_int_equal(model_queue_at(model, 0)->books.completed, 1);
	assert_int_equal(model_queue_at(model, 1)->books.completed, 1);
	assert_ptr_equal(model_queue_identity(model, 7), model_queue_find(model, 7));
	assert_null(model_queue_identity(model, 8));
	model_free(model);
}

/* The end of the first was not seen. */
static void another_owner_is_another_queue(void **state)
{
	struct model *model = feed_new(
		FEED_FULL "100 QUEUE created_ns=100 queue=7 pid=1 type=io_uring \"one\"\n"
			  "400 QUEUE created_ns=400 queue=7 pid=2 type=io_uring \"two\"\n");

	(void)state;
	assert_int_equal(model_queue_count(model), 2);
	assert_int_equal(model_queue_at(model, 0)->ended_ns, 400);
	assert_string_equal(model_queue_find(model, 7)->comm, "two");
	model_free(model);
}

static void an_ended_queue_is_still_found(void **state)
{
	struct model *model = feed_new(FEED_FULL "100 QUEUE queue=7 pid=1 type=io_uring \"one\"\n"
						 "200 QUEUE_END queue=7\n"
						 "250 QUEUE_END queue=7\n"
						 "250 QUEUE_END queue=8\n"
						 "9s TICK\n");

	(void)state;
	assert_int_equal(model_queue_find(model, 7)->ended_ns, 200);
	assert_int_equal(model_queue_count(model), 1);
	model_free(model);
}

/* A record may come after its queue has long ended; the books of a resting queue still move. */
static void a_late_record_wakes_an_ended_queue(void **state)
{
	struct model *model = feed_new(FEED_FULL "100 QUEUE queue=7 pid=1 type=io_uring \"one\"\n"
						 "200 QUEUE_END queue=7\n"
						 "9s TICK\n"
						 "19s TICK\n");

	(void)state;
	assert_int_equal(model->active_count, 0);
	assert_int_equal(model_total(model)->books.completed, 0);
	feed(model, "20s REQUEST submit_ns=150 queue=7 end=completed\n");
	assert_int_equal(model_queue_find(model, 7)->books.completed, 1);
	assert_int_equal(model_total(model)->books.completed, 1);
	assert_int_equal(model_total(model)->latency.count, 1);
	model_free(model);
}

enum { LIMIT = 65536 };

static void too_many_queues_share_one_that_says_so(void **state)
{
	struct model *model = feed_new(FEED_FULL);
	struct ev_queue_end end = { .h = { .kind = EV_QUEUE_END, .size_bytes = sizeof(end) } };
	struct ev_queue_state queue_state = { .h = { .kind = EV_QUEUE_STATE,
						     .size_bytes = sizeof(queue_state) },
					      .submitted = 1,
					      .completed = 1 };
	const struct model_queue *others;

	(void)state;
	for (uint32_t i = 0; i < LIMIT; i++) {
		queue_state.h.time_ns = i;
		queue_state.queue = end.queue = i + 1;
		end.h.time_ns = i;
		assert_int_equal(model_event(model, &queue_state.h), 0);
		assert_int_equal(model_event(model, &end.h), 0);
	}
	assert_int_equal(model_queue_count(model), LIMIT);
	feed(model, "70000 REQUEST submit_ns=69000 queue=900001 end=completed\n"
		    "70000 REQUEST submit_ns=69000 queue=900002 end=completed\n"
		    "70001 QUEUE queue=900003 pid=5 type=io_uring \"x\"\n");
	assert_int_equal(model_queue_count(model), LIMIT + 1);
	others = model_queue_at(model, LIMIT);
	assert_int_equal(others->type, MODEL_QUEUE_OTHERS);
	assert_string_equal(others->comm, "(further queues)");
	assert_int_equal(others->books.completed, 2);
	assert_int_equal(model_total(model)->books.completed, LIMIT + 2);
	model_free(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_declared_queue_has_its_facts),
		cmocka_unit_test(a_queue_that_is_only_named_is_there_and_says_so),
		cmocka_unit_test(a_queue_told_again_is_the_same),
		cmocka_unit_test(an_id_that_comes_again_is_a_new_queue),
		cmocka_unit_test(a_request_older_than_its_queue_is_its_predecessors),
		cmocka_unit_test(another_owner_is_another_queue),
		cmocka_unit_test(an_ended_queue_is_still_found),
		cmocka_unit_test(a_late_record_wakes_an_ended_queue),
		cmocka_unit_test(too_many_queues_share_one_that_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* What single requests say about their operation: latency, stages, roads, bytes. */
#include "tests/unit/model_feed.h"

/* io_uring's numbers; the text form takes the names. */
enum { OP_NOP = 0, OP_POLL_ADD = 6, OP_READ = 22, OP_WRITE = 23 };

static void latency_runs_from_submit_to_end(void **state)
{
	struct model *model = feed_new(
		FEED_FULL "2000 REQUEST submit_ns=1000 queue=1 op=READ end=completed result=4096\n"
			  "9000 REQUEST submit_ns=4000 queue=1 op=READ end=completed result=512\n"
			  "9500 REQUEST submit_ns=9000 queue=1 op=WRITE end=completed result=-5\n");
	const struct model_queue *queue = model_queue_find(model, 1);
	const struct model_operation *read = feed_operation(model, queue, OP_READ);
	const struct model_operation *write = feed_operation(model, queue, OP_WRITE);

	(void)state;
	assert_int_equal(queue->operation_count, 2);
	assert_int_equal(read->count, 2);
	assert_int_equal(read->errors, 0);
	assert_int_equal(read->bytes, 4608);
	assert_int_equal(read->latency.min, 1000);
	assert_int_equal(read->latency.max, 5000);
	assert_int_equal(read->latency.sum, 6000);
	assert_int_equal(write->errors, 1);
	assert_int_equal(write->bytes, 0);
	assert_int_equal(queue->latency.count, 3);
	assert_int_equal(queue->bytes, 4608);
	assert_int_equal(queue->ended, 3);
	model_free(model);
}

static void only_data_operations_move_bytes(void **state)
{
	struct model *model = feed_new(
		FEED_FULL "2000 REQUEST submit_ns=1000 queue=1 op=POLL_ADD end=completed result=1\n"
			  "3000 REQUEST submit_ns=1000 queue=1 op=NOP end=completed result=77\n");

	(void)state;
	assert_int_equal(model_total(model)->bytes, 0);
	model_free(model);
}

static void what_never_started_or_has_no_end_has_no_latency(void **state)
{
	struct model *model =
		feed_new(FEED_FULL "2000 REQUEST submit_ns=2000 queue=1 end=failed result=-22\n"
				   "3000 REQUEST submit_ns=1000 queue=1 end=skipped\n"
				   "4000 REQUEST submit_ns=1000 queue=1 end=vanished\n"
				   "5000 REQUEST submit_ns=1000 queue=1 end=overflowed\n");
	const struct model_operation *nop =
		feed_operation(model, model_queue_find(model, 1), OP_NOP);

	(void)state;
	assert_int_equal(nop->count, 3);
	assert_int_equal(nop->errors, 1);
	assert_int_equal(nop->latency.count, 1);
	assert_int_equal(nop->latency.max, 4000);
	assert_int_equal(model_slow_count(model), 1);
	model_free(model);
}

static void every_request_took_one_road(void **state)
{
	struct model *model =
		feed_new(FEED_FULL "20 REQUEST submit_ns=10 queue=1 end=completed\n"
				   "20 REQUEST submit_ns=10 queue=1 end=completed path=0x1\n"
				   "20 REQUEST submit_ns=10 queue=1 end=completed path=0x2\n"
				   "20 REQUEST submit_ns=10 queue=1 end=completed path=0x3\n"
				   "20 REQUEST submit_ns=10 queue=1 end=completed path=0x8\n");
	const struct model_operation *nop =
		feed_operation(model, model_queue_find(model, 1), OP_NOP);

	(void)state;
	assert_int_equal(nop->inline_count, 2);
	assert_int_equal(nop->poll, 1);
	/* Polled first and carried by a worker then: it is the worker that matters. */
	assert_int_equal(nop->worker, 2);
	assert_int_equal(nop->linked, 1);
	assert_int_equal(nop->inline_count + nop->poll + nop->worker, nop->count);
	assert_int_equal(model_queue_find(model, 1)->worker, 2);
	model_free(model);
}

static uint64_t stage_time(const struct model_operation *operation, enum ev_stage stage)
{
	return operation->stages[stage].time.sum;
}

static void a_request_is_cut_into_its_stages(void **state)
{
	/* Submitted 1000, queued for a worker 1100, running 1500, at the device 1600 to 4600. */
	struct model *model = feed_new(
		FEED_FULL "5000 REQUEST submit_ns=1000 queue=1 op=READ end=completed "
			  "stage_ns_1=1100 stage_ns_2=1500 stage_ns_6=1600 stage_ns_7=4600\n"
			  "7000 REQUEST submit_ns=6000 queue=1 op=READ end=completed\n");
	const struct model_operation *read =
		feed_operation(model, model_queue_find(model, 1), OP_READ);

	(void)state;
	assert_int_equal(stage_time(read, EV_STAGE_SUBMITTED), 100 + 1000);
	assert_int_equal(stage_time(read, EV_STAGE_WORKER_QUEUED), 400);
	assert_int_equal(stage_time(read, EV_STAGE_WORKER_RUNNING), 100);
	assert_int_equal(stage_time(read, EV_STAGE_DEVICE), 3000);
	assert_int_equal(stage_time(read, EV_STAGE_DEVICE_DONE), 400);
	assert_int_equal(read->stages[EV_STAGE_SUBMITTED].time.count, 2);
	assert_int_equal(read->stages[EV_STAGE_POLL_ARMED].time.count, 0);
	model_free(model);
}

/* The road is not always walked in the order of the stages: here poll comes before the worker. */
static void stages_follow_time_not_number(void **state)
{
	struct model *model = feed_new(
		FEED_FULL "2000 REQUEST submit_ns=1000 queue=1 end=completed "
			  "stage_ns_1=1700 stage_ns_2=1900 stage_ns_3=1100 stage_ns_4=1600\n");
	const struct model_operation *nop =
		feed_operation(model, model_queue_find(model, 1), OP_NOP);

	(void)state;
	assert_int_equal(stage_time(nop, EV_STAGE_SUBMITTED), 100);
	assert_int_equal(stage_time(nop, EV_STAGE_POLL_ARMED), 500);
	assert_int_equal(stage_time(nop, EV_STAGE_POLL_WOKEN), 100);
	assert_int_equal(stage_time(nop, EV_STAGE_WORKER_QUEUED), 200);
	assert_int_equal(stage_time(nop, EV_STAGE_WORKER_RUNNING), 100);
	model_free(model);
}

/* Whatever the times are, also outside the request's life: the parts are the whole. */
static void stages_add_up_to_the_latency(void **state)
{
	struct model *model = feed_new(FEED_FULL);
	struct ev_request request = { .h = { .kind = EV_REQUEST, .size_bytes = sizeof(request) },
				      .queue = 1,
				      .end = EV_END_COMPLETED };
	uint64_t random = 11, sum = 0, total_sum = 0;
	const struct model_operation *nop, *total;

	(void)state;
	for (int i = 0; i < 5000; i++) {
		request.submit_ns = 100000 + (uint64_t)i * 100;
		request.h.time_ns = request.submit_ns + feed_random(&random) % 5000;
		for (int j = 0; j < EV_STAGE_TIMES; j++)
			request.stage_ns[j] =
				feed_random(&random) % 3
					? 0
					: request.submit_ns - 100 + feed_random(&random) % 5200;
		assert_int_equal(model_event(model, &request.h), 0);
	}
	nop = feed_operation(model, model_queue_find(model, 1), OP_NOP);
	total = feed_operation(model, model_total(model), OP_NOP);
	for (int stage = 0; stage < EV_STAGE_COUNT; stage++) {
		sum += stage_time(nop, stage);
		assert_true(nop->stages[stage].time.max <= nop->latency.max);
		total_sum += stage_time(total, stage);
	}
	assert_int_equal(sum, nop->latency.sum);
	assert_int_equal(total_sum, total->latency.sum);
	assert_int_equal(nop->stages[EV_STAGE_SUBMITTED].time.count, 5000);
	model_free(model);
}

static void the_total_is_the_sum_of_the_queues(void **state)
{
	struct model *model = feed_new(
		FEED_FULL "2000 REQUEST submit_ns=1000 queue=1 op=READ end=completed result=10\n"
			  "3000 REQUEST submit_ns=1000 queue=2 op=READ end=completed result=20\n"
			  "4000 REQUEST submit_ns=1000 queue=2 op=WRITE end=completed result=30 "
			  "path=0x2\n");
	const struct model_queue *total = model_total(model);
	const struct model_operation *read = feed_operation(model, total, OP_READ);

	(void)state;
	assert_int_equal(total->ended, 3);
	assert_int_equal(total->bytes, 60);
	assert_int_equal(total->worker, 1);
	assert_int_equal(total->latency.count, 3);
	assert_int_equal(total->latency.sum, 6000);
	assert_int_equal(total->operation_count, 2);
	assert_int_equal(read->queue, 0);
	assert_int_equal(read->count, 2);
	assert_int_equal(read->latency.max, 2000);
	/* In order of opcode. */
	assert_int_equal(model_queue_operation(model, total, 0)->op, OP_READ);
	assert_int_equal(model_queue_operation(model, total, 1)->op, OP_WRITE);
	assert_null(model_queue_operation(model, total, 2));
	model_free(model);
}

static void shots_belong_to_the_request_that_ends(void **state)
{
	struct model *model =
		feed_new(FEED_FULL "100 COMPLETION queue=1 user_data=5 type=multishot\n"
				   "110 COMPLETION queue=1 user_data=5 type=multishot\n"
				   "115 COMPLETION queue=1 user_data=6 type=multishot\n"
				   "120 COMPLETION queue=1 user_data=9 type=other\n"
				   "125 COMPLETION queue=1 user_data=9 type=notification\n"
				   "130 REQUEST submit_ns=10 queue=1 user_data=5 op=POLL_ADD "
				   "end=completed path=0x20\n");
	const struct model_queue *queue = model_queue_find(model, 1);

	(void)state;
	assert_int_equal(feed_operation(model, queue, OP_POLL_ADD)->shots, 2);
	assert_int_equal(queue->shots, 3);
	assert_int_equal(queue->messages, 1);
	assert_int_equal(queue->notifications, 1);
	assert_int_equal(queue->books.submitted, 1);
	model_free(model);
}

static void the_slowest_are_kept(void **state)
{
	const struct model_options options = { .slow_count = 5 };
	struct model *model = model_new(&options);
	struct ev_request request = { .h = { .kind = EV_REQUEST, .size_bytes = sizeof(request) },
				      .queue = 1,
				      .end = EV_END_COMPLETED };

	(void)state;
	/* Latencies are a permutation of 0..1008: 7 has no divisor in common with 1009. */
	for (uint64_t i = 0; i < 1009; i++) {
		request.h.time_ns = 10000 + i;
		request.submit_ns = request.h.time_ns - i * 7 % 1009;
		request.user_data = i * 7 % 1009;
		assert_int_equal(model_event(model, &request.h), 0);
	}
	assert_int_equal(model_slow_count(model), 5);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(model_slow_at(model, i)->user_data, 1008 - i);
	assert_null(model_slow_at(model, 5));
	model_free(model);
}

static void of_equally_slow_ones_the_earlier_stay(void **state)
{
	const struct model_options options = { .slow_count = 2 };
	struct model *model = model_new(&options);

	(void)state;
	feed(model, FEED_FULL "200 REQUEST submit_ns=100 queue=1 user_data=1 end=completed\n"
			      "201 REQUEST submit_ns=101 queue=1 user_data=2 end=completed\n"
			      "202 REQUEST submit_ns=102 queue=1 user_data=3 end=completed\n"
			      "203 REQUEST submit_ns=102 queue=1 user_data=4 end=completed\n"
			      "204 REQUEST submit_ns=104 queue=1 user_data=5 end=completed\n");
	assert_int_equal(model_slow_count(model), 2);
	assert_int_equal(model_slow_at(model, 0)->user_data, 4);
	assert_int_equal(model_slow_at(model, 1)->user_data, 1);
	model_free(model);
}

static void a_time_that_goes_back_is_latency_zero_and_counted(void **state)
{
	struct model *model =
		feed_new(FEED_FULL "1000 REQUEST submit_ns=5000 queue=1 end=completed\n");

	(void)state;
	assert_int_equal(model_session(model)->backward, 1);
	assert_int_equal(model_queue_find(model, 1)->latency.max, 0);
	assert_int_equal(model_queue_find(model, 1)->latency.count, 1);
	model_free(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(latency_runs_from_submit_to_end),
		cmocka_unit_test(only_data_operations_move_bytes),
		cmocka_unit_test(what_never_started_or_has_no_end_has_no_latency),
		cmocka_unit_test(every_request_took_one_road),
		cmocka_unit_test(a_request_is_cut_into_its_stages),
		cmocka_unit_test(stages_follow_time_not_number),
		cmocka_unit_test(stages_add_up_to_the_latency),
		cmocka_unit_test(the_total_is_the_sum_of_the_queues),
		cmocka_unit_test(shots_belong_to_the_request_that_ends),
		cmocka_unit_test(the_slowest_are_kept),
		cmocka_unit_test(of_equally_slow_ones_the_earlier_stay),
		cmocka_unit_test(a_time_that_goes_back_is_latency_zero_and_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* A request's latency cut into stages: whatever the times are, the parts are the whole. */
#include "tests/unit/model_feed.h"

#include "model/histogram.h"

static struct ev_request random_request(uint64_t *state)
{
	struct ev_request request = {
		.h = { .kind = EV_REQUEST, .size_bytes = sizeof(request) },
		.queue = 1 + feed_random(state) % 3,
		.op = (uint16_t)(22 + feed_random(state) % 2),
		.end = EV_END_COMPLETED,
		.submit_ns = 1000 + feed_random(state) % 1000,
	};

	request.h.time_ns = request.submit_ns + feed_random(state) % 1000;
	/* Also before the submission, after the end, equal, and out of order. */
	for (int i = 0; i < EV_STAGE_TIMES; i++)
		if (feed_random(state) % 3)
			request.stage_ns[i] = 900 + feed_random(state) % 1300;
	return request;
}

static void parts_add_up_to_the_latency(void **unused)
{
	uint64_t state = 4711;

	(void)unused;
	for (int round = 0; round < 100000; round++) {
		struct ev_request request = random_request(&state);
		struct model_part parts[EV_STAGE_COUNT];
		int count = model_parts(&request, parts);
		uint64_t sum_ns = 0;

		assert_in_range(count, 1, EV_STAGE_COUNT);
		for (int i = 0; i < count; i++) {
			assert_true(i == 0 || parts[i].entry_ns >= parts[i - 1].entry_ns);
			assert_int_equal(parts[i].entry_ns, request.submit_ns + sum_ns);
			if (parts[i].stage == EV_STAGE_WORKER_UNSPLIT)
				assert_true(request.stage_ns[EV_STAGE_WORKER_QUEUED - 1]);
			else
				assert_true(!parts[i].stage ||
					    request.stage_ns[parts[i].stage - 1]);
			sum_ns += parts[i].time_ns;
		}
		assert_int_equal(sum_ns, request.h.time_ns - request.submit_ns);
	}
}

static void stages_of_an_operation_add_up_to_its_latency(void **unused)
{
	struct model *model = feed_new(FEED_FULL);
	uint64_t state = 23;

	(void)unused;
	for (int i = 0; i < 20000; i++) {
		struct ev_request request = random_request(&state);

		assert_int_equal(model_event(model, &request.h), 0);
	}
	for (size_t q = 0; q <= model_queue_count(model); q++) {
		const struct model_queue *queue = q < model_queue_count(model)
							  ? model_queue_at(model, q)
							  : model_total(model);

		assert_int_equal(queue->operation_count, 2);
		for (size_t i = 0; i < queue->operation_count; i++) {
			const struct model_operation *operation =
				model_queue_operation(model, queue, i);
			uint64_t sum_ns = 0;

			for (int stage = 0; stage < EV_STAGE_COUNT; stage++)
				sum_ns += operation->stages[stage].time.sum;
			assert_true(operation->latency.count > 1000);
			assert_int_equal(sum_ns, operation->latency.sum);
		}
	}
	model_free(model);
}

static void an_ended_request_that_went_backwards_has_no_time(void **unused)
{
	struct ev_request request = { .submit_ns = 500,
				      .h.time_ns = 400,
				      .stage_ns = { [EV_STAGE_DEVICE - 1] = 450 } };
	struct model_part parts[EV_STAGE_COUNT];

	(void)unused;
	assert_int_equal(model_parts(&request, parts), 2);
	assert_int_equal(parts[0].time_ns + parts[1].time_ns, 0);
}

/* Stage of the part that begins when the request is handed to io-wq. */
static uint8_t worker_part(struct ev_request request)
{
	struct model_part parts[EV_STAGE_COUNT];

	request.submit_ns = 100;
	request.h.time_ns = 200;
	request.stage_ns[EV_STAGE_WORKER_QUEUED - 1] = 110;
	assert_in_range(model_parts(&request, parts), 2, 3);
	assert_int_equal(parts[1].entry_ns, 110);
	return parts[1].stage;
}

static void what_was_not_seen_of_a_worker_is_not_told(void **unused)
{
	enum { CANCELLED = -125 };

	(void)unused;
	assert_int_equal(worker_part((struct ev_request){ .end = EV_END_COMPLETED,
							  .stage = EV_STAGE_WORKER_RUNNING,
							  .stage_ns = { [2] = 150 } }),
			 EV_STAGE_WORKER_QUEUED);
	assert_int_equal(worker_part((struct ev_request){ .end = EV_END_COMPLETED,
							  .stage = EV_STAGE_WORKER_QUEUED }),
			 EV_STAGE_WORKER_UNSPLIT);
	assert_int_equal(worker_part((struct ev_request){ .end = EV_END_OPEN,
							  .stage = EV_STAGE_WORKER_UNSPLIT }),
			 EV_STAGE_WORKER_UNSPLIT);
	/* Gone on to the device: so a worker had it. */
	assert_int_equal(worker_part((struct ev_request){ .end = EV_END_OPEN,
							  .stage = EV_STAGE_DEVICE,
							  .stage_ns = { [6] = 150 } }),
			 EV_STAGE_WORKER_UNSPLIT);
	/* These have waited, and nothing else. */
	assert_int_equal(worker_part((struct ev_request){ .end = EV_END_OPEN,
							  .stage = EV_STAGE_WORKER_QUEUED }),
			 EV_STAGE_WORKER_QUEUED);
	assert_int_equal(worker_part((struct ev_request){ .end = EV_END_COMPLETED,
							  .result = CANCELLED,
							  .stage = EV_STAGE_WORKER_QUEUED }),
			 EV_STAGE_WORKER_QUEUED);
	assert_int_equal(worker_part((struct ev_request){ .end = EV_END_COMPLETED,
							  .result = CANCELLED,
							  .stage = EV_STAGE_WORKER_UNSPLIT }),
			 EV_STAGE_WORKER_UNSPLIT);
}

static void the_longest_part_is_named(void **unused)
{
	struct ev_request request = { .submit_ns = 100,
				      .h.time_ns = 200,
				      .stage_ns = { [EV_STAGE_BLOCK_QUEUED - 1] = 110,
						    [EV_STAGE_DEVICE - 1] = 120,
						    [EV_STAGE_DEVICE_DONE - 1] = 190 } };
	struct model_part parts[EV_STAGE_COUNT];
	int count = model_parts(&request, parts);

	(void)unused;
	assert_int_equal(count, 4);
	assert_int_equal(model_parts_longest(parts, count)->stage, EV_STAGE_DEVICE);
	assert_int_equal(model_parts_longest(parts, count)->time_ns, 70);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_add_up_to_the_latency),
		cmocka_unit_test(stages_of_an_operation_add_up_to_its_latency),
		cmocka_unit_test(an_ended_request_that_went_backwards_has_no_time),
		cmocka_unit_test(what_was_not_seen_of_a_worker_is_not_told),
		cmocka_unit_test(the_longest_part_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

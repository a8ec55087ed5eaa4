/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* Requests and their commands, both ways, and what commands add up to. */
#include "tests/unit/model_feed.h"

#include <stdlib.h>

#define VDA "0 DEVICE device=5 queue_count=2 queue_limit=128 driver=virtio \"vda\"\n"
#define READ_OF(submit)                                                                            \
	"queue=7 submit_ns=" submit " op=READ end=completed path=0x4000 length_bytes=8192 "        \
	"result=8192 "

static void a_split_request_finds_its_commands(void **state)
{
	struct model *model = feed_new(
		FEED_FULL VDA
		"200 COMMAND queued_ns=110 issue_ns=120 device=5 hw_queue=0 command_id=1 "
		"length_bytes=4096 op=read end=completed request_queue=7 request_submit_ns=100\n"
		"250 COMMAND queued_ns=210 issue_ns=220 device=5 hw_queue=0 command_id=1 "
		"length_bytes=4096 op=write end=completed\n"
		"300 COMMAND queued_ns=112 issue_ns=130 device=5 hw_queue=1 command_id=2 "
		"length_bytes=4096 op=read end=completed request_queue=7 request_submit_ns=100\n"
		"310 REQUEST " READ_OF("100") "stage_ns_5=110 stage_ns_6=120 stage_ns_7=300\n");
	const struct ev_request *slow = model_slow_at(model, 0);
	const struct model_commands *commands = model_commands_of(model, slow);
	const struct model_operation *read = feed_operation(model, model_total(model), 22);
	const struct model_device *device = model_device_at(model, 0);

	(void)state;
	assert_int_equal(commands->total, 2);
	assert_int_equal(commands->count, 2);
	assert_int_equal(commands->commands[0].command_id, 1);
	assert_int_equal(commands->commands[1].command_id, 2);
	/* The queue that it waited for is that of the later one. */
	assert_int_equal(read->place_count, 1);
	assert_int_equal(read->places[0].device, 5);
	assert_int_equal(read->places[0].hw_queue, 1);
	assert_int_equal(read->places[0].count, 1);
	assert_int_equal(read->places[0].time_ns, 180);
	/* And back. */
	assert_int_equal(device->queues[1].slow_count, 1);
	assert_true(device->queues[1].slow[0].known);
	assert_int_equal(device->queues[1].slow[0].request.submit_ns, 100);
	assert_int_equal(device->queues[0].slow_count, 2);
	assert_int_equal(device->queues[0].slow[0].command.op, EV_COMMAND_READ);
	assert_true(device->queues[0].slow[0].known);
	assert_false(device->queues[0].slow[1].known);
	model_free(model);
}

static void commands_are_counted_by_what_they_did(void **state)
{
	struct model *model = feed_new(
		FEED_FULL VDA
		"200 COMMAND queued_ns=110 issue_ns=120 device=5 length_bytes=4096 op=read "
		"end=completed request_queue=7 request_submit_ns=100\n"
		"300 COMMAND queued_ns=100 issue_ns=150 device=5 length_bytes=512 op=write "
		"status=10 "
		"requeues=2 end=completed\n"
		"300 COMMAND queued_ns=100 issue_ns=150 device=5 length_bytes=512 op=write "
		"status=10 "
		"end=completed\n"
		"300 COMMAND issue_ns=150 device=5 op=flush end=completed status=3\n"
		"300 COMMAND issue_ns=150 device=5 length_bytes=8192 op=discard end=completed\n");
	const struct model_device_queue *queue = &model_device_at(model, 0)->queues[0];

	(void)state;
	assert_int_equal(queue->recorded, 5);
	assert_int_equal(queue->sorted, 5);
	assert_int_equal(queue->unlinked, 4);
	assert_int_equal(queue->requeues, 2);
	assert_int_equal(queue->ops[EV_COMMAND_READ].count, 1);
	assert_int_equal(queue->ops[EV_COMMAND_READ].bytes, 4096);
	assert_int_equal(queue->ops[EV_COMMAND_WRITE].count, 2);
	assert_int_equal(queue->ops[EV_COMMAND_WRITE].errors, 2);
	assert_int_equal(queue->ops[EV_COMMAND_WRITE].bytes, 0);
	assert_int_equal(queue->ops[EV_COMMAND_FLUSH].count, 1);
	assert_int_equal(queue->ops[EV_COMMAND_DISCARD].bytes, 8192);
	assert_int_equal(queue->status_count, 2);
	assert_int_equal(queue->statuses[0].status, 10);
	assert_int_equal(queue->statuses[0].count, 2);
	assert_int_equal(queue->statuses[1].count, 1);
	/* 110..120, 100..150 twice; the others do not say when they were queued. */
	assert_int_equal(queue->queueing.count, 3);
	assert_int_equal(queue->queueing.sum, 110);
	assert_int_equal(queue->queueing.max, 50);
	model_free(model);
}

static void every_request_of_a_merged_command_finds_it(void **state)
{
	struct model *model = feed_new(
		FEED_FULL VDA
		"200 COMMAND_PART issue_ns=120 device=5 hw_queue=1 command_id=3 offset_bytes=0 "
		"length_bytes=4096 request_queue=7 request_submit_ns=100\n"
		"200 COMMAND_PART issue_ns=120 device=5 hw_queue=1 command_id=3 offset_bytes=4096 "
		"length_bytes=4096 request_queue=7 request_submit_ns=101\n"
		"200 COMMAND queued_ns=110 issue_ns=120 device=5 hw_queue=1 command_id=3 parts=2 "
		"length_bytes=8192 op=read end=completed request_queue=7 request_submit_ns=100\n"
		"210 REQUEST " READ_OF("100") "stage_ns_6=120 stage_ns_7=200\n"
					      "211 REQUEST " READ_OF(
						      "101") "stage_ns_6=120 stage_ns_7=200\n");

	(void)state;
	assert_int_equal(model_slow_count(model), 2);
	for (size_t i = 0; i < 2; i++) {
		const struct model_commands *commands =
			model_commands_of(model, model_slow_at(model, i));

		assert_int_equal(commands->total, 1);
		assert_int_equal(commands->commands[0].command_id, 3);
		assert_int_equal(commands->commands[0].length_bytes, 8192);
	}
	assert_int_equal(model_device_queue_find(model, 5, 1)->commands, 1);
	model_free(model);
}

static void a_snapshot_tells_an_open_request_its_command(void **state)
{
	struct model *model = feed_new(
		FEED_FULL VDA
		"50 TICK\n"
		"300 COMMAND queued_ns=110 issue_ns=120 device=5 hw_queue=1 command_id=9 op=read "
		"end=open request_queue=7 request_submit_ns=100\n"
		"300 REQUEST queue=7 submit_ns=100 op=READ end=open stage=device stage_ns_6=120\n"
		"300 TICK\n"
		"400 COMMAND queued_ns=110 issue_ns=120 device=5 hw_queue=1 command_id=9 op=read "
		"end=open request_queue=7 request_submit_ns=100\n"
		"400 REQUEST queue=7 submit_ns=100 op=READ end=open stage=device stage_ns_6=120\n"
		"400 TICK\n");
	const struct model_commands *commands = model_commands_of(model, model_open_at(model, 0));

	(void)state;
	assert_int_equal(commands->total, 1);
	assert_int_equal(commands->commands[0].command_id, 9);
	assert_int_equal(commands->commands[0].h.time_ns, 400);
	assert_null(model_device_queue_find(model, 5, 1)); /* what is open counts nowhere */
	model_free(model);
}

/* Random commands and requests; every request's offset encodes itself, so that a wrong link shows.
 */
static void no_request_gets_the_command_of_another(void **unused)
{
	struct model *model = feed_new(FEED_FULL VDA);
	uint64_t state = 99, now_ns = 1000, linked = 0;

	(void)unused;
	for (uint64_t i = 1; i < 60000; i++) {
		struct ev_request request = {
			.h = { EV_REQUEST, sizeof(request), 0, now_ns += 100 },
			.submit_ns = now_ns - 50 - feed_random(&state) % 900,
			.offset_bytes = i,
			.queue = 1 + (uint32_t)(feed_random(&state) % 4),
			.path = EV_PATH_DEVICE,
			.end = EV_END_COMPLETED,
			.op = 22,
		};
		struct ev_command command = {
			.h = { EV_COMMAND, sizeof(command), 0, now_ns - 5 },
			.issue_ns = request.submit_ns + 10,
			.offset_bytes = i,
			.request_queue = request.queue,
			/* Unique: the same time twice would be a name for two. */
			.request_submit_ns = request.submit_ns =
				request.submit_ns * 1000 + i % 1000,
			.end = EV_END_COMPLETED,
			.device = 5,
		};

		request.h.time_ns = now_ns * 1000;
		command.h.time_ns = now_ns * 1000 - 5;
		command.issue_ns = request.submit_ns + 1;
		if (feed_random(&state) % 10)
			model_event(model, &command.h);
		model_event(model, &request.h);
	}
	for (size_t i = 0; i < model_slow_count(model); i++) {
		const struct ev_request *request = model_slow_at(model, i);
		const struct model_commands *commands = model_commands_of(model, request);

		for (size_t k = 0; k < commands->count; k++, linked++)
			assert_int_equal(commands->commands[k].offset_bytes, request->offset_bytes);
	}
	assert_true(linked > model_slow_count(model) / 2);
	for (size_t i = 0; i < MODEL_SLOW_COMMANDS; i++) {
		const struct model_slow_command *slow =
			&model_device_at(model, 0)->queues[0].slow[i];

		assert_true(slow->known);
		assert_int_equal(slow->command.offset_bytes, slow->request.offset_bytes);
	}
	model_free(model);
}

static void heat_is_in_step_with_the_series(void **state)
{
	const struct model_options options = { .interval_ns = 100000, .series_count = 4 };
	struct model *model = model_new(&options);
	const struct model_device_queue *queue;
	const uint32_t *rows;

	(void)state;
	feed(model, FEED_FULL VDA
	     "1000 COMMAND issue_ns=700 device=5 end=completed\n"      /* 300 ns: row 0 */
	     "150000 COMMAND issue_ns=149400 device=5 end=completed\n" /* 600 ns: row 1 */
	     "151000 COMMAND issue_ns=150400 device=5 end=completed\n"
	     "420000 TICK\n");
	queue = &model_device_at(model, 0)->queues[0];
	assert_int_equal(queue->series.count, 4);
	assert_int_equal(queue->heat.pushed, 4);
	assert_int_equal(model_series_at(&queue->series, 0)->count, 1);
	assert_int_equal(model_series_at(&queue->series, 1)->count, 2);
	assert_int_equal(model_heat_back(&queue->heat, 3)[0], 1);
	assert_int_equal(model_heat_back(&queue->heat, 2)[1], 2);
	assert_int_equal(model_heat_back(&queue->heat, 2)[0], 0);
	assert_int_equal(model_heat_back(&queue->heat, 0)[1], 0);
	assert_null(model_heat_back(&queue->heat, 4));
	/* A long silence: all that is remembered is quiet. */
	feed(model, "9000000 COMMAND issue_ns=8999000 device=5 end=completed\n9120000 TICK\n");
	queue = &model_device_at(model, 0)->queues[0];
	for (uint64_t back = 0; back < 4; back++) {
		rows = model_heat_back(&queue->heat, back);
		assert_non_null(rows);
		assert_int_equal(rows[1], back == 0); /* 1000 ns */
	}
	model_free(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_split_request_finds_its_commands),
		cmocka_unit_test(commands_are_counted_by_what_they_did),
		cmocka_unit_test(every_request_of_a_merged_command_finds_it),
		cmocka_unit_test(a_snapshot_tells_an_open_request_its_command),
		cmocka_unit_test(no_request_gets_the_command_of_another),
		cmocka_unit_test(heat_is_in_step_with_the_series),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

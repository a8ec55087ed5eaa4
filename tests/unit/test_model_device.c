/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* Devices and their hardware queues. */
#include "tests/unit/model_feed.h"

#define DEVICE                                                                                     \
	"10 DEVICE size_bytes=1000000 device=5 queue_count=2 queue_limit=127 driver=nvme "         \
	"\"nvme0n1\"\n"

static void commands_feed_their_hardware_queue(void **state)
{
	struct model *model = feed_new(
		FEED_FULL DEVICE
		"200 COMMAND issue_ns=100 device=5 hw_queue=2 length_bytes=4096 op=read "
		"end=completed\n"
		"300 COMMAND issue_ns=150 device=5 hw_queue=1 length_bytes=512 op=write "
		"end=completed\n"
		"300 COMMAND issue_ns=200 device=5 hw_queue=2 length_bytes=4096 op=read status=2 "
		"end=completed\n"
		"400 COMMAND issue_ns=250 device=5 hw_queue=2 op=flush end=completed\n"
		"500 COMMAND issue_ns=450 device=5 hw_queue=2 end=open\n");
	const struct model_device *device = model_device_at(model, 0);
	const struct model_device_queue *queue = &device->queues[1];

	(void)state;
	assert_int_equal(model_device_count(model), 1);
	assert_null(model_device_at(model, 1));
	assert_string_equal(device->name, "nvme0n1");
	assert_int_equal(device->driver, EV_DRIVER_NVME);
	assert_int_equal(device->size_bytes, 1000000);
	assert_int_equal(device->queue_count, 2);
	assert_int_equal(device->queues[0].hw_queue, 1);
	assert_int_equal(device->queues[0].write_bytes, 512);
	assert_int_equal(queue->hw_queue, 2);
	assert_int_equal(queue->limit, 127);
	assert_int_equal(queue->commands, 3);
	assert_int_equal(queue->errors, 1);
	assert_int_equal(queue->read_bytes, 4096);
	assert_int_equal(queue->bytes, 4096);
	assert_int_equal(queue->latency.count, 3);
	assert_int_equal(queue->latency.sum, 350);
	/* 100..200, 200..300, 250..400: the ends meet at 200. */
	assert_int_equal(queue->depth.max, 2);
	assert_true(queue->depth.mean > 0.699 && queue->depth.mean < 0.701);
	model_free(model);
}

static void an_undeclared_device_has_a_number_and_no_name(void **state)
{
	struct model *model = feed_new(
		FEED_FULL "200 COMMAND issue_ns=100 device=9 hw_queue=1 op=read end=completed\n"
			  "250 DEVICE device=9 queue_limit=32 driver=virtio \"vda\"\n"
			  "300 COMMAND device=9 hw_queue=1 op=read end=completed\n");
	const struct model_device *device = model_device_at(model, 0);

	(void)state;
	assert_int_equal(model_device_count(model), 1);
	assert_string_equal(device->name, "vda");
	assert_int_equal(device->queues[0].limit, 32);
	assert_int_equal(device->queues[0].commands, 2);
	/* When the second was issued is not known. */
	assert_int_equal(device->queues[0].latency.count, 1);
	model_free(model);
}

static void counters_win_and_make_rates_in_aggregate_mode(void **state)
{
	const struct model_options options = { .interval_ns = 100 };
	struct model *model = model_new(&options);
	const struct model_device_queue *queue;

	(void)state;
	feed(model, FEED_AGGREGATE DEVICE
	     "50 DEVICE_STATE issued=10 completed=8 read_bytes=80 device=5 hw_queue=1 depth=2 "
	     "depth_max=6\n"
	     "60 COMMAND issue_ns=55 device=5 hw_queue=1 length_bytes=7 op=read end=completed\n"
	     "90 DEVICE_STATE issued=30 completed=29 errors=1 read_bytes=290 write_bytes=5 "
	     "device=5 hw_queue=1 depth=1 depth_max=3\n"
	     "100 TICK\n");
	queue = &model_device_at(model, 0)->queues[0];
	assert_int_equal(queue->commands, 29);
	assert_int_equal(queue->errors, 1);
	assert_int_equal(queue->read_bytes, 290);
	assert_int_equal(queue->bytes, 295);
	assert_int_equal(queue->depth.now, 1);
	/* 2 from 50 to 90, 1 from then to 100. */
	assert_true(queue->depth.mean > 1.799 && queue->depth.mean < 1.801);
	assert_int_equal(queue->depth.max, 6);
	assert_int_equal(queue->last.count, 21);
	assert_int_equal(queue->last.bytes, 215);
	assert_int_equal(queue->last.in_flight, 6);
	assert_int_equal(queue->series.count, 1);
	model_free(model);
}

/* Bucket 288 is that of 8192 ns. */
static void times_are_of_all_commands(void **state)
{
	static const char command[] =
		"50000 COMMAND queued_ns=40000 issue_ns=41000 device=5 hw_queue=1 "
		"length_bytes=4096 op=read end=completed\n";
	struct model *model = feed_new(FEED_FULL DEVICE);
	const struct model_device_queue *queue;

	(void)state;
	feed(model, command);
	feed(model, "100000 DEVICE_STATE issued=1 completed=1 busy_ns=9000 device=5 hw_queue=1 "
		    "[a00201]\n"
		    "100000 DEVICE_WAIT count=1 sum_ns=1000 device=5 hw_queue=1 [8a0201]\n");
	queue = &model_device_at(model, 0)->queues[0];
	/* Its own record is exact. */
	assert_int_equal(queue->latency.count, 1);
	assert_int_equal(queue->latency.min, 9000);
	assert_int_equal(queue->queueing.max, 1000);

	/* Three more that have none. */
	feed(model,
	     "200000 DEVICE_STATE issued=4 completed=4 reads=4 read_bytes=16384 busy_ns=100000 "
	     "device=5 hw_queue=1 depth=1 [a00203]\n"
	     "200000 DEVICE_WAIT count=3 sum_ns=9000 device=5 hw_queue=1 [8a0203]\n");
	queue = &model_device_at(model, 0)->queues[0];
	assert_int_equal(queue->latency.count, 4);
	assert_int_equal(queue->latency.sum, 100000);
	assert_int_equal(queue->queueing.count, 4);
	assert_int_equal(queue->ops[EV_COMMAND_READ].bytes, 16384);
	assert_int_equal(queue->recorded, 1);
	/* 100 us of service in 200 us. */
	assert_true(queue->depth.mean > 0.49 && queue->depth.mean < 0.51);
	model_free(model);
}

/* No snapshot met a command, and 12 of them took 100 us of 200: a depth of a half, not of nothing. */
static void the_depth_of_counters_is_of_their_times(void **state)
{
	struct model *model = feed_new(
		FEED_AGGREGATE DEVICE
		"100000 DEVICE_STATE issued=1 completed=1 busy_ns=8200 device=5 hw_queue=1 "
		"[a00201]\n"
		"200000 DEVICE_STATE issued=12 completed=12 busy_ns=100000 device=5 hw_queue=1 "
		"depth_max=2 [a0020b]\n"
		"200000 TICK\n");
	const struct model_device_queue *queue = &model_device_at(model, 0)->queues[0];

	(void)state;
	assert_int_equal(queue->depth.max, 2);
	assert_true(queue->depth.mean > 0.49 && queue->depth.mean < 0.51);
	model_free(model);
}

/* Of a queue of 8 slots: 3 fetched of 5, later 7 fetched of 10, which is slot 2. */
static void slots_not_fetched_are_counted_around_the_end(void **state)
{
	struct model *model = model_new(NULL);
	const struct model_device_queue *queue;

	(void)state;
	feed(model, FEED_AGGREGATE DEVICE
	     "5 DEVICE_QUEUE device=5 hw_queue=1 queue_limit=7 sq_entries=8 type=poll \"0-3\"\n"
	     "20 DEVICE_STATE completed=1 device=5 hw_queue=1\n");
	queue = model_device_queue_find(model, 5, 1);
	assert_int_equal(queue->type, EV_DEVICE_QUEUE_POLL);
	assert_string_equal(queue->cpus, "0-3");
	assert_int_equal(queue->sq_told, 0);
	feed(model, "50 DEVICE_STATE completed=3 device=5 hw_queue=1 sq_head=3 sq_tail=5 "
		    "unfetched_max=4\n");
	queue = model_device_queue_find(model, 5, 1);
	assert_int_equal(queue->sq_told, 1);
	assert_int_equal(model_device_queue_unfetched(queue), 2);
	feed(model, "60 DEVICE_STATE completed=7 device=5 hw_queue=1 sq_head=7 sq_tail=2 "
		    "unfetched_max=3\n"
		    "70 DEVICE_STATE completed=10 device=5 hw_queue=1 sq_head=0 sq_tail=0\n");
	queue = model_device_queue_find(model, 5, 1);
	assert_int_equal(queue->sq_told, 1);
	assert_int_equal(model_device_queue_unfetched(queue), 0);
	assert_int_equal(queue->unfetched_max, 4);
	model_free(model);
}

/* Of 128 tags sysfs lets it use 64, and later comes a scheduler with room for 8, which a command keeps
 * until it ends. What an old recording does not tell is what the queue was made for. */
static void the_limit_is_what_can_be_in_use_now(void **state)
{
	struct model *model = model_new(NULL);
	const struct model_device_queue *queue;

	(void)state;
	feed(model, FEED_AGGREGATE DEVICE "5 DEVICE_QUEUE device=5 hw_queue=1 queue_limit=128\n"
					  "20 DEVICE_STATE completed=1 device=5 hw_queue=1\n");
	queue = model_device_queue_find(model, 5, 1);
	assert_int_equal(queue->limit, 128);
	assert_int_equal(queue->told, 0);
	feed(model, "30 DEVICE_STATE completed=2 device=5 hw_queue=1 tag_limit=64 told=2\n");
	queue = model_device_queue_find(model, 5, 1);
	assert_int_equal(queue->limit, 64);
	assert_int_equal(queue->told, EV_DEVICE_TOLD_SCHEDULED);
	feed(model, "40 DEVICE_STATE completed=9 device=5 hw_queue=1 tag_limit=64 request_limit=8 "
		    "told=2 scheduled=7 scheduled_ns=700\n");
	queue = model_device_queue_find(model, 5, 1);
	assert_int_equal(queue->limit, 8);
	assert_int_equal(queue->tag_limit, 64);
	assert_int_equal(queue->scheduled, 7);
	feed(model, "50 DEVICE_STATE completed=10 device=5 hw_queue=1 tag_limit=64 "
		    "request_limit=256 told=2 scheduled=8 scheduled_ns=800\n");
	queue = model_device_queue_find(model, 5, 1);
	assert_int_equal(queue->limit, 64);
	model_free(model);
}

/* As what commands were sent that no request asked for: as the latest state tells it, whose own sum is what they are
 * of. What an old recording does not tell is not made up. */
static void what_no_request_asked_for_is_told_by_kind(void **state)
{
	struct model *model = model_new(NULL);
	const struct model_device_queue *queue;

	(void)state;
	feed(model, FEED_AGGREGATE DEVICE
	     "20 DEVICE_STATE completed=10 reads=10 device=5 hw_queue=1 linked=7 told=2\n");
	queue = model_device_queue_find(model, 5, 1);
	assert_int_equal(queue->sorted, 10);
	assert_int_equal(queue->unlinked, 3);
	assert_int_equal(queue->told & EV_DEVICE_TOLD_UNLINKED, 0);
	feed(model,
	     "30 DEVICE_STATE completed=30 reads=20 writes=9 admins=2 device=5 hw_queue=1 "
	     "linked=17 told=6 unlinked_journal=7 unlinked_read_ahead=4 unlinked_write_back=1 "
	     "unlinked_admin=2\n");
	queue = model_device_queue_find(model, 5, 1);
	assert_int_equal(queue->sorted, 31); /* one ended while they were read */
	assert_int_equal(queue->unlinked, 14);
	assert_int_equal(queue->unlinked_kinds[EV_UNLINKED_METADATA], 0);
	assert_int_equal(queue->unlinked_kinds[EV_UNLINKED_JOURNAL], 7);
	assert_int_equal(queue->unlinked_kinds[EV_UNLINKED_WRITE_BACK], 1);
	assert_int_equal(queue->unlinked_kinds[EV_UNLINKED_READ_AHEAD], 4);
	assert_int_equal(queue->unlinked_kinds[EV_UNLINKED_ADMIN], 2);
	model_free(model);
}

/* What comes under the number of one that is gone is another device: its counters begin again. */
static void who_has_the_number_of_one_that_is_gone_is_another(void **state)
{
	const struct model_options options = { .interval_ns = 1000 };
	struct model *model = model_new(&options);
	const struct model_device *first, *second;

	(void)state;
	feed(model, FEED_AGGREGATE
	     "10 DEVICE device=7 driver=loop \"loop0\"\n"
	     "10 DEVICE_NAME device=7 type=backing-file \"/a\"\n"
	     "50 DEVICE_STATE issued=31 completed=29 read_bytes=290 device=7 depth=2\n"
	     "60 DEVICE_STATE issued=31 completed=31 errors=1 read_bytes=310 device=7\n"
	     "60 DEVICE_EVENT device=7 type=gone\n"
	     "65 DEVICE_STATE issued=32 completed=32 errors=2 read_bytes=310 device=7\n");
	first = model_device_find(model, 7);
	assert_int_equal(first->gone, 1);
	assert_int_equal(first->followed, 0);
	assert_int_equal(first->queues[0].commands, 32);
	feed(model, "70 DEVICE device=7 driver=loop \"loop0\"\n"
		    "70 DEVICE_NAME device=7 type=backing-file \"/b\"\n"
		    "80 DEVICE_STATE issued=7 completed=5 read_bytes=50 device=7 depth=2\n"
		    "90 DEVICE device=7 driver=loop \"loop0\"\n"
		    "1100 TICK\n");
	assert_int_equal(model_device_count(model), 2);
	first = model_device_at(model, 0);
	second = model_device_at(model, 1);
	assert_ptr_equal(model_device_find(model, 7), second);
	assert_string_equal(first->names[EV_DEVICE_NAME_BACKING], "/a");
	assert_int_equal(first->followed, 1);
	assert_int_equal(first->queues[0].commands, 32);
	assert_int_equal(first->queues[0].errors, 2);
	assert_int_equal(first->queues[0].read_bytes, 310);
	assert_int_equal(first->queues[0].last.count, 3);
	assert_string_equal(second->names[EV_DEVICE_NAME_BACKING], "/b");
	assert_int_equal(second->gone, 0);
	assert_int_equal(second->queues[0].commands, 5);
	assert_int_equal(second->queues[0].depth.now, 2);
	model_free(model);
}

/* However often one number is plugged in and out. */
static void one_that_is_gone_makes_room(void **state)
{
	struct model *model = feed_new(FEED_AGGREGATE);
	const char *life = "10 DEVICE device=7 driver=loop \"loop0\"\n"
			   "10 DEVICE_STATE issued=1 completed=1 device=7\n"
			   "10 DEVICE_EVENT device=7 type=gone\n";

	(void)state;
	for (int i = 0; i < 4100; i++)
		feed(model, life);
	assert_int_equal(model_device_count(model), 4096);
	assert_int_equal(model_device_find(model, 7)->queues[0].commands, 1);
	assert_int_equal(model_device_find(model, 7)->followed, 0);
	model_free(model);
}

static void devices_beyond_the_limit_are_refused(void **state)
{
	struct model *model = feed_new(FEED_FULL);
	struct ev_command command = { .h = { .kind = EV_COMMAND, .size_bytes = sizeof(command) },
				      .end = EV_END_COMPLETED };

	(void)state;
	for (uint32_t i = 0; i < 5000; i++) {
		command.device = i;
		model_event(model, &command.h);
	}
	assert_int_equal(model_device_count(model), 4096);
	assert_int_equal(model_device_at(model, 4095)->queue_count, 1);
	model_free(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_feed_their_hardware_queue),
		cmocka_unit_test(an_undeclared_device_has_a_number_and_no_name),
		cmocka_unit_test(counters_win_and_make_rates_in_aggregate_mode),
		cmocka_unit_test(times_are_of_all_commands),
		cmocka_unit_test(the_depth_of_counters_is_of_their_times),
		cmocka_unit_test(slots_not_fetched_are_counted_around_the_end),
		cmocka_unit_test(the_limit_is_what_can_be_in_use_now),
		cmocka_unit_test(what_no_request_asked_for_is_told_by_kind),
		cmocka_unit_test(who_has_the_number_of_one_that_is_gone_is_another),
		cmocka_unit_test(one_that_is_gone_makes_room),
		cmocka_unit_test(devices_beyond_the_limit_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* The filters of a recording: what belongs to a queue follows its verdict, losses are never hidden.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "event/text.h"
#include "tui/filter.h"

/* The verdict on an event in its text form. */
static int passes(struct tui_filter *filter, const char *line)
{
	static _Alignas(8) char event[EV_EVENT_BYTES_MAX];
	struct ev_error why = { 0 };

	assert_int_equal(ev_text_parse(line, event, &why), 1);
	return tui_filter_event(filter, (const struct ev_header *)event);
}

static void without_options_everything_passes(void **state)
{
	struct tui_filter_options options = { 0 };
	struct tui_filter filter;

	(void)state;
	tui_filter_init(&filter, &options);
	assert_int_equal(passes(&filter, "1 QUEUE queue=1 pid=5 \"cp\""), 1);
	assert_int_equal(passes(&filter, "1 REQUEST queue=77 op=READ"), 1);
	assert_int_equal(passes(&filter, "1 COMMAND device=0x1"), 1);
	tui_filter_done(&filter);
}

static void events_follow_the_verdict_on_their_queue(void **state)
{
	static const char *const kinds[] = {
		"REQUEST",     "COMPLETION",	  "OVERFLOW",	 "REGISTER",
		"QUEUE_STATE", "LATENCY count=1", "LOST loss=1", "QUEUE_END",
	};
	struct tui_filter_options options = { .comm = "cp" };
	struct tui_filter filter;

	(void)state;
	tui_filter_init(&filter, &options);
	assert_int_equal(passes(&filter, "1 QUEUE queue=1 pid=5 \"cp\""), 1);
	assert_int_equal(passes(&filter, "1 QUEUE queue=2 pid=6 \"cpp\""), 0);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		for (int queue = 1; queue <= 3; queue++) { /* 3 was never announced */
			char line[128];

			snprintf(line, sizeof(line), "2 %s queue=%d", kinds[i], queue);
			assert_int_equal(passes(&filter, line), queue == 1);
		}
	assert_int_equal(passes(&filter, "3 LOST loss=1 count=4"), 1); /* nobody's: everybody's */
	assert_int_equal(passes(&filter, "3 TICK"), 1);
	/* The id comes again with another owner. */
	assert_int_equal(passes(&filter, "4 QUEUE queue=1 pid=9 \"mv\""), 0);
	assert_int_equal(passes(&filter, "5 REQUEST queue=1"), 0);
	tui_filter_restart(&filter);
	assert_int_equal(passes(&filter, "2 REQUEST queue=2"), 0);
	assert_int_equal(passes(&filter, "1 QUEUE queue=2 \"cp\""), 1);
	assert_int_equal(passes(&filter, "2 REQUEST queue=2"), 1);
	tui_filter_done(&filter);
}

static void pids_rings_and_descriptors_select(void **state)
{
	struct tui_filter_options by_pid = { .pids = { 5, 7 }, .pid_count = 2 };
	struct tui_filter_options by_ring = { .ring = 2 };
	struct tui_filter_options by_fd = { .ring_pid = 5, .ring_fd = 0 };
	struct tui_filter filter;

	(void)state;
	tui_filter_init(&filter, &by_pid);
	assert_int_equal(passes(&filter, "1 QUEUE queue=1 pid=5 fd=3 \"a\""), 1);
	assert_int_equal(passes(&filter, "1 QUEUE queue=2 pid=6 fd=3 \"a\""), 0);
	assert_int_equal(passes(&filter, "1 QUEUE queue=3 pid=7 fd=3 \"b\""), 1);
	tui_filter_done(&filter);
	tui_filter_init(&filter, &by_ring);
	assert_int_equal(passes(&filter, "1 QUEUE queue=1 pid=5 fd=3 \"a\""), 0);
	assert_int_equal(passes(&filter, "1 QUEUE queue=2 pid=6 fd=3 \"a\""), 1);
	tui_filter_done(&filter);
	tui_filter_init(&filter, &by_fd);
	assert_int_equal(passes(&filter, "1 QUEUE queue=1 pid=5 fd=3 \"a\""), 0);
	assert_int_equal(passes(&filter, "1 QUEUE queue=2 pid=5 fd=0 \"a\""), 1);
	assert_int_equal(passes(&filter, "1 QUEUE queue=3 pid=6 fd=0 \"a\""), 0);
	tui_filter_done(&filter);
}

static void operations_and_devices_select(void **state)
{
	struct tui_filter_options options = { .has_ops = 1,
					      .devices = { "sda" },
					      .device_count = 1 };
	struct tui_filter filter;

	(void)state;
	options.ops[22 / 8] |= 1 << 22 % 8; /* READ */
	tui_filter_init(&filter, &options);
	assert_int_equal(passes(&filter, "1 REQUEST queue=1 op=READ"), 1);
	assert_int_equal(passes(&filter, "1 REQUEST queue=1 op=NOP"), 0);
	assert_int_equal(passes(&filter, "1 REQUEST queue=1 op=4097"), 0);
	assert_int_equal(passes(&filter, "1 LATENCY queue=1 op=WRITE count=1"), 0);
	assert_int_equal(passes(&filter, "1 QUEUE_STATE queue=1"), 1);
	assert_int_equal(passes(&filter, "1 DEVICE device=0x800000 \"sda\""), 1);
	assert_int_equal(passes(&filter, "1 DEVICE device=0x800010 \"sdb\""), 0);
	assert_int_equal(passes(&filter, "1 DEVICE_STATE device=0x800000"), 1);
	assert_int_equal(passes(&filter, "1 COMMAND device=0x800010"), 0);
	tui_filter_done(&filter);
}

static void ten_thousand_queues_are_told_apart(void **state)
{
	struct tui_filter_options options = { .pids = { 1 }, .pid_count = 1 };
	struct tui_filter filter;
	struct ev_queue queue = { .h = { EV_QUEUE, sizeof(queue), 0, 1 } };
	struct ev_queue_end end = { .h = { EV_QUEUE_END, sizeof(end), 0, 1 } };

	(void)state;
	tui_filter_init(&filter, &options);
	for (uint32_t i = 0; i < 10000; i++) {
		queue.queue = i * 2654435761u;
		queue.pid = i % 3;
		assert_int_equal(tui_filter_event(&filter, &queue.h), i % 3 == 1);
	}
	for (uint32_t i = 0; i < 10000; i++) {
		end.queue = i * 2654435761u;
		assert_int_equal(tui_filter_event(&filter, &end.h), i % 3 == 1);
	}
	tui_filter_done(&filter);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_options_everything_passes),
		cmocka_unit_test(events_follow_the_verdict_on_their_queue),
		cmocka_unit_test(pids_rings_and_descriptors_select),
		cmocka_unit_test(operations_and_devices_select),
		cmocka_unit_test(ten_thousand_queues_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

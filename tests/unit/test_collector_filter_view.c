/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* Which events of a recording pass a filter on queues: by owner, by name, by ring, after an id is
 * reused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "collector/filter.h"
#include "event/text.h"

static int passes(struct filter_view *view, const char *line)
{
	static _Alignas(8) unsigned char event[EV_EVENT_BYTES_MAX];
	struct ev_error why;

	assert_int_equal(ev_text_parse(line, event, &why), 1);
	return filter_view_event(view, (const struct ev_header *)event);
}

static void by_process(void **state)
{
	static struct filter filter = { .pids = { 20, 30 }, .pid_count = 2 };
	struct filter_view *view = filter_view_new(&filter);

	(void)state;
	assert_int_equal(passes(view, "1 QUEUE queue=5 pid=20 fd=3 \"a\""), 1);
	assert_int_equal(passes(view, "1 QUEUE queue=6 pid=21 fd=3 \"b\""), 0);
	assert_int_equal(passes(view, "2 REQUEST queue=5 submit_ns=1"), 1);
	assert_int_equal(passes(view, "2 REQUEST queue=6 submit_ns=1"), 0);
	assert_int_equal(passes(view, "2 REQUEST queue=7 submit_ns=1"),
			 0); /* nobody introduced it */
	assert_int_equal(passes(view, "2 LOST loss=probe-missed"), 1);
	assert_int_equal(passes(view, "2 LOST loss=probe-missed queue=6"), 0);
	/* The id comes again with another owner. */
	assert_int_equal(passes(view, "3 QUEUE queue=6 pid=30 fd=3 \"c\""), 1);
	assert_int_equal(passes(view, "4 QUEUE_STATE queue=6"), 1);
	filter_view_free(view);
}

static void by_name_and_ring(void **state)
{
	static struct filter by_name = { .comm = "a-name-longer-than-15" };
	static struct filter by_id = { .ring = 9 };
	static struct filter by_fd = { .ring_pid = 20, .ring_fd = 4 };
	struct filter_view *view = filter_view_new(&by_name);

	(void)state;
	assert_int_equal(passes(view, "1 QUEUE queue=5 pid=20 fd=3 \"a-name-longer-t\""), 1);
	assert_int_equal(passes(view, "1 QUEUE queue=6 pid=20 fd=3 \"a-name\""), 0);
	filter_view_free(view);
	view = filter_view_new(&by_id);
	assert_int_equal(passes(view, "1 REQUEST queue=9 submit_ns=1"), 1);
	assert_int_equal(passes(view, "1 REQUEST queue=8 submit_ns=1"), 0);
	filter_view_free(view);
	view = filter_view_new(&by_fd);
	assert_int_equal(passes(view, "1 QUEUE queue=5 pid=20 fd=4 \"a\""), 1);
	assert_int_equal(passes(view, "1 QUEUE queue=6 pid=20 fd=5 \"a\""), 0);
	filter_view_free(view);
}

static void a_thousand_rings(void **state)
{
	static struct filter filter = { .pids = { 1 }, .pid_count = 1 };
	struct filter_view *view = filter_view_new(&filter);
	struct ev_request request = { .h = { .kind = EV_REQUEST, .size_bytes = sizeof(request) } };
	struct ev_queue queue = { .h = { .kind = EV_QUEUE, .size_bytes = sizeof(queue) } };

	(void)state;
	for (uint32_t id = 1; id <= 1000; id++) {
		queue.queue = id * 65536;
		queue.pid = id % 3;
		assert_int_equal(filter_view_event(view, &queue.h), id % 3 == 1);
	}
	for (uint32_t id = 1; id <= 1000; id++) {
		request.queue = id * 65536;
		assert_int_equal(filter_view_event(view, &request.h), id % 3 == 1);
	}
	filter_view_free(view);
}

static void without_a_filter_everything_passes(void **state)
{
	static struct filter filter;
	struct filter_view *view = filter_view_new(&filter);

	(void)state;
	assert_int_equal(passes(view, "1 REQUEST queue=9 submit_ns=1"), 1);
	filter_view_free(view);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_process),
		cmocka_unit_test(by_name_and_ring),
		cmocka_unit_test(a_thousand_rings),
		cmocka_unit_test(without_a_filter_everything_passes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* Text: events of every kind print and parse back to the same bytes; bad lines are refused with the
 * column. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "event/text.h"

#include "event_random.h"

static char line[EV_TEXT_LINE_BYTES], again[EV_TEXT_LINE_BYTES];
static uint64_t event[EV_EVENT_BYTES_MAX / 8], back[EV_EVENT_BYTES_MAX / 8];

static void round_trip(void)
{
	struct ev_header *header = (struct ev_header *)event;
	struct ev_error why = { 0 };
	int length = ev_text_print(header, line, sizeof(line));

	assert_true(length > 0);
	assert_int_equal(strlen(line), length);
	assert_int_equal(line[length - 1], '\n');
	if (ev_text_parse(line, back, &why) != 1)
		fail_msg("%s in %s", why.text, line);
	assert_memory_equal(event, back, header->size_bytes);
	assert_int_equal(ev_text_print((struct ev_header *)back, again, sizeof(again)), length);
	assert_string_equal(line, again);
}

static void every_kind_comes_back(void **unused)
{
	(void)unused;
	for (int round = 0; round < 300; round++) {
		for (uint16_t kind = EV_SESSION; kind <= EV_KIND_LAST; kind++) {
			random_event((struct ev_header *)event, kind, 40);
			round_trip();
		}
	}
}

/* The longest line there can be: every byte of the longest text is escaped. */
static void the_longest_event_fits_a_line(void **unused)
{
	for (uint16_t kind = EV_SESSION; kind <= EV_KIND_LAST; kind++) {
		struct ev_header *header = (struct ev_header *)event;
		const struct ev_kind *table = ev_kind(kind);

		(void)unused;
		memset(event, 0xff, sizeof(event));
		if (!table->tail)
			continue;
		memset((char *)event + table->size_bytes, 1,
		       EV_EVENT_BYTES_MAX - table->size_bytes);
		random_event(header, kind, 0);
		header->size_bytes = EV_EVENT_BYTES_MAX;
		round_trip();
	}
}

static void parse(const char *text)
{
	struct ev_error why = { 0 };

	if (ev_text_parse(text, event, &why) != 1)
		fail_msg("%s: %s", text, why.text);
}

static void people_write_lines(void **unused)
{
	const struct ev_request *request = (const struct ev_request *)event;
	const struct ev_queue *queue = (const struct ev_queue *)event;
	size_t bytes;

	(void)unused;
	parse("2ms request submit_ns=1500us op=read result=-11 user_data=0xdead queue=7 "
	      "end=COMPLETED");
	assert_int_equal(request->h.kind, EV_REQUEST);
	assert_int_equal(request->h.time_ns, 2000000);
	assert_int_equal(request->submit_ns, 1500000);
	assert_int_equal(request->op, 22);
	assert_int_equal(request->result, -11);
	assert_int_equal(request->user_data, 0xdead);
	assert_int_equal(request->end, EV_END_COMPLETED);
	assert_int_equal(request->cq_depth, 0);
	parse("  5\tQUEUE queue=1 fd=-1 type=io_uring flags=2 \"a\\\"b\\x41\\n\"\n");
	assert_int_equal(queue->fd, -1);
	assert_int_equal(queue->flags, 2);
	assert_memory_equal(ev_tail(ev_kind(EV_QUEUE), &queue->h, &bytes), "a\"bA\n", 5);
	assert_int_equal(bytes, 5);
}

static void what_is_printed_is_readable(void **unused)
{
	struct ev_request request = {
		.h = { EV_REQUEST, sizeof(request), 3, 5000 },
		.submit_ns = 4000,
		.user_data = 0x1f,
		.result = -11,
		.queue = 1,
		.op = 22,
		.end = EV_END_COMPLETED,
	};
	struct {
		struct ev_process process;
		char comm[8];
	} process = { { { EV_PROCESS, sizeof(struct ev_process) + 7, 0, 1 }, 42, 1 },
		      "a\x1b\xc3\xa9\xff\n\"" };

	(void)unused;
	ev_text_print(&request.h, line, sizeof(line));
	assert_string_equal(line, "5000 REQUEST cpu=3 submit_ns=4000 user_data=0x1f result=-11 "
				  "queue=1 op=READ end=completed\n");
	/* Control characters and bytes that are no UTF-8 cannot reach a terminal; letters do. */
	ev_text_print(&process.process.h, line, sizeof(line));
	assert_string_equal(line, "1 PROCESS pid=42 parent_pid=1 \"a\\x1b\xc3\xa9\\xff\\n\\\"\"\n");
}

static void blank_lines_and_comments(void **unused)
{
	static const char *const nothing[] = { "", "\n", "   \t\n", "# 1 TICK\n", "  # x" };

	(void)unused;
	for (size_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++)
		assert_int_equal(ev_text_parse(nothing[i], event, NULL), 0);
}

static void bad_lines_name_the_column(void **unused)
{
	static const struct {
		const char *text;
		const char *column;
	} bad[] = {
		{ "x TICK", "column 1:" },
		{ "-1 TICK", "column 1:" },
		{ "99999999999999999999 TICK", "column 1:" },
		{ "1", "column 2:" },
		{ "1 TOCK", "column 3:" },
		{ "1 TICK cpu", "column 11:" },
		{ "1 TICK queue=1", "column 8:" },
		{ "1 TICK cpu=", "column 12:" },
		{ "1 TICK cpu=4294967296", "column 12:" },
		{ "1 TICK cpu=-1", "column 12:" },
		{ "1 TICK cpu=1 cpu=1", "column 14:" },
		{ "1 TICK time_ns=4", "column 8:" },
		{ "1 QUEUE fd=-2147483649", "column 12:" },
		{ "1 QUEUE fd=2147483648", "column 12:" },
		{ "1 QUEUE type=teapot", "column 14:" },
		{ "1 REQUEST cq_depth=5us", "column 20:" },
		{ "1 TICK \"x\"", "column 8:" },
		{ "1 QUEUE [00]", "column 9:" },
		{ "1 QUEUE \"x", "column 11:" },
		{ "1 QUEUE \"\\q\"", "column 11:" },
		{ "1 QUEUE \"x\" fd=1", "column 13:" },
		{ "1 LATENCY [0]", "column 12:" },
		{ "1 LATENCY [0g]", "column 12:" },
		{ "1 LATENCY [00", "column 14:" },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct ev_error why = { 0 };

		assert_int_equal(ev_text_parse(bad[i].text, event, &why), -EINVAL);
		if (strncmp(why.text, bad[i].column, strlen(bad[i].column)))
			fail_msg("%s: %s", bad[i].text, why.text);
	}
}

static void a_tail_too_long_is_refused(void **unused)
{
	struct ev_error why;

	(void)unused;
	strcpy(line, "1 QUEUE \"");
	memset(line + 9, 'x', EV_EVENT_BYTES_MAX);
	strcpy(line + 9 + EV_EVENT_BYTES_MAX, "\"");
	assert_int_equal(ev_text_parse(line, event, &why), -EINVAL);
}

static void no_room_is_told(void **unused)
{
	struct ev_tick tick = { { EV_TICK, sizeof(tick), 0, 123 } };
	char small[9];

	(void)unused;
	assert_int_equal(ev_text_print(&tick.h, small, sizeof(small)), -ENOSPC);
	assert_int_equal(ev_text_print(&tick.h, line, 10), 9);
	tick.h.kind = 999;
	assert_int_equal(ev_text_print(&tick.h, line, sizeof(line)), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_comes_back),
		cmocka_unit_test(the_longest_event_fits_a_line),
		cmocka_unit_test(people_write_lines),
		cmocka_unit_test(what_is_printed_is_readable),
		cmocka_unit_test(blank_lines_and_comments),
		cmocka_unit_test(bad_lines_name_the_column),
		cmocka_unit_test(a_tail_too_long_is_refused),
		cmocka_unit_test(no_room_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* ringload's books: the lines that other tests rely on, the sums, and that crooked books are told.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "workloads/truth.h"

enum { OP_NOP = 0, OP_READ = 22, OP_WITHOUT_NAME = 200 };

static const struct load_truth_work work = {
	.workload = "read",
	.unit = "requests",
	.units = 5,
	.threads = 1,
	.elapsed_ns = 777,
	.each_ring = true,
};

static struct load_truth_ring *add_ring(struct load_truth *truth)
{
	struct load_truth_ring *ring;
	struct load_error why;

	assert_int_equal(load_truth_add(truth, &ring, &why), 0);
	ring->pid = 1234;
	ring->tid = 1235;
	ring->fd = 4;
	ring->sq_entries = 64;
	ring->cq_entries = 128;
	ring->flags = 1u << 1 | 1u << 3;
	ring->enters = 3;
	return ring;
}

/* Prints into memory; the caller frees. */
static char *print(const struct load_truth *truth, int wanted, struct load_error *why)
{
	size_t length;
	char *text = NULL;
	FILE *out = open_memstream(&text, &length);

	assert_int_equal(load_truth_print(out, truth, &work, why), wanted);
	fclose(out);
	return text;
}

static void has_line(const char *text, const char *line)
{
	size_t length = strlen(line);

	for (const char *at = text; (at = strstr(at, line)); at += length)
		if ((at == text || at[-1] == '\n') && at[length] == '\n')
			return;
	fail_msg("no line \"%s\" in\n%s", line, text);
}

static void fill_reads(struct load_truth_ring *ring, uint64_t scale)
{
	struct load_truth_op *row = load_truth_row(ring, OP_READ);

	assert_true(row->moves_bytes);
	row->submitted = 5 * scale;
	row->completed = 3 * scale;
	row->open = 2 * scale;
	row->bytes = 8192 * scale;
	row->shorts = 1 * scale;
	row->latency_count = 3;
	assert_int_equal(row->latency_ns_min, UINT64_MAX); /* the first one is the least */
	row->latency_ns_min = 100 * scale;
	row->latency_ns_max = 400 * scale;
	row->latency_ns_sum = 600 * scale;
	load_truth_book_error(row, EIO);
}

static void lines(void **state)
{
	struct load_truth truth;
	struct load_error why;
	char *text;

	(void)state;
	load_truth_init(&truth);
	fill_reads(add_ring(&truth), 1);
	text = print(&truth, 0, &why);
	has_line(text, "truth ring=1 pid=1234 tid=1235 fd=4 sq_entries=64 cq_entries=128 "
		       "flags=SQPOLL,CQSIZE");
	has_line(text, "truth ring=1 op=READ submitted=5 completed=3 failed=0 overflowed=0 "
		       "skipped=0 open=2 errors=1 short=1 bytes=8192 shots=0 shot_bytes=0 "
		       "notifs=0");
	has_line(text, "truth ring=1 op=READ latency_count=3 latency_ns_min=100 "
		       "latency_ns_mean=200 latency_ns_max=400");
	has_line(text, "truth ring=1 op=READ errno=EIO count=1");
	has_line(text, "truth ring=1 total submitted=5 completed=3 failed=0 overflowed=0 "
		       "skipped=0 open=2 errors=1 short=1 bytes=8192 shots=0 shot_bytes=0 "
		       "notifs=0 enters=3 registers=0 dropped_sqes=0 dropped_cqes=0 wakeups=0 "
		       "messages=0 enters_elsewhere=0 calls=0");
	has_line(text, "truth run workload=read unit=requests units=5 rings=1 threads=1 "
		       "elapsed_ns=777");
	free(text);
	load_truth_done(&truth);
}

static void sums(void **state)
{
	struct load_truth truth;
	struct load_error why;
	char *text;

	(void)state;
	load_truth_init(&truth);
	fill_reads(add_ring(&truth), 1);
	fill_reads(add_ring(&truth), 10);
	text = print(&truth, 0, &why);
	has_line(text, "truth op=READ submitted=55 completed=33 failed=0 overflowed=0 skipped=0 "
		       "open=22 errors=2 short=11 bytes=90112 shots=0 shot_bytes=0 "
		       "notifs=0");
	has_line(text, "truth op=READ latency_count=6 latency_ns_min=100 latency_ns_mean=1100 "
		       "latency_ns_max=4000");
	has_line(text, "truth op=READ errno=EIO count=2");
	has_line(text, "truth total submitted=55 completed=33 failed=0 overflowed=0 skipped=0 "
		       "open=22 errors=2 short=11 bytes=90112 shots=0 shot_bytes=0 "
		       "notifs=0 enters=6 registers=0 dropped_sqes=0 dropped_cqes=0 wakeups=0 "
		       "messages=0 enters_elsewhere=0 calls=0");
	free(text);
	load_truth_done(&truth);
}

static void unknown_is_null(void **state)
{
	struct load_truth truth;
	struct load_error why;
	struct load_truth_op *row;
	char *text;

	(void)state;
	load_truth_init(&truth);
	row = load_truth_row(add_ring(&truth), OP_WITHOUT_NAME);
	row->submitted = row->failed = 1;
	text = print(&truth, 0, &why);
	has_line(text, "truth op=200 latency_count=0 latency_ns_min=null latency_ns_mean=null "
		       "latency_ns_max=null");
	free(text);
	load_truth_done(&truth);
}

/* Rows that do not balance are printed as they are, and the failure names the ring. Two errors of
 * opposite sign in two operations must not hide each other. */
static void crooked_books(void **state)
{
	struct load_truth truth;
	struct load_error why;
	struct load_truth_ring *ring;

	(void)state;
	load_truth_init(&truth);
	add_ring(&truth);
	ring = add_ring(&truth);
	load_truth_row(ring, OP_NOP)->submitted = 1;
	load_truth_row(ring, OP_READ)->completed = 1;
	free(print(&truth, -EPROTO, &why));
	assert_non_null(strstr(why.text, "ring 2"));
	load_truth_done(&truth);
}

static void more_errors_than_rows(void **state)
{
	struct load_truth truth;
	struct load_error why;
	struct load_truth_op *row;
	char *text;

	(void)state;
	load_truth_init(&truth);
	row = load_truth_row(add_ring(&truth), OP_NOP);
	row->submitted = row->completed = LOAD_TRUTH_ERRORS_MAX + 3;
	for (int error = 1; error <= LOAD_TRUTH_ERRORS_MAX + 2; error++)
		load_truth_book_error(row, error);
	load_truth_book_error(row, 1);
	text = print(&truth, 0, &why);
	has_line(text, "truth op=NOP errno=EPERM count=2");
	has_line(text, "truth op=NOP errno=other count=2");
	free(text);
	load_truth_done(&truth);
}

static void full_output(void **state)
{
	struct load_truth truth;
	struct load_error why;
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	if (!full)
		skip();
	load_truth_init(&truth);
	fill_reads(add_ring(&truth), 1);
	assert_int_equal(load_truth_print(full, &truth, &work, &why), -EIO);
	fclose(full);
	load_truth_done(&truth);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines),
		cmocka_unit_test(sums),
		cmocka_unit_test(unknown_is_null),
		cmocka_unit_test(crooked_books),
		cmocka_unit_test(more_errors_than_rows),
		cmocka_unit_test(full_output),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The table of operations: all queues together first, then each queue that matters. Under a row
 * stands what explains it: bytes, roads, and where the time went.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "collector/escape.h"
#include "collector/phrase.h"
#include "collector/report.h"
#include "collector/request_text.h"
#include "collector/wrap.h"
#include "event/names.h"
#include "event/units.h"

enum {
	QUEUES_SHOWN = 5,     /* with tables of their own, unless --all */
	OPERATIONS_SHOWN = 8, /* a queue */
	DETAIL_INDENT = 4,
};

/* Whole percent; "<1" for what is there but rounds to nothing, 100 only for all of it. */
static void add_share(struct phrase *phrase, const char *what, uint64_t part, uint64_t whole)
{
	unsigned long percent;

	if (!part || !whole)
		return;
	percent = (unsigned long)((double)part / (double)whole * 100 + 0.5);
	if (percent >= 100 && part < whole)
		percent = 99;
	if (percent)
		phrase_add(phrase, " %s %lu%%", what, percent);
	else
		phrase_add(phrase, " %s <1%%", what);
}

/* False when no request passed a stage after submission: the time then needs no explanation. */
static int passed_stages(const struct model_operation *operation)
{
	for (int stage = EV_STAGE_SUBMITTED + 1; stage < EV_STAGE_COUNT; stage++)
		if (operation->stages[stage].time.sum)
			return 1;
	return 0;
}

/* Between two parts of the line. */
static const char *between(const struct phrase *phrase)
{
	return phrase->text[0] ? "; " : "";
}

static void add_roads(struct phrase *phrase, const struct model_operation *operation)
{
	phrase_add(phrase, "%spath:", between(phrase));
	add_share(phrase, "inline", operation->inline_count, operation->count);
	add_share(phrase, "poll", operation->poll, operation->count);
	add_share(phrase, "worker", operation->worker, operation->count);
	add_share(phrase, "linked", operation->linked, operation->count);
}

/* "3.91Mi bytes; path: inline 98% worker 2%; time: …" */
static void print_detail(const struct model_operation *operation)
{
	char text[512], number[EV_UNITS_TEXT_BYTES];
	struct phrase phrase;

	phrase_init(&phrase, text, sizeof(text));
	if (!operation->count) {
		phrase_add(&phrase, "none ended, %" PRIu64 " in flight", operation->in_flight);
		wrap_print(stdout, "", DETAIL_INDENT, text);
		return;
	}
	if (operation->bytes)
		phrase_add(&phrase, "%s bytes", ev_units_size(number, operation->bytes));
	if (ev_queue_tells_roads(operation->queue_type))
		add_roads(&phrase, operation);
	if (operation->stages[EV_STAGE_DEVICE].time.count)
		phrase_add(&phrase, "%s%s reached a device", between(&phrase),
			   operation->stages[EV_STAGE_DEVICE].time.count < operation->count
				   ? ev_units_count(number,
						    operation->stages[EV_STAGE_DEVICE].time.count)
				   : "all");
	if (operation->cancelled)
		phrase_add(&phrase, "%s%s cancelled by their chain", between(&phrase),
			   ev_units_count(number, operation->cancelled));
	if (operation->broke)
		phrase_add(&phrase, "; %s others cancelled because one of these failed",
			   ev_units_count(number, operation->broke));
	if (operation->shots)
		phrase_add(&phrase, "; %s more completions (multishot)",
			   ev_units_count(number, operation->shots));
	if (passed_stages(operation))
		phrase_add(&phrase, "%stime:", between(&phrase));
	for (int stage = 0; passed_stages(operation) && stage < EV_STAGE_COUNT; stage++)
		add_share(&phrase, ev_stage_name((uint8_t)stage), operation->stages[stage].time.sum,
			  operation->latency.sum);
	if (text[0])
		wrap_print(stdout, "", DETAIL_INDENT, text);
}

static void print_latency(const struct histogram *latency)
{
	static const double quantiles[] = { 0.5, 0.9, 0.99, 0.999 };
	char text[EV_UNITS_TEXT_BYTES];

	if (!latency->count) {
		printf("%7s%7s%7s%7s%7s%7s%7s\n", "-", "-", "-", "-", "-", "-", "-");
		return;
	}
	printf("%7s", ev_units_time(text, latency->min));
	printf("%7s", ev_units_time(text, (uint64_t)histogram_mean(latency)));
	for (size_t i = 0; i < sizeof(quantiles) / sizeof(quantiles[0]); i++)
		printf("%7s", ev_units_time(text, histogram_quantile(latency, quantiles[i])));
	printf("%7s\n", ev_units_time(text, latency->max));
}

static void print_operation(const struct model_operation *operation)
{
	char name[REQUEST_OP_BYTES], count[EV_UNITS_TEXT_BYTES], errors[EV_UNITS_TEXT_BYTES];

	printf("  %-16s", request_op_name(name, operation->queue_type, operation->op));
	printf("%7s%6s", ev_units_count(count, operation->count),
	       ev_units_count(errors, operation->errors));
	print_latency(&operation->latency);
	print_detail(operation);
}

static void print_queue(const struct report *report, const struct model_queue *queue,
			const char *title)
{
	const struct model_operation **rows;
	size_t count, shown;

	rows = report_sort_operations(report, queue, &count);
	if (!rows)
		return;
	printf("\n%s\n", title);
	if (count)
		printf("  %-16s%7s%6s%7s%7s%7s%7s%7s%7s%7s\n", "", "count", "errs", "min", "mean",
		       "p50", "p90", "p99", "p99.9", "max");
	else
		printf("  none ended\n");
	shown = report->all || count <= OPERATIONS_SHOWN ? count : OPERATIONS_SHOWN;
	for (size_t i = 0; i < shown; i++)
		print_operation(rows[i]);
	if (shown < count)
		printf("  and %zu more operations (--all shows them)\n", count - shown);
	free(rows);
}

static void print_each(const struct report *report)
{
	size_t count = model_queue_count(report->model);
	const struct model_queue **queues = report_sort_queues(report);
	size_t shown = report->all || count <= QUEUES_SHOWN ? count : QUEUES_SHOWN;

	for (size_t i = 0; queues && i < shown; i++) {
		char comm[64], pid[16] = "?", title[128];

		if (queues[i]->pid)
			snprintf(pid, sizeof(pid), "%u", queues[i]->pid);
		snprintf(title, sizeof(title), "OPERATIONS OF %s %u, %s[%s]",
			 queue_word(report->model)[0] == 'r' ? "RING" : "QUEUE", queues[i]->id,
			 escape_name(comm, sizeof(comm),
				     queues[i]->comm[0] ? queues[i]->comm : "?"),
			 pid);
		if (queues[i]->operation_count)
			print_queue(report, queues[i], title);
	}
	if (queues && shown < count)
		printf("\nThe operations of %zu more %ss are in the sum above; --all shows each.\n",
		       count - shown, queue_word(report->model));
	free(queues);
}

void report_operations(const struct report *report)
{
	size_t count = model_queue_count(report->model);
	char title[64];

	snprintf(title, sizeof(title), count > 1 ? "OPERATIONS, all %ss together" : "OPERATIONS",
		 queue_word(report->model));
	print_queue(report, model_total(report->model), title);
	if (count > 1)
		print_each(report);
}

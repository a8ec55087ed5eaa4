/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* Single requests in the report: the slowest that ended and the oldest that did not. */
#include <inttypes.h>
#include <stdio.h>

#include "collector/command_text.h"
#include "collector/report.h"
#include "collector/request_text.h"
#include "collector/wrap.h"
#include "event/units.h"

enum { REQUESTS_SHOWN = 10, LINE_BYTES = 2048 };

/* The commands it waited for, and so the device queue it was in. */
static void print_commands(const struct report *report, const struct ev_request *request)
{
	const struct model_commands *commands = model_commands_of(report->model, request);
	char text[LINE_BYTES];
	struct phrase phrase;

	for (size_t i = 0; i < commands->count; i++) {
		phrase_init(&phrase, text, sizeof(text));
		phrase_add(&phrase, "- ");
		command_text_add(&phrase, report->model, &commands->commands[i], 0);
		wrap_print(stdout, "", 10, text);
	}
	if (commands->count < commands->total)
		printf("          - and %zu more commands\n", commands->total - commands->count);
}

static void print_request(const struct report *report, const struct ev_request *request)
{
	const struct model_session *session = model_session(report->model);
	char label[EV_UNITS_TEXT_BYTES + 4], after[EV_UNITS_TEXT_BYTES], text[LINE_BYTES];
	struct phrase phrase;

	snprintf(label, sizeof(label), "%8s",
		 model_is_older(request) ? "older"
					 : ev_units_time(after, request_latency_ns(request)));
	phrase_init(&phrase, text, sizeof(text));
	request_text_add_queue(&phrase, report->model, request->queue);
	phrase_add(&phrase, " ");
	request_text_add(&phrase, report->model, request, 0);
	if (request->submit_ns >= session->start_ns)
		phrase_add(&phrase, " at +%s",
			   ev_units_time(after, request->submit_ns - session->start_ns));
	wrap_print(stdout, label, 10, text);
	print_commands(report, request);
}

typedef const struct ev_request *(*next_fn)(const struct report *, size_t *);

static void print_list(const struct report *report, next_fn next_request, const char *title)
{
	const struct ev_request *request;
	size_t next = 0, shown = 0, left = 0;

	while ((request = next_request(report, &next))) {
		if (!report->all && shown == REQUESTS_SHOWN) {
			left++;
			continue;
		}
		if (!shown++)
			printf("\n%s\n", title);
		print_request(report, request);
	}
	if (left)
		printf("          and %zu more (--all shows them)\n", left);
}

void report_slowest(const struct report *report)
{
	print_list(report, report_next_slow, "SLOWEST REQUESTS");
}

/* Older than the recording, and found nowhere: of all queues. */
static uint64_t unlisted(const struct model *model)
{
	uint64_t older = 0, listed = 0;

	for (size_t i = 0; i < model_queue_count(model); i++)
		if (!model_queue_at(model, i)->ended_ns)
			older += model_queue_at(model, i)->older_open;
	while (listed < model_open_count(model) && model_is_older(model_open_at(model, listed)))
		listed++;
	return older > listed ? older - listed : 0;
}

void report_open(const struct report *report)
{
	uint64_t more = unlisted(report->model);
	char filter[256], text[LINE_BYTES];

	print_list(report, report_next_open, "STILL OPEN, oldest first");
	filter_text(report->filter, filter, sizeof(filter));
	if (!more || filter[0])
		return;
	snprintf(text, sizeof(text),
		 "%" PRIu64
		 " more that are older than the recording cannot be named: they wait for "
		 "a worker or are with a disk",
		 more);
	if (!model_open_count(report->model))
		printf("\nSTILL OPEN\n");
	wrap_print(stdout, "", 10, text);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The headline: what took most of the time, where that time went, and which device queue was the
 * busiest. It answers the reader's first question before any table does.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "collector/command_text.h"
#include "collector/phrase.h"
#include "collector/report.h"
#include "collector/request_text.h"
#include "collector/wrap.h"
#include "event/names.h"
#include "event/units.h"

enum { SHARES_SHOWN = 5, SHARE_NAME_BYTES = 320, SHARES_MAX = EV_STAGE_COUNT + MODEL_PLACES };

/* Of one queue's operations, or of the sum over all queues: the one that took the most time. */
static const struct model_operation *
costliest(const struct report *report, const struct model_queue *queue, uint64_t *ret_all_ns)
{
	const struct model_operation *most = NULL;

	*ret_all_ns = 0;
	for (size_t i = 0; i < queue->operation_count; i++) {
		const struct model_operation *operation =
			model_queue_operation(report->model, queue, i);

		if (!filter_op(report->filter, operation->op))
			continue;
		*ret_all_ns += operation->latency.sum;
		if (operation->latency.sum && (!most || operation->latency.sum > most->latency.sum))
			most = operation;
	}
	return most;
}

/* The queue that spent more than half of this operation's time; NULL: no single one did. */
static const struct model_operation *main_culprit(const struct model *model,
						  const struct model_operation *summed)
{
	for (size_t i = 0; i < model_queue_count(model); i++) {
		const struct model_queue *queue = model_queue_at(model, i);

		for (size_t j = 0; j < queue->operation_count; j++) {
			const struct model_operation *own = model_queue_operation(model, queue, j);

			if (own->op == summed->op && own->queue_type == summed->queue_type &&
			    own->latency.sum > summed->latency.sum / 2)
				return own;
		}
	}
	return NULL;
}

/* Whole percent; 100 only for all of it. */
int report_percent(uint64_t part, uint64_t whole)
{
	int share = whole ? (int)((double)part / (double)whole * 100 + 0.5) : 0;

	return share == 100 && part < whole ? 99 : share;
}

/* A share of an operation's time. */
struct share {
	char name[SHARE_NAME_BYTES];
	uint64_t time_ns;
	size_t place; /* on the road: decides between equals, where C libraries' qsort differ */
};

static int largest_first(const void *left, const void *right)
{
	const struct share *a = left, *b = right;

	if (a->time_ns != b->time_ns)
		return a->time_ns < b->time_ns ? 1 : -1;
	return (a->place > b->place) - (a->place < b->place);
}

static const char *stage_words(int stage)
{
	static const char *const words[EV_STAGE_COUNT] = {
		[EV_STAGE_SUBMITTED] = "being submitted",
		[EV_STAGE_DEFERRED] = "held back by a drain",
		[EV_STAGE_WORKER_QUEUED] = "waiting for a worker",
		[EV_STAGE_WORKER_RUNNING] = "in a worker",
		[EV_STAGE_POLL_ARMED] = "waiting until the file is ready",
		[EV_STAGE_POLL_WOKEN] = "waiting for its task to run",
		[EV_STAGE_BLOCK_QUEUED] = "waiting in the block layer",
		[EV_STAGE_DEVICE] = "with a device",
		[EV_STAGE_DEVICE_DONE] = "from the device to the completion",
		[EV_STAGE_LINKED] = "waiting for their chain",
		[EV_STAGE_RELEASED] = "from their release on",
		[EV_STAGE_WORKER_UNSPLIT] = "waiting for a worker or in one",
	};

	return words[stage];
}

/* The stages, the device's cut into its queues as far as they are known. */
static size_t gather_shares(const struct report *report, const struct model_operation *operation,
			    struct share shares[SHARES_MAX])
{
	uint64_t placed_ns = 0, time_ns;
	char name[DEVICE_NAME_BYTES];
	size_t count = 0;

	for (uint32_t i = 0; i < operation->place_count; i++) {
		const struct model_place *place = &operation->places[i];

		snprintf(shares[count].name, SHARE_NAME_BYTES, "in %s queue %" PRIu32 " (device)",
			 device_name_text(name, report->model, place->device), place->hw_queue);
		shares[count++].time_ns = place->time_ns;
		placed_ns += place->time_ns;
	}
	for (int stage = 0; stage < EV_STAGE_COUNT; stage++) {
		time_ns = operation->stages[stage].time.sum;
		if (stage == EV_STAGE_DEVICE)
			time_ns -= placed_ns < time_ns ? placed_ns : time_ns;
		snprintf(shares[count].name, SHARE_NAME_BYTES, "%s", stage_words(stage));
		shares[count++].time_ns = time_ns;
	}
	for (size_t i = 0; i < count; i++)
		shares[i].place = i;
	qsort(shares, count, sizeof(*shares), largest_first);
	return count;
}

/* "72% in nvme0n1 queue 3 (device), 21% waiting for a worker, 7% other" */
static void print_shares(const struct report *report, const struct model_operation *operation)
{
	struct share shares[SHARES_MAX];
	size_t count = gather_shares(report, operation, shares);
	uint64_t whole_ns = operation->latency.sum;
	uint64_t told_ns = 0;
	char text[REPORT_TEXT_BYTES];
	struct phrase phrase;

	if (shares[0].time_ns == operation->stages[EV_STAGE_SUBMITTED].time.sum &&
	    shares[0].time_ns == whole_ns)
		return; /* no request passed any stage: nothing to tell */
	phrase_init(&phrase, text, sizeof(text));
	for (size_t i = 0; i < count && i < SHARES_SHOWN; i++) {
		int percent = report_percent(shares[i].time_ns, whole_ns);

		if (!percent)
			break;
		phrase_add(&phrase, "%s%d%% %s", i ? ", " : "", percent, shares[i].name);
		told_ns += shares[i].time_ns;
	}
	if (told_ns < whole_ns && report_percent(whole_ns - told_ns, whole_ns))
		phrase_add(&phrase, ", %d%% elsewhere",
			   report_percent(whole_ns - told_ns, whole_ns));
	if (phrase.used)
		wrap_print(stdout, "spent", REPORT_LABEL, text);
}

static int has_stages(const struct model_operation *operation)
{
	uint64_t sum_ns = 0;

	for (int stage = 0; stage < EV_STAGE_COUNT; stage++)
		sum_ns += operation->stages[stage].time.sum;
	return sum_ns != 0;
}

static void print_costliest(const struct report *report)
{
	char text[REPORT_TEXT_BYTES], op[REQUEST_OP_BYTES], number[EV_UNITS_TEXT_BYTES];
	const struct model_operation *most, *own;
	struct phrase phrase;
	uint64_t all_ns;

	most = costliest(report, model_total(report->model), &all_ns);
	if (!most)
		return;
	own = main_culprit(report->model, most);
	phrase_init(&phrase, text, sizeof(text));
	if (own)
		request_text_add_queue(&phrase, report->model, own->queue);
	else
		phrase_add(&phrase, "many %ss:", queue_word(report->model));
	most = own ? own : most;
	phrase_add(&phrase, " %s: %d%% of the time of all requests",
		   request_op_name(op, most->queue_type, most->op),
		   report_percent(most->latency.sum, all_ns));
	phrase_add(&phrase, ", p50 %s",
		   ev_units_time(number, histogram_quantile(&most->latency, 0.5)));
	phrase_add(&phrase, ", p99 %s",
		   ev_units_time(number, histogram_quantile(&most->latency, 0.99)));
	wrap_print(stdout, "most time", REPORT_LABEL, text);
	if (has_stages(most))
		print_shares(report, most);
}

/* By all its commands together. A controller's own queue is no part of any request's way, and some of
 * its commands last by intention: it counts only where there is no other. */
static int is_busier(const struct model_device_queue *queue, const struct model_device_queue *most)
{
	int is_admin = queue->type == EV_DEVICE_QUEUE_ADMIN;

	if (!most)
		return 1;
	if (is_admin != (most->type == EV_DEVICE_QUEUE_ADMIN))
		return !is_admin;
	return queue->latency.sum > most->latency.sum;
}

/* The device queue that was busy longest. */
static const struct model_device_queue *busiest(const struct report *report,
						const struct model_device **ret_device)
{
	const struct model_device_queue *most = NULL;

	for (size_t i = 0; i < model_device_count(report->model); i++) {
		const struct model_device *device = model_device_at(report->model, i);

		if (!filter_device(report->filter, device->name))
			continue;
		for (size_t j = 0; j < device->queue_count; j++)
			if (device->queues[j].commands && is_busier(&device->queues[j], most)) {
				most = &device->queues[j];
				*ret_device = device;
			}
	}
	return most;
}

static void print_busiest(const struct report *report)
{
	char text[REPORT_TEXT_BYTES], name[DEVICE_NAME_BYTES], number[EV_UNITS_TEXT_BYTES];
	const struct model_device *device;
	const struct model_device_queue *queue = busiest(report, &device);
	struct phrase phrase;

	if (!queue)
		return;
	phrase_init(&phrase, text, sizeof(text));
	phrase_add(&phrase, "%s queue %" PRIu32 "%s was the busiest: %s commands",
		   device_own_name_text(name, device), queue->hw_queue,
		   queue->type == EV_DEVICE_QUEUE_ADMIN ? " (admin)" : "",
		   ev_units_count(number, queue->commands));
	if (queue->depth.known)
		phrase_add(&phrase, ", depth %.2f, at most %" PRIu64, queue->depth.mean,
			   queue->depth.max);
	if (queue->depth.known && queue->limit)
		phrase_add(&phrase, " of %" PRIu32, queue->limit);
	if (queue->latency.count) {
		phrase_add(&phrase, "; service p50 %s",
			   ev_units_time(number, histogram_quantile(&queue->latency, 0.5)));
		phrase_add(&phrase, ", p99 %s",
			   ev_units_time(number, histogram_quantile(&queue->latency, 0.99)));
	}
	if (queue->errors)
		phrase_add(&phrase, "; %s errors", ev_units_count(number, queue->errors));
	wrap_print(stdout, "device", REPORT_LABEL, text);
}

void report_headline(const struct report *report)
{
	print_costliest(report);
	print_busiest(report);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Devices and their hardware queues. Two times stand side by side: how long commands were with the
 * device, and how long they waited for it in the block layer; which of the two is long says whether
 * the device is slow or too much is asked of it. Below stands who asked and what failed.
 */
#include <inttypes.h>
#include <stdio.h>

#include "collector/command_text.h"
#include "collector/escape.h"
#include "collector/phrase.h"
#include "collector/report.h"
#include "collector/wrap.h"
#include "event/names.h"
#include "event/units.h"

enum { QUEUES_SHOWN = 20, DETAIL_INDENT = 4 };

static void print_times(const struct histogram *histogram, const double *quantiles, int count)
{
	char text[EV_UNITS_TEXT_BYTES];

	for (int i = 0; i < count; i++)
		printf(" %6s",
		       histogram->count
			       ? ev_units_time(text, histogram_quantile(histogram, quantiles[i]))
			       : "-");
}

/* "12.3/64/1023": mean, maximum, limit. */
static const char *depth_text(char text[64], const struct model_device_queue *queue)
{
	char max[EV_UNITS_TEXT_BYTES], limit[EV_UNITS_TEXT_BYTES];

	ev_units_count(limit, queue->limit);
	if (!queue->depth.known)
		snprintf(text, 64, "-/-/%s", queue->limit ? limit : "-");
	else
		snprintf(text, 64,
			 queue->depth.mean < 9.995   ? "%.2f/%s/%s"
			 : queue->depth.mean < 99.95 ? "%.1f/%s/%s"
						     : "%.0f/%s/%s",
			 queue->depth.mean, ev_units_count(max, queue->depth.max),
			 queue->limit ? limit : "-");
	return text;
}

static void print_queue(const struct model_device_queue *queue)
{
	static const double service[] = { 0.5, 0.99, 1 };
	char text[EV_UNITS_TEXT_BYTES], depth[64];

	printf("  %5" PRIu32 " %6s", queue->hw_queue, ev_units_count(text, queue->commands));
	printf(" %5s", ev_units_count(text, queue->errors));
	printf(" %7s", ev_units_size(text, queue->bytes));
	printf(" %14s", depth_text(depth, queue));
	print_times(&queue->latency, service, 3);
	print_times(&queue->queueing, service, 2);
	printf("\n");
}

/* "read 900 4.00Mi" */
static void add_op(struct phrase *phrase, uint8_t op, const struct model_command_count *count)
{
	char number[EV_UNITS_TEXT_BYTES];

	if (!count->count)
		return;
	phrase_separate(phrase, 0, ", ");
	phrase_add(phrase, "%s %s", ev_command_name(op), ev_units_count(number, count->count));
	if (count->bytes)
		phrase_add(phrase, " (%s)", ev_units_size(number, count->bytes));
}

static void add_statuses(struct phrase *phrase, const struct model_device_queue *queue)
{
	char text[EV_STATUS_TEXT_BYTES];

	for (uint32_t i = 0; i < queue->status_count; i++)
		phrase_add(phrase, "%s%" PRIu64 " %s",
			   i ? ", " : "; failed: ", queue->statuses[i].count,
			   ev_status_text(text, queue->statuses[i].type,
					  queue->statuses[i].status));
}

/* What the queue is for and who it belongs to; NVMe: how far the controller is behind. */
static void print_layout(const struct model_device_queue *queue)
{
	char text[REPORT_TEXT_BYTES], cpus[sizeof(queue->cpus) * 4];
	struct phrase phrase;

	phrase_init(&phrase, text, sizeof(text));
	if (queue->type)
		phrase_add(&phrase, "%s queue", ev_device_queue_name(queue->type));
	if (queue->cpus[0]) {
		phrase_separate(&phrase, 0, "; ");
		phrase_add(&phrase, "CPUs %s", escape_name(cpus, sizeof(cpus), queue->cpus));
	}
	if (queue->irq) {
		phrase_separate(&phrase, 0, "; ");
		phrase_add(&phrase, "interrupt %" PRIu32, queue->irq);
	}
	if (queue->sq_told) {
		phrase_separate(&phrase, 0, "; ");
		phrase_add(&phrase, "SQ head %" PRIu32 ", tail %" PRIu32 ": %" PRIu32,
			   queue->sq_head, queue->sq_tail, model_device_queue_unfetched(queue));
		if (queue->sq_entries)
			phrase_add(&phrase, " of %" PRIu32, queue->sq_entries);
		phrase_add(&phrase, " slots not yet fetched, at most %" PRIu32,
			   queue->unfetched_max);
	}
	if (phrase.used)
		wrap_print(stdout, "", DETAIL_INDENT, text);
}

/* Which of some commands no request is known to have asked for. */
struct askers {
	uint64_t commands;
	uint64_t unlinked;
	uint64_t kinds[EV_UNLINKED_KINDS];
	uint64_t admins;
	int kinds_told; /* an old recording does not tell */
};

static void askers_take(struct askers *askers, const struct model_device_queue *queue)
{
	askers->commands += queue->sorted;
	askers->unlinked += queue->unlinked;
	for (int i = 0; i < EV_UNLINKED_KINDS; i++)
		askers->kinds[i] += queue->unlinked_kinds[i];
	askers->admins += queue->ops[EV_COMMAND_ADMIN].count;
	askers->kinds_told = (queue->told & EV_DEVICE_TOLD_UNLINKED) != 0;
}

/* For whom the commands were, and as what the others were sent. */
static void add_askers(struct phrase *phrase, const struct askers *askers)
{
	char number[EV_UNITS_TEXT_BYTES];
	int kinds = 0;

	if (!askers->unlinked) {
		phrase_add(phrase, "all for known requests");
		return;
	}
	phrase_add(phrase, "%d%% for known requests, %s for none",
		   report_percent(askers->commands - askers->unlinked, askers->commands),
		   ev_units_count(number, askers->unlinked));
	if (askers->admins == askers->commands)
		return;
	if (!askers->kinds_told)
		phrase_add(phrase, " (page cache, journals, other programs)");
	for (uint8_t kind = 0; kind < EV_UNLINKED_KINDS; kind++)
		if (askers->kinds[kind])
			phrase_add(phrase, "%s%s %s", kinds++ ? ", " : ": ", ev_unlinked_name(kind),
				   ev_units_count(number, askers->kinds[kind]));
}

/* Of all queues of a device, where several were used. */
static void print_askers(const struct model_device *device)
{
	char text[REPORT_TEXT_BYTES];
	struct askers askers = { 0 };
	struct phrase phrase;
	int used = 0;

	for (size_t i = 0; i < device->queue_count; i++)
		if (device->queues[i].sorted) {
			askers_take(&askers, &device->queues[i]);
			used++;
		}
	if (used < 2)
		return;
	phrase_init(&phrase, text, sizeof(text));
	phrase_add(&phrase, "all queues: ");
	add_askers(&phrase, &askers);
	wrap_print(stdout, "", DETAIL_INDENT, text);
}

/* What the commands were, for whom, and what failed. */
static void print_detail(const struct model_device_queue *queue)
{
	char text[REPORT_TEXT_BYTES], number[EV_UNITS_TEXT_BYTES], time[EV_UNITS_TEXT_BYTES];
	struct askers askers = { 0 };
	struct phrase phrase;

	if (!queue->sorted)
		return;
	askers_take(&askers, queue);
	phrase_init(&phrase, text, sizeof(text));
	for (uint8_t op = 0; op < MODEL_COMMAND_OPS; op++)
		add_op(&phrase, op, &queue->ops[op]);
	phrase_add(&phrase, "; ");
	add_askers(&phrase, &askers);
	if (queue->requeues)
		phrase_add(&phrase, "; requeues %" PRIu64, queue->requeues);
	if (queue->merges)
		phrase_add(&phrase, "; merges %" PRIu64, queue->merges);
	if (queue->retries)
		phrase_add(&phrase, "; retries %" PRIu64, queue->retries);
	if (queue->tag_waits)
		phrase_add(&phrase, "; waits for a tag %" PRIu64, queue->tag_waits);
	if (queue->scheduled)
		phrase_add(&phrase, "; %s waited in the scheduler, %s on average",
			   ev_units_count(number, queue->scheduled),
			   ev_units_time(time, queue->scheduled_ns / queue->scheduled));
	if (queue->waiting_max)
		phrase_add(&phrase, "; at most %" PRIu32 " in the scheduler at a time",
			   queue->waiting_max);
	if (queue->request_limit)
		phrase_add(&phrase, "; room for %" PRIu32 " in both, %" PRIu32 " tags",
			   queue->request_limit, queue->tag_limit);
	add_statuses(&phrase, queue);
	wrap_print(stdout, "", DETAIL_INDENT, text);
}

/* As people call it, and what went wrong with it as a whole. */
static void print_names(const struct report *report, const struct model_device *device)
{
	static const char *const before[EV_DEVICE_NAME_TYPES] = {
		[EV_DEVICE_NAME_MOUNT] = "mounted at ",
		[EV_DEVICE_NAME_BACKING] = "file ",
		[EV_DEVICE_NAME_MODEL] = "",
		[EV_DEVICE_NAME_ID] = "",
		[EV_DEVICE_NAME_TRANSPORT] = "over ",
		[EV_DEVICE_NAME_ADDRESS] = "at ",
	};
	static const char *const events[EV_DEVICE_EVENT_GONE + 1] = {
		[EV_DEVICE_EVENT_ASYNC] = "async events",
		[EV_DEVICE_EVENT_ABORT] = "aborts",
		[EV_DEVICE_EVENT_RESET] = "resets",
		[EV_DEVICE_EVENT_TIMEOUT] = "timeouts",
	};
	char text[REPORT_TEXT_BYTES], safe[DEVICE_NAME_BYTES];
	struct phrase phrase;

	phrase_init(&phrase, text, sizeof(text));
	for (size_t i = 1; i < EV_DEVICE_NAME_TYPES; i++)
		if (before[i] && device->names[i][0]) {
			phrase_separate(&phrase, 0, ", ");
			phrase_add(&phrase, "%s%s", before[i],
				   escape_name(safe, sizeof(safe), device->names[i]));
		}
	if (device->controller) {
		phrase_separate(&phrase, 0, ", ");
		phrase_add(&phrase, "queues of %s",
			   device_name_text(safe, report->model, device->controller));
	}
	if (device->head) {
		phrase_separate(&phrase, 0, ", ");
		phrase_add(&phrase, "a path to %s",
			   device_name_text(safe, report->model, device->head));
	}
	for (size_t i = 1; i <= EV_DEVICE_EVENT_GONE; i++)
		if (events[i] && device->events[i]) {
			phrase_separate(&phrase, 0, ", ");
			phrase_add(&phrase, "%s %" PRIu64, events[i], device->events[i]);
		}
	if (phrase.used)
		wrap_print(stdout, "", DETAIL_INDENT, text);
}

static void print_device(const struct report *report, const struct model_device *device)
{
	char name[DEVICE_NAME_BYTES], size[EV_UNITS_TEXT_BYTES];
	size_t count = device->queue_count;
	size_t shown = report->all || count <= QUEUES_SHOWN ? count : QUEUES_SHOWN;

	printf("%s", device_own_name_text(name, device));
	if (device->driver)
		printf(", %s", ev_driver_name(device->driver));
	if (device->type == EV_DEVICE_CONTROLLER)
		printf(", %s", ev_device_type_name(device->type));
	if (device->size_bytes)
		printf(", %s", ev_units_size(size, device->size_bytes));
	printf("%s\n", device->gone ? ", gone" : "");
	print_names(report, device);
	print_askers(device);
	if (!count)
		printf("  no command ended\n");
	for (size_t i = 0; i < shown; i++) {
		print_queue(&device->queues[i]);
		print_layout(&device->queues[i]);
		print_detail(&device->queues[i]);
	}
	if (shown < count)
		printf("  and %zu more queues (--all shows them)\n", count - shown);
}

/* A device that did nothing, and that nothing happened to, is of interest to whoever asked for all, or for it. */
static int is_shown(const struct report *report, const struct model_device *device)
{
	uint64_t news = 0;

	for (size_t i = 1; i <= EV_DEVICE_EVENT_GONE; i++)
		news += device->events[i];
	for (size_t i = 0; i < device->queue_count; i++)
		news += device->queues[i].commands + device->queues[i].depth.now;
	return filter_device(report->filter, device->name) &&
	       (news || report->all || report->filter->device_count);
}

/* The names there are, for whoever asked for another. */
static void print_none_matches(const struct report *report)
{
	char text[REPORT_TEXT_BYTES], name[DEVICE_NAME_BYTES];
	size_t count = model_device_count(report->model);
	struct phrase phrase;

	phrase_init(&phrase, text, sizeof(text));
	phrase_add(&phrase, "none of the recording matches --device");
	for (size_t i = 0; i < count; i++)
		phrase_add(&phrase, "%s%s", i ? ", " : "; it has ",
			   device_own_name_text(name, model_device_at(report->model, i)));
	printf("\nDEVICES\n");
	wrap_print(stdout, "", 2, text);
}

void report_devices(const struct report *report)
{
	size_t shown = 0;

	for (size_t i = 0; i < model_device_count(report->model); i++) {
		const struct model_device *device = model_device_at(report->model, i);

		if (!is_shown(report, device))
			continue;
		if (!shown++)
			printf("\nDEVICES (all their commands, whoever asked; depth: "
			       "mean/max/limit)\n"
			       "%43s-- with device --- -- waited ---\n"
			       "  %5s %6s %5s %7s %14s %6s %6s %6s %6s %6s\n",
			       "", "queue", "count", "errs", "bytes", "depth", "p50", "p99", "max",
			       "p50", "p99");
		print_device(report, device);
	}
	if (!shown && report->filter->device_count)
		print_none_matches(report);
}

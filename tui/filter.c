/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Which events of a recording the model sees.
 *
 * A queue is judged once, when its QUEUE event names its owner; everything that belongs to it
 * follows. Verdicts are kept in a hash table, because a recording can hold ten thousand queues and
 * millions of requests. An event of a queue that was never announced passes unless a filter on
 * queues is set: unknown is not the same as selected.
 */
#include "tui/filter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "event/kinds.h"

enum { FIRST_CAPACITY = 256 };

static const uint64_t LEFT_OUT = 1ull << 32;
static const uint64_t KNOWN = 1ull << 33; /* so that id 0 can be stored too */

void tui_filter_init(struct tui_filter *filter, const struct tui_filter_options *options)
{
	*filter = (struct tui_filter){ .options = *options };
}

void tui_filter_done(struct tui_filter *filter)
{
	free(filter->queues);
	free(filter->devices);
	filter->queues = NULL;
	filter->devices = NULL;
}

void tui_filter_restart(struct tui_filter *filter)
{
	struct tui_filter_options options = filter->options;

	tui_filter_done(filter);
	tui_filter_init(filter, &options);
}

/* The slot of a queue, or the free one where it belongs. The table is never full. */
static uint64_t *slot(const struct tui_filter *filter, uint32_t queue)
{
	size_t mask = filter->queue_capacity - 1;
	size_t i = (queue * 0x9e3779b1u) & mask;

	while (filter->queues[i] && (uint32_t)filter->queues[i] != queue)
		i = (i + 1) & mask;
	return &filter->queues[i];
}

static int grow(struct tui_filter *filter)
{
	size_t capacity = filter->queue_capacity ? 2 * filter->queue_capacity : FIRST_CAPACITY;
	struct tui_filter larger = { .queue_capacity = capacity };

	larger.queues = calloc(capacity, sizeof(*larger.queues));
	if (!larger.queues)
		return -ENOMEM;
	for (size_t i = 0; i < filter->queue_capacity; i++)
		if (filter->queues[i])
			*slot(&larger, (uint32_t)filter->queues[i]) = filter->queues[i];
	free(filter->queues);
	filter->queues = larger.queues;
	filter->queue_capacity = capacity;
	return 0;
}

static int selects_queues(const struct tui_filter_options *options)
{
	return options->pid_count || options->comm || options->ring || options->ring_pid;
}

static int pid_wanted(const struct tui_filter_options *options, uint32_t pid)
{
	for (size_t i = 0; i < options->pid_count; i++)
		if (options->pids[i] == pid)
			return 1;
	return options->pid_count == 0;
}

static int same_text(const char *text, size_t length, const char *wanted)
{
	return length == strlen(wanted) && memcmp(text, wanted, length) == 0;
}

static int queue_wanted(const struct tui_filter_options *options, const struct ev_queue *event)
{
	size_t length;
	const char *comm = ev_tail(ev_kind(EV_QUEUE), &event->h, &length);

	if (options->comm && !same_text(comm, length, options->comm))
		return 0;
	if (options->ring && options->ring != event->queue)
		return 0;
	if (options->ring_pid && (options->ring_pid != event->pid || options->ring_fd != event->fd))
		return 0;
	return pid_wanted(options, event->pid);
}

static int queue_event(struct tui_filter *filter, const struct ev_queue *event)
{
	int wanted = queue_wanted(&filter->options, event);
	uint64_t *place;

	if (!selects_queues(&filter->options))
		return 1;
	if (2 * (filter->queue_count + 1) > filter->queue_capacity && grow(filter))
		return -ENOMEM;
	place = slot(filter, event->queue);
	filter->queue_count += *place == 0;
	*place = event->queue | KNOWN | (wanted ? 0 : LEFT_OUT);
	return wanted;
}

static int queue_passes(const struct tui_filter *filter, uint32_t queue)
{
	uint64_t verdict;

	if (!selects_queues(&filter->options))
		return 1;
	verdict = filter->queue_capacity ? *slot(filter, queue) : 0;
	return verdict != 0 && !(verdict & LEFT_OUT);
}

static int op_passes(const struct tui_filter *filter, uint16_t op)
{
	const struct tui_filter_options *options = &filter->options;

	return !options->has_ops || (op < TUI_FILTER_OPS && options->ops[op / 8] & 1u << op % 8);
}

static int device_event(struct tui_filter *filter, const struct ev_device *event)
{
	size_t length;
	const char *name = ev_tail(ev_kind(EV_DEVICE), &event->h, &length);
	uint32_t *devices;

	for (size_t i = 0; i < filter->options.device_count; i++)
		if (same_text(name, length, filter->options.devices[i]))
			return 1;
	if (filter->options.device_count == 0)
		return 1;
	devices = realloc(filter->devices, (filter->device_count + 1) * sizeof(*devices));
	if (!devices)
		return -ENOMEM;
	filter->devices = devices;
	devices[filter->device_count++] = event->device;
	return 0;
}

static int device_passes(const struct tui_filter *filter, uint32_t device)
{
	for (size_t i = 0; i < filter->device_count; i++)
		if (filter->devices[i] == device)
			return 0;
	return 1;
}

int tui_filter_event(struct tui_filter *filter, const struct ev_header *event)
{
	switch (event->kind) {
	case EV_QUEUE:
		return queue_event(filter, (const struct ev_queue *)event);
	case EV_QUEUE_END:
		return queue_passes(filter, ((const struct ev_queue_end *)event)->queue);
	case EV_REQUEST:
		return queue_passes(filter, ((const struct ev_request *)event)->queue) &&
		       op_passes(filter, ((const struct ev_request *)event)->op);
	case EV_COMPLETION:
		return queue_passes(filter, ((const struct ev_completion *)event)->queue);
	case EV_OVERFLOW:
		return queue_passes(filter, ((const struct ev_overflow *)event)->queue);
	case EV_REGISTER:
		return queue_passes(filter, ((const struct ev_register *)event)->queue);
	case EV_WAIT:
		return queue_passes(filter, ((const struct ev_wait *)event)->queue);
	case EV_QUEUE_STATE:
		return queue_passes(filter, ((const struct ev_queue_state *)event)->queue);
	case EV_LATENCY:
		return queue_passes(filter, ((const struct ev_latency *)event)->queue) &&
		       op_passes(filter, ((const struct ev_latency *)event)->op);
	case EV_LOST: { /* of another ring: not of this selection; of no ring: always told */
		uint32_t queue = ((const struct ev_lost *)event)->queue;

		return queue == 0 || queue_passes(filter, queue);
	}
	case EV_DEVICE:
		return device_event(filter, (const struct ev_device *)event);
	case EV_COMMAND:
		return device_passes(filter, ((const struct ev_command *)event)->device);
	case EV_DEVICE_STATE:
		return device_passes(filter, ((const struct ev_device_state *)event)->device);
	default: /* time, names, processes: always */
		return 1;
	}
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * On a recording the owner of a request is known from the QUEUE event that came before it. A small
 * open-addressing table remembers the verdict for each queue id; an id that comes again (in old
 * recordings, where a ring had another's memory) is judged again. Without a filter on queues
 * nothing is looked up.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "collector/filter.h"
#include "event/kinds.h"

struct verdict {
	uint32_t queue; /* 0: free */
	int passes;
};

struct filter_view {
	const struct filter *filter;
	struct verdict *verdicts;
	size_t size; /* a power of two, at most half used */
	size_t used;
	int judges; /* some filter is on queues */
};

struct filter_view *filter_view_new(const struct filter *filter)
{
	struct filter_view *view = calloc(1, sizeof(*view));

	if (!view)
		return NULL;
	view->filter = filter;
	view->judges = filter->pid_count || filter->comm || filter->ring || filter->ring_pid;
	view->size = 64;
	view->verdicts = calloc(view->size, sizeof(*view->verdicts));
	if (!view->verdicts) {
		free(view);
		return NULL;
	}
	return view;
}

void filter_view_free(struct filter_view *view)
{
	if (!view)
		return;
	free(view->verdicts);
	free(view);
}

/* The row of this queue, or the free one it would take. */
static struct verdict *look_up(struct verdict *verdicts, size_t size, uint32_t queue)
{
	size_t at = (queue * UINT32_C(2654435769)) & (size - 1);

	while (verdicts[at].queue && verdicts[at].queue != queue)
		at = (at + 1) & (size - 1);
	return &verdicts[at];
}

static int grow(struct filter_view *view)
{
	struct verdict *verdicts = calloc(view->size * 2, sizeof(*verdicts));

	if (!verdicts)
		return -ENOMEM;
	for (size_t i = 0; i < view->size; i++)
		if (view->verdicts[i].queue)
			*look_up(verdicts, view->size * 2, view->verdicts[i].queue) =
				view->verdicts[i];
	free(view->verdicts);
	view->verdicts = verdicts;
	view->size *= 2;
	return 0;
}

/* The comm of a queue as the kernel compares it: its first 15 bytes. */
static int comm_matches(const char *wanted, const struct ev_queue *queue)
{
	size_t bytes, length = strnlen(wanted, TRACER_COMM_BYTES - 1);
	const char *comm = ev_tail(ev_kind(EV_QUEUE), &queue->h, &bytes);

	return bytes == length && !memcmp(comm, wanted, length);
}

static int judge(const struct filter *filter, const struct ev_queue *queue)
{
	size_t i;

	if (filter->ring && filter->ring != queue->queue)
		return 0;
	if (filter->ring_pid &&
	    ((uint32_t)filter->ring_pid != queue->pid || filter->ring_fd != queue->fd))
		return 0;
	if (filter->comm && !comm_matches(filter->comm, queue))
		return 0;
	for (i = 0; i < filter->pid_count && filter->pids[i] != queue->pid; i++)
		;
	return !filter->pid_count || i < filter->pid_count;
}

static int learn(struct filter_view *view, const struct ev_queue *queue)
{
	struct verdict *verdict;

	if (!queue->queue)
		return 0;
	if (view->used * 2 >= view->size && grow(view) < 0)
		return -ENOMEM;
	verdict = look_up(view->verdicts, view->size, queue->queue);
	view->used += !verdict->queue;
	verdict->queue = queue->queue;
	verdict->passes = judge(view->filter, queue);
	return verdict->passes;
}

/* Queue of an event; 0 when it is not about one. */
static uint32_t queue_of(const struct ev_header *event)
{
	switch (event->kind) {
	case EV_QUEUE_END:
		return ((const struct ev_queue_end *)event)->queue;
	case EV_REQUEST:
		return ((const struct ev_request *)event)->queue;
	case EV_COMPLETION:
		return ((const struct ev_completion *)event)->queue;
	case EV_OVERFLOW:
		return ((const struct ev_overflow *)event)->queue;
	case EV_REGISTER:
		return ((const struct ev_register *)event)->queue;
	case EV_WAIT:
		return ((const struct ev_wait *)event)->queue;
	case EV_QUEUE_STATE:
		return ((const struct ev_queue_state *)event)->queue;
	case EV_LATENCY:
		return ((const struct ev_latency *)event)->queue;
	case EV_LOST:
		return ((const struct ev_lost *)event)->queue;
	default:
		return 0;
	}
}

int filter_view_event(struct filter_view *view, const struct ev_header *event)
{
	uint32_t queue;

	if (!view->judges)
		return 1;
	if (event->kind == EV_QUEUE)
		return learn(view, (const struct ev_queue *)event);
	queue = queue_of(event);
	if (!queue)
		return 1;
	/* A queue nobody introduced can only be asked for by its id. */
	if (!look_up(view->verdicts, view->size, queue)->queue)
		return view->filter->ring == queue && !view->filter->pid_count &&
		       !view->filter->comm && !view->filter->ring_pid;
	return look_up(view->verdicts, view->size, queue)->passes;
}

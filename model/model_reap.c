/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * From posted to reaped: how long completions lie in the completion queue until the application
 * takes them. There is no event for that. But every completion says how many lie there unreaped,
 * and so does every wait; between two such looks the application has taken what the first saw and
 * the second does not.
 *
 *    look:     3 lie there           1 lies there, and it is new
 *    ----------|---------------------|------------------
 *              the 3 were taken somewhere in between
 *
 * So a completion was reaped at the later look at the latest: that is what counts here, and how far
 * apart the looks were is kept as `reap_blur_ns`. Completions that were not seen to be posted
 * (flushed from the overflow backlog, zero-copy receives) have a place in the queue and no time.
 *
 * The heads and tails lie in memory that the application may write: a depth that makes no sense
 * only makes this queue's figures senseless, and memory is bounded by the queue's size.
 */
#include "model/model_private.h"

#include <errno.h>

enum { POSTED_MAX = 1 << 17 }; /* the kernel allows no larger completion queue */

static int make_room(struct model *model, struct reap *reap)
{
	uint64_t *posted;
	uint32_t capacity = reap->capacity ? 2 * reap->capacity : 64;

	if (reap->count < reap->capacity)
		return 0;
	if (capacity > POSTED_MAX)
		return -1;
	posted = model_memory_new(&model->memory, capacity * sizeof(*posted));
	if (!posted)
		return -1;
	for (uint32_t i = 0; i < reap->count; i++)
		posted[i] = reap->posted[(reap->first + i) & (reap->capacity - 1)];
	model_memory_free(&model->memory, reap->posted, reap->capacity * sizeof(*posted));
	reap->posted = posted;
	reap->capacity = capacity;
	reap->first = 0;
	return 0;
}

static void put(struct model *model, struct reap *reap, uint64_t posted_ns)
{
	if (make_room(model, reap))
		return;
	reap->posted[(reap->first + reap->count++) & (reap->capacity - 1)] = posted_ns;
}

static void take(struct model *model, struct queue *queue, uint64_t now_ns)
{
	struct reap *reap = &queue->reap;
	uint64_t posted_ns = reap->posted[reap->first & (reap->capacity - 1)];
	uint64_t earliest_ns = posted_ns > reap->looked_ns ? posted_ns : reap->looked_ns;
	uint32_t bucket;

	reap->first++;
	reap->count--;
	if (!posted_ns || now_ns < posted_ns)
		return;
	bucket = ev_bucket(now_ns - posted_ns);
	if (model_memory_fit(&model->memory, &queue->pub.reap, bucket, bucket))
		return;
	histogram_put(&queue->pub.reap, now_ns - posted_ns);
	queue->pub.reap_blur_ns += now_ns - earliest_ns;
}

void model_reap_look(struct model *model, struct queue *queue, uint32_t depth, int posted)
{
	struct reap *reap = &queue->reap;
	uint64_t now_ns = model->session.now_ns;
	uint32_t before = posted && depth ? depth - 1 : depth;

	while (reap->count > before)
		take(model, queue, now_ns);
	while (reap->count < before && reap->count < POSTED_MAX)
		put(model, reap, 0);
	if (posted)
		put(model, reap, now_ns);
	reap->looked_ns = now_ns;
}

void model_reap_done(struct model *model, struct queue *queue)
{
	model_memory_free(&model->memory, queue->reap.posted,
			  queue->reap.capacity * sizeof(*queue->reap.posted));
	model_memory_histogram_done(&model->memory, &queue->pub.reap);
}

int model_wait(struct model *model, const struct ev_header *event)
{
	const struct ev_wait *wait = (const struct ev_wait *)event;
	struct queue *queue = model_queue_get(model, wait->queue);

	if (!queue)
		return -ENOMEM;
	queue->records.waits++;
	if (!model->options.books_only)
		model_reap_look(model, queue, wait->cq_depth, 0);
	return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Operations: one row for each (queue, opcode), and one for each (queue type, opcode) of the whole
 * machine. Requests and LATENCY events fill the `fresh` tally of a row; folding adds it up.
 *
 *     operation.fresh ─┬─> operation         queue.latency, rates     ─┐ and into the window of
 *                      ├─> operation.sum     total.latency, rates      ├ each, from which the
 *                      └─> SUBMITTED stage   (requests without stages) ┘ intervals are made
 */
#include "model/model_private.h"

#include <errno.h>
#include <string.h>

#include "event/names.h"

static void init(struct operation *operation, struct queue *queue, uint8_t type, uint16_t op)
{
	operation->queue = queue;
	operation->pub.queue = queue->pub.id;
	operation->pub.op = op;
	operation->pub.queue_type = type;
	operation->moves_bytes = ev_op_moves_bytes(type, op) ? 1 : 0;
	histogram_init(&operation->pub.latency);
	for (int stage = 0; stage < EV_STAGE_COUNT; stage++)
		histogram_init(&operation->pub.stages[stage].time);
	histogram_init(&operation->fresh.plain);
	histogram_init(&operation->fresh.staged);
	model_window_init(&operation->window);
}

void model_operation_free(struct model *model, struct operation *operation)
{
	struct memory *memory = &model->memory;

	model_memory_histogram_done(memory, &operation->pub.latency);
	for (int stage = 0; stage < EV_STAGE_COUNT; stage++)
		model_memory_histogram_done(memory, &operation->pub.stages[stage].time);
	model_memory_histogram_done(memory, &operation->fresh.plain);
	model_memory_histogram_done(memory, &operation->fresh.staged);
	model_window_done(model, &operation->window);
	model_memory_free(memory, operation, sizeof(*operation));
}

/* Place of (type, op) among a queue's operations, or where it would go. */
static uint32_t place_of(const struct queue *queue, uint8_t type, uint16_t op)
{
	uint32_t low = 0, high = queue->pub.operation_count;
	uint32_t wanted = (uint32_t)type << 16 | op;

	while (low < high) {
		uint32_t middle = (low + high) / 2;
		const struct model_operation *at = &queue->operations[middle]->pub;

		if (((uint32_t)at->queue_type << 16 | at->op) < wanted)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct operation *find(const struct queue *queue, uint8_t type, uint16_t op)
{
	uint32_t place = place_of(queue, type, op);
	struct operation *at = place < queue->pub.operation_count ? queue->operations[place] : NULL;

	return at && at->pub.queue_type == type && at->pub.op == op ? at : NULL;
}

/* The slots serve the hot path; an operation without one is found by search. */
static void assign_slots(struct queue *queue)
{
	memset(queue->slots, 0, sizeof(queue->slots));
	for (uint32_t i = 0; i < queue->pub.operation_count && i < UINT8_MAX; i++)
		queue->slots[queue->operations[i]->pub.op % OPERATION_SLOTS] = (uint8_t)(i + 1);
}

static struct operation *add(struct model *model, struct queue *queue, uint8_t type, uint16_t op)
{
	uint32_t count = queue->pub.operation_count;
	uint32_t place = place_of(queue, type, op);
	struct operation **operations =
		model_memory_grow(&model->memory, queue->operations, &queue->operation_capacity,
				  (size_t)count + 1, sizeof(*operations));
	struct operation *operation;

	if (!operations)
		return NULL;
	queue->operations = operations;
	operation = model_memory_new(&model->memory, sizeof(*operation));
	if (!operation)
		return NULL;
	init(operation, queue, type, op);
	memmove(&operations[place + 1], &operations[place], (count - place) * sizeof(*operations));
	operations[place] = operation;
	queue->pub.operation_count++;
	model->operation_count++;
	assign_slots(queue);
	return operation;
}

struct operation *model_operation_get(struct model *model, struct queue *queue, uint16_t op)
{
	uint8_t type = queue->pub.type;
	struct operation *operation = find(queue, type, op);
	struct operation *sum;

	if (operation)
		return operation;
	if (model->operation_count >= MODEL_OPERATIONS_MAX && op != MODEL_OP_OTHERS)
		return model_operation_get(model, queue, MODEL_OP_OTHERS);
	sum = find(&model->total, type, op);
	if (!sum)
		sum = add(model, &model->total, type, op);
	if (!sum)
		return NULL;
	operation = add(model, queue, type, op);
	if (operation)
		operation->sum = sum;
	return operation;
}

/* Adds latencies to a histogram. When no memory is left they are missing from the percentiles,
 * and a loss says how many. */
static void merge(struct model *model, struct histogram *into, const struct histogram *from)
{
	if (model_memory_merge(&model->memory, into, from))
		model_loss_add(model, EV_LOSS_CELLS_FULL, 0, from->count);
}

static void merge_latencies(struct model *model, struct histogram *into, const struct tally *fresh)
{
	merge(model, into, &fresh->plain);
	merge(model, into, &fresh->staged);
}

static void fold_window(struct model *model, struct window *window, const struct tally *fresh)
{
	window->count += fresh->count;
	window->bytes += fresh->bytes;
	window->worker += fresh->worker;
	merge_latencies(model, &window->latency, fresh);
}

static void fold_operation(struct model *model, struct operation *operation,
			   const struct tally *fresh)
{
	struct model_operation *pub = &operation->pub;
	uint64_t carried = fresh->worker + fresh->poll;

	pub->count += fresh->count;
	pub->errors += fresh->errors;
	pub->bytes += fresh->bytes;
	pub->worker += fresh->worker;
	pub->poll += fresh->poll;
	pub->inline_count += fresh->count > carried ? fresh->count - carried : 0;
	pub->linked += fresh->linked;
	pub->shots += fresh->shots;
	merge_latencies(model, &pub->latency, fresh);
	if (!model_counted(model))
		merge(model, &pub->stages[EV_STAGE_SUBMITTED].time, &fresh->plain);
	fold_window(model, &operation->window, fresh);
}

static void fold_queue(struct model *model, struct queue *queue, const struct tally *fresh)
{
	queue->pub.ended += fresh->count;
	queue->pub.bytes += fresh->bytes;
	queue->pub.worker += fresh->worker;
	queue->pub.poll += fresh->poll;
	merge_latencies(model, &queue->pub.latency, fresh);
	fold_window(model, &queue->window, fresh);
}

static void clear(struct tally *fresh)
{
	struct histogram plain, staged;

	histogram_clear(&fresh->plain);
	histogram_clear(&fresh->staged);
	plain = fresh->plain;
	staged = fresh->staged;
	*fresh = (struct tally){ .plain = plain, .staged = staged };
}

void model_operation_fold(struct model *model)
{
	while (model->dirty) {
		struct operation *operation = model->dirty;

		model->dirty = operation->next_dirty;
		operation->dirty = 0;
		fold_operation(model, operation, &operation->fresh);
		fold_operation(model, operation->sum, &operation->fresh);
		fold_queue(model, operation->queue, &operation->fresh);
		fold_queue(model, &model->total, &operation->fresh);
		clear(&operation->fresh);
	}
}

/* A minimum or maximum that does not lie in its bucket is not believed: the bucket's edge is. */
static void add_latencies(struct model *model, struct histogram *into,
			  const struct ev_latency *told)
{
	uint64_t min = told->min_ns, max = told->max_ns;
	const uint8_t *pairs = (const uint8_t *)(told + 1);
	struct model_buckets named = { 0 };

	if (model_buckets_add(model, into, pairs, told->h.size_bytes - sizeof(*told), &named))
		model_loss_add(model, EV_LOSS_CELLS_FULL, 0, told->count);
	if (!named.count)
		return;
	if (ev_bucket(min) != named.lowest)
		min = ev_bucket_low(named.lowest);
	if (ev_bucket(max) != named.highest)
		max = ev_bucket_low(named.highest);
	into->sum += told->sum_ns;
	if (min < into->min)
		into->min = min;
	if (max > into->max)
		into->max = max;
}

/*
 * A snapshot tells of the time before it, so what it tells belongs to the interval in which the
 * middle of that time lies; counting it where the snapshot itself falls would let a snapshot that
 * is a millisecond late leave one interval empty and put two into the next.
 */
static uint64_t middle_of(const struct ev_latency *told)
{
	uint64_t half = told->interval_ns / 2;

	return told->h.time_ns > half ? told->h.time_ns - half : 0;
}

int model_operation_latency(struct model *model, const struct ev_header *event)
{
	const struct ev_latency *told = (const struct ev_latency *)event;
	struct operation *operation;
	struct queue *queue;

	if (!model_counted(model))
		return 0;
	model_series_roll(model, middle_of(told));
	queue = model_queue_get(model, told->queue);
	operation = queue ? model_operation_of(model, queue, told->op) : NULL;
	if (!operation)
		return -ENOMEM;
	model_operation_touch(model, operation);
	operation->fresh.count += told->count;
	operation->fresh.errors += told->errors;
	operation->fresh.bytes += told->bytes;
	operation->fresh.worker += told->worker;
	operation->fresh.poll += told->poll;
	add_latencies(model, &operation->fresh.plain, told);
	return 0;
}

const struct model_operation *model_queue_operation(const struct model *model,
						    const struct model_queue *reader, size_t index)
{
	const struct queue *queue = (const struct queue *)reader;

	model_settle(model);
	return index < queue->pub.operation_count ? &queue->operations[index]->pub : NULL;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Open requests: what is in flight now, and since when.
 *
 * They come as snapshots. All REQUEST events with EV_END_OPEN between two TICKs are one snapshot,
 * the whole of it, also when there are none; the TICK makes it the one that is shown, so a screen
 * drawn in the middle of a snapshot still shows the last complete one. The end of the session ends
 * a snapshot too. A stream without any TICK (an excerpt, a Windows trace) has its open requests
 * shown as they come, those of the latest time only.
 *
 * Requests older than the recording, which began at no known time, are the oldest on the list. They
 * are in none of the books: QUEUE_STATE has their number, the list may lack some of them.
 *
 * A request that is seen to end is taken off the list at once, so that it is never both open and
 * ended in the books. Only requests as old as the snapshot can be on it, so the hot path pays one
 * comparison for that.
 */
#include "model/model_private.h"

#include <errno.h>
#include <stdlib.h>

/* Of requests that share submit time, queue and user_data so many are looked at. */
enum { TWINS_MAX = 64 };

int model_open_add(struct model *model, const struct ev_request *request)
{
	struct open_requests *open = &model->open;
	struct open_list *list = open->ticks ? &open->gathering : &open->shown;
	struct ev_request *items;

	if (!open->ticks) {
		if (open->shown_ns != request->h.time_ns)
			list->count = 0;
		open->shown_ns = request->h.time_ns;
		open->unsorted = 1;
		open->newest_ns = 0;
	}
	if (list->count == MODEL_OPEN_MAX) {
		model_loss_add(model, EV_LOSS_SNAPSHOT_CUT, 0, 1);
		return 0;
	}
	items = model_memory_grow(&model->memory, list->items, &list->capacity, list->count + 1,
				  sizeof(*items));
	if (!items)
		return -ENOMEM;
	list->items = items;
	items[list->count++] = *request;
	return 0;
}

static int by_age(const void *left, const void *right)
{
	const struct open_key *a = left, *b = right;

	if (a->submit_ns != b->submit_ns)
		return a->submit_ns < b->submit_ns ? -1 : 1;
	if (a->queue_id != b->queue_id)
		return a->queue_id < b->queue_id ? -1 : 1;
	if (a->user_data != b->user_data)
		return a->user_data < b->user_data ? -1 : 1;
	return a->item < b->item ? -1 : a->item > b->item;
}

/* Takes back what the shown requests said about their queues and operations. */
static void forget_counts(struct open_requests *open)
{
	for (size_t i = 0; i < open->key_count; i++) {
		open->keys[i].queue->open = 0;
		open->keys[i].queue->open_placed = 0;
		open->keys[i].operation->pub.in_flight = 0;
		open->keys[i].operation->sum->pub.in_flight = 0;
	}
}

static void forget_keys(struct model *model)
{
	struct open_requests *open = &model->open;
	int overflowed = 0;

	forget_counts(open);
	for (size_t i = 0; i < open->key_count; i++) {
		overflowed |= open->keys[i].queue->open_overflowed != 0;
		open->keys[i].queue->open_overflowed = 0;
	}
	if (overflowed)
		model_claim_open_restart(model);
	open->key_count = 0;
	open->newest_ns = 0;
	open->changed = 1;
}

static int make_room(struct model *model)
{
	struct open_requests *open = &model->open;
	struct open_key *keys = model_memory_grow(&model->memory, open->keys, &open->key_capacity,
						  open->shown.count, sizeof(*keys));
	uint64_t *submits;

	if (keys)
		open->keys = keys;
	submits = model_memory_grow(&model->memory, open->submits, &open->submit_capacity,
				    2 * open->shown.count, sizeof(*submits));
	if (submits)
		open->submits = submits;
	return keys && submits ? 0 : -ENOMEM;
}

static int add_key(struct model *model, uint32_t item)
{
	const struct ev_request *request = &model->open.shown.items[item];
	struct queue *queue = model_queue_get(model, request->queue);
	struct operation *operation;

	if (!queue)
		return -ENOMEM;
	if (request->submit_ns)
		queue = model_queue_at_submit(queue, request->submit_ns);
	model_queue_activate(model, queue);
	operation = model_operation_of(model, queue, request->op);
	if (!operation)
		return -ENOMEM;
	model->open.keys[model->open.key_count++] = (struct open_key){
		.submit_ns = request->submit_ns,
		.user_data = request->user_data,
		.queue = queue,
		.operation = operation,
		.queue_id = request->queue,
		.item = item,
	};
	return 0;
}

/* Makes the keys of what is shown, oldest first; the oldest are the first to be explained by an
 * overflow. What there is no memory for is missing from the list, and a loss says so. */
static void sort_shown(struct model *model)
{
	struct open_requests *open = &model->open;
	size_t missing = 0;

	forget_keys(model);
	open->unsorted = 0;
	if (!open->shown.count)
		return;
	if (make_room(model))
		missing = open->shown.count;
	for (size_t i = 0; !missing && i < open->shown.count; i++)
		if (add_key(model, (uint32_t)i))
			missing = open->shown.count - i;
	if (missing)
		model_loss_add(model, EV_LOSS_SNAPSHOT_CUT, 0, missing);
	if (!open->key_count)
		return;
	qsort(open->keys, open->key_count, sizeof(*open->keys), by_age);
	for (size_t i = 0; i < open->key_count; i++) {
		struct open_key *key = &open->keys[i];

		if (key->submit_ns && key->queue->claims.count)
			key->gone = (uint8_t)model_claim_open(model, key->queue,
							      &open->shown.items[key->item]);
	}
	open->newest_ns = open->keys[open->key_count - 1].submit_ns;
}

void model_open_commit(struct model *model)
{
	struct open_requests *open = &model->open;
	struct open_list former = open->shown;

	if (open->ticks) {
		open->shown = open->gathering;
		open->gathering = former;
		open->gathering.count = 0;
	}
	sort_shown(model);
}

int model_tick(struct model *model, const struct ev_header *event)
{
	model_open_commit(model);
	model->open.ticks = 1;
	model_usage_tick(model);
	model_gauge_tick(model);
	model_series_roll(model, event->time_ns);
	return 0;
}

/* First key that is not before the one asked for. */
static size_t first_key(const struct open_requests *open, const struct open_key *wanted)
{
	size_t low = 0, high = open->key_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (by_age(&open->keys[middle], wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void model_open_ended(struct model *model, const struct ev_request *request)
{
	struct open_requests *open = &model->open;
	struct open_key wanted = { .submit_ns = request->submit_ns,
				   .user_data = request->user_data,
				   .queue_id = request->queue };
	size_t at = first_key(open, &wanted);

	for (size_t i = at; i < open->key_count && i < at + TWINS_MAX; i++) {
		struct open_key *key = &open->keys[i];

		if (key->submit_ns != wanted.submit_ns || key->queue_id != wanted.queue_id ||
		    key->user_data != wanted.user_data)
			return;
		if (key->gone)
			continue;
		key->gone = 1;
		open->changed = 1;
		return;
	}
}

static void remove_gone(struct open_requests *open)
{
	size_t kept = 0;

	for (size_t i = 0; i < open->key_count; i++)
		if (!open->keys[i].gone)
			open->keys[kept++] = open->keys[i];
	open->key_count = kept;
	open->newest_ns = kept ? open->keys[kept - 1].submit_ns : 0;
}

/* Submit times grouped by queue, in order, for the sweep over what was in flight. */
static void place_submits(struct open_requests *open)
{
	uint64_t *all = open->submits + open->key_count;
	uint64_t first = 0;

	for (size_t i = open->older_count; i < open->key_count; i++) {
		const struct open_key *key = &open->keys[i];
		struct queue *queue = key->queue;

		if (!queue->open_placed) {
			queue->open_first = first;
			first += queue->open;
		}
		open->submits[queue->open_first + queue->open_placed++] = key->submit_ns;
		all[i] = key->submit_ns;
	}
}

void model_open_settle(struct model *model)
{
	struct open_requests *open = &model->open;

	if (open->unsorted)
		sort_shown(model);
	if (!open->changed)
		return;
	open->changed = 0;
	forget_counts(open);
	remove_gone(open);
	open->older_count = 0;
	while (open->older_count < open->key_count && !open->keys[open->older_count].submit_ns)
		open->older_count++;
	for (size_t i = 0; i < open->key_count; i++) {
		open->keys[i].queue->open += i >= open->older_count;
		open->keys[i].operation->pub.in_flight++;
		open->keys[i].operation->sum->pub.in_flight++;
	}
	if (open->key_count)
		place_submits(open);
}

void model_open_free(struct model *model)
{
	struct open_requests *open = &model->open;
	struct memory *memory = &model->memory;

	model_memory_free(memory, open->gathering.items,
			  open->gathering.capacity * sizeof(*open->gathering.items));
	model_memory_free(memory, open->shown.items,
			  open->shown.capacity * sizeof(*open->shown.items));
	model_memory_free(memory, open->keys, open->key_capacity * sizeof(*open->keys));
	model_memory_free(memory, open->submits, open->submit_capacity * sizeof(*open->submits));
}

size_t model_open_count(const struct model *model)
{
	model_settle(model);
	return model->open.key_count;
}

const struct ev_request *model_open_at(const struct model *model, size_t index)
{
	const struct open_requests *open = &model->open;

	model_settle(model);
	return index < open->key_count ? &open->shown.items[open->keys[index].item] : NULL;
}

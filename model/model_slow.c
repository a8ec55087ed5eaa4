/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The slowest requests: a heap of options.slow_count, with the quickest of them on top, which the
 * next slower one replaces. Requests quicker than that one cost the hot path one comparison
 * (slow.floor_ns). Of equally slow ones the earlier stays, so the answer does not depend on how the
 * heap happens to lie.
 */
#include "model/model_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int model_slow_init(struct model *model)
{
	struct slow_requests *slow = &model->slow;
	size_t count = model->options.slow_count;

	slow->items = model_memory_new(&model->memory, count * sizeof(*slow->items));
	slow->heap = model_memory_new(&model->memory, count * sizeof(*slow->heap));
	slow->sorted = model_memory_new(&model->memory, count * sizeof(*slow->sorted));
	return slow->items && slow->heap && slow->sorted ? 0 : -ENOMEM;
}

/* Is a to leave before b: quicker, or as quick and later. */
static int leaves_before(const struct slow_key *a, const struct slow_key *b)
{
	if (a->latency_ns != b->latency_ns)
		return a->latency_ns < b->latency_ns;
	return a->order > b->order;
}

static void swap(struct slow_key *a, struct slow_key *b)
{
	struct slow_key kept = *a;

	*a = *b;
	*b = kept;
}

static void sift_up(struct slow_key *heap, uint32_t at)
{
	while (at && leaves_before(&heap[at], &heap[(at - 1) / 2])) {
		swap(&heap[at], &heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
}

static void sift_down(struct slow_key *heap, uint32_t count)
{
	uint32_t at = 0;

	for (uint32_t child = 1; child < count; child = 2 * at + 1) {
		if (child + 1 < count && leaves_before(&heap[child + 1], &heap[child]))
			child++;
		if (!leaves_before(&heap[child], &heap[at]))
			return;
		swap(&heap[at], &heap[child]);
		at = child;
	}
}

/* The commands of a request that stays here stay with it. */
static void keep_commands(struct model *model, const struct ev_request *request, uint32_t item)
{
	struct slow_requests *slow = &model->slow;

	if (!model->links.items)
		return;
	if (!slow->commands)
		slow->commands = model_memory_new(&model->memory, model->options.slow_count *
									  sizeof(*slow->commands));
	if (slow->commands)
		model_link_find(model, request, &slow->commands[item]);
}

void model_slow_add(struct model *model, const struct ev_request *request, uint64_t latency_ns)
{
	struct slow_requests *slow = &model->slow;
	struct slow_key key = { .latency_ns = latency_ns, .order = slow->seen++ };

	if (slow->count < model->options.slow_count) {
		key.item = slow->count;
		slow->heap[slow->count] = key;
		sift_up(slow->heap, slow->count++);
	} else if (leaves_before(&slow->heap[0], &key)) {
		key.item = slow->heap[0].item;
		slow->heap[0] = key;
		sift_down(slow->heap, slow->count);
	} else {
		return;
	}
	slow->items[key.item] = *request;
	keep_commands(model, request, key.item);
	if (slow->count == model->options.slow_count)
		slow->floor_ns = slow->heap[0].latency_ns;
	slow->changed = 1;
}

static int slowest_first(const void *left, const void *right)
{
	const struct slow_key *a = left, *b = right;

	return leaves_before(a, b) ? 1 : -1;
}

void model_slow_settle(struct model *model)
{
	struct slow_requests *slow = &model->slow;

	if (!slow->changed)
		return;
	slow->changed = 0;
	memcpy(slow->sorted, slow->heap, slow->count * sizeof(*slow->sorted));
	qsort(slow->sorted, slow->count, sizeof(*slow->sorted), slowest_first);
}

void model_slow_free(struct model *model)
{
	struct slow_requests *slow = &model->slow;
	size_t count = model->options.slow_count;

	model_memory_free(&model->memory, slow->items, count * sizeof(*slow->items));
	model_memory_free(&model->memory, slow->commands, count * sizeof(*slow->commands));
	model_memory_free(&model->memory, slow->heap, count * sizeof(*slow->heap));
	model_memory_free(&model->memory, slow->sorted, count * sizeof(*slow->sorted));
}

size_t model_slow_count(const struct model *model)
{
	model_settle(model);
	return model->slow.count;
}

const struct ev_request *model_slow_at(const struct model *model, size_t index)
{
	model_settle(model);
	return index < model->slow.count ? &model->slow.items[model->slow.sorted[index].item]
					 : NULL;
}

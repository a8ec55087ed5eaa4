/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * A binary heap of (time, source). Replacing the root and sifting it down, instead of removing and
 * adding, makes runs of events from one source nearly free: the root stays where it is.
 */
#include "event/merge.h"

#include <assert.h>
#include <stdlib.h>

struct entry {
	uint64_t time_ns;
	uint32_t source;
};

struct ev_merge {
	uint32_t capacity;
	uint32_t count;
	struct entry heap[]; /* heap[i] is not later than heap[2 * i + 1] and heap[2 * i + 2] */
};

struct ev_merge *ev_merge_new(uint32_t source_count)
{
	struct ev_merge *merge = calloc(1, sizeof(*merge) + source_count * sizeof(struct entry));

	if (merge)
		merge->capacity = source_count;
	return merge;
}

void ev_merge_free(struct ev_merge *merge)
{
	free(merge);
}

static int before(const struct entry *a, const struct entry *b)
{
	return a->time_ns != b->time_ns ? a->time_ns < b->time_ns : a->source < b->source;
}

static void sift_up(struct ev_merge *merge, uint32_t at)
{
	struct entry entry = merge->heap[at];

	while (at && before(&entry, &merge->heap[(at - 1) / 2])) {
		merge->heap[at] = merge->heap[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	merge->heap[at] = entry;
}

static void sift_down(struct ev_merge *merge)
{
	struct entry entry = merge->heap[0];
	uint32_t at = 0, child;

	while ((child = 2 * at + 1) < merge->count) {
		child += child + 1 < merge->count &&
			 before(&merge->heap[child + 1], &merge->heap[child]);
		if (!before(&merge->heap[child], &entry))
			break;
		merge->heap[at] = merge->heap[child];
		at = child;
	}
	merge->heap[at] = entry;
}

void ev_merge_offer(struct ev_merge *merge, uint32_t source, uint64_t time_ns)
{
	assert(source < merge->capacity && merge->count < merge->capacity);
	merge->heap[merge->count] = (struct entry){ time_ns, source };
	sift_up(merge, merge->count++);
}

int32_t ev_merge_first(const struct ev_merge *merge, uint64_t *ret_time_ns)
{
	if (!merge->count)
		return -1;
	if (ret_time_ns)
		*ret_time_ns = merge->heap[0].time_ns;
	return (int32_t)merge->heap[0].source;
}

void ev_merge_next(struct ev_merge *merge, uint64_t time_ns)
{
	assert(merge->count);
	merge->heap[0].time_ns = time_ns;
	sift_down(merge);
}

void ev_merge_end(struct ev_merge *merge)
{
	assert(merge->count);
	merge->heap[0] = merge->heap[--merge->count];
	if (merge->count)
		sift_down(merge);
}

void ev_merge_clear(struct ev_merge *merge)
{
	merge->count = 0;
}

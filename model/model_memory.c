/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * A trace may come from anywhere, and a well packed block of it can name millions of queues, files
 * and histogram buckets. Counting limits for each would add up to a bound nobody can state; so
 * everything the model holds is taken here, and options.memory_bytes is the bound. It also lets a
 * test refuse memory at every single place, by giving a little more each time.
 */
#include "model/model_memory.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static int take(struct memory *memory, size_t bytes)
{
	if (bytes > memory->limit_bytes - memory->used_bytes)
		return -ENOMEM;
	memory->used_bytes += bytes;
	return 0;
}

void *model_memory_new(struct memory *memory, size_t bytes)
{
	void *block;

	if (take(memory, bytes))
		return NULL;
	block = calloc(1, bytes);
	if (!block)
		memory->used_bytes -= bytes;
	return block;
}

void model_memory_free(struct memory *memory, void *block, size_t bytes)
{
	if (!block)
		return;
	memory->used_bytes -= bytes;
	free(block);
}

void *model_memory_grow(struct memory *memory, void *array, size_t *capacity, size_t count,
			size_t element_bytes)
{
	size_t wanted = *capacity ? *capacity : 8;
	size_t more;
	char *block;

	if (count <= *capacity)
		return array;
	while (wanted < count)
		wanted *= 2;
	more = (wanted - *capacity) * element_bytes;
	if (take(memory, more))
		return NULL;
	block = realloc(array, wanted * element_bytes);
	if (!block) {
		memory->used_bytes -= more;
		return NULL;
	}
	memset(block + *capacity * element_bytes, 0, more);
	*capacity = wanted;
	return block;
}

int model_memory_enlarge(struct memory *memory, struct histogram *histogram, uint32_t low,
			 uint32_t high)
{
	size_t more;
	int err;

	if (low > high || high >= EV_BUCKET_COUNT)
		return -EINVAL;
	more = histogram_bytes_with(histogram, low, high) -
	       histogram->length * sizeof(*histogram->buckets);
	if (take(memory, more))
		return -ENOMEM;
	err = histogram_reserve(histogram, low, high);
	if (err)
		memory->used_bytes -= more;
	return err;
}

int model_memory_merge(struct memory *memory, struct histogram *into, const struct histogram *from)
{
	int err;

	if (!from->count)
		return 0;
	err = model_memory_fit(memory, into, ev_bucket(from->min), ev_bucket(from->max));
	return err ? err : histogram_merge(into, from);
}

void model_memory_histogram_done(struct memory *memory, struct histogram *histogram)
{
	memory->used_bytes -= histogram->length * sizeof(*histogram->buckets);
	histogram_done(histogram);
}

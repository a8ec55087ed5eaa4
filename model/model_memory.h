/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef MODEL_MODEL_MEMORY_H
#define MODEL_MODEL_MEMORY_H
/*
 * The one gate through which the model takes memory, so that one number bounds it whatever a trace
 * says. Callers name the size again when they give memory back; that saves a header per block.
 */
#include <stddef.h>

#include "model/histogram.h"

struct memory {
	size_t limit_bytes;
	size_t used_bytes;
};

/* Zeroed; NULL beyond the limit or when the system has no more. */
void *model_memory_new(struct memory *memory, size_t bytes);
void model_memory_free(struct memory *memory, void *block, size_t bytes);
/* Grows an array of `*capacity` elements so that it has room for `count`: by doubling, new elements
 * zeroed. Returns the array, which may have moved, or NULL (nothing changed then). */
void *model_memory_grow(struct memory *memory, void *array, size_t *capacity, size_t count,
			size_t element_bytes);
int model_memory_enlarge(struct memory *memory, struct histogram *histogram, uint32_t low,
			 uint32_t high);
/* Makes room for these buckets in a histogram; 0 or negative errno. */
static inline int model_memory_fit(struct memory *memory, struct histogram *histogram, uint32_t low,
				   uint32_t high)
{
	if (histogram_holds(histogram, low, high))
		return 0;
	return model_memory_enlarge(memory, histogram, low, high);
}
int model_memory_merge(struct memory *memory, struct histogram *into, const struct histogram *from);
void model_memory_histogram_done(struct memory *memory, struct histogram *histogram);

#endif

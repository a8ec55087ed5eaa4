/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef MODEL_MODEL_LEVEL_H
#define MODEL_MODEL_LEVEL_H
/*
 * How many of something are under way at once, exactly, when each is told only when it ends: the
 * largest number at any one time, and the area under the curve (for the mean). model_level.c
 * explains how. All zero is a level of which nothing was told.
 */
#include <stdint.h>

#include "model/model_memory.h"

struct level_peak {
	uint64_t time_ns;
	int64_t drop; /* > 0: how much higher than the next peak. <= 0: no peak any more; -drop more
			 entries before it are none either */
};

struct level_span {
	uint64_t from_ns;
	uint64_t to_ns;
};

enum { LEVEL_BATCH = 32 };

struct level {
	struct level_peak *peaks;
	size_t capacity;
	uint32_t count;
	uint32_t gone;	  /* of `count`: no peaks any more */
	uint32_t missing; /* spans that no memory was left for: the maximum may be too small */
	uint32_t waiting_count;
	uint64_t max;	  /* without those that wait */
	uint64_t area_ns; /* sum of the lengths of all spans */
	uint64_t spans;
	struct level_span waiting[LEVEL_BATCH];
};

/* Adds what waits to the peaks; the functions below do that themselves. */
void model_level_flush(struct memory *memory, struct level *level);

/* One thing was under way from `from_ns` to `to_ns` (from <= to); to_ns never goes back from call
 * to call. */
static inline void model_level_add(struct memory *memory, struct level *level, uint64_t from_ns,
				   uint64_t to_ns)
{
	level->spans++;
	level->area_ns += to_ns - from_ns;
	level->waiting[level->waiting_count++] = (struct level_span){ from_ns, to_ns };
	if (level->waiting_count == LEVEL_BATCH)
		model_level_flush(memory, level);
}

/* Largest number at any time from `from_ns` on. */
uint64_t model_level_max_since(struct memory *memory, struct level *level, uint64_t from_ns);
/* Largest number at any time, counting also `count` things that have not ended and began at these
 * times (ascending). */
uint64_t model_level_max_with(struct memory *memory, struct level *level, const uint64_t *begins_ns,
			      size_t count);
/* Makes `into`, which is empty, the same as `from`; without memory its max is too small, and
 * `missing` says so. */
void model_level_copy(struct memory *memory, struct level *into, struct level *from);
void model_level_done(struct memory *memory, struct level *level);

#endif

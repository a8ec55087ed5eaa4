/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The exact maximum of what is in flight, from records that come in order of their END.
 *
 * Let f(t) be the number of requests told so far that were under way at time t. A request told at
 * its end e, submitted at s, adds one to f on [s, e], and e is the latest time there is. So every
 * request adds one to a SUFFIX of the timeline known so far, and time added later starts at zero.
 *
 *     f                                    A time t is worth keeping only while f(t) is larger than
 *     4 |      x                           f at every later time: every later time gets at least
 *     3 |   x      x                       the additions that t gets, so one that has caught up
 *     2 | x     o      x                   stays ahead for ever. What is kept (x) is therefore a
 *     1 |         o  o   x                 falling staircase of ends; o are of no more use.
 *       +------------------> t
 *
 * A step is kept as its time and its DROP to the next step. To add one from s on is then two
 * changes: the last step's drop grows by one (everything from s on rises) and the drop of the last
 * step before s shrinks by one; a drop of zero means that a later time has caught up, and the step
 * goes. When there is no step before s, the highest step rises: that is the new maximum.
 *
 * There are never more steps than the maximum itself, so memory is bounded by the largest number
 * in flight, and a request costs one binary search. A step that goes is closed up at once when few
 * are behind it. Else it is only marked; the way past a row of marked ones is shortened as it is
 * walked, and when half are marked all are swept out.
 *
 * Little's law gives the mean: the area under f is the sum of the lengths of all spans.
 */
#include "model/model_level.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

enum {
	GONE_SLACK = 16, /* marked steps that are tolerated beside as many as there are live ones */
	CLOSE_MAX = 64,	 /* steps that are rather moved up at once than left behind a marked one */
};

static void sweep(struct level *level)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < level->count; i++)
		if (level->peaks[i].drop > 0)
			level->peaks[kept++] = level->peaks[i];
	level->count = kept;
	level->gone = 0;
}

/* Place of the first step at or after a time. Halving without branches: which half is as good as
 * random, and a mispredicted jump costs more than the whole search. */
static uint32_t first_from(const struct level *level, uint64_t time_ns)
{
	const struct level_peak *base = level->peaks;
	uint32_t left = level->count;

	while (left > 1) {
		uint32_t half = left / 2;

		base += -(size_t)(base[half - 1].time_ns < time_ns) & half;
		left -= half;
	}
	return (uint32_t)(base - level->peaks) + (left && base->time_ns < time_ns);
}

/* The last step before place `at`; -1 when there is none. */
static int64_t step_before(struct level *level, uint32_t at)
{
	struct level_peak *peaks = level->peaks;
	int64_t place = (int64_t)at - 1;

	while (place >= 0 && peaks[place].drop <= 0)
		place += peaks[place].drop - 1;
	if (place + 1 < (int64_t)at)
		peaks[at - 1].drop = -((int64_t)at - 2 - place);
	return place;
}

static void remove_step(struct level *level, uint32_t at)
{
	uint32_t behind = level->count - at - 1;

	if (behind > CLOSE_MAX) {
		level->gone++;
		return;
	}
	memmove(&level->peaks[at], &level->peaks[at + 1], behind * sizeof(*level->peaks));
	level->count--;
}

static int step_at_end(struct memory *memory, struct level *level, uint64_t time_ns)
{
	struct level_peak *peaks;

	if (level->count && level->peaks[level->count - 1].time_ns >= time_ns)
		return 0;
	if (level->gone > level->count / 2 + GONE_SLACK)
		sweep(level);
	peaks = model_memory_grow(memory, level->peaks, &level->capacity, level->count + 1,
				  sizeof(*peaks));
	if (!peaks)
		return -ENOMEM;
	level->peaks = peaks;
	level->peaks[level->count++] = (struct level_peak){ .time_ns = time_ns };
	return 0;
}

void model_level_span(struct memory *memory, struct level *level, uint64_t from_ns, uint64_t to_ns)
{
	int64_t before;

	level->spans++;
	level->area_ns += to_ns - from_ns;
	if (step_at_end(memory, level, to_ns)) {
		level->missing++;
		return;
	}
	level->peaks[level->count - 1].drop++;
	before = step_before(level, first_from(level, from_ns));
	if (before < 0)
		level->max++;
	else if (--level->peaks[before].drop == 0)
		remove_step(level, (uint32_t)before);
}

uint64_t model_level_max_since(const struct level *level, uint64_t from_ns)
{
	uint64_t sum = 0;

	for (uint32_t i = first_from(level, from_ns); i < level->count; i++)
		if (level->peaks[i].drop > 0)
			sum += (uint64_t)level->peaks[i].drop;
	return sum;
}

uint64_t model_level_max_with(const struct level *level, const uint64_t *begins_ns, size_t count)
{
	uint64_t height = level->max, max = level->max;
	size_t begun = 0;

	for (uint32_t i = 0; count && i < level->count; i++) {
		if (level->peaks[i].drop <= 0)
			continue;
		while (begun < count && begins_ns[begun] <= level->peaks[i].time_ns)
			begun++;
		if (height + begun > max)
			max = height + begun;
		height -= (uint64_t)level->peaks[i].drop;
	}
	return count > max ? count : max;
}

void model_level_copy(struct memory *memory, struct level *into, const struct level *from)
{
	size_t bytes = from->capacity * sizeof(*from->peaks);
	struct level_peak *peaks = model_memory_new(memory, bytes);

	*into = *from;
	into->peaks = peaks;
	if (peaks) {
		memcpy(peaks, from->peaks, from->count * sizeof(*peaks));
		return;
	}
	into->capacity = 0;
	into->count = 0;
	into->gone = 0;
	into->missing++;
}

void model_level_done(struct memory *memory, struct level *level)
{
	model_memory_free(memory, level->peaks, level->capacity * sizeof(*level->peaks));
	*level = (struct level){ 0 };
}

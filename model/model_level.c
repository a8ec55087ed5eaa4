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
 * in flight, and a request costs one search. Steps that go are only marked; the way past a row of
 * marked ones is shortened as it is walked, and when half are marked all are swept out.
 *
 * Requests wait until there are LEVEL_BATCH of them. All their ends are entered first, which moves
 * no earlier step, so their searches do not depend on each other and run four abreast: one alone
 * would spend its time waiting for its own comparisons. The drops are then changed in order.
 *
 * Little's law gives the mean: the area under f is the sum of the lengths of all spans.
 */
#include "model/model_level.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

enum { LANES = 4 };
_Static_assert(LEVEL_BATCH % LANES == 0, "searches run in whole groups");

static void sweep(struct level *level)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < level->count; i++) {
		level->peaks[kept] = level->peaks[i];
		kept += level->peaks[i].drop > 0;
	}
	level->count = kept;
	level->gone = 0;
}

/* One halving of a search. Without a branch: which half it is is as good as random, and a
 * mispredicted jump costs more than the whole search. */
static inline uint32_t halve(const struct level_peak *peaks, uint32_t at, uint32_t half,
			     uint64_t time_ns)
{
	return at + (-(uint32_t)(peaks[at + half - 1].time_ns < time_ns) & half);
}

/* Places of the first steps at or after four times; there is at least one step. */
static void first_from(const struct level *level, const struct level_span spans[LANES],
		       uint32_t ret_places[LANES])
{
	const struct level_peak *peaks = level->peaks;
	uint32_t a = 0, b = 0, c = 0, d = 0;
	uint32_t left = level->count;

	while (left > 1) {
		uint32_t half = left / 2;

		a = halve(peaks, a, half, spans[0].from_ns);
		b = halve(peaks, b, half, spans[1].from_ns);
		c = halve(peaks, c, half, spans[2].from_ns);
		d = halve(peaks, d, half, spans[3].from_ns);
		left -= half;
	}
	ret_places[0] = halve(peaks, a, 1, spans[0].from_ns);
	ret_places[1] = halve(peaks, b, 1, spans[1].from_ns);
	ret_places[2] = halve(peaks, c, 1, spans[2].from_ns);
	ret_places[3] = halve(peaks, d, 1, spans[3].from_ns);
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

static int make_room_for(struct memory *memory, struct level *level, uint32_t more)
{
	struct level_peak *peaks;

	if (level->gone >= level->count / 2)
		sweep(level);
	peaks = model_memory_grow(memory, level->peaks, &level->capacity,
				  (size_t)level->count + more, sizeof(*peaks));
	if (!peaks)
		return -ENOMEM;
	level->peaks = peaks;
	return 0;
}

static void enter_end(struct level *level, uint64_t to_ns)
{
	if (!level->count || level->peaks[level->count - 1].time_ns < to_ns)
		level->peaks[level->count++] = (struct level_peak){ .time_ns = to_ns };
	level->peaks[level->count - 1].drop++;
}

/* Everything from place `at` on rises by one. */
static void raise_from(struct level *level, uint32_t at)
{
	int64_t before = step_before(level, at);

	if (before < 0)
		level->max++;
	else
		level->gone += --level->peaks[before].drop == 0;
}

void model_level_flush(struct memory *memory, struct level *level)
{
	uint32_t count = level->waiting_count;
	uint32_t places[LEVEL_BATCH];

	if (!count)
		return;
	level->waiting_count = 0;
	if (make_room_for(memory, level, count)) {
		level->missing += count;
		return;
	}
	for (uint32_t i = 0; i < count; i++)
		enter_end(level, level->waiting[i].to_ns);
	/* The last group may search for leftovers too: they are looked at by nobody. */
	for (uint32_t i = 0; i < count; i += LANES)
		first_from(level, &level->waiting[i], &places[i]);
	for (uint32_t i = 0; i < count; i++)
		raise_from(level, places[i]);
}

uint64_t model_level_max_since(struct memory *memory, struct level *level, uint64_t from_ns)
{
	uint64_t sum = 0;

	model_level_flush(memory, level);
	for (uint32_t i = level->count; i-- > 0 && level->peaks[i].time_ns >= from_ns;)
		if (level->peaks[i].drop > 0)
			sum += (uint64_t)level->peaks[i].drop;
	return sum;
}

uint64_t model_level_max_with(struct memory *memory, struct level *level, const uint64_t *begins_ns,
			      size_t count)
{
	uint64_t height, max;
	size_t begun = 0;

	model_level_flush(memory, level);
	height = max = level->max;
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

void model_level_copy(struct memory *memory, struct level *into, struct level *from)
{
	struct level_peak *peaks;

	model_level_flush(memory, from);
	peaks = model_memory_new(memory, from->capacity * sizeof(*from->peaks));
	*into = *from;
	into->peaks = peaks;
	if (peaks && from->count)
		memcpy(peaks, from->peaks, from->count * sizeof(*peaks));
	if (peaks)
		return;
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

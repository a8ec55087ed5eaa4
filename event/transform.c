/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Transforms: instead of its values a column stores differences to something the reader knows
 * already. All arithmetic wraps at 64 bits, so every value comes back whatever it was.
 *
 * The one that needs a picture is EV_TRANSFORM_TURN, for the submission time of a request. Times of
 * completion are stored already. The obvious difference, the latency, is as random as the device.
 * But an application with a fixed number of buffers submits a tag again soon after its last
 * completion, and in the order in which the completions came:
 *
 *     completions  . . A B C . . . . . . . . . . B . A C       in the order of the file
 *     submissions  . . . . . . A B C . . . . . . . . . .       of those later A, B, C
 *
 * So the submissions are visited in the order of the completions that set their tags free, and
 * each is predicted as the later of that completion and the submission visited before. What is
 * left is the time the application takes to submit one request, which hardly varies. Requests
 * whose tag was not seen before in the block come first, as latencies.
 */
#include <string.h>

#include "event/column.h"

enum {
	NONE = 0xffffffff,
	HASH_SLOTS = 1024, /* four times the tags there can be */
};

uint32_t ev_transform_tags(const uint64_t *values, uint32_t count, uint8_t *ret_tags)
{
	uint64_t tags[EV_TAGS_MAX];
	uint16_t slots[HASH_SLOTS] = { 0 }; /* tag + 1; 0: free */
	uint32_t tag_count = 0;

	for (uint32_t i = 0; i < count; i++) {
		uint32_t slot = (uint32_t)(values[i] * 0x9e3779b97f4a7c15u >> 54);

		while (slots[slot] && tags[slots[slot] - 1] != values[i])
			slot = (slot + 1) % HASH_SLOTS;
		if (!slots[slot]) {
			if (tag_count == EV_TAGS_MAX)
				return 0;
			tags[tag_count] = values[i];
			slots[slot] = (uint16_t)++tag_count;
		}
		ret_tags[i] = (uint8_t)(slots[slot] - 1);
	}
	return tag_count;
}

/* Differences to the last value with the same tag; 0 counts as the value before the first. */
static void transform_tag(const struct ev_transform_in *in, const uint64_t *values, uint32_t count,
			  uint64_t *numbers)
{
	uint64_t last[EV_TAGS_MAX] = { 0 };

	for (uint32_t i = 0; i < count; i++) {
		numbers[i] = values[i] - last[in->tags[i]];
		last[in->tags[i]] = values[i];
	}
}

static void undo_tag(const struct ev_transform_in *in, uint64_t *numbers)
{
	uint64_t last[EV_TAGS_MAX] = { 0 };

	for (uint32_t i = 0; i < in->count; i++)
		numbers[i] = last[in->tags[i]] += numbers[i];
}

/*
 * EV_TRANSFORM_REF keeps the number 0 for the value 0, which means "did not happen" and would
 * otherwise be the largest difference of all: differences from 0 up move up by one. The largest of
 * them has no place to go to; ev_transform_fits looks for it.
 */
static uint64_t skip_zero(uint64_t difference)
{
	return difference + (difference >> 63 ^ 1);
}

static uint64_t unskip_zero(uint64_t number)
{
	return number - (number >> 63 ^ 1);
}

int ev_transform_fits(const uint64_t *numbers, uint32_t count)
{
	uint32_t clashes = 0;

	for (uint32_t i = 0; i < count; i++)
		clashes += numbers[i] == (uint64_t)1 << 63;
	return !clashes;
}

void ev_transform_some(uint8_t transform, const struct ev_transform_in *in, const uint64_t *values,
		       uint32_t from, uint32_t count, uint64_t *numbers)
{
	const uint64_t *reference = in->reference;

	values += from;
	switch (transform) {
	case EV_TRANSFORM_DELTA:
		numbers[0] = from ? values[0] - values[-1] : 0;
		for (uint32_t i = 1; i < count; i++)
			numbers[i] = values[i] - values[(int64_t)i - 1];
		break;
	case EV_TRANSFORM_REF:
		reference += from;
		for (uint32_t i = 0; i < count; i++)
			numbers[i] = values[i] ? skip_zero(reference[i] - values[i]) : 0;
		break;
	case EV_TRANSFORM_TAG: {
		struct ev_transform_in some = { .tags = in->tags + from };

		transform_tag(&some, values, count, numbers);
		break;
	}
	default:
		memcpy(numbers, values, count * sizeof(*numbers));
	}
}

/* next[i]: the next event with the same tag, or NONE. Returns how many are first with their tag;
 * those are listed in `firsts`. */
static uint32_t link_tags(const struct ev_transform_in *in, uint32_t *next, uint32_t *firsts)
{
	uint32_t last[EV_TAGS_MAX], first_count = 0;

	memset(last, 0xff, sizeof(last));
	for (uint32_t i = 0; i < in->count; i++) {
		uint32_t *before = &last[in->tags[i]];

		next[i] = NONE;
		if (*before == NONE)
			firsts[first_count++] = i;
		else
			next[*before] = i;
		*before = i;
	}
	return first_count;
}

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

void ev_transform_turn(const struct ev_transform_in *in, const uint64_t *values, uint64_t *numbers,
		       uint32_t *next)
{
	uint32_t firsts[EV_TAGS_MAX];
	uint32_t n = link_tags(in, next, firsts);
	uint64_t before = 0;

	for (uint32_t i = 0; i < n; i++)
		numbers[i] = in->reference[firsts[i]] - values[firsts[i]];
	for (uint32_t i = 0; i < in->count; i++) {
		uint32_t event = next[i];

		if (event == NONE)
			continue;
		numbers[n++] = values[event] - later(before, in->reference[i]);
		before = values[event];
	}
}

static void undo_turn(const struct ev_transform_in *in, const uint64_t *numbers, uint64_t *values,
		      uint32_t *next)
{
	uint32_t firsts[EV_TAGS_MAX];
	uint32_t n = link_tags(in, next, firsts);
	uint64_t before = 0;

	for (uint32_t i = 0; i < n; i++)
		values[firsts[i]] = in->reference[firsts[i]] - numbers[i];
	for (uint32_t i = 0; i < in->count; i++) {
		uint32_t event = next[i];

		if (event == NONE)
			continue;
		before = later(before, in->reference[i]) + numbers[n++];
		values[event] = before;
	}
}

void ev_transform_undo(uint8_t transform, const struct ev_transform_in *in, uint64_t *numbers,
		       uint64_t *values, uint32_t *next)
{
	uint64_t sum = numbers[0];

	switch (transform) {
	case EV_TRANSFORM_DELTA: /* numbers[0] holds the first value */
		for (uint32_t i = 1; i < in->count; i++)
			numbers[i] = sum += numbers[i];
		break;
	case EV_TRANSFORM_REF:
		for (uint32_t i = 0; i < in->count; i++) {
			uint64_t number = numbers[i];

			numbers[i] = number ? in->reference[i] - unskip_zero(number) : 0;
		}
		break;
	case EV_TRANSFORM_TAG:
		undo_tag(in, numbers);
		break;
	case EV_TRANSFORM_TURN:
		undo_turn(in, numbers, values, next);
		break;
	default:
		break;
	}
}

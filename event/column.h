/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef EVENT_COLUMN_H
#define EVENT_COLUMN_H
/*
 * One column of numbers in few bytes, and back: transforms (differences that are smaller than the
 * values) and codings (ways to write numbers down). Numbers wrap at 64 bits and are compared as
 * signed ones. docs/format.md says what each is; only the
 * block coder and its tests include this.
 */
#include <stddef.h>
#include <stdint.h>

#include "event/trace_file.h"

/* ---- bytes ---- */

enum { EV_PACK_CUTS_MAX = 512 };

/* A growing buffer of packed bytes, with the places where the kind of data changes. */
struct ev_pack {
	uint8_t *data;
	size_t bytes;
	size_t capacity;
	uint32_t cuts[EV_PACK_CUTS_MAX];
	size_t cut_count;
};

/* Room for `bytes` more; -ENOMEM. The puts below do not check. */
int ev_pack_reserve(struct ev_pack *pack, size_t bytes);
void ev_pack_done(struct ev_pack *pack);
void ev_pack_cut(struct ev_pack *pack);
void ev_pack_byte(struct ev_pack *pack, uint8_t byte);
void ev_pack_varint(struct ev_pack *pack, uint64_t value); /* LEB128, 1 to 10 bytes */

/* Reads what was packed; a read beyond the end sets `bad` and returns 0. */
struct ev_unpack {
	const uint8_t *at;
	const uint8_t *end;
	int bad;
};
uint8_t ev_unpack_byte(struct ev_unpack *in);
uint64_t ev_unpack_varint(struct ev_unpack *in);
/* NULL when there are not so many. */
const uint8_t *ev_unpack_bytes(struct ev_unpack *in, uint64_t bytes);

/* ---- codings ---- */

/* Room to work in, as many of each as there are numbers. */
struct ev_column_scratch {
	uint64_t *numbers;
	uint8_t *index;
};

/* Chooses a coding for the numbers and writes them; returns enum ev_coding or -ENOMEM. */
int ev_column_put(struct ev_pack *pack, const uint64_t *numbers, uint32_t count,
		  struct ev_column_scratch *scratch);
/* About how many bits the numbers take after compression, times 256, by their statistics. */
uint64_t ev_column_cost(const uint64_t *numbers, uint32_t count);
/* Reads `count` numbers; 0 or -EBADMSG. The bytes behind `in` must be readable for 8 more. */
int ev_column_get(struct ev_unpack *in, uint8_t coding, uint64_t *numbers, uint32_t count);

/* ---- transforms ---- */

/* What the transforms of one kind's columns may refer to. */
struct ev_transform_in {
	const uint64_t *reference; /* EV_TRANSFORM_REF: the other column; _TURN: time_ns */
	const uint8_t *tags;	   /* EV_TRANSFORM_TURN and _TAG: which tag each event has */
	uint32_t count;
};

/* Numbers the different values of a column in the order of their first appearance: how many there
 * are, or 0 when they are more than EV_TAGS_MAX. */
uint32_t ev_transform_tags(const uint64_t *values, uint32_t count, uint8_t *ret_tags);
/* values -> numbers for the events [from, from + count); not for EV_TRANSFORM_TURN. */
void ev_transform_some(uint8_t transform, const struct ev_transform_in *in, const uint64_t *values,
		       uint32_t from, uint32_t count, uint64_t *numbers);
/* EV_TRANSFORM_TURN needs all events at once; `next` is scratch for `count` indices. */
void ev_transform_turn(const struct ev_transform_in *in, const uint64_t *values, uint64_t *numbers,
		       uint32_t *next);
/* numbers -> values, in place but for EV_TRANSFORM_TURN; `next` as above. */
void ev_transform_undo(uint8_t transform, const struct ev_transform_in *in, uint64_t *numbers,
		       uint64_t *values, uint32_t *next);
/* False when EV_TRANSFORM_REF cannot bring these numbers back. */
int ev_transform_fits(const uint64_t *numbers, uint32_t count);

/* Small numbers of either sign to small numbers: 0, -1, 1, -2, … are 0, 1, 2, 3, … */
static inline uint64_t ev_zigzag(uint64_t difference)
{
	return difference << 1 ^ (0 - (difference >> 63));
}

static inline uint64_t ev_unzigzag(uint64_t number)
{
	return number >> 1 ^ (0 - (number & 1));
}

#endif

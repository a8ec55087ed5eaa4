/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Plain LZ77. Flags come in 32-bit words, highest bit first, each in front of the items it speaks
 * of:
 *
 *    0   a byte to copy
 *    1   u16  [ distance - 1 : 13 | length : 3 ]
 *        length 7: + a nibble, of a byte that two long matches share: the first takes its low half
 *        nibble 15: + a byte; 255: a u16 that is the length instead; 0: a u32 that is
 *        and 3 more in every case
 *
 * Runs of literals and matches are copied eight to thirty-two bytes at a time where input and room
 * reach that far, beyond what counts, and exactly at the ends.
 */
#include "windows-etw/etl_xpress.h"

#include <errno.h>
#include <string.h>

#include "windows-etw/etw_bytes.h"

enum {
	LENGTH_LOW = 7,	    /* the three bits are full */
	LENGTH_NIBBLE = 15, /* the nibble is full */
	LENGTH_BYTE = 255,  /* the byte is full */
	LENGTH_MIN = 3,
	LENGTH_WORD_MIN = LENGTH_LOW + LENGTH_NIBBLE, /* a u16 that says less is a mistake */
	STRIDE = 8,
	STRIDE_RUN = 32, /* the literals of one flag word, at most */
};

struct expand {
	const uint8_t *in;
	const uint8_t *in_end;
	uint8_t *out;
	uint8_t *out_start;
	uint8_t *out_end;
	const uint8_t *nibble; /* byte whose high half is still to be used */
};

static size_t in_left(const struct expand *x)
{
	return (size_t)(x->in_end - x->in);
}

/* The rest of a length of which the three bits were full; 0: damaged. */
static uint64_t long_length(struct expand *x)
{
	uint64_t length;

	if (x->nibble) {
		length = *x->nibble >> 4;
		x->nibble = NULL;
	} else {
		if (!in_left(x))
			return 0;
		x->nibble = x->in++;
		length = *x->nibble & 15;
	}
	if (length < LENGTH_NIBBLE)
		return length + LENGTH_LOW + LENGTH_MIN;
	if (!in_left(x))
		return 0;
	length = *x->in++;
	if (length < LENGTH_BYTE)
		return length + LENGTH_NIBBLE + LENGTH_LOW + LENGTH_MIN;
	if (in_left(x) < 2)
		return 0;
	length = etw_u16(x->in);
	x->in += 2;
	if (!length) {
		if (in_left(x) < 4)
			return 0;
		length = etw_u32(x->in);
		x->in += 4;
	}
	return length < LENGTH_WORD_MIN ? 0 : length + LENGTH_MIN;
}

/* Copies a match; where source and target overlap, the bytes repeat. The strides may write up to
 * STRIDE bytes beyond `length`, into room that is there and not yet used. */
static void copy_match(struct expand *x, size_t distance, size_t length)
{
	const uint8_t *from = x->out - distance;
	uint8_t *to = x->out, *end = x->out + length;

	x->out = end;
	if (distance >= STRIDE && (size_t)(x->out_end - end) >= STRIDE) {
		do {
			memcpy(to, from, STRIDE);
			to += STRIDE;
			from += STRIDE;
		} while (to < end);
	} else if (distance == 1) {
		memset(to, *from, length);
	} else {
		while (to < end)
			*to++ = *from++;
	}
}

/* One match; 0, or -EBADMSG. Longer than the room is cut to it: the caller asked for a prefix. */
static int match(struct expand *x)
{
	uint16_t token = etw_u16(x->in);
	size_t distance = (size_t)(token >> 3) + 1;
	uint64_t length = (uint64_t)(token & 7) + LENGTH_MIN;

	x->in += 2;
	if ((token & 7) == LENGTH_LOW)
		length = long_length(x);
	if (!length || distance > (size_t)(x->out - x->out_start))
		return -EBADMSG;
	if (length > (size_t)(x->out_end - x->out))
		length = (uint64_t)(x->out_end - x->out);
	copy_match(x, distance, (size_t)length);
	return 0;
}

/* How many literals come before the next match, at most `bits`. */
static unsigned run_of_literals(uint32_t flags, unsigned bits)
{
	unsigned run = flags ? (unsigned)__builtin_clz(flags) : bits;

	return run < bits ? run : bits;
}

/* Copies what fits of a run that does not. */
static int last_literals(struct expand *x)
{
	size_t room = (size_t)(x->out_end - x->out);
	size_t fits = in_left(x) < room ? in_left(x) : room;

	memcpy(x->out, x->in, fits);
	x->out += fits;
	return 0;
}

static void literals(struct expand *x, unsigned run)
{
	if (in_left(x) >= STRIDE_RUN && x->out_end - x->out >= STRIDE_RUN)
		memcpy(x->out, x->in, STRIDE_RUN);
	else
		memcpy(x->out, x->in, run);
	x->out += run;
	x->in += run;
}

/* The items of one flag word; 1: there may be more, 0: done, -EBADMSG. */
static int items(struct expand *x, uint32_t flags)
{
	unsigned bits = 32;

	while (bits) {
		unsigned run = run_of_literals(flags, bits);

		if (run > in_left(x) || run > (size_t)(x->out_end - x->out))
			return last_literals(x);
		if (run)
			literals(x, run);
		bits -= run;
		if (!bits)
			break;
		if (x->out == x->out_end || in_left(x) < 2)
			return 0; /* full, or a flag without an item: the end */
		if (match(x) < 0)
			return -EBADMSG;
		if (--bits)
			flags <<= run + 1;
	}
	return 1;
}

int64_t etl_xpress_expand(const uint8_t *in, size_t in_bytes, uint8_t *out, size_t room)
{
	struct expand x = { .in = in,
			    .in_end = in + in_bytes,
			    .out = out,
			    .out_start = out,
			    .out_end = out + room };
	int more = 1;

	while (more > 0 && in_left(&x) >= 4 && x.out < x.out_end) {
		uint32_t flags = etw_u32(x.in);

		x.in += 4;
		more = items(&x, flags);
	}
	return more < 0 ? more : x.out - out;
}

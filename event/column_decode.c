/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Reads a column of numbers back. Nothing here trusts its bytes: every length is checked before the
 * loop that follows it, so the loops themselves need no checks and stay fast.
 */
#include <errno.h>
#include <string.h>

#include "event/column.h"

uint8_t ev_unpack_byte(struct ev_unpack *in)
{
	if (in->at == in->end) {
		in->bad = 1;
		return 0;
	}
	return *in->at++;
}

uint64_t ev_unpack_varint(struct ev_unpack *in)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		uint8_t byte = ev_unpack_byte(in);

		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return value;
	}
	in->bad = 1;
	return 0;
}

const uint8_t *ev_unpack_bytes(struct ev_unpack *in, uint64_t bytes)
{
	const uint8_t *at = in->at;

	if (in->bad || bytes > (uint64_t)(in->end - in->at)) {
		in->bad = 1;
		return NULL;
	}
	in->at += bytes;
	return at;
}

static void fill(uint64_t *numbers, uint64_t number, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		numbers[i] = number;
}

/* What was taken off each number. */
struct frame {
	uint64_t base;
	unsigned shift;
	int folded;
};

/* -EBADMSG is for the caller to give when `in` went bad. */
static struct frame get_frame(struct ev_unpack *in)
{
	struct frame frame = { .base = ev_unzigzag(ev_unpack_varint(in)) };
	uint8_t shift = ev_unpack_byte(in);

	frame.shift = shift & 63;
	frame.folded = (shift & EV_SPLIT_FOLDED) != 0;
	if (shift & 0x40)
		in->bad = 1;
	return frame;
}

static int get_packed(struct ev_unpack *in, uint64_t *numbers, uint32_t count)
{
	struct frame frame = get_frame(in);
	unsigned bits = ev_unpack_byte(in);
	const uint8_t *at;
	uint64_t mask, bit = 0;

	if (bits < 1 || bits > 56 || frame.folded)
		return -EBADMSG;
	at = ev_unpack_bytes(in, ((uint64_t)count * bits + 7) / 8);
	if (!at)
		return -EBADMSG;
	mask = ((uint64_t)1 << bits) - 1;
	for (uint32_t i = 0; i < count; i++, bit += bits) {
		uint64_t word;

		memcpy(&word, at + bit / 8, sizeof(word));
		numbers[i] = frame.base + ((word >> bit % 8 & mask) << frame.shift);
	}
	return 0;
}

static int get_dictionary(struct ev_unpack *in, uint64_t *numbers, uint32_t count)
{
	uint64_t dictionary[256] = { 0 };
	uint32_t size = ev_unpack_byte(in) + 1u;
	unsigned bits = size <= 2 ? 1 : size <= 4 ? 2 : size <= 16 ? 4 : 8;
	const uint8_t *at;

	for (uint32_t i = 0; i < size; i++)
		dictionary[i] = ev_unzigzag(ev_unpack_varint(in));
	at = ev_unpack_bytes(in, ((uint64_t)count * bits + 7) / 8);
	if (!at)
		return -EBADMSG;
	/* An index beyond the size reads as 0, which harms nobody. */
	for (uint32_t i = 0; i < count; i++) {
		uint32_t bit = i * bits;

		numbers[i] = dictionary[at[bit / 8] >> bit % 8 & ((1u << bits) - 1)];
	}
	return 0;
}

/* Where the planes of a SPLIT column start, and the codes that say how many bytes each number has:
 * NULL when all have `code`. */
struct split {
	const uint8_t *codes;
	const uint8_t *planes[4];
	unsigned code;
};

static int get_planes(struct ev_unpack *in, uint32_t count, struct split *ret_split)
{
	uint32_t code_counts[4] = { 0 };
	struct split split = { .code = ev_unpack_byte(in) };

	if (split.code > 4)
		return -EBADMSG;
	if (split.code == 4) {
		split.codes = ev_unpack_bytes(in, ((uint64_t)count + 3) / 4);
		if (!split.codes)
			return -EBADMSG;
		for (uint32_t i = 0; i < count; i++)
			code_counts[split.codes[i / 4] >> i % 4 * 2 & 3]++;
	} else {
		code_counts[split.code] = count;
	}
	split.planes[0] = ev_unpack_bytes(in, count);
	split.planes[1] = ev_unpack_bytes(in, count - code_counts[0]);
	split.planes[2] = ev_unpack_bytes(in, code_counts[2] + code_counts[3]);
	split.planes[3] = ev_unpack_bytes(in, 5 * (uint64_t)code_counts[3]);
	*ret_split = split;
	return in->bad ? -EBADMSG : 0;
}

static uint64_t high_bytes(const uint8_t *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	return word << 24;
}

/* All numbers have one byte: by far the most frequent case. */
static void get_bytes(const uint8_t *bytes, uint64_t *numbers, uint32_t count,
		      const struct frame *frame)
{
	uint64_t values[256];

	for (uint32_t i = 0; i < 256; i++)
		values[i] = frame->base + ((frame->folded ? ev_unzigzag(i) : i) << frame->shift);
	for (uint32_t i = 0; i < count; i++)
		numbers[i] = values[bytes[i]];
}

static int get_split(struct ev_unpack *in, uint64_t *numbers, uint32_t count)
{
	static const uint64_t second[] = { 0, 0xff, 0xff, 0xff }, third[] = { 0, 0, 0xff, 0xff };
	struct frame frame = get_frame(in);
	struct split split;

	if (get_planes(in, count, &split) < 0)
		return -EBADMSG;
	if (!split.codes && !split.code) {
		get_bytes(split.planes[0], numbers, count, &frame);
		return 0;
	}
	for (uint32_t i = 0; i < count; i++) {
		unsigned code = split.codes ? split.codes[i / 4] >> i % 4 * 2 & 3 : split.code;
		uint64_t number = *split.planes[0]++;

		/* No branch on `code`: it is as good as random. A plane that a number has no byte
		 * in is read without being consumed, at worst one byte behind its end. */
		number |= (*split.planes[1] & second[code]) << 8;
		split.planes[1] += code >= 1;
		number |= (*split.planes[2] & third[code]) << 16;
		split.planes[2] += code >= 2;
		if (code == 3) {
			number |= high_bytes(split.planes[3]);
			split.planes[3] += 5;
		}
		number = frame.folded ? ev_unzigzag(number) : number;
		numbers[i] = frame.base + (number << frame.shift);
	}
	return 0;
}

int ev_column_get(struct ev_unpack *in, uint8_t coding, uint64_t *numbers, uint32_t count)
{
	int err = -EBADMSG;

	switch (coding) {
	case EV_CODING_CONST:
		fill(numbers, ev_unzigzag(ev_unpack_varint(in)), count);
		err = 0;
		break;
	case EV_CODING_PACKED:
		err = get_packed(in, numbers, count);
		break;
	case EV_CODING_DICT:
		err = get_dictionary(in, numbers, count);
		break;
	case EV_CODING_SPLIT:
		err = get_split(in, numbers, count);
		break;
	default:
		break;
	}
	return in->bad ? -EBADMSG : err;
}

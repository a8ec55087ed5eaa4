/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Writes a column of numbers in the coding that suits them. The choice looks at the numbers as they
 * will be after compression, because the codec behind sees bytes: a number cut into whole bytes,
 * low ones together and high ones together, leaves it something to find, a number packed to the bit
 * does not. So bits are packed only where the numbers are as good as random.
 *
 *   CONST   all are equal
 *   DICT    few are different: an index each, in bits that divide a byte
 *   SPLIT   most are small: one byte plane after the other, as many as each number needs
 *   PACKED  random over a range that fills no whole bytes: a fixed number of bits each
 *
 * SPLIT and PACKED first take off what all numbers share: a base and the zero bits below. The base
 * is the smallest number, or for SPLIT, where numbers lie on both sides of a usual one, the median;
 * what is left is then signed and folded (zigzag) so that small stays small.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "event/column.h"

enum {
	DICT_MAX = 256,
	HASH_SLOTS = 1024,
	PACKED_SHARE = 16,    /* part of a bit before compression that counts as one after */
	SAMPLE = 512,	      /* numbers that tell what the others are like */
	PACKED_BITS_MAX = 56, /* so that any number lies within eight bytes */
};

/* ---- bytes ---- */

int ev_pack_reserve(struct ev_pack *pack, size_t bytes)
{
	size_t capacity = pack->capacity ? pack->capacity : 1 << 16;
	uint8_t *data;

	if (pack->bytes + bytes <= pack->capacity)
		return 0;
	while (capacity < pack->bytes + bytes)
		capacity *= 2;
	data = realloc(pack->data, capacity);
	if (!data)
		return -ENOMEM;
	pack->data = data;
	pack->capacity = capacity;
	return 0;
}

void ev_pack_done(struct ev_pack *pack)
{
	free(pack->data);
	memset(pack, 0, sizeof(*pack));
}

/* Pieces shorter than this stay with what came before: a table of their own would cost more. */
enum { PIECE_BYTES_MIN = 512 };

void ev_pack_cut(struct ev_pack *pack)
{
	size_t before = pack->cut_count ? pack->cuts[pack->cut_count - 1] : 0;

	if (pack->bytes - before >= PIECE_BYTES_MIN && pack->cut_count < EV_PACK_CUTS_MAX)
		pack->cuts[pack->cut_count++] = (uint32_t)pack->bytes;
}

void ev_pack_byte(struct ev_pack *pack, uint8_t byte)
{
	pack->data[pack->bytes++] = byte;
}

void ev_pack_varint(struct ev_pack *pack, uint64_t value)
{
	for (; value >= 0x80; value >>= 7)
		ev_pack_byte(pack, (uint8_t)(value | 0x80));
	ev_pack_byte(pack, (uint8_t)value);
}

/* ---- what the numbers are like ---- */

struct range {
	int64_t low;
	int64_t high;
	unsigned shift; /* low bits in which all numbers are the same */
};

static struct range find_range(const uint64_t *numbers, uint32_t count)
{
	struct range range = { .low = (int64_t)numbers[0], .high = (int64_t)numbers[0] };
	uint64_t differing = 0;

	for (uint32_t i = 0; i < count; i++) {
		int64_t number = (int64_t)numbers[i];

		range.low = number < range.low ? number : range.low;
		range.high = number > range.high ? number : range.high;
		differing |= numbers[i] ^ numbers[0];
	}
	range.shift = differing ? (unsigned)__builtin_ctzll(differing) : 0;
	return range;
}

/* What is taken off each number, and how the rest is written. */
struct frame {
	uint64_t base;
	unsigned shift;
	int folded;
};

static inline uint64_t reduce(uint64_t number, const struct frame *frame)
{
	uint64_t rest = number - frame->base;

	if (frame->folded)
		return ev_zigzag((uint64_t)((int64_t)rest >> frame->shift));
	return rest >> frame->shift;
}

/* The median of a few numbers spread over all. */
static uint64_t median(const uint64_t *numbers, uint32_t count)
{
	enum { FEW = 63 };
	uint64_t few[FEW];
	uint32_t taken = 0, step = count > FEW ? count / FEW : 1;

	for (uint32_t at = 0; at < count && taken < FEW; at += step, taken++) {
		uint32_t i = taken;

		for (; i && (int64_t)few[i - 1] > (int64_t)numbers[at]; i--)
			few[i] = few[i - 1];
		few[i] = numbers[at];
	}
	return few[taken / 2];
}

static unsigned bit_length(uint64_t number)
{
	return number ? 64 - (unsigned)__builtin_clzll(number) : 0;
}

/* 0, 1, 2, 3: the number takes 1, 2, 3 or 8 bytes. */
static unsigned split_code(uint64_t number)
{
	return (number > 0xff) + (number > 0xffff) + (number > 0xffffff);
}

struct dictionary {
	uint64_t numbers[DICT_MAX];
	uint32_t counts[DICT_MAX];
	uint16_t slots[HASH_SLOTS]; /* index + 1; 0: free */
	uint32_t size;
};

/* The index of a number, made when new; DICT_MAX when there is no room. */
static uint32_t dictionary_index(struct dictionary *dictionary, uint64_t number)
{
	uint32_t slot = (uint32_t)(number * 0x9e3779b97f4a7c15u >> 54);

	for (; dictionary->slots[slot]; slot = (slot + 1) % HASH_SLOTS) {
		uint32_t index = dictionary->slots[slot] - 1u;

		if (dictionary->numbers[index] == number)
			return index;
	}
	if (dictionary->size == DICT_MAX)
		return DICT_MAX;
	dictionary->numbers[dictionary->size] = number;
	dictionary->counts[dictionary->size] = 0;
	dictionary->slots[slot] = (uint16_t)++dictionary->size;
	return dictionary->size - 1;
}

/* Bits times 256 of a logarithm, straight between powers of two: at most 0.09 bit wrong. */
static uint64_t log2_256(uint64_t value)
{
	unsigned bits = bit_length(value) - 1;

	return (uint64_t)bits * 256 + ((value << (63 - bits)) >> 55 & 0xff);
}

/* Shannon's bound for symbols with these counts, in bits times 256. */
static uint64_t entropy(const uint32_t *counts, uint32_t size, uint64_t total)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < size; i++) {
		if (counts[i])
			sum += counts[i] * (log2_256(total) - log2_256(counts[i]));
	}
	return sum;
}

/* What SPLIT would leave after compression, and a little of what it takes before: of two ways that
 * compress alike, the shorter one is quicker. */
static uint64_t split_cost(const uint64_t *numbers, uint32_t count, const struct frame *frame)
{
	uint32_t planes[3][256] = { 0 }, codes[4] = { 0 }, totals[3];
	uint64_t cost;

	for (uint32_t i = 0; i < count; i++) {
		uint64_t number = reduce(numbers[i], frame);
		unsigned code = split_code(number);

		codes[code]++;
		for (unsigned plane = 0; plane < 3 && plane <= code; plane++)
			planes[plane][number >> (8 * plane) & 0xff]++;
	}
	cost = entropy(codes, 4, count) + codes[3] * (uint64_t)(40 * 256);
	cost += 8 * 256 / PACKED_SHARE *
		(count + codes[1] + 2 * (uint64_t)codes[2] + 7 * (uint64_t)codes[3]);
	totals[0] = count;
	totals[1] = count - codes[0];
	totals[2] = codes[2] + codes[3];
	for (unsigned plane = 0; plane < 3; plane++) {
		if (totals[plane])
			cost += entropy(planes[plane], 256, totals[plane]);
	}
	return cost;
}

/* The better frame for SPLIT and its cost. */
static struct frame split_frame(const uint64_t *numbers, uint32_t count, const struct range *range,
				uint64_t *ret_cost)
{
	struct frame low = { (uint64_t)range->low, range->shift, 0 };
	struct frame middle = { median(numbers, count), range->shift, 1 };
	uint64_t middle_cost = split_cost(numbers, count, &middle);

	*ret_cost = split_cost(numbers, count, &low);
	if (*ret_cost <= middle_cost)
		return low;
	*ret_cost = middle_cost;
	return middle;
}

uint64_t ev_column_cost(const uint64_t *numbers, uint32_t count)
{
	struct dictionary dictionary;
	struct range range;
	uint64_t cost;

	dictionary.size = 0;
	memset(dictionary.slots, 0, sizeof(dictionary.slots));
	for (uint32_t i = 0; i < count; i++) {
		uint32_t index = dictionary_index(&dictionary, numbers[i]);

		if (index == DICT_MAX || dictionary.size > count / 4) {
			range = find_range(numbers, count);
			split_frame(numbers, count, &range, &cost);
			return cost;
		}
		dictionary.counts[index]++;
	}
	return entropy(dictionary.counts, dictionary.size, count);
}

/* ---- writing ---- */

static void put_frame(struct ev_pack *pack, const struct frame *frame)
{
	ev_pack_varint(pack, ev_zigzag(frame->base));
	ev_pack_byte(pack, (uint8_t)(frame->shift | (frame->folded ? EV_SPLIT_FOLDED : 0)));
}

static void put_packed(struct ev_pack *pack, const uint64_t *numbers, uint32_t count,
		       const struct frame *frame, unsigned bits)
{
	uint8_t *at = pack->data + pack->bytes;
	uint64_t held = 0;
	unsigned held_bits = 0;

	for (uint32_t i = 0; i < count; i++) {
		held |= reduce(numbers[i], frame) << held_bits;
		held_bits += bits;
		memcpy(at, &held, sizeof(held)); /* whole bytes are final, the rest is rewritten */
		at += held_bits / 8;
		held = held_bits < 64 ? held >> (held_bits & ~7u) : 0;
		held_bits %= 8;
	}
	pack->bytes = (size_t)(at - pack->data) + (held_bits != 0);
}

/* Indices of `bits` (1, 2, 4 or 8) each, the first in the lowest bits. */
static void put_index(struct ev_pack *pack, const uint8_t *index, uint32_t count, unsigned bits)
{
	unsigned each = 8 / bits;

	for (uint32_t i = 0; i < count; i += each) {
		uint32_t byte = 0;

		for (unsigned j = 0; j < each && i + j < count; j++)
			byte |= (uint32_t)index[i + j] << (j * bits);
		ev_pack_byte(pack, (uint8_t)byte);
	}
}

static unsigned index_bits(uint32_t size)
{
	return size <= 2 ? 1 : size <= 4 ? 2 : size <= 16 ? 4 : 8;
}

/* Writes a dictionary and the indices; 0 when there are too many different numbers. */
static int put_dictionary(struct ev_pack *pack, const uint64_t *numbers, uint32_t count,
			  uint32_t size_max, uint8_t *index)
{
	struct dictionary dictionary;

	dictionary.size = 0;
	memset(dictionary.slots, 0, sizeof(dictionary.slots));
	for (uint32_t i = 0; i < count; i++) {
		uint32_t found = dictionary_index(&dictionary, numbers[i]);

		if (found >= size_max)
			return 0;
		index[i] = (uint8_t)found;
	}
	ev_pack_byte(pack, (uint8_t)(dictionary.size - 1));
	for (uint32_t i = 0; i < dictionary.size; i++)
		ev_pack_varint(pack, ev_zigzag(dictionary.numbers[i]));
	ev_pack_cut(pack);
	put_index(pack, index, count, index_bits(dictionary.size));
	return 1;
}

/* Takes the frame off; counts[n] is how many have more than n bytes (3: eight). */
static void reduce_all(const uint64_t *numbers, uint32_t count, const struct frame *frame,
		       uint64_t *ret_reduced, uint32_t counts[4])
{
	uint32_t more_than_one = 0, more_than_two = 0, more_than_three = 0;

	for (uint32_t i = 0; i < count; i++) {
		uint64_t number = reduce(numbers[i], frame);

		more_than_one += number > 0xff;
		more_than_two += number > 0xffff;
		more_than_three += number > 0xffffff;
		ret_reduced[i] = number;
	}
	counts[0] = count;
	counts[1] = more_than_one;
	counts[2] = more_than_two;
	counts[3] = more_than_three;
}

/* How many bytes the numbers have: one byte when all are alike, else two bits each. */
static void put_codes(struct ev_pack *pack, const uint64_t *reduced, uint32_t count,
		      const uint32_t counts[4])
{
	for (unsigned code = 0; code < 4; code++) {
		if (counts[code] == count && (code == 3 || !counts[code + 1])) {
			ev_pack_byte(pack, (uint8_t)code);
			return;
		}
	}
	ev_pack_byte(pack, 4);
	for (uint32_t i = 0; i < count; i += 4) {
		unsigned codes = 0;

		for (unsigned j = 0; j < 4 && i + j < count; j++)
			codes |= split_code(reduced[i + j]) << 2 * j;
		ev_pack_byte(pack, (uint8_t)codes);
	}
}

/* Writes byte number `plane` of the numbers that have so many: one after the other, whether it
 * counts or not, and only where it counts does the place move on. The last such byte may fall into
 * the first place of the next plane, which is written later. */
static void put_plane(uint8_t *to, const uint64_t *reduced, uint32_t count, unsigned plane)
{
	uint64_t least = plane ? (uint64_t)1 << 8 * plane : 0;

	for (uint32_t i = 0; i < count; i++) {
		*to = (uint8_t)(reduced[i] >> 8 * plane);
		to += reduced[i] >= least;
	}
}

static void put_split(struct ev_pack *pack, const uint64_t *numbers, uint32_t count,
		      const struct frame *frame, uint64_t *reduced)
{
	uint32_t counts[4];

	reduce_all(numbers, count, frame, reduced, counts);
	put_codes(pack, reduced, count, counts);
	for (unsigned plane = 0; plane < 3 && counts[plane]; plane++) {
		ev_pack_cut(pack);
		put_plane(pack->data + pack->bytes, reduced, count, plane);
		pack->bytes += counts[plane];
	}
	ev_pack_cut(pack);
	for (uint32_t i = 0; counts[3] && i < count; i++) {
		for (unsigned byte = 3; reduced[i] > 0xffffff && byte < 8; byte++)
			ev_pack_byte(pack, (uint8_t)(reduced[i] >> (8 * byte)));
	}
}

int ev_column_put(struct ev_pack *pack, const uint64_t *numbers, uint32_t count,
		  struct ev_column_scratch *scratch)
{
	struct range range = find_range(numbers, count);
	unsigned bits = bit_length(((uint64_t)range.high - (uint64_t)range.low) >> range.shift);
	uint32_t sample = count < SAMPLE ? count : SAMPLE;
	struct frame frame;
	uint64_t cost;

	if (ev_pack_reserve(pack, 9 * (size_t)count + 10 * DICT_MAX + 64) < 0)
		return -ENOMEM;
	ev_pack_cut(pack);
	if (range.low == range.high) {
		ev_pack_varint(pack, ev_zigzag(numbers[0]));
		return EV_CODING_CONST;
	}
	if (put_dictionary(pack, numbers, count, bits <= 8 ? 16 : DICT_MAX, scratch->index))
		return EV_CODING_DICT;
	frame = split_frame(numbers + (count - sample) / 2, sample, &range, &cost);
	/* Numbers that are random lose nothing when they are packed to the bit. */
	if (bits > 8 && bits <= PACKED_BITS_MAX && bits % 8 &&
	    cost + 320 * (uint64_t)sample >= (uint64_t)sample * bits * 256) {
		frame = (struct frame){ (uint64_t)range.low, range.shift, 0 };
		put_frame(pack, &frame);
		ev_pack_byte(pack, (uint8_t)bits);
		put_packed(pack, numbers, count, &frame, bits);
		return EV_CODING_PACKED;
	}
	put_frame(pack, &frame);
	put_split(pack, numbers, count, &frame, scratch->numbers);
	return EV_CODING_SPLIT;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Tables of the zstd format, from their descriptions: zstd_table.h. An FSE table is described by
 * how often each symbol occurs, in as few bits as the rest of the sum allows; a Huffman tree by the
 * weights of its symbols, which are written plainly or through an FSE table of their own. The last
 * weight is not written: it is what makes the sum a power of two.
 */
#include "event/zstd_table.h"

#include <errno.h>
#include <string.h>

enum { WEIGHT_LOG_MAX = 6, WEIGHT_MAX = EV_HUFFMAN_BITS_MAX + 1, SYMBOLS = 256 };

/* Position of the highest bit that is set; `value` is not 0. */
static unsigned highest(uint32_t value)
{
	unsigned bit = 0;

	while (value >>= 1)
		bit++;
	return bit;
}

int ev_bits_open(struct ev_bits *bits, const uint8_t *start, size_t bytes)
{
	if (!bytes || !start[bytes - 1])
		return -EBADMSG;
	bits->start = start;
	bits->end = start + bytes;
	bits->left = (int64_t)(bytes - 1) * 8 + highest(start[bytes - 1]);
	return 0;
}

/* Spreads the symbols over the states; those that occur less than once have the last ones. */
static int spread(struct ev_fse *fse, const int16_t *counts, unsigned symbols)
{
	unsigned size = 1u << fse->log, mask = size - 1, high = size, at = 0;

	for (unsigned symbol = 0; symbol < symbols; symbol++)
		if (counts[symbol] < 0)
			fse->states[--high].symbol = (uint8_t)symbol;
	for (unsigned symbol = 0; symbol < symbols; symbol++)
		for (int i = 0; i < counts[symbol]; i++) {
			fse->states[at].symbol = (uint8_t)symbol;
			do
				at = (at + (size >> 1) + (size >> 3) + 3) & mask;
			while (at >= high);
		}
	return at ? -EBADMSG : 0;
}

int ev_fse_build(struct ev_fse *fse, const int16_t *counts, unsigned symbols, unsigned log)
{
	uint16_t next[EV_FSE_SYMBOLS_MAX];
	unsigned sum = 0;

	for (unsigned symbol = 0; symbol < symbols; symbol++) {
		next[symbol] = (uint16_t)(counts[symbol] < 0 ? 1 : counts[symbol]);
		sum += next[symbol];
	}
	if (sum != 1u << log)
		return -EBADMSG;
	fse->log = log;
	if (spread(fse, counts, symbols))
		return -EBADMSG;
	for (unsigned i = 0; i < 1u << log; i++) {
		struct ev_fse_state *state = &fse->states[i];
		uint16_t at = next[state->symbol]++;

		state->bits = (uint8_t)(log - highest(at));
		state->base = (uint16_t)((at << state->bits) - (1 << log));
	}
	fse->known = 1;
	return 0;
}

void ev_fse_one(struct ev_fse *fse, uint8_t symbol)
{
	fse->log = 0;
	fse->known = 1;
	fse->states[0] = (struct ev_fse_state){ .symbol = symbol };
}

/* A description is read from its first byte on, lowest bit first. */
struct front {
	const uint8_t *from;
	size_t bits;
	size_t at;
};

static unsigned front_take(struct front *front, unsigned count)
{
	unsigned value = 0;

	for (unsigned i = 0; i < count; i++, front->at++)
		if (front->at < front->bits)
			value |= (unsigned)(front->from[front->at >> 3] >> (front->at & 7) & 1)
				 << i;
	return value;
}

/* How often the next symbol occurs, plus 1: the smaller values of the range have a bit less. */
static unsigned front_take_count(struct front *front, unsigned left)
{
	unsigned bits = highest(left + 1) + 1;
	unsigned low = (1u << (bits - 1)) - 1;
	unsigned threshold = (1u << bits) - 1 - (left + 1);
	unsigned value = front_take(front, bits);

	if ((value & low) < threshold) {
		front->at--;
		return value & low;
	}
	return value > low ? value - threshold : value;
}

static unsigned skip_zeros(struct front *front, int16_t *counts, unsigned symbol, unsigned most)
{
	unsigned repeat;

	do {
		repeat = front_take(front, 2);
		for (unsigned i = 0; i < repeat && symbol < most; i++)
			counts[symbol++] = 0;
	} while (repeat == 3 && symbol < most);
	return symbol;
}

int64_t ev_fse_read(struct ev_fse *fse, const uint8_t *from, size_t bytes, unsigned symbols_max,
		    unsigned log_max)
{
	struct front front = { from, bytes * 8, 0 };
	unsigned log = front_take(&front, 4) + 5, symbol = 0;
	int16_t counts[EV_FSE_SYMBOLS_MAX];
	int left = 1 << log;

	if (log > log_max)
		return -EBADMSG;
	while (left > 0 && symbol < symbols_max) {
		int count = (int)front_take_count(&front, (unsigned)left) - 1;

		left -= count < 0 ? 1 : count;
		counts[symbol++] = (int16_t)count;
		if (!count)
			symbol = skip_zeros(&front, counts, symbol, symbols_max);
	}
	if (left || front.at > front.bits || ev_fse_build(fse, counts, symbol, log))
		return -EBADMSG;
	return (int64_t)(front.at + 7) / 8;
}

static uint8_t step(const struct ev_fse *fse, uint32_t *state, struct ev_bits *bits)
{
	const struct ev_fse_state *at = &fse->states[*state];

	*state = at->base + ev_bits_take(bits, at->bits);
	return at->symbol;
}

/* Weights through FSE: two states take turns until the bits are used up. Returns how many. */
static int read_weights(const uint8_t *from, size_t bytes, uint8_t *weights)
{
	struct ev_fse fse = { 0 };
	int64_t used = ev_fse_read(&fse, from, bytes, WEIGHT_MAX + 1, WEIGHT_LOG_MAX);
	struct ev_bits bits;
	uint32_t state[2];
	int count = 0;

	if (used < 0 || ev_bits_open(&bits, from + used, bytes - (size_t)used))
		return -EBADMSG;
	state[0] = ev_bits_take(&bits, fse.log);
	state[1] = ev_bits_take(&bits, fse.log);
	if (bits.left < 0)
		return -EBADMSG;
	for (int turn = 0; count < SYMBOLS - 2; turn ^= 1) {
		weights[count++] = step(&fse, &state[turn], &bits);
		if (bits.left < 0) {
			weights[count++] = fse.states[state[turn ^ 1]].symbol;
			return count;
		}
	}
	return -EBADMSG;
}

/* Adds the weight that is not written. */
static int complete(struct ev_huffman *huffman, uint8_t *weights, int count)
{
	uint32_t sum = 0, rest;

	for (int i = 0; i < count; i++) {
		if (weights[i] > WEIGHT_MAX)
			return -EBADMSG;
		sum += weights[i] ? 1u << (weights[i] - 1) : 0;
	}
	if (!sum || highest(sum) + 1 > EV_HUFFMAN_BITS_MAX)
		return -EBADMSG;
	huffman->log = highest(sum) + 1;
	rest = (1u << huffman->log) - sum;
	if (rest & (rest - 1))
		return -EBADMSG;
	weights[count] = (uint8_t)(highest(rest) + 1);
	return 0;
}

/* Long codes first: what has weight w has log + 1 - w bits, and fills 2^(w-1) places. */
static void fill(struct ev_huffman *huffman, const uint8_t *weights, int count)
{
	unsigned at = 0;

	for (unsigned weight = 1; weight <= huffman->log; weight++)
		for (int symbol = 0; symbol < count; symbol++)
			for (unsigned i = 0; weights[symbol] == weight && i < 1u << (weight - 1);
			     i++, at++) {
				huffman->codes[at].symbol = (uint8_t)symbol;
				huffman->codes[at].bits = (uint8_t)(huffman->log + 1 - weight);
			}
}

int64_t ev_huffman_read(struct ev_huffman *huffman, const uint8_t *from, size_t bytes)
{
	enum { PLAIN = 128 };
	uint8_t weights[SYMBOLS + 1] = { 0 };
	size_t used;
	int count;

	huffman->known = 0;
	if (!bytes)
		return -EBADMSG;
	count = from[0] < PLAIN ? 0 : from[0] - PLAIN + 1;
	used = 1 + (count ? ((size_t)count + 1) / 2 : from[0]);
	if (used > bytes)
		return -EBADMSG;
	for (int i = 0; i < count; i++)
		weights[i] = i & 1 ? from[1 + i / 2] & 15 : from[1 + i / 2] >> 4;
	if (!count)
		count = read_weights(from + 1, used - 1, weights);
	if (count < 0 || complete(huffman, weights, count))
		return -EBADMSG;
	fill(huffman, weights, count + 1);
	huffman->known = 1;
	return (int64_t)used;
}

int ev_huffman_expand(const struct ev_huffman *huffman, const uint8_t *from, size_t bytes,
		      uint8_t *to, size_t to_bytes)
{
	struct ev_bits bits;

	if (ev_bits_open(&bits, from, bytes))
		return -EBADMSG;
	for (size_t i = 0; i < to_bytes; i++) {
		uint32_t code = ev_bits_peek(&bits, huffman->log);

		to[i] = huffman->codes[code].symbol;
		bits.left -= huffman->codes[code].bits;
	}
	return bits.left ? -EBADMSG : 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef EVENT_ZSTD_TABLE_H
#define EVENT_ZSTD_TABLE_H
/*
 * The two entropy codes of the zstd format (RFC 8878, section 4): FSE, whose states say symbols,
 * and Huffman codes of at most 11 bits. Their tables stand in the data; nothing in them is trusted.
 * Both are read from streams of bits that begin at their last byte.
 */
#include <stddef.h>
#include <stdint.h>

enum {
	EV_FSE_LOG_MAX = 9,
	EV_FSE_SYMBOLS_MAX = 53,
	EV_HUFFMAN_BITS_MAX = 11,
};

/* A stream of bits that is read from its end. `left` bits are not read yet; below 0: more were
 * taken than there were, and those were zeros. */
struct ev_bits {
	const uint8_t *start;
	const uint8_t *end;
	int64_t left;
};

/* 0, or -EBADMSG: the last byte has no bit that marks the end. */
int ev_bits_open(struct ev_bits *bits, const uint8_t *start, size_t bytes);

/* The 56 bits or more that begin at bit `at`, lowest first. */
static inline uint64_t ev_bits_load(const struct ev_bits *bits, int64_t at)
{
	const uint8_t *from = bits->start + (at >> 3);
	uint64_t value = 0;
	unsigned i;

	if (bits->end - from >= 8)
		for (i = 0; i < 8; i++)
			value |= (uint64_t)from[i] << 8 * i;
	else
		for (i = 0; from + i < bits->end; i++)
			value |= (uint64_t)from[i] << 8 * i;
	return value >> (at & 7);
}

/* The next `count` bits (at most 32), not yet taken. */
static inline uint32_t ev_bits_peek(const struct ev_bits *bits, unsigned count)
{
	uint64_t mask = ((uint64_t)1 << count) - 1;
	int64_t at = bits->left - (int64_t)count;

	if (at >= 0)
		return (uint32_t)(ev_bits_load(bits, at) & mask);
	if (bits->left <= 0)
		return 0;
	return (uint32_t)(ev_bits_load(bits, 0) << -at & mask);
}

static inline uint32_t ev_bits_take(struct ev_bits *bits, unsigned count)
{
	uint32_t value = ev_bits_peek(bits, count);

	bits->left -= count;
	return value;
}

struct ev_fse_state {
	uint16_t base; /* of the next state, to which `bits` bits are added */
	uint8_t bits;
	uint8_t symbol;
};

struct ev_fse {
	unsigned log; /* its states are 2 to this power */
	int known;
	struct ev_fse_state states[1 << EV_FSE_LOG_MAX];
};

/* From how often each symbol occurs; -1: less than once. -EBADMSG when that does not add up. */
int ev_fse_build(struct ev_fse *fse, const int16_t *counts, unsigned symbols, unsigned log);
/* The same from its description: bytes used, or -EBADMSG. */
int64_t ev_fse_read(struct ev_fse *fse, const uint8_t *from, size_t bytes, unsigned symbols_max,
		    unsigned log_max);
/* One symbol only, and no bits. */
void ev_fse_one(struct ev_fse *fse, uint8_t symbol);

struct ev_huffman {
	unsigned log;
	int known;
	struct {
		uint8_t symbol;
		uint8_t bits;
	} codes[1 << EV_HUFFMAN_BITS_MAX];
};

/* Reads a tree's description: bytes used, or -EBADMSG. */
int64_t ev_huffman_read(struct ev_huffman *huffman, const uint8_t *from, size_t bytes);
/* Expands a stream to exactly `to_bytes`; -EBADMSG when it holds fewer or more. */
int ev_huffman_expand(const struct ev_huffman *huffman, const uint8_t *from, size_t bytes,
		      uint8_t *to, size_t to_bytes);

#endif

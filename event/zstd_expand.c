/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * A frame of the zstd format (RFC 8878), from the outside in:
 *
 *    frame      magic, header, blocks, perhaps a checksum
 *    block      raw, one byte repeated, or compressed
 *    compressed literals, then sequences: "so many literals, then so many bytes from so far back"
 *
 * Literals are raw, one byte repeated, or Huffman codes in one stream or four. A sequence is three
 * FSE symbols with extra bits. Tables may be those of the block before. The output is the window:
 * all of it is there, so a match reaches back into it directly.
 */
#include "event/zstd_expand.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "event/zstd_table.h"

enum { BLOCK_BYTES_MAX = 128 << 10, BLOCK_HEADER_BYTES = 3 };

/* The three symbols of a sequence. */
enum { LITERALS, OFFSET, MATCH, CODES };

struct ev_zstd {
	struct ev_huffman huffman;
	struct ev_fse fse[CODES];
	uint32_t recent[3]; /* offsets */
	uint8_t literals[BLOCK_BYTES_MAX];
	size_t literal_bytes;
	uint8_t *to; /* where the output stands */
	uint8_t *to_start;
	uint8_t *to_end;
};

/* Lengths that a code stands for: a base, and extra bits to add. */
struct length {
	uint32_t base;
	uint8_t bits;
};
/* Codes below 16 are the number of literals itself. */
static const struct length literal_lengths[] = {
	{ 16, 1 },    { 18, 1 },    { 20, 1 },	   { 22, 1 },	  { 24, 2 },
	{ 28, 2 },    { 32, 3 },    { 40, 3 },	   { 48, 4 },	  { 64, 6 },
	{ 128, 7 },   { 256, 8 },   { 512, 9 },	   { 1024, 10 },  { 2048, 11 },
	{ 4096, 12 }, { 8192, 13 }, { 16384, 14 }, { 32768, 15 }, { 65536, 16 },
};
/* Codes below 32 are 3 less than the length of the match. */
static const struct length match_lengths[] = {
	{ 35, 1 },     { 37, 1 },     { 39, 1 },     { 41, 1 },	   { 43, 2 },	 { 47, 2 },
	{ 51, 3 },     { 59, 3 },     { 67, 4 },     { 83, 4 },	   { 99, 5 },	 { 131, 7 },
	{ 259, 8 },    { 515, 9 },    { 1027, 10 },  { 2051, 11 }, { 4099, 12 }, { 8195, 13 },
	{ 16387, 14 }, { 32771, 15 }, { 65539, 16 },
};

/* The tables a block may name instead of bringing its own, and how large its own may be. */
static const struct {
	int16_t counts[EV_FSE_SYMBOLS_MAX];
	uint8_t symbols; /* of the table above */
	uint8_t log;
	uint8_t symbols_max;
	uint8_t log_max;
} codes[CODES] = {
	[LITERALS] = { { 4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1,  1,  2,  2,
			 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1 },
		       36,
		       6,
		       36,
		       9 },
	[OFFSET] = { { 1, 1, 1, 1, 1, 1, 2, 2, 2, 1,  1,  1,  1,  1, 1,
		       1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1 },
		     29,
		     5,
		     32,
		     8 },
	[MATCH] = { { 1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1,	1,  1,	1,  1,	1,  1, 1,
		      1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,	1,  1,	1,  1,	1,  1, 1,
		      1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1 },
		    53,
		    6,
		    53,
		    9 },
};

struct ev_zstd *ev_zstd_new(void)
{
	return calloc(1, sizeof(struct ev_zstd));
}

void ev_zstd_free(struct ev_zstd *zstd)
{
	free(zstd);
}

static uint64_t number(const uint8_t *from, unsigned bytes)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < bytes; i++)
		value |= (uint64_t)from[i] << 8 * i;
	return value;
}

/* What a literals section says of itself. */
struct literals {
	unsigned header_bytes;
	unsigned streams;
	size_t expanded;
	size_t stored;
};

enum { RAW = 0, REPEATED = 1, COMPRESSED = 2, TREELESS = 3 };

static void read_plain_header(const uint8_t *from, struct literals *ret)
{
	unsigned format = from[0] >> 2 & 3;
	unsigned shift = format & 1 ? 4 : 3;

	ret->header_bytes = format == 3 ? 3 : format == 1 ? 2 : 1;
	ret->expanded = (size_t)(number(from, ret->header_bytes) >> shift);
	ret->stored = (from[0] & 3) == RAW ? ret->expanded : 1;
	ret->streams = 1;
}

static void read_packed_header(const uint8_t *from, struct literals *ret)
{
	unsigned format = from[0] >> 2 & 3;
	unsigned bits = format == 3 ? 18 : format == 2 ? 14 : 10;
	uint64_t value;

	ret->header_bytes = (4 + 2 * bits) / 8;
	value = number(from, ret->header_bytes) >> 4;
	ret->expanded = (size_t)(value & ((1u << bits) - 1));
	ret->stored = (size_t)(value >> bits);
	ret->streams = format ? 4 : 1;
}

/* Four streams of equal length but the last; three sizes stand before them. */
static int expand_four(struct ev_zstd *zstd, const uint8_t *from, size_t bytes)
{
	enum { SIZES_BYTES = 6 };
	size_t each = (zstd->literal_bytes + 3) / 4, at = SIZES_BYTES;

	if (bytes < SIZES_BYTES || zstd->literal_bytes < 3 * each)
		return -EBADMSG;
	for (unsigned i = 0; i < 4; i++) {
		size_t room = i < 3 ? each : zstd->literal_bytes - 3 * each;
		size_t size = i < 3 ? number(from + i * 2, 2) : bytes - at;

		if (size > bytes - at || ev_huffman_expand(&zstd->huffman, from + at, size,
							   zstd->literals + i * each, room))
			return -EBADMSG;
		at += size;
	}
	return 0;
}

static int expand_huffman(struct ev_zstd *zstd, unsigned type, const struct literals *literals,
			  const uint8_t *from)
{
	int64_t used = 0;

	if (type == COMPRESSED)
		used = ev_huffman_read(&zstd->huffman, from, literals->stored);
	if (used < 0 || !zstd->huffman.known)
		return -EBADMSG;
	if (literals->streams == 4)
		return expand_four(zstd, from + used, literals->stored - (size_t)used);
	return ev_huffman_expand(&zstd->huffman, from + used, literals->stored - (size_t)used,
				 zstd->literals, zstd->literal_bytes);
}

/* Fills `literals`; bytes used, or -EBADMSG. */
static int64_t read_literals(struct ev_zstd *zstd, const uint8_t *from, size_t bytes)
{
	enum { HEADER_BYTES_MAX = 5 };
	uint8_t start[HEADER_BYTES_MAX] = { 0 };
	struct literals literals;
	unsigned type;

	memcpy(start, from, bytes < sizeof(start) ? bytes : sizeof(start));
	type = start[0] & 3;
	if (type <= REPEATED)
		read_plain_header(start, &literals);
	else
		read_packed_header(start, &literals);
	if (literals.expanded > BLOCK_BYTES_MAX || literals.header_bytes + literals.stored > bytes)
		return -EBADMSG;
	from += literals.header_bytes;
	zstd->literal_bytes = literals.expanded;
	if (type == RAW)
		memcpy(zstd->literals, from, literals.stored);
	else if (type == REPEATED)
		memset(zstd->literals, *from, literals.expanded);
	else if (expand_huffman(zstd, type, &literals, from))
		return -EBADMSG;
	return (int64_t)(literals.header_bytes + literals.stored);
}

/* The table of one of the three codes: bytes used, or -EBADMSG. */
static int64_t read_table(struct ev_zstd *zstd, int code, unsigned mode, const uint8_t *from,
			  size_t bytes)
{
	enum { DEFAULT = 0, ONE = 1, DESCRIBED = 2 };
	struct ev_fse *fse = &zstd->fse[code];

	if (mode == DEFAULT)
		return ev_fse_build(fse, codes[code].counts, codes[code].symbols, codes[code].log);
	if (mode == DESCRIBED)
		return ev_fse_read(fse, from, bytes, codes[code].symbols_max, codes[code].log_max);
	if (mode != ONE)
		return fse->known ? 0 : -EBADMSG;
	if (!bytes || *from >= codes[code].symbols_max)
		return -EBADMSG;
	ev_fse_one(fse, *from);
	return 1;
}

static uint32_t take_length(struct ev_bits *bits, unsigned code, const struct length *lengths,
			    unsigned plain)
{
	if (code < plain)
		return code;
	return lengths[code - plain].base + ev_bits_take(bits, lengths[code - plain].bits);
}

/* An offset of 1 to 3 names a recent one; which, depends on whether literals come before. */
static uint32_t recall(struct ev_zstd *zstd, uint64_t value, int no_literals)
{
	uint32_t *recent = zstd->recent;
	unsigned which = (unsigned)value - 1 + (unsigned)no_literals;
	uint32_t offset;

	if (value > 3)
		offset = (uint32_t)(value - 3);
	else
		offset = which == 3 ? recent[0] - 1 : recent[which];
	if (value > 3 || which > 1)
		recent[2] = recent[1];
	if (value > 3 || which > 0)
		recent[1] = recent[0];
	recent[0] = offset;
	return offset;
}

/* Literals, then bytes from `offset` back; these may overlap what they make. */
static int copy(struct ev_zstd *zstd, const uint8_t **literals, size_t literal_bytes,
		uint32_t offset, size_t match_bytes)
{
	size_t left = (size_t)(zstd->literals + zstd->literal_bytes - *literals);
	const uint8_t *from;

	if (literal_bytes > left || literal_bytes + match_bytes > (size_t)(zstd->to_end - zstd->to))
		return -EBADMSG;
	memcpy(zstd->to, *literals, literal_bytes);
	*literals += literal_bytes;
	zstd->to += literal_bytes;
	if (!match_bytes)
		return 0;
	if (!offset || offset > (size_t)(zstd->to - zstd->to_start))
		return -EBADMSG;
	from = zstd->to - offset;
	if (offset >= match_bytes)
		memcpy(zstd->to, from, match_bytes);
	else
		for (size_t i = 0; i < match_bytes; i++)
			zstd->to[i] = from[i];
	zstd->to += match_bytes;
	return 0;
}

static void next_state(struct ev_zstd *zstd, int code, uint32_t *state, struct ev_bits *bits)
{
	const struct ev_fse_state *at = &zstd->fse[code].states[*state];

	*state = at->base + ev_bits_take(bits, at->bits);
}

static int run_sequences(struct ev_zstd *zstd, struct ev_bits *bits, unsigned count,
			 const uint8_t **literals)
{
	uint32_t states[CODES];

	for (int code = 0; code < CODES; code++)
		states[code] = ev_bits_take(bits, zstd->fse[code].log);
	while (count--) {
		unsigned symbols[CODES];
		uint32_t literal_bytes, match_bytes, offset;
		uint64_t value;

		for (int code = 0; code < CODES; code++)
			symbols[code] = zstd->fse[code].states[states[code]].symbol;
		value = ((uint64_t)1 << symbols[OFFSET]) + ev_bits_take(bits, symbols[OFFSET]);
		match_bytes = take_length(bits, symbols[MATCH], match_lengths, 32);
		match_bytes += symbols[MATCH] < 32 ? 3 : 0;
		literal_bytes = take_length(bits, symbols[LITERALS], literal_lengths, 16);
		offset = recall(zstd, value, !literal_bytes);
		if (count) {
			next_state(zstd, LITERALS, &states[LITERALS], bits);
			next_state(zstd, MATCH, &states[MATCH], bits);
			next_state(zstd, OFFSET, &states[OFFSET], bits);
		}
		if (bits->left < 0 || copy(zstd, literals, literal_bytes, offset, match_bytes))
			return -EBADMSG;
	}
	return bits->left ? -EBADMSG : 0;
}

/* How many sequences; bytes used, or -EBADMSG. */
static int64_t read_count(const uint8_t *from, size_t bytes, unsigned *ret_count)
{
	size_t used = !bytes ? 4 : from[0] < 128 ? 1 : from[0] < 255 ? 2 : 3;

	if (used > bytes)
		return -EBADMSG;
	*ret_count = used == 1	 ? from[0]
		     : used == 2 ? ((unsigned)(from[0] - 128) << 8) + from[1]
				 : from[1] + ((unsigned)from[2] << 8) + 0x7f00;
	return (int64_t)used;
}

static int read_sequences(struct ev_zstd *zstd, const uint8_t *from, size_t bytes)
{
	const uint8_t *end = from + bytes, *literals = zstd->literals;
	struct ev_bits bits;
	unsigned count, modes;
	int64_t used = read_count(from, bytes, &count);

	if (used < 0)
		return -EBADMSG;
	from += used;
	if (count) {
		if (from == end || *from & 3)
			return -EBADMSG;
		modes = *from++;
		for (int code = 0; code < CODES; code++, from += used) {
			used = read_table(zstd, code, modes >> (6 - 2 * code) & 3, from,
					  (size_t)(end - from));
			if (used < 0)
				return -EBADMSG;
		}
		if (ev_bits_open(&bits, from, (size_t)(end - from)) ||
		    run_sequences(zstd, &bits, count, &literals))
			return -EBADMSG;
	} else if (from != end) {
		return -EBADMSG;
	}
	return copy(zstd, &literals, (size_t)(zstd->literals + zstd->literal_bytes - literals), 0,
		    0);
}

static int expand_block(struct ev_zstd *zstd, unsigned type, const uint8_t *from, size_t bytes)
{
	size_t room = (size_t)(zstd->to_end - zstd->to);
	int64_t used;

	if (type == COMPRESSED) {
		used = bytes && bytes <= BLOCK_BYTES_MAX ? read_literals(zstd, from, bytes)
							 : -EBADMSG;
		return used < 0 ? -EBADMSG
				: read_sequences(zstd, from + used, bytes - (size_t)used);
	}
	if (type > COMPRESSED || bytes > room)
		return -EBADMSG;
	if (type == RAW)
		memcpy(zstd->to, from, bytes);
	else
		memset(zstd->to, *from, bytes);
	zstd->to += bytes;
	return 0;
}

/* Bytes of the frame's header, or -EBADMSG. */
static int64_t read_header(const uint8_t *from, size_t bytes, size_t to_bytes)
{
	enum { MAGIC = 0xfd2fb528u, FIXED_BYTES = 5, SINGLE = 0x20, RESERVED = 8 };
	static const uint8_t size_bytes[] = { 0, 2, 4, 8 };
	unsigned flags, size_at, size;
	uint64_t said;

	if (bytes < FIXED_BYTES || number(from, 4) != MAGIC)
		return -EBADMSG;
	flags = from[4];
	/* A dictionary is not among the things a trace has. */
	if (flags & (RESERVED | 3))
		return -EBADMSG;
	size_at = FIXED_BYTES + !(flags & SINGLE);
	size = size_bytes[flags >> 6];
	if (!size && flags & SINGLE)
		size = 1;
	if (size_at + size > bytes)
		return -EBADMSG;
	said = number(from + size_at, size) + (size == 2 ? 256 : 0);
	return size && said != to_bytes ? -EBADMSG : (int64_t)(size_at + size);
}

int ev_zstd_expand(struct ev_zstd *zstd, const uint8_t *from, size_t from_bytes, uint8_t *to,
		   size_t to_bytes)
{
	enum { CHECKSUM = 4, CHECKSUM_BYTES = 4 };
	int64_t used = read_header(from, from_bytes, to_bytes);
	const uint8_t *end = from + from_bytes;
	unsigned flags, last = 0;

	if (used < 0)
		return -EBADMSG;
	flags = from[4];
	from += used;
	zstd->to = zstd->to_start = to;
	zstd->to_end = to + to_bytes;
	zstd->huffman.known = 0;
	for (int code = 0; code < CODES; code++)
		zstd->fse[code].known = 0;
	memcpy(zstd->recent, (uint32_t[]){ 1, 4, 8 }, sizeof(zstd->recent));
	while (!last) {
		unsigned header, type;
		size_t size;

		if (end - from < BLOCK_HEADER_BYTES)
			return -EBADMSG;
		header = (unsigned)number(from, BLOCK_HEADER_BYTES);
		last = header & 1;
		type = header >> 1 & 3;
		size = header >> 3;
		from += BLOCK_HEADER_BYTES;
		if ((type == REPEATED ? 1 : size) > (size_t)(end - from) ||
		    expand_block(zstd, type, from, size))
			return -EBADMSG;
		from += type == REPEATED ? 1 : size;
	}
	return end - from == (flags & CHECKSUM ? CHECKSUM_BYTES : 0) && zstd->to == zstd->to_end
		       ? 0
		       : -EBADMSG;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Blocks through zlib: a raw deflate stream, without zlib's own header and checksum, because blocks
 * have theirs. Where a column ends the encoder begins a new deflate block, which has its own
 * Huffman codes; a reader needs to know nothing about it.
 *
 * Level 1, as with zstd: the columns leave little for a longer search to find.
 */
#include "event/codec_method.h"

#include <errno.h>
#include <stdlib.h>
#include <zlib.h>

enum {
	LEVEL = 1,
	MEMORY_LEVEL = 8,
	WINDOW_BITS = -15, /* below 0: a raw stream */
	CUT_BYTES = 16,	   /* what the end of a deflate block may cost */
};

struct zlib {
	z_stream pack;
	z_stream unpack;
	int can_pack;
	int can_unpack;
};

static struct zlib *state_of(void **state)
{
	if (!*state)
		*state = calloc(1, sizeof(struct zlib));
	return *state;
}

static void done(void *state)
{
	struct zlib *zlib = state;

	if (!zlib)
		return;
	if (zlib->can_pack)
		deflateEnd(&zlib->pack);
	if (zlib->can_unpack)
		inflateEnd(&zlib->unpack);
	free(zlib);
}

static size_t bound(size_t bytes, size_t cut_count)
{
	return compressBound((uLong)bytes) + cut_count * CUT_BYTES;
}

static int start_pack(struct zlib *zlib)
{
	if (!zlib)
		return -ENOMEM;
	if (zlib->can_pack)
		return deflateReset(&zlib->pack) == Z_OK ? 0 : -EINVAL;
	if (deflateInit2(&zlib->pack, LEVEL, Z_DEFLATED, WINDOW_BITS, MEMORY_LEVEL,
			 Z_DEFAULT_STRATEGY) != Z_OK)
		return -ENOMEM;
	zlib->can_pack = 1;
	return 0;
}

static int64_t pack(void **state, const struct ev_pieces *from, uint8_t *to, size_t to_bytes)
{
	struct zlib *zlib = state_of(state);
	size_t at = 0;
	int err = start_pack(zlib);

	if (err)
		return err;
	zlib->pack.next_out = to;
	zlib->pack.avail_out = (uInt)to_bytes;
	for (size_t i = 0; i <= from->cut_count; i++) {
		int last = i == from->cut_count;
		size_t end = last ? from->bytes : from->cuts[i];

		zlib->pack.next_in = (Bytef *)(uintptr_t)(from->data + at);
		zlib->pack.avail_in = (uInt)(end - at);
		at = end;
		err = deflate(&zlib->pack, last ? Z_FINISH : Z_BLOCK);
		if (last ? err != Z_STREAM_END : zlib->pack.avail_in || !zlib->pack.avail_out)
			return -ENOSPC;
	}
	return (int64_t)(to_bytes - zlib->pack.avail_out);
}

static int start_unpack(struct zlib *zlib)
{
	if (!zlib)
		return -ENOMEM;
	if (zlib->can_unpack)
		return inflateReset(&zlib->unpack) == Z_OK ? 0 : -EINVAL;
	if (inflateInit2(&zlib->unpack, WINDOW_BITS) != Z_OK)
		return -ENOMEM;
	zlib->can_unpack = 1;
	return 0;
}

static int unpack(void **state, const uint8_t *from, size_t from_bytes, uint8_t *to,
		  size_t to_bytes)
{
	struct zlib *zlib = state_of(state);
	int err = start_unpack(zlib);

	if (err)
		return err;
	zlib->unpack.next_in = (Bytef *)(uintptr_t)from;
	zlib->unpack.avail_in = (uInt)from_bytes;
	zlib->unpack.next_out = to;
	zlib->unpack.avail_out = (uInt)to_bytes;
	err = inflate(&zlib->unpack, Z_FINISH);
	if (err == Z_MEM_ERROR)
		return -ENOMEM;
	return err == Z_STREAM_END && !zlib->unpack.avail_out && !zlib->unpack.avail_in ? 0
											: -EBADMSG;
}

const struct ev_codec_method ev_codec_zlib = {
	.bound = bound, .pack = pack, .unpack = unpack, .done = done
};

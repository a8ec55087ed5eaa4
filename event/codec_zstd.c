/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Blocks through zstd. One block of ours is one zstd frame, but the encoder is flushed where one
 * column ends and the next begins: that ends a zstd block, and each zstd block has its own Huffman
 * table. So the low bytes of times and the indices of tags never share statistics, which is worth
 * about a tenth of the file, and a reader needs to know nothing about it.
 *
 * Level 1: the columns leave little for a longer search to find, and recording must stay cheap.
 */
#include "event/codec_method.h"

#include <errno.h>
#include <stdlib.h>
#include <zstd.h>

enum {
	LEVEL = 1,
	CUT_BYTES = 16, /* what a flush may cost: a block header and part of a table */
};

struct zstd {
	ZSTD_CCtx *pack;
	ZSTD_DCtx *unpack;
};

static struct zstd *state_of(void **state)
{
	if (!*state)
		*state = calloc(1, sizeof(struct zstd));
	return *state;
}

static void done(void *state)
{
	struct zstd *zstd = state;

	if (!zstd)
		return;
	ZSTD_freeCCtx(zstd->pack);
	ZSTD_freeDCtx(zstd->unpack);
	free(zstd);
}

static size_t bound(size_t bytes, size_t cut_count)
{
	return ZSTD_compressBound(bytes) + cut_count * CUT_BYTES;
}

static int start(struct zstd *zstd, size_t bytes)
{
	if (zstd && !zstd->pack)
		zstd->pack = ZSTD_createCCtx();
	if (!zstd || !zstd->pack)
		return -ENOMEM;
	ZSTD_CCtx_reset(zstd->pack, ZSTD_reset_session_only);
	ZSTD_CCtx_setParameter(zstd->pack, ZSTD_c_compressionLevel, LEVEL);
	ZSTD_CCtx_setPledgedSrcSize(zstd->pack, bytes);
	return 0;
}

static int64_t pack(void **state, const struct ev_pieces *from, uint8_t *to, size_t to_bytes)
{
	struct zstd *zstd = state_of(state);
	ZSTD_inBuffer in = { .src = from->data };
	ZSTD_outBuffer out = { .dst = to, .size = to_bytes };

	if (start(zstd, from->bytes) < 0)
		return -ENOMEM;
	for (size_t i = 0; i <= from->cut_count; i++) {
		int last = i == from->cut_count;

		in.size = last ? from->bytes : from->cuts[i];
		if (ZSTD_compressStream2(zstd->pack, &out, &in, last ? ZSTD_e_end : ZSTD_e_flush))
			return -ENOSPC; /* an error, or no room */
	}
	return (int64_t)out.pos;
}

static int unpack(void **state, const uint8_t *from, size_t from_bytes, uint8_t *to,
		  size_t to_bytes)
{
	struct zstd *zstd = state_of(state);

	if (zstd && !zstd->unpack)
		zstd->unpack = ZSTD_createDCtx();
	if (!zstd || !zstd->unpack)
		return -ENOMEM;
	return ZSTD_decompressDCtx(zstd->unpack, to, to_bytes, from, from_bytes) == to_bytes
		       ? 0
		       : -EBADMSG;
}

const struct ev_codec_method ev_codec_zstd = {
	.bound = bound, .pack = pack, .unpack = unpack, .done = done
};

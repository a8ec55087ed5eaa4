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
#include "event/codec.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

enum {
	LEVEL = 1,
	CUT_BYTES = 16, /* what a flush may cost: a block header and part of a table */
};

struct ev_codec_state {
	ZSTD_CCtx *pack;
	ZSTD_DCtx *unpack;
};

int ev_codec_knows(uint8_t codec)
{
	return codec == EV_CODEC_NONE || codec == EV_CODEC_ZSTD;
}

struct ev_codec_state *ev_codec_new(void)
{
	return calloc(1, sizeof(struct ev_codec_state));
}

void ev_codec_free(struct ev_codec_state *state)
{
	if (!state)
		return;
	ZSTD_freeCCtx(state->pack);
	ZSTD_freeDCtx(state->unpack);
	free(state);
}

size_t ev_codec_bound(uint8_t codec, size_t bytes, size_t cut_count)
{
	return codec == EV_CODEC_NONE ? bytes : ZSTD_compressBound(bytes) + cut_count * CUT_BYTES;
}

/* Contexts are made when first needed: a writer never expands, a reader never packs. */
static int start(struct ev_codec_state *state, size_t bytes)
{
	if (!state->pack)
		state->pack = ZSTD_createCCtx();
	if (!state->pack)
		return -ENOMEM;
	ZSTD_CCtx_reset(state->pack, ZSTD_reset_session_only);
	ZSTD_CCtx_setParameter(state->pack, ZSTD_c_compressionLevel, LEVEL);
	ZSTD_CCtx_setPledgedSrcSize(state->pack, bytes);
	return 0;
}

int64_t ev_codec_pack(struct ev_codec_state *state, uint8_t codec, const struct ev_pieces *from,
		      uint8_t *to, size_t to_bytes)
{
	ZSTD_inBuffer in = { .src = from->data };
	ZSTD_outBuffer out = { .dst = to, .size = to_bytes };

	if (codec == EV_CODEC_NONE) {
		if (to_bytes < from->bytes)
			return -ENOSPC;
		memcpy(to, from->data, from->bytes);
		return (int64_t)from->bytes;
	}
	if (start(state, from->bytes) < 0)
		return -ENOMEM;
	for (size_t i = 0; i <= from->cut_count; i++) {
		int last = i == from->cut_count;

		in.size = last ? from->bytes : from->cuts[i];
		if (ZSTD_compressStream2(state->pack, &out, &in, last ? ZSTD_e_end : ZSTD_e_flush))
			return -ENOSPC; /* an error, or no room */
	}
	return (int64_t)out.pos;
}

int ev_codec_unpack(struct ev_codec_state *state, uint8_t codec, const uint8_t *from,
		    size_t from_bytes, uint8_t *to, size_t to_bytes)
{
	if (codec == EV_CODEC_NONE) {
		if (from_bytes != to_bytes)
			return -EBADMSG;
		memcpy(to, from, from_bytes);
		return 0;
	}
	if (!state->unpack)
		state->unpack = ZSTD_createDCtx();
	if (!state->unpack)
		return -ENOMEM;
	return ZSTD_decompressDCtx(state->unpack, to, to_bytes, from, from_bytes) == to_bytes
		       ? 0
		       : -EBADMSG;
}

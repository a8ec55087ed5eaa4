/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The codec where there is no zstd: blocks are stored as they are packed, and a compressed block is
 * refused by the reader, which asks ev_codec_knows first.
 */
#include "event/codec.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct ev_codec_state {
	char unused;
};

int ev_codec_knows(uint8_t codec)
{
	return codec == EV_CODEC_NONE;
}

struct ev_codec_state *ev_codec_new(void)
{
	return calloc(1, sizeof(struct ev_codec_state));
}

void ev_codec_free(struct ev_codec_state *state)
{
	free(state);
}

size_t ev_codec_bound(uint8_t codec, size_t bytes, size_t cut_count)
{
	(void)codec;
	(void)cut_count;
	return bytes;
}

int64_t ev_codec_pack(struct ev_codec_state *state, uint8_t codec, const struct ev_pieces *from,
		      uint8_t *to, size_t to_bytes)
{
	(void)state;
	if (codec != EV_CODEC_NONE)
		return -ENOTSUP;
	if (to_bytes < from->bytes)
		return -ENOSPC;
	memcpy(to, from->data, from->bytes);
	return (int64_t)from->bytes;
}

int ev_codec_unpack(struct ev_codec_state *state, uint8_t codec, const uint8_t *from,
		    size_t from_bytes, uint8_t *to, size_t to_bytes)
{
	(void)state;
	if (codec != EV_CODEC_NONE)
		return -ENOTSUP;
	if (from_bytes != to_bytes)
		return -EBADMSG;
	memcpy(to, from, from_bytes);
	return 0;
}

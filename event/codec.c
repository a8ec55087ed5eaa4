/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* From a codec's number to the functions that do it; "none" is done here. */
#include "event/codec.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "event/codec_method.h"

static const struct {
	const char *name;
	const struct ev_codec_method *method; /* NULL: bytes are stored as they are */
} codecs[] = {
	[EV_CODEC_NONE] = { "none", NULL },
	[EV_CODEC_ZSTD] = { "zstd", &ev_codec_zstd },
	[EV_CODEC_ZLIB] = { "zlib", &ev_codec_zlib },
};
enum { CODECS = sizeof(codecs) / sizeof(codecs[0]) };

struct ev_codec_state {
	void *of[CODECS];
};

int ev_codec_knows(uint8_t codec)
{
	return codec < CODECS && (!codecs[codec].method || codecs[codec].method->unpack);
}

int ev_codec_packs(uint8_t codec)
{
	return codec < CODECS && (!codecs[codec].method || codecs[codec].method->pack);
}

enum ev_codec ev_codec_best(void)
{
	return ev_codec_packs(EV_CODEC_ZSTD)   ? EV_CODEC_ZSTD
	       : ev_codec_packs(EV_CODEC_ZLIB) ? EV_CODEC_ZLIB
					       : EV_CODEC_NONE;
}

const char *ev_codec_name(uint8_t codec)
{
	return codec < CODECS ? codecs[codec].name : "unknown";
}

struct ev_codec_state *ev_codec_new(void)
{
	return calloc(1, sizeof(struct ev_codec_state));
}

void ev_codec_free(struct ev_codec_state *state)
{
	for (size_t i = 0; state && i < CODECS; i++)
		if (codecs[i].method)
			codecs[i].method->done(state->of[i]);
	free(state);
}

size_t ev_codec_bound(uint8_t codec, size_t bytes, size_t cut_count)
{
	return codecs[codec].method ? codecs[codec].method->bound(bytes, cut_count) : bytes;
}

int64_t ev_codec_pack(struct ev_codec_state *state, uint8_t codec, const struct ev_pieces *from,
		      uint8_t *to, size_t to_bytes)
{
	if (!ev_codec_packs(codec))
		return -ENOTSUP;
	if (codecs[codec].method)
		return codecs[codec].method->pack(&state->of[codec], from, to, to_bytes);
	if (to_bytes < from->bytes)
		return -ENOSPC;
	memcpy(to, from->data, from->bytes);
	return (int64_t)from->bytes;
}

int ev_codec_unpack(struct ev_codec_state *state, uint8_t codec, const uint8_t *from,
		    size_t from_bytes, uint8_t *to, size_t to_bytes)
{
	if (!ev_codec_knows(codec))
		return -ENOTSUP;
	if (codecs[codec].method)
		return codecs[codec].method->unpack(&state->of[codec], from, from_bytes, to,
						    to_bytes);
	if (from_bytes != to_bytes)
		return -EBADMSG;
	memcpy(to, from, from_bytes);
	return 0;
}

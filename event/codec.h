/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef EVENT_CODEC_H
#define EVENT_CODEC_H
/*
 * Compresses and expands the bodies of blocks. Every build expands what every other can write; what
 * it can pack depends on the libraries it was built with (codec_method.h).
 */
#include <stddef.h>
#include <stdint.h>

#include "event/writer.h"

struct ev_codec_state;

/* Can this build expand it? */
int ev_codec_knows(uint8_t codec);
/* "zstd"; "unknown" for a number that is no codec's. */
const char *ev_codec_name(uint8_t codec);
/* NULL: out of memory. One state serves both directions. */
struct ev_codec_state *ev_codec_new(void);
void ev_codec_free(struct ev_codec_state *state);

/* Most bytes that ev_codec_pack can store for `bytes`. */
size_t ev_codec_bound(uint8_t codec, size_t bytes, size_t cut_count);
/*
 * Returns stored bytes or negative errno. `cuts` are ascending offsets in `from` at which the kind
 * of data changes: statistics do not carry over.
 */
struct ev_pieces {
	const uint8_t *data;
	size_t bytes;
	const uint32_t *cuts;
	size_t cut_count;
};
int64_t ev_codec_pack(struct ev_codec_state *state, uint8_t codec, const struct ev_pieces *from,
		      uint8_t *to, size_t to_bytes);
/* Expands to exactly `to_bytes`, else -EBADMSG. */
int ev_codec_unpack(struct ev_codec_state *state, uint8_t codec, const uint8_t *from,
		    size_t from_bytes, uint8_t *to, size_t to_bytes);

#endif

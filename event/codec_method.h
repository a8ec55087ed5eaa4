/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef EVENT_CODEC_METHOD_H
#define EVENT_CODEC_METHOD_H
/*
 * One codec. The build picks, for zstd, codec_zstd.c (the library) or codec_zstd_expand.c (no
 * library: expands only), and for zlib, codec_zlib.c or codec_zlib_absent.c.
 *
 * A state is made when it is first needed: a writer never expands, a reader never packs.
 */
#include "event/codec.h"

struct ev_codec_method {
	size_t (*bound)(size_t bytes, size_t cut_count);
	/* NULL: this build cannot. */
	int64_t (*pack)(void **state, const struct ev_pieces *from, uint8_t *to, size_t to_bytes);
	int (*unpack)(void **state, const uint8_t *from, size_t from_bytes, uint8_t *to,
		      size_t to_bytes);
	void (*done)(void *state); /* also of NULL */
};

extern const struct ev_codec_method ev_codec_zstd, ev_codec_zlib;

#endif

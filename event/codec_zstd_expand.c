/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* zstd where its library is not: reads every trace, writes none (zstd_expand.h). */
#include "event/codec_method.h"

#include <errno.h>

#include "event/zstd_expand.h"

static size_t bound(size_t bytes, size_t cut_count)
{
	(void)cut_count;
	return bytes;
}

static int unpack(void **state, const uint8_t *from, size_t from_bytes, uint8_t *to,
		  size_t to_bytes)
{
	if (!*state)
		*state = ev_zstd_new();
	if (!*state)
		return -ENOMEM;
	return ev_zstd_expand(*state, from, from_bytes, to, to_bytes);
}

static void done(void *state)
{
	ev_zstd_free(state);
}

const struct ev_codec_method ev_codec_zstd = { .bound = bound, .unpack = unpack, .done = done };

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The codecs: the first byte says which, the next two how many bytes should come out. Our own zstd
 * decoder gets the same bytes as the library; where both accept them, both must say the same.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "event/codec.h"
#include "event/zstd_expand.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static int expand_own(const uint8_t *from, size_t from_bytes, uint8_t *to, size_t to_bytes)
{
	struct ev_zstd *zstd = ev_zstd_new();
	int err = ev_zstd_expand(zstd, from, from_bytes, to, to_bytes);

	ev_zstd_free(zstd);
	return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	struct ev_codec_state *state = ev_codec_new();
	uint8_t *own, *to;
	size_t room;
	int err, own_err;

	if (bytes >= 3) {
		room = data[1] | (size_t)data[2] << 8;
		own = malloc(room + 1);
		to = malloc(room + 1);
		own_err = expand_own(data + 3, bytes - 3, own, room);
		err = ev_codec_unpack(state, data[0] % 3, data + 3, bytes - 3, to, room);
		if (data[0] % 3 == EV_CODEC_ZSTD && !err && !own_err && memcmp(own, to, room))
			abort();
		free(own);
		free(to);
	}
	ev_codec_free(state);
	return 0;
}

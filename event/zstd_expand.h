/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef EVENT_ZSTD_EXPAND_H
#define EVENT_ZSTD_EXPAND_H
/*
 * Expands a zstd frame without the zstd library: what a build without it (Windows, where Debian has
 * none) needs to read a trace that was compressed with it.
 */
#include <stddef.h>
#include <stdint.h>

struct ev_zstd;

struct ev_zstd *ev_zstd_new(void); /* NULL: out of memory */
void ev_zstd_free(struct ev_zstd *zstd);
/* Expands one frame to exactly `to_bytes`, else -EBADMSG. Never reads or writes outside. A checksum
 * in the frame is not looked at: blocks have their own. */
int ev_zstd_expand(struct ev_zstd *zstd, const uint8_t *from, size_t from_bytes, uint8_t *to,
		   size_t to_bytes);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef EVENT_WRITER_H
#define EVENT_WRITER_H
/*
 * Writes a trace: events gather in a block, a full block is coded in columns, compressed and
 * written with one write. After a crash every block that was written is readable. Layout:
 * docs/format.md.
 */
#include <stddef.h>
#include <stdint.h>

#include "event/error.h"
#include "event/record.h"

struct ev_writer;

enum ev_codec { EV_CODEC_NONE = 0, EV_CODEC_ZSTD = 1, EV_CODEC_ZLIB = 2 };
/* Can this build write it? And which of those that it can makes the smallest files? */
int ev_codec_packs(uint8_t codec);
enum ev_codec ev_codec_best(void);

/* `fd` stays the caller's. The file header is written at once. */
int ev_writer_new(struct ev_writer **ret_writer, int fd, const char *name, enum ev_codec codec,
		  struct ev_error *why);
/* Frees without writing what is not yet flushed. */
void ev_writer_free(struct ev_writer *writer);

/* Adds one event. Times must not go back; one that does is moved up to the last and counted (LOST,
 * late). */
int ev_writer_event(struct ev_writer *writer, const struct ev_header *event, struct ev_error *why);
/* Writes the block that is being filled, if it has events: call it from time to time on a live
 * stream. */
int ev_writer_flush(struct ev_writer *writer, struct ev_error *why);

struct ev_writer_stats {
	uint64_t events;
	uint64_t blocks;
	uint64_t stored_bytes;
	uint64_t packed_bytes;	/* after column coding, before compression */
	uint64_t stored_events; /* of `events`: in blocks written to their last byte */
};
void ev_writer_stats(const struct ev_writer *writer, struct ev_writer_stats *ret_stats);

#endif

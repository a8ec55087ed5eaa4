/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef EVENT_READER_STATE_H
#define EVENT_READER_STATE_H
/*
 * A reader from the inside: reader.c goes from block to block, reader_seek.c knows where they are.
 * Only those two include this.
 */
#include "event/block.h"
#include "event/codec.h"
#include "event/crc32c.h"
#include "event/input.h"
#include "event/reader.h"
#include "event/trace_file.h"

enum { EV_READER_LOST_MAX = 4 }; /* losses waiting to be handed out */

/* Where a block is and what its header says. */
struct ev_reader_block {
	uint64_t offset;
	uint64_t first_ns;
	uint64_t last_ns;
	uint64_t flags; /* EV_BLOCK_* */
};

struct ev_reader {
	struct ev_input input;
	struct ev_crc32c crc;
	struct ev_codec_state *codec_state;
	struct ev_block_view *view;
	uint8_t *body;
	size_t body_capacity;
	int headed;   /* the file header was read */
	int in_block; /* `view` may have events */

	/* The order of blocks. */
	uint64_t next_sequence;
	int any_sequence; /* after a move, whatever comes is right */

	/* A damaged place is being searched for the next block. */
	int searching;
	int short_block;	  /* it began with a block that the end cuts off */
	uint64_t searching_count; /* events of the block it began with; 0: not known */

	/* After a seek: definitions of blocks before the target, then the target. */
	struct ev_reader_block *blocks;
	size_t block_count;
	size_t block_capacity;
	uint64_t indexed_to; /* offset behind the last block in `blocks` */
	size_t replay_at;
	size_t replay_end;
	int replaying;
	int only_definitions; /* of the block in `view` */

	struct ev_lost lost[EV_READER_LOST_MAX];
	uint32_t lost_count;
	uint32_t lost_given;
	uint64_t last_ns; /* of the last event */
	struct ev_reader_stats stats;
	char name[256];
};

/* Finds the next good header at or behind the window's place: 1, and the window stands on it; 0 at
 * the end; negative errno. Damage on the way is counted in `searching`. */
int ev_reader_find(struct ev_reader *reader, struct ev_block_header *header, struct ev_error *why);
/* Reads the file header if that is still to be done: 1; negative errno. */
int ev_reader_head(struct ev_reader *reader, struct ev_error *why);
/* During a replay: moves the window to the next block to read. */
int ev_reader_replay(struct ev_reader *reader, struct ev_error *why);

#endif

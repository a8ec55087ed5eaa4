/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Moving about in a trace that is a file. Block headers say when a block begins and ends, so an
 * index of them is built by hopping from header to header, without reading what lies between; it
 * grows with the file when that is still being written.
 *
 * A reader that starts in the middle would not know whose queue 7 is. So after a seek the blocks
 * before the target that carry definitions (a flag in their header) are read again and only their
 * definitions are handed out; then the target follows whole.
 */
#include <errno.h>
#include <stdlib.h>

#include "event/reader_state.h"

static int add_block(struct ev_reader *reader, const struct ev_block_header *header,
		     uint64_t offset)
{
	struct ev_reader_block *blocks = reader->blocks;

	if (reader->block_count == reader->block_capacity) {
		size_t capacity = reader->block_capacity ? 2 * reader->block_capacity : 256;

		blocks = realloc(blocks, capacity * sizeof(*blocks));
		if (!blocks)
			return -ENOMEM;
		reader->blocks = blocks;
		reader->block_capacity = capacity;
	}
	blocks[reader->block_count++] = (struct ev_reader_block){
		.offset = offset,
		.first_ns = header->first_ns,
		.last_ns = header->last_ns,
		.flags = header->flags,
	};
	return 0;
}

/* Brings the index up to date. The window is elsewhere afterwards. */
static int index_blocks(struct ev_reader *reader, struct ev_error *why)
{
	struct ev_block_header header;
	int found;

	for (;;) {
		uint64_t offset;

		found = ev_input_move(&reader->input, reader->indexed_to, why);
		if (found >= 0)
			found = ev_reader_find(reader, &header, why);
		reader->searching = 0; /* damage is told when events are read */
		if (found <= 0)
			return found;
		offset = ev_input_offset(&reader->input);
		if (add_block(reader, &header, offset) < 0)
			return ev_fail(why, -ENOMEM, "%s: out of memory", reader->name);
		reader->indexed_to = offset + header.header_bytes + header.stored_bytes;
	}
}

/* The same for callers that go on reading where they were. */
static int index_and_return(struct ev_reader *reader, struct ev_error *why)
{
	uint64_t here = ev_input_offset(&reader->input);
	int searching = reader->searching, err, back;

	if (reader->input.start < 0)
		return ev_fail(why, -ESPIPE, "%s: a pipe has no known span; save it to a file",
			       reader->name);
	err = ev_reader_head(reader, why);
	if (err < 0)
		return err;
	if (here < ev_input_offset(&reader->input))
		here = ev_input_offset(&reader->input);
	err = index_blocks(reader, why);
	back = ev_input_move(&reader->input, here, why);
	reader->searching = searching;
	return err < 0 ? err : back;
}

int ev_reader_span(struct ev_reader *reader, uint64_t *ret_first_ns, uint64_t *ret_last_ns,
		   struct ev_error *why)
{
	int err = index_and_return(reader, why);

	if (err < 0)
		return err;
	if (!reader->block_count)
		return ev_fail(why, -ENODATA, "%s: holds no events", reader->name);
	*ret_first_ns = reader->blocks[0].first_ns;
	*ret_last_ns = reader->blocks[reader->block_count - 1].last_ns;
	return 0;
}

int ev_reader_seek(struct ev_reader *reader, uint64_t time_ns, struct ev_error *why)
{
	int err = index_and_return(reader, why);
	size_t target = 0;

	if (err < 0)
		return err;
	if (!reader->block_count)
		return 0;
	while (target + 1 < reader->block_count && reader->blocks[target + 1].first_ns <= time_ns)
		target++;
	reader->replaying = 1;
	reader->replay_at = 0;
	reader->replay_end = target;
	reader->in_block = reader->searching = 0;
	reader->lost_given = reader->lost_count = 0;
	return 0;
}

int ev_reader_replay(struct ev_reader *reader, struct ev_error *why)
{
	size_t at = reader->replay_at;
	int err;

	while (at < reader->replay_end && !(reader->blocks[at].flags & EV_BLOCK_DEFINITIONS))
		at++;
	err = ev_input_move(&reader->input, reader->blocks[at].offset, why);
	if (err < 0)
		return err;
	reader->only_definitions = at < reader->replay_end;
	reader->replaying = reader->only_definitions;
	reader->replay_at = at + 1;
	reader->any_sequence = 1;
	return 1;
}

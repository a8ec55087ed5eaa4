/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Writes a trace. Events gather in a block (block_gather.c); a full one is packed (block_pack.c),
 * compressed (codec), given a header with checksums and written with one write. A block that is on
 * its way out lives in `out` until its last byte is taken, so a descriptor that does not block
 * costs nothing but patience: the next call goes on where the last one stopped.
 *
 * What was written is never touched again. If the program dies in the middle of a block, the reader
 * finds a truncated end and everything before it.
 */
#include "event/writer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "event/block.h"
#include "event/codec.h"
#include "event/crc32c.h"
#include "event/descriptor.h"
#include "event/trace_file.h"

struct ev_writer {
	int fd;
	enum ev_codec codec;
	struct ev_codec_state *codec_state;
	struct ev_block_builder *builder;
	struct ev_pack pack;
	uint8_t *out; /* the block being written, header first */
	size_t out_capacity;
	size_t out_bytes;
	size_t out_at; /* of these: written */
	uint64_t sequence;
	uint64_t sent_events; /* up to and with the block on its way out */
	uint64_t last_ns;
	uint64_t late; /* events moved since the last LOST that says so */
	int failed;    /* nothing more can be written: the error it failed with */
	struct ev_writer_stats stats;
	struct ev_crc32c crc;
	char name[256];
};

static int fail_write(struct ev_writer *writer, int err, struct ev_error *why)
{
	const char *advice = err == -ENOSPC  ? "free some space and record again"
			     : err == -EPIPE ? "its reader has gone"
					     : "check the device or descriptor";

	writer->failed = err;
	if (!writer->stats.blocks)
		return ev_fail(why, err, "%s: cannot write: %s; %s", writer->name, strerror(-err),
			       advice);
	return ev_fail(why, err,
		       "%s: cannot write: %s; %s. What was written before (%" PRIu64
		       " block%s) is readable",
		       writer->name, strerror(-err), advice, writer->stats.blocks,
		       writer->stats.blocks == 1 ? "" : "s");
}

/* Writes what is left of the block on its way out. -EAGAIN: the descriptor takes no more now. */
static int drain(struct ev_writer *writer, struct ev_error *why)
{
	while (writer->out_at < writer->out_bytes) {
		int64_t put = ev_descriptor_write(writer->fd, writer->out + writer->out_at,
						  writer->out_bytes - writer->out_at);

		if (put == -EAGAIN)
			return ev_fail(why, -EAGAIN, "%s: its reader is slow, try again",
				       writer->name);
		if (put <= 0)
			return fail_write(writer, put ? (int)put : -EIO, why);
		writer->out_at += (size_t)put;
		writer->stats.stored_bytes += (uint64_t)put;
	}
	writer->stats.blocks = writer->sequence;
	writer->stats.stored_events = writer->sent_events;
	writer->out_bytes = writer->out_at = 0;
	return 0;
}

static int reserve_out(struct ev_writer *writer, size_t bytes)
{
	uint8_t *out;

	if (bytes <= writer->out_capacity)
		return 0;
	out = realloc(writer->out, bytes + bytes / 4);
	if (!out)
		return -ENOMEM;
	writer->out = out;
	writer->out_capacity = bytes + bytes / 4;
	return 0;
}

static int start_file(struct ev_writer *writer, struct ev_error *why)
{
	struct ev_file_header header = {
		.version = EV_FILE_VERSION,
		.header_bytes = sizeof(header),
	};

	memcpy(header.magic, EV_FILE_MAGIC, sizeof(header.magic));
	header.checksum =
		ev_crc32c(&writer->crc, &header, offsetof(struct ev_file_header, checksum));
	if (reserve_out(writer, sizeof(header)) < 0)
		return ev_fail(why, -ENOMEM, "%s: out of memory", writer->name);
	memcpy(writer->out, &header, sizeof(header));
	writer->out_bytes = sizeof(header);
	return drain(writer, why);
}

int ev_writer_new(struct ev_writer **ret_writer, int fd, const char *name, enum ev_codec codec,
		  struct ev_error *why)
{
	struct ev_writer *writer;
	int err;

	if (!ev_codec_packs((uint8_t)codec))
		return ev_fail(why, -ENOTSUP, "%s: this build cannot compress with codec %d (%s)",
			       name, codec, ev_codec_name((uint8_t)codec));
	writer = calloc(1, sizeof(*writer));
	if (!writer)
		return ev_fail(why, -ENOMEM, "%s: out of memory", name);
	writer->fd = fd;
	writer->codec = codec;
	strncpy(writer->name, name, sizeof(writer->name) - 1);
	ev_crc32c_init(&writer->crc);
	writer->codec_state = ev_codec_new();
	writer->builder = ev_block_builder_new();
	err = writer->codec_state && writer->builder
		      ? start_file(writer, why)
		      : ev_fail(why, -ENOMEM, "%s: out of memory", name);
	if (err < 0 && err != -EAGAIN) {
		ev_writer_free(writer);
		return err;
	}
	*ret_writer = writer;
	return 0;
}

void ev_writer_free(struct ev_writer *writer)
{
	if (!writer)
		return;
	ev_codec_free(writer->codec_state);
	ev_block_builder_free(writer->builder);
	ev_pack_done(&writer->pack);
	free(writer->out);
	free(writer);
}

/* Puts the header in front of the stored bytes that lie behind its place. */
static void head(struct ev_writer *writer, struct ev_block_header *header)
{
	header->magic = EV_BLOCK_MAGIC;
	header->header_bytes = sizeof(*header);
	header->sequence = writer->sequence++;
	header->body_checksum =
		ev_crc32c(&writer->crc, writer->out + sizeof(*header), header->stored_bytes);
	header->header_checksum =
		ev_crc32c(&writer->crc, header, offsetof(struct ev_block_header, header_checksum));
	memcpy(writer->out, header, sizeof(*header));
	writer->out_bytes = sizeof(*header) + header->stored_bytes;
	writer->out_at = 0;
}

/* Turns the gathered events into a block on its way out. */
static int pack_block(struct ev_writer *writer, struct ev_error *why)
{
	struct ev_block_header header = {
		.codec = (uint8_t)writer->codec,
		.flags = ev_block_has_definitions(writer->builder) ? EV_BLOCK_DEFINITIONS : 0,
		.first_ns = ev_block_first_ns(writer->builder),
		.last_ns = ev_block_last_ns(writer->builder),
		.event_count = ev_block_event_count(writer->builder),
	};
	struct ev_pieces pieces;
	size_t bound;
	int64_t stored = -ENOMEM;

	writer->pack.bytes = writer->pack.cut_count = 0;
	if (ev_block_pack(writer->builder, &writer->pack) < 0)
		return ev_fail(why, -ENOMEM, "%s: out of memory", writer->name);
	pieces = (struct ev_pieces){ writer->pack.data, writer->pack.bytes, writer->pack.cuts,
				     writer->pack.cut_count };
	bound = ev_codec_bound(header.codec, pieces.bytes, pieces.cut_count);
	if (!reserve_out(writer, sizeof(header) + bound))
		stored = ev_codec_pack(writer->codec_state, header.codec, &pieces,
				       writer->out + sizeof(header), bound);
	if (stored < 0)
		return ev_fail(why, (int)stored, "%s: out of memory", writer->name);
	header.packed_bytes = (uint32_t)pieces.bytes;
	header.stored_bytes = (uint32_t)stored;
	writer->stats.packed_bytes += pieces.bytes;
	writer->sent_events = writer->stats.events;
	head(writer, &header);
	return 0;
}

/* Says how many events were moved, at the end of the block they are in. */
static int add_late(struct ev_writer *writer)
{
	struct ev_lost lost = {
		.h = { EV_LOST, sizeof(lost), EV_CPU_NONE, writer->last_ns },
		.count = writer->late,
		.loss = EV_LOSS_LATE,
	};

	if (!writer->late || ev_block_full(writer->builder))
		return 0;
	writer->late = 0;
	writer->stats.events++;
	return ev_block_add(writer->builder, &lost.h);
}

int ev_writer_flush(struct ev_writer *writer, struct ev_error *why)
{
	int err;

	if (writer->failed)
		return ev_fail(why, writer->failed, "%s: writing has failed before: %s",
			       writer->name, strerror(-writer->failed));
	err = drain(writer, why);
	if (err < 0)
		return err;
	if (add_late(writer) < 0)
		return ev_fail(why, -ENOMEM, "%s: out of memory", writer->name);
	if (!ev_block_event_count(writer->builder))
		return 0;
	err = pack_block(writer, why);
	return err < 0 ? err : drain(writer, why);
}

int ev_writer_event(struct ev_writer *writer, const struct ev_header *event, struct ev_error *why)
{
	uint64_t moved[EV_EVENT_BYTES_MAX / 8];
	int err;

	if (ev_block_full(writer->builder)) {
		err = ev_writer_flush(writer, why);
		if (err < 0 && (err != -EAGAIN || ev_block_full(writer->builder)))
			return err;
	}
	if (event->time_ns < writer->last_ns && event->size_bytes <= EV_EVENT_BYTES_MAX) {
		memcpy(moved, event, event->size_bytes);
		event = (struct ev_header *)moved;
		((struct ev_header *)moved)->time_ns = writer->last_ns;
		writer->late++;
	}
	err = ev_block_add(writer->builder, event);
	if (err < 0)
		return ev_fail(why, err,
			       "%s: an event of kind %u and %u bytes cannot be recorded: %s",
			       writer->name, event->kind, event->size_bytes, strerror(-err));
	writer->last_ns = event->time_ns;
	writer->stats.events++;
	return 0;
}

void ev_writer_stats(const struct ev_writer *writer, struct ev_writer_stats *ret_stats)
{
	*ret_stats = writer->stats;
}

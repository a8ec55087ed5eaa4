/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * A file holds the buffers of all processors in the order in which they were flushed, which is not
 * the order of time: a processor with little to say keeps its buffer for long, a circular file
 * starts anywhere, tools that merge traces write as they like. What holds is that time does not go
 * back inside a buffer. So:
 *
 *    scan    the headers of all buffers, and when the first record of each was written
 *    sort    by that time
 *    sweep   a buffer is opened when the sweep reaches its first record, and closed at its end; the
 *            open ones are merged by event/merge.h
 *
 * No rule about processors, sequence numbers or file order is needed, and as many buffers are open
 * as overlap in time. A file of more than ETL_READER_BUFFERS_AHEAD buffers is done in parts of so
 * many. A hostile file in which everything overlaps is opened up to OPEN_BYTES_MAX; what then comes
 * late is delivered late and counted.
 */
#include "windows-etw/etl_reader.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "event/merge.h"
#include "windows-etw/etl_record.h"
#include "windows-etw/etl_xpress.h"
#include "windows-etw/etw_bytes.h"

enum {
	SLOTS = 4096,		  /* buffers open at once: more than Windows has processors */
	OPEN_BYTES_MAX = 1 << 28, /* in them */
	KEPT_BYTES = 1 << 17,	  /* of memory, in a slot that is closed: the usual buffer */
	INDEX_START = 1024,
	STEP_BYTES_MIN = 1024, /* least step over what is no buffer */
	STATE_LZNT1 = 2,
	STATE_HUFFMAN = 4,
};

struct ahead {
	uint64_t first_ticks;
	uint64_t offset;
};

/* An open buffer. */
struct slot {
	uint8_t *data;
	uint32_t room;
	uint32_t bytes; /* end of its records */
	uint32_t at;	/* of the record behind `event` */
	uint32_t next_free;
	uint64_t key; /* of the merge: its time, never going back */
	struct etw_event event;
};

struct etl_reader {
	struct etl_file file;
	struct etl_header_facts facts;
	struct etl_losses losses;
	struct etl_reader_stats stats;
	struct etl_counts *counts;
	struct ev_merge *merge;
	struct slot *slots;
	uint8_t *packed; /* a compressed buffer as it is in the file */
	size_t packed_room;
	struct ahead *index;
	size_t index_count;
	size_t index_room;
	size_t index_next;
	uint64_t scan_offset;
	uint64_t first_ticks;
	uint64_t last_ticks;
	uint64_t sequence_min;
	uint64_t sequence_max;
	uint64_t sequence_count;
	uint64_t open_bytes;
	uint32_t open_count;
	uint32_t free_slot; /* head of the free list */
	uint32_t step_bytes;
	int32_t used; /* slot whose event the caller has; negative: none */
	int scanned;
	int in_damage;
};

static int index_add(struct etl_reader *reader, uint64_t first_ticks, uint64_t offset)
{
	if (reader->index_count == reader->index_room) {
		size_t room = reader->index_room ? reader->index_room * 2 : INDEX_START;
		struct ahead *index = realloc(reader->index, room * sizeof(*index));

		if (!index)
			return -ENOMEM;
		reader->index = index;
		reader->index_room = room;
	}
	reader->index[reader->index_count++] = (struct ahead){ first_ticks, offset };
	return 0;
}

/* Losses a buffer's header tells of. The header buffer is not numbered with the others. */
static void note_buffer(struct etl_reader *reader, const struct etl_buffer *buffer)
{
	reader->stats.buffers++;
	if (buffer->flags & (ETL_FLAG_EVENTS_LOST | ETL_FLAG_BUFFER_LOST))
		reader->losses.marked_buffers++;
	if (buffer->type == ETL_BUFFER_TYPE_HEADER)
		return;
	if (!reader->sequence_count || buffer->sequence < reader->sequence_min)
		reader->sequence_min = buffer->sequence;
	if (!reader->sequence_count || buffer->sequence > reader->sequence_max)
		reader->sequence_max = buffer->sequence;
	reader->sequence_count++;
}

static int check_codec(const struct etl_reader *reader, const struct etl_buffer *buffer,
		       struct ev_error *why)
{
	const char *codec;

	if (!(buffer->flags & ETL_FLAG_COMPRESSED))
		return 0;
	if (buffer->state == STATE_LZNT1)
		codec = "LZNT1";
	else if (buffer->state == STATE_HUFFMAN)
		codec = "XPRESS with Huffman codes";
	else
		return 0;
	return ev_fail(why, -ENOTSUP,
		       "%s: the buffer at byte %" PRIu64
		       " is compressed with %s, of which no event trace was ever seen; only plain "
		       "XPRESS can be read",
		       reader->file.name, reader->scan_offset, codec);
}

/* Looks for the next buffer where one could start. */
static void scan_step(struct etl_reader *reader)
{
	reader->scan_offset = (reader->scan_offset / reader->step_bytes + 1) * reader->step_bytes;
}

/* One buffer into the index; 0 or negative errno. */
static int scan_buffer(struct etl_reader *reader, struct ev_error *why)
{
	uint8_t start[ETL_PEEK_BYTES];
	struct etl_buffer buffer;
	int64_t got = etl_file_read(&reader->file, reader->scan_offset, start, sizeof(start), why);
	int is, err;

	if (got < 0)
		return (int)got;
	if (got < ETL_BUFFER_HEADER_BYTES) {
		reader->losses.truncated += got > 0 && !reader->in_damage;
		reader->scanned = 1;
		return 0;
	}
	is = etl_buffer_read(start, (size_t)got, &buffer);
	if (is <= 0) {
		reader->losses.damaged += is < 0 && !reader->in_damage;
		reader->in_damage = is < 0;
		scan_step(reader);
		return 0;
	}
	reader->in_damage = 0;
	err = check_codec(reader, &buffer, why);
	if (err)
		return err;
	note_buffer(reader, &buffer);
	if (buffer.data_bytes > ETL_BUFFER_HEADER_BYTES &&
	    index_add(reader, etl_buffer_first_ticks(start, (size_t)got, &buffer),
		      reader->scan_offset))
		return ev_fail(why, -ENOMEM, "%s: out of memory", reader->file.name);
	reader->scan_offset += buffer.file_bytes;
	return 0;
}

static int earlier(const void *a, const void *b)
{
	const struct ahead *left = a, *right = b;

	if (left->first_ticks != right->first_ticks)
		return left->first_ticks < right->first_ticks ? -1 : 1;
	return left->offset < right->offset ? -1 : left->offset > right->offset;
}

/* The next part of the file into the index. */
static int scan(struct etl_reader *reader, struct ev_error *why)
{
	int err = 0;

	reader->index_count = reader->index_next = 0;
	while (!err && !reader->scanned && reader->index_count < ETL_READER_BUFFERS_AHEAD)
		err = scan_buffer(reader, why);
	if (!err && reader->index_count)
		qsort(reader->index, reader->index_count, sizeof(*reader->index), earlier);
	return err;
}

static int need(uint8_t **data, uint32_t *room, uint32_t bytes)
{
	uint8_t *grown;

	if (*room >= bytes)
		return 0;
	grown = realloc(*data, bytes);
	if (!grown)
		return -ENOMEM;
	*data = grown;
	*room = bytes;
	return 0;
}

/* Expands what is in `packed` into the slot. */
static void expand(struct etl_reader *reader, struct slot *slot, const struct etl_buffer *buffer,
		   size_t have)
{
	uint32_t room = buffer->data_bytes - ETL_BUFFER_HEADER_BYTES;
	int64_t got = etl_xpress_expand(reader->packed + ETL_BUFFER_HEADER_BYTES,
					have - ETL_BUFFER_HEADER_BYTES,
					slot->data + ETL_BUFFER_HEADER_BYTES, room);

	if (have == buffer->file_bytes && got != room)
		reader->losses.damaged++;
	slot->bytes = ETL_BUFFER_HEADER_BYTES + (got > 0 ? (uint32_t)got : 0);
}

/* Reads a buffer into a slot. The header is read again: the file may have changed meanwhile. */
static int load(struct etl_reader *reader, struct slot *slot, uint64_t offset, struct ev_error *why)
{
	uint8_t header[ETL_BUFFER_HEADER_BYTES];
	struct etl_buffer buffer = { 0 };
	uint32_t packed_room = (uint32_t)reader->packed_room, bytes;
	uint8_t **into;
	int64_t got = etl_file_read(&reader->file, offset, header, sizeof(header), why);

	if (got < 0)
		return (int)got;
	slot->bytes = slot->at = ETL_BUFFER_HEADER_BYTES;
	if (etl_buffer_read(header, (size_t)got, &buffer) <= 0) {
		reader->losses.damaged++;
		return 0;
	}
	bytes = buffer.flags & ETL_FLAG_COMPRESSED ? buffer.file_bytes : buffer.data_bytes;
	if (need(&slot->data, &slot->room, buffer.data_bytes) ||
	    need(&reader->packed, &packed_room, buffer.file_bytes))
		return ev_fail(why, -ENOMEM, "%s: out of memory", reader->file.name);
	reader->packed_room = packed_room;
	into = buffer.flags & ETL_FLAG_COMPRESSED ? &reader->packed : &slot->data;
	got = etl_file_read(&reader->file, offset + sizeof(header), *into + sizeof(header),
			    bytes - sizeof(header), why);
	if (got < 0)
		return (int)got;
	got += (int64_t)sizeof(header);
	reader->losses.truncated += got < bytes;
	slot->bytes = (uint32_t)got;
	if (buffer.flags & ETL_FLAG_COMPRESSED)
		expand(reader, slot, &buffer, (size_t)got);
	slot->event.cpu = buffer.cpu;
	reader->stats.record_bytes += slot->bytes - ETL_BUFFER_HEADER_BYTES;
	return 0;
}

/* The system's clock can be set back while it is traced (Windows Setup does): the events of a buffer
 * are in the order in which they were written all the same, and time stands still for them. */
static int stands_still(const struct etl_reader *reader, const struct slot *slot)
{
	return slot->event.ticks < slot->key && reader->facts.clock.type == ETL_CLOCK_SYSTEM;
}

/* The next record of a slot into its event; 0 at the end of the buffer. */
static int advance(struct etl_reader *reader, struct slot *slot)
{
	int32_t size;

	if (slot->at >= slot->bytes)
		return 0;
	size = etl_record_read(slot->data + slot->at, slot->bytes - slot->at, &slot->event);
	if (size <= 0) {
		reader->losses.damaged += size < 0;
		return 0;
	}
	slot->at += ((uint32_t)size + ETL_RECORD_ALIGN - 1) & ~(uint32_t)(ETL_RECORD_ALIGN - 1);
	if (slot->event.ticks == UINT64_MAX || stands_still(reader, slot))
		slot->event.ticks = slot->key;
	if (slot->event.ticks > slot->key)
		slot->key = slot->event.ticks;
	return 1;
}

static void close_slot(struct etl_reader *reader, uint32_t number)
{
	struct slot *slot = &reader->slots[number];

	reader->open_bytes -= slot->room;
	reader->open_count--;
	if (slot->room > KEPT_BYTES) {
		free(slot->data);
		slot->data = NULL;
		slot->room = 0;
	}
	slot->next_free = reader->free_slot;
	reader->free_slot = number;
}

/* Opens the buffer that is next in time. */
static int open_next(struct etl_reader *reader, struct ev_error *why)
{
	const struct ahead *ahead = &reader->index[reader->index_next++];
	uint32_t number = reader->free_slot;
	struct slot *slot = &reader->slots[number];
	int err;

	reader->free_slot = slot->next_free;
	slot->key = ahead->first_ticks;
	err = load(reader, slot, ahead->offset, why);
	reader->open_bytes += slot->room;
	reader->open_count++;
	if (!err && advance(reader, slot))
		ev_merge_offer(reader->merge, number, slot->key);
	else
		close_slot(reader, number);
	return err;
}

static int may_open(const struct etl_reader *reader)
{
	return reader->open_count < SLOTS &&
	       (reader->open_bytes < OPEN_BYTES_MAX || !reader->open_count);
}

/* Opens all that has begun by the time of the merge's first event, and finds that event's slot;
 * negative errno, or -ENODATA at the end. */
static int32_t first_slot(struct etl_reader *reader, struct ev_error *why)
{
	for (;;) {
		uint64_t ticks;
		int32_t first = ev_merge_first(reader->merge, &ticks);
		int ahead = reader->index_next < reader->index_count;
		int err = 0;

		if (ahead && may_open(reader) &&
		    (first < 0 || reader->index[reader->index_next].first_ticks <= ticks))
			err = open_next(reader, why);
		else if (first >= 0)
			return first;
		else if (reader->scanned)
			return -ENODATA;
		else
			err = scan(reader, why);
		if (err)
			return err == -ENODATA ? -EIO : err;
	}
}

/* The caller is done with the event it has. */
static void step(struct etl_reader *reader)
{
	struct slot *slot;

	if (reader->used < 0)
		return;
	slot = &reader->slots[reader->used];
	if (advance(reader, slot)) {
		ev_merge_next(reader->merge, slot->key);
	} else {
		ev_merge_end(reader->merge);
		close_slot(reader, (uint32_t)reader->used);
	}
	reader->used = -1;
}

int etl_reader_next(struct etl_reader *reader, const struct etw_event **ret_event,
		    struct ev_error *why)
{
	struct etw_event *event;
	int32_t first;

	step(reader);
	first = first_slot(reader, why);
	if (first < 0)
		return first == -ENODATA ? 0 : first;
	reader->used = first;
	event = &reader->slots[first].event;
	event->time_ns = etl_clock_ns(&reader->facts.clock, event->ticks);
	if (event->ticks < reader->last_ticks)
		reader->losses.late++;
	else
		reader->last_ticks = event->ticks;
	etl_counts_add(reader->counts, event);
	*ret_event = event;
	return 1;
}

/* The first buffer must be the trace header's. */
static int read_header(struct etl_reader *reader, struct ev_error *why)
{
	struct slot *slot = &reader->slots[0];
	int err = load(reader, slot, 0, why);

	if (!err && !slot->data)
		return etl_header_read(NULL, 0, reader->file.name, &reader->facts, why);
	if (!err)
		err = etl_header_read(slot->data + ETL_BUFFER_HEADER_BYTES,
				      slot->bytes - ETL_BUFFER_HEADER_BYTES, reader->file.name,
				      &reader->facts, why);
	if (err)
		return err;
	reader->losses = (struct etl_losses){ .session_events = reader->facts.events_lost };
	reader->stats = (struct etl_reader_stats){ 0 };
	reader->step_bytes = reader->facts.buffer_bytes;
	if (reader->step_bytes < STEP_BYTES_MIN || reader->step_bytes > ETL_BUFFER_BYTES_MAX)
		reader->step_bytes = STEP_BYTES_MIN;
	reader->first_ticks = reader->facts.clock.base_ticks;
	return 0;
}

static int prepare(struct etl_reader *reader, struct ev_error *why)
{
	int err;

	reader->used = -1;
	reader->counts = etl_counts_new();
	reader->merge = ev_merge_new(SLOTS);
	reader->slots = calloc(SLOTS, sizeof(*reader->slots));
	if (!reader->counts || !reader->merge || !reader->slots)
		return ev_fail(why, -ENOMEM, "%s: out of memory", reader->file.name);
	for (uint32_t i = 0; i < SLOTS; i++)
		reader->slots[i].next_free = i + 1;
	err = read_header(reader, why);
	if (!err)
		err = scan(reader, why);
	if (!err && reader->index_count && reader->index[0].first_ticks < reader->first_ticks)
		reader->first_ticks = reader->index[0].first_ticks;
	return err;
}

int etl_reader_open(struct etl_reader **ret_reader, int fd, const char *name, struct ev_error *why)
{
	struct etl_reader *reader = calloc(1, sizeof(*reader));
	struct etl_file file;
	int err = etl_file_open(&file, fd, name, why);

	if (err || !reader) {
		if (!err)
			etl_file_close(&file);
		free(reader);
		return err ? err : ev_fail(why, -ENOMEM, "%s: out of memory", name);
	}
	reader->file = file;
	err = prepare(reader, why);
	if (err)
		etl_reader_close(reader);
	else
		*ret_reader = reader;
	return err;
}

void etl_reader_close(struct etl_reader *reader)
{
	if (!reader)
		return;
	for (uint32_t i = 0; reader->slots && i < SLOTS; i++)
		free(reader->slots[i].data);
	etl_file_close(&reader->file);
	etl_counts_free(reader->counts);
	ev_merge_free(reader->merge);
	free(reader->slots);
	free(reader->packed);
	free(reader->index);
	free(reader);
}

const struct etl_header_facts *etl_reader_facts(const struct etl_reader *reader)
{
	return &reader->facts;
}

const struct etl_counts *etl_reader_counts(const struct etl_reader *reader)
{
	return reader->counts;
}

uint64_t etl_reader_first_ticks(const struct etl_reader *reader)
{
	return reader->first_ticks;
}

struct etl_losses etl_reader_losses(const struct etl_reader *reader)
{
	struct etl_losses losses = reader->losses;
	uint64_t missing = 0;

	/* Numbers that come twice (merged traces) hide what is missing; more cannot be said. */
	if (reader->sequence_count &&
	    reader->sequence_max - reader->sequence_min >= reader->sequence_count)
		missing = reader->sequence_max - reader->sequence_min + 1 - reader->sequence_count;
	losses.session_buffers =
		missing > reader->facts.buffers_lost ? missing : reader->facts.buffers_lost;
	return losses;
}

struct etl_reader_stats etl_reader_stats(const struct etl_reader *reader)
{
	return reader->stats;
}

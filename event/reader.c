/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Reads a trace from a file or a pipe. Blocks are found in a window over the descriptor (input.c),
 * checked, expanded (codec) and taken apart (block_view.c).
 *
 *     descriptor -> window -> block header -> stored bytes -> body -> view -> events
 *                     ^            |               |            |
 *                     |            +---- any of these is bad ---+
 *                     +--- search the next block, say LOST once for the gap
 *
 * Damage is data: whatever cannot be read becomes one LOST event at the place where it was, and
 * reading goes on at the next header whose checksum is right. The search starts right behind the
 * bad header, not behind the block it announces, so that bytes missing from one block cost no
 * other.
 */
#include "event/reader.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "event/descriptor.h"
#include "event/reader_state.h"

enum { SLACK_BYTES = 8 }; /* readable behind a body, as column decoding wants */

/* ---- losses ---- */

static void add_lost(struct ev_reader *reader, enum ev_loss loss, uint64_t count)
{
	struct ev_lost *lost;

	if (reader->lost_given == reader->lost_count)
		reader->lost_given = reader->lost_count = 0;
	if (reader->lost_count == EV_READER_LOST_MAX)
		return; /* at most two come before one is handed out */
	lost = &reader->lost[reader->lost_count++];
	*lost = (struct ev_lost){
		.h = { EV_LOST, sizeof(*lost), EV_CPU_NONE, 0 },
		.count = count,
		.loss = loss,
	};
}

static void start_search(struct ev_reader *reader, uint64_t count, int short_block)
{
	if (!reader->searching) {
		reader->searching_count = count;
		reader->short_block = short_block;
	}
	reader->searching = 1;
	reader->input.at++;
}

static void end_search(struct ev_reader *reader, enum ev_loss loss)
{
	if (reader->searching)
		add_lost(reader, loss, reader->searching_count);
	reader->searching = 0;
}

/* ---- headers ---- */

static int header_is_good(const struct ev_reader *reader, const struct ev_block_header *header)
{
	return header->magic == EV_BLOCK_MAGIC && header->header_bytes >= sizeof(*header) &&
	       header->stored_bytes <= EV_BLOCK_BYTES_MAX &&
	       header->packed_bytes <= EV_BLOCK_BYTES_MAX &&
	       header->header_checksum ==
		       ev_crc32c(&reader->crc, header,
				 offsetof(struct ev_block_header, header_checksum));
}

/* Steps to the next byte where a block may start: 1 found, 0 not before the end. */
static int search(struct ev_reader *reader, struct ev_error *why)
{
	struct ev_input *input = &reader->input;

	for (;;) {
		size_t left = ev_input_available(input);
		const uint8_t *found =
			left ? memchr(input->data + input->at, EV_BLOCK_MAGIC & 0xff, left) : NULL;
		int have;

		input->at = found ? (size_t)(found - input->data) : input->bytes;
		have = ev_input_need(input, sizeof(struct ev_block_header), why);
		if (have <= 0)
			return have;
		if (input->data[input->at] == (EV_BLOCK_MAGIC & 0xff))
			return 1;
	}
}

int ev_reader_find(struct ev_reader *reader, struct ev_block_header *header, struct ev_error *why)
{
	struct ev_input *input = &reader->input;

	for (;;) {
		int have = reader->searching ? search(reader, why)
					     : ev_input_need(input, sizeof(*header), why);

		if (have < 0)
			return have;
		if (!have) {
			if (ev_input_available(input) && !reader->searching)
				start_search(reader, 0, 1);
			input->at = input->bytes;
			return 0;
		}
		memcpy(header, input->data + input->at, sizeof(*header));
		if (header_is_good(reader, header))
			return 1;
		start_search(reader, 0, 0);
	}
}

static int refuse_other(const struct ev_reader *reader, struct ev_error *why)
{
	return ev_fail(why, -EBADMSG,
		       "%s: is not a ringlens trace, which `ringlens record -o FILE` writes, nor a "
		       "Windows event trace (.etl)",
		       reader->name);
}

static int refuse_version(const struct ev_reader *reader, const struct ev_file_header *header,
			  struct ev_error *why)
{
	return ev_fail(
		why, -ENOTSUP,
		"%s: was written by a newer ringlens (format %u, features %#x; this one reads "
		"format %u): read it with that version",
		reader->name, header->version, header->incompatible, EV_FILE_VERSION);
}

/* A file shorter than its header: cut off, if it began like a trace. */
static int refuse_start(const struct ev_reader *reader, const void *start, size_t bytes,
			struct ev_error *why)
{
	if (!bytes)
		return ev_fail(why, -EBADMSG, "%s: is empty; nothing was recorded", reader->name);
	if (memcmp(start, EV_FILE_MAGIC, bytes < 8 ? bytes : 8))
		return refuse_other(reader, why);
	return ev_fail(why, -EBADMSG,
		       "%s: ends within its first %zu bytes, before anything was recorded: the "
		       "recorder was killed, the disk was full, or the copy is not complete",
		       reader->name, sizeof(struct ev_file_header));
}

static int check_file_header(const struct ev_reader *reader, const struct ev_file_header *header,
			     struct ev_error *why)
{
	if (memcmp(header->magic, EV_FILE_MAGIC, 4))
		return refuse_other(reader, why);
	if (memcmp(header->magic, EV_FILE_MAGIC, sizeof(header->magic)))
		return ev_fail(
			why, -EBADMSG,
			"%s: its line ends were changed, as by a transfer in text mode; copy "
			"it again as binary",
			reader->name);
	if (header->header_bytes < sizeof(*header) ||
	    header->checksum !=
		    ev_crc32c(&reader->crc, header, offsetof(struct ev_file_header, checksum)))
		return ev_fail(why, -EBADMSG,
			       "%s: the first bytes of this trace are damaged; copy it again",
			       reader->name);
	if (header->version != EV_FILE_VERSION || header->incompatible)
		return refuse_version(reader, header, why);
	return 0;
}

int ev_reader_head(struct ev_reader *reader, struct ev_error *why)
{
	struct ev_input *input = &reader->input;
	struct ev_file_header header;
	int have = reader->headed ? 1 : ev_input_need(input, sizeof(header), why);
	int err;

	if (reader->headed || have < 0)
		return have;
	if (!have)
		return refuse_start(reader, input->data + input->at, ev_input_available(input),
				    why);
	memcpy(&header, input->data + input->at, sizeof(header));
	err = check_file_header(reader, &header, why);
	if (err < 0)
		return err;
	have = ev_input_need(input, header.header_bytes, why);
	if (have <= 0)
		return have ? have
			    : ev_fail(why, -EBADMSG, "%s: ends inside its header", reader->name);
	input->at += header.header_bytes;
	reader->indexed_to = ev_input_offset(input);
	reader->headed = 1;
	return 1;
}

/* ---- blocks ---- */

static int refuse_codec(const struct ev_reader *reader, const struct ev_block_header *header,
			struct ev_error *why)
{
	return ev_fail(why, -ENOTSUP,
		       "%s: block %" PRIu64
		       " is compressed with codec %u (%s), which this build of "
		       "ringlens cannot expand; read the file with a newer one, or record with "
		       "`ringlens record --codec none`",
		       reader->name, header->sequence, header->codec, ev_codec_name(header->codec));
}

static int reserve_body(struct ev_reader *reader, size_t bytes)
{
	uint8_t *body;

	if (bytes <= reader->body_capacity)
		return 0;
	body = realloc(reader->body, bytes);
	if (!body)
		return -ENOMEM;
	reader->body = body;
	reader->body_capacity = bytes;
	return 0;
}

/* Expands and opens the body that is available behind the header. */
static int open_body(struct ev_reader *reader, const struct ev_block_header *header)
{
	const uint8_t *stored = reader->input.data + reader->input.at + header->header_bytes;
	int err;

	if (ev_crc32c(&reader->crc, stored, header->stored_bytes) != header->body_checksum)
		return -EBADMSG;
	if (reserve_body(reader, (size_t)header->packed_bytes + SLACK_BYTES) < 0)
		return -ENOMEM;
	err = ev_codec_unpack(reader->codec_state, header->codec, stored, header->stored_bytes,
			      reader->body, header->packed_bytes);
	return err < 0 ? err
		       : ev_block_open(reader->view, reader->body, header->packed_bytes,
				       header->event_count);
}

/* A gap that damage explains is not said twice. */
static void check_sequence(struct ev_reader *reader, const struct ev_block_header *header)
{
	if (reader->searching)
		end_search(reader, EV_LOSS_BLOCK_DAMAGED);
	else if (!reader->any_sequence && header->sequence != reader->next_sequence)
		add_lost(reader, EV_LOSS_BLOCK_MISSING, 0);
	reader->any_sequence = 0;
	reader->next_sequence = header->sequence + 1;
}

/* Opens the block the window stands on: 1; 0 when it is damaged, a search has begun. */
static int open_block(struct ev_reader *reader, const struct ev_block_header *header,
		      struct ev_error *why)
{
	size_t bytes = (size_t)header->header_bytes + header->stored_bytes;
	int have = ev_input_need(&reader->input, bytes, why), err;

	if (have < 0)
		return have;
	check_sequence(reader, header);
	if (!ev_codec_knows(header->codec))
		return refuse_codec(reader, header, why);
	err = have ? open_body(reader, header) : -EBADMSG;
	if (err == -ENOMEM)
		return ev_fail(why, err, "%s: out of memory", reader->name);
	if (err < 0) {
		start_search(reader, header->event_count, !have);
		return 0;
	}
	reader->input.at += bytes;
	reader->stats.blocks++;
	reader->stats.stored_bytes += bytes;
	reader->stats.packed_bytes += header->packed_bytes;
	return 1;
}

/* Goes to the next block that can be read: 1; 0 at the end. */
static int next_block(struct ev_reader *reader, struct ev_error *why)
{
	struct ev_block_header header;
	int found;

	do {
		found = reader->replaying ? ev_reader_replay(reader, why) : 1;
		if (found > 0)
			found = ev_reader_find(reader, &header, why);
		if (!found)
			end_search(reader, reader->short_block ? EV_LOSS_FILE_TRUNCATED
							       : EV_LOSS_BLOCK_DAMAGED);
		if (found <= 0)
			return found;
		found = open_block(reader, &header, why);
	} while (!found);
	return found;
}

/* ---- the interface ---- */

static const struct ev_header *next_lost(struct ev_reader *reader)
{
	struct ev_lost *lost;

	if (reader->lost_given == reader->lost_count)
		return NULL;
	lost = &reader->lost[reader->lost_given++];
	lost->h.time_ns = reader->last_ns;
	return &lost->h;
}

static const struct ev_header *next_of_block(struct ev_reader *reader)
{
	const struct ev_header *event = ev_block_next(reader->view);

	while (event && reader->only_definitions && !ev_block_is_definition(event->kind))
		event = ev_block_next(reader->view);
	if (!event)
		reader->in_block = 0;
	return event;
}

int ev_reader_next(struct ev_reader *reader, const struct ev_header **ret_event,
		   struct ev_error *why)
{
	const struct ev_header *event;
	int err;

	for (;;) {
		event = next_lost(reader);
		if (!event && reader->in_block)
			event = next_of_block(reader);
		if (event)
			break;
		err = ev_reader_head(reader, why);
		if (err >= 0)
			err = next_block(reader, why);
		if (err < 0)
			return err;
		reader->in_block = err;
		if (!err && reader->lost_given == reader->lost_count)
			return 0;
	}
	reader->last_ns = event->time_ns;
	reader->stats.events++;
	*ret_event = event;
	return 1;
}

int ev_reader_open_fd(struct ev_reader **ret_reader, int fd, const char *name, struct ev_error *why)
{
	struct ev_reader *reader = calloc(1, sizeof(*reader));
	int err;

	if (!reader) {
		ev_descriptor_close(fd);
		return ev_fail(why, -ENOMEM, "%s: out of memory", name);
	}
	strncpy(reader->name, name, sizeof(reader->name) - 1);
	ev_input_init(&reader->input, fd, reader->name);
	ev_crc32c_init(&reader->crc);
	reader->view = ev_block_view_new();
	reader->codec_state = ev_codec_new();
	if (!reader->view || !reader->codec_state)
		err = ev_fail(why, -ENOMEM, "%s: out of memory", name);
	else if (ev_descriptor_is_directory(fd))
		err = ev_fail(why, -EISDIR, "%s: is a directory, not a trace", name);
	else
		err = ev_reader_head(reader, why);
	if (err < 0 && err != -EAGAIN) {
		ev_reader_close(reader);
		return err;
	}
	*ret_reader = reader;
	return 0;
}

int ev_reader_open(struct ev_reader **ret_reader, const char *path, struct ev_error *why)
{
	int fd = ev_descriptor_open(path);

	if (fd < 0)
		return ev_fail(why, fd, "%s: cannot open: %s", path, strerror(-fd));
	return ev_reader_open_fd(ret_reader, fd, strcmp(path, "-") ? path : "standard input", why);
}

void ev_reader_close(struct ev_reader *reader)
{
	if (!reader)
		return;
	ev_input_done(&reader->input);
	ev_codec_free(reader->codec_state);
	ev_block_view_free(reader->view);
	free(reader->blocks);
	free(reader->body);
	free(reader);
}

void ev_reader_stats(const struct ev_reader *reader, struct ev_reader_stats *ret_stats)
{
	*ret_stats = reader->stats;
	ret_stats->unknown_events = ev_block_unknown(reader->view);
}

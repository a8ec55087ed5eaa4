/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* SESSION, what the decoder makes of the file, the losses, SESSION_END. */
#include "windows-etw/etw_source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "windows-etw/etw_bytes.h"

struct etw_source {
	struct etl_reader *reader;
	struct etw_decoder *decoder;
	const char *name;
	uint64_t start_ns;
	uint64_t last_ns;
	int ended;
};

enum { TYPE_AT = 0x36, MARKER_AT = ETL_BUFFER_HEADER_BYTES + 3, MARKER = 0xc0 };

int etw_source_probe(const uint8_t *start, size_t bytes)
{
	return bytes > MARKER_AT && etw_u16(start + TYPE_AT) == ETL_BUFFER_TYPE_HEADER &&
	       start[MARKER_AT] == MARKER && etw_u32(start) > ETL_BUFFER_HEADER_BYTES &&
	       etw_u32(start) <= ETL_BUFFER_BYTES_MAX;
}

static void begin(struct etw_source *source)
{
	const struct etl_header_facts *facts = etl_reader_facts(source->reader);
	uint64_t first = etl_reader_first_ticks(source->reader);
	struct ev_session session = {
		.h = { EV_SESSION, sizeof(session), EV_CPU_NONE,
		       etl_clock_ns(&facts->clock, first) },
		.start_unix_ns = etl_clock_unix_ns(etl_clock_filetime(&facts->clock, first)),
		.os = EV_OS_WINDOWS,
		.mode = EV_MODE_FULL,
		.pointer_bytes = (uint8_t)facts->pointer_bytes,
		.cpu_count = facts->cpu_count,
	};
	char text[256];
	int bytes = snprintf(text, sizeof(text), "tool=%s%s%s\nkernel=build %u\n",
			     "Windows event trace", facts->session[0] ? " session " : "",
			     facts->session, (unsigned)facts->os_build);

	source->start_ns = source->last_ns = session.h.time_ns;
	etw_decoder_insert(source->decoder, &session.h, text, (size_t)bytes);
}

/* `count` 0: how many is not known. */
static void lose(struct etw_source *source, uint32_t loss, uint64_t count)
{
	struct ev_lost lost = { .h = { EV_LOST, sizeof(lost), EV_CPU_NONE, source->last_ns },
				.count = count,
				.loss = loss };

	etw_decoder_insert(source->decoder, &lost.h, NULL, 0);
}

/* A trace that was not closed has no total in its header; its buffers may still say that something
 * is missing. */
static void lose_all(struct etw_source *source)
{
	struct etl_losses losses = etl_reader_losses(source->reader);
	struct etw_decoder_stats stats = etw_decoder_stats(source->decoder);
	const struct {
		uint32_t loss;
		uint64_t count;
	} told[] = {
		{ EV_LOSS_SESSION_EVENTS, losses.session_events },
		{ EV_LOSS_SESSION_BUFFERS, losses.session_buffers },
		{ EV_LOSS_BLOCK_DAMAGED, losses.damaged },
		{ EV_LOSS_FILE_TRUNCATED, losses.truncated },
		{ EV_LOSS_LATE, losses.late },
		{ EV_LOSS_OPEN_EVICTED, stats.evicted },
	};

	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++)
		if (told[i].count)
			lose(source, told[i].loss, told[i].count);
	if (losses.marked_buffers && !losses.session_events && !losses.session_buffers)
		lose(source, EV_LOSS_SESSION_EVENTS, 0);
}

static void end(struct etw_source *source)
{
	struct ev_session_end session_end = { .h = { EV_SESSION_END, sizeof(session_end),
						     EV_CPU_NONE, source->last_ns },
					      .duration_ns = source->last_ns - source->start_ns };

	lose_all(source);
	etw_decoder_end(source->decoder);
	etw_decoder_insert(source->decoder, &session_end.h, NULL, 0);
	source->ended = 1;
}

int etw_source_open(struct etw_source **ret_source, int fd, const char *name, struct ev_error *why)
{
	struct etl_reader *reader;
	struct etw_source *source;
	int err = etl_reader_open(&reader, fd, name, why);

	if (err)
		return err;
	source = calloc(1, sizeof(*source));
	if (source)
		source->decoder = etw_decoder_new(&etl_reader_facts(reader)->clock, ETW_HOLD_FILE);
	if (!source || !source->decoder) {
		free(source);
		etl_reader_close(reader);
		return ev_fail(why, -ENOMEM, "%s: out of memory", name);
	}
	source->reader = reader;
	source->name = name;
	begin(source);
	*ret_source = source;
	return 0;
}

void etw_source_close(struct etw_source *source)
{
	if (!source)
		return;
	etw_decoder_free(source->decoder);
	etl_reader_close(source->reader);
	free(source);
}

/* One Windows event to the decoder, or the end. */
static int feed(struct etw_source *source, struct ev_error *why)
{
	const struct etw_event *event;
	int got = etl_reader_next(source->reader, &event, why);

	if (got < 0)
		return got;
	if (!got) {
		end(source);
		return 0;
	}
	if (event->time_ns > source->last_ns)
		source->last_ns = event->time_ns;
	if (etw_decoder_event(source->decoder, event))
		return ev_fail(why, -ENOMEM, "%s: out of memory", source->name);
	return 0;
}

int etw_source_next(struct etw_source *source, const struct ev_header **ret_event,
		    struct ev_error *why)
{
	const struct ev_header *event = etw_decoder_take(source->decoder);
	int err = 0;

	while (!event && !source->ended && !err) {
		err = feed(source, why);
		event = err ? NULL : etw_decoder_take(source->decoder);
	}
	if (!event)
		return err;
	*ret_event = event;
	return 1;
}

const struct etl_reader *etw_source_reader(const struct etw_source *source)
{
	return source->reader;
}

struct etw_decoder_stats etw_source_stats(const struct etw_source *source)
{
	return etw_decoder_stats(source->decoder);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* SESSION, what the decoder makes of the file, the losses, SESSION_END. */
#include "windows-etw/etw_source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "windows-etw/etw_bytes.h"
#include "windows-etw/etw_provider.h"

struct etw_source {
	const struct etw_feed *feed;
	void *state;
	struct etw_decoder *decoder;
	const char *name;
	struct etl_losses told;
	uint64_t evicted_told;
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

static void begin(struct etw_source *source, const struct etw_feed_facts *facts)
{
	uint64_t first = facts->first_ticks;
	struct ev_session session = {
		.h = { EV_SESSION, sizeof(session), EV_CPU_NONE,
		       etl_clock_ns(&facts->clock, first) },
		.start_unix_ns = etl_clock_unix_ns(etl_clock_filetime(&facts->clock, first)),
		.os = EV_OS_WINDOWS,
		.mode = EV_MODE_FULL,
		.pointer_bytes = (uint8_t)facts->pointer_bytes,
		.cpu_count = facts->cpu_count,
	};
	char text[sizeof(facts->words) + 32];
	int bytes = snprintf(text, sizeof(text), "%skernel=build %u\n", facts->words,
			     (unsigned)facts->os_build);

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

/* What was lost since this was called last. */
static void tell_losses(struct etw_source *source)
{
	struct etl_losses now = source->feed->losses(source->state), *told = &source->told;
	uint64_t evicted = etw_decoder_stats(source->decoder).evicted;
	const struct {
		uint32_t loss;
		uint64_t count;
	} grown[] = {
		{ EV_LOSS_SESSION_EVENTS, now.session_events - told->session_events },
		{ EV_LOSS_SESSION_BUFFERS, now.session_buffers - told->session_buffers },
		{ EV_LOSS_BLOCK_DAMAGED, now.damaged - told->damaged },
		{ EV_LOSS_FILE_TRUNCATED, now.truncated - told->truncated },
		{ EV_LOSS_LATE, now.late - told->late },
		{ EV_LOSS_RECORD_RING_FULL, now.dropped - told->dropped },
		{ EV_LOSS_OPEN_EVICTED, evicted - source->evicted_told },
	};

	for (size_t i = 0; i < sizeof(grown) / sizeof(grown[0]); i++)
		if (grown[i].count)
			lose(source, grown[i].loss, grown[i].count);
	source->told = now;
	source->evicted_told = evicted;
}

static void end(struct etw_source *source)
{
	struct ev_session_end session_end = { .h = { EV_SESSION_END, sizeof(session_end),
						     EV_CPU_NONE, source->last_ns },
					      .duration_ns = source->last_ns - source->start_ns };

	tell_losses(source);
	/* A trace that was not closed has no total in its header; its buffers may still say that
	 * something is missing. */
	if (source->told.marked_buffers && !source->told.session_events &&
	    !source->told.session_buffers)
		lose(source, EV_LOSS_SESSION_EVENTS, 0);
	etw_decoder_end(source->decoder);
	etw_decoder_insert(source->decoder, &session_end.h, NULL, 0);
	source->ended = 1;
}

int etw_source_new(struct etw_source **ret_source, const struct etw_feed *feed, void *state,
		   const struct etw_feed_facts *facts, const char *name)
{
	struct etw_source *source = calloc(1, sizeof(*source));

	if (source)
		source->decoder = etw_decoder_new(&facts->clock, facts->hold_bytes);
	if (!source || !source->decoder) {
		free(source);
		return -ENOMEM;
	}
	source->feed = feed;
	source->state = state;
	source->name = name;
	begin(source, facts);
	*ret_source = source;
	return 0;
}

void etw_source_close(struct etw_source *source)
{
	if (!source)
		return;
	etw_decoder_free(source->decoder);
	source->feed->close(source->state);
	free(source);
}

/* One Windows event to the decoder, or the end. */
static int feed(struct etw_source *source, struct ev_error *why)
{
	const struct etw_event *event;
	int got = source->feed->next(source->state, &event, why);

	/* Whoever watches wants to know of losses now. */
	if (got == -EAGAIN)
		tell_losses(source);
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

size_t etw_source_kinds(const struct etw_source *source)
{
	size_t kinds = 0;

	if (source->feed->counts)
		etl_counts_get(source->feed->counts(source->state), &kinds);
	return kinds;
}

void etw_source_kind(const struct etw_source *source, size_t index, struct etw_kind *ret_kind)
{
	size_t kinds;
	const struct etl_count *count =
		&etl_counts_get(source->feed->counts(source->state), &kinds)[index];
	struct etw_event event = etl_count_event(count);

	*ret_kind = (struct etw_kind){ .count = count->count,
				       .is_known = etw_decoder_knows(source->decoder, &event) };
	etw_provider_text(count, ret_kind->provider);
	if (count->form == ETW_FORM_EVENT)
		snprintf(ret_kind->kind, sizeof(ret_kind->kind), "id %u v%u", count->id,
			 count->version);
	else if (count->form == ETW_FORM_MESSAGE)
		snprintf(ret_kind->kind, sizeof(ret_kind->kind), "message %u", count->id);
	else
		snprintf(ret_kind->kind, sizeof(ret_kind->kind), "type %u v%u", count->type,
			 count->version);
}

struct etw_decoder_stats etw_source_stats(const struct etw_source *source)
{
	return etw_decoder_stats(source->decoder);
}

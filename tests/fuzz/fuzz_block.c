/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The body of a block: two bytes say how many events, the rest is the body, without the checksums
 * that would keep a fuzzer out. What is accepted must be sound: in time order, printable, readable
 * again from its text, and good enough for the writer's side.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "event/block.h"
#include "event/text.h"

enum { SLACK_BYTES = 8, TEXT_EVENTS = 32 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

/* Prints and parses an event: the same must come back. */
static void check_text(const struct ev_header *event)
{
	static char line[EV_TEXT_LINE_BYTES];
	static uint64_t back[EV_EVENT_BYTES_MAX / 8];

	if (ev_text_print(event, line, sizeof(line)) < 0 || ev_text_parse(line, back, NULL) != 1 ||
	    memcmp(event, back, event->size_bytes))
		abort();
}

static void check_events(struct ev_block_view *view, uint32_t count)
{
	struct ev_block_builder *builder = ev_block_builder_new();
	const struct ev_header *event;
	uint64_t last = 0;
	uint32_t seen = 0;

	while ((event = ev_block_next(view))) {
		if (event->time_ns < last || !ev_kind(event->kind) ||
		    event->size_bytes > EV_EVENT_BYTES_MAX)
			abort();
		last = event->time_ns;
		if (seen++ < TEXT_EVENTS)
			check_text(event);
		if (!ev_block_full(builder) && ev_block_add(builder, event) < 0)
			abort();
	}
	if (seen + ev_block_unknown(view) != count)
		abort();
	if (ev_block_event_count(builder)) {
		struct ev_pack pack = { 0 };

		if (ev_block_pack(builder, &pack) < 0)
			abort();
		ev_pack_done(&pack);
	}
	ev_block_builder_free(builder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	struct ev_block_view *view = ev_block_view_new();
	uint32_t count;
	uint8_t *body;

	if (bytes >= 2) {
		count = data[0] | (uint32_t)data[1] << 8;
		body = calloc(1, bytes - 2 + SLACK_BYTES);
		memcpy(body, data + 2, bytes - 2);
		if (!ev_block_open(view, body, bytes - 2, count))
			check_events(view, count);
		free(body);
	}
	ev_block_view_free(view);
	return 0;
}

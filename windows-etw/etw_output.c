/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* A queue of bytes. What was taken is dropped when the end of the memory is reached and half of it
 * is free. */
#include "windows-etw/etw_output.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM_START = 1 << 16 };

void etw_output_init(struct etw_output *output)
{
	*output = (struct etw_output){ 0 };
}

void etw_output_done(struct etw_output *output)
{
	free(output->bytes);
	*output = (struct etw_output){ 0 };
}

static int make_room(struct etw_output *output, size_t bytes)
{
	size_t held = output->end - output->first, room;
	uint8_t *grown;

	if (output->end + bytes <= output->room)
		return 0;
	if (held + bytes <= output->room / 2) {
		memmove(output->bytes, output->bytes + output->first, held);
		output->first = 0;
		output->end = held;
		return 0;
	}
	room = output->room ? output->room * 2 : ROOM_START;
	grown = realloc(output->bytes, room);
	if (!grown)
		return -1;
	output->bytes = grown;
	output->room = room;
	return 0;
}

uint64_t etw_output_add(struct etw_output *output, const struct ev_header *event,
			size_t event_bytes, const void *tail, size_t tail_bytes)
{
	size_t bytes, rounded;
	struct ev_header *added;

	if (tail_bytes > EV_EVENT_BYTES_MAX - event_bytes)
		tail_bytes = EV_EVENT_BYTES_MAX - event_bytes;
	bytes = event_bytes + tail_bytes;
	rounded = (bytes + 7) & ~(size_t)7;
	if (make_room(output, rounded)) {
		output->failed = 1;
		return UINT64_MAX;
	}
	added = (struct ev_header *)(void *)(output->bytes + output->end);
	memcpy(added, event, event_bytes);
	if (tail_bytes)
		memcpy((uint8_t *)added + event_bytes, tail, tail_bytes);
	added->size_bytes = (uint16_t)bytes;
	if (added->time_ns > output->now_ns)
		output->now_ns = added->time_ns;
	else
		added->time_ns = output->now_ns;
	output->end += rounded;
	return output->taken + (output->end - rounded - output->first);
}

struct ev_header *etw_output_at(struct etw_output *output, uint64_t position)
{
	if (position < output->taken || position - output->taken >= output->end - output->first)
		return NULL;
	return (struct ev_header *)(void *)(output->bytes + output->first +
					    (position - output->taken));
}

size_t etw_output_held_bytes(const struct etw_output *output)
{
	return output->end - output->first;
}

const struct ev_header *etw_output_take(struct etw_output *output)
{
	const struct ev_header *event;
	size_t rounded;

	if (output->first == output->end)
		return NULL;
	event = (const struct ev_header *)(const void *)(output->bytes + output->first);
	rounded = ((size_t)event->size_bytes + 7) & ~(size_t)7;
	output->first += rounded;
	output->taken += rounded;
	return event;
}

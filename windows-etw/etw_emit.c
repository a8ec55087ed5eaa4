/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Events on their way out, and the things they refer to: queues and devices are told of when they
 * are used for the first time. A process has one "direct" queue for its file and socket requests,
 * because ETW does not say to which completion port a handle is bound, and one for the packets it
 * takes from kernel queues.
 */
#include "windows-etw/etw_private.h"

#include <stdio.h>
#include <string.h>

struct ev_header etw_header(const struct etw_decoder *decoder, uint16_t kind)
{
	return (struct ev_header){ .kind = kind,
				   .cpu = decoder->event->cpu,
				   .time_ns = decoder->event->time_ns };
}

uint64_t etw_emit(struct etw_decoder *decoder, const void *event, size_t event_bytes,
		  const char *text)
{
	return etw_output_add(&decoder->output, event, event_bytes, text, text ? strlen(text) : 0);
}

static void tell_queue(struct etw_decoder *decoder, uint32_t number, uint32_t pid, uint8_t type)
{
	struct ev_queue queue = {
		.h = etw_header(decoder, EV_QUEUE),
		.queue = number,
		.pid = pid,
		.fd = -1,
		.type = type,
	};

	etw_emit(decoder, &queue, sizeof(queue), etw_process_name(decoder, pid));
}

static uint32_t queue_of(struct etw_decoder *decoder, uint64_t key, uint32_t pid, uint8_t type)
{
	uint64_t *number = etw_map_put(&decoder->queues, key);

	/* Out of room: what is left shares a queue that nobody owns. */
	if (!number)
		return UINT32_MAX;
	if (!*number) {
		*number = ++decoder->queue_count;
		tell_queue(decoder, (uint32_t)*number, pid, type);
	}
	return (uint32_t)*number;
}

uint32_t etw_queue(struct etw_decoder *decoder, uint32_t pid, uint8_t type)
{
	return queue_of(decoder, ((uint64_t)pid << 8 | type) + 1, pid, type);
}

uint32_t etw_own_queue(struct etw_decoder *decoder, uint32_t pid, uint64_t name, uint8_t type)
{
	uint64_t key = (name ^ (uint64_t)pid << 32 ^ type) * 0x9e3779b97f4a7c15u;

	/* The highest bit keeps these keys apart from those of etw_queue. */
	return queue_of(decoder, key | (uint64_t)1 << 63, pid, type);
}

void etw_device(struct etw_decoder *decoder, uint32_t device, uint8_t driver, const char *name)
{
	struct ev_device told = { .h = etw_header(decoder, EV_DEVICE),
				  .device = device,
				  .driver = driver };
	uint64_t *known = etw_map_put(&decoder->devices, (uint64_t)device + 1);
	char text[32];

	if (!known || *known)
		return;
	*known = 1;
	if (!name) {
		snprintf(text, sizeof(text), "disk%u", (unsigned)device);
		name = text;
	}
	etw_emit(decoder, &told, sizeof(told), name);
}

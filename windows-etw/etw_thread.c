/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Kernel queues (KQUEUE), which completion ports are: a packet is put in, a thread takes some out.
 * The events name the packet, not the queue, and all queues of the machine are mixed; what is known
 * is whose thread took a packet. So a process has one queue here for all its ports, and a packet
 * belongs to it from the moment it is taken.
 *
 * How deep the queue was when a packet was put in is then known as well, for a port is first in,
 * first out: all that were in it, and only they, were taken between then and now.
 *
 *    queued    a b c d            when d was queued, b and c were waiting (a was taken before):
 *    taken         a   b c d      b and c were taken after d was queued and before d was taken
 */
#include "windows-etw/etw_private.h"

#include <stdlib.h>

#include "windows-etw/etw_payload.h"

static void enqueue(struct etw_decoder *decoder, const struct etw_event *event)
{
	uint64_t entry = etw_field_pointer(event, 0, 0);
	struct etw_packet *packet = etw_map_put(&decoder->packets, entry);

	if (packet)
		packet->queued_ns = event->time_ns;
	else
		decoder->stats.evicted += entry != 0;
}

static struct etw_reaper *reaper_of(struct etw_decoder *decoder, uint32_t pid)
{
	struct etw_reaper **reaper = etw_map_put(&decoder->reapers, (uint64_t)pid + 1);

	if (!reaper)
		return NULL;
	if (!*reaper) {
		*reaper = calloc(1, sizeof(**reaper));
		if (*reaper)
			(*reaper)->queue = etw_queue(decoder, pid, EV_QUEUE_IOCP);
	}
	return *reaper;
}

/* Packets that waited when this one was queued, this one included. */
static uint32_t depth_at(const struct etw_reaper *reaper, uint64_t queued_ns)
{
	uint64_t count = reaper->count;
	uint64_t oldest = count > ETW_REAPED ? count - ETW_REAPED : 0;
	uint32_t depth = 1;

	while (count-- > oldest) {
		if (reaper->reaped_ns[count % ETW_REAPED] <= queued_ns)
			break;
		depth += reaper->queued_ns[count % ETW_REAPED] <= queued_ns;
	}
	return depth;
}

static void take(struct etw_decoder *decoder, struct etw_reaper *reaper, uint64_t entry)
{
	const struct etw_packet *packet = etw_map_get(&decoder->packets, entry);
	struct ev_completion completion = { .h = etw_header(decoder, EV_COMPLETION),
					    .user_data = entry,
					    .queue = reaper->queue,
					    .type = EV_COMPLETION_OTHER };

	if (packet) {
		completion.cq_depth = depth_at(reaper, packet->queued_ns);
		reaper->queued_ns[reaper->count % ETW_REAPED] = packet->queued_ns;
		reaper->reaped_ns[reaper->count++ % ETW_REAPED] = completion.h.time_ns;
		etw_map_remove(&decoder->packets, entry);
	} else {
		decoder->stats.no_start++; /* queued before the trace began */
	}
	etw_emit(decoder, &completion, sizeof(completion), NULL);
}

static void dequeue(struct etw_decoder *decoder, const struct etw_event *event)
{
	uint32_t tid = etw_field_u32(event, 0, 0), count = etw_field_u32(event, 4, 4);
	uint32_t room = (event->payload_bytes - 8) / event->pointer_bytes;
	uint32_t pid = etw_pid_of(decoder, tid, tid == event->tid ? event->pid : ETW_ID_NONE);
	struct etw_reaper *reaper = reaper_of(decoder, pid);

	if (!reaper)
		return;
	if (count > room)
		decoder->stats.too_short++;
	for (uint32_t i = 0; i < count && i < room; i++)
		take(decoder, reaper,
		     etw_pointer(event->payload + 8 + i * event->pointer_bytes,
				 event->pointer_bytes));
}

void etw_packets_free(struct etw_decoder *decoder)
{
	struct etw_reaper **reaper;
	uint64_t key;
	size_t at = 0;

	while ((reaper = etw_map_next(&decoder->reapers, &at, &key)))
		free(*reaper);
}

static const struct etw_row rows[] = {
	{ ETW_GROUP_THREAD, 62, 2, 2, 8, 12, enqueue },
	{ ETW_GROUP_THREAD, 63, 2, 2, 8, 8, dequeue },
};
const struct etw_rows etw_thread_rows = { rows, sizeof(rows) / sizeof(rows[0]) };

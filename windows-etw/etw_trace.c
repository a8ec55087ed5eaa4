/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * What a trace says of the machine and of itself: physical disks by number (SystemConfig), and the
 * places where events were lost.
 */
#include "windows-etw/etw_private.h"

#include <stdio.h>

#include "windows-etw/etw_payload.h"

enum { DISK_LEAST = 24, LOST_EVENTS = 32 /* 33: a buffer, 34: a file */ };

/* Says more than the first command of the disk did: the same device again, with its size. */
static void physical_disk(struct etw_decoder *decoder, const struct etw_event *event)
{
	struct ev_device device = { .h = etw_header(decoder, EV_DEVICE) };
	uint64_t *known;
	char text[32];

	device.device = etw_u32(event->payload);
	device.block_bytes = etw_u32(event->payload + 4);
	device.size_bytes = (uint64_t)device.block_bytes * etw_u32(event->payload + 8) *
			    etw_u32(event->payload + 12) * etw_u64(event->payload + 16);
	known = etw_map_put(&decoder->devices, (uint64_t)device.device + 1);
	if (!known)
		return;
	*known = 1;
	snprintf(text, sizeof(text), "disk%u", (unsigned)device.device);
	etw_emit(decoder, &device, sizeof(device), text);
}

/* The LostEvent provider marks the places where a real-time session lost something. How much is not
 * said here, and may be in the trace header's total. */
int etw_is_lost_event(const struct etw_event *event)
{
	static const struct etw_guid provider = { { 0xe0, 0x9a, 0x39, 0x6a, 0xc6, 0x4b, 0xe9, 0x4d,
						    0x87, 0x0b, 0x36, 0x57, 0xf8, 0x94, 0x7e,
						    0x7e } };

	return etw_guid_equal(&event->provider, &provider);
}

void etw_lost_event(struct etw_decoder *decoder, const struct etw_event *event)
{
	struct ev_lost lost = { .h = etw_header(decoder, EV_LOST) };

	if (!etw_is_lost_event(event)) {
		decoder->stats.ignored++;
		return;
	}
	lost.loss = event->type == LOST_EVENTS ? EV_LOSS_SESSION_EVENTS : EV_LOSS_SESSION_BUFFERS;
	decoder->stats.decoded++;
	etw_emit(decoder, &lost, sizeof(lost), NULL);
}

static const struct etw_row rows[] = {
	{ ETW_GROUP_CONFIG, 11, 0, 255, DISK_LEAST, DISK_LEAST, physical_disk },
};
const struct etw_rows etw_trace_rows = { rows, sizeof(rows) / sizeof(rows[0]) };

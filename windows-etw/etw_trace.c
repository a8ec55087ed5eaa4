/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * What a trace says of the machine and of itself: physical disks by number (SystemConfig), and the
 * places where events were lost.
 */
#include "windows-etw/etw_private.h"

#include <stdio.h>

#include "windows-etw/etw_payload.h"

enum { DISK_LEAST = 24 };

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

static const struct etw_row rows[] = {
	{ ETW_GROUP_CONFIG, 11, 0, 255, DISK_LEAST, DISK_LEAST, physical_disk },
};
const struct etw_rows etw_trace_rows = { rows, sizeof(rows) / sizeof(rows[0]) };

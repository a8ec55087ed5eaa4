/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Queues that live in a program's own memory (RIO, IoRing): Windows has no event for their
 * requests, so the program tells of them itself, by TraceLogging events of the provider
 * ringlens.Queues, {7f3c41d2-58ab-4e0c-9d16-2b90e6a7c854}. docs/windows.md describes them for any
 * program that wants to be seen. Fields are found by name, in any order, of any whole-number type:
 *
 *    Submit     Queue, Kind (3: RIO, 4: IoRing), Op, UserData, Offset, Length, Depth
 *    Complete   Queue, Kind, UserData, Result (bytes, or an HRESULT below 0), Depth
 *
 * Depth is that of the submission queue in Submit, of the completion queue in Complete. What a
 * program says is believed as far as it concerns itself: it cannot speak of another's queues,
 * because the process comes from the event's header.
 */
#include "windows-etw/etw_private.h"

#include <string.h>

#include "windows-etw/etw_schema.h"

struct own {
	uint64_t queue, kind, op, user_data, offset, length, depth, result;
};

static const struct {
	const char *name;
	size_t at;
} fields[] = {
	{ "Queue", offsetof(struct own, queue) },   { "Kind", offsetof(struct own, kind) },
	{ "Op", offsetof(struct own, op) },	    { "UserData", offsetof(struct own, user_data) },
	{ "Offset", offsetof(struct own, offset) }, { "Length", offsetof(struct own, length) },
	{ "Depth", offsetof(struct own, depth) },   { "Result", offsetof(struct own, result) },
};

static int read_own(const struct etw_event *event, struct etw_schema *schema, struct own *own)
{
	struct etw_schema_field field;
	int got = etw_schema_open(schema, event);

	if (got)
		return got;
	while ((got = etw_schema_next(schema, &field)) > 0) {
		uint64_t number;

		if (!etw_schema_number(&field, &number))
			continue;
		for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
			if (!strcmp(field.name, fields[i].name))
				memcpy((uint8_t *)own + fields[i].at, &number, sizeof(number));
	}
	return got;
}

static uint8_t kind_of(const struct own *own)
{
	return own->kind == EV_QUEUE_IORING ? EV_QUEUE_IORING : EV_QUEUE_RIO;
}

static uint16_t op_of(const struct own *own)
{
	uint16_t first =
		kind_of(own) == EV_QUEUE_IORING ? EV_WINDOWS_IORING_NOP : EV_WINDOWS_RIO_SEND;
	uint16_t last = kind_of(own) == EV_QUEUE_IORING ? EV_WINDOWS_IORING_WRITE_GATHER
							: EV_WINDOWS_RIO_RECV;

	return own->op <= (uint64_t)(last - first) ? (uint16_t)(first + own->op)
						   : EV_WINDOWS_IRP_OTHER;
}

static void submit(struct etw_decoder *decoder, const struct own *own, uint64_t key)
{
	const struct etw_event *event = decoder->event;
	struct etw_request *open = etw_request_start(decoder, key, op_of(own));
	uint32_t pid = etw_pid_of(decoder, event->tid, event->pid);

	if (!open)
		return;
	open->request.pid = pid;
	open->request.user_data = own->user_data;
	open->request.offset_bytes = own->offset;
	open->request.length_bytes = (uint32_t)own->length;
	open->request.sq_depth = (uint32_t)own->depth;
	open->request.queue = etw_own_queue(decoder, pid, own->queue, kind_of(own));
}

static void complete(struct etw_decoder *decoder, const struct own *own, uint64_t key)
{
	struct etw_request *open = etw_map_get(&decoder->requests, key);
	int64_t result = (int64_t)own->result;

	if (open)
		open->request.cq_depth = (uint32_t)own->depth;
	etw_request_close(decoder, key, result < 0 ? (uint32_t)result : 0,
			  result < 0 ? -(int64_t)(uint32_t)result : result);
}

static void own_event(struct etw_decoder *decoder, const struct etw_event *event)
{
	struct etw_schema schema;
	struct own own = { 0 };
	uint64_t key;

	if (read_own(event, &schema, &own)) {
		decoder->stats.too_short++;
		return;
	}
	/* Queues of different processes may have the same number, and requests of different queues
	 * the same user_data. */
	key = etw_map_mix(etw_map_mix(etw_map_mix(event->pid, own.queue), own.user_data),
			  kind_of(&own)) |
	      1;
	if (!strcmp(schema.name, "Submit"))
		submit(decoder, &own, key);
	else if (!strcmp(schema.name, "Complete"))
		complete(decoder, &own, key);
	else
		decoder->stats.ignored++;
}

/* TraceLogging events have no id: all are 0. */
static const struct etw_manifest_row manifest_rows[] = { { 0, 0, 0, 0, 0, own_event } };
const struct etw_manifest etw_own_manifest = { { { 0xd2, 0x41, 0x3c, 0x7f, 0xab, 0x58, 0x0c, 0x4e,
						   0x9d, 0x16, 0x2b, 0x90, 0xe6, 0xa7, 0xc8,
						   0x54 } },
					       manifest_rows,
					       sizeof(manifest_rows) / sizeof(manifest_rows[0]) };

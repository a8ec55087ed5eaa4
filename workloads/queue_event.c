/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * TraceLogging without the SDK's macros. An event describes itself:
 *
 *    provider   u16 size of all | name NUL
 *    event      u16 size of all | tag byte 0 | name NUL | fields: name NUL, type byte
 *    values     one after the other, packed, in the order of the fields
 *
 * Both halves of an event come from one table, so that they cannot disagree.
 */
#include "workloads/queue_event.h"

#include <stddef.h>
#include <string.h>

/* Types of TraceLogging fields (TlgIn…). */
enum tlg_type { TLG_U8 = 4, TLG_U32 = 8, TLG_I64 = 9, TLG_U64 = 10 };

enum { IN_SUBMIT = 1 << LOAD_QUEUE_EVENT_SUBMIT, IN_COMPLETE = 1 << LOAD_QUEUE_EVENT_COMPLETE };

#define AT(field)    offsetof(struct load_queue_fact, field)
#define BYTES(field) sizeof(((struct load_queue_fact *)0)->field)

static const struct {
	const char *name;
	uint8_t type; /* enum tlg_type */
	uint8_t in;   /* which events have it */
	uint16_t at;
	uint16_t bytes;
} fields[] = {
	{ "Queue", TLG_U64, IN_SUBMIT | IN_COMPLETE, AT(queue), BYTES(queue) },
	{ "Kind", TLG_U8, IN_SUBMIT | IN_COMPLETE, AT(kind), BYTES(kind) },
	{ "UserData", TLG_U64, IN_SUBMIT | IN_COMPLETE, AT(user_data), BYTES(user_data) },
	{ "Op", TLG_U8, IN_SUBMIT, AT(op), BYTES(op) },
	{ "Offset", TLG_U64, IN_SUBMIT, AT(offset_bytes), BYTES(offset_bytes) },
	{ "Length", TLG_U32, IN_SUBMIT, AT(length_bytes), BYTES(length_bytes) },
	{ "Result", TLG_I64, IN_COMPLETE, AT(result), BYTES(result) },
	{ "Depth", TLG_U32, IN_SUBMIT | IN_COMPLETE, AT(depth), BYTES(depth) },
};
enum { FIELDS = sizeof(fields) / sizeof(fields[0]) };

static const char *const names[] = {
	[LOAD_QUEUE_EVENT_SUBMIT] = "Submit", [LOAD_QUEUE_EVENT_COMPLETE] = "Complete"
};

static uint8_t *put_name(uint8_t *at, const char *name)
{
	size_t bytes = strlen(name) + 1;

	memcpy(at, name, bytes);
	return at + bytes;
}

/* Writes the size, known at last, before everything. */
static uint32_t put_size(uint8_t *bytes, const uint8_t *end)
{
	uint16_t size = (uint16_t)(end - bytes);

	memcpy(bytes, &size, sizeof(size));
	return size;
}

uint32_t load_queue_event_provider(uint8_t *bytes)
{
	return put_size(bytes, put_name(bytes + 2, "ringlens.Queues"));
}

uint32_t load_queue_event_schema(enum load_queue_event event, uint8_t *bytes)
{
	uint8_t *at = bytes + 2;

	*at++ = 0;
	at = put_name(at, names[event]);
	for (int i = 0; i < FIELDS; i++) {
		if (!(fields[i].in >> event & 1))
			continue;
		at = put_name(at, fields[i].name);
		*at++ = fields[i].type;
	}
	return put_size(bytes, at);
}

uint32_t load_queue_event_values(enum load_queue_event event, const struct load_queue_fact *fact,
				 uint8_t *bytes)
{
	uint8_t *at = bytes;

	for (int i = 0; i < FIELDS; i++) {
		if (!(fields[i].in >> event & 1))
			continue;
		memcpy(at, (const uint8_t *)fact + fields[i].at, fields[i].bytes);
		at += fields[i].bytes;
	}
	return (uint32_t)(at - bytes);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * One function a header. They trust nothing but that `size` bytes of record are there; the table
 * below has checked that `size` covers the header.
 *
 *    byte 3      header                       bytes     time at  thread, process at
 *    0xc0        by byte 2: the table below
 *    0x9?        message                      8 + parts  by flag  by flag
 *    0xb?        size, hook, 32-bit time?     not understood: nobody has seen one
 *    0xff (and all of the word)               the records end here
 *
 * The pointers of a payload are as wide as its own header says, which need not be as wide as those
 * of the file: 32-bit programs run on 64-bit Windows.
 */
#include "windows-etw/etl_record.h"

#include <errno.h>
#include <stddef.h>

#include "windows-etw/etw_bytes.h"

enum {
	MARKER_STANDARD = 0xc0,
	MARKER_MESSAGE = 0x90,
	VERSION_PEBS = 0x8000, /* 8 bytes of processor data behind the header */
	VERSION_PMC_SHIFT = 8, /* a count of performance counters, 8 bytes each */
	VERSION_PMC_MASK = 7,
	EVENT_EXTENDED = 1, /* flags: extended items follow the header */
	ITEM_BYTES_MIN = 8,
	ITEM_SCHEMA = 11,
	ITEM_TRAITS = 12,
	ITEM_MORE = 1,
	MESSAGE_SEQUENCE = 1,
	MESSAGE_GUID = 2,
	MESSAGE_COMPONENT = 4,
	MESSAGE_TIME = 8,
	MESSAGE_IDS = 0x20,
};

struct header {
	uint8_t bytes; /* 0: there is no such header */
	uint8_t size_at;
	uint8_t time_at; /* 0: no time */
	uint8_t ids_at;	 /* 0: no thread and process */
	uint8_t form;
	uint8_t pointer_bytes;
	int (*read)(const uint8_t *at, uint32_t size, struct etw_event *event);
};

/* Kernel headers: hook at 6, and counters that the processor added between header and payload. */
static int read_kernel(const uint8_t *at, uint32_t size, struct etw_event *event)
{
	uint16_t version = etw_u16(at);
	uint32_t extra = (uint32_t)(version >> VERSION_PMC_SHIFT & VERSION_PMC_MASK) * 8;

	if (version & VERSION_PEBS)
		extra += 8;
	if (extra > event->payload_bytes)
		return -EBADMSG;
	event->version = (uint8_t)version;
	event->type = at[6];
	event->group = at[7];
	event->payload += extra;
	event->payload_bytes -= extra;
	(void)size;
	return 0;
}

/* A program that speaks for a kernel provider: 64-bit files have these from tools that rewrite
 * traces. */
static int read_full(const uint8_t *at, uint32_t size, struct etw_event *event)
{
	memcpy(&event->provider, at + 0x18, sizeof(event->provider));
	event->type = at[4];
	event->level = at[5];
	event->version = (uint8_t)etw_u16(at + 6);
	event->group = etw_guid_group(&event->provider);
	(void)size;
	return 0;
}

/* The GUID is behind a handle that means nothing outside the machine: it counts as one provider. */
static int read_instance(const uint8_t *at, uint32_t size, struct etw_event *event)
{
	event->type = at[4];
	event->level = at[5];
	event->version = (uint8_t)etw_u16(at + 6);
	(void)size;
	return 0;
}

/* Steps over the extended items; remembers what TraceLogging says of the event and its provider. */
static int read_items(struct etw_event *event)
{
	int more = 1;

	while (more) {
		uint32_t item_bytes, data_bytes;

		if (event->payload_bytes < ITEM_BYTES_MIN)
			return -EBADMSG;
		item_bytes = etw_u16(event->payload);
		data_bytes = etw_u16(event->payload + 6);
		if (item_bytes < ITEM_BYTES_MIN || item_bytes > event->payload_bytes ||
		    data_bytes > item_bytes - ITEM_BYTES_MIN)
			return -EBADMSG;
		if (etw_u16(event->payload + 2) == ITEM_SCHEMA) {
			event->schema = event->payload + ITEM_BYTES_MIN;
			event->schema_bytes = data_bytes;
		} else if (etw_u16(event->payload + 2) == ITEM_TRAITS) {
			event->traits = event->payload + ITEM_BYTES_MIN;
			event->traits_bytes = data_bytes;
		}
		more = etw_u16(event->payload + 4) & ITEM_MORE;
		event->payload += item_bytes;
		event->payload_bytes -= item_bytes;
	}
	return 0;
}

static int read_event(const uint8_t *at, uint32_t size, struct etw_event *event)
{
	memcpy(&event->provider, at + 0x18, sizeof(event->provider));
	event->id = etw_u16(at + 0x28);
	event->version = at[0x2a];
	event->level = at[0x2c];
	event->type = at[0x2d];
	event->keyword = etw_u64(at + 0x30);
	(void)size;
	return etw_u16(at + 4) & EVENT_EXTENDED ? read_items(event) : 0;
}

static int read_nothing(const uint8_t *at, uint32_t size, struct etw_event *event)
{
	(void)at;
	(void)size;
	(void)event;
	return 0;
}

/* A software trace message: the parts of its header are as many as its flags say. */
static int read_message(const uint8_t *at, uint32_t size, struct etw_event *event)
{
	uint16_t flags = etw_u16(at + 6);
	uint32_t part = 8;

	event->id = etw_u16(at + 4);
	part += flags & MESSAGE_SEQUENCE ? 4 : 0;
	if (flags & (MESSAGE_GUID | MESSAGE_COMPONENT)) {
		uint32_t bytes = flags & MESSAGE_GUID ? 16 : 4;

		if (part + bytes > size)
			return -EBADMSG;
		memcpy(&event->provider, at + part, bytes);
		part += bytes;
	}
	if (flags & MESSAGE_TIME) {
		if (part + 8 > size)
			return -EBADMSG;
		event->ticks = etw_u64(at + part);
		part += 8;
	}
	if (flags & MESSAGE_IDS) {
		if (part + 8 > size)
			return -EBADMSG;
		event->tid = etw_u32(at + part);
		event->pid = etw_u32(at + part + 4);
		part += 8;
	}
	if (part > size)
		return -EBADMSG;
	event->payload = at + part;
	event->payload_bytes = size - part;
	return 0;
}

static const struct header standard[] = {
	[ETL_HEADER_SYSTEM32] = { 32, 4, 0x10, 8, ETW_FORM_SYSTEM, 4, read_kernel },
	[ETL_HEADER_SYSTEM64] = { 32, 4, 0x10, 8, ETW_FORM_SYSTEM, 8, read_kernel },
	[ETL_HEADER_COMPACT32] = { 24, 4, 0x10, 8, ETW_FORM_COMPACT, 4, read_kernel },
	[ETL_HEADER_COMPACT64] = { 24, 4, 0x10, 8, ETW_FORM_COMPACT, 8, read_kernel },
	[ETL_HEADER_FULL32] = { 48, 0, 0x10, 8, ETW_FORM_CLASSIC, 4, read_full },
	[ETL_HEADER_INSTANCE32] = { 56, 0, 0x10, 8, ETW_FORM_INSTANCE, 4, read_instance },
	[ETL_HEADER_TIMED] = { 8, 0, 0, 0, ETW_FORM_OTHER, 8, read_nothing },
	[ETL_HEADER_ERROR] = { 8, 0, 0, 0, ETW_FORM_OTHER, 8, read_nothing },
	[ETL_HEADER_WNODE] = { 8, 0, 0, 0, ETW_FORM_OTHER, 8, read_nothing },
	[ETL_HEADER_MESSAGE] = { 8, 0, 0, 0, ETW_FORM_MESSAGE, 8, read_message },
	[ETL_HEADER_PERFINFO32] = { 16, 4, 8, 0, ETW_FORM_PERFINFO, 4, read_kernel },
	[ETL_HEADER_PERFINFO64] = { 16, 4, 8, 0, ETW_FORM_PERFINFO, 8, read_kernel },
	[ETL_HEADER_EVENT32] = { 80, 0, 0x10, 8, ETW_FORM_EVENT, 4, read_event },
	[ETL_HEADER_EVENT64] = { 80, 0, 0x10, 8, ETW_FORM_EVENT, 8, read_event },
	[ETL_HEADER_FULL64] = { 48, 0, 0x10, 8, ETW_FORM_CLASSIC, 8, read_full },
	[ETL_HEADER_INSTANCE64] = { 56, 0, 0x10, 8, ETW_FORM_INSTANCE, 8, read_instance },
	[22] = { 8, 0, 0, 0, ETW_FORM_OTHER, 8, read_nothing }, /* timed, 64 bit */
	[23] = { 8, 0, 0, 0, ETW_FORM_OTHER, 8, read_nothing }, /* error or WNODE, 64 bit */
};
static const struct header message = { 8, 0, 0, 0, ETW_FORM_MESSAGE, 8, read_message };

static const struct header *header_of(const uint8_t *at)
{
	if ((at[3] & 0xf0) == MARKER_MESSAGE)
		return &message;
	if (at[3] != MARKER_STANDARD || at[2] >= sizeof(standard) / sizeof(standard[0]) ||
	    !standard[at[2]].bytes)
		return NULL;
	return &standard[at[2]];
}

int32_t etl_record_read(const uint8_t *at, uint32_t bytes, struct etw_event *ret_event)
{
	const struct header *header;
	uint32_t size;
	int err;

	if (bytes < ETL_RECORD_BYTES_MIN || etw_u32(at) == 0xffffffff)
		return 0;
	header = header_of(at);
	if (!header)
		return -EBADMSG;
	size = etw_u16(at + header->size_at);
	if (size < header->bytes || size > bytes)
		return -EBADMSG;
	ret_event->ticks = header->time_at ? etw_u64(at + header->time_at) : UINT64_MAX;
	ret_event->payload = at + header->bytes;
	ret_event->payload_bytes = size - header->bytes;
	ret_event->schema = ret_event->traits = NULL;
	ret_event->schema_bytes = ret_event->traits_bytes = 0;
	memset(&ret_event->provider, 0, sizeof(ret_event->provider));
	ret_event->tid = header->ids_at ? etw_u32(at + header->ids_at) : ETW_ID_NONE;
	ret_event->pid = header->ids_at ? etw_u32(at + header->ids_at + 4) : ETW_ID_NONE;
	ret_event->id = 0;
	ret_event->form = header->form;
	ret_event->group = ETW_GROUP_NONE;
	ret_event->type = ret_event->version = ret_event->level = 0;
	ret_event->pointer_bytes = header->pointer_bytes;
	ret_event->keyword = 0;
	err = header->read(at, size, ret_event);
	return err ? err : (int32_t)size;
}

uint64_t etl_record_ticks(const uint8_t *at, uint32_t bytes)
{
	const struct header *header = bytes >= ETL_RECORD_BYTES_MIN ? header_of(at) : NULL;

	if (!header || !header->time_at || bytes < (uint32_t)header->time_at + 8)
		return UINT64_MAX;
	return etw_u64(at + header->time_at);
}

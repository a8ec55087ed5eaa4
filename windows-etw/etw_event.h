/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WINDOWS_ETW_EVENT_H
#define WINDOWS_ETW_EVENT_H
/*
 * One Windows event before it means anything to us: who says it, which one it is, when, where, and
 * its payload. The ETL reader fills it from a file; on Windows the API's EVENT_RECORD fills it. The
 * decoder sees nothing else, so it cannot tell the two apart.
 */
#include <stdint.h>

#include "windows-etw/etw_guid.h"

/* Thread and process of an event that was written without them. */
enum { ETW_ID_NONE = 0xffffffff };

/* How the event was written; the numbers of the record headers are in etl_record.h. */
enum etw_form {
	ETW_FORM_SYSTEM = 1,   /* kernel, with thread and process */
	ETW_FORM_PERFINFO = 2, /* kernel, time only */
	ETW_FORM_COMPACT = 3,  /* kernel, with thread and process, no processor times */
	ETW_FORM_CLASSIC = 4,  /* a program's TraceEvent: GUID and type */
	ETW_FORM_INSTANCE = 5, /* TraceEventInstance: a registration handle stands for the GUID */
	ETW_FORM_EVENT = 6,    /* manifest or TraceLogging: GUID, id, version */
	ETW_FORM_MESSAGE = 7,  /* software trace (WPP): a message number */
	ETW_FORM_OTHER = 8,    /* a header that is known by its size only */
};

struct etw_event {
	uint64_t ticks; /* as written; etl_clock.h */
	uint64_t time_ns;
	const uint8_t *payload;
	const uint8_t *schema;	  /* TraceLogging: name and fields; NULL: none */
	const uint8_t *traits;	  /* of the provider: its name; NULL: none */
	struct etw_guid provider; /* not set for kernel forms: `group` says it */
	uint32_t payload_bytes;
	uint32_t schema_bytes;
	uint32_t traits_bytes;
	uint32_t cpu;
	uint32_t pid; /* ETW_ID_NONE: not told */
	uint32_t tid;
	uint16_t id;   /* event id, message number */
	uint8_t form;  /* enum etw_form */
	uint8_t group; /* kernel forms, and classic ones of a kernel provider; else ETW_GROUP_NONE
			*/
	uint8_t type;  /* classic: type; manifest: opcode */
	uint8_t version;
	uint8_t level;
	uint8_t pointer_bytes; /* of the payload: 4 or 8 */
	uint64_t keyword;
};

#endif

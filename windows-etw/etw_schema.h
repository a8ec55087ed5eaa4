/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WINDOWS_ETW_SCHEMA_H
#define WINDOWS_ETW_SCHEMA_H
/*
 * TraceLogging events describe themselves: their name and the name and type of every field come
 * with each event. This reads any of them, field by field, without knowing the provider.
 */
#include <stddef.h>
#include <stdint.h>

#include "windows-etw/etw_event.h"

/* Types of fields, as in the description. */
enum etw_schema_type {
	ETW_SCHEMA_NONE = 0,
	ETW_SCHEMA_WIDE = 1,   /* UTF-16, NUL at its end */
	ETW_SCHEMA_NARROW = 2, /* bytes, NUL at their end */
	ETW_SCHEMA_I8 = 3,
	ETW_SCHEMA_U8 = 4,
	ETW_SCHEMA_I16 = 5,
	ETW_SCHEMA_U16 = 6,
	ETW_SCHEMA_I32 = 7,
	ETW_SCHEMA_U32 = 8,
	ETW_SCHEMA_I64 = 9,
	ETW_SCHEMA_U64 = 10,
	ETW_SCHEMA_FLOAT = 11,
	ETW_SCHEMA_DOUBLE = 12,
	ETW_SCHEMA_BOOL = 13,	/* 4 bytes */
	ETW_SCHEMA_BINARY = 14, /* u16 of bytes before it */
	ETW_SCHEMA_GUID = 15,
	ETW_SCHEMA_POINTER = 16,
	ETW_SCHEMA_FILETIME = 17,
	ETW_SCHEMA_SYSTEMTIME = 18,
	ETW_SCHEMA_SID = 19,
	ETW_SCHEMA_HEX32 = 20,
	ETW_SCHEMA_HEX64 = 21,
	ETW_SCHEMA_COUNTED_WIDE = 22,	/* u16 of bytes before it */
	ETW_SCHEMA_COUNTED_NARROW = 23, /* u16 of bytes before it */
	ETW_SCHEMA_STRUCT = 24,		/* has no value of its own: its members follow as fields */
	ETW_SCHEMA_COUNTED_BINARY = 25,
};

struct etw_schema {
	const char *name;     /* of the event; ends with a NUL inside the description */
	const uint8_t *field; /* description of the next field */
	uint32_t field_left;
	const uint8_t *value; /* of the next field */
	uint32_t value_left;
	uint8_t pointer_bytes;
};

struct etw_schema_field {
	const char *name;
	const uint8_t *value;
	uint32_t value_bytes; /* of all its elements */
	uint32_t count;	      /* elements: 1 unless it is an array */
	uint8_t type;	      /* enum etw_schema_type */
	uint8_t out_type;     /* how it wants to be shown; for a struct, how many members */
	uint8_t is_array;
};

/* 0, or -EBADMSG when the event has no description that can be read. */
int etw_schema_open(struct etw_schema *schema, const struct etw_event *event);
/* 1 and a field, 0 at the end, -EBADMSG when description or payload cannot be followed. */
int etw_schema_next(struct etw_schema *schema, struct etw_schema_field *ret_field);
/* A whole number, sign-extended; 0: the field is none. */
int etw_schema_number(const struct etw_schema_field *field, uint64_t *ret_number);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef EVENT_KINDS_H
#define EVENT_KINDS_H
/*
 * The kinds table: for every event kind its name, its fields, their units and one line of meaning.
 * The text form, the file's columns, JSON keys, screen headings and docs/events.md all come from
 * here.
 */
#include <stddef.h>
#include <stdint.h>

#include "event/record.h"

enum ev_type { EV_TYPE_U8 = 1, EV_TYPE_U16, EV_TYPE_U32, EV_TYPE_U64, EV_TYPE_I32, EV_TYPE_I64 };

enum ev_unit {
	EV_UNIT_NONE, /* a plain number */
	EV_UNIT_TIME, /* a moment on the session's timeline, ns */
	EV_UNIT_NS,   /* a duration */
	EV_UNIT_BYTES,
	EV_UNIT_COUNT,
	EV_UNIT_ID,   /* compared for equality only */
	EV_UNIT_HEX,  /* flags or opaque bits, printed in hexadecimal */
	EV_UNIT_NAME, /* one of an enumeration; `names` says which */
};

/* What follows the fixed part of an event. */
enum ev_tail { EV_TAIL_NONE, EV_TAIL_TEXT /* UTF-8, no NUL */, EV_TAIL_BYTES };

struct ev_field {
	const char *name;	  /* as in the struct; `stage_ns[3]` is stage_ns_3 */
	const char *what;	  /* one line */
	const char *const *names; /* EV_UNIT_NAME: words by value, NULL where a value has none */
	uint16_t name_count;
	uint16_t offset_bytes;
	uint8_t type; /* enum ev_type */
	uint8_t unit; /* enum ev_unit */
};

struct ev_kind {
	const char *name;
	const char *what;
	const char *tail_name;	       /* NULL: no variable part */
	const struct ev_field *fields; /* header fields cpu and time_ns first; kind and size_bytes
					  are not listed */
	uint16_t field_count;
	uint16_t id;	     /* enum ev_kind_id */
	uint16_t size_bytes; /* of the fixed part */
	uint8_t tail;	     /* enum ev_tail */
};

/* NULL for a kind this build does not know. */
const struct ev_kind *ev_kind(uint16_t id);
const struct ev_kind *ev_kind_by_name(const char *name);
/* All kinds in order of id. */
const struct ev_kind *ev_kinds(size_t *ret_count);

/* Width of a type. */
unsigned ev_type_bytes(uint8_t type);
/* A field's value, widened; signed types are sign-extended. */
uint64_t ev_field_get(const struct ev_field *field, const struct ev_header *event);
void ev_field_set(const struct ev_field *field, struct ev_header *event, uint64_t value);

/* The variable part: its start (never NULL) and length. */
static inline const char *ev_tail(const struct ev_kind *kind, const struct ev_header *event,
				  size_t *ret_bytes)
{
	*ret_bytes = event->size_bytes - (size_t)kind->size_bytes;
	return (const char *)event + kind->size_bytes;
}

#endif

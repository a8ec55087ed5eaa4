/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WINDOWS_ETW_PAYLOAD_H
#define WINDOWS_ETW_PAYLOAD_H
/*
 * Fields of a payload. Classic payloads are packed byte by byte, and a field's place depends only
 * on how wide pointers are: each accessor takes both offsets, as the tables of the classes give
 * them. Fields inside the least size that the decoder's table demands need no check.
 */
#include "windows-etw/etw_bytes.h"
#include "windows-etw/etw_event.h"

static inline const uint8_t *etw_at(const struct etw_event *event, unsigned narrow, unsigned wide)
{
	return event->payload + (event->pointer_bytes == 4 ? narrow : wide);
}

static inline uint32_t etw_field_u32(const struct etw_event *event, unsigned narrow, unsigned wide)
{
	return etw_u32(etw_at(event, narrow, wide));
}

static inline uint64_t etw_field_u64(const struct etw_event *event, unsigned narrow, unsigned wide)
{
	return etw_u64(etw_at(event, narrow, wide));
}

static inline uint64_t etw_field_pointer(const struct etw_event *event, unsigned narrow,
					 unsigned wide)
{
	return etw_pointer(etw_at(event, narrow, wide), event->pointer_bytes);
}

/* Bytes from a field to the end of the payload. */
static inline uint32_t etw_bytes_from(const struct etw_event *event, unsigned narrow, unsigned wide)
{
	unsigned at = event->pointer_bytes == 4 ? narrow : wide;

	return event->payload_bytes > at ? event->payload_bytes - at : 0;
}

/* Fields one after the other, for payloads with strings in the middle. Reading past the end gives
 * zeros and says so. */
struct etw_walk {
	const uint8_t *at;
	uint32_t left;
	uint8_t pointer_bytes;
	uint8_t short_of; /* a field was not there */
};

static inline struct etw_walk etw_walk(const struct etw_event *event)
{
	return (struct etw_walk){ event->payload, event->payload_bytes, event->pointer_bytes, 0 };
}

/* The next `bytes`, NULL when there are fewer. */
static inline const uint8_t *etw_walk_skip(struct etw_walk *walk, uint32_t bytes)
{
	const uint8_t *at = walk->at;

	if (walk->left < bytes) {
		walk->short_of = 1;
		walk->left = 0;
		return NULL;
	}
	walk->at += bytes;
	walk->left -= bytes;
	return at;
}

static inline uint8_t etw_walk_u8(struct etw_walk *walk)
{
	const uint8_t *at = etw_walk_skip(walk, 1);

	return at ? *at : 0;
}

static inline uint16_t etw_walk_u16(struct etw_walk *walk)
{
	const uint8_t *at = etw_walk_skip(walk, 2);

	return at ? etw_u16(at) : 0;
}

static inline uint32_t etw_walk_u32(struct etw_walk *walk)
{
	const uint8_t *at = etw_walk_skip(walk, 4);

	return at ? etw_u32(at) : 0;
}

static inline uint64_t etw_walk_u64(struct etw_walk *walk)
{
	const uint8_t *at = etw_walk_skip(walk, 8);

	return at ? etw_u64(at) : 0;
}

static inline uint64_t etw_walk_pointer(struct etw_walk *walk)
{
	const uint8_t *at = etw_walk_skip(walk, walk->pointer_bytes);

	return at ? etw_pointer(at, walk->pointer_bytes) : 0;
}

#endif

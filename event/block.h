/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef EVENT_BLOCK_H
#define EVENT_BLOCK_H
/*
 * Events to the body of a block and back. Neither side knows of files or compression: writer.c and
 * reader.c do.
 */
#include <stddef.h>
#include <stdint.h>

#include "event/column.h"
#include "event/kinds.h"

/* ---- events to a body ---- */

struct ev_block_builder;

/* Events a block takes before it is full: large enough that dictionaries and headers do not count,
 * small enough that its columns stay in a processor's second-level cache. */
enum { EV_BLOCK_EVENTS = 8192, EV_BLOCK_TAIL_BYTES = 1 << 20 };

/* Fixed part of the longest kind. */
enum { EV_KIND_BYTES_MAX = sizeof(struct ev_device_state) };
_Static_assert(sizeof(struct ev_request) <= EV_KIND_BYTES_MAX &&
		       sizeof(struct ev_queue_state) <= EV_KIND_BYTES_MAX,
	       "the fixed part of any kind");

struct ev_block_builder *ev_block_builder_new(void);
void ev_block_builder_free(struct ev_block_builder *builder);

/* Adds one event; its time may not be before the last one's. -EINVAL: a kind or size no reader
 * would accept; -ENOMEM. Call it only while the block is not full. */
int ev_block_add(struct ev_block_builder *builder, const struct ev_header *event);
int ev_block_full(const struct ev_block_builder *builder);
uint32_t ev_block_event_count(const struct ev_block_builder *builder);
uint64_t ev_block_first_ns(const struct ev_block_builder *builder);
uint64_t ev_block_last_ns(const struct ev_block_builder *builder);
int ev_block_has_definitions(const struct ev_block_builder *builder);

/* Appends the body to `pack` and starts an empty block. -ENOMEM leaves the block as it was. */
int ev_block_pack(struct ev_block_builder *builder, struct ev_pack *pack);

/* True for the kinds a reader needs after a seek: EV_BLOCK_DEFINITIONS. */
int ev_block_is_definition(uint16_t kind);

/* ---- a body to events ---- */

struct ev_block_view;

struct ev_block_view *ev_block_view_new(void);
void ev_block_view_free(struct ev_block_view *view);

/* Takes a body apart; `body` needs 8 readable bytes behind it and must stay until the next open.
 * -EBADMSG: the body is not sound; -ENOMEM. */
int ev_block_open(struct ev_block_view *view, const uint8_t *body, size_t bytes,
		  uint32_t event_count);
/* The next event, or NULL at the end; valid until the next call. */
const struct ev_header *ev_block_next(struct ev_block_view *view);
/* Events of kinds this build does not know, so far. */
uint64_t ev_block_unknown(const struct ev_block_view *view);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Bytes in a circle. An entry lies in one piece: where the end of the memory is too near, a mark
 * sends the taker back to the start. `put` and `taken` only ever grow; each is written by one
 * thread, and says to the other what it may touch.
 */
#include "windows-etw/etw_ring.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES_MIN = 1 << 20, ALIGN = 8 };

/* In front of an event; event_bytes 0 means: go on at the start. */
struct entry {
	uint32_t bytes; /* all of it */
	uint32_t event_bytes;
	struct etw_event event;
};

struct etw_ring {
	uint8_t *data;
	size_t size;
	_Atomic uint64_t put;
	_Atomic uint64_t taken;
	_Atomic uint64_t dropped;
	atomic_int closed;
	size_t in_use; /* of what was taken last, given back at the next call */
};

struct etw_ring *etw_ring_new(size_t bytes)
{
	struct etw_ring *ring = calloc(1, sizeof(*ring));
	size_t size = BYTES_MIN;

	while (size < bytes && size <= SIZE_MAX / 4)
		size *= 2;
	if (ring)
		ring->data = malloc(size);
	if (!ring || !ring->data) {
		free(ring);
		return NULL;
	}
	ring->size = size;
	return ring;
}

void etw_ring_free(struct etw_ring *ring)
{
	if (!ring)
		return;
	free(ring->data);
	free(ring);
}

static struct entry *entry_at(const struct etw_ring *ring, uint64_t position)
{
	return (struct entry *)(void *)(ring->data + (position & (ring->size - 1)));
}

/* Skips to the start where the entry would not fit in front of the end. */
static uint64_t place(struct etw_ring *ring, uint64_t put, size_t bytes)
{
	size_t to_end = ring->size - (put & (ring->size - 1));

	if (to_end >= bytes)
		return put;
	entry_at(ring, put)->bytes = (uint32_t)to_end;
	entry_at(ring, put)->event_bytes = 0;
	return put + to_end;
}

int etw_ring_put(struct etw_ring *ring, const struct etw_event *event)
{
	size_t bytes = sizeof(struct entry) + event->payload_bytes + event->schema_bytes;
	uint64_t put = atomic_load_explicit(&ring->put, memory_order_relaxed);
	uint64_t taken = atomic_load_explicit(&ring->taken, memory_order_acquire);
	size_t to_end = ring->size - (put & (ring->size - 1)), needed;
	struct entry *entry;

	bytes = (bytes + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	needed = to_end >= bytes ? bytes : to_end + bytes;
	if (needed > ring->size - (size_t)(put - taken)) {
		atomic_fetch_add_explicit(&ring->dropped, 1, memory_order_relaxed);
		return -ENOSPC;
	}
	put = place(ring, put, bytes);
	entry = entry_at(ring, put);
	entry->bytes = (uint32_t)bytes;
	entry->event_bytes = sizeof(*event);
	entry->event = *event;
	if (event->payload_bytes)
		memcpy(entry + 1, event->payload, event->payload_bytes);
	if (event->schema_bytes)
		memcpy((uint8_t *)(entry + 1) + event->payload_bytes, event->schema,
		       event->schema_bytes);
	atomic_store_explicit(&ring->put, put + bytes, memory_order_release);
	return 0;
}

void etw_ring_close(struct etw_ring *ring)
{
	atomic_store_explicit(&ring->closed, 1, memory_order_release);
}

int etw_ring_take(struct etw_ring *ring, const struct etw_event **ret_event)
{
	uint64_t taken = atomic_load_explicit(&ring->taken, memory_order_relaxed) + ring->in_use;
	int closed = atomic_load_explicit(&ring->closed, memory_order_acquire);
	uint64_t put = atomic_load_explicit(&ring->put, memory_order_acquire);
	struct entry *entry;

	ring->in_use = 0;
	if (taken != put && !entry_at(ring, taken)->event_bytes)
		taken += entry_at(ring, taken)->bytes;
	atomic_store_explicit(&ring->taken, taken, memory_order_release);
	if (taken == put)
		return closed ? 0 : -EAGAIN;
	entry = entry_at(ring, taken);
	entry->event.payload = (const uint8_t *)(entry + 1);
	entry->event.schema = entry->event.schema_bytes
				      ? (const uint8_t *)(entry + 1) + entry->event.payload_bytes
				      : NULL;
	ring->in_use = entry->bytes;
	*ret_event = &entry->event;
	return 1;
}

uint64_t etw_ring_dropped(const struct etw_ring *ring)
{
	return atomic_load_explicit(&((struct etw_ring *)(uintptr_t)ring)->dropped,
				    memory_order_relaxed);
}

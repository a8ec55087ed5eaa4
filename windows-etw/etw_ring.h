/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WINDOWS_ETW_RING_H
#define WINDOWS_ETW_RING_H
/*
 * The one bounded queue between two threads: Windows calls back on its own thread, which must
 * return within microseconds; everything else happens on ours. One thread puts, one takes. What
 * finds no room is counted, never waited for.
 */
#include <stddef.h>

#include "windows-etw/etw_event.h"

struct etw_ring;

/* `bytes` is rounded up to a power of two, 1 MiB at least. NULL: out of memory. */
struct etw_ring *etw_ring_new(size_t bytes);
void etw_ring_free(struct etw_ring *ring);

/* The thread that puts. Copies the event with its payload and schema: 0, or -ENOSPC. */
int etw_ring_put(struct etw_ring *ring, const struct etw_event *event);
/* It puts no more. */
void etw_ring_close(struct etw_ring *ring);

/* The thread that takes: 1 and an event, valid until the next call; 0: closed and empty; -EAGAIN:
 * empty. */
int etw_ring_take(struct etw_ring *ring, const struct etw_event **ret_event);
/* Events that found no room. */
uint64_t etw_ring_dropped(const struct etw_ring *ring);

#endif

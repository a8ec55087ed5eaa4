/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef EVENT_MERGE_H
#define EVENT_MERGE_H
/*
 * One timeline of several: merges sources that are each in time order (the rings of the CPUs, the
 * buffers of an ETL file). A heap holds the next event of every source; taking one costs as many
 * comparisons as the number of sources has bits.
 *
 * The caller owns events and sources. It offers a source's next event whenever merge asks for it:
 *
 *     for each source: ev_merge_offer(merge, source, time of its first event)
 *     while ((source = ev_merge_first(merge)) >= 0) {
 *             use the source's event
 *             ev_merge_next(merge, time of its next event)     or ev_merge_end(merge)
 *     }
 *
 * Events of the same time come in the order of their sources' numbers, so the result is always the
 * same.
 */
#include <stdint.h>

struct ev_merge;

/* NULL: out of memory. Sources are 0 to source_count - 1. */
struct ev_merge *ev_merge_new(uint32_t source_count);
void ev_merge_free(struct ev_merge *merge);

/* Adds a source that has none in the heap. */
void ev_merge_offer(struct ev_merge *merge, uint32_t source, uint64_t time_ns);
/* The source with the earliest event, or -1 when there is none; its time if asked for. */
int32_t ev_merge_first(const struct ev_merge *merge, uint64_t *ret_time_ns);
/* The first source's event was used; this is the time of its next, which may not be earlier (one
 * that is comes out at once: order is the source's to keep). */
void ev_merge_next(struct ev_merge *merge, uint64_t time_ns);
/* The first source has no more for now; it can be offered again. */
void ev_merge_end(struct ev_merge *merge);
/* No source has anything any more; all can be offered again. */
void ev_merge_clear(struct ev_merge *merge);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_REQUESTS_BPF_H
#define BPF_REQUESTS_BPF_H
/*
 * Counts the requests of a ring that have not ended, whoever saw them begin. A ring keeps the memory
 * of those that have ended for the next ones; it knows how many it has memory for from 6.16 on. The
 * count is good only if the ring stood still meanwhile.
 */
#include "bpf/lists.bpf.h"
#include "bpf/requests.h"

enum { REQUESTS_STEPS = 128 /* free requests that are counted in one run */ };

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct io_ring_ctx___requests {
	unsigned int nr_req_allocated;
};

#pragma clang attribute pop

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, uint32_t);
	__type(value, struct ring_requests);
} ring_requests SEC(".maps");

static __always_inline void requests_look(uint64_t ring_ctx, struct ring_requests *now)
{
	struct io_ring_ctx___requests *counts = (void *)ring_ctx;
	struct io_ring_ctx *ring = (void *)ring_ctx;

	now->first_free = list_of_free(ring_ctx);
	now->allocated = BPF_CORE_READ(counts, nr_req_allocated);
	now->sq_head = BPF_CORE_READ(ring, cached_sq_head);
	now->cq_tail = BPF_CORE_READ(ring, cached_cq_tail);
}

static __always_inline int requests_stand_still(uint64_t ring_ctx, const struct ring_requests *then)
{
	struct ring_requests now = {};

	requests_look(ring_ctx, &now);
	return now.first_free == then->first_free && now.allocated == then->allocated &&
	       now.sq_head == then->sq_head && now.cq_tail == then->cq_tail;
}

/* args: address of the ring, its SQ entries, its CQ entries. Returns enum requests_answer. */
SEC("raw_tp")
int requests(struct raw_args *raw)
{
	struct io_ring_ctx *ring = (void *)raw->args[0];
	struct io_ring_ctx___requests *counts = (void *)ring;
	struct ring_requests *count;
	uint32_t zero = 0;
	uint64_t node;

	count = bpf_map_lookup_elem(&ring_requests, &zero);
	if (!count || !lists_exist() || !bpf_core_field_exists(counts->nr_req_allocated) ||
	    BPF_CORE_READ(ring, sq_entries) != (uint32_t)raw->args[1] ||
	    BPF_CORE_READ(ring, cq_entries) != (uint32_t)raw->args[2])
		return REQUESTS_UNKNOWN;
	node = count->walk;
	if (!node) {
		requests_look((uint64_t)ring, count);
		count->free = 0;
		node = count->first_free;
	}
	for (int i = 0; i < REQUESTS_STEPS && node; i++) {
		count->free++;
		node = list_next(node);
	}
	count->walk = node;
	if (!requests_stand_still((uint64_t)ring, count) || count->free > count->allocated)
		return REQUESTS_UNKNOWN;
	return node ? REQUESTS_GO_ON : REQUESTS_COUNTED;
}

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_SAMPLE_BPF_H
#define BPF_SAMPLE_BPF_H
/*
 * What the tracer asks of a ring from time to time, through BPF_PROG_TEST_RUN; nothing here is
 * ever attached, so it costs the application nothing: depths, registered resources, the CPU time
 * of its SQPOLL thread, whether a request that was to end in silence has ended, and the file of
 * one that is still open.
 */
#include "bpf/file.bpf.h"
#include "bpf/lists.bpf.h"
#include "bpf/maps.bpf.h"
#include "bpf/request.bpf.h"
#include "bpf/resources.bpf.h"
#include "bpf/ring.bpf.h"
#include "bpf/complete.bpf.h"

enum {
	FREE_LIST_STEPS = 128, /* free requests that are looked at in one run */
};

ARRAY_MAP(ring_sample, struct ring_sample, 1);

/* Is it still the ring that the slot was filled for? Its memory may be in other hands. */
static __always_inline int same_ring(const struct ring_slot *ring, struct io_ring_ctx *ring_ctx)
{
	return READ(ring_ctx, sq_entries) == ring->sq_entries &&
	       READ(ring_ctx, cq_entries) == ring->cq_entries;
}

/* Reads a ring's depths and resources now. args: slot. */
SEC("raw_tp")
int sample(struct raw_args *raw)
{
	struct ring_slot *ring = ring_slot((uint32_t)raw->args[0]);
	struct io_ring_ctx *ring_ctx;
	struct ring_sample *found;
	struct io_rings *shared;
	uint32_t depth, zero = 0;

	found = bpf_map_lookup_elem(&ring_sample, &zero);
	if (!found)
		return 0;
	__builtin_memset(found, 0, sizeof(*found));
	if (!ring || ring->state != RING_LIVE)
		return 0;
	ring_ctx = KERNEL(io_ring_ctx, ring->ring_ctx);
	if (!same_ring(ring, ring_ctx))
		return 0;
	shared = READ(ring_ctx, rings);
	depth = READ(shared, sq.tail) - READ(ring_ctx, cached_sq_head);
	if (depth <= ring->sq_entries)
		ring->sq_depth = depth;
	read_cq_depth(ring, ring_ctx, 0);
	ring->sq_flags = read_sq_flags(shared);
	ring->dropped_cqes = READ(shared, cq_overflow);
	ring->dropped_sqes = READ(shared, sq_dropped);
	resources_read(ring->ring_ctx, ring->sq_flags, found);
	return 1;
}

/* Is a request among those that its ring keeps for the next submission? Then it has ended. args:
 * slot, address of the request, where to go on (0: at the beginning). 1: yes; 0: no; 2: not so far,
 * go on at ring_sample.walk. */
SEC("raw_tp")
int is_free(struct raw_args *raw)
{
	struct ring_slot *ring = ring_slot((uint32_t)raw->args[0]);
	uint64_t node = raw->args[2];
	struct ring_sample *found;
	uint32_t zero = 0;

	if (ring->state != RING_LIVE || !lists_exist())
		return 0;
	found = bpf_map_lookup_elem(&ring_sample, &zero);
	if (!found)
		return 0;
	if (!node)
		node = list_of_free(ring->ring_ctx);
	for (int i = 0; i < FREE_LIST_STEPS && node; i++) {
		if (list_request(node) == raw->args[1])
			return 1;
		node = list_next(node);
	}
	found->walk = node;
	return node ? 2 : 0;
}

/* Is the request that began at this moment still open, and its memory still its own? */
static __always_inline int same_request(uint64_t key, uint64_t submit_ns)
{
	struct io_kiocb *kiocb = KERNEL(io_kiocb, key);
	struct request_place place;
	struct ring_slot *ring;

	if (!request_find(key, &place) || place.request->submit_ns != submit_ns)
		return 0;
	ring = ring_slot(place.request->ring);
	return ring->traced_ctx && (uint64_t)READ(kiocb, ctx) == ring->traced_ctx &&
	       request_user_data(kiocb) == place.request->user_data;
}

/* Is the memory of a request that is older than the tracer still of one of this ring? */
static __always_inline int same_older(uint64_t key, const struct ring_slot *ring,
				      uint64_t user_data)
{
	struct io_kiocb *kiocb = KERNEL(io_kiocb, key);

	return ring->ring_ctx && (uint64_t)READ(kiocb, ctx) == ring->ring_ctx &&
	       request_user_data(kiocb) == user_data;
}

/* args as those of open_file. */
static __always_inline int same_open(const struct raw_args *raw)
{
	if (raw->args[1])
		return same_request(raw->args[0], raw->args[1]);
	return same_older(raw->args[0], ring_slot((uint32_t)raw->args[3]), raw->args[4]);
}

/* The file of an open request, into ring_sample.file; its name is sent if it may be new. A request
 * holds its file until its completion has been told, so what was read is its file's if it is open
 * before and afterwards. args: address of the request, when it began, the time to send the name
 * with; of one older than the tracer 0 for when it began, and its slot and user_data besides. */
SEC("raw_tp")
int open_file(struct raw_args *raw)
{
	uint64_t key = raw->args[0], number, address;
	uint32_t zero = 0, scratch = SCRATCH_OF_TRACER, this;
	struct control_file *event;
	struct ring_sample *found;
	struct file *file;

	found = bpf_map_lookup_elem(&ring_sample, &zero);
	event = bpf_map_lookup_elem(&file_scratch, &scratch);
	if (!found || !event || key_is_user_data() || !same_open(raw))
		return 0;
	file = READ(KERNEL(io_kiocb, key), file);
	address = number_by(&found->file, file);
	if (!address)
		return 0;
	number = file_hash(&found->file, file);
	file_describe(event, address, number, raw->args[2]);
	if (!same_open(raw))
		return 0;
	found->file = number;
	if (*file_sent(number) != number) {
		*file_sent(number) = number;
		file_send(event, this_cpu(&this));
	}
	return 1;
}

#endif

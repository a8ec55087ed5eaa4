/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_COMPLETE_BPF_H
#define BPF_COMPLETE_BPF_H
/*
 * A request ends: its completion is posted. The other of the two programs whose cost counts; a
 * completion that finds the queue full is in overflow.bpf.h.
 *
 * ring traced? → its open request → latency → cell: histogram → record, if one is wanted → place
 * free
 */
#include "bpf/cell.bpf.h"
#include "bpf/copies.bpf.h"
#include "bpf/file.bpf.h"
#include "bpf/maps.bpf.h"
#include "bpf/record.bpf.h"
#include "bpf/request.bpf.h"
#include "bpf/ring.bpf.h"
#include "bpf/wait.bpf.h"
#include "bpf/chain.bpf.h"

struct completion {
	uint64_t request; /* address; 0: none is named */
	uint64_t user_data;
	int32_t result;
	uint32_t flags;
};

static __always_inline void read_completion(const struct raw_args *raw,
					    struct completion *completion)
{
	struct io_uring_cqe *cqe;

	/* Through argument(), or the compiler merges the loads of two cases into one from a
	 * computed place in the context, which the verifier refuses. */
	switch (settings.abi.complete) {
	case COMPLETE_CQE:
		cqe = (struct io_uring_cqe *)argument(raw, 2);
		completion->request = argument(raw, 1);
		completion->user_data = READ_FIXED(cqe, user_data);
		completion->result = READ_FIXED(cqe, res);
		completion->flags = READ_FIXED(cqe, flags);
		return;
	case COMPLETE_VALUES:
		completion->request = argument(raw, 1);
		completion->user_data = argument(raw, 2);
		completion->result = argument(raw, 3);
		completion->flags = argument(raw, 4);
		return;
	default:
		completion->request = 0;
		completion->user_data = argument(raw, 1);
		completion->result = argument(raw, 2);
		completion->flags = settings.abi.complete_cflags ? argument(raw, 3) : 0;
	}
}

/* The ring that a completion is posted to. The event names its type only where it passes the CQE.
 */
static __always_inline struct io_ring_ctx *completing_ring(const struct raw_args *raw,
							   const struct ring_slot *ring)
{
	if (settings.abi.complete == COMPLETE_CQE)
		return (struct io_ring_ctx *)raw->args[0];
	return KERNEL(io_ring_ctx, ring->traced_ctx);
}

/* Posted and not reaped, with `coming` that have no place yet. */
static __always_inline uint32_t read_cq_depth(struct ring_slot *ring, struct io_ring_ctx *ring_ctx,
					      uint32_t coming)
{
	struct io_rings *shared = KERNEL(io_rings, ring->shared);
	uint32_t depth = READ(ring_ctx, cached_cq_tail) - READ(shared, cq.head) + coming;

	if (depth > ring->cq_depth_max)
		depth = wait_deeper(ring, depth);
	ring->cq_depth = depth;
	return depth;
}

/* One shot of a request that goes on, a message, a resource tag. Where completions name no request,
 * only the flag tells it from a request's end. */
static __always_inline int has_no_request(uint64_t request, uint32_t cqe_flags)
{
	return !request && (!key_is_user_data() || cqe_flags & 2 /* IORING_CQE_F_MORE */);
}

/* What a completion is that no open request belongs to, counted; 0: of an operation that is not
 * wanted. */
static __always_inline uint8_t alone_type(uint64_t request, uint32_t flags, struct ring_slot *ring)
{
	if (flags & (1 << 3)) { /* IORING_CQE_F_NOTIF */
		__sync_fetch_and_add(&ring->notifications, 1);
		return EV_COMPLETION_NOTIFICATION;
	}
	if (has_no_request(request, flags) && flags & 2 /* IORING_CQE_F_MORE */) {
		__sync_fetch_and_add(&ring->shots, 1);
		return EV_COMPLETION_MULTISHOT;
	}
	if (has_no_request(request, flags)) {
		__sync_fetch_and_add(&ring->messages, 1);
		return EV_COMPLETION_OTHER;
	}
	if (settings.filter_by_op)
		return 0;
	if (ring->evicted) {
		__sync_fetch_and_add(&ring->evicted, -1);
		__sync_fetch_and_add(&ring->forgotten, 1);
		return EV_COMPLETION_FORGOTTEN;
	}
	if (!ring->created_ns) {
		__sync_fetch_and_add(&ring->older, 1);
		return EV_COMPLETION_OLDER;
	}
	__sync_fetch_and_add(&ring->unmatched, 1);
	return EV_COMPLETION_UNMATCHED;
}

/* No open request belongs to it: a shot of a multishot request, a message, a notification, or one
 * that began before we looked. */
static __noinline int complete_alone(uint32_t slot, uint64_t request, uint64_t user_data,
				     uint32_t result, uint32_t flags)
{
	struct ring_slot *ring = ring_slot(slot);
	struct ev_completion record = {};
	struct cpu_state *cpu;
	uint32_t cpu_number;

	cpu = this_cpu(&cpu_number);
	record.cq_depth =
		read_cq_depth(ring, KERNEL(io_ring_ctx, ring->ring_ctx), complete_is_early());
	record.type = alone_type(request, flags, ring);
	if (!record.type)
		return 0;
	if (live_record_min() == ~0ull && !ring->detail)
		return 0;
	record.h.time_ns = bpf_ktime_get_ns();
	record.user_data = user_data;
	record.result = (int32_t)result;
	record.cqe_flags = flags;
	record.queue = ring->id;
	record_completion(cpu, cpu_number, &record);
	return 0;
}

static __always_inline void count_completion(struct cell *cell, int32_t result, uint64_t latency_ns)
{
	cell_add_latency(cell, latency_ns);
	if (result > 0) {
		cell->bytes += (uint32_t)result;
		keep_branch();
	} else if (result < 0) {
		cell->errors++;
	}
}

/* A request ends that was refused, left the plain road or belongs to a chain. Returns how it ended.
 */
static __noinline uint32_t complete_unlike(uint64_t key, struct cell *cell, int32_t result,
					   uint64_t now)
{
	struct request_place place;
	uint32_t path;

	if (!request_find(key, &place))
		return EV_END_COMPLETED;
	path = place.request->path;
	if (path & (EV_PATH_WORKER | EV_PATH_LINKED | OPEN_LEADS))
		chain_completes(key, result, now);
	if (cell && path & OPEN_FAILED)
		cell->failed++;
	else if (cell && path & EV_PATH_WORKER)
		cell->worker++;
	else if (cell && path & EV_PATH_ROADS)
		cell->poll++;
	return path & OPEN_FAILED ? EV_END_FAILED : EV_END_COMPLETED;
}

/* The path the operation was given, else the file it worked on. */
static __always_inline uint64_t file_of(struct cpu_state *cpu, const struct request_place *place,
					uint64_t address, uint64_t now, uint32_t scratch)
{
	struct io_kiocb *kiocb = KERNEL(io_kiocb, address);
	struct open_detail *detail;
	uint32_t position;

	if (place->request->path & OPEN_DETAIL) {
		position = request_position(place);
		detail = bpf_map_lookup_elem(&open_details, &position);
		if (detail && detail->file)
			return detail->file;
	}
	if (key_is_user_data() || place->request->fd < 0)
		return 0;
	return file_number(cpu, READ(kiocb, file), now, scratch);
}

static __always_inline int end_request(const struct raw_args *raw, uint32_t copy)
{
	struct request_outcome outcome = {};
	struct completion completion;
	struct request_place place;
	struct open_request *request;
	struct cpu_state *cpu;
	struct ring_slot *ring;
	struct cell *cell;
	uint32_t lane, slot;
	uint64_t latency_ns;

	cpu = this_lane(copy, &lane);
	ring = ring_traced(cpu, (const void *)raw->args[0], 0);
	if (!ring)
		return 0;
	outcome.time_ns = bpf_ktime_get_ns();
	slot = ring->slot;
	read_completion(raw, &completion);
	if (has_no_request(completion.request, completion.flags) ||
	    !request_find(request_key(completion.request, ring->traced_ctx, completion.user_data),
			  &place) ||
	    place.request->ring != slot || place.request->user_data != completion.user_data)
		return complete_alone(slot, completion.request, completion.user_data,
				      completion.result, completion.flags);
	request = place.request;
	latency_ns = outcome.time_ns - request->submit_ns;
	outcome.result = completion.result;
	outcome.cqe_flags = completion.flags;
	outcome.cq_depth = read_cq_depth(ring, completing_ring(raw, ring), complete_is_early());
	cell = cell_of_request(cpu, lane, slot, request->op);
	outcome.end = EV_END_COMPLETED;
	if (request->path & OPEN_UNLIKE)
		outcome.end = complete_unlike(*place.key, cell, completion.result, outcome.time_ns);
	if (cell && outcome.end == EV_END_COMPLETED)
		count_completion(cell, outcome.result, latency_ns);
	if (latency_ns >= live_record_min() || ring->detail) {
		if (settings.resolve_files)
			outcome.file = file_of(cpu, &place, completion.request, outcome.time_ns,
					       SCRATCH_OF_COMPLETE + copy % COPIES);
		record_request(cpu, lane, &place, ring->id, &outcome);
	}
	request_place_set(&place, 0);
	return 0;
}

/* A CQE slot was filled; task context of whoever posts it. On up to 6.0 it fires for overflowed
 * completions too. */
HOT_PROBE("io_uring_complete")
int on_complete(struct raw_args *raw)
{
	return end_request(raw, COPY_ALONE);
}

#ifdef RL_DIRECT
static __always_inline int complete_copy(const struct raw_args *raw, uint32_t copy)
{
	struct io_ring_ctx *ring_ctx = KERNEL(io_ring_ctx, raw->args[0]);

	return copy_takes(copy, COPIED_COMPLETE, READ(ring_ctx, cached_cq_tail))
		       ? end_request(raw, copy)
		       : 0;
}

HOT_COPIES(on_complete, "io_uring_complete", complete_copy)
#endif

#endif

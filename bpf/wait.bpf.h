/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_WAIT_BPF_H
#define BPF_WAIT_BPF_H
/*
 * How long an application is blocked until enough completions are there. The kernel tells when a
 * wait begins, not when it ends. It ends when the queue is as deep as was asked for, and depth is
 * what every completion computes anyway, and compares with the largest so far. So that comparison
 * does both: while somebody waits, the "largest so far" is lowered to just below the depth that
 * ends the wait. The completion that reaches it takes the rare branch and finds a wait there; the
 * plain road has not one instruction more.
 *
 * One wait of a ring is timed at a time. One that ends otherwise (a signal, a timeout, another
 * thread that reaps) is never seen to end: the next one takes its place, and it counts in `waits`
 * but not in `waits_timed`.
 */
#include "bpf/maps.bpf.h"
#include "bpf/record.bpf.h"
#include "bpf/ring.bpf.h"

/* The queue is deeper than `cq_depth_max` says. Returns how deep: its head is the application's to
 * write. */
static __noinline uint32_t wait_deeper(struct ring_slot *ring, uint32_t depth)
{
	uint64_t since_ns;

	if (!ring)
		return 0;
	if (depth > ring->cq_entries)
		depth = ring->cq_entries;
	ring->cq_depth_max = depth;
	since_ns = ring->wait_since_ns;
	if (!since_ns || depth < ring->wait_depth)
		return depth;
	ring->wait_since_ns = 0;
	ring->waits_timed++;
	ring->blocked_ns += bpf_ktime_get_ns() - since_ns;
	return depth;
}

/* Posted and not reaped, now. */
static __always_inline uint32_t wait_depth_now(const struct ring_slot *ring,
					       struct io_ring_ctx *ring_ctx)
{
	struct io_rings *shared = KERNEL(io_rings, ring->shared);
	uint32_t depth = READ(ring_ctx, cached_cq_tail) - READ(shared, cq.head);

	return depth > ring->cq_entries ? ring->cq_entries : depth;
}

static __always_inline void wait_begin(struct ring_slot *ring, uint32_t depth, uint32_t wanted,
				       uint64_t now)
{
	ring->wait_since_ns = 0;
	if (!wanted || wanted > 0xffff || depth >= wanted)
		return;
	ring->wait_depth = wanted;
	ring->wait_since_ns = now;
	/* What was deepest before has been told, or is told as the depth it had: `cq_depth_kept`.
	 */
	if (ring->cq_depth_max >= wanted) {
		if (ring->cq_depth_max > ring->cq_depth_kept)
			ring->cq_depth_kept = ring->cq_depth_max;
		ring->cq_depth_max = wanted - 1;
	}
}

/* About to block for completions; not when enough are there. */
SEC("raw_tp/io_uring_cqring_wait")
int on_cqring_wait(struct raw_args *raw)
{
	struct ev_wait record = {};
	struct cpu_state *cpu;
	struct ring_slot *ring;
	uint64_t pid_tgid;
	uint32_t cpu_number;

	cpu = this_cpu(&cpu_number);
	ring = ring_traced(cpu, (const void *)raw->args[0], 0);
	if (!ring)
		return 0;
	record.h.time_ns = bpf_ktime_get_ns();
	record.wanted = (uint32_t)raw->args[1];
	record.cq_depth = wait_depth_now(ring, KERNEL(io_ring_ctx, ring->ring_ctx));
	__sync_fetch_and_add(&ring->waits, 1);
	wait_begin(ring, record.cq_depth, record.wanted, record.h.time_ns);
	if (live_record_min() == ~0ull && !ring->detail)
		return 0;
	pid_tgid = bpf_get_current_pid_tgid();
	record.queue = ring->id;
	record.pid = pid_tgid >> 32;
	record.tid = (uint32_t)pid_tgid;
	record_wait(cpu, cpu_number, &record);
	return 0;
}

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_OVERFLOW_BPF_H
#define BPF_OVERFLOW_BPF_H
/*
 * A completion finds the completion queue full (5.19 and later). The event names its user_data and
 * not the request, applications use one user_data for many, and nothing fires when the backlog is
 * flushed. But the kernel posts completions in the order of a list: the requests before this one
 * are in the queue or have overflowed, so their places in the table are free, and the first one on
 * the list that is still open is the one. Where the kernel posts without the list (io-wq and polled
 * rings on older ones) the tracer looks for the request (overflow.c).
 */
#include "bpf/chain.bpf.h"
#include "bpf/lists.bpf.h"
#include "bpf/maps.bpf.h"
#include "bpf/record.bpf.h"
#include "bpf/request.bpf.h"
#include "bpf/ring.bpf.h"

enum {
	OVERFLOW_STEPS = 1024,	/* from the beginning of the list */
	OVERFLOW_STEPS_ON = 32, /* from the one before */
	OVERFLOW_IS_IT = 1,	/* no address */
	CQE_MORE = 1 << 1,
	CQE_NOTIFICATION = 1 << 3,
};

/* Is the request at this place of the list the one? Returns OVERFLOW_IS_IT, or the next place. */
__noinline uint64_t overflow_step(uint64_t node, uint64_t user_data, uint32_t slot)
{
	struct request_place place;
	struct io_kiocb *kiocb;
	uint64_t address;

	if (!lists_exist()) /* verified by itself: a field that is missing may not be reached */
		return 0;
	address = list_request(node);
	kiocb = KERNEL(io_kiocb, address);
	if (request_find(address, &place) && place.request->ring == slot &&
	    place.request->user_data == user_data &&
	    !(READ(kiocb, flags) & 1 << 6) /* REQ_F_CQE_SKIP: ends in silence */)
		return OVERFLOW_IS_IT;
	return list_next(node);
}

static __always_inline uint64_t overflow_search(uint64_t node, uint64_t user_data, uint32_t slot,
						int steps)
{
	uint64_t next;

	for (int i = 0; i < steps && node; i++) {
		next = overflow_step(node, user_data, slot);
		if (next == OVERFLOW_IS_IT)
			return node;
		node = next;
	}
	return 0;
}

/* Where the search that found a request left off; 0: its memory serves another one by now. */
static __always_inline uint64_t overflow_go_on(const struct cpu_state *cpu)
{
	uint64_t node = cpu->overflow_walk;
	struct request_place place;

	if (!node || request_find(list_request(node), &place))
		return 0;
	return list_next(node);
}

/* The address of the request that has overflowed; 0: it is not on the list. */
static __always_inline uint64_t overflow_request(struct cpu_state *cpu, uint64_t ring_ctx,
						 uint64_t user_data, uint32_t slot)
{
	uint64_t node;

	if (key_is_user_data() || !lists_exist())
		return 0;
	node = overflow_search(overflow_go_on(cpu), user_data, slot, OVERFLOW_STEPS_ON);
	if (!node)
		node = overflow_search(list_of_completing(ring_ctx), user_data, slot,
				       OVERFLOW_STEPS);
	cpu->overflow_walk = node;
	return node ? list_request(node) : 0;
}

/* One of several completions of a request that goes on, or none of a request at all. The first
 * completion of a zero-copy send looks like one and ends it. */
static __always_inline int overflow_is_no_end(uint32_t cqe_flags, uint8_t op)
{
	int sends_zc = op == 47 || op == 48; /* SEND_ZC, SENDMSG_ZC */

	return cqe_flags & CQE_NOTIFICATION || (cqe_flags & CQE_MORE && !sends_zc);
}

/* Ends the request at an address. Its record is written whatever the mode: the OVERFLOW event says
 * that there is one. */
static __noinline int overflow_ends(uint64_t address, uint64_t now, int32_t result,
				    uint32_t cqe_flags)
{
	struct request_outcome outcome = {
		.time_ns = now, .result = result, .cqe_flags = cqe_flags, .end = EV_END_OVERFLOWED
	};
	struct request_place place;
	struct cpu_state *cpu;
	struct ring_slot *ring;
	uint32_t cpu_number;

	cpu = this_cpu(&cpu_number);
	if (!request_find(address, &place) || overflow_is_no_end(cqe_flags, place.request->op) ||
	    !request_place_claim(&place, address))
		return 0;
	ring = ring_slot(place.request->ring);
	__sync_fetch_and_add(&ring->overflowed, 1);
	if (place.request->path & (EV_PATH_WORKER | EV_PATH_LINKED | OPEN_LEADS))
		chain_completes(address, result, now);
	record_request(cpu, cpu_number, &place, ring->id, &outcome);
	return 1;
}

SEC("raw_tp/io_uring_cqe_overflow")
int on_cqe_overflow(struct raw_args *raw)
{
	struct control_overflow *event;
	struct cpu_state *cpu;
	struct ring_slot *ring;
	uint64_t address, now;
	uint32_t cpu_number, found;

	cpu = this_cpu(&cpu_number);
	ring = ring_traced(cpu, (const void *)raw->args[0], 0);
	if (!ring)
		return 0;
	now = bpf_ktime_get_ns();
	address = overflow_request(cpu, ring->ring_ctx, raw->args[1], ring->slot);
	found = raw->args[3] & CQE_NOTIFICATION ||
		(address && overflow_ends(address, now, (int32_t)raw->args[2], raw->args[3]));
	event = bpf_ringbuf_reserve(&control, sizeof(*event), 0);
	if (!event) {
		cpu->control_lost++;
		return 0;
	}
	__builtin_memset(event, 0, sizeof(*event));
	event->h.type = CONTROL_OVERFLOW;
	event->h.slot = ring->slot;
	event->h.time_ns = now;
	event->found = found;
	event->overflow.h.kind = EV_OVERFLOW;
	event->overflow.h.size_bytes = sizeof(event->overflow);
	event->overflow.h.cpu = cpu_number;
	event->overflow.h.time_ns = now;
	event->overflow.user_data = raw->args[1];
	event->overflow.result = (int32_t)raw->args[2];
	event->overflow.cqe_flags = raw->args[3];
	event->overflow.queue = ring->id;
	event->overflow.dropped = !raw->args[4];
	bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
	return 0;
}

#endif

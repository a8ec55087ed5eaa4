/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_RECORD_BPF_H
#define BPF_RECORD_BPF_H
/*
 * The record rings: one a CPU, in memory that the tracer maps, written without any helper call. A
 * record takes one slot, or two when stage times belong to it. The writer fills the slot, then its
 * commit word; the reader takes slots in order as far as the commit words say they are whole.
 *
 * Up to 6.18 (not PREEMPT_RT) these probes run with preemption off and each CPU's ring has one
 * writer at a time: plain stores are enough. Elsewhere settings.abi.shared_rings makes the
 * reservation atomic.
 */
#include "bpf/maps.bpf.h"
#include "bpf/request.bpf.h"

/* Reserves `slots` (1 or 2). Returns the first position, or UINT64_MAX when the reader is too slow.
 */
static __always_inline uint64_t record_reserve(struct cpu_state *cpu, uint32_t slots)
{
	uint64_t head = cpu->head;

	if (head + slots - cpu->tail_seen > settings.record_mask + 1) {
		cpu->tail_seen = *(volatile uint64_t *)&cpu->tail;
		if (head + slots - cpu->tail_seen > settings.record_mask + 1) {
			cpu->records_lost++;
			return ~0ull;
		}
	}
#ifndef RL_PLAIN /* the tracer refuses preemptible probes there */
	if (settings.abi.shared_rings)
		return __sync_fetch_and_add(&cpu->head, slots);
#endif
	cpu->head = head + slots;
	return head;
}

static __always_inline struct record_slot *record_at(uint32_t cpu, uint64_t position)
{
	uint32_t index =
		cpu * (settings.record_mask + 1) + ((uint32_t)position & settings.record_mask);

	return bpf_map_lookup_elem(&records, &index);
}

static __always_inline void record_commit(struct record_slot *slot, uint64_t position,
					  uint32_t kind, uint32_t end)
{
	uint32_t word = record_commit_word(position, kind, end);

#if defined(__TARGET_ARCH_x86)
	__asm__ volatile("" ::: "memory"); /* stores are seen in order */
	*(volatile uint32_t *)&slot->commit = word;
#else
	__sync_lock_test_and_set(&slot->commit, word);
#endif
}

/* How a request ended. */
struct request_outcome {
	uint64_t time_ns;
	uint64_t file; /* FILE number, 0: not known */
	int32_t result;
	uint32_t cqe_flags;
	uint32_t cq_depth;
	uint32_t end; /* enum ev_end */
};

/* Adds what passed besides submission and end: the stage times take a slot of their own. */
static __noinline int record_stages(uint32_t cpu_number, uint64_t position, uint32_t open_position)
{
	struct record_slot *slot = record_at(cpu_number, position);
	struct open_detail *detail = bpf_map_lookup_elem(&open_details, &open_position);

	if (!slot || !detail)
		return 0;
	__builtin_memcpy(slot->stages.stage_ns, detail->stage_ns, sizeof(detail->stage_ns));
	slot->stages.worker_tid = detail->worker_tid;
	slot->stages.link_low = (uint32_t)detail->link_ns;
	slot->stages.link_high = detail->link_ns >> 32;
	record_commit(slot, position, RECORD_STAGES, 0);
	return 0;
}

/* Writes the record of a request that ended. */
static __always_inline void record_request(struct cpu_state *cpu, uint32_t cpu_number,
					   const struct request_place *place, uint32_t queue,
					   const struct request_outcome *outcome)
{
	uint32_t detailed = place->request->path & OPEN_DETAIL;
	uint64_t position = record_reserve(cpu, detailed ? 2 : 1);
	struct record_slot *slot;

	if (position == ~0ull)
		return;
	slot = record_at(cpu_number, position);
	if (!slot)
		return;
	slot->request = *place->request;
	slot->request.cq_depth_minus_1 = outcome->cq_depth ? outcome->cq_depth - 1 : 0;
	slot->time_ns = outcome->time_ns;
	slot->file = outcome->file;
	slot->result = outcome->result;
	slot->cqe_flags = outcome->cqe_flags;
	slot->queue = queue;
	if (detailed)
		record_stages(cpu_number, position + 1, place->position);
	record_commit(slot, position, RECORD_REQUEST, outcome->end);
}

/* Writes the beginning of a wait. */
static __always_inline void record_wait(struct cpu_state *cpu, uint32_t cpu_number,
					const struct ev_wait *wait)
{
	uint64_t position = record_reserve(cpu, 1);
	struct record_slot *slot;

	if (position == ~0ull)
		return;
	slot = record_at(cpu_number, position);
	if (!slot)
		return;
	slot->wait = *wait;
	slot->wait.h.kind = EV_WAIT;
	slot->wait.h.size_bytes = sizeof(*wait);
	slot->wait.h.cpu = cpu_number;
	slot->time_ns = wait->h.time_ns;
	record_commit(slot, position, RECORD_WAIT, 0);
}

/* Writes a completion that has no request of its own. */
static __always_inline void record_completion(struct cpu_state *cpu, uint32_t cpu_number,
					      const struct ev_completion *completion)
{
	uint64_t position = record_reserve(cpu, 1);
	struct record_slot *slot;

	if (position == ~0ull)
		return;
	slot = record_at(cpu_number, position);
	if (!slot)
		return;
	slot->completion = *completion;
	slot->completion.h.kind = EV_COMPLETION;
	slot->completion.h.size_bytes = sizeof(*completion);
	slot->completion.h.cpu = cpu_number;
	slot->time_ns = completion->h.time_ns;
	record_commit(slot, position, RECORD_COMPLETION, 0);
}

#endif

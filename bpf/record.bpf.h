/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_RECORD_BPF_H
#define BPF_RECORD_BPF_H
/*
 * The record rings: a warm and a large one for each CPU (bpf/tables.h), in memory that the tracer
 * maps, written without any helper call. A record takes one slot, or two when stage times belong to
 * it. The writer fills the slot, then its commit word; the reader takes slots in order as far as the
 * commit words say they are whole.
 *
 * Up to 6.18 (not PREEMPT_RT) these probes run with preemption off and each CPU's rings have one
 * writer at a time: plain stores are enough. Elsewhere settings.abi.shared_rings makes the
 * reservation atomic.
 */
#include "bpf/maps.bpf.h"
#include "bpf/request.bpf.h"

enum {
	RECORD_SPARE = 32, /* slots left free, for reservations that check at the same time */
	SPILL_RECORDS = 256,
};

/* Reserved slots. */
struct record_place {
	uint64_t position;
	uint32_t first; /* slot of the ring's position 0 in `records` */
	uint32_t mask;
};

static __always_inline int lane_is_of_copy(uint32_t lane)
{
	return lane >= settings.cpu_count;
}

/* Is there no room for `slots` more in a ring of `size`, as far as the reader's place is known? */
static __always_inline int record_full(const struct record_ring *ring, uint32_t slots,
				       uint32_t size)
{
	return ring->head + slots - ring->tail_seen > size - RECORD_SPARE;
}

static __always_inline void record_take(struct record_ring *ring, uint32_t slots,
					struct record_place *ret_place)
{
#ifndef RL_PLAIN /* the tracer refuses preemptible probes there */
	if (settings.abi.shared_rings) {
		ret_place->position = __sync_fetch_and_add(&ring->head, slots);
		return;
	}
#endif
	ret_place->position = ring->head;
	ring->head += slots;
}

/* The warm ring is full as far as was known. Returns the ring that has room, or RECORD_RINGS. */
static __noinline uint32_t record_spill(uint32_t lane, uint32_t slots)
{
	struct cpu_state *cpu = lane_state(lane);
	struct record_ring *warm = &cpu->record_rings[RECORDS_WARM];
	struct record_ring *large = &cpu->record_rings[RECORDS_LARGE];
	int of_copy = lane_is_of_copy(lane);
	uint32_t warm_size =
		record_slots_of(settings.record_slots[RECORDS_WARM], RECORDS_WARM, of_copy);
	uint32_t large_size =
		record_slots_of(settings.record_slots[RECORDS_LARGE], RECORDS_LARGE, of_copy);

	/* To look where the reader is costs the line it writes: not for every record. */
	if (cpu->spill) {
		cpu->spill--;
	} else {
		warm->tail_seen = *(volatile uint64_t *)&cpu->tails[RECORDS_WARM];
		if (!record_full(warm, slots, warm_size))
			return RECORDS_WARM;
		if (large_size)
			cpu->spill = SPILL_RECORDS;
	}
	if (large_size) {
		if (!record_full(large, slots, large_size))
			return RECORDS_LARGE;
		large->tail_seen = *(volatile uint64_t *)&cpu->tails[RECORDS_LARGE];
		if (!record_full(large, slots, large_size))
			return RECORDS_LARGE;
	}
	cpu->records_lost++;
	return RECORD_RINGS;
}

/* Reserves `slots` (1 or 2). Returns 0 when the reader is too slow. */
static __always_inline int record_reserve(struct cpu_state *cpu, uint32_t lane, uint32_t slots,
					  struct record_place *ret_place)
{
	uint32_t cpu_warm = settings.record_slots[RECORDS_WARM];
	uint32_t cpu_large = settings.record_slots[RECORDS_LARGE];
	uint32_t size = record_slots_of(cpu_warm, RECORDS_WARM, lane_is_of_copy(lane));
	uint32_t which = RECORDS_WARM;

	ret_place->first = record_first(lane, settings.cpu_count, cpu_warm + cpu_large);
	if (record_full(&cpu->record_rings[RECORDS_WARM], slots, size))
		which = record_spill(lane, slots);
	if (which == RECORDS_WARM) {
		ret_place->mask = size - 1;
		record_take(&cpu->record_rings[RECORDS_WARM], slots, ret_place);
		return 1;
	}
	if (which != RECORDS_LARGE)
		return 0;
	ret_place->first += size;
	ret_place->mask = cpu_large - 1;
	record_take(&cpu->record_rings[RECORDS_LARGE], slots, ret_place);
	return 1;
}

/* The first reserved slot (0), or the second, in `records`. */
static __always_inline uint32_t record_index(const struct record_place *place, uint32_t number)
{
	return place->first + ((uint32_t)(place->position + number) & place->mask);
}

static __always_inline struct record_slot *record_at(const struct record_place *place,
						     uint32_t number)
{
	uint32_t index = record_index(place, number);

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
static __noinline int record_stages(uint32_t index, uint64_t position, uint32_t open_position)
{
	struct record_slot *slot = bpf_map_lookup_elem(&records, &index);
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
static __always_inline void record_request(struct cpu_state *cpu, uint32_t lane,
					   const struct request_place *place, uint32_t queue,
					   const struct request_outcome *outcome)
{
	uint32_t detailed = place->request->path & OPEN_DETAIL;
	struct record_place reserved;
	struct record_slot *slot;

	if (!record_reserve(cpu, lane, detailed ? 2 : 1, &reserved))
		return;
	slot = record_at(&reserved, 0);
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
		record_stages(record_index(&reserved, 1), reserved.position + 1,
			      request_position(place));
	record_commit(slot, reserved.position, RECORD_REQUEST, outcome->end);
}

/* Writes the beginning of a wait. */
static __always_inline void record_wait(struct cpu_state *cpu, uint32_t cpu_number,
					const struct ev_wait *wait)
{
	struct record_place reserved;
	struct record_slot *slot;

	if (!record_reserve(cpu, cpu_number, 1, &reserved))
		return;
	slot = record_at(&reserved, 0);
	if (!slot)
		return;
	slot->wait = *wait;
	slot->wait.h.kind = EV_WAIT;
	slot->wait.h.size_bytes = sizeof(*wait);
	slot->wait.h.cpu = cpu_number;
	slot->time_ns = wait->h.time_ns;
	record_commit(slot, reserved.position, RECORD_WAIT, 0);
}

/* Writes a completion that has no request of its own. */
static __always_inline void record_completion(struct cpu_state *cpu, uint32_t cpu_number,
					      const struct ev_completion *completion)
{
	struct record_place reserved;
	struct record_slot *slot;

	if (!record_reserve(cpu, cpu_number, 1, &reserved))
		return;
	slot = record_at(&reserved, 0);
	if (!slot)
		return;
	slot->completion = *completion;
	slot->completion.h.kind = EV_COMPLETION;
	slot->completion.h.size_bytes = sizeof(*completion);
	slot->completion.h.cpu = cpu_number;
	slot->time_ns = completion->h.time_ns;
	record_commit(slot, reserved.position, RECORD_COMPLETION, 0);
}

#endif

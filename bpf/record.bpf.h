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

static __always_inline void *record_at(uint32_t cpu, uint64_t position)
{
	uint32_t index =
		cpu * (settings.record_mask + 1) + ((uint32_t)position & settings.record_mask);

	return bpf_map_lookup_elem(&records, &index);
}

static __always_inline void record_commit(void *slot, uint64_t position)
{
#if defined(__TARGET_ARCH_x86)
	__asm__ volatile("" ::: "memory"); /* stores are seen in order */
	*(volatile uint64_t *)(slot + RECORD_COMMIT_OFFSET) = position + 1;
#else
	__sync_lock_test_and_set((uint64_t *)(slot + RECORD_COMMIT_OFFSET), position + 1);
#endif
}

/* How a request ended. */
struct request_outcome {
	uint64_t time_ns;
	uint64_t file; /* address of the open file, 0: not known */
	int64_t result;
	uint32_t cqe_flags;
	uint32_t cq_depth;
	uint32_t end; /* enum ev_end */
};

static __always_inline void record_fill(struct ev_request *record,
					const struct open_request *request, uint32_t queue,
					const struct request_outcome *outcome)
{
	record->h.kind = EV_REQUEST;
	record->h.time_ns = outcome->time_ns;
	record->submit_ns = request->submit_ns;
	record->user_data = request->user_data;
	record->offset_bytes = request->offset_bytes;
	record->result = outcome->result;
	record->file = outcome->file;
	record->queue = queue;
	record->tid = request->tid;
	record->length_bytes = request->length_bytes;
	record->fd = request->fd;
	record->op_flags = request->op_flags;
	record->cqe_flags = outcome->cqe_flags;
	record->op = request->op;
	record->buffer = request->buffer;
	record->sqe_flags = request->sqe_flags;
	record->end = outcome->end;
	record->stage = request_stage(request);
	record->reserved0 = 0;
	record->path = request->path & OPEN_PATH_MASK;
	record->status = 0;
	record->sq_depth = request->sq_depth;
	record->cq_depth = outcome->cq_depth;
	record->pid = request->pid;
	record->worker_tid = 0;
	record->address = request->address;
}

/* Adds what passed besides submission and end: the stage times take a slot of their own. */
static __noinline int record_stages(uint32_t cpu_number, uint64_t position, uint32_t open_position,
				    struct ev_request *record)
{
	uint64_t *stages = record_at(cpu_number, position + 1);
	struct open_detail *detail = bpf_map_lookup_elem(&open_details, &open_position);

	if (!stages || !detail || !record)
		return 0;
	__builtin_memcpy(stages, detail->stage_ns, sizeof(detail->stage_ns));
	record->worker_tid = detail->worker_tid;
	record_commit(stages, position + 1);
	return 0;
}

/* Writes the record of a request that ended. */
static __always_inline void record_request(struct cpu_state *cpu, uint32_t cpu_number,
					   const struct request_place *place, uint32_t queue,
					   const struct request_outcome *outcome)
{
	uint32_t slots = place->request->path & OPEN_DETAIL ? 2 : 1;
	uint64_t position = record_reserve(cpu, slots);
	struct ev_request *record;

	if (position == ~0ull)
		return;
	record = record_at(cpu_number, position);
	if (!record)
		return;
	record_fill(record, place->request, queue, outcome);
	record->h.size_bytes = slots == 2 ? sizeof(*record) : RECORD_SLOT_BYTES;
	record->h.cpu = cpu_number;
	if (slots == 2)
		record_stages(cpu_number, position, place->position, record);
	record_commit(record, position);
}

/* Writes a completion that has no request of its own. */
static __always_inline void record_completion(struct cpu_state *cpu, uint32_t cpu_number,
					      const struct ev_completion *completion)
{
	uint64_t position = record_reserve(cpu, 1);
	struct ev_completion *record;

	if (position == ~0ull)
		return;
	record = record_at(cpu_number, position);
	if (!record)
		return;
	*record = *completion;
	record->h.kind = EV_COMPLETION;
	record->h.size_bytes = sizeof(*record);
	record->h.cpu = cpu_number;
	record_commit(record, position);
}

#endif

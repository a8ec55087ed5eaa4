/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_SUBMIT_BPF_H
#define BPF_SUBMIT_BPF_H
/*
 * A request begins: on submission, or when it is refused. Every request comes through here, so this
 * is one of the two programs whose cost counts (docs/overhead.md).
 *
 * ring traced? → clock → a place in the table of open requests → depth → operands from the SQE →
 * cell: submitted
 */
#include "bpf/cell.bpf.h"
#include "bpf/copies.bpf.h"
#include "bpf/file.bpf.h"
#include "bpf/maps.bpf.h"
#include "bpf/record.bpf.h"
#include "bpf/request.bpf.h"
#include "bpf/ring.bpf.h"

/* pid << 32 | tid, as the two stand in open_request. */
static __always_inline uint64_t task_word(uint64_t pid_tgid)
{
	return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? pid_tgid
							 : pid_tgid << 32 | pid_tgid >> 32;
}

/* The task that submits a request, as in open_request. Where the request names it, two loads are
 * quicker than the helper. */
static __always_inline uint64_t submitter(struct io_kiocb *kiocb)
{
#ifdef RL_DIRECT
	struct io_kiocb___since_6_13 *recent = (void *)kiocb;
	struct io_uring_task___submitter *context;
	uint64_t task;

	if (bpf_core_field_exists(recent->tctx) &&
	    bpf_core_field_offset(struct task_struct, tgid) ==
		    bpf_core_field_offset(struct task_struct, pid) + sizeof(uint32_t)) {
		context = READ(recent, tctx);
		read_words(&task, 1, (uint64_t)&READ(context, task)->pid);
		return task;
	}
#endif
	return task_word(bpf_get_current_pid_tgid());
}

/* Who submits. Within one batch neither the ring nor its published head changes, so the answer of
 * the batch's first request serves the rest and saves a helper call. */
static __always_inline void batch_task(struct cpu_state *cpu, uint32_t slot,
				       uint32_t published_head, struct io_kiocb *kiocb,
				       struct open_request *request)
{
	if (cpu->batch_ring != slot || cpu->batch_head != published_head) {
		cpu->batch_ring = slot;
		cpu->batch_head = published_head;
		cpu->batch_task = submitter(kiocb);
		ring_slot(slot)->batches++;
	}
	request->task = cpu->batch_task;
}

/* Which SQE the SQ's index array names at a position. */
static __always_inline uint32_t sqe_index(const struct ring_slot *ring, uint32_t position)
{
	/* io_uring: any kernel type that begins with a 32-bit number. */
	struct io_uring *entry = KERNEL(io_uring, ring->sq_array + 4 * (uint64_t)position);

	return READ(entry, head) & ring->sq_mask;
}

/* struct io_uring_sqe in words. */
enum { SQE_OPCODE_FD, SQE_OFF, SQE_ADDR, SQE_LEN_FLAGS, SQE_USER_DATA, SQE_BUF_INDEX, SQE_WORDS };

/* The operands, from the SQE. It lies in memory the application may write at any time: what
 * describes the request is taken from there, what identifies it (operation, user_data, flags) from
 * the kernel's copy. */
static __always_inline void read_operands(const struct ring_slot *ring, uint32_t head,
					  struct open_request *request)
{
	uint32_t index = (head - 1) & ring->sq_mask;
	uint64_t sqe[SQE_WORDS];

	if (ring->sq_array)
		index = sqe_index(ring, index);
	read_words(sqe, SQE_WORDS, ring->sqes + ((uint64_t)index << ring->sqe_shift));
	request->offset_bytes = sqe[SQE_OFF];
	request->address = sqe[SQE_ADDR];
	request->length_flags = sqe[SQE_LEN_FLAGS];
	request->fd = second_half(sqe[SQE_OPCODE_FD]);
	request->buffer = sqe[SQE_BUF_INDEX] & 0xffff;
	if (sqe[SQE_USER_DATA] != request->user_data)
		request->path |= EV_PATH_ARGS_UNSURE;
}

/* The request that had this key ended unseen: silently as asked, or its completion found the CQ
 * full. */
static __always_inline void end_unseen(struct cpu_state *cpu, uint32_t cpu_number,
				       const struct request_place *place, uint64_t now)
{
	struct request_outcome outcome = {};
	struct ring_slot *ring = ring_slot(place->request->ring);
	struct cell *cell = cell_of(cpu_number, place->request->ring, place->request->op);
	int skipped = open_is_silent(place->request);

	if (cell && skipped)
		cell->skipped++;
	else if (cell)
		cell->vanished++;
	if (!ring || (skipped && live_record_min() == ~0ull && !ring->detail))
		return;
	outcome.time_ns = now;
	outcome.end = skipped ? EV_END_SKIPPED : EV_END_VANISHED;
	record_request(cpu, cpu_number, place, ring->id, &outcome);
}

/* Empties a way of the set that a key belongs to: its own, if it is still there, else the oldest.
 */
static __noinline uint32_t make_room(uint64_t key, uint64_t now, uint32_t lane)
{
	struct cpu_state *cpu = lane_state(lane);
	struct request_place place;
	struct cell *cell;
	uint32_t way;

	if (request_find(key, &place) && request_place_claim(&place, key)) {
		end_unseen(cpu, lane, &place, now);
		return request_place_way(&place);
	}
	if (!request_set(key, &place))
		return 0;
	way = request_free_way(place.set, key); /* the tracer may have taken it out just now */
	if (way < OPEN_WAYS)
		return way;
	request_at(&place, request_oldest(place.set));
	if (*place.key > OPEN_TAKEN) {
		cpu->evicted++;
		__sync_fetch_and_add(&ring_slot(place.request->ring)->evicted, 1);
		cell = cell_of(lane, place.request->ring, place.request->op);
		if (cell)
			cell->evicted++;
	}
	return request_place_way(&place);
}

/* Claims a place for a request that begins. 0: no place. */
static __always_inline int begin_request(uint64_t key, uint64_t now, uint32_t lane, uint32_t copy,
					 struct request_place *ret_place)
{
	uint32_t way;

	if (!request_set(key, ret_place))
		return 0;
	if (request_set_is_empty(ret_place->set)) { /* nearly always */
		request_at(ret_place, 0);
	} else {
		way = request_free_way(ret_place->set, key);
		if (way == OPEN_WAYS)
			way = make_room(key, now, lane);
		request_at(ret_place, way);
	}
	/* A copy may have been preempted since it saw that the place is free. */
	if (copy != COPY_ALONE && !*ret_place->key && !request_place_take(ret_place, key))
		request_at(ret_place, make_room(key, now, lane));
	request_place_set(ret_place, key);
	return 1;
}

static __always_inline void keep_file(const struct request_place *place, uint64_t number)
{
	struct open_detail *detail = number ? request_detail(place) : 0;

	if (detail)
		detail->file = number;
}

/* The path an operation was given, read while the application's memory still holds it. */
static __always_inline void keep_path(const struct request_place *place, uint64_t now,
				      uint32_t scratch)
{
	keep_file(place, file_given_path(place->request->address, now, scratch));
}

/* Entries the application has submitted and the kernel not consumed, this request's included. */
static __always_inline uint32_t read_sq_depth(struct ring_slot *ring, uint32_t head, uint32_t tail)
{
	uint32_t depth = tail - head + 1;

	if (depth > ring->sq_depth_max) {
		if (depth > ring->sq_entries)
			depth = ring->sq_entries; /* the tail is the application's to write */
		ring->sq_depth_max = depth;
	}
	ring->sq_depth = depth - 1;
	return depth;
}

static __always_inline uint8_t operation(struct io_kiocb *kiocb, uint64_t refused)
{
	struct io_uring_sqe *sqe;

	if (!refused)
		return READ(kiocb, opcode);
	sqe = KERNEL(io_uring_sqe, refused); /* one that does not exist was replaced by NOP */
	return READ_FIXED(sqe, opcode);
}

/* What submit and req_failed share; `refused` is the SQE of a request that was refused. The clock
 * is read as early as can be: reading it waits for all that stands before it. */
static __always_inline void start_request(struct io_kiocb *kiocb, uint32_t path, uint64_t refused,
					  uint32_t copy)
{
	struct io_ring_ctx *ring_ctx = READ(kiocb, ctx);
	uint64_t address, user_data, now, sq;
	struct request_place place;
	struct open_request *request;
	struct io_rings *shared;
	struct cpu_state *cpu;
	struct ring_slot *ring;
	struct cell *cell;
	uint32_t lane, slot, head;
	uint8_t op;

	cpu = this_lane(copy, &lane);
	ring = ring_traced(cpu, ring_ctx, 1);
	if (!ring)
		return;
	if (settings.filter_by_op && settings.op_traits[operation(kiocb, refused)] & OP_LEFT_OUT)
		return;
	now = bpf_ktime_get_ns();
	slot = ring->slot;
	op = operation(kiocb, refused);
	address = number_by(&cpu->submit_scratch, kiocb);
	user_data = request_user_data(kiocb);
	if (!begin_request(request_key(address, ring->traced_ctx, user_data), now, lane, copy,
			   &place))
		return;
	request = place.request;
	request->submit_ns = now;
	request->user_data = user_data;
	request->ring = slot;
	request->op = op;
	request->sqe_flags = READ(kiocb, flags);
	request->path = path | ring->path;

	head = READ(ring_ctx, cached_sq_head);
	shared = KERNEL(io_rings, ring->shared);
	sq = read_sq(shared);
	request->sq_depth = read_sq_depth(ring, head, (uint32_t)(sq >> 32));
	batch_task(cpu, slot, (uint32_t)sq, kiocb, request);
	read_operands(ring, head, request);

	cell = cell_of_request(cpu, lane, slot, op);
	if (cell)
		cell->submitted++;
	if (settings.op_traits[op] & OP_PATH)
		keep_path(&place, now, SCRATCH_OF_SUBMIT + copy % COPIES);
	else if (key_is_user_data() && settings.resolve_files)
		keep_file(&place, file_number(cpu, READ(kiocb, file), now,
					      SCRATCH_OF_SUBMIT + copy % COPIES));
}

/* After parse and prep, before the request is issued; for linked and drained requests too, once
 * each. Also the 6.0 to 6.3 name submit_sqe: the tracer sets which one is attached. */
HOT_PROBE("io_uring_submit_req")
int on_submit(struct raw_args *raw)
{
	start_request((struct io_kiocb *)submit_request(raw), 0, 0, COPY_ALONE);
	return 0;
}

#ifdef RL_DIRECT
static __always_inline int submit_copy(const struct raw_args *raw, uint32_t copy)
{
	struct io_kiocb *kiocb = (struct io_kiocb *)submit_request(raw);
	struct io_ring_ctx *ring_ctx = READ(kiocb, ctx);

	if (copy_takes(copy, COPIED_SUBMIT, READ(ring_ctx, cached_sq_head)))
		start_request(kiocb, 0, 0, copy);
	return 0;
}

HOT_COPIES(on_submit, "io_uring_submit_req", submit_copy)
#endif

/* Parse or prep refused it; submit does not fire, its completion follows at once. */
SEC("raw_tp/io_uring_req_failed")
int on_req_failed(struct raw_args *raw)
{
	uint64_t address = argument(raw, settings.abi.req_failed_req);

	start_request(KERNEL(io_kiocb, address), OPEN_FAILED, raw->args[0], COPY_ALONE);
	return 0;
}

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The probes. Two of them carry the load: submit_req starts an open request, complete ends it; each
 * reads the clock once and touches a handful of cache lines. All others fire only when a request
 * leaves the plain road and only mark what happened to it.
 *
 *   submit   ring traced? → depth → SQE → claim a place in the table of open requests → cell:
 * submitted complete ring traced? → find the request → latency → cell: histogram → record, if one
 * is wanted → free place
 *
 * Everything is a raw tracepoint: it loads with CAP_BPF and CAP_PERFMON on every kernel, and its
 * arguments are plain numbers. When each event fires, and in which context, is in the comments
 * here; the reference is the kernel's io_uring/ and include/trace/events/io_uring.h, 5.10 to 7.3.
 */
#include "bpf/kernel.bpf.h"
#include "bpf/tables.h"
#include "bpf/maps.bpf.h"
#include "bpf/ring.bpf.h"
#include "bpf/request.bpf.h"
#include "bpf/cell.bpf.h"
#include "bpf/record.bpf.h"
#include "bpf/file.bpf.h"
#include "bpf/worker.bpf.h"
#include "bpf/device.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

static __always_inline uint64_t request_user_data(struct io_kiocb *request)
{
#ifndef RL_DIRECT /* every kernel with the cast keeps it in the embedded CQE */
	struct io_kiocb___until_5_18 *old = (void *)request;

	if (bpf_core_field_exists(old->user_data))
		return READ(old, user_data);
#endif
	return READ(request, cqe.user_data);
}

/* ---- submission ---- */

/* Who submits. Within one batch neither the ring nor its published head changes, so the answer of
 * the batch's first request serves the rest and saves a helper call. */
static __always_inline void batch_task(struct cpu_state *cpu, uint32_t slot,
				       uint32_t published_head, struct open_request *request)
{
	uint64_t pid_tgid;

	if (cpu->batch_ring != slot || cpu->batch_head != published_head) {
		pid_tgid = bpf_get_current_pid_tgid();
		cpu->batch_ring = slot;
		cpu->batch_head = published_head;
		cpu->batch_tid = (uint32_t)pid_tgid;
		cpu->batch_pid = pid_tgid >> 32;
	}
	request->tid = cpu->batch_tid;
	request->pid = cpu->batch_pid;
}

/* The operands, from the SQE. It lies in memory the application may write at any time: what
 * describes the request is taken from there, what identifies it (operation, user_data, flags) from
 * the kernel's copy. */
static __always_inline void read_operands(const struct ring_slot *ring, uint32_t head,
					  struct open_request *request)
{
	struct io_uring_sqe *sqe;
	uint32_t index = (head - 1) & ring->sq_mask;
	uint32_t *entry;

	if (ring->sq_array) {
#ifdef RL_DIRECT
		entry = (uint32_t *)KERNEL(io_uring, ring->sq_array + 4 * (uint64_t)index);
		index = *entry & ring->sq_mask;
#else
		entry = (uint32_t *)(ring->sq_array + 4 * (uint64_t)index);
		bpf_probe_read_kernel(&index, sizeof(index), entry);
		index &= ring->sq_mask;
#endif
	}
	sqe = KERNEL(io_uring_sqe, ring->sqes + ((uint64_t)index << ring->sqe_shift));
	request->offset_bytes = READ_FIXED(sqe, off);
	request->address = READ_FIXED(sqe, addr);
	request->length_bytes = READ_FIXED(sqe, len);
	request->fd = READ_FIXED(sqe, fd);
	request->op_flags = READ_FIXED(sqe, rw_flags);
	request->buffer = READ_FIXED(sqe, buf_index);
	if (READ_FIXED(sqe, user_data) != request->user_data)
		request->path |= EV_PATH_ARGS_UNSURE;
}

static __always_inline uint32_t path_of_flags(const struct ring_slot *ring, uint8_t sqe_flags,
					      uint8_t op)
{
	uint32_t path = 0;

	if (sqe_flags & 1) /* IOSQE_FIXED_FILE */
		path |= EV_PATH_FIXED_FILE;
	if (op == 4 || op == 5) /* READ_FIXED, WRITE_FIXED */
		path |= EV_PATH_FIXED_BUFFER;
	if (ring->flags & 1) /* IORING_SETUP_IOPOLL */
		path |= EV_PATH_IOPOLL;
	if (ring->flags & 2) /* IORING_SETUP_SQPOLL */
		path |= EV_PATH_SQ_THREAD;
	return path;
}

/* The request that had this key ended unseen: silently as asked, or its completion found the CQ
 * full. */
static __always_inline void end_unseen(struct cpu_state *cpu, uint32_t cpu_number,
				       const struct request_place *place, uint64_t now)
{
	struct request_outcome outcome = {};
	struct ring_slot *ring = ring_slot(place->request->ring);
	struct cell *cell = cell_of(cpu_number, place->request->ring, place->request->op);
	int skipped = place->request->sqe_flags & (1 << 6); /* IOSQE_CQE_SKIP_SUCCESS */

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

static __always_inline int op_wanted(uint8_t op)
{
	return !settings.filter_by_op || settings.filter_ops[(op >> 6) & 3] >> (op & 63) & 1;
}

/* Claims a place for a request that begins. 0: no place. */
static __always_inline int begin_request(uint64_t key, struct cpu_state *cpu, uint32_t cpu_number,
					 uint64_t now, struct request_place *ret_place)
{
	int found = request_find(key, ret_place);
	struct cell *cell;

	if (found && !request_place_claim(ret_place, key)) {
		ret_place->position -= ret_place->way;
		found = 0;
	}
	if (found) {
		end_unseen(cpu, cpu_number, ret_place, now);
	} else {
		if (!ret_place->set)
			return 0;
		request_take(ret_place);
		if (request_place_key(ret_place) > OPEN_TAKEN) {
			cpu->evicted++;
			cell = cell_of(cpu_number, ret_place->request->ring,
				       ret_place->request->op);
			if (cell)
				cell->evicted++;
		}
	}
	request_place_set(ret_place, key);
	return 1;
}

/* Operations whose `addr` is a path: OPENAT STATX OPENAT2 RENAMEAT UNLINKAT MKDIRAT SYMLINKAT
 * LINKAT. */
#define PATH_OPS                                                                                   \
	(1ull << 18 | 1ull << 21 | 1ull << 28 | 1ull << 35 | 1ull << 36 | 1ull << 37 |             \
	 1ull << 38 | 1ull << 39)

static __always_inline void keep_file(const struct request_place *place, uint64_t number)
{
	struct open_detail *detail = number ? request_detail(place) : 0;

	if (detail)
		detail->file = number;
}

/* The path an operation was given, read while the application's memory still holds it. */
static __always_inline void keep_path(const struct request_place *place, uint64_t now)
{
	keep_file(place, file_given_path(place->request->address, now));
}

/* What submit and req_failed share; `refused` is the SQE of a request that was refused. */
static __always_inline void start_request(uint64_t address, uint32_t path, uint64_t refused)
{
	struct io_kiocb *kiocb = KERNEL(io_kiocb, address);
	struct io_ring_ctx *ring_ctx = READ(kiocb, ctx);
	uint64_t ring_address, user_data, now;
	struct ring_index_entry *entry;
	struct request_place place;
	struct open_request *request;
	struct io_uring_sqe *sqe;
	struct io_rings *shared;
	struct cpu_state *cpu;
	struct ring_slot *ring;
	struct cell *cell;
	uint32_t cpu_number, slot, head, depth;
	uint8_t op;

	cpu = this_cpu(&cpu_number);
	if (!cpu)
		return;
	ring_address = as_number(cpu, ring_ctx);
	entry = ring_find(ring_address);
	if (!entry)
		slot = ring_meet(ring_address);
	else
		slot = entry->verdict == RING_IN ? entry->slot : 0;
	if (!slot)
		return;
	op = READ(kiocb, opcode);
	if (refused) { /* an operation that does not exist has been replaced by NOP */
		sqe = KERNEL(io_uring_sqe, refused);
		op = READ_FIXED(sqe, opcode);
	}
	if (!op_wanted(op))
		return;
	ring = ring_slot(slot);
	if (!ring)
		return;
	user_data = request_user_data(kiocb);
	now = bpf_ktime_get_ns();
	if (!begin_request(request_key(address, ring_address, user_data), cpu, cpu_number, now,
			   &place))
		return;
	request = place.request;
	request->submit_ns = now;
	request->user_data = user_data;
	request->ring = slot;
	request->op = op;
	request->sqe_flags = READ(kiocb, flags);
	request->path = path | path_of_flags(ring, request->sqe_flags, op);

	shared = READ(ring_ctx, rings);
	head = READ(ring_ctx, cached_sq_head);
	depth = READ(shared, sq.tail) - head + 1;
	if (depth > ring->sq_entries)
		depth = ring->sq_entries; /* head and tail are the application's to write */
	request->sq_depth = depth;
	ring->sq_depth = depth - 1;
	if (depth > ring->sq_depth_max)
		ring->sq_depth_max = depth;
	batch_task(cpu, slot, READ(shared, sq.head), request);
	read_operands(ring, head, request);

	cell = cell_of(cpu_number, slot, op);
	if (cell)
		cell->submitted++;
	if (settings.resolve_files && op < 64 && PATH_OPS >> op & 1)
		keep_path(&place, now);
	else if (settings.resolve_files && settings.abi.key_is_user_data)
		keep_file(&place, file_number(cpu, READ(kiocb, file), now));
}

/* After parse and prep, before the request is issued; for linked and drained requests too, once
 * each. Also the 6.0 to 6.3 name submit_sqe: the tracer sets which one is attached. */
SEC("raw_tp/io_uring_submit_req")
int on_submit(struct raw_args *raw)
{
	start_request(argument(raw, settings.abi.submit_req), 0, 0);
	return 0;
}

/* Parse or prep refused it; submit does not fire, its completion follows at once. */
SEC("raw_tp/io_uring_req_failed")
int on_req_failed(struct raw_args *raw)
{
	start_request(argument(raw, settings.abi.req_failed_req), OPEN_FAILED, raw->args[0]);
	return 0;
}

/* ---- completion ---- */

struct completion {
	uint64_t ring_ctx;
	uint64_t request; /* address; 0: none is named */
	uint64_t user_data;
	int32_t res;
	uint32_t flags;
};

static __always_inline void read_completion(const struct raw_args *raw,
					    struct completion *completion)
{
	struct io_uring_cqe *cqe;

	/* Through argument(), or the compiler merges the loads of two cases into one from a
	 * computed place in the context, which the verifier refuses. */
	completion->ring_ctx = raw->args[0];
	switch (settings.abi.complete) {
	case COMPLETE_CQE:
		cqe = KERNEL(io_uring_cqe, argument(raw, 2));
		completion->request = argument(raw, 1);
		completion->user_data = READ_FIXED(cqe, user_data);
		completion->res = READ_FIXED(cqe, res);
		completion->flags = READ_FIXED(cqe, flags);
		return;
	case COMPLETE_VALUES:
		completion->request = argument(raw, 1);
		completion->user_data = argument(raw, 2);
		completion->res = argument(raw, 3);
		completion->flags = argument(raw, 4);
		return;
	default:
		completion->request = 0;
		completion->user_data = argument(raw, 1);
		completion->res = argument(raw, 2);
		completion->flags = settings.abi.complete_cflags ? argument(raw, 3) : 0;
	}
}

/* Posted and not reaped, with `coming` that have no place yet. */
static __always_inline uint32_t read_cq_depth(struct ring_slot *ring, uint64_t ring_address,
					      uint32_t coming)
{
	struct io_ring_ctx *ring_ctx = KERNEL(io_ring_ctx, ring_address);
	struct io_rings *shared = READ(ring_ctx, rings);
	uint32_t depth = READ(ring_ctx, cached_cq_tail) - READ(shared, cq.head) + coming;

	if (depth > ring->cq_entries)
		depth = ring->cq_entries;
	ring->cq_depth = depth;
	if (depth > ring->cq_depth_max)
		ring->cq_depth_max = depth;
	return depth;
}

/* One shot of a request that goes on, a message, a resource tag. Where completions name no request,
 * only the flag tells it from a request's end. */
static __always_inline int has_no_request(const struct completion *completion)
{
	return !completion->request &&
	       (!settings.abi.key_is_user_data || completion->flags & 2 /* IORING_CQE_F_MORE */);
}

/* No open request belongs to it: a shot of a multishot request, a message, a notification, or one
 * that began before we looked. */
static __always_inline int complete_alone(struct cpu_state *cpu, uint32_t cpu_number,
					  struct ring_slot *ring,
					  const struct completion *completion)
{
	struct ev_completion record = {};

	record.cq_depth = read_cq_depth(ring, completion->ring_ctx, settings.abi.complete_early);
	if (completion->flags & (1 << 3)) { /* IORING_CQE_F_NOTIF */
		record.type = EV_COMPLETION_NOTIFICATION;
		__sync_fetch_and_add(&ring->shots, 1);
	} else if (has_no_request(completion)) {
		record.type =
			completion->flags & 2 /* IORING_CQE_F_MORE */ ? EV_COMPLETION_MULTISHOT
								      : EV_COMPLETION_OTHER;
		__sync_fetch_and_add(&ring->shots, 1);
	} else if (settings.filter_by_op) {
		return 0;
	} else {
		record.type = EV_COMPLETION_UNMATCHED;
		__sync_fetch_and_add(&ring->unmatched, 1);
	}
	ring->used++;
	if (live_record_min() == ~0ull && !ring->detail)
		return 0;
	record.h.time_ns = bpf_ktime_get_ns();
	record.user_data = completion->user_data;
	record.result = completion->res;
	record.cqe_flags = completion->flags;
	record.queue = ring->id;
	record_completion(cpu, cpu_number, &record);
	return 0;
}

static __always_inline void count_completion(struct cell *cell, const struct open_request *request,
					     const struct completion *completion,
					     uint64_t latency_ns)
{
	if (request->path & OPEN_FAILED) {
		cell->failed++;
		return;
	}
	cell_add_latency(cell, latency_ns);
	if (completion->res < 0)
		cell->errors++;
	else
		cell->bytes += (uint32_t)completion->res;
	if (request->path & EV_PATH_ROADS) {
		if (request->path & EV_PATH_WORKER)
			cell->worker++;
		else
			cell->poll++;
	}
}

/* The path the operation was given, else the file it worked on. */
static __always_inline uint64_t file_of(struct cpu_state *cpu, const struct request_place *place,
					uint64_t address, uint64_t now)
{
	struct io_kiocb *kiocb = KERNEL(io_kiocb, address);
	uint32_t position = place->position;
	struct open_detail *detail;

	if (place->request->path & OPEN_DETAIL) {
		detail = bpf_map_lookup_elem(&open_details, &position);
		if (detail && detail->file)
			return detail->file;
	}
	if (settings.abi.key_is_user_data || place->request->fd < 0)
		return 0;
	return file_number(cpu, READ(kiocb, file), now);
}

/* A CQE slot was filled; task context of whoever posts it. On up to 6.0 it fires for overflowed
 * completions too. */
SEC("raw_tp/io_uring_complete")
int on_complete(struct raw_args *raw)
{
	struct request_outcome outcome = {};
	struct completion completion;
	struct request_place place;
	struct open_request *request;
	struct cpu_state *cpu;
	struct ring_slot *ring;
	struct cell *cell;
	uint32_t cpu_number, slot;
	uint64_t latency_ns;

	ring = ring_traced(raw->args[0], &slot);
	if (!ring)
		return 0;
	cpu = this_cpu(&cpu_number);
	read_completion(raw, &completion);
	if (has_no_request(&completion))
		return complete_alone(cpu, cpu_number, ring, &completion);
	if (!request_find(request_key(completion.request, completion.ring_ctx,
				      completion.user_data),
			  &place))
		return complete_alone(cpu, cpu_number, ring, &completion);
	request = place.request;
	if (request->ring != slot || request->user_data != completion.user_data)
		return complete_alone(cpu, cpu_number, ring, &completion);

	outcome.time_ns = bpf_ktime_get_ns();
	latency_ns = outcome.time_ns - request->submit_ns;
	outcome.cq_depth = read_cq_depth(ring, completion.ring_ctx, settings.abi.complete_early);
	cell = cell_of(cpu_number, slot, request->op);
	if (cell)
		count_completion(cell, request, &completion, latency_ns);
	if (request->path & EV_PATH_WORKER)
		worker_completes(&place, outcome.time_ns);
	if (latency_ns >= live_record_min() || ring->detail) {
		outcome.end = request->path & OPEN_FAILED ? EV_END_FAILED : EV_END_COMPLETED;
		outcome.result = completion.res;
		outcome.cqe_flags = completion.flags;
		if (settings.resolve_files)
			outcome.file = file_of(cpu, &place, completion.request, outcome.time_ns);
		record_request(cpu, cpu_number, &place, ring->id, &outcome);
	}
	request_place_set(&place, 0);
	return 0;
}

/* The completion queue is full (5.19 and later). The request is not named, and nothing fires when
 * the backlog is flushed: the tracer finds the request by its user_data. */
SEC("raw_tp/io_uring_cqe_overflow")
int on_cqe_overflow(struct raw_args *raw)
{
	struct control_overflow *event;
	struct cpu_state *cpu;
	struct ring_slot *ring;
	uint32_t cpu_number, slot;

	ring = ring_traced(raw->args[0], &slot);
	cpu = this_cpu(&cpu_number);
	if (!ring)
		return 0;
	__sync_fetch_and_add(&ring->overflow_events, 1);
	ring->used++;
	event = bpf_ringbuf_reserve(&control, sizeof(*event), 0);
	if (!event) {
		cpu->control_lost++;
		return 0;
	}
	__builtin_memset(event, 0, sizeof(*event));
	event->h.type = CONTROL_OVERFLOW;
	event->h.slot = slot;
	event->h.time_ns = bpf_ktime_get_ns();
	event->overflow.h.kind = EV_OVERFLOW;
	event->overflow.h.size_bytes = sizeof(event->overflow);
	event->overflow.h.cpu = cpu_number;
	event->overflow.h.time_ns = event->h.time_ns;
	event->overflow.user_data = raw->args[1];
	event->overflow.result = (int32_t)raw->args[2];
	event->overflow.cqe_flags = raw->args[3];
	event->overflow.queue = ring->id;
	event->overflow.dropped = !raw->args[4];
	bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
	return 0;
}

/* ---- roads other than the plain one: each only marks the open request ---- */

static __always_inline int mark(uint64_t address, uint32_t stage, uint32_t path)
{
	struct io_kiocb *kiocb = KERNEL(io_kiocb, address);

	if (settings.abi.key_is_user_data)
		address =
			request_key(address, (uint64_t)READ(kiocb, ctx), request_user_data(kiocb));
	return request_reach(address, stage, path);
}

/* Each time a request is handed to io-wq; some are handed over more than once. */
SEC("raw_tp/io_uring_queue_async_work")
int on_queue_async_work(struct raw_args *raw)
{
	struct cpu_state *cpu;
	uint32_t cpu_number;

	if (!mark(argument(raw, settings.abi.queue_async_req), EV_STAGE_WORKER_QUEUED,
		  EV_PATH_WORKER))
		return 0;
	cpu = this_cpu(&cpu_number);
	if (cpu)
		cpu->punted++; /* makes the tracer attach what is in bpf/worker.bpf.h */
	return 0;
}

/* The file was not ready: armed on its wait queue. Not for POLL_ADD itself. */
SEC("raw_tp/io_uring_poll_arm")
int on_poll_arm(struct raw_args *raw)
{
	return mark(argument(raw, settings.abi.poll_arm_req), EV_STAGE_POLL_ARMED, EV_PATH_POLL);
}

/* The waker queued the request's task work; any task, softirq or hardirq. Poll only. */
SEC("raw_tp/io_uring_task_add")
int on_task_add(struct raw_args *raw)
{
	return mark(argument(raw, settings.abi.task_add_req), EV_STAGE_POLL_WOKEN,
		    EV_PATH_TASK_WORK);
}

/* IO_DRAIN put it on the defer list; there is no event when it is released. */
SEC("raw_tp/io_uring_defer")
int on_defer(struct raw_args *raw)
{
	return mark(argument(raw, settings.abi.defer_req), EV_STAGE_DEFERRED, EV_PATH_DEFERRED);
}

/* Each member of a chain but the head, right after its submission. */
SEC("raw_tp/io_uring_link")
int on_link(struct raw_args *raw)
{
	return mark(argument(raw, settings.abi.link_req), 0, EV_PATH_LINKED);
}

/* Cancelled because its predecessor failed; completes later with -ECANCELED. */
SEC("raw_tp/io_uring_fail_link")
int on_fail_link(struct raw_args *raw)
{
	return mark(argument(raw, settings.abi.fail_link_req), 0, EV_PATH_LINK_FAILED);
}

/* ---- rings ---- */

/* Last step of setup, descriptor installed; in the creator. */
SEC("raw_tp/io_uring_create")
int on_create(struct raw_args *raw)
{
	struct ring_birth birth = {};

	birth.ring_ctx = raw->args[1];
	birth.fd = (int32_t)raw->args[0];
	birth.time_ns = bpf_ktime_get_ns();
	birth.created_ns = birth.time_ns;
	birth.pid = bpf_get_current_pid_tgid() >> 32;
	bpf_get_current_comm(birth.comm, sizeof(birth.comm));
	birth.verdict = filter_current(birth.pid, birth.comm) ? RING_IN : RING_OUT;
	if ((uint32_t)raw->args[4] &
	    (1 << 15)) /* IORING_SETUP_REGISTERED_FD_ONLY: an index, no descriptor */
		birth.fd = -1;
	ring_register(&birth);
	return 0;
}

/* After the operation, ring mutex held. */
SEC("raw_tp/io_uring_register")
int on_register(struct raw_args *raw)
{
	struct control_register *event;
	struct cpu_state *cpu;
	struct ring_slot *ring;
	uint32_t cpu_number, slot;

	ring = ring_traced(raw->args[0], &slot);
	cpu = this_cpu(&cpu_number);
	if (!ring)
		return 0;
	if ((uint32_t)raw->args[1] == 33) /* IORING_REGISTER_RESIZE_RINGS */
		ring_read_addresses(ring);
	event = bpf_ringbuf_reserve(&control, sizeof(*event), 0);
	if (!event) {
		cpu->control_lost++;
		return 0;
	}
	__builtin_memset(event, 0, sizeof(*event));
	event->h.type = CONTROL_REGISTER;
	event->h.slot = slot;
	event->h.time_ns = bpf_ktime_get_ns();
	event->registered.h.kind = EV_REGISTER;
	event->registered.h.size_bytes = sizeof(event->registered);
	event->registered.h.cpu = cpu_number;
	event->registered.h.time_ns = event->h.time_ns;
	event->registered.queue = ring->id;
	event->registered.op = raw->args[1];
	event->registered.file_count = raw->args[2];
	event->registered.buffer_count = raw->args[3];
	event->registered.result = (int64_t)argument(raw, settings.abi.register_result);
	bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
	return 0;
}

/* About to block for completions; not when enough are there. */
SEC("raw_tp/io_uring_cqring_wait")
int on_cqring_wait(struct raw_args *raw)
{
	struct ring_slot *ring;
	uint32_t slot;

	ring = ring_traced(raw->args[0], &slot);
	if (!ring)
		return 0;
	__sync_fetch_and_add(&ring->waits, 1);
	ring->used++;
	return 0;
}

/* A traced process's children are traced too. */
SEC("raw_tp/sched_process_fork")
int on_fork(struct raw_args *raw)
{
	struct task_struct *parent = KERNEL(task_struct, raw->args[0]);
	struct task_struct *child = KERNEL(task_struct, raw->args[1]);
	uint32_t parent_pid = READ(parent, tgid), child_pid = READ(child, tgid);
	uint8_t one = 1;

	if (parent_pid != child_pid && bpf_map_lookup_elem(&filter_pids, &parent_pid))
		bpf_map_update_elem(&filter_pids, &child_pid, &one, BPF_ANY);
	return 0;
}

/* ---- called by the tracer through BPF_PROG_TEST_RUN, never attached ---- */

/* Enters a ring that an iterator has found. args: ctx, pid, fd, verdict, two halves of comm. */
SEC("raw_tp")
int adopt(struct raw_args *raw)
{
	struct ring_index_entry *entry = ring_find(raw->args[0]);
	struct ring_birth birth = {};
	struct ring_slot *ring;

	if (entry) { /* met before it was found: now we know better whose it is */
		ring = entry->slot ? ring_slot(entry->slot) : 0;
		if (ring) {
			ring->pid = (uint32_t)raw->args[1];
			ring->fd = (int32_t)raw->args[2];
		}
		return entry->slot;
	}
	birth.ring_ctx = raw->args[0];
	birth.pid = (uint32_t)raw->args[1];
	birth.fd = (int32_t)raw->args[2];
	birth.verdict = (uint32_t)raw->args[3];
	birth.time_ns = bpf_ktime_get_ns();
	__builtin_memcpy(birth.comm, &raw->args[4], 8);
	__builtin_memcpy(birth.comm + 8, &raw->args[5], 8);
	return ring_register(&birth);
}

/* Takes a ring that no iterator finds any more out of the index. */
SEC("raw_tp")
int forget(struct raw_args *raw)
{
	struct ring_index_entry *entry = ring_find(raw->args[0]);
	struct cpu_state *cpu;
	uint32_t cpu_number;

	cpu = this_cpu(&cpu_number);
	if (entry && cpu)
		ring_bury(entry, bpf_ktime_get_ns(), cpu);
	return 0;
}

/* Reads a ring's depths now. args: slot. */
SEC("raw_tp")
int sample(struct raw_args *raw)
{
	struct ring_slot *ring = ring_slot((uint32_t)raw->args[0]);
	struct io_ring_ctx *ring_ctx;
	struct io_rings *shared;
	uint32_t depth;

	if (!ring || ring->state != RING_LIVE)
		return 0;
	ring_ctx = KERNEL(io_ring_ctx, ring->ring_ctx);
	if (READ(ring_ctx, sq_entries) != ring->sq_entries ||
	    READ(ring_ctx, cq_entries) != ring->cq_entries)
		return 0; /* gone, its memory in other hands */
	shared = READ(ring_ctx, rings);
	depth = READ(shared, sq.tail) - READ(ring_ctx, cached_sq_head);
	if (depth <= ring->sq_entries)
		ring->sq_depth = depth;
	read_cq_depth(ring, ring->ring_ctx, 0);
	ring->sq_flags = read_sq_flags(shared);
	ring->dropped_cqes = READ(shared, cq_overflow);
	ring->dropped_sqes = READ(shared, sq_dropped);
	return 1;
}

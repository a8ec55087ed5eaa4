/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The probes: one object, put together here. Two programs carry the load: submit_req starts an open
 * request (bpf/submit.bpf.h), complete ends it (bpf/complete.bpf.h); each reads the clock once and
 * touches a handful of cache lines. All others fire only when a request leaves the plain road, and
 * only mark what happened to it.
 *
 * Everything is a raw tracepoint: it loads with CAP_BPF and CAP_PERFMON on every kernel, and its
 * arguments are plain numbers. When each event fires, and in which context, is in the comments; the
 * reference is the kernel's io_uring/ and include/trace/events/io_uring.h, 5.10 to 7.3.
 */
#include "bpf/kernel.bpf.h"
#include "bpf/tables.h"
#include "bpf/maps.bpf.h"
#include "bpf/ring.bpf.h"
#include "bpf/request.bpf.h"
#include "bpf/cell.bpf.h"
#include "bpf/record.bpf.h"
#include "bpf/file.bpf.h"
#include "bpf/wait.bpf.h"
#include "bpf/worker.bpf.h"
#include "bpf/thread.bpf.h"
#include "bpf/chain.bpf.h"
#include "bpf/submit.bpf.h"
#include "bpf/complete.bpf.h"
#include "bpf/overflow.bpf.h"
#include "bpf/nvme.bpf.h"
#include "bpf/scsi.bpf.h"
#include "bpf/sample.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* ---- roads other than the plain one: each only marks the open request ---- */

static __always_inline int mark(uint64_t address, uint32_t stage, uint32_t path)
{
	return request_reach(key_of(address), stage, path);
}

/* Each time a request is handed to io-wq; some are handed over more than once. */
SEC("raw_tp/io_uring_queue_async_work")
int on_queue_async_work(struct raw_args *raw)
{
	struct cpu_state *cpu;
	uint32_t cpu_number;

	if (!worker_queues(key_of(argument(raw, settings.abi.queue_async_req))))
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
	uint32_t cpu_number;

	cpu = this_cpu(&cpu_number);
	ring = ring_traced(cpu, (const void *)raw->args[0], 0);
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
	event->h.slot = ring->slot;
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

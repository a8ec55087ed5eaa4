/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_THREAD_BPF_H
#define BPF_THREAD_BPF_H
/*
 * The last figures of a ring's SQPOLL thread. While it lives the tracer reads them from time to
 * time (bpf/resources.bpf.h); a ring that came and went between two looks would have none, and
 * any other's would lack the end. Other tasks that end pay for one comparison.
 */
#include "bpf/resources.bpf.h"
#include "bpf/ring.bpf.h"
#include "bpf/worker.bpf.h"

/* Still the data of this thread? When its last ring is closed they are freed as soon as the
 * thread says that it ends, and this is a little later. */
static __always_inline int thread_has(struct io_sq_data___times *data, uint32_t tid)
{
	return data && bpf_core_field_exists(data->work_time) &&
	       (uint32_t)BPF_CORE_READ(data, task_pid) == tid;
}

/* In the task that ends. */
SEC("raw_tp/sched_process_exit")
int on_task_exit(struct raw_args *raw)
{
	struct task_struct *task = KERNEL(task_struct, raw->args[0]);
	struct io_ring_ctx___thread *ring;
	struct io_sq_data___times *data;
	struct thread_end *end;
	uint32_t tid;

	if (!(READ(task, flags) & PF_IO_WORKER))
		return 0;
	tid = READ(task, pid);
	end = bpf_map_lookup_elem(&thread_ends, &tid);
	if (!end)
		return 0;
	ring = (void *)end->ring_ctx;
	data = BPF_CORE_READ(ring, sq_data);
	thread_read((void *)task, data, &end->last);
	if (!thread_has(data, tid) || end->last.thread_work_ns > end->last.thread_cpu_ns)
		end->last.resources &= ~(uint32_t)EV_RESOURCE_THREAD_WORK;
	end->time_ns = bpf_ktime_get_ns();
	return 0;
}

#endif

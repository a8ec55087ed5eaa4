/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_WORKER_BPF_H
#define BPF_WORKER_BPF_H
/*
 * io-wq workers: when a request that waits for a worker is taken up. The kernel has no event for
 * it, so it is read from three signs, the first that comes:
 *
 *   file_get      the worker looks up the request's file: exact, but not for fixed files or path
 *                 operations
 *   sched_switch  the worker leaves its CPU in the middle of the request
 *   complete      the worker posts the request's completion
 *
 * The latter two know that the worker was at it, and since when the worker was free: since it last
 * came onto a CPU with nothing in hand or ended its previous request. Of a request that a worker
 * ends without any of these (completed by the submitter's task, no file look-up, never off the CPU)
 * it stays unknown how long it waited and how long it ran.
 *
 * The two extra tracepoints are attached when the first traced request is handed to io-wq, not
 * before: a machine whose requests never leave the plain road does not pay for them. What was
 * handed over until they are attached stands at EV_STAGE_WORKER_UNSPLIT: nothing tells whether a
 * worker has it.
 */
#include "bpf/maps.bpf.h"
#include "bpf/request.bpf.h"

enum { PF_IO_WORKER = 0x10 }; /* also set for SQPOLL threads, which have no struct io_worker */

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct io_wq_work;

struct io_worker {
	struct io_wq_work *cur_work; /* set while a request is being carried */
};

struct task_struct___worker {
	void *worker_private; /* 5.17 and later */
};

struct task_struct___until_5_16 {
	void *pf_io_worker;
};

struct io_kiocb___work {
	struct io_wq_work_shape {
		int unused;
	} work;
};

#pragma clang attribute pop

/* By thread id: since when the worker could have taken up a request. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, uint32_t);
	__type(value, uint64_t);
} workers SEC(".maps");

static __always_inline void worker_is_free(uint32_t tid, uint64_t now)
{
	bpf_map_update_elem(&workers, &tid, &now, BPF_ANY);
}

/* The request was being carried by this worker at `now`, and not before the worker was free. */
static __always_inline void worker_carries(const struct request_place *place, uint32_t tid,
					   uint64_t now, int exact)
{
	struct open_detail *detail = request_detail(place);
	uint64_t queued_ns, *free_ns;

	if (!detail)
		return;
	detail->worker_tid = tid;
	if (detail->stage_ns[EV_STAGE_WORKER_RUNNING - 1])
		return;
	queued_ns = detail->stage_ns[EV_STAGE_WORKER_QUEUED - 1];
	free_ns = exact ? 0 : bpf_map_lookup_elem(&workers, &tid);
	if (free_ns && *free_ns < now)
		now = *free_ns > queued_ns ? *free_ns : queued_ns;
	else if (!exact) { /* we have not seen this worker come: no start can be named */
		if (request_stage(place->request) == EV_STAGE_WORKER_QUEUED)
			request_stand(place->request, EV_STAGE_WORKER_UNSPLIT);
		return;
	}
	detail->stage_ns[EV_STAGE_WORKER_RUNNING - 1] = now;
	request_stand(place->request, EV_STAGE_WORKER_RUNNING);
}

/* A request is handed to io-wq; false: not open. */
static __always_inline int worker_queues(uint64_t key)
{
	struct request_place place;

	if (!request_find(key, &place))
		return 0;
	request_enter(&place, EV_STAGE_WORKER_QUEUED, bpf_ktime_get_ns());
	if (!*(volatile uint64_t *)&live.workers_watched)
		request_stand(place.request, EV_STAGE_WORKER_UNSPLIT);
	place.request->path |= EV_PATH_WORKER;
	return 1;
}

static __always_inline struct io_worker *worker_of(struct task_struct *task)
{
	struct task_struct___worker *now = (void *)task;
	struct task_struct___until_5_16 *old = (void *)task;

	if (!(BPF_CORE_READ(task, flags) & PF_IO_WORKER))
		return 0;
	if (bpf_core_field_exists(now->worker_private))
		return BPF_CORE_READ(now, worker_private);
	if (bpf_core_field_exists(old->pf_io_worker))
		return BPF_CORE_READ(old, pf_io_worker);
	return 0;
}

/* The open request that a worker has in hand. */
static __always_inline int worker_request(struct io_worker *worker, struct request_place *ret_place)
{
	uint64_t work = (uint64_t)BPF_CORE_READ(worker, cur_work);

	if (!work || key_is_user_data())
		return 0;
	return request_find(work - bpf_core_field_offset(struct io_kiocb___work, work), ret_place);
}

/* A worker's completion ends its request: the last sign, and the start of the next one's. */
static __noinline int worker_completes(uint64_t key, uint64_t now)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct request_place place;
	uint32_t tid;

	if (!worker_of(task) || !request_find(key, &place))
		return 0;
	tid = (uint32_t)bpf_get_current_pid_tgid();
	worker_carries(&place, tid, now, 0);
	worker_is_free(tid, now);
	return 0;
}

/* Issue looks up a normal file; in a worker only when it has just taken up the request. */
SEC("raw_tp/io_uring_file_get")
int on_file_get(struct raw_args *raw)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct request_place place;

	if (!worker_of(task) || !request_find(argument(raw, settings.abi.file_get_req), &place))
		return 0;
	worker_carries(&place, (uint32_t)bpf_get_current_pid_tgid(), bpf_ktime_get_ns(), 1);
	return 0;
}

SEC("raw_tp/sched_switch")
int on_sched_switch(struct raw_args *raw)
{
	struct task_struct *previous = (struct task_struct *)raw->args[1];
	struct task_struct *next = (struct task_struct *)raw->args[2];
	struct io_worker *worker = worker_of(previous);
	struct request_place place;

	if (worker && worker_request(worker, &place))
		worker_carries(&place, BPF_CORE_READ(previous, pid), bpf_ktime_get_ns(), 0);
	worker = worker_of(next);
	if (worker && !BPF_CORE_READ(worker, cur_work))
		worker_is_free(BPF_CORE_READ(next, pid), bpf_ktime_get_ns());
	return 0;
}

#endif

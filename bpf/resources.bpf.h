/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_RESOURCES_BPF_H
#define BPF_RESOURCES_BPF_H
/*
 * What a ring has registered, what its SQPOLL thread has used, and how many completions wait for
 * room: read from the ring itself, so it is known of rings that are older than the tracer, too.
 * Used by the tracer's own look at a ring and by the iterators, never by a probe.
 */
#include "bpf/kernel.bpf.h"
#include "bpf/ring_sample.h"
#include "event/record.h"

enum { BACKLOG_MAX = 256 }; /* counted at most: the verifier's time grows with its square */

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct io_rsrc_data___ring {
	unsigned int nr;
};

struct io_file_table___ring {
	struct io_rsrc_data___ring data;
};

struct xarray___ring {
	void *xa_head;
};

struct list_head___ring {
	struct list_head___ring *next;
};

struct llist_node___ring;

struct llist_head___ring {
	struct llist_node___ring *first;
};

struct io_ring_ctx___resources {
	struct io_file_table___ring file_table; /* 6.14 and later */
	struct io_rsrc_data___ring buf_table;
	unsigned int nr_user_files; /* up to 6.13 */
	unsigned int nr_user_bufs;
	void *io_ev_fd;		       /* 5.17 and later */
	void *cq_ev_fd;		       /* up to 5.16 */
	unsigned char napi_track_mode; /* 6.13 and later; 255: off */
	struct xarray___ring personalities;
	struct xarray___ring io_bl_xa;
	uint32_t iowq_limits[2]; /* 5.15 and later */
	struct list_head___ring cq_overflow_list;
	struct llist_head___ring work_llist; /* 6.1 and later */
};

/* Up to 6.13, and the other meaning of a name that stayed. */
struct io_ring_ctx___napi_until_6_12 {
	_Bool napi_enabled;
};

struct io_ring_ctx___restricted {
	unsigned int restricted : 1;
};

struct sched_entity___ring {
	uint64_t sum_exec_runtime;
};

struct task_struct___times {
	struct sched_entity___ring se;
	unsigned long nvcsw;
	int pid;
};

struct io_sq_data___times {
	struct task_struct *thread;
	int task_pid;
	uint64_t work_time; /* microseconds; 6.9 and later */
};

struct io_ring_ctx___thread {
	struct io_sq_data___times *sq_data;
};

#pragma clang attribute pop

static __always_inline void resources_count(struct io_ring_ctx___resources *ring,
					    struct ring_sample *found)
{
	if (bpf_core_field_exists(ring->nr_user_files)) {
		found->file_count = BPF_CORE_READ(ring, nr_user_files);
		found->buffer_count = BPF_CORE_READ(ring, nr_user_bufs);
	} else if (bpf_core_field_exists(ring->buf_table)) {
		found->file_count = BPF_CORE_READ(ring, file_table.data.nr);
		found->buffer_count = BPF_CORE_READ(ring, buf_table.nr);
	} else {
		return;
	}
	found->resources |= EV_RESOURCE_KNOWN;
}

static __always_inline int napi_is_on(struct io_ring_ctx___resources *ring)
{
	struct io_ring_ctx___napi_until_6_12 *old = (void *)ring;

	if (bpf_core_field_exists(ring->napi_track_mode))
		return BPF_CORE_READ(ring, napi_track_mode) != 255;
	return bpf_core_field_exists(old->napi_enabled) && BPF_CORE_READ(old, napi_enabled);
}

static __always_inline void resources_mark(struct io_ring_ctx___resources *ring,
					   struct ring_sample *found)
{
	struct io_ring_ctx___restricted *restricted = (void *)ring;
	void *eventfd = 0;

	if (bpf_core_field_exists(ring->io_ev_fd))
		eventfd = BPF_CORE_READ(ring, io_ev_fd);
	else if (bpf_core_field_exists(ring->cq_ev_fd))
		eventfd = BPF_CORE_READ(ring, cq_ev_fd);
	if (eventfd)
		found->resources |= EV_RESOURCE_EVENTFD;
	if (napi_is_on(ring))
		found->resources |= EV_RESOURCE_NAPI;
	if (bpf_core_field_exists(ring->personalities) &&
	    BPF_CORE_READ(ring, personalities.xa_head))
		found->resources |= EV_RESOURCE_PERSONALITIES;
	if (bpf_core_field_exists(ring->io_bl_xa) && BPF_CORE_READ(ring, io_bl_xa.xa_head))
		found->resources |= EV_RESOURCE_BUFFER_GROUPS;
	if (bpf_core_field_exists(restricted->restricted) &&
	    BPF_CORE_READ_BITFIELD_PROBED(restricted, restricted))
		found->resources |= EV_RESOURCE_RESTRICTED;
	if (bpf_core_field_exists(ring->work_llist) && BPF_CORE_READ(ring, work_llist.first))
		found->resources |= EV_RESOURCE_WORK_PENDING;
	if (bpf_core_field_exists(ring->iowq_limits)) {
		bpf_core_read(found->worker_limit, sizeof(found->worker_limit), &ring->iowq_limits);
		if (found->worker_limit[0] || found->worker_limit[1])
			found->resources |= EV_RESOURCE_WORKER_LIMITS;
	}
}

/* Completions that wait for room; only looked at while the ring says that there are some. */
static __always_inline uint32_t backlog_length(struct io_ring_ctx___resources *ring)
{
	struct list_head___ring *head = (void *)&ring->cq_overflow_list, *at;
	uint32_t length = 0;

	at = BPF_CORE_READ(head, next);
	while (length < BACKLOG_MAX && at && at != head) {
		length++;
		at = BPF_CORE_READ(at, next);
	}
	return length;
}

/* The SQPOLL thread; the kernel counts its CPU time and the times it gave up its CPU, which is
 * when it falls asleep, as of any other task. `data` may be unknown. */
static __always_inline void thread_read(struct task_struct___times *thread,
					struct io_sq_data___times *data, struct ring_sample *found)
{
	found->thread_pid = BPF_CORE_READ(thread, pid);
	found->thread_cpu_ns = BPF_CORE_READ(thread, se.sum_exec_runtime);
	found->thread_sleeps = BPF_CORE_READ(thread, nvcsw);
	found->resources |= EV_RESOURCE_THREAD_CPU;
	if (!data || !bpf_core_field_exists(data->work_time))
		return;
	found->thread_work_ns = BPF_CORE_READ(data, work_time) * 1000;
	found->resources |= EV_RESOURCE_THREAD_WORK;
}

static __always_inline void thread_find(struct io_ring_ctx___thread *ring,
					struct ring_sample *found)
{
	struct io_sq_data___times *data = BPF_CORE_READ(ring, sq_data);
	struct task_struct___times *thread = 0;

	if (data)
		thread = (void *)BPF_CORE_READ(data, thread);
	if (thread)
		thread_read(thread, data, found);
}

/* Fills what is zero so far. */
static __always_inline void resources_read(uint64_t ring_ctx, uint32_t sq_flags,
					   struct ring_sample *found)
{
	struct io_ring_ctx *ring = (void *)ring_ctx;
	uint32_t flags = BPF_CORE_READ(ring, flags);

	resources_count((void *)ring_ctx, found);
	resources_mark((void *)ring_ctx, found);
	if (flags & (1 << 1)) /* IORING_SETUP_SQPOLL */
		thread_find((void *)ring_ctx, found);
	if (flags & (1 << 6)) /* IORING_SETUP_R_DISABLED: cleared when the ring is enabled */
		found->resources |= EV_RESOURCE_DISABLED;
	if (sq_flags & (1 << 1)) /* IORING_SQ_CQ_OVERFLOW */
		found->backlog = backlog_length((void *)ring_ctx);
}

#endif

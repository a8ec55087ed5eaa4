/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Finds the rings that exist, by walking the open files of every process and, because a ring may
 * have no file descriptor left, the rings each task has registered. Attaches nothing and changes
 * nothing: the reader of the iterator gets one struct found_ring for each sight of a ring.
 */
#include "bpf/kernel.bpf.h"
#include "bpf/found.h"
#include "bpf/older.bpf.h"
#include "bpf/requests.bpf.h"
#include "bpf/resources.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
};

struct file___private {
	struct path f_path;
	void *private_data;
};

struct io_uring_task {
	struct file *registered_rings[16];
};

struct task_struct___io_uring {
	struct io_uring_task *io_uring;
	struct task_struct *group_leader;
	int tgid;
};

struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	uint32_t fd;
	struct file *file;
};

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};

#pragma clang attribute pop

/* Anonymous inodes are told apart by the name of their dentry; the address of io_uring's file
 * operations is not exported by every kernel. */
static __always_inline int is_ring(struct file *file)
{
	char name[12] = {};

	bpf_probe_read_kernel_str(name, sizeof(name),
				  BPF_CORE_READ(file, f_path.dentry, d_name.name));
	return name[0] == '[' && name[1] == 'i' && name[2] == 'o' && name[3] == '_' &&
	       name[4] == 'u' && name[5] == 'r' && name[6] == 'i' && name[7] == 'n' &&
	       name[8] == 'g' && name[9] == ']';
}

static __always_inline void read_depths(struct found_ring *found, struct io_ring_ctx *ring_ctx)
{
	struct io_rings *rings = BPF_CORE_READ(ring_ctx, rings);
	uint32_t depth;

	depth = BPF_CORE_READ(rings, sq.tail) - BPF_CORE_READ(ring_ctx, cached_sq_head);
	found->sq_depth = depth > found->sq_entries ? found->sq_entries : depth;
	depth = BPF_CORE_READ(ring_ctx, cached_cq_tail) - BPF_CORE_READ(rings, cq.head);
	found->cq_depth = depth > found->cq_entries ? found->cq_entries : depth;
	found->sq_flags = read_sq_flags(rings);
	found->dropped_cqes = BPF_CORE_READ(rings, cq_overflow);
}

static __always_inline void report(struct seq_file *seq, struct task_struct *task,
				   struct file *file, int32_t fd)
{
	struct io_ring_ctx *ring_ctx = BPF_CORE_READ((struct file___private *)file, private_data);
	struct found_ring found = {};

	if (!ring_ctx)
		return;
	found.ring_ctx = (uint64_t)ring_ctx;
	found.pid = BPF_CORE_READ(task, tgid);
	found.fd = fd;
	found.flags = BPF_CORE_READ(ring_ctx, flags);
	found.sq_entries = BPF_CORE_READ(ring_ctx, sq_entries);
	found.cq_entries = BPF_CORE_READ(ring_ctx, cq_entries);
	read_depths(&found, ring_ctx);
	resources_read((uint64_t)ring_ctx, found.sq_flags, &found.sample);
	bpf_probe_read_kernel_str(found.comm, sizeof(found.comm),
				  BPF_CORE_READ(task, group_leader, comm));
	bpf_seq_write(seq, &found, sizeof(found));
}

/* Threads that share a file table are visited once. */
SEC("iter/task_file")
int rings_by_file(struct bpf_iter__task_file *context)
{
	struct task_struct *task = context->task;
	struct file *file = context->file;

	if (task && file && is_ring(file))
		report(context->meta->seq, task, file, context->fd);
	return 0;
}

/* Rings registered with a task (IORING_REGISTER_RING_FDS, REGISTERED_FD_ONLY): 5.18 and later. */
SEC("iter/task")
int rings_by_task(struct bpf_iter__task *context)
{
	struct task_struct *task = context->task;
	struct task_struct___io_uring *owner = (void *)task;
	struct io_uring_task *tasks;
	struct file *file;

	if (!task)
		return 0;
	tasks = BPF_CORE_READ(owner, io_uring);
	if (!tasks || !bpf_core_field_exists(tasks->registered_rings) ||
	    bpf_core_field_size(tasks->registered_rings) == sizeof(void *))
		return 0; /* none, or 5.18 and 5.19, where it is a pointer */
	for (int i = 0; i < 16; i++) {
		bpf_core_read(&file, sizeof(file), &tasks->registered_rings[i]);
		if (file && is_ring(file))
			report(context->meta->seq, task, file, -1);
	}
	return 0;
}

/* The requests that io-wq's workers carry, of whatever ring. */
SEC("iter/task")
int older_by_worker(struct bpf_iter__task *context)
{
	struct task_struct *task = context->task;

	if (!task)
		return 0;
	older_report(context->meta->seq, (void *)task);
	return 0;
}

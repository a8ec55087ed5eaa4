/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_OLDER_BPF_H
#define BPF_OLDER_BPF_H
/*
 * Walks the lists that a ring keeps of requests it may have to cancel: what is armed on a file,
 * by hash (cancel_table, since 6.0), and timeouts; and looks at what each worker of io-wq has in
 * hand. What waits for a worker, or a disk has, cannot be found like that.
 *
 * The lists may change while they are walked: each request must name its ring, and the whole
 * counts only if the ring stood still meanwhile (bpf/requests.bpf.h, whose first look this one
 * shares).
 */
#include "bpf/older.h"
#include "bpf/requests.bpf.h"

struct seq_file;

enum { OLDER_STEPS = 128 /* in one run */ };

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct list_node___older { /* of both kinds of list */
	struct list_node___older *next;
};

struct io_hash_table___older {
	void *hbs;
	unsigned int hash_bits;
};

struct io_ring_ctx___older {
	struct io_hash_table___older cancel_table;
	struct list_node___older timeout_list;
};

struct io_kiocb___older {
	struct list_node___older hash_node;
};

struct io_cqe___older {
	int fd; /* until it completes; 5.19 and later */
};

struct io_kiocb___older_fd {
	struct io_cqe___older cqe;
};

struct task_struct___older {
	unsigned int flags;
	void *worker_private; /* 5.17 and later */
};

struct io_worker___older {
	void *cur_work;
};

struct io_kiocb___older_work {
	struct older_work {
		int unused;
	} work;
};

struct io_timeout___older { /* at the beginning of its request */
	struct list_node___older list;
};

#pragma clang attribute pop

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, uint32_t);
	__type(value, struct older_walk);
} older_walk SEC(".maps");

static __always_inline uint64_t older_next(uint64_t node)
{
	uint64_t next = 0;

	bpf_probe_read_kernel(&next, sizeof(next), (const void *)node);
	return next;
}

static __always_inline void older_read(struct older_request *found, uint64_t address, uint8_t place)
{
	struct io_kiocb___older_fd *operand = (void *)address;
	struct io_kiocb *request = (void *)address;

	found->address = address;
	found->user_data = BPF_CORE_READ(request, cqe.user_data);
	found->fd = BPF_CORE_READ(operand, cqe.fd);
	found->op = BPF_CORE_READ(request, opcode);
	found->sqe_flags = BPF_CORE_READ(request, flags);
	found->place = place;
}

static __always_inline void older_note(struct older_walk *walk, uint64_t ring_ctx, uint64_t address,
				       uint8_t place)
{
	struct io_kiocb *request = (void *)address;
	uint32_t at = walk->count;

	if (at >= OLDER_MAX || (uint64_t)BPF_CORE_READ(request, ctx) != ring_ctx)
		return;
	older_read(&walk->requests[at], address, place);
	walk->count = at + 1;
}

/* One step: a request, or the head of the next list. Returns 0 when all has been seen. */
static __always_inline int older_step(struct older_walk *walk, struct io_ring_ctx___older *ring)
{
	uint32_t buckets = 1u << (BPF_CORE_READ(ring, cancel_table.hash_bits) & 15);
	uint64_t timeouts = (uint64_t)&ring->timeout_list;
	int in_table = walk->bucket <= buckets;
	uint64_t node = walk->node;

	if (!node || (!in_table && node == timeouts)) { /* the end of a list */
		if (!in_table)
			return 0;
		node = walk->bucket == buckets
			       ? timeouts
			       : (uint64_t)BPF_CORE_READ(ring, cancel_table.hbs) +
					 (uint64_t)walk->bucket * walk->bucket_bytes;
		walk->bucket++;
		walk->node = older_next(node);
		return 1;
	}
	if (in_table)
		older_note(walk, (uint64_t)ring,
			   node - bpf_core_field_offset(struct io_kiocb___older, hash_node),
			   OLDER_ARMED);
	else
		older_note(walk, (uint64_t)ring,
			   node - bpf_core_field_offset(struct io_timeout___older, list),
			   OLDER_TIMED);
	walk->node = older_next(node);
	return 1;
}

/* Called for each task: the request that it carries, if it is a worker of io-wq. */
static __always_inline void older_report(struct seq_file *seq, struct task_struct___older *task)
{
	struct io_kiocb___older_fd *operand = 0;
	struct older_carried carried = {};
	struct io_worker___older *worker;
	struct io_kiocb *request;
	uint64_t work;

	if (!bpf_core_field_exists(task->worker_private) ||
	    !bpf_core_field_exists(operand->cqe.fd) ||
	    !(BPF_CORE_READ(task, flags) & 0x10 /* PF_IO_WORKER */))
		return;
	worker = BPF_CORE_READ(task, worker_private);
	work = worker ? (uint64_t)BPF_CORE_READ(worker, cur_work) : 0;
	if (!work)
		return;
	request = (void *)(work - bpf_core_field_offset(struct io_kiocb___older_work, work));
	carried.ring_ctx = (uint64_t)BPF_CORE_READ(request, ctx);
	older_read(&carried.request, (uint64_t)request, OLDER_CARRIED);
	bpf_seq_write(seq, &carried, sizeof(carried));
}

/* args: address of the ring. Returns enum requests_answer. */
SEC("raw_tp")
int older(struct raw_args *raw)
{
	struct io_ring_ctx___older *ring = (void *)raw->args[0];
	struct io_ring_ctx___requests *counts = (void *)ring;
	struct io_kiocb___older_fd *operand = 0;
	struct io_kiocb___older *request = 0;
	struct io_timeout___older *timeout = 0;
	struct ring_requests *then;
	struct older_walk *walk;
	uint32_t zero = 0;
	int more = 1;

	walk = bpf_map_lookup_elem(&older_walk, &zero);
	then = bpf_map_lookup_elem(&ring_requests, &zero);
	if (!walk || !then || !lists_exist() || !bpf_core_field_exists(counts->nr_req_allocated) ||
	    !bpf_core_field_exists(ring->cancel_table.hbs) ||
	    !bpf_core_field_exists(ring->timeout_list) ||
	    !bpf_core_field_exists(request->hash_node) || !bpf_core_field_exists(operand->cqe.fd) ||
	    !bpf_core_field_exists(timeout->list))
		return REQUESTS_UNKNOWN;
	for (int i = 0; i < OLDER_STEPS && more; i++)
		more = older_step(walk, ring);
	if (!requests_stand_still((uint64_t)ring, then))
		return REQUESTS_UNKNOWN;
	return more ? REQUESTS_GO_ON : REQUESTS_COUNTED;
}

#endif

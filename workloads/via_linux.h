/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WORKLOADS_VIA_LINUX_H
#define WORKLOADS_VIA_LINUX_H
/*
 * --via, but for io_uring; that is what people compare with it: one system call a request, a pool of threads that make those,
 * and the older asynchronous interface of Linux (libaio's). A carrier stands in the kernel's place:
 * it takes the entries of a submission queue in plain memory, does them in its way, and posts their
 * completions. So the workload, the pump and the books are the very same for all of them, and a
 * difference is the carrier's. They know READ, WRITE and FSYNC.
 */
#include "workloads/ring.h"

struct load_carrier {
	const char *name;
	/* After the queues exist: what else it needs, in ring->via_state. */
	int (*open)(struct load_ring *ring, struct load_error *why);
	/* Does or starts the entries that are queued, and waits until `wait` completions are there
	 * or that time has passed. Returns 0 or a negative errno. */
	int (*enter)(struct load_ring *ring, uint32_t wait, uint64_t wait_ns);
	/* Nothing is in flight any more. Also after an open() that failed half-way. */
	void (*close)(struct load_ring *ring);
};

/* NULL for io_uring itself. */
const struct load_carrier *load_via_of(uint64_t via);

/* Queues in plain memory, and the carrier's own; the twin frees both. */
int load_via_open(struct load_ring *ring, uint32_t entries, struct load_error *why);
void load_via_close(struct load_ring *ring);

/* For carriers: the next entry, NULL when none is queued; it is free for the next after taking. */
const struct io_uring_sqe *load_via_take(struct load_ring *ring);
/* How many are queued, completions not reaped. */
uint32_t load_via_queued(const struct load_ring *ring);
uint32_t load_via_ready(const struct load_ring *ring);
void load_via_post(struct load_ring *ring, uint64_t user_data, int32_t result);
/* Does it at once, by one system call; returns its result or a negative errno. */
int32_t load_via_do(const struct io_uring_sqe *sqe);

extern const struct load_carrier load_via_sync, load_via_threads, load_via_libaio;

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WORKLOADS_ENGINE_H
#define WORKLOADS_ENGINE_H
/*
 * What people compare io_uring with: one system call a request, a pool of threads that make those,
 * and the older asynchronous interface of Linux (libaio's). An engine stands in the kernel's place:
 * it takes the entries of a submission queue in plain memory, does them in its way, and posts their
 * completions. So the workload, the pump and the books are the very same for all of them, and a
 * difference is the engine's. They know READ, WRITE and FSYNC.
 */
#include "workloads/ring.h"

struct load_engine {
	const char *name;
	/* After the queues exist: what else it needs, in ring->engine_state. */
	int (*open)(struct load_ring *ring, struct load_error *why);
	/* Does or starts the entries that are queued, and waits until `wait` completions are there
	 * or that time has passed. Returns 0 or a negative errno. */
	int (*enter)(struct load_ring *ring, uint32_t wait, uint64_t wait_ns);
	/* Nothing is in flight any more. Also after an open() that failed half-way. */
	void (*close)(struct load_ring *ring);
};

/* NULL for io_uring itself. */
const struct load_engine *load_engine_of(uint64_t id);

/* Queues in plain memory, and the engine's own; the twin frees both. */
int load_engine_open(struct load_ring *ring, uint32_t entries, struct load_error *why);
void load_engine_close(struct load_ring *ring);

/* For engines: the next entry, NULL when none is queued; it is free for the next after taking. */
const struct io_uring_sqe *load_engine_take(struct load_ring *ring);
/* How many are queued, completions not reaped. */
uint32_t load_engine_queued(const struct load_ring *ring);
uint32_t load_engine_ready(const struct load_ring *ring);
void load_engine_post(struct load_ring *ring, uint64_t user_data, int32_t result);
/* Does it at once, by one system call; returns its result or a negative errno. */
int32_t load_engine_do(const struct io_uring_sqe *sqe);

extern const struct load_engine load_engine_sync, load_engine_threads, load_engine_aio;

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The queues of a carrier, and the simplest carrier: sync, which does each entry by one system call
 * when it is handed over. Only the thread that owns the ring touches the queues, so plain loads and
 * stores do; ring_linux.c sees the same struct io_uring as with a kernel behind it.
 */
#include "workloads/via_linux.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* The words that a kernel would share. */
struct shared_words {
	unsigned sq_head, sq_tail, sq_flags, sq_dropped;
	unsigned cq_head, cq_tail, cq_flags, cq_overflow;
};

const struct load_carrier *load_via_of(uint64_t via)
{
	static const struct load_carrier *const carriers[] = {
		[LOAD_VIA_IO_URING] = NULL,
		[LOAD_VIA_SYNC] = &load_via_sync,
		[LOAD_VIA_THREADS] = &load_via_threads,
		[LOAD_VIA_LIBAIO] = &load_via_libaio,
	};

	return carriers[via];
}

static uint32_t power_of_two(uint32_t count)
{
	uint32_t power = 1;

	while (power < count)
		power *= 2;
	return power;
}

int load_via_open(struct load_ring *ring, uint32_t entries, struct load_error *why)
{
	struct shared_words *words = calloc(1, sizeof(*words));
	struct io_uring_sq *sq = &ring->uring.sq;
	struct io_uring_cq *cq = &ring->uring.cq;

	entries = power_of_two(entries);
	ring->via_words = words;
	sq->sqes = calloc(entries, sizeof(*sq->sqes));
	cq->cqes = calloc(2 * entries, sizeof(*cq->cqes));
	if (!words || !sq->sqes || !cq->cqes)
		return load_fail(why, -ENOMEM, "no memory for a queue of %u", entries);
	sq->khead = &words->sq_head;
	sq->ktail = &words->sq_tail;
	sq->kflags = &words->sq_flags;
	sq->kdropped = &words->sq_dropped;
	sq->ring_entries = entries;
	sq->ring_mask = entries - 1;
	cq->khead = &words->cq_head;
	cq->ktail = &words->cq_tail;
	cq->kflags = &words->cq_flags;
	cq->koverflow = &words->cq_overflow;
	cq->ring_entries = 2 * entries;
	cq->ring_mask = 2 * entries - 1;
	return ring->via->open ? ring->via->open(ring, why) : 0;
}

void load_via_close(struct load_ring *ring)
{
	if (ring->via->close)
		ring->via->close(ring);
	free(ring->uring.sq.sqes);
	free(ring->uring.cq.cqes);
	free(ring->via_words);
	ring->uring.sq.sqes = NULL;
}

const struct io_uring_sqe *load_via_take(struct load_ring *ring)
{
	struct io_uring_sq *sq = &ring->uring.sq;

	if (*sq->khead == *sq->ktail)
		return NULL;
	return &sq->sqes[(*sq->khead)++ & sq->ring_mask];
}

uint32_t load_via_queued(const struct load_ring *ring)
{
	return *ring->uring.sq.ktail - *ring->uring.sq.khead;
}

uint32_t load_via_ready(const struct load_ring *ring)
{
	return *ring->uring.cq.ktail - *ring->uring.cq.khead;
}

void load_via_post(struct load_ring *ring, uint64_t user_data, int32_t result)
{
	struct io_uring_cq *cq = &ring->uring.cq;
	struct io_uring_cqe *cqe = &cq->cqes[*cq->ktail & cq->ring_mask];

	cqe->user_data = user_data;
	cqe->res = result;
	cqe->flags = 0;
	(*cq->ktail)++;
}

int32_t load_via_do(const struct io_uring_sqe *sqe)
{
	void *data = (void *)(uintptr_t)sqe->addr;
	ssize_t result;

	switch (sqe->opcode) {
	case IORING_OP_READ:
		result = pread(sqe->fd, data, sqe->len, (off_t)sqe->off);
		break;
	case IORING_OP_WRITE:
		result = pwrite(sqe->fd, data, sqe->len, (off_t)sqe->off);
		break;
	default:
		result = fsync(sqe->fd);
	}
	return result < 0 ? -errno : (int32_t)result;
}

static int enter_sync(struct load_ring *ring, uint32_t wait, uint64_t wait_ns)
{
	const struct io_uring_sqe *sqe;

	(void)wait;
	(void)wait_ns;
	while ((sqe = load_via_take(ring))) {
		ring->truth->calls++;
		load_via_post(ring, sqe->user_data, load_via_do(sqe));
	}
	return 0;
}

const struct load_carrier load_via_sync = {
	.name = "sync",
	.enter = enter_sync,
};

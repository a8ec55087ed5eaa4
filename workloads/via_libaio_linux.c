/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * libaio: io_submit and io_getevents, called as the system calls they are; the library adds nothing
 * that is wanted here. A batch is one io_submit. Without --direct the kernel does a read or write
 * within that call: asynchronous in name only, and that is a fact worth showing.
 */
#include <errno.h>
#include <linux/aio_abi.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "workloads/via_linux.h"

enum { EVENTS_MAX = 64 };

/* One control block a slot of the ring: it must stand until its request ends. */
struct aio {
	aio_context_t context;
	struct iocb *blocks;
	struct iocb **batch;
};

static int open_aio(struct load_ring *ring, struct load_error *why)
{
	uint32_t count = ring->uring.sq.ring_entries;
	struct aio *aio = calloc(1, sizeof(*aio));

	ring->via_state = aio;
	if (!aio)
		return load_fail(why, -ENOMEM, "no memory for libaio");
	aio->blocks = calloc(count, sizeof(*aio->blocks));
	aio->batch = calloc(count, sizeof(struct iocb *));
	if (!aio->blocks || !aio->batch)
		return load_fail(why, -ENOMEM, "no memory for %u requests", count);
	ring->truth->calls++;
	if (!syscall(SYS_io_setup, count, &aio->context))
		return 0;
	if (errno == ENOSYS)
		return load_fail(why, -EOPNOTSUPP, "this kernel has no libaio (io_setup)");
	return load_fail(why, -errno, "io_setup: %s", strerror(errno));
}

static uint16_t aio_op(uint8_t op)
{
	return op == IORING_OP_READ    ? IOCB_CMD_PREAD
	       : op == IORING_OP_WRITE ? IOCB_CMD_PWRITE
				       : IOCB_CMD_FSYNC;
}

static void translate(struct iocb *block, const struct io_uring_sqe *sqe)
{
	*block = (struct iocb){ .aio_data = sqe->user_data,
				.aio_lio_opcode = aio_op(sqe->opcode),
				.aio_fildes = (uint32_t)sqe->fd };
	if (sqe->opcode == IORING_OP_FSYNC)
		return;
	block->aio_buf = sqe->addr;
	block->aio_nbytes = sqe->len;
	block->aio_offset = (int64_t)sqe->off;
}

/* What the kernel does not take of a batch stays queued, but for one it refuses: that has ended. */
static int submit(struct load_ring *ring, struct aio *aio)
{
	struct io_uring_sq *sq = &ring->uring.sq;
	uint32_t count = load_via_queued(ring);
	long taken;

	for (uint32_t i = 0; i < count; i++) {
		const struct io_uring_sqe *sqe = &sq->sqes[(*sq->khead + i) & sq->ring_mask];

		aio->batch[i] = &aio->blocks[sqe->user_data & sq->ring_mask];
		translate(aio->batch[i], sqe);
	}
	ring->truth->calls++;
	taken = syscall(SYS_io_submit, aio->context, (long)count, aio->batch);
	if (taken >= 0)
		*sq->khead += (unsigned)taken;
	else if (errno != EAGAIN && errno != EINTR)
		load_via_post(ring, load_via_take(ring)->user_data, -errno);
	return 0;
}

static int collect(struct load_ring *ring, struct aio *aio, uint32_t wait, uint64_t wait_ns)
{
	struct timespec time = { .tv_sec = (time_t)(wait_ns / 1000000000),
				 .tv_nsec = (long)(wait_ns % 1000000000) };
	struct io_event events[EVENTS_MAX];
	long count;

	ring->truth->calls++;
	count = syscall(SYS_io_getevents, aio->context, (long)wait, (long)EVENTS_MAX, events,
			&time);
	if (count < 0)
		return errno == EINTR ? 0 : -errno;
	for (long i = 0; i < count; i++)
		load_via_post(ring, events[i].data, (int32_t)events[i].res);
	return 0;
}

static int enter_aio(struct load_ring *ring, uint32_t wait, uint64_t wait_ns)
{
	struct aio *aio = ring->via_state;
	uint32_t ready;
	int err = 0;

	if (load_via_queued(ring))
		err = submit(ring, aio);
	ready = load_via_ready(ring);
	if (err || !wait || ready >= wait)
		return err;
	wait -= ready;
	return collect(ring, aio, wait < EVENTS_MAX ? wait : EVENTS_MAX, wait_ns);
}

static void close_aio(struct load_ring *ring)
{
	struct aio *aio = ring->via_state;

	if (!aio)
		return;
	if (aio->context)
		syscall(SYS_io_destroy, aio->context);
	free(aio->blocks);
	free(aio->batch);
	free(aio);
}

const struct load_carrier load_via_libaio = {
	.name = "libaio",
	.open = open_aio,
	.enter = enter_aio,
	.close = close_aio,
};

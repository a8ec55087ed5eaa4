/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Roads of requests that move bytes: vectors, registered buffers, workers of each sort, splices,
 * and buffers that the kernel picks. The file of each has ROAD_MEMORY_BYTES.
 *
 * Which workers carry a request that asks for one (IOSQE_ASYNC): reads of a file go to bound
 * workers, as many as there are; buffered writes of one file are hashed, so that one worker does
 * them one after the other; what is no file or disk, a pipe here, goes to unbound workers.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "workloads/clock.h"
#include "workloads/road.h"

enum { BLOCK = 4096, HALF = BLOCK / 2, BUFFERS = 8, GROUP = 3, WORKERS = 5 };
#define BLOCKED_NS 100000000ull

static int vector_over_file(struct road_trip *trip)
{
	trip->vector[0] = (struct iovec){ trip->memory, HALF };
	trip->vector[1] = (struct iovec){ trip->memory + BLOCK, HALF };
	return road_file(trip);
}

static int take_readv(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	io_uring_prep_readv(sqe, trip->fds[0], trip->vector, 2, 0);
	return road_do(trip, sqe, BLOCK);
}

static int take_writev(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	io_uring_prep_writev(sqe, trip->fds[0], trip->vector, 2, 0);
	return road_do(trip, sqe, BLOCK);
}

/* Registers the whole memory as buffer 0. */
static int buffer_over_file(struct road_trip *trip)
{
	struct iovec whole = { trip->memory, ROAD_MEMORY_BYTES };
	int err = vector_over_file(trip);

	return err ? err : load_ring_register_buffers(&trip->ring, &whole, 1, trip->why);
}

static int take_read_fixed(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	io_uring_prep_read_fixed(sqe, trip->fds[0], trip->memory, BLOCK, 0, 0);
	return road_do(trip, sqe, BLOCK);
}

static int take_write_fixed(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	io_uring_prep_write_fixed(sqe, trip->fds[0], trip->memory, BLOCK, 0, 0);
	return road_do(trip, sqe, BLOCK);
}

static int take_vector_fixed(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	io_uring_prep_rw(trip->road->op, sqe, trip->fds[0], trip->vector, 2, 0);
	return road_do(trip, sqe, BLOCK);
}

/* READ past the end is not short but empty; one that reaches over it is short. */
static int take_short_read(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	io_uring_prep_read(sqe, trip->fds[0], trip->memory, BLOCK, ROAD_MEMORY_BYTES - HALF);
	return road_do(trip, sqe, HALF);
}

static int many_for_workers(struct road_trip *trip, uint8_t op)
{
	int err;

	for (uint64_t i = 0; i < WORKERS; i++) {
		struct io_uring_sqe *sqe = road_sqe(trip);

		io_uring_prep_rw(op, sqe, trip->fds[0], trip->memory + i * BLOCK, BLOCK, i * BLOCK);
		sqe->flags = IOSQE_ASYNC;
		road_queue(trip, sqe, i);
	}
	err = road_await(trip, 0);
	for (uint64_t i = 0; i < WORKERS && !err; i++)
		err = road_expect(trip, i, BLOCK);
	return err;
}

static int take_bound(struct road_trip *trip)
{
	return many_for_workers(trip, IORING_OP_READ);
}

static int take_hashed(struct road_trip *trip)
{
	return many_for_workers(trip, IORING_OP_WRITE);
}

static int take_unbound(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);
	int err;

	io_uring_prep_read(sqe, trip->fds[0], trip->memory, 1, 0);
	sqe->flags = IOSQE_ASYNC;
	road_queue(trip, sqe, 0);
	err = road_submit(trip);
	if (!err && write(trip->fds[1], "!", 1) != 1)
		return road_failed(trip, "write");
	if (!err)
		err = road_await(trip, 0);
	return err ? err : road_expect(trip, 0, 1);
}

/* Waits on the pipe's poll queue, then runs in the task. */
static int take_poll_armed(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);
	int err;

	io_uring_prep_read(sqe, trip->fds[0], trip->memory, 1, 0);
	road_queue(trip, sqe, 0);
	err = road_submit(trip);
	if (!err && write(trip->fds[1], "!", 1) != 1)
		return road_failed(trip, "write");
	if (!err)
		err = road_await(trip, 0);
	return err ? err : road_expect(trip, 0, 1);
}

static int two_pipes(struct road_trip *trip)
{
	if (pipe2(trip->fds, O_CLOEXEC) || pipe2(trip->fds + 2, O_CLOEXEC))
		return road_failed(trip, "pipe2");
	return 0;
}

static int take_splice(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	if (write(trip->fds[1], trip->memory, HALF) != HALF)
		return road_failed(trip, "write");
	io_uring_prep_splice(sqe, trip->fds[0], -1, trip->fds[3], -1, HALF, 0);
	road_queue(trip, sqe, 0);
	if (road_await(trip, 0) || road_expect(trip, 0, HALF))
		return trip->why->code;
	return read(trip->fds[2], trip->memory, HALF) == HALF ? 0 : road_failed(trip, "read");
}

/* A worker takes it up at once and sleeps in it until there is something to splice. */
static int take_blocked(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);
	int err;

	io_uring_prep_splice(sqe, trip->fds[0], -1, trip->fds[3], -1, HALF, 0);
	road_queue(trip, sqe, 0);
	err = road_submit(trip);
	load_clock_sleep_until(load_clock_ns() + BLOCKED_NS);
	if (!err && write(trip->fds[1], trip->memory, HALF) != HALF)
		return road_failed(trip, "write");
	if (err || road_await(trip, 0) || road_expect(trip, 0, HALF))
		return trip->why->code;
	return read(trip->fds[2], trip->memory, HALF) == HALF ? 0 : road_failed(trip, "read");
}

static int take_tee(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	if (write(trip->fds[1], trip->memory, HALF) != HALF)
		return road_failed(trip, "write");
	io_uring_prep_tee(sqe, trip->fds[0], trip->fds[3], HALF, 0);
	road_queue(trip, sqe, 0);
	if (road_await(trip, 0) || road_expect(trip, 0, HALF))
		return trip->why->code;
	if (read(trip->fds[0], trip->memory, HALF) != HALF ||
	    read(trip->fds[2], trip->memory, HALF) != HALF)
		return road_failed(trip, "read");
	return 0;
}

static int take_pipe(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);
	int pair[2] = { -1, -1 };
	int err;

	io_uring_prep_rw(KERNEL_OP_PIPE, sqe, 0, pair, 0, 0);
	sqe->rw_flags = O_CLOEXEC;
	err = road_do(trip, sqe, 0);
	road_close(&pair[0]);
	road_close(&pair[1]);
	return err;
}

static int take_nop_result(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	sqe->opcode = IORING_OP_NOP;
	sqe->rw_flags = KERNEL_NOP_INJECT_RESULT;
	sqe->len = 4711;
	return road_do(trip, sqe, 4711);
}

static int take_nop_error(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	sqe->opcode = IORING_OP_NOP;
	sqe->rw_flags = KERNEL_NOP_INJECT_RESULT;
	sqe->len = (uint32_t)-EIO;
	return road_do(trip, sqe, -EIO);
}

/* Gives the kernel buffers with a request, lets a READ take one, takes the rest back, and sees a
 * READ that finds none. */
static int take_provided(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);
	int err;

	io_uring_prep_provide_buffers(sqe, trip->memory, BLOCK, BUFFERS, GROUP, 0);
	err = road_do(trip, sqe, 0);
	for (int i = 0; i < 2 && !err; i++) {
		sqe = road_sqe(trip);
		io_uring_prep_read(sqe, trip->fds[0], NULL, HALF, 0);
		sqe->flags = IOSQE_BUFFER_SELECT;
		sqe->buf_group = GROUP;
		err = road_do(trip, sqe, i ? -ENOBUFS : HALF);
		sqe = road_sqe(trip);
		io_uring_prep_remove_buffers(sqe, BUFFERS, GROUP);
		if (!err && !i)
			err = road_do(trip, sqe, BUFFERS - 1);
	}
	return err;
}

static int ring_of_buffers(struct road_trip *trip)
{
	struct io_uring_buf_ring *offered = aligned_alloc(BLOCK, BLOCK);
	int err = road_file(trip);

	trip->more = offered;
	if (err || !offered)
		return err ? err : load_fail(trip->why, -ENOMEM, "no memory for a ring of buffers");
	io_uring_buf_ring_init(offered);
	return load_ring_register_buffer_ring(&trip->ring, offered, BUFFERS, trip->why);
}

/* Two buffers for three READs. */
static int take_buffer_ring(struct road_trip *trip)
{
	struct io_uring_buf_ring *offered = trip->more;
	int err = 0;

	for (int i = 0; i < 2; i++)
		io_uring_buf_ring_add(offered, trip->memory + i * BLOCK, BLOCK, (uint16_t)i,
				      BUFFERS - 1, i);
	io_uring_buf_ring_advance(offered, 2);
	for (int i = 0; i < 3 && !err; i++) {
		struct io_uring_sqe *sqe = road_sqe(trip);

		io_uring_prep_read(sqe, trip->fds[0], NULL, HALF, 0);
		sqe->flags = IOSQE_BUFFER_SELECT;
		err = road_do(trip, sqe, i == 2 ? -ENOBUFS : HALF);
	}
	return err;
}

const struct road roads_data[] = {
	{ .name = "readv",
	  .what = "read into several buffers",
	  .since = "5.1",
	  .op = IORING_OP_READV,
	  .start = vector_over_file,
	  .turn = take_readv },
	{ .name = "writev",
	  .what = "write from several buffers",
	  .since = "5.1",
	  .op = IORING_OP_WRITEV,
	  .start = vector_over_file,
	  .turn = take_writev },
	{ .name = "read-fixed",
	  .what = "read into a registered buffer",
	  .since = "5.1",
	  .op = IORING_OP_READ_FIXED,
	  .start = buffer_over_file,
	  .turn = take_read_fixed },
	{ .name = "write-fixed",
	  .what = "write from a registered buffer",
	  .since = "5.1",
	  .op = IORING_OP_WRITE_FIXED,
	  .start = buffer_over_file,
	  .turn = take_write_fixed },
	{ .name = "readv-fixed",
	  .what = "read into parts of a registered buffer",
	  .since = "6.15",
	  .op = KERNEL_OP_READV_FIXED,
	  .start = buffer_over_file,
	  .turn = take_vector_fixed },
	{ .name = "writev-fixed",
	  .what = "write from parts of a registered buffer",
	  .since = "6.15",
	  .op = KERNEL_OP_WRITEV_FIXED,
	  .start = buffer_over_file,
	  .turn = take_vector_fixed },
	{ .name = "short-read",
	  .what = "read over the end of a file",
	  .since = "5.6",
	  .op = IORING_OP_READ,
	  .start = road_file,
	  .turn = take_short_read },
	{ .name = "worker-bound",
	  .what = "read a file by workers",
	  .since = "5.6",
	  .op = IORING_OP_READ,
	  .start = road_file,
	  .turn = take_bound },
	{ .name = "worker-hashed",
	  .what = "write a file by workers, one at a time",
	  .since = "5.6",
	  .op = IORING_OP_WRITE,
	  .start = road_file,
	  .turn = take_hashed },
	{ .name = "worker-unbound",
	  .what = "read a pipe by a worker",
	  .since = "5.6",
	  .op = IORING_OP_READ,
	  .start = road_pipe,
	  .turn = take_unbound },
	{ .name = "poll-armed",
	  .what = "read a pipe when there is something",
	  .since = "5.7",
	  .op = IORING_OP_READ,
	  .start = road_pipe,
	  .turn = take_poll_armed },
	{ .name = "splice",
	  .what = "splice two pipes",
	  .since = "5.7",
	  .op = IORING_OP_SPLICE,
	  .start = two_pipes,
	  .turn = take_splice },
	{ .name = "worker-blocked",
	  .what = "keep a worker for 100 ms",
	  .since = "5.7",
	  .op = IORING_OP_SPLICE,
	  .start = two_pipes,
	  .turn = take_blocked },
	{ .name = "tee",
	  .what = "tee two pipes",
	  .since = "5.8",
	  .op = IORING_OP_TEE,
	  .start = two_pipes,
	  .turn = take_tee },
	{ .name = "pipe",
	  .what = "create a pipe",
	  .since = "6.17",
	  .op = KERNEL_OP_PIPE,
	  .turn = take_pipe },
	{ .name = "nop-result",
	  .what = "do nothing, with a result",
	  .since = "6.11",
	  .turn = take_nop_result },
	{ .name = "nop-error",
	  .what = "do nothing, and fail at it",
	  .since = "6.11",
	  .turn = take_nop_error },
	{ .name = "provided-buffers",
	  .what = "pick a buffer provided by a request, or find none",
	  .since = "5.7",
	  .op = IORING_OP_PROVIDE_BUFFERS,
	  .start = road_file,
	  .turn = take_provided },
	{ .name = "buffer-ring",
	  .what = "pick a buffer of a ring of them, or find none",
	  .since = "5.19",
	  .start = ring_of_buffers,
	  .turn = take_buffer_ring },
	{ .name = NULL },
};

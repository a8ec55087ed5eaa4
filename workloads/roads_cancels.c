/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Roads of cancelling. The victims are READs of a pipe that nobody writes to, three a turn, which
 * wait on its poll queue; each must end with ECANCELED, and the cancel's result says how many it
 * found, where it may find several.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "workloads/road.h"

enum { VICTIMS = 3, CANCEL = VICTIMS };

/* Queues and arms the victims; user_data of the first is that of all but for its number. */
static int arm(struct road_trip *trip, uint32_t victims, uint64_t *ret_target)
{
	for (uint32_t i = 0; i < victims; i++) {
		struct io_uring_sqe *sqe = road_sqe(trip);
		uint64_t user_data;

		io_uring_prep_read(sqe, trip->fds[0], trip->memory, 1, 0);
		user_data = road_queue(trip, sqe, i);
		if (!i)
			*ret_target = user_data;
	}
	return road_submit(trip);
}

static int settle(struct road_trip *trip, uint32_t victims, int32_t wanted)
{
	int err = road_await(trip, 0);

	if (!err)
		err = road_expect(trip, CANCEL, wanted);
	for (uint32_t i = 0; i < victims && !err; i++)
		err = road_expect(trip, i, -ECANCELED);
	return err;
}

static int take_one(struct road_trip *trip)
{
	struct io_uring_sqe *sqe;
	uint64_t target;
	int err = arm(trip, 1, &target);

	if (err)
		return err;
	sqe = road_sqe(trip);
	io_uring_prep_cancel64(sqe, target, 0);
	road_queue(trip, sqe, CANCEL);
	return settle(trip, 1, 0);
}

static int take_none(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	io_uring_prep_cancel64(sqe, UINT64_MAX - 1, 0);
	return road_do(trip, sqe, -ENOENT);
}

/* If the kernel does not know the flags, the victims are answered, so that the turn ends. */
static int cancel_many(struct road_trip *trip, unsigned flags, uint64_t addr, uint32_t len)
{
	struct io_uring_sqe *sqe;
	uint64_t target;
	int err = arm(trip, VICTIMS, &target);

	if (err)
		return err;
	sqe = road_sqe(trip);
	io_uring_prep_rw(IORING_OP_ASYNC_CANCEL, sqe, trip->fds[0], NULL, len, 0);
	sqe->addr = addr;
	sqe->cancel_flags = flags;
	road_queue(trip, sqe, CANCEL);
	err = road_await(trip, VICTIMS);
	for (uint32_t left = VICTIMS; left && !err && trip->results[CANCEL] != VICTIMS; left--) {
		if (write(trip->fds[1], "!", 1) != 1)
			return road_failed(trip, "write");
		err = road_await(trip, left - 1);
	}
	/* A kernel that knows the flags of none finds none. */
	if (!err && !trip->turns && trip->results[CANCEL] == 0)
		return road_absent(trip);
	return err ? err : settle(trip, VICTIMS, VICTIMS);
}

static int take_all_of_fd(struct road_trip *trip)
{
	return cancel_many(trip, IORING_ASYNC_CANCEL_FD | IORING_ASYNC_CANCEL_ALL, 0, 0);
}

static int take_any(struct road_trip *trip)
{
	return cancel_many(trip, IORING_ASYNC_CANCEL_ANY, 0, 0);
}

static int take_op(struct road_trip *trip)
{
	return cancel_many(trip, KERNEL_CANCEL_OP | IORING_ASYNC_CANCEL_ALL, 0, IORING_OP_READ);
}

/* A byte for the worker that reads; it is taken back if the worker was woken without it. */
static int feed_worker(struct road_trip *trip)
{
	char byte = '!';
	int err;

	if (write(trip->fds[1], &byte, 1) != 1)
		return road_failed(trip, "write");
	err = road_await(trip, 0);
	if (!err && trip->results[0] != 1 && read(trip->fds[0], &byte, 1) != 1)
		return road_failed(trip, "read");
	return err;
}

/* A worker that sits in the read is woken by a signal to it. The kernel does not promise more: one
 * that has taken the read up and does not sit in it yet misses the signal (seen on a busy machine),
 * and reads what comes. */
static int take_worker(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);
	uint64_t target;
	int err;

	io_uring_prep_read(sqe, trip->fds[0], trip->memory, 1, 0);
	sqe->flags = IOSQE_ASYNC;
	target = road_queue(trip, sqe, 0);
	err = road_submit(trip);
	if (err)
		return err;
	sqe = road_sqe(trip);
	io_uring_prep_cancel64(sqe, target, 0);
	road_queue(trip, sqe, CANCEL);
	err = road_await(trip, 1);
	if (!err && !trip->ended[0] && trip->results[CANCEL] == -EALREADY)
		err = feed_worker(trip);
	else if (!err)
		err = road_await(trip, 0);
	/* Found before the worker had it: 0; found running: EALREADY. */
	if (!err && trip->results[CANCEL] != 0 && trip->results[CANCEL] != -EALREADY)
		return road_expect(trip, CANCEL, 0);
	if (!err && (trip->results[0] == -EINTR || trip->results[0] == 1))
		return 0;
	return err ? err : road_expect(trip, 0, -ECANCELED);
}

/* By a call of io_uring_register that waits until it is done. */
static int take_sync(struct road_trip *trip)
{
	struct io_uring_sync_cancel_reg cancel = { .fd = -1, .timeout = { -1, -1 } };
	uint64_t target;
	int err = arm(trip, 1, &target);

	if (err)
		return err;
	cancel.addr = target;
	err = load_ring_register(&trip->ring, IORING_REGISTER_SYNC_CANCEL, &cancel, 1);
	if (err && write(trip->fds[1], "!", 1) != 1)
		return road_failed(trip, "write");
	if (err && !trip->turns)
		return road_absent(trip);
	err = road_await(trip, 0);
	return err ? err : road_expect(trip, 0, -ECANCELED);
}

const struct road roads_cancels[] = {
	{ .name = "cancel",
	  .what = "cancel a request",
	  .since = "5.5",
	  .op = IORING_OP_ASYNC_CANCEL,
	  .start = road_pipe,
	  .turn = take_one },
	{ .name = "cancel-nothing",
	  .what = "cancel what is not there",
	  .since = "5.5",
	  .op = IORING_OP_ASYNC_CANCEL,
	  .turn = take_none },
	{ .name = "cancel-fd",
	  .what = "cancel all requests of a file",
	  .since = "5.19",
	  .start = road_pipe,
	  .turn = take_all_of_fd },
	{ .name = "cancel-any",
	  .what = "cancel whatever there is",
	  .since = "5.19",
	  .start = road_pipe,
	  .turn = take_any },
	{ .name = "cancel-op",
	  .what = "cancel all requests of an operation",
	  .since = "6.6",
	  .start = road_pipe,
	  .turn = take_op },
	{ .name = "cancel-worker",
	  .what = "cancel what a worker carries",
	  .since = "5.7",
	  .op = IORING_OP_ASYNC_CANCEL,
	  .start = road_pipe,
	  .turn = take_worker },
	{ .name = "cancel-sync",
	  .what = "cancel by io_uring_register",
	  .since = "6.0",
	  .start = road_pipe,
	  .turn = take_sync },
	{ .name = NULL },
};

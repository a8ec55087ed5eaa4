/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Roads between rings: MSG_RING puts a completion into another ring, or a registered file into its
 * slots. The target is the trip's other ring; a plain one gets the completion from the sender, one
 * with DEFER_TASKRUN posts it itself, when it next waits. Such a completion belongs to no request
 * of the target: the truth counts it under `messages`.
 */
#include <errno.h>
#include <string.h>

#include "workloads/road.h"

enum { SLOTS = 4, ENTRIES = 8 };

static int open_target(struct road_trip *trip, uint32_t setup)
{
	struct load_ring_plan plan = { .sq_entries = ENTRIES, .setup = setup };

	return road_open(trip, &trip->other, &plan);
}

static int plain_target(struct road_trip *trip)
{
	return open_target(trip, 0);
}

static int deferring_target(struct road_trip *trip)
{
	return open_target(trip, IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN);
}

/* A file in slot 1 of ours, empty slots in the target. */
static int add_slots(struct road_trip *trip)
{
	int empty[SLOTS] = { -1, -1, -1, -1 };
	int err = road_file(trip);

	if (!err)
		err = load_ring_register_files(&trip->other, empty, SLOTS, trip->why);
	empty[1] = trip->fds[0];
	return err ? err : load_ring_register_files(&trip->ring, empty, SLOTS, trip->why);
}

static int plain_target_slots(struct road_trip *trip)
{
	int err = plain_target(trip);

	return err ? err : add_slots(trip);
}

static int deferring_target_slots(struct road_trip *trip)
{
	int err = deferring_target(trip);

	return err ? err : add_slots(trip);
}

/* Until the target has the message: one that defers has to wait for it, which is when it works. */
static int receive(struct road_trip *trip, int32_t wanted)
{
	int err = 0;

	while (!err && !trip->messages) {
		err = load_ring_enter(&trip->other, 1, trip->why);
		load_ring_reap(&trip->other);
	}
	if (!err && trip->shot_result != wanted)
		return load_fail(trip->why, -EPROTO, "road %s: the message says %d, not %d",
				 trip->road->name, trip->shot_result, wanted);
	return err;
}

static int take_data(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);
	int err;

	io_uring_prep_msg_ring(sqe, trip->other.handle.fd, 1009, LOAD_MESSAGE_DATA(23), 0);
	err = road_do(trip, sqe, 0);
	return err ? err : receive(trip, 1009);
}

/* Slot 1 of ours to slot 2 of the target; file_index counts from 1. */
static void prepare_file(struct road_trip *trip, struct io_uring_sqe *sqe, unsigned flags)
{
	io_uring_prep_msg_ring(sqe, trip->other.handle.fd, 0, LOAD_MESSAGE_DATA(29), flags);
	sqe->addr = IORING_MSG_SEND_FD;
	sqe->addr3 = 1;
	sqe->file_index = 3;
}

static int take_file(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);
	int err;

	prepare_file(trip, sqe, 0);
	err = road_do(trip, sqe, 0);
	return err ? err : receive(trip, 0);
}

static int take_silent_file(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	prepare_file(trip, sqe, IORING_MSG_RING_CQE_SKIP);
	return road_do(trip, sqe, 0);
}

/* From no ring at all: a call of io_uring_register without a descriptor. */
static int take_blind(struct road_trip *trip)
{
	struct io_uring_sqe sqe = { .opcode = IORING_OP_MSG_RING };
	struct load_ring none = { .truth = trip->ring.truth, .handle.fd = -1 };
	int err;

	sqe.fd = trip->other.handle.fd;
	sqe.len = 1013;
	sqe.off = LOAD_MESSAGE_DATA(31);
	err = load_ring_register(&none, KERNEL_REGISTER_SEND_MSG_RING, &sqe, 1);
	if (err == -EINVAL || err == -EBADF)
		return road_absent(trip);
	if (err)
		return load_fail(trip->why, err, "road msg-blind: %s", strerror(-err));
	return receive(trip, 1013);
}

const struct road roads_messages[] = {
	{ .name = "msg",
	  .what = "send a message to a ring",
	  .since = "5.18",
	  .op = IORING_OP_MSG_RING,
	  .start = plain_target,
	  .turn = take_data },
	{ .name = "msg-defer",
	  .what = "send a message to a ring that defers its work",
	  .since = "6.1",
	  .op = IORING_OP_MSG_RING,
	  .start = deferring_target,
	  .turn = take_data },
	{ .name = "msg-file",
	  .what = "send a file to a ring",
	  .since = "6.0",
	  .op = IORING_OP_MSG_RING,
	  .start = plain_target_slots,
	  .turn = take_file },
	{ .name = "msg-file-defer",
	  .what = "send a file to a ring that defers its work",
	  .since = "6.1",
	  .op = IORING_OP_MSG_RING,
	  .start = deferring_target_slots,
	  .turn = take_file },
	{ .name = "msg-file-silent",
	  .what = "send a file without a completion",
	  .since = "6.0",
	  .op = IORING_OP_MSG_RING,
	  .start = plain_target_slots,
	  .turn = take_silent_file },
	{ .name = "msg-blind",
	  .what = "send a message from no ring",
	  .since = "6.13",
	  .op = IORING_OP_MSG_RING,
	  .start = plain_target,
	  .turn = take_blind },
	{ .name = NULL },
};

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Roads of requests that complete many times: five shots a turn, each provoked by a plain system
 * call and awaited, then the end: by a cancel, by the other side closing, by running out of buffers
 * (ENOBUFS), or by running out of room in the completion queue. Armed again in the next turn.
 */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "workloads/road.h"

enum { SHOTS = 5, BYTES = 101, BUFFERS = 8, BUFFER_BYTES = 512, SLOTS = 8, CQ_ENTRIES = 8 };

static int event(struct road_trip *trip)
{
	trip->fds[0] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return trip->fds[0] < 0 ? road_failed(trip, "eventfd") : 0;
}

static int wrong_shots(struct road_trip *trip, uint64_t wanted)
{
	return load_fail(trip->why, -EPROTO, "road %s: %llu shots, not %llu", trip->road->name,
			 (unsigned long long)trip->shots, (unsigned long long)wanted);
}

/* Waits for shot number `number`. When the request has ended instead, says why. */
static int await_shot(struct road_trip *trip, uint64_t number)
{
	int err = road_await_shots(trip, number);

	if (!err && trip->ended[0])
		err = road_expect(trip, 0, ROAD_ANY);
	if (!err && trip->shots != number)
		return trip->turns ? wrong_shots(trip, number) : road_absent(trip);
	return err;
}

/* Cancels the request of tag 0 and expects its last completion. */
static int finish(struct road_trip *trip, uint64_t target)
{
	struct io_uring_sqe *sqe = road_sqe(trip);
	int err;

	io_uring_prep_cancel64(sqe, target, 0);
	road_queue(trip, sqe, 1);
	err = road_await(trip, 0);
	if (!err)
		err = road_expect(trip, 1, 0);
	if (!err && trip->shots != SHOTS)
		return wrong_shots(trip, SHOTS);
	return err ? err : road_expect(trip, 0, -ECANCELED);
}

static int shoot_poll(struct road_trip *trip, unsigned level)
{
	struct io_uring_sqe *sqe = road_sqe(trip);
	eventfd_t value;
	uint64_t target;
	int err;

	io_uring_prep_poll_multishot(sqe, trip->fds[0], POLLIN);
	sqe->len |= level;
	target = road_queue(trip, sqe, 0);
	err = road_submit(trip);
	for (uint64_t i = 1; i <= SHOTS && !err; i++) {
		if (eventfd_write(trip->fds[0], 1))
			return road_failed(trip, "eventfd_write");
		err = await_shot(trip, i);
		eventfd_read(trip->fds[0], &value);
	}
	return err ? err : finish(trip, target);
}

static int take_poll(struct road_trip *trip)
{
	return shoot_poll(trip, 0);
}

static int connect_once(struct road_trip *trip)
{
	trip->fds[1] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (trip->fds[1] < 0 ||
	    connect(trip->fds[1], (struct sockaddr *)&trip->address, trip->address_bytes))
		return road_failed(trip, "connect");
	return 0;
}

static int shoot_accept(struct road_trip *trip, bool into_slots)
{
	struct io_uring_sqe *sqe = road_sqe(trip);
	struct linger reset = { .l_onoff = 1 };
	uint64_t target;
	int err;

	io_uring_prep_multishot_accept(sqe, trip->fds[0], NULL, NULL,
				       into_slots ? 0 : SOCK_CLOEXEC);
	if (into_slots)
		sqe->file_index = IORING_FILE_INDEX_ALLOC;
	target = road_queue(trip, sqe, 0);
	err = road_submit(trip);
	for (uint64_t i = 1; i <= SHOTS && !err; i++) {
		err = connect_once(trip);
		if (!err)
			err = await_shot(trip, i);
		setsockopt(trip->fds[1], SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
		road_close(&trip->fds[1]);
		if (!err && !into_slots)
			close(trip->shot_result);
	}
	return err ? err : finish(trip, target);
}

static int take_accept(struct road_trip *trip)
{
	return shoot_accept(trip, false);
}

static int slots_and_listener(struct road_trip *trip)
{
	int none[SLOTS] = { -1, -1, -1, -1, -1, -1, -1, -1 };
	int err = road_listen(trip);

	return err ? err : load_ring_register_files(&trip->ring, none, SLOTS, trip->why);
}

/* Empties the slots again by an update. */
static int take_accept_direct(struct road_trip *trip)
{
	int none[SLOTS] = { -1, -1, -1, -1, -1, -1, -1, -1 };
	struct io_uring_sqe *sqe;
	int err = shoot_accept(trip, true);

	if (err)
		return err;
	sqe = road_sqe(trip);
	io_uring_prep_files_update(sqe, none, SLOTS, 0);
	return road_do(trip, sqe, SLOTS);
}

static void offer(struct road_trip *trip, uint32_t count)
{
	struct io_uring_buf_ring *offered = trip->more;

	for (uint32_t i = 0; i < count; i++)
		io_uring_buf_ring_add(offered, trip->memory + (size_t)i * BUFFER_BYTES,
				      BUFFER_BYTES, (uint16_t)i, BUFFERS - 1, (int)i);
	io_uring_buf_ring_advance(offered, (int)count);
}

static int ring_of_buffers(struct road_trip *trip)
{
	struct io_uring_buf_ring *offered = aligned_alloc(4096, 4096);

	trip->more = offered;
	if (!offered)
		return load_fail(trip->why, -ENOMEM, "no memory for a ring of buffers");
	io_uring_buf_ring_init(offered);
	return load_ring_register_buffer_ring(&trip->ring, offered, BUFFERS, trip->why);
}

static int buffers_and_sockets(struct road_trip *trip)
{
	int err = ring_of_buffers(trip);

	return err ? err : road_sockets(trip);
}

static int buffers_and_pipe(struct road_trip *trip)
{
	int err = ring_of_buffers(trip);

	return err ? err : road_pipe(trip);
}

/* Writes into fds[1] and awaits the shot, SHOTS times; there are SHOTS buffers. */
static int feed(struct road_trip *trip)
{
	int err = road_submit(trip);

	for (uint64_t i = 1; i <= SHOTS && !err; i++) {
		if (write(trip->fds[1], trip->memory, BYTES) != BYTES)
			return road_failed(trip, "write");
		err = await_shot(trip, i);
	}
	return err;
}

static struct io_uring_sqe *recv_multishot(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	io_uring_prep_recv_multishot(sqe, trip->fds[0], NULL, 0, 0);
	sqe->flags = IOSQE_BUFFER_SELECT;
	return sqe;
}

/* Before the kernel waits for more it may look for a buffer (6.12), so one is always left over. */
static void offer_enough(struct road_trip *trip)
{
	offer(trip, trip->turns ? SHOTS : SHOTS + 1);
}

/*
 * Message by message until the buffers are used up. Where the kernel does not notice then, one more
 * message makes it notice, and stays in the socket.
 */
static int take_recv_nobufs(struct road_trip *trip)
{
	int err;

	offer(trip, SHOTS);
	road_queue(trip, recv_multishot(trip), 0);
	err = road_submit(trip);
	for (uint64_t i = 1; i <= SHOTS + 1 && !err && !trip->ended[0]; i++) {
		if (write(trip->fds[1], trip->memory, BYTES) != BYTES)
			return road_failed(trip, "write");
		err = road_await_shots(trip, i);
		if (i > SHOTS && read(trip->fds[0], trip->memory, BYTES) != BYTES)
			return road_failed(trip, "read");
		load_ring_reap(&trip->ring);
	}
	if (!err && !trip->turns && !trip->shots)
		return road_absent(trip);
	if (!err && trip->shots != SHOTS)
		return wrong_shots(trip, SHOTS);
	return err ? err : road_expect(trip, 0, -ENOBUFS);
}

static int take_recv(struct road_trip *trip)
{
	uint64_t target;
	int err;

	offer_enough(trip);
	target = road_queue(trip, recv_multishot(trip), 0);
	err = feed(trip);
	return err ? err : finish(trip, target);
}

static int take_recvmsg(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);
	uint64_t target;
	int err;

	offer_enough(trip);
	trip->message = (struct msghdr){ 0 };
	io_uring_prep_recvmsg_multishot(sqe, trip->fds[0], &trip->message, 0);
	sqe->flags = IOSQE_BUFFER_SELECT;
	target = road_queue(trip, sqe, 0);
	err = feed(trip);
	return err ? err : finish(trip, target);
}

/* The peer shuts down: the last completion says 0 bytes. */
static int take_recv_closed(struct road_trip *trip)
{
	int err = road_sockets(trip);

	if (err)
		return err;
	offer_enough(trip);
	road_queue(trip, recv_multishot(trip), 0);
	err = feed(trip);
	road_close(&trip->fds[1]);
	if (!err)
		err = road_await(trip, 0);
	road_close(&trip->fds[0]);
	return err ? err : road_expect(trip, 0, 0);
}

static int take_read(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);
	uint64_t target;
	int err;

	offer_enough(trip);
	io_uring_prep_rw(KERNEL_OP_READ_MULTISHOT, sqe, trip->fds[0], NULL, 0, (uint64_t)-1);
	sqe->flags = IOSQE_BUFFER_SELECT;
	target = road_queue(trip, sqe, 0);
	err = feed(trip);
	return err ? err : finish(trip, target);
}

/*
 * One receive into two buffers, if the kernel knows how much there is; else into the first, and the
 * rest, and the second buffer, are left.
 */
static int take_bundle(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);
	ssize_t rest = BUFFER_BYTES + BYTES;
	int err;

	offer(trip, trip->number ? 1 : 2);
	if (write(trip->fds[1], trip->memory, BUFFER_BYTES + BYTES) != rest)
		return road_failed(trip, "write");
	io_uring_prep_recv(sqe, trip->fds[0], NULL, 0, 0);
	sqe->ioprio = KERNEL_RECVSEND_BUNDLE;
	sqe->flags = IOSQE_BUFFER_SELECT;
	err = road_do(trip, sqe, ROAD_ANY);
	if (err)
		return err;
	rest -= trip->results[0];
	trip->number = rest > 0;
	if (rest && read(trip->fds[0], trip->memory, (size_t)rest) != rest)
		return road_failed(trip, "read");
	return 0;
}

static int small_queue(struct road_trip *trip)
{
	struct load_ring_plan plan = { .sq_entries = CQ_ENTRIES / 2,
				       .cq_entries = CQ_ENTRIES,
				       .requests = CQ_ENTRIES * 2 };
	int err = road_open(trip, &trip->ring, &plan);

	return err ? err : event(trip);
}

/* NOPs fill the completion queue; the poll's shot finds no room, ends it, and comes last. */
static int take_overflow(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);
	eventfd_t value;
	int err;

	io_uring_prep_poll_multishot(sqe, trip->fds[0], POLLIN);
	road_queue(trip, sqe, 0);
	err = road_submit(trip);
	for (int i = 0; i < CQ_ENTRIES && !err; i++) {
		while (!load_ring_room(&trip->ring) && !err)
			err = road_submit(trip);
		sqe = road_sqe(trip);
		io_uring_prep_nop(sqe);
		road_queue(trip, sqe, 1);
		err = road_submit(trip);
	}
	if (!err && eventfd_write(trip->fds[0], 1))
		return road_failed(trip, "eventfd_write");
	if (!err)
		err = road_await(trip, 0);
	eventfd_read(trip->fds[0], &value);
	return err ? err : road_expect(trip, 0, POLLIN);
}

const struct road roads_shots[] = {
	{ .name = "poll-multishot",
	  .what = "poll again and again",
	  .since = "5.13",
	  .start = event,
	  .turn = take_poll },
	{ .name = "accept-multishot",
	  .what = "accept again and again",
	  .since = "5.19",
	  .start = road_listen,
	  .turn = take_accept },
	{ .name = "accept-direct",
	  .what = "accept into slots again and again",
	  .since = "5.19",
	  .start = slots_and_listener,
	  .turn = take_accept_direct },
	{ .name = "recv-multishot",
	  .what = "receive again and again",
	  .since = "6.0",
	  .start = buffers_and_sockets,
	  .turn = take_recv },
	{ .name = "recv-nobufs",
	  .what = "run out of buffers while receiving",
	  .since = "6.0",
	  .start = buffers_and_sockets,
	  .turn = take_recv_nobufs },
	{ .name = "recv-closed",
	  .what = "see the peer go while receiving",
	  .since = "6.0",
	  .start = ring_of_buffers,
	  .turn = take_recv_closed },
	{ .name = "recvmsg-multishot",
	  .what = "receive messages again and again",
	  .since = "6.0",
	  .start = buffers_and_sockets,
	  .turn = take_recvmsg },
	{ .name = "read-multishot",
	  .what = "read again and again",
	  .since = "6.7",
	  .op = KERNEL_OP_READ_MULTISHOT,
	  .start = buffers_and_pipe,
	  .turn = take_read },
	{ .name = "recv-bundle",
	  .what = "receive into several buffers",
	  .since = "6.10",
	  .start = buffers_and_sockets,
	  .turn = take_bundle },
	{ .name = "poll-overflow",
	  .what = "lose a poll to a full queue",
	  .since = "5.19",
	  .op = IORING_OP_SOCKET, /* as old as holding back no more than must be */
	  .opens = true,
	  .start = small_queue,
	  .turn = take_overflow },
	{ .name = NULL },
};

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Roads of requests that wait for each other: chains, soft and hard, whole and broken, in line and
 * by workers; a timeout tied to a request; requests that wait for all before them; and completions
 * that are not posted when all is well. The member that breaks a chain cancels what does not exist.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "workloads/road.h"

enum { MEMBERS = 5, BREAKER = 2, SHORT_NS = 100000, DAY_SECONDS = 86400 };

static void queue_nop(struct road_trip *trip, uint64_t tag, uint8_t flags)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	io_uring_prep_nop(sqe);
	sqe->flags = flags;
	road_queue(trip, sqe, tag);
}

static void queue_breaker(struct road_trip *trip, uint64_t tag, uint8_t flags)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	io_uring_prep_cancel64(sqe, UINT64_MAX - 1, 0);
	sqe->flags = flags;
	road_queue(trip, sqe, tag);
}

/* Members before `broken` succeed, it fails, those behind it end with `rest`. */
static int chain(struct road_trip *trip, uint8_t flags, uint64_t broken, int32_t rest)
{
	int err;

	for (uint64_t i = 0; i < MEMBERS; i++) {
		uint8_t link = i + 1 == MEMBERS
				       ? flags & (uint8_t) ~(IOSQE_IO_LINK | IOSQE_IO_HARDLINK)
				       : flags;

		if (i == broken)
			queue_breaker(trip, i, link);
		else
			queue_nop(trip, i, link);
	}
	err = road_await(trip, 0);
	for (uint64_t i = 0; i < MEMBERS && !err; i++)
		err = road_expect(trip, i, i < broken ? 0 : i == broken ? -ENOENT : rest);
	return err;
}

static int take_link(struct road_trip *trip)
{
	return chain(trip, IOSQE_IO_LINK, MEMBERS, 0);
}

static int take_link_broken(struct road_trip *trip)
{
	return chain(trip, IOSQE_IO_LINK, BREAKER, -ECANCELED);
}

static int take_link_worker(struct road_trip *trip)
{
	return chain(trip, IOSQE_IO_LINK | IOSQE_ASYNC, MEMBERS, 0);
}

static int take_hardlink(struct road_trip *trip)
{
	return chain(trip, IOSQE_IO_HARDLINK, MEMBERS, 0);
}

/* A hard link holds although a member failed. */
static int take_hardlink_broken(struct road_trip *trip)
{
	return chain(trip, IOSQE_IO_HARDLINK, BREAKER, 0);
}

/* The second member waits for bytes, so the third waits for it. */
static int take_link_waiting(struct road_trip *trip)
{
	struct io_uring_sqe *sqe;
	int err;

	queue_nop(trip, 0, IOSQE_IO_LINK);
	sqe = road_sqe(trip);
	io_uring_prep_read(sqe, trip->fds[0], trip->memory, 1, 0);
	sqe->flags = IOSQE_IO_LINK;
	road_queue(trip, sqe, 1);
	queue_nop(trip, 2, 0);
	err = road_submit(trip);
	if (!err && write(trip->fds[1], "!", 1) != 1)
		return road_failed(trip, "write");
	if (!err)
		err = road_await(trip, 0);
	if (!err)
		err = road_expect(trip, 1, 1);
	return err ? err : road_expect(trip, 2, 0);
}

/* A read that is short breaks a soft link. */
static int take_link_short(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);
	int err;

	io_uring_prep_read(sqe, trip->fds[0], trip->memory, 4096, ROAD_MEMORY_BYTES - 512);
	sqe->flags = IOSQE_IO_LINK;
	road_queue(trip, sqe, 0);
	queue_nop(trip, 1, 0);
	err = road_await(trip, 0);
	if (!err)
		err = road_expect(trip, 0, 512);
	return err ? err : road_expect(trip, 1, -ECANCELED);
}

static int slot_and_file(struct road_trip *trip)
{
	int none = -1;
	int err = trip->ring.uring.features & IORING_FEAT_LINKED_FILE ? road_file(trip)
								      : road_absent(trip);

	return err ? err : load_ring_register_files(&trip->ring, &none, 1, trip->why);
}

/* Open, read, close in one chain, through a slot, in one system call. */
static int take_link_file(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);
	int err;

	io_uring_prep_openat_direct(sqe, AT_FDCWD, trip->paths[0], O_RDONLY, 0, 0);
	sqe->flags = IOSQE_IO_LINK;
	road_queue(trip, sqe, 0);
	sqe = road_sqe(trip);
	io_uring_prep_read(sqe, 0, trip->memory, 512, 0);
	sqe->flags = IOSQE_IO_LINK | IOSQE_FIXED_FILE;
	road_queue(trip, sqe, 1);
	sqe = road_sqe(trip);
	io_uring_prep_close_direct(sqe, 0);
	road_queue(trip, sqe, 2);
	err = road_await(trip, 0);
	if (!err)
		err = road_expect(trip, 0, 0);
	if (!err)
		err = road_expect(trip, 1, 512);
	return err ? err : road_expect(trip, 2, 0);
}

static void queue_timed_read(struct road_trip *trip, long long seconds, long long ns)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	io_uring_prep_read(sqe, trip->fds[0], trip->memory, 1, 0);
	sqe->flags = IOSQE_IO_LINK;
	road_queue(trip, sqe, 0);
	trip->time = (struct __kernel_timespec){ .tv_sec = seconds, .tv_nsec = ns };
	sqe = road_sqe(trip);
	io_uring_prep_link_timeout(sqe, &trip->time, 0);
	road_queue(trip, sqe, 1);
}

static int take_link_timeout(struct road_trip *trip)
{
	int err;

	queue_timed_read(trip, 0, SHORT_NS);
	err = road_await(trip, 0);
	if (!err)
		err = road_expect(trip, 0, -ECANCELED);
	return err ? err : road_expect(trip, 1, -ETIME);
}

/* The read is answered in time, and takes its timeout with it. */
static int take_link_timeout_in_time(struct road_trip *trip)
{
	int err;

	queue_timed_read(trip, DAY_SECONDS, 0);
	err = road_submit(trip);
	if (!err && write(trip->fds[1], "!", 1) != 1)
		return road_failed(trip, "write");
	if (!err)
		err = road_await(trip, 0);
	if (!err)
		err = road_expect(trip, 0, 1);
	return err ? err : road_expect(trip, 1, -ECANCELED);
}

/* The third waits for two reads by workers, the fourth for it. */
static int take_drain(struct road_trip *trip)
{
	struct io_uring_sqe *sqe;
	int err;

	sqe = road_sqe(trip);
	io_uring_prep_read(sqe, trip->fds[0], trip->memory, 1, 0);
	road_queue(trip, sqe, 0);
	queue_nop(trip, 1, IOSQE_IO_DRAIN);
	queue_nop(trip, 2, 0);
	err = road_submit(trip);
	load_ring_reap(&trip->ring);
	if (!err && (trip->ended[1] || trip->ended[2]))
		return load_fail(trip->why, -EPROTO, "road drain: it did not wait");
	if (!err && write(trip->fds[1], "!", 1) != 1)
		return road_failed(trip, "write");
	if (!err)
		err = road_await(trip, 0);
	for (uint64_t i = 0; i < 3 && !err; i++)
		err = road_expect(trip, i, i ? 0 : 1);
	return err;
}

/* A chain whose head must wait for all before it. */
static int take_drain_link(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);
	int err;

	io_uring_prep_read(sqe, trip->fds[0], trip->memory, 1, 0);
	road_queue(trip, sqe, 0);
	queue_nop(trip, 1, IOSQE_IO_DRAIN | IOSQE_IO_LINK);
	queue_nop(trip, 2, 0);
	err = road_submit(trip);
	if (!err && write(trip->fds[1], "!", 1) != 1)
		return road_failed(trip, "write");
	if (!err)
		err = road_await(trip, 0);
	for (uint64_t i = 0; i < 3 && !err; i++)
		err = road_expect(trip, i, i ? 0 : 1);
	return err;
}

/* Three silent NOPs, and a loud one that tells that they are done. */
static int take_skip(struct road_trip *trip)
{
	struct load_request *silent[3];
	int err;

	for (int i = 0; i < 3; i++) {
		struct io_uring_sqe *sqe = road_sqe(trip);

		io_uring_prep_nop(sqe);
		sqe->flags = IOSQE_IO_LINK | IOSQE_CQE_SKIP_SUCCESS;
		silent[i] = load_ring_queue(&trip->ring, sqe, (uint64_t)i);
		silent[i]->flags = trip->turns ? 0 : LOAD_REQUEST_UNSURE;
	}
	queue_nop(trip, 3, 0);
	err = road_await(trip, 3);
	if (!err && trip->ended[0])
		return road_absent(trip);
	for (int i = 0; i < 3 && !err; i++)
		load_ring_end_silent(&trip->ring, silent[i]);
	return err ? err : road_expect(trip, 3, 0);
}

static int has_skip(struct road_trip *trip)
{
	return trip->ring.uring.features & IORING_FEAT_CQE_SKIP ? 0 : road_absent(trip);
}

/* It was to be silent, but failed. */
static int take_skip_failed(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	io_uring_prep_cancel64(sqe, UINT64_MAX - 1, 0);
	sqe->flags = IOSQE_CQE_SKIP_SUCCESS;
	return road_do(trip, sqe, -ENOENT);
}

const struct road roads_chains[] = {
	{ .name = "link", .what = "chain requests", .since = "5.3", .turn = take_link },
	{ .name = "link-broken",
	  .what = "break a chain",
	  .since = "5.5",
	  .turn = take_link_broken },
	{ .name = "link-worker",
	  .what = "chain requests of workers",
	  .since = "5.6",
	  .turn = take_link_worker },
	{ .name = "link-waiting",
	  .what = "chain behind a request that waits",
	  .since = "5.7",
	  .start = road_pipe,
	  .turn = take_link_waiting },
	{ .name = "link-short",
	  .what = "break a chain by a short read",
	  .since = "5.6",
	  .start = road_file,
	  .turn = take_link_short },
	{ .name = "link-file",
	  .what = "open, read and close in a chain",
	  .since = "5.17",
	  .start = slot_and_file,
	  .turn = take_link_file },
	{ .name = "hardlink",
	  .what = "chain requests hard",
	  .since = "5.5",
	  .turn = take_hardlink },
	{ .name = "hardlink-broken",
	  .what = "fail in a hard chain",
	  .since = "5.5",
	  .turn = take_hardlink_broken },
	{ .name = "link-timeout",
	  .what = "limit the time of a request",
	  .since = "5.5",
	  .op = IORING_OP_LINK_TIMEOUT,
	  .start = road_pipe,
	  .turn = take_link_timeout },
	{ .name = "link-timeout-in-time",
	  .what = "be quicker than the limit",
	  .since = "5.5",
	  .op = IORING_OP_LINK_TIMEOUT,
	  .start = road_pipe,
	  .turn = take_link_timeout_in_time },
	{ .name = "drain",
	  .what = "wait for all before",
	  .since = "5.2",
	  .start = road_pipe,
	  .turn = take_drain },
	{ .name = "drain-link",
	  .what = "let a chain wait for all before",
	  .since = "5.3",
	  .start = road_pipe,
	  .turn = take_drain_link },
	{ .name = "skip",
	  .what = "complete in silence",
	  .since = "5.17",
	  .start = has_skip,
	  .turn = take_skip },
	{ .name = "skip-failed",
	  .what = "fail where silence was asked for",
	  .since = "5.17",
	  .start = has_skip,
	  .turn = take_skip_failed },
	{ .name = NULL },
};

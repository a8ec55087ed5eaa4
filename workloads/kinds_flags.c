/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Kinds of ring that a setup flag makes, each doing the same: three NOPs in one batch and a READ of
 * a pipe that is armed first and answered then, so that both what completes at once and what
 * completes later has been through each kind. The kinds with a thread of the kernel are let fall
 * asleep where being woken is what they show.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "workloads/clock.h"
#include "workloads/road.h"
#include "workloads/stop.h"

enum { NOPS = 3, ENTRIES = 8, BLOCK = 4096, IDLE_MS = 1, LONG_IDLE_MS = 1000 };
#define NAP_NS 1000000ull

static void queue_nops(struct road_trip *trip)
{
	for (uint64_t i = 0; i < NOPS; i++) {
		struct io_uring_sqe *sqe = road_sqe(trip);

		io_uring_prep_nop(sqe);
		road_queue(trip, sqe, i);
	}
}

static int expect_nops(struct road_trip *trip)
{
	int err = 0;

	for (uint64_t i = 0; i < NOPS && !err; i++)
		err = road_expect(trip, i, 0);
	return err;
}

static int take_mix(struct road_trip *trip)
{
	struct io_uring_sqe *sqe;
	int err;

	queue_nops(trip);
	sqe = road_sqe(trip);
	io_uring_prep_read(sqe, trip->fds[0], trip->memory, 1, 0);
	road_queue(trip, sqe, NOPS);
	err = road_submit(trip);
	if (!err && write(trip->fds[1], "!", 1) != 1)
		return road_failed(trip, "write");
	if (!err)
		err = road_await(trip, 0);
	if (!err)
		err = expect_nops(trip);
	return err ? err : road_expect(trip, NOPS, 1);
}

static int small_ring(struct road_trip *trip)
{
	struct load_ring_plan plan = { .sq_entries = ENTRIES };
	int err = road_open(trip, &trip->ring, &plan);

	return err ? err : road_pipe(trip);
}

static int sized_queue(struct road_trip *trip)
{
	struct load_ring_plan plan = { .sq_entries = ENTRIES, .cq_entries = 8 * ENTRIES };
	int err = road_open(trip, &trip->ring, &plan);

	return err ? err : road_pipe(trip);
}

/* Every other NOP asks for a completion of 32 bytes, among those of 16. */
static int take_mixed(struct road_trip *trip)
{
	int err;

	for (uint64_t i = 0; i < NOPS + 2; i++) {
		struct io_uring_sqe *sqe = road_sqe(trip);

		io_uring_prep_nop(sqe);
		sqe->rw_flags = i % 2 ? KERNEL_NOP_CQE32 : 0;
		road_queue(trip, sqe, i);
	}
	err = road_await(trip, 0);
	for (uint64_t i = 0; i < NOPS + 2 && !err; i++)
		err = road_expect(trip, i, 0);
	return err;
}

static int busy_thread(struct road_trip *trip)
{
	struct load_ring_plan plan = { .sq_entries = ENTRIES, .idle_ms = LONG_IDLE_MS };
	int err = road_open(trip, &trip->ring, &plan);

	return err ? err : road_pipe(trip);
}

static int sleepy_thread(struct road_trip *trip)
{
	struct load_ring_plan plan = { .sq_entries = ENTRIES, .idle_ms = IDLE_MS };
	int err = road_open(trip, &trip->ring, &plan);

	return err ? err : road_pipe(trip);
}

/* Each turn finds the thread asleep, so each wakes it. */
static int take_woken(struct road_trip *trip)
{
	const unsigned *flags = trip->ring.uring.sq.kflags;
	uint64_t wakeups = trip->ring.truth->wakeups;
	int err;

	while (!(__atomic_load_n(flags, __ATOMIC_ACQUIRE) & IORING_SQ_NEED_WAKEUP) &&
	       !load_stop_insisted())
		load_clock_sleep_until(load_clock_ns() + NAP_NS);
	queue_nops(trip);
	err = road_await(trip, 0);
	if (!err && trip->ring.truth->wakeups == wakeups)
		return load_fail(trip->why, -EPROTO, "kind sqpoll-woken: it was awake");
	return err ? err : expect_nops(trip);
}

/* IORING_FEAT_REG_REG_RING: 6.1 has the flag, but its workers post what they have done themselves. */
enum { FEAT_OF_6_3 = 1 << 13 };

static int deferred_file(struct road_trip *trip)
{
	struct load_ring_plan plan = { .sq_entries = ENTRIES };
	int err = road_open(trip, &trip->ring, &plan);

	if (!err && !(trip->ring.uring.features & FEAT_OF_6_3))
		return road_absent(trip);
	return err ? err : road_file(trip);
}

/* A worker reads; what it has done stays with the ring, and the ring says so, until the task
 * enters. */
static int take_deferred_worker(struct road_trip *trip)
{
	const unsigned *flags = trip->ring.uring.sq.kflags;
	struct io_uring_sqe *sqe = road_sqe(trip);
	int err;

	io_uring_prep_read(sqe, trip->fds[0], trip->memory, BLOCK, 0);
	sqe->flags |= IOSQE_ASYNC;
	road_queue(trip, sqe, 0);
	err = road_submit(trip);
	while (!err && !(__atomic_load_n(flags, __ATOMIC_ACQUIRE) & IORING_SQ_TASKRUN) &&
	       !io_uring_cq_ready(&trip->ring.uring) && !load_stop_insisted())
		load_clock_sleep_until(load_clock_ns() + NAP_NS);
	if (!err && load_ring_reap(&trip->ring))
		return load_fail(trip->why, -EPROTO,
				 "kind defer-worker: completed before the task entered");
	if (!err)
		err = road_await(trip, 0);
	return err ? err : road_expect(trip, 0, BLOCK);
}

static int direct_file(struct road_trip *trip)
{
	struct load_ring_plan plan = { .sq_entries = ENTRIES };
	int err = road_open(trip, &trip->ring, &plan);

	if (!err)
		err = road_file(trip);
	if (err)
		return err;
	fsync(trip->fds[0]);
	road_close(&trip->fds[0]);
	trip->fds[0] = open(trip->paths[0], O_RDONLY | O_DIRECT | O_CLOEXEC);
	return trip->fds[0] < 0 ? road_absent(trip) : 0;
}

static int take_polled(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	io_uring_prep_read(sqe, trip->fds[0], trip->memory, BLOCK, 0);
	return road_do(trip, sqe, BLOCK);
}

const struct road kinds_flags[] = {
	{ .name = "plain",
	  .what = "make a ring",
	  .since = "5.1",
	  .opens = true,
	  .start = small_ring,
	  .turn = take_mix },
	{ .name = "cq-size",
	  .what = "choose the size of the completion queue",
	  .since = "5.5",
	  .opens = true,
	  .start = sized_queue,
	  .turn = take_mix },
	{ .name = "clamp",
	  .what = "clamp the sizes",
	  .since = "5.6",
	  .opens = true,
	  .setup = IORING_SETUP_CLAMP,
	  .start = small_ring,
	  .turn = take_mix },
	{ .name = "disabled",
	  .what = "make a ring disabled and enable it",
	  .since = "5.10",
	  .opens = true,
	  .setup = IORING_SETUP_R_DISABLED,
	  .start = small_ring,
	  .turn = take_mix },
	{ .name = "submit-all",
	  .what = "submit on after an error",
	  .since = "5.18",
	  .opens = true,
	  .setup = IORING_SETUP_SUBMIT_ALL,
	  .start = small_ring,
	  .turn = take_mix },
	{ .name = "coop-taskrun",
	  .what = "run work cooperatively",
	  .since = "5.19",
	  .opens = true,
	  .setup = IORING_SETUP_COOP_TASKRUN,
	  .start = small_ring,
	  .turn = take_mix },
	{ .name = "taskrun-flag",
	  .what = "say that work is pending",
	  .since = "5.19",
	  .opens = true,
	  .setup = IORING_SETUP_COOP_TASKRUN | IORING_SETUP_TASKRUN_FLAG,
	  .start = small_ring,
	  .turn = take_mix },
	{ .name = "sqe128",
	  .what = "have entries of 128 bytes",
	  .since = "5.19",
	  .opens = true,
	  .setup = IORING_SETUP_SQE128,
	  .start = small_ring,
	  .turn = take_mix },
	{ .name = "cqe32",
	  .what = "have completions of 32 bytes",
	  .since = "5.19",
	  .opens = true,
	  .setup = IORING_SETUP_CQE32,
	  .start = small_ring,
	  .turn = take_mix },
	{ .name = "single-issuer",
	  .what = "bind a ring to a thread",
	  .since = "6.0",
	  .opens = true,
	  .setup = IORING_SETUP_SINGLE_ISSUER,
	  .start = small_ring,
	  .turn = take_mix },
	{ .name = "defer-taskrun",
	  .what = "defer work until it is waited for",
	  .since = "6.1",
	  .opens = true,
	  .setup = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN,
	  .start = small_ring,
	  .turn = take_mix },
	{ .name = "defer-worker",
	  .what = "defer what a worker has done until it is waited for",
	  .since = "6.3",
	  .opens = true,
	  .setup = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN |
		   IORING_SETUP_TASKRUN_FLAG,
	  .start = deferred_file,
	  .turn = take_deferred_worker },
	{ .name = "no-mmap",
	  .what = "make a ring in memory that is brought",
	  .since = "6.5",
	  .opens = true,
	  .setup = KERNEL_SETUP_NO_MMAP,
	  .start = small_ring,
	  .turn = take_mix },
	{ .name = "registered-fd-only",
	  .what = "make a ring without a descriptor",
	  .since = "6.5",
	  .opens = true,
	  .setup = KERNEL_SETUP_NO_MMAP | KERNEL_SETUP_REGISTERED_FD_ONLY,
	  .start = small_ring,
	  .turn = take_mix },
	{ .name = "no-sqarray",
	  .what = "make a ring without an index array",
	  .since = "6.6",
	  .opens = true,
	  .setup = KERNEL_SETUP_NO_SQARRAY,
	  .start = small_ring,
	  .turn = take_mix },
	{ .name = "cqe-mixed",
	  .what = "have completions of both sizes",
	  .since = "6.18",
	  .opens = true,
	  .setup = KERNEL_SETUP_CQE_MIXED,
	  .start = small_ring,
	  .turn = take_mixed },
	{ .name = "sqe-mixed",
	  .what = "have entries of both sizes",
	  .since = "7.0",
	  .opens = true,
	  .setup = KERNEL_SETUP_SQE_MIXED,
	  .start = small_ring,
	  .turn = take_mix },
	{ .name = "sqpoll",
	  .what = "let a thread submit",
	  .since = "5.11",
	  .opens = true,
	  .setup = IORING_SETUP_SQPOLL,
	  .start = busy_thread,
	  .turn = take_mix },
	{ .name = "sqpoll-affinity",
	  .what = "let a thread submit on CPU 0",
	  .since = "5.11",
	  .opens = true,
	  .setup = IORING_SETUP_SQPOLL | IORING_SETUP_SQ_AFF,
	  .start = busy_thread,
	  .turn = take_mix },
	{ .name = "sqpoll-woken",
	  .what = "wake the thread that submits",
	  .since = "5.11",
	  .opens = true,
	  .setup = IORING_SETUP_SQPOLL,
	  .start = sleepy_thread,
	  .turn = take_woken },
	{ .name = "iopoll",
	  .what = "poll this folder's device",
	  .since = "5.1",
	  .opens = true,
	  .setup = IORING_SETUP_IOPOLL,
	  .start = direct_file,
	  .turn = take_polled },
	{ .name = "hybrid-iopoll",
	  .what = "sleep, then poll this folder's device",
	  .since = "6.13",
	  .opens = true,
	  .setup = IORING_SETUP_IOPOLL | KERNEL_SETUP_HYBRID_IOPOLL,
	  .start = direct_file,
	  .turn = take_polled },
	{ .name = NULL },
};

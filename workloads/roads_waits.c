/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Roads of waiting: for a descriptor to be ready, for a word in memory to change, for a child to
 * end, for time to pass. What is waited for happens when the request is armed, so each takes the
 * road of a request that waits; those that may be ready at once are made so that they are not.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "workloads/road.h"

enum { DAY_SECONDS = 86400, SHORT_NS = 100000 };

static int event(struct road_trip *trip)
{
	trip->fds[0] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return trip->fds[0] < 0 ? road_failed(trip, "eventfd") : 0;
}

/* Makes fds[0] ready, after all that is queued was handed over. */
static int ring_bell(struct road_trip *trip)
{
	int err = road_submit(trip);

	if (!err && eventfd_write(trip->fds[0], 1))
		return road_failed(trip, "eventfd_write");
	return err;
}

static void silence_bell(const struct road_trip *trip)
{
	eventfd_t value;

	eventfd_read(trip->fds[0], &value);
}

static uint64_t queue_poll(struct road_trip *trip, uint64_t tag, unsigned mask)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	io_uring_prep_poll_add(sqe, trip->fds[0], mask);
	return road_queue(trip, sqe, tag);
}

static int take_poll(struct road_trip *trip)
{
	int err;

	queue_poll(trip, 0, POLLIN);
	err = ring_bell(trip);
	if (!err)
		err = road_await(trip, 0);
	silence_bell(trip);
	return err ? err : road_expect(trip, 0, POLLIN);
}

static int take_poll_remove(struct road_trip *trip)
{
	uint64_t target = queue_poll(trip, 0, POLLIN);
	struct io_uring_sqe *sqe = road_sqe(trip);
	int err;

	io_uring_prep_poll_remove(sqe, target);
	road_queue(trip, sqe, 1);
	err = road_await(trip, 0);
	if (!err)
		err = road_expect(trip, 1, 0);
	return err ? err : road_expect(trip, 0, -ECANCELED);
}

/* The poll waits for what never comes, until it is told to wait for what does. */
static int take_poll_update(struct road_trip *trip)
{
	uint64_t target = queue_poll(trip, 0, POLLPRI);
	struct io_uring_sqe *sqe = road_sqe(trip);
	int err;

	io_uring_prep_poll_update(sqe, target, 0, POLLIN, IORING_POLL_UPDATE_EVENTS);
	road_queue(trip, sqe, 1);
	err = ring_bell(trip);
	if (!err)
		err = road_await(trip, 0);
	silence_bell(trip);
	if (!err)
		err = road_expect(trip, 1, 0);
	return err ? err : road_expect(trip, 0, POLLIN);
}

static int epoll(struct road_trip *trip)
{
	int err = event(trip);

	trip->fds[1] = epoll_create1(EPOLL_CLOEXEC);
	return err ? err : trip->fds[1] < 0 ? road_failed(trip, "epoll_create1") : 0;
}

static int control(struct road_trip *trip, int op)
{
	struct epoll_event interest = { .events = EPOLLIN, .data.u64 = 23 };
	struct io_uring_sqe *sqe = road_sqe(trip);

	io_uring_prep_epoll_ctl(sqe, trip->fds[1], trip->fds[0], op, &interest);
	return road_do(trip, sqe, 0);
}

static int take_epoll_ctl(struct road_trip *trip)
{
	int err = control(trip, EPOLL_CTL_ADD);

	return err ? err : control(trip, EPOLL_CTL_DEL);
}

static int take_epoll_wait(struct road_trip *trip)
{
	struct epoll_event found[2];
	struct io_uring_sqe *sqe;
	int err = control(trip, EPOLL_CTL_ADD);

	if (err)
		return err;
	sqe = road_sqe(trip);
	io_uring_prep_rw(KERNEL_OP_EPOLL_WAIT, sqe, trip->fds[1], found, 2, 0);
	road_queue(trip, sqe, 0);
	err = ring_bell(trip);
	if (!err)
		err = road_await(trip, 0);
	silence_bell(trip);
	if (!err)
		err = road_expect(trip, 0, 1);
	return err ? err : control(trip, EPOLL_CTL_DEL);
}

/* The kernel wants flags in fd, the value in addr2, the mask in addr3. */
static void prepare_futex(struct io_uring_sqe *sqe, uint8_t op, const void *word, uint64_t value)
{
	io_uring_prep_rw(op, sqe, KERNEL_FUTEX_PRIVATE_U32, word, 0, value);
	sqe->fd = 2; /* FUTEX2_SIZE_U32 */
	sqe->rw_flags = 0;
	sqe->addr3 = UINT32_MAX;
}

static int wake_futex(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);
	int err;

	prepare_futex(sqe, KERNEL_OP_FUTEX_WAKE, trip->memory, 1);
	road_queue(trip, sqe, 1);
	err = road_await(trip, 0);
	return err ? err : road_expect(trip, 1, 1);
}

static int take_futex(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);
	int err;

	memset(trip->memory, 0, 8);
	prepare_futex(sqe, KERNEL_OP_FUTEX_WAIT, trip->memory, 0);
	road_queue(trip, sqe, 0);
	err = wake_futex(trip);
	return err ? err : road_expect(trip, 0, 0);
}

static int take_futex_changed(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	memset(trip->memory, 0, 8);
	prepare_futex(sqe, KERNEL_OP_FUTEX_WAIT, trip->memory, 1);
	return road_do(trip, sqe, -EAGAIN);
}

/* Two words; the first is woken, and its index is the result. */
static int take_futex_waitv(struct road_trip *trip)
{
	struct kernel_futex_waitv words[2] = {
		{ .address = (uint64_t)(uintptr_t)trip->memory, .flags = 2 },
		{ .address = (uint64_t)(uintptr_t)trip->memory + 64, .flags = 2 },
	};
	struct io_uring_sqe *sqe = road_sqe(trip);
	int err;

	memset(trip->memory, 0, 128);
	io_uring_prep_rw(KERNEL_OP_FUTEX_WAITV, sqe, 0, words, 2, 0);
	road_queue(trip, sqe, 0);
	err = wake_futex(trip);
	return err ? err : road_expect(trip, 0, 0);
}

/* A child that ends when we close the pipe it reads from. */
static int take_waitid(struct road_trip *trip)
{
	struct io_uring_sqe *sqe;
	siginfo_t info = { 0 };
	pid_t child;
	int err = road_pipe(trip);

	if (err)
		return err;
	child = fork();
	if (!child) {
		close(trip->fds[1]);
		while (read(trip->fds[0], trip->memory, 1) < 0)
			;
		_exit(23);
	}
	sqe = road_sqe(trip);
	io_uring_prep_rw(KERNEL_OP_WAITID, sqe, child, NULL, P_PID, (uint64_t)(uintptr_t)&info);
	sqe->file_index = WEXITED;
	road_queue(trip, sqe, 0);
	err = road_submit(trip);
	road_close(&trip->fds[1]);
	if (!err)
		err = road_await(trip, 0);
	road_close(&trip->fds[0]);
	if (err || trip->results[0] < 0)
		waitpid(child, NULL, 0);
	if (!err)
		err = road_expect(trip, 0, 0);
	if (!err && info.si_status != 23)
		return load_fail(trip->why, -EPROTO, "road waitid: status %d, not 23",
				 info.si_status);
	return err;
}

static uint64_t queue_timeout(struct road_trip *trip, uint64_t tag, unsigned count, unsigned flags)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	io_uring_prep_timeout(sqe, &trip->time, count, flags);
	return road_queue(trip, sqe, tag);
}

static void set_time(struct road_trip *trip, long long seconds, long long ns)
{
	trip->time = (struct __kernel_timespec){ .tv_sec = seconds, .tv_nsec = ns };
}

static int take_timeout(struct road_trip *trip)
{
	int err;

	set_time(trip, 0, SHORT_NS);
	queue_timeout(trip, 0, 0, 0);
	err = road_await(trip, 0);
	return err ? err : road_expect(trip, 0, -ETIME);
}

/* By the wall clock, and no error when time is up. */
static int take_timeout_success(struct road_trip *trip)
{
	int err;

	set_time(trip, 1, 0); /* long ago: 1970 */
	queue_timeout(trip, 0, 0,
		      IORING_TIMEOUT_ABS | IORING_TIMEOUT_REALTIME | IORING_TIMEOUT_ETIME_SUCCESS);
	err = road_await(trip, 0);
	return err ? err : road_expect(trip, 0, -ETIME);
}

/* Over when two others have completed. */
static int take_timeout_count(struct road_trip *trip)
{
	int err;

	set_time(trip, DAY_SECONDS, 0);
	queue_timeout(trip, 0, 2, 0);
	for (uint64_t i = 1; i <= 2; i++) {
		struct io_uring_sqe *sqe = road_sqe(trip);

		io_uring_prep_nop(sqe);
		road_queue(trip, sqe, i);
	}
	err = road_await(trip, 0);
	return err ? err : road_expect(trip, 0, 0);
}

static int take_timeout_update(struct road_trip *trip)
{
	struct __kernel_timespec soon = { .tv_nsec = SHORT_NS };
	struct io_uring_sqe *sqe;
	uint64_t target;
	int err;

	set_time(trip, DAY_SECONDS, 0);
	target = queue_timeout(trip, 0, 0, 0);
	sqe = road_sqe(trip);
	io_uring_prep_timeout_update(sqe, &soon, target, 0);
	road_queue(trip, sqe, 1);
	err = road_await(trip, 0);
	if (!err)
		err = road_expect(trip, 1, 0);
	return err ? err : road_expect(trip, 0, -ETIME);
}

static int take_timeout_remove(struct road_trip *trip)
{
	struct io_uring_sqe *sqe;
	uint64_t target;
	int err;

	set_time(trip, DAY_SECONDS, 0);
	target = queue_timeout(trip, 0, 0, 0);
	sqe = road_sqe(trip);
	io_uring_prep_timeout_remove(sqe, target, 0);
	road_queue(trip, sqe, 1);
	err = road_await(trip, 0);
	if (!err)
		err = road_expect(trip, 1, 0);
	return err ? err : road_expect(trip, 0, -ECANCELED);
}

/* Four shots, and a fifth, without MORE, that ends it. */
static int take_timeout_multishot(struct road_trip *trip)
{
	int err;

	set_time(trip, 0, SHORT_NS);
	queue_timeout(trip, 0, 5, KERNEL_TIMEOUT_MULTISHOT);
	err = road_await(trip, 0);
	if (!err)
		err = road_expect(trip, 0, -ETIME);
	if (!err && trip->shots != 4)
		return load_fail(trip->why, -EPROTO, "road timeout-multishot: %llu shots, not 4",
				 (unsigned long long)trip->shots);
	return err;
}

const struct road roads_waits[] = {
	{ .name = "poll",
	  .what = "poll",
	  .since = "5.1",
	  .op = IORING_OP_POLL_ADD,
	  .start = event,
	  .turn = take_poll },
	{ .name = "poll-remove",
	  .what = "take a poll back",
	  .since = "5.1",
	  .op = IORING_OP_POLL_REMOVE,
	  .start = event,
	  .turn = take_poll_remove },
	{ .name = "poll-update",
	  .what = "change a poll",
	  .since = "5.13",
	  .start = event,
	  .turn = take_poll_update },
	{ .name = "epoll-ctl",
	  .what = "add to an epoll set",
	  .since = "5.6",
	  .op = IORING_OP_EPOLL_CTL,
	  .start = epoll,
	  .turn = take_epoll_ctl },
	{ .name = "epoll-wait",
	  .what = "wait for an epoll set",
	  .since = "6.15",
	  .op = KERNEL_OP_EPOLL_WAIT,
	  .start = epoll,
	  .turn = take_epoll_wait },
	{ .name = "futex",
	  .what = "wait for a futex and wake it",
	  .since = "6.7",
	  .op = KERNEL_OP_FUTEX_WAIT,
	  .turn = take_futex },
	{ .name = "futex-changed",
	  .what = "wait for a futex that has changed",
	  .since = "6.7",
	  .op = KERNEL_OP_FUTEX_WAIT,
	  .turn = take_futex_changed },
	{ .name = "futex-waitv",
	  .what = "wait for several futexes",
	  .since = "6.7",
	  .op = KERNEL_OP_FUTEX_WAITV,
	  .turn = take_futex_waitv },
	{ .name = "waitid",
	  .what = "wait for a child",
	  .since = "6.7",
	  .op = KERNEL_OP_WAITID,
	  .turn = take_waitid },
	{ .name = "timeout",
	  .what = "time out",
	  .since = "5.4",
	  .op = IORING_OP_TIMEOUT,
	  .turn = take_timeout },
	{ .name = "timeout-clock",
	  .what = "time out by the wall clock",
	  .since = "5.16",
	  .turn = take_timeout_success },
	{ .name = "timeout-count",
	  .what = "time out, or see others complete",
	  .since = "5.4",
	  .op = IORING_OP_TIMEOUT,
	  .turn = take_timeout_count },
	{ .name = "timeout-update",
	  .what = "change a timeout",
	  .since = "5.11",
	  .turn = take_timeout_update },
	{ .name = "timeout-remove",
	  .what = "take a timeout back",
	  .since = "5.5",
	  .op = IORING_OP_TIMEOUT_REMOVE,
	  .turn = take_timeout_remove },
	{ .name = "timeout-multishot",
	  .what = "time out again and again",
	  .since = "6.4",
	  .turn = take_timeout_multishot },
	{ .name = NULL },
};

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Rings that more than one process has to do with, and rings that go while they are in use. The
 * books stay with the process that made the ring: it queues, another one enters and so submits, the
 * first reaps.
 *
 *     fork     a child that inherited the ring enters it
 *     passed   a process that took the descriptor (pidfd_getfd; kernels since the end of 2023 let
 *              no ring through a socket) enters it
 *     container  a process with pid 1 in a pid namespace of its own makes a ring and uses it; its
 *              books come back through shared memory, under the pid that it has outside
 *     attach-wq  a ring that shares the workers of another
 *     closed   requests wait on a pipe when the ring is closed; they are `open` in the books
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "workloads/road.h"

enum { NOPS = 5, ENTRIES = 8, VICTIMS = 3, BLOCK = 4096 };

static void queue_nops(struct road_trip *trip)
{
	for (uint64_t i = 0; i < NOPS; i++) {
		struct io_uring_sqe *sqe = road_sqe(trip);

		io_uring_prep_nop(sqe);
		road_queue(trip, sqe, i);
	}
}

static int reap_nops(struct road_trip *trip)
{
	int err = road_await(trip, 0);

	for (uint64_t i = 0; i < NOPS && !err; i++)
		err = road_expect(trip, i, 0);
	return err;
}

/* The child's whole life: enters the ring for all that is queued. */
static void enter_and_end(int fd)
{
	long taken = syscall(SYS_io_uring_enter, fd, NOPS, 0, 0, NULL, 0);

	_exit(taken == NOPS ? 0 : 1);
}

static int await_child(struct road_trip *trip, pid_t child)
{
	int status = 0;

	if (waitpid(child, &status, 0) != child)
		return road_failed(trip, "waitpid");
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		return load_fail(trip->why, -EPROTO, "kind %s: the other process failed (%#x)",
				 trip->road->name, (unsigned)status);
	return 0;
}

static int take_fork(struct road_trip *trip)
{
	pid_t child;
	int err;

	queue_nops(trip);
	load_ring_publish(&trip->ring);
	child = fork();
	if (child < 0)
		return road_failed(trip, "fork");
	if (!child)
		enter_and_end(trip->ring.handle.fd);
	err = await_child(trip, child);
	return err ? err : reap_nops(trip);
}

/* The taker, started before the ring exists: all it can have of it is what it asks for. */
static void take_and_enter(int socket)
{
	int number, pid_fd = (int)syscall(SYS_pidfd_open, getppid(), 0);

	if (read(socket, &number, sizeof(number)) != (ssize_t)sizeof(number))
		_exit(2);
	enter_and_end((int)syscall(SYS_pidfd_getfd, pid_fd, number, 0));
}

/* Tells it the number, and waits for what it makes of it. */
static int hand_over(struct road_trip *trip, pid_t child)
{
	int number = trip->ring.handle.fd;

	queue_nops(trip);
	load_ring_publish(&trip->ring);
	if (write(trip->fds[1], &number, sizeof(number)) != (ssize_t)sizeof(number))
		return road_failed(trip, "write");
	return await_child(trip, child);
}

/* A ring for each turn, taken by a process that is older than it. */
static int take_passed(struct road_trip *trip)
{
	struct load_ring_plan plan = { .sq_entries = ENTRIES };
	pid_t child;
	int err = road_sockets(trip);

	if (err)
		return err;
	child = fork();
	if (!child)
		take_and_enter(trip->fds[0]);
	load_ring_close(&trip->ring);
	err = road_open(trip, &trip->ring, &plan);
	if (err) {
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
	} else {
		err = hand_over(trip, child);
	}
	road_close(&trip->fds[0]);
	road_close(&trip->fds[1]);
	if (!err)
		err = reap_nops(trip);
	load_ring_settle(&trip->ring);
	return err;
}

/* In the namespace: a ring with its own books, NOPs, and the books written where the parent reads.
 */
static void be_container(struct road_trip *trip, struct load_truth_ring *books)
{
	struct load_ring_plan plan = { .sq_entries = ENTRIES };
	struct load_truth own;
	struct load_run run = *trip->run;
	int err;

	load_truth_init(&own);
	run.truth = &own;
	trip->run = &run;
	trip->ring = (struct load_ring){ .handle.fd = -1 };
	err = getpid() == 1 ? road_open(trip, &trip->ring, &plan) : -ESRCH;
	if (!err) {
		queue_nops(trip);
		err = reap_nops(trip);
		load_ring_settle(&trip->ring);
		*books = *trip->ring.truth;
	}
	_exit(err ? 1 : 0);
}

static int add_books(struct road_trip *trip, const struct load_truth_ring *books, pid_t child)
{
	struct load_truth_ring *ring;
	int err = load_truth_add(trip->run->truth, &ring, trip->why);
	uint32_t id;

	if (err)
		return err;
	id = ring->id;
	*ring = *books;
	ring->id = id;
	ring->pid = ring->tid = (uint32_t)child;
	return 0;
}

/* Like fork(), but the child is the first process of a new pid namespace. */
static pid_t fork_container(void)
{
	return (pid_t)syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, NULL, NULL, 0);
}

static int take_container(struct road_trip *trip)
{
	struct load_truth_ring *books = mmap(NULL, sizeof(*books), PROT_READ | PROT_WRITE,
					     MAP_ANONYMOUS | MAP_SHARED, -1, 0);
	pid_t child;
	int err;

	if (books == MAP_FAILED)
		return road_failed(trip, "mmap");
	child = fork_container();
	if (!child)
		be_container(trip, books);
	err = child < 0 ? errno == EPERM ? road_absent(trip) : road_failed(trip, "clone")
			: await_child(trip, child);
	if (!err)
		err = add_books(trip, books, child);
	munmap(books, sizeof(*books));
	return err;
}

static int attached(struct road_trip *trip)
{
	struct load_ring_plan plan = { .sq_entries = ENTRIES };
	int err = load_ring_open(&trip->other, trip->run, &plan, trip->why);

	if (err)
		return err;
	trip->other.truth->road = trip->road->name;
	plan.setup = IORING_SETUP_ATTACH_WQ;
	plan.wq_fd = trip->other.handle.fd;
	err = road_open(trip, &trip->ring, &plan);
	return err ? err : road_file(trip);
}

static int take_attached(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	io_uring_prep_read(sqe, trip->fds[0], trip->memory, BLOCK, 0);
	sqe->flags = IOSQE_ASYNC;
	return road_do(trip, sqe, BLOCK);
}

/* Arms reads, then closes the ring over them; the next turn has a new one. */
static int take_closed(struct road_trip *trip)
{
	struct load_ring_plan plan = { .sq_entries = ENTRIES };
	int err = road_open(trip, &trip->ring, &plan);

	for (uint64_t i = 0; i < VICTIMS && !err; i++) {
		struct io_uring_sqe *sqe = road_sqe(trip);

		io_uring_prep_read(sqe, trip->fds[0], trip->memory, 1, 0);
		road_queue(trip, sqe, i);
	}
	if (!err)
		err = road_submit(trip);
	load_ring_settle(&trip->ring);
	load_ring_close(&trip->ring);
	return err;
}

const struct road kinds_shared[] = {
	{ .name = "fork", .what = "use a ring from a child", .since = "5.1", .turn = take_fork },
	{ .name = "passed",
	  .what = "pass a ring to another process",
	  .since = "5.6",
	  .opens = true,
	  .turn = take_passed },
	{ .name = "container",
	  .what = "make a ring in a pid namespace",
	  .since = "5.1",
	  .opens = true,
	  .turn = take_container },
	{ .name = "attach-wq",
	  .what = "share the workers of another ring",
	  .since = "5.6",
	  .opens = true,
	  .start = attached,
	  .turn = take_attached },
	{ .name = "closed",
	  .what = "close a ring over its requests",
	  .since = "5.1",
	  .opens = true,
	  .settles = true,
	  .start = road_pipe,
	  .turn = take_closed },
	{ .name = NULL },
};

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * timeout: the four ways in which time and cancellation end a request, in turn:
 *
 *   0  TIMEOUT of --interval                        → ETIME
 *   1  READ on an empty pipe with a LINK_TIMEOUT    → READ ECANCELED, LINK_TIMEOUT ETIME
 *   2  TIMEOUT of a day, then TIMEOUT_REMOVE        → TIMEOUT ECANCELED, TIMEOUT_REMOVE 0
 *   3  READ on an empty pipe, then ASYNC_CANCEL     → READ ECANCELED, ASYNC_CANCEL 0
 *
 * Results are facts, not expectations: kernels differ in details, the truth lines say what came.
 */
#include "workloads/pump.h"
#include "workloads/ring.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { WAYS = 4, UNIT_REQUESTS = 2, DAY_SECONDS = 86400 };

struct timeout_load {
	struct load_run *run;
	struct load_ring ring;
	int pipe[2]; /* nobody ever writes */
	char byte;
	uint64_t unit;
	struct __kernel_timespec interval;
	struct __kernel_timespec day;
};

static int start(struct load_run *run, struct load_error *why)
{
	struct load_ring_plan plan = { .sq_entries = (uint32_t)run->opt->depth * UNIT_REQUESTS };
	struct timeout_load *load;
	int err = load_run_state(run, sizeof(*load), why);

	if (err)
		return err;
	load = run->state;
	load->run = run;
	load->pipe[0] = load->pipe[1] = -1;
	load->interval.tv_sec = (int64_t)(run->opt->interval_ns / 1000000000);
	load->interval.tv_nsec = (long long)(run->opt->interval_ns % 1000000000);
	load->day.tv_sec = DAY_SECONDS;
	if (pipe2(load->pipe, O_CLOEXEC))
		return load_fail(why, -errno, "cannot create a pipe: %s", strerror(errno));
	return load_ring_open(&load->ring, run, &plan, why);
}

static uint64_t queue_read(struct timeout_load *load, uint8_t flags)
{
	struct io_uring_sqe *sqe = load_ring_sqe(&load->ring);

	io_uring_prep_read(sqe, load->pipe[0], &load->byte, 1, 0);
	sqe->flags |= flags;
	return load_ring_queue(&load->ring, sqe, 0)->user_data;
}

static uint64_t queue_timeout(struct timeout_load *load, struct __kernel_timespec *time)
{
	struct io_uring_sqe *sqe = load_ring_sqe(&load->ring);

	io_uring_prep_timeout(sqe, time, 0, 0);
	return load_ring_queue(&load->ring, sqe, 0)->user_data;
}

static void queue_link_timeout(struct timeout_load *load)
{
	struct io_uring_sqe *sqe = load_ring_sqe(&load->ring);

	io_uring_prep_link_timeout(sqe, &load->interval, 0);
	load_ring_queue(&load->ring, sqe, 0);
}

static void queue_timeout_remove(struct timeout_load *load, uint64_t target)
{
	struct io_uring_sqe *sqe = load_ring_sqe(&load->ring);

	io_uring_prep_timeout_remove(sqe, target, 0);
	load_ring_queue(&load->ring, sqe, 0);
}

static void queue_cancel(struct timeout_load *load, uint64_t target)
{
	struct io_uring_sqe *sqe = load_ring_sqe(&load->ring);

	io_uring_prep_cancel64(sqe, target, 0);
	load_ring_queue(&load->ring, sqe, 0);
}

static void next(void *state)
{
	struct timeout_load *load = state;

	switch (load->unit++ % WAYS) {
	case 0:
		queue_timeout(load, &load->interval);
		break;
	case 1:
		queue_read(load, IOSQE_IO_LINK);
		queue_link_timeout(load);
		break;
	case 2:
		queue_timeout_remove(load, queue_timeout(load, &load->day));
		break;
	default:
		queue_cancel(load, queue_read(load, 0));
	}
}

static int work(struct load_run *run, struct load_error *why)
{
	struct timeout_load *load = run->state;
	struct load_pump pump = {
		.run = run,
		.ring = &load->ring,
		.unit_requests = UNIT_REQUESTS,
		.next = next,
		.state = load,
		.count = run->opt->count,
	};
	int err = load_pump_run(&pump, why);

	load_ring_settle(&load->ring);
	return err;
}

static void done(struct load_run *run)
{
	struct timeout_load *load = run->state;

	if (!load)
		return;
	load_ring_close(&load->ring);
	for (int i = 0; i < 2; i++)
		if (load->pipe[i] >= 0)
			close(load->pipe[i]);
}

const struct load_workload load_workload_timeout = {
	.name = "timeout",
	.summary = "timeouts, linked timeouts and cancellations",
	.unit = "turns",
	.uses = LOAD_USES(DEPTH) | LOAD_USES(BATCH) | LOAD_USES(INTERVAL) | LOAD_USES(COUNT) |
		LOAD_USES(RATE),
	.default_count = 211,
	.start = start,
	.work = work,
	.done = done,
};

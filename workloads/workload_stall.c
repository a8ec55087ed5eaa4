/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * stall: --depth reads of a pipe that nobody writes to: requests that stay in flight, armed on
 * the pipe's poll queue, until --duration is over. Then, as --end says, they are left open (the
 * kernel cancels them when the ring goes, after the truth was printed), answered by a byte each,
 * or cancelled one by one.
 *
 * With --async they are splices of that pipe, which io-wq's workers carry and sleep in, one a
 * worker.
 *
 * When all of them are in flight, a line "stalled open=N" is printed, so that a test knows when
 * to look, or to kill.
 */
#include "workloads/clock.h"
#include "workloads/ring.h"
#include "workloads/stop.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct stall {
	struct load_ring ring;
	int pipe[2];
	int drain[2]; /* --async: where they are spliced to */
	char byte;
};

static int start(struct load_run *run, struct load_error *why)
{
	struct load_ring_plan plan = { .sq_entries = (uint32_t)run->opt->depth,
				       .requests = (uint32_t)run->opt->depth * 2 };
	struct stall *stall;
	int err = load_run_state(run, sizeof(*stall), why);

	if (err)
		return err;
	stall = run->state;
	stall->pipe[0] = stall->pipe[1] = stall->drain[0] = stall->drain[1] = -1;
	if (pipe2(stall->pipe, O_CLOEXEC) || pipe2(stall->drain, O_CLOEXEC))
		return load_fail(why, -errno, "cannot create a pipe: %s", strerror(errno));
	return load_ring_open(&stall->ring, run, &plan, why);
}

static void arm_all(struct stall *stall, uint64_t count, bool async)
{
	for (uint64_t i = 0; i < count; i++) {
		struct io_uring_sqe *sqe = load_ring_sqe(&stall->ring);

		if (async)
			io_uring_prep_splice(sqe, stall->pipe[0], -1, stall->drain[1], -1, 1, 0);
		else
			io_uring_prep_read(sqe, stall->pipe[0], &stall->byte, 1, 0);
		load_ring_queue(&stall->ring, sqe, 0);
	}
}

static int answer_all(struct stall *stall, struct load_error *why)
{
	for (uint32_t i = stall->ring.in_flight; i; i--)
		if (write(stall->pipe[1], "!", 1) != 1)
			return load_fail(why, -errno, "cannot write to the pipe: %s",
					 strerror(errno));
	return load_ring_drain(&stall->ring, why);
}

static int cancel_all(struct stall *stall, struct load_error *why)
{
	struct load_ring *ring = &stall->ring;

	for (uint32_t i = 0; i < ring->request_count && load_ring_room(ring); i++) {
		struct io_uring_sqe *sqe = load_ring_sqe(ring);

		if (!ring->requests[i].active ||
		    ring->requests[i].row->op == IORING_OP_ASYNC_CANCEL)
			continue;
		io_uring_prep_cancel64(sqe, ring->requests[i].user_data, 0);
		load_ring_queue(ring, sqe, 0);
	}
	return load_ring_drain(ring, why);
}

static int work(struct load_run *run, struct load_error *why)
{
	struct stall *stall = run->state;
	int err;

	arm_all(stall, run->opt->depth, run->opt->async);
	err = load_ring_enter(&stall->ring, 0, why);
	if (!err && !run->opt->quiet) {
		printf("stalled open=%u\n", stall->ring.in_flight);
		fflush(stdout);
	}
	while (!err && stall->ring.in_flight && !load_run_over(run)) {
		load_clock_sleep_until(run->deadline_ns);
		load_ring_reap(&stall->ring);
	}
	if (!err && run->opt->end == LOAD_END_ANSWER)
		err = answer_all(stall, why);
	if (!err && run->opt->end == LOAD_END_CANCEL)
		err = cancel_all(stall, why);
	run->units_done = run->opt->depth;
	load_ring_settle(&stall->ring);
	return err;
}

static void done(struct load_run *run)
{
	struct stall *stall = run->state;

	if (!stall)
		return;
	load_ring_close(&stall->ring);
	for (int i = 0; i < 2; i++) {
		if (stall->pipe[i] >= 0)
			close(stall->pipe[i]);
		if (stall->drain[i] >= 0)
			close(stall->drain[i]);
	}
}

const struct load_workload load_workload_stall = {
	.name = "stall",
	.summary = "reads that nobody answers; they end as --end says",
	.unit = "requests",
	.uses = LOAD_USES(DEPTH) | LOAD_USES(ASYNC) | LOAD_USES(END),
	.default_count = 0,
	.start = start,
	.work = work,
	.done = done,
};

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * poll: requests that cannot be served at once. READs on empty pipes, for which the kernel arms the
 * pipe's poll queue (the poll path), take turns with plain POLL_ADDs, which ask for that readiness
 * themselves. A round arms --depth of them, each on its own pipe, then writes a byte into every
 * pipe with write(2), and waits for all.
 */
#include "workloads/ring.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct lane {
	int pipe[2];
	char byte;
};

struct poll_load {
	struct load_run *run;
	struct load_ring ring;
	struct lane *lanes;
};

static int start(struct load_run *run, struct load_error *why)
{
	struct load_ring_plan plan = { .sq_entries = (uint32_t)run->opt->depth };
	struct poll_load *load;
	int err = load_run_state(run, sizeof(*load), why);

	if (err)
		return err;
	load = run->state;
	load->run = run;
	load->lanes = calloc(run->opt->depth, sizeof(*load->lanes));
	if (!load->lanes)
		return load_fail(why, -ENOMEM, "no memory for the pipes");
	for (uint64_t i = 0; i < run->opt->depth; i++)
		load->lanes[i].pipe[0] = load->lanes[i].pipe[1] = -1;
	for (uint64_t i = 0; i < run->opt->depth; i++)
		if (pipe2(load->lanes[i].pipe, O_CLOEXEC))
			return load_fail(why, -errno, "cannot create pipe %llu: %s",
					 (unsigned long long)i + 1, strerror(errno));
	return load_ring_open(&load->ring, run, &plan, why);
}

static void arm(struct poll_load *load, uint64_t lane)
{
	struct io_uring_sqe *sqe = load_ring_sqe(&load->ring);
	int fd = load->lanes[lane].pipe[0];

	if (lane % 2)
		io_uring_prep_poll_add(sqe, fd, POLLIN);
	else
		io_uring_prep_read(sqe, fd, &load->lanes[lane].byte, 1, 0);
	load_ring_queue(&load->ring, sqe, lane);
}

/* A POLL_ADD leaves its byte in the pipe: take it, or the next round would not wait. */
static void ended(void *state, const struct load_completion *completion)
{
	struct poll_load *load = state;
	struct lane *lane = &load->lanes[completion->tag];
	ssize_t taken;

	if (completion->op != IORING_OP_POLL_ADD || completion->result < 0)
		return;
	taken = read(lane->pipe[0], &lane->byte, 1);
	if (taken != 1)
		load->run->error = -EIO;
}

static int wake(struct poll_load *load, uint64_t count, struct load_error *why)
{
	for (uint64_t lane = 0; lane < count; lane++)
		if (write(load->lanes[lane].pipe[1], "!", 1) != 1)
			return load_fail(why, -errno, "cannot write to a pipe: %s",
					 strerror(errno));
	return 0;
}

static int round_trip(struct poll_load *load, uint64_t count, struct load_error *why)
{
	int err;

	for (uint64_t lane = 0; lane < count; lane++)
		arm(load, lane);
	err = load_ring_enter(&load->ring, 0, why);
	if (!err)
		err = wake(load, count, why);
	return err ? err : load_ring_drain(&load->ring, why);
}

static int work(struct load_run *run, struct load_error *why)
{
	struct poll_load *load = run->state;
	int err = 0;

	load_ring_on_end(&load->ring, ended, load);
	while (run->units_done < run->opt->count && !load_run_over(run) && !err) {
		uint64_t left = run->opt->count - run->units_done;
		uint64_t count = left < run->opt->depth ? left : run->opt->depth;

		err = round_trip(load, count, why);
		run->units_done += count;
	}
	load_ring_settle(&load->ring);
	if (!err && run->error)
		err = load_fail(why, run->error, "a pipe was reported readable but was empty");
	return err;
}

static void done(struct load_run *run)
{
	struct poll_load *load = run->state;

	if (!load)
		return;
	load_ring_close(&load->ring);
	for (uint64_t i = 0; load->lanes && i < run->opt->depth * 2; i++)
		if (load->lanes[i / 2].pipe[i % 2] >= 0)
			close(load->lanes[i / 2].pipe[i % 2]);
	free(load->lanes);
}

const struct load_workload load_workload_poll = {
	.name = "poll",
	.summary = "reads that wait until a pipe is written to, and POLL_ADDs",
	.unit = "requests",
	.uses = LOAD_USES(DEPTH) | LOAD_USES(COUNT),
	.default_count = 211,
	.start = start,
	.work = work,
	.done = done,
};

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * nop: requests that do nothing. What remains is io_uring itself, so this is the workload that
 * measures what a tracer costs: with --bench and batch = depth it reaches the machine's maximum.
 */
#include "workloads/pump.h"
#include "workloads/ring.h"

struct nop {
	struct load_ring ring;
	uint8_t sqe_flags;
};

static int start(struct load_run *run, struct load_error *why)
{
	struct load_ring_plan plan = { .sq_entries = (uint32_t)run->opt->depth };
	struct nop *nop;
	int err = load_run_state(run, sizeof(*nop), why);

	if (err)
		return err;
	nop = run->state;
	nop->sqe_flags = run->opt->async ? IOSQE_ASYNC : 0;
	return load_ring_open(&nop->ring, run, &plan, why);
}

static void next(void *state)
{
	struct nop *nop = state;
	struct io_uring_sqe *sqe = load_ring_sqe(&nop->ring);

	io_uring_prep_nop(sqe);
	sqe->flags = nop->sqe_flags;
	load_ring_queue(&nop->ring, sqe, 0);
}

static int work(struct load_run *run, struct load_error *why)
{
	struct nop *nop = run->state;
	struct load_pump pump = {
		.run = run,
		.ring = &nop->ring,
		.unit_requests = 1,
		.next = next,
		.state = nop,
		.count = run->opt->count,
	};
	int err = load_pump_run(&pump, why);

	load_ring_settle(&nop->ring);
	return err;
}

static void done(struct load_run *run)
{
	struct nop *nop = run->state;

	if (nop)
		load_ring_close(&nop->ring);
}

const struct load_workload load_workload_nop = {
	.name = "nop",
	.summary = "requests that do nothing",
	.unit = "requests",
	.uses = LOAD_USES(DEPTH) | LOAD_USES(BATCH) | LOAD_USES(SQPOLL) | LOAD_USES(SQ_CPU) |
		LOAD_USES(ASYNC) | LOAD_USES(COUNT) | LOAD_USES(RATE) | LOAD_USES(BENCH),
	.default_count = 1009,
	.start = start,
	.work = work,
	.done = done,
};

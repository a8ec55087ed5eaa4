/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * nop: packets posted to a completion port (PostQueuedCompletionStatus) and taken from it again.
 * What remains is the port itself, so this measures what a tracer costs. IoRing has an operation
 * that does nothing, but no call that builds it.
 */
#include "workloads/pump.h"

struct nop {
	struct load_run *run;
	struct load_ring ring;
};

static int start(struct load_run *run, struct load_error *why)
{
	struct load_ring_plan plan = { .requests = (uint32_t)run->opt->depth };
	struct nop *nop;
	int err = load_run_state(run, sizeof(*nop), why);

	if (err)
		return err;
	nop = run->state;
	nop->run = run;
	return load_ring_open(&nop->ring, run, &plan, why);
}

static void next(void *state)
{
	struct nop *nop = state;
	struct load_call call = { .op = LOAD_OP_POST };

	load_ring_start(&nop->ring, &call, 0);
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
	.summary = "packets posted to a completion port and taken again",
	.unit = "requests",
	.uses = LOAD_USES(DEPTH) | LOAD_USES(BATCH) | LOAD_USES(COUNT) | LOAD_USES(RATE) |
		LOAD_USES(BENCH),
	.default_count = 1009,
	.start = start,
	.work = work,
	.done = done,
};

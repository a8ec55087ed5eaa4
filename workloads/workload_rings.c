/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * rings: --rings rings at once, each doing --count NOPs, --times times over: many rings, or rings
 * that come and go. All rings of a round exist before the first works; those of the last round stay
 * open while the truth is printed.
 */
#include "workloads/pump.h"
#include "workloads/ring.h"

#include <errno.h>
#include <stdlib.h>

struct rings {
	struct load_run *run;
	struct load_ring *rings;
	struct load_ring *current;
};

static int open_all(struct rings *rings, struct load_error *why)
{
	const struct load_options *opt = rings->run->opt;
	struct load_ring_plan plan = { .sq_entries = (uint32_t)opt->depth };
	int err = 0;

	for (uint64_t i = 0; i < opt->rings && !err; i++)
		err = load_ring_open(&rings->rings[i], rings->run, &plan, why);
	return err;
}

static void close_all(struct rings *rings)
{
	for (uint64_t i = 0; i < rings->run->opt->rings; i++)
		load_ring_close(&rings->rings[i]);
}

static int start(struct load_run *run, struct load_error *why)
{
	struct rings *rings;
	int err = load_run_state(run, sizeof(*rings), why);

	if (err)
		return err;
	rings = run->state;
	rings->run = run;
	rings->rings = calloc(run->opt->rings, sizeof(*rings->rings));
	if (!rings->rings)
		return load_fail(why, -ENOMEM, "no memory for %llu rings",
				 (unsigned long long)run->opt->rings);
	load_ring_raise_limit();
	return open_all(rings, why);
}

static void next(void *state)
{
	struct rings *rings = state;
	struct io_uring_sqe *sqe = load_ring_sqe(rings->current);

	io_uring_prep_nop(sqe);
	load_ring_queue(rings->current, sqe, 0);
}

static int work_round(struct rings *rings, struct load_error *why)
{
	int err = 0;

	for (uint64_t i = 0; i < rings->run->opt->rings && !err; i++) {
		struct load_pump pump = {
			.run = rings->run,
			.ring = &rings->rings[i],
			.unit_requests = 1,
			.next = next,
			.state = rings,
			.count = rings->run->opt->count,
		};

		rings->current = pump.ring;
		err = load_pump_run(&pump, why);
	}
	for (uint64_t i = 0; i < rings->run->opt->rings; i++)
		load_ring_settle(&rings->rings[i]);
	return err;
}

static int work(struct load_run *run, struct load_error *why)
{
	struct rings *rings = run->state;
	int err = work_round(rings, why);

	for (uint64_t round = 1; round < run->opt->times && !load_run_over(run) && !err; round++) {
		close_all(rings);
		err = open_all(rings, why);
		if (!err)
			err = work_round(rings, why);
	}
	return err;
}

static void done(struct load_run *run)
{
	struct rings *rings = run->state;

	if (!rings)
		return;
	if (rings->rings)
		close_all(rings);
	free(rings->rings);
}

const struct load_workload load_workload_rings = {
	.name = "rings",
	.summary = "many rings at once, or rings that come and go",
	.unit = "requests",
	.uses = LOAD_USES(DEPTH) | LOAD_USES(BATCH) | LOAD_USES(RINGS) | LOAD_USES(TIMES) |
		LOAD_USES(SQPOLL) | LOAD_USES(SQ_CPU) | LOAD_USES(COUNT) | LOAD_USES(RATE) |
		LOAD_USES(BENCH),
	.default_count = 7,
	.start = start,
	.work = work,
	.done = done,
};

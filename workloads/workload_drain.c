/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * drain: groups of --batch requests, the last of them with IOSQE_IO_DRAIN: it may start only when
 * all before it have completed. Those before it are NOPs carried by workers, so that there truly is
 * something to wait for. The order of completions is checked: a drained one that overtakes another
 * is reported as a failure of the kernel, not counted away.
 */
#include "workloads/ring.h"

#include <errno.h>

struct drain {
	struct load_ring ring;
	uint64_t ended; /* completions so far */
	uint64_t overtaken;
};

static int start(struct load_run *run, struct load_error *why)
{
	struct load_ring_plan plan = { .sq_entries = (uint32_t)run->opt->batch };
	struct drain *drain;
	int err = load_run_state(run, sizeof(*drain), why);

	if (err)
		return err;
	drain = run->state;
	return load_ring_open(&drain->ring, run, &plan, why);
}

/* A drained request's tag is how many were submitted up to and with it, another's is 0. */
static void ended(void *state, const struct load_completion *completion)
{
	struct drain *drain = state;

	drain->ended++;
	if (completion->tag && completion->tag != drain->ended)
		drain->overtaken++;
}

static uint64_t queue_group(struct drain *drain, uint64_t count, uint64_t submitted)
{
	for (uint64_t i = 1; i <= count; i++) {
		struct io_uring_sqe *sqe = load_ring_sqe(&drain->ring);

		io_uring_prep_nop(sqe);
		sqe->flags = i == count ? IOSQE_IO_DRAIN : IOSQE_ASYNC;
		load_ring_queue(&drain->ring, sqe, i == count ? submitted + count : 0);
	}
	return count;
}

static int work(struct load_run *run, struct load_error *why)
{
	struct drain *drain = run->state;
	uint64_t submitted = 0;
	int err = 0;

	load_ring_on_end(&drain->ring, ended, drain);
	while (submitted < run->opt->count && !load_run_over(run) && !err) {
		uint64_t left = run->opt->count - submitted;

		submitted += queue_group(drain, left < run->opt->batch ? left : run->opt->batch,
					 submitted);
		err = load_ring_drain(&drain->ring, why);
	}
	run->units_done = submitted;
	load_ring_settle(&drain->ring);
	if (!err && drain->overtaken)
		err = load_fail(why, -EPROTO, "%llu drained requests completed out of order",
				(unsigned long long)drain->overtaken);
	return err;
}

static void done(struct load_run *run)
{
	struct drain *drain = run->state;

	if (drain)
		load_ring_close(&drain->ring);
}

const struct load_workload load_workload_drain = {
	.name = "drain",
	.summary = "groups whose last request waits for all before it (IO_DRAIN)",
	.unit = "requests",
	.uses = LOAD_USES(BATCH) | LOAD_USES(COUNT),
	.default_count = 211,
	.start = start,
	.work = work,
	.done = done,
};

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * links: chains of --links NOPs, each starting when the one before it has succeeded
 * (IOSQE_IO_LINK). With --break K member K of every chain is an ASYNC_CANCEL of a request that does
 * not exist: it fails with ENOENT when it is issued, on every kernel, so the members behind it end
 * with ECANCELED without having been tried.
 */
#include "workloads/pump.h"
#include "workloads/ring.h"

struct links {
	struct load_run *run;
	struct load_ring ring;
};

static int start(struct load_run *run, struct load_error *why)
{
	struct load_ring_plan plan = { .sq_entries =
					       (uint32_t)(run->opt->depth * run->opt->links) };
	struct links *links;
	int err = load_run_state(run, sizeof(*links), why);

	if (err)
		return err;
	links = run->state;
	links->run = run;
	return load_ring_open(&links->ring, run, &plan, why);
}

static void next(void *state)
{
	struct links *links = state;
	const struct load_options *opt = links->run->opt;

	for (uint64_t member = 1; member <= opt->links; member++) {
		struct io_uring_sqe *sqe = load_ring_sqe(&links->ring);

		if (member == opt->break_member)
			io_uring_prep_cancel64(sqe, UINT64_MAX, 0);
		else
			io_uring_prep_nop(sqe);
		sqe->flags = member < opt->links ? IOSQE_IO_LINK : 0;
		load_ring_queue(&links->ring, sqe, member);
	}
}

static int work(struct load_run *run, struct load_error *why)
{
	struct links *links = run->state;
	struct load_pump pump = {
		.run = run,
		.ring = &links->ring,
		.unit_requests = (uint32_t)run->opt->links,
		.next = next,
		.state = links,
		.count = run->opt->count,
	};
	int err = load_pump_run(&pump, why);

	load_ring_settle(&links->ring);
	return err;
}

static void done(struct load_run *run)
{
	struct links *links = run->state;

	if (links)
		load_ring_close(&links->ring);
}

const struct load_workload load_workload_links = {
	.name = "links",
	.summary = "chains of linked requests, whole or broken",
	.unit = "chains",
	.uses = LOAD_USES(DEPTH) | LOAD_USES(BATCH) | LOAD_USES(LINKS) | LOAD_USES(BREAK) |
		LOAD_USES(SQPOLL) | LOAD_USES(SQ_CPU) | LOAD_USES(COUNT) | LOAD_USES(RATE),
	.default_count = 211,
	.start = start,
	.work = work,
	.done = done,
};

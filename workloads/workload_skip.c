/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * skip: chains of NOPs of which all but the last ask for no completion if they succeed
 * (IOSQE_CQE_SKIP_SUCCESS, Linux 5.17). Every chain posts exactly one completion, and what it says
 * tells how all members ended:
 *
 *   the last member's  → all before it succeeded in silence;
 *   that of a member that failed (--break K) → those before it succeeded in silence, and those
 *   behind it were cancelled in silence too, since a chain broken by a silent member ends silently.
 */
#include "workloads/pump.h"
#include "workloads/ring.h"

#include <errno.h>
#include <stdlib.h>

struct skip {
	struct load_run *run;
	struct load_ring ring;
	struct load_request **members; /* depth chains of `links` */
	uint32_t *free_chains;
	uint32_t free_count;
};

static int start(struct load_run *run, struct load_error *why)
{
	const struct load_options *opt = run->opt;
	struct load_ring_plan plan = { .sq_entries = (uint32_t)(opt->depth * opt->links) };
	struct skip *skip;
	int err = load_run_state(run, sizeof(*skip), why);

	if (err)
		return err;
	skip = run->state;
	skip->run = run;
	skip->members = calloc(opt->depth * opt->links, sizeof(struct load_request *));
	skip->free_chains = calloc(opt->depth, sizeof(*skip->free_chains));
	if (!skip->members || !skip->free_chains)
		return load_fail(why, -ENOMEM, "no memory for %llu chains",
				 (unsigned long long)opt->depth);
	for (uint32_t i = 0; i < opt->depth; i++)
		skip->free_chains[skip->free_count++] = i;
	err = load_ring_open(&skip->ring, run, &plan, why);
	if (err)
		return err;
	if (!(skip->ring.uring.features & IORING_FEAT_CQE_SKIP))
		return load_fail(why, -EOPNOTSUPP,
				 "this kernel cannot skip completions (Linux 5.17 can)");
	return 0;
}

/* One completion came: the rest of its chain has ended in silence. */
static void ended(void *state, const struct load_completion *completion)
{
	struct skip *skip = state;
	uint64_t links = skip->run->opt->links;
	uint64_t chain = completion->tag / links;
	uint64_t member = completion->tag % links;

	for (uint64_t i = 0; i < links; i++)
		if (i != member)
			load_ring_end_silent(&skip->ring, skip->members[chain * links + i]);
	skip->free_chains[skip->free_count++] = (uint32_t)chain;
}

static void next(void *state)
{
	struct skip *skip = state;
	const struct load_options *opt = skip->run->opt;
	uint64_t base = skip->free_chains[--skip->free_count] * opt->links;

	for (uint64_t i = 0; i < opt->links; i++) {
		struct io_uring_sqe *sqe = load_ring_sqe(&skip->ring);
		bool last = i + 1 == opt->links;
		struct load_request *request;

		if (i + 1 == opt->break_member)
			io_uring_prep_cancel64(sqe, UINT64_MAX, 0);
		else
			io_uring_prep_nop(sqe);
		sqe->flags = last ? 0 : IOSQE_IO_LINK | IOSQE_CQE_SKIP_SUCCESS;
		request = load_ring_queue(&skip->ring, sqe, base + i);
		request->flags = last ? 0 : LOAD_REQUEST_SILENT;
		skip->members[base + i] = request;
	}
}

static int work(struct load_run *run, struct load_error *why)
{
	struct skip *skip = run->state;
	struct load_pump pump = {
		.run = run,
		.ring = &skip->ring,
		.unit_requests = (uint32_t)run->opt->links,
		.next = next,
		.state = skip,
		.count = run->opt->count,
	};
	int err;

	load_ring_on_end(&skip->ring, ended, skip);
	err = load_pump_run(&pump, why);
	load_ring_settle(&skip->ring);
	return err;
}

static void done(struct load_run *run)
{
	struct skip *skip = run->state;

	if (!skip)
		return;
	load_ring_close(&skip->ring);
	free(skip->members);
	free(skip->free_chains);
}

const struct load_workload load_workload_skip = {
	.name = "skip",
	.summary = "chains whose members complete in silence (CQE_SKIP_SUCCESS)",
	.unit = "chains",
	.uses = LOAD_USES(DEPTH) | LOAD_USES(BATCH) | LOAD_USES(LINKS) | LOAD_USES(BREAK) |
		LOAD_USES(SQPOLL) | LOAD_USES(SQ_CPU) | LOAD_USES(COUNT) | LOAD_USES(RATE),
	.default_count = 211,
	.start = start,
	.work = work,
	.done = done,
};

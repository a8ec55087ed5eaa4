/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * overflow: completions that find the completion queue full. A round submits three queues' worth of
 * NOPs without reaping: the first --cq of them fill the queue, the rest overflow into the kernel's
 * list. Then everything is reaped. NOPs complete while they are submitted, so which is which is
 * exact (ring.c says how).
 */
#include "workloads/ring.h"

struct overflow {
	struct load_ring ring;
	uint64_t round_requests;
};

enum { QUEUES_A_ROUND = 3, CQ_ENTRIES = 32 };

static int start(struct load_run *run, struct load_error *why)
{
	uint32_t cq = run->opt->cq_entries ? (uint32_t)run->opt->cq_entries : CQ_ENTRIES;
	struct load_ring_plan plan = {
		.sq_entries = run->opt->batch < cq ? (uint32_t)run->opt->batch : cq,
		.cq_entries = cq,
		.requests = cq * 2 * QUEUES_A_ROUND,
	};
	struct overflow *overflow;
	int err = load_run_state(run, sizeof(*overflow), why);

	if (err)
		return err;
	overflow = run->state;
	err = load_ring_open(&overflow->ring, run, &plan, why);
	if (err)
		return err;
	overflow->round_requests = overflow->ring.truth->cq_entries * QUEUES_A_ROUND;
	return 0;
}

/* Submits without reaping; stops early where the kernel takes nothing more (before 5.18). */
static int submit_round(struct overflow *overflow, uint64_t count, struct load_error *why)
{
	int err = 0;

	while (count && !err) {
		uint64_t room = load_ring_room(&overflow->ring);

		if (!room)
			break;
		for (; room && count; room--, count--) {
			struct io_uring_sqe *sqe = load_ring_sqe(&overflow->ring);

			io_uring_prep_nop(sqe);
			load_ring_queue(&overflow->ring, sqe, 0);
		}
		err = load_ring_enter(&overflow->ring, 0, why);
	}
	return err;
}

static int work(struct load_run *run, struct load_error *why)
{
	struct overflow *overflow = run->state;
	uint64_t left = run->opt->count;
	int err = 0;

	while (left && !load_run_over(run) && !err) {
		uint64_t count = left < overflow->round_requests ? left : overflow->round_requests;
		uint64_t before = overflow->ring.sequence;

		err = submit_round(overflow, count, why);
		left -= overflow->ring.sequence - before;
		if (!err)
			err = load_ring_drain(&overflow->ring, why);
	}
	run->units_done = overflow->ring.sequence;
	load_ring_settle(&overflow->ring);
	return err;
}

static void done(struct load_run *run)
{
	struct overflow *overflow = run->state;

	if (overflow)
		load_ring_close(&overflow->ring);
}

const struct load_workload load_workload_overflow = {
	.name = "overflow",
	.summary = "completions that find the completion queue full",
	.unit = "requests",
	.uses = LOAD_USES(BATCH) | LOAD_USES(COUNT),
	.default_count = 1009,
	.start = start,
	.work = work,
	.done = done,
};

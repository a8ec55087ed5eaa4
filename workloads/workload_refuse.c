/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * refuse: entries the kernel refuses before they start, between NOPs that it takes. Each is wrong
 * in a way that every kernel since 5.19 finds while it reads or prepares the entry, so it fails
 * without having run. A ring without SUBMIT_ALL stops a submission at each of them: the rest of the
 * batch needs another io_uring_enter, which shows in `enters`.
 */
#include "workloads/pump.h"
#include "workloads/ring.h"

#include <fcntl.h>

enum { NO_SUCH_OP = 200, NO_SUCH_FLAG = 1 << 7, NO_SUCH_PERSONALITY = 4711 };

struct refuse {
	struct load_ring ring;
	uint64_t turn;
};

static int start(struct load_run *run, struct load_error *why)
{
	struct load_ring_plan plan = { .sq_entries = (uint32_t)run->opt->depth };
	struct refuse *refuse;
	int err = load_run_state(run, sizeof(*refuse), why);

	if (err)
		return err;
	refuse = run->state;
	return load_ring_open(&refuse->ring, run, &plan, why);
}

static void make_good(struct io_uring_sqe *sqe)
{
	io_uring_prep_nop(sqe);
}

/* EINVAL */
static void make_bad_op(struct io_uring_sqe *sqe)
{
	io_uring_prep_nop(sqe);
	sqe->opcode = NO_SUCH_OP;
}

/* EINVAL */
static void make_bad_flag(struct io_uring_sqe *sqe)
{
	io_uring_prep_nop(sqe);
	sqe->flags = NO_SUCH_FLAG;
}

/* EINVAL */
static void make_bad_personality(struct io_uring_sqe *sqe)
{
	io_uring_prep_nop(sqe);
	sqe->personality = NO_SUCH_PERSONALITY;
}

/* EOPNOTSUPP: a NOP takes no provided buffer. */
static void make_bad_buffer_select(struct io_uring_sqe *sqe)
{
	io_uring_prep_nop(sqe);
	sqe->flags = IOSQE_BUFFER_SELECT;
}

/* EBADF: what is to be opened cannot be a registered file already. */
static void make_bad_open(struct io_uring_sqe *sqe)
{
	io_uring_prep_openat(sqe, AT_FDCWD, "/", O_RDONLY, 0);
	sqe->flags = IOSQE_FIXED_FILE;
}

static void (*const ways[])(struct io_uring_sqe *sqe) = {
	make_good,     make_bad_op, make_bad_flag, make_bad_personality, make_bad_buffer_select,
	make_bad_open,
};
enum { WAYS = sizeof(ways) / sizeof(ways[0]) };

static void next(void *state)
{
	struct refuse *refuse = state;
	uint64_t way = refuse->turn++ % WAYS;
	struct io_uring_sqe *sqe = load_ring_sqe(&refuse->ring);
	struct load_request *request;

	ways[way](sqe);
	request = load_ring_queue(&refuse->ring, sqe, 0);
	request->flags = way ? LOAD_REQUEST_REFUSED : 0;
}

static int work(struct load_run *run, struct load_error *why)
{
	struct refuse *refuse = run->state;
	struct load_pump pump = {
		.run = run,
		.ring = &refuse->ring,
		.unit_requests = 1,
		.next = next,
		.state = refuse,
		.count = run->opt->count,
	};
	int err = load_pump_run(&pump, why);

	load_ring_settle(&refuse->ring);
	return err;
}

static void done(struct load_run *run)
{
	struct refuse *refuse = run->state;

	if (refuse)
		load_ring_close(&refuse->ring);
}

const struct load_workload load_workload_refuse = {
	.name = "refuse",
	.summary = "entries that the kernel refuses before they start",
	.unit = "requests",
	.uses = LOAD_USES(DEPTH) | LOAD_USES(BATCH) | LOAD_USES(SQPOLL) | LOAD_USES(SQ_CPU) |
		LOAD_USES(COUNT) | LOAD_USES(RATE),
	.default_count = 211,
	.start = start,
	.work = work,
	.done = done,
};

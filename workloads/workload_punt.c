/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * punt: reads of a file that ask for a worker at once (IOSQE_ASYNC): every request takes the worker
 * path, whatever the page cache holds. The kernel hands each to io-wq exactly once.
 */
#include "workloads/file_io.h"

static int start(struct load_run *run, struct load_error *why)
{
	struct file_io *io;
	int err = file_io_start(run, false, why);

	if (err)
		return err;
	io = run->state;
	io->sqe_flags |= IOSQE_ASYNC;
	return 0;
}

static void next(void *state)
{
	file_io_read(state);
}

static int work(struct load_run *run, struct load_error *why)
{
	return file_io_work(run, next, why);
}

const struct load_workload load_workload_punt = {
	.name = "punt",
	.summary = "reads of a file, each carried by a worker (IOSQE_ASYNC)",
	.unit = "requests",
	.uses = FILE_IO_USES & ~(LOAD_USES(ASYNC) | LOAD_USES(VIA)),
	.default_count = 211,
	.start = start,
	.work = work,
	.done = file_io_done,
};

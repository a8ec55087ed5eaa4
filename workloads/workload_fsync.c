/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * fsync: an FSYNC after every --every writes, as a log does. The fsync does not wait for the writes
 * before it (that would be a link or a drain); it is always carried by a worker.
 */
#include "workloads/file_io.h"

static int start(struct load_run *run, struct load_error *why)
{
	return file_io_start(run, true, why);
}

static void next(void *state)
{
	struct file_io *io = state;

	if (io->since_fsync++ < io->run->opt->every) {
		file_io_write(io);
		return;
	}
	io->since_fsync = 0;
	file_io_fsync(io);
}

static int work(struct load_run *run, struct load_error *why)
{
	return file_io_work(run, next, why);
}

const struct load_workload load_workload_fsync = {
	.name = "fsync",
	.summary = "writes to a file with an fsync every few of them",
	.unit = "requests",
	.uses = FILE_IO_USES | LOAD_USES(OVERWRITE) | LOAD_USES(EVERY),
	.vias = FILE_IO_VIAS,
	.default_count = 1009,
	.start = start,
	.work = work,
	.done = file_io_done,
};

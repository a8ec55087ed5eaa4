/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* write: writes to a file, buffered or direct. */
#include "workloads/file_io.h"

static int start(struct load_run *run, struct load_error *why)
{
	return file_io_start(run, true, why);
}

static void next(void *state)
{
	file_io_write(state);
}

static int work(struct load_run *run, struct load_error *why)
{
	return file_io_work(run, next, why);
}

const struct load_workload load_workload_write = {
	.name = "write",
	.summary = "writes to a file",
	.unit = "requests",
	.uses = FILE_IO_USES | LOAD_USES(OVERWRITE),
	.vias = FILE_IO_VIAS,
	.default_count = 1009,
	.start = start,
	.work = work,
	.done = file_io_done,
};

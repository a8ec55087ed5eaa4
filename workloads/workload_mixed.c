/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* mixed: reads and writes by chance, --reads percent of them reads; the same --seed, the same mix.
 */
#include "workloads/file_io.h"

static int start(struct load_run *run, struct load_error *why)
{
	return file_io_start(run, true, why);
}

static void next(void *state)
{
	struct file_io *io = state;

	if (load_random_below(&io->random, 100) < io->run->opt->reads_percent)
		file_io_read(io);
	else
		file_io_write(io);
}

static int work(struct load_run *run, struct load_error *why)
{
	return file_io_work(run, next, why);
}

const struct load_workload load_workload_mixed = {
	.name = "mixed",
	.summary = "reads and writes of a file",
	.unit = "requests",
	.uses = FILE_IO_USES | LOAD_USES(OVERWRITE) | LOAD_USES(READS),
	.vias = FILE_IO_VIAS,
	.default_count = 1009,
	.start = start,
	.work = work,
	.done = file_io_done,
};

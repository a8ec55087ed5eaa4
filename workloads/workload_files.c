/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * files: what a build or an indexer does: OPENAT, STATX, READ, CLOSE, one after the other, in
 * --depth lanes at once, always on the same file. With --fixed-files the file is opened into a
 * registered slot, one a lane, and never has a descriptor (Linux 5.15).
 *
 * A lane is a small state machine: each completion queues the lane's next step. A step that fails
 * (the file vanished) leads to the end of the round, or straight to CLOSE if the file is open.
 */
#include "workloads/buffers.h"
#include "workloads/ring.h"
#include "workloads/tempfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

struct lane {
	struct statx about;
	int fd; /* or the slot's number */
};

struct files {
	struct load_run *run;
	struct load_ring ring;
	struct load_file file;
	struct load_buffers buffers; /* one a lane */
	struct lane *lanes;
	uint64_t begun;
};

static int reserve_slots(struct files *files, uint32_t count, struct load_error *why)
{
	int *none = malloc(count * sizeof(*none));
	int err;

	if (!none)
		return load_fail(why, -ENOMEM, "no memory for %u file slots", count);
	for (uint32_t i = 0; i < count; i++)
		none[i] = -1;
	err = load_ring_register_files(&files->ring, none, count, why);
	free(none);
	return err;
}

static int start(struct load_run *run, struct load_error *why)
{
	const struct load_options *opt = run->opt;
	struct load_ring_plan plan = { .sq_entries = (uint32_t)opt->depth };
	struct files *files;
	int err = load_run_state(run, sizeof(*files), why);

	if (err)
		return err;
	files = run->state;
	files->run = run;
	files->file.fd = -1;
	files->lanes = calloc(opt->depth, sizeof(*files->lanes));
	if (!files->lanes)
		return load_fail(why, -ENOMEM, "no memory for the lanes");
	err = load_file_open(&files->file, opt, false, why);
	if (err)
		return err;
	err = load_buffers_init(&files->buffers, (uint32_t)opt->depth, opt->size_bytes, why);
	if (err)
		return err;
	err = load_ring_open(&files->ring, run, &plan, why);
	return err || !opt->fixed_files ? err : reserve_slots(files, (uint32_t)opt->depth, why);
}

static void queue_open(struct files *files, uint64_t lane)
{
	struct io_uring_sqe *sqe = load_ring_sqe(&files->ring);

	if (load_run_over(files->run) || files->begun == files->run->opt->count)
		return;
	files->begun++;
	if (files->run->opt->fixed_files)
		io_uring_prep_openat_direct(sqe, AT_FDCWD, files->file.path, O_RDONLY, 0,
					    (unsigned)lane);
	else
		io_uring_prep_openat(sqe, AT_FDCWD, files->file.path, O_RDONLY | O_CLOEXEC, 0);
	load_ring_queue(&files->ring, sqe, lane);
}

static void queue_stat(struct files *files, uint64_t lane)
{
	struct io_uring_sqe *sqe = load_ring_sqe(&files->ring);

	io_uring_prep_statx(sqe, AT_FDCWD, files->file.path, 0, STATX_SIZE,
			    &files->lanes[lane].about);
	load_ring_queue(&files->ring, sqe, lane);
}

static void queue_read(struct files *files, uint64_t lane)
{
	struct io_uring_sqe *sqe = load_ring_sqe(&files->ring);

	io_uring_prep_read(sqe, files->lanes[lane].fd,
			   load_buffers_at(&files->buffers, (uint32_t)lane),
			   (unsigned)files->run->opt->size_bytes, 0);
	if (files->run->opt->fixed_files)
		sqe->flags |= IOSQE_FIXED_FILE;
	load_ring_queue(&files->ring, sqe, lane);
}

static void queue_close(struct files *files, uint64_t lane)
{
	struct io_uring_sqe *sqe = load_ring_sqe(&files->ring);

	if (files->run->opt->fixed_files)
		io_uring_prep_close_direct(sqe, (unsigned)lane);
	else
		io_uring_prep_close(sqe, files->lanes[lane].fd);
	load_ring_queue(&files->ring, sqe, lane);
}

static void ended(void *state, const struct load_completion *completion)
{
	struct files *files = state;
	uint64_t lane = completion->tag;

	switch (completion->op) {
	case IORING_OP_OPENAT:
		files->lanes[lane].fd =
			files->run->opt->fixed_files ? (int)lane : completion->result;
		if (completion->result >= 0) {
			queue_stat(files, lane);
			break;
		}
		files->run->units_done++;
		queue_open(files, lane);
		break;
	case IORING_OP_STATX:
		queue_read(files, lane);
		break;
	case IORING_OP_READ:
		queue_close(files, lane);
		break;
	default:
		files->run->units_done++;
		queue_open(files, lane);
	}
}

static int work(struct load_run *run, struct load_error *why)
{
	struct files *files = run->state;
	int err;

	load_ring_on_end(&files->ring, ended, files);
	for (uint64_t lane = 0; lane < run->opt->depth; lane++)
		queue_open(files, lane);
	err = load_ring_drain(&files->ring, why);
	load_ring_settle(&files->ring);
	return err;
}

static void done(struct load_run *run)
{
	struct files *files = run->state;

	if (!files)
		return;
	load_ring_close(&files->ring);
	load_buffers_done(&files->buffers);
	load_file_close(&files->file);
	free(files->lanes);
}

const struct load_workload load_workload_files = {
	.name = "files",
	.summary = "open, stat, read and close a file, again and again",
	.unit = "files",
	.uses = LOAD_USES(DEPTH) | LOAD_USES(SIZE) | LOAD_USES(FILE) | LOAD_USES(FILE_SIZE) |
		LOAD_USES(FIXED_FILES) | LOAD_USES(SQPOLL) | LOAD_USES(SQ_CPU) | LOAD_USES(COUNT) |
		LOAD_USES(BENCH),
	.default_count = 211,
	.start = start,
	.work = work,
	.done = done,
};

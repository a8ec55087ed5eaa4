/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * File I/O on a ring. The file is cut into blocks of --size, a request always covers one block, so
 * no request is short unless the kernel makes it so. Sequential order wraps at the end of the file.
 * The buffer of a request is that of its slot; with --fixed-buffers its registered index is the
 * slot too, with --fixed-files the file is always index 0.
 */
#include "workloads/file_io.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/uio.h>

/* All buffers as the vector that registering wants; the caller frees it. NULL: no memory. */
static struct iovec *buffers_vector(const struct load_buffers *buffers)
{
	struct iovec *vector = calloc(buffers->count, sizeof(*vector));

	for (uint32_t i = 0; vector && i < buffers->count; i++)
		vector[i] = (struct iovec){ .iov_base = load_buffers_at(buffers, i),
					    .iov_len = buffers->size_bytes };
	return vector;
}

static int register_all(struct file_io *io, const struct load_options *opt, struct load_error *why)
{
	struct iovec *vector;
	int fd = (int)io->file.fd, err = 0;

	if (opt->fixed_files)
		err = load_ring_register_files(&io->ring, &fd, 1, why);
	if (err || !opt->fixed_buffers)
		return err;
	vector = buffers_vector(&io->buffers);
	if (!vector)
		return load_fail(why, -ENOMEM, "no memory to register buffers");
	err = load_ring_register_buffers(&io->ring, vector, io->buffers.count, why);
	free(vector);
	return err;
}

int file_io_start(struct load_run *run, bool writes, struct load_error *why)
{
	const struct load_options *opt = run->opt;
	struct load_ring_plan plan = { .sq_entries = (uint32_t)opt->depth };
	struct file_io *io;
	int err = load_run_state(run, sizeof(*io), why);

	if (err)
		return err;
	io = run->state;
	io->run = run;
	io->file.fd = -1;
	load_random_init(&io->random, opt->seed + run->thread);
	err = load_file_open(&io->file, opt, writes, why);
	if (err)
		return err;
	io->blocks = io->file.size_bytes / opt->size_bytes;
	io->sqe_flags = (uint8_t)((opt->fixed_files ? IOSQE_FIXED_FILE : 0) |
				  (opt->async ? IOSQE_ASYNC : 0));
	err = load_ring_open(&io->ring, run, &plan, why);
	if (err)
		return err;
	err = load_buffers_init(&io->buffers, io->ring.request_count, opt->size_bytes, why);
	return err ? err : register_all(io, opt, why);
}

int file_io_work(struct load_run *run, void (*next)(void *file_io), struct load_error *why)
{
	struct file_io *io = run->state;
	struct load_pump pump = {
		.run = run,
		.ring = &io->ring,
		.unit_requests = 1,
		.next = next,
		.state = io,
		.count = run->opt->count,
	};
	int err = load_pump_run(&pump, why);

	load_ring_settle(&io->ring);
	return err;
}

void file_io_done(struct load_run *run)
{
	struct file_io *io = run->state;

	if (!io)
		return;
	load_ring_close(&io->ring);
	load_buffers_done(&io->buffers);
	load_file_close(&io->file);
}

static void queue_data(struct file_io *io, uint8_t op, uint8_t fixed_op)
{
	struct io_uring_sqe *sqe = load_ring_sqe(&io->ring);
	uint32_t slot = load_ring_slot(&io->ring);
	bool fixed = io->run->opt->fixed_buffers;

	io_uring_prep_rw(fixed ? fixed_op : op, sqe,
			 io->run->opt->fixed_files ? 0 : (int)io->file.fd,
			 load_buffers_at(&io->buffers, slot), (unsigned)io->run->opt->size_bytes,
			 file_io_next_offset(io));
	sqe->flags = io->sqe_flags;
	sqe->buf_index = fixed ? (uint16_t)slot : 0;
	load_ring_queue(&io->ring, sqe, 0);
}

void file_io_read(struct file_io *io)
{
	queue_data(io, IORING_OP_READ, IORING_OP_READ_FIXED);
}

void file_io_write(struct file_io *io)
{
	queue_data(io, IORING_OP_WRITE, IORING_OP_WRITE_FIXED);
}

void file_io_fsync(struct file_io *io)
{
	struct io_uring_sqe *sqe = load_ring_sqe(&io->ring);

	io_uring_prep_fsync(sqe, io->run->opt->fixed_files ? 0 : (int)io->file.fd, 0);
	sqe->flags = io->sqe_flags;
	load_ring_queue(&io->ring, sqe, 0);
}

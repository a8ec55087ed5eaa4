/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * File I/O on Windows: the same places in the same order as file_io_linux.c, for the same --seed.
 * The buffer of a request is that of its slot.
 *
 * With --shared the first thread has the file and the completion port; the others only take
 * packets from it, and whoever takes one starts the next request. --count is then what all threads
 * do together.
 */
#include "workloads/file_io.h"

#include <errno.h>

int file_io_start(struct load_run *run, bool writes, struct load_error *why)
{
	const struct load_options *opt = run->opt;
	struct load_ring_plan plan = { .requests = (uint32_t)opt->depth };
	struct file_io *io;
	int err = load_run_state(run, sizeof(*io), why);

	if (err)
		return err;
	io = run->state;
	io->run = run;
	io->file.fd = -1;
	if (opt->shared && run->thread)
		return 0;
	load_random_init(&io->random, opt->seed + run->thread);
	err = load_file_open(&io->file, opt, writes, why);
	if (err)
		return err;
	io->blocks = io->file.size_bytes / opt->size_bytes;
	err = load_buffers_init(&io->buffers, plan.requests, opt->size_bytes, why);
	plan.buffers = &io->buffers;
	if (!err)
		err = load_ring_open(&io->ring, run, &plan, why);
	return err ? err : load_ring_adopt(&io->ring, (HANDLE)io->file.fd, why);
}

/* Called under the ring's lock. */
static void start_another(struct file_io *io)
{
	if (!io->left || load_run_over(io->run))
		return;
	io->left--;
	io->run->units_done++;
	io->next(io);
}

static void shared_ended(void *state, const struct load_completion *completion)
{
	(void)completion;
	start_another(state);
}

static int work_shared(struct load_run *run, void (*next)(void *file_io), struct load_error *why)
{
	struct file_io *io = run->first->state;
	int err;

	if (!run->thread) {
		EnterCriticalSection(&io->ring.lock);
		io->next = next;
		io->left = run->opt->count;
		load_ring_on_end(&io->ring, shared_ended, io);
		for (uint64_t i = 0; i < run->opt->depth; i++)
			start_another(io);
		io->ring.primed = true;
		LeaveCriticalSection(&io->ring.lock);
	}
	err = load_ring_share(&io->ring, why);
	if (!run->thread)
		load_ring_settle(&io->ring);
	return err;
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
	int err;

	if (run->opt->shared)
		return work_shared(run, next, why);
	err = load_pump_run(&pump, why);
	load_ring_settle(&io->ring);
	return err;
}

void file_io_done(struct load_run *run)
{
	struct file_io *io = run->state;

	if (!io)
		return;
	load_ring_close(&io->ring);
	load_file_close(&io->file);
	load_buffers_done(&io->buffers);
}

static void start_data(struct file_io *io, uint8_t op, uint8_t pages_op)
{
	struct load_call call = {
		.handle = (HANDLE)io->file.fd,
		.buffer = load_buffers_at(&io->buffers, load_ring_slot(&io->ring)),
		.bytes = (uint32_t)io->run->opt->size_bytes,
		.offset_bytes = file_io_next_offset(io),
		.op = io->run->opt->via == LOAD_VIA_SCATTER ? pages_op : op,
	};

	load_ring_start(&io->ring, &call, 0);
}

void file_io_read(struct file_io *io)
{
	start_data(io, LOAD_OP_READ, LOAD_OP_READ_SCATTER);
}

void file_io_write(struct file_io *io)
{
	start_data(io, LOAD_OP_WRITE, LOAD_OP_WRITE_GATHER);
}

void file_io_fsync(struct file_io *io)
{
	struct load_call call = { .handle = (HANDLE)io->file.fd, .op = LOAD_OP_FLUSH };

	load_ring_start(&io->ring, &call, 0);
}

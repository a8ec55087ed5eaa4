/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Two kinds of request, chosen because their own cost is small and steady: NOP is the quickest
 * thing io_uring does, so it shows a tracer at its worst; a 4 KiB read from the page cache is the
 * quickest thing that does work. Both complete inside the submitting call. Slower devices hide any
 * tracer of requests in their noise; what one costs that follows them to the device shows nowhere
 * else, so there are direct reads of a disk, too: of their CPU time and of all their time.
 */
#include "tests/bench/load.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <liburing.h>

enum {
	READ_BYTES = 4096,
	FILE_BYTES = 64 << 20,
	CLOCK_EVERY = 1024, /* requests between two looks at the clock */
	CLOCK_EVERY_DIRECT = 64,
	THREAD_ENTRIES = 1024, /* ring size with sq_thread: work enough to keep that thread busy */
	THREAD_IDLE_MS = 2000,
};

struct load {
	const struct load_kind *kind;
	struct io_uring ring;
	int ring_ready;
	int file;
	uint64_t blocks; /* of the file */
	char *buffers;
	uint64_t random;
	unsigned in_flight;
};

static uint64_t now_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static int pin(int cpu, struct ev_error *why)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		return ev_fail(why, -errno, "cannot run on CPU %d (%s): two CPUs are needed", cpu,
			       strerror(errno));
	return 0;
}

static int make_buffers(struct load *load, struct ev_error *why)
{
	load->buffers = aligned_alloc(READ_BYTES, (size_t)READ_BYTES * load->kind->batch);
	if (!load->buffers)
		return ev_fail(why, -ENOMEM, "out of memory");
	memset(load->buffers, 0x5a, (size_t)READ_BYTES * load->kind->batch);
	return 0;
}

/* A file whose pages stay cached; its name is gone at once. */
static int make_file(struct load *load, struct ev_error *why)
{
	const char *folder = getenv("TMPDIR") ? getenv("TMPDIR") : "/var/tmp";
	char path[4096];

	snprintf(path, sizeof(path), "%s/ringlens-bench-XXXXXX", folder);
	load->file = mkstemp(path);
	if (load->file < 0)
		return ev_fail(why, -errno, "cannot make a file in %s: %s", folder,
			       strerror(errno));
	unlink(path);
	load->blocks = FILE_BYTES / READ_BYTES;
	for (off_t at = 0; at < FILE_BYTES; at += READ_BYTES)
		if (pwrite(load->file, load->buffers, READ_BYTES, at) != READ_BYTES)
			return ev_fail(why, -EIO, "cannot fill a file in %s", folder);
	return 0;
}

static int open_direct(struct load *load, const char *path, struct ev_error *why)
{
	load->file = open(path, O_RDONLY | O_DIRECT | O_CLOEXEC);
	if (load->file < 0)
		return ev_fail(why, -errno, "cannot open %s: %s", path, strerror(errno));
	load->blocks = (uint64_t)lseek(load->file, 0, SEEK_END) / READ_BYTES;
	return load->blocks ? 0 : ev_fail(why, -EINVAL, "%s is too small", path);
}

static int make_ring(struct load *load, struct ev_error *why)
{
	struct io_uring_params params = { 0 };
	unsigned entries = load->kind->batch;
	int err;

	if (load->kind->sq_thread) {
		entries = THREAD_ENTRIES;
		params.flags = IORING_SETUP_SQPOLL | IORING_SETUP_SQ_AFF;
		params.sq_thread_cpu = LOAD_CPU;
		params.sq_thread_idle = THREAD_IDLE_MS;
	}
	err = io_uring_queue_init_params(entries, &load->ring, &params);
	if (err)
		return ev_fail(why, err, "cannot set up a ring: %s", strerror(-err));
	load->ring_ready = 1;
	return 0;
}

int load_new(struct load **ret_load, const struct load_kind *kind, const char *path,
	     struct ev_error *why)
{
	struct load *load = calloc(1, sizeof(*load));
	int err;

	if (!load)
		return ev_fail(why, -ENOMEM, "out of memory");
	load->kind = kind;
	load->file = -1;
	load->random = 88172645463325252u;
	err = pin(kind->sq_thread ? OTHER_CPU : LOAD_CPU, why);
	if (!err && kind->op != LOAD_NOP)
		err = make_buffers(load, why);
	if (!err && kind->op == LOAD_CACHED_READ)
		err = make_file(load, why);
	if (!err && kind->op == LOAD_DIRECT_READ)
		err = open_direct(load, path, why);
	if (!err)
		err = make_ring(load, why);
	if (err) {
		load_free(load);
		return err;
	}
	*ret_load = load;
	return 0;
}

void load_free(struct load *load)
{
	if (!load)
		return;
	if (load->ring_ready)
		io_uring_queue_exit(&load->ring);
	if (load->file >= 0)
		close(load->file);
	free(load->buffers);
	free(load);
}

static uint64_t next_random(struct load *load)
{
	load->random ^= load->random << 13;
	load->random ^= load->random >> 7;
	load->random ^= load->random << 17;
	return load->random;
}

static void prepare_batch(struct load *load)
{
	for (unsigned i = 0; i < load->kind->batch; i++) {
		struct io_uring_sqe *sqe = io_uring_get_sqe(&load->ring);

		if (load->kind->op == LOAD_NOP)
			io_uring_prep_nop(sqe);
		else
			io_uring_prep_read(sqe, load->file, load->buffers + (size_t)READ_BYTES * i,
					   READ_BYTES,
					   next_random(load) % load->blocks * READ_BYTES);
		io_uring_sqe_set_data64(sqe, i);
	}
}

/* Takes what has completed. Returns how many, negative when one failed. */
static int reap(struct load *load)
{
	int wanted = load->kind->op == LOAD_NOP ? 0 : READ_BYTES;
	struct io_uring_cqe *cqe;
	unsigned head, count = 0;
	int err = 0;

	io_uring_for_each_cqe(&load->ring, head, cqe)
	{
		if (cqe->res != wanted)
			err = cqe->res < 0 ? cqe->res : -EIO;
		count++;
	}
	io_uring_cq_advance(&load->ring, count);
	return err ? err : (int)count;
}

/* One batch in, one batch out. */
static int batch(struct load *load)
{
	int err;

	prepare_batch(load);
	err = io_uring_submit_and_wait(&load->ring, load->kind->batch);
	if (err < 0)
		return err;
	return reap(load);
}

/* Keeps the kernel's thread supplied: puts a batch in where there is room, takes out what is there.
 */
static int thread_batch(struct load *load)
{
	int count, err;

	if (load->in_flight + load->kind->batch <= THREAD_ENTRIES &&
	    io_uring_sq_space_left(&load->ring) >= load->kind->batch) {
		prepare_batch(load);
		err = io_uring_submit(&load->ring);
		if (err < 0)
			return err;
		load->in_flight += load->kind->batch;
	}
	count = reap(load);
	if (count > 0)
		load->in_flight -= (unsigned)count;
	return count;
}

static int finish_thread(struct load *load)
{
	int total = 0, count;

	while (load->in_flight) {
		count = reap(load);
		if (count < 0)
			return count;
		load->in_flight -= (unsigned)count;
		total += count;
	}
	return total;
}

static int some_batches(struct load *load, struct load_sample *sample)
{
	uint64_t until = sample->ops +
			 (load->kind->op == LOAD_DIRECT_READ ? CLOCK_EVERY_DIRECT : CLOCK_EVERY);
	int count;

	while (sample->ops < until) {
		count = load->kind->sq_thread ? thread_batch(load) : batch(load);
		if (count < 0)
			return count;
		sample->ops += (uint64_t)count;
	}
	return 0;
}

int load_run(struct load *load, uint64_t duration_ns, const volatile int *stop,
	     struct load_sample *ret_sample, struct ev_error *why)
{
	uint64_t wall = now_ns(CLOCK_MONOTONIC), cpu = now_ns(CLOCK_THREAD_CPUTIME_ID);
	struct load_sample sample = { 0 };
	int count = 0;

	while (!count && !*stop && now_ns(CLOCK_MONOTONIC) - wall < duration_ns)
		count = some_batches(load, &sample);
	if (count >= 0)
		count = finish_thread(load);
	if (count < 0)
		return ev_fail(why, count, "the load %s failed: %s", load->kind->name,
			       strerror(-count));
	sample.ops += (uint64_t)count;
	sample.wall_ns = now_ns(CLOCK_MONOTONIC) - wall;
	sample.cpu_ns = load->kind->sq_thread || load->kind->wall
				? sample.wall_ns
				: now_ns(CLOCK_THREAD_CPUTIME_ID) - cpu;
	*ret_sample = sample;
	return 0;
}

const struct load_kind load_kinds[] = {
	{ "nop1", "NOP, one at a time", LOAD_NOP, 1, 0, 0 },
	{ "nop8", "NOP, batches of 8", LOAD_NOP, 8, 0, 0 },
	{ "nop32", "NOP, batches of 32", LOAD_NOP, 32, 0, 0 },
	{ "nop256", "NOP, batches of 256", LOAD_NOP, 256, 0, 0 },
	{ "sqpoll", "NOP, batches of 32, SQPOLL", LOAD_NOP, 32, 1, 0 },
	{ "read32", "4 KiB reads from the page cache, batches of 32", LOAD_CACHED_READ, 32, 0, 0 },
	{ "direct32", "direct 4 KiB reads at random of --file, batches of 32: all their time",
	  LOAD_DIRECT_READ, 32, 0, 1 },
	{ "direct32cpu", "the same: CPU time of the thread that reads", LOAD_DIRECT_READ, 32, 0,
	  0 },
};
const size_t load_kind_count = sizeof(load_kinds) / sizeof(*load_kinds);

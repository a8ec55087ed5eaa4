/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * idle: --depth connections that have all been used once and then wait, each with a RECV in
 * flight: what does it cost in memory to wait? Without --provided each RECV brings a buffer of
 * its own, as it must; with it they pick one from a ring of POOL buffers when there is something
 * to receive, and give it back.
 *
 * When all wait, a line says by how much the process has grown since before it had any buffer
 * (its resident memory, as the kernel counts it; what the kernel holds for sockets and requests
 * is not in it):
 *
 *     truth idle connections=… buffers=… resident_bytes=…
 */
#include "workloads/buffers.h"
#include "workloads/clock.h"
#include "workloads/ring.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { POOL = 8 /* a power of two */ };

struct idle {
	struct load_run *run;
	struct load_ring ring;
	struct load_buffers buffers;
	struct io_uring_buf_ring *offered; /* NULL: each has its own */
	size_t offered_bytes;
	int (*pairs)[2];
	uint8_t *message;
	uint64_t resident_before;
	int32_t result; /* of the last completion */
	uint32_t flags;
};

/* 0: not known. */
static uint64_t resident_bytes(void)
{
	unsigned long long size, pages = 0;
	FILE *file = fopen("/proc/self/statm", "r");

	if (!file)
		return 0;
	if (fscanf(file, "%llu %llu", &size, &pages) != 2)
		pages = 0;
	fclose(file);
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void offer(struct idle *idle, uint16_t id)
{
	io_uring_buf_ring_add(idle->offered, load_buffers_at(&idle->buffers, id),
			      (unsigned)idle->buffers.size_bytes, id, POOL - 1, 0);
	io_uring_buf_ring_advance(idle->offered, 1);
}

static int offer_pool(struct idle *idle, struct load_error *why)
{
	idle->offered_bytes = POOL * sizeof(struct io_uring_buf);
	idle->offered = mmap(NULL, idle->offered_bytes, PROT_READ | PROT_WRITE,
			     MAP_ANONYMOUS | MAP_PRIVATE, -1, 0);
	if (idle->offered == MAP_FAILED) {
		idle->offered = NULL;
		return load_fail(why, -ENOMEM, "no memory for a ring of buffers");
	}
	io_uring_buf_ring_init(idle->offered);
	for (uint16_t id = 0; id < POOL; id++)
		offer(idle, id);
	return load_ring_register_buffer_ring(&idle->ring, idle->offered, POOL, why);
}

static void ended(void *state, const struct load_completion *completion)
{
	struct idle *idle = state;

	idle->result = completion->result;
	idle->flags = completion->cqe_flags;
}

static int open_pairs(struct idle *idle, struct load_error *why)
{
	uint64_t count = idle->run->opt->depth;

	load_ring_raise_limit();
	idle->pairs = malloc(count * sizeof(*idle->pairs));
	if (!idle->pairs)
		return load_fail(why, -ENOMEM, "no memory for %llu connections",
				 (unsigned long long)count);
	memset(idle->pairs, 0xff, count * sizeof(*idle->pairs));
	for (uint64_t i = 0; i < count; i++)
		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, idle->pairs[i]))
			return load_fail(why, -errno, "cannot create a pair of sockets: %s",
					 strerror(errno));
	return 0;
}

static int start(struct load_run *run, struct load_error *why)
{
	struct load_ring_plan plan = { .sq_entries = (uint32_t)run->opt->depth };
	struct idle *idle;
	int err = load_run_state(run, sizeof(*idle), why);

	if (err)
		return err;
	idle = run->state;
	idle->run = run;
	err = open_pairs(idle, why);
	if (!err)
		err = load_ring_open(&idle->ring, run, &plan, why);
	if (err)
		return err;
	load_ring_on_end(&idle->ring, ended, idle);
	idle->message = malloc(run->opt->size_bytes);
	if (!idle->message)
		return load_fail(why, -ENOMEM, "no memory for a message");
	memset(idle->message, 0x5a, run->opt->size_bytes);
	idle->resident_before = resident_bytes();
	err = load_buffers_init(&idle->buffers,
				run->opt->provided ? POOL : (uint32_t)run->opt->depth,
				run->opt->size_bytes, why);
	return err || !run->opt->provided ? err : offer_pool(idle, why);
}

static void receive(struct idle *idle, uint64_t connection)
{
	struct io_uring_sqe *sqe = load_ring_sqe(&idle->ring);
	size_t bytes = idle->buffers.size_bytes;

	if (idle->offered) {
		io_uring_prep_recv(sqe, idle->pairs[connection][0], NULL, bytes, 0);
		sqe->flags |= IOSQE_BUFFER_SELECT;
		sqe->buf_group = 0;
	} else {
		io_uring_prep_recv(sqe, idle->pairs[connection][0],
				   load_buffers_at(&idle->buffers, (uint32_t)connection), bytes, 0);
	}
	load_ring_queue(&idle->ring, sqe, connection);
}

/* A message comes and is received; the buffer is free again. */
static int use(struct idle *idle, uint64_t connection, struct load_error *why)
{
	size_t bytes = idle->buffers.size_bytes;
	int err;

	if (send(idle->pairs[connection][1], idle->message, bytes, MSG_NOSIGNAL) != (ssize_t)bytes)
		return load_fail(why, -errno, "cannot send %zu bytes at once: %s", bytes,
				 strerror(errno));
	receive(idle, connection);
	err = load_ring_drain(&idle->ring, why);
	if (err)
		return err;
	if (idle->result != (int32_t)bytes)
		return load_fail(why, -EPROTO, "a message of %zu bytes was received as %d", bytes,
				 idle->result);
	if (idle->offered)
		offer(idle, (uint16_t)(idle->flags >> IORING_CQE_BUFFER_SHIFT));
	return 0;
}

static int work(struct load_run *run, struct load_error *why)
{
	struct idle *idle = run->state;
	int err = 0;

	for (uint64_t i = 0; i < run->opt->depth && !err; i++)
		err = use(idle, i, why);
	for (uint64_t i = 0; i < run->opt->depth && !err; i++)
		receive(idle, i);
	if (!err)
		err = load_ring_enter(&idle->ring, 0, why);
	if (err)
		return err;
	printf("truth idle connections=%u buffers=%u resident_bytes=%llu\n", idle->ring.in_flight,
	       idle->buffers.count, (unsigned long long)(resident_bytes() - idle->resident_before));
	fflush(stdout);
	if (run->deadline_ns != UINT64_MAX)
		load_clock_sleep_until(run->deadline_ns);
	run->units_done = run->opt->depth;
	load_ring_settle(&idle->ring);
	return 0;
}

static void done(struct load_run *run)
{
	struct idle *idle = run->state;

	if (!idle)
		return;
	load_ring_close(&idle->ring);
	for (uint64_t i = 0; idle->pairs && i < run->opt->depth; i++)
		for (int end = 0; end < 2; end++)
			if (idle->pairs[i][end] >= 0)
				close(idle->pairs[i][end]);
	if (idle->offered)
		munmap(idle->offered, idle->offered_bytes);
	load_buffers_done(&idle->buffers);
	free(idle->pairs);
	free(idle->message);
}

const struct load_workload load_workload_idle = {
	.name = "idle",
	.summary = "connections that wait, with a buffer each or a few for all",
	.unit = "connections",
	.uses = LOAD_USES(DEPTH) | LOAD_USES(SIZE) | LOAD_USES(PROVIDED),
	.default_count = 0,
	.start = start,
	.work = work,
	.done = done,
};

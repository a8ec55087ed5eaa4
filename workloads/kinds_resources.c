/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Rings with things registered, and the requests that use them: files, buffers, their updates, a
 * ring descriptor, an eventfd, a personality, limits for workers, busy polling of the network,
 * buffers of another ring. And the ring that changes its size while it is in use.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "workloads/road.h"
#include "workloads/stop.h"

enum { BLOCK = 4096, HALF = ROAD_MEMORY_BYTES / 2, ENTRIES = 8, SLOTS = 3 };

/* Registers; says absent when the kernel does not know how. */
static int registered(struct road_trip *trip, unsigned op, void *arg, unsigned count)
{
	int result = load_ring_register(&trip->ring, op, arg, count);

	if (result == -EINVAL || result == -EOPNOTSUPP)
		return road_absent(trip);
	if (result < 0)
		return load_fail(trip->why, result, "kind %s: io_uring_register: %s",
				 trip->road->name, strerror(-result));
	return result;
}

static int take_nop(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	io_uring_prep_nop(sqe);
	return road_do(trip, sqe, 0);
}

static int fixed_file(struct road_trip *trip)
{
	int slots[SLOTS] = { -1, -1, -1 };
	int err = road_file(trip);

	slots[1] = trip->fds[0];
	return err ? err : load_ring_register_files(&trip->ring, slots, SLOTS, trip->why);
}

static int take_fixed_file(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	io_uring_prep_read(sqe, 1, trip->memory, BLOCK, 0);
	sqe->flags = IOSQE_FIXED_FILE;
	return road_do(trip, sqe, BLOCK);
}

/* Slot 2 gets the file and loses it again, by io_uring_register. */
static int take_file_update(struct road_trip *trip)
{
	int fds[1] = { trip->fds[0] };
	struct io_uring_files_update update = { .offset = 2, .fds = (uint64_t)(uintptr_t)fds };
	struct io_uring_sqe *sqe;
	int err = registered(trip, IORING_REGISTER_FILES_UPDATE, &update, 1);

	if (err < 0)
		return err;
	sqe = road_sqe(trip);
	io_uring_prep_read(sqe, 2, trip->memory, BLOCK, 0);
	sqe->flags = IOSQE_FIXED_FILE;
	err = road_do(trip, sqe, BLOCK);
	fds[0] = -1;
	if (!err)
		err = registered(trip, IORING_REGISTER_FILES_UPDATE, &update, 1);
	return err < 0 ? err : 0;
}

static int fixed_buffers(struct road_trip *trip)
{
	struct iovec halves[2] = { { trip->memory, HALF }, { trip->memory + HALF, HALF } };
	int err = road_file(trip);

	return err ? err : load_ring_register_buffers(&trip->ring, halves, 2, trip->why);
}

static int take_fixed_buffer(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	io_uring_prep_read_fixed(sqe, trip->fds[0], trip->memory + HALF, BLOCK, 0, 1);
	return road_do(trip, sqe, BLOCK);
}

static int one_buffer(struct road_trip *trip)
{
	struct iovec half = { trip->memory, HALF };
	struct io_uring_rsrc_register all = { .nr = 1, .data = (uint64_t)(uintptr_t)&half };
	int err = road_file(trip);

	if (!err)
		err = registered(trip, IORING_REGISTER_BUFFERS2, &all, sizeof(all));
	return err < 0 ? err : 0;
}

/* Puts the buffer in again, with a tag or without (0). */
static int replace_buffer(struct road_trip *trip, uint64_t tag)
{
	struct iovec half = { trip->memory, HALF };
	struct io_uring_rsrc_update2 update = { .nr = 1,
						.data = (uint64_t)(uintptr_t)&half,
						.tags = (uint64_t)(uintptr_t)&tag };
	int err = registered(trip, IORING_REGISTER_BUFFERS_UPDATE, &update, sizeof(update));

	return err < 0 ? err : 0;
}

/* When a buffer with a tag is replaced, a completion with the tag says that it is free. */
static int take_tagged(struct road_trip *trip)
{
	struct io_uring_sqe *sqe;
	int err = replace_buffer(trip, LOAD_MESSAGE_DATA(trip->turns + 1));

	if (err)
		return err;
	sqe = road_sqe(trip);
	io_uring_prep_read_fixed(sqe, trip->fds[0], trip->memory, BLOCK, 0, 0);
	err = road_do(trip, sqe, BLOCK);
	if (!err)
		err = replace_buffer(trip, 0);
	while (!err && !trip->messages && !load_stop_insisted()) {
		err = load_ring_enter(&trip->ring, 1, trip->why);
		load_ring_reap(&trip->ring);
	}
	return err;
}

static int registered_ring(struct road_trip *trip)
{
	struct io_uring_rsrc_update update = { .offset = UINT32_MAX,
					       .data = (uint64_t)trip->ring.handle.fd };
	int err = registered(trip, IORING_REGISTER_RING_FDS, &update, 1);

	trip->number = update.offset;
	return err < 0 ? err : 0;
}

/* Enters through the index, by hand: the ring itself goes on by its descriptor. */
static int take_registered_ring(struct road_trip *trip)
{
	struct ring_handle plain = trip->ring.handle;
	struct io_uring_sqe *sqe = road_sqe(trip);
	int err;

	io_uring_prep_nop(sqe);
	trip->ring.handle.fd = (int)trip->number;
	trip->ring.handle.enter_flags = IORING_ENTER_REGISTERED_RING;
	err = road_do(trip, sqe, 0);
	trip->ring.handle = plain;
	return err;
}

static int eventfd_of_ring(struct road_trip *trip)
{
	int err;

	trip->fds[0] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (trip->fds[0] < 0)
		return road_failed(trip, "eventfd");
	err = registered(trip, IORING_REGISTER_EVENTFD, &trip->fds[0], 1);
	return err < 0 ? err : 0;
}

static int take_notified(struct road_trip *trip)
{
	eventfd_t value;
	int err = take_nop(trip);

	if (!err && eventfd_read(trip->fds[0], &value))
		return road_failed(trip, "eventfd_read");
	return err;
}

static int personality(struct road_trip *trip)
{
	int id = registered(trip, IORING_REGISTER_PERSONALITY, NULL, 0);

	trip->number = (uint32_t)id;
	return id < 0 ? id : road_file(trip);
}

static int take_personality(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	io_uring_prep_read(sqe, trip->fds[0], trip->memory, BLOCK, 0);
	sqe->personality = (uint16_t)trip->number;
	return road_do(trip, sqe, BLOCK);
}

static int few_workers(struct road_trip *trip)
{
	unsigned limits[2] = { 2, 2 };
	int err = registered(trip, IORING_REGISTER_IOWQ_MAX_WORKERS, limits, 2);

	return err < 0 ? err : road_file(trip);
}

/* Five reads for two workers. */
static int take_few_workers(struct road_trip *trip)
{
	int err;

	for (uint64_t i = 0; i < 5; i++) {
		struct io_uring_sqe *sqe = road_sqe(trip);

		io_uring_prep_read(sqe, trip->fds[0], trip->memory, BLOCK, i * BLOCK);
		sqe->flags = IOSQE_ASYNC;
		road_queue(trip, sqe, i);
	}
	err = road_await(trip, 0);
	for (uint64_t i = 0; i < 5 && !err; i++)
		err = road_expect(trip, i, BLOCK);
	return err;
}

static int worker_affinity(struct road_trip *trip)
{
	uint64_t first_cpu = 1;
	int err = registered(trip, IORING_REGISTER_IOWQ_AFF, &first_cpu, sizeof(first_cpu));

	return err < 0 ? err : road_file(trip);
}

static int busy_network(struct road_trip *trip)
{
	struct kernel_napi napi = { .busy_poll_us = 20 };
	int err = registered(trip, KERNEL_REGISTER_NAPI, &napi, 1);

	return err < 0 ? err : road_tcp(trip);
}

static int take_receive(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);
	int err;

	io_uring_prep_recv(sqe, trip->fds[1], trip->memory, 23, 0);
	road_queue(trip, sqe, 0);
	err = road_submit(trip);
	if (!err && send(trip->fds[0], trip->memory, 23, 0) != 23)
		return road_failed(trip, "send");
	if (!err)
		err = road_await(trip, 0);
	return err ? err : road_expect(trip, 0, 23);
}

static int cloned_buffers(struct road_trip *trip)
{
	struct load_ring_plan plan = { .sq_entries = ENTRIES };
	struct iovec whole[2] = { { trip->memory, HALF }, { trip->memory + HALF, HALF } };
	struct kernel_clone_buffers clone = { 0 };
	int err = road_open(trip, &trip->other, &plan);

	if (!err)
		err = load_ring_register_buffers(&trip->other, whole, 2, trip->why);
	if (!err)
		err = road_file(trip);
	clone.src_fd = (uint32_t)trip->other.handle.fd;
	if (!err)
		err = registered(trip, KERNEL_REGISTER_CLONE_BUFFERS, &clone, 1);
	return err < 0 ? err : 0;
}

/* With a request in flight that was there before: 8, 64, 8, … entries. */
static int take_resize(struct road_trip *trip)
{
	uint32_t entries = trip->turns % 2 ? ENTRIES : 8 * ENTRIES;
	struct io_uring_sqe *sqe = road_sqe(trip);
	int err;

	io_uring_prep_read(sqe, trip->fds[0], trip->memory, 1, 0);
	road_queue(trip, sqe, 0);
	err = road_submit(trip);
	if (!err)
		err = load_ring_resize(&trip->ring, entries, 2 * entries, trip->why);
	if (write(trip->fds[1], "!", 1) != 1)
		return road_failed(trip, "write");
	if (!err)
		err = road_await(trip, 0);
	return err ? err : road_expect(trip, 0, 1);
}

static int resizable(struct road_trip *trip)
{
	struct load_ring_plan plan = { .sq_entries = ENTRIES };
	int err = road_open(trip, &trip->ring, &plan);

	return err ? err : road_pipe(trip);
}

const struct road kinds_resources[] = {
	{ .name = "files",
	  .what = "register files",
	  .since = "5.1",
	  .start = fixed_file,
	  .turn = take_fixed_file },
	{ .name = "files-update",
	  .what = "replace registered files",
	  .since = "5.5",
	  .start = fixed_file,
	  .turn = take_file_update },
	{ .name = "buffers",
	  .what = "register buffers",
	  .since = "5.1",
	  .start = fixed_buffers,
	  .turn = take_fixed_buffer },
	{ .name = "buffers-tagged",
	  .what = "register buffers with tags",
	  .since = "5.13",
	  .start = one_buffer,
	  .turn = take_tagged },
	{ .name = "buffers-cloned",
	  .what = "share the buffers of another ring",
	  .since = "6.12",
	  .start = cloned_buffers,
	  .turn = take_fixed_buffer },
	{ .name = "ring-fd",
	  .what = "register a ring's descriptor",
	  .since = "5.18",
	  .start = registered_ring,
	  .turn = take_registered_ring },
	{ .name = "eventfd",
	  .what = "be told of completions by an eventfd",
	  .since = "5.2",
	  .start = eventfd_of_ring,
	  .turn = take_notified },
	{ .name = "personality",
	  .what = "act under registered credentials",
	  .since = "5.6",
	  .start = personality,
	  .turn = take_personality },
	{ .name = "worker-limits",
	  .what = "limit the number of workers",
	  .since = "5.15",
	  .start = few_workers,
	  .turn = take_few_workers },
	{ .name = "worker-affinity",
	  .what = "keep workers on a CPU",
	  .since = "5.14",
	  .start = worker_affinity,
	  .turn = take_few_workers },
	{ .name = "napi",
	  .what = "poll the network busily",
	  .since = "6.9",
	  .start = busy_network,
	  .turn = take_receive },
	{ .name = "resized",
	  .what = "resize a ring that is in use",
	  .since = "6.13",
	  .opens = true,
	  .setup = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN,
	  .start = resizable,
	  .turn = take_resize },
	{ .name = NULL },
};

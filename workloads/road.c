/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * What the rows of roads_*.c and kinds_*.c are written in: queue, await, expect, and the files,
 * pipes and sockets that they work on. Nothing here knows any one road.
 *
 * A result that is not the expected one ends the run, with one exception: in the first turn,
 * EINVAL, EOPNOTSUPP or ENOSYS where something else was expected is how a kernel says that it does
 * not have the feature.
 */
#include "workloads/road.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "workloads/clock.h"
#include "workloads/names.h"
#include "workloads/stop.h"

#define IDLE_NS_MAX 10000000000ull /* busy machines are slow */

static void ended(void *state, const struct load_completion *completion)
{
	struct road_trip *trip = state;

	if (completion->message) {
		trip->messages++;
		trip->shot_result = completion->result;
	} else if (completion->more && !(completion->flags & LOAD_REQUEST_ENDED)) {
		trip->shots++;
		trip->shot_result = completion->result;
		trip->shot_flags = completion->cqe_flags;
	} else if (completion->cqe_flags & IORING_CQE_F_NOTIF) {
		trip->notices++;
	} else {
		trip->results[completion->tag] = completion->result;
		trip->cqe_flags[completion->tag] = completion->cqe_flags;
		trip->ended[completion->tag] = true;
	}
}

int road_open(struct road_trip *trip, struct load_ring *ring, const struct load_ring_plan *plan)
{
	struct load_ring_plan own = *plan;
	int err;

	own.setup |= trip->road->setup;
	err = load_ring_open(ring, trip->run, &own, trip->why);
	if (err == -EOPNOTSUPP)
		return road_absent(trip);
	if (err)
		return err;
	ring->truth->road = trip->road->name;
	load_ring_on_end(ring, ended, trip);
	return 0;
}

struct io_uring_sqe *road_sqe(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = load_ring_sqe(&trip->ring);

	memset(sqe, 0, sizeof(*sqe) << trip->ring.sqe_shift);
	return sqe;
}

uint64_t road_queue(struct road_trip *trip, struct io_uring_sqe *sqe, uint64_t tag)
{
	struct load_request *request;

	assert(tag < ROAD_TAGS);
	request = load_ring_queue(&trip->ring, sqe, tag);
	if (!load_op_moves_bytes(sqe->opcode) || sqe->flags & IOSQE_BUFFER_SELECT)
		request->expect_bytes = 0;
	request->flags = trip->turns ? 0 : LOAD_REQUEST_UNSURE;
	return request->user_data;
}

int road_submit(struct road_trip *trip)
{
	return load_ring_enter(&trip->ring, 0, trip->why);
}

static int stopped(struct road_trip *trip)
{
	return load_fail(trip->why, -EINTR, "road %s: stopped half-way", trip->road->name);
}

/* One more completion, or a while of nothing; too long a while, and the kernel has kept a request
 * for ever. */
static int wait_more(struct road_trip *trip)
{
	int err = load_ring_enter(&trip->ring, 1, trip->why);

	if (err)
		return err;
	if (load_ring_reap(&trip->ring))
		trip->idle_since_ns = 0;
	else if (!trip->idle_since_ns)
		trip->idle_since_ns = load_clock_ns();
	else if (load_clock_ns() - trip->idle_since_ns > IDLE_NS_MAX)
		return load_fail(trip->why, -ETIMEDOUT, "road %s: %u requests do not end",
				 trip->road->name, trip->ring.in_flight);
	if (trip->ring.foreign)
		return load_fail(trip->why, -EPROTO,
				 "road %s: a completion belongs to no request in flight",
				 trip->road->name);
	return load_stop_insisted() ? stopped(trip) : 0;
}

int road_await(struct road_trip *trip, uint32_t left)
{
	int err = road_submit(trip);

	load_ring_reap(&trip->ring);
	while (!err && trip->ring.in_flight > left)
		err = wait_more(trip);
	return err;
}

int road_await_shots(struct road_trip *trip, uint64_t shots)
{
	int err = road_submit(trip);

	load_ring_reap(&trip->ring);
	while (!err && trip->shots + trip->messages < shots && trip->ring.in_flight)
		err = wait_more(trip);
	return err;
}

int road_absent(struct road_trip *trip)
{
	return load_fail(trip->why, -EOPNOTSUPP, "this kernel cannot %s (Linux %s can)",
			 trip->road->what, trip->road->since);
}

int road_expect(struct road_trip *trip, uint64_t tag, int32_t wanted)
{
	int32_t result = trip->results[tag];

	if (!trip->ended[tag])
		return load_fail(trip->why, -EPROTO, "road %s: request %llu did not end",
				 trip->road->name, (unsigned long long)tag);
	if (result == wanted || (wanted == ROAD_ANY && result >= 0))
		return 0;
	if (!trip->turns && (result == -EINVAL || result == -EOPNOTSUPP || result == -ENOSYS))
		return road_absent(trip);
	if (wanted == ROAD_ANY)
		return load_fail(trip->why, -EPROTO, "road %s: request %llu ended with %d (%s)",
				 trip->road->name, (unsigned long long)tag, result,
				 strerror(-result));
	return load_fail(trip->why, -EPROTO, "road %s: request %llu ended with %d, not %d",
			 trip->road->name, (unsigned long long)tag, result, wanted);
}

int road_do(struct road_trip *trip, struct io_uring_sqe *sqe, int32_t wanted)
{
	int err;

	road_queue(trip, sqe, 0);
	err = road_await(trip, 0);
	return err ? err : road_expect(trip, 0, wanted);
}

int road_failed(struct road_trip *trip, const char *call)
{
	return load_fail(trip->why, -errno, "road %s: %s: %s", trip->road->name, call,
			 strerror(errno));
}

int road_pipe(struct road_trip *trip)
{
	return pipe2(trip->fds, O_CLOEXEC) ? road_failed(trip, "pipe2") : 0;
}

int road_sockets(struct road_trip *trip)
{
	return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, trip->fds)
		       ? road_failed(trip, "socketpair")
		       : 0;
}

int road_listen(struct road_trip *trip)
{
	struct sockaddr_in any = { .sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	trip->address_bytes = sizeof(any);
	trip->fds[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (trip->fds[0] < 0 || bind(trip->fds[0], (struct sockaddr *)&any, sizeof(any)) ||
	    listen(trip->fds[0], 16) ||
	    getsockname(trip->fds[0], (struct sockaddr *)&trip->address, &trip->address_bytes))
		return road_failed(trip, "listening on the loopback");
	return 0;
}

int road_tcp(struct road_trip *trip)
{
	int err = road_listen(trip);
	int listener = trip->fds[0];

	if (err)
		return err;
	trip->fds[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (trip->fds[0] < 0 ||
	    connect(trip->fds[0], (struct sockaddr *)&trip->address, trip->address_bytes))
		err = road_failed(trip, "connect");
	if (!err)
		trip->fds[1] = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (!err && trip->fds[1] < 0)
		err = road_failed(trip, "accept4");
	close(listener);
	return err;
}

int road_file(struct road_trip *trip)
{
	trip->fds[0] = open(trip->paths[0], O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (trip->fds[0] < 0)
		return road_failed(trip, trip->paths[0]);
	if (pwrite(trip->fds[0], trip->memory, ROAD_MEMORY_BYTES, 0) != ROAD_MEMORY_BYTES)
		return road_failed(trip, "pwrite");
	return 0;
}

void road_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

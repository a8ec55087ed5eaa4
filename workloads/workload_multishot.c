/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * multishot: one request, many completions. Three kinds, one after the other, each on a ring of its
 * own, --count shots each:
 *
 *   poll    POLL_ADD on an eventfd that is written to again and again     (Linux 5.13)
 *   accept  ACCEPT on a listening socket that is connected to             (Linux 5.19)
 *   recv    RECV on a socket, into a ring of provided buffers             (Linux 6.0)
 *
 * A shot is provoked with a plain system call and awaited before the next one, so each provocation
 * gives exactly one completion. At the end poll and accept are cancelled (their last completion
 * says ECANCELED) and the recv's peer closes (its last completion says 0). Should the kernel end a
 * request early, it is armed again, and `submitted` says so.
 */
#include "workloads/ring.h"
#include "workloads/stop.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "workloads/buffers.h"

enum { KINDS = 3, RING_ENTRIES = 8, BUFFERS = 8 };

struct kind_state;

/* What the kinds differ in. */
struct kind {
	const char *name;
	enum load_kind id;
	int (*open)(struct kind_state *state, struct load_error *why);
	void (*prepare)(struct kind_state *state, struct io_uring_sqe *sqe);
	int (*provoke)(struct kind_state *state); /* makes one shot happen */
	void (*take)(struct kind_state *state, const struct load_completion *completion);
	bool ends_by_close; /* its peer closes; the others are cancelled */
};

struct kind_state {
	const struct kind *kind;
	struct load_run *run;
	struct load_ring ring;
	int fds[2]; /* poll: eventfd; accept: listener, client; recv: the two ends */
	struct sockaddr_in address;
	struct load_buffers buffers;
	struct io_uring_buf_ring *offered;
	size_t offered_bytes;
	uint64_t target; /* user_data of the request that is armed; 0: none */
	uint64_t shots;
	int last_result;
	bool ending;
};

struct multishot {
	struct kind_state kinds[KINDS];
};

static int open_poll(struct kind_state *state, struct load_error *why)
{
	state->fds[0] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (state->fds[0] < 0)
		return load_fail(why, -errno, "cannot create an eventfd: %s", strerror(errno));
	return 0;
}

static void prepare_poll(struct kind_state *state, struct io_uring_sqe *sqe)
{
	io_uring_prep_poll_multishot(sqe, state->fds[0], POLLIN);
}

static int provoke_poll(struct kind_state *state)
{
	return eventfd_write(state->fds[0], 1) ? -errno : 0;
}

static void take_poll(struct kind_state *state, const struct load_completion *completion)
{
	eventfd_t value;

	(void)completion;
	eventfd_read(state->fds[0], &value);
}

static int open_accept(struct kind_state *state, struct load_error *why)
{
	socklen_t length = sizeof(state->address);

	state->address = (struct sockaddr_in){ .sin_family = AF_INET,
					       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	state->fds[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (state->fds[0] < 0 ||
	    bind(state->fds[0], (struct sockaddr *)&state->address, sizeof(state->address)) ||
	    listen(state->fds[0], 1) ||
	    getsockname(state->fds[0], (struct sockaddr *)&state->address, &length))
		return load_fail(why, -errno, "cannot listen on the loopback: %s", strerror(errno));
	return 0;
}

static void prepare_accept(struct kind_state *state, struct io_uring_sqe *sqe)
{
	io_uring_prep_multishot_accept(sqe, state->fds[0], NULL, NULL, SOCK_CLOEXEC);
}

static int provoke_accept(struct kind_state *state)
{
	state->fds[1] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (state->fds[1] < 0 ||
	    connect(state->fds[1], (struct sockaddr *)&state->address, sizeof(state->address)))
		return -errno;
	return 0;
}

static void take_accept(struct kind_state *state, const struct load_completion *completion)
{
	/* Reset instead of a normal close: thousands of ports must not stay in TIME_WAIT. */
	struct linger reset = { .l_onoff = 1 };

	setsockopt(state->fds[1], SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(state->fds[1]);
	state->fds[1] = -1;
	close(completion->result);
}

static void offer(struct kind_state *state, uint16_t id, int place)
{
	io_uring_buf_ring_add(state->offered, load_buffers_at(&state->buffers, id),
			      (unsigned)state->buffers.size_bytes, id, BUFFERS - 1, place);
}

static int open_recv(struct kind_state *state, struct load_error *why)
{
	int err;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, state->fds))
		return load_fail(why, -errno, "cannot create sockets: %s", strerror(errno));
	err = load_buffers_init(&state->buffers, BUFFERS, state->run->opt->size_bytes, why);
	if (err)
		return err;
	state->offered_bytes = BUFFERS * sizeof(struct io_uring_buf);
	state->offered = mmap(NULL, state->offered_bytes, PROT_READ | PROT_WRITE,
			      MAP_ANONYMOUS | MAP_PRIVATE, -1, 0);
	if (state->offered == MAP_FAILED) {
		state->offered = NULL;
		return load_fail(why, -ENOMEM, "no memory for a ring of buffers");
	}
	io_uring_buf_ring_init(state->offered);
	for (uint16_t id = 0; id < BUFFERS; id++)
		offer(state, id, id);
	io_uring_buf_ring_advance(state->offered, BUFFERS);
	return load_ring_register_buffer_ring(&state->ring, state->offered, BUFFERS, why);
}

static void prepare_recv(struct kind_state *state, struct io_uring_sqe *sqe)
{
	io_uring_prep_recv_multishot(sqe, state->fds[0], NULL, 0, 0);
	sqe->flags |= IOSQE_BUFFER_SELECT;
	sqe->buf_group = 0;
}

static int provoke_recv(struct kind_state *state)
{
	size_t bytes = state->buffers.size_bytes;

	return send(state->fds[1], state->buffers.memory, bytes, MSG_NOSIGNAL) == (ssize_t)bytes
		       ? 0
		       : -EIO;
}

static void take_recv(struct kind_state *state, const struct load_completion *completion)
{
	if (!(completion->cqe_flags & IORING_CQE_F_BUFFER))
		return;
	offer(state, (uint16_t)(completion->cqe_flags >> IORING_CQE_BUFFER_SHIFT), 0);
	io_uring_buf_ring_advance(state->offered, 1);
}

static const struct kind kinds[KINDS] = {
	{ "POLL_ADD", LOAD_KIND_POLL, open_poll, prepare_poll, provoke_poll, take_poll, false },
	{ "ACCEPT", LOAD_KIND_ACCEPT, open_accept, prepare_accept, provoke_accept, take_accept,
	  false },
	{ "RECV", LOAD_KIND_RECV, open_recv, prepare_recv, provoke_recv, take_recv, true },
};

static bool wanted(const struct kind_state *state)
{
	return state->run->opt->kind == LOAD_KIND_ALL ||
	       state->run->opt->kind == (uint64_t)state->kind->id;
}

static int start(struct load_run *run, struct load_error *why)
{
	struct load_ring_plan plan = { .sq_entries = RING_ENTRIES };
	struct multishot *multishot;
	int err = load_run_state(run, sizeof(*multishot), why);

	if (err)
		return err;
	multishot = run->state;
	for (int i = 0; i < KINDS; i++) {
		struct kind_state *state = &multishot->kinds[i];

		state->kind = &kinds[i];
		state->run = run;
		state->fds[0] = state->fds[1] = -1;
	}
	for (int i = 0; i < KINDS && !err; i++) {
		struct kind_state *state = &multishot->kinds[i];

		if (!wanted(state))
			continue;
		err = load_ring_open(&state->ring, run, &plan, why);
		if (!err)
			err = state->kind->open(state, why);
	}
	return err;
}

static void ended(void *opaque, const struct load_completion *completion)
{
	struct kind_state *state = opaque;

	if (completion->op == IORING_OP_ASYNC_CANCEL)
		return;
	if (!completion->more) {
		state->target = 0;
		state->last_result = completion->result;
	}
	if (completion->result < 0 || state->ending)
		return;
	state->shots++;
	state->kind->take(state, completion);
}

static void arm(struct kind_state *state)
{
	struct io_uring_sqe *sqe = load_ring_sqe(&state->ring);
	struct load_request *request;

	state->kind->prepare(state, sqe);
	request = load_ring_queue(&state->ring, sqe, 0);
	state->target = request->user_data;
}

/* One shot: armed, provoked, awaited. */
static int shoot(struct kind_state *state, struct load_error *why)
{
	uint64_t before = state->shots;
	int err;

	if (!state->target)
		arm(state);
	err = load_ring_enter(&state->ring, 0, why);
	if (err)
		return err;
	err = state->kind->provoke(state);
	if (err)
		return load_fail(why, err, "cannot provoke a %s: %s", state->kind->name,
				 strerror(-err));
	while (state->shots == before && state->target && !load_stop_insisted()) {
		err = load_ring_enter(&state->ring, 1, why);
		if (err)
			return err;
		load_ring_reap(&state->ring);
	}
	if (!state->target && state->last_result == -EINVAL)
		return load_fail(why, -EOPNOTSUPP, "this kernel has no multishot %s",
				 state->kind->name);
	if (!state->target && state->last_result < 0)
		return load_fail(why, state->last_result, "multishot %s ended: %s",
				 state->kind->name, strerror(-state->last_result));
	return 0;
}

static int finish(struct kind_state *state, struct load_error *why)
{
	struct io_uring_sqe *sqe;

	state->ending = true;
	if (state->target && state->kind->ends_by_close) {
		close(state->fds[1]);
		state->fds[1] = -1;
	} else if (state->target) {
		sqe = load_ring_sqe(&state->ring);
		io_uring_prep_cancel64(sqe, state->target, 0);
		load_ring_queue(&state->ring, sqe, 0);
	}
	return load_ring_drain(&state->ring, why);
}

static int work_kind(struct kind_state *state, struct load_error *why)
{
	uint64_t count = state->run->opt->count;
	int err = 0;

	load_ring_on_end(&state->ring, ended, state);
	while (state->shots < count && !load_run_over(state->run) && !err)
		err = shoot(state, why);
	if (!err)
		err = finish(state, why);
	state->run->units_done += state->shots;
	return err;
}

static int work(struct load_run *run, struct load_error *why)
{
	struct multishot *multishot = run->state;
	int err = 0;

	for (int i = 0; i < KINDS; i++) {
		struct kind_state *state = &multishot->kinds[i];

		if (!err && wanted(state))
			err = work_kind(state, why);
		load_ring_settle(&state->ring);
	}
	return err;
}

static void done(struct load_run *run)
{
	struct multishot *multishot = run->state;

	for (int i = 0; multishot && i < KINDS; i++) {
		struct kind_state *state = &multishot->kinds[i];

		load_ring_close(&state->ring);
		for (int j = 0; j < 2; j++)
			if (state->kind && state->fds[j] >= 0)
				close(state->fds[j]);
		if (state->offered)
			munmap(state->offered, state->offered_bytes);
		load_buffers_done(&state->buffers);
	}
}

const struct load_workload load_workload_multishot = {
	.name = "multishot",
	.summary = "requests with many completions each: poll, accept, recv",
	.unit = "shots",
	.uses = LOAD_USES(SIZE) | LOAD_USES(KIND) | LOAD_USES(COUNT),
	.default_count = 101,
	.start = start,
	.work = work,
	.done = done,
};

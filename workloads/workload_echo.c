/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * echo: a TCP server and its clients over the loopback: ACCEPT, CONNECT, SEND, RECV, CLOSE.
 * --depth connections, each bouncing one message of --size at a time; --count counts messages that
 * came back. Both ends share one ring, or with --threads 2 the first thread is the server and the
 * second is the clients, each with its own.
 *
 * Every end of a connection is a state machine driven by its completions. The client ends a
 * connection: when no message is left it closes, the server reads 0 and closes too. So the work
 * drains by itself when time is up, and no accept is left pending: there are exactly as many as
 * connections.
 *
 *   client: connect → send … send → recv … recv → (next message | close)
 *   server: accept → recv → send … send → recv … → 0: close
 */
#include "workloads/buffers.h"
#include "workloads/ring.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct end {
	int fd;
	uint32_t done_bytes; /* of the message on its way in this direction */
	uint32_t want_bytes;
};

struct echo {
	struct load_run *run;
	struct load_ring ring;
	struct load_buffers buffers; /* one an end */
	struct end *ends;	     /* clients first, then servers */
	uint64_t begun;		     /* messages */
	int listener;
	struct sockaddr_in address;
	bool serves;
	bool calls;
};

/* tag: number of the end; ends from `depth` on are the server's. */
static bool is_server(const struct echo *echo, uint64_t tag)
{
	return tag >= echo->run->opt->depth;
}

static int listen_somewhere(struct echo *echo, struct load_error *why)
{
	socklen_t length = sizeof(echo->address);

	echo->address = (struct sockaddr_in){ .sin_family = AF_INET,
					      .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	echo->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (echo->listener < 0 ||
	    bind(echo->listener, (struct sockaddr *)&echo->address, sizeof(echo->address)) ||
	    listen(echo->listener, (int)echo->run->opt->depth) ||
	    getsockname(echo->listener, (struct sockaddr *)&echo->address, &length))
		return load_fail(why, -errno, "cannot listen on the loopback: %s", strerror(errno));
	return 0;
}

static int make_sockets(struct echo *echo, struct load_error *why)
{
	int on = 1;

	for (uint64_t i = 0; i < echo->run->opt->depth; i++) {
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

		if (fd < 0)
			return load_fail(why, -errno, "cannot create socket %llu: %s",
					 (unsigned long long)i + 1, strerror(errno));
		echo->ends[i].fd = fd;
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	}
	return 0;
}

static int start(struct load_run *run, struct load_error *why)
{
	const struct load_options *opt = run->opt;
	struct load_ring_plan plan = { .sq_entries = (uint32_t)opt->depth * 2 };
	struct echo *echo;
	int err = load_run_state(run, sizeof(*echo), why);

	if (err)
		return err;
	echo = run->state;
	echo->run = run;
	echo->listener = -1;
	echo->serves = run->thread == 0;
	echo->calls = run->thread + 1 == opt->threads;
	echo->ends = calloc(opt->depth * 2, sizeof(*echo->ends));
	if (!echo->ends)
		return load_fail(why, -ENOMEM, "no memory for the connections");
	for (uint64_t i = 0; i < opt->depth * 2; i++)
		echo->ends[i].fd = -1;
	err = load_buffers_init(&echo->buffers, (uint32_t)opt->depth * 2, opt->size_bytes, why);
	if (!err && echo->serves)
		err = listen_somewhere(echo, why);
	if (!err && echo->calls)
		err = make_sockets(echo, why);
	return err ? err : load_ring_open(&echo->ring, run, &plan, why);
}

static uint8_t *rest(struct echo *echo, uint64_t tag)
{
	uint8_t *buffer = load_buffers_at(&echo->buffers, (uint32_t)tag);

	return buffer + echo->ends[tag].done_bytes;
}

static void queue_send(struct echo *echo, uint64_t tag)
{
	struct io_uring_sqe *sqe = load_ring_sqe(&echo->ring);
	const struct end *end = &echo->ends[tag];

	io_uring_prep_send(sqe, end->fd, rest(echo, tag), end->want_bytes - end->done_bytes,
			   MSG_NOSIGNAL);
	load_ring_queue(&echo->ring, sqe, tag);
}

static void queue_recv(struct echo *echo, uint64_t tag)
{
	struct io_uring_sqe *sqe = load_ring_sqe(&echo->ring);
	const struct end *end = &echo->ends[tag];

	io_uring_prep_recv(sqe, end->fd, rest(echo, tag), end->want_bytes - end->done_bytes, 0);
	load_ring_queue(&echo->ring, sqe, tag);
}

static void queue_close(struct echo *echo, uint64_t tag)
{
	struct io_uring_sqe *sqe = load_ring_sqe(&echo->ring);

	io_uring_prep_close(sqe, echo->ends[tag].fd);
	load_ring_queue(&echo->ring, sqe, tag);
	echo->ends[tag].fd = -1;
}

static void expect(struct echo *echo, uint64_t tag, uint32_t bytes)
{
	echo->ends[tag].done_bytes = 0;
	echo->ends[tag].want_bytes = bytes;
}

static void client_next(struct echo *echo, uint64_t tag)
{
	if (load_run_over(echo->run) || echo->begun == echo->run->opt->count) {
		queue_close(echo, tag);
		return;
	}
	echo->begun++;
	expect(echo, tag, (uint32_t)echo->run->opt->size_bytes);
	queue_send(echo, tag);
}

static void client_ended(struct echo *echo, const struct load_completion *completion)
{
	struct end *end = &echo->ends[completion->tag];

	if (completion->op == IORING_OP_CLOSE)
		return;
	if (completion->result < 0 || (completion->op == IORING_OP_RECV && !completion->result)) {
		queue_close(echo, completion->tag);
		return;
	}
	if (completion->op == IORING_OP_CONNECT) {
		client_next(echo, completion->tag);
		return;
	}
	end->done_bytes += (uint32_t)completion->result;
	if (end->done_bytes < end->want_bytes) {
		if (completion->op == IORING_OP_SEND)
			queue_send(echo, completion->tag);
		else
			queue_recv(echo, completion->tag);
	} else if (completion->op == IORING_OP_SEND) {
		expect(echo, completion->tag, end->want_bytes);
		queue_recv(echo, completion->tag);
	} else {
		echo->run->units_done++;
		client_next(echo, completion->tag);
	}
}

static void server_ended(struct echo *echo, const struct load_completion *completion)
{
	struct end *end = &echo->ends[completion->tag];

	if (completion->op == IORING_OP_CLOSE)
		return;
	if (completion->op == IORING_OP_ACCEPT) {
		end->fd = completion->result;
		if (end->fd < 0)
			return;
		expect(echo, completion->tag, (uint32_t)echo->run->opt->size_bytes);
		queue_recv(echo, completion->tag);
		return;
	}
	if (completion->result < 0 || (completion->op == IORING_OP_RECV && !completion->result)) {
		queue_close(echo, completion->tag);
		return;
	}
	if (completion->op == IORING_OP_RECV)
		expect(echo, completion->tag, (uint32_t)completion->result);
	else
		end->done_bytes += (uint32_t)completion->result;
	if (end->done_bytes < end->want_bytes) {
		queue_send(echo, completion->tag);
		return;
	}
	expect(echo, completion->tag, (uint32_t)echo->run->opt->size_bytes);
	queue_recv(echo, completion->tag);
}

static void ended(void *state, const struct load_completion *completion)
{
	struct echo *echo = state;

	if (is_server(echo, completion->tag))
		server_ended(echo, completion);
	else
		client_ended(echo, completion);
}

static void queue_first(struct echo *echo)
{
	const struct echo *server = echo->run->first->state;
	uint64_t depth = echo->run->opt->depth;
	struct io_uring_sqe *sqe;

	for (uint64_t i = 0; echo->serves && i < depth; i++) {
		sqe = load_ring_sqe(&echo->ring);
		io_uring_prep_accept(sqe, echo->listener, NULL, NULL, SOCK_CLOEXEC);
		load_ring_queue(&echo->ring, sqe, depth + i);
	}
	for (uint64_t i = 0; echo->calls && i < depth; i++) {
		sqe = load_ring_sqe(&echo->ring);
		io_uring_prep_connect(sqe, echo->ends[i].fd,
				      (const struct sockaddr *)&server->address,
				      sizeof(server->address));
		load_ring_queue(&echo->ring, sqe, i);
	}
}

static int work(struct load_run *run, struct load_error *why)
{
	struct echo *echo = run->state;
	int err;

	load_ring_on_end(&echo->ring, ended, echo);
	queue_first(echo);
	err = load_ring_drain(&echo->ring, why);
	load_ring_settle(&echo->ring);
	return err;
}

static void done(struct load_run *run)
{
	struct echo *echo = run->state;

	if (!echo)
		return;
	load_ring_close(&echo->ring);
	for (uint64_t i = 0; echo->ends && i < run->opt->depth * 2; i++)
		if (echo->ends[i].fd >= 0)
			close(echo->ends[i].fd);
	if (echo->listener >= 0)
		close(echo->listener);
	load_buffers_done(&echo->buffers);
	free(echo->ends);
}

const struct load_workload load_workload_echo = {
	.name = "echo",
	.summary = "messages to and fro over TCP loopback; --threads 2: an end a thread",
	.unit = "messages",
	.uses = LOAD_USES(DEPTH) | LOAD_USES(SIZE) | LOAD_USES(SQPOLL) | LOAD_USES(SQ_CPU) |
		LOAD_USES(COUNT) | LOAD_USES(BENCH),
	.default_count = 1009,
	.threads_max = 2,
	.start = start,
	.work = work,
	.done = done,
};

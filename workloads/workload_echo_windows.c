/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * echo: a TCP server and its clients over the loopback, --depth connections, each bouncing one
 * message of --size at a time; --count counts messages that came back. Both ends share one queue;
 * with --threads 2 the first thread is the server and the second is the clients, or, with --shared,
 * any number of threads serve the one completion port that all ends use.
 *
 * By completion port, connections are made by AcceptEx and ConnectEx and are part of the truth; the
 * other interfaces cannot do that, so theirs are there before the work begins. Sockets are closed
 * at the end, because closing is no request on Windows.
 *
 *   client: connect → send … send → recv … recv → (next message | shut down the sending side)
 *   server: accept → recv → send … send → recv … → 0: nothing more
 */
#include "workloads/ring_windows.h"

#include <mswsock.h>
#include <ws2tcpip.h>

#include <errno.h>
#include <stdlib.h>

#include "workloads/error_windows.h"
#include "workloads/stop.h"

/* Windows 8 and later; mingw-w64 10 has no name for it. */
enum { SOCKET_FLAG_REGISTERED_IO = 0x100 };

/* AcceptEx writes both addresses, 16 bytes longer than they are, whatever --size says. */
enum { ADDRESSES_BYTES = 2 * (sizeof(struct sockaddr_in) + 16) };

struct end {
	SOCKET socket;
	uint32_t done_bytes; /* of the message on its way in this direction */
	uint32_t want_bytes;
};

struct echo {
	struct load_run *run;
	struct load_ring ring;
	struct load_buffers buffers;   /* one an end */
	struct load_buffers addresses; /* one a server's end */
	struct end *ends;	       /* clients first, then servers */
	uint64_t begun;		       /* messages */
	SOCKET listener;
	struct sockaddr_in address;
	bool started;		 /* WSAStartup */
	LONG volatile connected; /* the server's: connections are there */
};

/* tag: number of the end; ends from `depth` on are the server's. */
static bool is_server(const struct echo *echo, uint64_t tag)
{
	return tag >= echo->run->opt->depth;
}

/* The one that keeps an end: with two threads the server's ends are the first one's. */
static bool serves(const struct load_run *run)
{
	return run->thread == 0;
}

static bool calls(const struct load_run *run)
{
	return run->opt->shared ? run->thread == 0 : run->thread + 1 == run->opt->threads;
}

static bool connects_by_port(const struct echo *echo)
{
	return echo->run->opt->via == LOAD_VIA_IOCP;
}

static int socket_error(struct load_error *why, const char *what)
{
	return load_fail_windows(why, (uint32_t)WSAGetLastError(), "cannot %s", what);
}

static int new_socket(const struct echo *echo, SOCKET *ret_socket, struct load_error *why)
{
	DWORD flags = WSA_FLAG_OVERLAPPED |
		      (echo->run->opt->via == LOAD_VIA_RIO ? SOCKET_FLAG_REGISTERED_IO : 0);
	SOCKET made = WSASocketW(AF_INET, SOCK_STREAM, IPPROTO_TCP, NULL, 0, flags);
	BOOL on = TRUE;

	if (made == INVALID_SOCKET)
		return socket_error(why, "create a socket");
	setsockopt(made, IPPROTO_TCP, TCP_NODELAY, (const char *)&on, sizeof(on));
	*ret_socket = made;
	return 0;
}

/* Bound: ConnectEx wants that, and the listener too. */
static int bind_loopback(SOCKET made, struct load_error *why)
{
	struct sockaddr_in any = { .sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	return bind(made, (struct sockaddr *)&any, sizeof(any)) ? socket_error(why, "bind a socket")
								: 0;
}

static int listen_somewhere(struct echo *echo, struct load_error *why)
{
	int length = sizeof(echo->address);
	int err = new_socket(echo, &echo->listener, why);

	if (!err)
		err = bind_loopback(echo->listener, why);
	if (!err && (listen(echo->listener, (int)echo->run->opt->depth) ||
		     getsockname(echo->listener, (struct sockaddr *)&echo->address, &length)))
		err = socket_error(why, "listen on the loopback");
	return err;
}

static int make_sockets(struct echo *echo, uint64_t first, struct load_error *why)
{
	int err = 0;

	for (uint64_t i = first; !err && i < first + echo->run->opt->depth; i++) {
		err = new_socket(echo, &echo->ends[i].socket, why);
		if (!err && !is_server(echo, i))
			err = bind_loopback(echo->ends[i].socket, why);
		if (!err)
			err = load_ring_adopt(&echo->ring, (HANDLE)echo->ends[i].socket, why);
	}
	return err;
}

static int open_state(struct echo *echo, struct load_error *why)
{
	uint32_t depth = (uint32_t)echo->run->opt->depth;
	WSADATA about;
	int code = WSAStartup(MAKEWORD(2, 2), &about);
	int err;

	if (code)
		return load_fail_windows(why, (uint32_t)code, "cannot start Winsock");
	echo->started = true;
	echo->ends = calloc(2 * depth, sizeof(*echo->ends));
	if (!echo->ends)
		return load_fail(why, -ENOMEM, "no memory for the connections");
	for (uint32_t i = 0; i < 2 * depth; i++)
		echo->ends[i].socket = INVALID_SOCKET;
	err = load_buffers_init(&echo->buffers, 2 * depth, echo->run->opt->size_bytes, why);
	return err ? err : load_buffers_init(&echo->addresses, depth, ADDRESSES_BYTES, why);
}

static int start(struct load_run *run, struct load_error *why)
{
	struct load_ring_plan plan = { .requests = (uint32_t)run->opt->depth * 2 };
	struct echo *echo;
	int err = load_run_state(run, sizeof(*echo), why);

	if (err)
		return err;
	echo = run->state;
	echo->run = run;
	echo->listener = INVALID_SOCKET;
	if (!serves(run) && !calls(run))
		return 0;
	err = open_state(echo, why);
	plan.buffers = &echo->buffers;
	if (!err)
		err = load_ring_open(&echo->ring, run, &plan, why);
	if (!err && serves(run))
		err = listen_somewhere(echo, why);
	if (!err && serves(run))
		err = load_ring_adopt(&echo->ring, (HANDLE)echo->listener, why);
	if (!err && serves(run))
		err = make_sockets(echo, run->opt->depth, why);
	return err || !calls(run) ? err : make_sockets(echo, 0, why);
}

static void start_stream(struct echo *echo, uint64_t tag, uint8_t op)
{
	const struct end *end = &echo->ends[tag];
	uint8_t *buffer = load_buffers_at(&echo->buffers, (uint32_t)tag);
	struct load_call call = { .handle = (HANDLE)end->socket,
				  .buffer = buffer + end->done_bytes,
				  .bytes = end->want_bytes - end->done_bytes,
				  .op = op };

	load_ring_start(&echo->ring, &call, tag);
}

static void expect(struct echo *echo, uint64_t tag, uint32_t bytes)
{
	echo->ends[tag].done_bytes = 0;
	echo->ends[tag].want_bytes = bytes;
}

static void client_next(struct echo *echo, uint64_t tag)
{
	if (load_run_over(echo->run) || echo->begun == echo->run->opt->count) {
		shutdown(echo->ends[tag].socket, SD_SEND);
		return;
	}
	echo->begun++;
	expect(echo, tag, (uint32_t)echo->run->opt->size_bytes);
	start_stream(echo, tag, LOAD_OP_SEND);
}

static void client_ended(struct echo *echo, const struct load_completion *completion)
{
	uint64_t tag = completion->tag;
	struct end *end = &echo->ends[tag];

	if (completion->result < 0 || (completion->op == LOAD_OP_RECV && !completion->result)) {
		shutdown(end->socket, SD_BOTH);
		return;
	}
	if (completion->op == LOAD_OP_CONNECT) {
		setsockopt(end->socket, SOL_SOCKET, SO_UPDATE_CONNECT_CONTEXT, NULL, 0);
		client_next(echo, tag);
		return;
	}
	end->done_bytes += (uint32_t)completion->result;
	if (end->done_bytes < end->want_bytes) {
		start_stream(echo, tag, completion->op);
	} else if (completion->op == LOAD_OP_SEND) {
		expect(echo, tag, end->want_bytes);
		start_stream(echo, tag, LOAD_OP_RECV);
	} else {
		echo->run->units_done++;
		client_next(echo, tag);
	}
}

static void server_recv(struct echo *echo, uint64_t tag)
{
	expect(echo, tag, (uint32_t)echo->run->opt->size_bytes);
	start_stream(echo, tag, LOAD_OP_RECV);
}

static void server_ended(struct echo *echo, const struct load_completion *completion)
{
	uint64_t tag = completion->tag;
	struct end *end = &echo->ends[tag];

	if (completion->result < 0 || (completion->op == LOAD_OP_RECV && !completion->result)) {
		shutdown(end->socket, SD_BOTH);
		return;
	}
	if (completion->op == LOAD_OP_ACCEPT) {
		setsockopt(end->socket, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT,
			   (const char *)&echo->listener, sizeof(echo->listener));
		server_recv(echo, tag);
		return;
	}
	if (completion->op == LOAD_OP_RECV)
		expect(echo, tag, (uint32_t)completion->result);
	else
		end->done_bytes += (uint32_t)completion->result;
	if (end->done_bytes < end->want_bytes)
		start_stream(echo, tag, LOAD_OP_SEND);
	else
		server_recv(echo, tag);
}

static void ended(void *state, const struct load_completion *completion)
{
	struct echo *echo = state;

	if (is_server(echo, completion->tag))
		server_ended(echo, completion);
	else
		client_ended(echo, completion);
}

static void start_accept(struct echo *echo, uint64_t tag)
{
	struct load_call call = {
		.handle = (HANDLE)echo->listener,
		.accepted = echo->ends[tag].socket,
		.buffer =
			load_buffers_at(&echo->addresses, (uint32_t)(tag - echo->run->opt->depth)),
		.op = LOAD_OP_ACCEPT,
	};

	load_ring_start(&echo->ring, &call, tag);
}

static void start_connect(struct echo *echo, uint64_t tag, const struct sockaddr_in *address)
{
	struct load_call call = { .handle = (HANDLE)echo->ends[tag].socket,
				  .address = address,
				  .op = LOAD_OP_CONNECT };

	load_ring_start(&echo->ring, &call, tag);
}

/* One connection without the queue: the listener's backlog takes the call, then it is accepted. */
static int connect_plainly(struct echo *client, struct echo *server, uint32_t index,
			   struct load_error *why)
{
	SOCKET accepted = server->ends[client->run->opt->depth + index].socket;
	OVERLAPPED overlapped = { .hEvent = CreateEventA(NULL, TRUE, FALSE, NULL) };
	DWORD bytes, flags;
	int err = 0;

	if (connect(client->ends[index].socket, (struct sockaddr *)&server->address,
		    sizeof(server->address)))
		err = socket_error(why, "connect");
	else if (!AcceptEx(server->listener, accepted, load_buffers_at(&server->addresses, index),
			   0, ADDRESSES_BYTES / 2, ADDRESSES_BYTES / 2, &bytes, &overlapped) &&
		 WSAGetLastError() != ERROR_IO_PENDING)
		err = socket_error(why, "accept");
	else if (!WSAGetOverlappedResult(server->listener, &overlapped, &bytes, TRUE, &flags) ||
		 setsockopt(accepted, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT,
			    (const char *)&server->listener, sizeof(server->listener)))
		err = socket_error(why, "accept");
	CloseHandle(overlapped.hEvent);
	return err;
}

static int start_by_port(struct load_run *run)
{
	struct echo *echo = run->state, *server = run->first->state;
	uint64_t depth = run->opt->depth;

	for (uint64_t i = 0; serves(run) && i < depth; i++)
		start_accept(echo, depth + i);
	for (uint64_t i = 0; calls(run) && i < depth; i++)
		start_connect(echo, i, &server->address);
	return 0;
}

/* The client's thread makes all connections; the server's waits for them. */
static int start_plainly(struct load_run *run, struct load_error *why)
{
	struct echo *echo = run->state, *server = run->first->state;
	uint64_t depth = run->opt->depth;

	for (uint64_t i = 0; calls(run) && i < depth; i++) {
		int err = connect_plainly(echo, server, (uint32_t)i, why);

		if (err)
			return err;
	}
	if (calls(run))
		InterlockedExchange(&server->connected, 1);
	while (serves(run) && !server->connected && !load_stop_asked())
		Sleep(1);
	for (uint64_t i = 0; calls(run) && i < depth; i++)
		client_next(echo, i);
	for (uint64_t i = 0; serves(run) && server->connected && i < depth; i++)
		server_recv(echo, depth + i);
	return 0;
}

static int work(struct load_run *run, struct load_error *why)
{
	struct echo *echo = run->opt->shared ? run->first->state : run->state;
	int err = 0;

	if (run->opt->shared && run->thread)
		return load_ring_share(&echo->ring, why);
	EnterCriticalSection(&echo->ring.lock);
	load_ring_on_end(&echo->ring, ended, echo);
	err = connects_by_port(echo) ? start_by_port(run) : start_plainly(run, why);
	echo->ring.primed = true;
	LeaveCriticalSection(&echo->ring.lock);
	if (!err)
		err = run->opt->shared ? load_ring_share(&echo->ring, why)
				       : load_ring_drain(&echo->ring, why);
	load_ring_settle(&echo->ring);
	return err;
}

static void done(struct load_run *run)
{
	struct echo *echo = run->state;

	if (!echo)
		return;
	for (uint64_t i = 0; echo->ends && i < run->opt->depth * 2; i++)
		if (echo->ends[i].socket != INVALID_SOCKET)
			closesocket(echo->ends[i].socket);
	if (echo->listener != INVALID_SOCKET)
		closesocket(echo->listener);
	load_ring_close(&echo->ring);
	load_buffers_done(&echo->buffers);
	load_buffers_done(&echo->addresses);
	free(echo->ends);
	if (echo->started)
		WSACleanup();
}

const struct load_workload load_workload_echo = {
	.name = "echo",
	.summary = "messages to and fro over TCP loopback; --threads 2: an end a thread",
	.unit = "messages",
	.uses = LOAD_USES(DEPTH) | LOAD_USES(SIZE) | LOAD_USES(BATCH) | LOAD_USES(COUNT) |
		LOAD_USES(VIA) | LOAD_USES(SKIP_SUCCESS) | LOAD_USES(SHARED) | LOAD_USES(BENCH),
	.vias = 1u << LOAD_VIA_IOCP | 1u << LOAD_VIA_EVENT | 1u << LOAD_VIA_APC |
		1u << LOAD_VIA_RIO,
	.default_count = 1009,
	.threads_max = 2,
	.start = start,
	.work = work,
	.done = done,
};

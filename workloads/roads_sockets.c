/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Roads of sockets, from their creation to their shutdown, messages through them, and commands to
 * them. Connections run over the TCP loopback where the address matters, else over a pair of
 * sockets. Zero-copy sends go over TCP: their second completion, the notification, comes when the
 * peer's end has taken the data, which the turn sees to.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "workloads/road.h"

enum { BYTES = 3001, SLOTS = 4, ZERO_COPY_BYTES = 8192 };

static int take_socket(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);
	int err;

	io_uring_prep_socket(sqe, AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0, 0);
	err = road_do(trip, sqe, ROAD_ANY);
	if (!err)
		close(trip->results[0]);
	return err;
}

static int slots(struct road_trip *trip)
{
	int none[SLOTS] = { -1, -1, -1, -1 };

	return load_ring_register_files(&trip->ring, none, SLOTS, trip->why);
}

static int take_socket_direct(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);
	int err;

	io_uring_prep_socket_direct(sqe, AF_INET, SOCK_STREAM, 0, 2, 0);
	err = road_do(trip, sqe, 0);
	if (err)
		return err;
	sqe = road_sqe(trip);
	io_uring_prep_close_direct(sqe, 2);
	return road_do(trip, sqe, 0);
}

/* A socket that is bound to any port, and listens. */
static int take_bind(struct road_trip *trip)
{
	struct sockaddr_in any = { .sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct io_uring_sqe *sqe = road_sqe(trip);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int err;

	if (fd < 0)
		return road_failed(trip, "socket");
	io_uring_prep_rw(KERNEL_OP_BIND, sqe, fd, &any, 0, sizeof(any));
	err = road_do(trip, sqe, 0);
	if (!err) {
		sqe = road_sqe(trip);
		io_uring_prep_rw(KERNEL_OP_LISTEN, sqe, fd, NULL, 5, 0);
		err = road_do(trip, sqe, 0);
	}
	close(fd);
	return err;
}

/* ACCEPT waits, CONNECT comes: two requests, and a SHUTDOWN of the connection. */
static int take_accept(struct road_trip *trip)
{
	int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct linger reset = { .l_onoff = 1 };
	struct io_uring_sqe *sqe;
	int err;

	if (client < 0)
		return road_failed(trip, "socket");
	sqe = road_sqe(trip);
	io_uring_prep_accept(sqe, trip->fds[0], NULL, NULL, SOCK_CLOEXEC);
	road_queue(trip, sqe, 0);
	sqe = road_sqe(trip);
	io_uring_prep_connect(sqe, client, (struct sockaddr *)&trip->address, trip->address_bytes);
	road_queue(trip, sqe, 1);
	err = road_await(trip, 0);
	if (!err)
		err = road_expect(trip, 0, ROAD_ANY);
	if (!err) {
		close(trip->results[0]);
		err = road_expect(trip, 1, 0);
	}
	setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(client);
	return err;
}

static int take_shutdown(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);
	int err = road_sockets(trip);

	if (err)
		return err;
	io_uring_prep_shutdown(sqe, trip->fds[0], SHUT_WR);
	err = road_do(trip, sqe, 0);
	road_close(&trip->fds[0]);
	road_close(&trip->fds[1]);
	return err;
}

static int take_send(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);
	int err;

	io_uring_prep_send(sqe, trip->fds[0], trip->memory, BYTES, 0);
	road_queue(trip, sqe, 0);
	sqe = road_sqe(trip);
	io_uring_prep_recv(sqe, trip->fds[1], trip->memory + 4096, BYTES, MSG_WAITALL);
	road_queue(trip, sqe, 1);
	err = road_await(trip, 0);
	if (!err)
		err = road_expect(trip, 0, BYTES);
	return err ? err : road_expect(trip, 1, BYTES);
}

static int take_sendmsg(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);
	int err;

	trip->vector[0] = (struct iovec){ trip->memory, 1000 };
	trip->vector[1] = (struct iovec){ trip->memory + 4096, BYTES - 1000 };
	trip->message = (struct msghdr){ .msg_iov = trip->vector, .msg_iovlen = 2 };
	io_uring_prep_sendmsg(sqe, trip->fds[0], &trip->message, 0);
	err = road_do(trip, sqe, BYTES);
	if (err)
		return err;
	sqe = road_sqe(trip);
	io_uring_prep_recvmsg(sqe, trip->fds[1], &trip->message, 0);
	return road_do(trip, sqe, BYTES);
}

/* RECV that polls first, and is sent to afterwards. */
static int take_poll_first(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);
	int err;

	io_uring_prep_recv(sqe, trip->fds[1], trip->memory, BYTES, 0);
	sqe->ioprio = IORING_RECVSEND_POLL_FIRST;
	road_queue(trip, sqe, 0);
	err = road_submit(trip);
	if (!err && send(trip->fds[0], trip->memory, BYTES, 0) != BYTES)
		return road_failed(trip, "send");
	if (!err)
		err = road_await(trip, 0);
	return err ? err : road_expect(trip, 0, BYTES);
}

/* Waits for the result, takes the data at the other end, waits for the notification. */
static int finish_zero_copy(struct road_trip *trip, int32_t bytes)
{
	int err = road_submit(trip);
	ssize_t taken = 0, part;

	while (!err && taken < bytes) {
		part = recv(trip->fds[1], trip->memory + ROAD_MEMORY_BYTES / 2,
			    (size_t)(bytes - taken), 0);
		if (part <= 0)
			return road_failed(trip, "recv");
		taken += part;
	}
	if (!err)
		err = road_await(trip, 0);
	if (!err && trip->ended[0] && trip->notices == 0 && trip->results[0] >= 0)
		return load_fail(trip->why, -EPROTO, "road %s: no notification came",
				 trip->road->name);
	return err ? err : road_expect(trip, 0, bytes);
}

static int take_send_zc(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	io_uring_prep_send_zc(sqe, trip->fds[0], trip->memory, ZERO_COPY_BYTES, 0, 0);
	road_queue(trip, sqe, 0);
	return finish_zero_copy(trip, ZERO_COPY_BYTES);
}

static int tcp_and_buffer(struct road_trip *trip)
{
	struct iovec whole = { trip->memory, ROAD_MEMORY_BYTES };
	int err = road_tcp(trip);

	return err ? err : load_ring_register_buffers(&trip->ring, &whole, 1, trip->why);
}

static int take_send_zc_fixed(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	io_uring_prep_send_zc_fixed(sqe, trip->fds[0], trip->memory, ZERO_COPY_BYTES, 0, 0, 0);
	road_queue(trip, sqe, 0);
	return finish_zero_copy(trip, ZERO_COPY_BYTES);
}

static int take_sendmsg_zc(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	trip->vector[0] = (struct iovec){ trip->memory, 4096 };
	trip->vector[1] = (struct iovec){ trip->memory + 8192, 4096 };
	trip->message = (struct msghdr){ .msg_iov = trip->vector, .msg_iovlen = 2 };
	io_uring_prep_sendmsg_zc(sqe, trip->fds[0], &trip->message, 0);
	road_queue(trip, sqe, 0);
	return finish_zero_copy(trip, ZERO_COPY_BYTES);
}

static struct io_uring_sqe *command(struct road_trip *trip, uint32_t op)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	sqe->opcode = IORING_OP_URING_CMD;
	sqe->fd = trip->fds[0];
	sqe->cmd_op = op;
	return sqe;
}

static int take_siocinq(struct road_trip *trip)
{
	if (send(trip->fds[1], "ring", 4, 0) != 4)
		return road_failed(trip, "send");
	if (road_do(trip, command(trip, KERNEL_SOCKET_SIOCINQ), 4))
		return trip->why->code;
	return recv(trip->fds[0], trip->memory, 4, 0) == 4 ? 0 : road_failed(trip, "recv");
}

/* Where the kernel looks for the option: level and name share the place of addr, optlen that of
 * file_index, optval that of addr3. */
static struct io_uring_sqe *option(struct road_trip *trip, uint32_t op, int *value)
{
	struct io_uring_sqe *sqe = command(trip, op);

	sqe->addr = (uint64_t)SOL_SOCKET | (uint64_t)SO_KEEPALIVE << 32;
	sqe->file_index = sizeof(*value);
	sqe->addr3 = (uint64_t)(uintptr_t)value;
	return sqe;
}

static int take_sockopt(struct road_trip *trip)
{
	int value = 1;
	int err = road_do(trip, option(trip, KERNEL_SOCKET_SETSOCKOPT, &value), 0);

	if (err)
		return err;
	return road_do(trip, option(trip, KERNEL_SOCKET_GETSOCKOPT, &value), sizeof(value));
}

const struct road roads_sockets[] = {
	{ .name = "socket",
	  .what = "create a socket",
	  .since = "5.19",
	  .op = IORING_OP_SOCKET,
	  .turn = take_socket },
	{ .name = "socket-direct",
	  .what = "create a socket in a slot",
	  .since = "5.19",
	  .op = IORING_OP_SOCKET,
	  .start = slots,
	  .turn = take_socket_direct },
	{ .name = "bind-listen",
	  .what = "bind a socket and listen",
	  .since = "6.11",
	  .op = KERNEL_OP_BIND,
	  .turn = take_bind },
	{ .name = "accept-connect",
	  .what = "accept and connect",
	  .since = "5.5",
	  .op = IORING_OP_ACCEPT,
	  .start = road_listen,
	  .turn = take_accept },
	{ .name = "shutdown",
	  .what = "shut down a socket",
	  .since = "5.11",
	  .op = IORING_OP_SHUTDOWN,
	  .turn = take_shutdown },
	{ .name = "send-recv",
	  .what = "send and receive",
	  .since = "5.6",
	  .op = IORING_OP_SEND,
	  .start = road_sockets,
	  .turn = take_send },
	{ .name = "sendmsg-recvmsg",
	  .what = "send and receive messages",
	  .since = "5.3",
	  .op = IORING_OP_SENDMSG,
	  .start = road_sockets,
	  .turn = take_sendmsg },
	{ .name = "recv-poll-first",
	  .what = "receive without trying first",
	  .since = "6.0",
	  .start = road_sockets,
	  .turn = take_poll_first },
	{ .name = "send-zc",
	  .what = "send without a copy",
	  .since = "6.0",
	  .op = IORING_OP_SEND_ZC,
	  .start = road_tcp,
	  .turn = take_send_zc },
	{ .name = "send-zc-fixed",
	  .what = "send a registered buffer without a copy",
	  .since = "6.0",
	  .op = IORING_OP_SEND_ZC,
	  .start = tcp_and_buffer,
	  .turn = take_send_zc_fixed },
	{ .name = "sendmsg-zc",
	  .what = "send a message without a copy",
	  .since = "6.1",
	  .op = IORING_OP_SENDMSG_ZC,
	  .start = road_tcp,
	  .turn = take_sendmsg_zc },
	{ .name = "socket-inq",
	  .what = "ask a socket how much there is",
	  .since = "6.6",
	  .op = IORING_OP_URING_CMD,
	  .start = road_tcp,
	  .turn = take_siocinq },
	{ .name = "socket-option",
	  .what = "set and get an option of a socket",
	  .since = "6.7",
	  .op = IORING_OP_URING_CMD,
	  .start = road_tcp,
	  .turn = take_sockopt },
	{ .name = NULL },
};

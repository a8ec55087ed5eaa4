/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Registered I/O: a completion queue in user memory for the whole ring, a request queue for each
 * socket, all buffers registered once. Requests are queued with RIO_MSG_DEFER and committed by the
 * next enter, one call for each socket and direction that has any. Ends are taken without a call
 * into the system; only when there is none, RIONotify asks for an event to wait for.
 *
 * A socket's request queue is created at its first request: by then it is connected.
 *
 * The system has no events for the requests, so each is told by events of our own: Submit when it
 * is queued, with the number of requests not committed yet, Complete when it is taken, with the
 * number of ends that wait, itself included.
 */
#include "workloads/via_windows.h"

#include <errno.h>
#include <stdlib.h>

#include "workloads/clock.h"
#include "workloads/error_windows.h"
#include "workloads/queue_trace_windows.h"
#include "workloads/rio_windows.h"

enum { RESULTS_MAX = 256 };

struct rio_socket {
	SOCKET socket; /* 0: row not used */
	rio_rq_t queue;
	bool sends, receives; /* has some that are not committed */
};

struct via_rio {
	struct rio_api api;
	rio_cq_t queue;
	rio_buffer_t buffer;
	HANDLE event;
	bool armed; /* RIONotify was called, its event has not come */
	uint32_t deferred;
	struct rio_socket *sockets; /* as many rows as requests: each socket has one in flight */
	uint32_t socket_count;
};

static int open_rio(struct load_ring *ring, struct load_error *why)
{
	size_t bytes = ring->buffers->stride_bytes * ring->buffers->count;
	struct via_rio *via = calloc(1, sizeof(*via));
	struct rio_notification notification = { .type = RIO_BY_EVENT, .reset = TRUE };
	int err;

	if (!via)
		return load_fail(why, -ENOMEM, "no memory for RIO");
	ring->via_state = via;
	via->buffer = RIO_NO_BUFFER;
	err = rio_api_load(&via->api, why);
	if (err)
		return err;
	load_queue_trace_open();
	via->sockets = calloc(ring->request_count, sizeof(*via->sockets));
	via->event = CreateEventA(NULL, FALSE, FALSE, NULL);
	if (!via->sockets || !via->event || bytes > UINT32_MAX)
		return load_fail(why, -ENOMEM, "no memory for RIO");
	via->buffer = via->api.register_buffer(ring->buffers->memory, (uint32_t)bytes);
	if (via->buffer == RIO_NO_BUFFER)
		return load_fail_windows(why, (uint32_t)WSAGetLastError(),
					 "cannot register the buffers");
	ring->truth->registers++;
	ring->truth->calls++;
	notification.event = via->event;
	via->queue = via->api.create_cq(2 * ring->request_count, &notification);
	if (!via->queue)
		return load_fail_windows(why, (uint32_t)WSAGetLastError(),
					 "cannot create RIO's completion queue");
	ring->truth->sq_entries = ring->request_count;
	ring->truth->cq_entries = 2 * ring->request_count;
	return 0;
}

static struct rio_socket *socket_of(struct load_ring *ring, SOCKET socket)
{
	struct via_rio *via = ring->via_state;
	struct rio_socket *row;

	for (uint32_t i = 0; i < via->socket_count; i++)
		if (via->sockets[i].socket == socket)
			return &via->sockets[i];
	if (via->socket_count == ring->request_count) {
		WSASetLastError(WSAENOBUFS);
		return NULL;
	}
	row = &via->sockets[via->socket_count];
	row->queue = via->api.create_rq(socket, 1, 1, 1, 1, via->queue, via->queue, NULL);
	if (!row->queue)
		return NULL;
	row->socket = socket;
	via->socket_count++;
	return row;
}

static void tell_submit(const struct via_rio *via, const struct load_request *request)
{
	bool sends = request->call.op == LOAD_OP_SEND;
	struct load_queue_fact fact = {
		.queue = (uintptr_t)via->queue,
		.kind = LOAD_QUEUE_KIND_RIO,
		.op = sends ? LOAD_RIO_OP_SEND : LOAD_RIO_OP_RECEIVE,
		.user_data = request->user_data,
		.length_bytes = request->call.bytes,
		.depth = via->deferred,
	};

	load_queue_trace(LOAD_QUEUE_EVENT_SUBMIT, &fact);
}

static void start(struct load_ring *ring, struct load_request *request)
{
	struct via_rio *via = ring->via_state;
	const struct load_call *call = &request->call;
	struct rio_socket *row = socket_of(ring, (SOCKET)call->handle);
	struct rio_part part = {
		.buffer = via->buffer,
		.offset = (uint32_t)((uint8_t *)call->buffer - ring->buffers->memory),
		.bytes = call->bytes,
	};
	void *context = (void *)(uintptr_t)request->user_data;
	bool sends = call->op == LOAD_OP_SEND;

	if (row) {
		/* Told before: it may be taken as soon as it is queued. */
		via->deferred++;
		tell_submit(via, request);
		if ((sends ? via->api.send : via->api.receive)(row->queue, &part, 1, RIO_FLAG_DEFER,
							       context)) {
			row->sends |= sends;
			row->receives |= !sends;
			return;
		}
		via->deferred--;
	}
	load_ring_end(request, load_result_win32((uint32_t)WSAGetLastError()), LOAD_ENDED_REFUSED);
}

static int commit(struct load_ring *ring, struct load_error *why)
{
	struct via_rio *via = ring->via_state;

	for (uint32_t i = 0; via->deferred && i < via->socket_count; i++) {
		struct rio_socket *row = &via->sockets[i];
		int ok = 1;

		if (row->sends) {
			load_ring_count_enter(ring);
			ok = via->api.send(row->queue, NULL, 0, RIO_FLAG_COMMIT_ONLY, NULL);
		}
		if (ok && row->receives) {
			load_ring_count_enter(ring);
			ok = via->api.receive(row->queue, NULL, 0, RIO_FLAG_COMMIT_ONLY, NULL);
		}
		if (!ok)
			return load_fail_windows(why, (uint32_t)WSAGetLastError(),
						 "cannot commit RIO's requests");
		row->sends = row->receives = false;
	}
	via->deferred = 0;
	return 0;
}

static void end_one(struct load_ring *ring, const struct rio_result *result, uint32_t depth)
{
	const struct via_rio *via = ring->via_state;
	uint32_t slot = (uint32_t)result->request_context & LOAD_SLOT_MASK;
	struct load_request *request = &ring->requests[slot];
	struct load_queue_fact fact = {
		.queue = (uintptr_t)via->queue,
		.kind = LOAD_QUEUE_KIND_RIO,
		.user_data = result->request_context,
		/* HRESULT_FROM_WIN32 */
		.result = result->status ? (int32_t)(0x80070000u | (uint16_t)result->status)
					 : (int64_t)result->bytes,
		.depth = depth,
	};

	load_queue_trace(LOAD_QUEUE_EVENT_COMPLETE, &fact);
	if (slot >= ring->request_count || !request->active || request->ended ||
	    request->user_data != result->request_context)
		ring->foreign = true;
	else
		load_ring_end(request,
			      result->status ? load_result_win32((uint32_t)result->status)
					     : (int32_t)result->bytes,
			      LOAD_ENDED_COMPLETED);
}

/* How many ends were taken; -1: the queue is corrupt. */
static int take_ends(struct load_ring *ring)
{
	struct via_rio *via = ring->via_state;
	struct rio_result results[RESULTS_MAX];
	uint32_t count = via->api.dequeue(via->queue, results, RESULTS_MAX);

	if (count == RIO_CORRUPT)
		return -1;
	for (uint32_t i = 0; i < count; i++)
		end_one(ring, &results[i], count - i);
	return (int)count;
}

/* Sleeps until the queue has an end. Only one RIONotify may be outstanding. */
static int sleep_for_ends(struct load_ring *ring, uint32_t wait_ms, struct load_error *why)
{
	struct via_rio *via = ring->via_state;
	int code;

	if (!via->armed) {
		load_ring_count_enter(ring);
		code = via->api.notify(via->queue);
		if (code)
			return load_fail_windows(why, (uint32_t)code, "cannot wait for RIO");
		via->armed = true;
	}
	if (WaitForSingleObject(via->event, wait_ms) == WAIT_OBJECT_0)
		via->armed = false;
	return 0;
}

static int enter(struct load_ring *ring, uint32_t wait_count, uint32_t wait_ms,
		 struct load_error *why)
{
	uint64_t until_ns = load_clock_ns() + wait_ms * 1000000ull;
	int err = commit(ring, why), taken = 0, count;

	while (!err) {
		count = take_ends(ring);
		if (count < 0)
			return load_fail(why, -EPROTO, "RIO's completion queue is corrupt");
		taken += count;
		if ((uint32_t)taken >= wait_count || load_clock_ns() >= until_ns || ring->foreign)
			break;
		if (!count)
			err = sleep_for_ends(ring, wait_ms, why);
	}
	return err;
}

/* There is no call for it: a connection that is shut down ends what is in flight. */
static void cancel(struct load_ring *ring, struct load_request *request)
{
	(void)ring;
	shutdown((SOCKET)request->call.handle, SD_BOTH);
}

static void close_rio(struct load_ring *ring)
{
	struct via_rio *via = ring->via_state;

	if (!via)
		return;
	if (via->queue)
		via->api.close_cq(via->queue);
	if (via->buffer != RIO_NO_BUFFER)
		via->api.deregister(via->buffer);
	if (via->event)
		CloseHandle(via->event);
	free(via->sockets);
	free(via);
}

const struct load_carrier load_via_rio = {
	.open = open_rio,
	.start = start,
	.enter = enter,
	.cancel = cancel,
	.close = close_rio,
};

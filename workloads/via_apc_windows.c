/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Overlapped I/O with completion routines (ReadFileEx, WriteFileEx; for sockets WSASend, WSARecv):
 * the system queues an APC to the thread that started the request, and it runs when that thread
 * waits alertably. So a queue of this kind is a thread's own.
 */
#include "workloads/via_windows.h"

#include <errno.h>

#include "workloads/clock.h"
#include "workloads/error_windows.h"

static int open_nothing(struct load_ring *ring, struct load_error *why)
{
	(void)ring;
	(void)why;
	return 0;
}

static void end_routine(DWORD error, DWORD bytes, OVERLAPPED *overlapped)
{
	struct load_request *request = (struct load_request *)overlapped;

	load_ring_end(request, error ? load_result_win32(error) : (int32_t)bytes,
		      LOAD_ENDED_COMPLETED);
}

static void CALLBACK file_ended(DWORD error, DWORD bytes, OVERLAPPED *overlapped)
{
	end_routine(error, bytes, overlapped);
}

static void CALLBACK socket_ended(DWORD error, DWORD bytes, OVERLAPPED *overlapped, DWORD flags)
{
	(void)flags;
	end_routine(error, bytes, overlapped);
}

/* 0, or the code of a call that failed: then no routine is called. */
static uint32_t start_call(struct load_request *request)
{
	const struct load_call *call = &request->call;
	WSABUF buffer = { .len = call->bytes, .buf = call->buffer };
	DWORD flags = 0;
	BOOL ok;

	if (call->op == LOAD_OP_READ)
		ok = ReadFileEx(call->handle, call->buffer, call->bytes, &request->overlapped,
				file_ended);
	else if (call->op == LOAD_OP_WRITE)
		ok = WriteFileEx(call->handle, call->buffer, call->bytes, &request->overlapped,
				 file_ended);
	else if (call->op == LOAD_OP_SEND)
		ok = !WSASend((SOCKET)call->handle, &buffer, 1, NULL, 0, &request->overlapped,
			      socket_ended);
	else
		ok = !WSARecv((SOCKET)call->handle, &buffer, 1, NULL, &flags, &request->overlapped,
			      socket_ended);
	return ok || GetLastError() == ERROR_IO_PENDING ? 0 : GetLastError();
}

static void start(struct load_ring *ring, struct load_request *request)
{
	uint32_t error;

	if (request->call.op == LOAD_OP_FLUSH) {
		load_via_sync.start(ring, request);
		return;
	}
	load_ring_count_enter(ring);
	error = start_call(request);
	if (error)
		load_ring_end(request, load_result_win32(error), LOAD_ENDED_REFUSED);
}

static int enter(struct load_ring *ring, uint32_t wait_count, uint32_t wait_ms,
		 struct load_error *why)
{
	uint64_t until_ns = load_clock_ns() + wait_ms * 1000000ull;
	uint32_t before = ring->ended_count;

	(void)why;
	while (ring->ended_count - before < wait_count) {
		uint64_t now_ns = load_clock_ns();

		if (now_ns >= until_ns)
			break;
		load_ring_count_enter(ring);
		SleepEx((DWORD)((until_ns - now_ns + 999999) / 1000000), TRUE);
	}
	return 0;
}

static void cancel(struct load_ring *ring, struct load_request *request)
{
	(void)ring;
	CancelIoEx(request->call.handle, &request->overlapped);
}

static void close_nothing(struct load_ring *ring)
{
	(void)ring;
}

const struct load_carrier load_via_apc = {
	.open = open_nothing,
	.start = start,
	.enter = enter,
	.cancel = cancel,
	.close = close_nothing,
};

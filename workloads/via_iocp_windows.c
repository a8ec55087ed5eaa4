/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * A completion port: the system queues a packet for each request that ended, and threads take them,
 * --batch at a time (GetQueuedCompletionStatusEx; GetQueuedCompletionStatus for a batch of 1).
 *
 * A request that succeeds at once has a packet all the same, unless --skip-success was given
 * (FILE_SKIP_COMPLETION_PORT_ON_SUCCESS); one whose call fails has none ever. Scatter/gather goes
 * this way too: only its calls differ.
 */
#include "workloads/via_windows.h"

#include <errno.h>
#include <stdlib.h>

#include "workloads/clock.h"
#include "workloads/error_windows.h"

enum { PACKETS_MAX = 256 };

static int open_port(struct load_ring *ring, struct load_error *why)
{
	HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0,
					     ring->opt->shared ? (DWORD)ring->opt->threads : 1);

	if (!port)
		return load_fail_windows(why, GetLastError(), "cannot create a completion port");
	ring->via_state = port;
	ring->truth->fd = (int32_t)(intptr_t)port;
	return 0;
}

static int adopt(struct load_ring *ring, HANDLE handle, struct load_error *why)
{
	if (!CreateIoCompletionPort(handle, ring->via_state, 0, 0))
		return load_fail_windows(why, GetLastError(), "cannot use the completion port");
	if (ring->opt->skip_success &&
	    !SetFileCompletionNotificationModes(handle, FILE_SKIP_COMPLETION_PORT_ON_SUCCESS))
		return load_fail_windows(why, GetLastError(), "cannot do --skip-success");
	return 0;
}

static void start(struct load_ring *ring, struct load_request *request)
{
	bool at_once = false;
	uint32_t error;

	if (request->call.op == LOAD_OP_FLUSH) {
		load_via_sync.start(ring, request);
		return;
	}
	if (request->call.op == LOAD_OP_POST) {
		load_ring_count_enter(ring);
		if (!PostQueuedCompletionStatus(ring->via_state, 0, 0, &request->overlapped))
			load_ring_end(request, load_result_win32(GetLastError()),
				      LOAD_ENDED_REFUSED);
		return;
	}
	error = load_overlapped_start(request, &at_once);
	if (error)
		load_ring_end(request, load_result_win32(error), LOAD_ENDED_REFUSED);
	else if (at_once && ring->opt->skip_success)
		load_ring_end(request, load_overlapped_result(request), LOAD_ENDED_SKIPPED);
}

/* Takes up to `most` packets; returns how many, or -1 with the error. */
static int take_packets(struct load_ring *ring, OVERLAPPED_ENTRY *entries, ULONG most, DWORD ms)
{
	ULONG count = 0;

	load_ring_count_enter(ring);
	if (ring->opt->batch > 1) {
		if (!GetQueuedCompletionStatusEx(ring->via_state, entries, most, &count, ms, FALSE))
			return GetLastError() == WAIT_TIMEOUT ? 0 : -1;
		return (int)count;
	}
	/* FALSE with an OVERLAPPED is a packet too: of a request that failed. */
	if (!GetQueuedCompletionStatus(ring->via_state, &entries[0].dwNumberOfBytesTransferred,
				       &entries[0].lpCompletionKey, &entries[0].lpOverlapped, ms) &&
	    !entries[0].lpOverlapped)
		return GetLastError() == WAIT_TIMEOUT ? 0 : -1;
	return 1;
}

static void end_packet(struct load_ring *ring, const OVERLAPPED_ENTRY *entry)
{
	struct load_request *request = load_ring_request_of(ring, entry->lpOverlapped);

	if (request)
		load_ring_end(request, load_overlapped_result(request), LOAD_ENDED_COMPLETED);
}

static int enter(struct load_ring *ring, uint32_t wait_count, uint32_t wait_ms,
		 struct load_error *why)
{
	uint64_t until_ns = load_clock_ns() + wait_ms * 1000000ull, now_ns;
	OVERLAPPED_ENTRY entries[PACKETS_MAX];
	ULONG most = ring->opt->batch < PACKETS_MAX ? (ULONG)ring->opt->batch : PACKETS_MAX;
	uint32_t got = 0;

	while (got < wait_count && !ring->foreign) {
		int count = take_packets(ring, entries, most, wait_ms);

		if (count < 0)
			return load_fail_windows(why, GetLastError(), "cannot take packets");
		for (int i = 0; i < count; i++)
			end_packet(ring, &entries[i]);
		got += (uint32_t)count;
		now_ns = load_clock_ns();
		if (now_ns >= until_ns)
			break;
		wait_ms = (uint32_t)((until_ns - now_ns + 999999) / 1000000);
	}
	return 0;
}

static void cancel(struct load_ring *ring, struct load_request *request)
{
	(void)ring;
	CancelIoEx(request->call.handle, &request->overlapped);
}

static void close_port(struct load_ring *ring)
{
	if (ring->via_state)
		CloseHandle(ring->via_state);
}

const struct load_carrier load_via_iocp = {
	.open = open_port,
	.adopt = adopt,
	.start = start,
	.enter = enter,
	.cancel = cancel,
	.close = close_port,
};

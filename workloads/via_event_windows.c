/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Overlapped I/O with an event for each request, the way older than completion ports. One wait can
 * watch 64 events at most, which is why --depth ends there. What has ended is seen in the
 * OVERLAPPED itself; the events are only waited for.
 */
#include "workloads/via_windows.h"

#include <errno.h>
#include <stdlib.h>

#include "workloads/error_windows.h"

static int open_events(struct load_ring *ring, struct load_error *why)
{
	for (uint32_t i = 0; i < ring->request_count; i++) {
		HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);

		if (!event)
			return load_fail_windows(why, GetLastError(), "cannot create event %u",
						 i + 1);
		ring->requests[i].overlapped.hEvent = event;
	}
	return 0;
}

static void start(struct load_ring *ring, struct load_request *request)
{
	bool at_once;
	uint32_t error;

	if (request->call.op == LOAD_OP_FLUSH) {
		load_via_sync.start(ring, request);
		return;
	}
	error = load_overlapped_start(request, &at_once);
	if (error)
		load_ring_end(request, load_result_win32(error), LOAD_ENDED_REFUSED);
}

static uint32_t collect(struct load_ring *ring)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < ring->request_count; i++) {
		struct load_request *request = &ring->requests[i];

		if (!request->active || request->ended ||
		    !HasOverlappedIoCompleted(&request->overlapped))
			continue;
		load_ring_end(request, load_overlapped_result(request), LOAD_ENDED_COMPLETED);
		count++;
	}
	return count;
}

static uint32_t pending_events(const struct load_ring *ring, HANDLE *events)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < ring->request_count && count < MAXIMUM_WAIT_OBJECTS; i++)
		if (ring->requests[i].active && !ring->requests[i].ended)
			events[count++] = ring->requests[i].overlapped.hEvent;
	return count;
}

static int enter(struct load_ring *ring, uint32_t wait_count, uint32_t wait_ms,
		 struct load_error *why)
{
	HANDLE events[MAXIMUM_WAIT_OBJECTS];
	uint32_t got = collect(ring);

	while (got < wait_count) {
		uint32_t pending = pending_events(ring, events);
		DWORD woken;

		if (!pending)
			break;
		load_ring_count_enter(ring);
		woken = WaitForMultipleObjects(pending, events, FALSE, wait_ms);
		if (woken == WAIT_FAILED)
			return load_fail_windows(why, GetLastError(), "cannot wait for events");
		got += collect(ring);
		if (woken == WAIT_TIMEOUT)
			break;
	}
	return 0;
}

static void cancel(struct load_ring *ring, struct load_request *request)
{
	(void)ring;
	CancelIoEx(request->call.handle, &request->overlapped);
}

static void close_events(struct load_ring *ring)
{
	for (uint32_t i = 0; i < ring->request_count; i++)
		if (ring->requests[i].overlapped.hEvent)
			CloseHandle(ring->requests[i].overlapped.hEvent);
}

const struct load_carrier load_via_event = {
	.open = open_events,
	.start = start,
	.enter = enter,
	.cancel = cancel,
	.close = close_events,
};

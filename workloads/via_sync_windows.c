/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * No queue at all: each call returns when it is done. The baseline to compare the others with. The
 * OVERLAPPED only carries the offset, since the handle was opened for synchronous I/O.
 */
#include "workloads/via_windows.h"

#include <errno.h>

#include "workloads/error_windows.h"

static int open_nothing(struct load_ring *ring, struct load_error *why)
{
	(void)ring;
	(void)why;
	return 0;
}

static void start(struct load_ring *ring, struct load_request *request)
{
	const struct load_call *call = &request->call;
	DWORD bytes = 0;
	BOOL ok;

	load_ring_count_enter(ring);
	if (call->op == LOAD_OP_FLUSH)
		ok = FlushFileBuffers(call->handle);
	else if (call->op == LOAD_OP_READ)
		ok = ReadFile(call->handle, call->buffer, call->bytes, &bytes,
			      &request->overlapped);
	else
		ok = WriteFile(call->handle, call->buffer, call->bytes, &bytes,
			       &request->overlapped);
	load_ring_end(request, ok ? (int32_t)bytes : load_result_win32(GetLastError()),
		      LOAD_ENDED_COMPLETED);
}

static int enter(struct load_ring *ring, uint32_t wait_count, uint32_t wait_ms,
		 struct load_error *why)
{
	(void)ring;
	(void)wait_count;
	(void)wait_ms;
	(void)why;
	return 0;
}

static void close_nothing(struct load_ring *ring)
{
	(void)ring;
}

const struct load_carrier load_via_sync = {
	.open = open_nothing,
	.start = start,
	.enter = enter,
	.close = close_nothing,
};

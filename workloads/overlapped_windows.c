/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The calls that start a request with an OVERLAPPED, the same for completion ports and events.
 *
 * ReadFileScatter and WriteFileGather take a list of pages, which ends with a NULL; it must live
 * only until the call returns, so one on the heap for each call is enough. FlushFileBuffers has
 * no overlapped form: it ends with its call.
 */
#include "workloads/via_windows.h"

#include <mswsock.h>
#include <ws2tcpip.h>

#include <stdlib.h>

#include "workloads/error_windows.h"
#include "workloads/pages.h"

enum { ADDRESS_BYTES = sizeof(struct sockaddr_in) + 16 }; /* AcceptEx wants 16 bytes more */

static FILE_SEGMENT_ELEMENT *segments_of(const struct load_call *call)
{
	uint32_t pages = call->bytes / LOAD_PAGE_BYTES;
	FILE_SEGMENT_ELEMENT *segments = calloc(pages + 1, sizeof(*segments));

	for (uint32_t i = 0; segments && i < pages; i++)
		segments[i].Buffer =
			(PVOID64)((uint8_t *)call->buffer + (size_t)i * LOAD_PAGE_BYTES);
	return segments;
}

static BOOL start_pages(struct load_request *request)
{
	const struct load_call *call = &request->call;
	FILE_SEGMENT_ELEMENT *segments = segments_of(call);
	DWORD error;
	BOOL ok;

	if (!segments) {
		SetLastError(ERROR_NOT_ENOUGH_MEMORY);
		return FALSE;
	}
	ok = call->op == LOAD_OP_READ_SCATTER ? ReadFileScatter(call->handle, segments, call->bytes,
								NULL, &request->overlapped)
					      : WriteFileGather(call->handle, segments, call->bytes,
								NULL, &request->overlapped);
	error = GetLastError();
	free(segments);
	SetLastError(error);
	return ok;
}

static BOOL start_connect(struct load_request *request)
{
	static LPFN_CONNECTEX connect_ex;
	const struct load_call *call = &request->call;
	GUID id = WSAID_CONNECTEX;
	DWORD got;

	if (!connect_ex && WSAIoctl((SOCKET)call->handle, SIO_GET_EXTENSION_FUNCTION_POINTER, &id,
				    sizeof(id), &connect_ex, sizeof(connect_ex), &got, NULL, NULL))
		return FALSE;
	return connect_ex((SOCKET)call->handle, (const struct sockaddr *)call->address,
			  sizeof(*call->address), NULL, 0, NULL, &request->overlapped);
}

static BOOL start_stream(struct load_request *request)
{
	const struct load_call *call = &request->call;
	WSABUF buffer = { .len = call->bytes, .buf = call->buffer };
	DWORD flags = 0;

	if (call->op == LOAD_OP_SEND)
		return !WSASend((SOCKET)call->handle, &buffer, 1, NULL, 0, &request->overlapped,
				NULL);
	return !WSARecv((SOCKET)call->handle, &buffer, 1, NULL, &flags, &request->overlapped, NULL);
}

static BOOL start_call(struct load_request *request)
{
	const struct load_call *call = &request->call;

	switch (call->op) {
	case LOAD_OP_READ:
		return ReadFile(call->handle, call->buffer, call->bytes, NULL,
				&request->overlapped);
	case LOAD_OP_WRITE:
		return WriteFile(call->handle, call->buffer, call->bytes, NULL,
				 &request->overlapped);
	case LOAD_OP_READ_SCATTER:
	case LOAD_OP_WRITE_GATHER:
		return start_pages(request);
	case LOAD_OP_ACCEPT: /* the buffer takes both addresses, and no data is waited for */
		return AcceptEx((SOCKET)call->handle, call->accepted, call->buffer, 0,
				ADDRESS_BYTES, ADDRESS_BYTES, NULL, &request->overlapped);
	case LOAD_OP_CONNECT:
		return start_connect(request);
	default:
		return start_stream(request);
	}
}

uint32_t load_overlapped_start(struct load_request *request, bool *ret_at_once)
{
	uint32_t error;

	load_ring_count_enter(request->ring);
	*ret_at_once = start_call(request);
	if (*ret_at_once)
		return 0;
	error = GetLastError();
	return error == ERROR_IO_PENDING ? 0 : error;
}

int32_t load_overlapped_result(const struct load_request *request)
{
	uint32_t status = (uint32_t)request->overlapped.Internal;

	/* Warnings (0x8…) move bytes, but not all that were wanted: errors of their own. */
	return status & 0x80000000u ? load_result_ntstatus(status)
				    : (int32_t)request->overlapped.InternalHigh;
}

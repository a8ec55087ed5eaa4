/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * IoRing and RIO where there are none: what docs/man/ringload.1 and Microsoft's documentation say
 * of them, on top of ordinary overlapped I/O, so that ringload.exe's use of both can be run under
 * Wine. Linked before the real loaders (ioring_windows.c, rio_windows.c), which are then left out.
 * It is stricter than it need be: what the documentation forbids ends the program.
 *
 * The three functions of ETW are replaced too, by the pointers the linker looks for. What
 * is written goes to the file that RINGLOAD_EVENTS names, for events2etl.c:
 *
 *    u64 ticks of 100 ns | u32 pid | u32 tid | u32 parts | parts: u32 type, u32 bytes, the bytes
 *
 * This is our reading of the documentation, not Windows: it shows that ringload calls as we believe
 * it must, not that we believe right.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "workloads/rio_windows.h"
#include "workloads/ioring_windows.h"

#include <evntprov.h>

enum { QUEUE_MAX = 4096, BUFFERS_MAX = 4096 };

static void forbid(int broken, const char *rule)
{
	if (!broken)
		return;
	fprintf(stderr, "emulated queues: broken: %s\n", rule);
	exit(99);
}

/* --- IoRing ------------------------------------------------------------------------------ */

struct entry {
	uint32_t op;
	struct ioring_file file;
	struct ioring_buffer buffer;
	uint32_t bytes;
	uint64_t offset;
	uintptr_t user_data;
};

static struct ioring_handle {
	struct entry queued[QUEUE_MAX];
	struct ioring_completion done[QUEUE_MAX];
	uint32_t queued_count, done_count, done_head, entries;
	HANDLE file;
	struct ioring_buffer_info buffers[BUFFERS_MAX];
	uint32_t buffer_count;
} the_ring;

static int32_t WINAPI query(struct ioring_capabilities *can)
{
	*can = (struct ioring_capabilities){ 300, 2048, 4096, 0 };
	return S_OK;
}

static int32_t WINAPI create(uint32_t version, struct ioring_flags flags, uint32_t sq_entries,
			     uint32_t cq_entries, ioring_t *ret_ring)
{
	forbid(version > 300 || flags.required || flags.advisory, "version and flags");
	forbid(!sq_entries || sq_entries > 2048 || cq_entries < sq_entries, "sizes of the queues");
	forbid(the_ring.entries, "one ring, here");
	for (the_ring.entries = 1; the_ring.entries < sq_entries;)
		the_ring.entries *= 2;
	*ret_ring = &the_ring;
	return S_OK;
}

static int32_t WINAPI info(ioring_t ring, struct ioring_info *ret_info)
{
	*ret_info = (struct ioring_info){ .version = 300,
					  .sq_entries = ring->entries,
					  .cq_entries = 2 * ring->entries };
	return S_OK;
}

static int WINAPI can(ioring_t ring, uint32_t op)
{
	(void)ring;
	return op <= IORING_OP_FLUSH_CODE;
}

static int32_t queue(ioring_t ring, const struct entry *entry)
{
	if (ring->queued_count == ring->entries)
		return (int32_t)0x80460002; /* IORING_E_SUBMISSION_QUEUE_FULL */
	ring->queued[ring->queued_count++] = *entry;
	return S_OK;
}

static int32_t WINAPI build_read(ioring_t ring, struct ioring_file file,
				 struct ioring_buffer buffer, uint32_t bytes, uint64_t offset,
				 uintptr_t user_data, uint32_t flags)
{
	forbid(flags, "flags of an entry");
	return queue(ring, &(struct entry){ IORING_OP_READ_CODE, file, buffer, bytes, offset,
					    user_data });
}

static int32_t WINAPI build_write(ioring_t ring, struct ioring_file file,
				  struct ioring_buffer buffer, uint32_t bytes, uint64_t offset,
				  uint32_t write_flags, uintptr_t user_data, uint32_t flags)
{
	forbid(flags || write_flags, "flags of an entry");
	return queue(ring, &(struct entry){ IORING_OP_WRITE_CODE, file, buffer, bytes, offset,
					    user_data });
}

static int32_t WINAPI build_flush(ioring_t ring, struct ioring_file file, uint32_t mode,
				  uintptr_t user_data, uint32_t flags)
{
	forbid(flags || mode, "flags of an entry");
	return queue(ring, &(struct entry){ IORING_OP_FLUSH_CODE, file, { 0 }, 0, 0, user_data });
}

static int32_t WINAPI register_files(ioring_t ring, uint32_t count, const HANDLE *files,
				     uintptr_t user_data)
{
	forbid(count != 1, "one file, here");
	ring->file = files[0];
	return queue(ring, &(struct entry){ .op = IORING_OP_REGISTER_FILES_CODE,
					    .user_data = user_data });
}

static int32_t WINAPI register_buffers(ioring_t ring, uint32_t count,
				       const struct ioring_buffer_info *buffers,
				       uintptr_t user_data)
{
	forbid(!count || count > BUFFERS_MAX, "number of buffers");
	for (uint32_t i = 0; i < count; i++)
		ring->buffers[i] = buffers[i];
	ring->buffer_count = count;
	return queue(ring, &(struct entry){ .op = IORING_OP_REGISTER_BUFFERS_CODE,
					    .user_data = user_data });
}

static void *address_of(const struct ioring_handle *ring, const struct entry *entry)
{
	const struct ioring_buffer_info *registered = &ring->buffers[entry->buffer.index];

	if (entry->buffer.kind == IORING_REFERENCE_RAW)
		return entry->buffer.address;
	forbid(entry->buffer.index >= ring->buffer_count, "index of a buffer");
	forbid(entry->buffer.offset + entry->bytes > registered->bytes, "end of a buffer");
	return (uint8_t *)registered->address + entry->buffer.offset;
}

static void carry_out(struct ioring_handle *ring, const struct entry *entry)
{
	HANDLE file = entry->file.kind == IORING_REFERENCE_RAW ? entry->file.handle : ring->file;
	OVERLAPPED overlapped = { .Offset = (DWORD)entry->offset,
				  .OffsetHigh = (DWORD)(entry->offset >> 32),
				  .hEvent = CreateEventA(NULL, TRUE, FALSE, NULL) };
	DWORD bytes = 0;
	BOOL ok = TRUE;

	if (entry->op == IORING_OP_READ_CODE)
		ok = ReadFile(file, address_of(ring, entry), entry->bytes, NULL, &overlapped) ||
		     GetLastError() == ERROR_IO_PENDING;
	else if (entry->op == IORING_OP_WRITE_CODE)
		ok = WriteFile(file, address_of(ring, entry), entry->bytes, NULL, &overlapped) ||
		     GetLastError() == ERROR_IO_PENDING;
	else if (entry->op == IORING_OP_FLUSH_CODE)
		ok = FlushFileBuffers(file);
	if (ok && (entry->op == IORING_OP_READ_CODE || entry->op == IORING_OP_WRITE_CODE))
		ok = GetOverlappedResult(file, &overlapped, &bytes, TRUE);
	forbid(ring->done_count - ring->done_head == 2 * ring->entries, "completion queue full");
	ring->done[ring->done_count++ % QUEUE_MAX] = (struct ioring_completion){
		.user_data = entry->user_data,
		.result = ok ? S_OK : HRESULT_FROM_WIN32(GetLastError()),
		.information = bytes,
	};
	CloseHandle(overlapped.hEvent);
}

static int32_t WINAPI submit(ioring_t ring, uint32_t wait_count, uint32_t wait_ms,
			     uint32_t *ret_submitted)
{
	(void)wait_ms;
	if (ret_submitted)
		*ret_submitted = ring->queued_count;
	for (uint32_t i = 0; i < ring->queued_count; i++)
		carry_out(ring, &ring->queued[i]);
	ring->queued_count = 0;
	return ring->done_count - ring->done_head < wait_count
		       ? (int32_t)0x800705b4 /* HRESULT_FROM_WIN32(ERROR_TIMEOUT) */
		       : S_OK;
}

static int32_t WINAPI pop(ioring_t ring, struct ioring_completion *completion)
{
	if (ring->done_head == ring->done_count)
		return S_FALSE;
	*completion = ring->done[ring->done_head++ % QUEUE_MAX];
	return S_OK;
}

static int32_t WINAPI close_ring(ioring_t ring)
{
	forbid(ring->queued_count, "entries that were never submitted");
	ring->entries = 0;
	return S_OK;
}

int ioring_api_load(struct ioring_api *api, struct load_error *why)
{
	(void)why;
	*api = (struct ioring_api){ query,	    create,	      info,   can, build_read,
				    register_files, register_buffers, submit, pop, close_ring,
				    build_write,    build_flush };
	return 0;
}

/* --- RIO ---------------------------------------------------------------------------------- */

struct send_or_receive {
	OVERLAPPED overlapped;
	struct rio_rq *queue;
	WSABUF part;
	void *context;
	int sends;
};

struct rio_rq {
	SOCKET socket;
	rio_cq_t completions;
	struct send_or_receive *waiting[2]; /* deferred; by direction */
	LONG volatile open[2];
};

static struct rio_cq {
	CRITICAL_SECTION lock;
	struct rio_result results[QUEUE_MAX];
	uint32_t count, head, entries;
	HANDLE event, port;
	int armed;
} the_cq;

static uint8_t *registered;
static uint32_t registered_bytes;

static void rio_ended(struct send_or_receive *request, DWORD status, DWORD bytes)
{
	struct rio_cq *cq = &the_cq;

	EnterCriticalSection(&cq->lock);
	forbid(cq->count - cq->head == cq->entries, "RIO completion queue full");
	cq->results[cq->count++ % QUEUE_MAX] = (struct rio_result){
		.status = (int32_t)status,
		.bytes = bytes,
		.request_context = (uintptr_t)request->context,
	};
	InterlockedDecrement(&request->queue->open[request->sends]);
	if (cq->armed) {
		cq->armed = 0;
		SetEvent(cq->event);
	}
	LeaveCriticalSection(&cq->lock);
	free(request);
}

static DWORD WINAPI rio_worker(void *argument)
{
	(void)argument;
	for (;;) {
		OVERLAPPED *overlapped = NULL;
		ULONG_PTR key;
		DWORD bytes, status;

		status = GetQueuedCompletionStatus(the_cq.port, &bytes, &key, &overlapped, INFINITE)
				 ? 0
				 : GetLastError();
		if (!overlapped)
			return 0;
		rio_ended((struct send_or_receive *)overlapped, status, bytes);
	}
}

static void rio_start(struct send_or_receive *request)
{
	DWORD flags = 0;
	int failed = request->sends ? WSASend(request->queue->socket, &request->part, 1, NULL, 0,
					      &request->overlapped, NULL)
				    : WSARecv(request->queue->socket, &request->part, 1, NULL,
					      &flags, &request->overlapped, NULL);

	if (failed && WSAGetLastError() != WSA_IO_PENDING)
		rio_ended(request, (DWORD)WSAGetLastError(), 0);
}

static int rio_request(struct rio_rq *queue, const struct rio_part *part, uint32_t part_count,
		       uint32_t flags, void *context, int sends)
{
	struct send_or_receive *request;

	if (flags == RIO_FLAG_COMMIT_ONLY) {
		forbid(part || part_count, "RIO_MSG_COMMIT_ONLY with a buffer");
		request = queue->waiting[sends];
		queue->waiting[sends] = NULL;
		if (request)
			rio_start(request);
		return TRUE;
	}
	forbid(flags != RIO_FLAG_DEFER || part_count != 1, "flags and parts, here");
	forbid((uintptr_t)part->buffer != 7 || part->offset + part->bytes > registered_bytes,
	       "a part of the registered buffer");
	forbid(InterlockedIncrement(&queue->open[sends]) > 1, "requests in a RIO request queue");
	request = calloc(1, sizeof(*request));
	request->queue = queue;
	request->part.buf = (char *)registered + part->offset;
	request->part.len = part->bytes;
	request->context = context;
	request->sends = sends;
	queue->waiting[sends] = request;
	return TRUE;
}

static int PASCAL rio_receive(rio_rq_t queue, const struct rio_part *part, uint32_t part_count,
			      uint32_t flags, void *context)
{
	return rio_request(queue, part, part_count, flags, context, 0);
}

static int PASCAL rio_send(rio_rq_t queue, const struct rio_part *part, uint32_t part_count,
			   uint32_t flags, void *context)
{
	return rio_request(queue, part, part_count, flags, context, 1);
}

static rio_cq_t PASCAL rio_create_cq(uint32_t entries, const struct rio_notification *notification)
{
	forbid(notification->type != RIO_BY_EVENT || !notification->event || !notification->reset,
	       "notification by an event that resets");
	forbid(!entries || entries > QUEUE_MAX || the_cq.entries, "one completion queue, here");
	InitializeCriticalSection(&the_cq.lock);
	the_cq.entries = entries;
	the_cq.event = notification->event;
	the_cq.port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
	CloseHandle(CreateThread(NULL, 0, rio_worker, NULL, 0, NULL));
	return &the_cq;
}

static rio_rq_t PASCAL rio_create_rq(SOCKET socket, uint32_t max_receives,
				     uint32_t max_receive_parts, uint32_t max_sends,
				     uint32_t max_send_parts, rio_cq_t receives, rio_cq_t sends,
				     void *context)
{
	struct rio_rq *queue = calloc(1, sizeof(*queue));
	struct sockaddr_in peer;
	int bytes = sizeof(peer);

	(void)context;
	forbid(max_receives != 1 || max_sends != 1 || max_receive_parts != 1 || max_send_parts != 1,
	       "sizes of a request queue");
	forbid(receives != &the_cq || sends != &the_cq, "completion queue of a request queue");
	forbid(getpeername(socket, (struct sockaddr *)&peer, &bytes), "a connected socket");
	queue->socket = socket;
	forbid(!CreateIoCompletionPort((HANDLE)socket, the_cq.port, 0, 0), "one queue a socket");
	return queue;
}

static uint32_t PASCAL rio_dequeue(rio_cq_t queue, struct rio_result *results, uint32_t most)
{
	uint32_t count = 0;

	EnterCriticalSection(&queue->lock);
	while (count < most && queue->head != queue->count)
		results[count++] = queue->results[queue->head++ % QUEUE_MAX];
	LeaveCriticalSection(&queue->lock);
	return count;
}

static int PASCAL rio_notify(rio_cq_t queue)
{
	EnterCriticalSection(&queue->lock);
	forbid(queue->armed, "one RIONotify at a time");
	queue->armed = queue->head == queue->count;
	if (!queue->armed)
		SetEvent(queue->event);
	LeaveCriticalSection(&queue->lock);
	return 0;
}

static rio_buffer_t PASCAL rio_register(void *memory, uint32_t bytes)
{
	forbid(registered != NULL, "one buffer, here");
	registered = memory;
	registered_bytes = bytes;
	return (rio_buffer_t)(uintptr_t)7;
}

static void PASCAL rio_deregister(rio_buffer_t buffer)
{
	forbid((uintptr_t)buffer != 7, "a registered buffer");
}

static void PASCAL rio_close_cq(rio_cq_t queue)
{
	forbid(queue != &the_cq, "a completion queue");
}

int rio_api_load(struct rio_api *api, struct load_error *why)
{
	(void)why;
	*api = (struct rio_api){ .bytes = sizeof(*api),
				 .receive = rio_receive,
				 .send = rio_send,
				 .close_cq = rio_close_cq,
				 .create_cq = rio_create_cq,
				 .create_rq = rio_create_rq,
				 .dequeue = rio_dequeue,
				 .deregister = rio_deregister,
				 .notify = rio_notify,
				 .register_buffer = rio_register };
	return 0;
}

/* --- ETW ---------------------------------------------------------------------------------- */

static ULONG NTAPI fake_register(LPCGUID guid, PENABLECALLBACK enable, PVOID context,
				 PREGHANDLE ret_provider)
{
	forbid(!guid || enable || context, "registration");
	*ret_provider = 0x5150;
	return ERROR_SUCCESS;
}

static BOOLEAN NTAPI fake_enabled(REGHANDLE provider, UCHAR level, ULONGLONG keyword)
{
	forbid(provider != 0x5150 || keyword, "the provider's handle");
	return level <= 5;
}

static void put(FILE *file, const void *bytes, size_t count)
{
	forbid(fwrite(bytes, 1, count, file) != count, "room for the events");
}

static ULONG NTAPI fake_write(REGHANDLE provider, PCEVENT_DESCRIPTOR about, LPCGUID activity,
			      LPCGUID related, ULONG count, PEVENT_DATA_DESCRIPTOR parts)
{
	static FILE *file;
	const char *path = getenv("RINGLOAD_EVENTS");
	LARGE_INTEGER ticks;
	uint32_t ids[3] = { GetCurrentProcessId(), GetCurrentThreadId(), count };

	forbid(provider != 0x5150 || activity || related, "the provider's handle");
	forbid(about->Channel != 11 || about->Id, "channel and id of a TraceLogging event");
	if (!path)
		return ERROR_SUCCESS;
	if (!file)
		file = fopen(path, "wb");
	forbid(!file, "a file for the events");
	QueryPerformanceCounter(&ticks);
	put(file, &ticks.QuadPart, 8);
	put(file, ids, sizeof(ids));
	for (ULONG i = 0; i < count; i++) {
		uint32_t head[2] = { parts[i].Reserved, parts[i].Size };

		put(file, head, sizeof(head));
		put(file, (const void *)(uintptr_t)parts[i].Ptr, parts[i].Size);
	}
	return ERROR_SUCCESS;
}

/* What a call to an imported function goes through. */
void *__imp_EventRegister = (void *)fake_register;
void *__imp_EventProviderEnabled = (void *)fake_enabled;
void *__imp_EventWriteTransfer = (void *)fake_write;

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * IoRing: requests are built into a submission queue in shared memory, handed over together by
 * SubmitIoRing, and popped from a completion queue without a call into the system. Files only.
 *
 * The system has no events for its requests, so each is told by events of our own: Submit right
 * before the call that hands it over, with the number of entries that then wait in the queue up to
 * it, Complete when it is popped, with the number of completions that wait, itself included.
 *
 * With --fixed-files and --fixed-buffers, the file and the buffers are registered before the first
 * request, each by an entry of its own which is awaited.
 */
#include "workloads/via_windows.h"

#include <errno.h>
#include <stdlib.h>

#include "workloads/clock.h"
#include "workloads/error_windows.h"
#include "workloads/ioring_windows.h"
#include "workloads/queue_trace_windows.h"

enum {
	VERSION_WANTED = 300, /* write and flush; an older Windows gives what it has */
	REGISTER_FILE = 1,    /* user_data of the entries that register */
	REGISTER_BUFFERS = 2,
	REGISTER_TICKS = 50,
	TICK_MS = 100,
};
#define WAIT_TIMEOUT_RESULT ((int32_t)0x800705b4) /* HRESULT_FROM_WIN32(ERROR_TIMEOUT) */

struct via_ioring {
	struct ioring_api api;
	ioring_t ring;
	struct load_request **built; /* not yet handed over */
	uint32_t built_count;
	struct ioring_completion *popped; /* one more than requests: a foreign one must fit */
	struct ioring_file file;	  /* --fixed-files */
	bool fixed_file, fixed_buffers;
};

static int ring_error(struct load_error *why, const char *what, int32_t result)
{
	return load_fail_windows(why, (uint32_t)-load_result_hresult(result), "cannot %s", what);
}

static int create(struct load_ring *ring, struct via_ioring *via, struct load_error *why)
{
	struct ioring_capabilities can = { 0 };
	struct ioring_info info = { 0 };
	int32_t result = via->api.query(&can);
	uint32_t entries = ring->request_count;

	if (result < 0)
		return ring_error(why, "ask what IoRing can do", result);
	if (entries > can.max_sq_entries)
		return load_fail(why, -EINVAL, "--depth %u: IoRing has at most %u entries here",
				 entries, can.max_sq_entries);
	result =
		via->api.create(can.max_version < VERSION_WANTED ? can.max_version : VERSION_WANTED,
				(struct ioring_flags){ 0 }, entries, 2 * entries, &via->ring);
	if (result < 0)
		return ring_error(why, "create an IoRing", result);
	result = via->api.info(via->ring, &info);
	if (result < 0)
		return ring_error(why, "ask how large the IoRing is", result);
	ring->truth->sq_entries = info.sq_entries;
	ring->truth->cq_entries = info.cq_entries;
	return 0;
}

/* What the workload will ask for must be there before it begins. */
static int check_ops(const struct load_ring *ring, const struct via_ioring *via,
		     struct load_error *why)
{
	uint64_t uses = ring->opt->workload->uses;
	bool writes = uses & LOAD_USES(OVERWRITE), flushes = uses & LOAD_USES(EVERY);

	if (writes && (!via->api.write || !via->api.can(via->ring, IORING_OP_WRITE_CODE)))
		return load_fail(why, -EOPNOTSUPP,
				 "this Windows' IoRing cannot write: Windows 11 22H2 (build 22621) "
				 "or later is needed");
	if (flushes && (!via->api.flush || !via->api.can(via->ring, IORING_OP_FLUSH_CODE)))
		return load_fail(why, -EOPNOTSUPP,
				 "this Windows' IoRing cannot flush: Windows 11 22H2 (build 22621) "
				 "or later is needed");
	return 0;
}

/* Hands over an entry that registers something and awaits its completion. */
static int await_registration(struct load_ring *ring, struct via_ioring *via, const char *what,
			      struct load_error *why)
{
	struct ioring_completion completion = { 0 };
	int32_t result;

	ring->truth->registers++;
	for (int tick = 0; tick < REGISTER_TICKS; tick++) {
		load_ring_count_enter(ring);
		result = via->api.submit(via->ring, 1, TICK_MS, NULL);
		if (result < 0 && result != WAIT_TIMEOUT_RESULT)
			return ring_error(why, what, result);
		if (via->api.pop(via->ring, &completion) == S_OK)
			return completion.result < 0 ? ring_error(why, what, completion.result) : 0;
	}
	return load_fail(why, -ETIMEDOUT, "cannot %s: no answer for %d s", what,
			 REGISTER_TICKS * TICK_MS / 1000);
}

static int register_buffers(struct load_ring *ring, struct via_ioring *via, struct load_error *why)
{
	struct ioring_buffer_info *infos = calloc(ring->buffers->count, sizeof(*infos));
	int32_t result;
	int err;

	if (!infos)
		return load_fail(why, -ENOMEM, "no memory to register buffers");
	for (uint32_t i = 0; i < ring->buffers->count; i++)
		infos[i] = (struct ioring_buffer_info){
			.address = load_buffers_at(ring->buffers, i),
			.bytes = (uint32_t)ring->buffers->size_bytes,
		};
	result =
		via->api.register_buffers(via->ring, ring->buffers->count, infos, REGISTER_BUFFERS);
	err = result < 0 ? ring_error(why, "register buffers", result)
			 : await_registration(ring, via, "register buffers", why);
	free(infos);
	via->fixed_buffers = !err;
	return err;
}

static int open_ring(struct load_ring *ring, struct load_error *why)
{
	struct via_ioring *via = calloc(1, sizeof(*via));
	int err;

	if (!via)
		return load_fail(why, -ENOMEM, "no memory for an IoRing");
	ring->via_state = via;
	err = ioring_api_load(&via->api, why);
	if (err)
		return err;
	via->built = calloc(ring->request_count, sizeof(struct load_request *));
	via->popped = calloc(ring->request_count + 1, sizeof(*via->popped));
	if (!via->built || !via->popped)
		return load_fail(why, -ENOMEM, "no memory for an IoRing");
	load_queue_trace_open();
	err = create(ring, via, why);
	if (!err)
		err = check_ops(ring, via, why);
	return err || !ring->opt->fixed_buffers ? err : register_buffers(ring, via, why);
}

static int adopt(struct load_ring *ring, HANDLE handle, struct load_error *why)
{
	struct via_ioring *via = ring->via_state;
	int32_t result;

	if (!ring->opt->fixed_files)
		return 0;
	result = via->api.register_files(via->ring, 1, &handle, REGISTER_FILE);
	if (result < 0)
		return ring_error(why, "register the file", result);
	via->fixed_file = true;
	return await_registration(ring, via, "register the file", why);
}

static struct ioring_file file_of(const struct via_ioring *via, const struct load_call *call)
{
	if (via->fixed_file)
		return (struct ioring_file){ .kind = IORING_REFERENCE_REGISTERED, .index = 0 };
	return (struct ioring_file){ .kind = IORING_REFERENCE_RAW, .handle = call->handle };
}

static struct ioring_buffer buffer_of(const struct load_ring *ring, const struct via_ioring *via,
				      const struct load_call *call)
{
	size_t from = (size_t)((uint8_t *)call->buffer - ring->buffers->memory);

	if (!via->fixed_buffers)
		return (struct ioring_buffer){ .kind = IORING_REFERENCE_RAW,
					       .address = call->buffer };
	return (struct ioring_buffer){
		.kind = IORING_REFERENCE_REGISTERED,
		.index = (uint32_t)(from / ring->buffers->stride_bytes),
		.offset = (uint32_t)(from % ring->buffers->stride_bytes),
	};
}

static int32_t build(const struct load_ring *ring, const struct via_ioring *via,
		     const struct load_request *request)
{
	const struct load_call *call = &request->call;
	struct ioring_file file = file_of(via, call);

	if (call->op == LOAD_OP_FLUSH)
		return via->api.flush(via->ring, file, 0, request->user_data, 0);
	if (call->op == LOAD_OP_WRITE)
		return via->api.write(via->ring, file, buffer_of(ring, via, call), call->bytes,
				      call->offset_bytes, 0, request->user_data, 0);
	return via->api.read(via->ring, file, buffer_of(ring, via, call), call->bytes,
			     call->offset_bytes, request->user_data, 0);
}

static void start(struct load_ring *ring, struct load_request *request)
{
	struct via_ioring *via = ring->via_state;
	int32_t result = build(ring, via, request);

	if (result < 0)
		load_ring_end(request, load_result_hresult(result), LOAD_ENDED_REFUSED);
	else
		via->built[via->built_count++] = request;
}

static uint8_t code_of(uint8_t op)
{
	return op == LOAD_OP_READ    ? IORING_OP_READ_CODE
	       : op == LOAD_OP_WRITE ? IORING_OP_WRITE_CODE
				     : IORING_OP_FLUSH_CODE;
}

static void tell_submit(const struct via_ioring *via, const struct load_request *request,
			uint32_t depth)
{
	struct load_queue_fact fact = {
		.queue = (uintptr_t)via->ring,
		.kind = LOAD_QUEUE_KIND_IORING,
		.op = code_of(request->call.op),
		.user_data = request->user_data,
		.offset_bytes = request->call.offset_bytes,
		.length_bytes = request->call.bytes,
		.depth = depth,
	};

	load_queue_trace(LOAD_QUEUE_EVENT_SUBMIT, &fact);
}

static void end_one(struct load_ring *ring, const struct ioring_completion *completion,
		    uint32_t depth)
{
	const struct via_ioring *via = ring->via_state;
	uint32_t slot = (uint32_t)completion->user_data & LOAD_SLOT_MASK;
	struct load_request *request = &ring->requests[slot];
	struct load_queue_fact fact = {
		.queue = (uintptr_t)via->ring,
		.kind = LOAD_QUEUE_KIND_IORING,
		.user_data = completion->user_data,
		.result = completion->result < 0 ? completion->result
						 : (int64_t)completion->information,
		.depth = depth,
	};

	load_queue_trace(LOAD_QUEUE_EVENT_COMPLETE, &fact);
	if (slot >= ring->request_count || !request->active || request->ended ||
	    request->user_data != completion->user_data)
		ring->foreign = true;
	else
		load_ring_end(request,
			      completion->result < 0 ? load_result_hresult(completion->result)
						     : (int32_t)completion->information,
			      LOAD_ENDED_COMPLETED);
}

/* Pops everything first, so that each one's depth is known. */
static void pop_all(struct load_ring *ring, struct via_ioring *via)
{
	uint32_t count = 0;

	while (count <= ring->request_count && via->api.pop(via->ring, &via->popped[count]) == S_OK)
		count++;
	for (uint32_t i = 0; i < count; i++)
		end_one(ring, &via->popped[i], count - i);
}

static int enter(struct load_ring *ring, uint32_t wait_count, uint32_t wait_ms,
		 struct load_error *why)
{
	struct via_ioring *via = ring->via_state;
	uint64_t now_ns = ring->timed && via->built_count ? load_clock_ns() : 0;
	int32_t result;

	if (!via->built_count && !wait_count) {
		pop_all(ring, via);
		return 0;
	}
	for (uint32_t i = 0; i < via->built_count; i++) {
		via->built[i]->submit_ns = now_ns;
		tell_submit(via, via->built[i], i + 1);
	}
	load_ring_count_enter(ring);
	result = via->api.submit(via->ring, wait_count, wait_count ? wait_ms : 0, NULL);
	if (result < 0 && result != WAIT_TIMEOUT_RESULT)
		return ring_error(why, "submit to the IoRing", result);
	via->built_count = 0;
	pop_all(ring, via);
	return 0;
}

static void close_ring(struct load_ring *ring)
{
	struct via_ioring *via = ring->via_state;

	if (!via)
		return;
	if (via->ring)
		via->api.close(via->ring);
	free(via->built);
	free(via->popped);
	free(via);
}

const struct load_carrier load_via_ioring = {
	.open = open_ring,
	.adopt = adopt,
	.start = start,
	.enter = enter,
	.close = close_ring,
};

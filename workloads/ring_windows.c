/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The books of a queue on Windows, the same for every interface.
 *
 * A request's life: start() takes a slot, counts it as submitted and hands it to the interface,
 * which calls load_ring_end() when it ended, be it at once, by a packet, an event, an APC or an
 * entry of a completion queue. That puts it into a list; reap() takes it from there, puts it into
 * its class, frees the slot and tells the workload. So a request that ends inside its own start()
 * does not call the workload from within the workload.
 *
 * With --shared, many threads work on one ring: they wait outside its lock and do everything else
 * under it.
 *
 * Memory that the system may still write to is never freed: close() cancels what is in flight and
 * waits for it; what does not end within a second keeps its memory.
 */
#include "workloads/ring_windows.h"

#include <errno.h>
#include <stdlib.h>

#include "workloads/clock.h"
#include "workloads/stop.h"
#include "workloads/via_windows.h"

enum { TICK_MS = 100, CLOSE_TICKS = 10 };

static const struct load_carrier *const vias[] = {
	[LOAD_VIA_IOCP] = &load_via_iocp, [LOAD_VIA_EVENT] = &load_via_event,
	[LOAD_VIA_APC] = &load_via_apc,	  [LOAD_VIA_SCATTER] = &load_via_iocp,
	[LOAD_VIA_SYNC] = &load_via_sync, [LOAD_VIA_IORING] = &load_via_ioring,
	[LOAD_VIA_RIO] = &load_via_rio,
};

static int take_slots(struct load_ring *ring, uint32_t count, struct load_error *why)
{
	ring->requests = calloc(count, sizeof(*ring->requests));
	ring->free_slots = calloc(count, sizeof(*ring->free_slots));
	if (!ring->requests || !ring->free_slots)
		return load_fail(why, -ENOMEM, "no memory for %u requests", count);
	for (uint32_t i = 0; i < count; i++) {
		ring->requests[i].ring = ring;
		ring->free_slots[i] = count - 1 - i;
	}
	ring->request_count = ring->free_count = count;
	return 0;
}

static void describe(struct load_ring *ring)
{
	ring->truth->pid = GetCurrentProcessId();
	ring->truth->tid = GetCurrentThreadId();
	ring->truth->fd = -1;
	ring->truth->flags = 1u << ring->opt->via |
			     (ring->opt->skip_success ? LOAD_QUEUE_SKIP_SUCCESS : 0) |
			     (ring->opt->shared ? LOAD_QUEUE_SHARED : 0);
}

int load_ring_open(struct load_ring *ring, struct load_run *run, const struct load_ring_plan *plan,
		   struct load_error *why)
{
	int err;

	InitializeCriticalSection(&ring->lock);
	ring->opt = run->opt;
	ring->timed = !run->opt->bench;
	ring->buffers = plan->buffers;
	ring->last_ended = &ring->first_ended;
	err = load_truth_add(run->truth, &ring->truth, why);
	if (!err)
		err = take_slots(ring, plan->requests, why);
	if (err)
		return err;
	describe(ring);
	ring->via = vias[run->opt->via];
	return ring->via->open(ring, why);
}

int load_ring_adopt(struct load_ring *ring, HANDLE handle, struct load_error *why)
{
	return ring->via->adopt ? ring->via->adopt(ring, handle, why) : 0;
}

void load_ring_on_end(struct load_ring *ring, load_ended_fn *ended, void *state)
{
	ring->ended = ended;
	ring->ended_state = state;
}

void load_ring_start(struct load_ring *ring, const struct load_call *call, uint64_t tag)
{
	uint32_t slot = ring->free_slots[--ring->free_count];
	struct load_request *request = &ring->requests[slot];

	request->call = *call;
	request->user_data = ++ring->sequence << LOAD_SLOT_BITS | slot;
	request->tag = tag;
	request->row = load_truth_row(ring->truth, call->op);
	request->row->submitted++;
	request->active = true;
	request->ended = false;
	request->next = NULL;
	ring->in_flight++;
	request->overlapped.Internal = request->overlapped.InternalHigh = 0;
	request->overlapped.Offset = (DWORD)call->offset_bytes;
	request->overlapped.OffsetHigh = (DWORD)(call->offset_bytes >> 32);
	request->submit_ns = ring->timed ? load_clock_ns() : 0;
	ring->via->start(ring, request);
}

void load_ring_end(struct load_request *request, int32_t result, enum load_ending ending)
{
	struct load_ring *ring = request->ring;

	EnterCriticalSection(&ring->lock);
	request->result = result;
	request->ending = ending;
	request->ended = true;
	/* A batch of synchronous calls is reaped together, but each ended when it returned. */
	request->end_ns = ring->timed && ring->opt->via == LOAD_VIA_SYNC ? load_clock_ns() : 0;
	*ring->last_ended = request;
	ring->last_ended = &request->next;
	ring->ended_count++;
	LeaveCriticalSection(&ring->lock);
}

struct load_request *load_ring_request_of(struct load_ring *ring, const OVERLAPPED *overlapped)
{
	uintptr_t from = (uintptr_t)ring->requests, at = (uintptr_t)overlapped;
	struct load_request *request = (struct load_request *)at;

	if (at < from || at >= from + ring->request_count * sizeof(*request) ||
	    (at - from) % sizeof(*request) || !request->active || request->ended) {
		ring->foreign = true;
		return NULL;
	}
	return request;
}

static void book_latency(struct load_truth_op *row, uint64_t latency_ns)
{
	row->latency_count++;
	row->latency_ns_sum += latency_ns;
	if (latency_ns < row->latency_ns_min)
		row->latency_ns_min = latency_ns;
	if (latency_ns > row->latency_ns_max)
		row->latency_ns_max = latency_ns;
}

/* Puts a request that ended into its class. */
static void book_end(const struct load_request *request)
{
	struct load_truth_op *row = request->row;

	if (request->result < 0) {
		load_truth_book_error(row, -request->result);
	} else if (row->moves_bytes) {
		row->bytes += (uint32_t)request->result;
		row->shorts += (uint32_t)request->result < request->call.bytes;
	}
	if (request->ending == LOAD_ENDED_REFUSED)
		row->failed++;
	else if (request->ending == LOAD_ENDED_SKIPPED)
		row->skipped++;
	else
		row->completed++;
}

static void take_end(struct load_ring *ring, struct load_request *request, uint64_t now_ns)
{
	struct load_completion completion = {
		.tag = request->tag,
		.result = request->result,
		.slot = (uint32_t)(request - ring->requests),
		.op = request->call.op,
	};

	if (ring->timed && !ring->settled && request->ending != LOAD_ENDED_REFUSED)
		book_latency(request->row,
			     (request->end_ns ? request->end_ns : now_ns) - request->submit_ns);
	if (!ring->settled) /* closed books stay as they are */
		book_end(request);
	request->active = false;
	ring->free_slots[ring->free_count++] = completion.slot;
	ring->in_flight--;
	if (ring->ended)
		ring->ended(ring->ended_state, &completion);
}

uint32_t load_ring_reap(struct load_ring *ring)
{
	struct load_request *request, *next;
	uint64_t now_ns;
	uint32_t count;

	EnterCriticalSection(&ring->lock);
	request = ring->first_ended;
	count = ring->ended_count;
	ring->first_ended = NULL;
	ring->last_ended = &ring->first_ended;
	ring->ended_count = 0;
	now_ns = ring->timed && count ? load_clock_ns() : 0;
	for (; request; request = next) {
		next = request->next;
		take_end(ring, request, now_ns);
	}
	LeaveCriticalSection(&ring->lock);
	return count;
}

int load_ring_enter_for(struct load_ring *ring, uint32_t wait_count, uint64_t wait_ns,
			struct load_error *why)
{
	uint32_t ended = ring->ended_count;
	uint64_t wait_ms = (wait_ns + 999999) / 1000000;

	wait_count = wait_count > ended ? wait_count - ended : 0;
	return ring->via->enter(ring, wait_count, wait_ms < TICK_MS ? (uint32_t)wait_ms : TICK_MS,
				why);
}

int load_ring_enter(struct load_ring *ring, uint32_t wait_count, struct load_error *why)
{
	return load_ring_enter_for(ring, wait_count, TICK_MS * 1000000ull, why);
}

static int check_foreign(const struct load_ring *ring, struct load_error *why)
{
	return ring->foreign ? load_fail(why, -EPROTO,
					 "ring %u: a completion belongs to no request in flight",
					 ring->truth->id)
			     : 0;
}

int load_ring_drain(struct load_ring *ring, struct load_error *why)
{
	int err = check_foreign(ring, why);

	while (!err && ring->in_flight && !load_stop_insisted()) {
		err = load_ring_enter(ring, 1, why);
		load_ring_reap(ring);
		if (!err)
			err = check_foreign(ring, why);
	}
	return err;
}

static bool goes_on(struct load_ring *ring)
{
	bool more;

	EnterCriticalSection(&ring->lock);
	more = !ring->primed || ring->in_flight;
	LeaveCriticalSection(&ring->lock);
	return more && !load_stop_insisted();
}

int load_ring_share(struct load_ring *ring, struct load_error *why)
{
	int err = 0;

	while (!err && goes_on(ring)) {
		err = ring->via->enter(ring, 1, TICK_MS, why);
		load_ring_reap(ring);
		if (!err)
			err = check_foreign(ring, why);
	}
	return err;
}

void load_ring_cancel(struct load_ring *ring)
{
	for (uint32_t i = 0; ring->via->cancel && i < ring->request_count; i++)
		if (ring->requests[i].active && !ring->requests[i].ended)
			ring->via->cancel(ring, &ring->requests[i]);
}

void load_ring_settle(struct load_ring *ring)
{
	if (!ring->requests || ring->settled)
		return;
	EnterCriticalSection(&ring->lock);
	load_ring_reap(ring);
	ring->settled = true;
	for (uint32_t i = 0; i < ring->request_count; i++)
		if (ring->requests[i].active)
			ring->requests[i].row->open++;
	LeaveCriticalSection(&ring->lock);
}

/* True when the system has given back everything. The books were closed before. */
static bool end_all(struct load_ring *ring)
{
	struct load_error ignored;

	ring->ended = NULL;
	if (ring->in_flight)
		load_ring_cancel(ring);
	for (int tick = 0; ring->in_flight && tick < CLOSE_TICKS; tick++) {
		if (ring->via->enter(ring, 1, TICK_MS, &ignored))
			break;
		load_ring_reap(ring);
	}
	return !ring->in_flight;
}

void load_ring_close(struct load_ring *ring)
{
	bool empty = true;

	if (!ring->opt)
		return;
	if (ring->via) {
		empty = !ring->requests || end_all(ring);
		ring->via->close(ring);
	}
	DeleteCriticalSection(&ring->lock);
	if (empty) {
		free(ring->requests);
		free(ring->free_slots);
	}
	*ring = (struct load_ring){ 0 };
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * A completion that finds the completion queue full names its user_data, not its request, and
 * nothing fires later when the backlog is flushed. Mostly the probe finds the request
 * (overflow.bpf.h). What it did not find is looked for here: among the open requests of the ring,
 * or, when its memory already serves another request, in the VANISHED record that the new one
 * caused. Several open requests with that user_data may all be the one: then it is waited until one
 * of them vanishes, and till then all of them are open.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/tracer_private.h"

enum {
	OVERFLOWS_MAX = 65536, /* beyond, the oldest unexplained ones are given up */
	CQE_MORE = 1 << 1,
	OP_SEND_ZC = 47,
	OP_SENDMSG_ZC = 48,
};

int overflow_note(struct tracer *tracer, uint32_t slot, const struct ev_overflow *overflow)
{
	if (!tracer->overflows) {
		tracer->overflows = calloc(OVERFLOWS_MAX, sizeof(*tracer->overflows));
		if (!tracer->overflows)
			return -ENOMEM;
	}
	if (tracer->overflow_count == OVERFLOWS_MAX) {
		tracer->overflow_count /= 2;
		memmove(tracer->overflows, tracer->overflows + tracer->overflow_count,
			tracer->overflow_count * sizeof(*tracer->overflows));
	}
	tracer->overflows[tracer->overflow_count++] = (struct pending_overflow){
		.user_data = overflow->user_data,
		.time_ns = overflow->h.time_ns,
		.result = overflow->result,
		.slot = slot,
		.cqe_flags = overflow->cqe_flags,
	};
	tracer->overflows_new = 1;
	return 0;
}

/* Does this completion end its request? A further one of a request that goes on does not; the first
 * of a zero-copy send looks like such a one. */
static int ends_request(uint32_t cqe_flags, uint8_t op)
{
	return !(cqe_flags & CQE_MORE) || op == OP_SEND_ZC || op == OP_SENDMSG_ZC;
}

/* The oldest unexplained overflow that this request's end can be. */
static struct pending_overflow *explanation(struct tracer *tracer, const struct ev_request *request)
{
	for (size_t i = 0; i < tracer->overflow_count; i++) {
		struct pending_overflow *pending = &tracer->overflows[i];

		if (!pending->found && tracer->memory[pending->slot].id == request->queue &&
		    pending->user_data == request->user_data &&
		    pending->time_ns >= request->submit_ns &&
		    ends_request(pending->cqe_flags, request->op))
			return pending;
	}
	return NULL;
}

static void forget_found(struct tracer *tracer)
{
	size_t kept = 0;

	for (size_t i = 0; i < tracer->overflow_count; i++)
		if (!tracer->overflows[i].found)
			tracer->overflows[kept++] = tracer->overflows[i];
	tracer->overflow_count = kept;
}

static void end_request(struct ev_request *request, const struct pending_overflow *pending)
{
	request->end = EV_END_OVERFLOWED;
	request->result = pending->result;
	request->cqe_flags = pending->cqe_flags;
}

/* Counts the open requests that an overflow may be of. */
static void count_candidates(struct tracer *tracer, uint32_t set, uint32_t way)
{
	struct pending_overflow *pending;
	struct ev_request event;

	if (!snapshot_open_request(tracer, set, way, &event))
		return;
	pending = explanation(tracer, &event);
	if (pending)
		pending->candidates++;
}

/* Takes the only candidate out of the table. Its place may serve another at any moment, even under
 * the same key: so the place is claimed first and read then, and given back when it is not the one.
 * A probe that finds it claimed takes another place. */
static void take_candidate(struct tracer *tracer, uint32_t set, uint32_t way)
{
	struct open_set *place = &tracer->open_sets[set];
	uint64_t key = place->keys[way], taken = OPEN_TAKEN;
	struct pending_overflow *pending = NULL;
	struct ev_request event;

	if (snapshot_open_request(tracer, set, way, &event))
		pending = explanation(tracer, &event);
	if (!pending || pending->candidates != 1 ||
	    !__atomic_compare_exchange_n(&place->keys[way], &key, OPEN_TAKEN, 0, __ATOMIC_ACQ_REL,
					 __ATOMIC_RELAXED))
		return;
	if (!snapshot_open_request(tracer, set, way, &event))
		return; /* evicted in this instant */
	pending = explanation(tracer, &event);
	__atomic_compare_exchange_n(&place->keys[way], &taken, pending ? 0 : key, 0,
				    __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
	if (!pending)
		return;
	pending->found = 1;
	tracer->memory[pending->slot].overflowed_open++;
	end_request(&event, pending);
	event.h.time_ns = pending->time_ns;
	waiting_add(&tracer->waiting, &event.h);
}

static void each_open(struct tracer *tracer,
		      void (*visit)(struct tracer *tracer, uint32_t set, uint32_t way))
{
	for (uint32_t set = 0; set < OPEN_SETS; set++)
		for (uint32_t way = 0; way < OPEN_WAYS; way++)
			if (tracer->open_sets[set].keys[way])
				visit(tracer, set, way);
}

void overflow_resolve(struct tracer *tracer)
{
	tracer->overflows_new = 0;
	for (size_t i = 0; i < tracer->overflow_count; i++)
		tracer->overflows[i].candidates = 0;
	each_open(tracer, count_candidates);
	each_open(tracer, take_candidate);
	forget_found(tracer);
}

void overflow_explain(struct tracer *tracer, struct ev_request *request)
{
	struct pending_overflow *pending;

	if (!tracer->overflow_count)
		return;
	pending = explanation(tracer, request);
	if (!pending)
		return;
	end_request(request, pending);
	tracer->memory[pending->slot].overflowed_vanished++;
	pending->found = 1;
	forget_found(tracer);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * A request that was to complete in silence (IOSQE_CQE_SKIP_SUCCESS), or that was cancelled
 * because such a one failed, ends without any event. It is noticed when its memory serves
 * another request, or when its ring is gone; on a ring that lives on and does nothing more,
 * neither happens. So its ring is asked: a request that has ended lies among those that the ring
 * keeps for the next submission. When it ended is not known, only that it did.
 */
#include <stddef.h>

#include "bpf/tracer_private.h"

enum {
	ASKED_AT_ONCE = 128, /* each costs some microseconds */
	WALKS_MAX = 64,	     /* the list may change while it is walked: it has to end */
};

static int has_ended(const struct tracer *tracer, uint32_t slot, uint64_t key)
{
	uint64_t args[3] = { slot, key, 0 };
	int answer, runs = 0;

	while ((answer = tracer_run(tracer->is_free_fd, args, 3)) == 2 && runs++ < WALKS_MAX)
		args[2] = tracer->ring_sample->walk;
	return answer == 1;
}

/* Takes it out of the table, unless its memory has begun to serve another request meanwhile: then
 * the probe has told its end. */
static int take_out(struct snapshot *snapshot, uint32_t set, uint32_t way, uint64_t key)
{
	struct tracer *tracer = snapshot->tracer;
	struct open_set *place = &tracer->open_sets[set];
	uint64_t submit_ns = place->requests[way].submit_ns, taken = OPEN_TAKEN;
	uint32_t slot = place->requests[way].ring;
	struct ev_request event;
	int same;

	if (!has_ended(tracer, slot, key) ||
	    !__atomic_compare_exchange_n(&place->keys[way], &key, OPEN_TAKEN, 0, __ATOMIC_ACQ_REL,
					 __ATOMIC_RELAXED))
		return 0;
	same = snapshot_open_request(tracer, set, way, &event) && event.submit_ns == submit_ns;
	__atomic_compare_exchange_n(&place->keys[way], &taken, same ? 0 : key, 0, __ATOMIC_ACQ_REL,
				    __ATOMIC_RELAXED);
	if (!same)
		return 0;
	event.end = EV_END_SKIPPED;
	event.h.time_ns = snapshot->now;
	tracer->memory[slot].skipped++;
	return snapshot->event(snapshot->arg, &event.h);
}

int skipped_resolve(struct snapshot *snapshot)
{
	struct tracer *tracer = snapshot->tracer;
	int asked = 0, err = 0;

	if (tracer->abi.key_is_user_data ||
	    !tracer->abi.overflow) /* as overflow.c: nothing is taken out there */
		return 0;
	for (uint32_t set = 0; set < OPEN_SETS && asked < ASKED_AT_ONCE; set++)
		for (uint32_t way = 0; way < OPEN_WAYS && !err; way++) {
			const struct open_request *request = &tracer->open_sets[set].requests[way];
			uint64_t key = tracer->open_sets[set].keys[way];

			if (key <= OPEN_TAKEN || !open_is_silent(request) ||
			    request->ring >= RINGS_MAX || !rings_live(tracer, request->ring))
				continue;
			asked++;
			err = take_out(snapshot, set, way, key);
		}
	return err;
}

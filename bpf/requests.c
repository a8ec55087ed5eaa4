/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Requests that are older than the tracer: what a production machine hangs on was submitted before
 * anybody looked. No probe has seen them begin, but the ring itself can be asked how many requests
 * it has (from 6.16 on). Less those that the probes have seen begin and not end, that is how many
 * older ones are still open.
 *
 * The two counts cannot be taken at one moment. What has begun is counted before, what has ended
 * afterwards: so the difference is never too small, and exact when the ring stood still. It cannot
 * grow with time, so the least difference ever seen holds, less those that have ended since.
 */
#include <errno.h>
#include <string.h>

#include "bpf/requests.h"
#include "bpf/tracer_private.h"

enum {
	RUNS_MAX = 64, /* of 128 free requests each */
	TRIES = 4,     /* a ring that is busy stands still now and then */
	RINGS_AT_ONCE = 256,
};

static int count_once(struct bpf_object *iterators, const uint64_t args[3], uint32_t *ret_count)
{
	int program_fd = bpf_program__fd(bpf_object__find_program_by_name(iterators, "requests"));
	int map_fd = bpf_object__find_map_fd_by_name(iterators, "ring_requests");
	int answer = REQUESTS_GO_ON;
	struct ring_requests count = { 0 };
	uint32_t zero = 0;

	if (bpf_map_update_elem(map_fd, &zero, &count, BPF_ANY))
		return 0;
	for (int run = 0; run < RUNS_MAX && answer == REQUESTS_GO_ON; run++)
		answer = tracer_run(program_fd, args, 3);
	if (answer != REQUESTS_COUNTED || bpf_map_lookup_elem(map_fd, &zero, &count))
		return 0;
	*ret_count = count.allocated - count.free;
	return 1;
}

int requests_count(struct bpf_object *iterators, uint64_t ring_ctx, uint32_t sq_entries,
		   uint32_t cq_entries, uint32_t *ret_count)
{
	const uint64_t args[3] = { ring_ctx, sq_entries, cq_entries };

	for (int i = 0; i < TRIES; i++)
		if (count_once(iterators, args, ret_count))
			return 1;
	return 0;
}

/* Do the probes know of every request of a ring that has ended? One that ended unseen counts as open
 * for them, but not for the ring. */
static int ends_are_seen(const struct tracer *tracer, uint32_t slot)
{
	for (uint32_t set = 0; set < OPEN_SETS; set++)
		for (uint32_t way = 0; way < OPEN_WAYS; way++) {
			const struct open_request *request = &tracer->open_sets[set].requests[way];

			if (tracer->open_sets[set].keys[way] && request->ring == slot &&
			    open_files_doubted(tracer, request))
				return 0;
		}
	return 1;
}

static void look_at(struct tracer *tracer, uint32_t slot)
{
	struct ring_memory *memory = &tracer->memory[slot];
	const struct ring_slot *ring = &tracer->rings[slot];
	uint64_t begun = cells_begun(tracer, slot), open, older, ended;
	uint32_t count;

	if (!requests_count(tracer->iterators, ring->ring_ctx, ring->sq_entries, ring->cq_entries,
			    &count) ||
	    !ends_are_seen(tracer, slot))
		return;
	older = ring->older;
	ended = cells_ended(tracer, slot) + ring->overflowed + memory->overflowed_open +
		memory->skipped;
	open = count + ended > begun ? count + ended - begun : 0;
	if (memory->older_counted && requests_older(tracer, slot) <= open)
		return;
	memory->older_counted = 1;
	memory->older_open = (uint32_t)open;
	memory->older_ended = older;
}

uint32_t requests_older(const struct tracer *tracer, uint32_t slot)
{
	const struct ring_memory *memory = &tracer->memory[slot];
	uint64_t ended = tracer->rings[slot].older - memory->older_ended;

	return memory->older_open > ended ? (uint32_t)(memory->older_open - ended) : 0;
}

void requests_look_back(struct tracer *tracer)
{
	int looked = 0;

	if (!tracer->started || tracer->filter_by_op)
		return;
	for (uint32_t slot = 1; slot <= tracer->slots_used && looked < RINGS_AT_ONCE; slot++) {
		const struct ring_memory *memory = &tracer->memory[slot];

		if (!rings_live(tracer, slot) || tracer->rings[slot].created_ns ||
		    (memory->older_counted && !requests_older(tracer, slot)))
			continue;
		look_at(tracer, slot);
		looked++;
	}
}

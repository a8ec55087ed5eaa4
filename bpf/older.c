/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The requests older than the tracer, one by one: requests.c knows how many a ring has, here
 * they are named as far as they can be found: on the ring's lists, or in a worker's hands
 * (bpf/older.bpf.h). Those that the probes saw begin are there, too, and are left out. The
 * others stay a number: waiting for a worker, or with a disk.
 *
 * They are looked for with each snapshot while there are any, and told as open requests that
 * began at no known time.
 */
#include <stdlib.h>

#include "bpf/older.h"
#include "bpf/requests.h"
#include "bpf/tracer_private.h"

enum {
	RINGS_AT_ONCE = 64,
	RUNS_MAX = 64, /* of 128 steps each */
	TRIES = 4,     /* a ring that is busy stands still now and then */
	OP_POLL_ADD = 6,
};

struct older_found {
	struct older_request request;
	uint64_t file;
	uint32_t slot;
};

/* Too large for the stack. */
struct older_look {
	struct older_walk walk;
	struct older_carried carried[OLDER_MAX];
	size_t carried_count;
};

static int walk_once(const struct tracer *tracer, uint32_t slot, struct older_walk *ret_walk)
{
	struct bpf_object *iterators = tracer->iterators;
	int program_fd = bpf_program__fd(bpf_object__find_program_by_name(iterators, "older"));
	int map_fd = bpf_object__find_map_fd_by_name(iterators, "older_walk");
	const struct ring_slot *ring = &tracer->rings[slot];
	int answer = REQUESTS_GO_ON;
	uint32_t zero = 0, count;

	*ret_walk = (struct older_walk){ .bucket_bytes = tracer->bucket_bytes };
	if (!requests_count(iterators, ring->ring_ctx, ring->sq_entries, ring->cq_entries,
			    &count) ||
	    bpf_map_update_elem(map_fd, &zero, ret_walk, BPF_ANY))
		return 0;
	for (int run = 0; run < RUNS_MAX && answer == REQUESTS_GO_ON; run++)
		answer = tracer_run(program_fd, &ring->ring_ctx, 1);
	return answer == REQUESTS_COUNTED && !bpf_map_lookup_elem(map_fd, &zero, ret_walk) &&
	       ret_walk->count <= OLDER_MAX;
}

static int compare_address(const void *left, const void *right)
{
	const struct older_request *a = left, *b = right;

	return (a->address > b->address) - (a->address < b->address);
}

/* Leaves out those that the probes know. */
static void drop_known(const struct tracer *tracer, uint32_t slot, struct older_walk *walk)
{
	struct older_request *known, wanted = { 0 };
	uint32_t kept = 0;

	qsort(walk->requests, walk->count, sizeof(*walk->requests), compare_address);
	for (uint32_t set = 0; set < OPEN_SETS; set++)
		for (uint32_t way = 0; way < OPEN_WAYS; way++) {
			wanted.address = tracer->open_sets[set].keys[way];
			if (!wanted.address || tracer->open_sets[set].requests[way].ring != slot)
				continue;
			known = bsearch(&wanted, walk->requests, walk->count, sizeof(*known),
					compare_address);
			if (known)
				known->known = 1;
		}
	for (uint32_t i = 0; i < walk->count; i++)
		if (!walk->requests[i].known &&
		    (!i || walk->requests[i].address != walk->requests[i - 1].address))
			walk->requests[kept++] = walk->requests[i];
	walk->count = kept;
}

static uint64_t file_of(struct tracer *tracer, uint32_t slot, const struct older_request *request,
			uint64_t time_ns)
{
	const uint64_t args[5] = { request->address, 0, time_ns, slot, request->user_data };

	if (tracer->options.no_files || tracer_run(tracer->open_file_fd, args, 5) != 1)
		return 0;
	return tracer->ring_sample->file;
}

static void add_carried(const struct older_look *look, uint64_t ring_ctx, struct older_walk *walk)
{
	for (size_t i = 0; i < look->carried_count && walk->count < OLDER_MAX; i++)
		if (look->carried[i].ring_ctx == ring_ctx)
			walk->requests[walk->count++] = look->carried[i].request;
}

static void look_at(struct tracer *tracer, uint32_t slot, struct older_look *look, uint64_t time_ns)
{
	struct older_walk *walk = &look->walk;
	struct older_found *grown;
	int tries = 0;

	while (!walk_once(tracer, slot, walk))
		if (++tries == TRIES)
			return;
	add_carried(look, tracer->rings[slot].ring_ctx, walk);
	drop_known(tracer, slot, walk);
	if (walk->count > requests_older(tracer, slot))
		return; /* one began meanwhile, or the count is of a moment before: next time */
	if (!walk->count)
		return; /* all have ended: nothing to make room for, and realloc() would free */
	grown = realloc(tracer->older, (tracer->older_count + walk->count) * sizeof(*grown));
	if (!grown)
		return;
	tracer->older = grown;
	for (uint32_t i = 0; i < walk->count; i++)
		tracer->older[tracer->older_count++] = (struct older_found){
			.request = walk->requests[i],
			.file = file_of(tracer, slot, &walk->requests[i], time_ns),
			.slot = slot,
		};
}

static int wanted(const struct tracer *tracer, uint32_t slot)
{
	return rings_live(tracer, slot) && tracer->memory[slot].older_counted &&
	       requests_older(tracer, slot);
}

/* What the workers carry is asked for once, and only if some ring has older requests. */
static struct older_look *begin(const struct tracer *tracer)
{
	struct older_look *look = calloc(1, sizeof(*look));
	long bytes;

	if (!look)
		return NULL;
	bytes = discover_read(tracer->iterators, "older_by_worker", look->carried,
			      sizeof(look->carried));
	look->carried_count = bytes > 0 ? (size_t)bytes / sizeof(look->carried[0]) : 0;
	return look;
}

void older_look(struct tracer *tracer, uint64_t time_ns)
{
	struct older_look *look = NULL;
	int looked = 0;

	if (!tracer->started)
		return; /* as before the probes were detached */
	tracer->older_count = 0;
	if (!tracer->bucket_bytes)
		return;
	for (uint32_t slot = 1; slot <= tracer->slots_used && looked < RINGS_AT_ONCE; slot++) {
		if (!wanted(tracer, slot))
			continue;
		if (!look && !(look = begin(tracer)))
			return;
		look_at(tracer, slot, look, time_ns);
		looked++;
	}
	free(look);
}

/* Where it stands. POLL_ADD is nothing but a wait for its file, and a timeout none at all. */
static uint8_t stage_of(const struct older_request *request)
{
	if (request->place == OLDER_CARRIED)
		return EV_STAGE_WORKER_RUNNING;
	return request->place == OLDER_TIMED || request->op == OP_POLL_ADD ? EV_STAGE_SUBMITTED
									   : EV_STAGE_POLL_ARMED;
}

int older_give(struct snapshot *snapshot, size_t limit)
{
	struct tracer *tracer = snapshot->tracer;
	int err = 0;

	for (size_t i = 0; i < tracer->older_count && i < limit && !err; i++) {
		const struct older_found *found = &tracer->older[i];
		const struct older_request *request = &found->request;
		struct ev_request event = {
			.h = { EV_REQUEST, sizeof(event), EV_CPU_NONE, snapshot->now },
			.user_data = request->user_data,
			.file = found->file,
			.queue = tracer->memory[found->slot].id,
			.fd = request->fd,
			.op = request->op,
			.sqe_flags = request->sqe_flags,
			.end = EV_END_OPEN,
			.stage = stage_of(request),
			.path = tracer->rings[found->slot].path,
		};

		if (!rings_live(tracer, found->slot))
			continue;
		if (event.stage == EV_STAGE_POLL_ARMED)
			event.path |= EV_PATH_POLL;
		if (event.stage == EV_STAGE_WORKER_RUNNING)
			event.path |= EV_PATH_WORKER;
		if (request->sqe_flags & 1) /* IOSQE_FIXED_FILE */
			event.path |= EV_PATH_FIXED_FILE;
		err = snapshot->event(snapshot->arg, &event.h);
	}
	return err;
}

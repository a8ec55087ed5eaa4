/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The files of open requests. The probes take a request's file when it ends, so that requests which
 * end at once pay for it once; of one that hangs, nobody would know what it hangs on. So the tracer
 * asks for the file of those that have been open for a while, and keeps the answer: a request keeps
 * its file. Those that have none yet (they wait for a chain, a drain or a worker) are asked for
 * again. Asking is safe only while the probes watch: before they are detached, all are asked for.
 *
 * Not asked for are requests whose end may go unseen, since then the file may be another's by now:
 * those that end in silence, and those of a ring with completions of which the request is not known.
 */
#include <errno.h>
#include <stdlib.h>

#include "bpf/tracer_private.h"

enum {
	AGE_NS = 10000000,
	ASKED_AT_ONCE = 256, /* each costs some microseconds */
};

int open_files_doubted(const struct tracer *tracer, const struct open_request *request)
{
	for (size_t i = 0; i < tracer->overflow_count; i++)
		if (tracer->overflows[i].slot == request->ring)
			return 1;
	return open_is_silent(request);
}

uint64_t open_files_find(const struct tracer *tracer, uint32_t position, uint64_t submit_ns)
{
	const struct open_file *known = &tracer->open_files[position];

	return known->submit_ns == submit_ns ? known->file : 0;
}

/* Returns 1 when it was asked for. */
static int ask(struct tracer *tracer, uint32_t set, uint32_t way, uint64_t before_ns,
	       uint64_t time_ns)
{
	const struct open_request *request = &tracer->open_sets[set].requests[way];
	uint64_t key = __atomic_load_n(&tracer->open_sets[set].keys[way], __ATOMIC_ACQUIRE);
	uint64_t args[3] = { key, request->submit_ns, time_ns };
	uint32_t position = set * OPEN_WAYS + way;

	if (key <= OPEN_TAKEN || request->fd < 0 || args[1] > before_ns ||
	    open_files_find(tracer, position, args[1]) || open_files_doubted(tracer, request))
		return 0;
	if (tracer_run(tracer->open_file_fd, args, 3) == 1)
		tracer->open_files[position] =
			(struct open_file){ args[1], tracer->ring_sample->file };
	return 1;
}

/* At most `limit`, going on where the last look ended. */
static void ask_each(struct tracer *tracer, size_t limit, uint64_t before_ns, uint64_t time_ns)
{
	size_t asked = 0;

	if (tracer->options.no_files || tracer->abi.key_is_user_data)
		return; /* there the probes take it when a request begins */
	for (uint32_t i = 0; i < OPEN_SETS && asked < limit; i++) {
		tracer->open_files_next = (tracer->open_files_next + 1) % OPEN_SETS;
		for (uint32_t way = 0; way < OPEN_WAYS; way++)
			asked += ask(tracer, tracer->open_files_next, way, before_ns, time_ns);
	}
}

void open_files_resolve(struct tracer *tracer, uint64_t time_ns)
{
	if (tracer->started)
		ask_each(tracer, ASKED_AT_ONCE, tracer_now() - AGE_NS, time_ns);
}

void open_files_resolve_all(struct tracer *tracer)
{
	uint64_t now_ns = tracer_now();

	ask_each(tracer, SIZE_MAX, now_ns, now_ns);
}

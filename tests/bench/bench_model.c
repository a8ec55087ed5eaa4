/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * What one REQUEST costs in the model alone: nanoseconds each, on one core, for loads that differ
 * in what they make the model do. The events are made on the fly, as a reader would hand them out
 * (one small buffer, always in the cache); what making them costs is measured apart and taken off.
 * Not a test: it prints numbers and judges nothing.
 *
 * usage: bench_model [MILLIONS OF REQUESTS A ROUND]
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "event/record.h"
#include "model/model.h"

enum { ROUNDS = 5, STEP_NS = 250, QUEUE_ID = 1000 };

struct load {
	const char *what;
	uint32_t queues;
	uint32_t depth; /* requests in flight, all queues together */
	uint32_t ops;
	int staged; /* poll armed, poll woken */
};

static const struct load loads[] = {
	{ "1 queue, depth 1, 1 operation", 1, 1, 1, 0 },
	{ "1 queue, depth 32, 1 operation", 1, 32, 1, 0 },
	{ "1 queue, depth 32, 4 operations", 1, 32, 4, 0 },
	{ "1 queue, depth 1024, 1 operation", 1, 1024, 1, 0 },
	{ "1 queue, depth 32, three stages", 1, 32, 1, 1 },
	{ "64 queues, depth 512, 2 operations", 64, 512, 2, 0 },
	{ "1000 queues, depth 8000, 3 operations", 1000, 8000, 3, 0 },
};

static uint64_t random_next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void make(struct ev_request *request, const struct load *load, uint64_t time_ns,
		 uint64_t *state)
{
	uint64_t random = random_next(state);
	/* Evenly spread up to twice the mean: depth times the time between two ends. */
	uint64_t latency = ((random & 0xffff) * 2 * load->depth * STEP_NS) >> 16;

	request->h.time_ns = time_ns;
	request->submit_ns = time_ns - latency;
	request->user_data = random;
	request->queue = QUEUE_ID + (uint32_t)(((random >> 16) & 0xffff) * load->queues >> 16);
	request->op = (uint16_t)(22 + ((random >> 32 & 0xff) * load->ops >> 8));
	request->sq_depth = random >> 40 & 0x1f;
	request->cq_depth = 1 + (random >> 45 & 0x1f);
	if (load->staged) {
		request->stage_ns[EV_STAGE_POLL_ARMED - 1] = request->submit_ns + latency / 8;
		request->stage_ns[EV_STAGE_POLL_WOKEN - 1] = time_ns - latency / 8;
	}
}

/* Time of this process alone: what others do on a shared machine is not the model's cost. */
static uint64_t clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Nanoseconds for one request; model NULL: only for making it. */
static double round_ns(struct model *model, const struct load *load, uint64_t count)
{
	struct ev_request request = { .h = { .kind = EV_REQUEST, .size_bytes = sizeof(request) },
				      .end = EV_END_COMPLETED,
				      .result = 4096 };
	uint64_t state = 88172645463325252u, time_ns = 1000000000, start_ns = clock_ns();
	volatile uint64_t sink = 0;

	for (uint64_t i = 0; i < count; i++) {
		time_ns += STEP_NS;
		make(&request, load, time_ns, &state);
		if (model)
			model_event(model, &request.h);
		else
			sink = request.submit_ns;
	}
	(void)sink;
	return (double)(clock_ns() - start_ns) / (double)count;
}

static double best_ns(const struct load *load, int with_model, uint64_t count)
{
	double best = 1e9;

	for (int round = 0; round < ROUNDS; round++) {
		struct model *model = with_model ? model_new(NULL) : NULL;
		double ns = round_ns(model, load, count);

		if (ns < best)
			best = ns;
		model_free(model);
	}
	return best;
}

int main(int argc, char **argv)
{
	double millions = argc > 1 ? atof(argv[1]) : 1;
	uint64_t count = (uint64_t)(millions * 1e6);

	if (!(millions > 0)) {
		fprintf(stderr, "usage: bench_model [MILLIONS OF REQUESTS A ROUND]\n");
		return 2;
	}
	printf("%-40s %10s %14s\n", "load", "ns/request", "M requests/s");
	for (size_t i = 0; i < sizeof(loads) / sizeof(loads[0]); i++) {
		double ns = best_ns(&loads[i], 1, count) - best_ns(&loads[i], 0, count);

		printf("%-40s %10.1f %14.1f\n", loads[i].what, ns, 1e3 / ns);
	}
	return 0;
}

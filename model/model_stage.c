/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Where the time went: a request's latency cut into the stages it passed.
 *
 *    submit        worker queued     worker running               end
 *      |--- submitted ---|--- queued ------|------ running --------|
 *
 * A stage lasts from its entry to the next entry, in order of time, the last one to the end; the
 * parts therefore add up to the latency, to the nanosecond. Entries outside the request's life (a
 * made-up or damaged trace) are moved to its nearer edge.
 */
#include "model/model_private.h"

#include <errno.h>

enum { ECANCELED_LINUX = 125 };

/* When a worker took it up was not seen, though one did or may have: what there is of io-wq's
 * time cannot be cut in two. One that still waits, or was cancelled while it did, is known to
 * have waited. */
static int is_unsplit(const struct ev_request *request)
{
	if (!request->stage_ns[EV_STAGE_WORKER_QUEUED - 1] ||
	    request->stage_ns[EV_STAGE_WORKER_RUNNING - 1])
		return 0;
	return request->stage != EV_STAGE_WORKER_QUEUED ||
	       (request->end != EV_END_OPEN && request->result != -ECANCELED_LINUX);
}

static uint8_t stage_of(const struct ev_request *request, int stage)
{
	return stage == EV_STAGE_WORKER_QUEUED && is_unsplit(request) ? EV_STAGE_WORKER_UNSPLIT
								      : (uint8_t)stage;
}

int model_parts(const struct ev_request *request, struct model_part parts[EV_STAGE_COUNT])
{
	uint64_t end_ns =
		request->h.time_ns > request->submit_ns ? request->h.time_ns : request->submit_ns;
	int count = 1;

	parts[0] =
		(struct model_part){ .entry_ns = request->submit_ns, .stage = EV_STAGE_SUBMITTED };
	for (int stage = 1; stage <= EV_STAGE_TIMES; stage++) {
		uint64_t entry_ns = request->stage_ns[stage - 1];
		int at = count;

		if (!entry_ns)
			continue;
		if (entry_ns < request->submit_ns)
			entry_ns = request->submit_ns;
		if (entry_ns > end_ns)
			entry_ns = end_ns;
		for (; parts[at - 1].entry_ns > entry_ns; at--)
			parts[at] = parts[at - 1];
		parts[at] = (struct model_part){ .entry_ns = entry_ns,
						 .stage = stage_of(request, stage) };
		count++;
	}
	for (int i = 0; i < count; i++)
		parts[i].time_ns =
			(i + 1 < count ? parts[i + 1].entry_ns : end_ns) - parts[i].entry_ns;
	return count;
}

const struct model_part *model_parts_longest(const struct model_part *parts, int count)
{
	const struct model_part *longest = parts;

	for (int i = 1; i < count; i++)
		if (parts[i].time_ns > longest->time_ns)
			longest = &parts[i];
	return longest;
}

int model_stage_add(struct model *model, struct operation *operation,
		    const struct ev_request *request)
{
	struct model_stage *own = operation->pub.stages;
	struct model_stage *sum = operation->sum->pub.stages;
	struct model_part parts[EV_STAGE_COUNT];
	int count = model_parts(request, parts);

	/* Room for all of them first: a request is counted whole or not at all. */
	for (int i = 0; i < count; i++) {
		uint32_t bucket = ev_bucket(parts[i].time_ns);
		int stage = parts[i].stage;

		if (model_memory_fit(&model->memory, &own[stage].time, bucket, bucket) ||
		    model_memory_fit(&model->memory, &sum[stage].time, bucket, bucket))
			return -ENOMEM;
	}
	for (int i = 0; i < count; i++) {
		histogram_put(&own[parts[i].stage].time, parts[i].time_ns);
		histogram_put(&sum[parts[i].stage].time, parts[i].time_ns);
	}
	return 0;
}

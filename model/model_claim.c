/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Events that name a request only by its queue and user_data, and wait here for it.
 *
 * OVERFLOW: the kernel tells that a completion found the completion queue full, but not of which
 * request. That request then shows up as VANISHED (its memory serves another one), or, when the
 * recording stops first, as still open; or, on kernels that report the completion as well, with
 * its own record that says OVERFLOWED. Each overflow explains one request, whichever comes first.
 * An open request can only be the one if it was submitted before the overflow; it is matched for
 * as long as the snapshot is shown, not for good, because its own record may still come.
 *
 * MULTISHOT completions: which operation they belong to is known when the request itself ends.
 *
 * Applications choose user_data, and many use one value for everything, so these are counts, not
 * identities. An event for which there is no room is still counted in the queue, it only explains
 * nothing.
 */
#include "model/model_private.h"

#include <errno.h>

static struct claim *find(struct model *model, struct queue *queue, uint64_t user_data)
{
	uint32_t place = model_map_get(&queue->claims, user_data);

	return place ? &model->claims[place - 1] : NULL;
}

/* A free place, counted from 1; 0 when there is none. */
static uint32_t take_place(struct model *model)
{
	uint32_t place = model->claim_free;
	struct claim *claims;

	if (place) {
		model->claim_free = model->claims[place - 1].next;
		model->claims[place - 1] = (struct claim){ 0 };
		return place;
	}
	if (model->claim_count == MODEL_CLAIMS_MAX)
		return 0;
	claims = model_memory_grow(&model->memory, model->claims, &model->claim_capacity,
				   (size_t)model->claim_count + 1, sizeof(*claims));
	if (!claims)
		return 0;
	model->claims = claims;
	return ++model->claim_count;
}

static void give_place(struct model *model, uint32_t place)
{
	model->claims[place - 1].next = model->claim_free;
	model->claim_free = place;
}

static struct claim *find_or_add(struct model *model, struct queue *queue, uint64_t user_data)
{
	struct claim *claim = find(model, queue, user_data);
	uint32_t place;

	if (claim)
		return claim;
	place = take_place(model);
	if (!place)
		return NULL;
	if (model_map_put(&model->memory, &queue->claims, user_data, place)) {
		give_place(model, place);
		return NULL;
	}
	return &model->claims[place - 1];
}

static void release_if_empty(struct model *model, struct queue *queue, uint64_t user_data)
{
	uint32_t place = model_map_get(&queue->claims, user_data);
	const struct claim *claim = place ? &model->claims[place - 1] : NULL;

	if (!claim || claim->shots || claim->overflows || claim->vanished || claim->told)
		return;
	model_map_remove(&queue->claims, user_data);
	give_place(model, place);
}

/* Takes one waiting overflow; 0 when there is none. */
static int take_overflow(struct queue *queue, struct claim *claim)
{
	if (!claim || !claim->overflows)
		return 0;
	claim->overflows--;
	if (claim->open > claim->overflows) {
		claim->open--;
		queue->open_overflowed--;
	}
	return 1;
}

int model_overflow(struct model *model, const struct ev_header *event)
{
	const struct ev_overflow *overflow = (const struct ev_overflow *)event;
	struct queue *queue = model_queue_get(model, overflow->queue);
	struct claim *claim;

	if (!queue)
		return -ENOMEM;
	queue->records.overflows++;
	queue->records.dropped_cqes += overflow->dropped ? 1 : 0;
	claim = find_or_add(model, queue, overflow->user_data);
	if (!claim)
		return 0;
	if (claim->told) {
		claim->told--;
	} else if (claim->vanished) {
		claim->vanished--;
		queue->records.explained++;
	} else {
		claim->overflows++;
		claim->overflow_ns = event->time_ns;
	}
	release_if_empty(model, queue, overflow->user_data);
	return 0;
}

/*
 * An OVERFLOW comes before the VANISHED it explains, unless events came late. So those that wait
 * here for one are mostly lost for good, and may not crowd out the overflows.
 */
static int may_wait(const struct model *model)
{
	return model->claim_free || model->claim_count < MODEL_CLAIMS_MAX / 2;
}

void model_claim_vanished(struct model *model, struct queue *queue, uint64_t user_data)
{
	struct claim *claim = find(model, queue, user_data);

	if (take_overflow(queue, claim)) {
		queue->records.explained++;
		release_if_empty(model, queue, user_data);
		return;
	}
	if (!claim && may_wait(model))
		claim = find_or_add(model, queue, user_data);
	if (claim)
		claim->vanished++;
}

void model_claim_overflowed(struct model *model, struct queue *queue, uint64_t user_data)
{
	struct claim *claim = find(model, queue, user_data);

	if (take_overflow(queue, claim)) {
		release_if_empty(model, queue, user_data);
		return;
	}
	if (!claim && may_wait(model))
		claim = find_or_add(model, queue, user_data);
	if (claim)
		claim->told++;
}

void model_claim_shot(struct model *model, struct queue *queue, uint64_t user_data)
{
	struct claim *claim = find_or_add(model, queue, user_data);

	if (claim)
		claim->shots++;
}

uint64_t model_claim_shots(struct model *model, struct queue *queue, uint64_t user_data)
{
	struct claim *claim = find(model, queue, user_data);
	uint64_t shots = claim ? claim->shots : 0;

	if (!shots)
		return 0;
	claim->shots = 0;
	release_if_empty(model, queue, user_data);
	return shots;
}

int model_claim_open(struct model *model, struct queue *queue, const struct ev_request *request)
{
	struct claim *claim = find(model, queue, request->user_data);

	if (!claim || claim->open == claim->overflows || request->submit_ns > claim->overflow_ns)
		return 0;
	claim->open++;
	queue->open_overflowed++;
	return 1;
}

void model_claim_open_restart(struct model *model)
{
	for (uint32_t i = 0; i < model->claim_count; i++)
		model->claims[i].open = 0;
}

void model_claim_free(struct model *model)
{
	model_memory_free(&model->memory, model->claims,
			  model->claim_capacity * sizeof(*model->claims));
}

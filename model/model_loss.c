/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * What is not in the data: one row for each cause and queue, in that order. The rows are part of
 * the model itself, so a loss can be written down when no memory is left, which is when losses
 * happen. Losses of the model's own (limits, memory) are rows like any other.
 */
#include "model/model_private.h"

#include <string.h>

/* Place of the row, or where it would go. */
static size_t place_of(const struct model *model, uint32_t loss, uint32_t queue)
{
	size_t at = 0;

	while (at < model->loss_count &&
	       (model->losses[at].loss < loss ||
		(model->losses[at].loss == loss && model->losses[at].queue < queue)))
		at++;
	return at;
}

static int is_row(const struct model *model, size_t at, uint32_t loss, uint32_t queue)
{
	return at < model->loss_count && model->losses[at].loss == loss &&
	       model->losses[at].queue == queue;
}

/* The row of a loss. When rows run out, the queue is given up first, then the cause: the last row
 * takes everything, so no count is ever dropped. */
static struct model_loss *row_of(struct model *model, uint32_t loss, uint32_t queue)
{
	size_t at = place_of(model, loss, queue);

	if (is_row(model, at, loss, queue))
		return &model->losses[at];
	if (queue && model->loss_count >= MODEL_LOSSES_MAX / 2)
		return row_of(model, loss, 0);
	if (model->loss_count == MODEL_LOSSES_MAX)
		return &model->losses[MODEL_LOSSES_MAX - 1];
	memmove(&model->losses[at + 1], &model->losses[at],
		(model->loss_count - at) * sizeof(model->losses[0]));
	model->loss_count++;
	model->losses[at] = (struct model_loss){ .loss = loss, .queue = queue };
	return &model->losses[at];
}

void model_loss_add(struct model *model, uint32_t loss, uint32_t queue, uint64_t count)
{
	struct model_loss *row = row_of(model, loss, queue);

	row->count += count;
	if (!count)
		row->uncountable = 1;
}

/* Losses that take requests with them, of which nobody can say how many. */
static int blinds(const struct ev_lost *lost)
{
	switch (lost->loss) {
	case EV_LOSS_RECORD_RING_FULL:
	case EV_LOSS_OPEN_EVICTED:
		return !lost->count;
	case EV_LOSS_BLOCK_DAMAGED:
	case EV_LOSS_BLOCK_MISSING:
	case EV_LOSS_FILE_TRUNCATED:
	case EV_LOSS_SESSION_EVENTS:
	case EV_LOSS_SESSION_BUFFERS:
	case EV_LOSS_OUTPUT_STALLED:
	case EV_LOSS_PROBE_MISSED:
		return 1;
	default:
		return 0;
	}
}

int model_lost(struct model *model, const struct ev_header *event)
{
	const struct ev_lost *lost = (const struct ev_lost *)event;
	struct queue *queue = NULL;

	model_loss_add(model, lost->loss, lost->queue, lost->count);
	if (blinds(lost))
		model->blind = 1;
	if (lost->loss != EV_LOSS_RECORD_RING_FULL && lost->loss != EV_LOSS_OPEN_EVICTED)
		return 0;
	if (lost->queue)
		queue = model_queue_get(model, lost->queue);
	if (queue)
		queue->records.lost += lost->count;
	else
		model->lost_requests += lost->count;
	return 0;
}

size_t model_loss_count(const struct model *model)
{
	model_settle(model);
	return model->loss_count;
}

const struct model_loss *model_loss_at(const struct model *model, size_t index)
{
	return index < model->loss_count ? &model->losses[index] : NULL;
}

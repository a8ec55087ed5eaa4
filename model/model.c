/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The model's table of contents: which kind of event goes to which file, and what happens around
 * that for every event (time moves on, intervals end) and before every answer (what is fresh is
 * summed up).
 *
 *    EV_SESSION*               model_session.c      EV_OVERFLOW           model_claim.c
 *    EV_QUEUE*                 model_queue.c        EV_FILE, EV_PROCESS   model_names.c
 *    EV_REQUEST, EV_COMPLETION model_request.c      EV_DEVICE*            model_device.c
 *    EV_LATENCY                model_operation.c    EV_COMMAND            model_command.c
 *    EV_TICK                   model_open.c         EV_LOST               model_loss.c
 *    EV_REGISTER               model_queue.c        EV_WAIT               model_reap.c
 *
 * Time: an event moves "now" forward, never back. In full mode every event may end an interval. In
 * aggregate mode what happened is told afterwards, by snapshots, so only these end intervals.
 */
#include "model/model.h"

#include <errno.h>
#include <stdlib.h>

#include "model/model_private.h"

enum {
	INTERVAL_NS = 1000000000,
	SERIES_COUNT = 240,
	SLOW_COUNT = 64,
	MEMORY_BYTES = 512 << 20,
};

typedef int (*event_fn)(struct model *model, const struct ev_header *event);

static const struct {
	event_fn take;
	uint16_t size_bytes; /* a shorter one is no such event */
} kinds[] = {
	[EV_SESSION] = { model_session_begin, sizeof(struct ev_session) },
	[EV_SESSION_END] = { model_session_end, sizeof(struct ev_session_end) },
	[EV_PROCESS] = { model_names_process, sizeof(struct ev_process) },
	[EV_QUEUE] = { model_queue_declare, sizeof(struct ev_queue) },
	[EV_QUEUE_END] = { model_queue_finish, sizeof(struct ev_queue_end) },
	[EV_FILE] = { model_names_file, sizeof(struct ev_file) },
	[EV_REQUEST] = { model_request, sizeof(struct ev_request) },
	[EV_COMPLETION] = { model_completion, sizeof(struct ev_completion) },
	[EV_OVERFLOW] = { model_overflow, sizeof(struct ev_overflow) },
	[EV_REGISTER] = { model_queue_registered, sizeof(struct ev_register) },
	[EV_DEVICE] = { model_device_declare, sizeof(struct ev_device) },
	[EV_COMMAND] = { model_command, sizeof(struct ev_command) },
	[EV_QUEUE_STATE] = { model_queue_stated, sizeof(struct ev_queue_state) },
	[EV_LATENCY] = { model_operation_latency, sizeof(struct ev_latency) },
	[EV_DEVICE_STATE] = { model_device_stated, sizeof(struct ev_device_state) },
	[EV_LOST] = { model_lost, sizeof(struct ev_lost) },
	[EV_COMMAND_PART] = { model_link_part, sizeof(struct ev_command_part) },
	[EV_DEVICE_QUEUE] = { model_device_queue_declare, sizeof(struct ev_device_queue) },
	[EV_DEVICE_NAME] = { model_device_named, sizeof(struct ev_device_name) },
	[EV_DEVICE_WAIT] = { model_device_waited, sizeof(struct ev_device_wait) },
	[EV_DEVICE_EVENT] = { model_device_happened, sizeof(struct ev_device_event) },
	[EV_TICK] = { model_tick, sizeof(struct ev_tick) },
	[EV_WAIT] = { model_wait, sizeof(struct ev_wait) },
};

int model_event(struct model *model, const struct ev_header *event)
{
	if (event->kind >= sizeof(kinds) / sizeof(kinds[0]) || !kinds[event->kind].take ||
	    event->size_bytes < kinds[event->kind].size_bytes)
		return 0;
	if (!model->started) {
		model->started = 1;
		model->session.start_ns = event->time_ns;
		model->session.now_ns = event->time_ns;
		model->interval_start_ns = event->time_ns;
	}
	if (event->time_ns > model->session.now_ns) {
		model->session.now_ns = event->time_ns;
		model->session.duration_ns = event->time_ns - model->session.start_ns;
	}
	if (event->time_ns >= model->roll_ns)
		model_series_roll(model, event->time_ns);
	model->unsettled = 1;
	return kinds[event->kind].take(model, event);
}

void model_settle(const struct model *reader)
{
	struct model *model = (struct model *)reader;

	if (!model->unsettled)
		return;
	model->unsettled = 0;
	model_operation_fold(model);
	model_open_settle(model);
	for (size_t i = 0; i < model->active_count; i++) {
		model_gauge_settle_queue(model, model->active[i]);
		model_books_settle_queue(model, model->active[i]);
	}
	model_gauge_settle_total(model);
	model_books_settle_total(model);
	model_device_settle(model);
	model_slow_settle(model);
}

static void set_options(struct model *model, const struct model_options *options)
{
	struct model_options *set = &model->options;

	if (options)
		*set = *options;
	if (!set->interval_ns)
		set->interval_ns = INTERVAL_NS;
	if (!set->series_count)
		set->series_count = SERIES_COUNT;
	if (set->series_count > MODEL_SERIES_MAX)
		set->series_count = MODEL_SERIES_MAX;
	if (!set->slow_count)
		set->slow_count = SLOW_COUNT;
	if (set->slow_count > MODEL_SLOW_MAX)
		set->slow_count = MODEL_SLOW_MAX;
	if (!set->memory_bytes)
		set->memory_bytes = MEMORY_BYTES;
	model->memory.limit_bytes =
		set->memory_bytes < SIZE_MAX ? (size_t)set->memory_bytes : SIZE_MAX;
}

struct model *model_new(const struct model_options *options)
{
	struct model *model = calloc(1, sizeof(*model));

	if (!model)
		return NULL;
	set_options(model, options);
	model_queue_init(&model->total);
	model->total.pub.index = UINT32_MAX;
	model->unsettled = 1;
	if (model_slow_init(model)) {
		model_free(model);
		return NULL;
	}
	return model;
}

void model_free(struct model *model)
{
	if (!model)
		return;
	model_queues_free(model);
	model_open_free(model);
	model_slow_free(model);
	model_names_free(model);
	model_link_free(model);
	model_device_free(model);
	model_claim_free(model);
	model_chain_free(model);
	free(model);
}

const struct model_session *model_session(const struct model *model)
{
	return &model->session;
}

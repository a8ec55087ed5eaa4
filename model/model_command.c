/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Commands: what a device did, one record each, written when it ended.
 *
 *    queued_ns            issue_ns                  time_ns
 *      |------ queueing ------|--------- service ------|
 *      in the block layer      with the device
 *
 * Each goes to its hardware queue: counts and bytes by operation, errors by status, both times as
 * histograms, the exact depth. A command that names its request is remembered (model_link.c), so
 * that the two can be shown side by side; one that names none was issued for nobody we know:
 * writeback, a journal, another program's read.
 *
 * A command that has not ended (a snapshot) counts nowhere; it is only remembered.
 */
#include "model/model_private.h"

#include <errno.h>

static int add_latency(struct model *model, const struct device_place *place, uint64_t latency_ns)
{
	struct device_queue *state = place->state;
	uint32_t bucket = ev_bucket(latency_ns);
	int err = model_memory_fit(&model->memory, &state->own_latency, bucket, bucket);

	if (!err)
		err = model_memory_fit(&model->memory, &state->window.latency, bucket, bucket);
	if (err)
		return err;
	histogram_put(&state->own_latency, latency_ns);
	if (!model_counted(model)) /* else DEVICE_STATE has it */
		histogram_put(&state->window.latency, latency_ns);
	return 0;
}

static void add_span(struct model *model, struct device_queue *state,
		     const struct ev_command *command)
{
	uint64_t from = command->issue_ns, to = model->session.now_ns;

	if (from < model->session.start_ns)
		from = model->session.start_ns;
	model_level_add(&model->memory, &state->level, from < to ? from : to, to);
}

/* Waiting in the block layer. Windows tells no such time: there both are the same moment. */
static void add_queueing(struct model *model, struct device_queue *state,
			 const struct ev_command *command)
{
	uint64_t waited_ns;
	uint32_t bucket;

	if (!command->queued_ns || command->queued_ns > command->issue_ns ||
	    model->session.os == EV_OS_WINDOWS)
		return;
	waited_ns = command->issue_ns - command->queued_ns;
	bucket = ev_bucket(waited_ns);
	if (model_memory_fit(&model->memory, &state->own_queueing, bucket, bucket) == 0)
		histogram_put(&state->own_queueing, waited_ns);
}

static void count_status(struct model_device_queue *queue, const struct ev_command *command)
{
	for (uint32_t i = 0; i < queue->status_count; i++)
		if (queue->statuses[i].status == command->status &&
		    queue->statuses[i].type == command->status_type) {
			queue->statuses[i].count++;
			return;
		}
	if (queue->status_count < MODEL_STATUSES)
		queue->statuses[queue->status_count++] = (struct model_status){
			.status = command->status, .type = command->status_type, .count = 1
		};
}

static void count(struct device_queue *state, const struct ev_command *command, int windowed)
{
	uint64_t moved = command->status ? 0 : command->length_bytes;

	state->commands++;
	state->errors += command->status != 0;
	if (command->op == EV_COMMAND_READ)
		state->read_bytes += moved;
	else if (command->op == EV_COMMAND_WRITE)
		state->write_bytes += moved;
	else
		return;
	if (windowed)
		state->window.bytes += moved;
}

static void count_apart(const struct device_place *place, const struct ev_command *command)
{
	struct model_device_queue *queue = place->queue;
	uint8_t op = command->op < MODEL_COMMAND_OPS ? command->op : EV_COMMAND_OTHER;

	queue->ops[op].errors += command->status != 0;
	queue->ops[op].bytes += command->status ? 0 : command->length_bytes;
	queue->recorded++;
	place->state->ops[op]++;
	place->state->unlinked += !command->request_submit_ns;
	place->state->requeues += command->requeues;
	if (command->status)
		count_status(queue, command);
}

/* The times of a command whose issue is known. */
static int measure(struct model *model, const struct device_place *place,
		   const struct ev_command *command)
{
	uint64_t latency_ns = 0;
	int err;

	if (command->issue_ns <= command->h.time_ns)
		latency_ns = command->h.time_ns - command->issue_ns;
	else
		model->session.backward++;
	err = add_latency(model, place, latency_ns);
	if (err)
		return err;
	add_queueing(model, place->state, command);
	add_span(model, place->state, command);
	model_command_slow_add(model, place->state, command, latency_ns);
	return 0;
}

int model_command(struct model *model, const struct ev_header *event)
{
	const struct ev_command *command = (const struct ev_command *)event;
	struct device_place place;
	int err;

	if (command->end == EV_END_OPEN) {
		model_link_add(model, command);
		model_usage_open(model, command);
		return 0;
	}
	err = model_device_place(model, command->device, command->hw_queue, &place);
	if (!err && command->issue_ns)
		err = measure(model, &place, command);
	if (err)
		return err;
	if (command->depth)
		samples_add(&place.state->met, command->depth);
	count(place.state, command, !model_counted(model));
	count_apart(&place, command);
	place.state->window.count += !model_counted(model);
	model_link_add(model, command);
	model_usage_add(model, place.device, command);
	return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The slowest commands of each hardware queue. They are few, so the quickest of them is found by
 * looking at all; a quicker command costs one comparison (slow_floor_ns). A command ends before its
 * request does, so the request is put beside it later, when it ends.
 */
#include "model/model_private.h"

#include <stdlib.h>
#include <string.h>

static uint64_t latency_of(const struct ev_command *command)
{
	return command->h.time_ns > command->issue_ns ? command->h.time_ns - command->issue_ns : 0;
}

static uint32_t quickest(const struct device_queue *state)
{
	uint32_t found = 0;

	for (uint32_t i = 1; i < state->slow_count; i++)
		if (latency_of(&state->slow[i].command) < latency_of(&state->slow[found].command))
			found = i;
	return found;
}

void model_command_slow_add(struct model *model, struct device_queue *state,
			    const struct ev_command *command, uint64_t latency_ns)
{
	uint32_t at = state->slow_count;

	if (at == MODEL_SLOW_COMMANDS && latency_ns <= state->slow_floor_ns)
		return;
	if (!state->slow)
		state->slow = model_memory_new(&model->memory,
					       2 * MODEL_SLOW_COMMANDS * sizeof(*state->slow));
	if (!state->slow)
		return;
	state->slow_sorted = state->slow + MODEL_SLOW_COMMANDS;
	if (at == MODEL_SLOW_COMMANDS)
		at = quickest(state);
	else
		state->slow_count++;
	state->slow[at] = (struct model_slow_command){ .command = *command };
	state->slow_changed = 1;
	if (state->slow_count == MODEL_SLOW_COMMANDS)
		state->slow_floor_ns = latency_of(&state->slow[quickest(state)].command);
}

void model_command_slow_link(struct device_queue *state, const struct ev_command *command,
			     const struct ev_request *request)
{
	for (uint32_t i = 0; i < state->slow_count; i++) {
		struct model_slow_command *slow = &state->slow[i];

		if (slow->command.h.time_ns != command->h.time_ns ||
		    slow->command.issue_ns != command->issue_ns ||
		    slow->command.command_id != command->command_id ||
		    slow->command.request_submit_ns != command->request_submit_ns ||
		    slow->command.request_queue != command->request_queue)
			continue;
		slow->request = *request;
		slow->known = 1;
		state->slow_changed = 1;
		return;
	}
}

static int slowest_first(const void *left, const void *right)
{
	const struct ev_command *a = &((const struct model_slow_command *)left)->command;
	const struct ev_command *b = &((const struct model_slow_command *)right)->command;

	if (latency_of(a) != latency_of(b))
		return latency_of(a) < latency_of(b) ? 1 : -1;
	if (a->h.time_ns != b->h.time_ns)
		return a->h.time_ns > b->h.time_ns ? 1 : -1;
	return (a->command_id > b->command_id) - (a->command_id < b->command_id);
}

void model_command_slow_settle(struct model_device_queue *queue, struct device_queue *state)
{
	if (!state->slow_changed)
		return;
	state->slow_changed = 0;
	memcpy(state->slow_sorted, state->slow, state->slow_count * sizeof(*state->slow));
	qsort(state->slow_sorted, state->slow_count, sizeof(*state->slow_sorted), slowest_first);
	queue->slow = state->slow_sorted;
	queue->slow_count = state->slow_count;
}

void model_command_slow_free(struct model *model, struct device_queue *state)
{
	model_memory_free(&model->memory, state->slow,
			  2 * MODEL_SLOW_COMMANDS * sizeof(*state->slow));
}

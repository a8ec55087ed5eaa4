/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Requests and their commands, both ways.
 *
 * A command names its request by (queue, submit time) and ends before it. So the latest commands
 * that name one are remembered in a ring, chained by a hash of that name:
 *
 *    heads[hash] → newest → older → … → beyond the ring: forgotten
 *
 * When a request ends, its commands are a few steps down one chain: the device queue of the last
 * of them gets the time that the request was with the device, and slow commands get the request
 * put beside them. Requests that stay on the slow list take their commands with them
 * (model_slow.c). A split request has several commands; a merged command has several requests, and
 * a COMMAND_PART for each comes before it. The ring is bounded, and so is what a chain made up on purpose can cost: CHAIN_MAX.
 */
#include "model/model_private.h"

#include <errno.h>

enum { CHAIN_MAX = 256 };

static uint32_t hash_of(uint32_t queue, uint64_t submit_ns)
{
	uint64_t key = (submit_ns ^ (uint64_t)queue << 32) * 0x9e3779b97f4a7c15u;

	key ^= key >> 29;
	key *= 0xd6e8feb86659fd93u; /* odd, with well spread bits */
	return (uint32_t)(key >> 32) % MODEL_LINKS_MAX;
}

static int make_room(struct model *model)
{
	struct links *links = &model->links;

	if (links->items)
		return 0;
	links->heads = model_memory_new(&model->memory, MODEL_LINKS_MAX * sizeof(*links->heads));
	if (!links->heads)
		return -ENOMEM;
	links->items = model_memory_new(&model->memory, MODEL_LINKS_MAX * sizeof(*links->items));
	if (links->items)
		return 0;
	model_memory_free(&model->memory, links->heads, MODEL_LINKS_MAX * sizeof(*links->heads));
	links->heads = NULL;
	return -ENOMEM;
}

static void add(struct links *links, const struct ev_command *command)
{
	uint64_t *head = &links->heads[hash_of(command->request_queue, command->request_submit_ns)];

	links->items[links->count % MODEL_LINKS_MAX] = (struct link){ *command, *head };
	*head = ++links->count;
}

/* Parts come just before their command and are told by what they share with it. */
static int is_of(const struct ev_command_part *part, const struct ev_command *command)
{
	return part->device == command->device && part->hw_queue == command->hw_queue &&
	       part->command_id == command->command_id && part->issue_ns == command->issue_ns;
}

/* One link for each request that a merged command serves. Returns how many. */
static size_t add_parts(struct links *links, const struct ev_command *command)
{
	size_t added = 0, kept = 0;

	for (size_t i = 0; i < links->part_count; i++) {
		const struct ev_command_part *part = &links->parts[i];
		struct ev_command own = *command;

		if (!is_of(part, command)) {
			links->parts[kept++] = *part;
			continue;
		}
		own.request_queue = part->request_queue;
		own.request_submit_ns = part->request_submit_ns;
		add(links, &own);
		added++;
	}
	links->part_count = kept;
	return added;
}

void model_link_add(struct model *model, const struct ev_command *command)
{
	if (!command->request_submit_ns || model->options.books_only || make_room(model))
		return;
	if (command->parts < 2 || !add_parts(&model->links, command))
		add(&model->links, command);
}

int model_link_part(struct model *model, const struct ev_header *event)
{
	struct links *links = &model->links;

	if (model->options.books_only)
		return 0;
	if (!links->parts)
		links->parts =
			model_memory_new(&model->memory, MODEL_PARTS_MAX * sizeof(*links->parts));
	if (!links->parts)
		return 0;
	if (links->part_count == MODEL_PARTS_MAX) /* their command never came */
		links->part_count = 0;
	links->parts[links->part_count++] = *(const struct ev_command_part *)event;
	return 0;
}

/* The one that comes before in a chain; NULL: none is remembered. `number` is its number + 1. */
static const struct link *link_at(const struct links *links, uint64_t number)
{
	if (!number || links->count - (number - 1) > MODEL_LINKS_MAX)
		return NULL;
	return &links->items[(number - 1) % MODEL_LINKS_MAX];
}

/* A snapshot tells an open command again and again, and its end comes last. */
static int same_command(const struct ev_command *a, const struct ev_command *b)
{
	return a->device == b->device && a->hw_queue == b->hw_queue && a->key == b->key &&
	       a->command_id == b->command_id && a->issue_ns == b->issue_ns &&
	       a->offset_bytes == b->offset_bytes;
}

/* Keeps it unless it is an older state of one that is there; the newest come first. */
static void keep(struct model_commands *kept, const struct ev_command *command)
{
	for (size_t i = 0; command->end == EV_END_OPEN && i < kept->count; i++)
		if (same_command(&kept->commands[i], command))
			return;
	kept->total++;
	if (kept->count < MODEL_COMMANDS)
		kept->commands[kept->count++] = *command;
}

void model_link_find(const struct model *model, const struct ev_request *request,
		     struct model_commands *ret_commands)
{
	const struct links *links = &model->links;
	const struct link *link = NULL;

	ret_commands->total = ret_commands->count = 0;
	if (!links->items)
		return;
	link = link_at(links, links->heads[hash_of(request->queue, request->submit_ns)]);
	for (int steps = 0; link && steps < CHAIN_MAX; steps++) {
		if (link->command.request_queue == request->queue &&
		    link->command.request_submit_ns == request->submit_ns)
			keep(ret_commands, &link->command);
		link = link_at(links, link->former);
	}
	for (size_t i = 0; i < ret_commands->count / 2; i++) {
		struct ev_command kept = ret_commands->commands[i];
		size_t other = ret_commands->count - 1 - i;

		ret_commands->commands[i] = ret_commands->commands[other];
		ret_commands->commands[other] = kept;
	}
}

/* An operation's time with one device queue. */
static void add_place(struct model_operation *operation, const struct ev_command *last,
		      uint64_t time_ns)
{
	struct model_place *place = operation->places;
	struct model_place *end = place + operation->place_count;

	while (place < end && (place->device != last->device || place->hw_queue != last->hw_queue))
		place++;
	if (place == end) {
		if (operation->place_count == MODEL_PLACES)
			return;
		operation->place_count++;
		*place = (struct model_place){ .device = last->device, .hw_queue = last->hw_queue };
	}
	place->count++;
	place->time_ns += time_ns;
}

static uint64_t device_time_ns(const struct ev_request *request)
{
	struct model_part parts[EV_STAGE_COUNT];
	int count = model_parts(request, parts);
	uint64_t time_ns = 0;

	for (int i = 0; i < count; i++)
		if (parts[i].stage == EV_STAGE_DEVICE)
			time_ns += parts[i].time_ns;
	return time_ns;
}

void model_link_ended(struct model *model, struct operation *operation,
		      const struct ev_request *request)
{
	struct model_commands *found = &model->links.found;
	struct device_place place;
	uint64_t time_ns;

	if (!model->links.items)
		return;
	model_link_find(model, request, found);
	for (size_t i = 0; i < found->count; i++)
		if (model_device_place_find(model, found->commands[i].device,
					    found->commands[i].hw_queue, &place))
			model_command_slow_link(place.state, &found->commands[i], request);
	if (!found->count || !operation)
		return;
	time_ns = device_time_ns(request);
	add_place(&operation->pub, &found->commands[found->count - 1], time_ns);
	add_place(&operation->sum->pub, &found->commands[found->count - 1], time_ns);
}

const struct model_commands *model_commands_of(const struct model *reader,
					       const struct ev_request *request)
{
	struct model *model = (struct model *)reader;
	const struct slow_requests *slow = &model->slow;

	if (slow->commands && request >= slow->items && request < slow->items + slow->count)
		return &slow->commands[request - slow->items];
	model_link_find(model, request, &model->links.found);
	return &model->links.found;
}

void model_link_free(struct model *model)
{
	struct links *links = &model->links;

	model_memory_free(&model->memory, links->items, MODEL_LINKS_MAX * sizeof(*links->items));
	model_memory_free(&model->memory, links->heads, MODEL_LINKS_MAX * sizeof(*links->heads));
	model_memory_free(&model->memory, links->parts, MODEL_PARTS_MAX * sizeof(*links->parts));
}

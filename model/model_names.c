/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Names: what a request's file number and a process id stand for. The events themselves are kept,
 * with a NUL behind their text. A number that is told again has its name replaced: process ids are
 * reused, a file may be renamed. Beyond the limits names are simply not known; that is what the
 * answers say then.
 */
#include "model/model_private.h"

#include <errno.h>
#include <string.h>

void model_names_copy(char *to, size_t room, const char *from, size_t bytes)
{
	size_t kept = bytes < room ? bytes : room - 1;

	/* Bytes 10xxxxxx continue a character: do not leave a part of one. */
	if (kept < bytes)
		while (kept && ((unsigned char)from[kept] & 0xc0) == 0x80)
			kept--;
	memcpy(to, from, kept);
	to[kept] = 0;
}

static size_t kept_bytes(const struct ev_header *event)
{
	return (size_t)event->size_bytes + 1;
}

/* Keeps a copy of an event under a number, instead of the former one. */
static int keep(struct model *model, struct names *names, uint64_t id,
		const struct ev_header *event)
{
	uint32_t place = model_map_get(&names->ids, id);
	struct ev_header *copy = model_memory_new(&model->memory, kept_bytes(event));

	if (!copy)
		return -ENOMEM;
	memcpy(copy, event, event->size_bytes);
	if (place) {
		struct ev_header *former = names->events[place - 1];

		model_memory_free(&model->memory, former, kept_bytes(former));
		names->events[place - 1] = copy;
		return 0;
	}
	if (model_map_put(&model->memory, &names->ids, id, (uint32_t)names->count + 1)) {
		model_memory_free(&model->memory, copy, kept_bytes(copy));
		return -ENOMEM;
	}
	names->events[names->count++] = copy;
	return 0;
}

static int take(struct model *model, struct names *names, size_t limit, uint64_t id,
		const struct ev_header *event)
{
	struct ev_header **events;

	if (names->count == limit && !model_map_get(&names->ids, id))
		return 0;
	events = model_memory_grow(&model->memory, names->events, &names->capacity,
				   names->count + 1, sizeof(*events));
	if (!events)
		return -ENOMEM;
	names->events = events;
	return keep(model, names, id, event);
}

int model_names_file(struct model *model, const struct ev_header *event)
{
	return take(model, &model->files, MODEL_FILES_MAX, ((const struct ev_file *)event)->file,
		    event);
}

int model_names_process(struct model *model, const struct ev_header *event)
{
	return take(model, &model->processes, MODEL_PROCESSES_MAX,
		    ((const struct ev_process *)event)->pid, event);
}

static const struct ev_header *find(const struct names *names, uint64_t id)
{
	uint32_t place = model_map_get(&names->ids, id);

	return place ? names->events[place - 1] : NULL;
}

const struct ev_file *model_file(const struct model *model, uint64_t file)
{
	return (const struct ev_file *)find(&model->files, file);
}

const char *model_file_name(const struct model *model, uint64_t file)
{
	const struct ev_file *known = model_file(model, file);

	return known ? (const char *)(known + 1) : NULL;
}

const char *model_process_name(const struct model *model, uint32_t pid)
{
	const struct ev_process *known = (const struct ev_process *)find(&model->processes, pid);

	return known ? (const char *)(known + 1) : NULL;
}

const char *model_process_comm(const struct model *model, uint32_t pid)
{
	const char *name = model_process_name(model, pid);

	if (name && name[0])
		return name;
	for (size_t i = 0; pid && i < model->queue_count; i++)
		if (model->queues[i]->pub.pid == pid && model->queues[i]->pub.comm[0])
			return model->queues[i]->pub.comm;
	return NULL;
}

static void names_free(struct model *model, struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		model_memory_free(&model->memory, names->events[i], kept_bytes(names->events[i]));
	model_memory_free(&model->memory, names->events, names->capacity * sizeof(*names->events));
	model_map_done(&model->memory, &names->ids);
}

void model_names_free(struct model *model)
{
	names_free(model, &model->files);
	names_free(model, &model->processes);
}

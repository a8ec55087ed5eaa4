/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Rare events: rings, files, overflows, registrations. They come through a ring buffer of their
 * own, so a flood of requests cannot push them out, are turned into events here and wait in a list
 * until the drain has handed out everything older.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bpf/tracer_private.h"

/* ---- the waiting list ---- */

static int grow(void **memory, size_t *room, size_t need, size_t item_bytes)
{
	size_t bigger = *room ? *room : 256;
	void *grown;

	while (bigger < need)
		bigger *= 2;
	if (bigger == *room)
		return 0;
	grown = realloc(*memory, bigger * item_bytes);
	if (!grown)
		return -ENOMEM;
	*memory = grown;
	*room = bigger;
	return 0;
}

int waiting_add(struct waiting_list *list, const struct ev_header *event)
{
	size_t aligned = ((size_t)event->size_bytes + 7) & ~(size_t)7;

	if (list->next == list->count)
		list->next = list->count = list->bytes_used = 0;
	if (grow((void **)&list->items, &list->room, list->count + 1, sizeof(*list->items)) ||
	    grow((void **)&list->bytes, &list->bytes_room, list->bytes_used + aligned, 1))
		return -ENOMEM;
	list->items[list->count++] = (struct waiting){
		.time_ns = event->time_ns,
		.at = (uint32_t)list->bytes_used,
		.size_bytes = event->size_bytes,
	};
	memcpy(list->bytes + list->bytes_used, event, event->size_bytes);
	list->bytes_used += aligned;
	list->sorted = 0;
	return 0;
}

int waiting_event(void *arg, const struct ev_header *event)
{
	return waiting_add(arg, event);
}

/* Stable for equal times: by place of arrival. */
static int compare_waiting(const void *a, const void *b)
{
	const struct waiting *x = a, *y = b;

	if (x->time_ns != y->time_ns)
		return x->time_ns < y->time_ns ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

const struct ev_header *waiting_peek(struct waiting_list *list)
{
	if (list->next == list->count)
		return NULL;
	if (!list->sorted) {
		qsort(list->items + list->next, list->count - list->next, sizeof(*list->items),
		      compare_waiting);
		list->sorted = 1;
	}
	return (const struct ev_header *)(list->bytes + list->items[list->next].at);
}

void waiting_pop(struct waiting_list *list)
{
	list->next++;
}

void waiting_done(struct waiting_list *list)
{
	free(list->items);
	free(list->bytes);
	*list = (struct waiting_list){ 0 };
}

/* ---- from control records to events ---- */

static uint8_t file_type(uint32_t mode, const char *path)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return EV_FILE_REGULAR;
	case S_IFDIR:
		return EV_FILE_DIRECTORY;
	case S_IFBLK:
		return EV_FILE_BLOCK;
	case S_IFCHR:
		return EV_FILE_CHAR;
	case S_IFIFO:
		return EV_FILE_PIPE;
	case S_IFSOCK:
		return EV_FILE_SOCKET;
	default:
		return path[0] == '[' ? EV_FILE_ANON : 0;
	}
}

/* Puts the parts, which came leaf first, in order. Returns the length. */
static size_t assemble_path(const struct control_file *file, char *path, size_t path_bytes)
{
	const char *parts[PATH_PARTS_MAX];
	uint32_t count = 0, at = 0;
	size_t used = 0;

	while (count < file->parts && count < PATH_PARTS_MAX && at < file->path_bytes &&
	       at < sizeof(file->path)) {
		parts[count++] = file->path + at;
		at += (uint32_t)strnlen(file->path + at, sizeof(file->path) - at) + 1;
	}
	if (file->truncated)
		used = (size_t)snprintf(path, path_bytes, "…");
	while (count-- > 0 && used < path_bytes)
		used += (size_t)snprintf(path + used, path_bytes - used, "/%s", parts[count]);
	if (!used)
		used = (size_t)snprintf(path, path_bytes, "/");
	return used < path_bytes ? used : path_bytes - 1;
}

static int take_file(struct tracer *tracer, const struct control_file *file)
{
	struct {
		struct ev_file event;
		char path[PATH_BYTES + PATH_PART_BYTES + 16];
	} named = { 0 };
	const char *leaf = file->parts ? file->path : "";
	size_t length;

	named.event.file = file->file;
	named.event.inode = file->inode;
	named.event.type = file_type(file->mode, leaf);
	named.event.device = file->rdev && (S_ISBLK(file->mode) || S_ISCHR(file->mode))
				     ? file->rdev
				     : file->device;
	if (!file->mode) /* a path as the application gave it */
		length = (size_t)snprintf(named.path, sizeof(named.path), "%.*s%s", PATH_PART_BYTES,
					  leaf, file->truncated ? "…" : "");
	else if (S_ISSOCK(file->mode))
		length = (size_t)snprintf(named.path, sizeof(named.path), "socket:[%lu]",
					  (unsigned long)file->inode);
	else if (S_ISFIFO(file->mode) && file->parts == 1 && !leaf[0])
		length = (size_t)snprintf(named.path, sizeof(named.path), "pipe:[%lu]",
					  (unsigned long)file->inode);
	else if (leaf[0] == '[')
		length = (size_t)snprintf(named.path, sizeof(named.path), "anon_inode:%s", leaf);
	else
		length = assemble_path(file, named.path, sizeof(named.path));
	named.event.h.kind = EV_FILE;
	named.event.h.cpu = EV_CPU_NONE;
	named.event.h.time_ns = file->h.time_ns;
	named.event.h.size_bytes = (uint16_t)(sizeof(named.event) + length);
	memmove((char *)&named + sizeof(named.event), named.path, length);
	return waiting_add(&tracer->waiting, &named.event.h);
}

static int take_record(void *arg, void *data, size_t size)
{
	struct tracer *tracer = arg;
	const struct control_header *header = data;
	const struct control_overflow *overflow = data;
	const struct control_register *registered = data;
	const struct control_device_event *happened = data;
	const struct control_ring *ring = data;

	if (size < sizeof(*header))
		return 0;
	switch (header->type) {
	case CONTROL_RING:
		return rings_born(tracer, header->slot, &ring->ring, header->time_ns);
	case CONTROL_RING_DEAD:
		return rings_died(tracer, header->slot, header->time_ns);
	case CONTROL_FILE:
		return take_file(tracer, data);
	case CONTROL_OVERFLOW:
		if (!overflow->found && overflow_note(tracer, header->slot, &overflow->overflow))
			return -ENOMEM;
		return waiting_add(&tracer->waiting, &overflow->overflow.h);
	case CONTROL_DEVICE:
		return devices_born(tracer, data);
	case CONTROL_DEVICE_EVENT:
		return controllers_happened(tracer, header->slot, happened->event);
	case CONTROL_REGISTER:
		return waiting_add(&tracer->waiting, &registered->registered.h);
	default:
		return 0;
	}
}

int control_open(struct tracer *tracer, struct ev_error *why)
{
	int fd = bpf_object__find_map_fd_by_name(tracer->object, "control");

	tracer->control = ring_buffer__new(fd, take_record, tracer, NULL);
	if (!tracer->control)
		return ev_fail(why, -errno, "cannot map the tracer's event buffer: %s",
			       strerror(errno));
	return 0;
}

int control_take(struct tracer *tracer)
{
	int count = ring_buffer__consume(tracer->control);

	if (tracer->overflows_new)
		overflow_resolve(tracer);
	return count < 0 ? count : 0;
}

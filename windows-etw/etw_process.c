/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Processes by name, threads by process. Both are told when they start, and for those that live
 * already by a rundown at the start of the trace (DCStart), or only at its end (DCEnd).
 *
 * A process payload has a SID in its middle: 4 zero bytes for none, else a TOKEN_USER of two
 * pointers, then revision, count of sub-authorities, 6 bytes, and 4 for each of them.
 */
#include "windows-etw/etw_private.h"

#include <stdio.h>

#include "windows-etw/etw_payload.h"
#include "windows-etw/etw_text.h"

enum { SID_FIXED_BYTES = 8, SID_AUTHORITIES_MAX = 15, AUTHORITIES_AT = 1 };

struct etw_thread *etw_thread(struct etw_decoder *decoder, uint32_t tid)
{
	return tid == ETW_ID_NONE ? NULL : etw_map_put(&decoder->threads, (uint64_t)tid + 1);
}

uint32_t etw_pid_of(struct etw_decoder *decoder, uint32_t tid, uint32_t pid)
{
	struct etw_thread *thread = etw_thread(decoder, tid);

	if (!thread)
		return pid == ETW_ID_NONE ? 0 : pid;
	if (!thread->told && pid != ETW_ID_NONE)
		thread->pid = pid;
	return pid != ETW_ID_NONE ? pid : thread->pid;
}

const char *etw_process_name(const struct etw_decoder *decoder, uint32_t pid)
{
	const struct etw_process *known = etw_map_get(&decoder->processes, (uint64_t)pid + 1);

	return known ? known->name : "";
}

static void tell_process(struct etw_decoder *decoder, uint32_t pid, uint32_t parent)
{
	struct ev_process process = { .h = etw_header(decoder, EV_PROCESS),
				      .pid = pid,
				      .parent_pid = parent };
	struct etw_process *known = etw_map_put(&decoder->processes, (uint64_t)pid + 1);

	if (known)
		snprintf(known->name, sizeof(known->name), "%.31s", decoder->text);
	etw_emit(decoder, &process, sizeof(process), decoder->text);
}

static void skip_sid(struct etw_walk *walk)
{
	const uint8_t *sid = etw_walk_skip(walk, SID_FIXED_BYTES);

	if (sid && sid[AUTHORITIES_AT] <= SID_AUTHORITIES_MAX)
		etw_walk_skip(walk, 4u * sid[AUTHORITIES_AT]);
	else
		walk->short_of = 1;
}

/* Steps over the SID of a classic event. */
static void skip_token_user(struct etw_walk *walk)
{
	if (walk->left < 4 || !etw_u32(walk->at)) {
		etw_walk_skip(walk, 4);
		return;
	}
	etw_walk_skip(walk, 2u * walk->pointer_bytes);
	skip_sid(walk);
}

/* The process named behind `fixed` bytes and a SID. */
static void process_named(struct etw_decoder *decoder, const struct etw_event *event,
			  uint32_t fixed, uint32_t pid, uint32_t parent)
{
	struct etw_walk walk = etw_walk(event);

	etw_walk_skip(&walk, fixed);
	skip_token_user(&walk);
	if (walk.short_of || !etw_text_narrow(decoder->text, ETW_TEXT_BYTES, walk.at, walk.left))
		return;
	tell_process(decoder, pid, parent);
}

static void process_v0(struct etw_decoder *decoder, const struct etw_event *event)
{
	unsigned pointer = event->pointer_bytes;

	process_named(decoder, event, 2 * pointer, (uint32_t)etw_field_pointer(event, 0, 0),
		      (uint32_t)etw_field_pointer(event, 4, 8));
}

static void process_key(struct etw_decoder *decoder, const struct etw_event *event,
			uint32_t fixed_narrow, uint32_t fixed_wide)
{
	process_named(decoder, event, event->pointer_bytes == 4 ? fixed_narrow : fixed_wide,
		      etw_field_u32(event, 4, 8), etw_field_u32(event, 8, 12));
}

static void process_v1(struct etw_decoder *decoder, const struct etw_event *event)
{
	process_key(decoder, event, 20, 24);
}

static void process_v3(struct etw_decoder *decoder, const struct etw_event *event)
{
	process_key(decoder, event, 24, 32);
}

static void process_v4(struct etw_decoder *decoder, const struct etw_event *event)
{
	process_key(decoder, event, 28, 36);
}

static void thread_told(struct etw_decoder *decoder, uint32_t tid, uint32_t pid)
{
	struct etw_thread *thread = etw_thread(decoder, tid);

	if (thread)
		*thread = (struct etw_thread){ .pid = pid, .told = 1 };
}

static void thread_v0(struct etw_decoder *decoder, const struct etw_event *event)
{
	thread_told(decoder, etw_field_u32(event, 0, 0), etw_field_u32(event, 4, 4));
}

static void thread_v1(struct etw_decoder *decoder, const struct etw_event *event)
{
	thread_told(decoder, etw_field_u32(event, 4, 4), etw_field_u32(event, 0, 0));
}

/* The rundown at the end must not undo what the thread is doing. */
static void thread_ends(struct etw_decoder *decoder, const struct etw_event *event)
{
	struct etw_thread *thread = etw_thread(decoder, etw_field_u32(event, 4, 4));

	if (thread && !thread->told) {
		thread->pid = etw_field_u32(event, 0, 0);
		thread->told = 1;
	}
}

/* Start, DCStart, DCEnd and Defunct of a process share one layout; its end has it too, and tells
 * of one that started before a trace without rundown. */
#define PROCESS_ROWS(type)                                                                         \
	{ ETW_GROUP_PROCESS, type, 0, 0, 12, 20, process_v0 },                                     \
		{ ETW_GROUP_PROCESS, type, 1, 2, 24, 28, process_v1 },                             \
		{ ETW_GROUP_PROCESS, type, 3, 3, 28, 36, process_v3 },                             \
	{                                                                                          \
		ETW_GROUP_PROCESS, type, 4, 5, 32, 40, process_v4                                  \
	}
#define THREAD_ROWS(type, later)                                                                   \
	{ ETW_GROUP_THREAD, type, 0, 0, 8, 8, thread_v0 },                                         \
	{                                                                                          \
		ETW_GROUP_THREAD, type, 1, 4, 8, 8, later                                          \
	}

static const struct etw_row rows[] = {
	PROCESS_ROWS(1),
	PROCESS_ROWS(2),
	PROCESS_ROWS(3),
	PROCESS_ROWS(4),
	PROCESS_ROWS(39),
	THREAD_ROWS(1, thread_v1),
	THREAD_ROWS(2, thread_ends),
	THREAD_ROWS(3, thread_v1),
	THREAD_ROWS(4, thread_ends),
};
const struct etw_rows etw_process_rows = { rows, sizeof(rows) / sizeof(rows[0]) };

/* Microsoft-Windows-Kernel-Process, for sessions that are no system loggers: `parent` stands behind
 * the process, and the name comes last that matters. */
static void kernel_process(struct etw_decoder *decoder, const struct etw_walk *name,
			   const uint8_t *parent)
{
	if (name->short_of)
		return;
	etw_text_wide(decoder->text, ETW_TEXT_BYTES, name->at, name->left);
	snprintf(decoder->text, ETW_TEXT_BYTES, "%s", etw_text_base(decoder->text));
	if (*decoder->text)
		tell_process(decoder, etw_u32(decoder->event->payload), etw_u32(parent));
}

/* Process, creation time, parent, session, name. */
static void kernel_process_start_v0(struct etw_decoder *decoder, const struct etw_event *event)
{
	struct etw_walk walk = etw_walk(event);

	etw_walk_skip(&walk, 20);
	kernel_process(decoder, &walk, event->payload + 12);
}

/* … flags before the name. */
static void kernel_process_start_v1(struct etw_decoder *decoder, const struct etw_event *event)
{
	struct etw_walk walk = etw_walk(event);

	etw_walk_skip(&walk, 24);
	kernel_process(decoder, &walk, event->payload + 12);
}

/* Behind process and parent a sequence number each; before the name what the process may do: two
 * numbers and a SID. */
static void kernel_process_start_v3(struct etw_decoder *decoder, const struct etw_event *event)
{
	struct etw_walk walk = etw_walk(event);

	etw_walk_skip(&walk, 48);
	skip_sid(&walk);
	decoder->stats.too_short += walk.short_of;
	kernel_process(decoder, &walk, event->payload + 20);
}

/* A rundown's version 1 came with version 3 of the start, and shares its layout. */
static const struct etw_manifest_row manifest_rows[] = {
	{ 1, 0, 0, 22, 22, kernel_process_start_v0 },
	{ 1, 1, 2, 26, 26, kernel_process_start_v1 },
	{ 1, 3, 4, 58, 58, kernel_process_start_v3 },
	{ 3, 0, 1, 8, 8, thread_v1 },
	{ 15, 0, 0, 22, 22, kernel_process_start_v0 },
	{ 15, 1, 1, 58, 58, kernel_process_start_v3 },
};
const struct etw_manifest etw_process_manifest = {
	{ { 0xd6, 0x2c, 0xfb, 0x22, 0x7b, 0x0e, 0x2b, 0x42, 0xa0, 0xc7, 0x2f, 0xad, 0x1f, 0xd0,
	    0xe7, 0x16 } },
	manifest_rows,
	sizeof(manifest_rows) / sizeof(manifest_rows[0])
};

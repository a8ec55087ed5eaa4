/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Microsoft-Windows-Winsock-AFD: what programs ask of sockets. An operation has an event when it is
 * entered and one when it is left, and nothing like an IRP to pair them: the same operation of the
 * same endpoint with the same buffer, first in first out. Leaving with STATUS_PENDING is not the
 * end; another leaving event follows. (Built from the manifest; no trace with these events was at
 * hand. docs/windows.md says so.)
 *
 *    u32 0 enter, 1 leave | u32 location | ptr process | ptr endpoint | by operation …
 */
#include "windows-etw/etw_private.h"

#include "windows-etw/etw_payload.h"

enum { LEAVE = 1, STATUS_PENDING = 0x103 };

/* What follows the endpoint. */
enum tail {
	TAIL_STATUS,	     /* status */
	TAIL_CREATE,	     /* family, type, protocol, ptr process id, status */
	TAIL_COUNTED_BUFFER, /* count, ptr buffer, length, status */
	TAIL_BUFFER,	     /* ptr buffer, length, status */
	TAIL_VALUES,	     /* option, value, status; backlog, status: the status is last */
};

struct call {
	uint64_t process;
	uint64_t endpoint;
	uint64_t buffer;
	uint32_t leave;
	uint32_t length;
	uint32_t status;
};

static struct call read_call(const struct etw_event *event, enum tail tail)
{
	struct etw_walk walk = etw_walk(event);
	struct call call = { .leave = etw_walk_u32(&walk) };

	etw_walk_u32(&walk);
	call.process = etw_walk_pointer(&walk);
	call.endpoint = etw_walk_pointer(&walk);
	if (tail == TAIL_CREATE) {
		etw_walk_skip(&walk, 12);
		etw_walk_pointer(&walk);
	}
	if (tail == TAIL_COUNTED_BUFFER)
		etw_walk_u32(&walk);
	if (tail == TAIL_COUNTED_BUFFER || tail == TAIL_BUFFER) {
		call.buffer = etw_walk_pointer(&walk);
		call.length = etw_walk_u32(&walk);
	}
	if (tail == TAIL_VALUES)
		while (walk.left > 4)
			etw_walk_u32(&walk);
	call.status = etw_walk_u32(&walk);
	return call;
}

/* First in, first out among calls that look alike: how many were entered, how many were left. */
struct line {
	uint32_t entered;
	uint32_t left;
};

static void enter(struct etw_decoder *decoder, const struct call *call, uint64_t line_key,
		  uint16_t op)
{
	struct line *line = etw_map_put(&decoder->endpoints, line_key);
	const struct etw_event *event = decoder->event;
	struct etw_request *open;

	if (!line) {
		decoder->stats.evicted++;
		return;
	}
	open = etw_request_start(decoder, etw_map_mix(line_key, ++line->entered) | 1, op);
	if (!open)
		return;
	open->request.user_data = call->buffer;
	open->request.address = call->buffer;
	open->request.length_bytes = call->length;
	open->request.pid = etw_pid_of(decoder, event->tid, event->pid);
	open->request.file = etw_name_of(decoder, 0, call->endpoint);
}

static void leave(struct etw_decoder *decoder, const struct call *call, uint64_t line_key)
{
	struct line *line = etw_map_get(&decoder->endpoints, line_key);
	struct etw_request *open;
	uint64_t key;

	if (!line || line->left == line->entered) {
		decoder->stats.no_start++;
		return;
	}
	key = etw_map_mix(line_key, line->left + 1) | 1;
	open = etw_map_get(&decoder->requests, key);
	if (call->status == STATUS_PENDING) {
		if (open)
			open->request.path |= EV_PATH_PENDING;
		return;
	}
	if (++line->left == line->entered)
		etw_map_remove(&decoder->endpoints, line_key);
	etw_request_end(decoder, key, call->status, call->length);
}

static void called(struct etw_decoder *decoder, const struct etw_event *event, enum tail tail,
		   uint16_t op)
{
	struct call call = read_call(event, tail);
	uint64_t line_key =
		etw_map_mix(etw_map_mix(etw_map_mix(call.process, call.endpoint), call.buffer),
			    event->id) |
		1;

	decoder->seen_afd = 1;
	if (call.leave == LEAVE)
		leave(decoder, &call, line_key);
	else
		enter(decoder, &call, line_key, op);
}

static void create(struct etw_decoder *decoder, const struct etw_event *event)
{
	called(decoder, event, TAIL_CREATE, EV_WINDOWS_AFD_CREATE);
}

static void close_endpoint(struct etw_decoder *decoder, const struct etw_event *event)
{
	called(decoder, event, TAIL_STATUS, EV_WINDOWS_AFD_CLOSE);
}

static void send_data(struct etw_decoder *decoder, const struct etw_event *event)
{
	called(decoder, event, TAIL_COUNTED_BUFFER, EV_WINDOWS_AFD_SEND);
}

static void receive_data(struct etw_decoder *decoder, const struct etw_event *event)
{
	called(decoder, event, TAIL_COUNTED_BUFFER, EV_WINDOWS_AFD_RECV);
}

static void send_to(struct etw_decoder *decoder, const struct etw_event *event)
{
	called(decoder, event, TAIL_COUNTED_BUFFER, EV_WINDOWS_AFD_SENDTO);
}

static void receive_from(struct etw_decoder *decoder, const struct etw_event *event)
{
	called(decoder, event, TAIL_COUNTED_BUFFER, EV_WINDOWS_AFD_RECVFROM);
}

static void connect_to(struct etw_decoder *decoder, const struct etw_event *event)
{
	called(decoder, event, TAIL_BUFFER, EV_WINDOWS_AFD_CONNECT);
}

static void bind_to(struct etw_decoder *decoder, const struct etw_event *event)
{
	called(decoder, event, TAIL_STATUS, EV_WINDOWS_AFD_BIND);
}

static void set_option(struct etw_decoder *decoder, const struct etw_event *event)
{
	called(decoder, event, TAIL_VALUES, EV_WINDOWS_AFD_OPTION);
}

static void listen_on(struct etw_decoder *decoder, const struct etw_event *event)
{
	called(decoder, event, TAIL_VALUES, EV_WINDOWS_AFD_LISTEN);
}

/* What the ids beyond these mean is not known well enough to name them. */
static const struct etw_manifest_row manifest_rows[] = {
	{ 1000, 0, 0, 36, 48, create },	    { 1001, 0, 0, 20, 28, close_endpoint },
	{ 1003, 0, 0, 32, 44, send_data },  { 1004, 0, 0, 32, 44, receive_data },
	{ 1005, 0, 0, 32, 44, send_data },  { 1006, 0, 0, 32, 44, receive_data },
	{ 1007, 0, 0, 32, 44, send_to },    { 1009, 0, 0, 32, 44, receive_from },
	{ 1018, 0, 0, 28, 40, connect_to }, { 1021, 0, 0, 28, 40, connect_to },
	{ 1030, 0, 0, 20, 28, bind_to },    { 1035, 0, 0, 28, 36, set_option },
	{ 1037, 0, 0, 24, 32, listen_on },
};
const struct etw_manifest etw_socket_manifest = {
	{ { 0x23, 0x68, 0x3c, 0xe5, 0xb8, 0x7b, 0xbb, 0x44, 0x90, 0xdc, 0x3f, 0x86, 0x09, 0x0d,
	    0x48, 0xa6 } },
	manifest_rows,
	sizeof(manifest_rows) / sizeof(manifest_rows[0])
};

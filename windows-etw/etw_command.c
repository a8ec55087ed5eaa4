/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Device commands from start to end.
 *
 * The start of a disk command (DiskIo Init) does not say on which disk it is; its end does. So how
 * deep a disk's queue was when a command started is known only when all have ended that were under
 * way then. Commands that ended lately are kept with the place of their COMMAND event, and each
 * end settles both sides:
 *
 *    Z        |-------------|          X ends: Z was under way when X started  → X met one more
 *    X             |-----------------| X ends: X was under way when Y started  → Y met one more
 *    Y                 |-------|       (Y's event is still in the output and is amended)
 *
 * What never ends, or ends later than the output waits, was met by nobody.
 */
#include "windows-etw/etw_private.h"

struct etw_command *etw_command_start(struct etw_decoder *decoder, struct etw_map *map,
				      uint64_t irp)
{
	const struct etw_event *event = decoder->event;
	struct etw_command *command = etw_map_put(map, irp);
	struct etw_thread *thread;

	if (!command) {
		decoder->stats.evicted += irp != 0;
		return NULL;
	}
	*command = (struct etw_command){ .init_ns = event->time_ns,
					 .tid = event->tid,
					 .cpu = event->cpu };
	command->pid = etw_pid_of(decoder, event->tid, event->pid);
	thread = etw_thread(decoder, event->tid);
	if (thread && thread->last_irp) {
		const struct etw_request *open = etw_map_get(&decoder->requests, thread->last_irp);

		if (open) {
			command->request_irp = thread->last_irp;
			command->request_submit_ns = open->request.submit_ns;
		}
	}
	return command;
}

/* Was `met` under way on the same device when a command started at `start_ns`? */
static int meets(const struct etw_done_command *met, uint32_t device, uint64_t start_ns)
{
	return met->device == device && met->init_ns < start_ns && met->end_ns > start_ns;
}

static void add_depth(struct etw_decoder *decoder, uint64_t position)
{
	struct ev_command *command = (struct ev_command *)etw_output_at(&decoder->output, position);

	if (command)
		command->depth++;
}

/* Settles depths with all that ended since the command started: earlier ends are of no concern. */
static void settle(struct etw_decoder *decoder, struct ev_command *command,
		   const struct etw_done_command *now)
{
	uint64_t count = decoder->done_count;
	uint64_t oldest = count > ETW_DONE_COMMANDS ? count - ETW_DONE_COMMANDS : 0;

	while (count-- > oldest) {
		struct etw_done_command *done = &decoder->done[count % ETW_DONE_COMMANDS];

		if (done->end_ns < now->init_ns)
			break;
		if (meets(done, now->device, now->init_ns))
			command->depth++;
		else if (meets(now, done->device, done->init_ns))
			add_depth(decoder, done->position);
	}
}

/* The request for which the command was issued: begun by the same thread just before, for the same
 * file, and still open. */
static void link_request(struct etw_decoder *decoder, struct ev_command *command,
			 const struct etw_command *start, uint64_t file_key)
{
	enum { PAGING = 2 }; /* IRP_PAGING_IO: the memory manager's own */
	struct etw_request *open = etw_map_get(&decoder->requests, start->request_irp);
	struct ev_request *request;

	if (!open || open->request.submit_ns != start->request_submit_ns || !file_key ||
	    open->file_key != file_key || (command->flags & PAGING))
		return;
	request = &open->request;
	command->request_queue = etw_request_queue(decoder, open);
	command->request_submit_ns = request->submit_ns;
	request->path |= EV_PATH_DEVICE;
	request->stage = EV_STAGE_DEVICE_DONE;
	if (!request->stage_ns[EV_STAGE_DEVICE - 1]) {
		request->stage_ns[EV_STAGE_BLOCK_QUEUED - 1] = command->queued_ns;
		request->stage_ns[EV_STAGE_DEVICE - 1] = command->issue_ns;
	}
	request->stage_ns[EV_STAGE_DEVICE_DONE - 1] = command->h.time_ns;
}

void etw_command_end(struct etw_decoder *decoder, struct ev_command *command,
		     const struct etw_command *start, uint64_t file_key)
{
	struct etw_done_command now = { .init_ns = command->issue_ns,
					.end_ns = command->h.time_ns,
					.device = command->device };

	command->end = EV_END_COMPLETED;
	if (start)
		link_request(decoder, command, start, file_key);
	if (now.init_ns) {
		command->depth = 1;
		settle(decoder, command, &now);
	}
	now.position = etw_emit(decoder, command, sizeof(*command), NULL);
	if (now.init_ns)
		decoder->done[decoder->done_count++ % ETW_DONE_COMMANDS] = now;
}

/* What is still under way. On which device is not known. */
static void flush(struct etw_decoder *decoder, struct etw_map *map)
{
	const struct etw_command *start;
	uint64_t irp;
	size_t at = 0;

	while ((start = etw_map_next(map, &at, &irp))) {
		struct ev_command command = { .h = etw_header(decoder, EV_COMMAND),
					      .queued_ns = start->init_ns,
					      .issue_ns = start->init_ns,
					      .key = irp,
					      .offset_bytes = start->offset_bytes,
					      .length_bytes = (uint32_t)start->length_bytes,
					      .device = UINT32_MAX,
					      .pid = start->pid,
					      .tid = start->tid,
					      .op = (uint8_t)start->op,
					      .issue_cpu = start->cpu,
					      .end = EV_END_OPEN };

		etw_emit(decoder, &command, sizeof(command), NULL);
	}
}

void etw_commands_flush(struct etw_decoder *decoder)
{
	flush(decoder, &decoder->commands);
	flush(decoder, &decoder->device_commands);
}

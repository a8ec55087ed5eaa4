/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * DiskIo: one COMMAND for each I/O of a disk. The kernel writes an Init when it hands the I/O to
 * the disk's driver stack, with the thread, and one event when it ends, which has everything else
 * but no thread of its own (up to Windows 7 its header has the thread that issued it). Both carry
 * the same IRP, which is used again at once.
 *
 * Without Init (the flag DISK_IO_INIT was off, or the trace began in between) the start is dated
 * back by the response time that the end carries. The offset is one of the disk, not of the file.
 */
#include "windows-etw/etw_private.h"

#include "windows-etw/etw_payload.h"

enum {
	READ = 10,
	WRITE = 11,
	READ_INIT = 12,
	WRITE_INIT = 13,
	FLUSH = 14,
	FLUSH_INIT = 15,
	OPTICAL_READ = 55,
	OPTICAL_WRITE = 56,
	OPTICAL_FLUSH = 57,
	OPTICAL_READ_INIT = 58,
	OPTICAL_WRITE_INIT = 59,
	OPTICAL_FLUSH_INIT = 60,
	OPTICAL_DEVICE = 1 << 30, /* optical drives have numbers of their own */
};

/* Kernel-Disk numbers its events as DiskIo does its types. */
static uint16_t type_of(const struct etw_event *event)
{
	return event->form == ETW_FORM_EVENT ? event->id : event->type;
}

static uint32_t op_of(const struct etw_event *event)
{
	switch (type_of(event)) {
	case READ:
	case READ_INIT:
	case OPTICAL_READ:
	case OPTICAL_READ_INIT:
		return EV_COMMAND_READ;
	case WRITE:
	case WRITE_INIT:
	case OPTICAL_WRITE:
	case OPTICAL_WRITE_INIT:
		return EV_COMMAND_WRITE;
	default:
		return EV_COMMAND_FLUSH;
	}
}

static void init_v2(struct etw_decoder *decoder, const struct etw_event *event)
{
	struct etw_command *start =
		etw_command_start(decoder, &decoder->commands, etw_field_pointer(event, 0, 0));

	decoder->seen_disk_io = 1;
	if (start)
		start->op = op_of(event);
}

static void init_v3(struct etw_decoder *decoder, const struct etw_event *event)
{
	struct etw_command *start =
		etw_command_start(decoder, &decoder->commands, etw_field_pointer(event, 0, 0));

	decoder->seen_disk_io = 1;
	if (!start)
		return;
	start->op = op_of(event);
	start->tid = etw_field_u32(event, 4, 8);
	if (start->tid != event->tid)
		start->pid = etw_pid_of(decoder, start->tid, ETW_ID_NONE);
}

static uint32_t device_of(struct etw_decoder *decoder, const struct etw_event *event)
{
	uint32_t number = etw_field_u32(event, 0, 0);

	if (type_of(event) < OPTICAL_READ) {
		etw_device(decoder, number, EV_DRIVER_OTHER, NULL);
		return number;
	}
	etw_device(decoder, number | OPTICAL_DEVICE, EV_DRIVER_OTHER, "optical");
	return number | OPTICAL_DEVICE;
}

/* Who, and since when: from the Init if there is one. */
static void begin(struct etw_decoder *decoder, struct ev_command *command, uint64_t response_ticks,
		  uint32_t tid)
{
	const struct etw_command *start = etw_map_get(&decoder->commands, command->key);
	uint64_t response_ns = etl_clock_duration_ns(&decoder->clock, response_ticks);

	if (start) {
		command->queued_ns = command->issue_ns = start->init_ns;
		command->tid = start->tid;
		command->pid = start->pid;
		command->issue_cpu = start->cpu;
		return;
	}
	decoder->stats.no_start += command->key != 0;
	if (response_ticks && response_ns < command->h.time_ns)
		command->queued_ns = command->issue_ns = command->h.time_ns - response_ns;
	if (tid == ETW_ID_NONE)
		return;
	command->tid = tid;
	command->pid = etw_pid_of(decoder, tid,
				  tid == decoder->event->tid ? decoder->event->pid : ETW_ID_NONE);
}

static void end(struct etw_decoder *decoder, struct ev_command *command, uint64_t file_key)
{
	const struct etw_command *found = etw_map_get(&decoder->commands, command->key);
	struct etw_command start;

	if (!found) {
		etw_command_end(decoder, command, NULL, file_key);
		return;
	}
	start = *found;
	etw_map_remove(&decoder->commands, command->key);
	etw_command_end(decoder, command, &start, file_key);
}

static struct ev_command command_of(struct etw_decoder *decoder, const struct etw_event *event)
{
	return (struct ev_command){ .h = etw_header(decoder, EV_COMMAND),
				    .device = device_of(decoder, event),
				    .flags = etw_field_u32(event, 4, 4),
				    .status_type = EV_STATUS_NT,
				    .issue_cpu = EV_CPU_NONE,
				    .op = (uint8_t)op_of(event) };
}

/* Read or write. `response_ticks` and `tid` as far as the version tells them. */
static void transfer(struct etw_decoder *decoder, const struct etw_event *event, uint64_t irp,
		     uint64_t response_ticks, uint32_t tid)
{
	struct ev_command command = command_of(decoder, event);
	uint64_t file_key = etw_field_pointer(event, 24, 24);

	command.length_bytes = etw_field_u32(event, 8, 8);
	command.offset_bytes = etw_field_u64(event, 16, 16);
	command.key = irp;
	command.file = file_key ? etw_name_of(decoder, file_key, 0) : 0;
	begin(decoder, &command, response_ticks, tid);
	end(decoder, &command, file_key);
}

static void transfer_v0(struct etw_decoder *decoder, const struct etw_event *event)
{
	transfer(decoder, event, 0, 0, event->tid);
}

static void transfer_v1(struct etw_decoder *decoder, const struct etw_event *event)
{
	transfer(decoder, event, 0, etw_field_u64(event, 28, 32), event->tid);
}

/* A manifest event has the thread that was interrupted in its header: whoever that was. */
static uint32_t header_tid(const struct etw_event *event)
{
	return event->form == ETW_FORM_EVENT ? ETW_ID_NONE : event->tid;
}

static void transfer_v2(struct etw_decoder *decoder, const struct etw_event *event)
{
	transfer(decoder, event, etw_field_pointer(event, 28, 32), etw_field_u64(event, 32, 40),
		 header_tid(event));
}

static void transfer_v3(struct etw_decoder *decoder, const struct etw_event *event)
{
	transfer(decoder, event, etw_field_pointer(event, 28, 32), etw_field_u64(event, 32, 40),
		 etw_field_u32(event, 40, 48));
}

static void flush(struct etw_decoder *decoder, const struct etw_event *event, uint32_t tid)
{
	struct ev_command command = command_of(decoder, event);

	command.key = etw_field_pointer(event, 16, 16);
	begin(decoder, &command, etw_field_u64(event, 8, 8), tid);
	end(decoder, &command, 0);
}

static void flush_v2(struct etw_decoder *decoder, const struct etw_event *event)
{
	flush(decoder, event, header_tid(event));
}

static void flush_v3(struct etw_decoder *decoder, const struct etw_event *event)
{
	flush(decoder, event, etw_field_u32(event, 20, 24));
}

#define TRANSFER_ROWS(type)                                                                        \
	{ ETW_GROUP_DISK_IO, type, 0, 0, 28, 32, transfer_v0 },                                    \
		{ ETW_GROUP_DISK_IO, type, 1, 1, 36, 40, transfer_v1 },                            \
		{ ETW_GROUP_DISK_IO, type, 2, 2, 40, 48, transfer_v2 },                            \
	{                                                                                          \
		ETW_GROUP_DISK_IO, type, 3, 3, 44, 52, transfer_v3                                 \
	}
#define FLUSH_ROWS(type)                                                                           \
	{ ETW_GROUP_DISK_IO, type, 2, 2, 20, 24, flush_v2 },                                       \
	{                                                                                          \
		ETW_GROUP_DISK_IO, type, 3, 3, 24, 28, flush_v3                                    \
	}
#define INIT_ROWS(type)                                                                            \
	{ ETW_GROUP_DISK_IO, type, 2, 2, 4, 8, init_v2 },                                          \
	{                                                                                          \
		ETW_GROUP_DISK_IO, type, 3, 3, 8, 12, init_v3                                      \
	}

static const struct etw_row rows[] = {
	TRANSFER_ROWS(READ),
	TRANSFER_ROWS(WRITE),
	INIT_ROWS(READ_INIT),
	INIT_ROWS(WRITE_INIT),
	FLUSH_ROWS(FLUSH),
	INIT_ROWS(FLUSH_INIT),
	TRANSFER_ROWS(OPTICAL_READ),
	TRANSFER_ROWS(OPTICAL_WRITE),
	FLUSH_ROWS(OPTICAL_FLUSH),
	INIT_ROWS(OPTICAL_READ_INIT),
	INIT_ROWS(OPTICAL_WRITE_INIT),
	INIT_ROWS(OPTICAL_FLUSH_INIT),
};
const struct etw_rows etw_disk_rows = { rows, sizeof(rows) / sizeof(rows[0]) };

/* Microsoft-Windows-Kernel-Disk has the ends of DiskIo version 2 and nothing else. A trace with
 * both tells everything twice. */
static void kernel_disk_transfer(struct etw_decoder *decoder, const struct etw_event *event)
{
	if (!decoder->seen_disk_io)
		transfer_v2(decoder, event);
}

static void kernel_disk_flush(struct etw_decoder *decoder, const struct etw_event *event)
{
	if (!decoder->seen_disk_io)
		flush_v2(decoder, event);
}

static const struct etw_manifest_row manifest_rows[] = {
	{ 10, 0, 0, 40, 48, kernel_disk_transfer },
	{ 11, 0, 0, 40, 48, kernel_disk_transfer },
	{ 14, 0, 0, 20, 24, kernel_disk_flush },
};
const struct etw_manifest etw_disk_manifest = { { { 0x9a, 0xe6, 0xbd, 0xc7, 0xe0, 0xe1, 0x77, 0x41,
						    0xb6, 0xef, 0x28, 0x3a, 0xd1, 0x52, 0x52,
						    0x71 } },
						manifest_rows,
						sizeof(manifest_rows) / sizeof(manifest_rows[0]) };

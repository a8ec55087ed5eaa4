/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The layer below the disk: StorPort, through which adapters of every kind (stornvme too) take
 * their requests, and NvmeDisk, the disk driver of the newest Windows. A request of theirs is the
 * same I/O as a DiskIo command, one layer further down; it is a command of a device of its own
 * (port0:0:1:0, nvme0), so that both times can be seen and none is counted twice in one row.
 * (Built from the manifests; no trace with these events was at hand. docs/windows.md says so.)
 *
 * StorPort tells the end of a request in two ways: 208 with an NTSTATUS, and, with the keyword
 * IO_Performance, 200 or 201 with the port, the bytes and the duration. Once one of the latter was
 * seen they are the ones that count. Lengths and places of the start are in blocks; how large a
 * block is comes from the bytes at the end, where there are any.
 */
#include "windows-etw/etw_private.h"

#include <stdio.h>

#include "windows-etw/etw_payload.h"

enum {
	PORT_DEVICE = 1 << 29,
	NVME_DEVICE = 1 << 28,
	PORT_UNKNOWN = PORT_DEVICE | 0xfffffff,
	SRB_SUCCESS = 1,
	SRB_STATUS_MASK = 0x3f,
	PATH_BITS = 8,
};

/* SCSI operation codes. */
static uint8_t scsi_op(uint8_t opcode)
{
	switch (opcode) {
	case 0x08: /* READ (6), (10), (12), (16) */
	case 0x28:
	case 0xa8:
	case 0x88:
		return EV_COMMAND_READ;
	case 0x0a: /* WRITE (6), (10), (12), (16) */
	case 0x2a:
	case 0xaa:
	case 0x8a:
		return EV_COMMAND_WRITE;
	case 0x35: /* SYNCHRONIZE CACHE (10), (16) */
	case 0x91:
		return EV_COMMAND_FLUSH;
	case 0x42: /* UNMAP */
		return EV_COMMAND_DISCARD;
	default:
		return EV_COMMAND_OTHER;
	}
}

/* Here length and offset count blocks. */
static void start_at(struct etw_decoder *decoder, uint64_t irp, uint32_t op, struct etw_walk *walk)
{
	struct etw_command *start = etw_command_start(decoder, &decoder->device_commands, irp);

	if (!start)
		return;
	start->op = op;
	start->length_bytes = etw_walk_u64(walk);
	start->offset_bytes = etw_walk_u64(walk);
}

/* 202 to 207: irp, opcode, blocks, first block. */
static void port_start(struct etw_decoder *decoder, const struct etw_event *event)
{
	struct etw_walk walk = etw_walk(event);
	uint64_t irp = etw_walk_pointer(&walk);
	uint32_t opcode = etw_walk_u8(&walk);

	start_at(decoder, irp, scsi_op((uint8_t)opcode) | opcode << 8, &walk);
}

static void port_flush(struct etw_decoder *decoder, const struct etw_event *event)
{
	struct etw_command *start = etw_command_start(decoder, &decoder->device_commands,
						      etw_field_pointer(event, 0, 0));

	if (start)
		start->op = EV_COMMAND_FLUSH;
}

/* Takes the start out of the map; 0: it was not seen. */
static int take_start(struct etw_decoder *decoder, uint64_t irp, struct etw_command *ret_start)
{
	const struct etw_command *start = etw_map_get(&decoder->device_commands, irp);

	if (!start) {
		decoder->stats.no_start++;
		return 0;
	}
	*ret_start = *start;
	etw_map_remove(&decoder->device_commands, irp);
	return 1;
}

static void fill(struct ev_command *command, const struct etw_command *start)
{
	command->queued_ns = command->issue_ns = start->init_ns;
	command->tid = start->tid == ETW_ID_NONE ? 0 : start->tid;
	command->pid = start->pid;
	command->op = (uint8_t)start->op;
	command->opcode = (uint8_t)(start->op >> 8);
	command->issue_cpu = start->cpu;
}

/* 208 and 211: irp, NTSTATUS. */
static void port_end(struct etw_decoder *decoder, const struct etw_event *event)
{
	struct ev_command command = { .h = etw_header(decoder, EV_COMMAND),
				      .key = etw_field_pointer(event, 0, 0),
				      .status = etw_field_u32(event, 4, 8),
				      .status_type = EV_STATUS_NT,
				      .device = PORT_UNKNOWN };
	struct etw_command start;

	if (decoder->seen_port_times || !take_start(decoder, command.key, &start))
		return;
	etw_device(decoder, PORT_UNKNOWN, EV_DRIVER_SCSI, "port");
	fill(&command, &start);
	etw_command_end(decoder, &command, &start, 0);
}

static uint32_t port_of(struct etw_decoder *decoder, const uint8_t *path)
{
	uint32_t device = PORT_DEVICE | (uint32_t)path[0] << 20 | (uint32_t)(path[1] & 15) << 16 |
			  (uint32_t)path[2] << PATH_BITS | path[3];
	char name[32];

	snprintf(name, sizeof(name), "port%u:%u:%u:%u", path[0], path[1], path[2], path[3]);
	etw_device(decoder, device, EV_DRIVER_SCSI, name);
	return device;
}

/* 200 and 201: duration, irp, opcode, SRB status, original irp, path, SCSI status, bytes. */
static void port_time(struct etw_decoder *decoder, const struct etw_event *event)
{
	struct ev_command command = { .h = etw_header(decoder, EV_COMMAND),
				      .issue_cpu = EV_CPU_NONE };
	struct etw_walk walk = etw_walk(event);
	uint64_t duration_ns = etw_walk_u64(&walk) * 100;
	struct etw_command start;
	const uint8_t *path;
	uint8_t srb_status, scsi_status;

	command.key = etw_walk_pointer(&walk);
	command.opcode = etw_walk_u8(&walk);
	srb_status = etw_walk_u8(&walk);
	etw_walk_pointer(&walk);
	path = etw_walk_skip(&walk, 4);
	scsi_status = etw_walk_u8(&walk);
	command.length_bytes = etw_walk_u32(&walk);
	if (!path)
		return;
	decoder->seen_port_times = 1;
	command.device = port_of(decoder, path);
	if ((srb_status & SRB_STATUS_MASK) != SRB_SUCCESS)
		command.status = (uint32_t)scsi_status << 8 | srb_status;
	if (take_start(decoder, command.key, &start)) {
		fill(&command, &start);
		if (start.length_bytes)
			command.offset_bytes =
				command.length_bytes / start.length_bytes * start.offset_bytes;
		etw_command_end(decoder, &command, &start, 0);
		return;
	}
	command.op = scsi_op(command.opcode);
	if (duration_ns < command.h.time_ns)
		command.queued_ns = command.issue_ns = command.h.time_ns - duration_ns;
	etw_command_end(decoder, &command, NULL, 0);
}

static const struct etw_manifest_row port_rows[] = {
	{ 200, 1, 2, 30, 38, port_time },  { 201, 1, 2, 30, 38, port_time },
	{ 202, 1, 2, 21, 25, port_start }, { 203, 1, 2, 21, 25, port_start },
	{ 204, 1, 2, 21, 25, port_start }, { 205, 1, 2, 21, 25, port_start },
	{ 206, 1, 2, 21, 25, port_start }, { 207, 1, 2, 21, 25, port_start },
	{ 208, 1, 1, 8, 12, port_end },	   { 210, 1, 1, 4, 8, port_flush },
	{ 211, 1, 1, 8, 12, port_end },
};
const struct etw_manifest etw_storport_manifest = { { { 0x1e, 0x6a, 0x63, 0xc4, 0x86, 0x79, 0x46,
							0x46, 0xbf, 0x10, 0x7b, 0xc3, 0xb4, 0xa7,
							0x6e, 0x8e } },
						    port_rows,
						    sizeof(port_rows) / sizeof(port_rows[0]) };

/* Every NvmeDisk event begins with GUID, number, model, firmware, serial. */
static uint32_t nvme_device(struct etw_decoder *decoder, struct etw_walk *walk)
{
	uint32_t number, device;
	char name[32];

	etw_walk_skip(walk, 16);
	number = etw_walk_u32(walk);
	for (int i = 0; i < 3; i++) {
		const uint8_t *end = memchr(walk->at, 0, walk->left);

		etw_walk_skip(walk, end ? (uint32_t)(end - walk->at) + 1 : walk->left + 1);
	}
	device = NVME_DEVICE | (number & (NVME_DEVICE - 1));
	snprintf(name, sizeof(name), "nvme%u", (unsigned)number);
	if (!walk->short_of)
		etw_device(decoder, device, EV_DRIVER_NVME, name);
	return device;
}

static uint8_t nvme_op(uint8_t opcode)
{
	static const uint8_t ops[] = { [0] = EV_COMMAND_FLUSH,
				       [1] = EV_COMMAND_WRITE,
				       [2] = EV_COMMAND_READ,
				       [9] = EV_COMMAND_DISCARD };

	return opcode < sizeof(ops) && ops[opcode] ? ops[opcode] : EV_COMMAND_OTHER;
}

/* 201 to 204: irp, then the operation, which the id tells as well. */
static void nvme_start(struct etw_decoder *decoder, const struct etw_event *event)
{
	struct etw_walk walk = etw_walk(event);
	uint64_t irp;

	nvme_device(decoder, &walk);
	irp = etw_walk_pointer(&walk);
	etw_walk_u8(&walk);
	if (walk.short_of)
		decoder->stats.too_short++;
	else
		start_at(decoder, irp, event->id & 1 ? EV_COMMAND_READ : EV_COMMAND_WRITE, &walk);
}

/* 213: irp, tag, opcode: a command that a program composed itself. */
static void nvme_command(struct etw_decoder *decoder, const struct etw_event *event)
{
	struct etw_walk walk = etw_walk(event);
	struct etw_command *start;
	uint64_t irp;

	nvme_device(decoder, &walk);
	irp = etw_walk_pointer(&walk);
	if (walk.short_of) {
		decoder->stats.too_short++;
		return;
	}
	start = etw_command_start(decoder, &decoder->device_commands, irp);
	if (start)
		start->op = EV_COMMAND_PASSTHROUGH;
}

/* 205 and 214: irp, NTSTATUS, tag, OPC, CID, SQID, DW0, DW1, SCT, SC. */
static void nvme_end(struct etw_decoder *decoder, const struct etw_event *event)
{
	struct ev_command command = { .h = etw_header(decoder, EV_COMMAND),
				      .status_type = EV_STATUS_NVME,
				      .issue_cpu = EV_CPU_NONE };
	struct etw_walk walk = etw_walk(event);
	struct etw_command start;
	uint32_t type;

	command.device = nvme_device(decoder, &walk);
	command.key = etw_walk_pointer(&walk);
	etw_walk_skip(&walk, 8);
	command.opcode = (uint8_t)etw_walk_u32(&walk);
	command.command_id = etw_walk_u32(&walk);
	command.hw_queue = etw_walk_u32(&walk);
	etw_walk_skip(&walk, 8);
	type = etw_walk_u32(&walk);
	command.status = type << 8 | etw_walk_u32(&walk);
	if (walk.short_of) {
		decoder->stats.too_short++;
		return;
	}
	if (take_start(decoder, command.key, &start)) {
		uint8_t opcode = command.opcode;

		fill(&command, &start);
		command.opcode = opcode;
	} else {
		command.op = nvme_op(command.opcode);
	}
	etw_command_end(decoder, &command, command.issue_ns ? &start : NULL, 0);
}

static const struct etw_manifest_row nvme_rows[] = {
	{ 201, 1, 1, 27, 31, nvme_start }, { 202, 1, 1, 27, 31, nvme_start },
	{ 203, 1, 1, 27, 31, nvme_start }, { 204, 1, 1, 27, 31, nvme_start },
	{ 205, 1, 1, 27, 31, nvme_end },   { 213, 1, 1, 27, 31, nvme_command },
	{ 214, 1, 1, 27, 31, nvme_end },
};
const struct etw_manifest etw_nvme_manifest = { { { 0x6c, 0x27, 0x99, 0x97, 0x04, 0xfb, 0xe8, 0x47,
						    0x84, 0x5e, 0x36, 0x94, 0x60, 0x45, 0xc2,
						    0x18 } },
						nvme_rows,
						sizeof(nvme_rows) / sizeof(nvme_rows[0]) };

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * A device command in words. What it waited for in the block layer and what the device took stand
 * apart, so that a slow device and a full queue are told apart at a glance.
 */
#include "collector/command_text.h"

#include <inttypes.h>
#include <stdio.h>

#include "collector/escape.h"
#include "collector/parts_text.h"
#include "collector/request_text.h"
#include "event/units.h"

enum { MINOR_BITS = 20 };

static const char *number_text(char name[DEVICE_NAME_BYTES], uint32_t device)
{
	if (device & EV_DEVICE_CONTROLLER_BIT)
		snprintf(name, DEVICE_NAME_BYTES, "controller %" PRIu32,
			 device & ~(uint32_t)EV_DEVICE_CONTROLLER_BIT);
	else
		snprintf(name, DEVICE_NAME_BYTES, "device %" PRIu32 ":%" PRIu32,
			 device >> MINOR_BITS, device & ((1u << MINOR_BITS) - 1));
	return name;
}

const char *device_own_name_text(char name[DEVICE_NAME_BYTES], const struct model_device *device)
{
	return device->name[0] ? escape_name(name, DEVICE_NAME_BYTES, device->name)
			       : number_text(name, device->device);
}

const char *device_name_text(char name[DEVICE_NAME_BYTES], const struct model *model,
			     uint32_t device)
{
	const struct model_device *known = model_device_identity(model, device);

	return known ? device_own_name_text(name, known) : number_text(name, device);
}

static void add_result(struct phrase *phrase, const struct ev_command *command, int colour)
{
	char status[EV_STATUS_TEXT_BYTES];

	if (command->end == EV_END_OPEN)
		phrase_add(phrase, " = ?");
	else if (!command->status)
		phrase_add(phrase, " = 0");
	else
		phrase_add(phrase, " = %s%s%s", colour ? "\033[31m" : "",
			   ev_status_text(status, command->status_type, command->status),
			   colour ? "\033[0m" : "");
}

static void add_times(struct phrase *phrase, const struct ev_command *command)
{
	uint64_t begin_ns = command->queued_ns ? command->queued_ns : command->issue_ns;
	char text[EV_UNITS_TEXT_BYTES];
	struct part_text parts[2];

	if (!command->issue_ns || begin_ns > command->issue_ns ||
	    command->issue_ns > command->h.time_ns) {
		phrase_add(phrase, " <not known how long>");
		return;
	}
	parts[0] = (struct part_text){ "block", command->issue_ns - begin_ns };
	parts[1] = (struct part_text){ "device", command->h.time_ns - command->issue_ns };
	phrase_add(phrase, " <%s%s", command->end == EV_END_OPEN ? "open " : "",
		   ev_units_time(text, command->h.time_ns - begin_ns));
	parts_text_add(phrase, ":", parts, 2, "device");
	phrase_add(phrase, ">");
}

/* What the operation leaves open; NULL: nothing, or not known. Drivers other than NVMe tell no opcode. */
static const char *nvme_name(const struct ev_command *command)
{
	if (command->op == EV_COMMAND_ADMIN)
		return ev_admin_name(command->opcode);
	if (!command->opcode ||
	    (command->op != EV_COMMAND_PASSTHROUGH && command->op != EV_COMMAND_OTHER))
		return NULL;
	return ev_nvm_name(command->opcode);
}

/* Of what a command is about; nothing of a flush, nor of what another driver than NVMe passes on. */
static int add_subject(struct phrase *phrase, const struct ev_command *command)
{
	const char *name = nvme_name(command);

	if (name)
		phrase_add(phrase, "%s", name);
	else if (command->op == EV_COMMAND_FLUSH)
		return 0;
	else if (command->op != EV_COMMAND_PASSTHROUGH && command->op != EV_COMMAND_ADMIN)
		phrase_add(phrase, "off=%" PRIu64 ", len=%" PRIu32, command->offset_bytes,
			   command->length_bytes);
	else if (command->opcode || command->status_type == EV_STATUS_NVME)
		phrase_add(phrase, "opcode=0x%02x", command->opcode);
	else
		return 0;
	return 1;
}

void command_text_add(struct phrase *phrase, const struct model *model,
		      const struct ev_command *command, int colour)
{
	char name[DEVICE_NAME_BYTES];
	int has_subject;

	phrase_add(phrase, "%s queue %" PRIu32 " %s(",
		   device_name_text(name, model, command->device), command->hw_queue,
		   ev_command_name(command->op));
	has_subject = add_subject(phrase, command);
	if (command->command_id)
		phrase_add(phrase, "%sid=%" PRIu32, has_subject ? ", " : "", command->command_id);
	phrase_add(phrase, ")");
	add_result(phrase, command, colour);
	add_times(phrase, command);
	if (command->depth)
		phrase_add(phrase, ", depth %" PRIu32, command->depth);
	if (command->parts > 1)
		phrase_add(phrase, ", merged of %u requests", command->parts);
	if (command->retries)
		phrase_add(phrase, ", retries %u", command->retries);
	if (command->requeues)
		phrase_add(phrase, ", requeues %u", command->requeues);
}

static void add_process(struct phrase *phrase, const struct model *model,
			const struct ev_command *command)
{
	const char *name = model_process_name(model, command->pid);
	char safe[256];

	if (command->pid && name && name[0])
		phrase_add(phrase, ", by %s[%" PRIu32 "]", escape_name(safe, sizeof(safe), name),
			   command->pid);
	else if (command->pid)
		phrase_add(phrase, ", by process %" PRIu32, command->pid);
}

/* Windows tells it of commands, too. */
static void add_file(struct phrase *phrase, const struct model *model,
		     const struct ev_command *command)
{
	const char *name = command->file ? model_file_name(model, command->file) : NULL;
	char safe[1024];

	if (name)
		phrase_add(phrase, ", %s", escape_name(safe, sizeof(safe), name));
}

void command_text_add_owner(struct phrase *phrase, const struct model *model,
			    const struct ev_command *command)
{
	if (command->request_submit_ns) {
		phrase_add(phrase, "; for ");
		request_text_add_queue(phrase, model, command->request_queue);
		return;
	}
	phrase_add(phrase, "; no request known");
	add_process(phrase, model, command);
	add_file(phrase, model, command);
}

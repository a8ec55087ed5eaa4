/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_NVME_BPF_H
#define BPF_NVME_BPF_H
/*
 * NVMe: what only its driver tells of the commands in bpf/device.bpf.h, and its controllers.
 *
 *   nvme_setup_cmd     command id, opcode, namespace; the only word of a controller's own commands
 *   nvme_complete_rq   status, retries
 *   nvme_sq            how far the controller has fetched a submission queue
 *   nvme_async_event   what the controller has to say unasked
 *
 * A controller has no gendisk: it stands in the table of devices by the address of its nvme_ctrl,
 * and its number is EV_DEVICE_CONTROLLER_BIT with the driver's own number of it. Where both are is
 * known only with the driver's types (bpf/abi.c); without them its own commands are left out.
 */
#include "bpf/device.bpf.h"

enum { NVME_GENCTR_OFFSET = 16 }; /* in struct nvme_request: genctr, retries, flags, pad, status */

/* The driver's part of a command follows the block request. */
static __always_inline uint64_t nvme_request(uint64_t address)
{
	return address + bpf_core_type_size(struct request);
}

static __noinline int controller_announce(uint32_t instance, uint64_t hctx, uint32_t slot)
{
	struct control_device *event = device_record(sizeof(*event), CONTROL_DEVICE, slot);

	if (!event)
		return 0;
	event->device = EV_DEVICE_CONTROLLER_BIT | instance;
	event->queue_count = 1;
	if (hctx)
		event->queue_limit = FIELD(blk_mq_tags, WORD(blk_mq_hw_ctx, hctx, tags), nr_tags);
	bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
	return 0;
}

/* The slot of a controller; `hctx`: one of its admin queue, 0: not at hand. */
static __noinline uint32_t controller_slot(uint64_t controller, uint64_t hctx)
{
	int is_new = 0;
	uint32_t slot = DEVICES_MAX;

	if (settings.abi.nvme_ctrl_instance != ABI_NO_FIELD)
		slot = slot_find(controller, &is_new);
	if (is_new)
		controller_announce(word_at(controller + settings.abi.nvme_ctrl_instance), hctx,
				    slot);
	return slot;
}

enum { NVME_CREATE_SQ = 0x01, NVME_ABORT = 0x08, NVME_FABRICS = 0x7f, NVME_FABRICS_CONNECT = 1 };

/* The queue that a command on a controller's own queue is the first of: a connection over fabrics
 * begins with one in the queue itself. 0: the admin queue. */
static __always_inline uint32_t controller_queue(uint64_t first, uint64_t cdw10)
{
	if ((first & 0xff) != NVME_FABRICS || (first >> 32 & 0xff) != NVME_FABRICS_CONNECT)
		return 0;
	return cdw10 >> 16 & 0xffff & settings.device_queue_mask;
}

/* What some commands tell of the controller. An abort that the driver asks for, because a command
 * took too long, has nobody to tell of its end. */
static __always_inline void controller_news(uint64_t address, uint32_t slot, uint64_t first,
					    uint64_t cdw10)
{
	uint32_t opcode = first & 0xff;

	if (opcode == NVME_ABORT) {
		if (!WORD(request, address, end_io_data))
			device_event(slot, EV_DEVICE_EVENT_TIMEOUT, cdw10 & 0xffff,
				     cdw10 >> 16 & 0xffff);
		device_event(slot, EV_DEVICE_EVENT_ABORT, 0, (uint32_t)cdw10);
	}
	/* The first queue for I/O is made: the tracer knows whether there was one before. */
	if ((opcode == NVME_CREATE_SQ && (cdw10 & 0xffff) == 1) ||
	    controller_queue(first, cdw10) == 1)
		device_event(slot, EV_DEVICE_EVENT_RESET, 0, 0);
}

enum { NVME_CDW10_OFFSET = 40 };

/* A command of a controller's own queue. 0: the driver's types are not known. */
static __noinline struct open_command *controller_command(uint64_t address, uint64_t wire)
{
	uint64_t first = word_at(wire), cdw10 = word_at(wire + NVME_CDW10_OFFSET), hctx;
	struct open_command *command;
	struct device_queue *queue;
	uint32_t slot, hw_queue;

	if (settings.abi.nvme_request_ctrl == ABI_NO_FIELD)
		return 0;
	hctx = WORD(request, address, mq_hctx);
	slot = controller_slot(word_at(nvme_request(address) + settings.abi.nvme_request_ctrl),
			       hctx);
	if (slot >= DEVICES_MAX)
		return 0;
	controller_news(address, slot, first, cdw10);
	command = command_find(address);
	if (!command)
		command = command_enter(address);
	if (!command)
		return 0;
	hw_queue = controller_queue(first, cdw10);
	queue = device_queue(slot, hw_queue);
	if (queue && !queue->limit)
		queue->limit = FIELD(blk_mq_tags, WORD(blk_mq_hw_ctx, hctx, tags), nr_tags);
	command->device = slot;
	command->hw_queue = hw_queue;
	command->flags = FIELD(request, address, cmd_flags);
	command->op = EV_COMMAND_ADMIN;
	command->queued_ns = WORD(request, address, start_time_ns);
	return command;
}

/* The controller tells of itself. */
SEC("raw_tp/nvme_async_event")
int on_nvme_async(struct raw_args *raw)
{
	uint32_t slot = controller_slot(raw->args[0], 0);

	if (slot < DEVICES_MAX)
		device_event(slot, EV_DEVICE_EVENT_ASYNC, 0, (uint32_t)raw->args[1]);
	return 0;
}

/* The command is built; the block layer's issue follows. Returns 0 for one that is not followed. */
static __always_inline int command_set_up(const struct raw_args *raw)
{
	uint64_t address = raw->args[0], word = word_at(raw->args[1]);
	struct open_command *command;

	if (command_disk(address))
		command = command_meet(address);
	else
		command = controller_command(address, raw->args[1]);
	if (!command)
		return 0;
	command->nvme = 1; /* wire format: opcode, flags, cid, nsid */
	command->opcode = word & 0xff;
	command->cid = word >> 16 & 0xffff;
	command->namespace_id = word >> 32;
	return 1;
}

SEC("raw_tp/nvme_setup_cmd")
int on_nvme_setup(struct raw_args *raw)
{
	command_set_up(raw);
	return 0;
}

/* Attached beside it where probes are preempted (bpf/copies.c): takes what it missed, and finds all
 * else set up. */
SEC("raw_tp/nvme_setup_cmd")
int on_nvme_setup_1(struct raw_args *raw)
{
	const struct open_command *command = command_find(raw->args[0]);

	if (command && command->nvme && command->state != COMMAND_ISSUED &&
	    command->cid == (word_at(raw->args[1]) >> 16 & 0xffff))
		return 0;
	if (command_set_up(raw))
		command_rescued();
	return 0;
}

/* Before the block layer's completion, or before the driver tries again. */
SEC("raw_tp/nvme_complete_rq")
int on_nvme_complete(struct raw_args *raw)
{
	uint64_t address = raw->args[0], word;
	struct open_command *command = command_find(address);

	if (!command)
		return 0;
	word = word_at(nvme_request(address) + NVME_GENCTR_OFFSET);
	command->nvme_done = 1;
	command->retries = word >> 8 & 0xff;
	command->status = word >> 32 & 0xffff;
	/* The block layer says nothing of the end of one without data, if it ends in a batch (5.16
	 * and later). The driver does not try these again. */
	if (is_passthrough(command) && !WORD(request, address, bio))
		command_ends(address, 0, command->status ? BLOCK_STATUS_ERROR : 0);
	return 0;
}

/* With each completion the controller tells how far it has fetched. PCI only. */
SEC("raw_tp/nvme_sq")
int on_nvme_sq(struct raw_args *raw)
{
	struct open_command *command = command_find(raw->args[0]);
	struct device_queue *queue = command ? queue_of(command) : 0;
	uint32_t head = raw->args[1] & 0xffff, tail = (uint32_t)raw->args[2], slots, unfetched;

	if (!queue)
		return 0;
	queue->sq_head = head;
	queue->sq_tail = tail;
	/* One slot always stays free: full and empty would look alike. */
	slots = command->op == EV_COMMAND_ADMIN ? NVME_ADMIN_SLOTS : queue->limit + 1;
	unfetched = tail >= head ? tail - head : tail + slots - head;
	if (unfetched > queue->unfetched_max)
		queue->unfetched_max = unfetched;
	return 0;
}

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_DEVICE_BPF_H
#define BPF_DEVICE_BPF_H
/*
 * Block devices: each command from the block layer through the driver to its completion, by
 * hardware queue, and which io_uring requests it serves. Completion runs in an interrupt or a poll
 * on any CPU, so `current` says nothing here.
 *
 *   bio_queue      a bio enters the block layer: its request's stage
 *   rq_tag_wait    whoever sent it sleeps: no tag is free (7.3 and later)
 *   rq_insert      its command waits in a scheduler
 *   rq_merge       … and was joined with another one
 *   rq_issue       the driver gets it; again after a requeue
 *   rq_requeue     the driver put it back
 *   rq_complete    part or all of it is done
 *
 * bpf/nvme.bpf.h adds what only the NVMe driver knows. Times and bytes are counted in cells like
 * those of rings (bpf/cell.bpf.h), with RINGS_MAX + device for the ring and the hardware queue for
 * the operation; rarer counts are the queue's own.
 */
#include "bpf/block.bpf.h"
#include "bpf/cell.bpf.h"
#include "bpf/command.bpf.h"
#include "bpf/link.bpf.h"
#include "bpf/maps.bpf.h"
#include "bpf/slot.bpf.h"
#include "bpf/unlinked.bpf.h"

/* The gendisk of a block request, 0: a controller's own queue. */
static __always_inline uint64_t command_disk(uint64_t address)
{
#ifndef RL_DIRECT /* every kernel with the cast keeps it in the queue */
	if (bpf_core_field_exists(struct request___until_5_16, rq_disk))
		return WORD(request___until_5_16, address, rq_disk);
#endif
	return WORD(request_queue, WORD(request, address, q), disk);
}

static __always_inline struct device_queue *device_queue(uint32_t slot, uint32_t hw_queue)
{
	uint32_t index =
		slot * (settings.device_queue_mask + 1) + (hw_queue & settings.device_queue_mask);

	return bpf_map_lookup_elem(&device_queues, &index);
}

/* NVMe counts its queues from the admin queue on. */
static __always_inline uint32_t queue_number(uint64_t disk, uint64_t hctx)
{
	uint32_t number = FIELD(blk_mq_hw_ctx, hctx, queue_num);
	uint64_t name = word_at(disk + bpf_core_field_offset(struct gendisk, disk_name));

	if ((uint32_t)name == ('n' | 'v' << 8 | 'm' << 16 | 'e' << 24)) /* little-endian */
		number++;
	return number & settings.device_queue_mask;
}

static __always_inline uint32_t op_of_flags(uint32_t flags)
{
	switch (flags & 0xff) { /* REQ_OP_* */
	case 0:
		return EV_COMMAND_READ;
	case 1:
	case 7:	 /* ZONE_APPEND since 6.5 */
	case 13: /* and before */
		return EV_COMMAND_WRITE;
	case 2:
		return EV_COMMAND_FLUSH;
	case 3:
	case 5: /* SECURE_ERASE */
		return EV_COMMAND_DISCARD;
	case 34:
	case 35:
		return EV_COMMAND_PASSTHROUGH;
	default:
		return EV_COMMAND_OTHER;
	}
}

/* Commands that are not made of bios that a file system or a block device sent. */
static __always_inline int is_passthrough(const struct open_command *command)
{
	return command->op == EV_COMMAND_PASSTHROUGH || command->op == EV_COMMAND_ADMIN;
}

static __always_inline struct device_queue *queue_of(const struct open_command *command)
{
	return device_queue(command->device, command->hw_queue);
}

static __always_inline uint64_t request_address(const struct raw_args *raw)
{
	return argument(raw, settings.abi.rq_issue_req);
}

/* How many tags may be in use at a time: nr_requests, in sysfs, lets fewer than there are. */
static __always_inline uint32_t tags_usable(uint64_t tags)
{
	uint32_t depth;

	if (!tags)
		return 0;
#ifndef RL_DIRECT /* every kernel with the cast has it in the structure */
	if (bpf_core_field_exists(struct blk_mq_tags___pointer, bitmap_tags)) {
		depth = FIELD(sbitmap_queue, WORD(blk_mq_tags___pointer, tags, bitmap_tags),
			      sb.depth);
		return depth + FIELD(blk_mq_tags, tags, nr_reserved_tags);
	}
#endif
	depth = FIELD(blk_mq_tags, tags, bitmap_tags.sb.depth);
	return depth + FIELD(blk_mq_tags, tags, nr_reserved_tags);
}

/* Looked at when the queue is deeper than since the tracer last asked: with its first command then,
 * and not with each. */
static __noinline int queue_limits(uint64_t address, const struct open_command *command)
{
	uint64_t hctx = WORD(request, address, mq_hctx);
	struct device_queue *queue = command ? queue_of(command) : 0;

	if (!queue)
		return 0;
	queue->tag_limit = tags_usable(WORD(blk_mq_hw_ctx, hctx, tags));
	queue->request_limit = tags_usable(WORD(blk_mq_hw_ctx, hctx, sched_tags));
	return 0;
}

/* What is known of a command from the moment it has a request. False: no room for its device. */
static __noinline int command_describe(uint64_t address, struct open_command *command)
{
	struct command_ring *ring = command_ring();
	uint64_t disk = command_disk(address);
	uint64_t hctx = WORD(request, address, mq_hctx);
	struct device_queue *queue;
	uint32_t slot = device_slot(disk, WORD(request, address, q), hctx);

	if (slot >= DEVICES_MAX || !command) {
		if (ring)
			ring->devices_full++;
		return 0;
	}
	queue = device_queue(slot, queue_number(disk, hctx));
	if (queue && !queue->limit)
		queue->limit = FIELD(blk_mq_tags, WORD(blk_mq_hw_ctx, hctx, tags), nr_tags);
	command->device = slot;
	command->hw_queue = queue_number(disk, hctx);
	command->flags = FIELD(request, address, cmd_flags);
	command->op = op_of_flags(command->flags);
	command->queued_ns = WORD(request, address, start_time_ns);
	return 1;
}

/* The command that was at this address has ended and no probe was run: its memory is another's now. */
static __noinline int command_missed(uint64_t address)
{
	struct open_command *command = command_find(address);
	struct command_ring *ring = command_ring();
	struct device_queue *queue = command ? queue_of(command) : 0;

	if (!queue || !ring)
		return 0;
	ring->missed++;
	__sync_fetch_and_add(&queue->depth, -1);
	__builtin_memset(command, 0, sizeof(*command));
	return 0;
}

/* The command of a block request that is about to be issued, entered when it is new. */
static __always_inline struct open_command *command_meet(uint64_t address)
{
	struct open_command *command = command_find(address);

	if (!command)
		command = command_enter(address);
	else if (command->state == COMMAND_ISSUED)
		command_missed(address);
	if (!command || (!command->op && !command_describe(address, command)))
		return 0;
	return command;
}

/* True: it is more than since the tracer last looked. */
static __always_inline int gauge_up(uint32_t *gauge, uint32_t *most)
{
	uint32_t value;

	__sync_fetch_and_add(gauge, 1);
	value = *(volatile uint32_t *)gauge; /* with what other CPUs added since */
	if (value <= *most)
		return 0;
	*most = value;
	return 1;
}

/* Something rare that happened to a device or controller, in the queue it concerns. */
static __noinline int device_event(uint32_t slot, uint32_t type, uint32_t hw_queue, uint64_t value)
{
	struct control_device_event *record =
		device_record(sizeof(*record), CONTROL_DEVICE_EVENT, slot);

	if (!record)
		return 0;
	record->event.h.kind = EV_DEVICE_EVENT;
	record->event.h.size_bytes = sizeof(record->event);
	record->event.h.cpu = bpf_get_smp_processor_id();
	record->event.h.time_ns = record->h.time_ns;
	record->event.type = type;
	record->event.hw_queue = hw_queue;
	record->event.value = value;
	bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
	return 0;
}

/* A bio enters the block layer, whole; task context of whoever submits it. */
SEC("raw_tp/block_bio_queue")
int on_bio_queue(struct raw_args *raw)
{
	uint64_t key = link_of_bio(argument(raw, settings.abi.bio_queue_second));

	if (key)
		link_queued(key);
	return 0;
}

/* No tag is free, of the scheduler's where there is one: the submitter is about to sleep. */
SEC("raw_tp/block_rq_tag_wait")
int on_tag_wait(struct raw_args *raw)
{
	uint64_t request_queue = raw->args[0], hctx = raw->args[1];
	struct device_queue *queue;
	uint64_t disk;
	uint32_t slot;

	if (!settings.abi.tag_wait) /* older kernels are laid out in other ways, too */
		return 0;
	disk = WORD(request_queue, request_queue, disk);
	if (!disk)
		return 0;
	slot = device_slot(disk, request_queue, hctx);
	queue = slot < DEVICES_MAX ? device_queue(slot, queue_number(disk, hctx)) : 0;
	if (queue)
		__sync_fetch_and_add(&queue->tag_waits, 1);
	return 0;
}

/* It waits in a scheduler or a software queue; not when it goes straight to the driver. */
SEC("raw_tp/block_rq_insert")
int on_rq_insert(struct raw_args *raw)
{
	uint64_t address = request_address(raw);
	struct open_command *command;
	struct device_queue *queue;

	if (!command_disk(address))
		return 0;
	command = command_meet(address);
	queue = command && command->state != COMMAND_WAITS ? queue_of(command) : 0;
	if (!queue)
		return 0;
	command->state = COMMAND_WAITS;
	command->insert_ns = bpf_ktime_get_ns();
	gauge_up(&queue->waiting, &queue->waiting_max);
	return 0;
}

/* Joined with its neighbour in the scheduler; its bios go on in the other one. */
SEC("raw_tp/block_rq_merge")
int on_rq_merge(struct raw_args *raw)
{
	uint64_t address = request_address(raw);
	struct open_command *command = command_find(address);
	struct device_queue *queue = command ? queue_of(command) : 0;

	if (queue && command->state == COMMAND_WAITS)
		__sync_fetch_and_add(&queue->waiting, -1);
	if (command)
		command_leave(address);
	return 0;
}

/*
 * What happens to a command is told to the requests behind its bios. The walks are loops of calls,
 * whose memory lies in the command: the verifier looks at each call once, not at each round.
 */

__noinline uint64_t walk_issued(uint64_t address, uint64_t bio, uint64_t now)
{
	struct open_command *command = command_find(address);
	uint64_t key = link_of_bio(bio), since;

	if (!command)
		return 0;
	if (key && key != command->walk.last) {
		since = link_issued(key, now);
		if (!command->walk.first) {
			command->walk.first = key;
			command->queued_ns = since;
		}
	}
	command->walk.last = key;
	return WORD(bio, bio, bi_next);
}

/* Ends a run of bios that belong to the same request: a part of the command, unless all of it. */
static __always_inline void walk_part(uint64_t address, const struct open_command *command,
				      uint64_t now)
{
	command_record_part(address, command->walk.last, command->walk.offset_bytes,
			    command->walk.length_bytes, now);
}

/* What else a walk over the bios of a command that has ended is for. */
enum { WALK_DONE = 1 /* else it was put back */, WALK_RECORD = 2 };

__noinline uint64_t walk_ended(uint64_t address, uint64_t bio, uint64_t now, uint32_t what)
{
	struct open_command *command = command_find(address);
	uint64_t key = link_of_bio(bio);

	if (!command)
		return 0;
	command->walk.bios++;
	if (key != command->walk.last || !command->walk.runs) {
		if (command->walk.last && what & WALK_RECORD)
			walk_part(address, command, now);
		if (key && link_ended(key, now, what & WALK_DONE))
			command->walk.requests++;
		command->walk.runs++;
		command->walk.last = key;
		command->walk.offset_bytes = WORD(bio, bio, bi_iter.bi_sector) << 9;
		command->walk.length_bytes = 0;
	}
	command->walk.length_bytes += FIELD(bio, bio, bi_iter.bi_size);
	return WORD(bio, bio, bi_next);
}

static __always_inline void tell_issued(uint64_t address, struct open_command *command)
{
	uint64_t bio = WORD(request, address, bio), now = command->issue_ns;

	for (int i = 0; i < COMMAND_BIOS_MAX && bio; i++)
		bio = walk_issued(address, bio, now);
}

static __always_inline void tell_ended(uint64_t address, struct open_command *command, uint64_t now,
				       uint32_t what)
{
	uint64_t bio = WORD(request, address, bio);

	__builtin_memset(&command->walk, 0, sizeof(command->walk));
	for (int i = 0; i < COMMAND_BIOS_MAX && bio; i++)
		bio = walk_ended(address, bio, now, what);
	if (command->walk.last && command->walk.runs > 1 && what & WALK_RECORD)
		walk_part(address, command, now);
}

/* The same for the one request behind a passthrough command. */
static __always_inline void tell_passthrough(uint64_t address, struct open_command *command)
{
	uint64_t key = link_of_passthrough(address);

	if (key)
		command->queued_ns = link_issued(key, command->issue_ns);
	command->walk.first = key;
}

/* It leaves the scheduler, for the driver. */
static __always_inline void count_scheduled(struct device_queue *queue,
					    const struct open_command *command)
{
	__sync_fetch_and_add(&queue->waiting, -1);
	__sync_fetch_and_add(&queue->scheduled, 1);
	__sync_fetch_and_add(&queue->scheduled_ns, command->issue_ns - command->insert_ns);
}

/* The driver gets it. Returns 0 for one that is not followed. */
static __always_inline int command_issued(uint64_t address, uint32_t copy)
{
	struct open_command *command;
	struct device_queue *queue;
	struct cell *cell;
	uint32_t lane;

	this_lane(copy, &lane);
	/* One of a controller's own queue is known when the NVMe driver has told of it. */
	command = command_disk(address) ? command_meet(address) : command_find(address);
	queue = command ? queue_of(command) : 0;
	if (!queue)
		return 0;
	command->issue_ns = bpf_ktime_get_ns();
	if (command->state == COMMAND_WAITS)
		count_scheduled(queue, command);
	command->state = COMMAND_ISSUED;
	command->issue_cpu = bpf_get_smp_processor_id();
	command->tag = FIELD(request, address, tag);
	command->length_bytes = FIELD(request, address, __data_len);
	command->offset_bytes = WORD(request, address, __sector) << 9;
	__builtin_memset(&command->walk, 0, sizeof(command->walk));
	if (is_passthrough(command)) {
		command->offset_bytes = 0;
		tell_passthrough(address, command);
	} else {
		tell_issued(address, command);
	}
	command_request(command->walk.first, command);
	if (gauge_up(&queue->depth, &queue->depth_max))
		queue_limits(address, command);
	command->depth = *(volatile uint32_t *)&queue->depth;
	cell_add_submitted(lane, RINGS_MAX + command->device, command->hw_queue);
	cell = command->queued_ns && !command->requeues
		       ? cell_of(lane, RINGS_MAX + command->device,
				 command->hw_queue | DEVICE_WAIT_BIT)
		       : 0;
	if (cell)
		cell_add_latency(cell, command->issue_ns > command->queued_ns
					       ? command->issue_ns - command->queued_ns
					       : 0);
	return 1;
}

/* blk_mq_start_request; again after a requeue. */
SEC("raw_tp/block_rq_issue")
int on_rq_issue(struct raw_args *raw)
{
	command_issued(request_address(raw), 0);
	return 0;
}

/* Copies are attached behind it where probes are preempted (bpf/copies.c): they take what it missed,
 * and find all else issued. The driver hands a command to the device afterwards, so it cannot have
 * ended. */
static __always_inline int issue_missed(const struct raw_args *raw, uint32_t copy)
{
	uint64_t address = request_address(raw);
	struct open_command *command = command_find(address);

	if (command && command->state == COMMAND_ISSUED)
		return 0;
	if (command_issued(address, copy))
		command_rescued();
	return 0;
}

#define ISSUE_COPY(number)                                                                         \
	SEC("raw_tp/block_rq_issue") int on_rq_issue_##number(struct raw_args *raw)                \
	{                                                                                          \
		return issue_missed(raw, number);                                                  \
	}
ISSUE_COPY(1)
ISSUE_COPY(2)
ISSUE_COPY(3)
_Static_assert(COPIES == 4, "as many as there are lanes for");

/* Back in the block layer's queue; it will be issued again. */
SEC("raw_tp/block_rq_requeue")
int on_rq_requeue(struct raw_args *raw)
{
	uint64_t address = request_address(raw);
	struct open_command *command = command_find(address);
	uint32_t cpu_number;
	struct device_queue *queue;
	struct cpu_state *cpu;
	struct cell *cell;

	cpu = this_cpu(&cpu_number);
	queue = command && command->state == COMMAND_ISSUED ? queue_of(command) : 0;
	if (!queue || !cpu)
		return 0;
	__sync_fetch_and_add(&queue->depth, -1);
	command->state = COMMAND_BACK;
	command->requeues++;
	tell_ended(address, command, 0, 0);
	cell = cell_of(cpu_number, RINGS_MAX + command->device, command->hw_queue);
	if (cell)
		cell->evicted++;
	return 0;
}

static __always_inline void count_done(const struct open_command *command, uint32_t cpu_number,
				       uint64_t now, uint32_t bytes, uint32_t status)
{
	struct cell *cell = cell_of(cpu_number, RINGS_MAX + command->device, command->hw_queue);

	if (!cell)
		return;
	cell_add_latency(cell, now > command->issue_ns ? now - command->issue_ns : 1);
	if (status)
		cell->errors++;
	else if (command->op == EV_COMMAND_WRITE)
		cell->write_bytes += bytes;
	else if (command->op == EV_COMMAND_READ)
		cell->bytes += bytes;
}

enum { BLOCK_STATUS_TIMEOUT = 2, BLOCK_STATUS_ERROR = 10 };

/* The block layer's own numbers; up to 5.18 it told an errno. */
static __always_inline uint32_t block_status(int32_t error)
{
	if (error >= 0)
		return error & 0xff;
	return error == -110  ? BLOCK_STATUS_TIMEOUT
	       : error == -28 ? 3
	       : error == -61 ? 7
			      : BLOCK_STATUS_ERROR;
}

/* Does a command that ends get a record? One that traced requests asked for, when they do: its
 * first one has taken as long as from its submission. Others when the user wants all. */
static __always_inline int command_recorded(const struct open_command *command, uint64_t now)
{
	uint64_t since = command->queued_ns ? command->queued_ns : command->issue_ns;

	if (command->detail)
		return 1;
	if (command->request_submit_ns)
		since = command->request_submit_ns;
	else if (!settings.all_commands)
		return 0;
	return now - since >= live_record_min();
}

/* True: it was one that is followed. */
static __always_inline int command_ends(uint64_t address, uint32_t bytes, uint32_t status)
{
	struct open_command *command = command_find(address);
	struct device_queue *queue;
	struct cpu_state *cpu;
	uint32_t cpu_number;
	uint64_t now, key;
	int record;

	cpu = this_cpu(&cpu_number);
	queue = command && command->state == COMMAND_ISSUED ? queue_of(command) : 0;
	if (!queue || !cpu)
		return 0;
	now = bpf_ktime_get_ns();
	record = command_recorded(command, now);
	if (is_passthrough(command)) {
		key = link_of_passthrough(address);
		command->walk.requests = key && link_ended(key, now, WALK_DONE);
	} else {
		tell_ended(address, command, now, record ? WALK_DONE | WALK_RECORD : WALK_DONE);
	}
	__sync_fetch_and_add(&queue->depth, -1);
	__sync_fetch_and_add(&queue->ops[command->op & 7], 1);
	count_asked(queue, command);
	if (command->walk.bios > 1)
		__sync_fetch_and_add(&queue->merges, command->walk.bios - 1);
	if (command->retries)
		__sync_fetch_and_add(&queue->retries, command->retries);
	count_done(command, cpu_number, now, bytes, status);
	if (record)
		command_record(address, command->walk.requests, status, now);
	if (status == BLOCK_STATUS_TIMEOUT)
		device_event(command->device, EV_DEVICE_EVENT_TIMEOUT, command->hw_queue,
			     command_id(command));
	command_leave(address);
	return 1;
}

/* Part or all of it is done; the last part ends the command. True: it ended here. */
static __always_inline int part_ends(const struct raw_args *raw)
{
	uint64_t address = raw->args[0];
	uint32_t bytes = (uint32_t)raw->args[2];

	if (FIELD(request, address, __data_len) > bytes)
		return 0;
	return command_ends(address, bytes, block_status((int32_t)raw->args[1]));
}

SEC("raw_tp/block_rq_complete")
int on_rq_complete(struct raw_args *raw)
{
	part_ends(raw);
	return 0;
}

/* The kernel does not run a program inside itself: a completion in an interrupt that came in the
 * middle of the one above would be missed. This one, attached beside it, takes it; otherwise it
 * finds the command gone. */
SEC("raw_tp/block_rq_complete")
int on_rq_complete_inside(struct raw_args *raw)
{
	if (part_ends(raw))
		command_rescued();
	return 0;
}

#endif

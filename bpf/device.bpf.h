/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_DEVICE_BPF_H
#define BPF_DEVICE_BPF_H
/*
 * Block devices: each command from the moment the driver gets it to its completion, by hardware
 * queue. Commands are known by the address of their block request, never by tag, because a requeued
 * request comes back with another. Completion runs in an interrupt or a poll on any CPU, so
 * `current` says nothing here. Cells count like those of rings (bpf/cell.bpf.h), with RINGS_MAX +
 * device for the ring and the hardware queue for the operation.
 */
#include "bpf/maps.bpf.h"
#include "bpf/cell.bpf.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct gendisk {
	int major;
	int first_minor;
	char disk_name[32];
};

struct blk_mq_tags {
	unsigned int nr_tags;
};

struct blk_mq_hw_ctx {
	unsigned int queue_num;
	struct blk_mq_tags *tags;
};

struct request_queue {
	struct gendisk *disk; /* 5.15 and later */
	unsigned int nr_hw_queues;
};

struct request {
	struct request_queue *q;
	struct blk_mq_hw_ctx *mq_hctx;
	unsigned int cmd_flags;
	unsigned int __data_len;
};

/* Up to 5.16 the request named its disk. */
struct request___until_5_16 {
	struct gendisk *rq_disk;
};

#pragma clang attribute pop

ARRAY_MAP(device_index, struct device_index_entry, DEVICES_MAX);
ARRAY_MAP(device_queues, struct device_queue, DEVICES_MAX *DEVICE_QUEUES_MAX);
ARRAY_MAP(command_sets, struct command_set, COMMAND_SETS);

static __always_inline struct gendisk *command_disk(struct request *request)
{
	struct request_queue *queue = READ(request, q);
#ifndef RL_DIRECT /* every kernel with the cast keeps it in the queue */
	struct request___until_5_16 *old = (void *)request;

	if (bpf_core_field_exists(old->rq_disk))
		return READ(old, rq_disk);
#endif
	return READ(queue, disk);
}

static __noinline int device_announce(uint64_t disk_address, uint64_t queue_address,
				      uint64_t hctx_address, uint32_t slot)
{
	struct request_queue *queue = (struct request_queue *)queue_address;
	struct blk_mq_hw_ctx *hctx = (struct blk_mq_hw_ctx *)hctx_address;
	struct gendisk *disk = (struct gendisk *)disk_address;
	struct control_device *event;
	struct cpu_state *cpu;
	uint32_t number;

	cpu = this_cpu(&number);
	event = bpf_ringbuf_reserve(&control, sizeof(*event), 0);
	if (!event) {
		cpu->control_lost++;
		return 0;
	}
	event->h.type = CONTROL_DEVICE;
	event->h.slot = slot;
	event->h.time_ns = bpf_ktime_get_ns();
	event->device = (uint32_t)BPF_CORE_READ(disk, major) << 20 |
			(uint32_t)BPF_CORE_READ(disk, first_minor);
	event->queue_count = BPF_CORE_READ(queue, nr_hw_queues);
	event->queue_limit = BPF_CORE_READ(hctx, tags, nr_tags);
	event->reserved = 0;
	bpf_core_read_str(event->name, sizeof(event->name), &disk->disk_name);
	bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
	return 0;
}

/* The slot of a disk, entered and announced when it is new; DEVICES_MAX when there is no room. */
static __always_inline uint32_t device_slot(uint64_t disk, uint64_t queue, uint64_t hctx)
{
	uint32_t first = mix(disk) >> (64 - 6);

	_Static_assert(DEVICES_MAX == 1 << 6, "position is 6 bits");
	for (int i = 0; i < DEVICE_PROBES; i++) {
		uint32_t slot = (first + i) & (DEVICES_MAX - 1);
		struct device_index_entry *entry = bpf_map_lookup_elem(&device_index, &slot);

		if (!entry)
			break;
		if (entry->disk == disk)
			return slot;
		if (!entry->disk && word_claim(&entry->disk, disk, CELL_INDEX_MAX + slot)) {
			device_announce(disk, queue, hctx, slot);
			return slot;
		}
	}
	return DEVICES_MAX;
}

static __always_inline struct device_queue *device_queue(uint32_t slot, uint32_t hw_queue)
{
	uint32_t index = slot * DEVICE_QUEUES_MAX + hw_queue;

	return bpf_map_lookup_elem(&device_queues, &index);
}

static __always_inline struct command_set *command_set(uint64_t key)
{
	uint32_t number = mix(key) >> (64 - 12);

	_Static_assert(COMMAND_SETS == 1 << 12, "position is 12 bits");
	return bpf_map_lookup_elem(&command_sets, &number);
}

/* The way that holds `key`, else a free one, else the oldest. */
static __always_inline uint32_t command_way(const struct command_set *set, uint64_t key)
{
	uint64_t oldest = ~0ull;
	uint32_t best = 0;

#pragma unroll
	for (int i = 0; i < OPEN_WAYS; i++)
		if (set->keys[i] == key)
			return i;
#pragma unroll
	for (int i = 0; i < OPEN_WAYS; i++) {
		uint64_t age = set->keys[i] ? set->issue_ns[i] : 0;

		if (age < oldest) {
			oldest = age;
			best = i;
		}
	}
	return best;
}

/* The command leaves its queue. Returns how long it was there; 0 when it was not seen to begin. */
static __always_inline uint64_t command_end(uint64_t address, uint64_t now, uint32_t *ret_slot,
					    uint32_t *ret_hw_queue, int *ret_write)
{
	struct command_set *set = command_set(address);
	struct device_queue *queue;
	uint64_t issue_ns;
	uint32_t way;

	if (!set)
		return 0;
	way = command_way(set, address) & (OPEN_WAYS - 1);
	if (set->keys[way] != address)
		return 0;
	issue_ns = set->issue_ns[way];
	*ret_slot = set->places[way] >> 16;
	*ret_hw_queue = set->places[way] & 0x7fff;
	*ret_write = set->places[way] >> 15 & 1;
	set->keys[way] = 0;
	queue = device_queue(*ret_slot, *ret_hw_queue);
	if (queue)
		__sync_fetch_and_add(&queue->depth, -1);
	return now > issue_ns ? now - issue_ns : 1;
}

/* The driver gets it (blk_mq_start_request); again after a requeue. */
SEC("raw_tp/block_rq_issue")
int on_rq_issue(struct raw_args *raw)
{
	uint64_t address = settings.abi.rq_issue_req ? raw->args[1] : raw->args[0];
	struct request *request = KERNEL(request, address);
	uint64_t disk, queue, hctx_address;
	struct device_queue *depth_of;
	struct blk_mq_hw_ctx *hctx;
	struct command_set *set;
	struct cpu_state *cpu;
	uint32_t cpu_number, slot, hw_queue, way, depth, write;

	cpu = this_cpu(&cpu_number);
	disk = as_number(cpu, command_disk(request));
	if (!disk)
		return 0; /* a controller's own queue */
	queue = as_number(cpu, READ(request, q));
	hctx = READ(request, mq_hctx);
	hctx_address = as_number(cpu, hctx);
	slot = device_slot(disk, queue, hctx_address);
	hw_queue = READ(hctx, queue_num) & (DEVICE_QUEUES_MAX - 1);
	set = command_set(address);
	if (slot >= DEVICES_MAX || !set)
		return 0;
	write = (READ(request, cmd_flags) & 0xff) == 1; /* REQ_OP_WRITE */
	way = command_way(set, address) & (OPEN_WAYS - 1);
	depth_of = device_queue(slot, hw_queue);
	if (!depth_of)
		return 0;
	set->keys[way] = address;
	set->issue_ns[way] = bpf_ktime_get_ns();
	set->places[way] = slot << 16 | write << 15 | hw_queue;
	__sync_fetch_and_add(&depth_of->depth, 1);
	depth = *(volatile uint32_t *)&depth_of->depth; /* with what other CPUs added since */
	if (depth > depth_of->depth_max)
		depth_of->depth_max = depth;
	cell_add_submitted(cpu_number, RINGS_MAX + slot, hw_queue);
	return 0;
}

/* Back in the block layer's queue; it will be issued again. */
SEC("raw_tp/block_rq_requeue")
int on_rq_requeue(struct raw_args *raw)
{
	uint64_t address = settings.abi.rq_issue_req ? raw->args[1] : raw->args[0];
	uint32_t cpu_number, slot = 0, hw_queue = 0;
	struct cpu_state *cpu = this_cpu(&cpu_number);
	struct cell *cell;
	int write = 0;

	if (!cpu || !command_end(address, bpf_ktime_get_ns(), &slot, &hw_queue, &write))
		return 0;
	cell = cell_of(cpu_number, RINGS_MAX + slot, hw_queue);
	if (cell)
		cell->evicted++;
	return 0;
}

/* Part or all of it is done; the last part ends the command. */
SEC("raw_tp/block_rq_complete")
int on_rq_complete(struct raw_args *raw)
{
	struct request *request = KERNEL(request, raw->args[0]);
	uint32_t bytes = (uint32_t)raw->args[2], cpu_number, slot = 0, hw_queue = 0;
	struct cpu_state *cpu = this_cpu(&cpu_number);
	struct cell *cell;
	uint64_t latency_ns;
	int write = 0;

	if (!cpu || READ(request, __data_len) > bytes)
		return 0;
	latency_ns = command_end(raw->args[0], bpf_ktime_get_ns(), &slot, &hw_queue, &write);
	if (!latency_ns)
		return 0;
	cell = cell_of(cpu_number, RINGS_MAX + slot, hw_queue);
	if (!cell)
		return 0;
	cell_add_latency(cell, latency_ns);
	if ((int32_t)raw->args[1])
		cell->errors++;
	if (write)
		cell->write_bytes += bytes;
	else
		cell->bytes += bytes;
	return 0;
}

#endif

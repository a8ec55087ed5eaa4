/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_SLOT_BPF_H
#define BPF_SLOT_BPF_H
/*
 * The table of devices: a slot for each disk, announced when its first command is seen, and for each
 * NVMe controller (bpf/nvme.bpf.h). One life of a disk is one slot: another file behind the same
 * loop device, or a new disk in the memory of an old one, gets a slot of its own. The tracer sees
 * what has gone and frees its slot (bpf/lives.c).
 */
#include "bpf/block.bpf.h"
#include "bpf/maps.bpf.h"

/* Which of the machine's disks so far it is; another medium, or file behind a loop device, is
 * another. 0: before 5.15. */
static __always_inline uint64_t disk_sequence(uint64_t disk)
{
	return bpf_core_field_exists(struct gendisk, diskseq) ? WORD(gendisk, disk, diskseq) : 0;
}

/* Which queues the driver has for what. Kinds that it does not tell apart have no queues, or those
 * of the default. */
static __always_inline void announce_ranges(struct control_device *event, uint64_t queue)
{
	uint64_t set = WORD(request_queue, queue, tag_set), map;
	uint32_t count = set ? FIELD(blk_mq_tag_set, set, nr_maps) : 0;

#pragma unroll
	for (uint32_t i = 0; i < QUEUE_RANGES; i++) {
		map = set + bpf_core_field_offset(struct blk_mq_tag_set, map) +
		      i * bpf_core_type_size(struct blk_mq_queue_map);
		event->ranges[i].first = i < count ? FIELD(blk_mq_queue_map, map, queue_offset) : 0;
		event->ranges[i].count = i < count ? FIELD(blk_mq_queue_map, map, nr_queues) : 0;
	}
}

/* A zeroed control record with its header; 0: no room, which is counted. */
static __always_inline void *device_record(uint64_t bytes, uint32_t type, uint32_t slot)
{
	struct control_header *header = bpf_ringbuf_reserve(&control, bytes, 0);
	uint32_t number;

	if (!header) {
		this_cpu(&number)->control_lost++;
		return 0;
	}
	__builtin_memset(header, 0, bytes);
	header->type = type;
	header->slot = slot;
	header->time_ns = bpf_ktime_get_ns();
	return header;
}

static __noinline int device_announce(uint64_t disk_address, uint64_t queue_address,
				      uint64_t hctx_address, uint32_t slot)
{
	struct request_queue *queue = (struct request_queue *)queue_address;
	struct blk_mq_hw_ctx *hctx = (struct blk_mq_hw_ctx *)hctx_address;
	struct gendisk *disk = (struct gendisk *)disk_address;
	struct control_device *event = device_record(sizeof(*event), CONTROL_DEVICE, slot);

	if (!event)
		return 0;
	event->device = (uint32_t)BPF_CORE_READ(disk, major) << 20 |
			(uint32_t)BPF_CORE_READ(disk, first_minor);
	event->queue_count = BPF_CORE_READ(queue, nr_hw_queues);
	event->queue_limit = BPF_CORE_READ(hctx, tags, nr_tags);
	event->sequence = disk_sequence(disk_address);
	announce_ranges(event, queue_address);
	bpf_core_read_str(event->name, sizeof(event->name), &disk->disk_name);
	bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
	return 0;
}

enum { SLOT_IS_NEW = 1 << 16 };

static __always_inline struct device_index_entry *device_entry(uint32_t slot)
{
	return bpf_map_lookup_elem(&device_index, &slot);
}

/* Enters one that has no slot; the tracer frees slots, so that a free one may stand before its own,
 * which another CPU has just entered. */
static __noinline uint32_t slot_claim(uint64_t key, uint32_t first)
{
	for (int i = 0; i < DEVICE_PROBES; i++) {
		uint32_t slot = (first + i) & (DEVICES_MAX - 1);
		struct device_index_entry *entry = device_entry(slot);

		if (!entry)
			break;
		if (!entry->disk && word_claim(&entry->disk, key, CELL_INDEX_MAX + slot))
			return slot | SLOT_IS_NEW;
		if (entry->disk == key)
			return slot;
	}
	return DEVICES_MAX;
}

/* The slot of a disk or controller, entered when it is new; DEVICES_MAX when there is no room. */
static __always_inline uint32_t slot_find(uint64_t key, int *ret_new)
{
	uint32_t first = mix(key) >> (64 - 6), claimed;

	_Static_assert(DEVICES_MAX == 1 << 6, "position is 6 bits");
	for (int i = 0; i < DEVICE_PROBES; i++) {
		uint32_t slot = (first + i) & (DEVICES_MAX - 1);
		struct device_index_entry *entry = device_entry(slot);

		if (entry && entry->disk == key)
			return slot;
	}
	claimed = slot_claim(key, first);
	*ret_new = !!(claimed & SLOT_IS_NEW);
	return claimed & ~(uint32_t)SLOT_IS_NEW;
}

/* One life of a disk: its address, and in the upper bits, in which the addresses of this machine's
 * disks do not differ, its sequence number. */
static __always_inline uint64_t disk_key(uint64_t disk)
{
	return disk ^ disk_sequence(disk) << 48;
}

static __always_inline uint32_t device_slot(uint64_t disk, uint64_t queue, uint64_t hctx)
{
	int is_new = 0;
	uint32_t slot = slot_find(disk_key(disk), &is_new);

	if (is_new)
		device_announce(disk, queue, hctx, slot);
	return slot;
}

#endif

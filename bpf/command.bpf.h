/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_COMMAND_BPF_H
#define BPF_COMMAND_BPF_H
/*
 * The table of commands that are not done, by the address of their block request (never by tag: a
 * command that was put back comes with another), and the records of those that are.
 *
 * Commands end in interrupts, which may come while another probe is at work on the same CPU: each
 * CPU has a second record ring for them, whose slots are reserved atomically.
 */
#include "bpf/link.bpf.h"
#include "bpf/maps.bpf.h"
#include "bpf/record.bpf.h"

static __always_inline struct command_ring *command_ring(void)
{
	uint32_t cpu = bpf_get_smp_processor_id();

	return bpf_map_lookup_elem(&command_rings, &cpu);
}

/* A copy of a probe did what the probe itself missed (bpf/copies.c). */
static __always_inline void command_rescued(void)
{
	struct command_ring *ring = command_ring();

	if (ring)
		__sync_fetch_and_add(&ring->rescued, 1);
}

static __always_inline struct command_set *command_set(uint64_t key)
{
	uint32_t number = mix(key) >> (64 - 12);

	_Static_assert(COMMAND_SETS == 1 << 12, "position is 12 bits");
	return bpf_map_lookup_elem(&command_sets, &number);
}

/* The command of a block request; 0: not in the table. */
static __always_inline struct open_command *command_find(uint64_t key)
{
	struct command_set *set = command_set(key);

	if (!set)
		return 0;
	if (set->keys[0] == key)
		return &set->commands[0];
	if (set->keys[1] == key)
		return &set->commands[1];
	if (set->keys[2] == key)
		return &set->commands[2];
	return set->keys[3] == key ? &set->commands[3] : 0;
}

static __always_inline int command_claim(struct command_set *set, uint32_t way, uint64_t old,
					 uint64_t key)
{
#ifdef RL_PLAIN
	set->keys[way & (COMMAND_WAYS - 1)] = key;
	return 1;
#else
	return __sync_val_compare_and_swap(&set->keys[way & (COMMAND_WAYS - 1)], old, key) == old;
#endif
}

/* A free way, else that of the oldest command; its key as it was then. */
static __always_inline uint32_t command_way(const struct command_set *set, uint64_t *ret_key)
{
	uint64_t oldest = ~0ull;
	uint32_t way = 0;

#pragma unroll
	for (int i = 0; i < COMMAND_WAYS; i++) {
		uint64_t key = *(volatile uint64_t *)&set->keys[i];
		uint64_t age = key ? set->commands[i].issue_ns | 1 : 0;

		if (age < oldest) {
			oldest = age;
			way = i;
			*ret_key = key;
		}
	}
	return way & (COMMAND_WAYS - 1);
}

/* Enters a block request. Another CPU may be quicker at a way, then the next one is tried. */
static __noinline struct open_command *command_enter(uint64_t key)
{
	struct command_set *set = command_set(key);
	struct command_ring *ring = command_ring();
	struct open_command *command;
	uint64_t old = 0;
	uint32_t way;

	if (!set || !ring)
		return 0;
	for (int i = 0; i < 2 * COMMAND_WAYS; i++) {
		way = command_way(set, &old);
		if (!command_claim(set, way, old, key))
			continue;
		if (old)
			ring->evicted++;
		command = &set->commands[way];
		__builtin_memset(command, 0, sizeof(*command));
		return command;
	}
	ring->evicted++;
	return 0;
}

static __always_inline void command_leave(uint64_t key)
{
	struct command_set *set = command_set(key);

#pragma unroll
	for (int i = 0; i < COMMAND_WAYS; i++)
		if (set && set->keys[i] == key)
			set->keys[i] = 0;
}

/* ---- records ---- */

/* A slot of this CPU's ring of commands; 0: the reader is too slow. */
static __always_inline struct command_slot *command_slot(uint64_t *ret_position)
{
	struct command_ring *ring = command_ring();
	uint64_t head, position;
	uint32_t index;

	if (!ring)
		return 0;
	head = *(volatile uint64_t *)&ring->head;
	/* Interrupts may reserve between the look and the step: a few slots stay free for them. */
	if (head + 8 - ring->tail_seen > settings.command_mask + 1) {
		ring->tail_seen = *(volatile uint64_t *)&ring->tail;
		if (head + 8 - ring->tail_seen > settings.command_mask + 1) {
			ring->lost++;
			return 0;
		}
	}
#ifdef RL_PLAIN
	position = ring->head++;
#else
	position = __sync_fetch_and_add(&ring->head, 1);
#endif
	*ret_position = position;
	index = bpf_get_smp_processor_id() * (settings.command_mask + 1) +
		((uint32_t)position & settings.command_mask);
	return bpf_map_lookup_elem(&command_records, &index);
}

static __always_inline void command_commit(struct command_slot *slot, uint64_t position)
{
#if defined(__TARGET_ARCH_x86)
	__asm__ volatile("" ::: "memory"); /* stores are seen in order */
	*(volatile uint64_t *)&slot->commit = position + 1;
#else
	__sync_lock_test_and_set(&slot->commit, position + 1);
#endif
}

/* Remembers the first request that a command serves; `key` 0: none. */
static __always_inline void command_request(uint64_t key, struct open_command *command)
{
	struct request_place place;
	struct ring_slot *ring;

	command->request_submit_ns = 0;
	command->request_queue = 0;
	if (!key || !request_find(key, &place))
		return;
	ring = ring_slot(place.request->ring);
	command->request_queue = ring ? ring->id : 0;
	command->request_submit_ns = place.request->submit_ns;
	command->detail = ring && ring->detail;
	command->pid = place.request->pid;
	command->tid = place.request->tid;
}

static __always_inline uint32_t command_id(const struct open_command *command)
{
	return command->nvme ? command->cid : command->tag;
}

/* Device numbers are put in by the tracer, which has the slots'. */
__noinline int command_record_part(uint64_t address, uint64_t key, uint64_t offset_bytes,
				   uint32_t length_bytes, uint64_t now)
{
	struct open_command *command = command_find(address);
	struct ev_command_part *part;
	struct command_slot *slot;
	struct request_place place;
	struct ring_slot *ring;
	uint64_t position = 0;

	if (!command || !request_find(key, &place))
		return 0;
	ring = ring_slot(place.request->ring);
	slot = command_slot(&position);
	if (!slot)
		return 0;
	part = &slot->part;
	part->h.kind = EV_COMMAND_PART;
	part->h.size_bytes = sizeof(*part);
	part->h.cpu = bpf_get_smp_processor_id();
	part->h.time_ns = now;
	part->issue_ns = command->issue_ns;
	part->offset_bytes = offset_bytes;
	part->request_queue = ring ? ring->id : 0;
	part->request_submit_ns = place.request->submit_ns;
	part->device = command->device;
	part->hw_queue = command->hw_queue;
	part->command_id = command_id(command);
	part->length_bytes = length_bytes;
	part->reserved = 0;
	command_commit(slot, position);
	return 0;
}

/* `parts`: requests it serves; `status`: of the block layer. */
__noinline int command_record(uint64_t address, uint32_t parts, uint32_t status, uint64_t now)
{
	struct open_command *command = command_find(address);
	struct ev_command *record;
	struct command_slot *slot;
	uint64_t position = 0;

	if (!command)
		return 0;
	slot = command_slot(&position);
	if (!slot)
		return 0;
	record = &slot->command;
	record->h.kind = EV_COMMAND;
	record->h.size_bytes = sizeof(*record);
	record->h.cpu = bpf_get_smp_processor_id();
	record->h.time_ns = now;
	record->queued_ns = command->queued_ns;
	record->issue_ns = command->issue_ns;
	record->offset_bytes = command->offset_bytes;
	record->key = 0;
	record->file = 0;
	record->request_queue = command->request_queue;
	record->request_submit_ns = command->request_submit_ns;
	record->pid = command->pid;
	record->tid = command->tid;
	record->device = command->device;
	record->hw_queue = command->hw_queue;
	record->command_id = command_id(command);
	record->length_bytes = command->length_bytes;
	record->namespace_id = command->namespace_id;
	record->depth = command->depth;
	record->status = command->nvme_done ? command->status : status;
	record->status_type = command->nvme_done ? EV_STATUS_NVME : EV_STATUS_BLOCK;
	record->parts = parts;
	record->retries = command->retries;
	record->issue_cpu = command->issue_cpu;
	record->flags = command->flags;
	record->op = command->op;
	record->opcode = command->opcode;
	record->end = EV_END_COMPLETED;
	record->requeues = command->requeues;
	command_commit(slot, position);
	return 0;
}

#endif

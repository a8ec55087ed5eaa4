/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Device commands as events: those that ended, from the CPUs' rings of command records, and those in
 * flight, for a snapshot. And what the probes need to know of the kernel to find out whose a command
 * is: where the functions lie that end a bio.
 */
#include <stdio.h>
#include <string.h>

#include "bpf/tracer_private.h"

void commands_find_ends(struct probe_settings *settings)
{
	const struct {
		const char *name;
		uint64_t *address;
	} ends[] = {
		{ "bio_chain_endio", &settings->ends.chain },
		{ "iomap_dio_bio_end_io", &settings->ends.iomap },
		{ "iomap_dio_simple_end_io", &settings->ends.iomap_simple },
		{ "blkdev_bio_end_io", &settings->ends.blkdev },
		{ "blkdev_bio_end_io_async", &settings->ends.blkdev_async },
		{ "dio_bio_end_aio", &settings->ends.dio },
	};
	unsigned long long address;
	char line[512], name[256];
	FILE *file = fopen("/proc/kallsyms", "r");

	while (file && fgets(line, sizeof(line), file)) {
		/* All of them end alike; most lines are dismissed without being taken apart. */
		if (!strstr(line, "end_io") && !strstr(line, "endio") && !strstr(line, "end_aio"))
			continue;
		if (sscanf(line, "%llx %*c %255s", &address, name) != 2 || !address)
			continue;
		for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
			if (!strcmp(name, ends[i].name))
				*ends[i].address = address;
	}
	if (file)
		fclose(file);
	/* Every kernel has these two. */
	settings->ends_known = settings->ends.chain && settings->ends.blkdev;
}

const struct command_slot *commands_head(const struct tracer *tracer, uint32_t cpu)
{
	const struct command_ring *ring = &tracer->command_rings[cpu];
	const struct command_slot *slot;

	if (__atomic_load_n(&ring->head, __ATOMIC_ACQUIRE) == ring->tail)
		return NULL;
	slot = &tracer->command_records[(size_t)cpu * (tracer->command_mask + 1) +
					(ring->tail & tracer->command_mask)];
	return __atomic_load_n(&slot->commit, __ATOMIC_ACQUIRE) == ring->tail + 1 ? slot : NULL;
}

/* Commands end in interrupts, in the middle of one another: a record that was begun first may lie
 * behind a younger one, by no more than the interrupt took. It is told in its place. */
int commands_give(struct tracer *tracer, uint32_t cpu, tracer_event_fn event, void *arg)
{
	struct command_ring *ring = &tracer->command_rings[cpu];
	struct command_slot given = *commands_head(tracer, cpu);
	uint32_t *device = given.h.kind == EV_COMMAND ? &given.command.device : &given.part.device;

	__atomic_store_n(&ring->tail, ring->tail + 1, __ATOMIC_RELEASE);
	if (given.h.time_ns < tracer->output_ns)
		given.h.time_ns = tracer->output_ns;
	tracer->output_ns = given.h.time_ns;
	if (*device >= DEVICES_MAX)
		return 0;
	*device = tracer->lives[*device].number;
	return event(arg, &given.h);
}

static int give_open(struct snapshot *snapshot, const struct open_command *open)
{
	const struct tracer *tracer = snapshot->tracer;
	struct ev_command command = {
		.h = { EV_COMMAND, sizeof(command), EV_CPU_NONE, snapshot->now },
		.queued_ns = open->queued_ns,
		.issue_ns = open->state == COMMAND_ISSUED ? open->issue_ns : 0,
		.offset_bytes = open->offset_bytes,
		.request_submit_ns = open->request_submit_ns,
		.request_queue = open->request_queue,
		.hw_queue = open->hw_queue,
		.command_id = open->nvme ? open->cid : open->tag,
		.length_bytes = open->length_bytes,
		.pid = open->pid,
		.tid = open->tid,
		.namespace_id = open->namespace_id,
		.depth = open->depth,
		.flags = open->flags,
		.op = open->op,
		.opcode = open->opcode,
		.end = EV_END_OPEN,
		.requeues = open->requeues,
		.issue_cpu = open->issue_cpu,
	};

	if (open->device >= DEVICES_MAX || !tracer->lives[open->device].number)
		return 0;
	if (!open->request_queue && !tracer->options.all_commands)
		return 0;
	command.device = tracer->lives[open->device].number;
	return snapshot->event(snapshot->arg, &command.h);
}

uint64_t commands_devices(const struct tracer *tracer)
{
	uint64_t devices = 0;

	for (uint32_t i = 0; i < COMMAND_SETS; i++)
		for (int way = 0; way < COMMAND_WAYS; way++)
			if (__atomic_load_n(&tracer->command_sets[i].keys[way], __ATOMIC_ACQUIRE))
				devices |= 1ull << (tracer->command_sets[i].commands[way].device &
						    (DEVICES_MAX - 1));
	return devices;
}

int commands_snapshot(struct snapshot *snapshot)
{
	struct tracer *tracer = snapshot->tracer;
	int err = 0;

	for (uint32_t i = 0; i < COMMAND_SETS && !err; i++) {
		const struct command_set *set = &tracer->command_sets[i];

		for (int way = 0; way < COMMAND_WAYS && !err; way++) {
			uint64_t key = __atomic_load_n(&set->keys[way], __ATOMIC_ACQUIRE);
			struct open_command command;

			if (!key)
				continue;
			memcpy(&command, &set->commands[way], sizeof(command));
			if (__atomic_load_n(&set->keys[way], __ATOMIC_ACQUIRE) == key &&
			    command.state)
				err = give_open(snapshot, &command);
		}
	}
	return err;
}

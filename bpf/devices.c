/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Block devices and their hardware queues as events. A device is announced when its first command
 * is seen; its queues are counted in cells like rings (bpf/device.bpf.h).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bpf/tracer_private.h"

static uint8_t driver_of(const char *name)
{
	static const struct {
		const char *prefix;
		uint8_t driver;
	} drivers[] = {
		{ "nvme", EV_DRIVER_NVME }, { "vd", EV_DRIVER_VIRTIO }, { "loop", EV_DRIVER_LOOP },
		{ "sd", EV_DRIVER_SCSI },   { "sr", EV_DRIVER_SCSI },
	};

	for (size_t i = 0; i < sizeof(drivers) / sizeof(*drivers); i++)
		if (!strncmp(name, drivers[i].prefix, strlen(drivers[i].prefix)))
			return drivers[i].driver;
	return EV_DRIVER_OTHER;
}

static uint64_t read_number(const char *name, const char *attribute)
{
	unsigned long long value = 0;
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "/sys/block/%s/%s", name, attribute);
	file = fopen(path, "r");
	if (!file)
		return 0;
	if (fscanf(file, "%llu", &value) != 1)
		value = 0;
	fclose(file);
	return value;
}

int devices_born(struct tracer *tracer, const struct control_device *device)
{
	struct {
		struct ev_device device;
		char name[sizeof(device->name)];
	} born = { 0 };
	size_t length = strnlen(device->name, sizeof(device->name) - 1);

	if (device->h.slot >= DEVICES_MAX)
		return 0;
	tracer->device_ids[device->h.slot] = device->device;
	memcpy(born.name, device->name, length);
	born.device.h = (struct ev_header){ EV_DEVICE, (uint16_t)(sizeof(born.device) + length),
					    EV_CPU_NONE, device->h.time_ns };
	born.device.device = device->device;
	born.device.queue_count = device->queue_count;
	born.device.queue_limit = device->queue_limit;
	born.device.driver = driver_of(born.name);
	born.device.size_bytes =
		512 * read_number(born.name, "size"); /* sysfs counts sectors of 512 */
	born.device.block_bytes = (uint32_t)read_number(born.name, "queue/logical_block_size");
	return waiting_add(&tracer->waiting, &born.device.h);
}

/* DEVICE_STATE with the service times of the interval behind it. */
struct state_event {
	struct ev_device_state state;
	uint8_t pairs[SNAPSHOT_PAIRS_BYTES];
};

static int give_queue(void *arg, const struct cell_sum *sum)
{
	struct snapshot *snapshot = arg;
	struct tracer *tracer = snapshot->tracer;
	uint32_t slot = sum->slot - RINGS_MAX, index;
	struct ev_device_state *last;
	struct device_queue *queue;
	struct state_event event;
	size_t length;

	if (slot >= DEVICES_MAX || sum->op >= DEVICE_QUEUES_MAX || !tracer->device_ids[slot])
		return 0;
	index = slot * DEVICE_QUEUES_MAX + sum->op;
	last = &tracer->device_memory[index];
	queue = &tracer->device_queues[index];
	if (sum->submitted - sum->evicted == last->issued && !sum->latency.count &&
	    queue->depth == last->depth)
		return 0;
	last->issued = sum->submitted - sum->evicted; /* a requeued command is issued again */
	last->completed = sum->completed;
	last->errors += sum->latency.errors;
	last->read_bytes += sum->latency.bytes;
	last->write_bytes += sum->write_bytes;
	last->busy_ns += sum->latency.sum_ns;
	last->device = tracer->device_ids[slot];
	last->hw_queue = sum->op;
	last->depth = queue->depth;
	last->depth_max = queue->depth_max > queue->depth ? queue->depth_max : queue->depth;
	queue->depth_max = 0;
	event.state = *last;
	length = snapshot_put_buckets(event.pairs, sum->buckets);
	event.state.h =
		(struct ev_header){ EV_DEVICE_STATE, (uint16_t)(sizeof(event.state) + length),
				    EV_CPU_NONE, snapshot->now };
	return snapshot->event(snapshot->arg, &event.state.h);
}

int devices_snapshot(struct snapshot *snapshot)
{
	return cells_visit(snapshot->tracer, CELLS_OF_DEVICES, give_queue, snapshot);
}

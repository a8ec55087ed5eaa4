/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * NVMe controllers as events. A controller has no block device number: its DEVICE number is the
 * driver's own number of it with EV_DEVICE_CONTROLLER_BIT. It is told when a disk of it, or a
 * command or event of its own, is first seen.
 *
 * The probes see that a controller's queues are made (bpf/nvme.bpf.h). That is a reset only where
 * there were queues before, so the controllers that are there when the recording begins are
 * remembered, and those that come. The inode of a controller's folder in sysfs tells one from
 * another that was given the same number after it was unplugged.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bpf/tracer_private.h"

enum { NAME_MAX_BYTES = 16 };

/* The number in "nvme7"; negative: not the name of a controller. */
static int number_of(const char *name)
{
	unsigned number;
	char end;

	return sscanf(name, "nvme%u%c", &number, &end) == 1 && number <= INT32_MAX ? (int)number
										   : -1;
}

uint64_t controllers_inode(uint32_t device)
{
	uint32_t number = device & ~(uint32_t)EV_DEVICE_CONTROLLER_BIT;
	char path[64];
	struct stat status;

	snprintf(path, sizeof(path), "/sys/class/nvme/nvme%u", number);
	return stat(path, &status) ? 0 : status.st_ino;
}

void controllers_scan(struct tracer *tracer)
{
	DIR *folder = opendir("/sys/class/nvme");
	struct dirent *entry;

	while (folder && (entry = readdir(folder))) {
		int number = number_of(entry->d_name);

		if (number >= 0 && number < CONTROLLERS_MAX)
			tracer->controllers[number].inode = controllers_inode((uint32_t)number);
	}
	if (folder)
		closedir(folder);
}

/* Were there queues before those that are made now? */
static int is_reset(struct tracer *tracer, uint32_t number)
{
	struct controller *known;
	uint64_t inode = controllers_inode(number), before;

	if (number >= CONTROLLERS_MAX)
		return 0;
	known = &tracer->controllers[number];
	before = known->inode;
	known->inode = inode;
	return inode && inode == before;
}

uint32_t controllers_of_disk(const char *disk)
{
	char path[128], resolved[4096];
	const char *leaf;
	int number;

	snprintf(path, sizeof(path), "/sys/block/%s/device", disk);
	if (!realpath(path, resolved))
		return 0;
	leaf = strrchr(resolved, '/');
	number = leaf ? number_of(leaf + 1) : -1;
	return number < 0 ? 0 : EV_DEVICE_CONTROLLER_BIT | (uint32_t)number;
}

static int add_admin_queue(struct tracer *tracer, const struct ev_device *controller,
			   const char *name)
{
	struct ev_device_queue queue = {
		.h = { EV_DEVICE_QUEUE, sizeof(queue), EV_CPU_NONE, controller->h.time_ns },
		.device = controller->device,
		.queue_limit = controller->queue_limit,
		.sq_entries = NVME_ADMIN_SLOTS,
		.irq = device_names_irq(name, 0),
		.type = EV_DEVICE_QUEUE_ADMIN,
	};

	return waiting_add(&tracer->waiting, &queue.h);
}

int controllers_look(struct snapshot *snapshot, uint32_t device)
{
	uint32_t number = device & ~(uint32_t)EV_DEVICE_CONTROLLER_BIT;
	struct controller *controller;
	struct ev_device_event gone = {
		.h = { EV_DEVICE_EVENT, sizeof(gone), EV_CPU_NONE, snapshot->now },
		.device = device,
		.type = EV_DEVICE_EVENT_GONE,
	};

	if (number >= CONTROLLERS_MAX)
		return 0;
	controller = &snapshot->tracer->controllers[number];
	if (!controller->told || controllers_inode(device) == controller->told_inode)
		return 0;
	controller->told = 0;
	return snapshot->event(snapshot->arg, &gone.h);
}

int controllers_tell(struct tracer *tracer, uint32_t device, uint32_t queue_limit, uint64_t time_ns)
{
	struct snapshot gone = {
		.tracer = tracer, .event = waiting_event, .arg = &tracer->waiting, .now = time_ns
	};
	uint32_t number = device & ~(uint32_t)EV_DEVICE_CONTROLLER_BIT;
	struct {
		struct ev_device device;
		char name[NAME_MAX_BYTES];
	} event = { 0 };
	int length, err;

	err = controllers_look(&gone, device); /* another may have had its number */
	if (err)
		return err;
	/* Again when more is known. */
	if (number < CONTROLLERS_MAX && tracer->controllers[number].told && !queue_limit)
		return 0;
	if (number < CONTROLLERS_MAX) {
		tracer->controllers[number].told = 1;
		tracer->controllers[number].told_inode = controllers_inode(device);
	}
	length = snprintf(event.name, sizeof(event.name), "nvme%u", number);
	event.device.h =
		(struct ev_header){ EV_DEVICE, (uint16_t)(sizeof(event.device) + (size_t)length),
				    EV_CPU_NONE, time_ns };
	event.device.device = device;
	event.device.queue_count = 1;
	event.device.queue_limit = queue_limit;
	event.device.driver = EV_DRIVER_NVME;
	event.device.type = EV_DEVICE_CONTROLLER;
	err = waiting_add(&tracer->waiting, &event.device.h);
	if (!err)
		err = device_names_add_controller(tracer, event.name, device, time_ns);
	return err ? err : add_admin_queue(tracer, &event.device, event.name);
}

int controllers_happened(struct tracer *tracer, uint32_t slot, struct ev_device_event event)
{
	if (slot >= DEVICES_MAX || !tracer->lives[slot].number)
		return 0;
	event.device = tracer->lives[slot].number;
	if (event.type == EV_DEVICE_EVENT_RESET &&
	    !is_reset(tracer, event.device & ~(uint32_t)EV_DEVICE_CONTROLLER_BIT))
		return 0;
	return waiting_add(&tracer->waiting, &event.h);
}

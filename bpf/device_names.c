/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * What people call a block device, and how its hardware queues are laid out: read once, from sysfs,
 * /dev/disk/by-id, the mount table and /proc/interrupts, when the device's first command is seen.
 */
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "bpf/tracer_private.h"

enum { TEXT_MAX = 1024 };

/* Who is being described. */
struct subject {
	struct tracer *tracer;
	const char *name;
	uint32_t device;
	uint64_t time_ns;
	const struct queue_range *ranges;
};

static uint32_t number_of(unsigned major, unsigned minor)
{
	return major << 20 | minor;
}

/* First line of a file; empty when there is none. */
static void read_line_of(const char *path, char *line, size_t line_bytes)
{
	FILE *file;
	size_t length;

	*line = 0;
	file = fopen(path, "r");
	if (!file)
		return;
	if (!fgets(line, (int)line_bytes, file))
		*line = 0;
	fclose(file);
	for (length = strlen(line); length && isspace((unsigned char)line[length - 1]);)
		line[--length] = 0;
}

/* The same of one below /sys/block/NAME. */
static void read_line(const char *name, const char *below, char *line, size_t line_bytes)
{
	char path[1024];

	snprintf(path, sizeof(path), "/sys/block/%s/%s", name, below);
	read_line_of(path, line, line_bytes);
}

static int add_name(const struct subject *subject, uint8_t type, const char *text)
{
	struct {
		struct ev_device_name name;
		char text[TEXT_MAX];
	} event = { 0 };
	size_t length = strnlen(text, TEXT_MAX);

	if (!length)
		return 0;
	memcpy(event.text, text, length);
	event.name.h = (struct ev_header){ EV_DEVICE_NAME, (uint16_t)(sizeof(event.name) + length),
					   EV_CPU_NONE, subject->time_ns };
	event.name.device = subject->device;
	event.name.type = type;
	return waiting_add(&subject->tracer->waiting, &event.name.h);
}

/* Is this number the disk's or one of its partitions'? */
static int is_of_disk(const struct subject *subject, unsigned major, unsigned minor)
{
	char path[128], resolved[4096], part[64];

	if (number_of(major, minor) == subject->device)
		return 1;
	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u", major, minor);
	snprintf(part, sizeof(part), "/%s/", subject->name);
	return realpath(path, resolved) && strstr(resolved, part);
}

static int add_ids(const struct subject *subject)
{
	DIR *folder = opendir("/dev/disk/by-id");
	struct dirent *entry;
	struct stat status;
	char path[512];
	int err = 0;

	while (folder && !err && (entry = readdir(folder))) {
		snprintf(path, sizeof(path), "/dev/disk/by-id/%s", entry->d_name);
		if (!stat(path, &status) && S_ISBLK(status.st_mode) &&
		    number_of(major(status.st_rdev), minor(status.st_rdev)) == subject->device)
			err = add_name(subject, EV_DEVICE_NAME_ID, entry->d_name);
	}
	if (folder)
		closedir(folder);
	return err;
}

/* Mount points are told once each, the first of a file system's. */
static int add_mounts(const struct subject *subject)
{
	char line[4096], where[2048];
	FILE *file = fopen("/proc/self/mountinfo", "r");
	unsigned major, minor;
	int err = 0;

	while (file && !err && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%*u %*u %u:%u %*s %2047s", &major, &minor, where) == 3 && major &&
		    is_of_disk(subject, major, minor))
			err = add_name(subject, EV_DEVICE_NAME_MOUNT, where);
	}
	if (file)
		fclose(file);
	return err;
}

static int add_partitions(const struct subject *subject)
{
	char path[512], number[32];
	struct dirent *entry;
	DIR *folder;
	int err = 0;

	snprintf(path, sizeof(path), "/sys/block/%s", subject->name);
	folder = opendir(path);
	while (folder && !err && (entry = readdir(folder))) {
		if (strncmp(entry->d_name, subject->name, strlen(subject->name)))
			continue;
		snprintf(path, sizeof(path), "%s/partition", entry->d_name);
		read_line(subject->name, path, number, sizeof(number));
		if (*number)
			err = add_name(subject, EV_DEVICE_NAME_PARTITION, entry->d_name);
	}
	if (folder)
		closedir(folder);
	return err;
}

/* The interrupt of an NVMe queue, called "nvme0q1" after its controller. */
uint32_t device_names_irq(const char *name, uint32_t queue)
{
	unsigned controller, irq;
	char line[8192], wanted[32];
	uint32_t found = 0;
	FILE *file;

	if (sscanf(name, "nvme%*uc%un", &controller) != 1 &&
	    sscanf(name, "nvme%u", &controller) != 1)
		return 0;
	snprintf(wanted, sizeof(wanted), " nvme%uq%u\n", controller, queue);
	file = fopen("/proc/interrupts", "r");
	while (file && !found && fgets(line, sizeof(line), file))
		if (strstr(line, wanted) && sscanf(line, " %u:", &irq) == 1)
			found = irq;
	if (file)
		fclose(file);
	return found;
}

/* The first kind that has this queue: a driver that does not tell two apart gives both the same. */
static uint8_t queue_type(const struct queue_range *ranges, uint32_t index)
{
	for (uint8_t i = 0; i < QUEUE_RANGES; i++)
		if (index >= ranges[i].first && index - ranges[i].first < ranges[i].count)
			return (uint8_t)(EV_DEVICE_QUEUE_DEFAULT + i);
	return 0;
}

static int add_queue(const struct subject *subject, uint32_t index)
{
	struct {
		struct ev_device_queue queue;
		char cpus[TEXT_MAX];
	} event = { 0 };
	int nvme = !strncmp(subject->name, "nvme", 4);
	char below[64], line[64];

	snprintf(below, sizeof(below), "mq/%u/nr_tags", index);
	read_line(subject->name, below, line, sizeof(line));
	if (!*line)
		return 1; /* no such queue */
	event.queue.queue_limit = (uint32_t)strtoul(line, NULL, 10);
	snprintf(below, sizeof(below), "mq/%u/cpu_list", index);
	read_line(subject->name, below, event.cpus, sizeof(event.cpus));
	event.queue.device = subject->device;
	event.queue.type = queue_type(subject->ranges, index);
	event.queue.hw_queue = nvme ? index + 1 : index;
	/* One slot of an NVMe queue always stays free: full and empty would look alike. */
	event.queue.sq_entries = nvme ? event.queue.queue_limit + 1 : 0;
	event.queue.irq = nvme ? device_names_irq(subject->name, index + 1) : 0;
	event.queue.h = (struct ev_header){ EV_DEVICE_QUEUE,
					    (uint16_t)(sizeof(event.queue) + strlen(event.cpus)),
					    EV_CPU_NONE, subject->time_ns };
	return waiting_add(&subject->tracer->waiting, &event.queue.h);
}

/* How one gets to an NVMe controller. `below` its own folder in sysfs, or a disk's, it stands. */
static int add_way(const struct subject *subject, const char *folder, const char *below)
{
	char path[512], line[TEXT_MAX];
	int err;

	snprintf(path, sizeof(path), "%s/%s/%stransport", folder, subject->name, below);
	read_line_of(path, line, sizeof(line));
	if (!*line)
		return 0; /* not NVMe */
	err = add_name(subject, EV_DEVICE_NAME_TRANSPORT, line);
	snprintf(path, sizeof(path), "%s/%s/%saddress", folder, subject->name, below);
	read_line_of(path, line, sizeof(line));
	return err ? err : add_name(subject, EV_DEVICE_NAME_ADDRESS, line);
}

int device_names_add(struct tracer *tracer, const char *name, const struct control_device *device)
{
	struct subject subject = { tracer, name, device->device, device->h.time_ns,
				   device->ranges };
	char line[TEXT_MAX];
	int err = 0;

	for (uint32_t index = 0; index < tracer->device_queue_count && !err; index++)
		err = add_queue(&subject, index);
	if (err < 0)
		return err;
	err = add_partitions(&subject);
	if (!err)
		err = add_mounts(&subject);
	if (!err)
		err = add_ids(&subject);
	read_line(name, "device/model", line, sizeof(line));
	if (!err)
		err = add_name(&subject, EV_DEVICE_NAME_MODEL, line);
	read_line(name, "loop/backing_file", line, sizeof(line));
	if (!err)
		err = add_name(&subject, EV_DEVICE_NAME_BACKING, line);
	return err ? err : add_way(&subject, "/sys/block", "device/");
}

int device_names_add_controller(struct tracer *tracer, const char *name, uint32_t device,
				uint64_t time_ns)
{
	struct subject subject = {
		.tracer = tracer, .name = name, .device = device, .time_ns = time_ns
	};

	return add_way(&subject, "/sys/class/nvme", "");
}

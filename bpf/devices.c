/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Block devices and their hardware queues as events. A device is announced when its first command
 * is seen; what people call it and how its queues are laid out comes from sysfs at that moment.
 * Times and bytes are counted in cells like those of rings, the rest by queue (bpf/device.bpf.h).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bpf/tracer_private.h"

enum { TEXT_MAX = 256, DISK_NAME_BYTES = sizeof(((struct control_device *)0)->name) };

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

uint64_t devices_sequence(const char *name)
{
	return read_number(name, "diskseq");
}

static int add_text(struct tracer *tracer, struct ev_header *event, size_t fixed, const char *text)
{
	size_t length = strnlen(text, TEXT_MAX);

	memcpy((char *)event + fixed, text, length);
	event->size_bytes = (uint16_t)(fixed + length);
	event->cpu = EV_CPU_NONE;
	return waiting_add(&tracer->waiting, event);
}

/* A path of the multipath disk nvme0n1 is called nvme0c0n1. Finds its head: name and number. */
static uint32_t head_of_path(const char *name, char head[static DISK_NAME_BYTES])
{
	unsigned subsystem, controller, space, major, minor;
	char path[128];
	FILE *file;

	if (sscanf(name, "nvme%uc%un%u", &subsystem, &controller, &space) != 3)
		return 0;
	snprintf(head, DISK_NAME_BYTES, "nvme%un%u", subsystem, space);
	snprintf(path, sizeof(path), "/sys/block/%s/dev", head);
	file = fopen(path, "r");
	if (!file)
		return 0;
	if (fscanf(file, "%u:%u", &major, &minor) != 2)
		major = minor = 0;
	fclose(file);
	return major << 20 | minor;
}

/* What sysfs says of a disk. */
static void describe(struct ev_device *disk, const char *name)
{
	if (disk->driver == EV_DRIVER_NVME)
		disk->controller = controllers_of_disk(name);
	disk->namespace_id = (uint32_t)read_number(name, "nsid");
	/* sysfs counts sectors of 512 */
	disk->size_bytes = 512 * read_number(name, "size");
	disk->block_bytes = (uint32_t)read_number(name, "queue/logical_block_size");
}

/* `there`: 0: it is gone already, and what sysfs says may be another's. */
static int tell_disk(struct tracer *tracer, const struct control_device *device, const char *name,
		     uint32_t head, int there)
{
	struct {
		struct ev_device device;
		char name[TEXT_MAX];
	} born = { 0 };
	int err;

	born.device.h.kind = EV_DEVICE;
	born.device.h.time_ns = device->h.time_ns;
	born.device.device = device->device;
	born.device.queue_count = device->queue_count;
	born.device.queue_limit = device->queue_limit;
	born.device.driver = driver_of(name);
	born.device.head = head;
	born.device.type = head ? EV_DEVICE_PATH : EV_DEVICE_DISK;
	if (there)
		describe(&born.device, name);
	err = add_text(tracer, &born.device.h, sizeof(born.device), name);
	if (!err && born.device.controller)
		err = controllers_tell(tracer, born.device.controller, 0, device->h.time_ns);
	return err || !there ? err : device_names_add(tracer, name, device);
}

static int head_is_gone(const struct told_head *head)
{
	return head->number && lives_inode(head->name, "") != head->folder;
}

/* It goes with the last of its paths, or after it. */
int devices_look_heads(struct snapshot *snapshot)
{
	int err = 0;

	for (uint32_t i = 0; i < DEVICES_MAX && !err; i++) {
		struct told_head *head = &snapshot->tracer->heads[i];
		struct ev_device_event gone = {
			.h = { EV_DEVICE_EVENT, sizeof(gone), EV_CPU_NONE, snapshot->now },
			.device = head->number,
			.type = EV_DEVICE_EVENT_GONE,
		};

		if (!head_is_gone(head))
			continue;
		head->number = 0;
		err = snapshot->event(snapshot->arg, &gone.h);
	}
	return err;
}

/* A disk with several paths has no queues and no commands of its own: it is told with its first
 * path. */
static int tell_head(struct tracer *tracer, uint32_t number, const char *name, uint64_t time_ns)
{
	struct control_device disk = { .h = { .time_ns = time_ns }, .device = number };
	struct snapshot now = {
		.tracer = tracer, .event = waiting_event, .arg = &tracer->waiting, .now = time_ns
	};
	struct told_head *head;
	int err = devices_look_heads(&now); /* another may have had its number */

	for (uint32_t i = 0; i < DEVICES_MAX && !err; i++)
		if (tracer->heads[i].number == number)
			return 0;
	/* Told again when so many others came since. */
	head = &tracer->heads[tracer->head_count++ % DEVICES_MAX];
	*head = (struct told_head){ .number = number, .folder = lives_inode(name, "") };
	memcpy(head->name, name, sizeof(head->name));
	return err ? err : tell_disk(tracer, &disk, name, 0, 1);
}

int devices_born(struct tracer *tracer, const struct control_device *device)
{
	char name[DISK_NAME_BYTES + 1] = { 0 }, head_name[DISK_NAME_BYTES];
	uint32_t head;
	int err = 0;

	if (device->h.slot >= DEVICES_MAX)
		return 0;
	err = lives_begin(tracer, device);
	if (err)
		return err;
	if (device->device & EV_DEVICE_CONTROLLER_BIT)
		return controllers_tell(tracer, device->device, device->queue_limit,
					device->h.time_ns);
	memcpy(name, device->name, sizeof(device->name));
	if (driver_of(name) == EV_DRIVER_NVME && tracer->started)
		tracer_watch_nvme(tracer);
	if (driver_of(name) == EV_DRIVER_SCSI && tracer->started)
		tracer_watch_scsi(tracer);
	head = head_of_path(name, head_name);
	if (head)
		err = tell_head(tracer, head, head_name, device->h.time_ns);
	return err ? err
		   : tell_disk(tracer, device, name, head, lives_there(tracer, device->h.slot));
}

/* ---- counters ---- */

/* DEVICE_STATE and DEVICE_WAIT, the histogram of the interval behind them. */
struct state_event {
	struct ev_device_state state;
	uint8_t pairs[SNAPSHOT_PAIRS_BYTES];
};

struct wait_event {
	struct ev_device_wait wait;
	uint8_t pairs[SNAPSHOT_PAIRS_BYTES];
};

static int give_wait(struct snapshot *snapshot, const struct cell_sum *sum, uint32_t device)
{
	struct wait_event event;
	size_t length;

	if (!sum->latency.count)
		return 0;
	event.wait = (struct ev_device_wait){
		.count = sum->latency.count,
		.sum_ns = sum->latency.sum_ns,
		.min_ns = sum->latency.min_ns,
		.max_ns = sum->latency.max_ns,
		.device = device,
		.hw_queue = sum->op & ~DEVICE_WAIT_BIT,
	};
	length = snapshot_put_buckets(event.pairs, sum->buckets);
	event.wait.h = (struct ev_header){ EV_DEVICE_WAIT, (uint16_t)(sizeof(event.wait) + length),
					   EV_CPU_NONE, snapshot->now };
	return snapshot->event(snapshot->arg, &event.wait.h);
}

/* What the queue counts by itself. */
static void take_queue(struct ev_device_state *state, struct device_queue *queue)
{
	state->reads = queue->ops[EV_COMMAND_READ];
	state->writes = queue->ops[EV_COMMAND_WRITE];
	state->flushes = queue->ops[EV_COMMAND_FLUSH];
	state->discards = queue->ops[EV_COMMAND_DISCARD];
	state->passthroughs = queue->ops[EV_COMMAND_PASSTHROUGH];
	state->admins = queue->ops[EV_COMMAND_ADMIN];
	state->others = queue->ops[EV_COMMAND_OTHER];
	state->linked = queue->linked;
	state->merges = queue->merges;
	state->retries = queue->retries;
	state->tag_waits = queue->tag_waits;
	state->depth = queue->depth;
	state->depth_max = queue->depth_max > queue->depth ? queue->depth_max : queue->depth;
	state->waiting = queue->waiting;
	state->waiting_max =
		queue->waiting_max > queue->waiting ? queue->waiting_max : queue->waiting;
	state->sq_head = queue->sq_head;
	state->sq_tail = queue->sq_tail;
	state->unfetched_max = queue->unfetched_max;
	state->tag_limit = queue->tag_limit;
	state->request_limit = queue->request_limit;
	state->scheduled = queue->scheduled;
	state->scheduled_ns = queue->scheduled_ns;
	memcpy(state->unlinked, queue->unlinked, sizeof(state->unlinked));
	queue->depth_max = 0;
	queue->waiting_max = 0;
	queue->unfetched_max = 0;
}

static int give_queue(void *arg, const struct cell_sum *sum)
{
	struct snapshot *snapshot = arg;
	struct tracer *tracer = snapshot->tracer;
	uint32_t slot = sum->slot - RINGS_MAX, index;
	struct ev_device_state *last;
	struct device_queue *queue;
	struct state_event event;
	size_t length;

	if (slot >= DEVICES_MAX || !tracer->lives[slot].number)
		return 0;
	if (sum->op & DEVICE_WAIT_BIT)
		return give_wait(snapshot, sum, tracer->lives[slot].number);
	if (sum->op >= tracer->device_queue_count)
		return 0;
	index = slot * tracer->device_queue_count + sum->op;
	last = &tracer->device_memory[index];
	queue = &tracer->device_queues[index];
	if (sum->submitted - sum->evicted == last->issued && !sum->latency.count &&
	    queue->depth == last->depth && queue->waiting == last->waiting)
		return 0;
	last->issued = sum->submitted - sum->evicted; /* a requeued command is issued again */
	last->requeues = sum->evicted;
	last->completed = sum->completed;
	last->errors += sum->latency.errors;
	last->read_bytes += sum->latency.bytes;
	last->write_bytes += sum->write_bytes;
	last->busy_ns += sum->latency.sum_ns;
	last->device = tracer->lives[slot].number;
	last->hw_queue = sum->op;
	take_queue(last, queue);
	last->told = EV_DEVICE_TOLD_SCHEDULED |
		     (tracer->abi.tag_wait ? EV_DEVICE_TOLD_TAG_WAITS : 0) |
		     (tracer->abi.marks.metadata ? EV_DEVICE_TOLD_UNLINKED : 0);
	event.state = *last;
	length = snapshot_put_buckets(event.pairs, sum->buckets);
	event.state.h =
		(struct ev_header){ EV_DEVICE_STATE, (uint16_t)(sizeof(event.state) + length),
				    EV_CPU_NONE, snapshot->now };
	return snapshot->event(snapshot->arg, &event.state.h);
}

int devices_give(struct snapshot *snapshot, enum cells_which which)
{
	return cells_visit(snapshot->tracer, which, give_queue, snapshot);
}

int devices_snapshot(struct snapshot *snapshot)
{
	uint64_t ended = lives_ended(snapshot); /* no command of these can end any more */
	int err;

	roads_look(snapshot->tracer);
	lives_come(snapshot);
	err = devices_give(snapshot, CELLS_OF_DEVICES);
	return err ? err : lives_look(snapshot, ended);
}

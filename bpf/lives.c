/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Devices that go while they are watched, and what takes their place.
 *
 * A slot of device_index is one device from its first command to its going. The kernel numbers the
 * lives of disks (diskseq, 5.15 and later): another file behind the same loop device is another
 * life, and the probes give it a slot of its own. Before that, and for controllers, the inodes of
 * folders in sysfs tell one life from the next: they are never given twice.
 *
 *   BORN       its DEVICE is not handed out yet: what is said of its number is said of the one before
 *   HERE       counted
 *   GONE       told as gone; commands that still fail on it are counted
 *   FOLLOWED   gone, and another device has its number: what is counted now would be taken for that
 *   (free)     at a later look, when no command in flight and no record names the slot any more
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "bpf/tracer_private.h"

enum { BIRTHS_TO_LOOK = DEVICES_MAX / 8 };

uint64_t lives_inode(const char *disk, const char *below)
{
	struct stat status;
	char path[128];

	snprintf(path, sizeof(path), "/sys/block/%s%s", disk, below);
	return stat(path, &status) ? 0 : status.st_ino;
}

/* What there is now under the number or name of a device. */
static struct device_identity identity_now(const struct device_life *life)
{
	struct device_identity identity = { 0 };

	if (life->number & EV_DEVICE_CONTROLLER_BIT) {
		identity.folder = controllers_inode(life->number);
		return identity;
	}
	identity.sequence = life->identity.sequence ? devices_sequence(life->name) : 0;
	identity.folder = lives_inode(life->name, "");
	identity.backing = lives_inode(life->name, "/loop");
	return identity;
}

static int is_gone(const struct device_life *life)
{
	struct device_identity now = identity_now(life);

	if (!strncmp(life->name, "loop", 4) && !now.backing)
		return 1; /* no file, no disk */
	return !now.folder || memcmp(&now, &life->identity, sizeof(now)) != 0;
}

int lives_there(const struct tracer *tracer, uint32_t slot)
{
	return !is_gone(&tracer->lives[slot]);
}

/* ---- telling ---- */

/* Of the device itself, and of the controller that a disk may have taken with it. */
static int tell_gone(struct snapshot *snapshot, const struct device_life *life)
{
	struct ev_device_event gone = {
		.h = { EV_DEVICE_EVENT, sizeof(gone), EV_CPU_NONE, snapshot->now },
		.device = life->number,
		.type = EV_DEVICE_EVENT_GONE,
	};
	int err;

	if (life->number & EV_DEVICE_CONTROLLER_BIT)
		return controllers_look(snapshot, life->number);
	err = snapshot->event(snapshot->arg, &gone.h);
	if (!err && life->controller)
		err = controllers_look(snapshot, life->controller);
	return err;
}

/* Another device has come under the number of this one: its last figures, before those of the
 * other. */
static int follow(struct tracer *tracer, struct device_life *life, uint64_t time_ns)
{
	struct snapshot last = {
		.tracer = tracer, .event = waiting_event, .arg = &tracer->waiting, .now = time_ns
	};
	int told = life->state == DEVICE_GONE, err;

	life->state = DEVICE_LEAVING;
	err = devices_give(&last, CELLS_OF_LEAVING_DEVICES);
	life->state = DEVICE_FOLLOWED;
	life->left_ns = time_ns;
	return err || told ? err : tell_gone(&last, life);
}

int lives_begin(struct tracer *tracer, const struct control_device *born)
{
	struct device_life *life = &tracer->lives[born->h.slot];
	int err = 0;

	for (uint32_t slot = 0; slot < DEVICES_MAX && !err; slot++) {
		struct device_life *other = &tracer->lives[slot];

		if (other->number == born->device && other != life &&
		    other->state != DEVICE_FOLLOWED)
			err = follow(tracer, other, born->h.time_ns);
	}
	*life = (struct device_life){ .number = born->device,
				      .born_ns = born->h.time_ns,
				      .state = DEVICE_BORN };
	memcpy(life->name, born->name, sizeof(born->name));
	for (char *at = life->name; *at; at++)
		if (*at == '/') /* sysfs calls cciss/c0d0 so */
			*at = '!';
	life->identity.sequence = born->sequence;
	life->identity = identity_now(life);
	life->identity.sequence = born->sequence; /* another may be there already */
	if (!(born->device & EV_DEVICE_CONTROLLER_BIT) && !is_gone(life))
		life->controller = controllers_of_disk(life->name);
	tracer->device_births++;
	return err;
}

void lives_come(const struct snapshot *snapshot)
{
	for (uint32_t slot = 0; slot < DEVICES_MAX; slot++) {
		struct device_life *life = &snapshot->tracer->lives[slot];

		if (life->state == DEVICE_BORN && life->born_ns <= snapshot->now)
			life->state = DEVICE_HERE;
	}
}

/* ---- leaving ---- */

static void free_slot(struct tracer *tracer, uint32_t slot)
{
	size_t first = (size_t)slot * tracer->device_queue_count;
	uint32_t claim = CELL_INDEX_MAX + slot;

	tracer->lives[slot].state = DEVICE_LEAVING;
	cells_release(tracer, CELLS_OF_LEAVING_DEVICES);
	tracer->lives[slot] = (struct device_life){ 0 };
	memset(&tracer->device_memory[first], 0,
	       tracer->device_queue_count * sizeof(*tracer->device_memory));
	memset(&tracer->device_queues[first], 0,
	       tracer->device_queue_count * sizeof(*tracer->device_queues));
	__atomic_store_n(&tracer->device_index[slot].disk, 0, __ATOMIC_RELEASE);
	if (tracer->claims_fd >= 0)
		bpf_map_delete_elem(tracer->claims_fd, &claim);
}

static int may_be_freed(const struct snapshot *snapshot, const struct device_life *life)
{
	return (life->state == DEVICE_GONE || life->state == DEVICE_FOLLOWED) &&
	       life->left_ns < snapshot->now;
}

/* What was told as gone at an earlier look has had all its records handed out since. */
uint64_t lives_ended(const struct snapshot *snapshot)
{
	uint64_t ended = 0;

	_Static_assert(DEVICES_MAX == 64, "a bit each");
	for (uint32_t slot = 0; slot < DEVICES_MAX; slot++)
		if (may_be_freed(snapshot, &snapshot->tracer->lives[slot]))
			ended |= 1ull << slot;
	return ended ? ended & ~commands_devices(snapshot->tracer) : 0;
}

int lives_look(struct snapshot *snapshot, uint64_t ended)
{
	struct tracer *tracer = snapshot->tracer;
	struct stat status;
	int err = 0;

	tracer->device_births = 0;
	for (uint32_t slot = 0; slot < DEVICES_MAX; slot++)
		if (ended >> slot & 1)
			free_slot(tracer, slot);
	if (stat("/sys/block", &status))
		return 0; /* nobody knows */
	for (uint32_t slot = 0; slot < DEVICES_MAX && !err; slot++) {
		struct device_life *life = &tracer->lives[slot];

		if (life->state != DEVICE_HERE || !is_gone(life))
			continue;
		life->state = DEVICE_GONE;
		life->left_ns = snapshot->now;
		err = tell_gone(snapshot, life);
	}
	return err ? err : devices_look_heads(snapshot);
}

int lives_relieve(struct tracer *tracer, uint64_t now)
{
	struct snapshot snapshot = {
		.tracer = tracer, .event = waiting_event, .arg = &tracer->waiting, .now = now
	};

	return tracer->device_births >= BIRTHS_TO_LOOK ? devices_snapshot(&snapshot) : 0;
}

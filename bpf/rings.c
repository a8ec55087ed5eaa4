/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The tracer's view of the ring slots. A ring is born by a creation event, by its first request, or
 * because an iterator found it. The kernel reports no death: a ring is dead when another is created
 * at its address, or when the iterators have not found it twice in a row. Its last figures are then
 * sent and its slot and cells freed.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/found.h"
#include "bpf/tracer_private.h"

enum {
	MISSES_OF_THE_LIVE = 1,	   /* walks in a row that a living ring may be missing from */
	BIRTHS_TO_RECONCILE = 512, /* a storm of short-lived rings must not fill the tables */
	RINGS_TO_TAKE = 1024,	   /* looked at between two looks into the control ring */
	RECONCILE_SHARE = 200,	   /* looking for rings may cost 1/200 of the time */
};

uint32_t rings_find(const struct tracer *tracer, uint32_t id)
{
	for (uint32_t slot = 1; slot <= tracer->slots_used; slot++)
		if (tracer->memory[slot].announced && !tracer->memory[slot].dead &&
		    tracer->memory[slot].id == id)
			return slot;
	return 0;
}

/* Its birth may still wait, in the control ring or for its turn; events have no place before it. */
int rings_live(const struct tracer *tracer, uint32_t slot)
{
	const struct ring_memory *memory = &tracer->memory[slot];

	return memory->announced && !memory->dead &&
	       tracer->rings[slot].seen_ns <= tracer->output_ns;
}

int rings_born(struct tracer *tracer, uint32_t slot, const struct ring_slot *ring, uint64_t time_ns)
{
	struct {
		struct ev_queue queue;
		char comm[COMM_BYTES];
	} born = { 0 };
	size_t length = strnlen(ring->comm, sizeof(ring->comm));

	if (!slot || slot >= RINGS_MAX)
		return 0;
	if (rings_find(tracer, ring->id))
		tracer->id_clashes++;
	if (slot > tracer->slots_used)
		tracer->slots_used = slot;
	tracer->memory[slot] = (struct ring_memory){ .id = ring->id, .announced = 1 };
	tracer->births++;
	born.queue.h = (struct ev_header){ EV_QUEUE, (uint16_t)(sizeof(born.queue) + length),
					   EV_CPU_NONE, time_ns };
	born.queue.created_ns = ring->created_ns;
	born.queue.queue = ring->id;
	born.queue.pid = ring->pid;
	born.queue.fd = ring->fd;
	born.queue.sq_entries = ring->sq_entries;
	born.queue.cq_entries = ring->cq_entries;
	born.queue.flags = ring->flags;
	born.queue.thread_pid = ring->thread_pid;
	born.queue.type = EV_QUEUE_IO_URING;
	memcpy(born.comm, ring->comm, length);
	return waiting_add(&tracer->waiting, &born.queue.h);
}

int rings_died(struct tracer *tracer, uint32_t slot, uint64_t time_ns)
{
	if (!slot || slot >= RINGS_MAX || !tracer->memory[slot].announced)
		return 0;
	tracer->memory[slot].dead = 1;
	/* Its last figures come before those of a ring that was born in its place at that moment.
	 */
	tracer->memory[slot].died_ns = time_ns - 1;
	tracer->dead_count++;
	return 0;
}

/* ---- harvest ---- */

/* A request that was to complete in silence, and whose ring is gone, did: had it failed or been
 * cancelled, the flag would have been cleared and a completion seen. */
static void settle(struct ring_memory *memory, int silent, struct ev_request *event)
{
	event->h.time_ns = memory->died_ns;
	if (!silent)
		return;
	event->end = EV_END_SKIPPED;
	memory->skipped++;
}

/* Requests that were open when their ring died are sent as they are and leave the table. */
static int sweep_open(struct tracer *tracer)
{
	struct ev_request event;
	uint32_t slot;

	for (uint32_t set = 0; set < OPEN_SETS; set++) {
		for (uint32_t way = 0; way < OPEN_WAYS; way++) {
			if (!tracer->open_sets[set].keys[way])
				continue;
			slot = tracer->open_sets[set].requests[way].ring;
			if (slot >= RINGS_MAX || !tracer->memory[slot].dead ||
			    !snapshot_open_request(tracer, set, way, &event))
				continue;
			tracer->open_sets[set].keys[way] = 0;
			settle(&tracer->memory[slot],
			       open_is_silent(&tracer->open_sets[set].requests[way]), &event);
			if (waiting_add(&tracer->waiting, &event.h))
				return -ENOMEM;
		}
	}
	return 0;
}

static int bury(struct tracer *tracer, uint32_t slot)
{
	struct ev_queue_end end = { .queue = tracer->memory[slot].id };

	end.h = (struct ev_header){ EV_QUEUE_END, sizeof(end), EV_CPU_NONE,
				    tracer->memory[slot].died_ns };
	tracer->memory[slot] = (struct ring_memory){ 0 };
	memset(&tracer->rings[slot], 0, sizeof(tracer->rings[slot]));
	bpf_map_update_elem(tracer->free_rings_fd, NULL, &slot, BPF_ANY);
	return waiting_add(&tracer->waiting, &end.h);
}

int rings_harvest(struct tracer *tracer)
{
	struct snapshot snapshot = { .tracer = tracer,
				     .event = waiting_event,
				     .arg = &tracer->waiting };
	int err;

	if (!tracer->dead_count)
		return 0;
	tracer->dead_count = 0;
	err = sweep_open(tracer);
	if (!err)
		err = snapshot_rings(&snapshot, CELLS_OF_DEAD_RINGS);
	cells_release(tracer, CELLS_OF_DEAD_RINGS);
	for (uint32_t slot = 1; slot <= tracer->slots_used && !err; slot++)
		if (tracer->memory[slot].dead)
			err = bury(tracer, slot);
	return err;
}

/* ---- existing rings ---- */

static int comm_passes(const struct tracer *tracer, const char *comm)
{
	const char *wanted = tracer->options.filter.comm;

	return !wanted[0] || !strncmp(wanted, comm, COMM_BYTES - 1);
}

static int pid_passes(const struct tracer *tracer, uint32_t pid)
{
	uint8_t value;

	if (!tracer->options.filter.pid_count)
		return 1;
	return !bpf_map_lookup_elem(tracer->pids_fd, &pid, &value);
}

/* Is the process in the cgroup or below it? */
static int cgroup_passes(const struct tracer *tracer, uint32_t pid)
{
	char path[64], line[4096];
	size_t length;
	FILE *file;
	int passes = 0;

	if (!tracer->cgroup_path)
		return 1;
	snprintf(path, sizeof(path), "/proc/%u/cgroup", pid);
	file = fopen(path, "r");
	if (!file)
		return 0;
	length = strlen(tracer->cgroup_path);
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = 0;
		if (strncmp(line, "0::", 3) == 0)
			passes = !strncmp(line + 3, tracer->cgroup_path, length) &&
				 (line[3 + length] == 0 || line[3 + length] == '/');
	}
	fclose(file);
	return passes;
}

static int ring_passes(const struct tracer *tracer, const struct found_ring *found)
{
	const struct tracer_filter *filter = &tracer->options.filter;

	if (filter->ring && discover_id(found->ring_ctx, tracer->boot_salt) != filter->ring)
		return 0;
	if (filter->ring_pid)
		return found->pid == (uint32_t)filter->ring_pid && found->fd == filter->ring_fd;
	return 1;
}

static int adopt(struct tracer *tracer, const struct found_ring *found)
{
	uint64_t args[6] = { found->ring_ctx, found->pid, (uint64_t)(int64_t)found->fd };
	int passes = ring_passes(tracer, found) && pid_passes(tracer, found->pid) &&
		     comm_passes(tracer, found->comm) && cgroup_passes(tracer, found->pid);
	int slot;

	args[3] = passes ? RING_IN : RING_OUT;
	memcpy(&args[4], found->comm, 16);
	slot = tracer_run(tracer->adopt_fd, args, 6);
	if (slot > 0 && slot < RINGS_MAX)
		tracer->memory[slot].found = 1;
	return slot < 0 ? slot : 0;
}

/* Births and deaths are announced, and those of thousands do not fit into the control ring. */
static int make_room(struct tracer *tracer, size_t done)
{
	return done % RINGS_TO_TAKE == RINGS_TO_TAKE - 1 ? control_take(tracer) : 0;
}

/* Rings that have been missing for too long leave the index; the death event comes back through the
 * control ring. While probes run, a ring may be younger than the walk that missed it; afterwards one
 * walk is enough. */
static void forget_missing(struct tracer *tracer, uint64_t began_ns)
{
	for (uint32_t slot = 1; slot <= tracer->slots_used; slot++) {
		struct ring_memory *memory = &tracer->memory[slot];
		const struct ring_slot *ring = &tracer->rings[slot];
		uint64_t address = ring->ring_ctx;
		int found = memory->found;

		memory->found = 0;
		if (!memory->announced || memory->dead || ring->state != RING_LIVE ||
		    ring->seen_ns >= began_ns)
			continue;
		memory->missing = found ? 0 : memory->missing + 1;
		if (memory->missing > (tracer->started ? MISSES_OF_THE_LIVE : 0))
			tracer_run(tracer->forget_fd, &address, 1);
		make_room(tracer, slot);
	}
}

static int reconcile(struct tracer *tracer, struct ev_error *why)
{
	uint64_t began_ns = tracer_now();
	struct found_list list = { 0 };
	int err;

	tracer->births = 0;
	err = control_take(tracer); /* rings that were announced but not yet noted */
	if (err)
		return ev_fail(why, err, "cannot read the tracer's event buffer: %s",
			       strerror(-err));
	err = discover_rings(tracer->iterators, &list, why);
	if (err)
		return err;
	for (size_t i = 0; i < list.count && !err; i++) {
		err = adopt(tracer, &list.rings[i]);
		if (!err)
			err = make_room(tracer, i);
	}
	free(list.rings);
	if (err)
		return ev_fail(why, err, "cannot enter existing rings: %s", strerror(-err));
	forget_missing(tracer, began_ns);
	tracer->reconcile_ns = tracer_now();
	tracer->reconcile_cost_ns = tracer->reconcile_ns - began_ns;
	return 0;
}

int tracer_reconcile(struct tracer *tracer, struct ev_error *why)
{
	if (tracer->started && tracer->reconcile_ns &&
	    tracer_now() - tracer->reconcile_ns < RECONCILE_SHARE * tracer->reconcile_cost_ns)
		return 0;
	return reconcile(tracer, why);
}

int rings_relieve(struct tracer *tracer)
{
	return tracer->started && tracer->births >= BIRTHS_TO_RECONCILE ? reconcile(tracer, NULL)
									: 0;
}

int tracer_detail(struct tracer *tracer, uint32_t queue, int on)
{
	uint32_t slot = rings_find(tracer, queue);

	if (!slot)
		return -ENOENT;
	tracer->rings[slot].detail = on != 0;
	return 0;
}

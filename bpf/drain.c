/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Merges the CPUs' record rings and the waiting rare events into one stream in time order. Each
 * ring is in order by itself, so the oldest head wins, and keeps winning until it passes the
 * runner-up: on a quiet or lopsided machine that is one comparison a record.
 *
 * A probe reads the clock before it publishes its record, so the last instants are left for the
 * next call.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/tracer_private.h"

enum {
	HOLD_NS = 5000000, /* longer than a probe takes from clock to commit, unless its CPU is
			      taken away */
	KNOWN_PIDS_MAX = 4096,
};

uint64_t drain_horizon(const struct tracer *tracer)
{
	return tracer_now() - (tracer->started ? HOLD_NS : 0);
}

static const struct record_slot *slot_at(const struct tracer *tracer, uint32_t cpu,
					 uint64_t position)
{
	return &tracer->records[(size_t)cpu * (tracer->record_mask + 1) +
				(position & tracer->record_mask)];
}

/* The oldest whole record of a CPU, NULL when there is none. */
static const struct ev_header *head_of(const struct tracer *tracer, uint32_t cpu)
{
	uint64_t tail = tracer->cpus[cpu].tail, commit;
	const struct record_slot *slot;

	if (__atomic_load_n(&tracer->cpus[cpu].head, __ATOMIC_ACQUIRE) == tail)
		return NULL;
	slot = slot_at(tracer, cpu, tail);
	commit = __atomic_load_n((const uint64_t *)(slot->bytes + RECORD_COMMIT_OFFSET),
				 __ATOMIC_ACQUIRE);
	return commit == tail + 1 ? (const struct ev_header *)slot->bytes : NULL;
}

static void release(struct tracer *tracer, uint32_t cpu, uint32_t slots)
{
	__atomic_store_n(&tracer->cpus[cpu].tail, tracer->cpus[cpu].tail + slots, __ATOMIC_RELEASE);
}

/* Explains the VANISHED records that wait for their turn, in place. */
static void explain_cpu(struct tracer *tracer, uint32_t cpu)
{
	uint64_t head = __atomic_load_n(&tracer->cpus[cpu].head, __ATOMIC_ACQUIRE);
	uint64_t at = tracer->cpus[cpu].tail;
	struct ev_header *event;

	while (at < head) {
		event = (struct ev_header *)slot_at(tracer, cpu, at);
		if (__atomic_load_n((uint64_t *)((char *)event + RECORD_COMMIT_OFFSET),
				    __ATOMIC_ACQUIRE) != at + 1)
			return;
		if (event->kind == EV_REQUEST &&
		    ((struct ev_request *)event)->end == EV_END_VANISHED)
			overflow_explain(tracer, (struct ev_request *)event);
		at += event->size_bytes > RECORD_SLOT_BYTES ? 2 : 1;
	}
}

/* The books of a dead ring are closed before its last records are handed out: what those would have
 * explained must be explained before. */
static void explain_before_harvest(struct tracer *tracer)
{
	if (!tracer->dead_count || !tracer->overflow_count)
		return;
	for (uint32_t cpu = 0; cpu < tracer->cpu_count; cpu++)
		explain_cpu(tracer, cpu);
}

/* Where the next event comes from. */
struct turn {
	const struct ev_header *event; /* NULL: nothing is due */
	uint32_t cpu;		       /* cpu_count: the waiting list */
	uint64_t until_ns;	       /* it stays in front before this time */
};

static void consider(struct turn *turn, const struct ev_header *event, uint32_t cpu)
{
	if (!event || (turn->event && event->time_ns >= turn->event->time_ns)) {
		if (event && event->time_ns < turn->until_ns)
			turn->until_ns = event->time_ns;
		return;
	}
	/* What was in front so far may lie behind the horizon: a birth that has just been read. */
	if (turn->event && turn->event->time_ns < turn->until_ns)
		turn->until_ns = turn->event->time_ns;
	turn->event = event;
	turn->cpu = cpu;
}

/* Waiting events come first among equals: they say what later events mean. */
static struct turn next_turn(struct tracer *tracer, uint64_t horizon_ns)
{
	struct turn turn = { .until_ns = horizon_ns + 1 };

	consider(&turn, waiting_peek(&tracer->waiting), tracer->cpu_count);
	for (uint32_t cpu = 0; cpu < tracer->cpu_count; cpu++)
		consider(&turn, head_of(tracer, cpu), cpu);
	if (turn.event && turn.event->time_ns > horizon_ns)
		turn.event = NULL;
	return turn;
}

/* ---- processes ---- */

/* Adds a process id to those already named; 0 when it was there, or when there is no room. */
static int pid_is_new(struct tracer *tracer, uint32_t pid)
{
	size_t at = pid * 2654435761u % KNOWN_PIDS_MAX;

	if (!tracer->known_pids) {
		tracer->known_pids = calloc(KNOWN_PIDS_MAX, sizeof(*tracer->known_pids));
		if (!tracer->known_pids)
			return 0;
	}
	for (; tracer->known_pids[at]; at = (at + 1) % KNOWN_PIDS_MAX)
		if (tracer->known_pids[at] == pid)
			return 0;
	if (tracer->known_pid_count >= KNOWN_PIDS_MAX * 3 / 4) {
		memset(tracer->known_pids, 0, KNOWN_PIDS_MAX * sizeof(*tracer->known_pids));
		tracer->known_pid_count = 0;
	}
	tracer->known_pids[at] = pid;
	tracer->known_pid_count++;
	return 1;
}

static int name_process(struct tracer *tracer, uint32_t pid, uint64_t time_ns,
			tracer_event_fn event, void *arg)
{
	struct {
		struct ev_process process;
		char comm[32];
	} named = { 0 };
	char path[64];
	FILE *file;

	tracer->last_pid = pid;
	if (!pid || !pid_is_new(tracer, pid))
		return 0;
	snprintf(path, sizeof(path), "/proc/%u/comm", pid);
	file = fopen(path, "r");
	if (!file)
		return 0; /* it has ended already */
	if (!fgets(named.comm, sizeof(named.comm), file))
		named.comm[0] = 0;
	fclose(file);
	named.comm[strcspn(named.comm, "\n")] = 0;
	named.process.pid = pid;
	named.process.h =
		(struct ev_header){ EV_PROCESS,
				    (uint16_t)(sizeof(named.process) + strlen(named.comm)),
				    EV_CPU_NONE, time_ns };
	return event(arg, &named.process.h);
}

/* ---- handing out ---- */

static int give_request(struct tracer *tracer, uint32_t cpu, const struct ev_header *head,
			tracer_event_fn event, void *arg)
{
	int slots = head->size_bytes > RECORD_SLOT_BYTES ? 2 : 1, err = 0;
	uint64_t tail = tracer->cpus[cpu].tail;
	struct ev_request request;

	memcpy(&request, head, RECORD_SLOT_BYTES);
	if (slots == 2)
		memcpy(request.stage_ns, slot_at(tracer, cpu, tail + 1), sizeof(request.stage_ns));
	else
		memset(request.stage_ns, 0, sizeof(request.stage_ns));
	request.h.size_bytes = sizeof(request);
	request.reaped_ns = 0; /* held the commit word */
	release(tracer, cpu, (uint32_t)slots);
	if (request.end == EV_END_VANISHED)
		overflow_explain(tracer, &request);
	if (request.pid != tracer->last_pid)
		err = name_process(tracer, request.pid, request.h.time_ns, event, arg);
	return err ? err : event(arg, &request.h);
}

static int give_record(struct tracer *tracer, uint32_t cpu, const struct ev_header *head,
		       tracer_event_fn event, void *arg)
{
	struct ev_completion completion;

	tracer->output_ns = head->time_ns;
	if (head->kind == EV_REQUEST)
		return give_request(tracer, cpu, head, event, arg);
	memcpy(&completion, head, sizeof(completion));
	release(tracer, cpu, 1);
	return event(arg, &completion.h);
}

/* A rare event may have been found out late (a dead ring): it is told now. */
static int give_waiting(struct tracer *tracer, tracer_event_fn event, void *arg)
{
	struct ev_header *head = (struct ev_header *)waiting_peek(&tracer->waiting);

	if (head->time_ns < tracer->output_ns)
		head->time_ns = tracer->output_ns;
	tracer->output_ns = head->time_ns;
	waiting_pop(&tracer->waiting);
	return event(arg, head);
}

int drain_until(struct tracer *tracer, uint64_t horizon_ns, size_t budget, tracer_event_fn event,
		void *arg)
{
	size_t given = 0;
	struct turn turn;
	int err = control_take(tracer);

	tracer_watch_workers(tracer);
	if (!err)
		err = rings_relieve(tracer);
	explain_before_harvest(tracer);
	if (!err)
		err = rings_harvest(tracer);
	while (!err) {
		turn = next_turn(tracer, horizon_ns);
		if (!turn.event)
			return 0;
		if (turn.cpu == tracer->cpu_count) {
			err = give_waiting(tracer, event, arg);
			given++;
			continue;
		}
		do {
			if (budget && given >= budget)
				return 1;
			err = give_record(tracer, turn.cpu, turn.event, event, arg);
			given++;
			turn.event = head_of(tracer, turn.cpu);
		} while (turn.event && turn.event->time_ns < turn.until_ns && !err);
	}
	return err;
}

int tracer_drain(struct tracer *tracer, size_t budget, tracer_event_fn event, void *arg,
		 struct ev_error *why)
{
	int result = drain_until(tracer, drain_horizon(tracer), budget, event, arg);

	return result == -ENOMEM ? ev_fail(why, result, "out of memory while draining the tracer")
				 : result;
}

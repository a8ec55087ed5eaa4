/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Merges the CPUs' record rings, of requests and of commands, and the waiting rare events into one
 * stream in time order. Each ring is in order by itself; a heap of their oldest records (event/merge.h)
 * tells whose turn it is, however many CPUs there are.
 *
 * The rings of requests are numbered RECORD_RINGS * lane + which of the two.
 *
 * A probe reads the clock before it publishes its record, so the last instants are left for the
 * next call.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/tracer_private.h"
#include "event/merge.h"

enum {
	HOLD_NS = 2000000, /* longer than a probe takes from clock to commit, unless its CPU is
			      taken away */
	KNOWN_PIDS_MAX = 4096,
	PUBLISH_SLOTS = 1024, /* of the fewest a ring has, a small part */
};

uint64_t drain_horizon(const struct tracer *tracer)
{
	return tracer_now() - (tracer->started ? HOLD_NS : 0);
}

static uint32_t record_rings(const struct tracer *tracer)
{
	return RECORD_RINGS * tracer->lane_count;
}

/* A source of records is a number: first the rings of requests, then a CPU's ring of commands. */
static uint32_t drain_sources(const struct tracer *tracer)
{
	return record_rings(tracer) + tracer->cpu_count;
}

int drain_prepare(struct tracer *tracer)
{
	const uint32_t *slots = tracer->record_slots;

	tracer->readers = calloc(record_rings(tracer), sizeof(*tracer->readers));
	tracer->merge = ev_merge_new(drain_sources(tracer));
	if (!tracer->readers || !tracer->merge)
		return -ENOMEM;
	for (uint32_t ring = 0; ring < record_rings(tracer); ring++) {
		uint32_t lane = ring / RECORD_RINGS, which = ring % RECORD_RINGS;
		int of_copy = lane >= tracer->cpu_count;
		struct record_reader *reader = &tracer->readers[ring];

		reader->first = sizes_record_first(tracer, lane);
		if (which == RECORDS_LARGE)
			reader->first +=
				record_slots_of(slots[RECORDS_WARM], RECORDS_WARM, of_copy);
		reader->mask = record_slots_of(slots[which], which, of_copy) - 1;
	}
	return 0;
}

void drain_done(struct tracer *tracer)
{
	free(tracer->readers);
	ev_merge_free(tracer->merge);
}

static const struct record_slot *slot_at(const struct tracer *tracer, uint32_t ring,
					 uint64_t position)
{
	const struct record_reader *reader = &tracer->readers[ring];

	return &tracer->records[reader->first + (position & reader->mask)];
}

static int is_whole(const struct record_slot *slot, uint64_t position)
{
	uint32_t commit = __atomic_load_n(&slot->commit, __ATOMIC_ACQUIRE);

	return commit & RECORD_KIND_MASK && record_lap(commit) == record_lap(position);
}

static uint32_t slots_of(const struct record_slot *slot)
{
	return (slot->commit & RECORD_KIND_MASK) == RECORD_REQUEST &&
			       slot->request.path & OPEN_DETAIL
		       ? 2
		       : 1;
}

/* The oldest whole record of a ring, NULL when there is none. */
static const struct record_slot *head_of(const struct tracer *tracer, uint32_t ring)
{
	const struct record_reader *reader = &tracer->readers[ring];
	const struct record_slot *slot;

	if (reader->head == reader->tail)
		return NULL;
	slot = slot_at(tracer, ring, reader->tail);
	return is_whole(slot, reader->tail) ? slot : NULL;
}

/* ---- the reader's places ---- */

static void see_heads(struct tracer *tracer)
{
	for (uint32_t ring = 0; ring < record_rings(tracer); ring++)
		tracer->readers[ring].head = __atomic_load_n(
			&tracer->cpus[ring / RECORD_RINGS].record_rings[ring % RECORD_RINGS].head,
			__ATOMIC_ACQUIRE);
}

/* Gives the slots before the reader's place back to the probes. */
static void publish_tail(struct tracer *tracer, uint32_t ring)
{
	struct record_reader *reader = &tracer->readers[ring];

	if (reader->published == reader->tail)
		return;
	__atomic_store_n(&tracer->cpus[ring / RECORD_RINGS].tails[ring % RECORD_RINGS],
			 reader->tail, __ATOMIC_RELEASE);
	reader->published = reader->tail;
}

static void publish_tails(struct tracer *tracer)
{
	for (uint32_t ring = 0; ring < record_rings(tracer); ring++)
		publish_tail(tracer, ring);
}

static void release(struct tracer *tracer, uint32_t ring, uint32_t slots)
{
	struct record_reader *reader = &tracer->readers[ring];

	reader->tail += slots;
	if (reader->tail - reader->published >= PUBLISH_SLOTS)
		publish_tail(tracer, ring);
}

/* ---- what a request's record says, as an event ---- */

/* What the operation and its flags say; the probes do not spend time on it. */
static uint32_t path_of_flags(const struct open_request *open)
{
	uint32_t path = 0;

	if (open->sqe_flags & 1) /* IOSQE_FIXED_FILE */
		path |= EV_PATH_FIXED_FILE;
	if (open->op == 4 || open->op == 5) /* READ_FIXED, WRITE_FIXED */
		path |= EV_PATH_FIXED_BUFFER;
	return path;
}

void drain_open_request(const struct open_request *open, struct ev_request *ret_event)
{
	*ret_event = (struct ev_request){
		.h = { EV_REQUEST, sizeof(*ret_event), EV_CPU_NONE, 0 },
		.submit_ns = open->submit_ns,
		.user_data = open->user_data,
		.offset_bytes = open->offset_bytes,
		.tid = open->tid,
		.pid = open->pid,
		.length_bytes = open->length_bytes,
		.fd = open->fd,
		.op_flags = open->op_flags,
		.op = open->op,
		.buffer = open->buffer,
		.sqe_flags = open->sqe_flags,
		.end = EV_END_OPEN,
		.stage = (open->path & OPEN_STAGE_MASK) >> OPEN_STAGE_SHIFT,
		.path = (open->path & OPEN_PATH_MASK) | path_of_flags(open),
		.sq_depth = open->sq_depth,
		.address = open->address,
	};
}

static void read_request(const struct tracer *tracer, uint32_t ring, uint64_t position,
			 struct ev_request *ret_event)
{
	const struct record_slot *slot = slot_at(tracer, ring, position), *stages;

	drain_open_request(&slot->request, ret_event);
	ret_event->h.cpu = ring / RECORD_RINGS % tracer->cpu_count;
	ret_event->h.time_ns = slot->time_ns;
	ret_event->end = slot->commit >> RECORD_END_SHIFT & 0xf;
	ret_event->result = slot->result;
	ret_event->file = slot->file;
	ret_event->queue = slot->queue;
	ret_event->cqe_flags = slot->cqe_flags;
	if (ret_event->end == EV_END_COMPLETED || ret_event->end == EV_END_FAILED)
		ret_event->cq_depth = slot->request.cq_depth_minus_1 + 1u;
	if (slots_of(slot) == 1)
		return;
	stages = slot_at(tracer, ring, position + 1);
	memcpy(ret_event->stage_ns, stages->stages.stage_ns, sizeof(ret_event->stage_ns));
	ret_event->worker_tid = stages->stages.worker_tid;
	ret_event->link_ns = (uint64_t)stages->stages.link_high << 32 | stages->stages.link_low;
}

/* Explains the VANISHED records that wait for their turn, in place. */
static void explain_ring(struct tracer *tracer, uint32_t ring)
{
	const struct record_reader *reader = &tracer->readers[ring];
	struct ev_request request;
	struct record_slot *slot;

	for (uint64_t at = reader->tail; at < reader->head; at += slots_of(slot)) {
		slot = (struct record_slot *)slot_at(tracer, ring, at);
		if (!is_whole(slot, at))
			return;
		if ((slot->commit & RECORD_KIND_MASK) != RECORD_REQUEST)
			continue;
		read_request(tracer, ring, at, &request);
		if (request.end != EV_END_VANISHED)
			continue;
		overflow_explain(tracer, &request);
		slot->result = (int32_t)request.result;
		slot->cqe_flags = request.cqe_flags;
		slot->commit = record_commit_word(at, RECORD_REQUEST, request.end);
	}
}

/* The books of a dead ring are closed before its last records are handed out: what those would have
 * explained must be explained before. */
static void explain_before_harvest(struct tracer *tracer)
{
	if (!tracer->dead_count || !tracer->overflow_count)
		return;
	for (uint32_t ring = 0; ring < record_rings(tracer); ring++)
		explain_ring(tracer, ring);
}

/* When the oldest record of a source happened; UINT64_MAX: it has none. */
static uint64_t source_head_ns(const struct tracer *tracer, uint32_t source)
{
	const struct command_slot *command;
	const struct record_slot *slot;

	if (source < record_rings(tracer)) {
		slot = head_of(tracer, source);
		return slot ? slot->time_ns : UINT64_MAX;
	}
	command = commands_head(tracer, source - record_rings(tracer));
	return command ? command->h.time_ns : UINT64_MAX;
}

/* A source whose oldest record is not whole yet has its turn in the next call. */
static void offer_sources(struct tracer *tracer)
{
	uint64_t head_ns;

	ev_merge_clear(tracer->merge);
	for (uint32_t source = 0; source < drain_sources(tracer); source++) {
		head_ns = source_head_ns(tracer, source);
		if (head_ns != UINT64_MAX)
			ev_merge_offer(tracer->merge, source, head_ns);
	}
}

/* The source in front was used. */
static void go_on(struct tracer *tracer, uint32_t source)
{
	uint64_t head_ns = source_head_ns(tracer, source);

	if (head_ns == UINT64_MAX)
		ev_merge_end(tracer->merge);
	else
		ev_merge_next(tracer->merge, head_ns);
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

/* ---- release from a drain ---- */

/* The kernel does not tell when a request that IO_DRAIN held back may run. But it may run when the
 * last of those before it has ended, and that is the one that ended last before it. */
static void note_end(struct tracer *tracer, struct ev_request *request)
{
	struct last_end *last = &tracer->last_ends[request->queue % LAST_ENDS];

	if (request->path & EV_PATH_DEFERRED && last->queue == request->queue &&
	    last->submit_ns < request->submit_ns &&
	    last->ended_ns > request->stage_ns[EV_STAGE_DEFERRED - 1] &&
	    !request->stage_ns[EV_STAGE_RELEASED - 1])
		request->stage_ns[EV_STAGE_RELEASED - 1] = last->ended_ns;
	*last = (struct last_end){ request->submit_ns, request->h.time_ns, request->queue };
}

/* ---- handing out ---- */

static int give_request(struct tracer *tracer, uint32_t ring, tracer_event_fn event, void *arg)
{
	uint64_t tail = tracer->readers[ring].tail;
	struct ev_request request;
	int err = 0;

	read_request(tracer, ring, tail, &request);
	release(tracer, ring, slots_of(slot_at(tracer, ring, tail)));
	if (request.end == EV_END_VANISHED)
		overflow_explain(tracer, &request);
	note_end(tracer, &request);
	if (request.pid != tracer->last_pid)
		err = name_process(tracer, request.pid, request.h.time_ns, event, arg);
	return err ? err : event(arg, &request.h);
}

static int give_record(struct tracer *tracer, uint32_t ring, tracer_event_fn event, void *arg)
{
	const struct record_slot *slot = slot_at(tracer, ring, tracer->readers[ring].tail);
	union {
		struct ev_header h;
		struct ev_completion completion;
		struct ev_wait wait;
	} other;

	tracer->output_ns = slot->time_ns;
	switch (slot->commit & RECORD_KIND_MASK) {
	case RECORD_REQUEST:
		return give_request(tracer, ring, event, arg);
	case RECORD_WAIT:
		other.wait = slot->wait;
		break;
	default:
		other.completion = slot->completion;
	}
	release(tracer, ring, 1);
	return event(arg, &other.h);
}

static int give_from(struct tracer *tracer, uint32_t source, tracer_event_fn event, void *arg)
{
	return source < record_rings(tracer)
		       ? give_record(tracer, source, event, arg)
		       : commands_give(tracer, source - record_rings(tracer), event, arg);
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

/* Is it the turn of a waiting event? It comes first among equals: it says what later ones mean. */
static int waiting_is_due(struct tracer *tracer, uint64_t horizon_ns)
{
	const struct ev_header *waiting = waiting_peek(&tracer->waiting);
	uint64_t first_ns = UINT64_MAX;

	ev_merge_first(tracer->merge, &first_ns);
	return waiting && waiting->time_ns <= horizon_ns && waiting->time_ns <= first_ns;
}

/* Hands out what is due, at most `budget` records (0: any number). Returns 1 when there is more. */
static int give_due(struct tracer *tracer, uint64_t horizon_ns, size_t budget,
		    tracer_event_fn event, void *arg)
{
	uint64_t time_ns;
	size_t given = 0;
	int32_t source;
	int err = 0;

	offer_sources(tracer);
	while (!err) {
		if (waiting_is_due(tracer, horizon_ns)) {
			err = give_waiting(tracer, event, arg);
			continue;
		}
		source = ev_merge_first(tracer->merge, &time_ns);
		if (source < 0 || time_ns > horizon_ns)
			return 0;
		if (budget && given++ >= budget)
			return 1;
		err = give_from(tracer, (uint32_t)source, event, arg);
		go_on(tracer, (uint32_t)source);
	}
	return err;
}

int drain_until(struct tracer *tracer, uint64_t horizon_ns, size_t budget, tracer_event_fn event,
		void *arg)
{
	int err = control_take(tracer);

	see_heads(tracer);
	tracer_watch_workers(tracer);
	copies_watch(tracer);
	if (!err)
		err = rings_relieve(tracer);
	explain_before_harvest(tracer);
	if (!err)
		err = rings_harvest(tracer);
	if (!err)
		err = give_due(tracer, horizon_ns, budget, event, arg);
	if (!err)
		err = lives_relieve(tracer, horizon_ns);
	publish_tails(tracer);
	return err;
}

int tracer_drain(struct tracer *tracer, size_t budget, tracer_event_fn event, void *arg,
		 struct ev_error *why)
{
	int result = drain_until(tracer, drain_horizon(tracer), budget, event, arg);

	return result == -ENOMEM ? ev_fail(why, result, "out of memory while draining the tracer")
				 : result;
}

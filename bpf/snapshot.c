/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Snapshots: the counters, depths and histograms that the probes keep, and the requests that are
 * open, as events. Everything is read from mapped memory; the probes are not disturbed.
 *
 * The books are kept here. For every ring
 *     submitted = completed + failed + overflowed + skipped + in flight + lost
 * where all but "in flight" were counted when they happened, and in flight is what remains. Once
 * the probes are detached it equals the number of entries in the table of open requests.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/tracer_private.h"

/* ---- rings ---- */

static int give(struct snapshot *snapshot, const struct ev_header *event)
{
	return snapshot->event(snapshot->arg, event);
}

static uint64_t time_of(const struct snapshot *snapshot, uint32_t slot)
{
	const struct ring_memory *memory = &snapshot->tracer->memory[slot];

	return memory->dead ? memory->died_ns : snapshot->now;
}

/* LATENCY with its histogram as pairs of varints. */
struct latency_event {
	struct ev_latency latency;
	uint8_t pairs[SNAPSHOT_PAIRS_BYTES];
};

static size_t put_varint(uint8_t *at, uint32_t value)
{
	size_t length = 0;

	for (; value >= 0x80; value >>= 7)
		at[length++] = (uint8_t)(value | 0x80);
	at[length++] = (uint8_t)value;
	return length;
}

size_t snapshot_put_buckets(uint8_t *at, const uint32_t *buckets)
{
	size_t length = 0;
	uint32_t last = 0;

	for (uint32_t i = 0; i < CELL_BUCKETS; i++) {
		if (!buckets[i])
			continue;
		length += put_varint(at + length, i - last);
		length += put_varint(at + length, buckets[i]);
		last = i;
	}
	return length;
}

/* Since the last snapshot, or since the ring was first seen if that is later. */
static uint64_t snapshot_interval(const struct snapshot *snapshot, uint32_t slot)
{
	uint64_t since = snapshot->tracer->snapshot_ns, end = time_of(snapshot, slot);

	if (snapshot->tracer->rings[slot].seen_ns > since)
		since = snapshot->tracer->rings[slot].seen_ns;
	return end > since ? end - since : 0;
}

static int give_latency(struct snapshot *snapshot, const struct cell_sum *sum)
{
	struct tracer *tracer = snapshot->tracer;
	struct latency_event event;
	size_t length;

	event.latency = sum->latency;
	event.latency.queue = tracer->memory[sum->slot].id;
	event.latency.op = sum->op;
	event.latency.interval_ns = snapshot_interval(snapshot, sum->slot);
	length = snapshot_put_buckets(event.pairs, sum->buckets);
	event.latency.h =
		(struct ev_header){ EV_LATENCY, (uint16_t)(sizeof(event.latency) + length),
				    EV_CPU_NONE, time_of(snapshot, sum->slot) };
	return give(snapshot, &event.latency.h);
}

static int add_sum(void *arg, const struct cell_sum *sum)
{
	struct snapshot *snapshot = arg;
	struct ev_queue_state *state = &snapshot->states[sum->slot];

	state->submitted += sum->submitted;
	state->completed += sum->completed;
	state->failed += sum->failed;
	state->skipped += sum->skipped;
	state->lost += sum->vanished + sum->evicted;
	if (!sum->latency.count)
		return 0;
	snapshot->counted += sum->latency.count;
	for (uint32_t i = 0; snapshot->buckets && i < CELL_BUCKETS; i++)
		snapshot->buckets[i] += sum->buckets[i];
	return give_latency(snapshot, sum);
}

/* Since it was told last. While an application waits, cq_depth_max is not a depth that was seen
 * (bpf/wait.bpf.h). */
static uint32_t largest_cq_depth(const struct ring_slot *ring)
{
	uint32_t largest = ring->cq_depth_kept;

	if (!ring->wait_since_ns && ring->cq_depth_max > largest)
		largest = ring->cq_depth_max;
	return ring->cq_depth > largest ? ring->cq_depth : largest;
}

static void finish_state(struct snapshot *snapshot, uint32_t slot, struct ev_queue_state *state)
{
	const struct ring_memory *memory = &snapshot->tracer->memory[slot];
	struct ring_slot *ring = &snapshot->tracer->rings[slot];
	uint64_t ended;

	state->h = (struct ev_header){ EV_QUEUE_STATE, sizeof(*state), EV_CPU_NONE,
				       time_of(snapshot, slot) };
	state->queue = memory->id;
	state->overflowed =
		ring->overflowed + memory->overflowed_open + memory->overflowed_vanished;
	state->lost -= memory->overflowed_vanished;
	state->skipped += memory->skipped;
	ended = state->completed + state->failed + state->skipped + state->overflowed + state->lost;
	state->in_flight = state->submitted > ended ? (uint32_t)(state->submitted - ended) : 0;
	state->unmatched = ring->unmatched;
	state->shots = ring->shots;
	state->waits = ring->waits;
	state->dropped_cqes = ring->dropped_cqes;
	state->dropped_sqes = ring->dropped_sqes;
	state->sq_depth = ring->sq_depth;
	state->cq_depth = ring->cq_depth;
	state->sq_flags = ring->sq_flags;
	state->sq_depth_max =
		ring->sq_depth_max > ring->sq_depth ? ring->sq_depth_max : ring->sq_depth;
	state->cq_depth_max = largest_cq_depth(ring);
	ring->sq_depth_max = 0;
	ring->cq_depth_max = 0;
	ring->cq_depth_kept = 0;
	state->messages = ring->messages;
	state->notifications = ring->notifications;
	state->older = ring->older;
	state->forgotten = ring->forgotten;
	state->batches = ring->batches;
	state->waits_timed = ring->waits_timed;
	state->blocked_ns = ring->blocked_ns;
}

enum { THREAD_BITS = EV_RESOURCE_THREAD_CPU | EV_RESOURCE_THREAD_WORK };

/* The last figures of a ring's SQPOLL thread, if it has ended. */
static void add_thread_end(const struct tracer *tracer, uint32_t slot, struct ring_sample *sample)
{
	uint32_t tid = tracer->rings[slot].thread_pid;
	struct thread_end end;

	if (!tid || bpf_map_lookup_elem(tracer->thread_ends_fd, &tid, &end) ||
	    end.time_ns < tracer->rings[slot].seen_ns)
		return;
	sample->thread_pid = end.last.thread_pid;
	sample->thread_cpu_ns = end.last.thread_cpu_ns;
	sample->thread_work_ns = end.last.thread_work_ns;
	sample->thread_sleeps = end.last.thread_sleeps;
	sample->resources = (sample->resources & ~(uint32_t)THREAD_BITS) | end.last.resources;
}

/* What is read of the ring itself; of a ring that is gone, what was read last. */
static void add_sample(struct tracer *tracer, uint32_t slot, const struct ring_sample *sample,
		       struct ev_queue_state *state)
{
	struct ring_memory *memory = &tracer->memory[slot];

	if (sample)
		memory->sample = *sample;
	add_thread_end(tracer, slot, &memory->sample);
	sample = &memory->sample;
	state->thread_cpu_ns = sample->thread_cpu_ns;
	state->thread_work_ns = sample->thread_work_ns;
	state->thread_sleeps = sample->thread_sleeps;
	state->thread_pid = sample->thread_pid;
	state->resources = sample->resources;
	state->file_count = sample->file_count;
	state->buffer_count = sample->buffer_count;
	state->backlog = sample->backlog;
	memcpy(state->worker_limit, sample->worker_limit, sizeof(state->worker_limit));
}

/* Requests that no probe has seen begin; a ring that was born meanwhile has none. */
static void add_older(struct tracer *tracer, uint32_t slot, struct ev_queue_state *state)
{
	const struct ring_memory *memory = &tracer->memory[slot];

	if (memory->dead || tracer->rings[slot].created_ns)
		return;
	state->resources |=
		memory->older_counted ? EV_RESOURCE_OLDER_OPEN : EV_RESOURCE_OLDER_UNKNOWN;
	state->older_open = memory->older_counted ? requests_older(tracer, slot) : 0;
}

/* A ring in which nothing has moved is not told again. */
static int same_state(const struct ev_queue_state *a, const struct ev_queue_state *b)
{
	return !memcmp((const char *)a + sizeof(a->h), (const char *)b + sizeof(b->h),
		       sizeof(*a) - sizeof(a->h));
}

static int give_state(struct snapshot *snapshot, uint32_t slot)
{
	struct ring_memory *memory = &snapshot->tracer->memory[slot];
	struct ev_queue_state *state = &snapshot->states[slot];
	const struct ring_sample *sample = NULL;
	uint64_t number = slot;

	if (!memory->dead && tracer_run(snapshot->tracer->sample_fd, &number, 1) > 0)
		sample = snapshot->tracer->ring_sample;
	finish_state(snapshot, slot, state);
	add_sample(snapshot->tracer, slot, sample, state);
	add_older(snapshot->tracer, slot, state);
	if (memory->sent && same_state(state, &memory->last))
		return 0;
	memory->last = *state;
	memory->sent = 1;
	return give(snapshot, &state->h);
}

int snapshot_rings(struct snapshot *snapshot, enum cells_which which)
{
	struct tracer *tracer = snapshot->tracer;
	int err;

	snapshot->states = calloc(tracer->slots_used + 1, sizeof(*snapshot->states));
	if (!snapshot->states)
		return -ENOMEM;
	err = cells_visit(tracer, which, add_sum, snapshot);
	for (uint32_t slot = 1; slot <= tracer->slots_used && !err; slot++)
		if (which == CELLS_OF_DEAD_RINGS ? tracer->memory[slot].dead
						 : rings_live(tracer, slot))
			err = give_state(snapshot, slot);
	free(snapshot->states);
	return err;
}

/* ---- open requests ---- */

static void fill_detail(struct tracer *tracer, uint32_t position, struct ev_request *event)
{
	struct open_detail detail;

	if (bpf_map_lookup_elem(tracer->details_fd, &position, &detail))
		return;
	memcpy(event->stage_ns, detail.stage_ns, sizeof(event->stage_ns));
	event->link_ns = detail.link_ns;
	event->worker_tid = detail.worker_tid;
	event->file = detail.file;
}

int snapshot_open_request(struct tracer *tracer, uint32_t set, uint32_t way,
			  struct ev_request *event)
{
	const struct open_set *place = &tracer->open_sets[set];
	uint64_t key = __atomic_load_n(&place->keys[way], __ATOMIC_ACQUIRE);
	uint32_t position = set * OPEN_WAYS + way;
	struct open_request request = place->requests[way];

	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	if (!key || place->keys[way] != key || request.ring >= RINGS_MAX ||
	    !tracer->memory[request.ring].announced)
		return 0;
	drain_open_request(&request, event);
	event->queue = tracer->memory[request.ring].id;
	if (request.path & OPEN_DETAIL)
		fill_detail(tracer, position, event);
	if (!event->file)
		event->file = open_files_find(tracer, position, request.submit_ns);
	return 1;
}

struct open_ref {
	uint64_t submit_ns;
	uint32_t set, way;
};

static int compare_open(const void *a, const void *b)
{
	const struct open_ref *x = a, *y = b;

	return (x->submit_ns > y->submit_ns) - (x->submit_ns < y->submit_ns);
}

static size_t collect_open(const struct tracer *tracer, struct open_ref *refs)
{
	size_t count = 0;

	for (uint32_t set = 0; set < OPEN_SETS; set++)
		for (uint32_t way = 0; way < OPEN_WAYS; way++)
			if (tracer->open_sets[set].keys[way])
				refs[count++] = (struct open_ref){
					tracer->open_sets[set].requests[way].submit_ns, set, way
				};
	return count;
}

static int give_open(struct snapshot *snapshot, size_t limit)
{
	struct tracer *tracer = snapshot->tracer;
	struct open_ref *refs = malloc((size_t)OPEN_SETS * OPEN_WAYS * sizeof(*refs));
	struct ev_request event;
	size_t count;
	int err = 0;

	if (!refs)
		return -ENOMEM;
	count = collect_open(tracer, refs);
	qsort(refs, count, sizeof(*refs), compare_open);
	for (size_t i = 0; i < count && i < limit && !err; i++) {
		if (!snapshot_open_request(tracer, refs[i].set, refs[i].way, &event) ||
		    event.submit_ns > snapshot->now)
			continue;
		event.h.time_ns = snapshot->now;
		err = give(snapshot, &event.h);
	}
	free(refs);
	return err;
}

/* ---- losses ---- */

static void sum_losses(const struct tracer *tracer, struct losses *sum)
{
	memset(sum, 0, sizeof(*sum));
	for (uint32_t lane = 0; lane < tracer->lane_count; lane++) {
		sum->counts[EV_LOSS_RECORD_RING_FULL] += tracer->cpus[lane].records_lost;
		sum->counts[EV_LOSS_CONTROL_RING_FULL] += tracer->cpus[lane].control_lost;
		sum->counts[EV_LOSS_OPEN_EVICTED] += tracer->cpus[lane].evicted;
		sum->counts[EV_LOSS_CELLS_FULL] += tracer->cpus[lane].cells_full;
		sum->counts[EV_LOSS_QUEUES_FULL] += tracer->cpus[lane].rings_full;
	}
	for (uint32_t cpu = 0; cpu < tracer->cpu_count; cpu++) {
		sum->counts[EV_LOSS_RECORD_RING_FULL] += tracer->command_rings[cpu].lost;
		sum->counts[EV_LOSS_COMMAND_EVICTED] += tracer->command_rings[cpu].evicted;
		sum->counts[EV_LOSS_COMMAND_MISSED] += tracer->command_rings[cpu].missed;
		sum->counts[EV_LOSS_DEVICES_FULL] += tracer->command_rings[cpu].devices_full;
	}
	sum->counts[EV_LOSS_ID_CLASH] = tracer->id_clashes;
	sum->counts[EV_LOSS_PROBE_MISSED] = copies_missed(tracer);
	if (sum->counts[EV_LOSS_PROBE_MISSED] < tracer->lost.counts[EV_LOSS_PROBE_MISSED])
		sum->counts[EV_LOSS_PROBE_MISSED] = tracer->lost.counts[EV_LOSS_PROBE_MISSED];
}

static int give_losses(struct snapshot *snapshot)
{
	struct tracer *tracer = snapshot->tracer;
	struct losses sum;
	int err = 0;

	sum_losses(tracer, &sum);
	for (uint32_t loss = 1; loss <= EV_LOSS_LAST && !err; loss++) {
		struct ev_lost event = { .count = sum.counts[loss] - tracer->lost.counts[loss],
					 .loss = loss };

		if (!event.count)
			continue;
		event.h = (struct ev_header){ EV_LOST, sizeof(event), EV_CPU_NONE, snapshot->now };
		err = give(snapshot, &event.h);
	}
	tracer->lost = sum;
	return err;
}

/* ---- the slowest requests ---- */

void tracer_keep_slow(struct tracer *tracer, uint32_t per_interval)
{
	tracer->keep_slow = per_interval;
	if (tracer->options.mode == EV_MODE_AGGREGATE)
		tracer->live->record_min_ns = UINT64_MAX;
}

/* Sets the threshold so that the next interval, if it is like the last, gives about as many records
 * as wanted. */
static void adapt_threshold(const struct snapshot *snapshot)
{
	struct tracer *tracer = snapshot->tracer;
	uint64_t above = 0;
	uint32_t bucket = CELL_BUCKETS;

	if (tracer->options.mode != EV_MODE_AGGREGATE || !tracer->keep_slow || !snapshot->counted)
		return;
	while (bucket > 0 && above + snapshot->buckets[bucket - 1] <= tracer->keep_slow)
		above += snapshot->buckets[--bucket];
	tracer->live->record_min_ns =
		ev_bucket_low(bucket < CELL_BUCKETS ? bucket : CELL_BUCKETS - 1);
}

int tracer_snapshot(struct tracer *tracer, size_t open_count, tracer_event_fn event, void *arg,
		    struct ev_error *why)
{
	uint64_t buckets[CELL_BUCKETS] = { 0 };
	struct snapshot snapshot = {
		.tracer = tracer, .event = event, .arg = arg, .buckets = buckets
	};
	struct ev_tick tick = { .h = { EV_TICK, sizeof(tick), EV_CPU_NONE, 0 } };
	int err;

	snapshot.now = drain_horizon(tracer);
	if (snapshot.now < tracer->output_ns)
		snapshot.now = tracer->output_ns;
	open_files_resolve(tracer, snapshot.now);
	requests_look_back(tracer);
	older_look(tracer, snapshot.now);
	err = drain_until(tracer, snapshot.now, 0, event, arg);
	if (!err)
		err = skipped_resolve(&snapshot);
	if (!err)
		err = snapshot_rings(&snapshot, CELLS_OF_LIVE_RINGS);
	if (!err)
		err = devices_snapshot(&snapshot);
	if (!err)
		err = commands_snapshot(&snapshot);
	if (!err)
		err = older_give(&snapshot, open_count);
	if (!err)
		err = give_open(&snapshot, open_count);
	if (!err)
		err = give_losses(&snapshot);
	tick.h.time_ns = snapshot.now;
	if (!err)
		err = event(arg, &tick.h);
	adapt_threshold(&snapshot);
	tracer->snapshot_ns = snapshot.now;
	tracer->output_ns = snapshot.now;
	return err == -ENOMEM ? ev_fail(why, err, "out of memory for a snapshot") : err;
}

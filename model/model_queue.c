/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Queues: who owns one, when it lived, and what its counters say.
 *
 * An id names one queue at a time. In old recordings it comes again after that queue has ended (rings
 * reuse memory, the id was made of its address alone). Each incarnation is a queue of its own here and keeps its place
 * for good; the newest is found by id, the older ones behind it through `former`. Requests carry
 * their submit time, so a late record of an older incarnation still finds its owner.
 *
 * QUEUE may be told more than once of the same queue: when it is found before its descriptor is
 * known, or when a reader is moved. The owner and the time of creation tell "the same again" from
 * "the next one". A queue that events name before (or without) any QUEUE is made on the spot and
 * says so (declared 0).
 */
#include "model/model_private.h"

#include <errno.h>
#include <string.h>

void model_queue_init(struct queue *queue)
{
	histogram_init(&queue->pub.latency);
	histogram_init(&queue->pub.reap);
	model_window_init(&queue->window);
	queue->pub.fd = -1;
}

void model_queue_activate(struct model *model, struct queue *queue)
{
	struct queue **active;

	if (queue->active)
		return;
	active = model_memory_grow(&model->memory, model->active, &model->active_capacity,
				   model->active_count + 1, sizeof(*active));
	if (!active)
		return;
	model->active = active;
	active[model->active_count++] = queue;
	queue->active = 1;
}

/* Appends a queue that is not yet found by any id. */
static struct queue *append(struct model *model)
{
	struct queue **queues =
		model_memory_grow(&model->memory, model->queues, &model->queue_capacity,
				  model->queue_count + 1, sizeof(*queues));
	struct queue *queue;

	if (!queues)
		return NULL;
	model->queues = queues;
	queue = model_memory_new(&model->memory, sizeof(*queue));
	if (!queue)
		return NULL;
	model_queue_init(queue);
	queue->pub.index = (uint32_t)model->queue_count;
	queue->pub.seen_ns = model->session.now_ns;
	queues[model->queue_count++] = queue;
	model_queue_activate(model, queue);
	return queue;
}

/* The one queue that takes what belongs to further queues, once there are too many. */
static struct queue *others(struct model *model)
{
	static const char name[] = "(further queues)";

	if (!model->others) {
		model->others = append(model);
		if (!model->others)
			return NULL;
		model->others->pub.type = MODEL_QUEUE_OTHERS;
		memcpy(model->others->pub.comm, name, sizeof(name));
	}
	model_queue_activate(model, model->others);
	return model->others;
}

static struct queue *latest(const struct model *model, uint32_t id)
{
	uint32_t place = model_map_get(&model->queue_ids, id);

	return place ? model->queues[place - 1] : NULL;
}

/* A new incarnation of an id. */
static struct queue *make(struct model *model, uint32_t id)
{
	struct queue *former = latest(model, id);
	struct queue *queue;

	if (model->queue_count >= MODEL_QUEUES_MAX)
		return others(model);
	/* The id is entered first, with the place the queue will have: if the second step fails the
	 * first is taken back. */
	if (model_map_put(&model->memory, &model->queue_ids, id, (uint32_t)model->queue_count + 1))
		return NULL;
	queue = append(model);
	if (!queue) {
		if (former)
			model_map_put(&model->memory, &model->queue_ids, id, former->pub.index + 1);
		else
			model_map_remove(&model->queue_ids, id);
		return NULL;
	}
	queue->pub.id = id;
	queue->pub.type = model->session.os == EV_OS_WINDOWS ? EV_QUEUE_IOCP : EV_QUEUE_IO_URING;
	queue->former = former;
	queue->birth_ns = former ? model->session.now_ns : 0;
	model->last_queue = NULL;
	return queue;
}

struct queue *model_queue_get(struct model *model, uint32_t id)
{
	struct queue *queue = latest(model, id);

	if (!queue)
		queue = make(model, id);
	else
		model_queue_activate(model, queue);
	return queue;
}

/* Does QUEUE tell again of a queue that is known? */
static int is_same(const struct queue *queue, const struct ev_queue *told)
{
	if (queue->pub.ended_ns)
		return 0;
	if (!queue->pub.declared)
		return !queue->pub.operation_count || queue->pub.type == told->type;
	return queue->pub.created_ns == told->created_ns && queue->pub.pid == told->pid &&
	       queue->pub.type == told->type;
}

static void end(struct queue *queue, uint64_t now_ns)
{
	queue->pub.ended_ns = now_ns;
	if (queue->stated)
		model_gauge_tell(queue, &(struct levels){ 0 }, now_ns);
}

int model_queue_declare(struct model *model, const struct ev_header *event)
{
	const struct ev_queue *told = (const struct ev_queue *)event;
	struct queue *queue = latest(model, told->queue);

	if (queue && !is_same(queue, told)) {
		if (!queue->pub.ended_ns)
			end(queue, model->session.now_ns);
		queue = NULL;
	}
	if (!queue)
		queue = make(model, told->queue);
	if (!queue)
		return -ENOMEM;
	if (queue == model->others)
		return 0;
	if (told->created_ns)
		queue->birth_ns = told->created_ns;
	queue->pub.declared = 1;
	queue->pub.created_ns = told->created_ns;
	queue->pub.pid = told->pid;
	queue->pub.fd = told->fd;
	queue->pub.sq_entries = told->sq_entries;
	queue->pub.cq_entries = told->cq_entries;
	queue->pub.flags = told->flags;
	queue->pub.thread_pid = told->thread_pid;
	queue->pub.type = told->type;
	model_names_copy(queue->pub.comm, sizeof(queue->pub.comm), (const char *)(told + 1),
			 event->size_bytes - sizeof(*told));
	return 0;
}

int model_queue_finish(struct model *model, const struct ev_header *event)
{
	struct queue *queue = latest(model, ((const struct ev_queue_end *)event)->queue);

	if (queue && !queue->pub.ended_ns)
		end(queue, model->session.now_ns);
	return 0;
}

enum { SETUP_ATTACH_WQ = 1 << 5 };

/* Running counters of the thread began before the recording did. */
static void tell_thread(struct queue *queue, const struct ev_queue_state *state)
{
	const struct ev_queue_state *first = &queue->thread_first;
	struct model_queue *pub = &queue->pub;

	if (!(state->resources & EV_RESOURCE_THREAD_CPU))
		return;
	pub->thread_pid = state->thread_pid;
	/* It is as old as the ring, unless the ring was attached to another one's. */
	if (first->thread_pid == state->thread_pid)
		;
	else if (!pub->created_ns || pub->flags & SETUP_ATTACH_WQ)
		queue->thread_first = *state;
	else
		queue->thread_first = (struct ev_queue_state){ .h.time_ns = pub->created_ns,
							       .thread_pid = state->thread_pid };
	pub->thread_watched_ns = state->h.time_ns - first->h.time_ns;
	pub->thread_cpu_ns = state->thread_cpu_ns - first->thread_cpu_ns;
	pub->thread_work_ns = state->thread_work_ns - first->thread_work_ns;
	pub->thread_sleeps = state->thread_sleeps - first->thread_sleeps;
}

static void tell_resources(struct model_queue *pub, const struct ev_queue_state *state)
{
	pub->batches = state->batches;
	pub->waits_timed = state->waits_timed;
	pub->blocked_ns = state->blocked_ns;
	pub->resources = state->resources;
	pub->file_count = state->file_count;
	pub->buffer_count = state->buffer_count;
	pub->backlog = state->backlog;
	memcpy(pub->worker_limit, state->worker_limit, sizeof(pub->worker_limit));
}

/* Numbers of IORING_REGISTER_*. */
enum {
	REGISTER_PERSONALITY = 9,
	UNREGISTER_PERSONALITY = 10,
	REGISTER_PBUF_RING = 22,
	UNREGISTER_PBUF_RING = 23,
};

int model_queue_registered(struct model *model, const struct ev_header *event)
{
	const struct ev_register *registered = (const struct ev_register *)event;
	struct queue *queue = model_queue_get(model, registered->queue);

	if (!queue)
		return -ENOMEM;
	if (registered->result < 0)
		return 0;
	queue->pub.registrations++;
	queue->pub.buffer_rings += registered->op == REGISTER_PBUF_RING;
	queue->pub.buffer_rings -= registered->op == UNREGISTER_PBUF_RING;
	queue->pub.personalities += registered->op == REGISTER_PERSONALITY;
	queue->pub.personalities -= registered->op == UNREGISTER_PERSONALITY;
	return 0;
}

int model_queue_stated(struct model *model, const struct ev_header *event)
{
	const struct ev_queue_state *state = (const struct ev_queue_state *)event;
	struct queue *queue = model_queue_get(model, state->queue);
	uint64_t now_ns = model->session.now_ns;

	if (!queue)
		return -ENOMEM;
	/* Counters of many queues do not add up to counters of one. */
	if (queue == model->others)
		return 0;
	memcpy(&queue->state, state, sizeof(queue->state));
	queue->stated = 1;
	model->stated = 1;
	tell_thread(queue, state);
	tell_resources(&queue->pub, state);
	queue->pub.counted_ns = now_ns;
	queue->recorded_at_state = 0;
	for (int end_type = EV_END_COMPLETED; end_type <= EV_END_VANISHED; end_type++)
		queue->recorded_at_state += queue->records.ended[end_type];
	model_gauge_tell(queue,
			 &(struct levels){ state->sq_depth, state->cq_depth,
					   (uint64_t)state->in_flight + state->older_open },
			 now_ns);
	model_held_tell(&queue->older_held, state->older_open, now_ns);
	queue->older_unknown = (state->resources & EV_RESOURCE_OLDER_UNKNOWN) != 0;
	queue->pub.older_open = state->older_open;
	raise_to(&queue->sq_held.max, state->sq_depth_max);
	raise_to(&queue->cq_held.max, state->cq_depth_max);
	raise_to(&queue->window.max.sq_depth, state->sq_depth_max);
	raise_to(&queue->window.max.cq_depth, state->cq_depth_max);
	return 0;
}

uint64_t model_queue_watched_from(const struct model *model, const struct queue *queue)
{
	uint64_t start_ns = model->session.start_ns;

	return queue->birth_ns > start_ns ? queue->birth_ns : start_ns;
}

uint64_t model_queue_watched_to(const struct model *model, const struct queue *queue)
{
	return queue->pub.ended_ns ? queue->pub.ended_ns : model->session.now_ns;
}

void model_queue_done(struct model *model, struct queue *queue)
{
	for (uint32_t i = 0; i < queue->pub.operation_count; i++)
		model_operation_free(model, queue->operations[i]);
	model_memory_free(&model->memory, queue->operations,
			  queue->operation_capacity * sizeof(*queue->operations));
	model_memory_histogram_done(&model->memory, &queue->pub.latency);
	model_window_done(model, &queue->window);
	model_series_free(model, &queue->pub.series);
	model_level_done(&model->memory, &queue->level);
	model_map_done(&model->memory, &queue->claims);
	model_reap_done(model, queue);
}

void model_queues_free(struct model *model)
{
	for (size_t i = 0; i < model->queue_count; i++) {
		model_queue_done(model, model->queues[i]);
		model_memory_free(&model->memory, model->queues[i], sizeof(*model->queues[i]));
	}
	model_queue_done(model, &model->total);
	model_memory_free(&model->memory, model->queues,
			  model->queue_capacity * sizeof(*model->queues));
	model_memory_free(&model->memory, model->active,
			  model->active_capacity * sizeof(*model->active));
	model_map_done(&model->memory, &model->queue_ids);
}

size_t model_queue_count(const struct model *model)
{
	model_settle(model);
	return model->queue_count;
}

const struct model_queue *model_queue_at(const struct model *model, size_t index)
{
	model_settle(model);
	return index < model->queue_count ? &model->queues[index]->pub : NULL;
}

const struct model_queue *model_queue_find(const struct model *model, uint32_t id)
{
	model_settle(model);
	return model_queue_identity(model, id);
}

const struct model_queue *model_queue_identity(const struct model *model, uint32_t id)
{
	const struct queue *queue = latest(model, id);

	return queue ? &queue->pub : NULL;
}

const struct model_queue *model_total(const struct model *model)
{
	model_settle(model);
	return &model->total.pub;
}

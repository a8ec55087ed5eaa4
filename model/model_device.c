/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Devices and their hardware queues: the other end of the road.
 *
 * COMMAND events (full mode, model_command.c) give everything: counts, bytes, the latency from
 * issue to completion, and the exact depth. DEVICE_STATE gives cumulative counters, the service
 * times since the last one, and a sampled depth; where it is present its counts win, as with
 * queues. A device that only commands name has no name of its own and is shown by its number.
 *
 * A number is a device's from its plugging in to its GONE. Who is declared under it afterwards is
 * another device, with counters of its own: events mean the latest one.
 */
#include "model/model_private.h"

#include <errno.h>
#include <string.h>

static struct device *add_device(struct model *model, uint32_t number)
{
	struct device **devices =
		model_memory_grow(&model->memory, model->devices, &model->device_capacity,
				  model->device_count + 1, sizeof(*devices));
	struct device *device;

	if (!devices)
		return NULL;
	model->devices = devices;
	device = model_memory_new(&model->memory, sizeof(*device));
	if (!device)
		return NULL;
	if (model_map_put(&model->memory, &model->device_ids, number,
			  (uint32_t)model->device_count + 1)) {
		model_memory_free(&model->memory, device, sizeof(*device));
		return NULL;
	}
	device->pub.device = number;
	devices[model->device_count++] = device;
	return device;
}

/* NULL: no memory, or too many devices. */
static struct device *device_of(struct model *model, uint32_t number)
{
	uint32_t place = model_map_get(&model->device_ids, number);

	if (place)
		return model->devices[place - 1];
	return model->device_count < MODEL_DEVICES_MAX ? add_device(model, number) : NULL;
}

/* Place of a hardware queue, or where it would go. */
static size_t place_of(const struct device *device, uint32_t hw_queue)
{
	size_t low = 0, high = device->pub.queue_count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (device->queues[middle].hw_queue < hw_queue)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int grow_queues(struct model *model, struct device *device)
{
	size_t count = device->pub.queue_count + 1;
	struct model_device_queue *queues = model_memory_grow(
		&model->memory, device->queues, &device->queue_capacity, count, sizeof(*queues));
	struct device_queue *states;

	if (queues)
		device->pub.queues = device->queues = queues;
	states = model_memory_grow(&model->memory, device->states, &device->state_capacity, count,
				   sizeof(*states));
	if (states)
		device->states = states;
	return queues && states ? 0 : -ENOMEM;
}

static int add_queue(struct model *model, struct device *device, size_t place, uint32_t hw_queue)
{
	size_t behind = device->pub.queue_count - place;

	if (model->device_queue_count == MODEL_DEVICE_QUEUES_MAX || grow_queues(model, device))
		return -ENOMEM;
	memmove(&device->queues[place + 1], &device->queues[place],
		behind * sizeof(*device->queues));
	memmove(&device->states[place + 1], &device->states[place],
		behind * sizeof(*device->states));
	device->queues[place] =
		(struct model_device_queue){ .hw_queue = hw_queue, .limit = device->queue_limit };
	device->states[place] = (struct device_queue){ 0 };
	histogram_init(&device->states[place].own_latency);
	histogram_init(&device->states[place].own_queueing);
	histogram_init(&device->states[place].told_latency);
	histogram_init(&device->states[place].told_queueing);
	model_window_init(&device->states[place].window);
	device->pub.queue_count++;
	model->device_queue_count++;
	return 0;
}

int model_device_place(struct model *model, uint32_t number, uint32_t hw_queue,
		       struct device_place *ret_place)
{
	struct device *device = device_of(model, number);
	size_t place;
	int err = 0;

	if (!device)
		return -ENOMEM;
	place = place_of(device, hw_queue);
	if (place == device->pub.queue_count || device->queues[place].hw_queue != hw_queue)
		err = add_queue(model, device, place, hw_queue);
	if (err)
		return err;
	*ret_place =
		(struct device_place){ &device->queues[place], &device->states[place], device };
	return 0;
}

int model_device_place_find(const struct model *model, uint32_t number, uint32_t hw_queue,
			    struct device_place *ret_place)
{
	uint32_t known = model_map_get(&model->device_ids, number);
	struct device *device = known ? model->devices[known - 1] : NULL;
	size_t place;

	if (!device)
		return 0;
	place = place_of(device, hw_queue);
	if (place == device->pub.queue_count || device->queues[place].hw_queue != hw_queue)
		return 0;
	*ret_place =
		(struct device_place){ &device->queues[place], &device->states[place], device };
	return 1;
}

static void device_clear(struct model *model, struct device *device)
{
	struct memory *memory = &model->memory;

	for (size_t i = 0; i < device->pub.queue_count; i++) {
		model_memory_histogram_done(memory, &device->states[i].own_latency);
		model_memory_histogram_done(memory, &device->states[i].own_queueing);
		model_memory_histogram_done(memory, &device->states[i].told_latency);
		model_memory_histogram_done(memory, &device->states[i].told_queueing);
		model_heat_free(model, &device->queues[i].heat);
		model_command_slow_free(model, &device->states[i]);
		model_series_free(model, &device->queues[i].series);
		model_window_done(model, &device->states[i].window);
		model_level_done(memory, &device->states[i].level);
	}
	model->device_queue_count -= device->pub.queue_count;
	model_usage_free(model, device);
	model_memory_free(memory, device->queues, device->queue_capacity * sizeof(*device->queues));
	model_memory_free(memory, device->states, device->state_capacity * sizeof(*device->states));
	*device = (struct device){ .pub.device = device->pub.device };
}

/* The number of one that is gone is another's now. Where there is no room for both, the one that is
 * gone is forgotten. */
static struct device *device_follow(struct model *model, struct device *gone)
{
	if (model->device_count == MODEL_DEVICES_MAX) {
		device_clear(model, gone);
		return gone;
	}
	gone->pub.followed = 1;
	return add_device(model, gone->pub.device);
}

int model_device_declare(struct model *model, const struct ev_header *event)
{
	const struct ev_device *told = (const struct ev_device *)event;
	struct device *device = device_of(model, told->device);

	if (device && device->pub.gone)
		device = device_follow(model, device);
	if (!device)
		return -ENOMEM;
	device->pub.driver = told->driver;
	device->pub.size_bytes = told->size_bytes;
	device->pub.type = told->type;
	device->pub.namespace_id = told->namespace_id;
	device->pub.controller = told->controller;
	device->pub.head = told->head;
	device->queue_limit = told->queue_limit;
	for (size_t i = 0; i < device->pub.queue_count; i++)
		device->queues[i].limit = told->queue_limit;
	model_names_copy(device->pub.name, sizeof(device->pub.name), (const char *)(told + 1),
			 event->size_bytes - sizeof(*told));
	return 0;
}

/* Service times since the queue's last DEVICE_STATE. Their extremes are known to a bucket only. */
static int add_services(struct model *model, struct histogram *into,
			const struct ev_device_state *told, uint64_t busy_ns)
{
	const uint8_t *pairs = (const uint8_t *)(told + 1);
	struct model_buckets named = { 0 };

	if (model_buckets_add(model, into, pairs, told->h.size_bytes - sizeof(*told), &named))
		return -ENOMEM;
	if (!named.count)
		return 0;
	into->sum += busy_ns;
	if (ev_bucket_value(named.lowest) < into->min)
		into->min = ev_bucket_value(named.lowest);
	if (ev_bucket_value(named.highest) > into->max)
		into->max = ev_bucket_value(named.highest);
	return 0;
}

/* A command keeps its place with the scheduler until it ends: where that has fewer places than the
 * driver has tags, not all tags can be in use. */
static void take_limits(struct model_device_queue *queue, const struct ev_device_state *told)
{
	if (!told->tag_limit)
		return;
	queue->tag_limit = told->tag_limit;
	queue->request_limit = told->request_limit;
	queue->limit = told->request_limit && told->request_limit < told->tag_limit
			       ? told->request_limit
			       : told->tag_limit;
}

int model_device_stated(struct model *model, const struct ev_header *event)
{
	const struct ev_device_state *told = (const struct ev_device_state *)event;
	struct device_queue *state;
	struct device_place place;
	uint64_t busy_ns;
	int err = model_device_place(model, told->device, told->hw_queue, &place);

	if (err)
		return err;
	state = place.state;
	busy_ns = told->busy_ns - (state->stated ? state->state.busy_ns : 0);
	err = add_services(model, &state->told_latency, told, busy_ns);
	if (!err && (model_counted(model) || !state->commands))
		err = add_services(model, &state->window.latency, told, busy_ns);
	if (err)
		return err;
	if (model_counted(model) && state->stated) {
		const struct ev_device_state *before = &state->state;

		state->window.count += told->completed - before->completed;
		state->window.bytes += told->read_bytes + told->write_bytes - before->read_bytes -
				       before->write_bytes;
	}
	state->completed_before = state->stated ? state->state.completed : 0;
	memcpy(&state->state, told, sizeof(state->state));
	place.queue->merges = told->merges;
	place.queue->retries = told->retries;
	place.queue->tag_waits = told->tag_waits;
	place.queue->scheduled = told->scheduled;
	place.queue->scheduled_ns = told->scheduled_ns;
	place.queue->told = told->told;
	take_limits(place.queue, told);
	place.queue->waiting = told->waiting;
	if (place.queue->waiting_max < told->waiting_max)
		place.queue->waiting_max = told->waiting_max;
	place.queue->sq_head = told->sq_head;
	place.queue->sq_tail = told->sq_tail;
	if (place.queue->unfetched_max < told->unfetched_max)
		place.queue->unfetched_max = told->unfetched_max;
	/* NVMe over fabrics never tells: all stays 0 there. */
	place.queue->sq_told |= told->sq_head || told->sq_tail || told->unfetched_max;
	state->stated = 1;
	model_held_tell(&state->held, told->depth, model->session.now_ns);
	raise_to(&state->held.max, told->depth_max);
	model_window_hold(&state->window, &(struct levels){ .in_flight = told->depth });
	raise_to(&state->window.max.in_flight, told->depth_max);
	return 0;
}

int model_device_waited(struct model *model, const struct ev_header *event)
{
	const struct ev_device_wait *told = (const struct ev_device_wait *)event;
	const uint8_t *pairs = (const uint8_t *)(told + 1);
	struct model_buckets named = { 0 };
	struct device_place place;
	struct histogram *into;
	int err = model_device_place(model, told->device, told->hw_queue, &place);

	if (err)
		return err;
	into = &place.state->told_queueing;
	if (model_buckets_add(model, into, pairs, event->size_bytes - sizeof(*told), &named))
		return -ENOMEM;
	if (!named.count)
		return 0;
	into->sum += told->sum_ns;
	if (ev_bucket_value(named.lowest) < into->min)
		into->min = ev_bucket(told->min_ns) == named.lowest ? told->min_ns
								    : ev_bucket_value(named.lowest);
	if (ev_bucket_value(named.highest) > into->max)
		into->max = ev_bucket(told->max_ns) == named.highest
				    ? told->max_ns
				    : ev_bucket_value(named.highest);
	return 0;
}

int model_device_queue_declare(struct model *model, const struct ev_header *event)
{
	const struct ev_device_queue *told = (const struct ev_device_queue *)event;
	struct device_place place;
	int err = model_device_place(model, told->device, told->hw_queue, &place);

	if (err)
		return err;
	place.queue->type = told->type;
	place.queue->sq_entries = told->sq_entries;
	place.queue->irq = told->irq;
	if (told->queue_limit)
		place.queue->limit = told->queue_limit;
	model_names_copy(place.queue->cpus, sizeof(place.queue->cpus), (const char *)(told + 1),
			 event->size_bytes - sizeof(*told));
	return 0;
}

/* Of several names of one kind the first: a disk's first mount point. */
int model_device_named(struct model *model, const struct ev_header *event)
{
	const struct ev_device_name *told = (const struct ev_device_name *)event;
	struct device *device = device_of(model, told->device);

	if (!device)
		return -ENOMEM;
	if (told->type < EV_DEVICE_NAME_TYPES && !device->pub.names[told->type][0])
		model_names_copy(device->pub.names[told->type],
				 sizeof(device->pub.names[told->type]), (const char *)(told + 1),
				 event->size_bytes - sizeof(*told));
	return 0;
}

int model_device_happened(struct model *model, const struct ev_header *event)
{
	const struct ev_device_event *told = (const struct ev_device_event *)event;
	struct device *device = device_of(model, told->device);

	if (!device)
		return -ENOMEM;
	if (told->type <= EV_DEVICE_EVENT_GONE)
		device->pub.events[told->type]++;
	device->pub.gone |= told->type == EV_DEVICE_EVENT_GONE;
	return 0;
}

void model_device_roll(struct model *model, uint64_t elapsed)
{
	for (size_t i = 0; i < model->device_count; i++) {
		struct device *device = model->devices[i];

		for (size_t j = 0; j < device->pub.queue_count; j++) {
			struct device_queue *state = &device->states[j];
			struct levels *max = &state->window.max;

			raise_to(&max->in_flight, samples_window(&state->met));
			raise_to(&max->in_flight,
				 model_level_max_since(&model->memory, &state->level,
						       model->interval_start_ns));
			model_heat_roll(model, &device->queues[j].heat, &state->window, elapsed);
			device->queues[j].last = model_window_close(model, &state->window, elapsed,
								    &device->queues[j].series);
		}
	}
}

/* Are there commands without a record? */
static int partly_recorded(const struct device_queue *state)
{
	return state->told_latency.count > state->own_latency.count;
}

static struct model_gauge depth_of(struct model *model, struct device_queue *state)
{
	uint64_t length_ns = model->session.now_ns - model->session.start_ns;
	struct model_gauge gauge = { .known = state->level.spans || state->held.known,
				     .now = state->held.level,
				     .now_told = state->held.known };

	gauge.max = model_level_max_with(&model->memory, &state->level, NULL, 0);
	raise_to(&gauge.max, samples_max(&state->met));
	raise_to(&gauge.max, state->held.max);
	if (partly_recorded(state)) {
		/* A depth of one for each command's time. */
		if (length_ns)
			gauge.mean = (double)state->state.busy_ns / (double)length_ns;
	} else if (!model_counted(model) && state->level.spans) {
		if (length_ns)
			gauge.mean = (double)state->level.area_ns / (double)length_ns;
		gauge.max_sampled = state->level.missing || model->blind || model->lost_requests;
	} else if (state->held.known) {
		gauge.mean = model_held_mean(&state->held, model->session.now_ns);
	}
	return gauge;
}

/* Which commands no request asked for, from the counters. Those of the kinds were read at one moment with what
 * the commands did, which `completed` was not. */
static void settle_unlinked(struct model_device_queue *queue, const struct ev_device_state *told)
{
	queue->unlinked = told->linked < told->completed ? told->completed - told->linked : 0;
	memcpy(queue->unlinked_kinds, told->unlinked, sizeof(queue->unlinked_kinds));
	if (!(told->told & EV_DEVICE_TOLD_UNLINKED))
		return;
	queue->unlinked = 0;
	for (int i = 0; i < EV_UNLINKED_KINDS; i++)
		queue->unlinked += told->unlinked[i];
	queue->sorted = told->linked + queue->unlinked;
}

/* What commands did, from the counters where they tell it, else from the records. */
static void settle_sorted(struct model_device_queue *queue, const struct device_queue *state)
{
	const struct ev_device_state *told = &state->state;
	const uint64_t ops[MODEL_COMMAND_OPS] = {
		[EV_COMMAND_READ] = told->reads,
		[EV_COMMAND_WRITE] = told->writes,
		[EV_COMMAND_FLUSH] = told->flushes,
		[EV_COMMAND_DISCARD] = told->discards,
		[EV_COMMAND_PASSTHROUGH] = told->passthroughs,
		[EV_COMMAND_ADMIN] = told->admins,
		[EV_COMMAND_OTHER] = told->others,
	};
	uint64_t sum = 0;

	for (int i = 0; i < MODEL_COMMAND_OPS; i++)
		sum += ops[i];
	queue->stated = state->stated && sum;
	for (int i = 0; i < MODEL_COMMAND_OPS; i++)
		queue->ops[i].count = queue->stated ? ops[i] : state->ops[i];
	if (queue->stated) { /* the records are of some commands only */
		queue->ops[EV_COMMAND_READ].bytes = told->read_bytes;
		queue->ops[EV_COMMAND_WRITE].bytes = told->write_bytes;
	}
	queue->sorted = queue->stated ? told->completed : queue->recorded;
	queue->requeues = queue->stated ? told->requeues : state->requeues;
	queue->unlinked = state->unlinked;
	if (queue->stated)
		settle_unlinked(queue, told);
}

static void settle(struct model *model, struct model_device_queue *queue,
		   struct device_queue *state)
{
	const struct ev_device_state *told = &state->state;

	queue->commands = state->stated ? told->completed : state->commands;
	queue->errors = state->stated ? told->errors : state->errors;
	queue->read_bytes = state->stated ? told->read_bytes : state->read_bytes;
	queue->write_bytes = state->stated ? told->write_bytes : state->write_bytes;
	queue->bytes = queue->read_bytes + queue->write_bytes;
	queue->depth = depth_of(model, state);
	queue->latency = partly_recorded(state) ? state->told_latency : state->own_latency;
	queue->queueing = state->told_queueing.count > state->own_queueing.count
				  ? state->told_queueing
				  : state->own_queueing;
	settle_sorted(queue, state);
	model_command_slow_settle(queue, state);
}

void model_device_settle(struct model *model)
{
	for (size_t i = 0; i < model->device_count; i++) {
		struct device *device = model->devices[i];

		for (size_t j = 0; j < device->pub.queue_count; j++)
			settle(model, &device->queues[j], &device->states[j]);
		model_usage_settle(model, device);
	}
}

void model_device_free(struct model *model)
{
	for (size_t i = 0; i < model->device_count; i++) {
		device_clear(model, model->devices[i]);
		model_memory_free(&model->memory, model->devices[i], sizeof(struct device));
	}
	model_memory_free(&model->memory, model->devices,
			  model->device_capacity * sizeof(*model->devices));
	model_map_done(&model->memory, &model->device_ids);
	model_usage_free_opens(model);
}

uint32_t model_device_queue_unfetched(const struct model_device_queue *queue)
{
	if (queue->sq_tail >= queue->sq_head)
		return queue->sq_tail - queue->sq_head;
	return queue->sq_entries + queue->sq_tail < queue->sq_head
		       ? 0 /* not known how many slots it has */
		       : queue->sq_entries + queue->sq_tail - queue->sq_head;
}

size_t model_device_count(const struct model *model)
{
	model_settle(model);
	return model->device_count;
}

const struct model_device *model_device_at(const struct model *model, size_t index)
{
	model_settle(model);
	return index < model->device_count ? &model->devices[index]->pub : NULL;
}

const struct model_device *model_device_identity(const struct model *model, uint32_t device)
{
	uint32_t place = model_map_get(&model->device_ids, device);

	return place ? &model->devices[place - 1]->pub : NULL;
}

const struct model_device *model_device_find(const struct model *model, uint32_t device)
{
	model_settle(model);
	return model_device_identity(model, device);
}

const struct model_device_queue *model_device_queue_find(const struct model *model, uint32_t device,
							 uint32_t hw_queue)
{
	struct device_place place;

	model_settle(model);
	return model_device_place_find(model, device, hw_queue, &place) ? place.queue : NULL;
}

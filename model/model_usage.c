/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Who used a disk, and how full it was then: the figures of Windows Performance Analyzer's table
 * "Disk Usage", for each process, from commands that are told in the order of their ends.
 *
 *    X      |----------------------|      X was issued: Z was there         QD/I of X 1
 *    Y            |-------|               Y was issued: X and Z were there  QD/I of Y 2
 *    Z   |----------|                     Z ended: X and Y remained         QD/C of Z 2
 *                   |-----|               Y served from Z's end to its own
 *                         |--------|      X served from Y's end to its own
 *
 * A command that ends is compared with those that ended since its issue (`recent`): it was there
 * when each of them ended, and when those issued later were issued; the others were there when it
 * was issued itself. So depths of recent ones grow until all that were there with them have ended.
 * When there is no more room the elder half is added up for good; a command that was there with
 * one of these makes its disk's depths "at least". Those of the latest snapshot of commands in
 * flight are counted when somebody asks.
 *
 * What cannot be known is left out of a figure's count: the depth met by a command that was issued
 * before the recording began, and its service time when nothing ended on that disk before it; all
 * depths and service times when only some commands of the disk have records.
 */
#include "model/model_private.h"

#include <stdlib.h>
#include <string.h>

enum { NOBODY = 0 };

static const uint32_t no_device = UINT32_MAX; /* a command in flight of which only Windows knows */

static void figure_add(struct model_figure *figure, uint64_t value)
{
	figure->count++;
	figure->sum += value;
	raise_to(&figure->max, value);
}

static void figure_merge(struct model_figure *into, const struct model_figure *from)
{
	into->count += from->count;
	into->sum += from->sum;
	raise_to(&into->max, from->max);
}

/* ---- processes ---- */

static int add_process(struct model *model, struct usage *usage, uint32_t pid)
{
	struct model_use *processes =
		model_memory_grow(&model->memory, usage->processes, &usage->process_capacity,
				  usage->process_count + 1, sizeof(*processes));

	if (!processes)
		return 0;
	usage->processes = processes;
	if (pid &&
	    model_map_put(&model->memory, &usage->pids, pid, (uint32_t)usage->process_count + 1))
		return 0;
	processes[usage->process_count++].pid = pid;
	return 1;
}

/* Place of a process; that of nobody where there is no room for it. */
static uint32_t process_of(struct model *model, struct usage *usage, uint32_t pid)
{
	uint32_t place = pid ? model_map_get(&usage->pids, pid) : NOBODY + 1;

	if (place)
		return place - 1;
	if (usage->process_count == USAGE_PROCESSES_MAX || !add_process(model, usage, pid))
		return NOBODY;
	return (uint32_t)usage->process_count - 1;
}

static struct usage *usage_of(struct model *model, struct device *device)
{
	struct usage *usage = device->usage;

	if (usage || device->pub.type == EV_DEVICE_CONTROLLER ||
	    device->pub.device & EV_DEVICE_CONTROLLER_BIT)
		return usage;
	usage = model_memory_new(&model->memory, sizeof(*usage));
	if (!usage)
		return NULL;
	if (!add_process(model, usage, 0)) {
		model_memory_free(&model->memory, usage, sizeof(*usage));
		return NULL;
	}
	device->usage = usage;
	return usage;
}

/* ---- depths ---- */

static void add_depths(struct model_use *processes, const struct usage_command *command)
{
	struct model_use *use = &processes[command->process];

	if (command->met_all)
		figure_add(&use->depth_issue, command->depth_issue);
	figure_add(&use->depth_end, command->depth_end);
}

/* No command will be compared with the `count` eldest any more. */
static void settle_recent(struct usage *usage, size_t count)
{
	for (size_t i = 0; i < count; i++)
		add_depths(usage->processes, &usage->recent[i]);
	usage->settled_ns = usage->recent[count - 1].end_ns;
	usage->recent_count -= count;
	memmove(usage->recent, usage->recent + count, usage->recent_count * sizeof(*usage->recent));
}

/* False: there is no memory for a single one. */
static int make_room(struct model *model, struct usage *usage)
{
	struct usage_command *recent = NULL;

	if (usage->recent_count < usage->recent_capacity)
		return 1;
	if (usage->recent_count < USAGE_RECENT_MAX)
		recent = model_memory_grow(&model->memory, usage->recent, &usage->recent_capacity,
					   usage->recent_count + 1, sizeof(*recent));
	if (recent)
		usage->recent = recent;
	else if (usage->recent_count)
		settle_recent(usage, (usage->recent_count + 1) / 2);
	return usage->recent_count < usage->recent_capacity;
}

/* Of two that were issued at the same time the one that ends later counts as issued later. */
static void meet(struct usage *usage, struct usage_command *now)
{
	size_t left = usage->recent_count;

	while (left && usage->recent[left - 1].end_ns > now->issue_ns) {
		struct usage_command *other = &usage->recent[--left];

		other->depth_end++;
		if (other->issue_ns > now->issue_ns)
			other->depth_issue++;
		else
			now->depth_issue++;
	}
	if (!left && usage->settled_ns > now->issue_ns)
		usage->missed = 1;
}

static void add_recent(struct model *model, struct usage *usage, const struct usage_command *now)
{
	if (!make_room(model, usage)) {
		usage->missed = 1;
		return;
	}
	usage->recent[usage->recent_count] = *now;
	meet(usage, &usage->recent[usage->recent_count]);
	usage->recent_count++;
}

/* ---- commands that ended ---- */

static uint32_t priority_of(const struct model *model, const struct ev_command *command)
{
	return model->session.os == EV_OS_WINDOWS
		       ? command->flags >> EV_IO_PRIORITY_SHIFT & EV_IO_PRIORITY_MASK
		       : 0;
}

static void count(struct model *model, struct model_use *use, const struct ev_command *command)
{
	use->commands++;
	use->errors += command->status != 0;
	if (!command->status && (command->op == EV_COMMAND_READ || command->op == EV_COMMAND_WRITE))
		use->bytes += command->length_bytes;
	use->priorities[priority_of(model, command)]++;
}

/* Its times, when its issue is known. `seen`: after the recording began. */
static void measure(struct usage *usage, struct model_use *use, const struct usage_command *now,
		    int seen)
{
	uint64_t served_ns = now->issue_ns;

	figure_add(&use->io_ns, now->end_ns - now->issue_ns);
	raise_to(&served_ns, usage->last_end_ns);
	if (seen || usage->last_end_ns)
		figure_add(&use->service_ns, now->end_ns - served_ns);
}

/* The one of a snapshot has ended. */
static void close_open(struct usage_opens *opens, const struct ev_command *command)
{
	for (size_t i = 0; i < opens->count; i++) {
		const struct usage_open *open = &opens->items[i];

		if (open->issue_ns != command->issue_ns || open->device != command->device ||
		    open->hw_queue != command->hw_queue || open->key != command->key ||
		    open->command_id != command->command_id)
			continue;
		opens->items[i] = opens->items[--opens->count];
		return;
	}
}

void model_usage_add(struct model *model, struct device *device, const struct ev_command *command)
{
	struct usage *usage = model->options.books_only ? NULL : usage_of(model, device);
	int seen = command->issue_ns >= model->session.start_ns;
	struct usage_command now = { .end_ns = model->session.now_ns, .met_all = seen };

	if (!usage)
		return;
	if (model->opens.count)
		close_open(&model->opens, command);
	now.process = process_of(model, usage, command->pid);
	now.issue_ns = now.end_ns;
	count(model, &usage->processes[now.process], command);
	if (command->issue_ns && command->issue_ns < now.end_ns)
		now.issue_ns = command->issue_ns;
	if (command->issue_ns) {
		measure(usage, &usage->processes[now.process], &now, seen);
	} else {
		now.met_all = 0;
		usage->missed = 1;
	}
	add_recent(model, usage, &now);
	usage->last_end_ns = now.end_ns;
}

/* ---- commands in flight ---- */

static int grow_opens(struct memory *memory, struct usage_opens *opens)
{
	struct usage_open *items = model_memory_grow(memory, opens->items, &opens->capacity,
						     opens->count + 1, sizeof(*items));
	uint64_t *begins_ns = model_memory_grow(memory, opens->begins_ns, &opens->begins_capacity,
						opens->count + 1, sizeof(*begins_ns));

	if (items)
		opens->items = items;
	if (begins_ns)
		opens->begins_ns = begins_ns;
	return items && begins_ns;
}

void model_usage_open(struct model *model, const struct ev_command *command)
{
	struct usage_opens *opens = &model->opens;

	if (!command->issue_ns || model->options.books_only)
		return;
	if (opens->time_ns != command->h.time_ns) {
		opens->time_ns = command->h.time_ns;
		opens->count = 0;
		opens->missed = 0;
	}
	if (opens->count == USAGE_OPEN_MAX || !grow_opens(&model->memory, opens)) {
		opens->missed = 1;
		return;
	}
	opens->items[opens->count++] = (struct usage_open){ .issue_ns = command->issue_ns,
							    .key = command->key,
							    .device = command->device,
							    .hw_queue = command->hw_queue,
							    .command_id = command->command_id };
}

void model_usage_tick(struct model *model)
{
	if (model->opens.time_ns == model->session.now_ns)
		return;
	model->opens.count = 0;
	model->opens.missed = 0;
}

static int by_time(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return (left > right) - (left < right);
}

/* When the commands in flight on one disk were issued, in order. */
static size_t begins_of(struct usage_opens *opens, uint32_t device)
{
	size_t begun = 0;

	for (size_t i = 0; i < opens->count; i++)
		if (opens->items[i].device == device)
			opens->begins_ns[begun++] = opens->items[i].issue_ns;
	if (begun)
		qsort(opens->begins_ns, begun, sizeof(*opens->begins_ns), by_time);
	return begun;
}

static uint32_t begun_before(const uint64_t *begins_ns, size_t count, uint64_t time_ns)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (begins_ns[middle] < time_ns)
			low = middle + 1;
		else
			high = middle;
	}
	return (uint32_t)low;
}

/* From then on one may have been there of which nobody says on which disk. */
static uint64_t unsure_from(const struct usage_opens *opens)
{
	uint64_t unsure_ns = UINT64_MAX;

	for (size_t i = 0; i < opens->count; i++)
		if (opens->items[i].device == no_device && opens->items[i].issue_ns < unsure_ns)
			unsure_ns = opens->items[i].issue_ns;
	return unsure_ns;
}

/* ---- answers ---- */

/* The depths of what is recent, as far as they have grown. */
static void show_recent(struct model *model, uint32_t device, struct usage *usage)
{
	size_t begun = begins_of(&model->opens, device);
	uint64_t unsure_ns = unsure_from(&model->opens);
	const uint64_t *begins_ns = model->opens.begins_ns;

	usage->unmet =
		usage->settled_ns > unsure_ns || begun_before(begins_ns, begun, usage->settled_ns);
	for (size_t i = 0; i < usage->recent_count; i++) {
		const struct usage_command *command = &usage->recent[i];
		struct model_use *use = &usage->shown[command->process];

		if (command->met_all && command->issue_ns <= unsure_ns)
			figure_add(&use->depth_issue,
				   command->depth_issue +
					   begun_before(begins_ns, begun, command->issue_ns));
		if (command->end_ns <= unsure_ns)
			figure_add(&use->depth_end,
				   command->depth_end +
					   begun_before(begins_ns, begun, command->end_ns));
	}
}

/* Has everything that ended on the disk a record? Records of what ended just before a snapshot may
 * come after it, so that while the recording goes on the snapshot before is what counts. */
static int is_partial(const struct model *model, const struct device *device)
{
	uint64_t recorded = 0, ended = 0;
	int stated = 0;

	for (size_t i = 0; i < device->pub.queue_count; i++) {
		const struct device_queue *state = &device->states[i];

		recorded += device->queues[i].recorded;
		ended += model->session.complete ? state->state.completed : state->completed_before;
		stated |= state->stated;
	}
	return stated ? recorded < ended : model->session.record_min_ns != 0;
}

/* Are commands missing that may have been there? */
static int losses_hide_commands(const struct model *model)
{
	static const uint8_t hides[EV_LOSS_LAST + 1] = {
		[EV_LOSS_RECORD_RING_FULL] = 1, [EV_LOSS_PROBE_MISSED] = 1,
		[EV_LOSS_BLOCK_DAMAGED] = 1,	[EV_LOSS_BLOCK_MISSING] = 1,
		[EV_LOSS_FILE_TRUNCATED] = 1,	[EV_LOSS_SESSION_EVENTS] = 1,
		[EV_LOSS_SESSION_BUFFERS] = 1,	[EV_LOSS_OUTPUT_STALLED] = 1,
		[EV_LOSS_COMMAND_EVICTED] = 1,	[EV_LOSS_DEVICES_FULL] = 1,
	};

	for (size_t i = 0; i < model->loss_count; i++)
		if (model->losses[i].loss > EV_LOSS_LAST || hides[model->losses[i].loss])
			return 1;
	return 0;
}

static void add_up(struct model_use *total, const struct model_use *use)
{
	total->commands += use->commands;
	total->errors += use->errors;
	total->bytes += use->bytes;
	figure_merge(&total->depth_issue, &use->depth_issue);
	figure_merge(&total->depth_end, &use->depth_end);
	figure_merge(&total->io_ns, &use->io_ns);
	figure_merge(&total->service_ns, &use->service_ns);
	for (int i = 0; i < MODEL_PRIORITIES; i++)
		total->priorities[i] += use->priorities[i];
}

static void forget_unknown(struct model_use *use)
{
	use->depth_issue = use->depth_end = use->service_ns = (struct model_figure){ 0 };
}

void model_usage_settle(struct model *model, struct device *device)
{
	struct usage *usage = device->usage;
	struct model_usage *pub = usage ? &usage->pub : NULL;
	struct model_use *shown;

	if (!usage)
		return;
	shown = model_memory_grow(&model->memory, usage->shown, &usage->shown_capacity,
				  usage->process_count, sizeof(*shown));
	if (!shown)
		return; /* as it was */
	usage->shown = shown;
	memcpy(shown, usage->processes, usage->process_count * sizeof(*shown));
	show_recent(model, device->pub.device, usage);
	*pub = (struct model_usage){ .partial = (uint8_t)is_partial(model, device),
				     .at_least = usage->missed || usage->unmet ||
						 model->opens.missed ||
						 losses_hide_commands(model) };
	for (size_t i = 0; i < usage->process_count; i++) {
		if (pub->partial)
			forget_unknown(&shown[i]);
		add_up(&pub->total, &shown[i]);
	}
	/* Nobody stands first, and may have asked for nothing. */
	pub->processes = shown + !shown[NOBODY].commands;
	pub->process_count = usage->process_count - !shown[NOBODY].commands;
}

void model_usage_free_opens(struct model *model)
{
	struct usage_opens *opens = &model->opens;

	model_memory_free(&model->memory, opens->items, opens->capacity * sizeof(*opens->items));
	model_memory_free(&model->memory, opens->begins_ns,
			  opens->begins_capacity * sizeof(*opens->begins_ns));
}

void model_usage_free(struct model *model, struct device *device)
{
	struct memory *memory = &model->memory;
	struct usage *usage = device->usage;

	if (!usage)
		return;
	model_memory_free(memory, usage->processes,
			  usage->process_capacity * sizeof(*usage->processes));
	model_memory_free(memory, usage->shown, usage->shown_capacity * sizeof(*usage->shown));
	model_memory_free(memory, usage->recent, usage->recent_capacity * sizeof(*usage->recent));
	model_map_done(memory, &usage->pids);
	model_memory_free(memory, usage, sizeof(*usage));
}

const struct model_usage *model_usage_of(const struct model *model,
					 const struct model_device *device)
{
	const struct usage *usage = ((const struct device *)device)->usage;

	model_settle(model);
	return usage && usage->pub.process_count ? &usage->pub : NULL;
}

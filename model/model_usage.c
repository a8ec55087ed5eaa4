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
 * Issues are kept in order, and so are ends, which come in order. Going through both from the eldest
 * on, one more is there after an issue and one less after an end. An issue is told only with its
 * command's end, so what was found may change as long as commands end that were there; when there is
 * no more room the elder half is gone through for good, and a command that turns out to have been
 * there makes its disk's depths "at least". Those of the latest snapshot of commands in flight are
 * counted when somebody asks.
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

/* How far to go through the moments, and what is there besides the commands that ended. */
struct sweep {
	uint64_t to_ns;
	uint64_t unsure_ns;	   /* later depths are not known */
	const uint64_t *begins_ns; /* of commands in flight, ascending */
	size_t begun;
	size_t issues; /* gone through, as the next two are found */
	size_t ends;
	uint64_t level;
};

/* An end comes before an issue of the same time. Of two issues of the same time the command that
 * ends later counts as issued later. */
static void sweep(const struct usage *usage, struct model_use *uses, struct sweep *sweep)
{
	const struct usage_moment *issue = usage->issues.items, *end = usage->ends.items;
	const struct usage_moment *last_issue = issue + usage->issues.count;
	const struct usage_moment *last_end = end + usage->ends.count;
	uint64_t level = usage->level;
	size_t open = 0;

	while (issue < last_issue || end < last_end) {
		int is_end =
			issue == last_issue || (end < last_end && end->time_ns <= issue->time_ns);
		const struct usage_moment *now = is_end ? end : issue;
		struct model_use *use = &uses[now->process];

		if (now->time_ns > sweep->to_ns)
			break;
		while (open < sweep->begun && sweep->begins_ns[open] < now->time_ns)
			open++;
		level -= is_end && now->spans;
		if (now->is_known && now->time_ns <= sweep->unsure_ns)
			figure_add(is_end ? &use->depth_end : &use->depth_issue, level + open);
		level += !is_end && now->spans;
		end += is_end;
		issue += !is_end;
	}
	sweep->issues = usage->issues.count - (size_t)(last_issue - issue);
	sweep->ends = usage->ends.count - (size_t)(last_end - end);
	sweep->level = level;
}

static void drop_first(struct usage_moments *moments, size_t count)
{
	moments->count -= count;
	memmove(moments->items, moments->items + count, moments->count * sizeof(*moments->items));
}

/* What comes up to the middle of the ends will not be gone through again. */
static void settle_elder(struct usage *usage)
{
	struct sweep elder = { .to_ns = usage->ends.items[usage->ends.count / 2].time_ns,
			       .unsure_ns = UINT64_MAX };

	sweep(usage, usage->processes, &elder);
	drop_first(&usage->issues, elder.issues);
	drop_first(&usage->ends, elder.ends);
	usage->level = elder.level;
	usage->settled_ns = elder.to_ns;
}

static int grow_moments(struct memory *memory, struct usage_moments *moments)
{
	struct usage_moment *items = model_memory_grow(memory, moments->items, &moments->capacity,
						       moments->count + 1, sizeof(*items));

	if (items)
		moments->items = items;
	return items != NULL;
}

/* Room for an issue and an end; there are never more issues than ends. False: there is no memory
 * for a single one. */
static int make_room(struct model *model, struct usage *usage)
{
	if (usage->ends.count == USAGE_RECENT_MAX)
		settle_elder(usage);
	if (grow_moments(&model->memory, &usage->issues) &&
	    grow_moments(&model->memory, &usage->ends))
		return 1;
	if (!usage->ends.count)
		return 0;
	settle_elder(usage);
	return usage->issues.count < usage->issues.capacity;
}

/* Issues come nearly in order: few were later than this one. */
static void insert_issue(struct usage_moments *issues, const struct usage_moment *issue)
{
	size_t place = issues->count;

	while (place && issues->items[place - 1].time_ns > issue->time_ns)
		place--;
	memmove(&issues->items[place + 1], &issues->items[place],
		(issues->count - place) * sizeof(*issues->items));
	issues->items[place] = *issue;
	issues->count++;
}

/* A command that was issued (0: nobody knows when) and has ended. */
static void add_moments(struct model *model, struct usage *usage, uint64_t issue_ns,
			const struct usage_moment *issue, uint64_t end_ns)
{
	struct usage_moment end = {
		.time_ns = end_ns, .process = issue->process, .is_known = 1, .spans = issue->spans
	};

	if (!make_room(model, usage)) {
		usage->missed = 1;
		return;
	}
	usage->ends.items[usage->ends.count++] = end;
	if (issue_ns && issue->time_ns >= usage->settled_ns) {
		insert_issue(&usage->issues, issue);
		return;
	}
	usage->missed = 1;
	usage->level += issue->spans;
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
static void measure(struct usage *usage, struct model_use *use, uint64_t issue_ns, uint64_t end_ns,
		    int seen)
{
	uint64_t served_ns = issue_ns;

	figure_add(&use->io_ns, end_ns - issue_ns);
	raise_to(&served_ns, usage->last_end_ns);
	if (seen || usage->last_end_ns)
		figure_add(&use->service_ns, end_ns - served_ns);
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
	uint64_t end_ns = model->session.now_ns;
	struct usage_moment issue = { .time_ns = command->issue_ns < end_ns ? command->issue_ns
									    : end_ns,
				      .is_known = command->issue_ns >= model->session.start_ns,
				      .spans = command->issue_ns && command->issue_ns < end_ns };

	if (!usage)
		return;
	if (model->opens.count)
		close_open(&model->opens, command);
	issue.process = process_of(model, usage, command->pid);
	count(model, &usage->processes[issue.process], command);
	if (command->issue_ns)
		measure(usage, &usage->processes[issue.process], issue.time_ns, end_ns,
			issue.is_known);
	add_moments(model, usage, command->issue_ns, &issue, end_ns);
	usage->last_end_ns = end_ns;
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

/* The depths of what is recent, as far as they are known now. */
static void show_recent(struct model *model, uint32_t device, struct usage *usage)
{
	struct sweep recent = { .to_ns = UINT64_MAX,
				.unsure_ns = unsure_from(&model->opens),
				.begins_ns = model->opens.begins_ns,
				.begun = begins_of(&model->opens, device) };

	sweep(usage, usage->shown, &recent);
	usage->unmet = usage->settled_ns > recent.unsure_ns ||
		       (recent.begun && recent.begins_ns[0] < usage->settled_ns);
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
		[EV_LOSS_COMMAND_MISSED] = 1,
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
	model_memory_free(memory, usage->issues.items,
			  usage->issues.capacity * sizeof(*usage->issues.items));
	model_memory_free(memory, usage->ends.items,
			  usage->ends.capacity * sizeof(*usage->ends.items));
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

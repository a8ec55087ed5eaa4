/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * One hardware queue of a device: what it is and did, its latency and depth over time, and its
 * slowest commands with the request that each was for. Enter on a command goes to that request, b
 * back to where one came from.
 *
 * The facts and the table always stay; a tall terminal has the distribution of service times, too.
 */
#include "tui/screen.h"

#include <inttypes.h>
#include <stdio.h>

#include "event/names.h"
#include "tui/device_picture.h"
#include "tui/graph.h"

enum {
	FACT_ROWS = 3,
	OTHERS_A_ROW = 4, /* kinds of commands that fit on 80 columns */
	PICTURE_ROWS = 7,
	TABLE_ROWS_LEAST = 3,
	HISTOGRAM_ROWS = 8,
	TABLE_ROWS_AMPLE = 10,
};

static const struct tui_screen *screen_of(const void *context)
{
	return context;
}

static const struct ev_command *command_of(const void *item)
{
	return &((const struct model_slow_command *)item)->command;
}

static const struct model_device_queue *queue_of(const struct tui_screen *screen)
{
	return model_device_queue_find(screen->model, screen->device, screen->device_queue);
}

static double value_took(const void *context, const void *item)
{
	const struct ev_command *command = command_of(item);

	(void)context;
	return (double)(command->h.time_ns - command->issue_ns);
}

static void draw_took(const void *context, const void *item, struct tui_field *field)
{
	tui_field_ns(field, (uint64_t)value_took(context, item));
}

static double value_waited(const void *context, const void *item)
{
	const struct ev_command *command = command_of(item);

	(void)context;
	return command->queued_ns && command->queued_ns <= command->issue_ns
		       ? (double)(command->issue_ns - command->queued_ns)
		       : 0;
}

static void draw_waited(const void *context, const void *item, struct tui_field *field)
{
	tui_field_ns(field, (uint64_t)value_waited(context, item));
}

static void draw_command(const void *context, const void *item, struct tui_field *field)
{
	const struct ev_command *command = command_of(item);
	const char *name = command->op == EV_COMMAND_ADMIN ? ev_admin_name(command->opcode) : NULL;

	(void)context;
	snprintf(field->text, sizeof(field->text), "%s",
		 name ? name : ev_command_name(command->op));
	field->style = TUI_ACCENT;
}

static double value_length(const void *context, const void *item)
{
	(void)context;
	return command_of(item)->length_bytes;
}

static void draw_length(const void *context, const void *item, struct tui_field *field)
{
	(void)context;
	tui_field_bytes(field, command_of(item)->length_bytes);
}

static double value_offset(const void *context, const void *item)
{
	(void)context;
	return (double)command_of(item)->offset_bytes;
}

static void draw_offset(const void *context, const void *item, struct tui_field *field)
{
	(void)context;
	snprintf(field->text, sizeof(field->text), "%" PRIu64, command_of(item)->offset_bytes);
}

static double value_depth(const void *context, const void *item)
{
	(void)context;
	return command_of(item)->depth;
}

static void draw_depth(const void *context, const void *item, struct tui_field *field)
{
	(void)context;
	tui_field_count(field, command_of(item)->depth);
}

static double value_id(const void *context, const void *item)
{
	(void)context;
	return command_of(item)->command_id;
}

static void draw_id(const void *context, const void *item, struct tui_field *field)
{
	(void)context;
	snprintf(field->text, sizeof(field->text), "%u", command_of(item)->command_id);
	field->style = TUI_DIM;
}

static void draw_status(const void *context, const void *item, struct tui_field *field)
{
	const struct ev_command *command = command_of(item);
	char text[EV_STATUS_TEXT_BYTES];

	(void)context;
	if (!command->status)
		return;
	snprintf(field->text, sizeof(field->text), "%s",
		 ev_status_text(text, command->status_type, command->status));
	field->style = TUI_CRIT;
}

static void draw_for(const void *context, const void *item, struct tui_field *field)
{
	const struct ev_command *command = command_of(item);
	const struct model_slow_command *slow = item;
	const struct model_queue *queue =
		model_queue_find(screen_of(context)->model, command->request_queue);
	char op[64] = "", owner[96];

	if (!command->request_submit_ns) {
		snprintf(field->text, sizeof(field->text), "no request known");
		field->style = TUI_DIM;
		return;
	}
	if (queue)
		tui_name_owner(queue, owner, sizeof(owner));
	else
		snprintf(owner, sizeof(owner), "%s %u", tui_name_of_queues(screen_of(context)),
			 command->request_queue);
	if (slow->known)
		tui_name_operation(queue ? queue->type : EV_QUEUE_IO_URING, slow->request.op, op,
				   sizeof(op));
	snprintf(field->text, sizeof(field->text), "%s%s%s", op, op[0] ? " of " : "", owner);
}

static const struct tui_column columns[] = {
	{ "TOOK", "issue to end: the time with the device", 6, 0, 0, 0, value_took, draw_took,
	  NULL },
	{ "WAITED", "from entering the block layer to issue", 6, 0, 1, 0, value_waited, draw_waited,
	  NULL },
	{ "COMMAND", "what it did", 11, 0, 0, TUI_COLUMN_LEFT, NULL, draw_command, NULL },
	{ "LENGTH", "bytes", 6, 0, 2, 0, value_length, draw_length, NULL },
	{ "OFFSET", "position on the device", 12, 0, 5, 0, value_offset, draw_offset, NULL },
	{ "DEPTH", "commands in the queue at its issue, itself included", 5, 0, 3, 0, value_depth,
	  draw_depth, NULL },
	{ "ID", "its id (NVMe) or tag", 5, 0, 8, 0, value_id, draw_id, NULL },
	{ "FOR", "the request that it was issued for", 24, 1, 0, TUI_COLUMN_LEFT, NULL, draw_for,
	  NULL },
	{ "STATUS", "what the device answered, when it was no success", 12, 1, 4, TUI_COLUMN_LEFT,
	  NULL, draw_status, NULL },
};

static size_t count_rows(const void *context)
{
	const struct model_device_queue *queue = queue_of(screen_of(context));

	return queue ? queue->slow_count : 0;
}

static const void *row_at(const void *context, size_t index)
{
	return &queue_of(screen_of(context))->slow[index];
}

static uint64_t key_of(const void *item)
{
	return tui_command_key(command_of(item));
}

uint64_t tui_command_key(const struct ev_command *command)
{
	return command->issue_ns ^ (uint64_t)command->command_id << 40 ^ command->offset_bytes;
}

static void words_of(const void *context, const void *item, char *text, size_t text_bytes)
{
	struct tui_field fields[3] = { 0 };

	draw_command(context, item, &fields[0]);
	draw_for(context, item, &fields[1]);
	draw_status(context, item, &fields[2]);
	snprintf(text, text_bytes, "%s %s %s", fields[0].text, fields[1].text, fields[2].text);
}

const struct tui_table_class tui_device_queue_class = {
	.form = {
		.columns = columns,
		.column_count = sizeof(columns) / sizeof(columns[0]),
		.sort = 0,
		.empty = "No command of this queue has a record of its own.",
	},
	.count = count_rows,
	.at = row_at,
	.key = key_of,
	.words = words_of,
};

struct tui_table *tui_device_queue_table(struct tui_screen *screen)
{
	return &screen->commands;
}

static void draw_identity(const struct tui_area *area, const struct model_device *device,
			  const struct model_device_queue *queue)
{
	char name[64];
	int column;

	tui_name_device(device, name, sizeof(name));
	column = tui_canvas_text(area, 0, 0, TUI_ACCENT, name);
	column = 2 + tui_canvas_format(area, 0, column, TUI_NORMAL, " queue %u", queue->hw_queue);
	if (device->gone)
		column = 2 + tui_canvas_text(area, 0, column, TUI_WARN, "gone");
	if (device->names[EV_DEVICE_NAME_MOUNT][0])
		column = 2 + tui_canvas_format(area, 0, column, TUI_ACCENT, "on %s",
					       device->names[EV_DEVICE_NAME_MOUNT]);
	if (device->driver)
		column = 2 + tui_canvas_text(area, 0, column, TUI_NORMAL,
					     ev_driver_name(device->driver));
	if (device->size_bytes)
		column = 2 + tui_canvas_text(area, 0, column, TUI_NORMAL,
					     tui_format_bytes(device->size_bytes).text);
	if (queue->limit)
		column = tui_name_fact(area, 0, column, "limit",
				       tui_format_count(queue->limit).text);
	if (queue->depth.known) {
		column = tui_name_fact(area, 0, column, "depth",
				       tui_format_count(queue->depth.now).text);
		tui_name_fact(area, 0, column, "max", tui_format_count(queue->depth.max).text);
	}
}

static void draw_counts(const struct tui_area *area, const struct model_device_queue *queue)
{
	int column = tui_name_fact(area, 1, 0, "commands", tui_format_count(queue->commands).text);

	for (uint8_t op = 0; op < MODEL_COMMAND_OPS; op++)
		if (queue->ops[op].count)
			column = tui_name_fact(area, 1, column, ev_command_name(op),
					       tui_format_count(queue->ops[op].count).text);
	column = tui_name_fact(area, 1, column, "bytes", tui_format_bytes(queue->bytes).text);
	if (queue->sorted)
		column = tui_name_fact(
			area, 1, column, "for known requests",
			tui_format_share(queue->sorted - queue->unlinked, queue->sorted).text);
	if (queue->requeues)
		column = tui_name_fact(area, 1, column, "requeues",
				       tui_format_count(queue->requeues).text);
	if (queue->tag_waits)
		column = tui_name_fact(area, 1, column, "waits for a tag",
				       tui_format_count(queue->tag_waits).text);
	if (queue->scheduled)
		tui_name_fact(area, 1, column, "in scheduler on average",
			      tui_format_ns(queue->scheduled_ns / queue->scheduled).text);
}

/* Rows that as what the others were sent takes; 0: not counted, or there are none. */
static int others_rows(const struct model_device_queue *queue)
{
	int kinds = 0;

	for (uint8_t kind = 0; kind < EV_UNLINKED_KINDS; kind++)
		kinds += queue->unlinked_kinds[kind] != 0;
	return (kinds + OTHERS_A_ROW - 1) / OTHERS_A_ROW;
}

static void draw_others(const struct tui_area *area, int row,
			const struct model_device_queue *queue)
{
	static const char title[] = "others: ";
	int shown = 0, column = 0;

	for (uint8_t kind = 0; kind < EV_UNLINKED_KINDS; kind++) {
		if (!queue->unlinked_kinds[kind])
			continue;
		if (shown % OTHERS_A_ROW == 0)
			column = (int)sizeof(title) - 1;
		column = tui_name_fact(area, row + shown / OTHERS_A_ROW, column,
				       ev_unlinked_name(kind),
				       tui_format_count(queue->unlinked_kinds[kind]).text);
		shown++;
	}
	tui_canvas_text(area, row, 0, TUI_DIM, title);
}

/* Times, and what failed. */
static void draw_times(const struct tui_area *area, const struct model_device_queue *queue)
{
	const struct {
		const char *name;
		const struct histogram *times;
	} rows[] = { { "with device: p50", &queue->latency }, { "waited: p50", &queue->queueing } };
	char text[EV_STATUS_TEXT_BYTES];
	int column = 0;

	for (size_t i = 0; i < 2; i++) {
		const struct histogram *times = rows[i].times;

		if (!times->count)
			continue;
		column = tui_name_fact(area, 2, column, rows[i].name,
				       tui_format_ns(histogram_quantile(times, 0.5)).text) -
			 1;
		column = tui_name_fact(area, 2, column, "p99",
				       tui_format_ns(histogram_quantile(times, 0.99)).text) -
			 1;
		column = tui_name_fact(area, 2, column, "max", tui_format_ns(times->max).text);
	}
	if (queue->errors)
		column = tui_canvas_format(area, 2, column, TUI_CRIT, "failed %s",
					   tui_format_count(queue->errors).text);
	for (uint32_t i = 0; i < queue->status_count; i++)
		column = tui_canvas_format(area, 2, column, TUI_CRIT, "%s %s", i ? "," : ":",
					   ev_status_text(text, queue->statuses[i].type,
							  queue->statuses[i].status));
}

/* What it is for, who it belongs to and, NVMe, how far the controller is behind. */
static void draw_layout(const struct tui_area *area, const struct model_device_queue *queue)
{
	int column = 0;
	char text[64];

	if (queue->type)
		column = tui_name_fact(area, 3, column, "type", ev_device_queue_name(queue->type));
	if (queue->cpus[0])
		column = tui_name_fact(area, 3, column, "CPUs", queue->cpus);
	if (queue->irq) {
		snprintf(text, sizeof(text), "%" PRIu32, queue->irq);
		column = tui_name_fact(area, 3, column, "interrupt", text);
	}
	if (!queue->sq_told)
		return;
	snprintf(text, sizeof(text), "%" PRIu32 ", tail %" PRIu32, queue->sq_head, queue->sq_tail);
	column = tui_name_fact(area, 3, column, "SQ head", text);
	snprintf(text, sizeof(text), "%" PRIu32 ", max %" PRIu32,
		 model_device_queue_unfetched(queue), queue->unfetched_max);
	tui_name_fact(area, 3, column, "not fetched", text);
}

static int has_layout(const struct model_device_queue *queue)
{
	return queue->type || queue->cpus[0] || queue->irq || queue->sq_told;
}

/* Rows of facts: the last ones only where they have something to say. */
static int fact_rows(const struct model_device_queue *queue)
{
	return FACT_ROWS + (queue ? has_layout(queue) + others_rows(queue) : 0);
}

static void draw_distribution(const struct tui_area *area, const struct model_device_queue *queue)
{
	struct tui_area below = tui_canvas_part(area, 1, 0, area->rows - 1, area->columns);

	tui_canvas_format(area, 0, 0, TUI_BOLD, "Time with the device, %s commands",
			  tui_format_count(queue->latency.count).text);
	tui_graph_histogram(&below, &queue->latency);
}

void tui_device_queue_draw(struct tui_screen *screen, const struct tui_area *area)
{
	const struct model_device *device = model_device_find(screen->model, screen->device);
	const struct model_device_queue *queue = queue_of(screen);
	int facts = fact_rows(queue);
	int picture = area->rows >= facts + PICTURE_ROWS + 1 + TABLE_ROWS_LEAST ? PICTURE_ROWS : 0;
	int spare = area->rows - facts - picture - 1 - TABLE_ROWS_AMPLE;
	int histogram =
		spare >= HISTOGRAM_ROWS && queue && queue->latency.count ? HISTOGRAM_ROWS : 0;
	int top = facts + picture + histogram;
	struct tui_area part;

	tui_table_collect(&screen->commands, screen);
	if (!device || !queue) {
		tui_canvas_text(area, 0, 0, TUI_DIM,
				"No such queue here: press 5, then Enter on a queue.");
		return;
	}
	draw_identity(area, device, queue);
	draw_counts(area, queue);
	draw_times(area, queue);
	if (has_layout(queue))
		draw_layout(area, queue);
	if (others_rows(queue))
		draw_others(area, FACT_ROWS + has_layout(queue), queue);
	part = tui_canvas_part(area, facts, 0, picture, area->columns);
	if (picture)
		tui_device_picture(&part, device, queue);
	part = tui_canvas_part(area, facts + picture, 0, histogram, area->columns);
	if (histogram)
		draw_distribution(&part, queue);
	tui_canvas_field(area, top, 0, area->columns, TUI_BOLD, "Its slowest commands");
	part = tui_canvas_part(area, top + 1, 0, area->rows - top - 1, area->columns);
	tui_table_draw(&screen->commands, &part, screen, 1);
}

int tui_device_queue_key(struct tui_screen *screen, int key)
{
	const struct model_slow_command *slow = tui_table_selected(&screen->commands);

	if (key == 'b') {
		tui_screen_back(screen);
		return 1;
	}
	if (key == 'u') {
		tui_screen_open_usage(screen, screen->device);
		return 1;
	}
	if (key != TUI_KEY_ENTER || !slow)
		return 0;
	if (slow->command.request_submit_ns)
		tui_requests_open(screen, slow->command.request_queue,
				  slow->command.request_submit_ns);
	return 1;
}

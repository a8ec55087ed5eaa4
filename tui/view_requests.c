/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Single requests: above those that have been in flight longest, with the stage they stand at;
 * below the slowest that have ended, with the stage that cost most. The lines at the foot play the
 * road of the selected one and name its device command. `o` moves the keys between the two tables,
 * `d` leads to the device queue.
 *
 * An open request is shown as of the latest snapshot, age included: it may have ended since.
 */
#include "tui/screen.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "event/names.h"
#include "tui/device_picture.h"

static const uint64_t OLD_NS = 1000000000;	 /* in flight this long is worth an eye */
static const uint64_t VERY_OLD_NS = 10000000000; /* and this long, a question */

static const struct tui_screen *screen_of(const void *context)
{
	return context;
}

static uint64_t age_of(const struct ev_request *request)
{
	return request->h.time_ns > request->submit_ns ? request->h.time_ns - request->submit_ns
						       : 0;
}

/* The stage a row names: where an open request stands, where an ended one spent its time. */
static struct model_part part_of(const struct ev_request *request)
{
	struct model_part parts[EV_STAGE_COUNT];
	int count = model_parts(request, parts);

	if (model_is_older(request))
		return (struct model_part){ .stage = request->stage };
	if (request->end != EV_END_OPEN)
		return *model_parts_longest(parts, count);
	for (int i = 0; i < count; i++)
		if (parts[i].stage == request->stage)
			return (struct model_part){ .stage = request->stage,
						    .time_ns = parts[i].time_ns };
	return parts[count - 1]; /* a stage that it has no time of, or none that there is */
}

static uint8_t queue_type_of(const void *context, const struct ev_request *request)
{
	const struct model_queue *queue =
		model_queue_find(screen_of(context)->model, request->queue);

	return queue ? queue->type : EV_QUEUE_IO_URING;
}

/* A wait that someone else has to end (a timer, a peer) is not old, however long it lasts. */
static int waits_for_others(const void *context, const struct ev_request *request)
{
	uint8_t type = queue_type_of(context, request);

	return request->stage == EV_STAGE_POLL_ARMED ||
	       ev_op_shape(type, request->op) == EV_OP_TIME ||
	       (request->stage == EV_STAGE_SUBMITTED && ev_op_waits(type, request->op));
}

int tui_requests_oldest(const struct tui_screen *screen, char *text, size_t text_bytes)
{
	for (size_t i = 0; i < model_open_count(screen->model); i++) {
		const struct ev_request *request = model_open_at(screen->model, i);

		if (model_is_older(request) || waits_for_others(screen, request))
			continue;
		if (age_of(request) < OLD_NS)
			break;
		snprintf(text, text_bytes, "%s %s", tui_format_ns(age_of(request)).text,
			 ev_stage_name(part_of(request).stage));
		return 1;
	}
	return 0;
}

static double value_age(const void *context, const void *item)
{
	(void)context;
	return (double)age_of(item);
}

static void draw_age(const void *context, const void *item, struct tui_field *field)
{
	const struct ev_request *request = item;
	uint64_t age_ns = age_of(request);

	if (model_is_older(request)) {
		snprintf(field->text, sizeof(field->text), "older");
		return;
	}
	tui_field_ns(field, age_ns);
	if (request->end != EV_END_OPEN || waits_for_others(context, request))
		return;
	if (age_ns >= VERY_OLD_NS)
		field->style = TUI_CRIT;
	else if (age_ns >= OLD_NS)
		field->style = TUI_WARN;
}

static void draw_stage(const void *context, const void *item, struct tui_field *field)
{
	(void)context;
	snprintf(field->text, sizeof(field->text), "%s", ev_stage_name(part_of(item).stage));
}

static double value_stage_time(const void *context, const void *item)
{
	(void)context;
	return (double)part_of(item).time_ns;
}

static void draw_stage_time(const void *context, const void *item, struct tui_field *field)
{
	(void)context;
	if (!model_is_older(item))
		tui_field_ns(field, part_of(item).time_ns);
}

static void draw_operation(const void *context, const void *item, struct tui_field *field)
{
	const struct ev_request *request = item;

	tui_name_operation(queue_type_of(context, request), request->op, field->text,
			   sizeof(field->text));
	field->style = TUI_ACCENT;
}

static void draw_owner(const void *context, const void *item, struct tui_field *field)
{
	const struct ev_request *request = item;
	const struct model_queue *queue =
		model_queue_find(screen_of(context)->model, request->queue);

	if (queue)
		tui_name_owner(queue, field->text, sizeof(field->text));
	else
		snprintf(field->text, sizeof(field->text), "?[%u]", request->pid);
}

static double value_length(const void *context, const void *item)
{
	(void)context;
	return ((const struct ev_request *)item)->length_bytes;
}

static void draw_length(const void *context, const void *item, struct tui_field *field)
{
	const struct ev_request *request = item;
	enum ev_op_shape shape = ev_op_shape(queue_type_of(context, request), request->op);

	if (model_is_older(request))
		return;
	if (shape == EV_OP_DATA || shape == EV_OP_STREAM || shape == EV_OP_RANGE)
		tui_field_bytes(field, request->length_bytes);
	else if (shape == EV_OP_VECTOR)
		snprintf(field->text, sizeof(field->text), "%uv", request->length_bytes);
	else
		field->style = TUI_DIM;
}

static double value_offset(const void *context, const void *item)
{
	(void)context;
	return (double)((const struct ev_request *)item)->offset_bytes;
}

static void draw_offset(const void *context, const void *item, struct tui_field *field)
{
	const struct ev_request *request = item;
	enum ev_op_shape shape = ev_op_shape(queue_type_of(context, request), request->op);

	if (model_is_older(request) ||
	    (shape != EV_OP_DATA && shape != EV_OP_VECTOR && shape != EV_OP_RANGE))
		return;
	if (request->offset_bytes == UINT64_MAX)
		snprintf(field->text, sizeof(field->text), "current");
	else
		snprintf(field->text, sizeof(field->text), "%" PRIu64, request->offset_bytes);
}

static void draw_result(const void *context, const void *item, struct tui_field *field)
{
	const struct ev_request *request = item;
	const char *name = request->result < 0 ? ev_errno_name((int)-request->result) : NULL;
	char status[EV_STATUS_TEXT_BYTES];

	if (request->result < 0 && tui_is_windows(screen_of(context)))
		snprintf(field->text, sizeof(field->text), "%s",
			 ev_status_text(status, EV_STATUS_NT,
					request->status ? request->status
							: (uint32_t)request->result));
	else if (name)
		snprintf(field->text, sizeof(field->text), "%s", name);
	else
		snprintf(field->text, sizeof(field->text), "%" PRId64, request->result);
	field->style = request->result < 0 ? TUI_WARN : TUI_NORMAL;
}

static void draw_path(const void *context, const void *item, struct tui_field *field)
{
	const struct ev_request *request = item;

	ev_flags_text(ev_path_flags, request->path, field->text, sizeof(field->text));
	if (!field->text[0])
		snprintf(field->text, sizeof(field->text), "%s",
			 tui_is_windows(screen_of(context)) ? "-" : "inline");
}

static void draw_file(const void *context, const void *item, struct tui_field *field)
{
	const struct ev_request *request = item;
	const char *name = model_file_name(screen_of(context)->model, request->file);

	field->style = TUI_DIM;
	if (name)
		snprintf(field->text, sizeof(field->text), "%s", name);
	else if (request->path & EV_PATH_FIXED_FILE)
		snprintf(field->text, sizeof(field->text), "fixed file %d", request->fd);
	else if (request->fd >= 0)
		snprintf(field->text, sizeof(field->text), "fd %d", request->fd);
}

static void draw_user_data(const void *context, const void *item, struct tui_field *field)
{
	(void)context;
	snprintf(field->text, sizeof(field->text), "0x%" PRIx64,
		 ((const struct ev_request *)item)->user_data);
	field->style = TUI_DIM;
}

static void draw_ring(const void *context, const void *item, struct tui_field *field)
{
	(void)context;
	tui_name_queue(((const struct ev_request *)item)->queue, field->text, sizeof(field->text));
	field->style = TUI_DIM;
}

#define AGE_COLUMNS                                                                                \
	{ "AGE",     "time since its submission, at the latest snapshot",                          \
	  6,	     0,                                                                            \
	  0,	     0,                                                                            \
	  value_age, draw_age,                                                                     \
	  NULL },                                                                                  \
		{ "STAGE", "where it stands", 14, 0, 0, TUI_COLUMN_LEFT, NULL, draw_stage, NULL }, \
	{                                                                                          \
		"FOR", "how long it has been standing there", 6, 0, 1, 0, value_stage_time,        \
			draw_stage_time, NULL                                                      \
	}
#define TOOK_COLUMNS                                                                               \
	{ "TOOK", "submission to completion", 6, 0, 0, 0, value_age, draw_age, NULL },             \
		{ "MOST OF IT IN",                                                                 \
		  "the stage it spent most of its time in",                                        \
		  14,                                                                              \
		  0,                                                                               \
		  0,                                                                               \
		  TUI_COLUMN_LEFT,                                                                 \
		  NULL,                                                                            \
		  draw_stage,                                                                      \
		  NULL },                                                                          \
		{ "FOR", "how long it was there", 6, 0, 1, 0, value_stage_time, draw_stage_time,   \
		  NULL },                                                                          \
	{                                                                                          \
		"RESULT", "bytes or value, or the error", 8, 0, 5, TUI_COLUMN_LEFT, NULL,          \
			draw_result, NULL                                                          \
	}
/* What the queue is called, and what is said of a request's road and name. */
#define REQUEST_COLUMNS(QUEUE, queue, path, user_data)                                              \
	{                                                                                           \
		"OPERATION", "what was asked for", 10,	0, 0, TUI_COLUMN_LEFT,                      \
		NULL,	     draw_operation,	   NULL                                             \
	},                                                                                          \
		{ "OWNER", "owner of the " queue ": name[pid]",                                     \
		  15,	   0,                                                                       \
		  2,	   TUI_COLUMN_LEFT,                                                         \
		  NULL,	   draw_owner,                                                              \
		  NULL },                                                                           \
		{ "LENGTH",                                                                         \
		  "bytes asked for; 4v: a vector of 4",                                             \
		  6,                                                                                \
		  0,                                                                                \
		  3,                                                                                \
		  0,                                                                                \
		  value_length,                                                                     \
		  draw_length,                                                                      \
		  NULL },                                                                           \
		{ "OFFSET", "position in the file", 12, 0, 8, 0, value_offset, draw_offset, NULL }, \
		{ QUEUE, "the " queue "'s id", 10, 0, 6, TUI_COLUMN_LEFT, NULL, draw_ring, NULL },  \
		{ "PATH", path, 18, 1, 9, TUI_COLUMN_LEFT, NULL, draw_path, NULL },                 \
		{ "USER DATA", user_data, 18, 0, 10, TUI_COLUMN_LEFT, NULL, draw_user_data, NULL }, \
	{                                                                                           \
		"FILE", "path of its file, or its descriptor", 12, 3, 4, TUI_COLUMN_LEFT, NULL,     \
			draw_file, NULL                                                             \
	}
#define RING_COLUMNS                                                                               \
	REQUEST_COLUMNS("RING", "ring", "how the kernel carried it",                               \
			"the application's own name for it")
#define WINDOWS_COLUMNS                                                                            \
	REQUEST_COLUMNS("QUEUE", "queue", "what is known of its way; -: nothing",                  \
			"its IRP or buffer, or the application's number")

static const struct tui_column open_columns[] = { AGE_COLUMNS, RING_COLUMNS };
static const struct tui_column slow_columns[] = { TOOK_COLUMNS, RING_COLUMNS };
static const struct tui_column windows_open_columns[] = { AGE_COLUMNS, WINDOWS_COLUMNS };
static const struct tui_column windows_slow_columns[] = { TOOK_COLUMNS, WINDOWS_COLUMNS };

static size_t count_open(const void *context)
{
	return model_open_count(screen_of(context)->model);
}

static const void *open_at(const void *context, size_t index)
{
	return model_open_at(screen_of(context)->model, index);
}

static size_t count_slow(const void *context)
{
	return model_slow_count(screen_of(context)->model);
}

static const void *slow_at(const void *context, size_t index)
{
	const struct ev_request *request = model_slow_at(screen_of(context)->model, index);

	return age_of(request) >= screen_of(context)->min_latency_ns ? request : NULL;
}

static uint64_t key_of(const void *item)
{
	const struct ev_request *request = item;

	/* Nothing but its own name tells one that is older than the recording from others. */
	return (request->submit_ns ? request->submit_ns : request->user_data) ^
	       (uint64_t)request->queue << 32;
}

static void words_of(const void *context, const void *item, char *text, size_t text_bytes)
{
	struct tui_field fields[4] = { 0 };

	draw_operation(context, item, &fields[0]);
	draw_owner(context, item, &fields[1]);
	draw_file(context, item, &fields[2]);
	draw_stage(context, item, &fields[3]);
	snprintf(text, text_bytes, "%s %s %s %s", fields[0].text, fields[1].text, fields[2].text,
		 fields[3].text);
}

const struct tui_table_class tui_open_class = {
	.form = {
		.columns = open_columns,
		.column_count = sizeof(open_columns) / sizeof(open_columns[0]),
		.sort = 0,
		.empty = "Nothing was in flight at the latest snapshot.",
	},
	.windows = {
		.columns = windows_open_columns,
		.column_count = sizeof(windows_open_columns) / sizeof(windows_open_columns[0]),
		.sort = 0,
		.empty = "Nothing was in flight at the latest snapshot.",
	},
	.count = count_open,
	.at = open_at,
	.key = key_of,
	.words = words_of,
};

const struct tui_table_class tui_slow_class = {
	.form = {
		.columns = slow_columns,
		.column_count = sizeof(slow_columns) / sizeof(slow_columns[0]),
		.sort = 0,
		.empty = "No request has a record yet.",
	},
	.windows = {
		.columns = windows_slow_columns,
		.column_count = sizeof(windows_slow_columns) / sizeof(windows_slow_columns[0]),
		.sort = 0,
		.empty = "No request has a record yet.",
	},
	.count = count_slow,
	.at = slow_at,
	.key = key_of,
	.words = words_of,
};

struct tui_table *tui_requests_table(struct tui_screen *screen)
{
	return screen->on_slow ? &screen->slow : &screen->open;
}

/* Returns the column behind. */
static int draw_parts(const struct tui_area *area, int row, const struct ev_request *request,
		      const char *(*word_of)(uint8_t stage))
{
	struct model_part parts[EV_STAGE_COUNT];
	int count = model_parts(request, parts);
	int column = 0;

	for (int i = 0; i < count; i++) {
		if (!parts[i].time_ns)
			continue;
		column = tui_canvas_text(area, row, column, TUI_NORMAL, word_of(parts[i].stage));
		column = tui_canvas_format(area, row, column, TUI_BOLD, " %s",
					   tui_format_ns(parts[i].time_ns).text);
		column = tui_canvas_text(area, row, column, TUI_DIM, " → ");
	}
	return column;
}

/* The road of a request: "submitted 1.20us → worker-queued 8.10us → … → completed 4096", in short
 * words where these do not fit. */
static void draw_road(const struct tui_screen *screen, const struct tui_area *area, int row,
		      const struct ev_request *request)
{
	const int end_columns = 14; /* "ended: 1048576" */
	struct tui_area nowhere = tui_canvas_part(area, 0, 0, 0, 0);
	struct tui_field result = { 0 };
	int fits = draw_parts(&nowhere, 0, request, ev_stage_name) + end_columns <= area->columns;
	int column;

	if (model_is_older(request)) {
		tui_canvas_format(area, row, 0, TUI_WARN,
				  "user data 0x%" PRIx64 ": older than the recording, still there",
				  request->user_data);
		return;
	}
	column = draw_parts(area, row, request, fits ? ev_stage_name : ev_stage_word);
	if (request->end == EV_END_OPEN) {
		tui_canvas_text(area, row, column, TUI_WARN, "still there");
		return;
	}
	draw_result(screen, request, &result);
	tui_canvas_format(area, row, column, result.style, "ended: %s", result.text);
}

/* The last of its commands: "nvme0n1 queue 3 read 4.00Ki: waited 1.20us, took 80.1us  (d: …)". */
static void draw_command(const struct tui_screen *screen, const struct tui_area *area, int row,
			 const struct ev_request *request)
{
	const struct model_commands *commands = model_commands_of(screen->model, request);
	const struct ev_command *last;
	const struct model_device *device;
	char name[64] = "?", status[EV_STATUS_TEXT_BYTES];
	int column;

	if (!commands->count)
		return;
	last = &commands->commands[commands->count - 1];
	device = model_device_identity(screen->model, last->device);
	if (device)
		tui_name_device(device, name, sizeof(name));
	column = tui_canvas_format(area, row, 0, TUI_ACCENT, "%s queue %u", name, last->hw_queue);
	column = tui_canvas_format(area, row, column, TUI_NORMAL, "  %s %s",
				   ev_command_name(last->op),
				   tui_format_bytes(last->length_bytes).text);
	if (last->queued_ns && last->queued_ns <= last->issue_ns)
		column = tui_canvas_format(area, row, column, TUI_NORMAL, "  waited %s",
					   tui_format_ns(last->issue_ns - last->queued_ns).text);
	if (last->issue_ns && last->issue_ns <= last->h.time_ns)
		column = tui_canvas_format(area, row, column, TUI_NORMAL, "  %s %s",
					   last->end == EV_END_OPEN ? "there for" : "took",
					   tui_format_ns(last->h.time_ns - last->issue_ns).text);
	if (last->status)
		column = tui_canvas_format(area, row, column, TUI_CRIT, "  %s",
					   ev_status_text(status, last->status_type, last->status));
	if (commands->total > 1)
		column = tui_canvas_format(area, row, column, TUI_NORMAL, "  last of %zu",
					   commands->total);
	tui_canvas_text(area, row, column, TUI_DIM, "  (d: go there)");
}

/* A title, and how to move the keys here where they are elsewhere. */
static void draw_title(const struct tui_area *area, int row, const char *title, int focused)
{
	int column = tui_canvas_text(area, row, 0, focused ? TUI_BOLD : TUI_NORMAL, title);

	if (!focused)
		tui_canvas_text(area, row, column + 2, TUI_DIM, "(o: move there)");
}

void tui_requests_draw(struct tui_screen *screen, const struct tui_area *area)
{
	const struct ev_request *selected;
	int road = area->rows >= 10 ? 2 : 0; /* rows: its road, its command */
	int half = (area->rows - road - 2) / 2;
	struct tui_area part;
	char title[96];

	tui_table_collect(&screen->open, screen);
	tui_table_collect(&screen->slow, screen);
	selected = tui_table_selected(tui_requests_table(screen));
	snprintf(title, sizeof(title), "In flight, oldest first: %zu in the latest snapshot",
		 screen->open.row_count);
	draw_title(area, 0, title, !screen->on_slow);
	part = tui_canvas_part(area, 1, 0, half, area->columns);
	tui_table_draw(&screen->open, &part, screen, !screen->on_slow);
	draw_title(area, half + 1, "Slowest that have ended", screen->on_slow);
	part = tui_canvas_part(area, half + 2, 0, area->rows - half - 2 - road, area->columns);
	tui_table_draw(&screen->slow, &part, screen, screen->on_slow);
	if (road && screen->wanted_queue) {
		tui_canvas_text(area, area->rows - 2, 0, TUI_WARN,
				"The request of that command is not among these: neither open nor "
				"one of the slowest.");
		return;
	}
	if (road && selected) {
		draw_road(screen, area, area->rows - 2, selected);
		draw_command(screen, area, area->rows - 1, selected);
	}
}

static void select_request(struct tui_table *table, uint64_t key)
{
	table->filter[0] = '\0';
	table->chosen = 1;
	table->selected_key = key;
}

void tui_requests_open(struct tui_screen *screen, uint32_t queue, uint64_t submit_ns)
{
	const struct ev_request wanted = { .queue = queue, .submit_ns = submit_ns };
	int found = 0;

	for (size_t i = 0; !found && i < model_slow_count(screen->model); i++) {
		const struct ev_request *slow = model_slow_at(screen->model, i);

		found = slow->queue == queue && slow->submit_ns == submit_ns;
		screen->on_slow = found;
	}
	for (size_t i = 0; !found && i < model_open_count(screen->model); i++) {
		const struct ev_request *open = model_open_at(screen->model, i);

		found = open->queue == queue && open->submit_ns == submit_ns;
	}
	if (found)
		select_request(tui_requests_table(screen), key_of(&wanted));
	tui_screen_show(screen, TUI_VIEW_REQUESTS);
	screen->from_device_queue = 1;
	screen->wanted_queue = found ? 0 : queue;
}

/* To the queue of the last of its commands. */
static void open_device_queue(struct tui_screen *screen, const struct ev_request *request)
{
	const struct model_commands *commands = model_commands_of(screen->model, request);
	const struct ev_command *last;

	if (!commands->count)
		return;
	last = &commands->commands[commands->count - 1];
	tui_screen_open_device_queue(screen, last->device, last->hw_queue, last);
}

int tui_requests_key(struct tui_screen *screen, int key)
{
	const struct ev_request *request = tui_table_selected(tui_requests_table(screen));

	screen->wanted_queue = 0;
	if (key == 'o') {
		screen->on_slow = !screen->on_slow;
		return 1;
	}
	if (key == 'b') {
		tui_screen_back(screen);
		return 1;
	}
	if (key == 'd' && request) {
		open_device_queue(screen, request);
		return 1;
	}
	if (key != TUI_KEY_ENTER || !request)
		return 0;
	tui_screen_open_ring(screen, request->queue);
	return 1;
}

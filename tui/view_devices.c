/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Block devices, one row a hardware queue, and below them the selected queue over time. A stream
 * without device events says so: an empty table would look like idle disks.
 */
#include "tui/screen.h"

#include <stdio.h>
#include <stdlib.h>

#include "event/names.h"
#include "tui/device_picture.h"
#include "tui/graph.h"

enum { PICTURE_MOST = 14, TABLE_LEAST = 4 };

static const struct tui_screen *screen_of(const void *context)
{
	return context;
}

static const struct model_device_queue *queue_of(const void *item)
{
	return ((const struct tui_device_row *)item)->queue;
}

static void draw_name(const void *context, const void *item, struct tui_field *field)
{
	const struct model_device *device = ((const struct tui_device_row *)item)->device;
	char name[64];

	(void)context;
	tui_name_device(device, name, sizeof(name));
	snprintf(field->text, sizeof(field->text), "%s%s", name, device->gone ? " gone" : "");
	field->style = device->gone ? TUI_DIM : TUI_ACCENT;
}

static double value_queue(const void *context, const void *item)
{
	(void)context;
	return queue_of(item)->hw_queue;
}

static void draw_queue(const void *context, const void *item, struct tui_field *field)
{
	(void)context;
	snprintf(field->text, sizeof(field->text), "%u", queue_of(item)->hw_queue);
}

static void draw_type(const void *context, const void *item, struct tui_field *field)
{
	const char *name = ev_device_queue_name(queue_of(item)->type);

	(void)context;
	snprintf(field->text, sizeof(field->text), "%s", name ? name : "-");
	field->style = TUI_DIM;
}

static double value_depth(const void *context, const void *item)
{
	(void)context;
	return (double)queue_of(item)->depth.now;
}

static void draw_depth(const void *context, const void *item, struct tui_field *field)
{
	const struct model_device_queue *queue = queue_of(item);

	(void)context;
	if (!queue->depth.known) {
		snprintf(field->text, sizeof(field->text), "-");
		return;
	}
	tui_field_count(field, queue->depth.now);
	if (queue->limit && queue->depth.now >= queue->limit)
		field->style = TUI_WARN;
}

static double value_depth_max(const void *context, const void *item)
{
	(void)context;
	return (double)queue_of(item)->depth.max;
}

static void draw_depth_max(const void *context, const void *item, struct tui_field *field)
{
	(void)context;
	tui_field_count(field, queue_of(item)->depth.max);
}

static double value_limit(const void *context, const void *item)
{
	(void)context;
	return queue_of(item)->limit;
}

static void draw_limit(const void *context, const void *item, struct tui_field *field)
{
	(void)context;
	if (queue_of(item)->limit)
		tui_field_count(field, queue_of(item)->limit);
	else
		snprintf(field->text, sizeof(field->text), "-");
	field->style = TUI_DIM;
}

static double value_rate(const void *context, const void *item)
{
	const struct tui_screen *screen = screen_of(context);
	const struct model_device_queue *queue = queue_of(item);

	if (screen->whole)
		return tui_rate(queue->commands, model_session(screen->model)->duration_ns);
	return tui_rate(queue->last.count, screen->interval_ns);
}

static void draw_rate(const void *context, const void *item, struct tui_field *field)
{
	tui_field_count(field, (uint64_t)(value_rate(context, item) + 0.5));
}

static double value_bytes(const void *context, const void *item)
{
	const struct tui_screen *screen = screen_of(context);
	const struct model_device_queue *queue = queue_of(item);

	if (screen->whole)
		return tui_rate(queue->bytes, model_session(screen->model)->duration_ns);
	return tui_rate(queue->last.bytes, screen->interval_ns);
}

static void draw_bytes(const void *context, const void *item, struct tui_field *field)
{
	tui_field_bytes(field, (uint64_t)(value_bytes(context, item) + 0.5));
}

static double value_errors(const void *context, const void *item)
{
	(void)context;
	return (double)queue_of(item)->errors;
}

static void draw_errors(const void *context, const void *item, struct tui_field *field)
{
	(void)context;
	tui_field_count(field, queue_of(item)->errors);
	if (queue_of(item)->errors)
		field->style = TUI_CRIT;
}

/* -1: it is not known of any command what asked for it. */
static double value_others(const void *context, const void *item)
{
	const struct model_device_queue *queue = queue_of(item);

	(void)context;
	return queue->sorted ? (double)queue->unlinked / (double)queue->sorted : -1;
}

static void draw_others(const void *context, const void *item, struct tui_field *field)
{
	const struct model_device_queue *queue = queue_of(item);

	(void)context;
	tui_field_share(field, queue->unlinked, queue->sorted);
}

static double value_p50(const void *context, const void *item)
{
	(void)context;
	return (double)histogram_quantile(&queue_of(item)->latency, 0.5);
}

static void draw_p50(const void *context, const void *item, struct tui_field *field)
{
	tui_field_ns(field, (uint64_t)value_p50(context, item));
}

static double value_p99(const void *context, const void *item)
{
	(void)context;
	return (double)histogram_quantile(&queue_of(item)->latency, 0.99);
}

static void draw_p99(const void *context, const void *item, struct tui_field *field)
{
	tui_field_ns(field, (uint64_t)value_p99(context, item));
}

static double value_read(const void *context, const void *item)
{
	(void)context;
	return (double)queue_of(item)->read_bytes;
}

static void draw_read(const void *context, const void *item, struct tui_field *field)
{
	(void)context;
	tui_field_bytes(field, queue_of(item)->read_bytes);
}

static double value_written(const void *context, const void *item)
{
	(void)context;
	return (double)queue_of(item)->write_bytes;
}

static void draw_written(const void *context, const void *item, struct tui_field *field)
{
	(void)context;
	tui_field_bytes(field, queue_of(item)->write_bytes);
}

static void draw_history(const void *context, const void *item, const struct tui_area *area)
{
	tui_graph_series(area, &queue_of(item)->series, TUI_GRAPH);
	(void)context;
}

static const struct tui_column columns[] = {
	{ "DEVICE", "name of the block device", 12, 1, 0, TUI_COLUMN_LEFT, NULL, draw_name, NULL },
	{ "QUEUE", "its hardware queue", 5, 0, 0, TUI_COLUMN_ASCENDING, value_queue, draw_queue,
	  NULL },
	{ "TYPE", "what the queue is for; - when not known", 7, 0, 7, TUI_COLUMN_LEFT, NULL,
	  draw_type, NULL },
	{ "DEPTH", "commands with the device now", 5, 0, 0, 0, value_depth, draw_depth, NULL },
	{ "MAX", "most commands at once", 5, 0, 3, 0, value_depth_max, draw_depth_max, NULL },
	{ "LIMIT", "commands the queue can hold", 5, 0, 5, 0, value_limit, draw_limit, NULL },
	{ "IOPS", "commands ended a second", 5, 0, 0, 0, value_rate, draw_rate, NULL },
	{ "B/S", "bytes moved a second", 6, 0, 2, 0, value_bytes, draw_bytes, NULL },
	{ "READ", "bytes read since the start", 6, 0, 6, 0, value_read, draw_read, NULL },
	{ "WRITTEN", "bytes written since the start", 7, 0, 6, 0, value_written, draw_written,
	  NULL },
	{ "ERR", "commands that failed", 5, 0, 1, 0, value_errors, draw_errors, NULL },
	{ "OTHERS", "share of commands that no request is known to have asked for", 6, 0, 5, 0,
	  value_others, draw_others, NULL },
	{ "P50", "issue to completion, since the start; - when not measured", 6, 0, 4, 0, value_p50,
	  draw_p50, NULL },
	{ "P99", "99 of 100 commands took no longer", 6, 0, 1, 0, value_p99, draw_p99, NULL },
	{ "DEPTH OVER TIME", "one bar an interval, newest right, scaled to its largest", 16, 8, 9,
	  TUI_COLUMN_BARS, NULL, NULL, draw_history },
};

static size_t count_rows(const void *context)
{
	return screen_of(context)->device_row_count;
}

static const void *row_at(const void *context, size_t index)
{
	return &screen_of(context)->device_rows[index];
}

static uint64_t key_of(const void *item)
{
	const struct tui_device_row *row = item;

	return (uint64_t)row->device->device << 32 | row->queue->hw_queue;
}

static void words_of(const void *context, const void *item, char *text, size_t text_bytes)
{
	char name[64];

	(void)context;
	tui_name_device(((const struct tui_device_row *)item)->device, name, sizeof(name));
	snprintf(text, text_bytes, "%s %u", name, queue_of(item)->hw_queue);
}

enum { COLUMN_IOPS = 6 };

const struct tui_table_class tui_devices_class = {
	.form = {
		.columns = columns,
		.column_count = sizeof(columns) / sizeof(columns[0]),
		.sort = COLUMN_IOPS,
		.empty = "No device events in this stream.",
	},
	.count = count_rows,
	.at = row_at,
	.key = key_of,
	.words = words_of,
};

/* One row a hardware queue: the table wants one list, the model has a list a device. Of devices that
 * had the same number one after the other, the last. */
void tui_devices_gather(struct tui_screen *screen)
{
	size_t count = 0;

	screen->device_row_count = 0;
	for (size_t i = 0; i < model_device_count(screen->model); i++)
		count += model_device_at(screen->model, i)->queue_count;
	if (count) {
		struct tui_device_row *rows = realloc(screen->device_rows, count * sizeof(*rows));

		if (!rows)
			return;
		screen->device_rows = rows;
	}
	for (size_t i = 0; i < model_device_count(screen->model); i++) {
		const struct model_device *device = model_device_at(screen->model, i);

		for (size_t k = 0; k < device->queue_count && !device->followed; k++)
			screen->device_rows[screen->device_row_count++] =
				(struct tui_device_row){ device, &device->queues[k] };
	}
}

struct tui_table *tui_devices_table(struct tui_screen *screen)
{
	return &screen->devices;
}

/* The table has what it needs, the picture of the selected queue the rest, up to PICTURE_MOST. */
void tui_devices_draw(struct tui_screen *screen, const struct tui_area *area)
{
	const struct tui_device_row *row;
	int table, picture;
	struct tui_area part;

	tui_devices_gather(screen);
	tui_table_collect(&screen->devices, screen);
	row = tui_table_selected(&screen->devices);
	table = 1 + (int)(screen->devices.row_count < 1000 ? screen->devices.row_count : 1000);
	picture = area->rows - table - 1;
	if (picture < area->rows / 2)
		picture = area->rows / 2;
	if (picture > PICTURE_MOST)
		picture = PICTURE_MOST;
	if (!row || area->rows - picture < TABLE_LEAST || picture < TUI_DEVICE_PICTURE_LEAST)
		picture = 0;
	part = tui_canvas_part(area, 0, 0, area->rows - picture, area->columns);
	tui_table_draw(&screen->devices, &part, screen, 1);
	part = tui_canvas_part(area, area->rows - picture, 0, picture, area->columns);
	if (picture)
		tui_device_picture(&part, row->device, row->queue);
}

int tui_devices_key(struct tui_screen *screen, int key)
{
	const struct tui_device_row *row = tui_table_selected(&screen->devices);

	if ((key != TUI_KEY_ENTER && key != 'u') || !row)
		return 0;
	if (key == 'u')
		tui_screen_open_usage(screen, row->device->device);
	else
		tui_screen_open_device_queue(screen, row->device->device, row->queue->hw_queue,
					     NULL);
	return 1;
}

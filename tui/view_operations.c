/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Operations by opcode: over all rings (a view of its own) or of one ring (part of its view). Both
 * are one set of columns over two sources. Latency here is of the whole session; the rate is the
 * last interval's.
 */
#include "tui/screen.h"

#include <stdio.h>

#include "tui/graph.h"

static const struct tui_screen *screen_of(const void *context)
{
	return context;
}

static const struct model_operation *operation_of(const void *item)
{
	return item;
}

static void draw_name(const void *context, const void *item, struct tui_field *field)
{
	const struct model_operation *operation = item;

	(void)context;
	tui_name_operation(operation->queue_type, operation->op, field->text, sizeof(field->text));
	field->style = TUI_ACCENT;
}

static double value_count(const void *context, const void *item)
{
	(void)context;
	return (double)operation_of(item)->count;
}

static void draw_count(const void *context, const void *item, struct tui_field *field)
{
	(void)context;
	tui_field_count(field, operation_of(item)->count);
}

static double value_rate(const void *context, const void *item)
{
	const struct tui_screen *screen = screen_of(context);
	const struct model_operation *operation = item;

	if (screen->whole)
		return tui_rate(operation->count, model_session(screen->model)->duration_ns);
	return tui_rate(operation->last.count, screen->interval_ns);
}

static void draw_rate(const void *context, const void *item, struct tui_field *field)
{
	tui_field_count(field, (uint64_t)(value_rate(context, item) + 0.5));
}

static double value_bytes(const void *context, const void *item)
{
	(void)context;
	return (double)operation_of(item)->bytes;
}

static void draw_bytes(const void *context, const void *item, struct tui_field *field)
{
	(void)context;
	tui_field_bytes(field, operation_of(item)->bytes);
}

static double value_errors(const void *context, const void *item)
{
	(void)context;
	return (double)operation_of(item)->errors;
}

static void draw_errors(const void *context, const void *item, struct tui_field *field)
{
	(void)context;
	tui_field_count(field, operation_of(item)->errors);
	if (operation_of(item)->errors)
		field->style = TUI_WARN;
}

static double value_in_flight(const void *context, const void *item)
{
	(void)context;
	return (double)operation_of(item)->in_flight;
}

static void draw_in_flight(const void *context, const void *item, struct tui_field *field)
{
	(void)context;
	tui_field_count(field, operation_of(item)->in_flight);
}

static double share(uint64_t part, uint64_t whole)
{
	return whole ? (double)part / (double)whole : -1;
}

static double value_inline(const void *context, const void *item)
{
	(void)context;
	return share(operation_of(item)->inline_count, operation_of(item)->count);
}

static void draw_inline(const void *context, const void *item, struct tui_field *field)
{
	(void)context;
	tui_field_share(field, operation_of(item)->inline_count, operation_of(item)->count);
}

static double value_poll(const void *context, const void *item)
{
	(void)context;
	return share(operation_of(item)->poll, operation_of(item)->count);
}

static void draw_poll(const void *context, const void *item, struct tui_field *field)
{
	(void)context;
	tui_field_share(field, operation_of(item)->poll, operation_of(item)->count);
}

static double value_worker(const void *context, const void *item)
{
	(void)context;
	return share(operation_of(item)->worker, operation_of(item)->count);
}

static void draw_worker(const void *context, const void *item, struct tui_field *field)
{
	const struct model_operation *operation = item;

	(void)context;
	tui_field_share(field, operation->worker, operation->count);
	if (operation->worker * 2 > operation->count)
		field->style = TUI_WARN;
}

static double value_p50(const void *context, const void *item)
{
	(void)context;
	return (double)histogram_quantile(&operation_of(item)->latency, 0.5);
}

static void draw_p50(const void *context, const void *item, struct tui_field *field)
{
	tui_field_ns(field, (uint64_t)value_p50(context, item));
}

static double value_p99(const void *context, const void *item)
{
	(void)context;
	return (double)histogram_quantile(&operation_of(item)->latency, 0.99);
}

static void draw_p99(const void *context, const void *item, struct tui_field *field)
{
	tui_field_ns(field, (uint64_t)value_p99(context, item));
}

static double value_p999(const void *context, const void *item)
{
	(void)context;
	return (double)histogram_quantile(&operation_of(item)->latency, 0.999);
}

static void draw_p999(const void *context, const void *item, struct tui_field *field)
{
	tui_field_ns(field, (uint64_t)value_p999(context, item));
}

static double value_max(const void *context, const void *item)
{
	(void)context;
	return (double)operation_of(item)->latency.max;
}

static void draw_max(const void *context, const void *item, struct tui_field *field)
{
	(void)context;
	tui_field_ns(field, operation_of(item)->latency.max);
}

static double value_shots(const void *context, const void *item)
{
	(void)context;
	return (double)operation_of(item)->shots;
}

static void draw_shots(const void *context, const void *item, struct tui_field *field)
{
	(void)context;
	tui_field_count(field, operation_of(item)->shots);
}

#define COUNT_COLUMNS                                                                              \
	{ "OPERATION", "what was asked for", 14, 1, 0, TUI_COLUMN_LEFT, NULL, draw_name, NULL },   \
		{ "COUNT", "requests ended since the start", 5, 0, 0, 0, value_count, draw_count,  \
		  NULL },                                                                          \
		{ "RATE", "requests ended a second", 5, 0, 0, 0, value_rate, draw_rate, NULL },    \
		{ "ERR", "of COUNT: ended with an error", 5, 0, 1, 0, value_errors, draw_errors,   \
		  NULL },                                                                          \
		{ "INFL", "in flight now", 5, 0, 6, 0, value_in_flight, draw_in_flight, NULL },    \
	{                                                                                          \
		"BYTES", "bytes moved since the start", 6, 0, 3, 0, value_bytes, draw_bytes, NULL  \
	}
#define LATENCY_COLUMNS                                                                             \
	{ "P50",     "latency, submission to completion, since the start",                          \
	  6,	     0,                                                                             \
	  0,	     0,                                                                             \
	  value_p50, draw_p50,                                                                      \
	  NULL },                                                                                   \
		{ "P99", "99 of 100 took no longer", 6, 0, 0, 0, value_p99, draw_p99, NULL },       \
		{ "P99.9", "999 of 1000 took no longer", 6, 0, 4, 0, value_p999, draw_p999, NULL }, \
	{                                                                                           \
		"MAX", "the slowest", 6, 0, 7, 0, value_max, draw_max, NULL                         \
	}

static const struct tui_column columns[] = {
	COUNT_COLUMNS,
	{ "INLN", "share carried out during submission", 4, 0, 5, 0, value_inline, draw_inline,
	  NULL },
	{ "POLL", "share that waited for its file to become ready", 4, 0, 5, 0, value_poll,
	  draw_poll, NULL },
	{ "WORK", "share carried by an io-wq worker thread", 4, 0, 2, 0, value_worker, draw_worker,
	  NULL },
	{ "SHOTS", "completions of multishot requests besides the last", 5, 0, 8, 0, value_shots,
	  draw_shots, NULL },
	LATENCY_COLUMNS,
};

/* Which road a request took, Windows does not tell. */
static const struct tui_column windows_columns[] = { COUNT_COLUMNS, LATENCY_COLUMNS };

static size_t count_of(const struct model_queue *queue)
{
	return queue ? queue->operation_count : 0;
}

static size_t count_total(const void *context)
{
	return count_of(model_total(screen_of(context)->model));
}

static const void *at_total(const void *context, size_t index)
{
	const struct model *model = screen_of(context)->model;

	return model_queue_operation(model, model_total(model), index);
}

static const struct model_queue *ring_of(const void *context)
{
	return model_queue_find(screen_of(context)->model, screen_of(context)->ring);
}

static size_t count_ring(const void *context)
{
	return count_of(ring_of(context));
}

static const void *at_ring(const void *context, size_t index)
{
	return model_queue_operation(screen_of(context)->model, ring_of(context), index);
}

static uint64_t key_of(const void *item)
{
	return (uint64_t)operation_of(item)->queue_type << 16 | operation_of(item)->op;
}

static void words_of(const void *context, const void *item, char *text, size_t text_bytes)
{
	(void)context;
	tui_name_operation(operation_of(item)->queue_type, operation_of(item)->op, text,
			   text_bytes);
}

enum { COLUMN_COUNT = 1 };

const struct tui_table_class tui_operations_class = {
	.form = {
		.columns = columns,
		.column_count = sizeof(columns) / sizeof(columns[0]),
		.sort = COLUMN_COUNT,
		.empty = "No operation has ended yet.",
	},
	.windows = {
		.columns = windows_columns,
		.column_count = sizeof(windows_columns) / sizeof(windows_columns[0]),
		.sort = COLUMN_COUNT,
		.empty = "No operation has ended yet.",
	},
	.count = count_total,
	.at = at_total,
	.key = key_of,
	.words = words_of,
};

const struct tui_table_class tui_ring_operations_class = {
	.form = {
		.columns = columns,
		.column_count = sizeof(columns) / sizeof(columns[0]),
		.sort = COLUMN_COUNT,
		.empty = "No operation of this ring has ended yet.",
	},
	.windows = {
		.columns = windows_columns,
		.column_count = sizeof(windows_columns) / sizeof(windows_columns[0]),
		.sort = COLUMN_COUNT,
		.empty = "No operation of this queue has ended yet.",
	},
	.count = count_ring,
	.at = at_ring,
	.key = key_of,
	.words = words_of,
};

struct tui_table *tui_operations_table(struct tui_screen *screen)
{
	return &screen->operations;
}

/* The table above, the selected operation's latency below, when there is room for both. */
void tui_operations_draw(struct tui_screen *screen, const struct tui_area *area)
{
	struct tui_table *table = &screen->operations;
	const struct model_operation *selected;
	struct tui_area top = *area, below;
	char name[64];
	int graph_rows = area->rows / 2;

	tui_table_collect(table, screen);
	selected = tui_table_selected(table);
	if (graph_rows > 14)
		graph_rows = 14;
	if (graph_rows < TUI_GRAPH_HISTOGRAM_FOOT + 3 || !selected)
		graph_rows = 0;
	top.rows -= graph_rows;
	tui_table_draw(table, &top, screen, 1);
	if (!graph_rows)
		return;
	words_of(screen, selected, name, sizeof(name));
	tui_canvas_format(area, top.rows, 0, TUI_BOLD, "Latency of %s, all %ss, since the start",
			  name, tui_name_of_queues(screen));
	below = tui_canvas_part(area, top.rows + 1, 0, graph_rows - 1, area->columns);
	tui_graph_histogram(&below, &selected->latency);
}

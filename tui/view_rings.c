/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * All rings, one a row: who owns it, how full it is, how fast it goes, and what is wrong with it.
 * On a wide terminal the last column shows the requests in flight over time.
 *
 * Rings that have ended stay listed in a recording; live they go after a while, unless `e` asks for
 * them.
 */
#include "tui/screen.h"

#include <stdio.h>

#include "event/names.h"
#include "tui/graph.h"

static const uint64_t ENDED_SHOWN_NS = 10000000000;

static const struct tui_screen *screen_of(const void *context)
{
	return context;
}

/* What a row says of an interval: the last one, or the whole session. */
struct span {
	uint64_t count;
	uint64_t bytes;
	uint64_t worker;
	uint64_t p50_ns;
	uint64_t p99_ns;
	double rate;
	double byte_rate;
};

static struct span span_of(const void *context, const void *item)
{
	const struct tui_screen *screen = screen_of(context);
	const struct model_queue *queue = item;
	uint64_t ns = screen->interval_ns;
	struct span span = { queue->last.count,
			     queue->last.bytes,
			     queue->last.worker,
			     queue->last.p50_ns,
			     queue->last.p99_ns,
			     0,
			     0 };

	if (screen->whole) {
		uint64_t until_ns =
			queue->ended_ns ? queue->ended_ns : model_session(screen->model)->now_ns;

		ns = until_ns > queue->seen_ns ? until_ns - queue->seen_ns : 0;
		span = (struct span){ queue->ended,
				      queue->bytes,
				      queue->worker,
				      histogram_quantile(&queue->latency, 0.5),
				      histogram_quantile(&queue->latency, 0.99),
				      0,
				      0 };
	}
	span.rate = tui_rate(span.count, ns);
	span.byte_rate = tui_rate(span.bytes, ns);
	return span;
}

static void draw_owner(const void *context, const void *item, struct tui_field *field)
{
	(void)context;
	tui_name_owner(item, field->text, sizeof(field->text));
	field->style = TUI_ACCENT;
}

static double value_ring(const void *context, const void *item)
{
	(void)context;
	return ((const struct model_queue *)item)->id;
}

static void draw_ring(const void *context, const void *item, struct tui_field *field)
{
	(void)context;
	tui_name_queue(((const struct model_queue *)item)->id, field->text, sizeof(field->text));
	field->style = TUI_DIM;
}

static double value_fd(const void *context, const void *item)
{
	(void)context;
	return ((const struct model_queue *)item)->fd;
}

static void draw_fd(const void *context, const void *item, struct tui_field *field)
{
	const struct model_queue *queue = item;

	(void)context;
	if (queue->fd >= 0)
		snprintf(field->text, sizeof(field->text), "%d", queue->fd);
	else
		snprintf(field->text, sizeof(field->text), "-");
}

/* A gauge's value now. `limit` (0: none) is the size of the ring: near it the number stands out. */
static void gauge_field(struct tui_field *field, const struct model_gauge *gauge, uint32_t limit)
{
	if (!gauge->known) {
		snprintf(field->text, sizeof(field->text), "-");
		field->style = TUI_DIM;
		return;
	}
	if (gauge->at_least)
		snprintf(field->text, sizeof(field->text), "%s+",
			 tui_format_count(gauge->now).text);
	else
		tui_field_count(field, gauge->now);
	if (limit && gauge->now >= limit)
		field->style = TUI_CRIT;
	else if (limit && gauge->now * 4 >= (uint64_t)limit * 3)
		field->style = TUI_WARN;
}

static double value_sq(const void *context, const void *item)
{
	(void)context;
	return (double)((const struct model_queue *)item)->sq_depth.now;
}

static void draw_sq(const void *context, const void *item, struct tui_field *field)
{
	const struct model_queue *queue = item;

	(void)context;
	gauge_field(field, &queue->sq_depth, queue->sq_entries);
}

static double value_cq(const void *context, const void *item)
{
	(void)context;
	return (double)((const struct model_queue *)item)->cq_depth.now;
}

static void draw_cq(const void *context, const void *item, struct tui_field *field)
{
	const struct model_queue *queue = item;

	(void)context;
	gauge_field(field, &queue->cq_depth, queue->cq_entries);
}

static double value_in_flight(const void *context, const void *item)
{
	(void)context;
	return (double)((const struct model_queue *)item)->in_flight.now;
}

static void draw_in_flight(const void *context, const void *item, struct tui_field *field)
{
	(void)context;
	gauge_field(field, &((const struct model_queue *)item)->in_flight, 0);
}

static double value_rate(const void *context, const void *item)
{
	return span_of(context, item).rate;
}

static void draw_rate(const void *context, const void *item, struct tui_field *field)
{
	tui_field_count(field, (uint64_t)(span_of(context, item).rate + 0.5));
}

static double value_bytes(const void *context, const void *item)
{
	return span_of(context, item).byte_rate;
}

static void draw_bytes(const void *context, const void *item, struct tui_field *field)
{
	tui_field_bytes(field, (uint64_t)(span_of(context, item).byte_rate + 0.5));
}

static double value_p50(const void *context, const void *item)
{
	return (double)span_of(context, item).p50_ns;
}

static void draw_p50(const void *context, const void *item, struct tui_field *field)
{
	tui_field_ns(field, span_of(context, item).p50_ns);
}

static double value_p99(const void *context, const void *item)
{
	return (double)span_of(context, item).p99_ns;
}

static void draw_p99(const void *context, const void *item, struct tui_field *field)
{
	tui_field_ns(field, span_of(context, item).p99_ns);
}

static double value_overflows(const void *context, const void *item)
{
	(void)context;
	return (double)((const struct model_queue *)item)->overflows;
}

static void draw_overflows(const void *context, const void *item, struct tui_field *field)
{
	const struct model_queue *queue = item;

	(void)context;
	tui_field_count(field, queue->overflows);
	if (queue->overflows)
		field->style = queue->dropped_cqes ? TUI_CRIT : TUI_WARN;
}

static double value_punted(const void *context, const void *item)
{
	struct span span = span_of(context, item);

	return span.count ? (double)span.worker / (double)span.count : -1;
}

static void draw_punted(const void *context, const void *item, struct tui_field *field)
{
	struct span span = span_of(context, item);

	tui_field_share(field, span.worker, span.count);
	if (span.worker * 2 > span.count)
		field->style = TUI_WARN;
}

static double value_ended(const void *context, const void *item)
{
	(void)context;
	return (double)((const struct model_queue *)item)->ended;
}

static void draw_ended(const void *context, const void *item, struct tui_field *field)
{
	(void)context;
	tui_field_count(field, ((const struct model_queue *)item)->ended);
}

static void draw_sizes(const void *context, const void *item, struct tui_field *field)
{
	const struct model_queue *queue = item;

	(void)context;
	snprintf(field->text, sizeof(field->text), "%u/%u", queue->sq_entries, queue->cq_entries);
	field->style = TUI_DIM;
}

static void draw_kind(const void *context, const void *item, struct tui_field *field)
{
	const char *kind = ev_queue_type_name(((const struct model_queue *)item)->type);

	(void)context;
	snprintf(field->text, sizeof(field->text), "%s", kind ? kind : "?");
}

static void draw_history(const void *context, const void *item, const struct tui_area *area)
{
	(void)context;
	tui_graph_series(area, &((const struct model_queue *)item)->series, TUI_GRAPH);
}

#define SPEED_COLUMNS                                                                              \
	{ "RATE", "requests ended a second", 5, 0, 0, 0, value_rate, draw_rate, NULL },            \
		{ "BYTES", "bytes moved a second", 6, 0, 8, 0, value_bytes, draw_bytes, NULL },    \
		{ "P50",     "half of the requests took no longer than this",                      \
		  6,	     0,                                                                    \
		  1,	     0,                                                                    \
		  value_p50, draw_p50,                                                             \
		  NULL },                                                                          \
	{                                                                                          \
		"P99", "99 of 100 requests took no longer than this", 6, 0, 0, 0, value_p99,       \
			draw_p99, NULL                                                             \
	}
#define HISTORY_COLUMN                                                                             \
	{                                                                                          \
		"IN FLIGHT OVER TIME", "one bar an interval, newest right, scaled to its largest", \
			20, 8, 11, TUI_COLUMN_BARS, NULL, NULL, draw_history                       \
	}

static const struct tui_column columns[] = {
	{ "OWNER", "process that created the ring: name[pid]", 15, 1, 0, TUI_COLUMN_LEFT, NULL,
	  draw_owner, NULL },
	{ "RING", "the ring's id, as --ring takes it", 10, 0, 4, TUI_COLUMN_ASCENDING, value_ring,
	  draw_ring, NULL },
	{ "FD", "its descriptor in the owner; - when it has none", 4, 0, 3, TUI_COLUMN_ASCENDING,
	  value_fd, draw_fd, NULL },
	{ "SIZE", "entries of the submission / completion queue", 11, 0, 9, TUI_COLUMN_LEFT, NULL,
	  draw_sizes, NULL },
	{ "SQ", "entries submitted and not yet taken by the kernel", 5, 0, 2, 0, value_sq, draw_sq,
	  NULL },
	{ "CQ", "completions posted and not yet reaped", 5, 0, 2, 0, value_cq, draw_cq, NULL },
	{ "INFL", "requests in flight: not completed; +: older ones unknown", 5, 0, 0, 0,
	  value_in_flight, draw_in_flight, NULL },
	SPEED_COLUMNS,
	{ "OVFL", "completions that found the completion queue full", 5, 0, 1, 0, value_overflows,
	  draw_overflows, NULL },
	{ "PUNT", "share of requests handed to an io-wq worker thread", 4, 0, 1, 0, value_punted,
	  draw_punted, NULL },
	{ "TOTAL", "requests ended since the ring was first seen", 6, 0, 10, 0, value_ended,
	  draw_ended, NULL },
	HISTORY_COLUMN,
};

static const struct tui_column windows_columns[] = {
	{ "OWNER", "process whose queue it is: name[pid]", 15, 1, 0, TUI_COLUMN_LEFT, NULL,
	  draw_owner, NULL },
	{ "QUEUE", "the queue's id, as --ring takes it", 5, 0, 4, TUI_COLUMN_ASCENDING, value_ring,
	  draw_ring, NULL },
	{ "KIND", "iocp: completion port; rio, ioring; direct: the rest", 6, 0, 3, TUI_COLUMN_LEFT,
	  NULL, draw_kind, NULL },
	{ "SQ", "rio, ioring: submitted and not yet taken by Windows", 5, 0, 2, 0, value_sq,
	  draw_sq, NULL },
	{ "CQ", "completions in the queue, not yet taken by a thread", 5, 0, 2, 0, value_cq,
	  draw_cq, NULL },
	{ "INFL", "requests in flight: not completed; +: older ones unknown", 5, 0, 0, 0,
	  value_in_flight, draw_in_flight, NULL },
	SPEED_COLUMNS,
	{ "TOTAL", "requests ended since the queue was first seen", 6, 0, 10, 0, value_ended,
	  draw_ended, NULL },
	HISTORY_COLUMN,
};

static size_t count_rings(const void *context)
{
	return model_queue_count(screen_of(context)->model);
}

static const void *ring_at(const void *context, size_t index)
{
	const struct tui_screen *screen = screen_of(context);
	const struct model_queue *queue = model_queue_at(screen->model, index);
	uint64_t now_ns = model_session(screen->model)->now_ns;

	if (queue->ended_ns && !screen->show_ended && now_ns - queue->ended_ns > ENDED_SHOWN_NS)
		return NULL;
	return queue;
}

static uint64_t ring_key(const void *item)
{
	return ((const struct model_queue *)item)->index;
}

static void ring_words(const void *context, const void *item, char *text, size_t text_bytes)
{
	const struct model_queue *queue = item;

	(void)context;
	snprintf(text, text_bytes, "%s[%u] %u fd%d", queue->comm, queue->pid, queue->id, queue->fd);
}

static uint8_t ring_style(const void *context, const void *item)
{
	(void)context;
	return ((const struct model_queue *)item)->ended_ns ? TUI_DIM : TUI_NORMAL;
}

enum { COLUMN_RATE = 7, WINDOWS_COLUMN_RATE = 6 };

const struct tui_table_class tui_rings_class = {
	.form = {
		.columns = columns,
		.column_count = sizeof(columns) / sizeof(columns[0]),
		.sort = COLUMN_RATE,
		.empty = "None seen so far: nothing here uses asynchronous I/O, or a filter hides it.",
	},
	.windows = {
		.columns = windows_columns,
		.column_count = sizeof(windows_columns) / sizeof(windows_columns[0]),
		.sort = WINDOWS_COLUMN_RATE,
		.empty = "None seen: no I/O in it that tells of its requests, or a filter hides it.",
	},
	.count = count_rings,
	.at = ring_at,
	.key = ring_key,
	.words = ring_words,
	.style = ring_style,
};

struct tui_table *tui_rings_table(struct tui_screen *screen)
{
	return &screen->rings;
}

void tui_rings_draw(struct tui_screen *screen, const struct tui_area *area)
{
	tui_table_collect(&screen->rings, screen);
	tui_table_draw(&screen->rings, area, screen, 1);
}

int tui_rings_key(struct tui_screen *screen, int key)
{
	const struct model_queue *queue = tui_table_selected(&screen->rings);

	if (key != TUI_KEY_ENTER || !queue)
		return 0;
	tui_screen_open_ring(screen, queue->id);
	return 1;
}

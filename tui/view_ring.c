/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * One ring: who it is, whether its books balance, its levels over time, its operations, and the
 * shape of the selected operation's latency.
 *
 * The parts are stacked; layout() decides what a given height can hold. The facts and the table of
 * operations always stay, the histogram goes before the graphs do.
 */
#include "tui/screen.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event/names.h"
#include "tui/graph.h"

enum {
	FACT_ROWS = 3,
	GRAPH_ROWS_LEAST = 3, /* a title and two rows of bars */
	GRAPH_ROWS_MOST = 6,  /* more than that, on a tall terminal */
	TABLE_ROWS_LEAST = 3,
	HISTOGRAM_ROWS_LEAST = 1 + 2 + TUI_GRAPH_HISTOGRAM_FOOT,
	HISTOGRAM_ROWS_MOST = 12, /* the same */
	GRAPH_COLUMNS_LEAST = 24,
};

struct layout {
	int graph;
	int table;
	int histogram;
};

/* Gives `*part` up to `wanted` of `*spare`. */
static void give(int *part, int *spare, int wanted)
{
	int given = wanted < *spare ? wanted : *spare;

	if (given > 0) {
		*part += given;
		*spare -= given;
	}
}

/* The same for the two pictures, where they are shown at all. */
static void give_both(struct layout *layout, int *spare, int graph, int histogram)
{
	if (layout->graph)
		give(&layout->graph, spare, graph);
	if (layout->histogram)
		give(&layout->histogram, spare, histogram);
}

static struct layout layout(int rows, size_t operations)
{
	struct layout layout = { 0, TABLE_ROWS_LEAST, 0 };
	int spare = rows - FACT_ROWS - TABLE_ROWS_LEAST;
	int wanted = 1 + (int)operations - TABLE_ROWS_LEAST;

	if (spare >= GRAPH_ROWS_LEAST)
		give(&layout.graph, &spare, GRAPH_ROWS_LEAST);
	if (spare >= HISTOGRAM_ROWS_LEAST)
		give(&layout.histogram, &spare, HISTOGRAM_ROWS_LEAST);
	give(&layout.table, &spare, wanted < 3 ? wanted : 3);
	give_both(&layout, &spare, 1, 2);
	give(&layout.table, &spare, wanted - 3);
	give_both(&layout, &spare, GRAPH_ROWS_MOST, HISTOGRAM_ROWS_MOST);
	layout.table += spare > 0 ? spare : 0;
	return layout;
}

/* Text that grows; what does not fit is cut off. */
static void append(char *text, size_t text_bytes, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static void append(char *text, size_t text_bytes, const char *format, ...)
{
	size_t length = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + length, text_bytes - length, format, args);
	va_end(args);
}

static void draw_identity(const struct tui_area *area, const struct model_queue *queue)
{
	const char *type = ev_queue_type_name(queue->type);
	char owner[96], facts[256], flags[256];
	int column, width;

	tui_name_owner(queue, owner, sizeof(owner));
	ev_flags_text(ev_setup_flags, queue->flags, flags, sizeof(flags));
	snprintf(facts, sizeof(facts), "  %s %u", type ? type : "?", queue->id);
	if (queue->fd >= 0)
		append(facts, sizeof(facts), "  fd %d", queue->fd);
	if (queue->sq_entries || queue->type == EV_QUEUE_IO_URING)
		append(facts, sizeof(facts), "  SQ %u  CQ %u", queue->sq_entries,
		       queue->cq_entries);
	if (queue->thread_pid)
		append(facts, sizeof(facts), "  SQ thread %u", queue->thread_pid);
	if (queue->thread_watched_ns)
		append(facts, sizeof(facts), " %s, %.0f%% CPU, slept %s",
		       queue->sq_flags & 1 ? "asleep" : "awake", /* IORING_SQ_NEED_WAKEUP */
		       100.0 * (double)queue->thread_cpu_ns / (double)queue->thread_watched_ns,
		       tui_format_count(queue->thread_sleeps).text);
	column = tui_canvas_text(area, 0, 0, TUI_ACCENT, owner);
	width = tui_canvas_width(facts);
	tui_canvas_field(area, 0, column, area->columns - column, TUI_NORMAL, facts);
	column += width;
	if (queue->ended_ns)
		column = tui_canvas_text(area, 0, column, TUI_WARN, "  ended");
	tui_canvas_field(area, 0, column + 2, area->columns - column - 2, TUI_DIM, flags);
}

static void append_term(char *text, size_t text_bytes, const char *name, uint64_t count)
{
	if (count)
		append(text, text_bytes, " + %s %llu", name, (unsigned long long)count);
}

/* The equation, exact, without its zero terms. */
static void draw_books(const struct tui_area *area, int row, const struct model_books *books)
{
	char text[512] = "";

	append(text, sizeof(text), "submitted %llu = completed %llu",
	       (unsigned long long)books->submitted, (unsigned long long)books->completed);
	append_term(text, sizeof(text), "failed", books->failed);
	append_term(text, sizeof(text), "overflowed", books->overflowed);
	append_term(text, sizeof(text), "skipped", books->skipped);
	append_term(text, sizeof(text), "open", books->open);
	append_term(text, sizeof(text), "lost", books->lost);
	append(text, sizeof(text), "%s", books->balanced ? "  balanced" : "  NOT BALANCED");
	if (books->older)
		append(text, sizeof(text), ", and %llu from before",
		       (unsigned long long)books->older);
	if (books->unmatched)
		append(text, sizeof(text), ", and %llu not seen to begin",
		       (unsigned long long)books->unmatched);
	tui_canvas_field(area, row, 0, area->columns, books->balanced ? TUI_NORMAL : TUI_WARN,
			 text);
}

/* System calls that submitted; an SQPOLL ring needs none. */
static uint64_t submitting_calls(const struct model_queue *queue)
{
	return queue->thread_pid ? 0 : queue->batches;
}

/* They are io_uring's: of a queue of Windows none is known. */
static void draw_counters(const struct tui_area *area, int row, const struct model_queue *queue)
{
	const struct {
		const char *name;
		uint64_t count;
		int warn;
	} counters[] = {
		{ "overflows", queue->overflows, 1 },
		{ "dropped CQEs", queue->dropped_cqes, 1 },
		{ "punted", queue->worker, 0 },
		{ "polled", queue->poll, 0 },
		{ "shots", queue->shots, 0 },
		{ "waits", queue->waits, 0 },
		{ "calls", submitting_calls(queue), 0 },
		{ "backlog", queue->backlog, 1 },
		{ "messages", queue->messages, 0 },
		{ "no buffer", queue->no_buffers, 1 },
		{ "files", queue->file_count, 0 },
		{ "buffers", queue->buffer_count, 0 },
	};
	size_t count =
		ev_queue_tells_roads(queue->type) ? sizeof(counters) / sizeof(counters[0]) : 0;
	int column = tui_canvas_text(area, row, 0, TUI_DIM, "bytes ");

	column = 2 + tui_canvas_text(area, row, column, TUI_NORMAL,
				     tui_format_bytes(queue->bytes).text);
	for (size_t i = 0; i < count; i++) {
		struct tui_text number = tui_format_count(counters[i].count);
		int style = counters[i].count == 0 ? TUI_DIM
			    : counters[i].warn	   ? TUI_WARN
						   : TUI_NORMAL;

		if (column + tui_canvas_width(counters[i].name) + 1 +
			    tui_canvas_width(number.text) >
		    area->columns)
			break;
		column = tui_canvas_format(area, row, column, TUI_DIM, "%s ", counters[i].name);
		column = 2 + tui_canvas_text(area, row, column, style, number.text);
	}
}

/* What a graph shows of each interval. */
enum level { LEVEL_IN_FLIGHT, LEVEL_SQ, LEVEL_CQ, LEVEL_COUNT, LEVEL_P99, LEVELS };

static double level_of(const struct model_interval *interval, int level)
{
	switch (level) {
	case LEVEL_IN_FLIGHT:
		return interval->in_flight;
	case LEVEL_SQ:
		return interval->sq_depth;
	case LEVEL_CQ:
		return interval->cq_depth;
	case LEVEL_COUNT:
		return (double)interval->count;
	default:
		return (double)interval->p99_ns;
	}
}

static void level_title(const struct tui_screen *screen, const struct model_queue *queue, int level,
			double max, char *text, size_t text_bytes)
{
	const struct model_gauge *gauges[] = { &queue->in_flight, &queue->sq_depth,
					       &queue->cq_depth };
	static const char *const names[] = { "in flight", "SQ depth", "CQ depth" };

	if (level <= LEVEL_CQ && gauges[level]->known)
		snprintf(text, text_bytes, "%s %s%s, max %s%s", names[level],
			 tui_format_count(gauges[level]->now).text,
			 gauges[level]->at_least ? "+" : "",
			 tui_format_count(gauges[level]->max).text,
			 gauges[level]->at_least || gauges[level]->max_sampled ? "+" : "");
	else if (level <= LEVEL_CQ)
		snprintf(text, text_bytes, "%s: not known", names[level]);
	else if (level == LEVEL_COUNT)
		snprintf(text, text_bytes, "rate, max %s/s",
			 tui_format_count((uint64_t)tui_rate((uint64_t)max, screen->interval_ns))
				 .text);
	else
		snprintf(text, text_bytes, "p99, max %s", tui_format_ns((uint64_t)max).text);
}

static void draw_level(const struct tui_screen *screen, const struct tui_area *area,
		       const struct model_queue *queue, int level)
{
	struct tui_area bars = tui_canvas_part(area, 1, 0, area->rows - 1, area->columns);
	size_t count = queue->series.count;
	size_t room = (size_t)area->columns;
	size_t shown = count < room ? count : room;
	double *values = calloc(room ? room : 1, sizeof(*values));
	double max = 0;
	char title[96];

	if (!values)
		return;
	for (size_t i = 0; i < shown; i++) {
		values[i] = level_of(model_series_at(&queue->series, (uint32_t)(count - shown + i)),
				     level);
		max = values[i] > max ? values[i] : max;
	}
	level_title(screen, queue, level, max, title, sizeof(title));
	tui_canvas_field(area, 0, 0, area->columns, TUI_BOLD, title);
	tui_canvas_fill(&bars, bars.rows - 1, 0, bars.columns, 0x00b7, TUI_DIM);
	tui_graph_bars(&bars, values, shown, max,
		       level == LEVEL_COUNT || level == LEVEL_P99 ? TUI_GRAPH_OTHER : TUI_GRAPH);
	free(values);
}

/* As many graphs side by side as have room. */
static void draw_levels(const struct tui_screen *screen, const struct tui_area *area,
			const struct model_queue *queue)
{
	int count = (area->columns + 2) / (GRAPH_COLUMNS_LEAST + 2);
	int width;

	if (count < 1)
		count = 1;
	if (count > LEVELS)
		count = LEVELS;
	width = (area->columns - 2 * (count - 1)) / count;
	for (int i = 0; i < count; i++) {
		struct tui_area part = tui_canvas_part(area, 0, i * (width + 2), area->rows, width);

		draw_level(screen, &part, queue, i);
	}
}

struct tui_table *tui_ring_table(struct tui_screen *screen)
{
	return &screen->ring_operations;
}

static void draw_latency(struct tui_screen *screen, const struct tui_area *area,
			 const struct model_queue *queue)
{
	const struct model_operation *operation = tui_table_selected(&screen->ring_operations);
	struct tui_area below = tui_canvas_part(area, 1, 0, area->rows - 1, area->columns);
	char name[64];

	if (!operation) {
		tui_canvas_text(area, 0, 0, TUI_DIM, "No latency yet.");
		return;
	}
	tui_name_operation(queue->type, operation->op, name, sizeof(name));
	tui_canvas_format(area, 0, 0, TUI_BOLD, "Latency of %s, %s requests since the start", name,
			  tui_format_count(operation->latency.count).text);
	tui_graph_histogram(&below, &operation->latency);
}

void tui_ring_draw(struct tui_screen *screen, const struct tui_area *area)
{
	const struct model_queue *queue = model_queue_find(screen->model, screen->ring);
	struct layout parts;
	struct tui_area part;

	if (!queue) {
		const char *word = tui_name_of_queues(screen);

		tui_canvas_format(area, 0, 0, TUI_DIM,
				  screen->ring ? "This %s is not known here."
					       : "No %s chosen: press 1, then Enter on a %s.",
				  word, word);
		screen->ring_operations.row_count = 0;
		return;
	}
	tui_table_collect(&screen->ring_operations, screen);
	parts = layout(area->rows, screen->ring_operations.row_count);
	draw_identity(area, queue);
	draw_books(area, 1, &queue->books);
	draw_counters(area, 2, queue);
	part = tui_canvas_part(area, FACT_ROWS, 0, parts.graph, area->columns);
	if (parts.graph)
		draw_levels(screen, &part, queue);
	part = tui_canvas_part(area, FACT_ROWS + parts.graph, 0, parts.table, area->columns);
	tui_table_draw(&screen->ring_operations, &part, screen, 1);
	part = tui_canvas_part(area, FACT_ROWS + parts.graph + parts.table, 0, parts.histogram,
			       area->columns);
	if (parts.histogram)
		draw_latency(screen, &part, queue);
}

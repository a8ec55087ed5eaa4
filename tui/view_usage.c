/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Who used a disk since the start, and how full it was then: what Windows Performance Analyzer
 * calls "Disk Usage", under its names (QD/I, QD/C). Two lines of the disk as a whole, one that says
 * what its figures leave out (else how urgent its commands were), then a row for each process.
 */
#include "tui/screen.h"

#include <stdio.h>
#include <string.h>

#include "event/names.h"
#include "tui/device_picture.h"

enum { FACT_ROWS = 3 };

static const struct tui_screen *screen_of(const void *context)
{
	return context;
}

static const struct model_usage *usage_of(const struct tui_screen *screen)
{
	const struct model_device *device = model_device_find(screen->model, screen->device);

	return device ? model_usage_of(screen->model, device) : NULL;
}

static const struct model_use *use_of(const void *item)
{
	return item;
}

static void draw_depth(const struct model_figure *figure, struct tui_field *field)
{
	double mean = model_figure_mean(figure);

	if (figure->count)
		snprintf(field->text, sizeof(field->text), mean < 9.995 ? "%.2f" : "%.1f", mean);
	else
		snprintf(field->text, sizeof(field->text), "-");
	field->style = figure->max ? TUI_NORMAL : TUI_DIM;
}

static void draw_most(const struct model_figure *figure, struct tui_field *field)
{
	tui_field_count(field, figure->max);
	if (!figure->count)
		snprintf(field->text, sizeof(field->text), "-");
}

static void draw_time(const struct model_figure *figure, uint64_t ns, struct tui_field *field)
{
	tui_field_ns(field, figure->count ? ns : 0);
}

static double value_served(const void *context, const void *item)
{
	(void)context;
	return (double)use_of(item)->service_ns.sum;
}

static void draw_served(const void *context, const void *item, struct tui_field *field)
{
	(void)context;
	draw_time(&use_of(item)->service_ns, use_of(item)->service_ns.sum, field);
}

static void draw_share(const void *context, const void *item, struct tui_field *field)
{
	tui_field_share(field, use_of(item)->service_ns.sum,
			usage_of(screen_of(context))->total.service_ns.sum);
}

static double value_count(const void *context, const void *item)
{
	(void)context;
	return (double)use_of(item)->commands;
}

static void draw_count(const void *context, const void *item, struct tui_field *field)
{
	(void)context;
	tui_field_count(field, use_of(item)->commands);
}

static double value_bytes(const void *context, const void *item)
{
	(void)context;
	return (double)use_of(item)->bytes;
}

static void draw_bytes(const void *context, const void *item, struct tui_field *field)
{
	(void)context;
	tui_field_bytes(field, use_of(item)->bytes);
}

static double value_issue(const void *context, const void *item)
{
	(void)context;
	return model_figure_mean(&use_of(item)->depth_issue);
}

static void draw_issue(const void *context, const void *item, struct tui_field *field)
{
	(void)context;
	draw_depth(&use_of(item)->depth_issue, field);
}

static double value_issue_max(const void *context, const void *item)
{
	(void)context;
	return (double)use_of(item)->depth_issue.max;
}

static void draw_issue_max(const void *context, const void *item, struct tui_field *field)
{
	(void)context;
	draw_most(&use_of(item)->depth_issue, field);
}

static double value_end(const void *context, const void *item)
{
	(void)context;
	return model_figure_mean(&use_of(item)->depth_end);
}

static void draw_end(const void *context, const void *item, struct tui_field *field)
{
	(void)context;
	draw_depth(&use_of(item)->depth_end, field);
}

static double value_end_max(const void *context, const void *item)
{
	(void)context;
	return (double)use_of(item)->depth_end.max;
}

static void draw_end_max(const void *context, const void *item, struct tui_field *field)
{
	(void)context;
	draw_most(&use_of(item)->depth_end, field);
}

static double value_io(const void *context, const void *item)
{
	(void)context;
	return model_figure_mean(&use_of(item)->io_ns);
}

static void draw_io(const void *context, const void *item, struct tui_field *field)
{
	draw_time(&use_of(item)->io_ns, (uint64_t)(value_io(context, item) + 0.5), field);
}

static double value_io_max(const void *context, const void *item)
{
	(void)context;
	return (double)use_of(item)->io_ns.max;
}

static void draw_io_max(const void *context, const void *item, struct tui_field *field)
{
	(void)context;
	draw_time(&use_of(item)->io_ns, use_of(item)->io_ns.max, field);
}

static void draw_process(const void *context, const void *item, struct tui_field *field)
{
	const struct model_use *use = item;
	const char *comm = model_process_comm(screen_of(context)->model, use->pid);

	if (use->pid)
		snprintf(field->text, sizeof(field->text), "%s[%u]", comm ? comm : "?", use->pid);
	else
		snprintf(field->text, sizeof(field->text), "not known");
	field->style = use->pid ? TUI_ACCENT : TUI_DIM;
}

/* "normal 90%, low 10%"; nothing where priorities are not told. */
static void priorities_of(const struct model_use *use, char *text, size_t text_bytes)
{
	size_t used = 0;
	char number[16];

	text[0] = '\0';
	for (uint8_t i = 1; i < MODEL_PRIORITIES && used < text_bytes; i++) {
		const char *name = ev_io_priority_name(i);

		snprintf(number, sizeof(number), "%u", i);
		if (use->priorities[i])
			used += (size_t)snprintf(
				text + used, text_bytes - used, "%s%s %s", used ? ", " : "",
				name ? name : number,
				tui_format_share(use->priorities[i], use->commands).text);
	}
}

static void draw_priority(const void *context, const void *item, struct tui_field *field)
{
	(void)context;
	priorities_of(item, field->text, sizeof(field->text));
}

static const struct tui_column columns[] = {
	{ "SERVED", "time that the disk worked for it alone: disk service time", 6, 0, 0, 0,
	  value_served, draw_served, NULL },
	{ "SHARE", "of the disk's service time", 5, 0, 6, 0, value_served, draw_share, NULL },
	{ "COUNT", "commands that ended", 6, 0, 0, 0, value_count, draw_count, NULL },
	{ "BYTES", "read and written", 6, 0, 2, 0, value_bytes, draw_bytes, NULL },
	{ "QD/I", "other commands on the disk when one was issued, mean", 5, 0, 0, 0, value_issue,
	  draw_issue, NULL },
	{ "MAX/I", "the most of these", 5, 0, 7, 0, value_issue_max, draw_issue_max, NULL },
	{ "QD/C", "commands still on the disk when one had ended, mean", 5, 0, 1, 0, value_end,
	  draw_end, NULL },
	{ "MAX/C", "the most of these", 5, 0, 8, 0, value_end_max, draw_end_max, NULL },
	{ "I/O", "issue to end, mean", 6, 0, 0, 0, value_io, draw_io, NULL },
	{ "IO MAX", "the longest of these", 6, 0, 3, 0, value_io_max, draw_io_max, NULL },
	{ "PROCESS", "whoever asked for them", 16, 1, 0, TUI_COLUMN_LEFT, NULL, draw_process,
	  NULL },
	{ "PRIORITY", "as Windows tells it: how many were how urgent", 12, 1, 4, TUI_COLUMN_LEFT,
	  NULL, draw_priority, NULL },
};

static size_t count_rows(const void *context)
{
	const struct model_usage *usage = usage_of(screen_of(context));

	return usage ? usage->process_count : 0;
}

static const void *row_at(const void *context, size_t index)
{
	return &usage_of(screen_of(context))->processes[index];
}

static uint64_t key_of(const void *item)
{
	return use_of(item)->pid;
}

static void words_of(const void *context, const void *item, char *text, size_t text_bytes)
{
	struct tui_field field = { 0 };

	draw_process(context, item, &field);
	snprintf(text, text_bytes, "%s", field.text);
}

const struct tui_table_class tui_usage_class = {
	.form = {
		.columns = columns,
		.column_count = sizeof(columns) / sizeof(columns[0]),
		.sort = 0,
		.empty = "No command of it has a record of its own, or it is no disk.",
	},
	.count = count_rows,
	.at = row_at,
	.key = key_of,
	.words = words_of,
};

struct tui_table *tui_usage_table(struct tui_screen *screen)
{
	return &screen->users;
}

static int draw_figure(const struct tui_area *area, int column, const char *name,
		       const struct model_figure *depth)
{
	struct tui_field mean = { 0 };
	char text[64];

	draw_depth(depth, &mean);
	snprintf(text, sizeof(text), depth->count ? "%s max %s" : "%s", mean.text,
		 tui_format_count(depth->max).text);
	return tui_name_fact(area, 1, column, name, text);
}

static void draw_total(const struct tui_screen *screen, const struct tui_area *area,
		       const struct model_device *device, const struct model_use *total)
{
	char text[256];
	int column;

	tui_name_device(device, text, sizeof(text));
	column = 2 + tui_canvas_text(area, 0, 0, TUI_ACCENT, text);
	if (total->service_ns.count)
		column = tui_name_fact(area, 0, column, "busy",
				       tui_format_share(total->service_ns.sum,
							model_session(screen->model)->duration_ns)
					       .text);
	column = tui_name_fact(area, 0, column, "commands", tui_format_count(total->commands).text);
	column = tui_name_fact(area, 0, column, "bytes", tui_format_bytes(total->bytes).text);
	if (total->service_ns.count)
		tui_name_fact(area, 0, column, "served", tui_format_ns(total->service_ns.sum).text);
	column = draw_figure(area, 0, "QD/I", &total->depth_issue);
	column = draw_figure(area, column, "QD/C", &total->depth_end);
	if (total->io_ns.count)
		tui_name_fact(area, 1, column, "I/O max", tui_format_ns(total->io_ns.max).text);
}

/* What the figures leave out; NULL: nothing. */
static const char *caution_of(const struct model_usage *usage)
{
	const struct model_use *total = &usage->total;

	if (usage->partial)
		return "Not all commands have records: depths and service times are not known";
	if (usage->at_least)
		return "Commands are missing: depths may be larger, service times shorter";
	if (total->depth_issue.count < total->commands || total->depth_end.count < total->commands)
		return "Without those at the edges of the recording: what they met is not known";
	return NULL;
}

void tui_usage_draw(struct tui_screen *screen, const struct tui_area *area)
{
	const struct model_device *device = model_device_find(screen->model, screen->device);
	const struct model_usage *usage = usage_of(screen);
	struct tui_area part;
	char text[256];

	tui_table_collect(&screen->users, screen);
	if (!device || !usage) {
		tui_canvas_text(area, 0, 0, TUI_DIM, tui_usage_class.form.empty);
		return;
	}
	draw_total(screen, area, device, &usage->total);
	priorities_of(&usage->total, text, sizeof(text));
	if (caution_of(usage))
		tui_canvas_field(area, 2, 0, area->columns, TUI_WARN, caution_of(usage));
	else if (text[0])
		tui_name_fact(area, 2, 0, "priority", text);
	else
		tui_canvas_text(area, 2, 0, TUI_BOLD, "Who used it");
	part = tui_canvas_part(area, FACT_ROWS, 0, area->rows - FACT_ROWS, area->columns);
	tui_table_draw(&screen->users, &part, screen, 1);
}

int tui_usage_key(struct tui_screen *screen, int key)
{
	if (key != 'b' && key != 'u')
		return 0;
	tui_screen_back(screen);
	return 1;
}

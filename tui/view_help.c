/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The help: keys from the table below, columns from the tables that draw them, stages from their
 * names.
 */
#include "tui/screen.h"

#include <stdio.h>
#include <string.h>

#include "event/names.h"

enum { KEY_WIDTH = 16 };

/* A line without a key is a heading. `windows`: in a recording of Windows; NULL: the same. */
static const struct {
	const char *keys;
	const char *what;
	const char *windows;
} lines[] = {
	{ NULL, "Moving about", NULL },
	{ "1..6, Tab", "views: rings, one ring, operations, requests, devices, losses",
	  "queues, one queue, operations, requests, devices, losses" },
	{ "Enter", "open the ring of the selected row; devices: the queue",
	  "open the queue of the selected row" },
	{ "Esc, Backspace", "back; clears a filter first", NULL },
	{ "arrows, PgUp/Dn", "select a row; Home: top, and stay there; End: last", NULL },
	{ "o", "requests: from the oldest to the slowest and back", NULL },
	{ "d, b", "requests: its device queue, and back; there Enter: request", NULL },
	{ "u", "devices, device queue: who used the disk, and back", NULL },
	{ NULL, "Tables", NULL },
	{ "F3, /", "search; F3 or n: the next match", NULL },
	{ "F4, \\", "filter: only rows with this text", NULL },
	{ "F6, < >", "sort by another column", NULL },
	{ "I", "invert the order", NULL },
	{ "t", "rates and percentiles: last interval, or since the start", NULL },
	{ "e", "show rings that have ended, or hide them",
	  "show queues that have ended, or hide them" },
	{ NULL, "Time", NULL },
	{ "Space, p", "pause and go on; nothing is lost meanwhile", NULL },
	{ "Left, Right", "recording: 5 intervals back or on; with Shift: 60", NULL },
	{ "[ ]", "recording: to its start, to its end (Shift+Home, Shift+End)", NULL },
	{ ", .", "recording: one interval back or on, then pause", NULL },
	{ "+ -", "recording: faster, slower", NULL },
	{ NULL, "Other", NULL },
	{ "mouse", "click rows, headings, views and keys; the wheel scrolls", NULL },
	{ "Ctrl-L", "draw the screen again, when others wrote over it", NULL },
	{ "F1, ?, h", "this help", NULL },
	{ "F10, q", "quit", NULL },
};

static int draw_columns(const struct tui_area *area, int row, const char *title,
			const struct tui_table_form *form)
{
	tui_canvas_format(area, ++row, 0, TUI_BOLD, "Columns: %s", title);
	row++;
	for (size_t i = 0; i < form->column_count; i++, row++) {
		const struct tui_column *column = &form->columns[i];

		tui_canvas_field(area, row, 2, KEY_WIDTH - 1, TUI_ACCENT, column->title);
		tui_canvas_text(area, row, 2 + KEY_WIDTH, TUI_NORMAL, column->what);
	}
	return row;
}

static int draw_keys(const struct tui_screen *screen, const struct tui_area *area, int row)
{
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++, row++) {
		if (!lines[i].keys) {
			tui_canvas_text(area, row, 0, TUI_BOLD, lines[i].what);
			continue;
		}
		tui_canvas_text(area, row, 2, TUI_ACCENT, lines[i].keys);
		tui_canvas_text(area, row, 2 + KEY_WIDTH, TUI_NORMAL,
				tui_is_windows(screen) && lines[i].windows ? lines[i].windows
									   : lines[i].what);
	}
	return row;
}

/* The stages as the tables call them, each with its word in the line below. */
static int draw_stages(const struct tui_area *area, int row)
{
	tui_canvas_text(area, ++row, 0, TUI_BOLD, "Stages: where a request stands");
	row++;
	for (uint8_t stage = 0; stage < EV_STAGE_COUNT; stage++, row++) {
		tui_canvas_text(area, row, 2, TUI_ACCENT, ev_stage_name(stage));
		tui_canvas_format(area, row, 2 + KEY_WIDTH, TUI_NORMAL, "%s: %s",
				  ev_stage_word(stage), ev_stage_what(stage));
	}
	return row;
}

/* Draws from `row` on, which may lie above the area, and returns the row behind the end. */
static int draw(const struct tui_screen *screen, const struct tui_area *area, int row)
{
	row = draw_keys(screen, area, row);
	row = draw_columns(area, row, tui_is_windows(screen) ? "queues" : "rings",
			   screen->rings.form);
	row = draw_columns(area, row, "operations", screen->operations.form);
	if (!tui_is_windows(screen))
		row = draw_stages(area, row);
	row = draw_columns(area, row, "requests in flight", screen->open.form);
	row = draw_columns(area, row, "slowest requests", screen->slow.form);
	row = draw_columns(area, row, "devices", screen->devices.form);
	row = draw_columns(area, row, "commands of a device queue", screen->commands.form);
	return draw_columns(area, row, "users of a disk", screen->users.form);
}

void tui_help_draw(struct tui_screen *screen, const struct tui_area *area)
{
	struct tui_area nowhere = tui_canvas_part(area, 0, 0, 0, 0);

	tui_help_scroll(screen, draw(screen, &nowhere, 0), area->rows);
	draw(screen, area, -screen->scrolled);
}

void tui_help_scroll(struct tui_screen *screen, int text_rows, int rows)
{
	int most = text_rows > rows ? text_rows - rows : 0;

	if (screen->scrolled > most)
		screen->scrolled = most;
}

/* Scrolls a text; also for the losses. */
int tui_help_key(struct tui_screen *screen, int key)
{
	const int page = 15;
	int by = key == TUI_KEY_UP	     ? -1
		 : key == TUI_KEY_DOWN	     ? 1
		 : key == TUI_KEY_WHEEL_UP   ? -3
		 : key == TUI_KEY_WHEEL_DOWN ? 3
		 : key == TUI_KEY_PAGE_UP    ? -page
		 : key == TUI_KEY_PAGE_DOWN  ? page
		 : key == TUI_KEY_HOME	     ? -screen->scrolled
		 : key == TUI_KEY_END	     ? 1000
					     : /* the next picture stops at the end */
			 0;

	if (by == 0)
		return key == TUI_KEY_HOME;
	screen->scrolled = screen->scrolled + by > 0 ? screen->scrolled + by : 0;
	return 1;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The screen: which view is shown and what keys do. It turns keys into changes of its own state or
 * of the feed, and state and model into a canvas; it never touches a terminal. So a test plays keys
 * and compares the picture, and this file does not know whether it is in one.
 *
 * A key goes to the prompt if one is open, then to the view, then to the view's table, then here.
 * The model may have changed since the last picture, so tables gather their rows anew before a key
 * is looked at: rows point into the model.
 */
#include "tui/screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct tui_view tui_views[TUI_VIEW_COUNT] = {
	[TUI_VIEW_RINGS] = { "Rings", tui_rings_table, tui_rings_draw, tui_rings_key, NULL,
			     "Ring" },
	[TUI_VIEW_RING] = { "Ring", tui_ring_table, tui_ring_draw, NULL, NULL, NULL },
	[TUI_VIEW_OPERATIONS] = { "Operations", tui_operations_table, tui_operations_draw, NULL,
				  NULL, NULL },
	[TUI_VIEW_REQUESTS] = { "Requests", tui_requests_table, tui_requests_draw, tui_requests_key,
				NULL, "Ring" },
	[TUI_VIEW_DEVICES] = { "Devices", tui_devices_table, tui_devices_draw, tui_devices_key,
			       tui_devices_gather, "Queue" },
	[TUI_VIEW_LOSSES] = { "Losses", NULL, tui_losses_draw, tui_losses_key, NULL, NULL },
	[TUI_VIEW_HELP] = { "Help", NULL, tui_help_draw, tui_help_key, NULL, NULL },
	[TUI_VIEW_DEVICE_QUEUE] = { "Device queue", tui_device_queue_table, tui_device_queue_draw,
				    tui_device_queue_key, NULL, "Request" },
	[TUI_VIEW_USAGE] = { "Users of a disk", tui_usage_table, tui_usage_draw, tui_usage_key,
			     NULL, NULL },
};

void tui_screen_init(struct tui_screen *screen, struct tui_feed *feed, uint64_t interval_ns)
{
	*screen = (struct tui_screen){ .feed = feed, .interval_ns = interval_ns };
	screen->model = tui_feed_model(feed);
	screen->show_ended = tui_feed_status(feed)->recording;
	tui_table_init(&screen->rings, &tui_rings_class);
	tui_table_init(&screen->ring_operations, &tui_ring_operations_class);
	tui_table_init(&screen->operations, &tui_operations_class);
	tui_table_init(&screen->open, &tui_open_class);
	tui_table_init(&screen->slow, &tui_slow_class);
	tui_table_init(&screen->devices, &tui_devices_class);
	tui_table_init(&screen->commands, &tui_device_queue_class);
	tui_table_init(&screen->users, &tui_usage_class);
}

void tui_screen_done(struct tui_screen *screen)
{
	tui_table_done(&screen->rings);
	tui_table_done(&screen->ring_operations);
	tui_table_done(&screen->operations);
	tui_table_done(&screen->open);
	tui_table_done(&screen->slow);
	tui_table_done(&screen->devices);
	tui_table_done(&screen->commands);
	tui_table_done(&screen->users);
	free(screen->device_rows);
}

void tui_screen_hit(struct tui_screen *screen, const struct tui_area *area, int row, int column,
		    int width, int key)
{
	if (screen->hit_count < TUI_HITS_MAX)
		screen->hits[screen->hit_count++] =
			(struct tui_hit){ area->row + row, area->column + column, width, key };
}

static struct tui_table *table_of(struct tui_screen *screen)
{
	return tui_views[screen->view].table ? tui_views[screen->view].table(screen) : NULL;
}

/* The model as it is now. What system it is of is known once its first event was read. */
static void look(struct tui_screen *screen)
{
	struct tui_table *tables[] = { &screen->rings, &screen->ring_operations,
				       &screen->operations, &screen->open, &screen->slow };

	screen->model = tui_feed_model(screen->feed);
	for (size_t i = 0; tui_is_windows(screen) && i < sizeof(tables) / sizeof(tables[0]); i++)
		tui_table_windows(tables[i]);
}

/* The rows of the view's table as the model has them now. */
static void collect(struct tui_screen *screen)
{
	struct tui_table *table = table_of(screen);

	look(screen);
	if (tui_views[screen->view].gather)
		tui_views[screen->view].gather(screen);
	if (table)
		tui_table_collect(table, screen);
}

/* The collector is asked for single requests of the ring that is looked at, and of no other. */
static void ask_for_detail(struct tui_screen *screen)
{
	uint32_t wanted = screen->view == TUI_VIEW_RING ? screen->ring : 0;
	char line[64];

	if (!screen->tell || wanted == screen->detailed)
		return;
	if (screen->detailed) {
		snprintf(line, sizeof(line), "detail %u off", screen->detailed);
		screen->tell(screen->tell_arg, line);
	}
	if (wanted) {
		snprintf(line, sizeof(line), "detail %u on", wanted);
		screen->tell(screen->tell_arg, line);
	}
	screen->detailed = wanted;
}

void tui_screen_show(struct tui_screen *screen, int view)
{
	if (view != screen->view && screen->view != TUI_VIEW_HELP)
		screen->view_before = screen->view;
	screen->view = view;
	screen->scrolled = 0;
	screen->from_device_queue = 0;
	screen->wanted_queue = 0;
	if (view == TUI_VIEW_RING && screen->ring == 0) {
		const struct model_queue *queue;

		tui_table_collect(&screen->rings, screen);
		queue = tui_table_selected(&screen->rings);
		screen->ring = queue ? queue->id : 0;
	}
	ask_for_detail(screen);
}

void tui_screen_open_ring(struct tui_screen *screen, uint32_t ring)
{
	screen->ring = ring;
	tui_screen_show(screen, TUI_VIEW_RING);
}

void tui_screen_open_device_queue(struct tui_screen *screen, uint32_t device, uint32_t hw_queue,
				  const struct ev_command *command)
{
	screen->device = device;
	screen->device_queue = hw_queue;
	screen->device_from = screen->view;
	screen->commands.selected = screen->commands.top = 0;
	screen->commands.chosen = command != NULL;
	screen->commands.filter[0] = '\0';
	if (command)
		screen->commands.selected_key = tui_command_key(command);
	tui_screen_show(screen, TUI_VIEW_DEVICE_QUEUE);
}

void tui_screen_open_usage(struct tui_screen *screen, uint32_t device)
{
	screen->device = device;
	screen->usage_from = screen->view;
	tui_screen_show(screen, TUI_VIEW_USAGE);
}

int tui_screen_numbered(const struct tui_screen *screen)
{
	return screen->view > TUI_VIEW_HELP ? TUI_VIEW_DEVICES : screen->view;
}

void tui_screen_back(struct tui_screen *screen)
{
	struct tui_table *table = table_of(screen);

	if (table && table->filter[0])
		table->filter[0] = '\0';
	else if (screen->view == TUI_VIEW_HELP)
		tui_screen_show(screen, screen->view_before);
	else if (screen->view == TUI_VIEW_DEVICE_QUEUE)
		tui_screen_show(screen, screen->device_from);
	else if (screen->view == TUI_VIEW_USAGE)
		tui_screen_show(screen, screen->usage_from);
	else if (screen->view == TUI_VIEW_REQUESTS && screen->from_device_queue)
		tui_screen_show(screen, TUI_VIEW_DEVICE_QUEUE);
	else
		tui_screen_show(screen, TUI_VIEW_RINGS);
}

/* The menu of columns, drawn over the left of the view, as htop does. */
static void draw_menu(struct tui_screen *screen, const struct tui_area *area)
{
	const struct tui_table *table = table_of(screen);
	const int width = 14;
	int row = 1;

	if (!table)
		return;
	tui_canvas_field(area, 0, 0, width, TUI_HEADING, "Sort by       ");
	for (size_t i = 0; i < table->form->column_count; i++) {
		const struct tui_column *column = &table->form->columns[i];
		int style = i == screen->menu ? TUI_SELECTED : TUI_NORMAL;

		if (column->flags & TUI_COLUMN_BARS)
			continue;
		tui_canvas_fill(area, row, 0, width, ' ', style);
		tui_canvas_text(area, row, 0, style, column->title);
		tui_canvas_put(area, row, width, 0x2502, TUI_DIM);
		row++;
	}
	tui_canvas_fill(area, row, 0, width + 1, 0x2500, TUI_DIM);
}

void tui_screen_draw(struct tui_screen *screen, struct tui_canvas *canvas)
{
	struct tui_area all = tui_canvas_area(canvas);
	struct tui_area body;
	int top, foot;

	tui_canvas_clear(canvas);
	screen->hit_count = 0;
	look(screen);
	top = tui_header_draw(screen, &all);
	foot = tui_footer_draw(screen, &all);
	body = tui_canvas_part(&all, top, 0, all.rows - top - foot, all.columns);
	tui_views[screen->view].draw(screen, &body);
	if (screen->prompt == TUI_PROMPT_SORT)
		draw_menu(screen, &body);
}

int tui_screen_text(struct tui_screen *screen, struct tui_canvas *canvas)
{
	struct tui_area all, tall, body;
	int rows, top, err;

	look(screen);
	screen->show_ended = 1;
	err = tui_table_collect(&screen->rings, screen);
	if (err)
		return err;
	rows = screen->rings.row_count ? (int)screen->rings.row_count : 1;
	err = tui_canvas_resize(canvas, TUI_HEADER_ROWS + 1 + rows, canvas->columns);
	if (err)
		return err;
	all = tui_canvas_area(canvas);
	tall = all;
	tall.rows = TUI_ROWS_AMPLE;
	top = tui_header_draw(screen, &tall) - 1; /* the tabs are of no use here */
	tui_canvas_fill(&all, top, 0, all.columns, ' ', TUI_NORMAL);
	body = tui_canvas_part(&all, top + 1, 0, all.rows - top - 1, all.columns);
	tui_table_draw(&screen->rings, &body, screen, 0);
	return 0;
}

static void open_prompt(struct tui_screen *screen, int prompt)
{
	struct tui_table *table = table_of(screen);

	if (!table)
		return;
	screen->prompt = prompt;
	screen->not_found = 0;
	screen->menu = table->sort;
	snprintf(screen->text, sizeof(screen->text), "%s",
		 prompt == TUI_PROMPT_FILTER ? table->filter : "");
}

/* One character more or less. */
static void edit(struct tui_screen *screen, int key)
{
	size_t length = strlen(screen->text);

	if (key == TUI_KEY_BACKSPACE && length)
		screen->text[length - 1] = '\0';
	if (key >= ' ' && key < 127 && length + 1 < sizeof(screen->text)) {
		screen->text[length] = (char)key;
		screen->text[length + 1] = '\0';
	}
}

static void key_search(struct tui_screen *screen, struct tui_table *table, int key)
{
	int again = key == TUI_KEY_F0 + 3;

	if (key == TUI_KEY_ESCAPE || key == TUI_KEY_ENTER) {
		screen->prompt = TUI_PROMPT_NONE;
		snprintf(screen->search, sizeof(screen->search), "%s", screen->text);
		return;
	}
	edit(screen, key);
	screen->not_found =
		screen->text[0] && !tui_table_search(table, screen, screen->text, again);
}

static void key_filter(struct tui_screen *screen, struct tui_table *table, int key)
{
	if (key == TUI_KEY_ENTER || key == TUI_KEY_F0 + 4) {
		screen->prompt = TUI_PROMPT_NONE;
		return;
	}
	if (key == TUI_KEY_ESCAPE) {
		screen->prompt = TUI_PROMPT_NONE;
		screen->text[0] = '\0';
	}
	edit(screen, key);
	snprintf(table->filter, sizeof(table->filter), "%s", screen->text);
}

static void key_sort(struct tui_screen *screen, struct tui_table *table, int key)
{
	const struct tui_table_form *form = table->form;
	/* The recording's first event may have taken the column away: see look(). */
	size_t column = screen->menu < form->column_count ? screen->menu : table->sort;

	if (key == TUI_KEY_ESCAPE || key == TUI_KEY_ENTER || key == TUI_KEY_F0 + 6) {
		screen->prompt = TUI_PROMPT_NONE;
		if (key == TUI_KEY_ENTER)
			tui_table_sort(table, column);
		return;
	}
	if (key == TUI_KEY_UP && column > 0)
		column--;
	if (key == TUI_KEY_DOWN && column + 1 < form->column_count)
		column++;
	if (!(form->columns[column].flags & TUI_COLUMN_BARS))
		screen->menu = column;
}

static void key_prompt(struct tui_screen *screen, int key)
{
	struct tui_table *table = table_of(screen);

	if (!table)
		screen->prompt = TUI_PROMPT_NONE;
	else if (screen->prompt == TUI_PROMPT_SEARCH)
		key_search(screen, table, key);
	else if (screen->prompt == TUI_PROMPT_FILTER)
		key_filter(screen, table, key);
	else
		key_sort(screen, table, key);
}

static int key_view(struct tui_screen *screen, int key)
{
	int numbered = tui_screen_numbered(screen);

	switch (key) {
	case TUI_KEY_TAB:
		tui_screen_show(screen, numbered < TUI_VIEW_LOSSES ? numbered + 1 : TUI_VIEW_RINGS);
		return 1;
	case TUI_KEY_BACK_TAB:
		tui_screen_show(screen, numbered > TUI_VIEW_RINGS ? numbered - 1 : TUI_VIEW_LOSSES);
		return 1;
	case '1':
	case '2':
	case '3':
	case '4':
	case '5':
	case '6':
		tui_screen_show(screen, TUI_VIEW_RINGS + key - '1');
		return 1;
	case '?':
	case 'h':
	case TUI_KEY_F0 + 1:
		tui_screen_show(screen, screen->view == TUI_VIEW_HELP ? screen->view_before
								      : TUI_VIEW_HELP);
		return 1;
	case TUI_KEY_ESCAPE:
	case TUI_KEY_BACKSPACE:
		tui_screen_back(screen);
		return 1;
	default:
		return 0;
	}
}

/* Keys that move a recording; the steps are an interval's, so that they fit its rates. */
static int key_feed(struct tui_screen *screen, int key)
{
	const struct tui_feed_status *status = tui_feed_status(screen->feed);
	int64_t step_ns = (int64_t)screen->interval_ns;

	switch (key) {
	case ' ':
	case 'p':
		tui_feed_pause(screen->feed, !status->paused && !status->ended);
		return 1;
	case TUI_KEY_LEFT:
	case TUI_KEY_RIGHT:
		tui_feed_seek(screen->feed, (key == TUI_KEY_LEFT ? -5 : 5) * step_ns);
		return 1;
	case TUI_KEY_SHIFT_LEFT:
	case TUI_KEY_SHIFT_RIGHT:
		tui_feed_seek(screen->feed, (key == TUI_KEY_SHIFT_LEFT ? -60 : 60) * step_ns);
		return 1;
	case TUI_KEY_SHIFT_HOME:
	case '[':
		tui_feed_seek_start(screen->feed);
		return 1;
	case TUI_KEY_SHIFT_END:
	case ']':
		tui_feed_seek_end(screen->feed);
		return 1;
	case '.':
	case ',':
		tui_feed_nudge(screen->feed, key == '.' ? 1 : -1);
		return 1;
	case '+':
	case '-':
		tui_feed_speed(screen->feed, key == '+');
		return 1;
	default:
		return 0;
	}
}

static void key_other(struct tui_screen *screen, int key)
{
	struct tui_table *table = table_of(screen);

	switch (key) {
	case 'q':
	case TUI_KEY_F0 + 10:
		screen->quit = 1;
		break;
	case '/':
	case TUI_KEY_F0 + 3:
		open_prompt(screen, TUI_PROMPT_SEARCH);
		break;
	case 'n':
		if (table)
			tui_table_search(table, screen, screen->search, 1);
		break;
	case '\\':
	case TUI_KEY_F0 + 4:
		open_prompt(screen, TUI_PROMPT_FILTER);
		break;
	case TUI_KEY_F0 + 6:
		open_prompt(screen, TUI_PROMPT_SORT);
		break;
	case 't':
		screen->whole = !screen->whole;
		break;
	case 'e':
		screen->show_ended = !screen->show_ended;
		break;
	default:
		break;
	}
}

/* A click becomes the key of the place that was hit, or goes to the table. 0: nothing left to do.
 */
static int key_of_click(struct tui_screen *screen, const struct tui_input *input)
{
	struct tui_table *table = table_of(screen);

	for (int i = 0; i < screen->hit_count; i++) {
		const struct tui_hit *hit = &screen->hits[i];

		if (input->row == hit->row && input->column >= hit->column &&
		    input->column < hit->column + hit->width)
			return hit->key;
	}
	if (screen->view == TUI_VIEW_REQUESTS && screen->prompt == TUI_PROMPT_NONE) {
		int on_slow = input->row >= screen->slow.area.row;

		screen->on_slow = on_slow;
		table = table_of(screen);
		collect(screen);
	}
	if (table && screen->prompt == TUI_PROMPT_NONE)
		return tui_table_click(table, input->row, input->column) == 2 ? TUI_KEY_ENTER : 0;
	return 0;
}

void tui_screen_key(struct tui_screen *screen, const struct tui_input *input)
{
	struct tui_table *table;
	int key = input->key;

	collect(screen);
	if (key == TUI_KEY_CLICK)
		key = key_of_click(screen, input);
	if (key == TUI_KEY_NONE)
		return;
	if (screen->prompt != TUI_PROMPT_NONE) {
		key_prompt(screen, key);
		return;
	}
	if (tui_views[screen->view].key && tui_views[screen->view].key(screen, key))
		return;
	table = table_of(screen);
	if (key_feed(screen, key) || (table && tui_table_key(table, key)) || key_view(screen, key))
		return;
	key_other(screen, key);
}

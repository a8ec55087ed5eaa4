/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The lines that are always there.
 *
 *   ringlens  db7 · 6.18.0 · 16 CPUs                         aggregate · live 00:01:23.4
 *   rings 12  84.2k req/s  in flight 312  p50 82us  p99 1.21ms  1.20Gi/s  punted 3%
 *   no loss
 *   1 Rings  2 Ring  3 Operations  4 Requests  5 Devices  6 Losses       last 1.00s (t)
 *   …
 *   F1Help  F3Search  …
 *
 * The line of losses never goes, however small the terminal: a number that misses something must
 * not be seen without being told so.
 */
#include "tui/screen.h"

#include <stdio.h>
#include <string.h>

#include "event/names.h"

static const char *state_of(const struct tui_feed_status *status)
{
	if (status->ended)
		return "ended";
	if (status->paused)
		return "paused";
	if (status->behind)
		return "seeking";
	return status->recording ? "playing" : "live";
}

/* `brief` on a narrow terminal. */
static void state_text(const struct tui_screen *screen, int brief, char *text, size_t text_bytes)
{
	const struct model_session *session = model_session(screen->model);
	const struct tui_feed_status *status = tui_feed_status(screen->feed);
	const char *mode = brief || !session->known		? ""
			   : session->mode == EV_MODE_AGGREGATE ? "aggregate · "
								: "full · ";
	char speed[32] = "";

	if (status->recording && !status->ended)
		snprintf(speed, sizeof(speed), status->speed < 1 ? " 1/%gx" : " %gx",
			 status->speed < 1 ? 1 / status->speed : status->speed);
	if (status->recording)
		snprintf(text, text_bytes, "%s%s%s %s / %s", mode, state_of(status), speed,
			 tui_format_clock(status->position_ns).text,
			 tui_format_clock(status->span_ns).text);
	else
		snprintf(text, text_bytes, "%s%s %s", mode, state_of(status),
			 tui_format_clock(session->duration_ns).text);
}

static void draw_title(const struct tui_screen *screen, const struct tui_area *area)
{
	const struct model_session *session = model_session(screen->model);
	char state[128], where[256] = "waiting for the first events";
	int state_width, column;

	state_text(screen, area->columns < 60, state, sizeof(state));
	if (session->known)
		snprintf(where, sizeof(where), "%s%s%s · %u CPUs", session->host,
			 session->host[0] ? " · " : "", session->kernel, session->cpu_count);
	state_width = tui_canvas_width(state);
	column = 2 + tui_canvas_text(area, 0, 0, TUI_BOLD, "ringlens");
	if (column + state_width > area->columns) { /* no room for both: the state matters */
		tui_canvas_field(area, 0, 0, area->columns, TUI_BOLD | TUI_TO_RIGHT, state);
		return;
	}
	tui_canvas_field(area, 0, column, area->columns - column - state_width - 2, TUI_ACCENT,
			 where);
	tui_canvas_text(area, 0, area->columns - state_width, TUI_BOLD, state);
}

/* "name value", if it still fits behind *column. */
static void segment(const struct tui_area *area, int row, int *column, const char *name,
		    const char *value)
{
	int width = tui_canvas_width(name) + tui_canvas_width(value);

	if (*column + width > area->columns)
		return;
	*column = tui_canvas_text(area, row, *column, TUI_DIM, name);
	*column = 2 + tui_canvas_text(area, row, *column, TUI_BOLD, value);
}

static size_t alive_count(const struct model *model)
{
	size_t alive = 0;

	for (size_t i = 0; i < model_queue_count(model); i++)
		alive += model_queue_at(model, i)->ended_ns == 0;
	return alive;
}

/* Numbers of a part are not taken for all: of a long filter at least the beginning is there. */
static void draw_filter(const struct tui_screen *screen, const struct tui_area *area, int row,
			int *column)
{
	enum { FILTER_MOST = 20, FILTER_LEAST = 6 };
	static const char name[] = "filter ";
	const char *recorded = model_session(screen->model)->filter;
	int start = *column + tui_canvas_width(name);
	int room = area->columns - start, width;
	char filter[512];

	snprintf(filter, sizeof(filter), "%s%s%s", recorded,
		 recorded[0] && screen->asked[0] ? " " : "", screen->asked);
	width = tui_canvas_width(filter);
	if (room > FILTER_MOST)
		room = FILTER_MOST;
	if (!width || (width > room && room < FILTER_LEAST))
		return;
	if (width > room)
		width = room;
	tui_canvas_text(area, row, *column, TUI_DIM, name);
	tui_canvas_field(area, row, start, width, TUI_BOLD, filter);
	*column = start + width + 2;
}

static void draw_totals(const struct tui_screen *screen, const struct tui_area *area, int row)
{
	const struct model_queue *total = model_total(screen->model);
	const struct model_interval *last = &total->last;
	uint64_t session_ns = model_session(screen->model)->duration_ns;
	uint64_t count = screen->whole ? total->ended : last->count;
	uint64_t bytes = screen->whole ? total->bytes : last->bytes;
	uint64_t worker = screen->whole ? total->worker : last->worker;
	uint64_t ns = screen->whole ? session_ns : screen->interval_ns;
	uint64_t p50 = screen->whole ? histogram_quantile(&total->latency, 0.5) : last->p50_ns;
	uint64_t p99 = screen->whole ? histogram_quantile(&total->latency, 0.99) : last->p99_ns;
	char text[64], queues[16];
	int column = 0;

	snprintf(text, sizeof(text), "%s", tui_format_count(alive_count(screen->model)).text);
	snprintf(queues, sizeof(queues), "%ss ", tui_name_of_queues(screen));
	segment(area, row, &column, queues, text);
	snprintf(text, sizeof(text), "%s req/s",
		 tui_format_count((uint64_t)(tui_rate(count, ns) + 0.5)).text);
	segment(area, row, &column, "", text);
	snprintf(text, sizeof(text), "%s%s",
		 total->in_flight.known ? tui_format_count(total->in_flight.now).text : "-",
		 total->in_flight.known && total->in_flight.at_least ? "+" : "");
	segment(area, row, &column, "in flight ", text);
	if (tui_requests_oldest(screen, text, sizeof(text)))
		segment(area, row, &column, "oldest ", text);
	draw_filter(screen, area, row, &column);
	segment(area, row, &column, "p50 ", count ? tui_format_ns(p50).text : "-");
	segment(area, row, &column, "p99 ", count ? tui_format_ns(p99).text : "-");
	snprintf(text, sizeof(text), "%s/s",
		 tui_format_bytes((uint64_t)(tui_rate(bytes, ns) + 0.5)).text);
	segment(area, row, &column, "", text);
	if (!tui_is_windows(screen))
		segment(area, row, &column, "punted ", tui_format_share(worker, count).text);
}

/* The largest loss that was counted, else one that could not be. */
static const struct model_loss *worst_loss(const struct model *model)
{
	const struct model_loss *worst = NULL;

	for (size_t i = 0; i < model_loss_count(model); i++) {
		const struct model_loss *loss = model_loss_at(model, i);

		if (!worst || loss->count > worst->count)
			worst = loss;
	}
	return worst;
}

/* "LOST 1234 · where: why; advice", the advice only where it fits; "6" shows the rest. */
static void draw_loss(const struct tui_area *area, int row, const struct model_loss *loss,
		      size_t more)
{
	char text[1024], suffix[64] = "";
	size_t length;

	snprintf(text, sizeof(text), "LOST %s%s · %s: %s",
		 loss->count ? tui_format_count(loss->count).text : "an unknown number",
		 loss->count && loss->uncountable ? " and more" : "", ev_loss_where(loss->loss),
		 ev_loss_why(loss->loss));
	length = strlen(text);
	if (*ev_loss_advice(loss->loss))
		snprintf(text + length, sizeof(text) - length, "; %s", ev_loss_advice(loss->loss));
	if (more)
		snprintf(suffix, sizeof(suffix), " (+%zu more: press 6)", more);
	else if (tui_canvas_width(text) > area->columns)
		snprintf(suffix, sizeof(suffix), " (rest: press 6)");
	if (area->columns < 60)
		suffix[0] = '\0';
	if (tui_canvas_width(text) + tui_canvas_width(suffix) > area->columns)
		text[length] = '\0';
	tui_canvas_field(area, row, 0, area->columns - tui_canvas_width(suffix), TUI_CRIT, text);
	tui_canvas_text(area, row, area->columns - tui_canvas_width(suffix), TUI_CRIT, suffix);
}

void tui_header_losses(const struct tui_screen *screen, const struct tui_area *area, int row)
{
	const struct model_loss *loss = worst_loss(screen->model);

	if (loss)
		draw_loss(area, row, loss, model_loss_count(screen->model) - 1);
	else if (model_session(screen->model)->known)
		tui_canvas_text(area, row, 0, TUI_GOOD, "no loss");
	else
		tui_canvas_text(area, row, 0, TUI_DIM, "no loss known yet");
}

/* What rates and percentiles speak of, and the key that changes it. */
static void draw_span(const struct tui_screen *screen, const struct tui_area *area, int row,
		      int column)
{
	char text[64] = "since start (t)";

	if (!screen->whole)
		snprintf(text, sizeof(text), "last %s (t)",
			 tui_format_ns(screen->interval_ns).text);
	if (column + tui_canvas_width(text) <= area->columns)
		tui_canvas_text(area, row, area->columns - tui_canvas_width(text), TUI_DIM, text);
}

/* What a view is called: Windows has no rings. */
static const char *view_name(const struct tui_screen *screen, int view)
{
	int queues = tui_is_windows(screen);

	return queues && view == TUI_VIEW_RINGS	 ? "Queues"
	       : queues && view == TUI_VIEW_RING ? "Queue"
						 : tui_views[view].name;
}

static void draw_tabs(struct tui_screen *screen, const struct tui_area *area, int row)
{
	int current = tui_screen_numbered(screen);
	int column = 0;

	for (int i = TUI_VIEW_RINGS; i < TUI_VIEW_HELP; i++) {
		int brief = area->columns < 66 && i != current;
		int start = column;

		column = tui_canvas_format(area, row, column, TUI_NORMAL, brief ? " %d" : " %d %s",
					   i - TUI_VIEW_RINGS + 1, view_name(screen, i));
		if (i == current)
			tui_canvas_paint(area, row, start, column + 1 - start, TUI_TAB_CURRENT);
		tui_screen_hit(screen, area, row, start, column - start, '1' + i - TUI_VIEW_RINGS);
		column++;
	}
	if (screen->view == TUI_VIEW_HELP)
		column = tui_canvas_text(area, row, column, TUI_TAB_CURRENT, " Help ");
	draw_span(screen, area, row, column);
}

/* Fewer rows when there are few. */
int tui_header_draw(struct tui_screen *screen, const struct tui_area *area)
{
	int row = 0;

	if (area->rows >= 5) {
		draw_title(screen, area);
		row++;
	}
	if (area->rows >= 7)
		draw_totals(screen, area, row++);
	tui_header_losses(screen, area, row++);
	if (area->rows >= 8)
		draw_tabs(screen, area, row++);
	return row;
}

static int draw_prompt(const struct tui_screen *screen, const struct tui_area *area, int row)
{
	const char *name = screen->prompt == TUI_PROMPT_SEARCH	 ? "Search: "
			   : screen->prompt == TUI_PROMPT_FILTER ? "Filter: "
								 : NULL;
	int column;

	if (screen->prompt == TUI_PROMPT_SORT) {
		tui_canvas_text(area, row, 0, TUI_KEY_LABEL,
				" Up/Down choose  Enter sort  Esc cancel ");
		return 1;
	}
	if (!name)
		return 0;
	column = tui_canvas_text(area, row, 0, TUI_KEY_LABEL, name);
	column = tui_canvas_text(area, row, column, TUI_BOLD, screen->text);
	tui_canvas_put(area, row, column, '_', TUI_BOLD);
	if (screen->not_found)
		tui_canvas_text(area, row, column + 2, TUI_WARN, "not found");
	else
		tui_canvas_text(area, row, column + 2, TUI_DIM,
				screen->prompt == TUI_PROMPT_SEARCH ? "F3 next  Enter keep"
								    : "Enter keep  Esc clear");
	return 1;
}

static const char *enter_name(const struct tui_screen *screen)
{
	const char *name = tui_views[screen->view].enter;
	int leads_to_ring = name && !strcmp(name, tui_views[TUI_VIEW_RING].name);

	return leads_to_ring ? view_name(screen, TUI_VIEW_RING) : name;
}

static void draw_keys(struct tui_screen *screen, const struct tui_area *area, int row)
{
	enum where { ALWAYS, TABLES, ENTERED, REQUESTS, DISKS, RECORDINGS };
	const struct {
		const char *key;
		const char *label;
		int code; /* what a click means; 0: nothing */
		enum where where;
	} keys[] = {
		{ "F1", "Help", TUI_KEY_F0 + 1, ALWAYS },
		{ "F3", "Search", TUI_KEY_F0 + 3, TABLES },
		{ "F4", "Filter", TUI_KEY_F0 + 4, TABLES },
		{ "F6", "SortBy", TUI_KEY_F0 + 6, TABLES },
		{ "F10", "Quit", TUI_KEY_F0 + 10, ALWAYS },
		{ "Enter", enter_name(screen), TUI_KEY_ENTER, ENTERED },
		{ "Space", "Pause", ' ', ALWAYS },
		{ "←→", "Seek", 0, RECORDINGS },
		{ ",.", "Step", 0, RECORDINGS },
		{ "+-", "Speed", 0, RECORDINGS },
		{ "d", "Device", 'd', REQUESTS },
		{ "u", "Users", 'u', DISKS },
		{ "I", "Invert", 'I', TABLES },
	};
	const int shown[] = {
		[ALWAYS] = 1,
		[TABLES] = tui_views[screen->view].table != NULL,
		[ENTERED] = tui_views[screen->view].enter != NULL,
		[REQUESTS] = screen->view == TUI_VIEW_REQUESTS,
		[DISKS] = screen->view == TUI_VIEW_DEVICES || screen->view == TUI_VIEW_DEVICE_QUEUE,
		[RECORDINGS] = tui_feed_status(screen->feed)->recording,
	};
	int column = 0;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		int start = column;
		int width;

		if (!shown[keys[i].where])
			continue;
		width = tui_canvas_width(keys[i].key) + tui_canvas_width(keys[i].label) + 1;
		if (column + width > area->columns + 1)
			continue;
		column = tui_canvas_text(area, row, column, TUI_KEY, keys[i].key);
		column = tui_canvas_text(area, row, column, TUI_KEY_LABEL, keys[i].label);
		if (keys[i].code)
			tui_screen_hit(screen, area, row, start, column - start, keys[i].code);
		column++;
	}
}

/* What the line above the keys says; NULL: nothing, the line belongs to the view. */
static const char *sentence_of(struct tui_screen *screen, char *text, size_t text_bytes)
{
	struct tui_table *table =
		tui_views[screen->view].table ? tui_views[screen->view].table(screen) : NULL;

	if (screen->sentence && screen->sentence[0])
		return screen->sentence;
	if (tui_feed_status(screen->feed)->sentence[0])
		return tui_feed_status(screen->feed)->sentence;
	if (!table || !table->filter[0] || screen->prompt == TUI_PROMPT_FILTER)
		return NULL;
	snprintf(text, text_bytes, "Filter: %s (Esc clears it)", table->filter);
	return text;
}

/* The last rows: a sentence when there is something to say, then the prompt if one is open, else
 * the keys. Returns the rows it took. */
int tui_footer_draw(struct tui_screen *screen, const struct tui_area *area)
{
	char text[TUI_FILTER_BYTES + 64];
	const char *sentence = sentence_of(screen, text, sizeof(text));
	int row = area->rows - 1;

	if (!draw_prompt(screen, area, row))
		draw_keys(screen, area, row);
	if (!sentence || area->rows < 8)
		return 1;
	tui_canvas_field(area, row - 1, 0, area->columns, TUI_WARN, sentence);
	return 2;
}

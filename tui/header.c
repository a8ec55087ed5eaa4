/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The lines that are always there.
 *
 *   ringlens  db7 · 6.18.0 · 16 CPUs                         aggregate · live 00:01:23.4
 *   12 rings  84.2k/s  in flight 312  p50 82us  p99 1.21ms  1.20Gi/s  punted 3%
 *   no loss
 *   1 Rings  2 Ring  3 Operations  4 Requests  5 Devices  6 Losses       rates: last 1.00s
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

static void state_text(const struct tui_screen *screen, char *text, size_t text_bytes)
{
	const struct model_session *session = model_session(screen->model);
	const struct tui_feed_status *status = tui_feed_status(screen->feed);
	const char *mode = !session->known			? ""
			   : session->mode == EV_MODE_AGGREGATE ? "aggregate · "
								: "full · ";

	if (!status->recording)
		snprintf(text, text_bytes, "%s%s %s", mode, state_of(status),
			 tui_format_clock(session->duration_ns).text);
	else
		snprintf(text, text_bytes, "%s%s %gx %s / %s", mode, state_of(status),
			 status->speed, tui_format_clock(status->position_ns).text,
			 tui_format_clock(status->span_ns).text);
}

static void draw_title(const struct tui_screen *screen, const struct tui_area *area)
{
	const struct model_session *session = model_session(screen->model);
	char state[128], where[256] = "waiting for the first events";
	int state_width, column;

	state_text(screen, state, sizeof(state));
	if (session->known)
		snprintf(where, sizeof(where), "%s%s%s · %u CPUs", session->host,
			 session->host[0] ? " · " : "", session->kernel, session->cpu_count);
	state_width = tui_canvas_width(state);
	column = 2 + tui_canvas_text(area, 0, 0, TUI_BOLD, "ringlens");
	if (column + state_width > area->columns) { /* no room for both: the state matters */
		tui_canvas_field(area, 0, 0, area->columns, TUI_BOLD, 1, state);
		return;
	}
	tui_canvas_field(area, 0, column, area->columns - column - state_width - 2, TUI_ACCENT, 0,
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
	char text[64];
	int column = 0;

	snprintf(text, sizeof(text), "%s", tui_format_count(alive_count(screen->model)).text);
	segment(area, row, &column, "rings ", text);
	snprintf(text, sizeof(text), "%s/s",
		 tui_format_count((uint64_t)(tui_rate(count, ns) + 0.5)).text);
	segment(area, row, &column, "requests ", text);
	segment(area, row, &column, "in flight ",
		total->in_flight.known ? tui_format_count(total->in_flight.now).text : "-");
	segment(area, row, &column, "p50 ", count ? tui_format_ns(p50).text : "-");
	segment(area, row, &column, "p99 ", count ? tui_format_ns(p99).text : "-");
	snprintf(text, sizeof(text), "%s/s",
		 tui_format_bytes((uint64_t)(tui_rate(bytes, ns) + 0.5)).text);
	segment(area, row, &column, "", text);
	segment(area, row, &column, "punted ", tui_format_share(worker, count).text);
	if (model_session(screen->model)->filter[0])
		segment(area, row, &column, "filter ", model_session(screen->model)->filter);
}

/* The largest loss; one that could not be counted comes before any that was. */
static const struct model_loss *worst_loss(const struct model *model)
{
	const struct model_loss *worst = NULL;

	for (size_t i = 0; i < model_loss_count(model); i++) {
		const struct model_loss *loss = model_loss_at(model, i);

		if (!worst || loss->uncountable > worst->uncountable ||
		    (loss->uncountable == worst->uncountable && loss->count > worst->count))
			worst = loss;
	}
	return worst;
}

void tui_header_losses(const struct tui_screen *screen, const struct tui_area *area, int row)
{
	const struct model_loss *loss = worst_loss(screen->model);
	size_t more = model_loss_count(screen->model);
	char count[64] = "some";
	char text[512];

	if (!loss) {
		if (model_session(screen->model)->known)
			tui_canvas_text(area, row, 0, TUI_GOOD, "no loss");
		else
			tui_canvas_text(area, row, 0, TUI_DIM, "no loss known yet");
		return;
	}
	if (loss->count)
		snprintf(count, sizeof(count), "%s%s", loss->uncountable ? "more than " : "",
			 tui_format_count(loss->count).text);
	snprintf(text, sizeof(text), "LOST %s · %s: %s. %s", count, ev_loss_where(loss->loss),
		 ev_loss_why(loss->loss), ev_loss_advice(loss->loss));
	tui_canvas_field(area, row, 0, area->columns, TUI_CRIT, 0, text);
	if (more > 1 && area->columns >= 60) {
		snprintf(text, sizeof(text), " (+%zu more: press 6)", more - 1);
		tui_canvas_text(area, row, area->columns - tui_canvas_width(text), TUI_CRIT, text);
	}
}

static void draw_tabs(struct tui_screen *screen, const struct tui_area *area, int row)
{
	const char *rates = screen->whole ? "rates: since start (t)" : "rates: last ";
	char text[64];
	int column = 0;

	for (int i = TUI_VIEW_RINGS; i < TUI_VIEW_HELP; i++) {
		int style = i == screen->view ? TUI_TAB_CURRENT : TUI_NORMAL;
		int brief = area->columns < 76 && i != screen->view;
		int start = column;

		column = tui_canvas_format(area, row, column, style, brief ? " %d " : " %d %s ",
					   i - TUI_VIEW_RINGS + 1, tui_views[i].name);
		tui_screen_hit(screen, area, row, start, column - start, '1' + i - TUI_VIEW_RINGS);
	}
	if (screen->view == TUI_VIEW_HELP)
		column = tui_canvas_text(area, row, column, TUI_TAB_CURRENT, " Help ");
	snprintf(text, sizeof(text), "%s%s%s", rates,
		 screen->whole ? "" : tui_format_ns(screen->interval_ns).text,
		 screen->whole ? "" : " (t)");
	if (column + 2 + tui_canvas_width(text) <= area->columns)
		tui_canvas_text(area, row, area->columns - tui_canvas_width(text), TUI_DIM, text);
}

/* Returns the rows it took: fewer when there are few. */
int tui_header_draw(struct tui_screen *screen, const struct tui_area *area)
{
	int row = 0;

	if (area->rows >= 5)
		draw_title(screen, area), row++;
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

static void draw_keys(struct tui_screen *screen, const struct tui_area *area, int row)
{
	static const struct {
		const char *key;
		const char *label;
		int code;
		int views; /* 1: only where there is a table; 2: only on a recording */
	} keys[] = {
		{ "F1", "Help", TUI_KEY_F0 + 1, 0 },
		{ "F3", "Search", TUI_KEY_F0 + 3, 1 },
		{ "F4", "Filter", TUI_KEY_F0 + 4, 1 },
		{ "F6", "SortBy", TUI_KEY_F0 + 6, 1 },
		{ "I", "Invert", 'I', 1 },
		{ "Enter", "Ring", TUI_KEY_ENTER, 1 },
		{ "Space", "Pause", ' ', 0 },
		{ "</>", "Seek", 0, 2 },
		{ ",.", "Step", 0, 2 },
		{ "+-", "Speed", 0, 2 },
		{ "F10", "Quit", TUI_KEY_F0 + 10, 0 },
	};
	int recording = tui_feed_status(screen->feed)->recording;
	int has_table = tui_views[screen->view].table != NULL;
	int column = 0;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const char *key = keys[i].code || keys[i].views != 2 || keys[i].key[0] != '<'
					  ? keys[i].key
					  : "\u2190\u2192";
		int start = column;
		int width = tui_canvas_width(key) + tui_canvas_width(keys[i].label) + 1;

		if ((keys[i].views == 1 && !has_table) || (keys[i].views == 2 && !recording) ||
		    column + width > area->columns + 1)
			continue;
		column = tui_canvas_text(area, row, column, TUI_KEY, key);
		column = tui_canvas_text(area, row, column, TUI_KEY_LABEL, keys[i].label);
		if (keys[i].code)
			tui_screen_hit(screen, area, row, start, column - start, keys[i].code);
		column++;
	}
}

/* The last row: what happened if something did, the prompt if one is open, else the keys. */
void tui_footer_draw(struct tui_screen *screen, const struct tui_area *area)
{
	const struct tui_feed_status *status = tui_feed_status(screen->feed);
	const char *sentence =
		screen->sentence && screen->sentence[0] ? screen->sentence : status->sentence;
	struct tui_table *table =
		tui_views[screen->view].table ? tui_views[screen->view].table(screen) : NULL;
	int row = area->rows - 1;

	if (draw_prompt(screen, area, row))
		return;
	draw_keys(screen, area, row);
	if (area->rows < 8)
		return;
	if (sentence[0]) {
		tui_canvas_fill(area, row - 1, 0, area->columns, ' ', TUI_WARN);
		tui_canvas_field(area, row - 1, 0, area->columns,
				 status->recording && !status->failed ? TUI_DIM : TUI_WARN, 0,
				 sentence);
	} else if (table && table->filter[0]) {
		tui_canvas_fill(area, row - 1, 0, area->columns, ' ', TUI_NORMAL);
		tui_canvas_format(area, row - 1, 0, TUI_WARN,
				  "Filter: %s (%zu shown, %zu hidden; Esc clears)", table->filter,
				  table->row_count, table->hidden);
	}
}

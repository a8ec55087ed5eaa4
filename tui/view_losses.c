/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Everything that happened and is not in the data: how much, where, why, and what to do about it,
 * in whole sentences. The header has room for one; here are all.
 */
#include "tui/screen.h"

#include <stdio.h>
#include <string.h>

#include "event/names.h"

/* Length of the part of `text` that fits into `width` columns, broken at a space. */
static size_t line_length(const char *text, int width)
{
	size_t length = strlen(text), cut;

	if (length <= (size_t)width)
		return length;
	for (cut = (size_t)width; cut > 0 && text[cut] != ' '; cut--)
		;
	return cut ? cut : (size_t)width;
}

/* Draws `text` as lines from `row` on, which may lie above the area. Returns the row behind it. */
static int wrap(const struct tui_area *area, int row, int indent, int style, const char *text)
{
	int width = area->columns - indent > 8 ? area->columns - indent : 8;

	while (*text) {
		size_t length = line_length(text, width);

		tui_canvas_format(area, row++, indent, style, "%.*s", (int)length, text);
		text += length;
		text += strspn(text, " ");
	}
	return row;
}

static int draw_loss(const struct tui_screen *screen, const struct tui_area *area, int row,
		     const struct model_loss *loss)
{
	const struct model_queue *queue = model_queue_find(screen->model, loss->queue);
	char owner[96] = "", of[32] = "", text[1024];

	if (loss->queue && queue) {
		tui_name_owner(queue, owner, sizeof(owner));
		snprintf(of, sizeof(of), ", %s of ", tui_name_of_queues(screen));
	}
	if (loss->count)
		snprintf(text, sizeof(text), "%llu%s, %s%s%s", (unsigned long long)loss->count,
			 loss->uncountable ? " and more" : "", ev_loss_where(loss->loss), of,
			 owner);
	else
		snprintf(text, sizeof(text), "An unknown number, %s%s%s", ev_loss_where(loss->loss),
			 of, owner);
	row = wrap(area, row, 0, TUI_CRIT, text);
	row = wrap(area, row, 2, TUI_NORMAL, ev_loss_why(loss->loss));
	row = wrap(area, row, 2, TUI_GOOD, ev_loss_advice(loss->loss));
	return row + 1;
}

static int draw(const struct tui_screen *screen, const struct tui_area *area, int row)
{
	for (size_t i = 0; i < model_loss_count(screen->model); i++)
		row = draw_loss(screen, area, row, model_loss_at(screen->model, i));
	return row;
}

void tui_losses_draw(struct tui_screen *screen, const struct tui_area *area)
{
	struct tui_area unseen = tui_canvas_part(area, 0, 0, 0, area->columns);

	if (model_loss_count(screen->model) == 0) {
		wrap(area, 0, 0, TUI_GOOD,
		     tui_is_windows(screen) ? "No loss: Windows tells of no lost events, and the "
					      "recording is whole."
					    : "No loss: nothing that the probes saw is missing "
					      "from these numbers.");
		return;
	}
	tui_help_scroll(screen, draw(screen, &unseen, 0), area->rows);
	draw(screen, area, -screen->scrolled);
}

int tui_losses_key(struct tui_screen *screen, int key)
{
	return tui_help_key(screen, key);
}

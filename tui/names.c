/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * How things are called and how numbers look in a table, the same in every view: zeros are dim,
 * what was not measured is a dash.
 */
#include "tui/screen.h"

#include <stdio.h>

#include "event/names.h"

void tui_name_owner(const struct model_queue *queue, char *text, size_t text_bytes)
{
	if (queue->type == MODEL_QUEUE_OTHERS)
		snprintf(text, text_bytes, "(all others)");
	else if (!queue->declared)
		snprintf(text, text_bytes, "(not known)");
	else
		snprintf(text, text_bytes, "%s[%u]", queue->comm[0] ? queue->comm : "?",
			 queue->pid);
}

void tui_name_queue(uint32_t queue, char *text, size_t text_bytes)
{
	snprintf(text, text_bytes, "%u", queue);
}

const char *tui_name_of_queues(const struct tui_screen *screen)
{
	return ev_queue_word(model_session(screen->model)->os);
}

int tui_is_windows(const struct tui_screen *screen)
{
	return model_session(screen->model)->os == EV_OS_WINDOWS;
}

void tui_name_operation(uint8_t queue_type, uint16_t op, char *text, size_t text_bytes)
{
	const char *name = ev_op_name(queue_type, op);

	if (op == MODEL_OP_OTHERS)
		snprintf(text, text_bytes, "(all others)");
	else if (name)
		snprintf(text, text_bytes, "%s", name);
	else
		snprintf(text, text_bytes, "op %u", op);
}

int tui_name_fact(const struct tui_area *area, int row, int column, const char *name,
		  const char *value)
{
	enum { NUMBER_MAX = 12, TEXT_MIN = 8 };
	int start = column + tui_canvas_width(name) + 1;
	int width = tui_canvas_width(value), room = area->columns - start;

	if (width > room && (width <= NUMBER_MAX || room < TEXT_MIN))
		return area->columns;
	tui_canvas_format(area, row, column, TUI_DIM, "%s ", name);
	if (width > room)
		width = room;
	tui_canvas_field(area, row, start, width, TUI_NORMAL, value);
	return 2 + start + width;
}

static void set(struct tui_field *field, struct tui_text text, int zero)
{
	snprintf(field->text, sizeof(field->text), "%s", text.text);
	field->style = zero ? TUI_DIM : TUI_NORMAL;
}

void tui_field_count(struct tui_field *field, uint64_t count)
{
	set(field, tui_format_count(count), count == 0);
}

void tui_field_bytes(struct tui_field *field, uint64_t bytes)
{
	set(field, tui_format_bytes(bytes), bytes == 0);
}

void tui_field_ns(struct tui_field *field, uint64_t ns)
{
	struct tui_text dash = { "-" };

	set(field, ns ? tui_format_ns(ns) : dash, ns == 0);
}

void tui_field_share(struct tui_field *field, uint64_t part, uint64_t whole)
{
	set(field, tui_format_share(part, whole), part == 0);
}

double tui_rate(uint64_t count, uint64_t ns)
{
	return ns ? (double)count * 1e9 / (double)ns : 0;
}

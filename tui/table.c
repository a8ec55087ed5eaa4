/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The table behind every list on the screen.
 *
 * Each picture starts from the source: tui_table_collect() takes every item, drops what the filter
 * hides, computes one sort key an item and sorts. With a thousand rings that is well under a
 * millisecond, once a picture; nothing has to be kept in step with the model.
 *
 * The cursor belongs to an item once the user has moved it, so that a list which re-sorts under the
 * eye does not change what Enter will open. Until then it stays at the top.
 */
#include "tui/table.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tui/keys.h"

enum { WORDS_BYTES = 1024 };

void tui_table_init(struct tui_table *table, const struct tui_table_class *class)
{
	assert(class->form.column_count <= TUI_COLUMNS_MAX);
	assert(class->windows.column_count <= TUI_COLUMNS_MAX);
	*table = (struct tui_table){ .class = class, .form = &class->form };
	tui_table_sort(table, class->form.sort);
}

void tui_table_done(struct tui_table *table)
{
	free(table->rows);
	table->rows = NULL;
	table->row_count = table->row_capacity = 0;
}

void tui_table_windows(struct tui_table *table)
{
	const struct tui_table_form *form = &table->class->windows;

	if (!form->columns || table->form == form)
		return;
	table->form = form;
	tui_table_sort(table, form->sort);
}

static int matches(const struct tui_table *table, const void *context, const void *item,
		   const char *text)
{
	char words[WORDS_BYTES];

	table->class->words(context, item, words, sizeof(words));
	return strcasestr(words, text) != NULL;
}

static int reserve(struct tui_table *table, size_t count)
{
	struct tui_table_row *rows;

	if (count <= table->row_capacity)
		return 0;
	rows = realloc(table->rows, count * sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	table->rows = rows;
	table->row_capacity = count;
	return 0;
}

/* What a comparison needs to know; qsort_r hands it through. */
struct order {
	const struct tui_column *column;
	const void *context;
	int descending;
};

static int compare_text(const struct order *order, const void *left, const void *right)
{
	struct tui_field left_field = { 0 };
	struct tui_field right_field = { 0 };

	order->column->draw(order->context, left, &left_field);
	order->column->draw(order->context, right, &right_field);
	return strcasecmp(left_field.text, right_field.text);
}

static int compare(const void *left_row, const void *right_row, void *arg)
{
	const struct tui_table_row *left = left_row;
	const struct tui_table_row *right = right_row;
	const struct order *order = arg;
	int result;

	if (order->column->value)
		result = (left->value > right->value) - (left->value < right->value);
	else
		result = compare_text(order, left->item, right->item);
	if (result == 0)
		return (left->index > right->index) - (left->index < right->index);
	return order->descending ? -result : result;
}

/* Puts the cursor back on its item; where the item is gone, on the place it had. */
static void follow_selection(struct tui_table *table)
{
	for (size_t i = 0; table->chosen && i < table->row_count; i++)
		if (table->class->key(table->rows[i].item) == table->selected_key) {
			table->selected = i;
			return;
		}
	if (!table->chosen)
		table->selected = 0;
	if (table->selected >= table->row_count)
		table->selected = table->row_count ? table->row_count - 1 : 0;
}

int tui_table_collect(struct tui_table *table, const void *context)
{
	size_t count = table->class->count(context);
	struct order order = { &table->form->columns[table->sort], context, table->descending };

	table->row_count = 0;
	table->hidden = 0;
	if (reserve(table, count))
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		const void *item = table->class->at(context, i);

		if (!item)
			continue;
		if (table->filter[0] && !matches(table, context, item, table->filter)) {
			table->hidden++;
			continue;
		}
		table->rows[table->row_count++] = (struct tui_table_row){
			.item = item,
			.index = i,
			.value = order.column->value ? order.column->value(context, item) : 0,
		};
	}
	if (table->row_count)
		qsort_r(table->rows, table->row_count, sizeof(*table->rows), compare, &order);
	follow_selection(table);
	return 0;
}

/* Columns the chosen columns take, with one space between two. */
static int width_needed(const struct tui_table *table, const uint8_t *shown)
{
	int width = 0;

	for (size_t i = 0; i < table->form->column_count; i++)
		if (shown[i])
			width += table->form->columns[i].width + 1;
	return width - 1;
}

/* Leaves out the column of highest rank. 0 when only columns that stay are left. */
static int drop_one(const struct tui_table *table, uint8_t *shown)
{
	const struct tui_column *columns = table->form->columns;
	size_t worst = 0;
	int found = 0;

	for (size_t i = 0; i < table->form->column_count; i++)
		if (shown[i] && columns[i].rank &&
		    (!found || columns[i].rank >= columns[worst].rank)) {
			worst = i;
			found = 1;
		}
	if (found)
		shown[worst] = 0;
	return found;
}

/* Shares out what is left over among the columns that can use it. */
static void lay_out(struct tui_table *table, int columns)
{
	const struct tui_table_form *form = table->form;
	uint8_t shown[TUI_COLUMNS_MAX];
	int spare, grow = 0, at = 0;

	memset(shown, 1, sizeof(shown));
	while (width_needed(table, shown) > columns && drop_one(table, shown))
		;
	spare = columns - width_needed(table, shown);
	for (size_t i = 0; i < form->column_count; i++)
		grow += shown[i] ? form->columns[i].grow : 0;
	for (size_t i = 0; i < form->column_count; i++) {
		const struct tui_column *column = &form->columns[i];
		int extra = 0;

		table->column_at[i] = -1;
		if (!shown[i])
			continue;
		if (grow && column->grow && spare > 0)
			extra = spare * column->grow / grow;
		spare -= extra;
		grow -= column->grow;
		table->column_at[i] = at;
		table->column_width[i] = column->width + extra;
		at += table->column_width[i] + 1;
	}
}

static void draw_headings(const struct tui_table *table, const struct tui_area *area)
{
	tui_canvas_fill(area, 0, 0, area->columns, ' ', TUI_HEADING);
	for (size_t i = 0; i < table->form->column_count; i++) {
		const struct tui_column *column = &table->form->columns[i];
		int right = !(column->flags & (TUI_COLUMN_LEFT | TUI_COLUMN_BARS));
		int style = i == table->sort ? TUI_HEADING_SORTED : TUI_HEADING;

		if (table->column_at[i] < 0)
			continue;
		tui_canvas_paint(area, 0, table->column_at[i], table->column_width[i], style);
		tui_canvas_field(area, 0, table->column_at[i], table->column_width[i],
				 right ? style | TUI_TO_RIGHT : style, column->title);
	}
}

static void draw_row(const struct tui_table *table, const struct tui_area *area, int row,
		     const void *context, const void *item)
{
	int row_style = table->class->style ? table->class->style(context, item) : TUI_NORMAL;

	for (size_t i = 0; i < table->form->column_count; i++) {
		const struct tui_column *column = &table->form->columns[i];
		struct tui_field field = { .style = TUI_NORMAL };

		if (table->column_at[i] < 0)
			continue;
		if (column->flags & TUI_COLUMN_BARS) {
			struct tui_area cell = tui_canvas_part(area, row, table->column_at[i], 1,
							       table->column_width[i]);

			column->bars(context, item, &cell);
			continue;
		}
		column->draw(context, item, &field);
		tui_canvas_field(area, row, table->column_at[i], table->column_width[i],
				 (row_style != TUI_NORMAL ? row_style : field.style) |
					 (column->flags & TUI_COLUMN_LEFT ? 0 : TUI_TO_RIGHT),
				 field.text);
	}
}

/* Scrolls as little as shows the selected row. */
static void scroll(struct tui_table *table, size_t rows)
{
	if (table->selected < table->top)
		table->top = table->selected;
	if (rows && table->selected >= table->top + rows)
		table->top = table->selected - rows + 1;
	if (table->top + rows > table->row_count)
		table->top = table->row_count > rows ? table->row_count - rows : 0;
}

void tui_table_draw(struct tui_table *table, const struct tui_area *area, const void *context,
		    int focused)
{
	size_t rows = area->rows > 1 ? (size_t)area->rows - 1 : 0;

	table->area = *area;
	lay_out(table, area->columns);
	scroll(table, rows);
	draw_headings(table, area);
	for (size_t i = 0; i < rows && table->top + i < table->row_count; i++) {
		size_t index = table->top + i;

		draw_row(table, area, (int)i + 1, context, table->rows[index].item);
		if (focused && index == table->selected)
			tui_canvas_paint(area, (int)i + 1, 0, area->columns, TUI_SELECTED);
	}
	if (table->row_count == 0 && rows)
		tui_canvas_text(area, 1, 0, TUI_DIM,
				table->hidden ? "Nothing matches the filter (\\ changes it)."
					      : table->form->empty);
}

const void *tui_table_selected(const struct tui_table *table)
{
	return table->row_count ? table->rows[table->selected].item : NULL;
}

static void choose(struct tui_table *table, size_t index)
{
	if (table->row_count == 0)
		return;
	table->selected = index < table->row_count ? index : table->row_count - 1;
	table->selected_key = table->class->key(table->rows[table->selected].item);
	table->chosen = 1;
}

static void move(struct tui_table *table, long by)
{
	long to = (long)table->selected + by;

	choose(table, to > 0 ? (size_t)to : 0);
}

void tui_table_sort(struct tui_table *table, size_t column)
{
	uint8_t flags = table->form->columns[column].flags;

	table->sort = column;
	table->descending = !(flags & (TUI_COLUMN_LEFT | TUI_COLUMN_ASCENDING));
}

/* The next column to the left or right that can be sorted by. */
static void sort_beside(struct tui_table *table, int step)
{
	long column = (long)table->sort;

	do
		column += step;
	while (column >= 0 && (size_t)column < table->form->column_count &&
	       table->form->columns[column].flags & TUI_COLUMN_BARS);
	if (column >= 0 && (size_t)column < table->form->column_count)
		tui_table_sort(table, (size_t)column);
}

int tui_table_key(struct tui_table *table, int key)
{
	long page = table->area.rows > 2 ? table->area.rows - 1 : 1;

	switch (key) {
	case TUI_KEY_UP:
		move(table, -1);
		return 1;
	case TUI_KEY_DOWN:
		move(table, 1);
		return 1;
	case TUI_KEY_WHEEL_UP:
		move(table, -3);
		return 1;
	case TUI_KEY_WHEEL_DOWN:
		move(table, 3);
		return 1;
	case TUI_KEY_PAGE_UP:
		move(table, -page);
		return 1;
	case TUI_KEY_PAGE_DOWN:
		move(table, page);
		return 1;
	case TUI_KEY_HOME: /* back to the top, and staying there */
		table->selected = 0;
		table->chosen = 0;
		return 1;
	case TUI_KEY_END:
		choose(table, table->row_count);
		return 1;
	case '<':
		sort_beside(table, -1);
		return 1;
	case '>':
		sort_beside(table, 1);
		return 1;
	case 'I':
		table->descending = !table->descending;
		return 1;
	default:
		return 0;
	}
}

static int click_heading(struct tui_table *table, int column)
{
	for (size_t i = 0; i < table->form->column_count; i++) {
		int at = table->column_at[i];

		if (at < 0 || column < at || column >= at + table->column_width[i] ||
		    table->form->columns[i].flags & TUI_COLUMN_BARS)
			continue;
		if (table->sort == i)
			table->descending = !table->descending;
		else
			tui_table_sort(table, i);
		return 1;
	}
	return 1;
}

int tui_table_click(struct tui_table *table, int row, int column)
{
	size_t index, before = table->selected;

	row -= table->area.row;
	column -= table->area.column;
	if (row < 0 || column < 0 || row >= table->area.rows || column >= table->area.columns)
		return 0;
	if (row == 0)
		return click_heading(table, column);
	index = table->top + (size_t)row - 1;
	if (index >= table->row_count)
		return 1;
	choose(table, index);
	return index == before ? 2 : 1;
}

int tui_table_search(struct tui_table *table, const void *context, const char *text, int next)
{
	for (size_t i = 0; i < table->row_count && text[0]; i++) {
		size_t index = (table->selected + i + (next ? 1u : 0u)) % table->row_count;

		if (matches(table, context, table->rows[index].item, text)) {
			choose(table, index);
			return 1;
		}
	}
	return 0;
}

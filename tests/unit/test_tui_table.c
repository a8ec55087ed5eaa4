/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* The table: order, filter, search, and a cursor that stays with its item. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tui/keys.h"
#include "tui/table.h"

struct fruit {
	const char *name;
	unsigned weight;
	int hidden;
};

struct basket {
	struct fruit *fruits;
	size_t count;
};

static void draw_name(const void *context, const void *item, struct tui_field *field)
{
	(void)context;
	snprintf(field->text, sizeof(field->text), "%s", ((const struct fruit *)item)->name);
}

static double value_weight(const void *context, const void *item)
{
	(void)context;
	return ((const struct fruit *)item)->weight;
}

static void draw_weight(const void *context, const void *item, struct tui_field *field)
{
	(void)context;
	snprintf(field->text, sizeof(field->text), "%u", ((const struct fruit *)item)->weight);
}

static void draw_bars(const void *context, const void *item, const struct tui_area *area)
{
	(void)context;
	(void)item;
	tui_canvas_fill(area, 0, 0, area->columns, '#', TUI_NORMAL);
}

static size_t count(const void *context)
{
	return ((const struct basket *)context)->count;
}

static const void *at(const void *context, size_t index)
{
	const struct fruit *fruit = &((const struct basket *)context)->fruits[index];

	return fruit->hidden ? NULL : fruit;
}

static uint64_t key(const void *item)
{
	return (uint64_t)(unsigned char)((const struct fruit *)item)->name[0];
}

static void words(const void *context, const void *item, char *text, size_t text_bytes)
{
	(void)context;
	snprintf(text, text_bytes, "%s", ((const struct fruit *)item)->name);
}

static const struct tui_column columns[] = {
	{ "NAME", "", 8, 1, 0, TUI_COLUMN_LEFT, NULL, draw_name, NULL },
	{ "WEIGHT", "", 6, 0, 1, 0, value_weight, draw_weight, NULL },
	{ "BARS", "", 10, 1, 2, TUI_COLUMN_BARS, NULL, NULL, draw_bars },
};

static const struct tui_table_class class = {
	.form = {
		.columns = columns,
		.column_count = sizeof(columns) / sizeof(columns[0]),
		.sort = 1,
		.empty = "no fruit",
	},
	.windows = {
		.columns = columns,
		.column_count = 1,
		.sort = 0,
		.empty = "no fruit on this sill",
	},
	.count = count,
	.at = at,
	.key = key,
	.words = words,
};

static struct fruit fruits[] = {
	{ "apple", 5, 0 }, { "banana", 7, 0 }, { "cherry", 1, 0 },
	{ "date", 5, 0 },  { "elder", 9, 1 },
};
static struct basket basket = { fruits, 5 };

static const char *name_at(const struct tui_table *table, size_t index)
{
	return ((const struct fruit *)table->rows[index].item)->name;
}

static void assert_order(struct tui_table *table, const char *order)
{
	char text[16] = "";

	assert_int_equal(tui_table_collect(table, &basket), 0);
	for (size_t i = 0; i < table->row_count; i++)
		text[i] = name_at(table, i)[0];
	assert_string_equal(text, order);
}

static void sorts_numbers_down_and_words_up(void **state)
{
	struct tui_table table;

	(void)state;
	tui_table_init(&table, &class);
	assert_order(&table, "badc"); /* equal weights keep the order of the source */
	assert_int_equal(tui_table_key(&table, 'I'), 1);
	assert_order(&table, "cadb");
	assert_int_equal(tui_table_key(&table, '<'), 1);
	assert_order(&table, "abcd");
	assert_int_equal(tui_table_key(&table, '>'), 1);
	assert_order(&table, "badc");
	tui_table_key(&table, '>'); /* bars cannot be sorted by */
	assert_int_equal(table.sort, 1);
	tui_table_done(&table);
}

static void the_cursor_stays_with_its_item(void **state)
{
	struct tui_table table;
	const struct fruit *selected;

	(void)state;
	tui_table_init(&table, &class);
	assert_order(&table, "badc");
	assert_string_equal(((const struct fruit *)tui_table_selected(&table))->name, "banana");
	fruits[1].weight = 0; /* the cursor was never moved: it stays at the top */
	assert_order(&table, "adcb");
	assert_string_equal(((const struct fruit *)tui_table_selected(&table))->name, "apple");
	tui_table_key(&table, TUI_KEY_DOWN);
	fruits[3].weight = 100;
	assert_order(&table, "dacb");
	selected = tui_table_selected(&table);
	assert_string_equal(selected->name, "date");
	fruits[3].hidden = 1; /* gone: the place remains */
	assert_order(&table, "acb");
	assert_string_equal(((const struct fruit *)tui_table_selected(&table))->name, "apple");
	fruits[3] = (struct fruit){ "date", 5, 0 };
	fruits[1].weight = 7;
	tui_table_done(&table);
}

static void filters_and_searches(void **state)
{
	struct tui_table table;

	(void)state;
	tui_table_init(&table, &class);
	snprintf(table.filter, sizeof(table.filter), "AN");
	assert_order(&table, "b");
	assert_int_equal(table.hidden, 3);
	snprintf(table.filter, sizeof(table.filter), "zzz");
	assert_order(&table, "");
	assert_null(tui_table_selected(&table));
	assert_int_equal(tui_table_key(&table, TUI_KEY_DOWN), 1);
	table.filter[0] = '\0';
	assert_order(&table, "badc");
	assert_int_equal(tui_table_search(&table, &basket, "e", 0), 1); /* date or cherry, apple */
	assert_string_equal(((const struct fruit *)tui_table_selected(&table))->name, "apple");
	assert_int_equal(tui_table_search(&table, &basket, "e", 1), 1);
	assert_string_equal(((const struct fruit *)tui_table_selected(&table))->name, "date");
	assert_int_equal(tui_table_search(&table, &basket, "banana", 1), 1); /* wraps */
	assert_int_equal(table.selected, 0);
	assert_int_equal(tui_table_search(&table, &basket, "nothing", 0), 0);
	assert_int_equal(table.selected, 0);
	tui_table_done(&table);
}

static void narrow_tables_leave_columns_out(void **state)
{
	static const struct {
		int columns;
		int shown[3];
	} cases[] = { { 40, { 1, 1, 1 } }, { 26, { 1, 1, 1 } }, { 25, { 1, 1, 0 } },
		      { 15, { 1, 1, 0 } }, { 14, { 1, 0, 0 } }, { 1, { 1, 0, 0 } } };
	struct tui_table table;

	(void)state;
	tui_table_init(&table, &class);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tui_canvas canvas;
		struct tui_area area;

		assert_int_equal(tui_canvas_init(&canvas, 6, cases[i].columns, 0), 0);
		area = tui_canvas_area(&canvas);
		tui_table_collect(&table, &basket);
		tui_table_draw(&table, &area, &basket, 1);
		for (int k = 0; k < 3; k++)
			assert_int_equal(table.column_at[k] >= 0, cases[i].shown[k]);
		tui_canvas_done(&canvas);
	}
	tui_table_done(&table);
}

static void scrolls_to_the_selected_row_and_clicks_it(void **state)
{
	struct tui_table table;
	struct tui_canvas canvas;
	struct tui_area all, area;

	(void)state;
	tui_table_init(&table, &class);
	assert_int_equal(tui_canvas_init(&canvas, 6, 30, 0), 0);
	all = tui_canvas_area(&canvas);
	area = tui_canvas_part(&all, 2, 3, 3, 20); /* a heading and two rows */
	assert_order(&table, "badc");
	tui_table_key(&table, TUI_KEY_END);
	tui_table_draw(&table, &area, &basket, 1);
	assert_int_equal(table.top, 2);
	assert_int_equal(tui_table_click(&table, 1, 5), 0); /* above it */
	assert_int_equal(tui_table_click(&table, 3, 2), 0); /* left of it */
	assert_int_equal(tui_table_click(&table, 3, 5), 1); /* first row shown */
	assert_string_equal(((const struct fruit *)tui_table_selected(&table))->name, "date");
	assert_int_equal(tui_table_click(&table, 3, 5), 2); /* again: open it */
	assert_int_equal(tui_table_click(&table, 2, 3), 1); /* the heading NAME */
	assert_int_equal(table.sort, 0);
	assert_int_equal(table.descending, 0);
	assert_int_equal(tui_table_click(&table, 2, 3), 1);
	assert_int_equal(table.descending, 1);
	tui_canvas_done(&canvas);
	tui_table_done(&table);
}

static void another_system_has_other_columns_and_words(void **state)
{
	struct basket none = { fruits, 0 };
	struct tui_table table;
	struct tui_canvas canvas;
	struct tui_area area;
	char text[128] = "";
	FILE *file;

	(void)state;
	assert_int_equal(tui_canvas_init(&canvas, 3, 30, 0), 0);
	area = tui_canvas_area(&canvas);
	tui_table_init(&table, &class);
	tui_table_windows(&table);
	assert_order(&table, "abcd");
	tui_table_key(&table, '>'); /* there is no other */
	assert_int_equal(table.sort, 0);
	tui_table_key(&table, 'I');
	tui_table_windows(&table); /* once more changes nothing */
	assert_order(&table, "dcba");
	assert_int_equal(tui_table_collect(&table, &none), 0);
	tui_table_draw(&table, &area, &none, 1);
	file = fmemopen(text, sizeof(text), "w");
	assert_non_null(file);
	assert_int_equal(tui_canvas_print(&canvas, file), 0);
	fclose(file);
	assert_string_equal(text, "NAME\nno fruit on this sill\n\n");
	tui_canvas_done(&canvas);
	tui_table_done(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sorts_numbers_down_and_words_up),
		cmocka_unit_test(the_cursor_stays_with_its_item),
		cmocka_unit_test(filters_and_searches),
		cmocka_unit_test(narrow_tables_leave_columns_out),
		cmocka_unit_test(another_system_has_other_columns_and_words),
		cmocka_unit_test(scrolls_to_the_selected_row_and_clicks_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

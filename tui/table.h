/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef TUI_TABLE_H
#define TUI_TABLE_H
/*
 * A table that sorts, scrolls, filters and searches. What it shows is described by a class: where
 * its items come from and one row of a const array for each column, which is the only place a
 * column's title is written.
 */
#include <stddef.h>
#include <stdint.h>

#include "tui/canvas.h"
#include "tui/format.h"

enum { TUI_FIELD_BYTES = 256, TUI_COLUMNS_MAX = 24, TUI_FILTER_BYTES = 64 };

/* What a cell shows. */
struct tui_field {
	char text[TUI_FIELD_BYTES];
	uint8_t style; /* enum tui_style */
};

enum tui_column_flags {
	TUI_COLUMN_LEFT = 1 << 0,      /* text, aligned to the left, sorted by alphabet */
	TUI_COLUMN_ASCENDING = 1 << 1, /* the first sort is smallest first */
	TUI_COLUMN_BARS = 1 << 2,      /* draws itself; cannot be sorted by */
};

struct tui_column {
	const char *title;
	const char *what; /* one line, for the help */
	uint8_t width;	  /* least columns */
	uint8_t grow;	  /* share of the columns left over; 0: never wider */
	uint8_t rank;	  /* the highest rank goes first when the screen is narrow; 0 stays */
	uint8_t flags;	  /* enum tui_column_flags */
	double (*value)(const void *context, const void *item); /* sort key; NULL: by text */
	void (*draw)(const void *context, const void *item, struct tui_field *field);
	void (*bars)(const void *context, const void *item, const struct tui_area *area);
};

/* What is told of the items, and in which words: one system's recordings tell other things. */
struct tui_table_form {
	const struct tui_column *columns;
	size_t column_count;
	size_t sort;	   /* column it is sorted by at first */
	const char *empty; /* a sentence for when there is nothing */
};

struct tui_table_class {
	struct tui_table_form form;
	struct tui_table_form windows; /* in a recording of Windows; no columns: the same */
	size_t (*count)(const void *context);
	const void *(*at)(const void *context, size_t index); /* NULL: not shown */
	uint64_t (*key)(const void *item); /* tells items apart, from picture to picture */
	/* What search and filter look at, and the item's style when it has one of its own. */
	void (*words)(const void *context, const void *item, char *text, size_t text_bytes);
	uint8_t (*style)(const void *context, const void *item);
};

struct tui_table_row {
	const void *item;
	double value;
	size_t index; /* in the source, so that equal rows keep their order */
};

struct tui_table {
	const struct tui_table_class *class;
	const struct tui_table_form *form; /* one of the class's */
	struct tui_table_row *rows;	   /* owned */
	size_t row_count;
	size_t row_capacity;
	size_t hidden; /* by the filter */
	size_t selected;
	uint64_t selected_key;
	size_t top;
	size_t sort;
	uint8_t descending;
	uint8_t chosen; /* the selection stays with its item, not with its place */
	char filter[TUI_FILTER_BYTES];
	struct tui_area area;		/* where it was drawn last, for the mouse */
	int column_at[TUI_COLUMNS_MAX]; /* -1: left out */
	int column_width[TUI_COLUMNS_MAX];
};

void tui_table_init(struct tui_table *table, const struct tui_table_class *class);
void tui_table_done(struct tui_table *table);
/* The items are of a recording of Windows: its form from now on, and its order. */
void tui_table_windows(struct tui_table *table);
/* Gathers, filters and sorts; the selection stays on its item. Call it before the next three and
 * after every change of the model. 0 or -ENOMEM (the table is empty then). */
int tui_table_collect(struct tui_table *table, const void *context);
/* Draws headings and rows; the selected row is marked when `focused`. */
void tui_table_draw(struct tui_table *table, const struct tui_area *area, const void *context,
		    int focused);
/* NULL when there are no rows. */
const void *tui_table_selected(const struct tui_table *table);
/* Moves, sorts, inverts. 1 when the key was one of the table's. */
int tui_table_key(struct tui_table *table, int key);
/* A click at a place of the canvas: 0 outside, 1 a heading or a new row, 2 the row that was
 * selected. */
int tui_table_click(struct tui_table *table, int row, int column);
void tui_table_sort(struct tui_table *table, size_t column);
/* Selects the next item that has `text` in it, from the selected one on (after it when `next`). 1
 * when there is one. */
int tui_table_search(struct tui_table *table, const void *context, const char *text, int next);

#endif

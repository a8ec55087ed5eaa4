/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef TUI_SCREEN_H
#define TUI_SCREEN_H
/*
 * The screen without a terminal: what is shown, which keys do what. Keys in, canvas out.
 */
#include <stdint.h>

#include "model/model.h"
#include "tui/canvas.h"
#include "tui/feed.h"
#include "tui/keys.h"
#include "tui/table.h"

enum tui_view_id {
	TUI_VIEW_RINGS,
	TUI_VIEW_RING,
	TUI_VIEW_OPERATIONS,
	TUI_VIEW_REQUESTS,
	TUI_VIEW_DEVICES,
	TUI_VIEW_LOSSES,
	TUI_VIEW_HELP,
	/* These have no number: Enter and u on a queue of the devices lead there. */
	TUI_VIEW_DEVICE_QUEUE,
	TUI_VIEW_USAGE,
	TUI_VIEW_COUNT,
};

enum tui_prompt {
	TUI_PROMPT_NONE,
	TUI_PROMPT_SEARCH,
	TUI_PROMPT_FILTER,
	TUI_PROMPT_SORT, /* the menu of columns */
};

/* A place that does what a key does when it is clicked. */
struct tui_hit {
	int row;
	int column;
	int width;
	int key;
};

enum { TUI_HITS_MAX = 32 };

/* A row of the view of devices: a device's hardware queue. */
struct tui_device_row {
	const struct model_device *device;
	const struct model_device_queue *queue;
};

struct tui_screen {
	struct tui_feed *feed;
	const struct model *model;
	uint64_t interval_ns;
	uint64_t min_latency_ns; /* ended requests shorter than this are not listed */
	char asked[128];	 /* what is shown of a recording, in words: "--pid 12" */
	/* Tells the collector a line; NULL when there is none to be told. */
	void (*tell)(void *arg, const char *line);
	void *tell_arg;
	const char *sentence; /* from outside (the collector's last words); NULL: none */

	int view; /* enum tui_view_id */
	int view_before;
	int device_from;       /* the view that led to the device queue */
	int usage_from;	       /* the view that led to the users of a disk */
	int from_device_queue; /* a command's request is looked at: b leads back to its queue */
	uint32_t wanted_queue; /* the request that was asked for and is not listed; 0: none */
	uint32_t device;       /* in the views of one device queue, and of a disk's users */
	uint32_t device_queue;
	uint32_t ring;	   /* in the view of one ring; 0: none chosen yet */
	uint32_t detailed; /* the ring whose requests the collector was asked for */
	int whole;	   /* rates and percentiles of the whole session, not the last interval */
	int show_ended;
	int on_slow; /* the lower table of the requests has the keys */
	int quit;

	int prompt; /* enum tui_prompt */
	char text[TUI_FILTER_BYTES];
	char search[TUI_FILTER_BYTES]; /* the last one, for F3 again */
	int not_found;
	size_t menu; /* column under the cursor of the sort menu */

	struct tui_table rings;
	struct tui_table ring_operations;
	struct tui_table operations;
	struct tui_table open;
	struct tui_table slow;
	struct tui_table devices;
	struct tui_table commands;	    /* of one device queue */
	struct tui_table users;		    /* of one disk */
	struct tui_device_row *device_rows; /* owned */
	size_t device_row_count;
	int scrolled; /* lines, in help and losses */

	struct tui_hit hits[TUI_HITS_MAX];
	int hit_count;
};

void tui_screen_init(struct tui_screen *screen, struct tui_feed *feed, uint64_t interval_ns);
void tui_screen_done(struct tui_screen *screen);
/* Draws everything into the canvas, which it clears first. */
void tui_screen_draw(struct tui_screen *screen, struct tui_canvas *canvas);
void tui_screen_key(struct tui_screen *screen, const struct tui_input *input);
/* Draws the rings as one text, as tall as it needs to be, for --once. 0 or -ENOMEM. */
int tui_screen_text(struct tui_screen *screen, struct tui_canvas *canvas);

/* For the parts of the screen. */

/* One view; they stand in one table, in the order of enum tui_view_id. */
struct tui_view {
	const char *name;
	/* The table that has the keys; NULL: the view has none. */
	struct tui_table *(*table)(struct tui_screen *screen);
	void (*draw)(struct tui_screen *screen, const struct tui_area *area);
	/* 1: the key was the view's own. May be NULL. */
	int (*key)(struct tui_screen *screen, int key);
	/* Makes the items of its table anew, before they are collected. NULL: the model has them.
	 */
	void (*gather)(struct tui_screen *screen);
	const char *enter; /* where Enter leads to, one word; NULL: nowhere */
};
extern const struct tui_view tui_views[TUI_VIEW_COUNT];

/* Header and foot: lines that are always there. Both return the rows they took. */
enum { TUI_HEADER_ROWS = 4, TUI_ROWS_AMPLE = 24 /* no line is left out from here on */ };
int tui_header_draw(struct tui_screen *screen, const struct tui_area *area);
void tui_header_losses(const struct tui_screen *screen, const struct tui_area *area, int row);
int tui_footer_draw(struct tui_screen *screen, const struct tui_area *area);
void tui_screen_hit(struct tui_screen *screen, const struct tui_area *area, int row, int column,
		    int width, int key);
/* Opens a ring's view. */
void tui_screen_open_ring(struct tui_screen *screen, uint32_t ring);
/* Opens a device queue's view; `command` is selected in it, when it is not NULL. */
void tui_screen_open_device_queue(struct tui_screen *screen, uint32_t device, uint32_t hw_queue,
				  const struct ev_command *command);
/* Opens the view of a disk's users. */
void tui_screen_open_usage(struct tui_screen *screen, uint32_t device);
void tui_screen_show(struct tui_screen *screen, int view);
/* The view whose number stands for a view: its own, or where one came from to it. */
int tui_screen_numbered(const struct tui_screen *screen);
/* To where one came from. */
void tui_screen_back(struct tui_screen *screen);

/* Names of things, the same everywhere. */
void tui_name_owner(const struct model_queue *queue, char *text, size_t text_bytes);
/* What queues are called in this recording: "ring" or "queue". */
const char *tui_name_of_queues(const struct tui_screen *screen);
/* Is it a recording of Windows? It has other words, and does not tell all that Linux does. */
int tui_is_windows(const struct tui_screen *screen);
void tui_name_queue(uint32_t queue, char *text, size_t text_bytes);
void tui_name_operation(uint8_t queue_type, uint16_t op, char *text, size_t text_bytes);
/* Draws a name in dim letters and its value; returns the column behind. A number is drawn whole or,
 * with its name, not at all; a longer text may be cut. */
int tui_name_fact(const struct tui_area *area, int row, int column, const char *name,
		  const char *value);
/* Fields that several views show the same way. */
void tui_field_count(struct tui_field *field, uint64_t count);
void tui_field_ns(struct tui_field *field, uint64_t ns); /* 0: nothing was measured */
void tui_field_share(struct tui_field *field, uint64_t part, uint64_t whole);
void tui_field_bytes(struct tui_field *field, uint64_t bytes);
/* Requests a second of an interval of the model. */
double tui_rate(uint64_t count, uint64_t ns);

/* view_rings.c */
extern const struct tui_table_class tui_rings_class;
struct tui_table *tui_rings_table(struct tui_screen *screen);
void tui_rings_draw(struct tui_screen *screen, const struct tui_area *area);
int tui_rings_key(struct tui_screen *screen, int key);
/* view_ring.c */
struct tui_table *tui_ring_table(struct tui_screen *screen);
void tui_ring_draw(struct tui_screen *screen, const struct tui_area *area);
/* view_operations.c */
extern const struct tui_table_class tui_operations_class;
extern const struct tui_table_class tui_ring_operations_class;
struct tui_table *tui_operations_table(struct tui_screen *screen);
void tui_operations_draw(struct tui_screen *screen, const struct tui_area *area);
/* view_requests.c */
extern const struct tui_table_class tui_open_class;
extern const struct tui_table_class tui_slow_class;
/* "5.50s device": of the requests that are old, the one in flight longest and where it stands; 0:
 * none is. */
int tui_requests_oldest(const struct tui_screen *screen, char *text, size_t text_bytes);
struct tui_table *tui_requests_table(struct tui_screen *screen);
void tui_requests_draw(struct tui_screen *screen, const struct tui_area *area);
int tui_requests_key(struct tui_screen *screen, int key);
/* Opens the view on this request; it says so when the request is on none of its lists. */
void tui_requests_open(struct tui_screen *screen, uint32_t queue, uint64_t submit_ns);
/* view_devices.c */
extern const struct tui_table_class tui_devices_class;
struct tui_table *tui_devices_table(struct tui_screen *screen);
void tui_devices_gather(struct tui_screen *screen);
void tui_devices_draw(struct tui_screen *screen, const struct tui_area *area);
int tui_devices_key(struct tui_screen *screen, int key);
/* view_device_queue.c */
extern const struct tui_table_class tui_device_queue_class;
struct tui_table *tui_device_queue_table(struct tui_screen *screen);
void tui_device_queue_draw(struct tui_screen *screen, const struct tui_area *area);
int tui_device_queue_key(struct tui_screen *screen, int key);
/* Tells the commands of the table apart. */
uint64_t tui_command_key(const struct ev_command *command);
/* view_usage.c */
extern const struct tui_table_class tui_usage_class;
struct tui_table *tui_usage_table(struct tui_screen *screen);
void tui_usage_draw(struct tui_screen *screen, const struct tui_area *area);
int tui_usage_key(struct tui_screen *screen, int key);
/* view_losses.c */
void tui_losses_draw(struct tui_screen *screen, const struct tui_area *area);
int tui_losses_key(struct tui_screen *screen, int key);
/* view_help.c */
void tui_help_draw(struct tui_screen *screen, const struct tui_area *area);
int tui_help_key(struct tui_screen *screen, int key);
/* Keeps a text of `text_rows` from being scrolled past its end. */
void tui_help_scroll(struct tui_screen *screen, int text_rows, int rows);

#endif

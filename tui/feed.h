/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef TUI_FEED_H
#define TUI_FEED_H
/*
 * From a stream of events to the model, at the pace of the stream (live) or of a clock the user
 * holds in hand (a recording: play, pause, step, seek, speed).
 */
#include <stdint.h>

#include "event/error.h"
#include "model/model.h"
#include "tui/filter.h"

struct tui_feed;

struct tui_feed_options {
	const char *path; /* a recording or "-"; NULL: read from `fd` */
	int fd;		  /* the collector's pipe; the feed owns it from then on */
	uint64_t interval_ns;
	struct tui_filter_options filter;
};

struct tui_feed_status {
	int recording; /* a file that can be moved about in */
	int paused;
	int ended;
	int failed; /* ended because reading failed */
	int behind; /* still working its way to where the user wants to be */
	double speed;
	uint64_t position_ns; /* from the start of the recording */
	uint64_t span_ns;
	char sentence[EV_ERROR_TEXT_BYTES]; /* what happened to the stream; may be empty */
};

int tui_feed_open(struct tui_feed **ret_feed, const struct tui_feed_options *options,
		  struct ev_error *why);
void tui_feed_close(struct tui_feed *feed);

/* Changes when a recording is moved backwards: ask again after every step. */
const struct model *tui_feed_model(const struct tui_feed *feed);
const struct tui_feed_status *tui_feed_status(const struct tui_feed *feed);
/* What to poll for input; -1 when the clock, not a descriptor, says when there is more. */
int tui_feed_fd(const struct tui_feed *feed);

/* Feeds what is due at `now_ns` (any steady clock), for a few milliseconds at most. Returns the
 * number of events, or -ENOMEM. */
int tui_feed_step(struct tui_feed *feed, uint64_t now_ns);
/* Feeds until the stream ends or the wanted position is reached. 0, or -ENOMEM. */
int tui_feed_all(struct tui_feed *feed);

void tui_feed_pause(struct tui_feed *feed, int paused);
/* A recording only (else nothing happens): relative to the position; clamped to the recording. */
void tui_feed_seek(struct tui_feed *feed, int64_t by_ns);
void tui_feed_seek_start(struct tui_feed *feed);
void tui_feed_seek_end(struct tui_feed *feed);
/* Pauses one interval further (or back). */
void tui_feed_nudge(struct tui_feed *feed, int direction);
/* Twice or half as fast, within 1/16 to 1024. */
void tui_feed_speed(struct tui_feed *feed, int faster);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The feed: reader → filter → model.
 *
 * Live, events go to the model as they come. A pause must not stop the reading, or the pipe would
 * fill, the collector would stall and the pause itself would cause loss; so events wait in memory
 * meanwhile (an aggregate stream is a few kilobytes a second), up to HOLD_BYTES_MAX, after which
 * the pause ends by itself and says so.
 *
 * A recording is played by moving a target along its timeline and feeding every event up to it. The
 * model is a pure function of the events before "now", so going back means a new model that is fed
 * from the start again: exact, whatever the mode, and at ten million events a second mostly
 * unnoticed. Long ways are cut into slices of STEP_BUDGET_NS so that keys stay alive; `behind` says
 * that we are still under way.
 */
#include "tui/feed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "event/reader.h"

static const uint64_t STEP_BUDGET_NS = 50000000;
static const size_t HOLD_BYTES_MAX = 64u << 20;
enum { EVENTS_A_CLOCK = 256 }; /* events between two looks at the clock */

struct tui_feed {
	struct ev_reader *reader;
	struct model *model;
	struct tui_filter filter;
	struct model_options model_options;
	struct tui_feed_status status;
	const struct ev_header *next; /* read but not due yet; the reader's */
	char *held;		      /* events that came during a pause; owned */
	size_t held_bytes;
	size_t held_capacity;
	uint64_t first_ns;
	uint64_t target_ns; /* feed everything up to here */
	uint64_t clock_ns;  /* of the last step; 0: none yet */
	int fd;		    /* to poll; -1: none */
};

static uint64_t steady_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static int open_reader(struct tui_feed *feed, const struct tui_feed_options *options,
		       struct ev_error *why)
{
	uint64_t last_ns;
	int err;

	if (options->path && strcmp(options->path, "-") != 0) {
		err = ev_reader_open(&feed->reader, options->path, why);
	} else {
		feed->fd = options->path ? dup(STDIN_FILENO) : options->fd;
		if (feed->fd < 0)
			return ev_fail(why, -errno, "standard input: %s", strerror(errno));
		fcntl(feed->fd, F_SETFL, fcntl(feed->fd, F_GETFL) | O_NONBLOCK);
		err = ev_reader_open_fd(&feed->reader, feed->fd,
					options->path ? "standard input" : "the collector", why);
	}
	if (err)
		return err;
	if (ev_reader_span(feed->reader, &feed->first_ns, &last_ns, NULL) == 0) {
		feed->status.recording = 1;
		feed->status.span_ns = last_ns - feed->first_ns;
		feed->target_ns = feed->first_ns;
		feed->fd = -1;
	}
	return 0;
}

int tui_feed_open(struct tui_feed **ret_feed, const struct tui_feed_options *options,
		  struct ev_error *why)
{
	struct tui_feed *feed = calloc(1, sizeof(*feed));
	int err;

	if (!feed)
		return ev_fail(why, -ENOMEM, "out of memory");
	feed->fd = -1;
	feed->status.speed = 1;
	feed->model_options.interval_ns = options->interval_ns;
	tui_filter_init(&feed->filter, &options->filter);
	feed->model = model_new(&feed->model_options);
	err = feed->model ? open_reader(feed, options, why)
			  : ev_fail(why, -ENOMEM, "out of memory");
	if (err) {
		tui_feed_close(feed);
		return err;
	}
	*ret_feed = feed;
	return 0;
}

void tui_feed_close(struct tui_feed *feed)
{
	if (!feed)
		return;
	ev_reader_close(feed->reader);
	model_free(feed->model);
	tui_filter_done(&feed->filter);
	free(feed->held);
	free(feed);
}

const struct model *tui_feed_model(const struct tui_feed *feed)
{
	return feed->model;
}

const struct tui_feed_status *tui_feed_status(const struct tui_feed *feed)
{
	return &feed->status;
}

int tui_feed_fd(const struct tui_feed *feed)
{
	return feed->status.ended ? -1 : feed->fd;
}

static int to_model(struct tui_feed *feed, const struct ev_header *event)
{
	int pass = tui_filter_event(&feed->filter, event);

	return pass > 0 ? model_event(feed->model, event) : pass;
}

static int hold(struct tui_feed *feed, const struct ev_header *event)
{
	size_t bytes = feed->held_bytes + event->size_bytes;

	if (bytes > feed->held_capacity) {
		size_t capacity = 2 * bytes;
		char *held = realloc(feed->held, capacity);

		if (!held)
			return -ENOMEM;
		feed->held = held;
		feed->held_capacity = capacity;
	}
	memcpy(feed->held + feed->held_bytes, event, event->size_bytes);
	feed->held_bytes = bytes;
	return 0;
}

/* Gives the model what waited during a pause. */
static int release(struct tui_feed *feed)
{
	char event[EV_EVENT_BYTES_MAX] __attribute__((aligned(8)));
	size_t at = 0;
	int err = 0;

	while (at < feed->held_bytes && !err) {
		struct ev_header header;

		memcpy(&header, feed->held + at, sizeof(header));
		memcpy(event, feed->held + at, header.size_bytes);
		at += header.size_bytes;
		err = to_model(feed, (const struct ev_header *)event);
	}
	free(feed->held);
	feed->held = NULL;
	feed->held_bytes = feed->held_capacity = 0;
	return err;
}

static void end(struct tui_feed *feed, const char *sentence)
{
	feed->status.ended = 1;
	feed->status.behind = 0;
	feed->status.paused = 0;
	if (release(feed))
		sentence = "Out of memory: the end of the stream is not in this picture.";
	snprintf(feed->status.sentence, sizeof(feed->status.sentence), "%s", sentence);
}

/* 1: *feed->next is there; 0: nothing now; the end is noted in the status. */
static int fetch(struct tui_feed *feed)
{
	struct ev_error why = { 0 };
	int got;

	if (feed->next)
		return 1;
	if (feed->status.ended)
		return 0;
	got = ev_reader_next(feed->reader, &feed->next, &why);
	if (got == 1)
		return 1;
	feed->next = NULL;
	if (got == 0)
		end(feed,
		    feed->status.recording ? "" : "The stream has ended; this is its last state.");
	else if (got != -EAGAIN) {
		end(feed, why.text);
		feed->status.failed = 1;
	}
	return 0;
}

static int live_event(struct tui_feed *feed)
{
	const struct ev_header *event = feed->next;

	feed->next = NULL;
	if (!feed->status.paused)
		return to_model(feed, event);
	if (feed->held_bytes > HOLD_BYTES_MAX) {
		int err;

		feed->status.paused = 0;
		snprintf(feed->status.sentence, sizeof(feed->status.sentence),
			 "The pause has ended: more events were waiting than memory is kept for.");
		err = release(feed);
		return err ? err : to_model(feed, event);
	}
	return hold(feed, event);
}

/* Feeds one event if one is due: 1, else 0, or -ENOMEM. */
static int feed_one(struct tui_feed *feed)
{
	int err;

	if (!fetch(feed))
		return 0;
	if (!feed->status.recording) {
		err = live_event(feed);
		return err ? err : 1;
	}
	if (feed->next->time_ns > feed->target_ns)
		return 0;
	err = to_model(feed, feed->next);
	feed->next = NULL;
	return err ? err : 1;
}

static void update_position(struct tui_feed *feed)
{
	struct tui_feed_status *status = &feed->status;

	if (!status->recording)
		return;
	status->position_ns = status->ended ? status->span_ns : feed->target_ns - feed->first_ns;
}

/* Moves the target of a recording that plays. */
static void advance(struct tui_feed *feed, uint64_t now_ns)
{
	uint64_t passed_ns = feed->clock_ns ? now_ns - feed->clock_ns : 0;
	uint64_t last_ns = feed->first_ns + feed->status.span_ns;

	feed->clock_ns = now_ns;
	if (!feed->status.recording || feed->status.paused || feed->status.ended ||
	    feed->status.behind)
		return;
	feed->target_ns += (uint64_t)((double)passed_ns * feed->status.speed);
	if (feed->target_ns > last_ns)
		feed->target_ns = last_ns;
}

int tui_feed_step(struct tui_feed *feed, uint64_t now_ns)
{
	uint64_t until_ns = steady_ns() + STEP_BUDGET_NS;
	int events = 0, got = 0;

	advance(feed, now_ns);
	feed->status.behind = 0;
	while ((got = feed_one(feed)) > 0)
		if (++events % EVENTS_A_CLOCK == 0 && steady_ns() > until_ns) {
			feed->status.behind = 1;
			break;
		}
	update_position(feed);
	return got < 0 ? got : events;
}

int tui_feed_all(struct tui_feed *feed)
{
	int got;

	while ((got = feed_one(feed)) > 0)
		;
	feed->status.behind = 0;
	update_position(feed);
	return got;
}

/* Starts the recording again with a new model. */
static int rewind_feed(struct tui_feed *feed)
{
	struct model *model = model_new(&feed->model_options);
	struct ev_error why = { 0 };
	int err;

	if (!model)
		return -ENOMEM;
	err = ev_reader_seek(feed->reader, 0, &why);
	if (err) {
		model_free(model);
		end(feed, why.text);
		return err;
	}
	model_free(feed->model);
	feed->model = model;
	feed->next = NULL;
	feed->status.ended = 0;
	feed->status.sentence[0] = '\0';
	tui_filter_restart(&feed->filter);
	return 0;
}

static void seek_to(struct tui_feed *feed, uint64_t position_ns)
{
	uint64_t target_ns;

	if (!feed->status.recording)
		return;
	if (position_ns > feed->status.span_ns)
		position_ns = feed->status.span_ns;
	target_ns = feed->first_ns + position_ns;
	if (position_ns < feed->status.position_ns && rewind_feed(feed))
		return;
	feed->target_ns = target_ns;
	feed->status.position_ns = position_ns;
	feed->status.behind = 1;
}

void tui_feed_pause(struct tui_feed *feed, int paused)
{
	if (feed->status.ended) { /* play again */
		if (feed->status.recording && !paused)
			seek_to(feed, 0);
		return;
	}
	feed->status.paused = paused;
	feed->status.sentence[0] = '\0';
	if (!paused && release(feed))
		end(feed, "Out of memory: what came during the pause is lost.");
}

void tui_feed_seek(struct tui_feed *feed, int64_t by_ns)
{
	uint64_t position_ns = feed->status.position_ns;

	if (by_ns < 0 && (uint64_t)-by_ns > position_ns)
		seek_to(feed, 0);
	else
		seek_to(feed, position_ns + (uint64_t)by_ns);
}

void tui_feed_seek_start(struct tui_feed *feed)
{
	seek_to(feed, 0);
}

void tui_feed_seek_end(struct tui_feed *feed)
{
	seek_to(feed, feed->status.span_ns);
}

void tui_feed_nudge(struct tui_feed *feed, int direction)
{
	uint64_t interval_ns = feed->model_options.interval_ns;
	uint64_t position_ns = feed->status.position_ns;

	if (!feed->status.recording)
		return;
	if (direction > 0)
		seek_to(feed, (position_ns / interval_ns + 1) * interval_ns);
	else
		seek_to(feed, position_ns ? (position_ns - 1) / interval_ns * interval_ns : 0);
	feed->status.paused = !feed->status.ended;
}

void tui_feed_speed(struct tui_feed *feed, int faster)
{
	double speed = feed->status.speed * (faster ? 2 : 0.5);

	if (feed->status.recording && speed >= 1.0 / 16 && speed <= 1024)
		feed->status.speed = speed;
}

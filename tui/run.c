/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Running: who is started, in which order, and the one loop.
 *
 *   start the collector (live) or open the recording
 *   → drop privileges → take the terminal → loop → give it back → let the collector go
 *
 * The loop sleeps in poll() until a key, an event, a signal or the collector's words come. New
 * events make the picture stale, not drawn: a burst is given SETTLE_NS to arrive whole, and two
 * pictures are at least a frame apart, so an aggregate stream costs one picture an interval. A key
 * is answered at once.
 */
#include "tui/run.h"

#include <errno.h>
#include <langinfo.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "tui/child.h"
#include "tui/curses.h"
#include "tui/feed.h"
#include "tui/screen.h"
#include "tui/signals.h"

static const uint64_t SETTLE_NS = 30000000;
static const uint64_t FRAME_NS = 100000000;
static const uint64_t START_TIMEOUT_NS = 5000000000;
enum {
	SLOW_AN_INTERVAL = 16, /* slowest requests the collector keeps */
	KEYS_A_TURN = 1024,
};

struct run {
	const struct tui_options *options;
	struct tui_child child;
	struct tui_feed *feed;
	struct tui_screen screen;
	struct tui_canvas canvas;
	char sentence[EV_ERROR_TEXT_BYTES]; /* the collector's */
	uint64_t drawn_ns;
	uint64_t stale_ns; /* since when; 0: the picture is fresh */
};

static uint64_t steady_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static int fail(const struct ev_error *why)
{
	fprintf(stderr, "ringlens-top: %s\n", why->text);
	return 1;
}

static void tell(void *arg, const char *line)
{
	tui_child_tell(arg, line);
}

static int is_ascii(const struct tui_options *options)
{
	return options->ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
}

static int collector_failed(const struct run *run)
{
	return run->child.exited && run->child.status != 0;
}

/* Sleeps until something may have changed, `timeout_ms` at most (-1: no limit). */
static void wait_for_more(struct run *run, int keyboard_fd, int timeout_ms)
{
	struct pollfd fds[] = {
		{ .fd = tui_feed_fd(run->feed), .events = POLLIN },
		{ .fd = run->child.pid && !run->child.exited ? run->child.error_fd : -1,
		  .events = POLLIN },
		{ .fd = keyboard_fd, .events = POLLIN },
		{ .fd = tui_signals_fd(), .events = POLLIN },
	};

	/* An error stream at its end stays ready until the child is reaped: do not spin on it. */
	poll(fds, sizeof(fds) / sizeof(fds[0]), timeout_ms);
	if (fds[1].revents & POLLHUP && !(fds[1].revents & POLLIN)) {
		struct timespec moment = { 0, 5000000 };

		nanosleep(&moment, NULL);
	}
}

static void hear_child(struct run *run)
{
	if (run->child.pid && tui_child_watch(&run->child)) {
		tui_child_sentence(&run->child, run->sentence, sizeof(run->sentence));
		if (run->sentence[0] && !run->stale_ns)
			run->stale_ns = steady_ns();
	}
}

/* Takes what the collector has sent until its session is known, it has failed, or time is up: a
 * missing privilege should be told on a plain terminal. */
static int await_session(struct run *run)
{
	uint64_t until_ns = steady_ns() + START_TIMEOUT_NS;
	int got = 0;

	while (got >= 0 && !model_session(tui_feed_model(run->feed))->known && !run->child.exited &&
	       !(tui_signals_take() & TUI_SIGNAL_END) && steady_ns() < until_ns) {
		wait_for_more(run, -1, 100);
		got = tui_feed_step(run->feed, steady_ns());
		hear_child(run);
	}
	return got < 0 ? got : 0;
}

static int open_live(struct run *run, struct ev_error *why)
{
	struct tui_feed_options options = { .interval_ns = run->options->interval_ns };
	char line[64];
	int err = tui_child_start(&run->child, run->options, why);

	if (err)
		return err;
	tui_child_wait(&run->child, (int)(START_TIMEOUT_NS / 1000000));
	tui_child_sentence(&run->child, run->sentence, sizeof(run->sentence));
	if (collector_failed(run))
		return ev_fail(why, -ECHILD, "%s", run->sentence);
	options.fd = run->child.stream_fd;
	err = tui_feed_open(&run->feed, &options, why);
	if (err)
		return err;
	snprintf(line, sizeof(line), "interval %lluns",
		 (unsigned long long)run->options->interval_ns);
	tui_child_tell(&run->child, line);
	snprintf(line, sizeof(line), "slow %d", SLOW_AN_INTERVAL);
	tui_child_tell(&run->child, line);
	if (await_session(run))
		return ev_fail(why, -ENOMEM, "out of memory");
	if (collector_failed(run))
		return ev_fail(why, -ECHILD, "%s", run->sentence);
	return 0;
}

/* A recording: a ringlens trace is read as it is, any other is turned into one first. */
static int open_recording(struct run *run, struct ev_error *why)
{
	struct tui_feed_options options = {
		.path = run->options->input,
		.interval_ns = run->options->interval_ns,
		.filter = run->options->filter,
	};
	int converted = strcmp(options.path, "-") ? tui_child_convert(options.path, why) : 0;

	if (converted < 0)
		return converted;
	if (converted) {
		options.path = NULL;
		options.fd = converted;
	}
	return tui_feed_open(&run->feed, &options, why);
}

/* A stream says by itself what was recorded; of a recording, the filters that were typed here are
 * told as well. */
static void keep_asked(struct run *run)
{
	char *text = run->screen.asked;
	size_t used = 0, room = sizeof(run->screen.asked);

	for (size_t i = 0; run->options->input && i < run->options->passed_count; i++)
		if (used < room)
			used += (size_t)snprintf(text + used, room - used, "%s%s", used ? " " : "",
						 run->options->passed[i]);
}

static int open_feed(struct run *run, struct ev_error *why)
{
	int err = run->options->input ? open_recording(run, why) : open_live(run, why);

	if (!err)
		err = tui_child_drop_privileges(why);
	if (err)
		return err;
	tui_screen_init(&run->screen, run->feed, run->options->interval_ns);
	run->screen.min_latency_ns = run->options->filter.min_latency_ns;
	run->screen.sentence = run->sentence;
	keep_asked(run);
	if (run->child.pid) {
		run->screen.tell = tell;
		run->screen.tell_arg = &run->child;
	}
	return 0;
}

static int draw(struct run *run)
{
	int rows, columns;

	tui_curses_size(&rows, &columns);
	if ((rows != run->canvas.rows || columns != run->canvas.columns) &&
	    tui_canvas_resize(&run->canvas, rows, columns))
		return -ENOMEM;
	tui_screen_draw(&run->screen, &run->canvas);
	tui_curses_show(&run->canvas);
	run->drawn_ns = steady_ns();
	run->stale_ns = 0;
	return 0;
}

/* When the next picture is due: 0 for never. */
static uint64_t due_ns(const struct run *run)
{
	uint64_t settled_ns = run->stale_ns + SETTLE_NS;
	uint64_t frame_ns = run->drawn_ns + FRAME_NS;

	if (!run->stale_ns)
		return 0;
	return settled_ns > frame_ns ? settled_ns : frame_ns;
}

/* How long the loop may sleep. */
static int timeout_ms(const struct run *run)
{
	const struct tui_feed_status *status = tui_feed_status(run->feed);
	uint64_t due = due_ns(run);
	uint64_t now = steady_ns();

	if (status->behind)
		return 0;
	if (due)
		return due > now ? (int)((due - now) / 1000000) + 1 : 0;
	if (status->recording && !status->paused && !status->ended)
		return (int)(FRAME_NS / 1000000);
	return -1;
}

/* The keys that are waiting: of an endless flood so many that signals still get their turn.
 * Negative: the terminal is gone. */
static int take_keys(struct run *run)
{
	struct tui_input input;
	int got, taken = 0;

	while (!run->screen.quit && taken < KEYS_A_TURN && (got = tui_curses_input(&input)) != 0) {
		if (got < 0)
			return got;
		tui_screen_key(&run->screen, &input);
		taken++;
	}
	return taken != 0;
}

/* 1: draw at once; 0: nothing came; negative: end. */
static int take_signals(struct run *run)
{
	int bits = tui_signals_take();

	if (bits & TUI_SIGNAL_END)
		run->screen.quit = 1;
	if (bits & TUI_SIGNAL_SUSPEND)
		tui_curses_suspend();
	if (bits & TUI_SIGNAL_RESIZE)
		tui_curses_resize();
	return bits != 0;
}

static int loop(struct run *run)
{
	int got = 0, now = 1;

	while (got >= 0 && !run->screen.quit) {
		if ((now || (run->stale_ns && steady_ns() >= due_ns(run))) && draw(run))
			return -ENOMEM;
		wait_for_more(run, tui_curses_fd(), timeout_ms(run));
		now = take_signals(run);
		got = take_keys(run);
		if (got < 0)
			break; /* the terminal is gone: an orderly end is all that is left */
		now |= got;
		got = tui_feed_step(run->feed, steady_ns());
		hear_child(run);
		if ((got > 0 || timeout_ms(run) == (int)(FRAME_NS / 1000000) ||
		     tui_feed_status(run->feed)->ended) &&
		    !run->stale_ns)
			run->stale_ns = steady_ns();
	}
	return got == -ENOMEM ? got : 0;
}

static int run_terminal(struct run *run)
{
	struct ev_error why = { 0 };
	int err;

	if (tui_canvas_init(&run->canvas, 24, 80, is_ascii(run->options)))
		return -ENOMEM;
	err = tui_curses_open(run->options->no_color, &why);
	if (err) {
		fail(&why);
		return -EIO;
	}
	err = loop(run);
	tui_curses_close();
	return err;
}

/* Feeds until the stream has ended, or for one interval when it is live. */
static int feed_once(struct run *run)
{
	const struct model_session *session;
	uint64_t until_ns = steady_ns() + 2 * run->options->interval_ns + START_TIMEOUT_NS;
	int got = 0;

	if (tui_feed_status(run->feed)->recording) {
		tui_feed_seek_end(run->feed);
		return tui_feed_all(run->feed);
	}
	do {
		got = tui_feed_step(run->feed, steady_ns());
		hear_child(run);
		session = model_session(tui_feed_model(run->feed));
		if (tui_feed_status(run->feed)->ended ||
		    (run->child.pid && session->duration_ns >= run->options->interval_ns))
			break;
		if (!tui_feed_status(run->feed)->behind)
			wait_for_more(run, -1, 100);
	} while (got >= 0 && !(tui_signals_take() & TUI_SIGNAL_END) &&
		 (!run->child.pid || steady_ns() < until_ns));
	return got < 0 ? got : 0;
}

static int print(const struct run *run)
{
	int err = tui_canvas_print(&run->canvas, stdout);

	if (err == -EPIPE)
		return 0; /* a reader that went away has seen enough */
	if (err)
		fprintf(stderr, "ringlens-top: standard output cannot be written: %s\n",
			strerror(-err));
	return err;
}

static int text_columns(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return columns && atoi(columns) > 0 ? atoi(columns) : TUI_COLUMNS_DEFAULT;
}

static int run_once(struct run *run)
{
	int err = tui_canvas_init(&run->canvas, 24, text_columns(), is_ascii(run->options));

	if (!err)
		err = feed_once(run);
	run->screen.whole = 1;
	if (!err)
		err = tui_screen_text(&run->screen, &run->canvas);
	if (!err)
		err = print(run);
	if (tui_feed_status(run->feed)->failed)
		fprintf(stderr, "ringlens-top: %s\n", tui_feed_status(run->feed)->sentence);
	return err;
}

/* One picture after the whole stream and some keys: what tests look at. */
static int run_picture(struct run *run)
{
	const char *keys = run->options->keys ? run->options->keys : "";
	struct tui_input input;
	int got, err;

	err = tui_canvas_init(&run->canvas, run->options->rows, run->options->columns,
			      run->options->ascii);
	if (!err)
		err = feed_once(run);
	if (err)
		return err;
	tui_screen_draw(&run->screen, &run->canvas);
	while ((got = tui_keys_next(&keys, &input)) > 0 && !err) {
		tui_screen_key(&run->screen, &input);
		if (tui_feed_status(run->feed)->recording)
			err = tui_feed_all(run->feed);
		tui_screen_draw(&run->screen, &run->canvas);
	}
	if (got < 0)
		fprintf(stderr, "ringlens-top: --keys: there is no such key\n");
	return got < 0 ? got : err ? err : print(run);
}

/* Releases what open_feed() and the runs have acquired. */
static void done(struct run *run)
{
	tui_screen_done(&run->screen);
	tui_feed_close(run->feed);
	if (!run->feed && run->child.stream_fd >= 0 && run->child.pid)
		close(run->child.stream_fd);
	tui_child_stop(&run->child);
	tui_canvas_done(&run->canvas);
}

int tui_run(const struct tui_options *options)
{
	struct run run = { .options = options, .child = { .control_fd = -1, .error_fd = -1 } };
	struct ev_error why = { 0 };
	int failed, err;

	if (tui_signals_open(&why))
		return fail(&why);
	if (open_feed(&run, &why)) {
		done(&run);
		return fail(&why);
	}
	err = options->rows   ? run_picture(&run)
	      : options->once ? run_once(&run)
			      : run_terminal(&run);
	if (err == -ENOMEM) /* whatever else failed has said so */
		fprintf(stderr, "ringlens-top: out of memory\n");
	failed = err || collector_failed(&run) || tui_feed_status(run.feed)->failed;
	if (collector_failed(&run))
		fprintf(stderr, "ringlens-top: %s\n", run.sentence);
	done(&run);
	tui_signals_pass_on();
	return failed;
}

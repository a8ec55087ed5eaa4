/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The loop: drain, flush, sleep; a snapshot now and then; until a signal, the clock, the command or
 * the sink says stop.
 *
 * Sleeping adapts: when a drain finds much, the next comes sooner, when it finds nothing, later.
 * The limits are 1 ms (a burst of several million requests a second must not fill the buffers) and
 * 10 ms (lines of `trace` should be prompt, and a burst after silence must find room). A busy
 * tracer is drained in budgets, and between two of them the loop looks whether it should stop: no
 * rate of events can keep it from ending. For the same reason the last drain has a deadline when a
 * person or a clock said stop.
 */
#include "collector/live.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "collector/clock.h"
#include "collector/filter_absent.h"
#include "collector/session.h"
#include "collector/stop.h"
#include "event/units.h"

enum {
	BUDGET = 16384,	    /* events between two looks at the stop flag */
	BUSY_EVENTS = 8192, /* a drain that found more than this comes too late */
	CALM_EVENTS = 512,  /* one that found fewer comes too soon */
	NS_PER_MS = 1000000,
};
static const uint64_t sleep_min_ns = 1 * NS_PER_MS;
static const uint64_t sleep_max_ns = 10 * NS_PER_MS;
static const uint64_t reconcile_interval_ns = 1000 * (uint64_t)NS_PER_MS;
/* When the command has ended, the kernel still takes down its rings and cancels what is open. */
static const uint64_t teardown_ns = 50 * NS_PER_MS;
/* How long a stop by signal or duration may still drain. */
static const uint64_t last_drain_ns = 300 * (uint64_t)NS_PER_MS;

struct live {
	struct live_options options;
	struct tracer *tracer;
	struct child child;
	const struct live_sink *sink;
	enum live_end ended_by;
	uint64_t start_ns;
	uint64_t stop_at_ns;
	uint64_t next_snapshot_ns;
	uint64_t next_reconcile_ns;
	uint64_t sleep_ns;
	uint64_t drained; /* events in the current pass */
	uint32_t pids[TRACER_PIDS_MAX];
};

/* The command's own process joins the processes that were named. */
static int load(struct live *live, struct ev_error *why)
{
	struct tracer_options options = { .mode = live->options.mode,
					  .buffer_bytes = live->options.buffer_bytes,
					  .all_commands = live->options.all_commands,
					  .no_devices = live->options.no_devices };
	struct tracer_filter *filter = &options.filter;

	filter_to_tracer(live->options.filter, filter);
	memcpy(live->pids, filter->pids, filter->pid_count * sizeof(*filter->pids));
	filter->pids = live->pids;
	if (live->child.pid && filter->pid_count < TRACER_PIDS_MAX)
		live->pids[filter->pid_count++] = (uint32_t)live->child.pid;
	filter->follow = filter->pid_count && !live->options.no_follow;
	return tracer_new(&live->tracer, &options, why);
}

int live_open(struct live **ret_live, const struct live_options *options, struct ev_error *why)
{
	struct live *live = calloc(1, sizeof(*live));
	int err = 0;

	if (!live)
		return ev_fail(why, -ENOMEM, "no memory to start");
	live->options = *options;
	live->sleep_ns = sleep_min_ns;
	live->child = (struct child){ .pid_fd = -1, .go_fd = -1, .fail_fd = -1 };
	/* A screen has its own way to say that it sees nothing. */
	if (options->watch_fd < 0)
		filter_say_absent(options->filter);
	if (options->command)
		err = child_start(&live->child, options->command, options->keep_stdout, why);
	if (!err)
		err = stop_init(why);
	if (!err)
		err = load(live, why);
	if (err) {
		live_close(live);
		return err;
	}
	*ret_live = live;
	return 0;
}

void live_close(struct live *live)
{
	if (!live)
		return;
	child_done(&live->child);
	tracer_free(live->tracer);
	free(live);
}

struct tracer *live_tracer(struct live *live)
{
	return live->tracer;
}

void live_set_snapshot(struct live *live, uint64_t snapshot_ns)
{
	live->options.snapshot_ns = snapshot_ns;
	live->next_snapshot_ns = clock_now_ns() + snapshot_ns;
}

enum live_end live_ended_by(const struct live *live)
{
	return live->ended_by;
}

uint64_t live_stop_at_ns(const struct live *live)
{
	return live->stop_at_ns;
}

static int take_event(void *arg, const struct ev_header *event)
{
	struct live *live = arg;

	live->drained++;
	return live->sink->event(live->sink->arg, event);
}

static int drain(struct live *live, struct ev_error *why)
{
	return tracer_drain(live->tracer, BUDGET, take_event, live, why);
}

/* Looks at everything that can end the session. */
static int should_stop(struct live *live)
{
	if (live->ended_by != LIVE_RUNNING)
		return 1;
	if (stop_signal())
		live->ended_by = LIVE_BY_SIGNAL;
	else if (live->stop_at_ns && clock_now_ns() >= live->stop_at_ns)
		live->ended_by = LIVE_BY_DURATION;
	else if (child_ended(&live->child, 0))
		live->ended_by = LIVE_BY_COMMAND;
	return live->ended_by != LIVE_RUNNING;
}

/* Snapshots and reconciliation come after a full drain only, so that time never goes back in the
 * stream. */
static int do_periodic(struct live *live, struct ev_error *why)
{
	uint64_t now_ns = clock_now_ns();
	int err = 0;

	if (now_ns >= live->next_reconcile_ns) {
		live->next_reconcile_ns = now_ns + reconcile_interval_ns;
		err = tracer_reconcile(live->tracer, why);
	}
	if (!err && now_ns >= live->next_snapshot_ns) {
		live->next_snapshot_ns = now_ns + live->options.snapshot_ns;
		err = tracer_snapshot(live->tracer, live->options.snapshot_open, take_event, live,
				      why);
	}
	return err;
}

static void adapt_sleep(struct live *live)
{
	if (live->drained > BUSY_EVENTS)
		live->sleep_ns /= 2;
	else if (live->drained < CALM_EVENTS)
		live->sleep_ns += live->sleep_ns / 4;
	if (live->sleep_ns < sleep_min_ns)
		live->sleep_ns = sleep_min_ns;
	if (live->sleep_ns > sleep_max_ns)
		live->sleep_ns = sleep_max_ns;
}

/* In aggregate mode nothing but rare events waits between snapshots. */
static uint64_t sleep_limit_ns(const struct live *live, uint64_t now_ns)
{
	uint64_t until_ns = live->next_snapshot_ns;

	if (live->options.mode == EV_MODE_FULL)
		return live->sleep_ns;
	if (live->stop_at_ns && live->stop_at_ns < until_ns)
		until_ns = live->stop_at_ns;
	return until_ns > now_ns ? until_ns - now_ns : 0;
}

/* Sleeps unless there is `more` to drain, and looks at the other side's orders in any case. */
static void wait_for_more(struct live *live, int more, struct ev_error *why)
{
	struct pollfd fds[] = { { .fd = stop_fd(), .events = POLLIN },
				{ .fd = live->child.pid_fd, .events = POLLIN },
				{ .fd = live->options.watch_fd, .events = POLLIN } };
	uint64_t sleep_ns = more ? 0 : sleep_limit_ns(live, clock_now_ns());
	struct timespec timeout = { (time_t)(sleep_ns / 1000000000),
				    (long)(sleep_ns % 1000000000) };

	if (ppoll(fds, 3, &timeout, NULL) > 0 && fds[2].revents &&
	    live->sink->watch(live->sink->arg, live, why))
		live->ended_by = LIVE_BY_SINK;
}

static int loop(struct live *live, struct ev_error *why)
{
	int more, err;

	while (!should_stop(live)) {
		live->drained = 0;
		more = drain(live, why);
		err = more > 0 ? 0 : more;
		if (!err && !more)
			err = do_periodic(live, why);
		if (!err)
			err = live->sink->pass(live->sink->arg, why);
		if (err < 0)
			return err;
		if (err)
			live->ended_by = LIVE_BY_SINK;
		adapt_sleep(live);
		wait_for_more(live, more, why);
	}
	return 0;
}

/* All that is left, within the deadline when somebody waits for us to end. */
static int drain_rest(struct live *live, struct ev_error *why)
{
	int hurried = live->ended_by != LIVE_BY_COMMAND;
	uint64_t until_ns = clock_now_ns() + last_drain_ns;
	int more;

	do
		more = drain(live, why);
	while (more > 0 && (!hurried || clock_now_ns() < until_ns));
	return more > 0 ? 0 : more;
}

/* The kernel takes rings down in the background; their last completions belong to the command. */
static int drain_teardown(struct live *live, struct ev_error *why)
{
	uint64_t until_ns = clock_now_ns() + teardown_ns;
	int more = 0;

	while (more >= 0 && clock_now_ns() < until_ns && !stop_signal()) {
		more = drain(live, why);
		poll(NULL, 0, 2);
	}
	if (more >= 0)
		more = tracer_reconcile(live->tracer, why);
	return more < 0 ? more : 0;
}

static int finish(struct live *live, struct ev_error *why)
{
	int err = 0;

	if (live->ended_by == LIVE_BY_COMMAND)
		err = drain_teardown(live, why);
	tracer_stop(live->tracer);
	if (!err)
		err = drain_rest(live, why);
	if (!err)
		err = tracer_snapshot(live->tracer, SIZE_MAX, take_event, live, why);
	if (!err)
		err = session_end(live->start_ns, live->sink->event, live->sink->arg);
	if (!err)
		err = live->sink->pass(live->sink->arg, why);
	return err < 0 ? err : 0;
}

/* What the recording leaves out, in the words that asked for it. */
static void say_filter(const struct live_options *options, char *text, size_t text_bytes)
{
	size_t used;

	filter_text(options->filter, text, text_bytes);
	used = strlen(text);
	if (options->no_devices)
		snprintf(text + used, text_bytes - used, "%s--no-devices", used ? " " : "");
}

static int begin(struct live *live, struct ev_error *why)
{
	char filter[256];
	struct session_words words = { .filter = filter,
				       .command = live->options.command,
				       .mode = live->options.mode,
				       .record_min_ns = live->options.filter->min_latency_ns };
	uint64_t now_ns;
	int err;

	say_filter(&live->options, filter, sizeof(filter));
	err = session_begin(&words, live->sink->event, live->sink->arg, &live->start_ns);
	if (!err)
		err = tracer_start(live->tracer, why);
	if (!err && live->child.pid)
		err = child_go(&live->child, why);
	now_ns = clock_now_ns();
	live->next_snapshot_ns = now_ns + live->options.snapshot_ns;
	live->next_reconcile_ns = now_ns + reconcile_interval_ns;
	if (live->options.duration_ns)
		live->stop_at_ns = now_ns + live->options.duration_ns;
	return err;
}

int live_run(struct live *live, const struct live_sink *sink, struct ev_error *why)
{
	int err;

	live->sink = sink;
	err = begin(live, why);
	if (!err)
		err = loop(live, why);
	if (!err)
		err = finish(live, why);
	return err;
}

void live_say_command(struct live *live)
{
	const struct child *child = &live->child;

	if (!child->pid || child->go_fd >= 0)
		return;
	/* Ctrl-C reaches the command too; give it a moment to end. */
	if (!child_ended(&live->child, live->ended_by == LIVE_BY_SIGNAL ? 500 : 0))
		fprintf(stderr, "ringlens: %s (process %d) still runs; it was left alone\n",
			child->name, (int)child->pid);
	else if (WIFSIGNALED(child->status))
		fprintf(stderr, "ringlens: %s was ended by signal %d (%s)\n", child->name,
			WTERMSIG(child->status), strsignal(WTERMSIG(child->status)));
	else if (WEXITSTATUS(child->status))
		fprintf(stderr, "ringlens: %s ended with exit status %d\n", child->name,
			WEXITSTATUS(child->status));
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef COLLECTOR_LIVE_H
#define COLLECTOR_LIVE_H
/*
 * A live session, from loading the probes to the last snapshot: what `record` and `trace` share.
 * The caller only says what happens to events.
 */
#include <stdint.h>

#include "bpf/tracer.h"
#include "collector/child.h"
#include "collector/filter.h"

struct live;

/* A snapshot more often than this would cost more than it shows. */
enum { LIVE_SNAPSHOT_NS_MIN = 20000000 };

/* What the caller does with a session. `event` fails only when nothing makes sense any more; output
 * that cannot be written is the caller's to remember, so that the books at the end are complete. */
struct live_sink {
	tracer_event_fn event;
	/* After each drain: flush what has waited long enough. 1: no more is wanted, end in order.
	 */
	int (*pass)(void *arg, struct ev_error *why);
	/* Something came in on watch_fd; may be NULL. 1: the other side is gone, end in order. */
	int (*watch)(void *arg, struct live *live, struct ev_error *why);
	void *arg;
};

struct live_options {
	const struct filter *filter;
	enum ev_mode mode;
	size_t buffer_bytes; /* 0: the tracer's default */
	int no_follow;
	int all_commands;     /* device commands that no traced request asked for, too */
	int no_devices;	      /* nothing of block devices */
	int keep_stdout;      /* the command may write to our standard output */
	char **command;	      /* NULL: none */
	uint64_t duration_ns; /* 0: until something else ends it */
	uint64_t snapshot_ns; /* between snapshots */
	size_t snapshot_open; /* open requests in a snapshot; the last one has all */
	int watch_fd;	      /* -1: none */
};

enum live_end {
	LIVE_RUNNING,
	LIVE_BY_SIGNAL,
	LIVE_BY_DURATION,
	LIVE_BY_COMMAND, /* it ended */
	LIVE_BY_SINK,	 /* no more is wanted */
};

/* Loads the probes and starts the command, held back. */
int live_open(struct live **ret_live, const struct live_options *options, struct ev_error *why);
/* Runs to the end: SESSION first, every event in time order, all open requests, SESSION_END. */
int live_run(struct live *live, const struct live_sink *sink, struct ev_error *why);
void live_close(struct live *live);

struct tracer *live_tracer(struct live *live);
void live_set_snapshot(struct live *live, uint64_t snapshot_ns);
enum live_end live_ended_by(const struct live *live);
/* When the recording is over by its duration; 0: open end. Known once live_run has started. */
uint64_t live_stop_at_ns(const struct live *live);
/* Says on stderr how the command ended or that it was left running. */
void live_say_command(struct live *live);

#endif

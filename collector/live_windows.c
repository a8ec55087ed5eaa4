/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The loop on Windows: take what the session has delivered, flush, sleep; ask once a second what
 * was lost; until Ctrl-C, the clock, the command or the sink says stop. Then the session is
 * stopped, and what it still held is taken as well. Everything but the waiting is in windows-etw/.
 */
#include "collector/live_windows.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <windows.h>

#include "collector/clock.h"
#include "collector/command_line_windows.h"
#include "collector/stop.h"
#include "windows-etw/etw_host.h"
#include "windows-etw/etw_live.h"

enum { BUDGET = 16384, SLEEP_MS = 5, END_WAIT_MS = 500 };
static const uint64_t poll_ns = 1000000000;
static const uint64_t last_drain_ns = 2000000000;

struct etw_wish live_wish;

struct live {
	struct live_options options;
	struct etw_host host;
	struct etw_plan plan;
	struct etw_live *session;
	void *process; /* the command's; NULL: none */
	void *thread;  /* while it is held back */
	unsigned long pid;
	enum live_end ended_by;
	uint64_t stop_at_ns;
	uint64_t next_poll_ns;
	int began;
};

int live_open(struct live **ret_live, const struct live_options *options, struct ev_error *why)
{
	struct live *live = calloc(1, sizeof(*live));
	struct etw_wish wish = live_wish;
	int err;

	if (!live)
		return ev_fail(why, -ENOMEM, "no memory to start");
	live->options = *options;
	wish.buffer_bytes = options->buffer_bytes;
	etw_host_read(&live->host);
	err = etw_plan_make(&live->host, &wish, &live->plan, why);
	if (!err && options->command)
		err = command_line_start(options->command, options->keep_stdout, &live->process,
					 &live->thread, &live->pid, why);
	if (!err)
		err = stop_init(why);
	if (!err)
		err = etw_live_start(&live->session, etw_api_windows(), &live->host, &live->plan,
				     why);
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
	etw_live_free(live->session);
	/* It never ran: nobody will miss it. */
	if (live->thread) {
		TerminateProcess(live->process, 1);
		CloseHandle(live->thread);
	}
	if (live->process)
		CloseHandle(live->process);
	free(live);
}

enum live_end live_ended_by(const struct live *live)
{
	return live->ended_by;
}

uint64_t live_stop_at_ns(const struct live *live)
{
	return live->stop_at_ns;
}

static void begin(struct live *live)
{
	uint64_t now_ns = clock_now_ns();

	live->began = 1;
	live->next_poll_ns = now_ns + poll_ns;
	if (live->options.duration_ns)
		live->stop_at_ns = now_ns + live->options.duration_ns;
	if (live->thread) {
		ResumeThread(live->thread);
		CloseHandle(live->thread);
		live->thread = NULL;
	}
}

static int should_stop(struct live *live)
{
	if (live->ended_by != LIVE_RUNNING)
		return 1;
	if (stop_signal())
		live->ended_by = LIVE_BY_SIGNAL;
	else if (live->stop_at_ns && clock_now_ns() >= live->stop_at_ns)
		live->ended_by = LIVE_BY_DURATION;
	else if (live->process && !WaitForSingleObject(live->process, 0))
		live->ended_by = LIVE_BY_COMMAND;
	return live->ended_by != LIVE_RUNNING;
}

static void poll_losses(struct live *live)
{
	uint64_t now_ns = clock_now_ns();

	if (now_ns < live->next_poll_ns)
		return;
	live->next_poll_ns = now_ns + poll_ns;
	etw_live_poll(live->session);
}

/* 1: there is more; 0: nothing now; -ENODATA: the session has ended; else an error. */
static int drain(struct live *live, const struct live_sink *sink, struct ev_error *why)
{
	const struct ev_header *event;
	int got = 1, err = 0;

	for (int i = 0; i < BUDGET && !err; i++) {
		got = etw_source_next(etw_live_source(live->session), &event, why);
		if (got <= 0)
			break;
		err = sink->event(sink->arg, event);
	}
	if (err)
		return err;
	return got == -EAGAIN ? 0 : got ? got : -ENODATA;
}

static int loop(struct live *live, const struct live_sink *sink, struct ev_error *why)
{
	int more, err = 0;

	while (!should_stop(live)) {
		more = drain(live, sink, why);
		if (more == -ENODATA)
			return ev_fail(why, -EPIPE,
				       "session %s was stopped by someone else; what came before "
				       "is in the recording",
				       live->plan.session);
		if (more < 0)
			return more;
		poll_losses(live);
		err = sink->pass(sink->arg, why);
		if (err < 0)
			return err;
		if (err)
			live->ended_by = LIVE_BY_SINK;
		if (!more)
			Sleep(SLEEP_MS);
	}
	return 0;
}

/* All that the session held, within the deadline when somebody waits for us to end. */
static int finish(struct live *live, const struct live_sink *sink, struct ev_error *why)
{
	uint64_t until_ns = clock_now_ns() + last_drain_ns;
	int more;

	etw_live_stop(live->session);
	do
		more = drain(live, sink, why);
	while (more >= 0 && clock_now_ns() < until_ns);
	if (more < 0 && more != -ENODATA)
		return more;
	more = sink->pass(sink->arg, why);
	return more < 0 ? more : 0;
}

static void say_notes(const struct live *live)
{
	const char *note;

	for (size_t i = 0; (note = etw_live_note(live->session, i)); i++)
		fprintf(stderr, "ringlens: %s\n", note);
	fflush(stderr);
}

int live_run(struct live *live, const struct live_sink *sink, struct ev_error *why)
{
	int err, last;

	say_notes(live);
	begin(live);
	err = loop(live, sink, why);
	last = finish(live, sink, err ? NULL : why);
	return err ? err : last;
}

int live_record_etl(const struct live_options *options, struct ev_error *why)
{
	struct etw_api_losses losses;
	struct live *live;
	int err = live_open(&live, options, why);

	if (err)
		return err;
	say_notes(live);
	begin(live);
	while (!should_stop(live)) {
		poll_losses(live);
		Sleep(SLEEP_MS);
	}
	etw_live_stop(live->session);
	losses = etw_live_poll(live->session);
	live_say_command(live);
	if (losses.events || losses.buffers)
		fprintf(stderr,
			"ringlens: Windows lost %llu events and %llu buffers; a larger --buffer "
			"helps\n",
			(unsigned long long)losses.events, (unsigned long long)losses.buffers);
	fprintf(stderr, "ringlens: read it with: ringlens report %s\n", live->plan.etl_path);
	live_close(live);
	return 0;
}

void live_say_command(struct live *live)
{
	DWORD status = 0;

	if (!live->process || !live->began)
		return;
	/* Ctrl-C reaches the command too; give it a moment to end. */
	if (WaitForSingleObject(live->process, live->ended_by == LIVE_BY_SIGNAL ? END_WAIT_MS : 0))
		fprintf(stderr, "ringlens: %s (process %lu) still runs; it was left alone\n",
			live->options.command[0], live->pid);
	else if (GetExitCodeProcess(live->process, &status) && status)
		fprintf(stderr, "ringlens: %s ended with exit status %lu\n",
			live->options.command[0], status);
}

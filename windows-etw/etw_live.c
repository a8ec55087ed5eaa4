/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The life of a session, in order: claim the name, stop a stale session, start, masks, providers,
 * delivery; at the end rundown, stop, join. What a feature cannot have is noted and the rest goes
 * on; without the session itself there is nothing.
 */
#include "windows-etw/etw_live.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	NOTES_MAX = ETW_PROVIDERS_MAX + 2,
	NOTE_BYTES = 160,
	HOLD_LIVE = 64 << 10, /* somebody watches */
};

struct etw_live {
	const struct etw_api *api;
	const struct etw_plan *plan;
	struct etw_ring *ring;
	struct etw_source *source;
	struct etl_clock clock;
	struct etw_api_losses losses;
	char notes[NOTES_MAX][NOTE_BYTES];
	size_t note_count;
	int running;
	int delivering;
};

static void note(struct etw_live *live, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static void note(struct etw_live *live, const char *format, ...)
{
	va_list args;

	if (live->note_count == NOTES_MAX)
		return;
	va_start(args, format);
	vsnprintf(live->notes[live->note_count++], NOTE_BYTES, format, args);
	va_end(args);
}

/* The one place where Windows' errors become ours. */
static int fail(const struct etw_live *live, uint32_t error, struct ev_error *why)
{
	const char *session = live->plan->session;

	switch (error) {
	case ETW_WIN_ACCESS_DENIED:
		return ev_fail(why, -EACCES,
			       "session %s: Windows denies access (error 5); start the console "
			       "with \"Run as administrator\"",
			       session);
	case ETW_WIN_EXISTS:
		return ev_fail(why, -EBUSY,
			       "session %s is in use by another program; choose another name with "
			       "--session",
			       session);
	case ETW_WIN_NO_RESOURCES:
		return ev_fail(why, -EAGAIN,
			       "session %s: Windows has no room for another session (error 1450); "
			       "`logman query -ets` lists them, `logman stop NAME -ets` ends one",
			       session);
	case ETW_WIN_BAD_PATH:
		return ev_fail(why, -ENOENT, "%s: Windows cannot write there (error 161)",
			       live->plan->etl_path ? live->plan->etl_path : session);
	case ETW_WIN_DISK_FULL:
		return ev_fail(why, -ENOSPC, "session %s: the disk is full (error 112)", session);
	case ETW_WIN_NOT_IMPLEMENTED:
	case ETW_WIN_NOT_SUPPORTED:
		return ev_fail(why, -ENOTSUP,
			       "session %s: this system has no event tracing (error %u)", session,
			       (unsigned)error);
	default:
		return ev_fail(why, -EIO, "session %s: Windows reports error %u", session,
			       (unsigned)error);
	}
}

/* Nobody lives who has claimed the name, so a session with it was left by a crash. The kernel
 * session of Windows 7 belongs to all tools: one that runs is somebody's. */
static int start(struct etw_live *live, struct ev_error *why)
{
	const struct etw_api *api = live->api;
	struct etw_api_losses losses;
	uint32_t error = api->claim(api->arg, live->plan);

	if (error)
		return fail(live, error, why);
	if (live->plan->is_kernel_logger && !api->query(api->arg, live->plan, &losses))
		return ev_fail(why, -EBUSY,
			       "another tool is using the NT Kernel Logger, of which Windows 7 has "
			       "only one; stop it first (logman stop \"NT Kernel Logger\" -ets)");
	if (!live->plan->is_kernel_logger && !api->stop(api->arg, live->plan))
		note(live, "session %s had been left running by a crash; it was stopped",
		     live->plan->session);
	error = api->start(api->arg, live->plan);
	live->running = !error;
	return error ? fail(live, error, why) : 0;
}

static void enable_all(struct etw_live *live)
{
	const struct etw_plan *plan = live->plan;
	uint32_t any = 0, error;

	for (size_t i = 0; i < ETW_MASKS; i++)
		any |= plan->masks[i];
	error = any ? live->api->add_masks(live->api->arg, plan->masks) : 0;
	if (error)
		note(live,
		     "completion ports and optical disks are not in the trace: Windows refused "
		     "their group mask (error %u)",
		     (unsigned)error);
	for (size_t i = 0; i < plan->provider_count; i++) {
		error = live->api->enable(live->api->arg, &plan->providers[i]);
		if (error)
			note(live, "%s is not in the trace: Windows refused it (error %u)",
			     plan->providers[i].name, (unsigned)error);
	}
}

static int next(void *state, const struct etw_event **ret_event, struct ev_error *why)
{
	struct etw_live *live = state;
	int got = etw_ring_take(live->ring, ret_event);

	(void)why;
	if (got > 0)
		((struct etw_event *)(uintptr_t)*ret_event)->time_ns =
			etl_clock_ns(&live->clock, (*ret_event)->ticks);
	return got;
}

static struct etl_losses losses_of(void *state)
{
	const struct etw_live *live = state;

	return (struct etl_losses){ .session_events = live->losses.events,
				    .session_buffers = live->losses.buffers,
				    .dropped = etw_ring_dropped(live->ring) };
}

/* The source ends before the session does. */
static void close_feed(void *state)
{
	(void)state;
}

static const struct etw_feed feed = { .next = next, .losses = losses_of, .close = close_feed };

static int open_source(struct etw_live *live, const struct etw_host *host, struct ev_error *why)
{
	struct etw_feed_facts facts = { .os_build = host->build,
					.cpu_count = host->cpu_count,
					.pointer_bytes = sizeof(void *),
					.hold_bytes = HOLD_LIVE };
	struct etl_clock_terms terms;
	int err;

	live->api->clock(live->api->arg, &terms);
	err = etl_clock_init(&facts.clock, &terms, live->plan->session, why);
	if (err)
		return err;
	facts.first_ticks = terms.base_ticks;
	live->clock = facts.clock;
	snprintf(facts.words, sizeof(facts.words), "tool=ringlens %s\n", RINGLENS_VERSION);
	live->ring = etw_ring_new((size_t)live->plan->buffers_max * live->plan->buffer_kib << 10);
	if (!live->ring || etw_source_new(&live->source, &feed, live, &facts, live->plan->session))
		return ev_fail(why, -ENOMEM, "no memory for the session's events");
	return 0;
}

/* Delivery first: what providers tell when they are enabled must not wait in Windows' buffers. */
static int run(struct etw_live *live, const struct etw_host *host, struct ev_error *why)
{
	uint32_t error;
	int err = live->plan->etl_path ? 0 : open_source(live, host, why);

	if (!err)
		err = start(live, why);
	if (err)
		return err;
	if (live->ring) {
		error = live->api->deliver(live->api->arg, live->plan, live->ring);
		live->delivering = !error;
		if (error)
			return fail(live, error, why);
	}
	enable_all(live);
	return 0;
}

int etw_live_start(struct etw_live **ret_live, const struct etw_api *api,
		   const struct etw_host *host, const struct etw_plan *plan, struct ev_error *why)
{
	struct etw_live *live = calloc(1, sizeof(*live));
	int err;

	if (!live)
		return ev_fail(why, -ENOMEM, "no memory to start");
	live->api = api;
	live->plan = plan;
	err = run(live, host, why);
	if (err) {
		etw_live_free(live);
		return err;
	}
	*ret_live = live;
	return 0;
}

void etw_live_stop(struct etw_live *live)
{
	if (!live->running)
		return;
	if (live->plan->rundown && live->api->enable(live->api->arg, &etw_plan_rundown))
		note(live, "names of files that were open before may be missing: Windows refused "
			   "to tell them");
	etw_live_poll(live);
	live->api->stop(live->api->arg, live->plan);
	live->running = 0;
	if (live->delivering)
		live->api->join(live->api->arg);
	live->delivering = 0;
}

void etw_live_free(struct etw_live *live)
{
	if (!live)
		return;
	etw_live_stop(live);
	etw_source_close(live->source);
	etw_ring_free(live->ring);
	free(live);
}

struct etw_source *etw_live_source(struct etw_live *live)
{
	return live->source;
}

struct etw_api_losses etw_live_poll(struct etw_live *live)
{
	struct etw_api_losses now;

	if (live->running && !live->api->query(live->api->arg, live->plan, &now)) {
		/* Counters never go back, whatever Windows says. */
		if (now.events > live->losses.events)
			live->losses.events = now.events;
		if (now.buffers > live->losses.buffers)
			live->losses.buffers = now.buffers;
	}
	return live->losses;
}

const char *etw_live_note(const struct etw_live *live, size_t index)
{
	return index < live->note_count ? live->notes[index] : NULL;
}

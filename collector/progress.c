/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* Nothing is shown in the first second, so that short work stays silent: progress.h. */
#include "collector/progress.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "event/units.h"

enum { STEPS_A_LOOK = 1 << 16 };
static const uint64_t interval_ns = 250000000;
static const uint64_t silent_ns = 1000000000;

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

void progress_init(struct progress *progress, const char *what)
{
	memset(progress, 0, sizeof(*progress));
	progress->what = what;
	progress->enabled = isatty(STDERR_FILENO);
	progress->start_ns = now_ns();
	progress->next_ns = progress->start_ns + silent_ns;
}

void progress_say(struct progress *progress, const char *text)
{
	uint64_t now = progress->enabled ? now_ns() : 0;

	if (!progress->enabled || now < progress->next_ns)
		return;
	progress->next_ns = now + interval_ns;
	progress->shown = 1;
	fprintf(stderr, "\r\033[K%s: %s", progress->what, text);
	fflush(stderr);
}

void progress_step(struct progress *progress)
{
	char text[64], number[EV_UNITS_TEXT_BYTES];

	if (++progress->steps % STEPS_A_LOOK || !progress->enabled)
		return;
	snprintf(text, sizeof(text), "%s events", ev_units_count(number, progress->steps));
	progress_say(progress, text);
}

void progress_done(struct progress *progress)
{
	if (progress->shown)
		fputs("\r\033[K", stderr);
	progress->shown = 0;
}

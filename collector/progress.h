/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef COLLECTOR_PROGRESS_H
#define COLLECTOR_PROGRESS_H
/* Progress of long work: one line on a terminal's stderr, rewritten in place, gone at the end. */
#include <stdint.h>

struct progress {
	const char *what;
	uint64_t steps;
	uint64_t start_ns;
	uint64_t next_ns;
	int shown;
	int enabled; /* stderr is a terminal */
};

void progress_init(struct progress *progress, const char *what);
/* Counts one event; looks at the clock now and then. */
void progress_step(struct progress *progress);
/* Shows this text now, at most a few times a second. */
void progress_say(struct progress *progress, const char *text);
void progress_done(struct progress *progress);

#endif

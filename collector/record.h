/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef COLLECTOR_RECORD_H
#define COLLECTOR_RECORD_H
/* A live session written to a trace: see record.c. */
#include "collector/live.h"
#include "event/writer.h"

/* Open requests in a snapshot before the last, which has all of them. */
enum { RECORD_OPEN_A_SNAPSHOT = 64 };

struct record_options {
	struct live_options live;
	const char *path; /* "-": standard output */
	enum ev_codec codec;
};

/* --codec */
int record_option_codec(const struct option_row *row, void *target, const char *value,
			struct ev_error *why);
/* Records to the end and prints the summary on stderr. Fails with a sentence when the recording, as
 * far as it was made, is not what was asked for; what was written stays readable. */
int record_run(const struct record_options *options, struct ev_error *why);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef COLLECTOR_CONTROL_H
#define COLLECTOR_CONTROL_H
/*
 * The few commands a live screen sends to its recorder, one a line on --control-fd:
 *
 *     detail QUEUE on|off    one record for every request of this ring, or no longer
 *     slow N                 keep this many of the slowest requests of each interval
 *     interval TIME          between snapshots
 */
#include <stddef.h>

#include "collector/live.h"

struct control {
	int fd; /* -1: none */
	size_t used;
	char line[256];
};

/* Reads what is there and obeys whole lines. Non-zero when the other side is gone. A line that
 * makes no sense is answered with a sentence on stderr and skipped: a screen may be newer than its
 * recorder. */
int control_read(struct control *control, struct live *live);

#endif

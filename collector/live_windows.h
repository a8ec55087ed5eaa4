/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef COLLECTOR_LIVE_WINDOWS_H
#define COLLECTOR_LIVE_WINDOWS_H
/* What a live session on Windows has besides live.h: its name, what it watches, and letting Windows
 * write the file. */
#include "collector/live.h"
#include "collector/options.h"
#include "windows-etw/etw_plan.h"

/* Used by the next live_open. */
extern struct etw_wish live_wish;

/* A session whose .etl file Windows writes: runs to the end and says on stderr what was lost. */
int live_record_etl(const struct live_options *options, struct ev_error *why);

#endif

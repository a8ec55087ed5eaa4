/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WINDOWS_ETW_LIVE_H
#define WINDOWS_ETW_LIVE_H
/*
 * A live session: starts what a plan says, hands its events out as a source, and stops it. A
 * session outlives its process, so one that a crash left behind is stopped before ours starts.
 */
#include "windows-etw/etw_api.h"
#include "windows-etw/etw_source.h"

struct etw_live;

/* Starts; -EACCES, -EBUSY, … with a sentence, and nothing is left running. Plan and table must live
 * as long. */
int etw_live_start(struct etw_live **ret_live, const struct etw_api *api,
		   const struct etw_host *host, const struct etw_plan *plan, struct ev_error *why);
/* Stops the session: what it still holds can be read. */
void etw_live_stop(struct etw_live *live);
void etw_live_free(struct etw_live *live);

/* The session's events; NULL where Windows writes the file itself. It lives as long as `live`. */
struct etw_source *etw_live_source(struct etw_live *live);
/* Asks Windows what was lost so far: call it once a second or so. */
struct etw_api_losses etw_live_poll(struct etw_live *live);
/* What of the plan Windows refused, in words; NULL beyond the last. */
const char *etw_live_note(const struct etw_live *live, size_t index);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WINDOWS_ETW_DECODER_H
#define WINDOWS_ETW_DECODER_H
/*
 * From Windows events to ours. Takes bytes and needs no Windows; does not know whether they come
 * from a file or a live session. docs/windows.md says which event gives what.
 */
#include "event/record.h"
#include "windows-etw/etl_clock.h"
#include "windows-etw/etw_event.h"

struct etw_decoder;

/* NULL: out of memory. `hold_bytes` of finished events are held back, so that depths can be amended
 * when commands end that were under way before: ETW_HOLD_FILE for a file, less when someone
 * watches. */
enum { ETW_HOLD_FILE = 1 << 20 };
struct etw_decoder *etw_decoder_new(const struct etl_clock *clock, size_t hold_bytes);
void etw_decoder_free(struct etw_decoder *decoder);

/* One Windows event, in order of time. 0, or -ENOMEM. */
int etw_decoder_event(struct etw_decoder *decoder, const struct etw_event *event);
/* Does an event of this kind mean anything to us, its payload being long enough? */
int etw_decoder_knows(const struct etw_decoder *decoder, const struct etw_event *event);
/* Our events that are ready: NULL, more Windows events are needed. Valid until the next call. */
const struct ev_header *etw_decoder_take(struct etw_decoder *decoder);
/* An event from outside (session, loss) among ours. */
void etw_decoder_insert(struct etw_decoder *decoder, const struct ev_header *event,
			const char *text, size_t text_bytes);
/* There are no more Windows events: what is open is told as open, and everything is ready. */
void etw_decoder_end(struct etw_decoder *decoder);

struct etw_decoder_stats {
	uint64_t decoded;	  /* Windows events that were understood */
	uint64_t ignored;	  /* of a provider or type that means nothing to us */
	uint64_t too_short;	  /* payload smaller than the least of its version */
	uint64_t unknown_version; /* older than any that is known */
	uint64_t newer_version;	  /* newer than the newest known, and decoded as that */
	uint64_t no_start;	  /* ends of what was not seen to start */
	uint64_t no_end;  /* starts in a trace that tells no ends (FILE_IO_INIT without FILE_IO) */
	uint64_t evicted; /* what was open, and had no room in memory */
};
struct etw_decoder_stats etw_decoder_stats(const struct etw_decoder *decoder);

#endif

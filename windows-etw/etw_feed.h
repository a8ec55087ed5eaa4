/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WINDOWS_ETW_FEED_H
#define WINDOWS_ETW_FEED_H
/*
 * Where Windows events come from: a file (etw_feed_file.c) or a live session (etw_feed_live.c).
 * What is made of them is the same (etw_source.c), so all but the calls of the Windows API runs and
 * is tested on every system.
 */
#include "event/error.h"
#include "windows-etw/etl_clock.h"
#include "windows-etw/etl_reader.h"
#include "windows-etw/etw_event.h"

/* What a feed knows before its first event. */
struct etw_feed_facts {
	struct etl_clock clock;
	uint64_t first_ticks; /* of the session's start */
	uint32_t os_build;
	uint32_t cpu_count;
	uint32_t pointer_bytes;
	size_t hold_bytes; /* of decoded events: etw_decoder_new */
	char words[256];   /* lines of key=value for SESSION */
};

struct etw_feed {
	/* 1 and an event, valid until the next call; 0 at the end; -EAGAIN: none now; other
	 * negative errno. */
	int (*next)(void *state, const struct etw_event **ret_event, struct ev_error *why);
	/* So far. */
	struct etl_losses (*losses)(void *state);
	/* What was read, by kind; NULL: this feed does not count. */
	const struct etl_counts *(*counts)(void *state);
	void (*close)(void *state);
};

#endif

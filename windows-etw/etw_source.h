/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WINDOWS_ETW_SOURCE_H
#define WINDOWS_ETW_SOURCE_H
/*
 * Windows events as a stream of ours: a feed and the decoder in one, with a session around them and
 * everything that is missing told as loss.
 */
#include <stddef.h>

#include "event/error.h"
#include "event/record.h"
#include "windows-etw/etl_count.h"
#include "windows-etw/etw_decoder.h"
#include "windows-etw/etw_feed.h"

struct etw_source;

/* Do a file's first bytes look like an ETL file? It has no magic number: its first buffer says its
 * own size, has type 4 (header), and begins with a trace header record. */
int etw_source_probe(const uint8_t *start, size_t bytes);

/* An ETL file. Takes the descriptor over, also when it fails. `name` must live as long. */
int etw_source_open(struct etw_source **ret_source, int fd, const char *name, struct ev_error *why);
/* Any feed; takes its state over. -ENOMEM: not taken. */
int etw_source_new(struct etw_source **ret_source, const struct etw_feed *feed, void *state,
		   const struct etw_feed_facts *facts, const char *name);
void etw_source_close(struct etw_source *source);
/* 1 and an event, valid until the next call; 0 at the end; -EAGAIN: a live session has none now;
 * other negative errno. */
int etw_source_next(struct etw_source *source, const struct ev_header **ret_event,
		    struct ev_error *why);

/* What was read, by kind, as far as the feed counts. */
struct etw_kind {
	char provider[ETL_COUNT_NAME_BYTES]; /* its name, else its GUID */
	char kind[32];			     /* "type 10 v3", "id 12 v1" */
	uint64_t count;
	int is_known; /* etw_decoder_knows */
};
size_t etw_source_kinds(const struct etw_source *source);
void etw_source_kind(const struct etw_source *source, size_t index, struct etw_kind *ret_kind);

struct etw_decoder_stats etw_source_stats(const struct etw_source *source);

#endif

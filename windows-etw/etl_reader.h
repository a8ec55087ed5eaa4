/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WINDOWS_ETW_ETL_READER_H
#define WINDOWS_ETW_ETL_READER_H
/*
 * Reads a Windows event trace (.etl): all events of all processors in the order they happened.
 * Portable; takes bytes from anywhere and trusts none of them. What cannot be read is counted as
 * lost and told, never skipped in silence.
 *
 * Memory: the buffers whose times overlap (about one a processor), and 16 bytes for each buffer
 * ahead, of at most ETL_READER_BUFFERS_AHEAD.
 */
#include "event/error.h"
#include "windows-etw/etl_count.h"
#include "windows-etw/etl_file.h"
#include "windows-etw/etw_event.h"

enum { ETL_READER_BUFFERS_AHEAD = 1 << 20 };

struct etl_reader;

/* Takes the descriptor over, also when it fails. `name` must live as long as the reader. */
int etl_reader_open(struct etl_reader **ret_reader, int fd, const char *name, struct ev_error *why);
void etl_reader_close(struct etl_reader *reader);

/* 1 and an event, valid until the next call; 0 at the end; negative errno. */
int etl_reader_next(struct etl_reader *reader, const struct etw_event **ret_event,
		    struct ev_error *why);

const struct etl_header_facts *etl_reader_facts(const struct etl_reader *reader);
const struct etl_counts *etl_reader_counts(const struct etl_reader *reader);
/* Time of the earliest event, the trace header included. */
uint64_t etl_reader_first_ticks(const struct etl_reader *reader);

/* What is missing, as far as was read. */
struct etl_losses {
	uint64_t session_events;  /* the logger says so */
	uint64_t session_buffers; /* the logger says so, or its buffers' numbers have a gap:
				     whichever is more */
	uint64_t marked_buffers;  /* buffers that say that something was lost before them */
	uint64_t damaged;	  /* buffers with a header or a record that cannot be read */
	uint64_t truncated;	  /* buffers that the file does not hold to their end */
	uint64_t late;		  /* events that came after later ones */
	uint64_t dropped;	  /* live: events for which our own memory had no room */
};
struct etl_losses etl_reader_losses(const struct etl_reader *reader);

struct etl_reader_stats {
	uint64_t buffers;
	uint64_t record_bytes; /* expanded */
};
struct etl_reader_stats etl_reader_stats(const struct etl_reader *reader);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* An ETL file as a feed: the reader does all the work. */
#include <errno.h>
#include <stdio.h>

#include "windows-etw/etw_source.h"

static int next(void *state, const struct etw_event **ret_event, struct ev_error *why)
{
	return etl_reader_next(state, ret_event, why);
}

static struct etl_losses losses(void *state)
{
	return etl_reader_losses(state);
}

static const struct etl_counts *counts(void *state)
{
	return etl_reader_counts(state);
}

static void close_file(void *state)
{
	etl_reader_close(state);
}

/* Losses are known in full at the end only, which is when a file's are asked for. */
static const struct etw_feed feed = {
	.next = next, .losses = losses, .counts = counts, .close = close_file
};

int etw_source_open(struct etw_source **ret_source, int fd, const char *name, struct ev_error *why)
{
	const struct etl_header_facts *header;
	struct etw_feed_facts facts;
	struct etl_reader *reader;
	int err = etl_reader_open(&reader, fd, name, why);

	if (err)
		return err;
	header = etl_reader_facts(reader);
	facts = (struct etw_feed_facts){ .clock = header->clock,
					 .first_ticks = etl_reader_first_ticks(reader),
					 .os_build = header->os_build,
					 .cpu_count = header->cpu_count,
					 .pointer_bytes = header->pointer_bytes,
					 .hold_bytes = ETW_HOLD_FILE };
	snprintf(facts.words, sizeof(facts.words), "tool=Windows event trace%s%s\n",
		 header->session[0] ? " session " : "", header->session);
	err = etw_source_new(ret_source, &feed, reader, &facts, name);
	if (!err)
		return 0;
	etl_reader_close(reader);
	return ev_fail(why, err, "%s: out of memory", name);
}

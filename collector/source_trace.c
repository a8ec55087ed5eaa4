/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* A ringlens trace as a source: event/reader.h does all the work. */
#include "collector/source.h"

#include "event/reader.h"

static int open_trace(void **ret_state, int fd, const char *name, struct ev_error *why)
{
	struct ev_reader *reader;
	int err = ev_reader_open_fd(&reader, fd, name, why);

	if (!err)
		*ret_state = reader;
	return err;
}

static int next(void *state, const struct ev_header **ret_event, struct ev_error *why)
{
	return ev_reader_next(state, ret_event, why);
}

static void close_trace(void *state)
{
	ev_reader_close(state);
}

/* Asked last, and has the better words for what is no trace. */
static int probe(const unsigned char *start, size_t bytes)
{
	(void)start;
	(void)bytes;
	return 1;
}

const struct source_format source_trace = {
	.name = "ringlens trace",
	.probe = probe,
	.open = open_trace,
	.next = next,
	.close = close_trace,
};

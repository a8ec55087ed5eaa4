/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* A Windows event trace (ETL) as a source: windows-etw/ does all the work. */
#include "collector/source.h"

#include "windows-etw/etw_source.h"

static int open_etl(void **ret_state, int fd, const char *name, struct ev_error *why)
{
	struct etw_source *source;
	int err = etw_source_open(&source, fd, name, why);

	if (!err)
		*ret_state = source;
	return err;
}

static int next(void *state, const struct ev_header **ret_event, struct ev_error *why)
{
	return etw_source_next(state, ret_event, why);
}

static void close_etl(void *state)
{
	etw_source_close(state);
}

const struct source_format source_etl = {
	.name = "Windows ETL",
	.probe = etw_source_probe,
	.open = open_etl,
	.next = next,
	.close = close_etl,
};

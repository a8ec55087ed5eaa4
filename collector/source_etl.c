/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* A Windows event trace (ETL) as a source: windows-etw/ does all the work. */
#include "collector/source.h"

#include <stdio.h>

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

static int kind(void *state, size_t index, struct source_kind *ret_kind)
{
	struct etw_kind found;

	if (index >= etw_source_kinds(state))
		return 0;
	etw_source_kind(state, index, &found);
	*ret_kind = (struct source_kind){ .count = found.count, .is_known = found.is_known };
	snprintf(ret_kind->provider, sizeof(ret_kind->provider), "%s", found.provider);
	snprintf(ret_kind->kind, sizeof(ret_kind->kind), "%s", found.kind);
	return 1;
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
	.kind = kind,
	.close = close_etl,
};

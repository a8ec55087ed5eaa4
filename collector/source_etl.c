/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * A Windows ETL file is recognised, so that its user is told what it is instead of "not a trace".
 * An ETL file has no magic number: its first buffer says its own size, has type 4 (header), and
 * its first record is a system trace header.
 */
#include "collector/source.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum {
	ETL_BUFFER_TYPE_AT = 0x36, /* u16 */
	ETL_BUFFER_TYPE_HEADER = 4,
	ETL_RECORD_AT = 0x48, /* first record: u16 version, u8 header type, u8 marker */
	ETL_MARKER_AT = ETL_RECORD_AT + 3,
	ETL_MARKER = 0xc0, /* a system trace record */
	ETL_BUFFER_BYTES_MAX = 1 << 24,
};

static int probe(const unsigned char *start, size_t bytes)
{
	uint32_t buffer_bytes;
	uint16_t type;

	if (bytes < ETL_MARKER_AT + 1)
		return 0;
	memcpy(&buffer_bytes, start, sizeof(buffer_bytes));
	memcpy(&type, start + ETL_BUFFER_TYPE_AT, sizeof(type));
	return type == ETL_BUFFER_TYPE_HEADER && buffer_bytes > ETL_RECORD_AT &&
	       buffer_bytes <= ETL_BUFFER_BYTES_MAX && start[ETL_MARKER_AT] == ETL_MARKER;
}

static int open_etl(void **ret_state, int fd, const char *name, struct ev_error *why)
{
	(void)ret_state;
	close(fd);
	return ev_fail(why, -ENOTSUP,
		       "%s is a Windows event trace (ETL); this version of ringlens reads its own "
		       "traces only",
		       name);
}

static int next(void *state, const struct ev_header **ret_event, struct ev_error *why)
{
	(void)state;
	(void)ret_event;
	(void)why;
	return 0;
}

static void close_etl(void *state)
{
	(void)state;
}

const struct source_format source_etl = {
	.name = "Windows ETL",
	.probe = probe,
	.open = open_etl,
	.next = next,
	.close = close_etl,
};

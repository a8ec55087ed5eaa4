/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* A whole Windows event trace, through reader and decoder: whatever it is, what comes out is in
 * order of time, printable, and ends. */
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "event/text.h"
#include "windows-etw/etw_source.h"

enum { EVENTS_MAX = 100000, TEXT_EVENTS = 32 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	static char line[EV_TEXT_LINE_BYTES];
	int fd = memfd_create("fuzz", 0), events = 0;
	const struct ev_header *event;
	struct etw_source *source;
	uint64_t last = 0;

	if (fd < 0 || write(fd, data, bytes) != (ssize_t)bytes)
		abort();
	if (etw_source_open(&source, fd, "fuzz", NULL))
		return 0;
	while (events++ < EVENTS_MAX && etw_source_next(source, &event, NULL) > 0) {
		if (event->time_ns < last || event->size_bytes > EV_EVENT_BYTES_MAX)
			abort();
		last = event->time_ns;
		if (events < TEXT_EVENTS && ev_text_print(event, line, sizeof(line)) < 0)
			abort();
	}
	etw_source_close(source);
	return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef TESTS_ETL_TRACE_H
#define TESTS_ETL_TRACE_H
/*
 * Synthetic events of the kinds that no public trace has, one function each, as a Windows session
 * would write them; and what the decoder makes of a whole trace. Times are ticks of 100 ns.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/etl/etl_feed.h"
#include "tests/etl/etl_writer.h"
#include "windows-etw/etw_source.h"

enum { TRACE_EVENTS = 4096, TRACE_BYTES = 1 << 20, TRACE_KINDS = 64 };

struct trace {
	struct etl_writer *writer;
	struct etl_payload payload;
	struct etl_when when; /* of the next event */
	/* What came out. */
	_Alignas(8) uint8_t bytes[TRACE_BYTES];
	const struct ev_header *events[TRACE_EVENTS];
	size_t count;
	size_t used;
	struct etw_decoder_stats stats;
	struct etw_kind kinds[TRACE_KINDS];
	size_t kind_count;
};

static inline struct trace *trace_new(uint32_t pointer_bytes)
{
	struct trace *trace = calloc(1, sizeof(*trace));

	trace->writer = etl_writer_new(&(struct etl_terms){ .pointer_bytes = pointer_bytes });
	trace->when = (struct etl_when){ 10000, 0, 400, 4000 };
	etl_payload_start(trace->writer, &trace->payload);
	return trace;
}

static inline void trace_free(struct trace *trace)
{
	etl_writer_free(trace->writer);
	free(trace);
}

/* Writes what is in the payload as a kernel event and starts the next payload. */
static inline void trace_kernel(struct trace *trace, enum etl_writer_header header, uint32_t hook)
{
	etl_write_kernel(trace->writer, header, &trace->when, hook, &trace->payload);
	etl_payload_start(trace->writer, &trace->payload);
}

static inline void trace_manifest(struct trace *trace, const struct etl_manifest_event *event)
{
	etl_write_event(trace->writer, &trace->when, event, &trace->payload);
	etl_payload_start(trace->writer, &trace->payload);
}

/* Reads the trace back through reader and decoder. */
static inline void trace_read(struct trace *trace)
{
	const struct ev_header *event;
	struct etw_source *source;
	struct ev_error why;
	size_t bytes;
	const uint8_t *data = etl_writer_finish(trace->writer, &bytes);
	int got;

	if (etw_source_open(&source, etl_feed(data, bytes), "synthetic.etl", &why))
		fail_msg("%s", why.text);
	while ((got = etw_source_next(source, &event, &why)) > 0) {
		assert_true(trace->count < TRACE_EVENTS);
		assert_true(trace->used + event->size_bytes <= TRACE_BYTES);
		memcpy(trace->bytes + trace->used, event, event->size_bytes);
		trace->events[trace->count++] =
			(const struct ev_header *)(const void *)(trace->bytes + trace->used);
		trace->used += (event->size_bytes + 7u) & ~7u;
	}
	assert_int_equal(got, 0);
	trace->stats = etw_source_stats(source);
	trace->kind_count = etw_source_kinds(source);
	for (size_t i = 0; i < trace->kind_count && i < TRACE_KINDS; i++)
		etw_source_kind(source, i, &trace->kinds[i]);
	etw_source_close(source);
}

/* The `index`th event of a kind; NULL: there are fewer. */
static inline const void *trace_event(const struct trace *trace, uint16_t kind, size_t index)
{
	for (size_t i = 0; i < trace->count; i++)
		if (trace->events[i]->kind == kind && !index--)
			return trace->events[i];
	return NULL;
}

static inline size_t trace_count(const struct trace *trace, uint16_t kind)
{
	size_t count = 0;

	for (size_t i = 0; i < trace->count; i++)
		count += trace->events[i]->kind == kind;
	return count;
}

/* The last name of a FILE number, or of a process. */
static inline const char *trace_file(const struct trace *trace, uint64_t number)
{
	static char name[512];

	name[0] = 0;
	for (size_t i = 0; i < trace->count; i++) {
		const struct ev_file *file = (const struct ev_file *)trace->events[i];

		if (file->h.kind == EV_FILE && file->file == number)
			snprintf(name, sizeof(name), "%.*s",
				 (int)(file->h.size_bytes - sizeof(*file)),
				 (const char *)(file + 1));
	}
	return name;
}

#endif

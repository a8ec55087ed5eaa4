/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef TESTS_ETL_WRITER_H
#define TESTS_ETL_WRITER_H
/*
 * Makes SYNTHETIC Windows event traces in memory, for tests: every record header and every payload
 * of which no public trace exists. What it writes was never seen by Windows; it follows the same
 * description of the format as the reader does, so it proves that the two agree, not that Windows
 * does. tests/unit/test_etl_fixtures.c is the test against real traces.
 */
#include <stddef.h>
#include <stdint.h>

#include "windows-etw/etw_guid.h"

/* Defaults where 0: 8-byte pointers, performance counter of 10 MHz, 64 KB buffers, 4 processors. */
struct etl_terms {
	uint32_t pointer_bytes;
	uint32_t clock;
	uint64_t frequency;
	uint64_t base_ticks; /* of the header record; 1000 when 0 */
	uint64_t start_filetime;
	uint32_t cpu_mhz;
	uint32_t buffer_bytes;
	uint32_t events_lost;
	uint32_t buffers_lost;
	int compressed;
	int old_cpu_field; /* without flag 0x20: the upper byte is an alignment */
};

enum { ETL_WRITER_CPUS = 8, ETL_WRITER_BUFFERS = 4096 };

struct etl_writer;

struct etl_writer *etl_writer_new(const struct etl_terms *terms);
void etl_writer_free(struct etl_writer *writer);
/* Ends all buffers. The file, valid until the writer is freed. */
const uint8_t *etl_writer_finish(struct etl_writer *writer, size_t *ret_bytes);
/* Gives a processor's buffer away, as a flush does. */
void etl_writer_flush(struct etl_writer *writer, uint32_t cpu);
/* The number that the next buffer gets: to make gaps. */
void etl_writer_skip_sequence(struct etl_writer *writer, uint64_t count);
/* Where the buffers start, in the order written; the first is the header's. */
const size_t *etl_writer_buffers(const struct etl_writer *writer, size_t *ret_count);

/* When and where an event happened. */
struct etl_when {
	uint64_t ticks;
	uint32_t cpu;
	uint32_t pid;
	uint32_t tid;
};

/* A payload, field by field. Pointers are as wide as the terms say. */
struct etl_payload {
	uint8_t bytes[60000];
	uint32_t used;
	uint32_t pointer_bytes;
};
void etl_payload_start(const struct etl_writer *writer, struct etl_payload *payload);
void etl_put(struct etl_payload *payload, uint64_t value, unsigned bytes);
void etl_put_pointer(struct etl_payload *payload, uint64_t value);
void etl_put_wide(struct etl_payload *payload, const char *text);
void etl_put_narrow(struct etl_payload *payload, const char *text);
void etl_put_bytes(struct etl_payload *payload, const void *bytes, uint32_t count);

/* Kernel events: SYSTEM, PERFINFO, COMPACT headers. `hook` is group << 8 | type. */
enum etl_writer_header {
	ETL_WRITE_SYSTEM,
	ETL_WRITE_PERFINFO,
	ETL_WRITE_COMPACT,
};
void etl_write_kernel(struct etl_writer *writer, enum etl_writer_header header,
		      const struct etl_when *when, uint32_t hook_and_version,
		      const struct etl_payload *payload);
static inline uint32_t etl_hook(uint32_t group, uint32_t type, uint32_t version)
{
	return group << 24 | type << 16 | version;
}

/* FULL (or INSTANCE) headers: a program's TraceEvent. */
void etl_write_classic(struct etl_writer *writer, int instance, const struct etl_when *when,
		       const struct etw_guid *provider, uint32_t type_and_version,
		       const struct etl_payload *payload);

/* EVENT_HEADER: manifest events, and TraceLogging when there is a schema. */
struct etl_manifest_event {
	struct etw_guid provider;
	uint16_t id;
	uint8_t version;
	uint8_t opcode;
	const uint8_t *schema; /* NULL: none */
	uint32_t schema_bytes;
	const char *name; /* of the provider, in its traits; NULL: no traits */
};
void etl_write_event(struct etl_writer *writer, const struct etl_when *when,
		     const struct etl_manifest_event *event, const struct etl_payload *payload);

/* TRACE_MESSAGE with sequence number, GUID, time and ids. */
void etl_write_message(struct etl_writer *writer, const struct etl_when *when,
		       const struct etw_guid *provider, uint16_t number,
		       const struct etl_payload *payload);
/* Bytes that are no record. */
void etl_write_raw(struct etl_writer *writer, uint32_t cpu, const void *bytes, uint32_t count);

/* Plain LZ77 of MS-XCA, simply done: how many bytes it took, at most 9/8 of `bytes` and 64. */
size_t etl_compress(const uint8_t *in, size_t bytes, uint8_t *out);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WINDOWS_ETW_ETL_FILE_H
#define WINDOWS_ETW_ETL_FILE_H
/*
 * The file below the records: a chain of buffers without an index. This part reads bytes at
 * offsets, checks buffer headers, expands compressed buffers, and reads the trace header, which is
 * the first record of the first buffer.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "event/error.h"
#include "windows-etw/etl_clock.h"

enum {
	ETL_BUFFER_HEADER_BYTES = 0x48,
	ETL_BUFFER_BYTES_MAX = 1 << 24, /* the largest that Windows makes */
	ETL_PEEK_BYTES =
		128, /* a buffer header and the start of its first record, compressed or not
		      */
};

/* Buffer flags. */
enum {
	ETL_FLAG_EVENTS_LOST = 2,
	ETL_FLAG_BUFFER_LOST = 4,
	ETL_FLAG_CPU_INDEX = 0x20,
	ETL_FLAG_COMPRESSED = 0x40,
};
enum { ETL_BUFFER_TYPE_HEADER = 4 };

struct etl_buffer {
	uint64_t offset;      /* in the file */
	uint64_t flush_ticks; /* when the logger gave it away */
	uint64_t sequence;
	uint32_t file_bytes; /* what it occupies there */
	uint32_t data_bytes; /* header and records, expanded */
	uint32_t cpu;
	uint32_t state; /* of a compressed buffer: how */
	uint16_t flags;
	uint16_t type;
};

/* Where the bytes are. */
struct etl_file {
	int fd;
	FILE *spool; /* what came through a pipe: fd is its */
	const char *name;
	uint64_t at; /* position of fd */
};

/* What the trace header says. */
struct etl_header_facts {
	struct etl_clock clock;
	uint32_t buffer_bytes; /* nominal */
	uint32_t os_build;
	uint32_t cpu_count;
	uint32_t pointer_bytes;
	uint32_t events_lost;
	uint32_t buffers_lost;
	char session[128]; /* UTF-8; empty: not told */
};

/* Takes the descriptor over, also when it fails. */
int etl_file_open(struct etl_file *file, int fd, const char *name, struct ev_error *why);
void etl_file_close(struct etl_file *file);
/* How many of the bytes there are, or negative errno. */
int64_t etl_file_read(struct etl_file *file, uint64_t offset, void *data, size_t bytes,
		      struct ev_error *why);

/* 1: a buffer header that can be believed, 0: nothing was ever written here (all zeros or all
 * ones), -EBADMSG. `bytes` are there of it. */
int etl_buffer_read(const uint8_t *at, size_t bytes, struct etl_buffer *ret_buffer);
/* Time of the first record of a buffer of which the first `bytes` are at `at`; flush_ticks when
 * that does not tell. */
uint64_t etl_buffer_first_ticks(const uint8_t *at, size_t bytes, const struct etl_buffer *buffer);

/* `records` is the first buffer, expanded. */
int etl_header_read(const uint8_t *records, size_t bytes, const char *name,
		    struct etl_header_facts *ret_facts, struct ev_error *why);

#endif

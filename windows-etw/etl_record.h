/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WINDOWS_ETW_ETL_RECORD_H
#define WINDOWS_ETW_ETL_RECORD_H
/*
 * Records in a buffer: one of eleven headers, then the payload. A record starts at a multiple of 8;
 * its fourth byte says what kind of header it is.
 */
#include <stdint.h>

#include "windows-etw/etw_event.h"

enum {
	ETL_RECORD_ALIGN = 8,
	ETL_RECORD_BYTES_MIN = 8,
	ETL_RECORD_BYTES_MAX = 0xffff, /* its size is 16 bits */
};

/* Header types: the third byte of a record whose fourth is 0xc0. */
enum etl_header {
	ETL_HEADER_SYSTEM32 = 1,
	ETL_HEADER_SYSTEM64 = 2,
	ETL_HEADER_COMPACT32 = 3,
	ETL_HEADER_COMPACT64 = 4,
	ETL_HEADER_FULL32 = 10,
	ETL_HEADER_INSTANCE32 = 11,
	ETL_HEADER_TIMED = 12,
	ETL_HEADER_ERROR = 13,
	ETL_HEADER_WNODE = 14,
	ETL_HEADER_MESSAGE = 15,
	ETL_HEADER_PERFINFO32 = 16,
	ETL_HEADER_PERFINFO64 = 17,
	ETL_HEADER_EVENT32 = 18,
	ETL_HEADER_EVENT64 = 19,
	ETL_HEADER_FULL64 = 20,
	ETL_HEADER_INSTANCE64 = 21,
};

/*
 * Reads the record at `at`; `bytes` are left of the buffer. Returns its size (the next one starts
 * at the next multiple of 8), 0 at the end of the records, or -EBADMSG when there is none. Sets all
 * but time_ns and cpu; ticks is ~0 when the record carries no time.
 */
int32_t etl_record_read(const uint8_t *at, uint32_t bytes, struct etw_event *ret_event);

/* When the record at `at` happened, from its first bytes alone; ~0 when it does not say. */
uint64_t etl_record_ticks(const uint8_t *at, uint32_t bytes);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WINDOWS_ETW_RECORD_H
#define WINDOWS_ETW_RECORD_H
/*
 * An event as the Windows consumer API hands it out (EVENT_RECORD, restated in plain types), and
 * what it is to us. Classic kernel events have a GUID there where a file has a group byte, and no
 * header type.
 */
#include "windows-etw/etw_event.h"

/* EVENT_HEADER.Flags. */
enum {
	ETW_RECORD_MESSAGE = 0x8,
	ETW_RECORD_32BIT = 0x20,
	ETW_RECORD_64BIT = 0x40,
	ETW_RECORD_CLASSIC = 0x100,
};

struct etw_record {
	uint64_t ticks; /* raw */
	uint64_t keyword;
	struct etw_guid provider;
	const uint8_t *payload;
	const uint8_t *schema; /* extended item 11; NULL: none */
	uint32_t payload_bytes;
	uint32_t schema_bytes;
	uint32_t cpu;
	uint32_t pid;
	uint32_t tid;
	uint16_t flags;
	uint16_t id;
	uint8_t version;
	uint8_t level;
	uint8_t opcode;
};

/* The event points to the record's payload. time_ns is left 0. */
void etw_record_event(const struct etw_record *record, struct etw_event *ret_event);

#endif

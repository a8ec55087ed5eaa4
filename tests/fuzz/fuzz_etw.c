/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The decoder, past the file: events one after the other, each as
 *
 *    u8 form and pointer size | u8 group or provider | u8 type | u8 version | u8 id, 8 bits of it
 *    u8 ticks since the last | u8 thread | u8 payload bytes | payload, also used as schema
 *
 * in memory of exactly that size, so that a byte too many is seen.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "windows-etw/etw_decoder.h"

enum { HEAD = 8, PROVIDERS = 8 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

/* First id and GUID, as on disk, of the providers that the decoder knows. */
static const struct {
	uint16_t first_id;
	struct etw_guid guid;
} providers[PROVIDERS] = {
	{ 0,
	  { { 0x27, 0x89, 0xd0, 0xed, 0xc4, 0x9c, 0x65, 0x4e, 0xb9, 0x70, 0xc2, 0x56, 0x0f, 0xb5,
	      0xc2, 0x89 } } },
	{ 0,
	  { { 0x9a, 0xe6, 0xbd, 0xc7, 0xe0, 0xe1, 0x77, 0x41, 0xb6, 0xef, 0x28, 0x3a, 0xd1, 0x52,
	      0x52, 0x71 } } },
	{ 0,
	  { { 0xd6, 0x2c, 0xfb, 0x22, 0x7b, 0x0e, 0x2b, 0x42, 0xa0, 0xc7, 0x2f, 0xad, 0x1f, 0xd0,
	      0xe7, 0x16 } } },
	{ 0,
	  { { 0x49, 0x2a, 0xd4, 0x7d, 0x29, 0x53, 0x32, 0x48, 0x8d, 0xfd, 0x43, 0xd9, 0x79, 0x15,
	      0x3a, 0x88 } } },
	{ 100,
	  { { 0x1e, 0x6a, 0x63, 0xc4, 0x86, 0x79, 0x46, 0x46, 0xbf, 0x10, 0x7b, 0xc3, 0xb4, 0xa7,
	      0x6e, 0x8e } } },
	{ 100,
	  { { 0x6c, 0x27, 0x99, 0x97, 0x04, 0xfb, 0xe8, 0x47, 0x84, 0x5e, 0x36, 0x94, 0x60, 0x45,
	      0xc2, 0x18 } } },
	{ 900,
	  { { 0x23, 0x68, 0x3c, 0xe5, 0xb8, 0x7b, 0xbb, 0x44, 0x90, 0xdc, 0x3f, 0x86, 0x09, 0x0d,
	      0x48, 0xa6 } } },
	{ 0,
	  { { 0xd2, 0x41, 0x3c, 0x7f, 0xab, 0x58, 0x0c, 0x4e, 0x9d, 0x16, 0x2b, 0x90, 0xe6, 0xa7,
	      0xc8, 0x54 } } },
};

static struct etw_event event_of(const uint8_t *at, uint8_t *payload, uint64_t ticks)
{
	struct etw_event event = { .ticks = ticks,
				   .time_ns = ticks * 100,
				   .payload = payload,
				   .payload_bytes = at[7],
				   .tid = at[6],
				   .pid = at[6] / 4,
				   .type = at[2],
				   .version = at[3],
				   .group = ETW_GROUP_NONE,
				   .pointer_bytes = at[0] & 1 ? 4 : 8 };

	if (at[0] & 2) {
		event.form = ETW_FORM_EVENT;
		event.provider = providers[at[1] % PROVIDERS].guid;
		event.id = (uint16_t)(providers[at[1] % PROVIDERS].first_id + at[4]);
		event.schema = at[0] & 4 ? payload : NULL;
		event.schema_bytes = at[0] & 4 ? event.payload_bytes : 0;
	} else {
		event.form = at[0] & 4 ? ETW_FORM_PERFINFO : ETW_FORM_SYSTEM;
		event.group = at[1] % ETW_GROUP_COUNT;
		if (event.form == ETW_FORM_PERFINFO)
			event.tid = event.pid = ETW_ID_NONE;
	}
	return event;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	struct etl_clock clock = { .type = ETL_CLOCK_COUNTER,
				   .ticks_per_s = 10000000,
				   .ns_per_tick = 100 };
	struct etw_decoder *decoder = etw_decoder_new(&clock, 256);
	const struct ev_header *out;
	uint64_t ticks = 1000, last = 0;

	for (size_t at = 0; at + HEAD <= bytes && at + HEAD + data[at + 7] <= bytes;
	     at += HEAD + data[at + 7]) {
		uint8_t *payload = malloc(data[at + 7] + 1u);
		struct etw_event event;

		memcpy(payload, data + at + HEAD, data[at + 7]);
		payload = realloc(payload, data[at + 7] ? data[at + 7] : 1);
		ticks += data[at + 5];
		event = event_of(data + at, payload, ticks);
		if (etw_decoder_event(decoder, &event))
			abort();
		free(payload);
		while ((out = etw_decoder_take(decoder))) {
			if (out->time_ns < last)
				abort();
			last = out->time_ns;
		}
	}
	etw_decoder_end(decoder);
	while (etw_decoder_take(decoder))
		;
	etw_decoder_free(decoder);
	return 0;
}

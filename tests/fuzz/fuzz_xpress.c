/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* The decompressor: two bytes say how much room there is, the rest is input. The same input with
 * less room gives the start of the same output. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "windows-etw/etl_xpress.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	size_t room = bytes < 2 ? 0 : data[0] | (size_t)data[1] << 8;
	uint8_t *whole = malloc(room + 1), *part = malloc(room / 2 + 1);
	uint8_t *in = malloc(bytes + 1);
	int64_t got, got_part;

	if (bytes >= 2) {
		memcpy(in, data + 2, bytes - 2);
		got = etl_xpress_expand(in, bytes - 2, whole, room);
		got_part = etl_xpress_expand(in, bytes - 2, part, room / 2);
		if (got > (int64_t)room || got_part > (int64_t)(room / 2))
			abort();
		if (got >= 0 && (got_part < 0 || memcmp(whole, part, (size_t)got_part)))
			abort();
	}
	free(in);
	free(part);
	free(whole);
	return 0;
}

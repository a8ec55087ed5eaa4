/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * CRC-32C, eight bytes a step over eight tables. Plain C on purpose: at five bytes an event the
 * checksum costs about 3 ns, and a trace must be readable on every machine.
 *
 * table[0] holds the remainder of each byte value, table[n] that of the byte with n zero bytes
 * behind it; the remainder of eight bytes is the exclusive or of eight entries.
 */
#include "event/crc32c.h"

#include <string.h>

static const uint32_t polynomial = 0x82f63b78; /* 0x1edc6f41 with its lowest bit first */

void ev_crc32c_init(struct ev_crc32c *crc)
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t rest = i;

		for (int bit = 0; bit < 8; bit++)
			rest = rest >> 1 ^ (rest & 1 ? polynomial : 0);
		crc->table[0][i] = rest;
	}
	for (int n = 1; n < 8; n++) {
		for (uint32_t i = 0; i < 256; i++) {
			uint32_t rest = crc->table[n - 1][i];

			crc->table[n][i] = rest >> 8 ^ crc->table[0][rest & 0xff];
		}
	}
}

uint32_t ev_crc32c(const struct ev_crc32c *crc, const void *data, size_t bytes)
{
	const uint8_t *at = data;
	uint32_t rest = 0xffffffff;

	for (; bytes >= 8; bytes -= 8, at += 8) {
		uint64_t word;

		memcpy(&word, at, sizeof(word));
		word ^= rest;
		rest = 0;
		for (int n = 0; n < 8; n++)
			rest ^= crc->table[7 - n][word >> (8 * n) & 0xff];
	}
	for (; bytes; bytes--, at++)
		rest = rest >> 8 ^ crc->table[0][(rest ^ *at) & 0xff];
	return ~rest;
}

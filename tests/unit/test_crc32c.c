/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* The checksum is CRC-32C, at every length and alignment. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "event/crc32c.h"

static struct ev_crc32c crc;

/* Values of RFC 3720, appendix B.4, and the usual check value. */
static void known_values(void **unused)
{
	uint8_t bytes[32];

	(void)unused;
	assert_int_equal(ev_crc32c(&crc, "123456789", 9), 0xe3069283);
	memset(bytes, 0, sizeof(bytes));
	assert_int_equal(ev_crc32c(&crc, bytes, sizeof(bytes)), 0x8a9136aa);
	memset(bytes, 0xff, sizeof(bytes));
	assert_int_equal(ev_crc32c(&crc, bytes, sizeof(bytes)), 0x62a8ab43);
	for (int i = 0; i < 32; i++)
		bytes[i] = (uint8_t)i;
	assert_int_equal(ev_crc32c(&crc, bytes, sizeof(bytes)), 0x46dd794e);
}

/* One bit at a time, as the definition says. */
static uint32_t by_definition(const uint8_t *bytes, size_t count)
{
	uint32_t rest = 0xffffffff;

	for (size_t i = 0; i < count; i++) {
		rest ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			rest = rest >> 1 ^ (rest & 1 ? 0x82f63b78 : 0);
	}
	return ~rest;
}

static void every_length_and_alignment(void **unused)
{
	uint8_t bytes[100];

	(void)unused;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 37 + 11);
	for (size_t from = 0; from < 9; from++) {
		for (size_t count = 0; from + count <= sizeof(bytes); count++)
			assert_int_equal(ev_crc32c(&crc, bytes + from, count),
					 by_definition(bytes + from, count));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_values),
		cmocka_unit_test(every_length_and_alignment),
	};

	ev_crc32c_init(&crc);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

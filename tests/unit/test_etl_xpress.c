/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* The decompressor: the two worked examples of MS-XCA, round trips through the test compressor, and
 * input that is cut or damaged anywhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/etl/etl_writer.h"
#include "windows-etw/etl_xpress.h"

enum { BYTES = 100000 };

static void literals(void **state)
{
	static const uint8_t packed[] = "\x3f\0\0\0abcdefghijklmnopqrstuvwxyz";
	uint8_t out[26];

	(void)state;
	assert_int_equal(etl_xpress_expand(packed, 30, out, sizeof(out)), 26);
	assert_memory_equal(out, "abcdefghijklmnopqrstuvwxyz", 26);
}

static void long_match(void **state)
{
	static const uint8_t packed[] = { 0xff, 0xff, 0xff, 0x1f, 'a',	'b', 'c',
					  0x17, 0x00, 0x0f, 0xff, 0x26, 0x01 };
	uint8_t out[300];

	(void)state;
	assert_int_equal(etl_xpress_expand(packed, sizeof(packed), out, sizeof(out)), 300);
	for (int i = 0; i < 300; i++)
		assert_int_equal(out[i], "abc"[i % 3]);
}

/* Data of some kind: 0 noise, 1 text-like, 2 one byte, 3 records with counters. */
static void fill(uint8_t *data, size_t bytes, int kind)
{
	uint32_t x = 12345;

	for (size_t i = 0; i < bytes; i++) {
		x = x * 1664525 + 1013904223;
		if (kind == 0)
			data[i] = (uint8_t)(x >> 24);
		else if (kind == 1)
			data[i] = (uint8_t)("etaoin shrdlu"[(x >> 24) % 13]);
		else if (kind == 2)
			data[i] = 7;
		else
			data[i] = (uint8_t)(i % 48 < 40 ? i % 48 : x >> 28);
	}
}

static void round_trip(void **state)
{
	uint8_t *in = malloc(BYTES), *packed = malloc(BYTES * 9 / 8 + 64), *out = malloc(BYTES + 1);

	(void)state;
	for (int kind = 0; kind < 4; kind++) {
		for (size_t bytes = 1; bytes <= BYTES; bytes = bytes * 3 + 1) {
			size_t packed_bytes;

			fill(in, bytes, kind);
			packed_bytes = etl_compress(in, bytes, packed);
			out[bytes] = 0xa5;
			assert_int_equal(etl_xpress_expand(packed, packed_bytes, out, bytes),
					 bytes);
			assert_memory_equal(in, out, bytes);
			assert_int_equal(out[bytes], 0xa5);
		}
	}
	/* 70 000 equal bytes are one match that needs the u32. */
	fill(in, 70000, 2);
	assert_true(etl_compress(in, 70000, packed) < 40);
	assert_int_equal(etl_xpress_expand(packed, etl_compress(in, 70000, packed), out, 70000),
			 70000);
	assert_memory_equal(in, out, 70000);
	free(in);
	free(packed);
	free(out);
}

/* Any room gives a prefix; any cut of the input gives a prefix or is refused. */
static void prefixes(void **state)
{
	uint8_t in[3000], packed[4000], *exact;
	size_t packed_bytes;

	(void)state;
	fill(in, sizeof(in), 3);
	packed_bytes = etl_compress(in, sizeof(in), packed);
	for (size_t room = 0; room <= sizeof(in); room += 7) {
		exact = malloc(room + 1);
		assert_int_equal(etl_xpress_expand(packed, packed_bytes, exact, room), room);
		assert_memory_equal(exact, in, room);
		free(exact);
	}
	for (size_t cut = 0; cut <= packed_bytes; cut++) {
		uint8_t *input = malloc(cut + 1), out[sizeof(in)];
		int64_t got;

		memcpy(input, packed, cut);
		got = etl_xpress_expand(input, cut, out, sizeof(out));
		if (got > 0)
			assert_memory_equal(out, in, (size_t)got);
		free(input);
	}
}

static void refused(void **state)
{
	/* Distance 2 with one byte produced; a length of 10 where at least 25 must be said. */
	static const uint8_t far[] = { 0, 0, 0, 0x40, 'a', 0x08, 0x00 };
	static const uint8_t small[] = { 0, 0, 0, 0x40, 'a', 0x07, 0x00, 0x0f, 0xff, 0x0a, 0x00 };
	uint8_t out[100];

	(void)state;
	assert_true(etl_xpress_expand(far, sizeof(far), out, sizeof(out)) < 0);
	assert_true(etl_xpress_expand(small, sizeof(small), out, sizeof(out)) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(literals),   cmocka_unit_test(long_match),
		cmocka_unit_test(round_trip), cmocka_unit_test(prefixes),
		cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The codecs. Our zstd decoder is tested against what the zstd library writes (through the codec,
 * flushed at cuts) and against frames written by hand, one for each kind of block; then against
 * every one of these with a bit turned, which must never write outside.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "event/codec.h"
#include "event/zstd_expand.h"

enum { BYTES_MAX = 300000, GUARD = 0x5a };

static uint32_t state;

static uint32_t next(void)
{
	state = state * 1103515245 + 12345;
	return state >> 8;
}

/* Data of several characters: noise, few symbols, near matches, far matches, one byte. */
static void make(uint8_t *data, size_t bytes, int character)
{
	for (size_t i = 0; i < bytes; i++) {
		int far = i > 70000 && next() % 50, near = i > 100 && next() % 6;

		data[i] = (uint8_t)(character == 0   ? next()
				    : character == 1 ? next() % 3
				    : character == 2 ? near ? data[i - 1 - next() % 100] : next()
				    : character == 3 ? far ? data[i - 70000] : next() % 64
						     : 7);
	}
}

static const size_t sizes[] = { 1, 2, 7, 100, 255, 256, 1000, 20000, 131072, 131073, BYTES_MAX };
enum { SIZES = sizeof(sizes) / sizeof(sizes[0]), CHARACTERS = 5 };

static uint8_t data[BYTES_MAX], back[BYTES_MAX + 1], packed[BYTES_MAX * 2];

static size_t pack(uint8_t codec, size_t bytes)
{
	const uint32_t cuts[] = { (uint32_t)(bytes / 3), (uint32_t)(bytes / 2) };
	const struct ev_pieces pieces = { data, bytes, cuts, 2 };
	struct ev_codec_state *codecs = ev_codec_new();
	int64_t stored =
		ev_codec_pack(codecs, codec, &pieces, packed, ev_codec_bound(codec, bytes, 2));

	ev_codec_free(codecs);
	assert_true(stored > 0);
	return (size_t)stored;
}

static int unpack(uint8_t codec, size_t stored, size_t bytes)
{
	struct ev_codec_state *codecs = ev_codec_new();
	int err;

	memset(back, GUARD, sizeof(back));
	err = ev_codec_unpack(codecs, codec, packed, stored, back, bytes);
	ev_codec_free(codecs);
	assert_int_equal(back[bytes], GUARD);
	return err;
}

static int expand(size_t stored, size_t bytes)
{
	struct ev_zstd *zstd = ev_zstd_new();
	int err;

	memset(back, GUARD, sizeof(back));
	err = ev_zstd_expand(zstd, packed, stored, back, bytes);
	ev_zstd_free(zstd);
	assert_int_equal(back[bytes], GUARD);
	return err;
}

static void every_codec_gives_back_what_it_took(void **unused)
{
	(void)unused;
	for (uint8_t codec = EV_CODEC_NONE; codec <= EV_CODEC_ZLIB; codec++)
		for (int i = 0; i < SIZES * CHARACTERS; i++) {
			size_t bytes = sizes[i % SIZES], stored;

			make(data, bytes, i / SIZES);
			stored = pack(codec, bytes);
			assert_int_equal(unpack(codec, stored, bytes), 0);
			assert_memory_equal(back, data, bytes);
			assert_int_equal(unpack(codec, stored - 1, bytes), -EBADMSG);
			assert_int_equal(unpack(codec, stored, bytes - 1), -EBADMSG);
		}
}

static void our_decoder_reads_what_the_library_writes(void **unused)
{
	(void)unused;
	if (!ev_codec_packs(EV_CODEC_ZSTD))
		skip();
	for (int i = 0; i < SIZES * CHARACTERS; i++) {
		size_t bytes = sizes[i % SIZES], stored;

		make(data, bytes, i / SIZES);
		stored = pack(EV_CODEC_ZSTD, bytes);
		assert_int_equal(expand(stored, bytes), 0);
		assert_memory_equal(back, data, bytes);
		assert_int_equal(expand(stored - 1, bytes), -EBADMSG);
		assert_int_equal(expand(stored, bytes - 1), -EBADMSG);
	}
}

static void a_turned_bit_harms_nothing(void **unused)
{
	(void)unused;
	for (int i = 0; i < 3000; i++) {
		size_t bytes = 1 + next() % 3000, stored, at;

		make(data, bytes, i % CHARACTERS);
		stored = pack(ev_codec_best(), bytes);
		at = next() % stored;
		packed[at] ^= (uint8_t)(1 << next() % 8);
		expand(stored, bytes);
		unpack(EV_CODEC_ZLIB, stored, bytes);
	}
}

/* Frames by hand: "abc" raw; seven times 'x'; both in one frame, with a checksum and a window. */
static void frames_written_by_hand(void **unused)
{
	static const uint8_t raw[] = { 0x28, 0xb5, 0x2f, 0xfd, 0x20, 3, 0x19, 0, 0, 'a', 'b', 'c' };
	static const uint8_t repeated[] = { 0x28, 0xb5, 0x2f, 0xfd, 0x20, 7, 0x3b, 0, 0, 'x' };
	static const uint8_t both[] = { 0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x58, 0x18, 0, 0, 'a',
					'b',  'c',  0x3b, 0,	0,    'x',  1,	  2, 3, 4 };
	static const struct {
		const uint8_t *frame;
		size_t bytes;
		const char *text;
	} frames[] = { { raw, sizeof(raw), "abc" },
		       { repeated, sizeof(repeated), "xxxxxxx" },
		       { both, sizeof(both), "abcxxxxxxx" } };

	(void)unused;
	for (size_t i = 0; i < 3; i++) {
		size_t length = strlen(frames[i].text);

		memcpy(packed, frames[i].frame, frames[i].bytes);
		assert_int_equal(expand(frames[i].bytes, length), 0);
		assert_memory_equal(back, frames[i].text, length);
		for (size_t bytes = 0; bytes < frames[i].bytes; bytes++)
			assert_int_equal(expand(bytes, length), -EBADMSG);
	}
}

/* Three distances in turn, with or without a byte between: offsets that are repeated in every way there
 * is. libzstd does so at its highest level only, which recordings do not have; these are its bytes. */
static void recent_offsets_are_recalled(void **unused)
{
	enum { LENGTH = 400 };
	static const uint8_t frame[] = {
		0x28, 0xb5, 0x2f, 0xfd, 0x60, 0x90, 0x00, 0x45, 0x04, 0x00, 0x54, 0x05, 0x21, 0x01,
		0x9b, 0x3d, 0x17, 0xd1, 0x23, 0xd7, 0x9d, 0xc3, 0x8b, 0xc8, 0x00, 0x32, 0xfd, 0xcc,
		0x4c, 0x3b, 0x66, 0x61, 0x4d, 0xba, 0x72, 0xc1, 0x8f, 0x4b, 0x8c, 0xe9, 0x5d, 0x49,
		0xe1, 0x95, 0xc4, 0xd1, 0x5d, 0x40, 0x90, 0xbf, 0xac, 0x27, 0x4c, 0xaf, 0x39, 0x46,
		0x46, 0xfc, 0x31, 0x59, 0x88, 0xc3, 0x80, 0xdc, 0xdf, 0xe0, 0xd2, 0x0a, 0xd6, 0xef,
		0x92, 0xe0, 0xba, 0x4b, 0xee, 0x1a, 0xe4, 0x98, 0x43, 0xc7, 0xf2, 0xcd, 0xa6, 0x6c,
		0x9e, 0xf3, 0x65, 0x64, 0xfb, 0x65, 0x48, 0xac, 0x84, 0x43, 0xd8, 0x8d, 0x71, 0x20,
		0xa0, 0x51, 0xf5, 0xfd, 0xff, 0x0d, 0xf0, 0x5c, 0xaa, 0x03, 0xf8, 0x86, 0xff, 0xb9,
		0x99, 0x1f, 0x25, 0x22, 0x93, 0x3d, 0x3d, 0x1c, 0xcc, 0xb2, 0x2b, 0x9a, 0x2f, 0x0f,
		0xf5, 0xc9, 0xa3, 0xcd, 0x2e, 0x40, 0xb6, 0xbe, 0x3f, 0x88, 0x84, 0xe0, 0x14, 0x2e,
		0xc2, 0xdd, 0x0a, 0x28, 0xb7, 0xd5,
	};
	static const size_t distances[] = { 37, 61, 23 };
	size_t at = 0;

	(void)unused;
	state = 101;
	while (at < 64)
		data[at++] = (uint8_t)next();
	while (at < LENGTH) {
		size_t distance = distances[next() % 3];

		for (size_t run = 5 + next() % 6; run-- && at < LENGTH; at++)
			data[at] = data[at - distance];
		if (next() % 3 == 0 && at < LENGTH)
			data[at++] = (uint8_t)next();
	}
	memcpy(packed, frame, sizeof(frame));
	assert_int_equal(expand(sizeof(frame), LENGTH), 0);
	assert_memory_equal(back, data, LENGTH);
}

/* Literals in four Huffman streams of a symbol each: four of them are "0110"; of fewer, three streams
 * would have more than there is. */
static void four_streams_need_four_literals(void **unused)
{
	enum { SIZE_AT = 5, LITERALS_AT = 9 };
	static const uint8_t four[] = {
		0x28, 0xb5, 0x2f, 0xfd, 0x20, 4, /* magic, flags, size of the frame */
		0x85, 0,    0,			 /* last block, compressed, 16 bytes */
		0x46, 0,    0x03,		 /* Huffman, four streams; 4 literals in 12 bytes */
		0x80, 0x10,			 /* one weight, 1: the other symbol has the same */
		1,    0,    1,	  0,	1,    0, /* bytes of three streams */
		2,    3,    3,	  2,		 /* a mark, and below it one bit of code */
		0,				 /* no sequence */
	};

	(void)unused;
	memcpy(packed, four, sizeof(four));
	assert_int_equal(expand(sizeof(four), 4), 0);
	assert_memory_equal(back, "\0\1\1\0", 4);
	for (uint8_t count = 1; count < 4; count++) {
		packed[SIZE_AT] = count;
		packed[LITERALS_AT] = (uint8_t)(0x06 | count << 4);
		assert_int_equal(expand(sizeof(four), count), -EBADMSG);
	}
}

static void unknown_codecs_are_refused(void **unused)
{
	const struct ev_pieces pieces = { data, 10, NULL, 0 };
	struct ev_codec_state *codecs = ev_codec_new();

	(void)unused;
	assert_false(ev_codec_knows(3));
	assert_true(ev_codec_knows(EV_CODEC_ZSTD));
	assert_string_equal(ev_codec_name(3), "unknown");
	assert_int_equal(ev_codec_pack(codecs, 3, &pieces, packed, 100), -ENOTSUP);
	assert_int_equal(ev_codec_unpack(codecs, 200, packed, 10, back, 10), -ENOTSUP);
	ev_codec_free(codecs);
	ev_codec_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_codec_gives_back_what_it_took),
		cmocka_unit_test(our_decoder_reads_what_the_library_writes),
		cmocka_unit_test(a_turned_bit_harms_nothing),
		cmocka_unit_test(frames_written_by_hand),
		cmocka_unit_test(recent_offsets_are_recalled),
		cmocka_unit_test(four_streams_need_four_literals),
		cmocka_unit_test(unknown_codecs_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

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
		cmocka_unit_test(unknown_codecs_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

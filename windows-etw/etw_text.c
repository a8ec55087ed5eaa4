/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* UTF-16 to UTF-8, character by character. */
#include "windows-etw/etw_text.h"

#include <string.h>

#include "windows-etw/etw_bytes.h"

enum { REPLACEMENT = 0xfffd };

static int is_control(uint32_t character)
{
	return character < 0x20 || (character >= 0x7f && character < 0xa0);
}

/* Appends a character if it fits: 1, else 0. */
static int put(char *to, size_t room, size_t *used, uint32_t character)
{
	static const uint8_t leads[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	unsigned bytes = character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;

	if (*used + bytes >= room)
		return 0;
	for (unsigned i = bytes; i > 1; i--) {
		to[*used + i - 1] = (char)(0x80 | (character & 0x3f));
		character >>= 6;
	}
	to[*used] = (char)(leads[bytes] | character);
	*used += bytes;
	return 1;
}

/* The character at `at`, how many bytes it took. */
static uint32_t take_wide(const uint8_t *at, size_t bytes, size_t *ret_taken)
{
	uint32_t unit = etw_u16(at), next;

	*ret_taken = 2;
	if (unit < 0xd800 || unit > 0xdfff)
		return is_control(unit) ? REPLACEMENT : unit;
	if (unit > 0xdbff || bytes < 4)
		return REPLACEMENT;
	next = etw_u16(at + 2);
	if (next < 0xdc00 || next > 0xdfff)
		return REPLACEMENT;
	*ret_taken = 4;
	return 0x10000 + ((unit & 0x3ff) << 10) + (next & 0x3ff);
}

size_t etw_text_wide(char *to, size_t room, const uint8_t *at, size_t bytes)
{
	size_t used = 0, taken = 0;

	while (bytes >= 2 && etw_u16(at) && put(to, room, &used, take_wide(at, bytes, &taken))) {
		at += taken;
		bytes -= taken;
	}
	to[used] = 0;
	return used;
}

size_t etw_text_narrow(char *to, size_t room, const uint8_t *at, size_t bytes)
{
	size_t used = 0;

	while (bytes && *at && used + 1 < room) {
		to[used++] = *at >= 0x20 && *at < 0x7f ? (char)*at : '?';
		at++;
		bytes--;
	}
	to[used] = 0;
	return used;
}

size_t etw_text_wide_span(const uint8_t *at, size_t bytes)
{
	size_t span = 0;

	while (span + 2 <= bytes)
		if (span += 2, !etw_u16(at + span - 2))
			return span;
	return bytes;
}

size_t etw_text_narrow_span(const uint8_t *at, size_t bytes)
{
	const uint8_t *end = memchr(at, 0, bytes);

	return end ? (size_t)(end - at) + 1 : bytes;
}

const char *etw_text_base(const char *path)
{
	const char *last = strrchr(path, '\\');

	return last ? last + 1 : path;
}

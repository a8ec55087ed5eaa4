/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * UTF-8 by its definition (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF. The
 * C1 controls (U+0080 to U+009F) count as controls: some terminals obey them.
 */
#include "collector/escape.h"

#include <stdio.h>
#include <string.h>

/* Length by first byte, the bits it carries, and the smallest value that needs this length. */
static const struct form {
	uint8_t mask, lead;
	uint8_t length;
	uint32_t least;
} forms[] = {
	{ 0x80, 0x00, 1, 0 },
	{ 0xe0, 0xc0, 2, 0x80 },
	{ 0xf0, 0xe0, 3, 0x800 },
	{ 0xf8, 0xf0, 4, 0x10000 },
};

size_t escape_decode(const char *text, size_t bytes, uint32_t *ret_rune)
{
	const uint8_t *in = (const uint8_t *)text;
	const struct form *form = forms;
	uint32_t rune;

	*ret_rune = ESCAPE_BAD_RUNE;
	while ((in[0] & form->mask) != form->lead)
		if (++form == forms + sizeof(forms) / sizeof(forms[0]))
			return 1;
	if (form->length > bytes)
		return 1;
	rune = in[0] & (uint8_t)~form->mask;
	for (size_t i = 1; i < form->length; i++) {
		if ((in[i] & 0xc0) != 0x80)
			return 1;
		rune = rune << 6 | (in[i] & 0x3f);
	}
	if (rune < form->least || rune > 0x10ffff || (rune >= 0xd800 && rune < 0xe000))
		return 1;
	*ret_rune = rune;
	return form->length;
}

const char *escape_name(char *safe, size_t safe_bytes, const char *name)
{
	size_t left = strlen(name), used = 0;

	while (left) {
		uint32_t rune;
		size_t bytes = escape_decode(name, left, &rune);
		/* A genuine U+FFFD takes three bytes; a broken one takes one. */
		int plain = rune >= 0x20 && !(rune >= 0x7f && rune < 0xa0) &&
			    !(rune == ESCAPE_BAD_RUNE && bytes == 1);

		if (used + (plain ? bytes : 4 * bytes) >= safe_bytes)
			break;
		if (plain)
			memcpy(safe + used, name, bytes);
		else
			for (size_t i = 0; i < bytes; i++)
				snprintf(safe + used + 4 * i, 5, "\\x%02x", (uint8_t)name[i]);
		used += plain ? bytes : 4 * bytes;
		name += bytes;
		left -= bytes;
	}
	safe[used] = '\0';
	return safe;
}

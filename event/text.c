/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * One event, one line. This file prints, text_parse.c reads it back:
 *
 *     1200 QUEUE queue=1 pid=42 fd=3 sq_entries=8 cq_entries=16 flags=0x2 type=io_uring "fio"
 *     5000 REQUEST submit_ns=4000 user_data=0x1 result=-11 queue=1 op=READ end=completed
 *     9000 LATENCY count=2 queue=1 op=NOP [0a01]
 *
 * The line starts with time_ns and the kind; then come the fields that are not zero, by the names
 * of the kinds table and in its order; then the variable part, text in quotes or bytes in brackets.
 * Printing uses words for enumerations and hexadecimal for flags; parsing takes any of a word, a
 * decimal, a hexadecimal or (for times) a number with a unit, so a test can say `submit_ns=250us`.
 * Reserved fields are not printed: they are zero.
 */
#include "event/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "event/kinds.h"

struct out {
	char *at;
	char *end;
	int full;
};

static void put(struct out *out, const char *text, size_t bytes)
{
	if ((size_t)(out->end - out->at) < bytes) {
		out->full = 1;
		return;
	}
	memcpy(out->at, text, bytes);
	out->at += bytes;
}

static void put_string(struct out *out, const char *text)
{
	put(out, text, strlen(text));
}

static int is_signed(const struct ev_field *field)
{
	return field->type == EV_TYPE_I32 || field->type == EV_TYPE_I64;
}

static void put_value(struct out *out, const struct ev_field *field, uint64_t value)
{
	char text[32];

	if (field->unit == EV_UNIT_NAME && value < field->name_count && field->names[value]) {
		put_string(out, field->names[value]);
		return;
	}
	if (is_signed(field))
		snprintf(text, sizeof(text), "%" PRId64, (int64_t)value);
	else if (field->unit == EV_UNIT_HEX)
		snprintf(text, sizeof(text), "0x%" PRIx64, value);
	else
		snprintf(text, sizeof(text), "%" PRIu64, value);
	put_string(out, text);
}

/* Length of a UTF-8 character that may stand as it is; 0: escape the byte. Control characters of
 * both sets are escaped, so that a process name cannot steer the terminal it is printed on. */
static size_t utf8_length(const unsigned char *at, size_t left)
{
	static const uint32_t smallest[] = { 0, 0, 0xa0, 0x800, 0x10000 };
	size_t length = at[0] >= 0xf0 ? 4 : at[0] >= 0xe0 ? 3 : at[0] >= 0xc2 ? 2 : 0;
	uint32_t code;

	if (!length || at[0] > 0xf4 || length > left)
		return 0;
	code = at[0] & (0x7f >> length);
	for (size_t i = 1; i < length; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (at[i] & 0x3f);
	}
	if (code < smallest[length] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ||
	    (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069))
		return 0; /* too long a form, surrogate, or a line or direction control */
	return length;
}

static void put_text(struct out *out, const char *tail, size_t bytes)
{
	static const char plain[] = "\n\t\r\"\\", letter[] = "ntr\"\\";

	put(out, " \"", 2);
	for (size_t i = 0, step; i < bytes; i += step) {
		unsigned char byte = (unsigned char)tail[i];
		const char *special = byte ? strchr(plain, byte) : NULL;
		char escape[8];

		step = byte < 0x80 ? byte >= 0x20 && byte != 0x7f && !special
				   : utf8_length((const unsigned char *)tail + i, bytes - i);
		if (step) {
			put(out, tail + i, step);
			continue;
		}
		step = 1;
		if (special)
			snprintf(escape, sizeof(escape), "\\%c", letter[special - plain]);
		else
			snprintf(escape, sizeof(escape), "\\x%02x", byte);
		put_string(out, escape);
	}
	put(out, "\"", 1);
}

static void put_bytes(struct out *out, const char *tail, size_t bytes)
{
	put(out, " [", 2);
	for (size_t i = 0; i < bytes; i++) {
		char hex[3];

		snprintf(hex, sizeof(hex), "%02x", (unsigned char)tail[i]);
		put(out, hex, 2);
	}
	put(out, "]", 1);
}

int ev_text_print(const struct ev_header *event, char *line, size_t line_bytes)
{
	const struct ev_kind *kind = ev_kind(event->kind);
	struct out out = { .at = line, .end = line + line_bytes };
	char start[64];
	const char *tail;
	size_t tail_bytes;

	if (!kind || event->size_bytes < kind->size_bytes)
		return -EINVAL;
	snprintf(start, sizeof(start), "%" PRIu64 " ", event->time_ns);
	put_string(&out, start);
	put_string(&out, kind->name);
	for (size_t i = 0; i < kind->field_count; i++) {
		const struct ev_field *field = &kind->fields[i];
		uint64_t value = ev_field_get(field, event);

		if (!value || field->offset_bytes == offsetof(struct ev_header, time_ns))
			continue;
		put(&out, " ", 1);
		put_string(&out, field->name);
		put(&out, "=", 1);
		put_value(&out, field, value);
	}
	tail = ev_tail(kind, event, &tail_bytes);
	if (tail_bytes && kind->tail == EV_TAIL_TEXT)
		put_text(&out, tail, tail_bytes);
	else if (tail_bytes && kind->tail == EV_TAIL_BYTES)
		put_bytes(&out, tail, tail_bytes);
	put(&out, "\n", 2);
	return out.full ? -ENOSPC : (int)(out.at - line) - 1;
}

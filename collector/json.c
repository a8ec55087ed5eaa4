/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * JSON for scripts: the one rule is that whatever a trace holds, the output parses. Names of
 * processes and files are bytes chosen by others, so text is decoded here and anything that is not
 * well-formed UTF-8 is replaced. Commas and line breaks follow from one flag a depth; nothing is
 * allocated, so a report on a thousand rings needs no more memory than one on a single ring.
 */
#include "collector/json.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "collector/escape.h"

void json_init(struct json *json, FILE *out)
{
	memset(json, 0, sizeof(*json));
	json->out = out;
}

static int on_one_line(const struct json *json)
{
	return json->inline_from && json->depth >= json->inline_from;
}

static void break_line(struct json *json)
{
	if (on_one_line(json))
		return;
	fputc('\n', json->out);
	for (uint32_t i = 0; i < json->depth; i++)
		fputs("  ", json->out);
}

/* Writes text in quotes. */
static void quote(struct json *json, const char *text)
{
	size_t left = strlen(text);
	uint32_t rune;

	fputc('"', json->out);
	while (left) {
		size_t bytes = escape_decode(text, left, &rune);

		if (rune == '"' || rune == '\\')
			fprintf(json->out, "\\%c", (int)rune);
		else if (rune == '\n')
			fputs("\\n", json->out);
		else if (rune < 0x20 || (rune >= 0x7f && rune < 0xa0))
			fprintf(json->out, "\\u%04" PRIx32, rune);
		else if (rune == ESCAPE_BAD_RUNE)
			fputs("\\ufffd", json->out);
		else
			fwrite(text, 1, bytes, json->out);
		text += bytes;
		left -= bytes;
	}
	fputc('"', json->out);
}

/* What stands before any value: comma, line break, key. */
static void begin(struct json *json, const char *key)
{
	if (json->depth) {
		if (json->has_member[json->depth - 1])
			fputs(on_one_line(json) ? ", " : ",", json->out);
		json->has_member[json->depth - 1] = 1;
		break_line(json);
	}
	if (!key)
		return;
	quote(json, key);
	fputs(": ", json->out);
}

static void open_group(struct json *json, const char *key, char bracket)
{
	begin(json, key);
	assert(json->depth < JSON_DEPTH_MAX);
	fputc(bracket, json->out);
	json->has_member[json->depth++] = 0;
}

static void close_group(struct json *json, char bracket)
{
	int had_member = json->has_member[json->depth - 1];
	int was_inline = on_one_line(json);

	json->depth--;
	if (json->inline_from > json->depth)
		json->inline_from = 0;
	if (had_member && !was_inline)
		break_line(json);
	fputc(bracket, json->out);
	if (!json->depth)
		fputc('\n', json->out);
}

void json_object(struct json *json, const char *key)
{
	open_group(json, key, '{');
}

void json_array(struct json *json, const char *key)
{
	open_group(json, key, '[');
}

static void keep_on_line(struct json *json)
{
	if (!json->inline_from)
		json->inline_from = (uint8_t)json->depth;
}

void json_object_line(struct json *json, const char *key)
{
	open_group(json, key, '{');
	keep_on_line(json);
}

void json_array_line(struct json *json, const char *key)
{
	open_group(json, key, '[');
	keep_on_line(json);
}

void json_object_end(struct json *json)
{
	close_group(json, '}');
}

void json_array_end(struct json *json)
{
	close_group(json, ']');
}

void json_u64(struct json *json, const char *key, uint64_t value)
{
	begin(json, key);
	fprintf(json->out, "%" PRIu64, value);
}

void json_i64(struct json *json, const char *key, int64_t value)
{
	begin(json, key);
	fprintf(json->out, "%" PRId64, value);
}

void json_number(struct json *json, const char *key, double value)
{
	char text[64];
	size_t length;

	snprintf(text, sizeof(text), "%.3f", value);
	for (length = strlen(text); text[length - 1] == '0'; length--)
		text[length - 1] = '\0';
	if (text[length - 1] == '.')
		text[length - 1] = '\0';
	begin(json, key);
	fputs(text, json->out);
}

void json_bool(struct json *json, const char *key, int value)
{
	begin(json, key);
	fputs(value ? "true" : "false", json->out);
}

void json_null(struct json *json, const char *key)
{
	begin(json, key);
	fputs("null", json->out);
}

void json_text(struct json *json, const char *key, const char *text)
{
	if (!text || !*text) {
		json_null(json, key);
		return;
	}
	begin(json, key);
	quote(json, text);
}

void json_u64_if(struct json *json, const char *key, int known, uint64_t value)
{
	if (known)
		json_u64(json, key, value);
	else
		json_null(json, key);
}

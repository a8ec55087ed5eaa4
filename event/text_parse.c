/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Reads the lines that text.c prints. People write such lines by hand for tests, so every error
 * names its column and what was expected, a value out of its field's range is refused rather than
 * cut, and a field given twice is an error.
 */
#include "event/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "event/kinds.h"
#include "event/units.h"

enum { WORD_BYTES = 64 }; /* longer than any name or number */

struct in {
	const char *line;
	const char *at;
	struct ev_error *why;
};

static int bad(const struct in *in, const char *what)
{
	return ev_fail(in->why, -EINVAL, "column %zu: %s", (size_t)(in->at - in->line) + 1, what);
}

static void skip_spaces(struct in *in)
{
	in->at += strspn(in->at, " \t");
}

static int at_end(const struct in *in)
{
	return !*in->at || *in->at == '\n' || *in->at == '\r';
}

/* Copies the word up to one of `stops`. */
static int take_word(struct in *in, const char *stops, char word[WORD_BYTES])
{
	size_t length = strcspn(in->at, stops);

	if (!length || length >= WORD_BYTES)
		return -EINVAL;
	memcpy(word, in->at, length);
	word[length] = 0;
	in->at += length;
	return 0;
}

/* Decimal or hexadecimal, with a sign where the field has one. */
static int parse_number(const char *word, uint64_t *ret_value, int *ret_negative)
{
	const char *digits = word + (*word == '-');
	int base = digits[0] == '0' && (digits[1] | 0x20) == 'x' ? 16 : 10;
	char *end;
	uint64_t value;

	if (*digits < '0' || *digits > '9')
		return -EINVAL;
	errno = 0;
	value = strtoull(digits, &end, base);
	if (errno || *end)
		return -EINVAL;
	*ret_negative = digits != word && value;
	*ret_value = value;
	return 0;
}

/* Widens like ev_field_get, or refuses what the field cannot hold. */
static int fit(const struct ev_field *field, uint64_t value, int negative, uint64_t *ret_value)
{
	unsigned bits = 8 * ev_type_bytes(field->type);
	int has_sign = field->type == EV_TYPE_I32 || field->type == EV_TYPE_I64;
	uint64_t limit =
		has_sign ? ((uint64_t)1 << (bits - 1)) - !negative : UINT64_MAX >> (64 - bits);

	if (value > limit || (negative && !has_sign))
		return -ERANGE;
	*ret_value = negative ? 0 - value : value;
	return 0;
}

static int parse_value(const struct ev_field *field, const char *word, uint64_t *ret_value)
{
	uint64_t value;
	int negative = 0;

	for (uint16_t i = 0; i < field->name_count; i++) {
		if (field->names[i] && !strcasecmp(field->names[i], word)) {
			*ret_value = i;
			return 0;
		}
	}
	if (parse_number(word, &value, &negative) < 0 &&
	    ((field->unit != EV_UNIT_TIME && field->unit != EV_UNIT_NS) ||
	     ev_units_parse_time(word, &value) < 0))
		return -EINVAL;
	return fit(field, value, negative, ret_value);
}

static const struct ev_field *find_field(const struct ev_kind *kind, const char *name)
{
	for (uint16_t i = 0; i < kind->field_count; i++) {
		if (!strcmp(kind->fields[i].name, name))
			return &kind->fields[i];
	}
	return NULL;
}

static int parse_field(struct in *in, const struct ev_kind *kind, struct ev_header *event,
		       uint64_t *seen)
{
	const char *start = in->at;
	const struct ev_field *field;
	char word[WORD_BYTES];
	uint64_t value;
	int err;

	if (take_word(in, " \t\r\n=", word) < 0 || *in->at != '=')
		return bad(in, "expected `field=value`");
	field = find_field(kind, word);
	if (!field) {
		in->at = start;
		return ev_fail(in->why, -EINVAL, "column %zu: %s has no field `%s`",
			       (size_t)(start - in->line) + 1, kind->name, word);
	}
	if (*seen & 1ull << (field - kind->fields)) {
		in->at = start;
		return bad(in, "this field was given before");
	}
	*seen |= 1ull << (field - kind->fields);
	start = ++in->at;
	err = take_word(in, " \t\r\n", word);
	if (!err)
		err = parse_value(field, word, &value);
	if (err < 0) {
		in->at = start;
		return bad(in, err == -ERANGE ? "the value does not fit the field"
					      : "expected a number or a word this field knows");
	}
	ev_field_set(field, event, value);
	return 0;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Two hexadecimal digits; negative when there are none. */
static int take_hex(struct in *in)
{
	int high = hex_digit(in->at[0]);
	int low = high < 0 ? -1 : hex_digit(in->at[1]);

	if (low < 0)
		return -EINVAL;
	in->at += 2;
	return high << 4 | low;
}

/* One character of a quoted text, behind its backslash. */
static int take_escape(struct in *in)
{
	static const char letter[] = "ntr\"\\", plain[] = "\n\t\r\"\\";
	const char *found = *in->at ? strchr(letter, *in->at) : NULL;

	if (found) {
		in->at++;
		return plain[found - letter];
	}
	if (*in->at != 'x')
		return -EINVAL;
	in->at++;
	return take_hex(in);
}

static int parse_text(struct in *in, struct ev_header *event)
{
	for (in->at++; *in->at != '"';) {
		int c;

		if (at_end(in))
			return bad(in, "the text has no closing quote");
		c = *in->at == '\\' ? (in->at++, take_escape(in)) : (unsigned char)*in->at++;
		if (c < 0)
			return bad(in, "expected \\n, \\t, \\r, \\\", \\\\ or \\x and two digits");
		if (event->size_bytes >= EV_EVENT_BYTES_MAX)
			return bad(in, "the event is longer than events can be");
		((char *)event)[event->size_bytes++] = (char)c;
	}
	in->at++;
	return 0;
}

static int parse_bytes(struct in *in, struct ev_header *event)
{
	for (in->at++; *in->at != ']';) {
		int byte = take_hex(in);

		if (byte < 0)
			return bad(in, "expected two hexadecimal digits or ]");
		if (event->size_bytes >= EV_EVENT_BYTES_MAX)
			return bad(in, "the event is longer than events can be");
		((char *)event)[event->size_bytes++] = (char)byte;
	}
	in->at++;
	return 0;
}

static int parse_tail(struct in *in, const struct ev_kind *kind, struct ev_header *event)
{
	int err;

	if (*in->at == '"' && kind->tail == EV_TAIL_TEXT)
		err = parse_text(in, event);
	else if (*in->at == '[' && kind->tail == EV_TAIL_BYTES)
		err = parse_bytes(in, event);
	else
		return bad(in, "this kind has no such part");
	if (err < 0)
		return err;
	skip_spaces(in);
	return at_end(in) ? 0 : bad(in, "nothing may follow the variable part");
}

static int parse_start(struct in *in, const struct ev_kind **ret_kind, uint64_t *ret_time_ns)
{
	char word[WORD_BYTES];
	const char *start = in->at;
	int negative = 0;

	if (take_word(in, " \t\r\n", word) < 0 ||
	    ((parse_number(word, ret_time_ns, &negative) < 0 || negative) &&
	     ev_units_parse_time(word, ret_time_ns) < 0)) {
		in->at = start;
		return bad(in, "expected a time in nanoseconds or with a unit");
	}
	skip_spaces(in);
	start = in->at;
	if (take_word(in, " \t\r\n", word) < 0 || !(*ret_kind = ev_kind_by_name(word))) {
		in->at = start;
		return bad(in, "expected a kind of event");
	}
	return 0;
}

int ev_text_parse(const char *line, void *ret_event, struct ev_error *why)
{
	struct in in = { .line = line, .at = line, .why = why };
	struct ev_header *event = ret_event;
	const struct ev_kind *kind = NULL;
	uint64_t time_ns = 0, seen = 2; /* time_ns was given by the start of the line */
	int err;

	skip_spaces(&in);
	if (at_end(&in) || *in.at == '#')
		return 0;
	err = parse_start(&in, &kind, &time_ns);
	if (err < 0)
		return err;
	memset(event, 0, kind->size_bytes);
	event->kind = kind->id;
	event->size_bytes = kind->size_bytes;
	event->time_ns = time_ns;
	for (skip_spaces(&in); !at_end(&in); skip_spaces(&in)) {
		if (*in.at == '"' || *in.at == '[')
			err = parse_tail(&in, kind, event);
		else
			err = parse_field(&in, kind, event, &seen);
		if (err < 0)
			return err;
	}
	return 1;
}

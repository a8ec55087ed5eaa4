/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* What comes out: JSON that always parses, names that cannot steer a terminal, lines of 80 columns,
 * stages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "collector/escape.h"
#include "collector/json.h"
#include "collector/parts_text.h"
#include "collector/phrase.h"
#include "collector/request_text.h"
#include "collector/wrap.h"
#include "event/units.h"

static void names_are_made_safe(void **state)
{
	static const struct {
		const char *name, *safe;
	} cases[] = {
		{ "fio", "fio" },
		{ "a\033[2Jb", "a\\x1b[2Jb" },
		{ "tab\tnl\n", "tab\\x09nl\\x0a" },
		{ "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80" },
		{ "\xc2\x9b", "\\xc2\\x9b" }, /* a C1 control */
		{ "\x7f", "\\x7f" },
		{ "\xff", "\\xff" },
		{ "\xc0\xaf", "\\xc0\\xaf" },			/* overlong */
		{ "\xed\xa0\x80", "\\xed\\xa0\\x80" },		/* a surrogate */
		{ "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80" }, /* above U+10FFFF */
		{ "\xe2\x82", "\\xe2\\x82" },			/* cut short */
		{ "\xef\xbf\xbd", "\xef\xbf\xbd" },		/* a genuine U+FFFD */
	};
	char safe[64];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(escape_name(safe, sizeof(safe), cases[i].name), cases[i].safe);
}

static void a_long_name_is_cut_between_characters(void **state)
{
	char safe[6];

	(void)state;
	assert_string_equal(escape_name(safe, sizeof(safe), "abc\xe2\x82\xac"), "abc");
	assert_string_equal(escape_name(safe, sizeof(safe), "a\033bc"), "a\\x1b");
	assert_string_equal(escape_name(safe, sizeof(safe),
					"ab\xe2\x82\xac"
					"c"),
			    "ab\xe2\x82\xac");
}

static void json_is_as_asked(void **state)
{
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);
	struct json json;

	(void)state;
	json_init(&json, out);
	json_object(&json, NULL);
	json_u64(&json, "big", UINT64_MAX);
	json_i64(&json, "small", INT64_MIN);
	json_number(&json, "mean", 2.5);
	json_number(&json, "whole", 100);
	json_text(&json, "empty", "");
	json_text(&json, "odd", "\"\\\n\x01\xff\xc3\xa4\xc2\x85");
	json_array_line(&json, "list");
	json_bool(&json, NULL, 1);
	json_object(&json, NULL);
	json_null(&json, "x");
	json_object_end(&json);
	json_array_end(&json);
	json_array(&json, "none");
	json_array_end(&json);
	json_u64_if(&json, "unknown", 0, 7);
	json_object_end(&json);
	fclose(out);
	assert_string_equal(text, "{\n"
				  "  \"big\": 18446744073709551615,\n"
				  "  \"small\": -9223372036854775808,\n"
				  "  \"mean\": 2.5,\n"
				  "  \"whole\": 100,\n"
				  "  \"empty\": null,\n"
				  "  \"odd\": \"\\\"\\\\\\n\\u0001\\ufffd\xc3\xa4\\u0085\",\n"
				  "  \"list\": [true, {\"x\": null}],\n"
				  "  \"none\": [],\n"
				  "  \"unknown\": null\n"
				  "}\n");
	free(text);
}

static void lines_stay_within_80_columns(void **state)
{
	char *text = NULL, words[400];
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);
	int width = 0;

	(void)state;
	memset(words, 'x', sizeof(words) - 1);
	words[sizeof(words) - 1] = '\0';
	words[20] = words[95] = ' ';
	memcpy(words + 200, "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4", 8);
	wrap_print(out, "label", 11, words);
	fclose(out);
	assert_memory_equal(text, "label      xxxxxxxxxxxxxxxxxxxx\n           x", 44);
	for (char *at = text; *at; at++) {
		width = *at == '\n' ? 0 : width + (((unsigned char)*at & 0xc0) != 0x80);
		assert_true(width <= WRAP_COLUMNS);
	}
	free(text);
}

static void a_phrase_never_ends_in_half_a_piece(void **state)
{
	struct phrase phrase;
	char text[8];

	(void)state;
	phrase_init(&phrase, text, sizeof(text));
	phrase_add(&phrase, "%d", 1234);
	phrase_add(&phrase, "%d", 56789);
	phrase_add(&phrase, "0");
	assert_string_equal(text, "1234");
}

/* Reads back what was printed: the sum of the numbers, in units of the last digit. */
static unsigned long sum_of_digits(const char *text)
{
	unsigned long sum = 0, number = 0;

	for (; *text; text++) {
		if (*text >= '0' && *text <= '9')
			number = number * 10 + (unsigned long)(*text - '0');
		else if (*text != '.') {
			sum += number;
			number = 0;
		}
	}
	return sum + number;
}

static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Whatever the parts are: what is shown adds up to what is shown for the whole. */
static void printed_parts_add_up_to_the_printed_whole(void **unused)
{
	uint64_t state = 4711;

	(void)unused;
	for (int round = 0; round < 100000; round++) {
		struct part_text parts[9];
		uint64_t whole_ns = 0, limit = UINT64_C(1) << next_random(&state) % 33;
		char text[256], whole[EV_UNITS_TEXT_BYTES];
		size_t count = 1 + next_random(&state) % 9;
		struct phrase phrase;

		for (size_t i = 0; i < count; i++) {
			parts[i] = (struct part_text){ "part", next_random(&state) % limit };
			whole_ns += parts[i].time_ns;
		}
		ev_units_time(whole, whole_ns);
		phrase_init(&phrase, text, sizeof(text));
		parts_text_add(&phrase, ":", parts, count, "submit");
		if (text[0] && whole_ns < UINT64_C(59500000000))
			assert_int_equal(sum_of_digits(text), sum_of_digits(whole));
	}
}

static void parts_of_nothing_and_the_usual_one_are_not_listed(void **unused)
{
	const struct part_text parts[] = { { "submit", 12400 }, { "queue", 3 }, { "run", 100 } };
	struct phrase phrase;
	char text[64];

	(void)unused;
	phrase_init(&phrase, text, sizeof(text));
	parts_text_add(&phrase, ":", parts, 2,
		       "submit"); /* 0.003 of 12.4us is nothing that shows */
	parts_text_add(&phrase, ":", NULL, 0, "submit");
	assert_string_equal(text, "");
	parts_text_add(&phrase, ":", parts, 3, "submit"); /* 12.503us, shown as 12.5us */
	assert_string_equal(text, ": submit 12.4 run 0.1");
	phrase_init(&phrase, text, sizeof(text));
	parts_text_add(&phrase, ":", parts, 1, "device");
	assert_string_equal(text, ": submit 12.4");
}

static void an_unknown_operation_has_a_number(void **state)
{
	char name[REQUEST_OP_BYTES];

	(void)state;
	assert_string_equal(request_op_name(name, EV_QUEUE_IO_URING, 22), "READ");
	assert_string_equal(request_op_name(name, EV_QUEUE_IO_URING, 200), "OP_200");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_made_safe),
		cmocka_unit_test(a_long_name_is_cut_between_characters),
		cmocka_unit_test(json_is_as_asked),
		cmocka_unit_test(lines_stay_within_80_columns),
		cmocka_unit_test(a_phrase_never_ends_in_half_a_piece),
		cmocka_unit_test(printed_parts_add_up_to_the_printed_whole),
		cmocka_unit_test(parts_of_nothing_and_the_usual_one_are_not_listed),
		cmocka_unit_test(an_unknown_operation_has_a_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* The shared option parser and the filter options: the habits people have, and one sentence for
 * each mistake. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "collector/filter.h"
#include "collector/options.h"

struct words {
	int flag;
	int other;
	const char *text;
	uint64_t time_ns;
	uint64_t size_bytes;
};

static const struct option_row rows[] = {
	{ 'f', "flag", NULL, option_flag, offsetof(struct words, flag), "" },
	{ 'g', "other", NULL, option_flag, offsetof(struct words, other), "" },
	{ 't', "text", "TEXT", option_text, offsetof(struct words, text), "" },
	{ 0, "time", "TIME", option_time, offsetof(struct words, time_ns), "" },
	{ 0, "every", "TIME", option_interval, offsetof(struct words, time_ns), "" },
	{ 0, "size", "SIZE", option_size, offsetof(struct words, size_bytes), "" },
};

static int parse(struct words *words, char **argv, struct option_rest *rest, struct ev_error *why)
{
	struct option_group group = { "", rows, sizeof(rows) / sizeof(rows[0]), words };

	memset(words, 0, sizeof(*words));
	return options_parse(&group, 1, argv, rest, why);
}

static void takes_all_spellings(void **state)
{
	char *argv[] = { "-fg", "one", "-tabc", "--time=5ms", "--size", "64K",
			 "two", "--",  "cmd",	"-f",	      NULL };
	struct option_rest rest;
	struct words words;

	(void)state;
	assert_int_equal(parse(&words, argv, &rest, NULL), 0);
	assert_true(words.flag && words.other);
	assert_string_equal(words.text, "abc");
	assert_int_equal(words.time_ns, 5000000);
	assert_int_equal(words.size_bytes, 65536);
	assert_int_equal(rest.word_count, 2);
	assert_string_equal(rest.words[0], "one");
	assert_string_equal(rest.words[1], "two");
	assert_string_equal(rest.command[0], "cmd");
	assert_string_equal(rest.command[1], "-f");
	assert_null(rest.command[2]);
}

static void a_lone_dash_is_a_word(void **state)
{
	char *argv[] = { "-", NULL };
	struct option_rest rest;
	struct words words;

	(void)state;
	assert_int_equal(parse(&words, argv, &rest, NULL), 0);
	assert_int_equal(rest.word_count, 1);
	assert_null(rest.command);
}

static void asks_for_help(void **state)
{
	char *by_letter[] = { "-h", NULL }, *by_name[] = { "-f", "--help", NULL };
	struct option_rest rest;
	struct words words;

	(void)state;
	assert_int_equal(parse(&words, by_letter, &rest, NULL), OPTIONS_HELP);
	assert_int_equal(parse(&words, by_name, &rest, NULL), OPTIONS_HELP);
}

static void names_what_is_wrong(void **state)
{
	static struct {
		char *argv[3];
		const char *says;
	} cases[] = {
		{ { "--bogus", NULL }, "there is no option --bogus" },
		{ { "-x", NULL }, "there is no option -x" },
		{ { "-fx", NULL }, "there is no option -x" },
		{ { "--text", NULL }, "--text needs a value: --text TEXT" },
		{ { "--text=", NULL }, "--text needs a value: --text TEXT" },
		{ { "--flag=1", NULL }, "--flag takes no value" },
		{ { "--", NULL }, "a command must follow --" },
		{ { "--time", "5", NULL },
		  "--time 5: a time is a number with its unit (ns, us, ms, s, m, h), like 250us or "
		  "10s" },
		{ { "--time", "", NULL }, "--time needs a value: --time TIME" },
		{ { "--time", "99999999999h", NULL },
		  "--time 99999999999h: that is more than 500 years" },
		{ { "--every", "0", NULL }, "--every 0: the time must be above 0" },
		{ { "--size", "0", NULL },
		  "--size 0: a size is a number of bytes or has a unit (K, M, G), like 64M" },
	};
	struct option_rest rest;
	struct ev_error why;
	struct words words;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(parse(&words, cases[i].argv, &rest, &why), -EINVAL);
		assert_string_equal(why.text, cases[i].says);
	}
}

static int parse_filter(struct filter *filter, char **argv, struct ev_error *why)
{
	struct option_group group = { "", filter_options, filter_option_count, filter };
	struct option_rest rest;

	memset(filter, 0, sizeof(*filter));
	return options_parse(&group, 1, argv, &rest, why);
}

static void reads_filters(void **state)
{
	char *argv[] = { "-p",		 "12,13",	   "--pid=14", "-c",   "fio",
			 "--op",	 "read,FSYNC,200", "--ring",   "77:5", "--device",
			 "/dev/nvme0n1", "--min-latency",  "250us",    NULL };
	static struct filter filter;
	char text[256];

	(void)state;
	assert_int_equal(parse_filter(&filter, argv, NULL), 0);
	assert_int_equal(filter.pid_count, 3);
	assert_int_equal(filter.pids[2], 14);
	assert_true(filter_op(&filter, 22)); /* READ */
	assert_true(filter_op(&filter, 3));  /* FSYNC */
	assert_true(filter_op(&filter, 200));
	assert_false(filter_op(&filter, 23)); /* WRITE */
	assert_int_equal(filter.ring_pid, 77);
	assert_int_equal(filter.ring_fd, 5);
	assert_true(filter_device(&filter, "nvme0n1"));
	assert_false(filter_device(&filter, "sda"));
	filter_text(&filter, text, sizeof(text));
	assert_string_equal(text, "-p 12 -p 13 -p 14 -c fio --ring 77:5 --op FSYNC,READ,200 "
				  "--device nvme0n1 --min-latency 250us");
}

static void a_ring_has_an_id_or_an_owner(void **state)
{
	char *argv[] = { "--ring", "4294967295", NULL };
	static struct filter filter;
	char text[64];

	(void)state;
	assert_int_equal(parse_filter(&filter, argv, NULL), 0);
	assert_int_equal(filter.ring, UINT32_MAX);
	assert_int_equal(filter.ring_pid, 0);
	filter_text(&filter, text, sizeof(text));
	assert_string_equal(text, "--ring 4294967295");
}

static void nothing_asked_lets_all_pass(void **state)
{
	static struct filter filter;
	struct ev_request request = { .h = { .time_ns = 5 }, .submit_ns = 5 };
	char text[64];

	(void)state;
	assert_true(filter_request(&filter, &request));
	assert_true(filter_device(&filter, "sda"));
	filter_text(&filter, text, sizeof(text));
	assert_string_equal(text, "");
}

static void a_slow_request_passes(void **state)
{
	static struct filter filter = { .min_latency_ns = 100 };
	struct ev_request request = { .h = { .time_ns = 1100 }, .submit_ns = 1000 };

	(void)state;
	assert_true(filter_request(&filter, &request));
	request.h.time_ns = 1099;
	assert_false(filter_request(&filter, &request));
	request.h.time_ns = 900; /* seems to end before it began */
	assert_false(filter_request(&filter, &request));
}

static void refuses_filters(void **state)
{
	static char *const cases[][2] = {
		{ "-p", "x" },
		{ "-p", "0" },
		{ "-p", "1,,2" },
		{ "-p", "4294967296" },
		{ "--op", "NOTHING" },
		{ "--op", "256" },
		{ "--ring", "0" },
		{ "--ring", "1:" },
		{ "--ring", ":1" },
		{ "--ring", "1:x" },
		{ "--ring", "4294967296" },
		{ "--device", "/dev/" },
	};
	static struct filter filter;
	struct ev_error why;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *argv[] = { cases[i][0], cases[i][1], NULL };

		assert_int_equal(parse_filter(&filter, argv, &why), -EINVAL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_all_spellings),
		cmocka_unit_test(a_lone_dash_is_a_word),
		cmocka_unit_test(asks_for_help),
		cmocka_unit_test(names_what_is_wrong),
		cmocka_unit_test(reads_filters),
		cmocka_unit_test(a_ring_has_an_id_or_an_owner),
		cmocka_unit_test(nothing_asked_lets_all_pass),
		cmocka_unit_test(a_slow_request_passes),
		cmocka_unit_test(refuses_filters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

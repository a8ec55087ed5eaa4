/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* The command line of ringlens-top: what filters mean, what the collector is given, what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <getopt.h>

#include "tui/options.h"

enum { WORDS_MAX = 8 };

/* Up to four words; NULL: no more. */
static int parse(struct tui_options *options, struct ev_error *why, const char *const words[4])
{
	char *argv[WORDS_MAX] = { (char *)(uintptr_t) "ringlens-top" };
	int argc = 1;

	for (int i = 0; i < 4 && words[i]; i++)
		argv[argc++] = (char *)(uintptr_t)words[i];
	optind = 0; /* glibc: from the start again */
	*why = (struct ev_error){ 0 };
	return tui_options_parse(options, argc, argv, why);
}

static void numbers_mean_what_they_mean_to_ringlens(void **state)
{
	struct tui_options options;
	struct ev_error why;

	(void)state;
	assert_int_equal(parse(&options, &why, (const char *const[4]){ "-p", "010,0x10" }), 0);
	assert_int_equal(options.filter.pid_count, 2);
	assert_int_equal(options.filter.pids[0], 10);
	assert_int_equal(options.filter.pids[1], 16);
	assert_int_equal(options.passed_count, 2);
	assert_string_equal(options.passed[0], "--pid");
	assert_string_equal(options.passed[1], "010,0x10");
	assert_int_equal(parse(&options, &why, (const char *const[4]){ "--ring", "12:010" }), 0);
	assert_int_equal(options.filter.ring_pid, 12);
	assert_int_equal(options.filter.ring_fd, 10);
	assert_int_equal(parse(&options, &why, (const char *const[4]){ "--op", "READ,010" }), 0);
	assert_int_equal(options.filter.ops[22 / 8] >> 22 % 8 & 1, 1);
	assert_int_equal(options.filter.ops[10 / 8] >> 10 % 8 & 1, 1);
}

static void mistakes_are_told(void **state)
{
	static char long_list[600];
	static const struct {
		const char *words[4];
		const char *said;
	} mistakes[] = {
		{ { "-p", "0" }, "--pid 0" },
		{ { "-p", "1,," }, "--pid 1,," },
		{ { "--ring", "1:2:3" }, "more than an id" },
		{ { "--op", "READ,NONESUCH" }, "NONESUCH" },
		{ { "--op", "," }, "needs an operation" },
		{ { "--op", long_list }, "longer than 511 bytes" },
		{ { "--interval", "5ms" }, "within 100ms" },
		{ { "--screen", "80x" }, "--screen 80x" },
		{ { "--keys", "q" }, "--keys needs --screen" },
		{ { "-i", "x", "--cgroup", "/" }, "live system only" },
		{ { "--input" }, "it needs a value" },
		{ { "--nonesuch" }, "no such option" },
		{ { "word" }, "no plain words" },
	};
	struct tui_options options;
	struct ev_error why;

	(void)state;
	for (size_t i = 0; i + 5 < sizeof(long_list); i += 5)
		memcpy(long_list + i, "READ,", 5);
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		assert_int_equal(parse(&options, &why, mistakes[i].words), -EINVAL);
		if (!strstr(why.text, mistakes[i].said))
			fail_msg("%s %s: %s", mistakes[i].words[0], mistakes[i].words[1], why.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_mean_what_they_mean_to_ringlens),
		cmocka_unit_test(mistakes_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

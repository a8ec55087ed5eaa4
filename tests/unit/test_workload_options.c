/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* ringload's command line: what is stored, what is refused, and that each refusal is one sentence.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "workloads/options.h"
#include "workloads/workload.h"

enum { WORDS_MAX = 16 };

/* Parses words separated by blanks. The words stay, since options keep pointers into them. */
static int parse(struct load_options *opt, const char *line, struct load_error *why)
{
	static char text[512];
	char *words[WORDS_MAX];
	int count = 0;

	strncpy(text, line, sizeof(text) - 1);
	for (char *word = strtok(text, " "); word; word = strtok(NULL, " "))
		words[count++] = word;
	return load_options_parse(opt, count, words, why);
}

static struct load_options good(const char *line)
{
	struct load_options opt;
	struct load_error why = { 0 };

	if (parse(&opt, line, &why))
		fail_msg("%s: %s", line, why.text);
	return opt;
}

static void bad(const char *line, const char *wanted)
{
	struct load_options opt;
	struct load_error why = { 0 };

	assert_int_equal(parse(&opt, line, &why), -EINVAL);
	if (!strstr(why.text, wanted))
		fail_msg("%s: said \"%s\", wanted \"%s\"", line, why.text, wanted);
	assert_null(strchr(why.text, '\n'));
}

static void defaults(void **state)
{
	struct load_options opt = good("nop");

	(void)state;
	assert_string_equal(opt.workload->name, "nop");
	assert_int_equal(opt.depth, 32);
	assert_int_equal(opt.batch, 8);
	assert_int_equal(opt.threads, 1);
	assert_int_equal(opt.count, opt.workload->default_count);
	assert_int_equal(opt.duration_ns, 0);
	assert_int_equal(opt.given, 0);
}

/* What io_uring alone has is refused by any other interface, not ignored. */
static void vias(void **state)
{
	(void)state;
	assert_int_equal(good("read").via, LOAD_VIA_IO_URING);
	assert_int_equal(good("read --via libaio --depth 16").via, LOAD_VIA_LIBAIO);
	assert_int_equal(good("write --via sync").depth, 1);
	assert_int_equal(good("write --via sync").batch, 1);
	bad("read --via sync --depth 2", "--depth 1");
	bad("read --via threads --sqpoll", "--sqpoll is io_uring's");
	bad("read --via libaio --setup COOP_TASKRUN", "--setup is io_uring's");
	bad("nop --via sync", "no use for --via");
	bad("punt --via threads", "no use for --via");
	bad("read --via posix", "one of io_uring|sync|threads|libaio, not");
	bad("read --via iocp", "one of io_uring|sync|threads|libaio, not");
	bad("read --via", "wants a value: io_uring|sync|threads|libaio");
}

static void values(void **state)
{
	struct load_options opt = good("read --depth 64 --batch=16 --size 8k --file /tmp/x "
				       "--file-size=1g --direct --random --rate 1000 --sqpoll=5ms");

	(void)state;
	assert_int_equal(opt.depth, 64);
	assert_int_equal(opt.batch, 16);
	assert_int_equal(opt.size_bytes, 8192);
	assert_string_equal(opt.file, "/tmp/x");
	assert_int_equal(opt.file_size_bytes, 1073741824);
	assert_true(opt.direct && opt.random && !opt.sequential);
	assert_int_equal(opt.rate, 1000);
	assert_true(load_options_given(&opt, LOAD_OPTION_SQPOLL));
	assert_int_equal(opt.sqpoll_idle_ns, 5000000);
}

static void optional_value(void **state)
{
	/* Without "=", the next word is not the value of --sqpoll. */
	struct load_options opt = good("--sqpoll nop");

	(void)state;
	assert_true(load_options_given(&opt, LOAD_OPTION_SQPOLL));
	assert_int_equal(opt.sqpoll_idle_ns, 1000000000);
	assert_string_equal(opt.workload->name, "nop");
}

static void duration_lifts_count(void **state)
{
	struct load_options opt = good("nop --duration 1s");

	(void)state;
	assert_true(opt.count == UINT64_MAX);
	opt = good("nop --duration 1s --count 7");
	assert_int_equal(opt.count, 7);
}

static void batch_follows_depth(void **state)
{
	struct load_options opt = good("nop --depth 3");

	(void)state;
	assert_int_equal(opt.batch, 3);
	bad("nop --depth 3 --batch 4", "--batch 4 is larger than --depth 3");
}

static void choices(void **state)
{
	(void)state;
	assert_int_equal(good("stall --end open").end, LOAD_END_OPEN);
	assert_int_equal(good("stall --end answer").end, LOAD_END_ANSWER);
	assert_int_equal(good("stall --end cancel").end, LOAD_END_CANCEL);
	assert_int_equal(good("multishot --kind recv").kind, LOAD_KIND_RECV);
	bad("stall --end", "wants a value");
	bad("stall --end ans", "open|answer|cancel");
	bad("stall --end answers", "open|answer|cancel");
}

static void setup_flags(void **state)
{
	(void)state;
	assert_int_equal(good("nop --setup COOP_TASKRUN,single_issuer").setup_flags,
			 1u << 8 | 1u << 12);
	assert_int_equal(good("nop --setup SQE128 --setup CQE32").setup_flags, 1u << 10 | 1u << 11);
	bad("nop --setup FOO", "known flags are");
	bad("nop --setup COOP_TASKRUN,", "known flags are");
	bad("nop --setup SQPOLL", "known flags are");
}

static void refused(void **state)
{
	(void)state;
	bad("", "which workload");
	bad("nosuch", "no workload \"nosuch\"");
	bad("nop read", "one workload at a time");
	bad("nop --bogus", "no option --bogus");
	bad("nop --dep 3", "no option --dep");
	bad("nop -x", "no option -x");
	bad("nop --", "no option --");
	bad("nop --depth", "--depth wants a value");
	bad("nop --depth x", "--depth wants a whole number, not \"x\"");
	bad("nop --depth 0", "too small");
	bad("nop --depth 32769", "too large");
	bad("nop --count 18446744073709551616", "too large");
	bad("nop --quiet=1", "takes no value");
	bad("nop --file x", "workload nop has no use for --file");
	bad("read --overwrite", "no use for --overwrite");
	bad("read --random --sequential", "not both");
	bad("read --direct --size 1000", "multiples of 512");
	bad("read --size 8k --file-size 4k", "larger than --file-size");
	bad("links --links 4 --break 5", "only 4 members");
	bad("links --depth 1024 --links 33", "entries of a queue");
	bad("nop --sq-cpu 1", "only with --sqpoll");
	bad("echo --threads 3", "at most 2 threads");
}

/* --help and --version win over everything that is missing. */
static void help(void **state)
{
	(void)state;
	assert_true(good("--help").help);
	assert_true(good("-h").help);
	assert_true(good("--version").version);
	assert_string_equal(good("read --help").workload->name, "read");
}

/* Each workload's entry is complete, and its name is its own. */
static void workloads(void **state)
{
	(void)state;
	for (int i = 0; load_workloads[i]; i++) {
		const struct load_workload *workload = load_workloads[i];

		assert_true(workload->name && workload->summary && workload->unit);
		assert_true(workload->start && workload->work && workload->done);
		assert_true(!(workload->uses & LOAD_USES(COUNT)) == !workload->default_count);
		for (int j = 0; j < i; j++)
			assert_string_not_equal(workload->name, load_workloads[j]->name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults),
		cmocka_unit_test(vias),
		cmocka_unit_test(values),
		cmocka_unit_test(optional_value),
		cmocka_unit_test(duration_lifts_count),
		cmocka_unit_test(batch_follows_depth),
		cmocka_unit_test(choices),
		cmocka_unit_test(setup_flags),
		cmocka_unit_test(refused),
		cmocka_unit_test(help),
		cmocka_unit_test(workloads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

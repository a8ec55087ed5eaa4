/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The command line as a table: one row an option, with its place in struct load_options, its form,
 * its limits and its one line of help. Parsing, checking and help all walk that table, so a new
 * option is one row here and one bit in the workloads that use it. "--name value" and
 * "--name=value" are the same; an optional value (--sqpoll[=TIME]) needs the "=".
 *
 * Limits are those of the system's interface or of memory, not of taste: a queue has at most 32768
 * entries, a request's length is 32 bits, of which the kernel moves at most 2 GiB.
 */
#include "workloads/options.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "workloads/names.h"
#include "workloads/units.h"
#include "workloads/workload.h"

enum option_kind {
	OPTION_SWITCH,
	OPTION_NUMBER,
	OPTION_SIZE,
	OPTION_TIME,
	OPTION_TIME_OR_NONE, /* the value may be left out */
	OPTION_TEXT,
	OPTION_CHOICE, /* one word of `value`, stored as its index */
	OPTION_VIA,    /* the same, of those that this system has */
	OPTION_SETUP,
};

struct option_row {
	const char *name;
	const char *value; /* what help shows for the value */
	enum option_kind kind;
	size_t offset; /* in struct load_options */
	uint64_t min;
	uint64_t max;
	const char *help;
};

#define AT(field) offsetof(struct load_options, field)

enum { ENTRIES_MAX = 32768, CHAIN_MAX = 1024, THREADS_MAX = 256, RINGS_MAX = 100000 };
#define SIZE_MAX_BYTES (1ull << 30)
#define ANY	       UINT64_MAX
/* enum load_via. */
#define VIAS "io_uring|iocp|event|apc|scatter|sync|ioring|rio|threads|libaio"

static const struct option_row rows[LOAD_OPTION_ROWS] = {
	[LOAD_OPTION_DEPTH] = { "depth", "N", OPTION_NUMBER, AT(depth), 1, ENTRIES_MAX,
				"keep up to N in flight (32)" },
	[LOAD_OPTION_BATCH] = { "batch", "N", OPTION_NUMBER, AT(batch), 1, ENTRIES_MAX,
				"submit, and wait for, N at a time (8, or the depth)" },
	[LOAD_OPTION_SIZE] = { "size", "BYTES", OPTION_SIZE, AT(size_bytes), 1, SIZE_MAX_BYTES,
			       "bytes a request (4k)" },
	[LOAD_OPTION_FILE] = { "file", "PATH", OPTION_TEXT, AT(file), 0, 0,
			       "file or device to use (one of its own, removed at the end)" },
	[LOAD_OPTION_FILE_SIZE] = { "file-size", "BYTES", OPTION_SIZE, AT(file_size_bytes), 1,
				    1ull << 46, "part of the file to use (16m, or all of it)" },
	[LOAD_OPTION_OVERWRITE] = { "overwrite", NULL, OPTION_SWITCH, AT(overwrite), 0, 1,
				    "let it write into a file that holds data" },
	[LOAD_OPTION_DIRECT] = { "direct", NULL, OPTION_SWITCH, AT(direct), 0, 1,
				 "bypass the page cache" },
	[LOAD_OPTION_RANDOM] = { "random", NULL, OPTION_SWITCH, AT(random), 0, 1,
				 "random offsets" },
	[LOAD_OPTION_SEQUENTIAL] = { "sequential", NULL, OPTION_SWITCH, AT(sequential), 0, 1,
				     "one offset after the other (the default)" },
	[LOAD_OPTION_FIXED_FILES] = { "fixed-files", NULL, OPTION_SWITCH, AT(fixed_files), 0, 1,
				      "register the files, use them by index" },
	[LOAD_OPTION_FIXED_BUFFERS] = { "fixed-buffers", NULL, OPTION_SWITCH, AT(fixed_buffers), 0,
					1, "register the buffers, use them by index" },
	[LOAD_OPTION_SQPOLL] = { "sqpoll", "TIME", OPTION_TIME_OR_NONE, AT(sqpoll_idle_ns), 1000000,
				 3600000000000ull,
				 "a kernel thread submits; it sleeps after TIME idle (1s)" },
	[LOAD_OPTION_SQ_CPU] = { "sq-cpu", "N", OPTION_NUMBER, AT(sq_cpu), 0, 65535,
				 "keep that kernel thread on CPU N" },
	[LOAD_OPTION_CQ] = { "cq", "N", OPTION_NUMBER, AT(cq_entries), 1, 2 * ENTRIES_MAX,
			     "completion queue entries (twice the submission queue)" },
	[LOAD_OPTION_SETUP] = { "setup", "FLAG,...", OPTION_SETUP, AT(setup_flags), 0, 0,
				"plain io_uring setup flags, listed below" },
	[LOAD_OPTION_ASYNC] = { "async", NULL, OPTION_SWITCH, AT(async), 0, 1,
				"ask for a worker at once (IOSQE_ASYNC)" },
	[LOAD_OPTION_PROVIDED] = { "provided", NULL, OPTION_SWITCH, AT(provided), 0, 1,
				   "let the kernel pick from a few shared buffers" },
	[LOAD_OPTION_LINKS] = { "links", "N", OPTION_NUMBER, AT(links), 2, CHAIN_MAX,
				"requests in a chain (5)" },
	[LOAD_OPTION_BREAK] = { "break", "K", OPTION_NUMBER, AT(break_member), 1, CHAIN_MAX,
				"make member K of each chain fail" },
	[LOAD_OPTION_READS] = { "reads", "PERCENT", OPTION_NUMBER, AT(reads_percent), 0, 100,
				"share of reads (70)" },
	[LOAD_OPTION_EVERY] = { "every", "N", OPTION_NUMBER, AT(every), 1, ANY,
				"writes between two fsyncs (8)" },
	[LOAD_OPTION_INTERVAL] = { "interval", "TIME", OPTION_TIME, AT(interval_ns), 1,
				   3600000000000ull, "how long a timeout takes (1ms)" },
	[LOAD_OPTION_KIND] = { "kind", "all|poll|accept|recv", OPTION_CHOICE, AT(kind), 0, 0,
			       "which multishot requests (all)" },
	[LOAD_OPTION_ONLY] = { "only", "NAME,...", OPTION_TEXT, AT(only), 0, 0,
			       "only these of the rows listed below (all)" },
	[LOAD_OPTION_END] = { "end", "open|answer|cancel", OPTION_CHOICE, AT(end), 0, 0,
			      "what becomes of them at the end (open)" },
	[LOAD_OPTION_RINGS] = { "rings", "N", OPTION_NUMBER, AT(rings), 1, RINGS_MAX,
				"rings at once (11)" },
	[LOAD_OPTION_TIMES] = { "times", "N", OPTION_NUMBER, AT(times), 1, 10000000,
				"create and close them all N times (1)" },
	[LOAD_OPTION_VIA] = { "via", VIAS, OPTION_VIA, AT(via), 0, 0,
			      "by which interface the requests go (the first of these)" },
	[LOAD_OPTION_SKIP_SUCCESS] = { "skip-success", NULL, OPTION_SWITCH, AT(skip_success), 0, 1,
				       "no packet for what succeeds at once" },
	[LOAD_OPTION_SHARED] = { "shared", NULL, OPTION_SWITCH, AT(shared), 0, 1,
				 "one completion port for all threads" },
	[LOAD_OPTION_THREADS] = { "threads", "N", OPTION_NUMBER, AT(threads), 1, THREADS_MAX,
				  "threads, each with rings of its own (1)" },
	[LOAD_OPTION_COUNT] = { "count", "N", OPTION_NUMBER, AT(count), 1, ANY,
				"how many each thread does; rings: how many each ring" },
	[LOAD_OPTION_DURATION] = { "duration", "TIME", OPTION_TIME, AT(duration_ns), 1, ANY,
				   "stop after TIME; with --count, whichever comes first" },
	[LOAD_OPTION_RATE] = { "rate", "N", OPTION_NUMBER, AT(rate), 1, 1000000000,
			       "at most N a second and thread" },
	[LOAD_OPTION_SEED] = { "seed", "N", OPTION_NUMBER, AT(seed), 0, ANY,
			       "start of the random numbers (1)" },
	[LOAD_OPTION_BENCH] = { "bench", NULL, OPTION_SWITCH, AT(bench), 0, 1,
				"read no clock for each batch: no latencies, full speed" },
	[LOAD_OPTION_WAIT] = { "wait", "TIME", OPTION_TIME, AT(wait_ns), 0, ANY,
			       "wait before the first ring is created" },
	[LOAD_OPTION_PAUSE] = { "pause", "TIME", OPTION_TIME, AT(pause_ns), 0, ANY,
				"wait when the rings exist, before the first request" },
	[LOAD_OPTION_HOLD] = { "hold", "TIME", OPTION_TIME, AT(hold_ns), 0, ANY,
			       "keep the rings for TIME after the truth is printed" },
	[LOAD_OPTION_CPU] = { "cpu", "N", OPTION_NUMBER, AT(cpu), 0, 65535, "stay on CPU N" },
	[LOAD_OPTION_BRIEF] = { "brief", NULL, OPTION_SWITCH, AT(brief), 0, 1,
				"sums only, no truth for each ring" },
	[LOAD_OPTION_QUIET] = { "quiet", NULL, OPTION_SWITCH, AT(quiet), 0, 1,
				"nothing but truth lines" },
	[LOAD_OPTION_HELP] = { "help", NULL, OPTION_SWITCH, AT(help), 0, 1, "show this help" },
	[LOAD_OPTION_VERSION] = { "version", NULL, OPTION_SWITCH, AT(version), 0, 1,
				  "show the version" },
};

static void *place(struct load_options *opt, const struct option_row *row)
{
	return (char *)opt + row->offset;
}

const char *load_options_via(uint64_t vias, const char *between, char *text)
{
	const char *word = VIAS;
	size_t used = 0;

	text[0] = '\0';
	for (vias &= load_vias_here; vias; vias >>= 1) {
		size_t length = strcspn(word, "|");

		if (vias & 1 && used < LOAD_VIA_TEXT_BYTES)
			used += (size_t)snprintf(text + used, LOAD_VIA_TEXT_BYTES - used, "%s%.*s",
						 used ? between : "", (int)length, word);
		word += length + (word[length] == '|');
	}
	return text;
}

static bool has_words(const struct option_row *row)
{
	return row->kind == OPTION_CHOICE || row->kind == OPTION_VIA;
}

/* What a value looks like; `text` has LOAD_VIA_TEXT_BYTES. */
static const char *value_shown(const struct option_row *row, char *text)
{
	return row->kind == OPTION_VIA ? load_options_via(ANY, "|", text) : row->value;
}

static int choose(const char *choices, const char *word, uint64_t *ret_index)
{
	size_t length;

	for (uint64_t index = 0;; index++, choices += length + 1) {
		length = strcspn(choices, "|");
		if (strlen(word) == length && !strncmp(choices, word, length)) {
			*ret_index = index;
			return 0;
		}
		if (!choices[length])
			return -EINVAL;
	}
}

static int read_number(const struct option_row *row, const char *text, uint64_t *ret_value)
{
	int err;

	switch (row->kind) {
	case OPTION_SIZE:
		return load_units_size(text, ret_value);
	case OPTION_TIME:
	case OPTION_TIME_OR_NONE:
		return load_units_time(text, ret_value);
	case OPTION_CHOICE:
		return choose(row->value, text, ret_value);
	case OPTION_VIA:
		err = choose(row->value, text, ret_value);
		return !err && !(load_vias_here >> *ret_value & 1) ? -EINVAL : err;
	default:
		return load_units_number(text, ret_value);
	}
}

static int bad_value(const struct option_row *row, const char *text, struct load_error *why)
{
	static const char *const forms[] = {
		[OPTION_NUMBER] = "a whole number",
		[OPTION_SIZE] = "a size such as 4096, 4k or 16m",
		[OPTION_TIME] = "a time such as 250us, 5ms or 2s",
		[OPTION_TIME_OR_NONE] = "a time such as 250us, 5ms or 2s",
	};
	char shown[LOAD_VIA_TEXT_BYTES];

	if (has_words(row))
		return load_fail(why, -EINVAL, "--%s is one of %s, not \"%s\"", row->name,
				 value_shown(row, shown), text);
	return load_fail(why, -EINVAL, "--%s wants %s, not \"%s\"", row->name, forms[row->kind],
			 text);
}

static int store_flags(const struct option_row *row, const char *text, uint64_t *flags,
		       struct load_error *why)
{
	uint32_t parsed;
	char known[256];

	if (load_setup_parse(text, &parsed))
		return load_fail(why, -EINVAL, "--%s \"%s\": known flags are %s", row->name, text,
				 load_setup_known(known, sizeof(known)));
	*flags |= parsed;
	return 0;
}

static int store_value(struct load_options *opt, const struct option_row *row, const char *text,
		       struct load_error *why)
{
	uint64_t value;
	int err;

	if (row->kind == OPTION_TEXT) {
		*(const char **)place(opt, row) = text;
		return 0;
	}
	if (row->kind == OPTION_SETUP)
		return store_flags(row, text, place(opt, row), why);
	err = read_number(row, text, &value);
	if (err == -EINVAL)
		return bad_value(row, text, why);
	if (err || (!has_words(row) && (value < row->min || value > row->max)))
		return load_fail(why, -EINVAL, "--%s %s is out of range%s", row->name, text,
				 value < row->min ? ": too small" : ": too large");
	*(uint64_t *)place(opt, row) = value;
	return 0;
}

static const struct option_row *find_row(const char *name, size_t length)
{
	for (int i = 0; i < LOAD_OPTION_ROWS; i++)
		if (load_options_here >> i & 1 && strlen(rows[i].name) == length &&
		    !strncmp(rows[i].name, name, length))
			return &rows[i];
	return NULL;
}

/* Takes one option and, if it has one, its value; returns how many words that were. */
static int take_option(struct load_options *opt, int count, char **words, struct load_error *why)
{
	const char *name = words[0] + 2;
	size_t length = strcspn(name, "=");
	const char *value = name[length] ? name + length + 1 : NULL;
	const struct option_row *row = find_row(name, length);
	char shown[LOAD_VIA_TEXT_BYTES];
	int err;

	if (!row)
		return load_fail(why, -EINVAL, "no option --%.*s; ringload --help lists them",
				 (int)length, name);
	opt->given |= 1ull << (row - rows);
	if (row->kind == OPTION_SWITCH) {
		if (value)
			return load_fail(why, -EINVAL, "--%s takes no value", row->name);
		*(uint64_t *)place(opt, row) = 1;
		return 1;
	}
	if (row->kind == OPTION_TIME_OR_NONE && !value)
		return 1;
	if (!value && count < 2)
		return load_fail(why, -EINVAL, "--%s wants a value: %s", row->name,
				 value_shown(row, shown));
	err = store_value(opt, row, value ? value : words[1], why);
	if (err)
		return err;
	return value ? 1 : 2;
}

static int take_workload(struct load_options *opt, const char *name, struct load_error *why)
{
	if (opt->workload)
		return load_fail(why, -EINVAL, "one workload at a time: %s or %s",
				 opt->workload->name, name);
	for (int i = 0; load_workloads[i]; i++)
		if (!strcmp(load_workloads[i]->name, name))
			opt->workload = load_workloads[i];
	if (!opt->workload)
		return load_fail(why, -EINVAL, "no workload \"%s\"; ringload --help lists them",
				 name);
	return 0;
}

static void set_defaults(struct load_options *opt)
{
	*opt = (struct load_options){
		.depth = 32,
		.batch = 8,
		.size_bytes = 4096,
		.file_size_bytes = 16u << 20,
		.sqpoll_idle_ns = 1000000000,
		.links = 5,
		.reads_percent = 70,
		.every = 8,
		.interval_ns = 1000000,
		.rings = 11,
		.times = 1,
		.via = (uint64_t)__builtin_ctzll(load_vias_here),
		.threads = 1,
		.seed = 1,
	};
}

/* What the workload says about options that were not given, and about those that were. */
static int fit_workload(struct load_options *opt, struct load_error *why)
{
	const struct load_workload *workload = opt->workload;
	uint64_t unused = opt->given & ~(workload->uses | load_options_always);

	for (int i = 0; i < LOAD_OPTION_ROWS; i++)
		if (unused >> i & 1)
			return load_fail(why, -EINVAL, "workload %s has no use for --%s",
					 workload->name, rows[i].name);
	if (workload->threads_max && !opt->shared && opt->threads > workload->threads_max)
		return load_fail(why, -EINVAL, "workload %s has at most %llu thread%s",
				 workload->name, (unsigned long long)workload->threads_max,
				 workload->threads_max == 1 ? "" : "s");
	if (!load_options_given(opt, LOAD_OPTION_COUNT))
		opt->count = opt->duration_ns ? UINT64_MAX : workload->default_count;
	if (opt->via == LOAD_VIA_SYNC && !load_options_given(opt, LOAD_OPTION_DEPTH))
		opt->depth = 1;
	if (!load_options_given(opt, LOAD_OPTION_BATCH) && opt->batch > opt->depth)
		opt->batch = opt->depth;
	if (!(workload->uses & LOAD_USES(DEPTH)) && opt->depth < opt->batch)
		opt->depth = opt->batch;
	if (!(workload->uses & LOAD_USES(LINKS)))
		opt->links = 1;
	return 0;
}

static int check_via(const struct load_options *opt, struct load_error *why)
{
	char way[LOAD_VIA_TEXT_BYTES], ways[LOAD_VIA_TEXT_BYTES];

	if (opt->workload->vias && !(opt->workload->vias >> opt->via & 1))
		return load_fail(why, -EINVAL, "workload %s cannot go by %s: %s",
				 opt->workload->name, load_options_via(1ull << opt->via, "", way),
				 load_options_via(opt->workload->vias, ", ", ways));
	if (opt->via == LOAD_VIA_SYNC && opt->depth > 1)
		return load_fail(why, -EINVAL,
				 "--via sync does one request at a time: --depth 1 only");
	return load_options_check_here(opt, why);
}

static int check_together(const struct load_options *opt, struct load_error *why)
{
	if (opt->batch > opt->depth)
		return load_fail(why, -EINVAL, "--batch %llu is larger than --depth %llu",
				 (unsigned long long)opt->batch, (unsigned long long)opt->depth);
	if (opt->random && opt->sequential)
		return load_fail(why, -EINVAL, "--random or --sequential, not both");
	if (opt->direct && opt->size_bytes % 512)
		return load_fail(why, -EINVAL, "--direct wants --size in multiples of 512");
	if (opt->size_bytes > opt->file_size_bytes)
		return load_fail(why, -EINVAL, "--size is larger than --file-size");
	if (opt->break_member > opt->links)
		return load_fail(why, -EINVAL, "--break %llu: the chain has only %llu members",
				 (unsigned long long)opt->break_member,
				 (unsigned long long)opt->links);
	if (load_options_given(opt, LOAD_OPTION_SQ_CPU) &&
	    !load_options_given(opt, LOAD_OPTION_SQPOLL))
		return load_fail(why, -EINVAL, "--sq-cpu has a meaning only with --sqpoll");
	if (opt->depth * opt->links > ENTRIES_MAX)
		return load_fail(why, -EINVAL,
				 "--depth times --links is more than the %d entries of a queue",
				 ENTRIES_MAX);
	return check_via(opt, why);
}

int load_options_parse(struct load_options *opt, int count, char **words, struct load_error *why)
{
	int err;

	set_defaults(opt);
	while (count > 0) {
		if (!strcmp(words[0], "-h"))
			opt->help = err = 1;
		else if (!strncmp(words[0], "--", 2) && words[0][2])
			err = take_option(opt, count, words, why);
		else if (words[0][0] == '-')
			err = load_fail(why, -EINVAL, "no option %s; options begin with --",
					words[0]);
		else
			err = take_workload(opt, words[0], why);
		if (err < 0)
			return err;
		count -= err ? err : 1;
		words += err ? err : 1;
	}
	if (opt->help || opt->version)
		return 0;
	if (!opt->workload)
		return load_fail(why, -EINVAL, "which workload? ringload --help lists them");
	err = fit_workload(opt, why);
	return err ? err : check_together(opt, why);
}

const char *load_options_name(enum load_option_id id)
{
	return rows[id].name;
}

static void help_rows(FILE *out, uint64_t shown)
{
	for (int i = 0; i < LOAD_OPTION_ROWS; i++) {
		const struct option_row *row = &rows[i];
		char left[128], value[LOAD_VIA_TEXT_BYTES];

		if (!((shown & load_options_here) >> i & 1))
			continue;
		snprintf(left, sizeof(left), "--%s%s%s%s", row->name,
			 row->kind == OPTION_TIME_OR_NONE ? "[="
			 : row->value			  ? " "
							  : "",
			 row->value ? value_shown(row, value) : "",
			 row->kind == OPTION_TIME_OR_NONE ? "]" : "");
		if (strlen(left) > 19)
			fprintf(out, "  %s\n  %-19s %s\n", left, "", row->help);
		else
			fprintf(out, "  %-19s %s\n", left, row->help);
	}
}

/* Words separated by blanks, broken into lines of at most 80 columns. */
static void help_words(FILE *out, const char *words)
{
	enum { COLUMNS = 80 };
	size_t column = 0;

	while (*words) {
		size_t length = strcspn(words, " ");

		if (column + 1 + length > COLUMNS)
			column = 0;
		if (!column)
			column = (size_t)fprintf(out, "\n ");
		column += (size_t)fprintf(out, " %.*s", (int)length, words);
		words += length + (words[length] == ' ');
	}
	fputc('\n', out);
}

void load_options_help(FILE *out, const struct load_workload *workload)
{
	char known[256];

	fprintf(out, "usage: ringload %s [options]\n\n", workload ? workload->name : "WORKLOAD");
	if (workload) {
		fprintf(out, "%s: %s.\n", workload->name, workload->summary);
		if (workload->uses & LOAD_USES(COUNT))
			fprintf(out, "It counts %s, %llu if neither --count nor --duration.\n",
				workload->unit, (unsigned long long)workload->default_count);
		if (workload->uses & load_options_here & LOAD_USES(VIA))
			fprintf(out, "It can go by %s.\n",
				load_options_via(workload->vias, ", ", known));
	} else {
		fprintf(out, "Does known asynchronous I/O and prints what it did.\n\nworkloads:\n");
		for (int i = 0; load_workloads[i]; i++)
			fprintf(out, "  %-10s %s\n", load_workloads[i]->name,
				load_workloads[i]->summary);
	}
	fprintf(out, "\noptions:\n");
	help_rows(out, workload ? workload->uses | load_options_always : ANY);
	if (workload && workload->help)
		workload->help(out);
	if (!(load_options_here & LOAD_USES(SETUP)))
		return;
	fprintf(out, "\nsetup flags:");
	help_words(out, load_setup_known(known, sizeof(known)));
}

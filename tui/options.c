/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The command line. One row an option: its names, its help and the function that takes its value.
 *
 * The filters mean what they mean everywhere in ringlens. They are checked here, so that a mistake
 * is told at once, and remembered as typed: a live collector is given the same words.
 */
#include "tui/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event/names.h"
#include "event/units.h"

static const uint64_t INTERVAL_NS = 1000000000;
static const uint64_t INTERVAL_NS_MIN = 100000000; /* faster than an eye reads costs for nothing */
static const uint64_t INTERVAL_NS_MAX = 3600000000000;

/* Takes an option's value; NULL for a flag. */
typedef int (*take_fn)(struct tui_options *options, const char *value, struct ev_error *why);

struct row {
	int letter; /* 0: none */
	const char *name;
	const char *value; /* its name in the help; NULL: a flag */
	take_fn take;
	int passed;	  /* a filter: the collector gets it too */
	const char *what; /* NULL: not in the help */
};

static int take_input(struct tui_options *options, const char *value, struct ev_error *why)
{
	(void)why;
	options->input = value;
	return 0;
}

static int take_interval(struct tui_options *options, const char *value, struct ev_error *why)
{
	uint64_t ns;

	if (ev_units_parse_time(value, &ns))
		return ev_fail(why, -EINVAL,
			       "--interval %s: give a time with a unit, like 500ms or 2s", value);
	if (ns < INTERVAL_NS_MIN || ns > INTERVAL_NS_MAX)
		return ev_fail(why, -EINVAL, "--interval %s: it must lie within 100ms and 1h",
			       value);
	options->interval_ns = ns;
	return 0;
}

static int take_once(struct tui_options *options, const char *value, struct ev_error *why)
{
	(void)value, (void)why;
	options->once = 1;
	return 0;
}

static int take_ascii(struct tui_options *options, const char *value, struct ev_error *why)
{
	(void)value, (void)why;
	options->ascii = 1;
	return 0;
}

static int take_no_color(struct tui_options *options, const char *value, struct ev_error *why)
{
	(void)value, (void)why;
	options->no_color = 1;
	return 0;
}

static int take_help(struct tui_options *options, const char *value, struct ev_error *why)
{
	(void)value, (void)why;
	options->ask = TUI_ASK_HELP;
	return 0;
}

static int take_version(struct tui_options *options, const char *value, struct ev_error *why)
{
	(void)value, (void)why;
	options->ask = TUI_ASK_VERSION;
	return 0;
}

static int take_screen(struct tui_options *options, const char *value, struct ev_error *why)
{
	char rest;

	if (sscanf(value, "%dx%d%c", &options->columns, &options->rows, &rest) != 2 ||
	    options->columns < 1 || options->rows < 1 || options->columns > 1000 ||
	    options->rows > 1000)
		return ev_fail(why, -EINVAL, "--screen %s: give columns and rows, like 80x24",
			       value);
	return 0;
}

static int take_keys(struct tui_options *options, const char *value, struct ev_error *why)
{
	(void)why;
	options->keys = value;
	return 0;
}

static int take_pid(struct tui_options *options, const char *value, struct ev_error *why)
{
	struct tui_filter_options *filter = &options->filter;
	const char *end = value;
	uint64_t pid;

	do {
		if (ev_units_parse_number(end, INT32_MAX, &pid, &end) || pid == 0 ||
		    (*end && *end != ','))
			return ev_fail(why, -EINVAL,
				       "--pid %s: give process ids, like 123 or 123,456", value);
		if (filter->pid_count == TUI_FILTER_PIDS_MAX)
			return ev_fail(why, -EINVAL, "--pid takes at most %d processes",
				       TUI_FILTER_PIDS_MAX);
		filter->pids[filter->pid_count++] = (uint32_t)pid;
	} while (*end++ == ',');
	return 0;
}

static int take_comm(struct tui_options *options, const char *value, struct ev_error *why)
{
	if (!value[0])
		return ev_fail(why, -EINVAL, "--comm needs the name of a process");
	options->filter.comm = value;
	return 0;
}

static int take_cgroup(struct tui_options *options, const char *value, struct ev_error *why)
{
	(void)why;
	options->cgroup = value;
	return 0;
}

static int take_ring(struct tui_options *options, const char *value, struct ev_error *why)
{
	uint64_t id, fd = 0;
	const char *end;
	int colon;

	if (ev_units_parse_number(value, UINT32_MAX, &id, &end) || id == 0)
		return ev_fail(why, -EINVAL,
			       "--ring %s: a ring is its id or PID:FD, as `ringlens list` shows",
			       value);
	colon = *end == ':';
	if (colon && ev_units_parse_number(end + 1, INT32_MAX, &fd, &end))
		return ev_fail(why, -EINVAL, "--ring %s: PID:FD needs a descriptor", value);
	if (*end)
		return ev_fail(why, -EINVAL, "--ring %s: there is more than an id or PID:FD",
			       value);
	if (colon) {
		options->filter.ring_pid = (uint32_t)id;
		options->filter.ring_fd = (int32_t)fd;
	} else {
		options->filter.ring = (uint32_t)id;
	}
	return 0;
}

static int take_op(struct tui_options *options, const char *value, struct ev_error *why)
{
	char words[512];
	char *save = NULL;

	if (snprintf(words, sizeof(words), "%s", value) >= (int)sizeof(words))
		return ev_fail(why, -EINVAL, "--op: the list is longer than %zu bytes",
			       sizeof(words) - 1);
	for (char *word = strtok_r(words, ",", &save); word; word = strtok_r(NULL, ",", &save)) {
		int op = ev_op_by_name(EV_QUEUE_IO_URING, word);
		const char *end = word;
		uint64_t code;

		if (op < 0 && ev_units_parse_number(word, TUI_FILTER_OPS - 1, &code, &end) == 0 &&
		    !*end)
			op = (int)code;
		if (op < 0 || op >= TUI_FILTER_OPS)
			return ev_fail(why, -EINVAL,
				       "--op %s: there is no such operation; names are those of "
				       "io_uring without IORING_OP_, like READ,FSYNC",
				       word);
		options->filter.ops[op / 8] |= (uint8_t)(1u << op % 8);
		options->filter.has_ops = 1;
	}
	return options->filter.has_ops ? 0
				       : ev_fail(why, -EINVAL, "--op needs an operation's name");
}

static int take_device(struct tui_options *options, const char *value, struct ev_error *why)
{
	struct tui_filter_options *filter = &options->filter;

	if (strncmp(value, "/dev/", 5) == 0)
		value += 5;
	if (!value[0])
		return ev_fail(why, -EINVAL, "--device needs a name, like nvme0n1");
	if (filter->device_count == TUI_FILTER_DEVICES_MAX)
		return ev_fail(why, -EINVAL, "--device can be given %d times",
			       TUI_FILTER_DEVICES_MAX);
	filter->devices[filter->device_count++] = value;
	return 0;
}

static int take_min_latency(struct tui_options *options, const char *value, struct ev_error *why)
{
	if (ev_units_parse_time(value, &options->filter.min_latency_ns))
		return ev_fail(why, -EINVAL,
			       "--min-latency %s: give a time with a unit, like 250us or 5ms",
			       value);
	return 0;
}

static const struct row rows[] = {
	{ 'i', "input", "FILE", take_input, 0, "show a recording instead; - is standard input" },
	{ 0, "interval", "TIME", take_interval, 0, "how often to refresh (1s)" },
	{ 0, "once", NULL, take_once, 0, "print the rings once as text, after one interval" },
	{ 0, "ascii", NULL, take_ascii, 0, "draw with ASCII only" },
	{ 0, "no-color", NULL, take_no_color, 0, "no colours (also: NO_COLOR is set)" },
	{ 'p', "pid", "PID[,PID]", take_pid, 1, "rings of these processes" },
	{ 'c', "comm", "NAME", take_comm, 1, "rings of processes with this name" },
	{ 0, "cgroup", "PATH", take_cgroup, 1, "rings of processes in this cgroup (live only)" },
	{ 0, "ring", "ID|PID:FD", take_ring, 1, "this ring" },
	{ 0, "op", "NAME[,NAME]", take_op, 1, "these operations, like READ,FSYNC" },
	{ 0, "device", "NAME", take_device, 1, "of the block devices, this one" },
	{ 0, "min-latency", "TIME", take_min_latency, 1, "single requests that took this long" },
	{ 'h', "help", NULL, take_help, 0, "this help" },
	{ 'V', "version", NULL, take_version, 0, "the version" },
	{ 0, "screen", "COLSxROWS", take_screen, 0, NULL },
	{ 0, "keys", "KEYS", take_keys, 0, NULL },
};
enum { ROW_COUNT = sizeof(rows) / sizeof(rows[0]), LONG_FIRST = 1000 };

static int pass(struct tui_options *options, const struct row *row, const char *value,
		struct ev_error *why)
{
	static char names[ROW_COUNT][24]; /* "--pid": lives as long as the program */
	size_t index = (size_t)(row - rows);

	if (options->passed_count + 2 > TUI_PASSED_MAX)
		return ev_fail(why, -EINVAL, "too many filters");
	snprintf(names[index], sizeof(names[index]), "--%s", row->name);
	options->passed[options->passed_count++] = names[index];
	options->passed[options->passed_count++] = value;
	return 0;
}

/* getopt's tables, from the rows. */
static void getopt_tables(char *letters, struct option *longs)
{
	size_t at = 0;

	letters[at++] = ':';
	for (int i = 0; i < ROW_COUNT; i++) {
		longs[i] = (struct option){ rows[i].name,
					    rows[i].value ? required_argument : no_argument, NULL,
					    LONG_FIRST + i };
		if (!rows[i].letter)
			continue;
		letters[at++] = (char)rows[i].letter;
		if (rows[i].value)
			letters[at++] = ':';
	}
	letters[at] = '\0';
	longs[ROW_COUNT] = (struct option){ 0 };
}

static const struct row *row_of(int code)
{
	for (int i = 0; i < ROW_COUNT; i++)
		if (code == LONG_FIRST + i || (rows[i].letter && code == rows[i].letter))
			return &rows[i];
	return NULL;
}

static int check(const struct tui_options *options, struct ev_error *why)
{
	if (options->input && options->cgroup)
		return ev_fail(why, -EINVAL,
			       "--cgroup works on a live system only: a recording does not say in "
			       "which cgroup a process was");
	if (options->keys && !options->rows)
		return ev_fail(why, -EINVAL, "--keys needs --screen");
	return 0;
}

int tui_options_parse(struct tui_options *options, int argc, char **argv, struct ev_error *why)
{
	const char *no_color = getenv("NO_COLOR");
	struct option longs[ROW_COUNT + 1];
	char letters[2 * ROW_COUNT + 2];
	int code, err = 0;

	*options = (struct tui_options){ .interval_ns = INTERVAL_NS };
	options->no_color = no_color && no_color[0];
	getopt_tables(letters, longs);
	opterr = 0;
	while (!err && (code = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		const struct row *row = row_of(code);

		if (!row)
			return ev_fail(why, -EINVAL, "%s: %s; see --help", argv[optind - 1],
				       code == ':' ? "it needs a value"
						   : "there is no such option");
		err = row->take(options, optarg, why);
		if (!err && row->passed)
			err = pass(options, row, optarg, why);
	}
	if (err || options->ask != TUI_ASK_RUN)
		return err;
	if (optind < argc)
		return ev_fail(why, -EINVAL,
			       "%s: no plain words are taken; a recording is given with -i",
			       argv[optind]);
	return check(options, why);
}

void tui_options_help(void)
{
	printf("Usage: ringlens-top [OPTION]...\n"
	       "The screen of ringlens: what asynchronous I/O is doing, live or on a recording.\n"
	       "Live it starts `ringlens record`, which needs privileges; the screen needs "
	       "none.\n\n");
	for (int i = 0; i < ROW_COUNT; i++) {
		char names[48];

		if (!rows[i].what)
			continue;
		snprintf(names, sizeof(names), "%s%.1s%s--%s%s%s", rows[i].letter ? "-" : "  ",
			 rows[i].letter ? (const char[]){ (char)rows[i].letter, '\0' } : "",
			 rows[i].letter ? ", " : "  ", rows[i].name, rows[i].value ? " " : "",
			 rows[i].value ? rows[i].value : "");
		printf("  %-26s %s\n", names, rows[i].what);
	}
	printf("\nKeys are shown by F1. Exit status: 0 done, 1 failed, 2 usage.\n");
}

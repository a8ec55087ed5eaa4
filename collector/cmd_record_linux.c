/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * `ringlens record`: every event of a live session into a trace, and at the end the books. What is
 * written and when is in record.c; this file reads the words and tells the result.
 *
 * The summary goes to stderr always: standard output may be the trace.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/cmd.h"
#include "collector/copy.h"
#include "collector/record.h"

enum { NS_PER_MS = 1000000 };

struct record_words {
	const char *output;
	uint64_t duration_ns;
	uint64_t snapshot_ns;
	uint64_t buffer_bytes;
	enum ev_mode mode;
	enum ev_codec codec;
	int control_fd;
	int no_follow;
	int commands;
	int no_devices;
	const char *input;
};

static int parse_mode(const struct option_row *row, void *target, const char *value,
		      struct ev_error *why)
{
	(void)row;
	if (!strcmp(value, "full"))
		*(enum ev_mode *)target = EV_MODE_FULL;
	else if (!strcmp(value, "aggregate"))
		*(enum ev_mode *)target = EV_MODE_AGGREGATE;
	else
		return ev_fail(why, -EINVAL, "--mode %s: it is full or aggregate", value);
	return 0;
}

static int parse_fd(const struct option_row *row, void *target, const char *value,
		    struct ev_error *why)
{
	uint64_t fd;

	if (option_number(value, INT16_MAX, &fd) < 0 || fcntl((int)fd, F_GETFD) < 0)
		return ev_fail(why, -EINVAL, "--%s %s: it is a number of an open descriptor",
			       row->name, value);
	*(int *)target = (int)fd;
	return 0;
}

/* A copy is of the whole recording: filters are for those that read it. */
static int check_copy(const struct record_words *words, const struct filter *filter,
		      const struct command_words *rest, struct ev_error *why)
{
	char text[1024];

	if (!words->input)
		return 0;
	filter_text(filter, text, sizeof(text));
	if (text[0])
		return ev_fail(why, -EINVAL,
			       "--input copies a recording whole; give the filters (%s) to the "
			       "command that reads it",
			       text);
	if (rest->command || words->duration_ns || words->control_fd >= 0)
		return ev_fail(why, -EINVAL,
			       "--input copies a recording; there is nothing to run or to time");
	return 0;
}

static int check_words(const struct record_words *words, const struct filter *filter,
		       struct ev_error *why)
{
	if (!words->output)
		return ev_fail(why, -EINVAL,
			       "where to write is missing: --output FILE, or - for a pipe");
	if (!strcmp(words->output, "-") && isatty(STDOUT_FILENO))
		return ev_fail(why, -EINVAL,
			       "standard output is a terminal and a trace is binary; use -o FILE "
			       "or a pipe, like `| ringlens report -`");
	if (words->snapshot_ns && words->snapshot_ns < LIVE_SNAPSHOT_NS_MIN)
		return ev_fail(why, -EINVAL,
			       "--snapshot must be 20ms or more: a snapshot more often would cost "
			       "more than it shows");
	if (words->buffer_bytes > SIZE_MAX / 2)
		return ev_fail(why, -EINVAL, "--buffer is larger than memory can be");
	return words->no_devices ? filter_check_no_devices(filter, words->commands, why) : 0;
}

static int run(const struct command *self, char **argv)
{
	struct record_words words = { .mode = EV_MODE_FULL,
				      .codec = ev_codec_best(),
				      .control_fd = -1 };
	static struct filter filter;
	struct command_words rest;
	struct ev_error why;
	int status;

	status = command_parse(self, argv, &words, &filter, &rest);
	if (status != COMMAND_GO)
		return status;
	if (check_words(&words, &filter, &why) || check_copy(&words, &filter, &rest, &why))
		return command_usage(self, &why);
	if (words.input) {
		const struct copy_options copy = { words.input, words.output, words.codec };

		return copy_run(&copy, &why) ? command_fail(&why) : COMMAND_DONE;
	}
	if (!words.snapshot_ns)
		words.snapshot_ns = (words.mode == EV_MODE_FULL ? 1000 : 250) * (uint64_t)NS_PER_MS;
	struct record_options options = {
		.live = { .filter = &filter,
			  .mode = words.mode,
			  .buffer_bytes = words.buffer_bytes,
			  .no_follow = words.no_follow,
			  .all_commands = words.commands,
			  .no_devices = words.no_devices,
			  .keep_stdout = strcmp(words.output, "-") != 0,
			  .command = rest.command,
			  .duration_ns = words.duration_ns,
			  .snapshot_ns = words.snapshot_ns,
			  .snapshot_open = RECORD_OPEN_A_SNAPSHOT,
			  .watch_fd = words.control_fd },
		.path = words.output,
		.codec = words.codec,
	};
	return record_run(&options, &why) ? command_fail(&why) : COMMAND_DONE;
}

static const struct option_row options[] = {
	{ 'o', "output", "FILE|-", option_text, offsetof(struct record_words, output),
	  "where to write; an old file is replaced, - is standard output" },
	{ 'i', "input", "FILE|-", option_text, offsetof(struct record_words, input),
	  "copy this recording, of any format that is read (Windows ETL), instead of recording" },
	{ 0, "duration", "TIME", option_interval, offsetof(struct record_words, duration_ns),
	  "end after this time, like 10s" },
	{ 0, "mode", "full|aggregate", parse_mode, offsetof(struct record_words, mode),
	  "full (default): one record a request; aggregate: counters, depths and histograms, "
	  "with single records of the slowest requests only" },
	{ 0, "snapshot", "TIME", option_interval, offsetof(struct record_words, snapshot_ns),
	  "time between snapshots of depths and open requests (default 1s, aggregate 250ms)" },
	{ 0, "commands", NULL, option_flag, offsetof(struct record_words, commands),
	  "every device command, not only those that a recorded request asked for" },
	{ 0, "no-devices", NULL, option_flag, offsetof(struct record_words, no_devices),
	  "nothing of block devices: smaller and cheaper, but time in the device is not told" },
	{ 0, "no-follow", NULL, option_flag, offsetof(struct record_words, no_follow),
	  "record only the processes named, not those they start" },
	{ 0, "buffer", "SIZE", option_size, offsetof(struct record_words, buffer_bytes),
	  "memory between kernel and ringlens, all CPUs together (default 32M, more with many "
	  "CPUs)" },
	{ 0, "codec", "zstd|zlib|none", record_option_codec, offsetof(struct record_words, codec),
	  "compression of the trace (default zstd)" },
	{ 0, "control-fd", "N", parse_fd, offsetof(struct record_words, control_fd),
	  "read commands of a live screen from this descriptor" },
};

const struct command cmd_record = {
	.name = "record",
	.usage = "record -o FILE|- [options] [filters] [-- CMD [ARG...]]",
	.what = "write a trace, until Ctrl-C, --duration, or CMD ends",
	.about =
		"Records what every ring does into a trace that `report`, `trace -i` and `top -i` "
		"read.\n"
		"With CMD it records that command and what it starts, from its first ring on; "
		"else\n"
		"every ring of the machine. It ends at Ctrl-C, after --duration, or with CMD, and\n"
		"then prints the books, what was lost, and what the trace cost.",
	.options = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.takes = COMMAND_TAKES_COMMAND | COMMAND_TAKES_FILTERS,
	.run = run,
};

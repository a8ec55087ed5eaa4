/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * `ringlens.exe record`: a session of Windows' event tracing into a trace, or into an .etl file
 * that Windows writes itself. What is done is in record.c and live_windows.c; this file reads the
 * words.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/cmd.h"
#include "collector/copy.h"
#include "collector/live_windows.h"
#include "collector/record.h"
#include "event/writer.h"

struct record_words {
	const char *input;
	const char *output;
	const char *session;
	uint64_t duration_ns;
	uint64_t buffer_bytes;
	uint32_t wants;
	enum ev_codec codec;
};

static int parse_wants(const struct option_row *row, void *target, const char *value,
		       struct ev_error *why)
{
	uint32_t wants = 0;

	(void)row;
	while (*value) {
		size_t length = strcspn(value, ","), i = 0;

		while (etw_want_name(i) && (strlen(etw_want_name(i)) != length ||
					    strncmp(etw_want_name(i), value, length) != 0))
			i++;
		if (length == 3 && !strncmp(value, "all", 3))
			wants |= ETW_WANT_ALL;
		else if (etw_want_name(i))
			wants |= 1u << i;
		else
			return ev_fail(why, -EINVAL,
				       "--events %.*s: it is disk, file, network, device, queue, "
				       "socket, own or all, separated by commas",
				       (int)length, value);
		value += length + (value[length] == ',');
	}
	*(uint32_t *)target = wants;
	return 0;
}

static int is_etl(const char *path)
{
	size_t length = strlen(path);

	return length > 4 && !_stricmp(path + length - 4, ".etl");
}

static int check_words(const struct record_words *words, struct ev_error *why)
{
	if (!words->output)
		return ev_fail(why, -EINVAL,
			       "where to write is missing: --output FILE, or - for a pipe");
	if (!strcmp(words->output, "-") && isatty(STDOUT_FILENO))
		return ev_fail(why, -EINVAL,
			       "standard output is a terminal and a trace is binary; use -o FILE "
			       "or a pipe, like `| ringlens report -`");
	return 0;
}

/* A recording that is copied is whole: nothing chooses from it, and only ringlens writes it. */
static int check_copy(const struct record_words *words, const struct command_words *rest,
		      struct ev_error *why)
{
	if (!words->input)
		return 0;
	if (rest->command || words->duration_ns || words->wants || words->session)
		return ev_fail(why, -EINVAL,
			       "--input copies a recording; there is nothing to run, to time or to "
			       "choose");
	if (is_etl(words->output))
		return ev_fail(why, -EINVAL,
			       "--input makes a ringlens trace: %s must not end in .etl",
			       words->output);
	return 0;
}

static int run(const struct command *self, char **argv)
{
	struct record_words words = { .codec = ev_codec_best() };
	static struct filter filter;
	struct command_words rest;
	struct ev_error why;
	int status, err;

	status = command_parse(self, argv, &words, NULL, &rest);
	if (status != COMMAND_GO)
		return status;
	if (check_words(&words, &why) || check_copy(&words, &rest, &why))
		return command_usage(self, &why);
	if (words.input) {
		const struct copy_options copy = { words.input, words.output, words.codec };

		return copy_run(&copy, &why) ? command_fail(&why) : COMMAND_DONE;
	}
	live_wish = (struct etw_wish){ .session = words.session,
				       .wants = words.wants,
				       .etl_path = is_etl(words.output) ? words.output : NULL };
	struct record_options options = {
		.live = { .filter = &filter,
			  .mode = EV_MODE_FULL,
			  .buffer_bytes = (size_t)words.buffer_bytes,
			  .keep_stdout = strcmp(words.output, "-") != 0,
			  .command = rest.command,
			  .duration_ns = words.duration_ns,
			  .watch_fd = -1 },
		.path = words.output,
		.codec = words.codec,
	};
	err = live_wish.etl_path ? live_record_etl(&options.live, &why)
				 : record_run(&options, &why);
	return err ? command_fail(&why) : COMMAND_DONE;
}

static const struct option_row options[] = {
	{ 'o', "output", "FILE|-", option_text, offsetof(struct record_words, output),
	  "where to write; an old file is replaced, - is standard output. A name that ends in .etl "
	  "is written by Windows itself, in its own format" },
	{ 'i', "input", "FILE|-", option_text, offsetof(struct record_words, input),
	  "copy this recording as a ringlens trace instead of recording; it may be an .etl" },
	{ 0, "duration", "TIME", option_interval, offsetof(struct record_words, duration_ns),
	  "end after this time, like 10s" },
	{ 0, "events", "LIST", parse_wants, offsetof(struct record_words, wants),
	  "what to record, separated by commas: disk, file, network, device, own (the default), "
	  "queue, socket (many events), all" },
	{ 0, "session", "NAME", option_text, offsetof(struct record_words, session),
	  "name of the session (default ringlens); one of this name that a crash left is stopped" },
	{ 0, "buffer", "SIZE", option_size, offsetof(struct record_words, buffer_bytes),
	  "memory between Windows and ringlens (default 64M)" },
	{ 0, "codec", "zlib|none", record_option_codec, offsetof(struct record_words, codec),
	  "compression of the trace (default zlib)" },
};

const struct command cmd_record = {
	.name = "record",
	.usage = "record -o FILE|- [options] [-- CMD [ARG...]]",
	.what = "write a trace, until Ctrl-C, --duration, or CMD ends",
	.about = "Records what Windows tells of asynchronous I/O: disk commands, file and socket\n"
		 "requests, completion ports. With CMD it starts that command, and ends with it; "
		 "it\n"
		 "records the whole machine in any case (choose when reading: -p PID, -c COMM).\n"
		 "Needs an administrator; `ringlens check` says what is possible.",
	.options = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.takes = COMMAND_TAKES_COMMAND,
	.run = run,
};

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* `ringlens trace` on Linux: its words. trace.c does the work. */
#include "collector/cmd.h"
#include "collector/trace.h"

static const struct option_row options[] = {
	{ 'i', "input", "FILE|-", option_text, offsetof(struct trace_words, input),
	  "read a recording instead of tracing live" },
	{ 'o', "output", "FILE", option_text, offsetof(struct trace_words, output),
	  "write the lines here; the default is standard output" },
	{ 0, "duration", "TIME", option_interval, offsetof(struct trace_words, duration_ns),
	  "end after this time, like 10s" },
	{ 0, "commands", NULL, option_flag, offsetof(struct trace_words, commands),
	  "a line for each device command, too: its queue, its time, and who asked" },
	{ 0, "no-devices", NULL, option_flag, offsetof(struct trace_words, no_devices),
	  "nothing of block devices: smaller and cheaper, but time in the device is not told" },
	{ 0, "no-follow", NULL, option_flag, offsetof(struct trace_words, no_follow),
	  "trace only the processes named, not those they start" },
	{ 0, "buffer", "SIZE", option_size, offsetof(struct trace_words, buffer_bytes),
	  "memory between kernel and ringlens, all CPUs together (default 32M, more with many "
	  "CPUs)" },
};

const struct command cmd_trace = {
	.name = "trace",
	.usage = "trace [options] [filters] [-- CMD [ARG...]]",
	.what = "one line a request, as strace would print it",
	.about = "Prints each request when it ends: time, process, ring, operation, operands, "
		 "result,\n"
		 "and in angle brackets how long it took and which way the kernel carried it. "
		 "Without\n"
		 "CMD or filters it traces every ring of the machine, until Ctrl-C.",
	.options = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.takes = COMMAND_TAKES_COMMAND | COMMAND_TAKES_FILTERS,
	.run = trace_run,
};

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef COLLECTOR_TRACE_H
#define COLLECTOR_TRACE_H
/* `ringlens trace`. Its options differ between systems: cmd_trace_linux.c, cmd_trace_windows.c. */
#include "collector/command.h"

struct trace_words {
	const char *input;
	const char *output;
	uint64_t duration_ns;
	uint64_t buffer_bytes;
	int no_follow;
	int commands;
	int no_devices;
};

int trace_run(const struct command *self, char **argv);

#endif

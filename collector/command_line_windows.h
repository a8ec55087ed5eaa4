/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef COLLECTOR_COMMAND_LINE_WINDOWS_H
#define COLLECTOR_COMMAND_LINE_WINDOWS_H
/* A child process on Windows. */
#include "event/error.h"

struct ev_error;

/* Starts it held back; negative errno with a sentence. */
int command_line_start(char **argv, int keep_stdout, void **ret_process, void **ret_thread,
		       unsigned long *ret_pid, struct ev_error *why);

#endif

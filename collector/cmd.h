/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef COLLECTOR_CMD_H
#define COLLECTOR_CMD_H
/* The rows of all commands; each is at the end of cmd_<name>.c. */
#include "collector/command.h"

extern const struct command cmd_check;
extern const struct command cmd_help;
extern const struct command cmd_list;
extern const struct command cmd_record;
extern const struct command cmd_report;
extern const struct command cmd_top;
extern const struct command cmd_trace;

#endif

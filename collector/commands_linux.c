/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* What `ringlens` can do on Linux. */
#include "collector/cmd.h"

const struct command *const commands[] = {
	&cmd_list, &cmd_top, &cmd_record, &cmd_trace, &cmd_report, &cmd_check, &cmd_help, NULL,
};
const char *const commands_hint = "Start with `ringlens check`, then `ringlens list`.";

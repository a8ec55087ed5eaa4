/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* `ringlens help [COMMAND]`: the overview, or all about one command, from the same tables that
 * parse its options. */
#include <errno.h>

#include "collector/cmd.h"

static int run(const struct command *self, char **argv)
{
	const struct command *command;
	struct command_words words;
	struct ev_error why;
	int status;

	status = command_parse(self, argv, NULL, NULL, &words);
	if (status != COMMAND_GO)
		return status;
	if (!words.file) {
		command_overview();
		return command_finish();
	}
	command = command_find(words.file);
	if (!command) {
		ev_fail(&why, -EINVAL, "there is no command \"%s\" (ringlens --help lists them)",
			words.file);
		command_fail(&why);
		return COMMAND_USAGE;
	}
	command_help(command);
	return command_finish();
}

const struct command cmd_help = {
	.name = "help",
	.usage = "help [COMMAND]",
	.what = "what a command does and takes",
	.about = "Prints the list of commands, or all about one.",
	.takes = COMMAND_TAKES_FILE,
	.run = run,
};

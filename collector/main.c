/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * `ringlens`: finds the command and runs it. What a command does is in cmd_<name>.c; what all share
 * is in command.c. A closed output pipe is not a reason to die by signal: writes fail with EPIPE
 * and commands end quietly.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "collector/command.h"

/* A file that we open must not become our standard output: what we say would go into it. */
static void occupy_standard_descriptors(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && fd <= STDERR_FILENO);
	close(fd);
}

static int is_one_of(const char *word, const char *a, const char *b)
{
	return !strcmp(word, a) || !strcmp(word, b);
}

int main(int argc, char **argv)
{
	const struct command *command;

	occupy_standard_descriptors();
	signal(SIGPIPE, SIG_IGN);
	if (argc < 2) {
		fprintf(stderr, "ringlens: a command is missing (ringlens --help lists them)\n");
		return COMMAND_USAGE;
	}
	if (is_one_of(argv[1], "--help", "-h")) {
		command_overview();
		return command_finish();
	}
	if (is_one_of(argv[1], "--version", "-V")) {
		printf("ringlens %s\n", RINGLENS_VERSION);
		return command_finish();
	}
	command = command_find(argv[1]);
	if (!command) {
		fprintf(stderr,
			"ringlens: there is no command \"%s\" (ringlens --help lists them)\n",
			argv[1]);
		return COMMAND_USAGE;
	}
	return command->run(command, argv + 2);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * What all commands share: the list, reading their words, help, and the way they end. Only a
 * command that is built is listed here.
 */
#include "collector/command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "collector/standard.h"
const struct command *command_find(const char *name)
{
	for (const struct command *const *command = commands; *command; command++)
		if (!strcmp((*command)->name, name))
			return *command;
	return NULL;
}

int command_fail(const struct ev_error *why)
{
	fflush(stdout);
	fprintf(stderr, "ringlens: %s\n", why->text);
	return COMMAND_FAILED;
}

int command_usage(const struct command *self, const struct ev_error *why)
{
	fprintf(stderr, "ringlens %s: %s (ringlens help %s says more)\n", self->name, why->text,
		self->name);
	return COMMAND_USAGE;
}

int command_finish(void)
{
	struct ev_error why;

	if (!ferror(stdout) && fflush(stdout) == 0)
		return COMMAND_DONE;
	if (errno == EPIPE || standard_reader_is_gone())
		return COMMAND_DONE;
	ev_fail(&why, -errno, "the output could not be written: %s", strerror(errno));
	return command_fail(&why);
}

/* The option groups of a command; `groups` has room for two. */
static size_t list_groups(const struct command *self, void *target, struct filter *filter,
			  struct option_group *groups)
{
	groups[0] = (struct option_group){ "Options", self->options, self->option_count, target };
	groups[1] = (struct option_group){ "Filters (all that are given must match)",
					   filter_options, filter_option_count, filter };
	return self->takes & COMMAND_TAKES_FILTERS ? 2 : 1;
}

static int check_rest(const struct command *self, const struct option_rest *rest,
		      struct ev_error *why)
{
	if (rest->command && !(self->takes & COMMAND_TAKES_COMMAND))
		return ev_fail(why, -EINVAL, "it takes no command after --");
	if (rest->word_count > !!(self->takes & COMMAND_TAKES_FILE)) {
		const char *word = rest->words[rest->word_count - 1];

		if (self->takes & COMMAND_TAKES_COMMAND)
			return ev_fail(why, -EINVAL, "%s: a command to run goes after --", word);
		return ev_fail(why, -EINVAL, "%s: one word too many", word);
	}
	return 0;
}

int command_parse(const struct command *self, char **argv, void *target, struct filter *filter,
		  struct command_words *ret_words)
{
	struct option_group groups[2];
	size_t group_count = list_groups(self, target, filter, groups);
	struct option_rest rest;
	struct ev_error why;
	int err;

	err = options_parse(groups, group_count, argv, &rest, &why);
	if (err == OPTIONS_HELP) {
		command_help(self);
		return command_finish();
	}
	if (!err)
		err = check_rest(self, &rest, &why);
	if (err)
		return command_usage(self, &why);
	ret_words->file = rest.word_count ? rest.words[0] : NULL;
	ret_words->command = rest.command;
	return COMMAND_GO;
}

void command_help(const struct command *self)
{
	struct option_group groups[2];
	size_t count = list_groups(self, NULL, NULL, groups);

	printf("Usage: ringlens %s\n\n%s\n", self->usage, self->about);
	for (size_t i = 0; i < count; i++)
		options_print(&groups[i]);
}

void command_overview(void)
{
	printf("Usage: ringlens COMMAND [options]\n\n"
	       "Shows what asynchronous I/O is doing: every ring, every request, where each "
	       "stands\n"
	       "and why it is slow.\n\nCommands:\n");
	for (const struct command *const *command = commands; *command; command++)
		printf("  %-8s  %s\n", (*command)->name, (*command)->what);
	printf("\nOptions:\n"
	       "  -h, --help     this list; after a command: what it does and takes\n"
	       "  -V, --version  the version\n\n"
	       "%s\n",
	       commands_hint);
}

static int is_one_of(const char *word, const char *a, const char *b)
{
	return !strcmp(word, a) || !strcmp(word, b);
}

int command_main(int argc, char **argv)
{
	const struct command *command;

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

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * One parser for all commands. It knows the habits people expect (-p 12, -p12, --pid 12, --pid=12,
 * options after plain words, `--` before a command) and nothing about any option: what a row means
 * is its own function's business. getopt_long is not used because it prints its own messages and
 * cannot say what a value should have looked like.
 */
#include "collector/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/wrap.h"
#include "event/units.h"

/* The words still to be read; NULL is behind the last. */
struct words {
	char **next;
};

struct match {
	const struct option_row *row;
	void *target;
};

static struct match find_letter(const struct option_group *groups, size_t count, char letter)
{
	for (size_t g = 0; g < count; g++)
		for (size_t i = 0; i < groups[g].count; i++)
			if (groups[g].rows[i].letter == letter)
				return (struct match){ &groups[g].rows[i],
						       (char *)groups[g].target +
							       groups[g].rows[i].offset };
	return (struct match){ NULL, NULL };
}

static struct match find_name(const struct option_group *groups, size_t count, const char *name,
			      size_t length)
{
	for (size_t g = 0; g < count; g++)
		for (size_t i = 0; i < groups[g].count; i++) {
			const struct option_row *row = &groups[g].rows[i];

			if (strlen(row->name) == length && !strncmp(row->name, name, length))
				return (struct match){ row,
						       (char *)groups[g].target + row->offset };
		}
	return (struct match){ NULL, NULL };
}

/* Takes the value from the next word when the option's own word did not carry one. */
static int store(struct match match, const char *value, struct words *words, struct ev_error *why)
{
	const struct option_row *row = match.row;

	if (!row->value) {
		if (value)
			return ev_fail(why, -EINVAL, "--%s takes no value", row->name);
	} else if (!value) {
		if (!*words->next)
			return ev_fail(why, -EINVAL, "--%s needs a value: --%s %s", row->name,
				       row->name, row->value);
		value = *words->next++;
	}
	if (row->value && !*value)
		return ev_fail(why, -EINVAL, "--%s needs a value: --%s %s", row->name, row->name,
			       row->value);
	return row->parse(row, match.target, value, why);
}

static int parse_long(const struct option_group *groups, size_t count, const char *word,
		      struct words *words, struct ev_error *why)
{
	const char *equals = strchr(word, '=');
	size_t length = equals ? (size_t)(equals - word) : strlen(word);
	struct match match;

	if (!strcmp(word, "help"))
		return OPTIONS_HELP;
	match = find_name(groups, count, word, length);
	if (!match.row)
		return ev_fail(why, -EINVAL, "there is no option --%.*s", (int)length, word);
	return store(match, equals ? equals + 1 : NULL, words, why);
}

/* `word` is what follows the dash: one or more flags, the last of which may take a value. */
static int parse_letters(const struct option_group *groups, size_t count, const char *word,
			 struct words *words, struct ev_error *why)
{
	for (; *word; word++) {
		struct match match = find_letter(groups, count, *word);
		int err;

		if (!match.row && *word == 'h')
			return OPTIONS_HELP;
		if (!match.row)
			return ev_fail(why, -EINVAL, "there is no option -%c", *word);
		if (match.row->value)
			return store(match, word[1] ? word + 1 : NULL, words, why);
		err = store(match, NULL, words, why);
		if (err)
			return err;
	}
	return 0;
}

int options_parse(const struct option_group *groups, size_t group_count, char **argv,
		  struct option_rest *ret_rest, struct ev_error *why)
{
	struct words words = { argv };
	struct option_rest rest = { .words = argv };
	int err = 0;

	while (*words.next && !err) {
		char *word = *words.next++;

		if (!strcmp(word, "--")) {
			rest.command = words.next;
			if (!*words.next)
				return ev_fail(why, -EINVAL, "a command must follow --");
			break;
		}
		if (word[0] == '-' && word[1] == '-')
			err = parse_long(groups, group_count, word + 2, &words, why);
		else if (word[0] == '-' && word[1])
			err = parse_letters(groups, group_count, word + 1, &words, why);
		else
			rest.words[rest.word_count++] = word;
	}
	if (!err)
		*ret_rest = rest;
	return err;
}

void options_print(const struct option_group *group)
{
	if (group->count)
		printf("\n%s:\n", group->title);
	for (size_t i = 0; i < group->count; i++) {
		const struct option_row *row = &group->rows[i];
		char label[80];

		snprintf(label, sizeof(label), "  %c%c%s --%s%s%s", row->letter ? '-' : ' ',
			 row->letter ? row->letter : ' ', row->letter ? "," : " ", row->name,
			 row->value ? " " : "", row->value ? row->value : "");
		wrap_print(stdout, label, 27, row->what);
	}
}

int option_flag(const struct option_row *row, void *target, const char *value, struct ev_error *why)
{
	(void)row;
	(void)value;
	(void)why;
	*(int *)target = 1;
	return 0;
}

int option_text(const struct option_row *row, void *target, const char *value, struct ev_error *why)
{
	(void)row;
	(void)why;
	*(const char **)target = value;
	return 0;
}

int option_time(const struct option_row *row, void *target, const char *value, struct ev_error *why)
{
	uint64_t ns;
	int err = ev_units_parse_time(value, &ns);

	if (err == -ERANGE)
		return ev_fail(why, -EINVAL, "--%s %s: that is more than 500 years", row->name,
			       value);
	if (err < 0)
		return ev_fail(why, -EINVAL,
			       "--%s %s: a time is a number with its unit (ns, us, ms, s, m, h), "
			       "like 250us or 10s",
			       row->name, value);
	*(uint64_t *)target = ns;
	return 0;
}

int option_interval(const struct option_row *row, void *target, const char *value,
		    struct ev_error *why)
{
	uint64_t ns = 0;
	int err = option_time(row, &ns, value, why);

	if (err)
		return err;
	if (!ns)
		return ev_fail(why, -EINVAL, "--%s %s: the time must be above 0", row->name, value);
	*(uint64_t *)target = ns;
	return 0;
}

int option_size(const struct option_row *row, void *target, const char *value, struct ev_error *why)
{
	uint64_t bytes;

	if (ev_units_parse_size(value, &bytes) < 0 || bytes == 0)
		return ev_fail(why, -EINVAL,
			       "--%s %s: a size is a number of bytes or has a unit (K, M, G), "
			       "like 64M",
			       row->name, value);
	*(uint64_t *)target = bytes;
	return 0;
}

int option_number(const char *text, uint64_t max, uint64_t *ret_number)
{
	const char *end;
	uint64_t number;

	if (ev_units_parse_number(text, max, &number, &end) < 0 || *end)
		return -EINVAL;
	*ret_number = number;
	return 0;
}

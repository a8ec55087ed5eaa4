/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * `ringlens check`: what this system and these privileges let ringlens see. check_linux.c or
 * check_windows.c looks; this file words it. It always answers, also without any privilege.
 */
#include <stdio.h>
#include <string.h>

#include "collector/check.h"
#include "collector/cmd.h"
#include "collector/json.h"
#include "collector/wrap.h"

enum { INDENT = 26 };

static const char *state_name(enum tracer_state state)
{
	return state == TRACER_ON ? "on" : state == TRACER_PARTIAL ? "partial" : "off";
}

static void print_json(const struct check *check)
{
	struct json json;

	json_init(&json, stdout);
	json_object(&json, NULL);
	json_u64(&json, "schema", 1);
	json_text(&json, "kernel", check->kernel);
	if (check->io_uring >= 0)
		json_u64(&json, "io_uring_disabled", (uint64_t)check->io_uring);
	else
		json_null(&json, "io_uring_disabled");
	json_text(&json, "error", check->tracer_why);
	json_array(&json, "features");
	for (size_t i = 0; i < check->count; i++) {
		const struct tracer_feature *feature = &check->features[i];

		json_object(&json, NULL);
		json_text(&json, "name", feature->name);
		json_text(&json, "what", feature->what);
		json_text(&json, "state", state_name(feature->state));
		json_text(&json, "why", feature->why);
		json_text(&json, "remedy", feature->remedy);
		json_object_end(&json);
	}
	json_array_end(&json);
	json_object_end(&json);
}

static void print_text(const struct check *check)
{
	printf("%s %s, ringlens %s\n\n", check->system, check->kernel, RINGLENS_VERSION);
	for (size_t i = 0; i < check->count; i++) {
		const struct tracer_feature *feature = &check->features[i];
		char label[64], remedy[200];

		snprintf(label, sizeof(label), "%-7s %s", state_name(feature->state),
			 feature->name);
		wrap_print(stdout, label, INDENT, feature->what);
		if (feature->why[0])
			wrap_print(stdout, "", INDENT, feature->why);
		snprintf(remedy, sizeof(remedy), "remedy: %s", feature->remedy);
		if (feature->remedy[0])
			wrap_print(stdout, "", INDENT, remedy);
	}
	if (check->tracer_why[0])
		wrap_print(stdout, check->not_tried, INDENT, check->tracer_why);
}

static int run(const struct command *self, char **argv)
{
	static struct check check;
	struct command_words rest;
	int as_json = 0, status;

	status = command_parse(self, argv, &as_json, NULL, &rest);
	if (status != COMMAND_GO)
		return status;
	check_gather(&check);
	(as_json ? print_json : print_text)(&check);
	return command_finish();
}

static const struct option_row options[] = {
	{ 0, "json", NULL, option_flag, 0, "print JSON, schema 1 (docs/json.md)" },
};

const struct command cmd_check = {
	.name = "check",
	.usage = "check [--json]",
	.what = "what this kernel and these privileges let ringlens see",
	.about = "Tries each feature on this machine and says whether it is on, partial or off, "
		 "why,\n"
		 "and what would turn it on. Changes nothing; works without privilege too.",
	.options = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.run = run,
};

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * `ringlens check`: what this kernel and these privileges let ringlens see. Privileges, the
 * kernel's type information and the io_uring switch are looked at here; each feature is tried by
 * the tracer. It always answers, also without any privilege.
 */
#include <stdio.h>
#include <string.h>

#include "bpf/tracer.h"
#include "collector/cmd.h"
#include "collector/json.h"
#include "collector/privilege.h"
#include "collector/wrap.h"

enum { FEATURES_MAX = 64, INDENT = 26 };

struct check {
	struct privilege privilege;
	struct tracer_feature features[FEATURES_MAX];
	size_t count;
	char tracer_why[EV_ERROR_TEXT_BYTES]; /* why the tracer could not try; empty: it could */
};

static struct tracer_feature *add(struct check *check, const char *name, const char *what,
				  enum tracer_state state)
{
	struct tracer_feature *feature = &check->features[check->count++];

	*feature = (struct tracer_feature){ .name = name, .what = what, .state = state };
	return feature;
}

static void say(struct tracer_feature *feature, const char *why, const char *remedy)
{
	snprintf(feature->why, sizeof(feature->why), "%s", why);
	snprintf(feature->remedy, sizeof(feature->remedy), "%s", remedy);
}

static void check_privilege(struct check *check)
{
	const struct privilege *privilege = &check->privilege;
	int enough = privilege->bpf && privilege->perfmon;
	struct tracer_feature *feature = add(check, "privilege", "attaching probes to the kernel",
					     enough ? TRACER_ON : TRACER_OFF);

	if (enough)
		say(feature, privilege->root ? "root" : "CAP_BPF and CAP_PERFMON", "");
	else if (privilege->root)
		say(feature,
		    "root, but without CAP_BPF and CAP_PERFMON: a container took them away",
		    "give the container CAP_BPF and CAP_PERFMON, or run on the host");
	else
		say(feature, "no CAP_BPF and CAP_PERFMON",
		    "run it with sudo, or once: sudo setcap cap_bpf,cap_perfmon=ep $(command -v "
		    "ringlens)");
}

static void check_switch(struct check *check)
{
	static const char *const why[] = { "every process may create rings",
					   "only privileged processes may create rings "
					   "(kernel.io_uring_disabled=1)",
					   "no process may create rings "
					   "(kernel.io_uring_disabled=2)" };
	int value = check->privilege.io_uring;
	struct tracer_feature *feature;

	feature = add(check, "io_uring", "applications can use io_uring",
		      value <= 0   ? TRACER_ON
		      : value == 1 ? TRACER_PARTIAL
				   : TRACER_OFF);
	say(feature, value >= 0 && value <= 2 ? why[value] : "this kernel has no switch for it",
	    value > 0 ? "sysctl kernel.io_uring_disabled=0" : "");
}

static void check_all(struct check *check)
{
	struct ev_error why = { 0 };
	int count;

	privilege_read(&check->privilege);
	check_privilege(check);
	check_switch(check);
	count = tracer_check(check->features + check->count, FEATURES_MAX - check->count, &why);
	if (count >= 0)
		check->count += (size_t)count;
	else
		memcpy(check->tracer_why, why.text, sizeof(check->tracer_why));
}

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
	json_text(&json, "kernel", check->privilege.kernel);
	if (check->privilege.io_uring >= 0)
		json_u64(&json, "io_uring_disabled", (uint64_t)check->privilege.io_uring);
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
	printf("Linux %s, ringlens %s\n\n", check->privilege.kernel, RINGLENS_VERSION);
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
		wrap_print(stdout, "\nThe probes were not tried:", INDENT, check->tracer_why);
}

static int run(const struct command *self, char **argv)
{
	static struct check check;
	struct command_words rest;
	int as_json = 0, status;

	status = command_parse(self, argv, &as_json, NULL, &rest);
	if (status != COMMAND_GO)
		return status;
	check_all(&check);
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

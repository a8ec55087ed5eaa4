/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * What this Linux and these privileges let ringlens see: privileges, the kernel's type information
 * and the io_uring switch are looked at here; each feature is tried by the tracer.
 */
#include <stdio.h>
#include <string.h>

#include "collector/check.h"
#include "collector/privilege.h"

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

static void check_privilege(struct check *check, const struct privilege *privilege)
{
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
	int value = check->io_uring;
	struct tracer_feature *feature;

	feature = add(check, "io_uring", "applications can use io_uring",
		      value <= 0   ? TRACER_ON
		      : value == 1 ? TRACER_PARTIAL
				   : TRACER_OFF);
	say(feature, value >= 0 && value <= 2 ? why[value] : "this kernel has no switch for it",
	    value > 0 ? "sysctl kernel.io_uring_disabled=0" : "");
}

void check_gather(struct check *check)
{
	struct privilege privilege;
	struct ev_error why = { 0 };
	int count;

	privilege_read(&privilege);
	check->system = "Linux";
	check->not_tried = "\nThe probes were not tried:";
	check->io_uring = privilege.io_uring;
	snprintf(check->kernel, sizeof(check->kernel), "%s", privilege.kernel);
	check_privilege(check, &privilege);
	check_switch(check);
	count = tracer_check(check->features + check->count, CHECK_FEATURES_MAX - check->count,
			     &why);
	if (count >= 0)
		check->count += (size_t)count;
	else
		memcpy(check->tracer_why, why.text, sizeof(check->tracer_why));
}

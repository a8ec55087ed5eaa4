/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* What this Windows and this user's rights let ringlens see: the plan of a recording, feature by
 * feature, without starting anything. */
#include <stdio.h>

#include "collector/check.h"
#include "windows-etw/etw_host.h"

static struct tracer_feature *add(struct check *check, const char *name, const char *what,
				  enum tracer_state state)
{
	struct tracer_feature *feature = &check->features[check->count++];

	*feature = (struct tracer_feature){ .name = name, .what = what, .state = state };
	return feature;
}

static void check_rights(struct check *check, const struct etw_host *host)
{
	struct tracer_feature *feature = add(check, "rights", "starting a session",
					     host->is_admin	 ? TRACER_ON
					     : host->is_log_user ? TRACER_PARTIAL
								 : TRACER_OFF);

	snprintf(feature->why, sizeof(feature->why), "%s",
		 host->is_admin	     ? "administrator"
		 : host->is_log_user ? "member of Performance Log Users: no kernel events"
				     : "neither an elevated administrator nor a member of "
				       "Performance Log Users");
	if (!host->is_admin)
		snprintf(feature->remedy, sizeof(feature->remedy),
			 "start the console with \"Run as administrator\"");
}

static void check_system(struct check *check, const struct etw_host *host,
			 const struct ev_error *why)
{
	int old = host->build < ETW_BUILD_7;
	struct tracer_feature *feature = add(check, "sessions", "event tracing of this system",
					     host->wine || old		 ? TRACER_OFF
					     : host->build < ETW_BUILD_8 ? TRACER_PARTIAL
									 : TRACER_ON);

	snprintf(feature->why, sizeof(feature->why), "%s",
		 host->wine || old	     ? why->text
		 : host->build < ETW_BUILD_8 ? "one kernel session for all tools, and no events "
					       "of other providers in it"
					     : "a kernel session of its own");
}

static enum tracer_state state_of(const struct etw_host *host, enum etw_state state)
{
	if (host->wine || state == ETW_STATE_OFF)
		return TRACER_OFF;
	return state == ETW_STATE_PARTIAL ? TRACER_PARTIAL : TRACER_ON;
}

void check_gather(struct check *check)
{
	struct etw_wish wish = { .wants = ETW_WANT_ALL };
	static struct etw_plan plan;
	struct etw_host host;
	struct ev_error why;

	etw_host_read(&host);
	check->system = host.wine ? "Wine as Windows" : "Windows";
	check->not_tried = "";
	check->io_uring = -1;
	snprintf(check->kernel, sizeof(check->kernel), "build %u", (unsigned)host.build);
	etw_plan_make(&host, &wish, &plan, &why);
	check_system(check, &host, &why);
	check_rights(check, &host);
	for (size_t i = 0; i < ETW_WANTS; i++) {
		const struct etw_feature *from = &plan.features[i];
		struct tracer_feature *feature =
			add(check, from->name, from->what, state_of(&host, from->state));

		snprintf(feature->why, sizeof(feature->why), "%s", from->why);
		snprintf(feature->remedy, sizeof(feature->remedy), "%s", from->remedy);
	}
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* Lines from a screen without privilege: every word is checked, and none can do more than change
 * what is recorded. control.h has the grammar. */
#include "collector/control.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "collector/options.h"
#include "event/units.h"

enum { SLOW_MAX = 4096 };

static int obey_detail(struct live *live, const char *queue, const char *on)
{
	uint64_t id;

	if (!on || (strcmp(on, "on") && strcmp(on, "off")) ||
	    option_number(queue, UINT32_MAX, &id) < 0)
		return -EINVAL;
	/* A ring that is gone by now is no mistake. */
	tracer_detail(live_tracer(live), (uint32_t)id, !strcmp(on, "on"));
	return 0;
}

static int obey_slow(struct live *live, const char *number, const char *none)
{
	uint64_t count;

	if (none || option_number(number, SLOW_MAX, &count) < 0)
		return -EINVAL;
	tracer_keep_slow(live_tracer(live), (uint32_t)count);
	return 0;
}

static int obey_interval(struct live *live, const char *time, const char *none)
{
	uint64_t interval_ns;

	if (none || ev_units_parse_time(time, &interval_ns) < 0)
		return -EINVAL;
	if (interval_ns < LIVE_SNAPSHOT_NS_MIN)
		interval_ns = LIVE_SNAPSHOT_NS_MIN;
	live_set_snapshot(live, interval_ns);
	return 0;
}

static const struct order {
	const char *name;
	int (*obey)(struct live *live, const char *first, const char *second);
} orders[] = {
	{ "detail", obey_detail },
	{ "slow", obey_slow },
	{ "interval", obey_interval },
};

static void obey(struct live *live, char *line)
{
	char *rest = line, *name = strsep(&rest, " ");
	char *first = strsep(&rest, " "), *second = strsep(&rest, " ");
	int err = -EINVAL;

	for (size_t i = 0; first && !rest && i < sizeof(orders) / sizeof(orders[0]); i++)
		if (!strcmp(orders[i].name, name))
			err = orders[i].obey(live, first, second);
	if (err)
		fprintf(stderr, "ringlens: the control line `%.32s` makes no sense\n", name);
}

int control_read(struct control *control, struct live *live)
{
	size_t room = sizeof(control->line) - control->used;
	ssize_t got = read(control->fd, control->line + control->used, room);
	char *newline;

	if (got < 0)
		return errno != EINTR && errno != EAGAIN;
	if (got == 0)
		return 1;
	control->used += (size_t)got;
	while ((newline = memchr(control->line, '\n', control->used))) {
		size_t length = (size_t)(newline - control->line) + 1;

		*newline = '\0';
		obey(live, control->line);
		control->used -= length;
		memmove(control->line, control->line + length, control->used);
	}
	/* No line is this long: drop it and wait for the next. */
	if (control->used == sizeof(control->line))
		control->used = 0;
	return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* Ticks to time. whole * unit + rest * unit / rate never leaves 64 bits while rate is at most
 * TICKS_PER_S_MAX, and loses nothing but the last fraction. */
#include "windows-etw/etl_clock.h"

#include <errno.h>
#include <inttypes.h>

static const uint64_t NS_PER_S = 1000000000;
static const uint64_t FILETIME_PER_S = 10000000;
static const uint64_t FILETIME_OF_1970 = 116444736000000000;
static const uint64_t TICKS_PER_S_MAX = 18000000000;

/* ticks * unit / rate. */
static uint64_t scale(uint64_t ticks, uint64_t unit, uint64_t rate)
{
	uint64_t whole = ticks / rate, rest = ticks % rate;

	if (whole >= (uint64_t)INT64_MAX / unit)
		return INT64_MAX;
	return whole * unit + rest * unit / rate;
}

int etl_clock_init(struct etl_clock *clock, const struct etl_clock_terms *terms, const char *name,
		   struct ev_error *why)
{
	uint32_t type = terms->type;
	uint64_t rate = 0;

	/* Traces of the oldest loggers leave the type 0: the performance counter, where there is
	 * one. */
	if (!type)
		type = terms->counter_frequency ? ETL_CLOCK_COUNTER : ETL_CLOCK_SYSTEM;
	if (type == ETL_CLOCK_COUNTER)
		rate = terms->counter_frequency;
	else if (type == ETL_CLOCK_SYSTEM)
		rate = FILETIME_PER_S;
	else if (type == ETL_CLOCK_CYCLES)
		rate = (uint64_t)terms->cpu_mhz * 1000000;
	else
		return ev_fail(why, -EBADMSG,
			       "%s: its header names clock %" PRIu32 ", which does not exist", name,
			       type);
	if (!rate || rate > TICKS_PER_S_MAX)
		return ev_fail(why, -EBADMSG,
			       "%s: its header says that its clock ticks %" PRIu64
			       " times a second, so its times mean nothing",
			       name, rate);
	*clock = (struct etl_clock){ .type = type,
				     .ticks_per_s = rate,
				     .ns_per_tick = NS_PER_S % rate ? 0 : NS_PER_S / rate,
				     .base_ticks = terms->base_ticks,
				     .base_filetime = terms->base_filetime };
	return 0;
}

uint64_t etl_clock_duration_ns(const struct etl_clock *clock, uint64_t ticks)
{
	if (clock->ns_per_tick && ticks < (uint64_t)INT64_MAX / clock->ns_per_tick)
		return ticks * clock->ns_per_tick;
	return scale(ticks, NS_PER_S, clock->ticks_per_s);
}

uint64_t etl_clock_ns(const struct etl_clock *clock, uint64_t ticks)
{
	if (clock->type != ETL_CLOCK_SYSTEM)
		return etl_clock_duration_ns(clock, ticks);
	return ticks > FILETIME_OF_1970 ? etl_clock_duration_ns(clock, ticks - FILETIME_OF_1970)
					: 0;
}

uint64_t etl_clock_ticks(const struct etl_clock *clock, uint64_t duration_ns)
{
	return scale(duration_ns, clock->ticks_per_s, NS_PER_S);
}

uint64_t etl_clock_filetime(const struct etl_clock *clock, uint64_t ticks)
{
	if (clock->type == ETL_CLOCK_SYSTEM)
		return ticks;
	if (ticks >= clock->base_ticks)
		return clock->base_filetime +
		       scale(ticks - clock->base_ticks, FILETIME_PER_S, clock->ticks_per_s);
	return clock->base_filetime -
	       scale(clock->base_ticks - ticks, FILETIME_PER_S, clock->ticks_per_s);
}

uint64_t etl_clock_unix_ns(uint64_t filetime)
{
	if (filetime <= FILETIME_OF_1970)
		return 0;
	return scale(filetime - FILETIME_OF_1970, NS_PER_S, FILETIME_PER_S);
}

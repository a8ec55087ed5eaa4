/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WINDOWS_ETW_ETL_CLOCK_H
#define WINDOWS_ETW_ETL_CLOCK_H
/*
 * The clock of a Windows trace: performance counter, system time or processor cycles; which, and
 * how fast it ticks, is said once, in the trace's first record. Whole numbers only: a trace may
 * tick for a year, and a double has not the digits.
 */
#include <stdint.h>

#include "event/error.h"

enum etl_clock_type {
	ETL_CLOCK_COUNTER = 1, /* QueryPerformanceCounter */
	ETL_CLOCK_SYSTEM = 2,  /* 100 ns since 1601 */
	ETL_CLOCK_CYCLES = 3,  /* processor cycles, at the nominal frequency */
};

struct etl_clock {
	uint32_t type;		/* enum etl_clock_type */
	uint64_t ticks_per_s;	/* 1 to 18 * 10^9: the arithmetic is exact in this range */
	uint64_t ns_per_tick;	/* when that is a whole number, else 0 */
	uint64_t base_ticks;	/* a moment … */
	uint64_t base_filetime; /* … and its wall clock, 100 ns since 1601 */
};

/* What the trace header says. -EBADMSG when it cannot tell time. */
struct etl_clock_terms {
	uint32_t type;
	uint32_t cpu_mhz;
	uint64_t counter_frequency;
	uint64_t base_ticks;
	uint64_t base_filetime;
};
int etl_clock_init(struct etl_clock *clock, const struct etl_clock_terms *terms, const char *name,
		   struct ev_error *why);

/* Moment on the session's timeline (performance counter and cycles: since they were 0; system time:
 * since 1970), and a duration. Saturates at 2^63. */
uint64_t etl_clock_ns(const struct etl_clock *clock, uint64_t ticks);
uint64_t etl_clock_duration_ns(const struct etl_clock *clock, uint64_t ticks);
/* Ticks of a duration, rounded down. */
uint64_t etl_clock_ticks(const struct etl_clock *clock, uint64_t duration_ns);
/* Wall clock, exact to its 100 ns. */
uint64_t etl_clock_filetime(const struct etl_clock *clock, uint64_t ticks);
/* Nanoseconds since 1970, 0 for a time before it. */
uint64_t etl_clock_unix_ns(uint64_t filetime);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WORKLOADS_CLOCK_H
#define WORKLOADS_CLOCK_H
/* The one clock of ringload: nanoseconds that never go back. clock_linux.c,
 * clock_windows.c. */
#include <stdint.h>

uint64_t load_clock_ns(void);

/* Sleeps until that time or until a stop is asked for (stop.h). */
void load_clock_sleep_until(uint64_t time_ns);

#endif

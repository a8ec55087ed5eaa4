/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * CLOCK_MONOTONIC: read through the vDSO in about 20 ns, and the clock that the kernel's own
 * bpf_ktime_get_ns() uses, so an application time and a tracer's time can be laid side by side.
 */
#include "workloads/clock.h"

#include <time.h>

#include "workloads/stop.h"

/* A signal that lands between the check and the sleep is noticed after one slice. */
static const uint64_t slice_ns = 50000000;

uint64_t load_clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000ull + (uint64_t)now.tv_nsec;
}

void load_clock_sleep_until(uint64_t time_ns)
{
	for (uint64_t now = load_clock_ns(); now < time_ns && !load_stop_asked();
	     now = load_clock_ns()) {
		uint64_t nap_ns = time_ns - now < slice_ns ? time_ns - now : slice_ns;
		struct timespec nap = { .tv_nsec = (long)nap_ns };

		nanosleep(&nap, NULL);
	}
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Signals as requests to stop. The handler only counts. System calls are not restarted, so the
 * thread that got the signal wakes at once; all others wake within one tick, since no wait in this
 * room is longer than that (RING_TICK_NS in ring.c, a slice in clock_linux.c).
 */
#include "workloads/stop.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>

static atomic_int requests;

static void count_request(int signal_number)
{
	(void)signal_number;
	atomic_fetch_add_explicit(&requests, 1, memory_order_relaxed);
}

void load_stop_listen(void)
{
	struct sigaction stop = { .sa_handler = count_request };
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	sigemptyset(&stop.sa_mask);
	sigaction(SIGINT, &stop, NULL);
	sigaction(SIGTERM, &stop, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
}

bool load_stop_asked(void)
{
	return atomic_load_explicit(&requests, memory_order_relaxed) > 0;
}

bool load_stop_insisted(void)
{
	return atomic_load_explicit(&requests, memory_order_relaxed) > 1;
}

void load_stop_insist(void)
{
	atomic_fetch_add_explicit(&requests, 2, memory_order_relaxed);
}

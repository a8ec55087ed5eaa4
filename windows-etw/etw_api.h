/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WINDOWS_ETW_API_H
#define WINDOWS_ETW_API_H
/*
 * The calls of Windows that a live session needs, as a table: etw_api_windows.c makes them, tests
 * have a Windows of their own. They return what Windows returns (0, or a Win32 error).
 */
#include "windows-etw/etl_clock.h"
#include "windows-etw/etw_plan.h"
#include "windows-etw/etw_ring.h"

enum {
	ETW_WIN_ACCESS_DENIED = 5,
	ETW_WIN_NOT_SUPPORTED = 50,
	ETW_WIN_INVALID_PARAMETER = 87,
	ETW_WIN_DISK_FULL = 112,
	ETW_WIN_NOT_IMPLEMENTED = 120,
	ETW_WIN_BAD_PATH = 161,
	ETW_WIN_EXISTS = 183,
	ETW_WIN_NO_RESOURCES = 1450,
	ETW_WIN_NOT_RUNNING = 4201,
};

struct etw_api_losses {
	uint64_t events;
	uint64_t buffers; /* real-time and log together */
};

struct etw_api {
	/* Marks the session's name as ours while this process lives; EXISTS: another one has it. */
	uint32_t (*claim)(void *arg, const struct etw_plan *plan);
	uint32_t (*start)(void *arg, const struct etw_plan *plan);
	uint32_t (*add_masks)(void *arg, const uint32_t masks[ETW_MASKS]);
	uint32_t (*enable)(void *arg, const struct etw_provider *provider);
	/* Delivers into the ring, on a thread of its own, until the session is stopped; then closes
	 * the ring. */
	uint32_t (*deliver)(void *arg, const struct etw_plan *plan, struct etw_ring *ring);
	/* Now, on the clock of the events. */
	void (*clock)(void *arg, struct etl_clock_terms *ret_terms);
	uint32_t (*query)(void *arg, const struct etw_plan *plan,
			  struct etw_api_losses *ret_losses);
	/* By name: also a session that another process left. */
	uint32_t (*stop)(void *arg, const struct etw_plan *plan);
	/* Delivery has ended and its thread is gone. */
	void (*join)(void *arg);
	void *arg;
};

#endif

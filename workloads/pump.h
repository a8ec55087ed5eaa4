/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WORKLOADS_PUMP_H
#define WORKLOADS_PUMP_H
/*
 * The loop most workloads share: keep up to --depth units in flight, hand them over --batch at a
 * time, at --rate, until --count, --duration or a stop; then wait for the rest. A unit is one
 * request, or a few that belong together (a chain).
 */
#include <stdint.h>

#include "workloads/ring.h"

struct load_pump {
	struct load_run *run;
	struct load_ring *ring;
	uint32_t unit_requests; /* most requests one unit has */
	/* Queues one unit. The ring has room for it. */
	void (*next)(void *state);
	void *state;
	uint64_t count; /* units to do */
};

int load_pump_run(struct load_pump *pump, struct load_error *why);

#endif

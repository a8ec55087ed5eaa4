/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef TESTS_BENCH_LOAD_H
#define TESTS_BENCH_LOAD_H
/*
 * The loads that are measured: one ring driven by the calling thread, as fast as it goes. A run
 * leaves no request in flight, so what a tracer counted can be compared to the last one.
 */
#include <stddef.h>
#include <stdint.h>

#include "event/error.h"

enum load_op { LOAD_NOP, LOAD_CACHED_READ, LOAD_DIRECT_READ };

struct load_kind {
	const char *name;
	const char *what;
	enum load_op op;
	unsigned batch; /* requests given to the kernel at once */
	int sq_thread;	/* the kernel's thread submits, on the measured CPU; the caller runs
			   elsewhere */
	int wall;	/* measured by the clock on the wall: much of it is done elsewhere */
};
extern const struct load_kind load_kinds[];
extern const size_t load_kind_count;

enum { LOAD_CPU = 1, OTHER_CPU = 0 }; /* measured there; consumers and peers run on the other */

struct load;

/* Sets up the ring and pins the calling thread. `path`: a file or device for LOAD_DIRECT_READ. */
int load_new(struct load **ret_load, const struct load_kind *kind, const char *path,
	     struct ev_error *why);
void load_free(struct load *load);

struct load_sample {
	uint64_t ops;
	uint64_t cpu_ns; /* of the measured thread; with `wall`, or with sq_thread, which spins:
			    wall time */
	uint64_t wall_ns;
};
/* Runs for about `duration_ns`; stops early, between batches, when *stop is set. */
int load_run(struct load *load, uint64_t duration_ns, const volatile int *stop,
	     struct load_sample *ret_sample, struct ev_error *why);

#endif

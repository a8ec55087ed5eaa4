/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WORKLOADS_WORKLOAD_H
#define WORKLOADS_WORKLOAD_H
/*
 * What a workload is: one const table entry at the end of its file workload_<name>.c, and one line
 * in workloads_linux.c.
 *
 * Each thread runs start, work and done in that order, on its own rings. The threads meet between
 * them (run.c): all rings exist before the first request, and all of them still exist, with
 * whatever is still in flight, while the truth is printed and --hold passes. What requests in
 * flight point to must therefore live until done().
 */
#include <stdbool.h>
#include <stdint.h>

#include "workloads/error.h"
#include "workloads/options.h"
#include "workloads/truth.h"

struct load_run;

struct load_workload {
	const char *name;
	const char *summary;
	const char *unit;	 /* what --count, --depth and --rate count, in the plural */
	uint64_t uses;		 /* LOAD_USES() of the options it takes beyond those all take */
	uint64_t default_count;	 /* a prime, so that a miscount shows */
	uint64_t threads_max;	 /* 0: any number */
	uint64_t vias;		 /* 1 << enum load_via of those it can go by */
	void (*help)(FILE *out); /* what --help says besides; NULL: nothing */
	int (*start)(struct load_run *run, struct load_error *why);
	int (*work)(struct load_run *run, struct load_error *why);
	void (*done)(struct load_run *run); /* also after a start() that failed half-way */
};

/* One thread's share. */
struct load_run {
	const struct load_options *opt;
	struct load_truth *truth;
	struct load_run *first; /* the first thread's share, for workloads whose threads meet */
	void *state;		/* the workload's own; zeroed */
	uint64_t deadline_ns;	/* UINT64_MAX: none */
	uint64_t units_done;
	uint32_t thread; /* 0 … threads - 1 */
	int error;	 /* of start() or work() */
	struct load_error why;
};

/* True when nothing new should be submitted: asked to stop, or out of time. */
bool load_run_over(const struct load_run *run);

/* Zeroed memory for run->state, freed by run.c after done(). */
int load_run_state(struct load_run *run, size_t bytes, struct load_error *why);

/* Runs the workload as the options say and prints its truth; returns an exit status. */
enum load_exit load_run(const struct load_options *opt, struct load_error *why);

/* All workloads of this system, in the order help shows them; ends with NULL. */
extern const struct load_workload *const load_workloads[];

#endif

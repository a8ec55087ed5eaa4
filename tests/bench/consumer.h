/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef TESTS_BENCH_CONSUMER_H
#define TESTS_BENCH_CONSUMER_H
/*
 * What `ringlens record` does with the tracer's events, on the CPU that is not measured: a thread
 * that wakes every millisecond, drains, encodes and writes to /dev/null. It also keeps count of
 * this process's own events, so that a variant can be checked to the last request.
 */
#include <stdint.h>

#include "bpf/tracer.h"

struct consumer;

struct consumer_counts {
	/* From the tracer's own words about the rings of this process. */
	uint64_t submitted;
	uint64_t completed;
	uint64_t requests; /* REQUEST events */
	uint64_t lost;	   /* sum of LOST */
	/* What consuming took. */
	uint64_t cpu_ns;
	uint64_t stored_bytes;
	uint64_t packed_bytes;
};

/* `thread`: drain from a thread while the load runs; else only consumer_finish() drains. */
int consumer_new(struct consumer **ret_consumer, struct tracer *tracer, int thread,
		 struct ev_error *why);
void consumer_free(struct consumer *consumer);

int consumer_start(struct consumer *consumer, struct ev_error *why);
int consumer_stop(struct consumer *consumer, struct ev_error *why);
/* After tracer_stop(): takes what is left, with one snapshot. */
int consumer_finish(struct consumer *consumer, struct ev_error *why);
void consumer_counts(const struct consumer *consumer, struct consumer_counts *ret_counts);

#endif

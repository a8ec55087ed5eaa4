/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef TESTS_BENCH_VARIANT_H
#define TESTS_BENCH_VARIANT_H
/*
 * What is attached while a load runs: nothing, a floor, ringlens in one of its modes, a peer. All
 * are loaded once a load and attached anew in every round.
 */
#include <stddef.h>
#include <stdint.h>

#include "event/error.h"

enum variant_family { VARIANT_NOTHING, VARIANT_FLOOR, VARIANT_RINGLENS, VARIANT_PEER };

struct variant_kind {
	const char *name;
	const char *what;
	enum variant_family family;
	/* FLOOR: the pair of programs. */
	const char *submit, *complete;
	int devices; /* and empty programs on the events of the block layer and the NVMe driver */
	/* RINGLENS. */
	int full;     /* one record a request, drained by a thread */
	int left_out; /* the filter names another process */
	int no_devices;
	/* Any: only of interest under a load on a disk. */
	int of_disks;
	/* PEER: a command; %s is replaced by the submit event's name. */
	const char *const *command;
};
extern const struct variant_kind variant_kinds[];
extern const size_t variant_kind_count;
/* The first two: what every difference is taken to, and the unit of every ratio. */
enum { VARIANT_BASELINE = 0, VARIANT_EMPTY = 1 };

struct variant;

int variant_new(struct variant **ret_variant, const struct variant_kind *kind,
		struct ev_error *why);
void variant_free(struct variant *variant);
int variant_start(struct variant *variant, struct ev_error *why);
int variant_stop(struct variant *variant, struct ev_error *why);

/* What ringlens saw of this process, all rounds together, to be compared with what was done. */
struct variant_counts {
	uint64_t submitted, completed, records, lost;
	uint64_t consumer_cpu_ns, packed_bytes, stored_bytes;
};
const struct variant_counts *variant_counts(const struct variant *variant);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef TESTS_BENCH_RESULT_H
#define TESTS_BENCH_RESULT_H
/*
 * From samples to what is said: for each round the difference to the baseline of the same round,
 * then the median and the quartiles over the rounds.
 */
#include <stddef.h>
#include <stdio.h>

#include "tests/bench/load.h"
#include "tests/bench/variant.h"

enum { ROUNDS_MAX = 101, VARIANTS_MAX = 16 };

/* One variant under one load. */
struct result {
	const struct variant_kind *kind;
	struct load_sample samples[ROUNDS_MAX]; /* ops 0: this round has none */
	uint64_t ops;				/* everything done while it was attached */
	struct variant_counts counts;
	char absent[EV_ERROR_TEXT_BYTES]; /* why it was not measured; empty: it was */
};

struct result_table {
	const struct load_kind *load;
	struct result results[VARIANTS_MAX]; /* the first two: baseline and F */
	size_t result_count;
	size_t round_count;
};

struct spread {
	double median, q1, q3;
};
/* CPU time of one request, over the rounds. */
struct spread result_cost_ns(const struct result *result, size_t round_count);
/* … minus that of the same round's baseline. */
struct spread result_added_ns(const struct result_table *table, const struct result *result);

void result_print_text(FILE *out, const struct result_table *table);
void result_print_json(FILE *out, const struct result_table *table);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef COLLECTOR_COMPARE_H
#define COLLECTOR_COMPARE_H
/*
 * `ringlens report A --compare B`: the same workload in two recordings, of one system or of two.
 * Operations are matched by what they do. Two machines are never made one: times of A and B stand
 * side by side, and are related only after each was divided by its own host's baseline.
 */
#include "collector/filter.h"
#include "model/model.h"

enum { COMPARE_SIDES = 2, COMPARE_NOTES_MAX = 12, COMPARE_NOTE_BYTES = 400 };
/* Places of a baseline's values. */
enum { COMPARE_P50, COMPARE_P99, COMPARE_QUANTILES };

/* What one side has of one kind of operation. */
struct compare_cell {
	uint64_t count; /* 0: it has none */
	uint64_t errors;
	uint64_t bytes;
	struct histogram latency;
	uint64_t baseline_ns[COMPARE_QUANTILES]; /* 0: not known */
};

struct compare_row {
	char what[40]; /* READ */
	struct compare_cell cells[COMPARE_SIDES];
};

struct compare_side {
	const char *path;
	const char *baseline_path; /* NULL: none */
	struct model *model;
	struct model *baseline;
};

struct compare {
	struct compare_side sides[COMPARE_SIDES];
	struct compare_row *rows;
	size_t row_count;
	size_t row_room;
	char notes[COMPARE_NOTES_MAX][COMPARE_NOTE_BYTES]; /* what is not comparable, and why */
	size_t note_count;
};

/* Reads all recordings and compares. Fails with a sentence; compare_done in any case. */
int compare_read(struct compare *compare, const struct filter *filter, struct ev_error *why);
void compare_done(struct compare *compare);

/* A quantile divided by the baseline's; 0: not known. */
double compare_relative(const struct compare_cell *cell, int quantile);
/* Value of a quantile; 0: no latencies. */
uint64_t compare_quantile(const struct compare_cell *cell, int quantile);
/* io_uring_enter calls that waited, for each request that ended; negative: not known. */
double compare_waits(const struct model *model);

void compare_text(const struct compare *compare);
void compare_json(const struct compare *compare);

#endif

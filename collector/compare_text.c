/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* Two recordings in words, 80 columns: a pair of lines for each kind of operation, then depth and
 * waits, then all that keeps the two apart. */
#include <stdio.h>

#include "collector/compare.h"
#include "collector/escape.h"
#include "collector/wrap.h"
#include "event/units.h"

enum { INDENT = 4 };

static void print_side(const struct compare *compare, int side)
{
	const struct compare_side *of = &compare->sides[side];
	const struct model_session *session = model_session(of->model);
	char text[1536], name[512], baseline[512], time[EV_UNITS_TEXT_BYTES];

	escape_name(name, sizeof(name), of->path);
	escape_name(baseline, sizeof(baseline), of->baseline_path ? of->baseline_path : "none");
	snprintf(text, sizeof(text), "%s: %s %s%s%s, %s, baseline: %s", name,
		 session->os == EV_OS_WINDOWS ? "Windows" : "Linux", session->kernel,
		 *session->host ? ", host " : "", session->host,
		 ev_units_time(time, session->duration_ns), baseline);
	wrap_print(stdout, side ? "B" : "A", INDENT, text);
}

static void print_time(uint64_t time_ns)
{
	char text[EV_UNITS_TEXT_BYTES];

	printf(" %8s", time_ns ? ev_units_time(text, time_ns) : "-");
}

static void print_relative(double relative)
{
	if (relative > 0)
		printf(" %6.2f", relative);
	else
		printf(" %6s", "-");
}

static void print_cell(const struct compare_row *row, int side)
{
	const struct compare_cell *cell = &row->cells[side];
	char count[EV_UNITS_TEXT_BYTES], errors[EV_UNITS_TEXT_BYTES];

	printf("%-18.18s %s", side ? "" : row->what, side ? "B" : "A");
	if (!cell->count) {
		printf(" %8s\n", "none");
		return;
	}
	printf(" %8s %6s", ev_units_count(count, cell->count),
	       ev_units_count(errors, cell->errors));
	print_time(compare_quantile(cell, COMPARE_P50));
	print_time(compare_quantile(cell, COMPARE_P99));
	print_time(cell->latency.count ? cell->latency.max : 0);
	print_relative(compare_relative(cell, COMPARE_P50));
	print_relative(compare_relative(cell, COMPARE_P99));
	printf("\n");
}

static void print_depth(const struct compare *compare, int side)
{
	const struct model *model = compare->sides[side].model;
	const struct model_gauge *in_flight = &model_total(model)->in_flight;
	double waits = compare_waits(model);

	printf("%-18s %s", side ? "" : "in flight", side ? "B" : "A");
	if (in_flight->known)
		printf(" mean %.1f, max %llu%s", in_flight->mean,
		       (unsigned long long)in_flight->max,
		       in_flight->at_least || in_flight->max_sampled ? "+" : "");
	else
		printf(" unknown");
	if (waits >= 0)
		printf("; %.3f waits (system calls) a request", waits);
	else
		printf("; system calls unknown");
	printf("\n");
}

void compare_text(const struct compare *compare)
{
	for (int side = 0; side < COMPARE_SIDES; side++)
		print_side(compare, side);
	printf("\n%-20s %8s %6s %8s %8s %8s %13s\n", "", "", "", "", "", "", "times baseline");
	printf("%-20s %8s %6s %8s %8s %8s %6s %6s\n", "operation", "count", "errors", "p50", "p99",
	       "max", "p50", "p99");
	for (size_t i = 0; i < compare->row_count; i++)
		for (int side = 0; side < COMPARE_SIDES; side++)
			print_cell(&compare->rows[i], side);
	printf("\n");
	for (int side = 0; side < COMPARE_SIDES; side++)
		print_depth(compare, side);
	printf("\nWhat is not comparable\n");
	for (size_t i = 0; i < compare->note_count; i++)
		wrap_print(stdout, "  -", INDENT, compare->notes[i]);
	if (!compare->note_count)
		printf("  nothing that the recordings tell\n");
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The ratio of a variant is its median added cost over F's. Its spread is told as that of the
 * added cost: F's own spread is in the table too, and a quotient of two noisy numbers would hide
 * which of them was noisy.
 */
#include "tests/bench/result.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Between neighbours, so that few rounds still give honest quartiles. */
static double quantile(const double *sorted, size_t count, double at)
{
	double place = at * (double)(count - 1);
	size_t below = (size_t)place;

	if (below + 1 >= count)
		return sorted[count - 1];
	return sorted[below] + (place - (double)below) * (sorted[below + 1] - sorted[below]);
}

static struct spread spread_of(double *values, size_t count)
{
	struct spread spread = { 0 };

	if (!count)
		return spread;
	qsort(values, count, sizeof(*values), compare_doubles);
	spread.median = quantile(values, count, 0.5);
	spread.q1 = quantile(values, count, 0.25);
	spread.q3 = quantile(values, count, 0.75);
	return spread;
}

static double cost_ns(const struct load_sample *sample)
{
	return (double)sample->cpu_ns / (double)sample->ops;
}

struct spread result_cost_ns(const struct result *result, size_t round_count)
{
	double values[ROUNDS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < round_count; i++)
		if (result->samples[i].ops)
			values[count++] = cost_ns(&result->samples[i]);
	return spread_of(values, count);
}

struct spread result_added_ns(const struct result_table *table, const struct result *result)
{
	const struct result *baseline = &table->results[VARIANT_BASELINE];
	double values[ROUNDS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < table->round_count; i++)
		if (result->samples[i].ops && baseline->samples[i].ops)
			values[count++] =
				cost_ns(&result->samples[i]) - cost_ns(&baseline->samples[i]);
	return spread_of(values, count);
}

static uint64_t measured_ops(const struct result *result, size_t round_count)
{
	uint64_t ops = 0;

	for (size_t i = 0; i < round_count; i++)
		ops += result->samples[i].ops;
	return ops;
}

static double rate(const struct result *result, size_t round_count)
{
	uint64_t wall_ns = 0;

	for (size_t i = 0; i < round_count; i++)
		wall_ns += result->samples[i].wall_ns;
	return wall_ns ? (double)measured_ops(result, round_count) * 1e9 / (double)wall_ns : 0;
}

static int counts_requests(const struct variant_kind *kind)
{
	return kind->family == VARIANT_RINGLENS && !kind->left_out;
}

static int exact(const struct result *result)
{
	const struct variant_counts *counts = &result->counts;

	return counts->submitted == result->ops && counts->completed == result->ops &&
	       (!result->kind->full || counts->records == result->ops);
}

static void print_counts(FILE *out, const struct result *result)
{
	const struct variant_counts *counts = &result->counts;

	if (!counts_requests(result->kind))
		return;
	fprintf(out,
		"  %s: %" PRIu64 " requests done, %" PRIu64 " submitted and %" PRIu64
		" completed seen",
		result->kind->name, result->ops, counts->submitted, counts->completed);
	if (result->kind->full && counts->records)
		fprintf(out,
			",\n    %" PRIu64
			" recorded; consumer %.1f ns, %.2f B packed, %.2f B stored a request",
			counts->records, (double)counts->consumer_cpu_ns / (double)counts->records,
			(double)counts->packed_bytes / (double)counts->records,
			(double)counts->stored_bytes / (double)counts->records);
	fprintf(out, "; lost %" PRIu64 "%s\n", counts->lost, exact(result) ? "" : "; NOT EXACT");
}

void result_print_text(FILE *out, const struct result_table *table)
{
	struct spread floor_ns = result_added_ns(table, &table->results[VARIANT_EMPTY]);

	fprintf(out, "\n%s (%s), %zu rounds\n", table->load->name, table->load->what,
		table->round_count);
	fprintf(out, "  %-12s %9s %9s  %-17s %6s %8s\n", "variant", "ns/req", "added ns",
		"quartiles", "x F", "Mreq/s");
	for (size_t i = 0; i < table->result_count; i++) {
		const struct result *result = &table->results[i];
		struct spread cost = result_cost_ns(result, table->round_count);
		struct spread added = result_added_ns(table, result);

		if (result->absent[0]) {
			fprintf(out, "  %-12s not measured: %s\n", result->kind->name,
				result->absent);
			continue;
		}
		fprintf(out, "  %-12s %9.1f", result->kind->name, cost.median);
		if (i == VARIANT_BASELINE)
			fprintf(out, " %9s  [%.1f..%.1f]%*s", "", cost.q1, cost.q3, 9, "");
		else
			fprintf(out, " %9.1f  [%6.1f..%6.1f]  %6.2f", added.median, added.q1,
				added.q3, added.median / floor_ns.median);
		fprintf(out, " %8.2f\n", rate(result, table->round_count) / 1e6);
	}
	for (size_t i = 0; i < table->result_count; i++)
		print_counts(out, &table->results[i]);
}

static void print_json_counts(FILE *out, const struct result *result)
{
	const struct variant_counts *counts = &result->counts;

	if (!counts_requests(result->kind))
		return;
	fprintf(out,
		",\"done\":%" PRIu64 ",\"submitted\":%" PRIu64 ",\"completed\":%" PRIu64
		",\"lost\":%" PRIu64 ",\"exact\":%s",
		result->ops, counts->submitted, counts->completed, counts->lost,
		exact(result) ? "true" : "false");
	if (result->kind->full)
		fprintf(out,
			",\"records\":%" PRIu64 ",\"consumer_cpu_ns\":%" PRIu64
			",\"packed_bytes\":%" PRIu64 ",\"stored_bytes\":%" PRIu64,
			counts->records, counts->consumer_cpu_ns, counts->packed_bytes,
			counts->stored_bytes);
}

static void print_json_result(FILE *out, const struct result_table *table,
			      const struct result *result)
{
	struct spread floor_ns = result_added_ns(table, &table->results[VARIANT_EMPTY]);
	struct spread cost = result_cost_ns(result, table->round_count);
	struct spread added = result_added_ns(table, result);

	fprintf(out, "{\"variant\":\"%s\"", result->kind->name);
	if (result->absent[0]) {
		fprintf(out, ",\"measured\":false}");
		return;
	}
	fprintf(out, ",\"measured\":true,\"cost_ns\":%.2f,\"cost_ns_q1\":%.2f,\"cost_ns_q3\":%.2f",
		cost.median, cost.q1, cost.q3);
	fprintf(out, ",\"added_ns\":%.2f,\"added_ns_q1\":%.2f,\"added_ns_q3\":%.2f", added.median,
		added.q1, added.q3);
	fprintf(out, ",\"ratio\":%.3f,\"requests_per_second\":%.0f", added.median / floor_ns.median,
		rate(result, table->round_count));
	print_json_counts(out, result);
	fprintf(out, "}");
}

void result_print_json(FILE *out, const struct result_table *table)
{
	fprintf(out, "{\"load\":\"%s\",\"what\":\"%s\",\"rounds\":%zu,\"variants\":[",
		table->load->name, table->load->what, table->round_count);
	for (size_t i = 0; i < table->result_count; i++) {
		if (i)
			fputc(',', out);
		print_json_result(out, table, &table->results[i]);
	}
	fprintf(out, "]}");
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* Two recordings as JSON: docs/json.md. */
#include "collector/compare.h"
#include "collector/json.h"

static void print_side(struct json *json, const struct compare *compare, int side)
{
	const struct compare_side *of = &compare->sides[side];
	const struct model_session *session = model_session(of->model);
	const struct model_gauge *in_flight = &model_total(of->model)->in_flight;
	double waits = compare_waits(of->model);

	json_object(json, side ? "b" : "a");
	json_text(json, "file", of->path);
	json_text(json, "baseline", of->baseline_path);
	json_text(json, "os", session->os == EV_OS_WINDOWS ? "windows" : "linux");
	json_text(json, "kernel", session->kernel);
	json_text(json, "host", session->host);
	json_u64(json, "duration_ns", session->duration_ns);
	json_text(json, "mode", session->mode == EV_MODE_FULL ? "full" : "aggregate");
	json_bool(json, "complete", session->complete);
	json_bool(json, "lost", model_loss_count(of->model) != 0);
	json_object_line(json, "in_flight");
	if (in_flight->known) {
		json_number(json, "mean", in_flight->mean);
		json_u64(json, "max", in_flight->max);
	} else {
		json_null(json, "mean");
		json_null(json, "max");
	}
	json_object_end(json);
	if (waits >= 0)
		json_number(json, "waits_per_request", waits);
	else
		json_null(json, "waits_per_request");
	json_object_end(json);
}

static void print_relative(struct json *json, const char *key, double relative)
{
	if (relative > 0)
		json_number(json, key, relative);
	else
		json_null(json, key);
}

static void print_cell(struct json *json, const struct compare_cell *cell, int side)
{
	if (!cell->count) {
		json_null(json, side ? "b" : "a");
		return;
	}
	json_object_line(json, side ? "b" : "a");
	json_u64(json, "count", cell->count);
	json_u64(json, "errors", cell->errors);
	json_u64(json, "bytes", cell->bytes);
	json_object_line(json, "latency_ns");
	json_u64_if(json, "p50", cell->latency.count != 0, compare_quantile(cell, COMPARE_P50));
	json_u64_if(json, "p99", cell->latency.count != 0, compare_quantile(cell, COMPARE_P99));
	json_u64_if(json, "max", cell->latency.count != 0, cell->latency.max);
	json_object_end(json);
	json_object_line(json, "times_baseline");
	print_relative(json, "p50", compare_relative(cell, COMPARE_P50));
	print_relative(json, "p99", compare_relative(cell, COMPARE_P99));
	json_object_end(json);
	json_object_end(json);
}

void compare_json(const struct compare *compare)
{
	struct json json;

	json_init(&json, stdout);
	json_object(&json, NULL);
	json_u64(&json, "schema", 1);
	json_text(&json, "tool", "ringlens");
	json_text(&json, "version", RINGLENS_VERSION);
	for (int side = 0; side < COMPARE_SIDES; side++)
		print_side(&json, compare, side);
	json_array(&json, "operations");
	for (size_t i = 0; i < compare->row_count; i++) {
		json_object(&json, NULL);
		json_text(&json, "what", compare->rows[i].what);
		for (int side = 0; side < COMPARE_SIDES; side++)
			print_cell(&json, &compare->rows[i].cells[side], side);
		json_object_end(&json);
	}
	json_array_end(&json);
	json_array(&json, "not_comparable");
	for (size_t i = 0; i < compare->note_count; i++)
		json_text(&json, NULL, compare->notes[i]);
	json_array_end(&json);
	json_object_end(&json);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Latency over time: of each interval how many commands took how long, in powers of two. It is as
 * long as the queue's series and in step with it, so that a screen can draw both side by side.
 * Without memory for it nothing is known, and nothing else suffers.
 */
#include "model/model_private.h"

#include <string.h>

static uint32_t row_of(uint64_t ns)
{
	uint32_t octave = 0;

	while (octave < 63 && ns >> (octave + 1))
		octave++;
	if (octave < MODEL_HEAT_FIRST)
		return 0;
	octave -= MODEL_HEAT_FIRST;
	return octave < MODEL_HEAT_ROWS ? octave : MODEL_HEAT_ROWS - 1;
}

static void fill(uint32_t *rows, const struct histogram *latency)
{
	for (uint32_t i = 0; i < latency->length; i++) {
		uint32_t *cell = &rows[row_of(ev_bucket_low(latency->first + i))];
		uint64_t sum = *cell + latency->buckets[i];

		if (latency->buckets[i])
			*cell = sum < UINT32_MAX ? (uint32_t)sum : UINT32_MAX;
	}
}

/* Readers see the cells as const; they are the model's own. */
static uint32_t *next_rows(struct model_heat *heat)
{
	uint32_t *rows =
		(uint32_t *)heat->cells + heat->pushed++ % heat->capacity * MODEL_HEAT_ROWS;

	memset(rows, 0, MODEL_HEAT_ROWS * sizeof(*rows));
	return rows;
}

void model_heat_roll(struct model *model, struct model_heat *heat, const struct window *window,
		     uint64_t elapsed)
{
	uint32_t intervals = model->options.series_count;

	if (!heat->cells && window->latency.count) {
		heat->cells = model_memory_new(&model->memory, (size_t)intervals * MODEL_HEAT_ROWS *
								       sizeof(*heat->cells));
		heat->capacity = heat->cells ? intervals : 0;
	}
	if (!heat->cells)
		return;
	fill(next_rows(heat), &window->latency);
	if (elapsed - 1 > heat->capacity) { /* all that was known is too old */
		heat->pushed += elapsed - 1 - heat->capacity;
		elapsed = heat->capacity + (uint64_t)1;
	}
	while (--elapsed)
		next_rows(heat);
}

void model_heat_free(struct model *model, struct model_heat *heat)
{
	model_memory_free(&model->memory, (void *)heat->cells,
			  (size_t)heat->capacity * MODEL_HEAT_ROWS * sizeof(*heat->cells));
	*heat = (struct model_heat){ 0 };
}

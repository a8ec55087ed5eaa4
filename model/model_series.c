/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Time cut into intervals of equal length, counted from the start of the session, the same for all
 * queues: what a screen draws as rates and graphs.
 *
 * Every queue fills a window; when the interval ends the window becomes an interval of its series.
 * An interval in which nothing ended has count 0 and the depths that hold all the same. Long
 * silence costs no more than a full series, however long it was. A queue that has ended gets the
 * interval of its end and one quiet one, and then rests: 10 000 rings that came and went must not
 * cost anything each second.
 */
#include "model/model_private.h"

#include <string.h>

void model_window_init(struct window *window)
{
	memset(window, 0, sizeof(*window));
	histogram_init(&window->latency);
}

void model_window_done(struct model *model, struct window *window)
{
	model_memory_histogram_done(&model->memory, &window->latency);
}

static uint32_t narrow(uint64_t value)
{
	return value < UINT32_MAX ? (uint32_t)value : UINT32_MAX;
}

static uint64_t add_saturating(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/* Room for one more interval, as far as the option and memory allow. */
static void grow(struct model *model, struct model_series *series)
{
	uint32_t wanted = series->capacity ? series->capacity * 2 : 8;
	uint32_t count = series->count;
	struct model_interval *intervals;

	if (wanted > model->options.series_count)
		wanted = model->options.series_count;
	if (count < series->capacity || wanted <= series->capacity)
		return;
	intervals = model_memory_new(&model->memory, wanted * sizeof(*intervals));
	if (!intervals)
		return;
	for (uint32_t i = 0; i < count; i++)
		intervals[i] = *model_series_at(series, i);
	model_series_free(model, series);
	*series =
		(struct model_series){ .intervals = intervals, .count = count, .capacity = wanted };
}

static void push(struct model *model, struct model_series *series,
		 const struct model_interval *interval)
{
	struct model_interval *intervals;

	grow(model, series);
	if (!series->capacity)
		return;
	/* Readers see the array as const; it is the model's own. */
	intervals = (struct model_interval *)series->intervals;
	intervals[(series->first + series->count) % series->capacity] = *interval;
	if (series->count < series->capacity)
		series->count++;
	else
		series->first = (series->first + 1) % series->capacity;
}

void model_window_hold(struct window *window, const struct levels *levels)
{
	window->hold = *levels;
	raise_to(&window->max.sq_depth, levels->sq_depth);
	raise_to(&window->max.cq_depth, levels->cq_depth);
	raise_to(&window->max.in_flight, levels->in_flight);
}

static struct model_interval interval_of(const struct window *window, uint64_t end_ns)
{
	return (struct model_interval){
		.end_ns = end_ns,
		.count = window->count,
		.bytes = window->bytes,
		.p50_ns = histogram_quantile(&window->latency, 0.50),
		.p99_ns = histogram_quantile(&window->latency, 0.99),
		.sq_depth = narrow(window->max.sq_depth),
		.cq_depth = narrow(window->max.cq_depth),
		.in_flight = narrow(window->max.in_flight),
		.worker = narrow(window->worker),
	};
}

static void restart(struct window *window)
{
	histogram_clear(&window->latency);
	window->count = 0;
	window->bytes = 0;
	window->worker = 0;
	window->max = window->hold;
}

struct model_interval model_window_close(struct model *model, struct window *window,
					 uint64_t elapsed, struct model_series *series)
{
	uint64_t length_ns = model->options.interval_ns;
	uint64_t end_ns = add_saturating(model->interval_start_ns, length_ns);
	struct model_interval interval = interval_of(window, end_ns);
	uint64_t quiet = elapsed - 1;
	uint64_t kept = model->options.series_count;

	restart(window);
	if (series)
		push(model, series, &interval);
	if (quiet < kept)
		kept = quiet;
	/* Of a long silence only as much is written as the series keeps. */
	for (uint64_t skipped = quiet - kept; series && skipped < quiet; skipped++) {
		interval = interval_of(window, add_saturating(end_ns, (skipped + 1) * length_ns));
		push(model, series, &interval);
	}
	return quiet ? interval_of(window, add_saturating(end_ns, quiet * length_ns)) : interval;
}

/* What a queue has seen that is not in its window yet. */
static void complete_window(struct model *model, struct queue *queue)
{
	struct levels *max = &queue->window.max;

	raise_to(&max->sq_depth, samples_window(&queue->sq_met));
	raise_to(&max->cq_depth, samples_window(&queue->cq_met));
	raise_to(&max->in_flight,
		 model_level_max_since(&model->memory, model_level_of(model, queue),
				       model->interval_start_ns));
}

static void close_queue(struct model *model, struct queue *queue, uint64_t elapsed)
{
	complete_window(model, queue);
	queue->pub.last = model_window_close(model, &queue->window, elapsed, &queue->pub.series);
	for (uint32_t i = 0; i < queue->pub.operation_count; i++) {
		struct operation *operation = queue->operations[i];

		operation->pub.last = model_window_close(model, &operation->window, elapsed, NULL);
	}
}

/* An ended queue rests after its first quiet interval, with its answers as they are now. */
static int may_rest(const struct queue *queue)
{
	return queue->pub.ended_ns && !queue->pub.last.count;
}

static void rest(struct model *model, size_t place)
{
	struct queue *queue = model->active[place];

	model_gauge_settle_queue(model, queue);
	model_books_settle_queue(model, queue);
	queue->active = 0;
	model->active[place] = model->active[--model->active_count];
}

void model_series_roll(struct model *model, uint64_t now_ns)
{
	uint64_t length_ns = model->options.interval_ns;
	uint64_t elapsed;

	if (now_ns < model->interval_start_ns)
		return;
	elapsed = (now_ns - model->interval_start_ns) / length_ns;
	if (elapsed) {
		model_operation_fold(model);
		for (size_t i = model->active_count; i-- > 0;) {
			close_queue(model, model->active[i], elapsed);
			if (may_rest(model->active[i]))
				rest(model, i);
		}
		close_queue(model, &model->total, elapsed);
		model_device_roll(model, elapsed);
		model->interval_start_ns += elapsed * length_ns;
	}
	if (!model_counted(model))
		model->roll_ns = add_saturating(model->interval_start_ns, length_ns);
}

void model_series_free(struct model *model, struct model_series *series)
{
	model_memory_free(&model->memory, (void *)series->intervals,
			  series->capacity * sizeof(*series->intervals));
	*series = (struct model_series){ 0 };
}

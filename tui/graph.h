/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef TUI_GRAPH_H
#define TUI_GRAPH_H
/*
 * Pictures of numbers: levels over time, and the shape of a latency distribution.
 */
#include <stddef.h>

#include "model/histogram.h"
#include "model/model.h"
#include "tui/canvas.h"

/* Fills the area with one bar a value, the last value at the right edge; bars stand on the lowest
 * row and reach the top at `max`. A value above 0 always shows. Negative values: nothing known,
 * left empty. */
void tui_graph_bars(const struct tui_area *area, const double *values, size_t count, double max,
		    int style);

/* A series' requests in flight, one bar an interval, scaled to the largest shown. */
void tui_graph_series(const struct tui_area *area, const struct model_series *series, int style);

/* Rows a histogram needs below its bars: axis, times, percentiles. */
enum { TUI_GRAPH_HISTOGRAM_FOOT = 3 };
/* A latency histogram: time on a logarithmic axis, share of requests upwards, marks at p50, p99 and
 * p99.9. */
void tui_graph_histogram(const struct tui_area *area, const struct histogram *histogram);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef MODEL_HISTOGRAM_H
#define MODEL_HISTOGRAM_H
/*
 * A histogram of durations on the scale of event/bucket.h: count, sum, minimum and maximum are
 * exact, percentiles are exact to 1/64 of their value. Memory grows with the range that is used.
 */
#include <stddef.h>
#include <stdint.h>

#include "event/bucket.h"

struct histogram {
	uint64_t count;
	uint64_t sum;
	uint64_t min; /* UINT64_MAX while empty */
	uint64_t max;
	uint64_t *buckets; /* buckets[i] counts bucket first + i; owned */
	uint32_t first;
	uint32_t length;
};

void histogram_init(struct histogram *histogram);
void histogram_done(struct histogram *histogram);
/* Empties it and keeps its memory. */
void histogram_clear(struct histogram *histogram);

/* Bytes of buckets it would hold after a reserve of these buckets, both included. */
size_t histogram_bytes_with(const struct histogram *histogram, uint32_t low, uint32_t high);
/* Makes room for these buckets, both included, so that adding to them cannot fail; 0 or -ENOMEM. */
int histogram_reserve(struct histogram *histogram, uint32_t low, uint32_t high);
/* 1 when there is room for these buckets already. */
static inline int histogram_holds(const struct histogram *histogram, uint32_t low, uint32_t high)
{
	return low >= histogram->first && high - histogram->first < histogram->length;
}

/* 0 or -ENOMEM (nothing added then). */
int histogram_add(struct histogram *histogram, uint64_t value);
/* Adds `count` values that fell into a bucket; -EINVAL for a bucket that does not exist. The caller
 * sets sum, min and max, before anything else is done with it: min in the lowest bucket that has a
 * value, max in the highest. */
int histogram_add_bucket(struct histogram *histogram, uint32_t bucket, uint64_t count);
int histogram_merge(struct histogram *into, const struct histogram *from);

/* For a hot path: adds where there is room already; 0 when there is none (nothing added then). */
static inline int histogram_put(struct histogram *histogram, uint64_t value)
{
	uint32_t place = ev_bucket(value) - histogram->first;

	if (place >= histogram->length)
		return 0;
	histogram->buckets[place]++;
	histogram->count++;
	histogram->sum += value;
	if (value < histogram->min)
		histogram->min = value;
	if (value > histogram->max)
		histogram->max = value;
	return 1;
}

/* The value below or at which the share `q` (0..1) of all values lies; 0 while empty. Within [min,
 * max]. */
uint64_t histogram_quantile(const struct histogram *histogram, double q);
/* 0 while empty. */
double histogram_mean(const struct histogram *histogram);

#endif

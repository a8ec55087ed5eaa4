/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef MODEL_HISTOGRAM_H
#define MODEL_HISTOGRAM_H
/*
 * A histogram of durations on the scale of event/bucket.h: count, sum, minimum and maximum are
 * exact, percentiles are exact to 1/64 of their value. Memory grows with the range that is used.
 */
#include <stdint.h>

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
/* 0 or -ENOMEM (nothing added then). */
int histogram_add(struct histogram *histogram, uint64_t value);
/* Adds `count` values that fell into a bucket; the caller sets sum, min and max. */
int histogram_add_bucket(struct histogram *histogram, uint32_t bucket, uint64_t count);
int histogram_merge(struct histogram *into, const struct histogram *from);
/* The value below or at which the share `q` (0..1) of all values lies; 0 while empty. Within [min,
 * max]. */
uint64_t histogram_quantile(const struct histogram *histogram, double q);

#endif

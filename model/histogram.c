/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Histograms of durations, on the one scale that the kernel side, the file and the model share
 * (event/bucket.h). Only the range of buckets that was used is held: eight powers of two, which is
 * what the latencies of one operation commonly span, take 2 KiB instead of the 15 KiB of the whole
 * scale, and a screen may hold thousands of these.
 *
 * The range grows by whole powers of two (EV_BUCKET_PARTS buckets), so it settles after the first
 * few values and adding then is an increment. Merging and clearing touch only the buckets from that
 * of the minimum to that of the maximum: most histograms of one interval hold a few values.
 *
 * What is exact: count, sum, min, max. What is not: a value inside its bucket. A quantile answers
 * with the middle of the bucket in which the wanted value lies, so it is off by at most half a
 * bucket, 1/64 of the value.
 */
#include "model/histogram.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void histogram_init(struct histogram *histogram)
{
	memset(histogram, 0, sizeof(*histogram));
	histogram->min = UINT64_MAX;
}

void histogram_done(struct histogram *histogram)
{
	if (!histogram)
		return;
	free(histogram->buckets);
	histogram_init(histogram);
}

/* The buckets between those of min and max; none while it is empty. All others are zero. */
struct range {
	uint32_t low;
	uint32_t count;
};

static struct range used(const struct histogram *histogram)
{
	if (!histogram->count || histogram->min > histogram->max)
		return (struct range){ 0 };
	return (struct range){ .low = ev_bucket(histogram->min),
			       .count = ev_bucket(histogram->max) - ev_bucket(histogram->min) + 1 };
}

void histogram_clear(struct histogram *histogram)
{
	struct range range = used(histogram);

	if (range.count)
		memset(histogram->buckets + (range.low - histogram->first), 0,
		       range.count * sizeof(*histogram->buckets));
	histogram->count = 0;
	histogram->sum = 0;
	histogram->min = UINT64_MAX;
	histogram->max = 0;
}

/* The range to hold so that [low, high] fits beside what is held, in whole powers of two. */
static void range_with(const struct histogram *histogram, uint32_t *low, uint32_t *high)
{
	if (histogram->length) {
		uint32_t last = histogram->first + histogram->length - 1;

		*low = *low < histogram->first ? *low : histogram->first;
		*high = *high > last ? *high : last;
	}
	*low &= ~(uint32_t)(EV_BUCKET_PARTS - 1);
	*high |= EV_BUCKET_PARTS - 1;
}

size_t histogram_bytes_with(const struct histogram *histogram, uint32_t low, uint32_t high)
{
	range_with(histogram, &low, &high);
	return (size_t)(high - low + 1) * sizeof(*histogram->buckets);
}

int histogram_reserve(struct histogram *histogram, uint32_t low, uint32_t high)
{
	uint64_t *buckets;

	if (low > high || high >= EV_BUCKET_COUNT)
		return -EINVAL;
	if (histogram_holds(histogram, low, high))
		return 0;
	range_with(histogram, &low, &high);
	buckets = calloc(high - low + 1, sizeof(*buckets));
	if (!buckets)
		return -ENOMEM;
	if (histogram->length)
		memcpy(buckets + (histogram->first - low), histogram->buckets,
		       histogram->length * sizeof(*buckets));
	free(histogram->buckets);
	histogram->buckets = buckets;
	histogram->first = low;
	histogram->length = high - low + 1;
	return 0;
}

int histogram_add(struct histogram *histogram, uint64_t value)
{
	uint32_t bucket = ev_bucket(value);
	int err = histogram_reserve(histogram, bucket, bucket);

	if (!err)
		histogram_put(histogram, value);
	return err;
}

int histogram_add_bucket(struct histogram *histogram, uint32_t bucket, uint64_t count)
{
	int err = histogram_reserve(histogram, bucket, bucket);

	if (err)
		return err;
	histogram->buckets[bucket - histogram->first] += count;
	histogram->count += count;
	return 0;
}

int histogram_merge(struct histogram *into, const struct histogram *from)
{
	struct range range = used(from);
	const uint64_t *source;
	uint64_t *target;
	int err;

	if (!range.count)
		return 0;
	err = histogram_reserve(into, range.low, range.low + range.count - 1);
	if (err)
		return err;
	source = from->buckets + (range.low - from->first);
	target = into->buckets + (range.low - into->first);
	for (uint32_t i = 0; i < range.count; i++)
		target[i] += source[i];
	into->count += from->count;
	into->sum += from->sum;
	if (from->min < into->min)
		into->min = from->min;
	if (from->max > into->max)
		into->max = from->max;
	return 0;
}

static uint64_t within(const struct histogram *histogram, uint64_t value)
{
	if (value < histogram->min)
		value = histogram->min;
	return value > histogram->max ? histogram->max : value;
}

/* Place of the wanted value among all values in order, counted from 1: the smallest place that has
 * at least the share q of all values at or below it. */
static uint64_t rank_of(uint64_t count, double q)
{
	double wanted;
	uint64_t rank;

	if (!(q > 0))
		return 1;
	if (q >= 1)
		return count;
	wanted = q * (double)count;
	rank = (uint64_t)wanted;
	/* 0.07 * 100 is a little more than 7 in binary and still means the seventh value. */
	if (wanted - (double)rank > 1e-9 * wanted)
		rank++;
	return rank > count ? count : rank;
}

uint64_t histogram_quantile(const struct histogram *histogram, double q)
{
	struct range range = used(histogram);
	uint64_t rank, seen = 0;

	if (!histogram->count)
		return 0;
	rank = rank_of(histogram->count, q);
	if (rank <= 1)
		return histogram->min;
	if (rank == histogram->count)
		return histogram->max;
	for (uint32_t i = 0; i < range.count; i++) {
		seen += histogram->buckets[range.low - histogram->first + i];
		if (seen >= rank)
			return within(histogram, ev_bucket_value(range.low + i));
	}
	return histogram->max;
}

double histogram_mean(const struct histogram *histogram)
{
	return histogram->count ? (double)histogram->sum / (double)histogram->count : 0;
}

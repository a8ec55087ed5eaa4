/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef EVENT_BUCKET_H
#define EVENT_BUCKET_H
/*
 * Latency buckets: 32 equal parts to each power of two, so a bucket is at most 1/32 of its value
 * wide and its middle is within 1/64 of every value in it. Values below 32 have a bucket each. The
 * kernel side, the file and the model share this one scale.
 */
#ifndef __bpf__
#include <stdint.h>
#endif

enum {
	EV_BUCKET_BITS = 5,
	EV_BUCKET_PARTS = 1 << EV_BUCKET_BITS,
	EV_BUCKET_COUNT =
		(64 - EV_BUCKET_BITS + 1) * EV_BUCKET_PARTS, /* every 64-bit value has one */
};

/* Number of the bucket that holds `value`. */
static inline uint32_t ev_bucket(uint64_t value)
{
	uint32_t shift;

	if (value < EV_BUCKET_PARTS)
		return (uint32_t)value;
	shift = 63 - (uint32_t)__builtin_clzll(value) - EV_BUCKET_BITS;
	return (shift << EV_BUCKET_BITS) + (uint32_t)(value >> shift);
}

/* Smallest value in a bucket. */
static inline uint64_t ev_bucket_low(uint32_t bucket)
{
	uint32_t shift;

	if (bucket < 2 * EV_BUCKET_PARTS)
		return bucket;
	shift = (bucket >> EV_BUCKET_BITS) - 1;
	return (uint64_t)(bucket - (shift << EV_BUCKET_BITS)) << shift;
}

/* The value that stands for a bucket: its middle. */
static inline uint64_t ev_bucket_value(uint32_t bucket)
{
	uint32_t shift = bucket < 2 * EV_BUCKET_PARTS ? 0 : (bucket >> EV_BUCKET_BITS) - 1;

	return ev_bucket_low(bucket) + ((((uint64_t)1 << shift) - 1) >> 1);
}

#endif

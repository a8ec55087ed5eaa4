/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Histograms as events carry them: pairs of LEB128 numbers (bucket number - previous bucket number,
 * count) behind the fixed part of LATENCY and DEVICE_STATE. A hostile trace can put anything there:
 * what is not a pair ends the list.
 */
#include "model/model_private.h"

#include <errno.h>

/* Reads one LEB128 number; returns the place behind it, NULL at the end or when it is too long. */
static const uint8_t *read_varint(const uint8_t *at, const uint8_t *end, uint64_t *ret_value)
{
	uint64_t value = 0;

	for (unsigned int shift = 0; at < end && shift < 64; shift += 7) {
		value |= (uint64_t)(*at & 0x7f) << shift;
		if (!(*at++ & 0x80)) {
			*ret_value = value;
			return at;
		}
	}
	return NULL;
}

int model_buckets_add(struct model *model, struct histogram *histogram, const uint8_t *pairs,
		      size_t pairs_bytes, struct model_buckets *ret_named)
{
	const uint8_t *at = pairs, *end = pairs + pairs_bytes;
	uint64_t bucket = 0, step, count;

	while (at < end) {
		at = read_varint(at, end, &step);
		if (at)
			at = read_varint(at, end, &count);
		if (!at || step >= EV_BUCKET_COUNT || bucket + step >= EV_BUCKET_COUNT)
			return 0;
		bucket += step;
		if (!count)
			continue;
		if (model_memory_fit(&model->memory, histogram, (uint32_t)bucket, (uint32_t)bucket))
			return -ENOMEM;
		histogram_add_bucket(histogram, (uint32_t)bucket, count);
		if (!ret_named->count)
			ret_named->lowest = (uint32_t)bucket;
		ret_named->highest = (uint32_t)bucket;
		ret_named->count += count;
	}
	return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Memory for I/O: one mapping cut into page-aligned buffers. A slot of the ring owns the buffer of
 * its number while its request is in flight, so no two requests ever share one.
 */
#include "workloads/buffers.h"

#include <errno.h>
#include <stdlib.h>

enum { PAGE_BYTES = 4096 };

int load_buffers_init(struct load_buffers *buffers, uint32_t count, size_t size_bytes,
		      struct load_error *why)
{
	size_t stride = (size_bytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
	size_t total;

	*buffers = (struct load_buffers){ .stride_bytes = stride,
					  .size_bytes = size_bytes,
					  .count = count };
	if (__builtin_mul_overflow(stride, count, &total) ||
	    !(buffers->memory = aligned_alloc(PAGE_BYTES, total)))
		return load_fail(why, -ENOMEM, "no memory for %u buffers of %zu bytes", count,
				 size_bytes);
	for (size_t i = 0; i < total; i++)
		buffers->memory[i] = (uint8_t)(i * 31 + 7);
	return 0;
}

void load_buffers_done(struct load_buffers *buffers)
{
	free(buffers->memory);
	*buffers = (struct load_buffers){ 0 };
}

struct iovec *load_buffers_vector(const struct load_buffers *buffers)
{
	struct iovec *vector = calloc(buffers->count, sizeof(*vector));

	for (uint32_t i = 0; vector && i < buffers->count; i++)
		vector[i] = (struct iovec){ .iov_base = load_buffers_at(buffers, i),
					    .iov_len = buffers->size_bytes };
	return vector;
}

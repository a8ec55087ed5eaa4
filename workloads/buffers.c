/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Memory for I/O: one mapping cut into page-aligned buffers. A slot of the ring owns the buffer of
 * its number while its request is in flight, so no two requests ever share one.
 */
#include "workloads/buffers.h"

#include <errno.h>

#include "workloads/pages.h"

int load_buffers_init(struct load_buffers *buffers, uint32_t count, size_t size_bytes,
		      struct load_error *why)
{
	size_t stride = (size_bytes + LOAD_PAGE_BYTES - 1) / LOAD_PAGE_BYTES * LOAD_PAGE_BYTES;
	size_t total;

	*buffers = (struct load_buffers){ .stride_bytes = stride,
					  .size_bytes = size_bytes,
					  .count = count };
	if (__builtin_mul_overflow(stride, count, &total) ||
	    !(buffers->memory = load_pages_new(total)))
		return load_fail(why, -ENOMEM, "no memory for %u buffers of %zu bytes", count,
				 size_bytes);
	for (size_t i = 0; i < total; i++)
		buffers->memory[i] = (uint8_t)(i * 31 + 7);
	return 0;
}

void load_buffers_done(struct load_buffers *buffers)
{
	load_pages_free(buffers->memory);
	*buffers = (struct load_buffers){ 0 };
}

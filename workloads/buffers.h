/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WORKLOADS_BUFFERS_H
#define WORKLOADS_BUFFERS_H
/* One buffer for each request that can be in flight, page-aligned as direct I/O wants it. */
#include <stddef.h>
#include <stdint.h>

#include "workloads/error.h"

struct load_buffers {
	uint8_t *memory;
	size_t stride_bytes; /* size rounded up to pages */
	size_t size_bytes;
	uint32_t count;
};

/* The buffers hold a pattern, so that the kernel has no zero pages to be clever with. */
int load_buffers_init(struct load_buffers *buffers, uint32_t count, size_t size_bytes,
		      struct load_error *why);
void load_buffers_done(struct load_buffers *buffers);

static inline void *load_buffers_at(const struct load_buffers *buffers, uint32_t index)
{
	return buffers->memory + index * buffers->stride_bytes;
}

#endif

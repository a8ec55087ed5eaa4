/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WORKLOADS_RING_MEMORY_H
#define WORKLOADS_RING_MEMORY_H
/*
 * Making an io_uring and mapping its queues, for every kind of ring that the kernel has: also those
 * whose memory is ours (NO_MMAP), that have no index array (NO_SQARRAY), no descriptor
 * (REGISTERED_FD_ONLY), or another size than they began with.
 */
#include <liburing.h>

/* What io_uring_enter and io_uring_register take for this ring. */
struct ring_handle {
	int fd;		       /* -1: not open; else a descriptor or a registered index */
	unsigned enter_flags;  /* to or into those of io_uring_enter */
	unsigned register_bit; /* to or into the operation of io_uring_register */
};

/* Makes a ring as *params says and fills *uring. Returns 0 or a negative errno. */
int ring_memory_open(struct io_uring *uring, struct ring_handle *handle, uint32_t entries,
		     struct io_uring_params *params);

/* Gives the queues these sizes while they are in use (Linux 6.13, DEFER_TASKRUN). */
int ring_memory_resize(struct io_uring *uring, const struct ring_handle *handle,
		       struct io_uring_params *params);

/* Unmaps the queues only: the ring lives on while somebody has its descriptor. */
void ring_memory_unmap(struct io_uring *uring);

/* Unmaps, and closes or unregisters the descriptor. Safe on a ring that is not open. */
void ring_memory_close(struct io_uring *uring, struct ring_handle *handle);

#endif

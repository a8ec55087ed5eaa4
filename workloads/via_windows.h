/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WORKLOADS_VIA_WINDOWS_H
#define WORKLOADS_VIA_WINDOWS_H
/*
 * An interface of Windows that carries requests: one const table at the end of its file
 * via_<name>_windows.c, and one line in ring_windows.c. It starts requests, and tells the ring of
 * each that ended by load_ring_end(); it keeps no books.
 */
#include "workloads/ring_windows.h"

struct load_carrier {
	int (*open)(struct load_ring *ring, struct load_error *why);
	/* NULL: nothing to do. */
	int (*adopt)(struct load_ring *ring, HANDLE handle, struct load_error *why);
	/* Starts it, or gathers it for the next enter. */
	void (*start)(struct load_ring *ring, struct load_request *request);
	/* Hands over and waits, at most that long, for `wait_count` more ends. */
	int (*enter)(struct load_ring *ring, uint32_t wait_count, uint32_t wait_ms,
		     struct load_error *why);
	/* NULL: the interface cannot. */
	void (*cancel)(struct load_ring *ring, struct load_request *request);
	/* Also after an open() that failed half-way. */
	void (*close)(struct load_ring *ring);
};

/* Tells the ring that a request ended: bytes, or an error from error_windows.h. Any thread. */
void load_ring_end(struct load_request *request, int32_t result, enum load_ending ending);

/* Counts one call into the system that hands over requests or takes ends. Any thread. */
static inline void load_ring_count_enter(struct load_ring *ring)
{
	__atomic_fetch_add(&ring->truth->enters, 1, __ATOMIC_RELAXED);
	__atomic_fetch_add(&ring->truth->calls, 1, __ATOMIC_RELAXED);
}

/* The request that an OVERLAPPED which came back belongs to; NULL, and the ring is spoilt, if it
 * is none of ours in flight. */
struct load_request *load_ring_request_of(struct load_ring *ring, const OVERLAPPED *overlapped);

/*
 * Makes the one call that starts a request with an OVERLAPPED: ReadFile, WriteFile, WSASend …
 * Returns 0 when it is under way, else a Win32 code. *ret_at_once: it succeeded already.
 */
uint32_t load_overlapped_start(struct load_request *request, bool *ret_at_once);
/* The result of one that has ended. */
int32_t load_overlapped_result(const struct load_request *request);

extern const struct load_carrier load_via_iocp, load_via_event, load_via_apc, load_via_sync,
	load_via_ioring, load_via_rio;

#endif

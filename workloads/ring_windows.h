/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WORKLOADS_RING_WINDOWS_H
#define WORKLOADS_RING_WINDOWS_H
/*
 * A queue of requests with its books, by whichever of Windows' interfaces --via names. All
 * workloads start and reap requests through here, so all count the same way. In call order: open,
 * adopt the files and sockets; then for each request start; then enter and reap; at the end settle
 * and close. via_windows.h is the other side: what an interface must do.
 */
#include <winsock2.h>
#include <windows.h>

#include <stdbool.h>
#include <stdint.h>

#include "workloads/buffers.h"
#include "workloads/error.h"
#include "workloads/names_windows.h"
#include "workloads/truth.h"
#include "workloads/workload.h"

/* user_data is the number of the request, counted from 1, and its slot. */
enum { LOAD_SLOT_BITS = 20, LOAD_SLOT_MASK = (1 << LOAD_SLOT_BITS) - 1 };

/* How a request ended. */
enum load_ending {
	LOAD_ENDED_COMPLETED, /* told by its completion; synchronous: by the call's return */
	LOAD_ENDED_REFUSED,   /* the call failed: no completion comes */
	LOAD_ENDED_SKIPPED,   /* the call succeeded at once, and no completion comes, as asked */
};

/* What to do. */
struct load_call {
	HANDLE handle; /* file, pipe or socket */
	void *buffer;
	uint64_t offset_bytes;
	uint32_t bytes;
	uint8_t op;			   /* enum load_op */
	SOCKET accepted;		   /* ACCEPT: the socket to accept with */
	const struct sockaddr_in *address; /* CONNECT */
};

/* A request in flight. The system writes into `overlapped` until it ends. */
struct load_request {
	OVERLAPPED overlapped; /* first: a pointer to it is a pointer to the request */
	struct load_call call;
	uint64_t user_data;
	uint64_t submit_ns;
	uint64_t end_ns; /* 0: when it is reaped */
	uint64_t tag;	 /* the workload's own */
	struct load_ring *ring;
	struct load_truth_op *row;
	struct load_request *next; /* of those that ended and wait to be reaped */
	int32_t result;
	enum load_ending ending;
	bool active;
	bool ended;
};

/* A completion, for the workload. */
struct load_completion {
	uint64_t tag;
	int32_t result; /* bytes, or a Win32 code negated */
	uint32_t slot;
	uint8_t op;
};

/* Called for every request that ended, when it is booked and its slot is free again; may start new
 * ones. With --shared on any thread, under the ring's lock. */
typedef void load_ended_fn(void *state, const struct load_completion *completion);

struct load_ring {
	const struct load_carrier *via;
	const struct load_options *opt;
	void *via_state;
	struct load_truth_ring *truth;
	struct load_request *requests;
	uint32_t *free_slots;
	uint32_t free_count;
	uint32_t request_count;
	uint32_t in_flight;
	uint32_t ended_count; /* waiting to be reaped */
	struct load_request *first_ended;
	struct load_request **last_ended;
	const struct load_buffers *buffers; /* those that calls point into */
	uint64_t sequence;
	CRITICAL_SECTION lock;
	bool primed; /* --shared: from now on an empty queue is the end */
	bool timed;
	bool settled;
	bool foreign; /* a completion came that belongs to no request of ours */
	load_ended_fn *ended;
	void *ended_state;
};

struct load_ring_plan {
	uint32_t requests; /* in flight at most */
	const struct load_buffers *buffers;
};

/* Creates the queue that the options ask for and its books. The caller zeroes *ring before, so
 * that close is safe whatever happened. */
int load_ring_open(struct load_ring *ring, struct load_run *run, const struct load_ring_plan *plan,
		   struct load_error *why);

/* Makes a file or socket one whose requests end in this queue. */
int load_ring_adopt(struct load_ring *ring, HANDLE handle, struct load_error *why);

/* Reports what ended to this function; without one it is only counted. */
void load_ring_on_end(struct load_ring *ring, load_ended_fn *ended, void *state);

/* How many requests can be started now. */
static inline uint32_t load_ring_room(const struct load_ring *ring)
{
	return ring->free_count;
}

/* The number (0 … requests - 1) that the next request will have while it is in flight. */
static inline uint32_t load_ring_slot(const struct load_ring *ring)
{
	return ring->free_slots[ring->free_count - 1];
}

/* Starts a request; only with room. It may have ended when this returns: reap tells. */
void load_ring_start(struct load_ring *ring, const struct load_call *call, uint64_t tag);

/* Hands over what an interface has gathered, and waits until `wait_count` requests have ended, a
 * stop is asked for, or one tick (100 ms) has passed; wait_count 0 does not wait. */
int load_ring_enter(struct load_ring *ring, uint32_t wait_count, struct load_error *why);
/* The same with a shorter time to wait. */
int load_ring_enter_for(struct load_ring *ring, uint32_t wait_count, uint64_t wait_ns,
			struct load_error *why);

/* Books all that ended; returns how many. */
uint32_t load_ring_reap(struct load_ring *ring);

/* Enters and reaps until nothing is in flight or a stop was insisted on. */
int load_ring_drain(struct load_ring *ring, struct load_error *why);

/* --shared: what every thread does until nothing is in flight. The first one has started the first
 * requests before; the function that is told of ends starts the others. */
int load_ring_share(struct load_ring *ring, struct load_error *why);

/* Asks for the end of every request in flight; they end with ERROR_OPERATION_ABORTED. */
void load_ring_cancel(struct load_ring *ring);

/* Closes the books: what did not end is open. */
void load_ring_settle(struct load_ring *ring);

/* Ends what is still in flight. Safe on a zeroed ring. */
void load_ring_close(struct load_ring *ring);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WORKLOADS_RING_LINUX_H
#define WORKLOADS_RING_LINUX_H
/*
 * One io_uring with its books. All workloads submit and reap through here, so all count the same
 * way. In call order: open; then, for each request, room, sqe (filled with liburing's
 * io_uring_prep_*), queue; then enter and reap; at the end settle and close.
 *
 * liburing maps the ring and fills the entries; the system call is made here, since only so can
 * every io_uring_enter and every entry that the kernel took be counted.
 */
#include <stdbool.h>
#include <stdint.h>

#include <liburing.h>

#include "workloads/error.h"
#include "workloads/ring_memory.h"
#include "workloads/truth.h"
#include "workloads/workload.h"

/* user_data is the number of the request, counted from 1, and its slot. No request has the last
 * slot: completions that are no request's (messages of other rings, tags of resources) bear it. */
enum { LOAD_SLOT_BITS = 20, LOAD_SLOT_MASK = (1 << LOAD_SLOT_BITS) - 1 };
#define LOAD_MESSAGE_DATA(number) ((uint64_t)(number) << LOAD_SLOT_BITS | LOAD_SLOT_MASK)

enum load_request_flag {
	LOAD_REQUEST_REFUSED = 1, /* made so that the kernel refuses it before it starts */
	LOAD_REQUEST_SILENT = 2,  /* CQE_SKIP_SUCCESS: no completion if it succeeds */
	LOAD_REQUEST_UNSURE = 4,  /* an older kernel refuses it, with EINVAL, before it starts */
	LOAD_REQUEST_ENDED = 8,	  /* booked; its notification is still to come */
};

/* A request in flight. Its address is stable until it ends; user_data is never used twice. */
struct load_request {
	uint64_t user_data;
	uint64_t submit_ns; /* when its batch was handed over */
	uint64_t tag;	    /* the workload's own */
	struct load_truth_op *row;
	uint32_t expect_bytes; /* data operations: fewer than that is short */
	uint16_t flags;	       /* enum load_request_flag */
	bool active;
};

/* A completion, for the workload. */
struct load_completion {
	uint64_t tag;
	int32_t result;
	uint32_t cqe_flags;
	uint16_t flags; /* the request's */
	uint8_t op;
	bool more;    /* a shot: the request goes on */
	bool message; /* no request's */
};

/* Called for every completion, when it is booked and its request is free again; may queue new
 * requests. */
typedef void load_ended_fn(void *state, const struct load_completion *completion);

struct load_carrier; /* via_linux.h */

struct load_ring {
	struct io_uring uring;
	struct ring_handle handle;
	const struct load_carrier *via; /* in the kernel's place; NULL: it is an io_uring */
	void *via_state;
	void *via_words;
	uint32_t via_depth;
	struct load_truth_ring *truth;
	struct load_request *requests;
	uint32_t *free_slots;
	uint32_t free_count;
	uint32_t request_count;
	uint32_t in_flight;
	uint32_t overflow_until; /* completions before this index came from the overflow list */
	uint32_t sqe_shift;
	uint32_t cqe_shift;
	uint64_t sequence;
	bool timed;
	bool settled;
	bool foreign; /* a completion came that belongs to no request of ours */
	load_ended_fn *ended;
	void *ended_state;
};

struct load_ring_plan {
	uint32_t sq_entries; /* rounded up to a power of two by the kernel */
	uint32_t cq_entries; /* 0: what --cq says */
	uint32_t requests;   /* in flight at most; 0: as many as the SQ has entries */
	uint32_t setup;	     /* flags besides those of the options */
	uint32_t idle_ms;    /* of the thread of SQPOLL */
	int wq_fd;	     /* whose workers to share, with ATTACH_WQ */
};

/* Creates the ring that the options ask for and its books. The caller zeroes *ring before, so that
 * close is safe whatever happened. */
int load_ring_open(struct load_ring *ring, struct load_run *run, const struct load_ring_plan *plan,
		   struct load_error *why);

/* A ring is a descriptor, and so is a connection: takes as many as the system lets us. */
void load_ring_raise_limit(void);

/* Reports completions to this function; without one they are only counted. */
void load_ring_on_end(struct load_ring *ring, load_ended_fn *ended, void *state);

int load_ring_register_files(struct load_ring *ring, const int *fds, uint32_t count,
			     struct load_error *why);
int load_ring_register_buffers(struct load_ring *ring, const struct iovec *buffers, uint32_t count,
			       struct load_error *why);
/* Any other registration, counted like those. Returns what the kernel does, or a negative errno. */
int load_ring_register(struct load_ring *ring, unsigned op, void *arg, unsigned count);
/* Gives the queues other sizes while they are in use (Linux 6.13). */
int load_ring_resize(struct load_ring *ring, uint32_t sq_entries, uint32_t cq_entries,
		     struct load_error *why);
/* A ring of `count` (a power of two) provided buffers, group 0. */
int load_ring_register_buffer_ring(struct load_ring *ring, struct io_uring_buf_ring *buffers,
				   uint32_t count, struct load_error *why);

/* How many requests can be queued now. */
static inline uint32_t load_ring_room(const struct load_ring *ring)
{
	uint32_t used = ring->uring.sq.sqe_tail - io_uring_smp_load_acquire(ring->uring.sq.khead);
	uint32_t entries = ring->uring.sq.ring_entries - used;

	return entries < ring->free_count ? entries : ring->free_count;
}

/* The number (0 … requests - 1) that the next queued request will have while it is in flight. */
static inline uint32_t load_ring_slot(const struct load_ring *ring)
{
	return ring->free_slots[ring->free_count - 1];
}

/* The entry to fill; only with room. Nothing happens until it is queued. */
static inline struct io_uring_sqe *load_ring_sqe(const struct load_ring *ring)
{
	const struct io_uring_sq *sq = &ring->uring.sq;

	return &sq->sqes[(sq->sqe_tail & sq->ring_mask) << ring->sqe_shift];
}

/* Queues the entry that load_ring_sqe() gave: it is handed over by the next enter. */
static inline struct load_request *load_ring_queue(struct load_ring *ring, struct io_uring_sqe *sqe,
						   uint64_t tag)
{
	uint8_t row = ring->truth->op_row[sqe->opcode];
	uint32_t slot = ring->free_slots[--ring->free_count];
	struct load_request *request = &ring->requests[slot];

	request->user_data = ++ring->sequence << LOAD_SLOT_BITS | slot;
	request->tag = tag;
	request->row = row != LOAD_TRUTH_OP_NONE ? &ring->truth->ops[row]
						 : load_truth_row(ring->truth, sqe->opcode);
	request->row->submitted++;
	request->expect_bytes = sqe->len;
	request->flags = 0;
	request->active = true;
	sqe->user_data = request->user_data;
	ring->uring.sq.sqe_tail++;
	ring->in_flight++;
	return request;
}

/*
 * Hands everything queued to the kernel and waits until `wait_count` completions can be reaped, a
 * stop is asked for, or one tick (100 ms) has passed; wait_count 0 does not wait. While the kernel
 * holds back completions that did not fit, it does nothing until those that did fit are reaped.
 * Returns 0 or a negative errno; being interrupted is no error.
 */
int load_ring_enter(struct load_ring *ring, uint32_t wait_count, struct load_error *why);
/* The same with a shorter time to wait. */
int load_ring_enter_for(struct load_ring *ring, uint32_t wait_count, uint64_t wait_ns,
			struct load_error *why);

/* Makes what is queued visible, for another process that enters once. */
void load_ring_publish(struct load_ring *ring);

/* Books all completions that are there; returns how many. Does not enter the kernel. */
uint32_t load_ring_reap(struct load_ring *ring);

/* Books a silent request as done: the caller knows it from another completion. */
void load_ring_end_silent(struct load_ring *ring, struct load_request *request);

/* Enters and reaps until nothing is in flight or a stop was insisted on. */
int load_ring_drain(struct load_ring *ring, struct load_error *why);

/* Closes the books: what the kernel did not take was not submitted, what did not end is open. */
void load_ring_settle(struct load_ring *ring);

/* Safe on a zeroed ring. */
void load_ring_close(struct load_ring *ring);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WORKLOADS_TRUTH_H
#define WORKLOADS_TRUTH_H
/*
 * The truth: what ringload did, counted by itself, to compare any tracer with. Rings write their
 * books here while they work; afterwards they are printed as lines of key=value, which
 * docs/man/ringload.1 documents and tests rely on.
 *
 * Every request handed to the kernel is in exactly one class, so that for each operation
 *
 *     submitted = completed + failed + overflowed + skipped + open
 *
 * and load_truth_print() refuses to call books true that do not balance: `open` is counted from
 * the requests themselves, not computed from the rest.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "workloads/error.h"

enum { LOAD_TRUTH_OPS_MAX = 16, LOAD_TRUTH_ERRORS_MAX = 8, LOAD_TRUTH_OP_NONE = 0xff };

struct load_truth_error {
	int32_t error; /* positive errno; 0: row not used */
	uint32_t reserved;
	uint64_t count;
};

/* One operation of one ring. */
struct load_truth_op {
	uint64_t submitted;  /* handed to the kernel, those it refused included */
	uint64_t completed;  /* ended with a completion, of whatever result */
	uint64_t failed;     /* refused before it started; its completion says why */
	uint64_t overflowed; /* ended, but the completion queue was full */
	uint64_t skipped;    /* ended without a completion, as asked for */
	uint64_t open;	     /* not ended */
	uint64_t errors;     /* of those reaped: results below zero */
	uint64_t shorts;     /* of those reaped: fewer bytes than asked for */
	uint64_t bytes;	     /* sum of the results of data operations */
	uint64_t shots;	     /* completions of multishot requests that went on */
	uint64_t shot_bytes;
	uint64_t
		notifs; /* completions that say that the memory of a zero-copy send is free again */
	uint64_t latency_count; /* submitted to reaped, as the application sees it */
	uint64_t latency_ns_min;
	uint64_t latency_ns_max;
	uint64_t latency_ns_sum;
	struct load_truth_error results[LOAD_TRUTH_ERRORS_MAX];
	uint64_t results_other; /* errors that found no row */
	uint8_t op;
	bool moves_bytes;
};

struct load_truth_ring {
	uint32_t id; /* 1, 2, … in order of creation */
	uint32_t pid;
	uint32_t tid; /* the thread that created it and submits */
	int32_t fd;
	uint32_t sq_entries;
	uint32_t cq_entries;
	uint32_t flags;		   /* setup flags, as the ring has them */
	uint64_t enters;	   /* io_uring_enter calls */
	uint64_t enters_elsewhere; /* of other processes, for this ring; not among those above */
	uint64_t registers;	   /* io_uring_register calls */
	uint64_t wakeups;	   /* of those enters, the ones that woke the thread of SQPOLL */
	uint64_t messages; /* completions of no request: from other rings, tags of resources */
	uint64_t calls;	   /* system calls for its I/O, of whatever name */
	const char *via;   /* the interface that has no ring; NULL: a ring */
	const char *road;  /* what it is there to show; NULL: nothing particular */
	uint32_t dropped_sqes;
	uint32_t dropped_cqes;
	uint32_t op_count;
	uint8_t op_row[256]; /* operation → row of `ops`; LOAD_TRUTH_OP_NONE: none yet */
	struct load_truth_op ops[LOAD_TRUTH_OPS_MAX];
};

struct load_truth {
	struct load_truth_ring **rings;
	uint32_t ring_count;
	uint32_t ring_capacity;
};

/* What the last line says beside the sums. */
struct load_truth_work {
	const char *workload;
	const char *unit;
	uint64_t units;
	uint64_t threads;
	uint64_t elapsed_ns; /* first submission to last completion reaped */
	bool each_ring;	     /* print every ring's own lines too */
};

void load_truth_init(struct load_truth *truth);
void load_truth_done(struct load_truth *truth);

/* A new ring's empty books; they live as long as the truth. Any thread may call. */
int load_truth_add(struct load_truth *truth, struct load_truth_ring **ret_ring,
		   struct load_error *why);

/* The row of an operation, made at its first use. */
struct load_truth_op *load_truth_row(struct load_truth_ring *ring, uint8_t op);

/* Books a result that was reaped; `error` is a positive errno. */
void load_truth_book_error(struct load_truth_op *row, int error);

/* Prints all lines. -EPROTO when some books do not balance: printed all the same. */
int load_truth_print(FILE *out, const struct load_truth *truth, const struct load_truth_work *work,
		     struct load_error *why);

/* Sum over all operations of all rings. */
void load_truth_sum(const struct load_truth *truth, struct load_truth_op *ret_sum);

#endif

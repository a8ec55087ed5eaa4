/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_REQUESTS_H
#define BPF_REQUESTS_H
/*
 * How many requests a ring has, as its own books say: those it has memory for, less those that lie
 * among the free ones. The program `requests` (bpf/requests.bpf.h) fills this in one run or more.
 */
#ifndef __bpf__
#include <stdint.h>
#endif

enum requests_answer {
	REQUESTS_UNKNOWN = 0, /* by this kernel; or the ring moved meanwhile, or is gone */
	REQUESTS_COUNTED = 1,
	REQUESTS_GO_ON = 2, /* run again with the same arguments */
};

struct ring_requests {
	uint64_t walk; /* where to go on among the free ones; 0: begin */
	uint64_t first_free;
	uint32_t allocated;
	uint32_t free;
	uint32_t sq_head; /* entries taken … */
	uint32_t cq_tail; /* … and completions posted when the count began */
};

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_OLDER_H
#define BPF_OLDER_H
/*
 * Requests that can be found without having been seen to begin: those that a ring has on a list,
 * because they wait until a file is ready or for a time, and those that an io-wq worker carries.
 * The program `older` (bpf/older.bpf.h) fills a walk in one run or more.
 */
#ifndef __bpf__
#include <stdint.h>
#endif

enum { OLDER_MAX = 256 }; /* of one ring */

enum older_place { OLDER_ARMED, OLDER_TIMED, OLDER_CARRIED };

struct older_request {
	uint64_t address;
	uint64_t user_data;
	int32_t fd;
	uint8_t op;
	uint8_t sqe_flags;
	uint8_t place; /* enum older_place */
	uint8_t known; /* the probes have seen it begin */
};

/* What the iterator `older_by_worker` writes. */
struct older_carried {
	uint64_t ring_ctx;
	struct older_request request;
};

struct older_walk {
	uint64_t node; /* where to go on; 0: at the next bucket */
	uint32_t
		bucket; /* of the table of those that wait for a file; behind it come the timeouts */
	uint32_t count;
	uint32_t bucket_bytes; /* of the kernel's struct io_hash_bucket */
	uint32_t reserved;
	struct older_request requests[OLDER_MAX];
};

#endif

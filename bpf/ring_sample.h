/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_RING_SAMPLE_H
#define BPF_RING_SAMPLE_H
/*
 * What is read of a ring, from time to time or by the iterators, besides its identity and depths:
 * what it has registered, what its SQPOLL thread has used, how many completions wait for room; and
 * what that thread had used when it ended.
 */
#ifndef __bpf__
#include <stdint.h>
#endif

struct ring_sample {
	uint64_t thread_cpu_ns;
	uint64_t thread_work_ns;
	uint64_t thread_sleeps;
	uint32_t thread_pid;
	uint32_t resources; /* enum ev_resource */
	uint32_t file_count;
	uint32_t buffer_count;
	uint32_t backlog;
	uint32_t worker_limit[2];
	uint32_t reserved;
	uint64_t walk; /* see is_free() */
	uint64_t file; /* see open_file() */
};

/* By SQPOLL thread: entered with its ring, filled when the thread ends. */
struct thread_end {
	uint64_t ring_ctx;
	uint64_t time_ns;	 /* 0: it lives */
	struct ring_sample last; /* thread_*, and the bits of `resources` that go with them */
};

#endif

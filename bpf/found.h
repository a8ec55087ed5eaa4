/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_FOUND_H
#define BPF_FOUND_H
/*
 * What the iterators of bpf/discover.bpf.c write for each sight of a ring. The same ring may be
 * seen through several processes and descriptors; bpf/discover.c makes one of them.
 */
#include "bpf/ring_sample.h"

struct found_ring {
	uint64_t ring_ctx;
	uint32_t pid;
	int32_t fd; /* -1: only registered */
	uint32_t flags;
	uint32_t sq_entries;
	uint32_t cq_entries;
	uint32_t sq_depth;
	uint32_t cq_depth;
	uint32_t sq_flags;
	uint32_t dropped_cqes;
	char comm[16];
	struct ring_sample sample;
};

#endif

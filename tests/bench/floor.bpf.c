/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * What the real probes are measured against, as pairs for the submit and the complete event:
 *   empty    the floor F: what the kernel charges for calling two programs that do nothing
 *   devices  F and an empty program on each event of the block layer and the NVMe driver that the
 *            real probes are attached to
 *   clock    F and one reading of the clock each: no tool that measures a latency does with less
 *   hash     the common shape: the start time in a preallocated BPF hash map keyed by the request,
 *            a power-of-two histogram in a per-CPU array
 * The tool that loads them chooses which argument is the request; see bpf/abi.c for why it differs.
 */
#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

enum { BUCKETS = 64, OPEN_MAX = 65536 };

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, OPEN_MAX);
	__type(key, __u64);
	__type(value, __u64);
} open_requests SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, BUCKETS);
	__type(key, __u32);
	__type(value, __u64);
} histogram SEC(".maps");

const volatile __u8 submit_argument; /* 0 or 1: which argument of the submit event is the request */

struct raw_args {
	__u64 args[3];
};

SEC("raw_tp")
int empty_submit(void *raw)
{
	return 0;
}

SEC("raw_tp")
int empty_complete(void *raw)
{
	return 0;
}

/* A program each: the kernel does not run one inside itself. */
#define EMPTY(name)                                                                                \
	SEC("raw_tp")                                                                              \
	int empty_##name(void *raw)                                                                \
	{                                                                                          \
		return 0;                                                                          \
	}

EMPTY(bio_queue)
EMPTY(rq_insert)
EMPTY(rq_merge)
EMPTY(rq_issue)
EMPTY(rq_requeue)
EMPTY(rq_complete)
EMPTY(rq_complete_inside)
EMPTY(nvme_setup)
EMPTY(nvme_complete)
EMPTY(nvme_sq)
EMPTY(nvme_async)

SEC("raw_tp")
int clock_submit(void *raw)
{
	return bpf_ktime_get_ns() == 0;
}

SEC("raw_tp")
int clock_complete(void *raw)
{
	return bpf_ktime_get_ns() == 0;
}

/* The verifier wants constant positions: the empty statements keep the two loads apart. */
static __always_inline __u64 submitted_request(const struct raw_args *raw)
{
	__u64 request;

	if (submit_argument) {
		request = raw->args[1];
		__asm__ volatile("" : "+r"(request));
	} else {
		request = raw->args[0];
		__asm__ volatile("" : "+r"(request));
	}
	return request;
}

SEC("raw_tp")
int hash_submit(struct raw_args *raw)
{
	__u64 request = submitted_request(raw), now = bpf_ktime_get_ns();

	bpf_map_update_elem(&open_requests, &request, &now, BPF_ANY);
	return 0;
}

static __always_inline __u32 log2_of(__u64 value)
{
	__u32 log2 = 0;

#pragma unroll
	for (__u32 step = 32; step; step >>= 1) {
		if (value >> step) {
			value >>= step;
			log2 += step;
		}
	}
	return log2;
}

SEC("raw_tp")
int hash_complete(struct raw_args *raw)
{
	__u64 request = raw->args[1], *started, *count;
	__u32 bucket;

	started = bpf_map_lookup_elem(&open_requests, &request);
	if (!started)
		return 0;
	bucket = log2_of(bpf_ktime_get_ns() - *started);
	bpf_map_delete_elem(&open_requests, &request);
	count = bpf_map_lookup_elem(&histogram, &bucket);
	if (count)
		(*count)++;
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_LISTS_BPF_H
#define BPF_LISTS_BPF_H
/*
 * The two lists a ring keeps of requests that have ended: those whose completions are being posted
 * (compl_reqs), and those whose memory waits for the next submission (free_list). Read on rare
 * roads only, so the types have flavours of their own here.
 */
#include "bpf/kernel.bpf.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct io_wq_work_node___lists {
	struct io_wq_work_node___lists *next;
};

struct io_wq_work_list___lists {
	struct io_wq_work_node___lists *first;
};

struct io_submit_state___lists {
	struct io_wq_work_node___lists free_list;
	struct io_wq_work_list___lists compl_reqs;
};

struct io_ring_ctx___lists {
	struct io_submit_state___lists submit_state;
};

struct io_kiocb___lists {
	struct io_wq_work_node___lists comp_list;
};

#pragma clang attribute pop

static __always_inline uint64_t list_next(uint64_t node)
{
	struct io_wq_work_node___lists *at = (void *)node;

	return node ? (uint64_t)BPF_CORE_READ(at, next) : 0;
}

/* The request whose place in a list this is. */
static __always_inline uint64_t list_request(uint64_t node)
{
	return node - bpf_core_field_offset(struct io_kiocb___lists, comp_list);
}

static __always_inline int lists_exist(void)
{
	struct io_ring_ctx___lists *ring_ctx = 0;
	struct io_kiocb___lists *request = 0;

	return bpf_core_field_exists(ring_ctx->submit_state.free_list) &&
	       bpf_core_field_exists(ring_ctx->submit_state.compl_reqs.first) &&
	       bpf_core_field_exists(request->comp_list);
}

static __always_inline uint64_t list_of_free(uint64_t ring_ctx)
{
	struct io_ring_ctx___lists *ring = (void *)ring_ctx;

	return (uint64_t)BPF_CORE_READ(ring, submit_state.free_list.next);
}

static __always_inline uint64_t list_of_completing(uint64_t ring_ctx)
{
	struct io_ring_ctx___lists *ring = (void *)ring_ctx;

	return (uint64_t)BPF_CORE_READ(ring, submit_state.compl_reqs.first);
}

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_CHAIN_BPF_H
#define BPF_CHAIN_BPF_H
/*
 * Chains of linked requests: which waits for which, and since when it need not wait any more. The
 * kernel names the chain when a member is submitted, and its failure; it has no event for a member
 * that may run now. But it runs when the request before it completes, and at that moment that
 * request still points to it.
 *
 * A member whose predecessor completed in silence (CQE_SKIP_SUCCESS) is not seen to be released:
 * all its time shows as waiting for its chain.
 */
#include "bpf/maps.bpf.h"
#include "bpf/request.bpf.h"
#include "bpf/worker.bpf.h"

enum { SQE_LINK_BITS = 1 << 2 | 1 << 3, SQE_HARDLINK_BIT = 1 << 3 }; /* IOSQE_IO_LINK … */

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct io_kiocb___link {
	struct io_kiocb *link; /* the next of its chain */
};

#pragma clang attribute pop

/* Which request a member comes after. The event names the one before it, up to 6.8 or so the head
 * of the chain: then it is the one that named the same head last, which the head remembers. */
static __noinline int chain_join(uint64_t member, uint64_t target, uint64_t now)
{
	struct request_place place, before;
	struct open_detail *detail, *chain;

	if (!request_find(member, &place))
		return 0;
	place.request->path |= EV_PATH_LINKED;
	detail = request_enter(&place, EV_STAGE_LINKED, now);
	if (!detail || !request_find(target, &before) ||
	    before.request->ring != place.request->ring)
		return 0;
	chain = request_detail(&before);
	if (!chain)
		return 0;
	before.request->path |= OPEN_LEADS;
	detail->link_ns = chain->chain_ns ? chain->chain_ns : before.request->submit_ns;
	chain->chain_ns = place.request->submit_ns;
	return 0;
}

/* The next of its chain may run, unless this one broke the chain. */
static __always_inline void chain_release(uint64_t key, uint8_t sqe_flags, int32_t result,
					  uint64_t now)
{
	struct io_kiocb___link *request = (void *)key;
	struct request_place next;
	uint64_t address;

	if (!(sqe_flags & SQE_LINK_BITS) || key_is_user_data() ||
	    (result < 0 && !(sqe_flags & SQE_HARDLINK_BIT)))
		return;
	address = (uint64_t)BPF_CORE_READ(request, link);
	if (address && request_find(address, &next))
		request_enter(&next, EV_STAGE_RELEASED, now);
}

/* A request ends that was carried by a worker or belongs to a chain. */
static __noinline int chain_completes(uint64_t key, int32_t result, uint64_t now)
{
	struct request_place place;

	if (!request_find(key, &place))
		return 0;
	if (place.request->path & EV_PATH_WORKER)
		worker_completes(key, now);
	if (place.request->path & (EV_PATH_LINKED | OPEN_LEADS))
		chain_release(key, place.request->sqe_flags, result, now);
	return 0;
}

/* Each member of a chain but the head, right after its submission. */
SEC("raw_tp/io_uring_link")
int on_link(struct raw_args *raw)
{
	chain_join(key_of(argument(raw, settings.abi.link_req)),
		   key_of(argument(raw, settings.abi.link_req + 1)), bpf_ktime_get_ns());
	return 0;
}

/* Cancelled because its predecessor failed; completes later with -ECANCELED, or in silence if
 * that one had asked for it (IOSQE_CQE_SKIP_SUCCESS), whatever this one asked for. */
SEC("raw_tp/io_uring_fail_link")
int on_fail_link(struct raw_args *raw)
{
	uint64_t head = argument(raw, settings.abi.fail_link_head);
	uint32_t path = EV_PATH_LINK_FAILED;

	if (settings.abi.skip_links_bit && !key_is_user_data() &&
	    READ(KERNEL(io_kiocb, head), flags) >> settings.abi.skip_links_bit & 1)
		path |= OPEN_SILENT;
	request_reach(key_of(argument(raw, settings.abi.fail_link_req)), 0, path);
	return 0;
}

#endif

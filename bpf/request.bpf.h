/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_REQUEST_BPF_H
#define BPF_REQUEST_BPF_H
/*
 * The table of open requests: keyed by the address of the request, 4 ways a set. The kernel reuses
 * an address as soon as a request has ended, so a key that is claimed while still present belonged
 * to a request that ended without a completion of its own (skipped as asked, or overflowed). When a
 * set is full the oldest goes.
 */
#include "bpf/maps.bpf.h"

struct request_place {
	struct open_set *set;
	struct open_request *request;
	uint32_t position; /* index of open_details */
	uint32_t way;
};

/* Kernels before 5.18 complete without naming the request: there (ring, user_data) stands for its
 * address. */
static __always_inline uint64_t request_key(uint64_t address, uint64_t ring_ctx, uint64_t user_data)
{
	if (settings.abi.key_is_user_data)
		return mix(ring_ctx ^ mix(user_data)) | 1;
	return address;
}

static __always_inline int request_place(uint64_t key, struct request_place *ret_place)
{
	uint32_t number = mix(key) >> settings.open_shift;

	ret_place->set = bpf_map_lookup_elem(&open_sets, &number);
	ret_place->position = number * OPEN_WAYS;
	return ret_place->set != 0;
}

/* The open request with this key; false when there is none. */
static __always_inline int request_find(uint64_t key, struct request_place *ret_place)
{
	struct open_set *set;

	if (!request_place(key, ret_place))
		return 0;
	set = ret_place->set;
	if (set->keys[0] == key) {
		ret_place->way = 0;
		ret_place->request = &set->requests[0];
	} else if (set->keys[1] == key) {
		ret_place->way = 1;
		ret_place->request = &set->requests[1];
	} else if (set->keys[2] == key) {
		ret_place->way = 2;
		ret_place->request = &set->requests[2];
	} else if (set->keys[3] == key) {
		ret_place->way = 3;
		ret_place->request = &set->requests[3];
	} else {
		return 0;
	}
	ret_place->position += ret_place->way;
	return 1;
}

/* The free way of a set, else the way of its oldest request. */
static __always_inline uint32_t request_victim(const struct open_set *set)
{
	uint32_t way = 0;
	uint64_t oldest = set->requests[0].submit_ns;

	if (!set->keys[0])
		return 0;
	if (!set->keys[1])
		return 1;
	if (!set->keys[2])
		return 2;
	if (!set->keys[3])
		return 3;
	if (set->requests[1].submit_ns < oldest) {
		oldest = set->requests[1].submit_ns;
		way = 1;
	}
	if (set->requests[2].submit_ns < oldest) {
		oldest = set->requests[2].submit_ns;
		way = 2;
	}
	if (set->requests[3].submit_ns < oldest)
		way = 3;
	return way;
}

/* A place for `key` (which is not in the set); `place` has the set. */
static __always_inline void request_take(struct request_place *place)
{
	struct open_set *set = place->set;

	place->way = request_victim(set);
	if (place->way == 0)
		place->request = &set->requests[0];
	else if (place->way == 1)
		place->request = &set->requests[1];
	else if (place->way == 2)
		place->request = &set->requests[2];
	else
		place->request = &set->requests[3];
	place->position += place->way;
}

static __always_inline uint64_t request_place_key(const struct request_place *place)
{
	return place->set->keys[place->way & (OPEN_WAYS - 1)];
}

static __always_inline void request_place_set(const struct request_place *place, uint64_t key)
{
	place->set->keys[place->way & (OPEN_WAYS - 1)] = key;
}

/* Ends the request of this place for good, unless the tracer was quicker. Without compare-and-swap
 * there is no cqe_overflow either, and the tracer takes nothing out. */
static __always_inline int request_place_claim(const struct request_place *place, uint64_t key)
{
#ifdef RL_PLAIN
	return 1;
#else
	return __sync_val_compare_and_swap(&place->set->keys[place->way & (OPEN_WAYS - 1)], key,
					   0) == key;
#endif
}

/* The rare half, emptied the first time a request needs it. */
static __always_inline struct open_detail *request_detail(const struct request_place *place)
{
	uint32_t position = place->position;
	struct open_detail *detail = bpf_map_lookup_elem(&open_details, &position);

	if (detail && !(place->request->path & OPEN_DETAIL)) {
		__builtin_memset(detail, 0, sizeof(*detail));
		place->request->path |= OPEN_DETAIL;
	}
	return detail;
}

static __always_inline uint32_t request_stage(const struct open_request *request)
{
	return (request->path & OPEN_STAGE_MASK) >> OPEN_STAGE_SHIFT;
}

/* Moves an open request to a stage; the time of its first arrival there stays. False: not open. */
static __always_inline int request_reach(uint64_t key, uint32_t stage, uint32_t path)
{
	struct request_place place;
	struct open_detail *detail;

	if (!request_find(key, &place))
		return 0;
	if (stage) {
		detail = request_detail(&place);
		if (detail && !detail->stage_ns[stage - 1])
			detail->stage_ns[stage - 1] = bpf_ktime_get_ns();
		place.request->path &= ~OPEN_STAGE_MASK;
	}
	place.request->path |= path | stage << OPEN_STAGE_SHIFT;
	return 1;
}

#endif

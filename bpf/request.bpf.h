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

static __always_inline uint64_t request_user_data(struct io_kiocb *request)
{
#ifndef RL_DIRECT /* every kernel with the cast keeps it in the embedded CQE */
	struct io_kiocb___until_5_18 *old = (void *)request;

	if (bpf_core_field_exists(old->user_data))
		return READ(old, user_data);
#endif
	return READ(request, cqe.user_data);
}

struct request_place {
	struct open_set *set;
	uint64_t *key; /* of `set` */
	struct open_request *request;
	uint32_t set_number;
};

/* Kernels before 5.18 complete without naming the request: there (ring, user_data) stands for its
 * address. */
static __always_inline uint64_t request_key(uint64_t address, uint64_t ring_ctx, uint64_t user_data)
{
	if (key_is_user_data())
		return mix(ring_ctx ^ mix(user_data)) | 1;
	return address;
}

/* The kernel's requests are 256 bytes and lie in pages next to each other: so do their sets, and a
 * batch touches few pages here. No hashing: requests collide that are a multiple of 4 MiB apart,
 * which is as seldom as with one. */
enum { REQUEST_ALIGN_BITS = 8 };

static __always_inline uint32_t request_set_number(uint64_t key)
{
	return key >> REQUEST_ALIGN_BITS & (OPEN_SETS - 1);
}

/* The key of a request that an event names. */
static __always_inline uint64_t key_of(uint64_t address)
{
	struct io_kiocb *kiocb = KERNEL(io_kiocb, address);

	if (!key_is_user_data())
		return address;
	return request_key(address, (uint64_t)READ(kiocb, ctx), request_user_data(kiocb));
}

/* The set that a key belongs to; false when there is none. */
static __always_inline int request_set(uint64_t key, struct request_place *ret_place)
{
	uint32_t number = request_set_number(key);

	ret_place->set_number = number;
#ifdef RL_DIRECT
	ret_place->set = &open_sets[number];
	barrier_var(ret_place->set);
	return 1;
#else
	ret_place->set = bpf_map_lookup_elem(&open_sets, &number);
	return ret_place->set != 0;
#endif
}

/* `way` is below OPEN_WAYS; the mask tells the verifier. */
static __always_inline void request_at(struct request_place *place, uint32_t way)
{
	place->key = &place->set->keys[way & (OPEN_WAYS - 1)];
	barrier_var(place->key);
	place->request = &place->set->requests[way & (OPEN_WAYS - 1)];
	barrier_var(place->request);
}

static __always_inline uint32_t request_place_way(const struct request_place *place)
{
	return ((uint64_t)place->key - (uint64_t)place->set) / sizeof(*place->key);
}

/* The way other than 0 that holds a key; OPEN_WAYS when none does. */
static __always_inline uint32_t request_other_way(const struct open_set *set, uint64_t key)
{
	if (set->keys[1] == key)
		return 1;
	if (set->keys[2] == key)
		return 2;
	if (set->keys[3] == key)
		return 3;
	return OPEN_WAYS;
}

static __always_inline int request_set_is_empty(const struct open_set *set)
{
	return !(set->keys[0] | set->keys[1] | set->keys[2] | set->keys[3]);
}

/* A free way of a set that does not hold the key; OPEN_WAYS: the key is there, or the set is full.
 */
static __always_inline uint32_t request_free_way(const struct open_set *set, uint64_t key)
{
	uint64_t key0 = set->keys[0], key1 = set->keys[1], key2 = set->keys[2], key3 = set->keys[3];

	if (key0 == key || key1 == key || key2 == key || key3 == key)
		return OPEN_WAYS;
	if (!key0)
		return 0;
	if (!key1)
		return 1;
	if (!key2)
		return 2;
	return key3 ? OPEN_WAYS : 3;
}

/* The open request with this key; false when there is none. */
static __always_inline int request_find(uint64_t key, struct request_place *ret_place)
{
	uint32_t way;

	if (!request_set(key, ret_place))
		return 0;
	if (ret_place->set->keys[0] == key) { /* nearly always */
		request_at(ret_place, 0);
		return 1;
	}
	way = request_other_way(ret_place->set, key);
	if (way == OPEN_WAYS)
		return 0;
	request_at(ret_place, way);
	return 1;
}

/* The way of the oldest request of a set. */
static __always_inline uint32_t request_oldest(const struct open_set *set)
{
	uint64_t oldest = set->requests[0].submit_ns;
	uint32_t way = 0;

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

static __always_inline void request_place_set(const struct request_place *place, uint64_t key)
{
	*place->key = key;
}

/* Takes a place that is free, unless somebody was quicker. */
static __always_inline int request_place_take(const struct request_place *place, uint64_t key)
{
#ifdef RL_PLAIN
	return 1;
#else
	return !__sync_val_compare_and_swap(place->key, 0, key);
#endif
}

/* Ends the request of this place for good, unless the tracer was quicker. Without compare-and-swap
 * there is no cqe_overflow either, and the tracer takes nothing out. */
static __always_inline int request_place_claim(const struct request_place *place, uint64_t key)
{
#ifdef RL_PLAIN
	request_place_set(place, 0);
	return 1;
#else
	return __sync_val_compare_and_swap(place->key, key, 0) == key;
#endif
}

/* Index of its rare half in open_details. */
static __always_inline uint32_t request_position(const struct request_place *place)
{
	return place->set_number * OPEN_WAYS + request_place_way(place);
}

/* The rare half, emptied the first time a request needs it. */
static __always_inline struct open_detail *request_detail(const struct request_place *place)
{
	uint32_t position = request_position(place);
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

static __always_inline void request_stand(struct open_request *request, uint32_t stage)
{
	request->path = (request->path & ~(uint32_t)OPEN_STAGE_MASK) | stage << OPEN_STAGE_SHIFT;
}

/* Moves a request to a stage; the time of its first arrival there stays. */
static __always_inline struct open_detail *request_enter(const struct request_place *place,
							 uint32_t stage, uint64_t now)
{
	struct open_detail *detail = request_detail(place);

	if (detail && !detail->stage_ns[stage - 1])
		detail->stage_ns[stage - 1] = now;
	request_stand(place->request, stage);
	return detail;
}

/* The same by key; false: not open. */
static __always_inline int request_reach(uint64_t key, uint32_t stage, uint32_t path)
{
	struct request_place place;

	if (!request_find(key, &place))
		return 0;
	if (stage)
		request_enter(&place, stage, bpf_ktime_get_ns());
	place.request->path |= path;
	return 1;
}

#endif

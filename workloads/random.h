/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WORKLOADS_RANDOM_H
#define WORKLOADS_RANDOM_H
/*
 * Repeatable chance: the same --seed gives the same offsets and the same mix on every machine.
 * xorshift64* (Vigna, "An experimental exploration of Marsaglia's xorshift generators"): a few
 * nanoseconds a draw and far better than the choice of offsets needs.
 */
#include <stdint.h>

struct load_random {
	uint64_t state;
};

/* Neighbouring seeds (one per thread) are spread apart; a state of 0 would stay 0. */
static inline void load_random_init(struct load_random *random, uint64_t seed)
{
	random->state = (seed + 1) * 0x9e3779b97f4a7c15ull;
	if (!random->state)
		random->state = 1;
}

static inline uint64_t load_random_next(struct load_random *random)
{
	uint64_t x = random->state;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	random->state = x;
	return x * 0x2545f4914f6cdd1dull;
}

/* 0 … limit - 1; the bias for limits far below 2^64 does not matter here. */
static inline uint64_t load_random_below(struct load_random *random, uint64_t limit)
{
	return (load_random_next(random) >> 11) % limit;
}

#endif

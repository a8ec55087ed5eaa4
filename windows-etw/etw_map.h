/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WINDOWS_ETW_MAP_H
#define WINDOWS_ETW_MAP_H
/*
 * Values by 64-bit key: what is open, by IRP; what a thread, a file, a queue is. Bounded: a trace
 * can name more things than there is memory. Key 0 stands for "not told" and is never kept.
 */
#include <stddef.h>
#include <stdint.h>

struct etw_map {
	uint8_t *slots;
	size_t slot_count; /* a power of two; 0 until the first value */
	size_t count;
	size_t limit;
	size_t value_bytes;
};

/* One key of two, for what no single number names. */
static inline uint64_t etw_map_mix(uint64_t a, uint64_t b)
{
	a = (a ^ b) * 0x9e3779b97f4a7c15u;
	return a ^ a >> 29;
}

/* `value_bytes` is a multiple of 8. */
void etw_map_init(struct etw_map *map, size_t value_bytes, size_t limit);
void etw_map_done(struct etw_map *map);
/* NULL: there is none. Values move when one is added or removed. */
void *etw_map_get(const struct etw_map *map, uint64_t key);
/* The value, all zeros when it is new; NULL: no room. */
void *etw_map_put(struct etw_map *map, uint64_t key);
void etw_map_remove(struct etw_map *map, uint64_t key);
/* Walks all: *at starts at 0. NULL at the end. Nothing may be added or removed meanwhile. */
void *etw_map_next(const struct etw_map *map, size_t *at, uint64_t *ret_key);

#endif

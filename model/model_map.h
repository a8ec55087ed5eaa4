/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef MODEL_MODEL_MAP_H
#define MODEL_MODEL_MAP_H
/*
 * A small hash map from a 64-bit number to a place in an array, counted from 1 (0: not there).
 * All zero is an empty map.
 */
#include <stdint.h>

#include "model/model_memory.h"

struct map_entry {
	uint64_t key;
	uint32_t value;
};

struct map {
	struct map_entry *entries;
	uint32_t capacity; /* a power of two; at most half is used */
	uint32_t count;
};

uint32_t model_map_get(const struct map *map, uint64_t key);
/* Adds or replaces; `value` is not 0. 0 or -ENOMEM. */
int model_map_put(struct memory *memory, struct map *map, uint64_t key, uint32_t value);
void model_map_remove(struct map *map, uint64_t key);
void model_map_done(struct memory *memory, struct map *map);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Open addressing with linear probing, at most half full. A removed slot is closed by moving back
 * what probed past it, so IRPs that come and go by the million leave nothing behind.
 */
#include "windows-etw/etw_map.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS_START = 64 };

void etw_map_init(struct etw_map *map, size_t value_bytes, size_t limit)
{
	*map = (struct etw_map){ .value_bytes = value_bytes, .limit = limit };
}

void etw_map_done(struct etw_map *map)
{
	free(map->slots);
	map->slots = NULL;
	map->slot_count = map->count = 0;
}

static size_t slot_bytes(const struct etw_map *map)
{
	return sizeof(uint64_t) + map->value_bytes;
}

static uint64_t *slot_at(const struct etw_map *map, size_t at)
{
	return (uint64_t *)(void *)(map->slots + at * slot_bytes(map));
}

static size_t home_of(const struct etw_map *map, uint64_t key)
{
	key *= 0x9e3779b97f4a7c15u;
	return (size_t)(key >> 20) & (map->slot_count - 1);
}

/* The key's slot, or the free one it would get. */
static size_t place_of(const struct etw_map *map, uint64_t key)
{
	size_t at = home_of(map, key);

	while (*slot_at(map, at) && *slot_at(map, at) != key)
		at = (at + 1) & (map->slot_count - 1);
	return at;
}

static int grow(struct etw_map *map)
{
	struct etw_map grown = *map;

	grown.slot_count = map->slot_count ? map->slot_count * 2 : SLOTS_START;
	grown.slots = calloc(grown.slot_count, slot_bytes(map));
	if (!grown.slots)
		return -1;
	for (size_t at = 0; at < map->slot_count; at++) {
		uint64_t *slot = slot_at(map, at);

		if (*slot)
			memcpy(slot_at(&grown, place_of(&grown, *slot)), slot, slot_bytes(map));
	}
	free(map->slots);
	*map = grown;
	return 0;
}

void *etw_map_get(const struct etw_map *map, uint64_t key)
{
	uint64_t *slot;

	if (!map->count || !key)
		return NULL;
	slot = slot_at(map, place_of(map, key));
	return *slot ? slot + 1 : NULL;
}

void *etw_map_put(struct etw_map *map, uint64_t key)
{
	uint64_t *slot;

	if (!key)
		return NULL;
	if (map->slot_count) {
		slot = slot_at(map, place_of(map, key));
		if (*slot)
			return slot + 1;
	}
	if (map->count == map->limit || (map->count * 2 >= map->slot_count && grow(map)))
		return NULL;
	slot = slot_at(map, place_of(map, key));
	*slot = key;
	memset(slot + 1, 0, map->value_bytes);
	map->count++;
	return slot + 1;
}

void etw_map_remove(struct etw_map *map, uint64_t key)
{
	size_t mask = map->slot_count - 1, hole, at;

	if (!map->count || !key)
		return;
	hole = place_of(map, key);
	if (!*slot_at(map, hole))
		return;
	for (at = (hole + 1) & mask; *slot_at(map, at); at = (at + 1) & mask) {
		size_t home = home_of(map, *slot_at(map, at));

		/* May move back unless its home lies behind the hole. */
		if (((at - home) & mask) >= ((at - hole) & mask)) {
			memcpy(slot_at(map, hole), slot_at(map, at), slot_bytes(map));
			hole = at;
		}
	}
	*slot_at(map, hole) = 0;
	map->count--;
}

void *etw_map_next(const struct etw_map *map, size_t *at, uint64_t *ret_key)
{
	while (*at < map->slot_count) {
		uint64_t *slot = slot_at(map, (*at)++);

		if (*slot) {
			*ret_key = *slot;
			return slot + 1;
		}
	}
	return NULL;
}

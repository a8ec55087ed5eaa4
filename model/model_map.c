/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Open addressing with linear probing, at most half full. Removal closes the gap by moving later
 * entries of the same run back, so there are no tombstones and a map that is filled and emptied
 * for hours stays as quick as a new one.
 *
 * The keys are queue ids, file numbers, process ids and user_data. The last is chosen by the traced
 * application; the mixing below keeps ordinary patterns (pointers, counters) apart, and the limits
 * in model_private.h bound how long a run somebody could build on purpose.
 */
#include "model/model_map.h"

#include <errno.h>

static uint32_t home_of(const struct map *map, uint64_t key)
{
	key ^= key >> 32;
	key *= 0x9e3779b97f4a7c15u; /* 2^64 divided by the golden ratio */
	key ^= key >> 29;
	key *= 0xd6e8feb86659fd93u; /* odd, with well spread bits */
	return (uint32_t)(key >> 32) & (map->capacity - 1);
}

/* The entry of a key, or the free one where it would go. */
static struct map_entry *entry_of(const struct map *map, uint64_t key)
{
	uint32_t at = home_of(map, key);

	while (map->entries[at].value && map->entries[at].key != key)
		at = (at + 1) & (map->capacity - 1);
	return &map->entries[at];
}

uint32_t model_map_get(const struct map *map, uint64_t key)
{
	return map->capacity ? entry_of(map, key)->value : 0;
}

static int enlarge(struct memory *memory, struct map *map)
{
	struct map larger = { .capacity = map->capacity ? map->capacity * 2 : 8,
			      .count = map->count };

	larger.entries = model_memory_new(memory, larger.capacity * sizeof(*larger.entries));
	if (!larger.entries)
		return -ENOMEM;
	for (uint32_t i = 0; i < map->capacity; i++)
		if (map->entries[i].value)
			*entry_of(&larger, map->entries[i].key) = map->entries[i];
	model_map_done(memory, map);
	*map = larger;
	return 0;
}

int model_map_put(struct memory *memory, struct map *map, uint64_t key, uint32_t value)
{
	struct map_entry *entry;
	int err = 0;

	if (map->count * 2 >= map->capacity)
		err = enlarge(memory, map);
	if (err)
		return err;
	entry = entry_of(map, key);
	if (!entry->value)
		map->count++;
	entry->key = key;
	entry->value = value;
	return 0;
}

void model_map_remove(struct map *map, uint64_t key)
{
	uint32_t mask = map->capacity - 1;
	uint32_t gap, at;

	if (!model_map_get(map, key))
		return;
	gap = (uint32_t)(entry_of(map, key) - map->entries);
	for (at = (gap + 1) & mask; map->entries[at].value; at = (at + 1) & mask) {
		uint32_t home = home_of(map, map->entries[at].key);

		/* An entry may move back to the gap unless that is before its home. */
		if (((at - home) & mask) < ((at - gap) & mask))
			continue;
		map->entries[gap] = map->entries[at];
		gap = at;
	}
	map->entries[gap] = (struct map_entry){ 0 };
	map->count--;
}

void model_map_done(struct memory *memory, struct map *map)
{
	model_memory_free(memory, map->entries, map->capacity * sizeof(*map->entries));
	*map = (struct map){ 0 };
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * What FILE numbers stand for. Windows names files by two kernel addresses: the key is the file,
 * however often it is open; the object is one opening of it. Disk events have the key only, file
 * events have both, Create names an object, the rundown names keys, often at the very end of the
 * trace. So a number is given when a key or object is first used, and its name is told whenever it
 * becomes known; readers look names up late.
 *
 * Addresses are used again: a key that is deleted, or gets another name, gets another number, an
 * object that is closed is forgotten. The numbers themselves count from 1 and give no kernel
 * address away.
 */
#include "windows-etw/etw_private.h"

static uint64_t hash_of(const char *path)
{
	uint64_t hash = 14695981039346656037u;

	while (*path)
		hash = (hash ^ (uint8_t)*path++) * 1099511628211u;
	return hash ? hash : 1;
}

static struct etw_name *name_of(struct etw_decoder *decoder, struct etw_map *map, uint64_t address)
{
	struct etw_name *name = etw_map_put(map, address);

	if (name && !name->number)
		name->number = ++decoder->file_count;
	return name;
}

static void tell(struct etw_decoder *decoder, struct etw_name *name, const char *path)
{
	struct ev_file file = { .h = etw_header(decoder, EV_FILE), .file = name->number };

	name->hash = hash_of(path);
	etw_emit(decoder, &file, sizeof(file), path);
}

uint64_t etw_name_of(struct etw_decoder *decoder, uint64_t key, uint64_t object)
{
	struct etw_name *of_object = etw_map_get(&decoder->objects, object);
	struct etw_name *of_key = etw_map_get(&decoder->keys, key);

	if (of_key)
		return of_key->number;
	if (!key)
		of_key = name_of(decoder, &decoder->objects, object);
	else if (of_object && (of_key = etw_map_put(&decoder->keys, key)))
		*of_key = *of_object; /* the file that this opening opened */
	else
		of_key = name_of(decoder, &decoder->keys, key);
	return of_key ? of_key->number : 0;
}

void etw_name_key(struct etw_decoder *decoder, uint64_t key, const char *path)
{
	struct etw_name *name = name_of(decoder, &decoder->keys, key);

	if (!name || !*path || name->hash == hash_of(path))
		return;
	if (name->hash)
		name->number = ++decoder->file_count;
	tell(decoder, name, path);
}

void etw_name_object(struct etw_decoder *decoder, uint64_t object, const char *path)
{
	struct etw_name *name;

	etw_map_remove(&decoder->objects, object);
	name = *path ? name_of(decoder, &decoder->objects, object) : NULL;
	if (name)
		tell(decoder, name, path);
}

void etw_name_forget_key(struct etw_decoder *decoder, uint64_t key)
{
	etw_map_remove(&decoder->keys, key);
}

void etw_name_forget_object(struct etw_decoder *decoder, uint64_t object)
{
	etw_map_remove(&decoder->objects, object);
}

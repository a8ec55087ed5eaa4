/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The tracer's view of the memory it shares with the probes (bpf/tables.h), a mapping each. Tables
 * of fixed size are variables of the probes, which libbpf keeps in one map; the object's own type
 * information says where in it. Arrays whose size is chosen when the probes are loaded are maps of
 * their own. Cells are left to bpf/cells.c, which maps as many as are in use.
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

#include <linux/btf.h>

#include <bpf/btf.h>

#include "bpf/tracer_private.h"

/* What is mapped, and where struct tracer keeps its address. */
struct mapping {
	const char *name;
	size_t member;
	size_t bytes; /* 0: the whole array of this name */
};
#define MAPPING(name, bytes) #name, offsetof(struct tracer, name), bytes
static const struct mapping mappings[] = {
	{ MAPPING(live, sizeof(struct live_settings)) },
	{ MAPPING(cpus, CPUS_MAX * sizeof(struct cpu_state)) },
	{ MAPPING(ring_index, RING_INDEX_SETS * sizeof(struct ring_index_set)) },
	{ MAPPING(rings, RINGS_MAX * sizeof(struct ring_slot)) },
	{ MAPPING(cell_index, CELL_INDEX_MAX * sizeof(struct cell_index_entry)) },
	{ MAPPING(open_sets, OPEN_SETS * sizeof(struct open_set)) },
	{ MAPPING(records, 0) },
	{ MAPPING(device_index, 0) },
	{ MAPPING(device_queues, 0) },
	{ MAPPING(ring_sample, 0) },
	{ MAPPING(command_sets, 0) },
	{ MAPPING(command_rings, 0) },
	{ MAPPING(command_records, 0) },
};
enum { MAPPINGS = sizeof(mappings) / sizeof(*mappings) };

static void **mapping_place(struct tracer *tracer, const struct mapping *mapping)
{
	return (void **)((char *)tracer + mapping->member);
}

static size_t mapping_bytes(const struct tracer *tracer, const struct mapping *mapping)
{
	const struct bpf_map *map;

	if (mapping->bytes)
		return mapping->bytes;
	map = bpf_object__find_map_by_name(tracer->object, mapping->name);
	return (size_t)bpf_map__value_size(map) * bpf_map__max_entries(map);
}

static int map_fd(const struct tracer *tracer, const char *name)
{
	return bpf_object__find_map_fd_by_name(tracer->object, name);
}

/* Where a table lies: in the map of all tables, or in one of its own where a map's value may not be
 * that large. */
static int find_table(struct tracer *tracer, const char *name, int *ret_fd, off_t *ret_offset)
{
	const struct btf *btf = bpf_object__btf(tracer->object);
	int id = btf__find_by_name_kind(btf, TRACER_TABLES, BTF_KIND_DATASEC);
	const struct btf_type *section = btf__type_by_id(btf, id < 0 ? 0 : (uint32_t)id), *type;
	const struct btf_var_secinfo *variable = btf_var_secinfos(section);

	for (uint32_t i = 0; i < btf_vlen(section); i++, variable++) {
		type = btf__type_by_id(btf, variable->type);
		if (strcmp(btf__name_by_offset(btf, type->name_off), name) != 0)
			continue;
		*ret_fd = map_fd(tracer, TRACER_TABLES);
		*ret_offset = variable->offset;
		return 0;
	}
	*ret_fd = map_fd(tracer, name);
	*ret_offset = 0;
	return *ret_fd < 0 ? -ENOENT : 0;
}

static int map(struct tracer *tracer, const struct mapping *mapping)
{
	off_t offset;
	void *at;
	int fd, err = find_table(tracer, mapping->name, &fd, &offset);

	if (err)
		return err;
	at = mmap(NULL, mapping_bytes(tracer, mapping), PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		  offset);
	if (at == MAP_FAILED)
		return -errno;
	*mapping_place(tracer, mapping) = at;
	return 0;
}

int mappings_init(struct tracer *tracer)
{
	int err = find_table(tracer, "cells", &tracer->cells_fd, &tracer->cells_offset);

	for (size_t i = 0; i < MAPPINGS && !err; i++)
		err = map(tracer, &mappings[i]);
	return err;
}

void mappings_done(struct tracer *tracer)
{
	cells_done(tracer);
	for (size_t i = 0; i < MAPPINGS; i++)
		if (*mapping_place(tracer, &mappings[i]))
			munmap(*mapping_place(tracer, &mappings[i]),
			       mapping_bytes(tracer, &mappings[i]));
}

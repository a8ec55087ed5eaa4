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
};
#define MAPPING(name)                                                                              \
	{                                                                                          \
#name, offsetof(struct tracer, name)                                               \
	}
static const struct mapping mappings[] = {
	MAPPING(live),
	MAPPING(cpus),
	MAPPING(ring_index),
	MAPPING(rings),
	MAPPING(cell_index),
	MAPPING(open_sets),
	MAPPING(records),
	MAPPING(device_index),
	MAPPING(device_queues),
	MAPPING(ring_sample),
	MAPPING(command_sets),
	MAPPING(command_rings),
	MAPPING(command_records),
};
enum { MAPPINGS = sizeof(mappings) / sizeof(*mappings) };

static void **mapping_place(struct tracer *tracer, const struct mapping *mapping)
{
	return (void **)((char *)tracer + mapping->member);
}

int mappings_find(const struct tracer *tracer, const char *name, struct table *ret_table)
{
	const struct btf *btf = bpf_object__btf(tracer->object);
	int id = btf__find_by_name_kind(btf, TRACER_TABLES, BTF_KIND_DATASEC);
	const struct btf_type *section = btf__type_by_id(btf, id < 0 ? 0 : (uint32_t)id), *type;
	const struct btf_var_secinfo *variable = btf_var_secinfos(section);
	const struct bpf_map *map;

	for (uint32_t i = 0; i < btf_vlen(section); i++, variable++) {
		type = btf__type_by_id(btf, variable->type);
		if (strcmp(btf__name_by_offset(btf, type->name_off), name) != 0)
			continue;
		*ret_table = (struct table){ 1, variable->offset, variable->size };
		return 0;
	}
	map = bpf_object__find_map_by_name(tracer->object, name);
	if (!map)
		return -ENOENT;
	*ret_table = (struct table){ 0, 0,
				     (size_t)bpf_map__value_size(map) * bpf_map__max_entries(map) };
	return 0;
}

static int table_fd(const struct tracer *tracer, const char *name, const struct table *table)
{
	return bpf_object__find_map_fd_by_name(tracer->object,
					       table->in_tables ? TRACER_TABLES : name);
}

static int map(struct tracer *tracer, const struct mapping *mapping)
{
	struct table table;
	int err = mappings_find(tracer, mapping->name, &table);
	void *at;

	if (err)
		return err;
	at = mmap(NULL, table.bytes, PROT_READ | PROT_WRITE, MAP_SHARED,
		  table_fd(tracer, mapping->name, &table), table.offset);
	if (at == MAP_FAILED)
		return -errno;
	*mapping_place(tracer, mapping) = at;
	return 0;
}

static void unmap(struct tracer *tracer, const struct mapping *mapping)
{
	struct table table;

	if (*mapping_place(tracer, mapping) && !mappings_find(tracer, mapping->name, &table))
		munmap(*mapping_place(tracer, mapping), table.bytes);
}

int mappings_init(struct tracer *tracer)
{
	struct table cells;
	int err = mappings_find(tracer, "cells", &cells);

	if (!err) {
		tracer->cells_fd = table_fd(tracer, "cells", &cells);
		tracer->cells_offset = cells.offset;
	}
	for (size_t i = 0; i < MAPPINGS && !err; i++)
		err = map(tracer, &mappings[i]);
	return err;
}

void mappings_done(struct tracer *tracer)
{
	cells_done(tracer);
	for (size_t i = 0; i < MAPPINGS; i++)
		unmap(tracer, &mappings[i]);
}

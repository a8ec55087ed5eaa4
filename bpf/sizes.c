/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * How large the tables are whose size is chosen when the probes are loaded: what grows with the
 * number of CPUs, as far as it is a small part of the machine's memory. The kernel takes all of it
 * at once.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "bpf/tracer_private.h"

enum {
	RECORD_BYTES_DEFAULT = 32 << 20,
	MEMORY_SHARE = 64,  /* the machine's memory to what grows with its CPUs, each of the two */
	COMMANDS_SHARE = 4, /* a CPU's record slots to those of its commands */
	CELLS_OF_CPU = 512, /* pairs of ring and operation that one CPU has to do with */
};

static uint32_t power_of_two_below(size_t value, uint32_t least)
{
	uint32_t power = least;

	while ((size_t)power * 2 <= value && power < 1u << 30)
		power *= 2;
	return power;
}

/* What is wanted, but neither more than the machine can spare nor less than `least`. */
static size_t bytes_spared(size_t wanted, size_t least)
{
	long pages = sysconf(_SC_PHYS_PAGES), page_bytes = sysconf(_SC_PAGESIZE);
	size_t spare =
		pages > 0 && page_bytes > 0 ? (size_t)pages * (size_t)page_bytes / MEMORY_SHARE : 0;

	if (wanted > spare)
		wanted = spare;
	return wanted > least ? wanted : least;
}

/* Enough that each CPU has its whole warm ring. */
static void choose_records(struct tracer *tracer)
{
	size_t wanted = tracer->cpu_count * (size_t)RECORD_WARM_SLOTS * sizeof(struct record_slot);
	size_t bytes = tracer->options.buffer_bytes ? tracer->options.buffer_bytes
						    : bytes_spared(wanted, RECORD_BYTES_DEFAULT);
	size_t slots = bytes / sizeof(struct record_slot) / tracer->cpu_count;

	if (slots < 2 * RECORD_WARM_SLOTS) {
		tracer->record_slots[RECORDS_WARM] = power_of_two_below(slots, RECORD_SLOTS_MIN);
	} else {
		tracer->record_slots[RECORDS_WARM] = RECORD_WARM_SLOTS;
		tracer->record_slots[RECORDS_LARGE] =
			power_of_two_below(slots - RECORD_WARM_SLOTS, RECORD_SLOTS_MIN);
	}
	slots = tracer->record_slots[tracer->record_slots[RECORDS_LARGE] ? RECORDS_LARGE
									 : RECORDS_WARM];
	tracer->command_mask = (uint32_t)slots / COMMANDS_SHARE - 1;
}

/* A ring that runs on all CPUs has cells on each. Where a map's value may not be large (up to 5.19)
 * there are as many as a small machine has. */
static void choose_cells(struct tracer *tracer)
{
	size_t wanted = tracer->cpu_count * (size_t)CELLS_OF_CPU * sizeof(struct cell);
	uint32_t cells = CELLS_MIN;
	struct table table;

	if (!mappings_find(tracer, "cell_index", &table) &&
	    table.bytes == CELL_INDEX_MAX * sizeof(struct cell_index_entry))
		cells = power_of_two_below(bytes_spared(wanted, CELLS_MIN * sizeof(struct cell)) /
						   sizeof(struct cell),
					   CELLS_MIN);
	if (cells > CELLS_MAX)
		cells = CELLS_MAX;
	tracer->cell_count = cells;
}

static int choose_lanes(struct tracer *tracer, struct ev_error *why)
{
	int cpus = libbpf_num_possible_cpus();

	if (cpus < 0)
		return ev_fail(why, cpus, "cannot count the CPUs: %s", strerror(-cpus));
	if (cpus > LANES_MAX)
		return ev_fail(why, -E2BIG, "this machine has room for %d CPUs, ringlens for %d",
			       cpus, LANES_MAX);
	tracer->cpu_count = (uint32_t)cpus;
	tracer->lane_count = tracer->cpu_count * copies_choose(tracer);
	return 0;
}

/* A driver makes no more queues than there are CPUs, of each of a few kinds (NVMe: those that are
 * polled, too), and the first may have the number 1. */
static void choose_device_queues(struct tracer *tracer)
{
	uint32_t queues = DEVICE_QUEUES_MIN;

	while (queues < DEVICE_QUEUES_MAX && queues <= 3 * tracer->cpu_count)
		queues *= 2;
	tracer->device_queue_count = queues;
}

int sizes_choose(struct tracer *tracer, struct ev_error *why)
{
	int err = choose_lanes(tracer, why);

	if (err)
		return err;
	choose_records(tracer);
	choose_cells(tracer);
	choose_device_queues(tracer);
	return 0;
}

uint32_t sizes_record_first(const struct tracer *tracer, uint32_t lane)
{
	return record_first(lane, tracer->cpu_count,
			    tracer->record_slots[RECORDS_WARM] +
				    tracer->record_slots[RECORDS_LARGE]);
}

/* ---- before loading ---- */

static int set_entries(const struct tracer *tracer, const char *name, uint32_t entries)
{
	return bpf_map__set_max_entries(bpf_object__find_map_by_name(tracer->object, name),
					entries);
}

/* All tables, without the cells behind them that are not to be. */
static uint32_t tables_bytes(const struct tracer *tracer, const struct bpf_map *map)
{
	uint32_t bytes = bpf_map__value_size(map);
	struct table cells;

	if (mappings_find(tracer, "cells", &cells) || !cells.in_tables ||
	    (size_t)cells.offset + cells.bytes != bytes)
		return bytes;
	return (uint32_t)cells.offset + tracer->cell_count * (uint32_t)sizeof(struct cell);
}

/* The probes' writable data is the tables and nothing else. libbpf would copy its zeros into
 * the map in one piece, which older kernels need as much contiguous memory for (up to 5.14); a map
 * that is already there it takes as it is. */
static int make_tables(struct tracer *tracer)
{
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = BPF_F_MMAPABLE);
	struct bpf_map *map = bpf_object__find_map_by_name(tracer->object, TRACER_TABLES);
	int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "tables", sizeof(uint32_t),
				tables_bytes(tracer, map), 1, &options);
	int err;

	if (fd < 0)
		return fd;
	err = bpf_map__reuse_fd(map, fd);
	close(fd); /* libbpf has its own */
	return err;
}

int sizes_set(struct tracer *tracer)
{
	int err = make_tables(tracer);

	if (!err)
		err = set_entries(tracer, "records",
				  sizes_record_first(tracer, tracer->lane_count));
	if (!err)
		err = set_entries(tracer, "device_queues",
				  DEVICES_MAX * tracer->device_queue_count);
	if (!err)
		err = set_entries(tracer, "command_rings", tracer->cpu_count);
	if (!err)
		err = set_entries(tracer, "command_records",
				  tracer->cpu_count * (tracer->command_mask + 1));
	return err;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_CELL_BPF_H
#define BPF_CELL_BPF_H
/*
 * Cells: counters and a histogram for each (CPU, ring, operation) that really occurs. Only its own
 * CPU writes a cell, so plain additions are exact, and memory follows use, not the product of CPUs,
 * rings and operations.
 */
#include "bpf/maps.bpf.h"

/* Cell 0 is nobody's: no key is its. */
static __always_inline struct cell *cell_at(uint32_t number)
{
#ifdef RL_DIRECT
	struct cell *cell = &cells[number & settings.cell_mask];

	barrier_var(cell);
	if (!cell)
		__builtin_unreachable(); /* spares every caller's check */
	return cell;
#else
	return bpf_map_lookup_elem(&cells, &number);
#endif
}

/* Claims a cell for a key that has none; rare. Returns its position in the index, CELL_INDEX_ENTRIES
 * when there is no room. */
static __noinline uint32_t cell_claim(uint64_t key, uint32_t position)
{
	struct cell_index_entry *entry;
	struct cell *cell;
	uint32_t number = 0;

	for (int i = 0; i < CELL_PROBES; i++) {
		uint32_t at = (position + i) & settings.cell_index_mask;

		entry = &cell_index[at];
		if (entry->key == key && entry->cell)
			return at;
		if (!word_claim(&entry->key, key, at))
			continue;
		if (bpf_map_pop_elem(&free_cells, &number)) {
			word_release(&entry->key, at);
			break;
		}
		cell = cell_at(number);
		if (!cell)
			return CELL_INDEX_ENTRIES;
		cell->key = key;
		cell->min_ns = ~0ull;
		entry->cell = number;
		return at;
	}
	lane_state(key >> CELL_LANE_SHIFT)->cells_full++;
	return CELL_INDEX_ENTRIES;
}

/* The number of a key's cell, claimed when it has none; 0: no room. */
static __always_inline uint32_t cell_number(uint64_t key)
{
	uint32_t position = mix(key) >> settings.cell_index_shift;
	struct cell_index_entry *entry;

	entry = &cell_index[position];
	barrier_var(entry);
	if (entry->key == key && entry->cell)
		return entry->cell;
	position = cell_claim(key, position);
	if (position >= CELL_INDEX_ENTRIES)
		return 0;
	entry = &cell_index[position];
	barrier_var(entry);
	return entry->cell;
}

static __always_inline struct cell *cell_of(uint32_t cpu, uint32_t ring, uint32_t op)
{
	uint32_t number = cell_number(cell_key(cpu, ring, op));

	return number ? cell_at(number) : 0;
}

/* The same for what every request needs: mostly the cell that this CPU used last for the operation,
 * which says itself whose it is. */
static __always_inline struct cell *cell_of_request(struct cpu_state *state, uint32_t cpu,
						    uint32_t ring, uint32_t op)
{
	uint32_t *last = &state->cells[op & (CPU_CELLS - 1)], number = *last;
	struct cell *cell = cell_at(number);
	uint64_t key = cell_key(cpu, ring, op);

	if (cell && cell->key == key)
		return cell;
	number = cell_number(key);
	*last = number;
	return number ? cell_at(number) : 0;
}

static __always_inline void cell_add_submitted(uint32_t cpu, uint32_t ring, uint32_t op)
{
	struct cell *cell = cell_of(cpu, ring, op);

	if (cell)
		cell->submitted++;
}

/* ev_bucket() without the count-leading-zeros that BPF lacks. Latencies of a load are alike, so
 * branches are foreseen and cost less than arithmetic; the barriers keep them branches. */
static __always_inline uint32_t log2_of(uint64_t value)
{
	uint32_t log2 = 0;

	if (value >= 1ull << 32) {
		value >>= 32;
		log2 = 32;
		barrier_var(log2);
	}
	if (value >= 1 << 16) {
		value >>= 16;
		log2 += 16;
		barrier_var(log2);
	}
	if (value >= 1 << 8) {
		value >>= 8;
		log2 += 8;
		barrier_var(log2);
	}
	if (value >= 1 << 4) {
		value >>= 4;
		log2 += 4;
		barrier_var(log2);
	}
	return log2 + (0xffffaa50 >> (2 * value & 31) & 3); /* log2 of 0 … 15, two bits each */
}

/* ev_bucket() in two steps: how far a value is shifted, and its bucket then. Mostly the shift is
 * that of the last value, which one comparison tells. */
static __always_inline uint32_t bucket_of(struct cell *cell, uint64_t value)
{
	uint32_t shift = cell->shift;
	uint64_t top = value >> (shift & 63);

	if (top - EV_BUCKET_PARTS >= EV_BUCKET_PARTS) {
		shift = value < EV_BUCKET_PARTS ? 0 : log2_of(value) - EV_BUCKET_BITS;
		top = value >> (shift & 63);
		cell->shift = shift;
	}
	return (shift << EV_BUCKET_BITS) + (uint32_t)top;
}

static __always_inline void cell_add_latency(struct cell *cell, uint64_t latency_ns)
{
	uint32_t bucket = bucket_of(cell, latency_ns);

	if (bucket >= CELL_BUCKETS)
		bucket = CELL_BUCKETS - 1;
	cell->buckets[bucket]++;
	cell->sum_ns += latency_ns;
	if (latency_ns > cell->max_ns)
		cell->max_ns = latency_ns;
	if (latency_ns < cell->min_ns)
		cell->min_ns = latency_ns;
}

#endif

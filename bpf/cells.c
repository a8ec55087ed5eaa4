/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Reads the histogram cells that the probes fill. Their counters only grow (they start again when a
 * cell is given back), so what is new is the difference to what was read last; of the buckets only
 * the used range is remembered. Cells are claimed in order, so only the claimed beginning of the
 * map is mapped here.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "bpf/tracer_private.h"

enum { CELLS_MAPPED_STEP = 64 };

struct cell_ref {
	uint32_t slot;
	uint16_t op;
	uint32_t cell;
};

static uint32_t key_slot(uint64_t key)
{
	return key >> 16 & 0xffffff;
}

static uint32_t cell_index_entries(const struct tracer *tracer)
{
	return CELL_INDEX_SHARE * tracer->cell_count;
}

static int map_up_to(struct tracer *tracer, uint32_t cell)
{
	uint32_t count = (cell / CELLS_MAPPED_STEP + 1) * CELLS_MAPPED_STEP;
	void *at;

	if (cell < tracer->cells_mapped)
		return 0;
	if (count > tracer->cell_count)
		count = tracer->cell_count;
	at = mmap(NULL, (size_t)count * sizeof(struct cell), PROT_READ | PROT_WRITE, MAP_SHARED,
		  tracer->cells_fd, tracer->cells_offset);
	if (at == MAP_FAILED)
		return -errno;
	if (tracer->cells)
		munmap(tracer->cells, (size_t)tracer->cells_mapped * sizeof(struct cell));
	tracer->cells = at;
	tracer->cells_mapped = count;
	return 0;
}

static struct cell *cell_at(const struct tracer *tracer, uint32_t cell)
{
	return (struct cell *)tracer->cells + cell;
}

static int compare_refs(const void *a, const void *b)
{
	const struct cell_ref *x = a, *y = b;

	if (x->slot != y->slot)
		return x->slot < y->slot ? -1 : 1;
	return (x->op > y->op) - (x->op < y->op);
}

static enum cells_which cells_of_life(const struct device_life *life)
{
	return life->state == DEVICE_LEAVING				  ? CELLS_OF_LEAVING_DEVICES
	       : life->state == DEVICE_HERE || life->state == DEVICE_GONE ? CELLS_OF_DEVICES
									  : CELLS_OF_NOBODY;
}

/* Devices are numbered behind the rings. */
static int belongs(const struct tracer *tracer, enum cells_which which, uint32_t slot)
{
	if (slot >= RINGS_MAX)
		return slot < RINGS_MAX + DEVICES_MAX &&
		       which == cells_of_life(&tracer->lives[slot - RINGS_MAX]);
	if (which == CELLS_OF_DEAD_RINGS)
		return tracer->memory[slot].dead;
	return which == CELLS_OF_LIVE_RINGS && rings_live(tracer, slot);
}

/* The claimed cells of the wanted rings, in order of ring and operation. */
static int collect(struct tracer *tracer, enum cells_which which, struct cell_ref **ret_refs,
		   size_t *ret_count)
{
	struct cell_ref *refs = malloc(cell_index_entries(tracer) * sizeof(*refs));
	uint32_t highest = 0;
	size_t count = 0;

	if (!refs)
		return -ENOMEM;
	for (uint32_t i = 0; i < cell_index_entries(tracer); i++) {
		const struct cell_index_entry *entry = &tracer->cell_index[i];
		uint64_t key = entry->key;
		uint32_t cell = (uint32_t)entry->cell, slot = key_slot(key);

		if (!key || !cell || cell >= tracer->cell_count || !belongs(tracer, which, slot))
			continue;
		refs[count++] = (struct cell_ref){ slot, (uint16_t)key, cell };
		if (cell > highest)
			highest = cell;
	}
	qsort(refs, count, sizeof(*refs), compare_refs);
	*ret_refs = refs;
	*ret_count = count;
	return map_up_to(tracer, highest);
}

static int remember_range(struct cell_memory *memory, uint32_t first, uint32_t last)
{
	uint32_t end = memory->first + memory->length, *buckets;

	if (memory->length && memory->first <= first && end > last)
		return 0;
	if (memory->length) {
		first = memory->first < first ? memory->first : first;
		last = end - 1 > last ? end - 1 : last;
	}
	buckets = calloc(last - first + 1, sizeof(*buckets));
	if (!buckets)
		return -ENOMEM;
	if (memory->length)
		memcpy(buckets + (memory->first - first), memory->buckets,
		       memory->length * sizeof(*buckets));
	free(memory->buckets);
	memory->buckets = buckets;
	memory->first = first;
	memory->length = last - first + 1;
	return 0;
}

/* Adds what is new in one bucket range to the sum. */
static int add_buckets(struct cell_sum *sum, struct cell_memory *memory, const struct cell *cell)
{
	uint32_t first = CELL_BUCKETS, last = 0, value, added;

	for (uint32_t i = 0; i < CELL_BUCKETS; i++) {
		if (!cell->buckets[i])
			continue;
		first = i < first ? i : first;
		last = i;
	}
	if (first > last)
		return 0;
	if (remember_range(memory, first, last))
		return -ENOMEM;
	for (uint32_t i = first; i <= last; i++) {
		value = *(volatile const uint32_t *)&cell->buckets[i];
		added = value - memory->buckets[i - memory->first];
		memory->buckets[i - memory->first] = value;
		sum->buckets[i] += added;
		sum->latency.count += added;
		memory->completed += added;
	}
	return 0;
}

static uint64_t fresh(uint64_t *remembered, uint64_t value)
{
	uint64_t added = value - *remembered;

	*remembered = value;
	return added;
}

static int add_cell(struct cell_sum *sum, struct cell_memory *memory, struct cell *cell)
{
	struct ev_latency *latency = &sum->latency;
	uint64_t refused;
	int err;

	if (memory->key != cell->key) {
		free(memory->buckets);
		*memory = (struct cell_memory){ .key = cell->key };
	}
	/* What ended is read before what began, so that in flight is never below zero. */
	sum->failed += cell->failed;
	sum->skipped += cell->skipped;
	sum->vanished += cell->vanished;
	sum->evicted += cell->evicted;
	refused = fresh(&memory->failed, cell->failed);
	latency->count += refused + fresh(&memory->skipped, cell->skipped);
	latency->errors += refused + fresh(&memory->errors, cell->errors);
	latency->bytes += fresh(&memory->bytes, cell->bytes);
	latency->sum_ns += fresh(&memory->sum_ns, cell->sum_ns);
	latency->worker += fresh(&memory->worker, cell->worker);
	latency->poll += fresh(&memory->poll, cell->poll);
	sum->write_bytes += fresh(&memory->write_bytes, cell->write_bytes);
	if (cell->max_ns > latency->max_ns)
		latency->max_ns = cell->max_ns;
	if (cell->min_ns < latency->min_ns)
		latency->min_ns = cell->min_ns;
	/* The extremes are this interval's; a value that arrives between the two lines is in the
	 * next one's buckets. */
	cell->max_ns = 0;
	cell->min_ns = UINT64_MAX;
	err = add_buckets(sum, memory, cell);
	sum->completed += memory->completed;
	return err;
}

static uint64_t clamp(uint64_t value, uint64_t low, uint64_t high)
{
	return value < low ? low : value > high ? high : value;
}

/* The extremes were read beside the buckets, not with them: keep them where the buckets say they
 * are. */
static void settle_extremes(struct cell_sum *sum)
{
	struct ev_latency *latency = &sum->latency;
	uint32_t first = 0, last = CELL_BUCKETS - 1;

	while (first < CELL_BUCKETS && !sum->buckets[first])
		first++;
	while (last > 0 && !sum->buckets[last])
		last--;
	if (first == CELL_BUCKETS) {
		latency->min_ns = latency->max_ns = 0;
		return;
	}
	latency->min_ns =
		clamp(latency->min_ns, ev_bucket_low(first), ev_bucket_low(first + 1) - 1);
	latency->max_ns =
		clamp(latency->max_ns, ev_bucket_low(last),
		      last == CELL_BUCKETS - 1 ? UINT64_MAX : ev_bucket_low(last + 1) - 1);
}

static int visit_group(struct tracer *tracer, const struct cell_ref *refs, size_t count,
		       struct cell_sum *sum)
{
	int err = 0;

	memset(sum, 0, sizeof(*sum));
	sum->slot = refs->slot;
	sum->op = refs->op;
	sum->latency.min_ns = UINT64_MAX;
	for (size_t i = 0; i < count && !err; i++)
		err = add_cell(sum, &tracer->cell_memory[refs[i].cell],
			       cell_at(tracer, refs[i].cell));
	for (size_t i = 0; i < count && !err; i++)
		sum->submitted += *(volatile uint64_t *)&cell_at(tracer, refs[i].cell)->submitted;
	settle_extremes(sum);
	return err;
}

int cells_visit(struct tracer *tracer, enum cells_which which, cell_sum_fn visit, void *arg)
{
	struct cell_ref *refs = NULL;
	struct cell_sum *sum = malloc(sizeof(*sum));
	size_t count = 0, group;
	int err = sum ? collect(tracer, which, &refs, &count) : -ENOMEM;

	for (size_t i = 0; i < count && !err; i += group) {
		for (group = 1; i + group < count && !compare_refs(&refs[i], &refs[i + group]);)
			group++;
		err = visit_group(tracer, &refs[i], group, sum);
		if (!err)
			err = visit(arg, sum);
	}
	free(refs);
	free(sum);
	return err;
}

/* Those that completed since the buckets were last added up, and those before. */
static uint64_t cell_completed(const struct cell_memory *memory, const volatile struct cell *cell)
{
	uint64_t completed = memory->key == cell->key ? memory->completed : 0;
	uint32_t before;

	for (uint32_t i = 0; i < CELL_BUCKETS; i++) {
		before = memory->key == cell->key && i - memory->first < memory->length
				 ? memory->buckets[i - memory->first]
				 : 0;
		completed += cell->buckets[i] - before;
	}
	return completed;
}

static uint64_t cell_begun(const struct cell_memory *memory, const volatile struct cell *cell)
{
	(void)memory;
	return cell->submitted;
}

static uint64_t cell_ended(const struct cell_memory *memory, const volatile struct cell *cell)
{
	return cell_completed(memory, cell) + cell->failed + cell->skipped + cell->vanished +
	       cell->evicted;
}

static uint64_t sum_of_ring(struct tracer *tracer, uint32_t slot,
			    uint64_t (*value)(const struct cell_memory *memory,
					      const volatile struct cell *cell))
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < cell_index_entries(tracer); i++) {
		const struct cell_index_entry *entry = &tracer->cell_index[i];
		uint64_t key = entry->key;
		uint32_t cell = (uint32_t)entry->cell;

		if (key && cell && cell < tracer->cell_count && key_slot(key) == slot &&
		    !map_up_to(tracer, cell))
			sum += value(&tracer->cell_memory[cell], cell_at(tracer, cell));
	}
	return sum;
}

uint64_t cells_begun(struct tracer *tracer, uint32_t slot)
{
	return sum_of_ring(tracer, slot, cell_begun);
}

uint64_t cells_ended(struct tracer *tracer, uint32_t slot)
{
	return sum_of_ring(tracer, slot, cell_ended);
}

void cells_release(struct tracer *tracer, enum cells_which which)
{
	for (uint32_t i = 0; i < cell_index_entries(tracer); i++) {
		struct cell_index_entry *entry = &tracer->cell_index[i];
		uint32_t cell = (uint32_t)entry->cell, slot = key_slot(entry->key);

		if (!entry->key || !cell || cell >= tracer->cells_mapped ||
		    !belongs(tracer, which, slot))
			continue;
		free(tracer->cell_memory[cell].buckets);
		tracer->cell_memory[cell] = (struct cell_memory){ 0 };
		memset(cell_at(tracer, cell), 0, sizeof(struct cell));
		entry->cell = 0;
		__atomic_store_n(&entry->key, 0, __ATOMIC_RELEASE);
		if (tracer->claims_fd >= 0)
			bpf_map_delete_elem(tracer->claims_fd, &i);
		bpf_map_update_elem(tracer->free_cells_fd, NULL, &cell, BPF_ANY);
	}
}

void cells_done(struct tracer *tracer)
{
	for (uint32_t cell = 0; tracer->cell_memory && cell < tracer->cell_count; cell++)
		free(tracer->cell_memory[cell].buckets);
	if (tracer->cells)
		munmap(tracer->cells, (size_t)tracer->cells_mapped * sizeof(struct cell));
	tracer->cells = NULL;
}

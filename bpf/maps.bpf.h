/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_MAPS_BPF_H
#define BPF_MAPS_BPF_H
/*
 * The maps of bpf/tables.h and the settings the tracer writes before loading. Plain arrays
 * everywhere on the hot path: their look-up is inlined by the verifier, and user space maps them.
 */
#include "bpf/kernel.bpf.h"
#include "bpf/tables.h"

#define ARRAY_MAP(map_name, value_type, entries)                                                   \
	struct {                                                                                   \
		__uint(type, BPF_MAP_TYPE_ARRAY);                                                  \
		__uint(map_flags, BPF_F_MMAPABLE);                                                 \
		__uint(max_entries, entries);                                                      \
		__type(key, uint32_t);                                                             \
		__type(value, value_type);                                                         \
	} map_name SEC(".maps")

#ifndef RL_DIRECT
ARRAY_MAP(open_sets, struct open_set, OPEN_SETS);
ARRAY_MAP(cells, struct cell, CELLS_MIN);
#endif
ARRAY_MAP(open_details, struct open_detail, OPEN_SETS *OPEN_WAYS);
ARRAY_MAP(records, struct record_slot, 1); /* record_slots of settings a CPU */

ARRAY_MAP(device_index, struct device_index_entry, DEVICES_MAX);
ARRAY_MAP(device_queues, struct device_queue, 1); /* device_queue_mask + 1 a device */
ARRAY_MAP(command_sets, struct command_set, COMMAND_SETS);
ARRAY_MAP(command_rings, struct command_ring, 1);   /* one a CPU */
ARRAY_MAP(command_records, struct command_slot, 1); /* settings.command_mask + 1 a CPU */

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, RINGS_MAX);
	__uint(value_size, sizeof(uint32_t));
} free_rings SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, CELLS_MAX);
	__uint(value_size, sizeof(uint32_t));
} free_cells SEC(".maps");

/* Preallocated: before 6.1 a tracing program must not make the kernel allocate. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, FILTER_PIDS_MAX);
	__type(key, uint32_t);
	__type(value, uint8_t);
} filter_pids SEC(".maps");

/* Addresses that a traced ring had: see ring_own_id(). Preallocated like the one above. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, RINGS_REMEMBERED);
	__type(key, uint64_t);
	__type(value, uint8_t);
} ring_addresses SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, CONTROL_BYTES);
} control SEC(".maps");

/* Room to build an event that is too large for the stack; on each CPU one for each probe that does,
 * and one for the tracer's own run, which a probe may interrupt. */
enum {
	SCRATCH_OF_SUBMIT, /* of its first copy */
	SCRATCH_OF_COMPLETE = SCRATCH_OF_SUBMIT + COPIES,
	SCRATCH_OF_TRACER = SCRATCH_OF_COMPLETE + COPIES,
	SCRATCHES
};
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, SCRATCHES);
	__type(key, uint32_t);
	__type(value, struct control_file);
} file_scratch SEC(".maps");

#ifdef RL_PLAIN
/* Who may write a word: see word_claim(). */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, CLAIMS_MAX);
	__type(key, uint32_t);
	__type(value, uint8_t);
} claims SEC(".maps");
#endif

/* Constant once loaded: the verifier sees its values and drops what they rule out. The object's
 * only read-only data, so the tracer fills it as one struct. */
const volatile struct probe_settings settings;

/*
 * What is the same on every kernel with the cast (6.2 and later) is known when compiling there: to
 * ask the settings is a load, even though the verifier drops what hangs on the answer.
 */
#ifdef RL_DIRECT
#define KNOWN_DIRECT(value, setting) (value)
#else
#define KNOWN_DIRECT(value, setting) (setting)
#endif

static __always_inline int key_is_user_data(void)
{
	return KNOWN_DIRECT(0, settings.abi.key_is_user_data);
}

/* Completions a probe sees before their place in the CQ is taken. */
static __always_inline uint32_t complete_is_early(void)
{
	return KNOWN_DIRECT(0, settings.abi.complete_early);
}

/* The request that a submission is of. */
static __always_inline uint64_t submit_request(const struct raw_args *raw)
{
	return KNOWN_DIRECT(raw->args[0], argument(raw, settings.abi.submit_req));
}

/*
 * The tables of fixed size are the object's only writable data, and the probes reach them by
 * address: a look-up in an array map passes its key through memory and checks the result. Each
 * begins at a page, to be mapped by itself (bpf/mappings.c), and is a variable of its own, so that its
 * place is part of the address and not one more addition. Who takes an address in one hides it from
 * the compiler (barrier_var), which would otherwise add the table's anew for every field.
 */
#ifdef RL_DIRECT
enum { CELL_INDEX_ENTRIES = CELL_INDEX_MAX };
#else
enum { CELL_INDEX_ENTRIES = CELL_INDEX_MIN };
#endif
#define TABLE __attribute__((aligned(TABLE_ALIGN_BYTES)))
struct live_settings live TABLE;
struct cpu_state cpus[LANES_MAX] TABLE;
struct ring_index_set ring_index[RING_INDEX_SETS] TABLE;
struct ring_slot rings[RINGS_MAX] TABLE;
struct cell_index_entry cell_index[CELL_INDEX_ENTRIES] TABLE;
uint64_t file_cache[FILE_CACHE_MAX] TABLE; /* numbers of files whose names were sent */
#ifdef RL_DIRECT			   /* kernels that allow a map's value more than 4 MiB */
struct open_set open_sets[OPEN_SETS] TABLE;
struct event_marks marks[COPIED_PROBES] TABLE;
struct cell cells[CELLS_MAX] TABLE; /* the last: the tracer makes as many as it wants */
#endif

/* Keeps the branch it stands in, where the compiler would calculate what both sides have in common:
 * a branch that is foreseen costs less. */
static __always_inline void keep_branch(void)
{
	__asm__ volatile("");
}

static __always_inline struct cpu_state *lane_state(uint32_t lane)
{
	struct cpu_state *state = &cpus[lane & (LANES_MAX - 1)];

	barrier_var(state);
	return state;
}

/* The lane of a copy of a probe on this CPU (bpf/tables.h). */
static __always_inline struct cpu_state *this_lane(uint32_t copy, uint32_t *ret_lane)
{
	uint32_t lane = bpf_get_smp_processor_id();

	if (copy && copy < COPIES)
		lane += copy * settings.cpu_count;
	*ret_lane = lane;
	return lane_state(lane);
}

static __always_inline struct cpu_state *this_cpu(uint32_t *ret_cpu)
{
	return this_lane(0, ret_cpu);
}

/* The verifier forbids arithmetic with a kernel pointer; stored and loaded again it is a plain
 * number. */
static __always_inline uint64_t number_by(uint64_t *scratch, const void *pointer)
{
#ifdef RL_DIRECT
	*(volatile uint64_t *)scratch = (uint64_t)pointer;
	return *(volatile uint64_t *)scratch;
#else
	return (uint64_t)pointer; /* it was never anything else */
#endif
}

static __always_inline uint64_t as_number(struct cpu_state *cpu, const void *pointer)
{
	return number_by(&cpu->scratch, pointer);
}

/* Takes a word that is free (0) for this CPU, whatever others do at the same time. `claim` is the
 * word's number in `claims`: without compare-and-swap (before 5.12) the right to write the word is
 * an entry of that hash map, whose insertion is atomic. */
static __always_inline int word_claim(uint64_t *word, uint64_t value, uint32_t claim)
{
#ifdef RL_PLAIN
	uint8_t one = 1;

	if (*word || bpf_map_update_elem(&claims, &claim, &one, BPF_NOEXIST))
		return 0;
	*word = value;
	return 1;
#else
	return !__sync_val_compare_and_swap(word, 0, value);
#endif
}

static __always_inline void word_release(uint64_t *word, uint32_t claim)
{
	*word = 0;
#ifdef RL_PLAIN
	bpf_map_delete_elem(&claims, &claim);
#endif
}

/* Requests at least this slow get a record. */
static __always_inline uint64_t live_record_min(void)
{
	return *(volatile uint64_t *)&live.record_min_ns;
}

/* Fibonacci hashing: the high bits of the product are well mixed. */
static __always_inline uint64_t mix(uint64_t value)
{
	return value * 0x9e3779b97f4a7c15ull;
}

#endif

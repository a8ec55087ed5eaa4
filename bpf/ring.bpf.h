/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_RING_BPF_H
#define BPF_RING_BPF_H
/*
 * Rings: who they belong to and whether they are traced. Decided once, when a ring is created,
 * adopted by the tracer or met for the first time; afterwards one look-up by the ring's address
 * gives the answer. Never decided from `current` on the hot path, which is often a worker, an
 * SQPOLL thread or an interrupt.
 */
#include "bpf/maps.bpf.h"

static __always_inline struct ring_index_set *ring_set(uint64_t ring_ctx)
{
	/* The high bits: the allocator's alignment leaves the low address bits constant. */
	uint32_t set = mix(ring_ctx) >> (64 - RING_INDEX_BITS);

	return &ring_index[set];
}

static __always_inline struct ring_index_entry *ring_find(uint64_t ring_ctx)
{
	struct ring_index_set *set = ring_set(ring_ctx);

	if (set->ways[0].ring_ctx == ring_ctx)
		return &set->ways[0];
	if (set->ways[1].ring_ctx == ring_ctx)
		return &set->ways[1];
	if (set->ways[2].ring_ctx == ring_ctx)
		return &set->ways[2];
	if (set->ways[3].ring_ctx == ring_ctx)
		return &set->ways[3];
	return 0;
}

static __always_inline struct ring_slot *ring_slot(uint32_t slot)
{
	struct ring_slot *ring = &rings[slot & (RINGS_MAX - 1)];

	barrier_var(ring);
	return ring;
}

/* The address and the boot give an id that every ringlens process agrees on, and that tells nothing
 * about the kernel's addresses. The tracer computes the same (bpf/discover.c). */
static __always_inline uint32_t ring_id(uint64_t ring_ctx)
{
	uint64_t x = ring_ctx ^ settings.id_salt;

	x = (x ^ (x >> 32)) * 0xd6e8feb86659fd93ull;
	x = (x ^ (x >> 32)) * 0xd6e8feb86659fd93ull;
	x ^= x >> 32;
	return (uint32_t)x ? (uint32_t)x : 1;
}

/* A recording must never call two rings by one id. The first that it sees at an address has the id
 * that everybody knows it by; one born where another has died has an id of its own, made from the
 * moment as well. That also serves when no further address can be remembered. */
static __always_inline uint32_t ring_own_id(uint64_t ring_ctx, uint64_t time_ns)
{
	uint8_t seen = 1;

	if (!bpf_map_update_elem(&ring_addresses, &ring_ctx, &seen, BPF_NOEXIST))
		return ring_id(ring_ctx);
	return ring_id(ring_ctx ^ mix(time_ns));
}

/* What may move when a ring is resized. */
static __always_inline void ring_read_addresses(struct ring_slot *ring)
{
	struct io_ring_ctx *source = KERNEL(io_ring_ctx, ring->ring_ctx);
	uint32_t entries = READ(source, sq_entries);

	/* Stored and loaded again, a kernel pointer becomes a number that may be calculated with.
	 */
	*(volatile uint64_t *)&ring->sqes = (uint64_t)READ(source, sq_sqes);
	*(volatile uint64_t *)&ring->sq_array = (uint64_t)READ(source, sq_array);
	*(volatile uint64_t *)&ring->shared = (uint64_t)READ(source, rings);
	ring->sq_entries = entries;
	ring->cq_entries = READ(source, cq_entries);
	ring->sq_mask = entries - 1;
	ring->flags = READ(source, flags);
	ring->sqe_shift = ring->flags & (1 << 10) ? 7 : 6; /* IORING_SETUP_SQE128 */
	if (ring->flags & (1 << 16))			   /* IORING_SETUP_NO_SQARRAY */
		ring->sq_array = 0;
	if (ring->flags & (1 << 0)) /* IORING_SETUP_IOPOLL */
		ring->path |= EV_PATH_IOPOLL;
	if (ring->flags & (1 << 1)) /* IORING_SETUP_SQPOLL */
		ring->path |= EV_PATH_SQ_THREAD;
}

static __always_inline int comm_matches(const char *comm)
{
#pragma unroll
	for (int i = 0; i < COMM_BYTES; i++) {
		if (comm[i] != settings.filter_comm[i])
			return 0;
		if (!comm[i])
			return 1;
	}
	return 1;
}

/* Does the current process own rings that are to be traced? */
static __always_inline int filter_current(uint32_t pid, const char *comm)
{
	if (settings.filter_by_ring || *(volatile uint64_t *)&live.shut)
		return 0;
	if (settings.filter_by_pid && !bpf_map_lookup_elem(&filter_pids, &pid))
		return 0;
	if (settings.filter_by_comm && !comm_matches(comm))
		return 0;
	if (settings.filter_by_cgroup &&
	    bpf_get_current_ancestor_cgroup_id(settings.filter_cgroup_level) !=
		    settings.filter_cgroup)
		return 0;
	return 1;
}

/* By thread id: the end of the SQPOLL threads of traced rings (bpf/thread.bpf.h). */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, RINGS_MAX);
	__type(key, uint32_t);
	__type(value, struct thread_end);
} thread_ends SEC(".maps");

/* A ring may join the thread of another (IORING_SETUP_ATTACH_WQ): the younger has the entry. */
static __always_inline uint32_t ring_thread(uint64_t ring_ctx)
{
	struct io_ring_ctx *source = KERNEL(io_ring_ctx, ring_ctx);
	struct thread_end end = {};
	struct io_sq_data *data = READ(source, sq_data);
	struct task_struct *thread = data ? READ(data, thread) : 0;
	uint32_t tid = thread ? READ(thread, pid) : 0;

	end.ring_ctx = ring_ctx;
	if (tid)
		bpf_map_update_elem(&thread_ends, &tid, &end, BPF_ANY);
	return tid;
}

/* What is known of a ring when it is registered. */
struct ring_birth {
	uint64_t ring_ctx;
	uint64_t created_ns;
	uint64_t time_ns;
	uint32_t pid;
	int32_t fd;
	uint32_t verdict;
	char comm[COMM_BYTES];
};

static __always_inline void ring_announce(uint32_t type, uint32_t slot,
					  const struct ring_slot *ring, uint64_t time_ns,
					  struct cpu_state *cpu)
{
	struct control_ring *event = bpf_ringbuf_reserve(&control, sizeof(*event), 0);

	if (!event) {
		cpu->control_lost++;
		return;
	}
	event->h.type = type;
	event->h.slot = slot;
	event->h.time_ns = time_ns;
	__builtin_memcpy(&event->ring, ring, sizeof(event->ring));
	bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
}

/* Takes the ring out of the index; its slot waits until the tracer has harvested it. */
static __always_inline void ring_bury(struct ring_index_entry *entry, uint64_t time_ns,
				      struct cpu_state *cpu)
{
	uint32_t slot = entry->slot;
	struct ring_slot *ring = slot ? ring_slot(slot) : 0;

	if (ring && ring->state == RING_LIVE) {
		ring->state = RING_DEAD;
		ring->traced_ctx = 0;
		ring_announce(CONTROL_RING_DEAD, slot, ring, time_ns, cpu);
	}
	entry->ring_ctx = 0;
}

/* A free way of the ring's set; where there is none, that of a ring that is not traced. */
static __always_inline struct ring_index_entry *ring_way(uint64_t ring_ctx)
{
	struct ring_index_set *set = ring_set(ring_ctx);

	if (!set)
		return 0;
#pragma unroll
	for (int i = 0; i < RING_INDEX_WAYS; i++)
		if (!set->ways[i].ring_ctx)
			return &set->ways[i];
#pragma unroll
	for (int i = 0; i < RING_INDEX_WAYS; i++)
		if (set->ways[i].verdict == RING_OUT)
			return &set->ways[i];
	return 0;
}

static __always_inline void ring_fill(struct ring_slot *ring, uint32_t slot,
				      const struct ring_birth *birth)
{
	__builtin_memset(ring, 0, sizeof(*ring));
	ring->slot = slot;
	ring->ring_ctx = birth->ring_ctx;
	ring->id = ring_own_id(birth->ring_ctx, birth->time_ns);
	ring->pid = birth->pid;
	ring->fd = birth->fd;
	ring->created_ns = birth->created_ns;
	ring->seen_ns = birth->time_ns;
	__builtin_memcpy(ring->comm, birth->comm, COMM_BYTES);
	ring_read_addresses(ring);
	if (ring->flags & (1 << 1)) /* IORING_SETUP_SQPOLL */
		ring->thread_pid = ring_thread(birth->ring_ctx);
	if (!*(volatile uint64_t *)&live.shut)
		ring->traced_ctx = birth->ring_ctx;
	ring->state = RING_LIVE;
}

/* Enters a ring. Returns its slot number, 0 when it is left out or there is no room. */
static __noinline uint32_t ring_register(const struct ring_birth *birth)
{
	struct ring_index_entry *entry;
	struct cpu_state *cpu;
	struct ring_slot *ring;
	uint32_t slot = 0, number;

	if (!birth)
		return 0;
	cpu = this_cpu(&number);
	entry = ring_find(birth->ring_ctx);
	if (entry)
		ring_bury(entry, birth->time_ns, cpu);
	else
		entry = ring_way(birth->ring_ctx);
	if (!entry) {
		cpu->rings_full++;
		return 0;
	}
	if (birth->verdict == RING_IN) {
		if (bpf_map_pop_elem(&free_rings, &slot)) {
			cpu->rings_full++;
			return 0;
		}
		ring = ring_slot(slot);
		if (!ring)
			return 0;
		ring_fill(ring, slot, birth);
		ring_announce(CONTROL_RING, slot, ring, birth->time_ns, cpu);
	}
	entry->slot = slot;
	entry->verdict = birth->verdict;
	entry->ring_ctx = birth->ring_ctx;
	return slot;
}

/* The ring of a request that no creation, iterator or earlier request has shown: the submitter's
 * process is the best owner we can name until the tracer looks for the descriptor. */
static __noinline uint32_t ring_meet(uint64_t ring_ctx)
{
	struct ring_birth birth = {};

	birth.ring_ctx = ring_ctx;
	birth.time_ns = bpf_ktime_get_ns();
	birth.pid = bpf_get_current_pid_tgid() >> 32;
	birth.fd = -1;
	bpf_get_current_comm(birth.comm, sizeof(birth.comm));
	birth.verdict = filter_current(birth.pid, birth.comm) ? RING_IN : RING_OUT;
	return ring_register(&birth);
}

/* The slot of any ring, which becomes the one that this CPU compares first; 0: left out. A ring in
 * the index that does not say that it is traced stands behind the shut gate. */
static __noinline uint32_t ring_look_up(uint64_t ring_ctx, uint32_t meet)
{
	struct ring_index_entry *entry = ring_find(ring_ctx);
	struct cpu_state *cpu;
	uint32_t number;

	if (!entry)
		return meet ? ring_meet(ring_ctx) : 0;
	cpu = this_cpu(&number);
	if (entry->verdict == RING_IN) {
		cpu->ring_slot = entry->slot;
		return ring_slot(entry->slot)->traced_ctx == ring_ctx ? entry->slot : 0;
	}
	cpu->ring_out = ((uint64_t)entry - (uint64_t)ring_index) / sizeof(*entry);
	return 0;
}

/* Is it the ring that was last met on this CPU and is left out? */
static __always_inline int ring_left_out(const struct cpu_state *cpu, const void *ring_ctx)
{
	uint32_t position = cpu->ring_out & (RING_INDEX_SETS * RING_INDEX_WAYS - 1);
	const struct ring_index_entry *entry = &ring_index[0].ways[0] + position;

	barrier_var(entry);
	return entry->ring_ctx == (uint64_t)ring_ctx && entry->verdict == RING_OUT;
}

/* A ring if it is traced, else 0; `meet`: enters a ring that is not known. Mostly it is
 * the ring of last time: then one comparison does, with no arithmetic on its address. */
static __always_inline struct ring_slot *ring_traced(struct cpu_state *cpu, const void *ring_ctx,
						     uint32_t meet)
{
	struct ring_slot *ring = ring_slot(cpu->ring_slot);
	uint32_t slot;

	if (ring->traced_ctx == (uint64_t)ring_ctx)
		return ring;
	if (ring_left_out(cpu, ring_ctx))
		return 0;
	slot = ring_look_up(as_number(cpu, ring_ctx), meet);
	return slot ? ring_slot(slot) : 0;
}

#endif

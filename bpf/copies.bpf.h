/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_COPIES_BPF_H
#define BPF_COPIES_BPF_H
/*
 * Copies of the two probes that start and end requests, for kernels that may preempt a probe (after
 * 6.18, and PREEMPT_RT). The kernel never runs a program on a CPU where a run of it is unfinished:
 * when a thread loses its CPU inside a probe, that probe misses what the CPU's other threads do
 * until the thread goes on. A copy is another program, so it runs then. The first one is attached
 * from the start; the others behind it, one by one, when those that are there have missed something
 * (bpf/attach.c): where nothing is missed nobody pays for them.
 *
 * All are called for each event, one after the other, by the thread that does it. The copy that
 * takes the event leaves the event's mark under the thread's id; those behind it find the mark and
 * go. That holds whatever happens to the thread in between. An event's mark is a counter of its
 * ring that goes up with each event of this kind. What the first one misses and none of the others
 * takes counts as lost.
 */
#include "bpf/maps.bpf.h"

#ifdef RL_DIRECT
/* Is the event this copy's to take? */
static __always_inline int copy_takes(uint32_t copy, enum copied_probe probe, uint32_t mark)
{
	uint32_t tid = (uint32_t)bpf_get_current_pid_tgid(), lane;
	uint64_t *last = &marks[probe].last[tid & (MARKS_MAX - 1)];

	barrier_var(last);
	if (copy && *last == ((uint64_t)tid << 32 | mark))
		return 0;
	*last = (uint64_t)tid << 32 | mark;
	if (copy)
		this_lane(copy, &lane)->rescued++;
	return 1;
}

#define HOT_COPY(name, number, event, body)                                                        \
	HOT_PROBE(event) int name##_##number(struct raw_args *raw)                                 \
	{                                                                                          \
		return body(raw, number);                                                          \
	}
/* name_0 … name_3, each `body(raw, number)`. */
#define HOT_COPIES(name, event, body)                                                              \
	HOT_COPY(name, 0, event, body)                                                             \
	HOT_COPY(name, 1, event, body)                                                             \
	HOT_COPY(name, 2, event, body)                                                             \
	HOT_COPY(name, 3, event, body)
_Static_assert(COPIES == 4, "as many as HOT_COPIES makes");
#endif

#endif

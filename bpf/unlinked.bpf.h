/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_UNLINKED_BPF_H
#define BPF_UNLINKED_BPF_H
/*
 * Did a request ask for a command, and if none did, as what was it sent? File systems, the page cache
 * and direct I/O mark what they send, for the schedulers' sake; the marks stay on the block request
 * until it ends. docs/events.md says who marks what.
 */
#include "bpf/maps.bpf.h"

/* As what a command was sent that no request is known to have asked for. */
__noinline uint32_t unlinked_kind(uint32_t op, uint32_t flags)
{
	const volatile struct request_marks *marks = &settings.abi.marks;
	uint32_t in_line = marks->sync | marks->idle; /* waited for, and more of it follows */

	if (op >= EV_COMMAND_FLUSH)
		return EV_UNLINKED_FLUSH + op - EV_COMMAND_FLUSH;
	if (op == EV_COMMAND_READ)
		return flags & marks->metadata	   ? EV_UNLINKED_METADATA
		       : flags & marks->read_ahead ? EV_UNLINKED_READ_AHEAD
						   : EV_UNLINKED_READ;
	if (flags & marks->metadata)
		return (flags & in_line) == in_line ? EV_UNLINKED_JOURNAL : EV_UNLINKED_METADATA;
	if (flags & marks->swap)
		return EV_UNLINKED_SWAP_OUT;
	if (flags & marks->background || !(flags & marks->sync))
		return EV_UNLINKED_WRITE_BACK;
	return flags & marks->idle ? EV_UNLINKED_DIRECT_WRITE : EV_UNLINKED_SYNC_WRITE;
}

static __always_inline void count_asked(struct device_queue *queue,
					const struct open_command *command)
{
	uint64_t *count = &queue->linked;

	if (!command->walk.requests)
		count = &queue->unlinked[unlinked_kind(command->op, command->flags) &
					 (UNLINKED_SIZE - 1)];
	__sync_fetch_and_add(count, 1);
}

#endif

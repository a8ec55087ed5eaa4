/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* What ringload has on Linux: options, and the table of workloads. A new workload is one file
 * workload_<name>.c and one line here. */
#include "workloads/workload.h"

#include <errno.h>
#include <stddef.h>

const uint64_t load_options_here = ~(LOAD_USES(SKIP_SUCCESS) | LOAD_USES(SHARED));
const uint64_t load_vias_here = 1u << LOAD_VIA_IO_URING | 1u << LOAD_VIA_SYNC |
				1u << LOAD_VIA_THREADS | 1u << LOAD_VIA_LIBAIO;
const uint64_t load_options_always = LOAD_USES(WAIT) | LOAD_USES(PAUSE) | LOAD_USES(HOLD) |
				     LOAD_USES(CPU) | LOAD_USES(BRIEF) | LOAD_USES(QUIET) |
				     LOAD_USES(HELP) | LOAD_USES(VERSION) | LOAD_USES(THREADS) |
				     LOAD_USES(SETUP) | LOAD_USES(CQ) | LOAD_USES(DURATION);

/* Only io_uring has what only a ring of the kernel has. */
int load_options_check_here(const struct load_options *opt, struct load_error *why)
{
	const uint64_t of_rings = LOAD_USES(FIXED_FILES) | LOAD_USES(FIXED_BUFFERS) |
				  LOAD_USES(SQPOLL) | LOAD_USES(SETUP) | LOAD_USES(CQ) |
				  LOAD_USES(ASYNC);

	if (opt->via == LOAD_VIA_IO_URING)
		return 0;
	for (int i = 0; i < LOAD_OPTION_ROWS; i++)
		if (opt->given & of_rings & 1ull << i)
			return load_fail(why, -EINVAL, "--%s is io_uring's, no other --via has it",
					 load_options_name(i));
	return 0;
}

extern const struct load_workload load_workload_nop, load_workload_read, load_workload_write,
	load_workload_mixed, load_workload_fsync, load_workload_files, load_workload_echo,
	load_workload_poll, load_workload_punt, load_workload_links, load_workload_drain,
	load_workload_timeout, load_workload_skip, load_workload_overflow, load_workload_refuse,
	load_workload_multishot, load_workload_stall, load_workload_rings, load_workload_roads,
	load_workload_kinds, load_workload_idle;

const struct load_workload *const load_workloads[] = {
	&load_workload_nop,    &load_workload_read,
	&load_workload_write,  &load_workload_mixed,
	&load_workload_fsync,  &load_workload_files,
	&load_workload_echo,   &load_workload_poll,
	&load_workload_punt,   &load_workload_links,
	&load_workload_drain,  &load_workload_timeout,
	&load_workload_skip,   &load_workload_overflow,
	&load_workload_refuse, &load_workload_multishot,
	&load_workload_stall,  &load_workload_rings,
	&load_workload_roads,  &load_workload_kinds,
	&load_workload_idle,   NULL,
};

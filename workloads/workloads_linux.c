/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* What ringload has on Linux: options, and the table of workloads. A new workload is one file
 * workload_<name>.c and one line here. */
#include "workloads/workload.h"

#include <stddef.h>

const uint64_t load_options_here = ~(LOAD_USES(VIA) | LOAD_USES(SKIP_SUCCESS) | LOAD_USES(SHARED));
const uint64_t load_options_always = LOAD_USES(WAIT) | LOAD_USES(PAUSE) | LOAD_USES(HOLD) |
				     LOAD_USES(CPU) | LOAD_USES(BRIEF) | LOAD_USES(QUIET) |
				     LOAD_USES(HELP) | LOAD_USES(VERSION) | LOAD_USES(THREADS) |
				     LOAD_USES(SETUP) | LOAD_USES(CQ) | LOAD_USES(DURATION);

int load_options_check_here(const struct load_options *opt, struct load_error *why)
{
	(void)opt;
	(void)why;
	return 0;
}

extern const struct load_workload load_workload_nop, load_workload_read, load_workload_write,
	load_workload_mixed, load_workload_fsync, load_workload_files, load_workload_echo,
	load_workload_poll, load_workload_punt, load_workload_links, load_workload_drain,
	load_workload_timeout, load_workload_skip, load_workload_overflow, load_workload_refuse,
	load_workload_multishot, load_workload_stall, load_workload_rings, load_workload_roads,
	load_workload_kinds;

const struct load_workload *const load_workloads[] = {
	&load_workload_nop,	  &load_workload_read,	   &load_workload_write,
	&load_workload_mixed,	  &load_workload_fsync,	   &load_workload_files,
	&load_workload_echo,	  &load_workload_poll,	   &load_workload_punt,
	&load_workload_links,	  &load_workload_drain,	   &load_workload_timeout,
	&load_workload_skip,	  &load_workload_overflow, &load_workload_refuse,
	&load_workload_multishot, &load_workload_stall,	   &load_workload_rings,
	&load_workload_roads,	  &load_workload_kinds,	   NULL,
};

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* The table of workloads on Linux. A new workload is one file workload_<name>.c and one line here.
 */
#include "workloads/workload.h"

#include <stddef.h>

extern const struct load_workload load_workload_nop, load_workload_read, load_workload_write,
	load_workload_mixed, load_workload_fsync, load_workload_files, load_workload_echo,
	load_workload_poll, load_workload_punt, load_workload_links, load_workload_drain,
	load_workload_timeout, load_workload_skip, load_workload_overflow, load_workload_refuse,
	load_workload_multishot, load_workload_stall, load_workload_rings;

const struct load_workload *const load_workloads[] = {
	&load_workload_nop,
	&load_workload_read,
	&load_workload_write,
	&load_workload_mixed,
	&load_workload_fsync,
	&load_workload_files,
	&load_workload_echo,
	&load_workload_poll,
	&load_workload_punt,
	&load_workload_links,
	&load_workload_drain,
	&load_workload_timeout,
	&load_workload_skip,
	&load_workload_overflow,
	&load_workload_refuse,
	&load_workload_multishot,
	&load_workload_stall,
	&load_workload_rings,
	NULL,
};

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* CPUs come in groups of at most 64; they are numbered through, group after group. */
#include "workloads/cpu.h"

#include <windows.h>

#include <errno.h>

#include "workloads/error_windows.h"

int load_cpu_stay(uint64_t cpu, struct load_error *why)
{
	GROUP_AFFINITY affinity = { 0 };
	uint64_t left = cpu;

	while (affinity.Group < GetActiveProcessorGroupCount() &&
	       left >= GetActiveProcessorCount(affinity.Group))
		left -= GetActiveProcessorCount(affinity.Group++);
	if (affinity.Group == GetActiveProcessorGroupCount())
		return load_fail(why, -EINVAL, "cannot stay on CPU %llu: there is none",
				 (unsigned long long)cpu);
	affinity.Mask = (KAFFINITY)1 << left;
	if (!SetThreadGroupAffinity(GetCurrentThread(), &affinity, NULL))
		return load_fail_windows(why, GetLastError(), "cannot stay on CPU %llu",
					 (unsigned long long)cpu);
	return 0;
}

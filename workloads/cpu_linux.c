/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* One bit of the affinity mask; the kernel refuses a CPU that it does not have. */
#include "workloads/cpu.h"

#include <errno.h>
#include <sched.h>
#include <string.h>

int load_cpu_stay(uint64_t cpu, struct load_error *why)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	if (cpu < CPU_SETSIZE)
		CPU_SET((int)cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		return load_fail(why, -errno, "cannot stay on CPU %llu: %s",
				 (unsigned long long)cpu, strerror(errno));
	return 0;
}

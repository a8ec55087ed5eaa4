/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* Read from /proc alone, so that it works without any privilege: privilege.h. */
#include "collector/privilege.h"

#include <inttypes.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

static uint64_t effective_capabilities(void)
{
	FILE *in = fopen("/proc/self/status", "re");
	uint64_t capabilities = 0;
	char line[256];

	while (in && fgets(line, sizeof(line), in))
		if (sscanf(line, "CapEff: %" SCNx64, &capabilities) == 1)
			break;
	if (in)
		fclose(in);
	return capabilities;
}

static int has(uint64_t capabilities, int capability)
{
	return (int)(capabilities >> capability & 1);
}

static int read_switch(void)
{
	FILE *in = fopen("/proc/sys/kernel/io_uring_disabled", "re");
	int value = -1;

	if (in && fscanf(in, "%d", &value) != 1)
		value = -1;
	if (in)
		fclose(in);
	return value;
}

void privilege_read(struct privilege *ret_privilege)
{
	uint64_t capabilities = effective_capabilities();
	int admin = has(capabilities, CAP_SYS_ADMIN);
	struct utsname system;

	uname(&system);
	*ret_privilege = (struct privilege){
		.root = geteuid() == 0,
		.bpf = admin || has(capabilities, CAP_BPF),
		.perfmon = admin || has(capabilities, CAP_PERFMON),
		.ptrace = has(capabilities, CAP_SYS_PTRACE),
		.io_uring = read_switch(),
	};
	snprintf(ret_privilege->kernel, sizeof(ret_privilege->kernel), "%s", system.release);
}

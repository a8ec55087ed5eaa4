/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * What the probes are told before they are loaded: the kernel's argument lists, the sizes of the
 * tables and the filters, as constants, so that the verifier drops every branch that a run does not
 * need.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "bpf/tracer_private.h"

/* Operations whose `addr` is a path. */
enum {
	OP_OPENAT = 18,
	OP_STATX = 21,
	OP_OPENAT2 = 28,
	OP_RENAMEAT = 35,
	OP_UNLINKAT = 36,
	OP_MKDIRAT = 37,
	OP_SYMLINKAT = 38,
	OP_LINKAT = 39,
};

/* The cgroup's path below the v2 mount, its id and its depth. */
static int find_cgroup(struct tracer *tracer, struct probe_settings *settings, struct ev_error *why)
{
	const char *path = tracer->options.filter.cgroup, *mount = "/sys/fs/cgroup";
	char full[4096], *resolved;
	struct stat status;

	if (access("/sys/fs/cgroup/cgroup.controllers", F_OK))
		mount = "/sys/fs/cgroup/unified"; /* v1 and v2 side by side */
	if (strncmp(path, "/sys/fs/cgroup", 14) == 0)
		snprintf(full, sizeof(full), "%s", path);
	else
		snprintf(full, sizeof(full), "%s/%s", mount, path);
	resolved = realpath(full, NULL);
	if (!resolved || stat(resolved, &status) || strncmp(resolved, mount, strlen(mount))) {
		free(resolved);
		return ev_fail(why, -ENOENT,
			       "no cgroup %s below %s: give a path of the cgroup v2 tree", path,
			       mount);
	}
	tracer->cgroup_path = strdup(resolved + strlen(mount));
	free(resolved);
	if (!tracer->cgroup_path)
		return ev_fail(why, -ENOMEM, "out of memory");
	tracer->cgroup_id = status.st_ino; /* cgroup ids are kernfs inode numbers, 64 bits wide */
	settings->filter_by_cgroup = 1;
	settings->filter_cgroup = status.st_ino;
	for (const char *c = tracer->cgroup_path; *c; c++)
		settings->filter_cgroup_level += *c == '/' && c[1];
	return 0;
}

static int any_op(const uint8_t *ops)
{
	for (size_t i = 0; i < TRACER_OPS_MAX / 8; i++)
		if (ops[i])
			return 1;
	return 0;
}

static void choose_traits(const struct tracer *tracer, struct probe_settings *settings)
{
	static const uint8_t path_ops[] = { OP_OPENAT,	 OP_STATX,   OP_OPENAT2,   OP_RENAMEAT,
					    OP_UNLINKAT, OP_MKDIRAT, OP_SYMLINKAT, OP_LINKAT };
	const uint8_t *wanted = tracer->options.filter.ops;

	settings->filter_by_op = (uint8_t)any_op(wanted);
	for (size_t op = 0; settings->filter_by_op && op < TRACER_OPS_MAX; op++)
		if (!(wanted[op / 8] >> op % 8 & 1))
			settings->op_traits[op] |= OP_LEFT_OUT;
	for (size_t i = 0; settings->resolve_files && i < sizeof(path_ops); i++)
		settings->op_traits[path_ops[i]] |= OP_PATH;
}

/* PREEMPT_RT runs tracepoint programs preemptible, and kernels after 6.18 may: reserve atomically
 * there. */
int settings_preemptible(void)
{
	struct utsname name;
	int major = 0, minor = 0;

	if (uname(&name) || sscanf(name.release, "%d.%d", &major, &minor) != 2)
		return 1;
	return strstr(name.version, "PREEMPT_RT") || major > 6 || (major == 6 && minor > 18);
}

int settings_choose(struct tracer *tracer, struct probe_settings *settings, struct ev_error *why)
{
	const struct tracer_filter *filter = &tracer->options.filter;

	settings->abi = tracer->abi;
	settings->abi.shared_rings = (uint8_t)settings_preemptible();
	settings->id_salt = tracer->boot_salt;
	settings->cpu_count = tracer->cpu_count;
	settings->copies = (uint8_t)(tracer->lane_count / tracer->cpu_count);
	memcpy(settings->record_slots, tracer->record_slots, sizeof(settings->record_slots));
	settings->command_mask = tracer->command_mask;
	settings->cell_mask = tracer->cell_count - 1;
	settings->device_queue_mask = tracer->device_queue_count - 1;
	settings->cell_index_mask = CELL_INDEX_SHARE * tracer->cell_count - 1;
	settings->cell_index_shift =
		64 - (uint32_t)__builtin_ctz(CELL_INDEX_SHARE * tracer->cell_count);
	settings->all_commands = (uint8_t)tracer->options.all_commands;
	commands_find_ends(settings);
	settings->resolve_files = !tracer->options.no_files;
	settings->filter_by_pid = filter->pid_count > 0;
	settings->filter_by_ring = filter->ring || filter->ring_pid;
	settings->filter_by_comm = filter->comm[0] != 0;
	memcpy(settings->filter_comm, filter->comm, sizeof(settings->filter_comm));
	settings->filter_comm[COMM_BYTES - 1] = 0;
	choose_traits(tracer, settings);
	tracer->filter_by_op = settings->filter_by_op;
	return filter->cgroup ? find_cgroup(tracer, settings, why) : 0;
}

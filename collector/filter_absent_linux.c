/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Processes are looked for with the null signal, devices in sysfs: disks and their partitions lie in
 * one folder there, and controllers in folders of their kind.
 */
#include "collector/filter_absent.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "collector/escape.h"

enum { PATH_BYTES = 512 };

static int exists(const char *folder, const char *name, const char *rest)
{
	char path[PATH_BYTES];

	snprintf(path, sizeof(path), "/sys/class/%s/%s%s", folder, name, rest);
	return access(path, F_OK) == 0;
}

/* "sda" of "../../devices/…/sda/sda1", which is where the link of sda1 leads to. */
static const char *disk_of(const char *partition, char link[PATH_BYTES])
{
	char path[PATH_BYTES];
	char *slash;
	ssize_t length;

	snprintf(path, sizeof(path), "/sys/class/block/%s", partition);
	length = readlink(path, link, PATH_BYTES - 1);
	link[length > 0 ? length : 0] = '\0';
	slash = strrchr(link, '/');
	if (slash)
		*slash = '\0';
	slash = strrchr(link, '/');
	return slash ? slash + 1 : "DISK";
}

static void say_device(const char *name)
{
	char safe[256], link[PATH_BYTES];

	escape_name(safe, sizeof(safe), name);
	if (exists("block", name, "/partition"))
		fprintf(stderr,
			"ringlens: %s is a partition, and commands are of whole disks: --device "
			"%s\n",
			safe, disk_of(name, link));
	else if (!exists("block", name, "") && !exists("nvme", name, ""))
		fprintf(stderr, "ringlens: there is no block device %s now\n", safe);
}

void filter_say_absent(const struct filter *filter)
{
	for (size_t i = 0; i < filter->pid_count; i++)
		if (kill((pid_t)filter->pids[i], 0) && errno == ESRCH)
			fprintf(stderr, "ringlens: there is no process %" PRIu32 " now\n",
				filter->pids[i]);
	for (size_t i = 0; i < filter->device_count; i++)
		say_device(filter->devices[i]);
}

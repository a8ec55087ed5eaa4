/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Sees what is attached through BPF links (raw tracepoints, tp_btf): every ringlens and most tools.
 * What perf or bpftrace attach through a perf event has no link and is not seen.
 */
#include "tests/bench/others.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <linux/types.h>

#include <bpf/bpf.h>

static int watches_io_uring(__u32 id)
{
	char name[64] = "";
	struct bpf_link_info info = { 0 };
	__u32 size = sizeof(info);
	int fd = bpf_link_get_fd_by_id(id), found = 0;

	if (fd < 0)
		return 0;
	info.raw_tracepoint.tp_name = (__u64)(unsigned long)name;
	info.raw_tracepoint.tp_name_len = sizeof(name);
	if (!bpf_obj_get_info_by_fd(fd, &info, &size))
		found = info.type == BPF_LINK_TYPE_RAW_TRACEPOINT &&
			!strncmp(name, "io_uring_", strlen("io_uring_"));
	close(fd);
	return found;
}

int others_attached(void)
{
	__u32 id = 0;
	int count = 0;

	while (!bpf_link_get_next_id(id, &id))
		count += watches_io_uring(id);
	return errno == ENOENT ? count : -errno;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef COLLECTOR_PRIVILEGE_H
#define COLLECTOR_PRIVILEGE_H
/* What this process may do and what this kernel allows, as `check` and error sentences need it. */

struct privilege {
	int root;
	int bpf;	 /* CAP_BPF or CAP_SYS_ADMIN */
	int perfmon;	 /* CAP_PERFMON or CAP_SYS_ADMIN */
	int ptrace;	 /* CAP_SYS_PTRACE: names of other users' files */
	int io_uring;	 /* io_uring_disabled: 0, 1, 2; -1: this kernel has no such switch */
	char kernel[80]; /* release */
};

void privilege_read(struct privilege *ret_privilege);

#endif

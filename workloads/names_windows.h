/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WORKLOADS_NAMES_WINDOWS_H
#define WORKLOADS_NAMES_WINDOWS_H
#include "workloads/options.h"

/* Operations on Windows. The numbers are ringload's own; only the names are printed. */
enum load_op {
	LOAD_OP_READ,
	LOAD_OP_WRITE,
	LOAD_OP_FLUSH,
	LOAD_OP_READ_SCATTER,
	LOAD_OP_WRITE_GATHER,
	LOAD_OP_SEND,
	LOAD_OP_RECV,
	LOAD_OP_ACCEPT,
	LOAD_OP_CONNECT,
	LOAD_OP_POST,
	LOAD_OPS,
};

/* Flags of a queue in the truth: 1 << enum load_via, and these. */
enum load_queue_flag {
	LOAD_QUEUE_SKIP_SUCCESS = 1 << LOAD_VIAS,
	LOAD_QUEUE_SHARED = 1 << (LOAD_VIAS + 1),
};

#endif

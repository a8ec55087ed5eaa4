/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WORKLOADS_TEMPFILE_H
#define WORKLOADS_TEMPFILE_H
/* The file a workload works on: one of its own, or the user's. */
#include <stdbool.h>
#include <stdint.h>

#include "workloads/error.h"
#include "workloads/options.h"

struct load_file {
	intptr_t fd;	     /* -1: not open; Windows: a HANDLE */
	bool ours;	     /* created here, removed by close */
	uint64_t size_bytes; /* of the part to be used */
	char path[512];
};

/*
 * Opens --file, or creates, fills and opens a temporary file in $TMPDIR or /tmp. A file of the
 * user's that holds data is opened for writing only with --overwrite. The caller sets fd to -1
 * before, so that close is safe whatever happened.
 */
int load_file_open(struct load_file *file, const struct load_options *opt, bool writes,
		   struct load_error *why);
void load_file_close(struct load_file *file);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef COLLECTOR_CHECK_H
#define COLLECTOR_CHECK_H
/* What `check` looks at; the build picks check_linux.c or check_windows.c to look. */
#include "bpf/tracer.h"

enum { CHECK_FEATURES_MAX = 64 };

struct check {
	const char *system; /* "Linux", "Windows" */
	char kernel[80];    /* its release */
	int io_uring;	    /* Linux: kernel.io_uring_disabled; -1: no such switch */
	struct tracer_feature features[CHECK_FEATURES_MAX];
	size_t count;
	char tracer_why[EV_ERROR_TEXT_BYTES]; /* why features could not be tried; empty: they were
					       */
	const char *not_tried;		      /* the words before it */
};

void check_gather(struct check *check);

#endif

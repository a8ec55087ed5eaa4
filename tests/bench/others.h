/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef TESTS_BENCH_OTHERS_H
#define TESTS_BENCH_OTHERS_H
/*
 * Somebody else's programs on the same events would be measured as ours.
 */

/* How many BPF programs are attached to io_uring's tracepoints; negative errno when that cannot be
 * told. */
int others_attached(void);

#endif

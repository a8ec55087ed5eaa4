/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WORKLOADS_UNITS_H
#define WORKLOADS_UNITS_H
/* Sizes, times and plain numbers as people type them on a command line. */
#include <stdint.h>

/* All return 0, -EINVAL (not a number of this form) or -ERANGE (does not fit 64 bits);
 * *ret_value is untouched on failure. */

/* "23" */
int load_units_number(const char *text, uint64_t *ret_value);
/* "4096", "4k", "16MiB", "1g": powers of 1024 */
int load_units_size(const char *text, uint64_t *ret_bytes);
/* "250us", "5ms", "1.5s", "2min", "100ns"; a plain number means seconds */
int load_units_time(const char *text, uint64_t *ret_ns);

#endif

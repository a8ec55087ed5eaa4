/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WORKLOADS_PAGES_H
#define WORKLOADS_PAGES_H
/* Memory in whole pages, as direct I/O, registering and scatter/gather want it. */
#include <stddef.h>

enum { LOAD_PAGE_BYTES = 4096 };

/* `bytes` is a multiple of LOAD_PAGE_BYTES. NULL: no memory. */
void *load_pages_new(size_t bytes);
/* NULL is allowed. */
void load_pages_free(void *pages);

#endif

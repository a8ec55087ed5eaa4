/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* Pages from the C library: for large blocks they are a mapping of their own anyway. */
#include "workloads/pages.h"

#include <stdlib.h>

void *load_pages_new(size_t bytes)
{
	return aligned_alloc(LOAD_PAGE_BYTES, bytes);
}

void load_pages_free(void *pages)
{
	free(pages);
}

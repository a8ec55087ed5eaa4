/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* Pages from the system itself: the C library gives no aligned memory that scatter/gather takes. */
#include "workloads/pages.h"

#include <windows.h>

void *load_pages_new(size_t bytes)
{
	return VirtualAlloc(NULL, bytes, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
}

void load_pages_free(void *pages)
{
	if (pages)
		VirtualFree(pages, 0, MEM_RELEASE);
}

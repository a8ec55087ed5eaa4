/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WINDOWS_ETW_PROVIDER_H
#define WINDOWS_ETW_PROVIDER_H
/* What providers are called. */
#include "windows-etw/etl_count.h"

/* "kernel DiskIo", the name that the provider gives itself or that we know, else its GUID in braces.
 * Returns `text`. */
const char *etw_provider_text(const struct etl_count *count, char text[ETL_COUNT_NAME_BYTES]);

#endif

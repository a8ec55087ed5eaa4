/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WORKLOADS_CPU_H
#define WORKLOADS_CPU_H
/* Which CPU a thread runs on: cpu_linux.c, cpu_windows.c. */
#include <stdint.h>

#include "workloads/error.h"

/* Keeps the calling thread on that CPU. */
int load_cpu_stay(uint64_t cpu, struct load_error *why);

#endif

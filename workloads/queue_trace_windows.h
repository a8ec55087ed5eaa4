/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WORKLOADS_QUEUE_TRACE_WINDOWS_H
#define WORKLOADS_QUEUE_TRACE_WINDOWS_H
/* Writes queue events (queue_event.h) to whoever listens. */
#include "workloads/queue_event.h"

/* Registers the provider, once for the process. Failing costs nothing but visibility. */
void load_queue_trace_open(void);
/* Costs a few nanoseconds when nobody listens: Windows keeps a flag in our memory. */
void load_queue_trace(enum load_queue_event event, const struct load_queue_fact *fact);

#endif

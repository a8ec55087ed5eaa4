/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef TUI_FILTER_H
#define TUI_FILTER_H
/*
 * The command line's filters, applied to a recording: events that the filter leaves out never reach
 * the model, so every number on the screen speaks of the same selection. (Live, the same options go
 * to the collector and act in the kernel.)
 */
#include <stddef.h>
#include <stdint.h>

#include "event/record.h"

enum { TUI_FILTER_PIDS_MAX = 64, TUI_FILTER_DEVICES_MAX = 32, TUI_FILTER_OPS = 256 };

/* Zeroed: everything passes. Texts are the caller's. */
struct tui_filter_options {
	uint32_t pids[TUI_FILTER_PIDS_MAX];
	size_t pid_count;
	const char *devices[TUI_FILTER_DEVICES_MAX];
	size_t device_count;
	const char *comm;
	uint32_t ring;	   /* id; 0: any */
	uint32_t ring_pid; /* with ring_fd, the ring of a process and descriptor; 0: any */
	int32_t ring_fd;
	uint8_t ops[TUI_FILTER_OPS / 8]; /* a bit an operation */
	int has_ops;
	/* Single requests shorter than this are not listed. The model keeps them, as the
	 * collector's counters do. */
	uint64_t min_latency_ns;
};

struct tui_filter {
	struct tui_filter_options options;
	uint64_t *queues; /* open addressing: id, or 0; bit 32 set: left out. Owned */
	size_t queue_capacity;
	size_t queue_count;
	uint32_t *devices; /* left out. Owned */
	size_t device_count;
};

void tui_filter_init(struct tui_filter *filter, const struct tui_filter_options *options);
void tui_filter_done(struct tui_filter *filter);
/* Forgets what it has learned from the stream, for reading it again. */
void tui_filter_restart(struct tui_filter *filter);
/* 1: the model may see it; 0: left out; -ENOMEM. */
int tui_filter_event(struct tui_filter *filter, const struct ev_header *event);

#endif

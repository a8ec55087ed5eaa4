/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef COLLECTOR_FILTER_H
#define COLLECTOR_FILTER_H
/*
 * The filters, the same for every command. Live they act in the kernel (filter_to_tracer); on a
 * recording they act on what is shown (filter_view).
 */
#include <stddef.h>
#include <stdint.h>

#include "bpf/tracer.h"
#include "collector/options.h"
#include "event/error.h"
#include "event/record.h"

enum { FILTER_DEVICES_MAX = 32 };

/* Zeroed: everything passes. */
struct filter {
	uint32_t pids[TRACER_PIDS_MAX];
	size_t pid_count;
	const char *comm;
	const char *cgroup;
	uint32_t ring; /* id; 0: any */
	int32_t ring_pid;
	int32_t ring_fd;
	uint8_t ops[TRACER_OPS_MAX / 8];
	int has_ops;
	const char *devices[FILTER_DEVICES_MAX];
	size_t device_count;
	uint64_t min_latency_ns;
};

extern const struct option_row filter_options[];
extern const size_t filter_option_count;

/* Points into `filter`. */
void filter_to_tracer(const struct filter *filter, struct tracer_filter *ret_filter);
/* -EINVAL and a sentence when a filter makes no sense on a recording. */
int filter_check_file(const struct filter *filter, struct ev_error *why);
/* -EINVAL and a sentence when devices are asked for that --no-devices leaves out. */
int filter_check_no_devices(const struct filter *filter, int commands, struct ev_error *why);
/* The filter in words for the SESSION event: "-p 12 --op READ"; empty when nothing is filtered. */
void filter_text(const struct filter *filter, char *text, size_t text_bytes);

/* True when queues are chosen, by owner or by id. */
int filter_queues(const struct filter *filter);
int filter_op(const struct filter *filter, uint16_t op);
int filter_device(const struct filter *filter, const char *name);
/* True for a request that --op and --min-latency let through. */
int filter_request(const struct filter *filter, const struct ev_request *request);

/* Decides event by event which queues pass, from the QUEUE events seen so far. */
struct filter_view;
struct filter_view *filter_view_new(const struct filter *filter);
void filter_view_free(struct filter_view *view);
/* 1: the event belongs to no queue, or to one that passes; 0: it does not; -ENOMEM. */
int filter_view_event(struct filter_view *view, const struct ev_header *event);

#endif

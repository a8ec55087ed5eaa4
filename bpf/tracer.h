/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_TRACER_H
#define BPF_TRACER_H
/*
 * The Linux tracer, seen from user space: loads the probes, finds the rings that are already there,
 * drains what the probes wrote and hands it out as events in time order. It prints nothing and owns
 * no thread.
 *
 * Life: tracer_new → tracer_start → (wait, tracer_drain)* → tracer_stop → tracer_drain →
 * tracer_free. Everything loaded into the kernel goes with the process, however it ends.
 */
#include <stddef.h>
#include <stdint.h>

#include "event/error.h"
#include "event/record.h"

struct tracer;

enum { TRACER_OPS_MAX = 256, TRACER_COMM_BYTES = 16, TRACER_PIDS_MAX = 1024 };

/* Which rings and requests are traced. What is left out costs a look-up and leaves no trace. */
struct tracer_filter {
	const uint32_t *pids; /* owners of rings, by process id; pid_count 0: any */
	size_t pid_count;
	int follow;		      /* also the descendants of these processes, from now on */
	char comm[TRACER_COMM_BYTES]; /* owner's name; empty: any */
	const char *
		cgroup; /* path below or of the cgroup v2 mount; NULL: any. Includes its children */
	uint32_t ring;	/* id; 0: any */
	int32_t ring_pid; /* with ring_fd: the ring of this process and descriptor; 0: any */
	int32_t ring_fd;
	uint8_t ops[TRACER_OPS_MAX / 8]; /* opcodes, a bit each; all zero: any */
	uint64_t record_min_ns; /* full mode: only requests that took at least this long get a
				   record */
};

struct tracer_options {
	struct tracer_filter filter;
	enum ev_mode mode;
	size_t buffer_bytes; /* for records, all CPUs together; 0: 32 MiB */
	int no_files;	     /* do not resolve file names */
	int all_commands;    /* full mode: a record for every device command, not only for those
				that a traced request asked for */
	int no_devices;	     /* no probes of the block layer and the NVMe driver: requests are not
				followed to the device, and devices are not counted */
};

/* Loads; nothing is attached yet. Fails with one sentence that says what is missing and what to do.
 */
int tracer_new(struct tracer **ret_tracer, const struct tracer_options *options,
	       struct ev_error *why);
/* Finds existing rings and attaches the probes. */
int tracer_start(struct tracer *tracer, struct ev_error *why);
/* Detaches; what was written so far can still be drained. */
void tracer_stop(struct tracer *tracer);
void tracer_free(struct tracer *tracer);

/* Called for each event, in time order; a non-zero return ends the drain and is returned. */
typedef int (*tracer_event_fn)(void *arg, const struct ev_header *event);

/* Hands out what has happened since the last call, except the last instants, which another CPU may
 * still be writing. Call it every 1 to 10 ms in full mode, at leisure in aggregate mode. At most
 * `budget` events (0: all that is there). Returns 1 when more is waiting, 0 when drained, negative
 * on failure. */
int tracer_drain(struct tracer *tracer, size_t budget, tracer_event_fn event, void *arg,
		 struct ev_error *why);
/* Adds to the stream, after a full drain: QUEUE_STATE and LATENCY of every queue that changed,
 * DEVICE_STATE, new losses, TICK, and the `open_count` oldest open requests (SIZE_MAX: all of
 * them). */
int tracer_snapshot(struct tracer *tracer, size_t open_count, tracer_event_fn event, void *arg,
		    struct ev_error *why);
/* Aggregate mode: keep about this many of the slowest requests of each snapshot interval as
 * records; 0: none. */
void tracer_keep_slow(struct tracer *tracer, uint32_t per_interval);
/* Aggregate mode: one record for every request of this ring too (on != 0). -ENOENT: no such ring.
 */
int tracer_detail(struct tracer *tracer, uint32_t queue, int on);
/* Looks again for rings that appeared unseen or are gone (QUEUE, QUEUE_END). Cheap enough for once
 * a second. */
int tracer_reconcile(struct tracer *tracer, struct ev_error *why);

/* What a feature of the tracer can do on this kernel with these privileges. */
enum tracer_state { TRACER_ON, TRACER_PARTIAL, TRACER_OFF };
struct tracer_feature {
	const char *name; /* "completions" */
	const char *what; /* one line: what the user gets from it */
	enum tracer_state state;
	char why[160];	  /* what was found or is missing */
	char remedy[160]; /* empty when there is none or none is needed */
};
/* Tries every feature, attaching nothing for longer than the call. Returns how many were written.
 */
int tracer_check(struct tracer_feature *features, size_t feature_max, struct ev_error *why);

/* One live ring, read without attaching any probe. */
struct tracer_ring {
	uint32_t id;
	uint32_t pid;
	int32_t fd;
	uint32_t sq_entries;
	uint32_t cq_entries;
	uint32_t flags;
	uint32_t thread_pid;
	uint32_t sq_depth;  /* submitted by the application, not consumed by the kernel */
	uint32_t cq_depth;  /* posted, not reaped */
	uint32_t in_flight; /* requests that have not ended */
	uint32_t in_flight_known;
	uint32_t sq_flags;
	uint32_t dropped_cqes;
	uint32_t resources; /* enum ev_resource */
	uint32_t file_count;
	uint32_t buffer_count;
	uint32_t backlog;
	uint32_t worker_limit[2];
	uint64_t thread_cpu_ns;
	uint64_t thread_work_ns;
	uint64_t thread_sleeps;
	char comm[TRACER_COMM_BYTES];
};
/* All rings on the machine, each once, ordered by pid and fd. The caller frees *ret_rings with
 * free(). */
int tracer_list(struct tracer_ring **ret_rings, size_t *ret_count, struct ev_error *why);

#endif

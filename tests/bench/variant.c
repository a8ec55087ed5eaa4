/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Each family has its own way to load, attach and detach. Everything in the kernel hangs on file
 * descriptors of this process (or of a child that dies with it), so nothing outlives it, however it
 * ends.
 */
#include "tests/bench/variant.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bpf/abi_btf.h"
#include "bpf/tracer.h"
#include "tests/bench/consumer.h"
#include "tests/bench/peer.h"

#include "floor.skel.h"

/* As bpf/attach.c has them, in its order. */
static const struct {
	const char *program, *event;
	int optional; /* a driver's that may not be there */
} device_events[] = {
	{ "empty_nvme_complete", "nvme_complete_rq", 1 },
	{ "empty_nvme_sq", "nvme_sq", 1 },
	{ "empty_nvme_setup", "nvme_setup_cmd", 1 },
	{ "empty_nvme_async", "nvme_async_event", 1 },
	{ "empty_rq_complete", "block_rq_complete", 0 },
	{ "empty_rq_complete_inside", "block_rq_complete", 0 },
	{ "empty_rq_requeue", "block_rq_requeue", 0 },
	{ "empty_rq_merge", "block_rq_merge", 0 },
	{ "empty_rq_issue", "block_rq_issue", 0 },
	{ "empty_rq_insert", "block_rq_insert", 0 },
	{ "empty_bio_queue", "block_bio_queue", 0 },
};
enum { DEVICE_EVENTS = sizeof(device_events) / sizeof(*device_events) };

struct variant {
	const struct variant_kind *kind;
	const char *submit_event;
	struct floor_bpf *floor;
	struct bpf_link *links[2 + DEVICE_EVENTS];
	struct tracer *tracer;
	struct consumer *consumer;
	struct peer *peer;
	struct variant_counts counts;
};

/* ---- the floors ---- */

static int floor_new(struct variant *variant, const struct abi *abi, struct ev_error *why)
{
	int err;

	variant->floor = floor_bpf__open();
	if (!variant->floor)
		return ev_fail(why, -errno, "cannot open the floor's programs: %s",
			       strerror(errno));
	variant->floor->rodata->submit_argument = abi->submit_req;
	err = floor_bpf__load(variant->floor);
	return err ? ev_fail(why, err, "cannot load the floor's programs (are you root?): %s",
			     strerror(-err))
		   : 0;
}

static struct bpf_link *attach(struct variant *variant, const char *program, const char *event)
{
	struct bpf_object *object = variant->floor->obj;

	return bpf_program__attach_raw_tracepoint(bpf_object__find_program_by_name(object, program),
						  event);
}

static int floor_start_devices(struct variant *variant, struct ev_error *why)
{
	libbpf_print_fn_t print = libbpf_set_print(NULL); /* of drivers that are not there */
	int err = 0;

	for (int i = 0; i < DEVICE_EVENTS && !err; i++) {
		variant->links[2 + i] =
			attach(variant, device_events[i].program, device_events[i].event);
		if (!variant->links[2 + i] && !device_events[i].optional)
			err = ev_fail(why, -errno, "cannot attach to %s: %s",
				      device_events[i].event, strerror(errno));
	}
	libbpf_set_print(print);
	return err;
}

static int floor_start(struct variant *variant, struct ev_error *why)
{
	variant->links[0] = attach(variant, variant->kind->complete, "io_uring_complete");
	variant->links[1] = attach(variant, variant->kind->submit, variant->submit_event);
	if (!variant->links[0] || !variant->links[1])
		return ev_fail(why, -errno, "cannot attach %s: %s", variant->kind->name,
			       strerror(errno));
	return variant->kind->devices ? floor_start_devices(variant, why) : 0;
}

static void floor_stop(struct variant *variant)
{
	for (int i = 1 + DEVICE_EVENTS; i >= 0; i--) {
		bpf_link__destroy(variant->links[i]);
		variant->links[i] = NULL;
	}
}

/* ---- ringlens ---- */

/* A tracer lives once: loaded, started, stopped, freed. */
static int ringlens_start(struct variant *variant, struct ev_error *why)
{
	static const uint32_t another = 1; /* init: lives, and is not us */
	struct tracer_options options = { .mode = variant->kind->full ? EV_MODE_FULL
								      : EV_MODE_AGGREGATE,
					  .no_devices = variant->kind->no_devices };
	int err;

	if (variant->kind->left_out) {
		options.filter.pids = &another;
		options.filter.pid_count = 1;
	}
	err = tracer_new(&variant->tracer, &options, why);
	if (!err)
		err = consumer_new(&variant->consumer, variant->tracer, variant->kind->full, why);
	if (!err)
		err = tracer_start(variant->tracer, why);
	return err ? err : consumer_start(variant->consumer, why);
}

static void ringlens_free(struct variant *variant)
{
	consumer_free(variant->consumer);
	tracer_free(variant->tracer);
	variant->consumer = NULL;
	variant->tracer = NULL;
}

static void add_counts(struct variant_counts *total, const struct consumer_counts *counts)
{
	total->submitted += counts->submitted;
	total->completed += counts->completed;
	total->records += counts->requests;
	total->lost += counts->lost;
	total->consumer_cpu_ns += counts->cpu_ns;
	total->packed_bytes += counts->packed_bytes;
	total->stored_bytes += counts->stored_bytes;
}

static int ringlens_stop(struct variant *variant, struct ev_error *why)
{
	struct consumer_counts counts;
	int err;

	if (!variant->tracer || !variant->consumer) {
		ringlens_free(variant);
		return 0;
	}
	err = consumer_stop(variant->consumer, why);
	tracer_stop(variant->tracer);
	if (!err)
		err = consumer_finish(variant->consumer, why);
	if (!err) {
		consumer_counts(variant->consumer, &counts);
		add_counts(&variant->counts, &counts);
	}
	ringlens_free(variant);
	return err;
}

/* ---- all ---- */

static int find_events(struct abi *abi, const char **ret_submit, struct ev_error *why)
{
	struct abi_btf btf;
	int err = abi_open(&btf, why);

	if (err)
		return err;
	err = abi_find(&btf, abi, ret_submit, why);
	abi_close(&btf);
	return err;
}

int variant_new(struct variant **ret_variant, const struct variant_kind *kind, struct ev_error *why)
{
	struct variant *variant = calloc(1, sizeof(*variant));
	struct abi abi;
	int err;

	if (!variant)
		return ev_fail(why, -ENOMEM, "out of memory");
	variant->kind = kind;
	err = find_events(&abi, &variant->submit_event, why);
	if (!err && kind->family == VARIANT_FLOOR)
		err = floor_new(variant, &abi, why);
	if (!err && kind->family == VARIANT_PEER)
		err = peer_new(&variant->peer, kind->command, variant->submit_event, why);
	if (err) {
		variant_free(variant);
		return err;
	}
	*ret_variant = variant;
	return 0;
}

void variant_free(struct variant *variant)
{
	if (!variant)
		return;
	floor_stop(variant);
	ringlens_free(variant);
	if (variant->floor)
		floor_bpf__destroy(variant->floor);
	peer_free(variant->peer);
	free(variant);
}

int variant_start(struct variant *variant, struct ev_error *why)
{
	switch (variant->kind->family) {
	case VARIANT_FLOOR:
		return floor_start(variant, why);
	case VARIANT_RINGLENS:
		return ringlens_start(variant, why);
	case VARIANT_PEER:
		return peer_start(variant->peer, why);
	default:
		return 0;
	}
}

int variant_stop(struct variant *variant, struct ev_error *why)
{
	switch (variant->kind->family) {
	case VARIANT_FLOOR:
		floor_stop(variant);
		return 0;
	case VARIANT_RINGLENS:
		return ringlens_stop(variant, why);
	case VARIANT_PEER:
		return peer_stop(variant->peer, why);
	default:
		return 0;
	}
}

const struct variant_counts *variant_counts(const struct variant *variant)
{
	return &variant->counts;
}

static const char *const bpftrace_command[] = {
	"bpftrace", "-q", "-e",
	"tracepoint:io_uring:%s { @start[args->req] = nsecs; } "
	"tracepoint:io_uring:io_uring_complete /@start[args->req]/ "
	"{ @latency = hist(nsecs - @start[args->req]); delete(@start[args->req]); } "
	"END { clear(@start); }",
	NULL
};
static const char *const perf_stat_command[] = {
	"perf", "stat", "-a", "-e", "io_uring:%s", "-e", "io_uring:io_uring_complete", NULL
};
static const char *const perf_record_command[] = {
	"perf", "record",    "-a", "-q",	  "-m", "8M",
	"-o",	"/dev/null", "-e", "io_uring:%s", "-e", "io_uring:io_uring_complete",
	NULL
};

const struct variant_kind variant_kinds[] = {
	{ .name = "baseline", .what = "nothing attached", .family = VARIANT_NOTHING },
	{ .name = "F",
	  .what = "two empty programs: the floor",
	  .family = VARIANT_FLOOR,
	  .submit = "empty_submit",
	  .complete = "empty_complete" },
	{ .name = "F+devices",
	  .what = "F and empty programs on the events of disks",
	  .family = VARIANT_FLOOR,
	  .submit = "empty_submit",
	  .complete = "empty_complete",
	  .devices = 1,
	  .of_disks = 1 },
	{ .name = "clock",
	  .what = "two programs that read the clock",
	  .family = VARIANT_FLOOR,
	  .submit = "clock_submit",
	  .complete = "clock_complete" },
	{ .name = "aggregate",
	  .what = "ringlens, histograms and depths",
	  .family = VARIANT_RINGLENS },
	{ .name = "record",
	  .what = "ringlens, one record a request",
	  .family = VARIANT_RINGLENS,
	  .full = 1 },
	{ .name = "no-devices",
	  .what = "ringlens, one record a request, none of disks",
	  .family = VARIANT_RINGLENS,
	  .full = 1,
	  .no_devices = 1,
	  .of_disks = 1 },
	{ .name = "left-out",
	  .what = "ringlens, filter names another process",
	  .family = VARIANT_RINGLENS,
	  .left_out = 1 },
	{ .name = "hash",
	  .what = "BPF hash map and histogram",
	  .family = VARIANT_FLOOR,
	  .submit = "hash_submit",
	  .complete = "hash_complete" },
	{ .name = "bpftrace",
	  .what = "start map and hist()",
	  .family = VARIANT_PEER,
	  .command = bpftrace_command },
	{ .name = "perf-stat",
	  .what = "perf stat -a, both events counted",
	  .family = VARIANT_PEER,
	  .command = perf_stat_command },
	{ .name = "perf-record",
	  .what = "perf record -a, both events",
	  .family = VARIANT_PEER,
	  .command = perf_record_command },
};
const size_t variant_kind_count = sizeof(variant_kinds) / sizeof(*variant_kinds);

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * What this kernel and these privileges allow, feature by feature. Each row is tried, not guessed:
 * BTF is asked for the tracepoint, and the probes are really loaded (attaching nothing).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/tracer_private.h"

/* A feature that rests on one tracepoint. */
struct tracepoint_row {
	const char *name;
	const char *what;
	const char *tracepoint;
	size_t abi_offset;   /* of the uint8_t that is ABI_NONE when the request is not passed; 0:
				existence is enough */
	const char *without; /* what one sees instead; NULL: nothing */
	const char *since;   /* the first release that has it */
};

#define ABI(field) offsetof(struct abi, field)
static const struct tracepoint_row rows[] = {
	{ "queues", "rings as they are created", "io_uring_create", 0, NULL, NULL },
	{ "failures", "requests refused before they start", "io_uring_req_failed",
	  ABI(req_failed_req), "refused requests show as unmatched completions", "5.18" },
	{ "overflows", "completions that find the completion queue full", "io_uring_cqe_overflow",
	  0, "they count as completed", "5.19" },
	{ "workers", "requests carried by io-wq workers", "io_uring_queue_async_work",
	  ABI(queue_async_req), NULL, NULL },
	{ "poll", "requests that wait until a file is ready", "io_uring_poll_arm",
	  ABI(poll_arm_req), NULL, "5.14" },
	{ "wakeups", "when a polled request was woken", "io_uring_task_add", ABI(task_add_req),
	  NULL, "5.18" },
	{ "drain", "requests held back by IO_DRAIN", "io_uring_defer", ABI(defer_req), NULL, NULL },
	{ "links", "members of link chains", "io_uring_link", ABI(link_req), NULL, NULL },
	{ "failed-links", "requests cancelled because a predecessor failed", "io_uring_fail_link",
	  ABI(fail_link_req), NULL, NULL },
	{ "waits", "how often an application blocks for completions", "io_uring_cqring_wait", 0,
	  NULL, NULL },
	{ "commands", "device commands, and how long each took", "block_rq_complete", 0, NULL,
	  NULL },
	{ "tag-waits", "how often a submitter slept because a device had no free tag",
	  "block_rq_tag_wait", 0, "the time counts as waiting before the device", "7.3" },
	{ "registrations", "files and buffers registered with a ring", "io_uring_register",
	  ABI(register_result), NULL, NULL },
};

/* Where the next row goes. */
struct rows {
	struct tracer_feature *features;
	size_t max, count;
};

static struct tracer_feature *add(struct rows *rows_out, const char *name, const char *what,
				  enum tracer_state state)
{
	static struct tracer_feature spill;
	struct tracer_feature *feature = &spill;

	if (rows_out->count < rows_out->max)
		feature = &rows_out->features[rows_out->count++];
	*feature = (struct tracer_feature){ .name = name, .what = what, .state = state };
	return feature;
}

static void check_tracepoint(struct rows *out, const struct abi_btf *btf, const struct abi *abi,
			     const struct tracepoint_row *row)
{
	struct tracer_feature *feature = add(out, row->name, row->what, TRACER_ON);

	if (abi_argument_count(btf, row->tracepoint) < 0) {
		feature->state = TRACER_OFF;
		snprintf(feature->why, sizeof(feature->why), "this kernel has no %s event%s%s",
			 row->tracepoint, row->without ? ": " : "",
			 row->without ? row->without : "");
	} else if (row->abi_offset && ((const uint8_t *)abi)[row->abi_offset] == ABI_NONE) {
		feature->state = TRACER_OFF;
		snprintf(feature->why, sizeof(feature->why),
			 "this kernel's %s event does not name the request%s%s", row->tracepoint,
			 row->without ? ": " : "", row->without ? row->without : "");
	} else {
		snprintf(feature->why, sizeof(feature->why), "%s", row->tracepoint);
	}
	if (feature->state == TRACER_OFF && row->since)
		snprintf(feature->remedy, sizeof(feature->remedy), "run Linux %s or later",
			 row->since);
}

static void check_requests(struct rows *out, const struct abi_btf *btf, struct abi *ret_abi)
{
	struct tracer_feature *feature =
		add(out, "requests", "every request from submission to completion", TRACER_ON);
	struct ev_error why;
	const char *submit;

	memset(ret_abi, ABI_NONE, sizeof(*ret_abi));
	if (abi_find(btf, ret_abi, &submit, &why)) {
		feature->state = TRACER_OFF;
		snprintf(feature->why, sizeof(feature->why), "%.150s", why.text);
	} else if (ret_abi->key_is_user_data) {
		feature->state = TRACER_PARTIAL;
		snprintf(
			feature->why, sizeof(feature->why),
			"completions do not name their request: requests are matched by user_data");
		snprintf(feature->remedy, sizeof(feature->remedy),
			 "run Linux 5.18 or later for exact matching");
	} else {
		snprintf(feature->why, sizeof(feature->why), "%s, io_uring_complete", submit);
	}
}

/* The functions that end a bio say whose it is; the kernel may hide where they lie. */
static void check_command_links(struct rows *out)
{
	struct tracer_feature *feature =
		add(out, "command-links", "which request a device command was for", TRACER_ON);
	struct probe_settings settings = { 0 };

	commands_find_ends(&settings);
	if (settings.ends_known) {
		snprintf(feature->why, sizeof(feature->why), "direct I/O, through its bios");
		return;
	}
	feature->state = TRACER_PARTIAL;
	snprintf(feature->why, sizeof(feature->why),
		 "/proc/kallsyms tells no addresses: links are found by trying, none through "
		 "bios of older file systems or split bios");
	snprintf(feature->remedy, sizeof(feature->remedy),
		 "run as root with kernel.kptr_restrict at 0 or 1");
}

/* Drivers that stand on other devices: those that are there now. */
static void check_stacked_links(struct rows *out)
{
	struct tracer_feature *feature =
		add(out, "stacked-links",
		    "which request a command below device mapper or md was for", TRACER_ON);
	struct bio_roads roads;
	char names[80] = "";

	if (roads_find(&roads) || roads_text(names, sizeof(names), &roads)) {
		feature->state = names[0] ? TRACER_PARTIAL : TRACER_OFF;
		snprintf(feature->why, sizeof(feature->why),
			 "nobody tells how the drivers it has lead to a request%s%s",
			 names[0] ? ", but for " : "", names);
		snprintf(feature->remedy, sizeof(feature->remedy),
			 "run Linux 5.11 or later with CONFIG_DEBUG_INFO_BTF_MODULES=y");
		return;
	}
	snprintf(feature->why, sizeof(feature->why), "%s",
		 names[0] ? names : "none of these drivers is loaded");
}

/* A driver's own affair, and each has its way. */
static void check_timeouts(struct rows *out)
{
	struct tracer_feature *feature =
		add(out, "timeouts", "device commands that took too long for their driver",
		    TRACER_PARTIAL);

	snprintf(feature->why, sizeof(feature->why),
		 "NVMe and SCSI tell; of other drivers those that end as timed out");
}

static void check_reads(struct rows *out, const struct abi_btf *btf)
{
	struct tracer_feature *feature =
		add(out, "direct-reads", "cheap reads of kernel memory in the probes", TRACER_ON);

	if (abi_has_function(btf, "bpf_rdonly_cast")) {
		snprintf(feature->why, sizeof(feature->why), "bpf_rdonly_cast");
		return;
	}
	feature->state = TRACER_PARTIAL;
	snprintf(feature->why, sizeof(feature->why),
		 "no bpf_rdonly_cast: each field costs a helper call%s",
		 abi_has_atomics() ? "" : "; no atomic operations that return a value");
	snprintf(feature->remedy, sizeof(feature->remedy),
		 "run Linux 6.2 or later for the lowest overhead");
}

/* 1 when they load. */
static int check_loading(struct rows *out)
{
	struct tracer_feature *feature =
		add(out, "probes", "the probes load on this kernel", TRACER_ON);
	struct tracer_options options = { .mode = EV_MODE_AGGREGATE, .buffer_bytes = 1 << 20 };
	struct tracer *tracer;
	struct ev_error why;

	if (!tracer_new(&tracer, &options, &why)) {
		snprintf(feature->why, sizeof(feature->why), "loaded and verified");
		tracer_free(tracer);
		return 1;
	}
	feature->state = TRACER_OFF;
	snprintf(feature->why, sizeof(feature->why), "%.150s", why.text);
	if (why.code == -EPERM)
		snprintf(feature->remedy, sizeof(feature->remedy),
			 "run as root, or with CAP_BPF and CAP_PERFMON");
	return 0;
}

static void check_discovery(struct rows *out)
{
	struct tracer_feature *feature =
		add(out, "discovery", "rings older than ringlens", TRACER_ON);
	struct tracer_ring *rings;
	struct ev_error why;
	size_t count;

	if (!tracer_list(&rings, &count, &why)) {
		snprintf(feature->why, sizeof(feature->why), "%zu ring%s found", count,
			 count == 1 ? "" : "s");
		free(rings);
		return;
	}
	feature->state = TRACER_OFF;
	snprintf(feature->why, sizeof(feature->why), "%.150s", why.text);
	if (why.code == -EPERM)
		snprintf(feature->remedy, sizeof(feature->remedy),
			 "run as root, or with CAP_BPF and CAP_PERFMON");
}

/* What the kernel has is of no use as long as the probes do not load. */
static void turn_off(struct rows *out, size_t first)
{
	for (size_t i = first; i < out->count; i++) {
		struct tracer_feature *feature = &out->features[i];

		if (feature->state == TRACER_OFF)
			continue;
		feature->state = TRACER_OFF;
		snprintf(feature->why, sizeof(feature->why),
			 "this kernel has it, but the probes do not load");
		feature->remedy[0] = '\0';
	}
}

/* A probe that is preempted keeps its CPU's turn: the kernel counts what others do there meanwhile,
 * and leaves it out, but for its copies (bpf/copies.bpf.h). */
static void check_steadiness(struct rows *out)
{
	struct tracer_feature *feature =
		add(out, "steady-probes", "probes that end before another thread runs", TRACER_ON);

	if (!settings_preemptible()) {
		snprintf(feature->why, sizeof(feature->why), "nothing preempts a probe");
		return;
	}
	feature->state = TRACER_PARTIAL;
	snprintf(feature->why, sizeof(feature->why),
		 "a probe may be preempted: copies of it see what it misses then; what they miss "
		 "too, and what comes before they are attached, is told as lost");
}

static void check_features(struct rows *out, const struct abi_btf *btf)
{
	struct abi abi;

	check_requests(out, btf, &abi);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		check_tracepoint(out, btf, &abi, &rows[i]);
	check_command_links(out);
	check_stacked_links(out);
	check_timeouts(out);
	check_reads(out, btf);
	check_steadiness(out);
}

int tracer_check(struct tracer_feature *features, size_t feature_max, struct ev_error *why)
{
	struct rows out = { features, feature_max, 0 };
	struct tracer_feature *feature;
	struct abi_btf btf;
	size_t first;
	int loads;

	tracer_silence_libbpf();
	feature = add(&out, "btf", "the kernel describes its own types", TRACER_ON);
	if (abi_open(&btf, why)) {
		feature->state = TRACER_OFF;
		snprintf(feature->why, sizeof(feature->why),
			 "/sys/kernel/btf/vmlinux is missing or unreadable");
		snprintf(feature->remedy, sizeof(feature->remedy),
			 "run a kernel built with CONFIG_DEBUG_INFO_BTF=y");
		return (int)out.count;
	}
	snprintf(feature->why, sizeof(feature->why), "/sys/kernel/btf/vmlinux");
	loads = check_loading(&out);
	check_discovery(&out);
	first = out.count;
	check_features(&out, &btf);
	if (!loads)
		turn_off(&out, first);
	abi_close(&btf);
	return (int)out.count;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Which probe goes to which event of the kernel. The order matters for the books: completions
 * first, submissions last, so that no request is seen to begin whose end was missed; tracer.c
 * detaches the other way round. What is only worth its cost under some loads is attached when the
 * first such request or device is seen.
 */
#include <errno.h>
#include <string.h>

#include "bpf/tracer_private.h"

/* One probe and the tracepoint it belongs to, in the order of attaching. */
struct probe {
	const char *program;
	const char *tracepoint;
	size_t abi_offset; /* of the uint8_t that says whether the kernel has it; 0: always */
};

#define ABI(field) offsetof(struct abi, field)
static const struct probe device_probes[] = {
	{ "on_rq_complete", "block_rq_complete", 0 },
	{ "on_rq_complete_inside", "block_rq_complete", 0 },
	{ "on_rq_requeue", "block_rq_requeue", 0 },
	{ "on_rq_merge", "block_rq_merge", 0 },
	{ "on_rq_issue", "block_rq_issue", 0 },
	{ "on_rq_issue_1", "block_rq_issue", 0 },
	{ "on_rq_issue_2", "block_rq_issue", 0 },
	{ "on_rq_issue_3", "block_rq_issue", 0 },
	{ "on_rq_insert", "block_rq_insert", 0 },
	{ "on_bio_queue", "block_bio_queue", 0 },
	{ "on_tag_wait", "block_rq_tag_wait", ABI(tag_wait) },
};
static const struct probe ring_probes[] = {
	{ "on_task_exit", "sched_process_exit", 0 },
	{ "on_create", "io_uring_create", 0 },
	{ "on_register", "io_uring_register", ABI(register_result) },
	{ "on_complete", "io_uring_complete", 0 },
	{ "on_cqe_overflow", "io_uring_cqe_overflow", ABI(overflow) },
	{ "on_queue_async_work", "io_uring_queue_async_work", ABI(queue_async_req) },
	{ "on_poll_arm", "io_uring_poll_arm", ABI(poll_arm_req) },
	{ "on_task_add", "io_uring_task_add", ABI(task_add_req) },
	{ "on_defer", "io_uring_defer", ABI(defer_req) },
	{ "on_link", "io_uring_link", ABI(link_req) },
	{ "on_fail_link", "io_uring_fail_link", ABI(fail_link_req) },
	{ "on_cqring_wait", "io_uring_cqring_wait", 0 },
	{ "on_req_failed", "io_uring_req_failed", ABI(req_failed_req) },
	{ "on_submit", NULL, 0 },
};

static int probe_fits(const struct tracer *tracer, const struct probe *probe)
{
	uint8_t value = ((const uint8_t *)&tracer->abi)[probe->abi_offset];

	if (!probe->abi_offset)
		return 1;
	if (probe->abi_offset == ABI(overflow) || probe->abi_offset == ABI(tag_wait))
		return value;
	return value != ABI_NONE;
}

/* A program of the type that knows its arguments has been bound to its event when it was loaded; one
 * that was not loaded is not needed. */
int attach(struct tracer *tracer, const char *program, const char *tracepoint)
{
	struct bpf_program *found = bpf_object__find_program_by_name(tracer->object, program);
	struct bpf_link *link;

	if (!bpf_program__autoload(found))
		return 0;
	link = bpf_program__type(found) == BPF_PROG_TYPE_TRACING
		       ? bpf_program__attach(found)
		       : bpf_program__attach_raw_tracepoint(found, tracepoint);
	if (!link)
		return -errno;
	tracer->links[tracer->link_count++] = link;
	return 0;
}

static int attach_each(struct tracer *tracer, const struct probe *probes, size_t count,
		       struct ev_error *why)
{
	const char *tracepoint;
	int err;

	for (size_t i = 0; i < count; i++) {
		if (!probe_fits(tracer, &probes[i]))
			continue;
		tracepoint =
			probes[i].tracepoint ? probes[i].tracepoint : tracer->submit_tracepoint;
		err = attach(tracer, copies_first(tracer, probes[i].program), tracepoint);
		if (err)
			return ev_fail(why, err, "cannot attach to the kernel's %s event: %s",
				       tracepoint, strerror(-err));
	}
	return 0;
}

int attach_probes(struct tracer *tracer, struct ev_error *why)
{
	int err = 0;

	if (tracer->options.filter.follow && tracer->options.filter.pid_count) {
		err = attach(tracer, "on_fork", "sched_process_fork");
		if (err)
			return ev_fail(
				why, err,
				"cannot follow forks: attaching sched_process_fork failed: %s",
				strerror(-err));
	}
	if (!tracer->options.no_devices) {
		tracer_watch_nvme(tracer);
		tracer_watch_scsi(tracer);
		err = attach_each(tracer, device_probes,
				  sizeof(device_probes) / sizeof(*device_probes), why);
	}
	return err ? err
		   : attach_each(tracer, ring_probes, sizeof(ring_probes) / sizeof(*ring_probes),
				 why);
}

/* The NVMe driver's events; it may be a module, which is there when its first device is seen. */
void tracer_watch_nvme(struct tracer *tracer)
{
	if (tracer->nvme_watched || attach(tracer, "on_nvme_complete", "nvme_complete_rq"))
		return;
	tracer->nvme_watched = 1;
	attach(tracer, "on_nvme_sq", "nvme_sq");
	attach(tracer, "on_nvme_setup", "nvme_setup_cmd");
	attach(tracer, "on_nvme_setup_1", "nvme_setup_cmd");
	attach(tracer, "on_nvme_async", "nvme_async_event");
}

/* The same of SCSI, whose middle layer may be a module, too. */
void tracer_watch_scsi(struct tracer *tracer)
{
	if (!tracer->scsi_watched &&
	    !attach(tracer, "on_scsi_timeout", "scsi_dispatch_cmd_timeout"))
		tracer->scsi_watched = 1;
}

/* Attaches what is only worth its cost once requests go to io-wq workers (bpf/worker.bpf.h). */
void tracer_watch_workers(struct tracer *tracer)
{
	uint64_t punted = 0;

	if (tracer->workers_watched || !tracer->started)
		return;
	for (uint32_t cpu = 0; cpu < tracer->cpu_count; cpu++)
		punted += tracer->cpus[cpu].punted;
	if (!punted)
		return;
	tracer->workers_watched =
		1; /* tried once; without them it is not known when a worker takes one up */
	if (tracer->abi.file_get_req != ABI_NONE)
		attach(tracer, "on_file_get", "io_uring_file_get");
	if (!attach(tracer, "on_sched_switch", "sched_switch") && !tracer->abi.key_is_user_data)
		__atomic_store_n(&tracer->live->workers_watched, 1, __ATOMIC_RELEASE);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The copies of the probes (bpf/copies.bpf.h): whether this kernel needs them, which are loaded, when
 * one more is attached, and what all of them missed.
 *
 * Where probes are not preempted "on_submit" is loaded; where they are, "on_submit_0" instead and
 * the copies behind it, "on_submit_1" and so on. The same for "on_complete". Of a device command
 * only the way to the driver has copies, which are attached from the start: what a probe costs is
 * little beside a command, and one that is missed there is not seen at all.
 */
#include <stdio.h>
#include <string.h>

#include "bpf/tracer_private.h"

enum { ASK_NS = 5000000, NAME_BYTES = 32 };

static const char *const copied[COPIED_PROBES] = { "on_submit", "on_complete" };

static const char *const device_copies[] = { "on_rq_issue_1", "on_rq_issue_2", "on_rq_issue_3",
					     "on_nvme_setup_1" };

static int are_used(const struct tracer *tracer)
{
	return tracer->lane_count > tracer->cpu_count;
}

static void copy_name(char name[NAME_BYTES], enum copied_probe probe, uint32_t copy)
{
	snprintf(name, NAME_BYTES, "%s_%u", copied[probe], copy);
}

static struct bpf_program *copy_of(const struct tracer *tracer, enum copied_probe probe,
				   uint32_t copy)
{
	char name[NAME_BYTES];

	copy_name(name, probe, copy);
	return bpf_object__find_program_by_name(tracer->object, name);
}

static struct bpf_program *plain(const struct tracer *tracer, enum copied_probe probe)
{
	return bpf_object__find_program_by_name(tracer->object, copied[probe]);
}

const char *copies_first(const struct tracer *tracer, const char *probe)
{
	for (uint32_t i = 0; i < COPIED_PROBES && are_used(tracer); i++) {
		if (!strcmp(probe, copied[i]))
			return bpf_program__name(copy_of(tracer, i, 0));
	}
	return probe;
}

/* The build for kernels that read memory by a helper has none; such a kernel is older than
 * preemptible probes, but for PREEMPT_RT. */
uint32_t copies_choose(struct tracer *tracer)
{
	int exist = copy_of(tracer, COPIED_SUBMIT, 0) != NULL;
	int used = exist && settings_preemptible() && tracer->cpu_count * COPIES <= LANES_MAX;

	for (uint32_t probe = 0; probe < COPIED_PROBES && exist; probe++) {
		bpf_program__set_autoload(plain(tracer, probe), !used);
		for (uint32_t copy = 0; copy < COPIES; copy++)
			bpf_program__set_autoload(copy_of(tracer, probe, copy), used);
	}
	for (size_t i = 0; i < sizeof(device_copies) / sizeof(*device_copies); i++)
		bpf_program__set_autoload(
			bpf_object__find_program_by_name(tracer->object, device_copies[i]), used);
	return used ? COPIES : 1;
}

static int bind(const struct tracer *tracer, struct bpf_program *program)
{
	if (!program || bpf_program__type(program) != BPF_PROG_TYPE_TRACING)
		return 0;
	return bpf_program__set_attach_target(program, 0, tracer->submit_tracepoint);
}

int copies_bind_submit(struct tracer *tracer)
{
	int err = bind(tracer, plain(tracer, COPIED_SUBMIT));

	for (uint32_t copy = 0; copy < COPIES && !err; copy++)
		err = bind(tracer, copy_of(tracer, COPIED_SUBMIT, copy));
	return err;
}

/* ---- what was missed ---- */

static uint64_t misses_of(const struct bpf_program *program)
{
	struct bpf_prog_info info = { 0 };
	uint32_t length = sizeof(info);

	return bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &length)
		       ? 0
		       : info.recursion_misses;
}

/* What the first copies missed and none of the others took. The others' misses are not of interest:
 * an event that one of them alone missed was taken before. */
static uint64_t missed_by_copies(const struct tracer *tracer)
{
	uint64_t missed = 0, rescued = 0;

	for (uint32_t probe = 0; probe < COPIED_PROBES; probe++)
		missed += misses_of(copy_of(tracer, probe, 0));
	/* Afterwards: what is about to be made good must not be told as lost. */
	for (uint32_t lane = tracer->cpu_count; lane < tracer->lane_count; lane++)
		rescued += __atomic_load_n(&tracer->cpus[lane].rescued, __ATOMIC_RELAXED);
	return missed > rescued ? missed - rescued : 0;
}

/* Those of the copied probes, and any that stands behind another one: what it missed alone was taken
 * before. They are told by their names. */
static int is_copy(const struct bpf_program *program)
{
	const char *end = strrchr(bpf_program__name(program), '_');

	return end && ((end[1] >= '0' && end[1] <= '9') || !strcmp(end, "_inside"));
}

/* What the other probes missed and none behind them took. */
static uint64_t missed_by_others(const struct tracer *tracer)
{
	uint64_t missed = 0, rescued = 0;
	struct bpf_program *program;

	bpf_object__for_each_program(program, tracer->object)
	{
		if (!is_copy(program))
			missed += misses_of(program);
	}
	for (uint32_t cpu = 0; cpu < tracer->cpu_count; cpu++)
		rescued += __atomic_load_n(&tracer->command_rings[cpu].rescued, __ATOMIC_RELAXED);
	return missed > rescued ? missed - rescued : 0;
}

uint64_t copies_missed(const struct tracer *tracer)
{
	return (are_used(tracer) ? missed_by_copies(tracer) : 0) + missed_by_others(tracer);
}

/* Behind those that are there: the kernel calls first what was attached first. */
void copies_watch(struct tracer *tracer)
{
	uint64_t now_ns = tracer_now(), missed;
	uint32_t next = tracer->copies_attached + 1;
	char name[NAME_BYTES];

	if (!are_used(tracer) || !tracer->started || next >= COPIES ||
	    now_ns - tracer->copies_asked_ns < ASK_NS)
		return;
	tracer->copies_asked_ns = now_ns;
	missed = missed_by_copies(tracer);
	if (missed <= tracer->copies_missed)
		return;
	tracer->copies_missed = missed;
	tracer->copies_attached = next; /* tried once; without it more is lost, and told */
	copy_name(name, COPIED_COMPLETE, next);
	attach(tracer, name, "io_uring_complete");
	copy_name(name, COPIED_SUBMIT, next);
	attach(tracer, name, tracer->submit_tracepoint);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The life of a tracer: choose the probes that fit this kernel, size and map their memory, attach
 * them (attach.c), detach them.
 *
 * Nothing is pinned: programs, maps and links go with the last descriptor, also after SIGKILL.
 */
#include <errno.h>
#include <linux/membarrier.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "bpf/tracer_private.h"
#include "probes_direct.skel.h"
#include "probes_plain.skel.h"
#include "probes_reads.skel.h"

#ifdef __x86_64__
enum { PLAIN_STORES_IN_ORDER = 1 }; /* as other CPUs see them */
#else
enum { PLAIN_STORES_IN_ORDER = 0 };
#endif

uint64_t tracer_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now); /* the clock of bpf_ktime_get_ns() */
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static int say_nothing(enum libbpf_print_level level, const char *format, va_list arguments)
{
	(void)level;
	(void)format;
	(void)arguments;
	return 0;
}

void tracer_silence_libbpf(void)
{
	libbpf_set_print(say_nothing);
}

int tracer_run(int program_fd, const uint64_t *args, size_t arg_count)
{
	uint64_t context[12] = { 0 };
	LIBBPF_OPTS(bpf_test_run_opts, options, .ctx_in = context, .ctx_size_in = sizeof(context));
	int err;

	memcpy(context, args, arg_count * sizeof(*args));
	err = bpf_prog_test_run_opts(program_fd, &options);
	return err ? err : (int)options.retval;
}

/* The object's read-only data is the settings and nothing else. */
static int store_settings(struct tracer *tracer, const struct probe_settings *settings)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, tracer->object) if (
		strstr(bpf_map__name(map),
		       ".rodata")) return bpf_map__set_initial_value(map, settings,
								     sizeof(*settings));
	return -ENOENT;
}

static int load_refused(int err, struct ev_error *why)
{
	if (err == -EPERM || err == -EACCES)
		return ev_fail(
			why, -EPERM,
			"no permission to load BPF programs: run as root, or give ringlens "
			"CAP_BPF and "
			"CAP_PERFMON (sudo setcap cap_bpf,cap_perfmon=ep $(command -v ringlens))");
	if (err == -ENOMEM)
		return ev_fail(why, err,
			       "no memory for the tracer's tables: try a smaller --buffer");
	return ev_fail(why, err,
		       "the kernel refused the probes (%s): `ringlens check` says what it allows",
		       strerror(-err));
}

/* The build of the probes that this kernel can run, the cheapest one. */
static int choose_build(const struct abi_btf *btf, const void **ret_bytes, size_t *ret_size,
			struct ev_error *why)
{
	if (abi_has_function(btf, "bpf_rdonly_cast"))
		*ret_bytes = probes_direct_bpf__elf_bytes(ret_size);
	else if (abi_has_atomics())
		*ret_bytes = probes_reads_bpf__elf_bytes(ret_size);
	else if (PLAIN_STORES_IN_ORDER && !settings_preemptible())
		*ret_bytes = probes_plain_bpf__elf_bytes(ret_size);
	else
		return ev_fail(why, -ENOTSUP,
			       "this kernel's BPF has no atomic operations that return a value: "
			       "with PREEMPT_RT, or on other processors than x86-64, ringlens "
			       "needs Linux 5.12 or later");
	return 0;
}

static int load(struct tracer *tracer, const struct abi_btf *btf, struct ev_error *why)
{
	struct probe_settings settings = { 0 };
	const void *bytes = NULL;
	size_t size = 0;
	int err;

	err = choose_build(btf, &bytes, &size, why);
	if (err)
		return err;
	tracer->object = bpf_object__open_mem(bytes, size, NULL);
	if (!tracer->object)
		return ev_fail(why, -errno, "cannot open the built-in probes: %s", strerror(errno));
	err = sizes_choose(tracer, why);
	if (err)
		return err;
	err = settings_choose(tracer, &settings, why);
	if (err)
		return err;
	err = sizes_set(tracer);
	if (!err)
		err = store_settings(tracer, &settings);
	if (!err)
		err = copies_bind_submit(tracer);
	if (!err)
		err = bpf_object__load(tracer->object);
	return err ? load_refused(err, why) : 0;
}

static int map_fd(struct tracer *tracer, const char *name)
{
	return bpf_object__find_map_fd_by_name(tracer->object, name);
}

static int program_fd(struct tracer *tracer, const char *name)
{
	return bpf_program__fd(bpf_object__find_program_by_name(tracer->object, name));
}

static int map_memory(struct tracer *tracer)
{
	int err = mappings_init(tracer);

	if (err)
		return err;
	tracer->details_fd = map_fd(tracer, "open_details");
	tracer->free_rings_fd = map_fd(tracer, "free_rings");
	tracer->free_cells_fd = map_fd(tracer, "free_cells");
	tracer->pids_fd = map_fd(tracer, "filter_pids");
	tracer->thread_ends_fd = map_fd(tracer, "thread_ends");
	tracer->claims_fd = map_fd(tracer, "claims");
	tracer->adopt_fd = program_fd(tracer, "adopt");
	tracer->forget_fd = program_fd(tracer, "forget");
	tracer->sample_fd = program_fd(tracer, "sample");
	tracer->is_free_fd = program_fd(tracer, "is_free");
	tracer->open_file_fd = program_fd(tracer, "open_file");
	return 0;
}

static int fill_free_lists(struct tracer *tracer)
{
	int err = 0;

	for (uint32_t slot = 1; slot < RINGS_MAX && !err; slot++)
		err = bpf_map_update_elem(tracer->free_rings_fd, NULL, &slot, BPF_ANY);
	for (uint32_t cell = 1; cell < tracer->cell_count && !err; cell++)
		err = bpf_map_update_elem(tracer->free_cells_fd, NULL, &cell, BPF_ANY);
	return err;
}

static int fill_pids(struct tracer *tracer)
{
	uint8_t one = 1;
	int err = 0;

	for (size_t i = 0; i < tracer->options.filter.pid_count && !err; i++)
		err = bpf_map_update_elem(tracer->pids_fd, &tracer->pids[i], &one, BPF_ANY);
	return err;
}

static int prepare(struct tracer *tracer, struct ev_error *why)
{
	int err = map_memory(tracer);

	if (err)
		return ev_fail(why, err, "cannot map the tracer's tables: try a smaller --buffer");
	tracer->memory = calloc(RINGS_MAX, sizeof(*tracer->memory));
	tracer->cell_memory = calloc(tracer->cell_count, sizeof(*tracer->cell_memory));
	tracer->device_memory = calloc(DEVICES_MAX * (size_t)tracer->device_queue_count,
				       sizeof(*tracer->device_memory));
	tracer->open_files = calloc((size_t)OPEN_SETS * OPEN_WAYS, sizeof(*tracer->open_files));
	if (drain_prepare(tracer) || !tracer->memory || !tracer->cell_memory ||
	    !tracer->device_memory || !tracer->open_files)
		return ev_fail(why, -ENOMEM, "out of memory for the tracer's tables");
	err = fill_free_lists(tracer);
	if (!err)
		err = fill_pids(tracer);
	if (err)
		return ev_fail(why, err, "cannot fill the tracer's tables: %s", strerror(-err));
	tracer->live->record_min_ns = tracer->options.mode == EV_MODE_FULL
					      ? tracer->options.filter.record_min_ns
					      : UINT64_MAX;
	roads_look(tracer);
	return control_open(tracer, why);
}

static int create(struct tracer *tracer, struct ev_error *why)
{
	struct abi_btf btf;
	int err = abi_open(&btf, why);

	if (err)
		return err;
	err = abi_find(&btf, &tracer->abi, &tracer->submit_tracepoint, why);
	tracer->bucket_bytes = abi_list_bytes(&btf, "io_hash_bucket");
	if (!err)
		err = discover_salt(&tracer->boot_salt, why);
	if (!err)
		err = load(tracer, &btf, why);
	abi_close(&btf);
	if (!err)
		err = discover_open(&tracer->iterators, why);
	return err ? err : prepare(tracer, why);
}

int tracer_new(struct tracer **ret_tracer, const struct tracer_options *options,
	       struct ev_error *why)
{
	struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	struct tracer *tracer;
	int err;

	if (options->filter.pid_count > TRACER_PIDS_MAX)
		return ev_fail(why, -E2BIG, "at most %d processes can be named", TRACER_PIDS_MAX);
	tracer = calloc(1, sizeof(*tracer));
	if (!tracer)
		return ev_fail(why, -ENOMEM, "out of memory");
	tracer_silence_libbpf();
	setrlimit(RLIMIT_MEMLOCK,
		  &unlimited); /* needed before 5.11 only, refused without CAP_SYS_RESOURCE */
	tracer->options = *options;
	for (size_t i = 0; i < options->filter.pid_count; i++)
		tracer->pids[i] = options->filter.pids[i];
	tracer->options.filter.pids = tracer->pids;
	err = create(tracer, why);
	if (err) {
		tracer_free(tracer);
		return err;
	}
	*ret_tracer = tracer;
	return 0;
}

/* Opens or shuts the gate for all probes at one moment. Attaching and detaching them takes
 * milliseconds each, and a completion whose submission had no probe would look like a loss. While
 * it is shut, rings that appear are left out, whoever owns them; they are forgotten when it opens
 * and looked at again. */
static void set_gate(struct tracer *tracer, int open)
{
	struct ring_index_entry *entries = tracer->ring_index[0].ways;

	__atomic_store_n(&tracer->live->shut, !open, __ATOMIC_SEQ_CST);
	for (size_t i = 0; open && i < RING_INDEX_SETS * RING_INDEX_WAYS; i++)
		if (!entries[i].slot && entries[i].ring_ctx)
			__atomic_store_n(&entries[i].ring_ctx, 0, __ATOMIC_RELAXED);
	for (uint32_t slot = 1; slot < RINGS_MAX; slot++) {
		struct ring_slot *ring = &tracer->rings[slot];

		if (ring->state != RING_LIVE)
			continue;
		__atomic_store_n(&ring->traced_ctx, open ? ring->ring_ctx : 0, __ATOMIC_SEQ_CST);
		if (__atomic_load_n(&ring->state, __ATOMIC_SEQ_CST) != RING_LIVE)
			ring->traced_ctx = 0; /* it died meanwhile */
	}
}

int tracer_start(struct tracer *tracer, struct ev_error *why)
{
	int err = tracer_reconcile(tracer, why); /* rings that are there already */

	controllers_scan(tracer);
	set_gate(tracer, 0);
	if (!err)
		err = attach_probes(tracer, why);
	if (err) {
		tracer_stop(tracer);
		return err;
	}
	set_gate(tracer, 1);
	tracer->started = 1;
	tracer->reconcile_ns = 0;
	return tracer_reconcile(tracer, why); /* rings made while we attached */
}

void tracer_stop(struct tracer *tracer)
{
	struct timespec moment = { 0, 2000000 };

	if (tracer->started) {
		open_files_resolve_all(tracer);
		requests_look_back(tracer);
		older_look(tracer, tracer_now());
		set_gate(tracer, 0);
	}
	while (tracer->link_count)
		bpf_link__destroy(tracer->links[--tracer->link_count]);
	/* A probe may still run on another CPU: wait for a grace period, and a moment where there
	 * is no such call. */
	if (tracer->started && syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0))
		nanosleep(&moment, NULL);
	if (tracer->started) {
		tracer->started = 0;
		tracer_reconcile(
			tracer, NULL); /* rings that are gone by now have their last figures sent */
	}
}

void tracer_free(struct tracer *tracer)
{
	if (!tracer)
		return;
	tracer_stop(tracer);
	ring_buffer__free(tracer->control);
	if (tracer->object)
		mappings_done(tracer);
	bpf_object__close(tracer->object);
	bpf_object__close(tracer->iterators);
	waiting_done(&tracer->waiting);
	free(tracer->overflows);
	free(tracer->open_files);
	free(tracer->older);
	drain_done(tracer);
	free(tracer->memory);
	free(tracer->cell_memory);
	free(tracer->device_memory);
	free(tracer->known_pids);
	free(tracer->cgroup_path);
	free(tracer);
}

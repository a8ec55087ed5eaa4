/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Rings that exist, read by iterators (bpf/discover.bpf.c) without attaching anything. A ring may
 * be seen many times: through every process that inherited its descriptor, through several
 * descriptors, and as a registered ring. Its owner is the process with the lowest id that has a
 * descriptor of it, because parents are older than children; ids that have wrapped around can make
 * this wrong, and creation events never ask it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "bpf/abi_btf.h"
#include "bpf/found.h"
#include "bpf/tracer_private.h"
#include "discover.skel.h"

int discover_salt(uint64_t *ret_salt, struct ev_error *why)
{
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "r");
	char text[64] = "";
	uint64_t salt = 0xcbf29ce484222325ull; /* FNV-1a */

	if (!file || !fgets(text, sizeof(text), file)) {
		if (file)
			fclose(file);
		return ev_fail(why, -errno,
			       "cannot read /proc/sys/kernel/random/boot_id: is /proc mounted?");
	}
	fclose(file);
	for (const char *c = text; *c && *c != '\n'; c++)
		salt = (salt ^ (uint8_t)*c) * 0x100000001b3ull;
	*ret_salt = salt;
	return 0;
}

/* As ring_id() in bpf/ring.bpf.h. */
uint32_t discover_id(uint64_t ring_ctx, uint64_t salt)
{
	uint64_t x = ring_ctx ^ salt;

	x = (x ^ (x >> 32)) * 0xd6e8feb86659fd93ull;
	x = (x ^ (x >> 32)) * 0xd6e8feb86659fd93ull;
	x ^= x >> 32;
	return (uint32_t)x ? (uint32_t)x : 1;
}

/* Says why; the usual reasons in the words that the probes have for them. */
static int refuse(int err, struct ev_error *why)
{
	struct abi_btf btf;

	if (err == -EPERM || err == -EACCES)
		return ev_fail(why, -EPERM,
			       "no permission to load BPF programs: run as root, or give ringlens "
			       "CAP_BPF and CAP_PERFMON (sudo setcap cap_bpf,cap_perfmon=ep "
			       "$(command -v ringlens))");
	if (abi_open(&btf, why) < 0)
		return -ENOTSUP;
	abi_close(&btf);
	return ev_fail(why, err, "the kernel refused the ring iterators: %s", strerror(-err));
}

int discover_open(struct bpf_object **ret_iterators, struct ev_error *why)
{
	struct bpf_object *object;
	size_t size;
	const void *bytes = discover_bpf__elf_bytes(&size);
	int err;

	object = bpf_object__open_mem(bytes, size, NULL);
	if (!object)
		return ev_fail(why, -errno, "cannot open the built-in ring iterators: %s",
			       strerror(errno));
	err = bpf_object__load(object);
	if (err) {
		bpf_object__close(object);
		return refuse(err, why);
	}
	*ret_iterators = object;
	return 0;
}

static int read_all(int fd, struct found_list *list)
{
	struct found_ring batch[64], *grown;
	char *at = (char *)batch;
	size_t have = 0, whole;
	ssize_t n;

	while ((n = read(fd, at + have, sizeof(batch) - have)) != 0) {
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n < 0)
			return -errno;
		have += (size_t)n;
		whole = have / sizeof(batch[0]);
		grown = realloc(list->rings, (list->count + whole + 1) * sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		list->rings = grown;
		memcpy(grown + list->count, batch, whole * sizeof(*grown));
		list->count += whole;
		have -= whole * sizeof(batch[0]);
		memmove(at, at + whole * sizeof(batch[0]), have);
	}
	return 0;
}

static int run_iterator(struct bpf_object *object, const char *name, struct found_list *list)
{
	struct bpf_program *program = bpf_object__find_program_by_name(object, name);
	struct bpf_link *link = bpf_program__attach_iter(program, NULL);
	int fd, err;

	if (!link)
		return -errno;
	fd = bpf_iter_create(bpf_link__fd(link));
	err = fd < 0 ? -errno : read_all(fd, list);
	if (fd >= 0)
		close(fd);
	bpf_link__destroy(link);
	return err;
}

long discover_read(struct bpf_object *iterators, const char *name, void *ret_bytes, size_t room)
{
	struct bpf_program *program = bpf_object__find_program_by_name(iterators, name);
	struct bpf_link *link = bpf_program__attach_iter(program, NULL);
	int fd = link ? bpf_iter_create(bpf_link__fd(link)) : -1;
	size_t have = 0;
	ssize_t n = 1;

	while (fd >= 0 && n > 0 && have < room) {
		n = read(fd, (char *)ret_bytes + have, room - have);
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			n = 1;
		else if (n > 0)
			have += (size_t)n;
	}
	if (fd >= 0)
		close(fd);
	bpf_link__destroy(link);
	return fd < 0 || n < 0 ? -1 : (long)have;
}

/* The best sight of a ring comes first: one with a descriptor, then the lowest process and
 * descriptor. */
static int compare_sights(const void *a, const void *b)
{
	const struct found_ring *x = a, *y = b;

	if (x->ring_ctx != y->ring_ctx)
		return x->ring_ctx < y->ring_ctx ? -1 : 1;
	if ((x->fd < 0) != (y->fd < 0))
		return x->fd < 0 ? 1 : -1;
	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	return (x->fd > y->fd) - (x->fd < y->fd);
}

int discover_rings(struct bpf_object *iterators, struct found_list *ret_list, struct ev_error *why)
{
	struct found_list list = { 0 };
	size_t kept = 0;
	int err;

	err = run_iterator(iterators, "rings_by_file", &list);
	if (!err)
		err = run_iterator(iterators, "rings_by_task", &list);
	if (err) {
		free(list.rings);
		return ev_fail(why, err, "cannot walk the open files of all processes: %s",
			       strerror(-err));
	}
	if (list.count)
		qsort(list.rings, list.count, sizeof(*list.rings), compare_sights);
	for (size_t i = 0; i < list.count; i++)
		if (!kept || list.rings[i].ring_ctx != list.rings[kept - 1].ring_ctx)
			list.rings[kept++] = list.rings[i];
	list.count = kept;
	*ret_list = list;
	return 0;
}

static int compare_owners(const void *a, const void *b)
{
	const struct tracer_ring *x = a, *y = b;

	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	return (x->fd > y->fd) - (x->fd < y->fd);
}

static void describe(const struct found_ring *found, uint64_t salt, struct tracer_ring *ring)
{
	*ring = (struct tracer_ring){
		.id = discover_id(found->ring_ctx, salt),
		.pid = found->pid,
		.fd = found->fd,
		.sq_entries = found->sq_entries,
		.cq_entries = found->cq_entries,
		.flags = found->flags,
		.thread_pid = found->sample.thread_pid,
		.resources = found->sample.resources,
		.file_count = found->sample.file_count,
		.buffer_count = found->sample.buffer_count,
		.backlog = found->sample.backlog,
		.worker_limit = { found->sample.worker_limit[0], found->sample.worker_limit[1] },
		.thread_cpu_ns = found->sample.thread_cpu_ns,
		.thread_work_ns = found->sample.thread_work_ns,
		.thread_sleeps = found->sample.thread_sleeps,
		.sq_depth = found->sq_depth,
		.cq_depth = found->cq_depth,
		.sq_flags = found->sq_flags,
		.dropped_cqes = found->dropped_cqes,
	};
	memcpy(ring->comm, found->comm, sizeof(ring->comm));
}

static int describe_all(struct bpf_object *iterators, const struct found_list *list, uint64_t salt,
			struct tracer_ring **ret_rings, struct ev_error *why)
{
	struct tracer_ring *rings = calloc(list->count + 1, sizeof(*rings));

	if (!rings)
		return ev_fail(why, -ENOMEM, "out of memory for %zu rings", list->count);
	for (size_t i = 0; i < list->count; i++) {
		describe(&list->rings[i], salt, &rings[i]);
		rings[i].in_flight_known =
			(uint32_t)requests_count(iterators, list->rings[i].ring_ctx,
						 rings[i].sq_entries, rings[i].cq_entries,
						 &rings[i].in_flight);
	}
	qsort(rings, list->count, sizeof(*rings), compare_owners);
	*ret_rings = rings;
	return 0;
}

int tracer_list(struct tracer_ring **ret_rings, size_t *ret_count, struct ev_error *why)
{
	struct found_list list = { 0 };
	struct bpf_object *iterators;
	uint64_t salt;
	int err;

	tracer_silence_libbpf();
	err = discover_salt(&salt, why);
	if (err)
		return err;
	err = discover_open(&iterators, why);
	if (err)
		return err;
	err = discover_rings(iterators, &list, why);
	if (!err)
		err = describe_all(iterators, &list, salt, ret_rings, why);
	bpf_object__close(iterators);
	free(list.rings);
	if (!err)
		*ret_count = list.count;
	return err;
}

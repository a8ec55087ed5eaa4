/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The three pieces of shared memory of a ring and where in them things are:
 *
 *     rings   head, tail, mask of both queues, flags, counters, CQEs, and the index array, which
 *             says which entry stands at each place of the submission queue; ours is the identity
 *     sqes    the entries
 *
 * struct io_uring is liburing's, so that its io_uring_prep_* and barriers serve all rings alike,
 * but its version 2.3 can map plain rings only; so this is done here, with the offsets that the
 * kernel gives. Rings of NO_MMAP live in memory that we bring; one page each is enough for those
 * that ringload makes.
 */
#include "workloads/ring_memory.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "workloads/kernel.h"

enum { PAGE_BYTES = 4096, CACHE_LINE_BYTES = 64 };

static size_t sqe_bytes(const struct io_uring_params *params)
{
	return sizeof(struct io_uring_sqe) << (params->flags & IORING_SETUP_SQE128 ? 1 : 0);
}

static size_t cqes_end(const struct io_uring_params *params)
{
	size_t cqe = sizeof(struct io_uring_cqe) << (params->flags & IORING_SETUP_CQE32 ? 1 : 0);

	return params->cq_off.cqes + params->cq_entries * cqe;
}

static size_t rings_bytes(const struct io_uring_params *params)
{
	size_t cq_end = cqes_end(params);
	size_t array_end = params->sq_off.array + params->sq_entries * sizeof(unsigned);

	return cq_end > array_end ? cq_end : array_end;
}

static void *at(void *memory, uint32_t offset)
{
	return (char *)memory + offset;
}

/* Points into the memory, and makes the index array the identity. */
static void point(struct io_uring *uring, const struct io_uring_params *params)
{
	struct io_uring_sq *sq = &uring->sq;
	struct io_uring_cq *cq = &uring->cq;
	void *rings = sq->ring_ptr;

	sq->khead = at(rings, params->sq_off.head);
	sq->ktail = at(rings, params->sq_off.tail);
	sq->kflags = at(rings, params->sq_off.flags);
	sq->kdropped = at(rings, params->sq_off.dropped);
	sq->ring_entries = params->sq_entries;
	sq->ring_mask = params->sq_entries - 1;
	cq->khead = at(rings, params->cq_off.head);
	cq->ktail = at(rings, params->cq_off.tail);
	cq->kflags = at(rings, params->cq_off.flags);
	cq->koverflow = at(rings, params->cq_off.overflow);
	cq->cqes = at(rings, params->cq_off.cqes);
	cq->ring_entries = params->cq_entries;
	cq->ring_mask = params->cq_entries - 1;
	sq->array = NULL;
	if (params->flags & KERNEL_SETUP_NO_SQARRAY)
		return;
	sq->array = at(rings, params->sq_off.array);
	for (uint32_t i = 0; i < params->sq_entries; i++)
		sq->array[i] = i;
}

static void *map(int fd, size_t bytes, uint64_t offset)
{
	int flags = fd < 0 ? MAP_ANONYMOUS | MAP_SHARED : MAP_SHARED | MAP_POPULATE;
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags, fd, (off_t)offset);

	return memory == MAP_FAILED ? NULL : memory;
}

/* Maps what the kernel has made; every kernel since 5.4 has both queues in one piece. */
static int map_queues(struct io_uring *uring, int fd, const struct io_uring_params *params)
{
	uring->sq.ring_sz = rings_bytes(params);
	uring->cq.ring_sz = params->sq_entries * sqe_bytes(params);
	uring->sq.ring_ptr = map(fd, uring->sq.ring_sz, IORING_OFF_SQ_RING);
	uring->sq.sqes = map(fd, uring->cq.ring_sz, IORING_OFF_SQES);
	return uring->sq.ring_ptr && uring->sq.sqes ? 0 : -ENOMEM;
}

/* Memory of ours, told to the kernel before it makes the ring. */
static int bring_memory(struct io_uring *uring, struct io_uring_params *params)
{
	uring->sq.ring_sz = uring->cq.ring_sz = PAGE_BYTES;
	uring->sq.ring_ptr = map(-1, PAGE_BYTES, 0);
	uring->sq.sqes = map(-1, PAGE_BYTES, 0);
	if (!uring->sq.ring_ptr || !uring->sq.sqes)
		return -ENOMEM;
	params->cq_off.resv2 = (uint64_t)(uintptr_t)uring->sq.ring_ptr;
	params->sq_off.resv2 = (uint64_t)(uintptr_t)uring->sq.sqes;
	return 0;
}

int ring_memory_open(struct io_uring *uring, struct ring_handle *handle, uint32_t entries,
		     struct io_uring_params *params)
{
	bool ours = params->flags & KERNEL_SETUP_NO_MMAP;
	int err = 0;

	*uring = (struct io_uring){ .ring_fd = -1, .enter_ring_fd = -1 };
	*handle = (struct ring_handle){ .fd = -1 };
	if (ours)
		err = bring_memory(uring, params);
	if (!err) {
		handle->fd = (int)syscall(SYS_io_uring_setup, entries, params);
		err = handle->fd < 0 ? -errno : 0;
	}
	if (!err && params->flags & KERNEL_SETUP_REGISTERED_FD_ONLY) {
		handle->enter_flags = IORING_ENTER_REGISTERED_RING;
		handle->register_bit = KERNEL_REGISTER_USE_REGISTERED_RING;
	}
	if (!err && !ours)
		err = map_queues(uring, handle->fd, params);
	if (err) {
		ring_memory_close(uring, handle);
		return err;
	}
	uring->flags = params->flags;
	uring->features = params->features;
	uring->ring_fd = uring->enter_ring_fd = handle->fd;
	point(uring, params);
	return 0;
}

int ring_memory_resize(struct io_uring *uring, const struct ring_handle *handle,
		       struct io_uring_params *params)
{
	if (syscall(SYS_io_uring_register, handle->fd, KERNEL_REGISTER_RESIZE_RINGS, params, 1))
		return -errno;
	params->flags = uring->flags;
	/* Of all places the kernel does not tell this one: the next cache line behind the CQEs. */
	if (!params->sq_off.array && !(uring->flags & KERNEL_SETUP_NO_SQARRAY))
		params->sq_off.array = (uint32_t)((cqes_end(params) + CACHE_LINE_BYTES - 1) &
						  ~(size_t)(CACHE_LINE_BYTES - 1));
	ring_memory_unmap(uring);
	if (map_queues(uring, handle->fd, params))
		return -ENOMEM;
	point(uring, params);
	return 0;
}

void ring_memory_unmap(struct io_uring *uring)
{
	if (uring->sq.ring_ptr)
		munmap(uring->sq.ring_ptr, uring->sq.ring_sz);
	if (uring->sq.sqes)
		munmap(uring->sq.sqes, uring->cq.ring_sz);
	uring->sq.ring_ptr = NULL;
	uring->sq.sqes = NULL;
}

/* An index is unregistered through itself: there is no other way to name such a ring. */
static void unregister(const struct ring_handle *handle)
{
	struct io_uring_rsrc_update update = { .offset = (uint32_t)handle->fd };

	syscall(SYS_io_uring_register, handle->fd,
		IORING_UNREGISTER_RING_FDS | handle->register_bit, &update, 1);
}

void ring_memory_close(struct io_uring *uring, struct ring_handle *handle)
{
	ring_memory_unmap(uring);
	if (handle->fd >= 0 && handle->register_bit)
		unregister(handle);
	else if (handle->fd >= 0)
		close(handle->fd);
	handle->fd = -1;
	uring->ring_fd = uring->enter_ring_fd = -1;
}

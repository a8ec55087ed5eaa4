/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WORKLOADS_FILE_IO_H
#define WORKLOADS_FILE_IO_H
/*
 * What read, write, mixed, fsync and punt have in common: a file, buffers, a ring, and requests at
 * random or sequential offsets. They differ in the choice of the next operation only.
 */
#include "workloads/buffers.h"
#include "workloads/pump.h"
#include "workloads/random.h"
#include "workloads/ring.h"
#include "workloads/tempfile.h"

struct file_io {
	struct load_run *run;
	struct load_ring ring;
	struct load_file file;
	struct load_buffers buffers;
	struct load_random random;
	uint64_t blocks; /* places in the file */
	uint64_t next_block;
	uint64_t since_fsync;
	uint64_t left;		     /* Windows, --shared: not yet started */
	void (*next)(void *file_io); /* Windows, --shared: starts one */
	uint8_t sqe_flags;	     /* of every request */
};

/* The options all of them take. */
#define FILE_IO_USES                                                                               \
	(LOAD_USES(DEPTH) | LOAD_USES(BATCH) | LOAD_USES(SIZE) | LOAD_USES(FILE) |                 \
	 LOAD_USES(FILE_SIZE) | LOAD_USES(DIRECT) | LOAD_USES(RANDOM) | LOAD_USES(SEQUENTIAL) |    \
	 LOAD_USES(FIXED_FILES) | LOAD_USES(FIXED_BUFFERS) | LOAD_USES(SQPOLL) |                   \
	 LOAD_USES(SQ_CPU) | LOAD_USES(ASYNC) | LOAD_USES(COUNT) | LOAD_USES(RATE) |               \
	 LOAD_USES(SEED) | LOAD_USES(VIA) | LOAD_USES(SKIP_SUCCESS) | LOAD_USES(SHARED) |          \
	 LOAD_USES(BENCH))
#define FILE_IO_VIAS                                                                               \
	(1u << LOAD_VIA_IO_URING | 1u << LOAD_VIA_THREADS | 1u << LOAD_VIA_LIBAIO |                \
	 1u << LOAD_VIA_IOCP | 1u << LOAD_VIA_EVENT | 1u << LOAD_VIA_APC |                         \
	 1u << LOAD_VIA_SCATTER | 1u << LOAD_VIA_SYNC | 1u << LOAD_VIA_IORING)

int file_io_start(struct load_run *run, bool writes, struct load_error *why);
/* Pumps `next` (its state is the file_io) until the options are met, and closes the books. */
int file_io_work(struct load_run *run, void (*next)(void *file_io), struct load_error *why);
void file_io_done(struct load_run *run);

/* The next place: the block after the last one, or, with --random, any. */
static inline uint64_t file_io_next_offset(struct file_io *io)
{
	uint64_t block = io->next_block;

	if (io->run->opt->random)
		block = load_random_below(&io->random, io->blocks);
	else
		io->next_block = block + 1 == io->blocks ? 0 : block + 1;
	return block * io->run->opt->size_bytes;
}

/* Queue one request at the next place. */
void file_io_read(struct file_io *io);
void file_io_write(struct file_io *io);
void file_io_fsync(struct file_io *io);

#endif

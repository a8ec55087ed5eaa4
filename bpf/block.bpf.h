/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_BLOCK_BPF_H
#define BPF_BLOCK_BPF_H
/*
 * The block layer's types, as far as the probes read them, and how they are read from an address.
 * Block probes go by addresses, not by typed pointers: what they follow (whatever a bio's private
 * field says) may not be what it seems, and a look-up has to decide.
 */
#include "bpf/kernel.bpf.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct gendisk {
	int major;
	int first_minor;
	char disk_name[32];
	uint64_t diskseq; /* 5.15 and later: of this life of the disk */
};

struct sbitmap {
	unsigned int depth;
};

struct sbitmap_queue {
	struct sbitmap sb;
};

struct blk_mq_tags {
	unsigned int nr_tags;
	unsigned int nr_reserved_tags; /* for the driver's own commands; of nr_tags */
	struct sbitmap_queue bitmap_tags;
};

/* Up to 5.15 or so. */
struct blk_mq_tags___pointer {
	struct sbitmap_queue *bitmap_tags;
};

struct blk_mq_hw_ctx {
	unsigned int queue_num;
	unsigned short type;
	struct blk_mq_tags *tags;
	struct blk_mq_tags *sched_tags; /* NULL: no scheduler */
};

/* Which hardware queues serve one kind of command. */
struct blk_mq_queue_map {
	unsigned int nr_queues;
	unsigned int queue_offset;
};

struct blk_mq_tag_set {
	struct blk_mq_queue_map map[3]; /* default, read, poll */
	unsigned int nr_maps;
};

struct request_queue {
	struct gendisk *disk; /* 5.15 and later */
	struct blk_mq_tag_set *tag_set;
	unsigned int nr_hw_queues;
};

struct request {
	struct request_queue *q;
	struct blk_mq_hw_ctx *mq_hctx;
	unsigned int cmd_flags;
	int tag;
	unsigned int __data_len;
	uint64_t __sector;
	struct bio *bio;
	uint64_t start_time_ns;
	void *end_io_data;
};

/* Up to 5.16 the request named its disk. */
struct request___until_5_16 {
	struct gendisk *rq_disk;
};

struct bvec_iter {
	uint64_t bi_sector;
	unsigned int bi_size;
};

struct bio {
	struct bio *bi_next;
	unsigned int bi_opf;
	struct bvec_iter bi_iter;
	void *bi_end_io;
	void *bi_private;
};

struct kiocb;

/* Direct I/O on a block device and through iomap (ext4, xfs, f2fs …); more in struct abi. */
struct blkdev_dio {
	struct kiocb *iocb;
	struct bio bio;
};

struct iomap_dio {
	struct kiocb *iocb;
};

#pragma clang attribute pop

static __always_inline uint64_t word_at(uint64_t address)
{
	uint64_t word = 0;

	read_words(&word, 1, address);
	return word;
}

/* A 64-bit field, or a pointer as a plain number. */
#define WORD(type, address, field) word_at((address) + bpf_core_field_offset(struct type, field))
/* Any other field. */
#define FIELD(type, address, field) READ(KERNEL(type, address), field)

#endif

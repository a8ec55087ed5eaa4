/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_KERNEL_BPF_H
#define BPF_KERNEL_BPF_H
/*
 * Every difference between kernels, in one place: the few kernel fields the probes read (matched by
 * name when the program is loaded, so order and size may change), how they are read, and which
 * argument of a tracepoint is what.
 *
 * Reading. The probes are compiled three times from one source. With RL_DIRECT a kernel pointer
 * becomes readable through bpf_rdonly_cast() (kernel 6.2 and later) and a field costs one load;
 * without it each field is a bpf_probe_read_kernel(), about 20 ns. Either way a bad address reads
 * as zero and harms nothing. RL_PLAIN also does without the atomic operations that return a value
 * (before 5.12). The tracer asks the kernel for the cast and tries such an operation, and picks.
 */
#include <linux/bpf.h>
#include <linux/types.h>

typedef __u8 uint8_t;
typedef __u16 uint16_t;
typedef __u32 uint32_t;
typedef __u64 uint64_t;
typedef __s8 int8_t;
typedef __s16 int16_t;
typedef __s32 int32_t;
typedef __s64 int64_t;

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

/* Shared with user space: layouts that cannot change (uapi linux/io_uring.h). */
struct io_uring_sqe {
	uint8_t opcode;
	uint8_t flags;
	uint16_t ioprio;
	int32_t fd;
	uint64_t off;
	uint64_t addr;
	uint32_t len;
	uint32_t rw_flags;
	uint64_t user_data;
	uint16_t buf_index;
};

struct io_uring_cqe {
	uint64_t user_data;
	int32_t res;
	uint32_t flags;
};

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct io_sq_data {
	struct task_struct *thread;
	int task_pid; /* of the thread, once it runs; its creator's before */
};

struct io_uring {
	uint32_t head;
	uint32_t tail;
};

/* An atomic_t. */
struct io_rings_flags {
	int counter;
};

/* Shared with user space too, but told by offsets: up to 6.1 head and tail had a cache line each,
 * by 6.12 all of it is in one. */
struct io_rings {
	struct io_uring sq, cq;
	uint32_t sq_dropped;
	struct io_rings_flags sq_flags;
	uint32_t cq_overflow;
};

/* Up to 5.18 a plain number. */
struct io_rings___until_5_18 {
	uint32_t sq_flags;
};

struct io_ring_ctx {
	unsigned int flags;
	struct io_rings *rings;
	uint32_t *sq_array;
	struct io_uring_sqe *sq_sqes;
	unsigned int cached_sq_head;
	unsigned int sq_entries;
	unsigned int cached_cq_tail;
	unsigned int cq_entries;
	struct io_sq_data *sq_data;
};

struct io_cqe {
	uint64_t user_data;
};

struct io_kiocb {
	struct file *file;
	uint8_t opcode;
	uint64_t flags; /* 32 bits up to 6.7: the load is resized when it is relocated */
	struct io_cqe cqe;
	struct io_ring_ctx *ctx;
};

/* Since 6.13: the task that submits it, instead of `task`. */
struct io_uring_task___submitter {
	struct task_struct *task;
};
struct io_kiocb___since_6_13 {
	struct io_uring_task___submitter *tctx;
};

/* Up to 5.18 user_data stood in the request itself. */
struct io_kiocb___until_5_18 {
	uint64_t user_data;
};

struct qstr {
	uint64_t hash_len;
	const unsigned char *name;
};

struct dentry {
	struct dentry *d_parent;
	struct qstr d_name;
};

struct super_block {
	uint32_t s_dev;
};

struct inode {
	uint16_t i_mode;
	uint32_t i_rdev;
	unsigned long i_ino;
	struct super_block *i_sb;
};

struct vfsmount {
	struct dentry *mnt_root;
};

struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
};

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};

struct file {
	struct inode *f_inode;
	struct path f_path;
};

struct task_struct {
	int pid;
	int tgid;
	unsigned int flags;
	struct task_struct *group_leader;
	char comm[16];
};

#pragma clang attribute pop

/* A raw tracepoint's arguments, as the kernel hands them over. */
struct raw_args {
	uint64_t args[12];
};

/*
 * The two probes that every request passes. With RL_DIRECT they are of the type for which the
 * verifier knows the arguments: what they point to is there for sure, and its fields are read by
 * plain loads. Through a cast it may not be, and each load brings a check of the address, nine
 * instructions or 0.6 ns.
 */
#ifdef RL_DIRECT
#define HOT_PROBE(event) SEC("tp_btf/" event)
extern void *bpf_rdonly_cast(const void *object, __u32 btf_id) __ksym;
#define KERNEL(type, address)                                                                      \
	((struct type *)bpf_rdonly_cast((const void *)(address),                                   \
					bpf_core_type_id_kernel(struct type)))
#define READ(pointer, field)	   ((pointer)->field)
#define READ_FIXED(pointer, field) ((pointer)->field) /* of a layout that cannot change */
#else
#define HOT_PROBE(event)      SEC("raw_tp/" event)
#define KERNEL(type, address) ((struct type *)(address))
#define READ(pointer, field)                                                                       \
	({                                                                                         \
		__typeof__((pointer)->field) read_value__ = 0;                                     \
		bpf_core_read(&read_value__, sizeof(read_value__), &(pointer)->field);             \
		read_value__;                                                                      \
	})
#define READ_FIXED(pointer, field)                                                                 \
	({                                                                                         \
		__typeof__((pointer)->field) read_value__ = 0;                                     \
		bpf_probe_read_kernel(&read_value__, sizeof(read_value__), &(pointer)->field);     \
		read_value__;                                                                      \
	})
#endif

static __always_inline uint32_t read_sq_flags(struct io_rings *rings)
{
#ifndef RL_DIRECT /* every kernel with the cast has the atomic_t */
	struct io_rings___until_5_18 *old = (void *)rings;

	if (bpf_core_field_exists(old->sq_flags))
		return READ(old, sq_flags);
#endif
	return (uint32_t)READ(rings, sq_flags.counter);
}

/* A kernel type that is made of 64-bit words, on every 64-bit architecture. */
struct pt_regs {
	uint64_t at[16];
};

/* Copies words from kernel memory: fewer loads, or one call, where fields lie together. */
static __always_inline void read_words(uint64_t *words, uint32_t count, uint64_t address)
{
#ifdef RL_DIRECT
	const struct pt_regs *from = KERNEL(pt_regs, address);

#pragma unroll
	for (uint32_t i = 0; i < count; i++)
		words[i] = from->at[i];
#else
	bpf_probe_read_kernel(words, count * sizeof(*words), (const void *)address);
#endif
}

/* Head and tail of the submission queue, in one load where they share a word. */
static __always_inline uint64_t read_sq(struct io_rings *rings)
{
	uint64_t head, tail;

	if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ &&
	    bpf_core_field_offset(struct io_rings, sq.tail) ==
		    bpf_core_field_offset(struct io_rings, sq.head) + sizeof(uint32_t)) {
		read_words(&head, 1, (uint64_t)&rings->sq);
		return head;
	}
	head = READ(rings, sq.head);
	tail = READ(rings, sq.tail);
	return tail << 32 | head;
}

/* Of two 32-bit fields that share a word, the one at the lower address, and the other. */
static __always_inline uint32_t first_half(uint64_t word)
{
	return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? (uint32_t)word : word >> 32;
}

static __always_inline uint32_t second_half(uint64_t word)
{
	return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? word >> 32 : (uint32_t)word;
}

/* The verifier allows only constant positions in a raw tracepoint's context. The switch is resolved
 * when the program is loaded because `index` is a constant by then; the empty statement keeps the
 * compiler from turning it into address arithmetic. */
#define ARGUMENT_CASE(n)                                                                           \
	case n:                                                                                    \
		value = raw->args[n];                                                              \
		__asm__ volatile("" : "+r"(value));                                                \
		return value

static __always_inline uint64_t argument(const struct raw_args *raw, uint8_t index)
{
	uint64_t value;

	switch (index) {
		ARGUMENT_CASE(0);
		ARGUMENT_CASE(1);
		ARGUMENT_CASE(2);
		ARGUMENT_CASE(3);
		ARGUMENT_CASE(4);
		ARGUMENT_CASE(5);
	default:
		return 0;
	}
}

#endif

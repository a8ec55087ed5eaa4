/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_FILE_BPF_H
#define BPF_FILE_BPF_H
/*
 * What a request's file is called. A request record carries a number made of the file's inode, its
 * mount, and the name it was opened by: addresses alone are soon another file's, those of files that
 * come and go at once. The first time a number is met, its path is read from the dentries and sent.
 * The cache of numbers already sent is small and lossy: a name may be sent again, never left out.
 */
#include "bpf/maps.bpf.h"

/* One name of a path, leaf first, into the buffer. Returns 0 when there is no more room. */
static __always_inline int file_add_part(struct control_file *event, struct dentry *dentry)
{
	uint32_t at = event->path_bytes;
	long length;

	if (at > PATH_BYTES - 1)
		return 0;
	length = bpf_probe_read_kernel_str(&event->path[at & (PATH_BYTES - 1)], PATH_PART_BYTES,
					   BPF_CORE_READ(dentry, d_name.name));
	if (length <= 0)
		return 0;
	event->path_bytes = at + (uint32_t)length;
	event->parts++;
	return 1;
}

/* Walks up to the root of the mount namespace, through mount points. */
static __always_inline void file_read_path(struct control_file *event, struct file *file)
{
	struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry), *parent;
	struct vfsmount *mnt = BPF_CORE_READ(file, f_path.mnt);
	struct mount *mount, *above;

	mount = (struct mount *)((char *)mnt - bpf_core_field_offset(struct mount, mnt));
	event->truncated = 1;
	for (int i = 0; i < PATH_PARTS_MAX; i++) {
		parent = BPF_CORE_READ(dentry, d_parent);
		if (dentry == BPF_CORE_READ(mount, mnt.mnt_root)) {
			above = BPF_CORE_READ(mount, mnt_parent);
			if (above == mount) {
				event->truncated = 0;
				return;
			}
			dentry = BPF_CORE_READ(mount, mnt_mountpoint);
			mount = above;
			continue;
		}
		if (!file_add_part(event, dentry))
			return;
		if (dentry ==
		    parent) { /* a root that is not a mount's: pipes, sockets, anonymous files */
			event->truncated = 0;
			return;
		}
		dentry = parent;
	}
}

/* Sends as much of the buffer as is used. */
static __always_inline void file_send(struct control_file *event, struct cpu_state *cpu)
{
	uint32_t bytes = event->path_bytes;

	if (bytes > sizeof(event->path))
		bytes = sizeof(event->path);
	if (bpf_ringbuf_output(&control, event,
			       __builtin_offsetof(struct control_file, path) + bytes,
			       BPF_RB_NO_WAKEUP))
		cpu->control_lost++;
}

/* Fills the event of an open file. */
static __always_inline void file_describe(struct control_file *event, uint64_t address,
					  uint64_t number, uint64_t time_ns)
{
	struct file *file = (struct file *)address;
	struct inode *inode = BPF_CORE_READ(file, f_inode);

	event->h.type = CONTROL_FILE;
	event->h.slot = 0;
	event->h.time_ns = time_ns;
	event->file = number;
	event->inode = BPF_CORE_READ(inode, i_ino);
	event->device = BPF_CORE_READ(inode, i_sb, s_dev);
	event->rdev = BPF_CORE_READ(inode, i_rdev);
	event->mode = BPF_CORE_READ(inode, i_mode);
	event->parts = 0;
	event->path_bytes = 0;
	file_read_path(event, file);
}

static __noinline int file_announce(uint64_t address, uint64_t number, uint64_t time_ns,
				    uint32_t scratch)
{
	uint32_t this;
	struct control_file *event = bpf_map_lookup_elem(&file_scratch, &scratch);
	struct cpu_state *cpu = this_cpu(&this);

	if (!event)
		return 0;
	file_describe(event, address, number, time_ns);
	file_send(event, cpu);
	return 0;
}

/* The number of an open file. */
static __always_inline uint64_t file_hash(uint64_t *scratch, struct file *file)
{
	struct inode *inode = READ(file, f_inode);
	struct dentry *dentry = READ(file, f_path.dentry);

	return mix(number_by(scratch, inode) ^ READ(dentry, d_name.hash_len)) ^
	       mix(number_by(scratch, READ(file, f_path.mnt)) ^ READ(inode, i_ino) << 32);
}

/* Where the cache of numbers that were sent has this one. */
static __always_inline uint64_t *file_sent(uint64_t number)
{
	_Static_assert(FILE_CACHE_MAX == 1 << 14, "position is 14 bits");
	return &file_cache[number >> (64 - 14)];
}

/* The same; announces it when it may be new. */
static __always_inline uint64_t file_number(struct cpu_state *cpu, struct file *file,
					    uint64_t time_ns, uint32_t scratch)
{
	uint64_t address = as_number(cpu, file), number, *sent;

	if (!address)
		return 0;
	number = file_hash(&cpu->scratch, file);
	sent = file_sent(number);
	if (*sent != number) {
		*sent = number;
		file_announce(address, number, time_ns, scratch);
	}
	return number;
}

/* The number of a path as an application gave it; announces it when it may be new. 0: it cannot be
 * read, or it is empty. The number is a hash of the text. */
static __noinline uint64_t file_given_path(uint64_t user_address, uint64_t time_ns,
					   uint32_t scratch)
{
	struct control_file *event;
	struct cpu_state *cpu;
	uint32_t this;
	uint64_t number = 0, *sent;
	long length;

	event = bpf_map_lookup_elem(&file_scratch, &scratch);
	cpu = this_cpu(&this);
	if (!event)
		return 0;
	__builtin_memset(event->path, 0, PATH_PART_BYTES);
	length = bpf_probe_read_user_str(event->path, PATH_PART_BYTES, (const void *)user_address);
	if (length <= 1)
		return 0;
	for (int i = 0; i < PATH_PART_BYTES / 8; i++)
		number = mix(number ^ ((uint64_t *)event->path)[i]) ^ number >> 29;
	number |= 1;
	sent = file_sent(number);
	if (*sent == number)
		return number;
	*sent = number;
	event->h.type = CONTROL_FILE;
	event->h.slot = 0;
	event->h.time_ns = time_ns;
	event->file = number;
	event->inode = 0;
	event->device = 0;
	event->rdev = 0;
	event->mode = 0;
	event->parts = 1;
	event->path_bytes = length;
	event->truncated = length == PATH_PART_BYTES;
	file_send(event, cpu);
	return number;
}

#endif

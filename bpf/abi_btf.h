/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_ABI_BTF_H
#define BPF_ABI_BTF_H
/*
 * The running kernel's type information, asked about tracepoints. See bpf/abi.c for what is known
 * of them.
 */
#include <stdint.h>

#include "bpf/abi.h"
#include "event/error.h"

struct btf;

struct abi_btf {
	struct btf *btf;
};

int abi_open(struct abi_btf *ret_btf, struct ev_error *why);
void abi_close(struct abi_btf *btf);

/* Arguments of a tracepoint, -1 when the kernel has none of this name. */
int abi_argument_count(const struct abi_btf *btf, const char *tracepoint);
int abi_has_function(const struct abi_btf *btf, const char *name);
/* The types of a module, which build on the kernel's, read as a file: asking the kernel for them needs
 * CAP_SYS_ADMIN. Nobody has them of one that is built in, or before 5.11. */
int abi_open_module(const struct abi_btf *btf, const char *name, struct abi_btf *ret_module);
/* ABI_NO_FIELD: no such field. */
uint16_t abi_field_offset(const struct abi_btf *btf, const char *type, const char *field);
/* -1: no such value. */
int abi_enum_value(const struct abi_btf *btf, const char *type, const char *name);
/* Bytes of a kernel structure that begins with a list, as its member `list`; 0: there is none. */
uint32_t abi_list_bytes(const struct abi_btf *btf, const char *type_name);
/* Has the kernel's BPF atomic operations that return a value (5.12)? Tried, not guessed. */
int abi_has_atomics(void);

/* Fills *ret_abi and names the submission tracepoint. -ENOTSUP when requests cannot be followed at
 * all. */
int abi_find(const struct abi_btf *btf, struct abi *ret_abi, const char **ret_submit,
	     struct ev_error *why);

#endif

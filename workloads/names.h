/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WORKLOADS_NAMES_H
#define WORKLOADS_NAMES_H
/* Words for the numbers of the system's queue interface: names_linux.c has io_uring's. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "READ"; NULL for an operation without a name. */
const char *load_op_name(uint8_t op);
/* True when a result that is not negative counts bytes moved. */
bool load_op_moves_bytes(uint8_t op);
/* "ENOENT" for a positive errno; NULL when unknown. */
const char *load_errno_name(int error);

/* Setup flags of a queue. Parses "COOP_TASKRUN,SINGLE_ISSUER" (any case); -EINVAL names no flag. */
int load_setup_parse(const char *text, uint32_t *ret_flags);
/* The reverse; "none" for 0. Returns `text`. */
const char *load_setup_text(uint32_t flags, char *text, size_t text_bytes);
/* All names that load_setup_parse() knows, separated by blanks. Returns `text`. */
const char *load_setup_known(char *text, size_t text_bytes);

#endif

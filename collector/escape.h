/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef COLLECTOR_ESCAPE_H
#define COLLECTOR_ESCAPE_H
/*
 * Names of processes and files come from others. Before one reaches a terminal, control characters
 * and what is not UTF-8 become \xNN, so that no name can move the cursor, change colours or forge a
 * line.
 */
#include <stddef.h>
#include <stdint.h>

enum { ESCAPE_BAD_RUNE = 0xfffd };

/* Decodes one character of UTF-8; returns its length in bytes (at least 1). Bytes that are no
 * character are ESCAPE_BAD_RUNE, one at a time. `bytes` is at least 1. */
size_t escape_decode(const char *text, size_t bytes, uint32_t *ret_rune);

/* Copies `name` so that it is safe to print, cut to the room there is. Returns `safe`. */
const char *escape_name(char *safe, size_t safe_bytes, const char *name);

#endif

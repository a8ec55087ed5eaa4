/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WINDOWS_ETW_ETL_XPRESS_H
#define WINDOWS_ETW_ETL_XPRESS_H
/*
 * The compression of ETL buffers: plain LZ77 of MS-XCA (Windows calls it XPRESS, without Huffman).
 */
#include <stddef.h>
#include <stdint.h>

/* Expands `in` to at most `room` bytes: how many, or -EBADMSG when the input is none of ours. It
 * ends when `room` is full or the input is used up, so a prefix of a block gives a prefix of its
 * content. Never reads or writes outside. */
int64_t etl_xpress_expand(const uint8_t *in, size_t in_bytes, uint8_t *out, size_t room);

#endif

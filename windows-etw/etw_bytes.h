/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WINDOWS_ETW_BYTES_H
#define WINDOWS_ETW_BYTES_H
/*
 * Numbers in other people's bytes: little-endian, packed, at any address. The caller has checked
 * that they are there.
 */
#include <stdint.h>
#include <string.h>

static inline uint16_t etw_u16(const uint8_t *at)
{
	return (uint16_t)(at[0] | at[1] << 8);
}

static inline uint32_t etw_u32(const uint8_t *at)
{
	return (uint32_t)etw_u16(at) | (uint32_t)etw_u16(at + 2) << 16;
}

static inline uint64_t etw_u64(const uint8_t *at)
{
	return (uint64_t)etw_u32(at) | (uint64_t)etw_u32(at + 4) << 32;
}

/* A pointer of 4 or 8 bytes. */
static inline uint64_t etw_pointer(const uint8_t *at, unsigned pointer_bytes)
{
	return pointer_bytes == 4 ? etw_u32(at) : etw_u64(at);
}

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef EVENT_CRC32C_H
#define EVENT_CRC32C_H
/*
 * CRC-32C (Castagnoli), the checksum of iSCSI and ext4: of "123456789" it is e3069283. The tables
 * belong to the caller, so that the room keeps no globals.
 */
#include <stddef.h>
#include <stdint.h>

struct ev_crc32c {
	uint32_t table[8][256];
};

void ev_crc32c_init(struct ev_crc32c *crc);
uint32_t ev_crc32c(const struct ev_crc32c *crc, const void *data, size_t bytes);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WINDOWS_ETW_GUID_H
#define WINDOWS_ETW_GUID_H
/*
 * Names of providers: 16 bytes, and for the kernel's classic events a group byte, which stands for
 * one of 31 GUIDs on disk and is replaced by it in what the Windows API delivers.
 */
#include <stdint.h>
#include <string.h>

struct etw_guid {
	uint8_t bytes[16]; /* as on disk */
};

enum { ETW_GUID_TEXT_BYTES = 37, ETW_GROUP_COUNT = 0x1f, ETW_GROUP_NONE = 0xff };

/* Groups of classic kernel events that we speak of. */
enum etw_group {
	ETW_GROUP_TRACE = 0x00,
	ETW_GROUP_DISK_IO = 0x01,
	ETW_GROUP_PROCESS = 0x03,
	ETW_GROUP_FILE_IO = 0x04,
	ETW_GROUP_THREAD = 0x05,
	ETW_GROUP_TCP_IP = 0x06,
	ETW_GROUP_UDP_IP = 0x08,
	ETW_GROUP_CONFIG = 0x0b,
	ETW_GROUP_IMAGE = 0x14,
	ETW_GROUP_SPLIT_IO = 0x1b,
};

static inline int etw_guid_equal(const struct etw_guid *a, const struct etw_guid *b)
{
	return !memcmp(a, b, sizeof(*a));
}

/* "3d6fa8d4-fe05-11d0-9dda-00c04fd7ba7c". Returns `text`. */
const char *etw_guid_text(const struct etw_guid *guid, char text[ETW_GUID_TEXT_BYTES]);
/* The GUID of a group, NULL for a group without one. */
const struct etw_guid *etw_guid_of_group(uint8_t group);
/* ETW_GROUP_NONE when the GUID is no classic kernel provider's. */
uint8_t etw_guid_group(const struct etw_guid *guid);

#endif

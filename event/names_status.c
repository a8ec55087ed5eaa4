/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Words for what a device answers.
 *
 * NVMe: the status field of the completion without its phase bit,
 *
 *     14     13    12-11   10-8   7-0
 *    | DNR | more | CRD | type | code |
 *
 * where the type says which table the code is of: generic, command specific, media, path. DNR means
 * that trying again will not help. Codes of the NVM Express base and command set specifications
 * (2.0), zoned namespaces and fabrics included; from 0xc0 on they are the vendor's own.
 *
 * Block: blk_status_t. Its numbers up to 13 have meant the same since it came (4.13); those from 14
 * to 18 were renumbered when one of them was dropped, so only their family is named.
 *
 * Windows: the NTSTATUS values that file systems and storage drivers answer with.
 */
#include "event/names.h"

#include <inttypes.h>
#include <stdio.h>

#include "event/record.h"

struct word {
	uint32_t status;
	const char *text;
};

/* By type << 8 | code. */
static const struct word nvme[] = {
	{ 0x000, "success" },
	{ 0x001, "invalid opcode" },
	{ 0x002, "invalid field" },
	{ 0x003, "command id conflict" },
	{ 0x004, "data transfer error" },
	{ 0x005, "aborted by power loss" },
	{ 0x006, "internal device error" },
	{ 0x007, "aborted as asked" },
	{ 0x008, "aborted: its queue was deleted" },
	{ 0x009, "aborted: failed fused command" },
	{ 0x00a, "aborted: missing fused command" },
	{ 0x00b, "invalid namespace or format" },
	{ 0x00c, "command sequence error" },
	{ 0x00d, "invalid SGL segment" },
	{ 0x00e, "invalid number of SGL descriptors" },
	{ 0x00f, "invalid SGL data length" },
	{ 0x010, "invalid SGL metadata length" },
	{ 0x011, "invalid SGL descriptor type" },
	{ 0x012, "invalid use of the controller memory buffer" },
	{ 0x013, "invalid PRP offset" },
	{ 0x014, "atomic write unit exceeded" },
	{ 0x015, "operation denied" },
	{ 0x016, "invalid SGL offset" },
	{ 0x018, "inconsistent host identifier" },
	{ 0x019, "keep alive expired" },
	{ 0x01a, "invalid keep alive timeout" },
	{ 0x01b, "aborted: preempted" },
	{ 0x01c, "sanitize failed" },
	{ 0x01d, "sanitize in progress" },
	{ 0x01e, "invalid SGL data block granularity" },
	{ 0x01f, "not supported for a queue in the controller's memory" },
	{ 0x020, "namespace is write protected" },
	{ 0x021, "command interrupted" },
	{ 0x022, "transient transport error" },
	{ 0x023, "prohibited by lockdown" },
	{ 0x024, "admin command media not ready" },
	{ 0x080, "LBA out of range" },
	{ 0x081, "capacity exceeded" },
	{ 0x082, "namespace not ready" },
	{ 0x083, "reservation conflict" },
	{ 0x084, "format in progress" },
	{ 0x100, "invalid completion queue" },
	{ 0x101, "invalid queue identifier" },
	{ 0x102, "invalid queue size" },
	{ 0x103, "abort limit exceeded" },
	{ 0x105, "async event limit exceeded" },
	{ 0x106, "invalid firmware slot" },
	{ 0x107, "invalid firmware image" },
	{ 0x108, "invalid interrupt vector" },
	{ 0x109, "invalid log page" },
	{ 0x10a, "invalid format" },
	{ 0x10b, "firmware needs a conventional reset" },
	{ 0x10c, "invalid queue deletion" },
	{ 0x10d, "feature cannot be saved" },
	{ 0x10e, "feature cannot be changed" },
	{ 0x10f, "feature is not per namespace" },
	{ 0x110, "firmware needs a subsystem reset" },
	{ 0x111, "firmware needs a reset" },
	{ 0x112, "firmware needs more time than allowed" },
	{ 0x113, "firmware activation prohibited" },
	{ 0x114, "overlapping range" },
	{ 0x115, "namespace: insufficient capacity" },
	{ 0x116, "no namespace identifier left" },
	{ 0x118, "namespace already attached" },
	{ 0x119, "namespace is private" },
	{ 0x11a, "namespace not attached" },
	{ 0x11b, "thin provisioning not supported" },
	{ 0x11c, "invalid controller list" },
	{ 0x11d, "device self-test in progress" },
	{ 0x11e, "boot partition write prohibited" },
	{ 0x11f, "invalid controller identifier" },
	{ 0x120, "invalid secondary controller state" },
	{ 0x121, "invalid number of controller resources" },
	{ 0x122, "invalid resource identifier" },
	{ 0x124, "invalid ANA group identifier" },
	{ 0x125, "ANA attach failed" },
	{ 0x180, "conflicting attributes" },
	{ 0x181, "invalid protection information" },
	{ 0x182, "write to a read-only range" },
	{ 0x183, "command size limit exceeded" },
	{ 0x191, "authentication required" },
	{ 0x1b8, "zone boundary error" },
	{ 0x1b9, "zone is full" },
	{ 0x1ba, "zone is read only" },
	{ 0x1bb, "zone is offline" },
	{ 0x1bc, "write is not at the zone's write pointer" },
	{ 0x1bd, "too many active zones" },
	{ 0x1be, "too many open zones" },
	{ 0x1bf, "invalid zone state transition" },
	{ 0x280, "write fault" },
	{ 0x281, "unrecovered read error" },
	{ 0x282, "end-to-end guard check error" },
	{ 0x283, "end-to-end application tag check error" },
	{ 0x284, "end-to-end reference tag check error" },
	{ 0x285, "compare failure" },
	{ 0x286, "access denied" },
	{ 0x287, "deallocated or unwritten block" },
	{ 0x300, "internal path error" },
	{ 0x301, "namespace not accessible by this path for good" },
	{ 0x302, "namespace not accessible by this path" },
	{ 0x303, "path in transition" },
	{ 0x360, "controller path error" },
	{ 0x370, "host path error" },
	{ 0x371, "aborted by the host" },
};

static const struct word block[] = {
	{ 0, "success" },
	{ 1, "operation not supported" },
	{ 2, "timeout" },
	{ 3, "no space" },
	{ 4, "transport error" },
	{ 5, "target error" },
	{ 6, "reservation conflict" },
	{ 7, "medium error" },
	{ 8, "protection error" },
	{ 9, "out of kernel resources" },
	{ 10, "I/O error" },
	{ 11, "device mapper requeue" },
	{ 12, "would have to wait (NOWAIT)" },
	{ 13, "out of device resources" },
	{ 14, "zone resources" },
	{ 15, "zone resources" },
	{ 16, "zone resources or device offline" },
	{ 17, "device offline or time limit" },
	{ 18, "time limit of the command" },
	{ 19, "invalid request" },
};

static const struct word nt[] = {
	{ 0x00000000, "success" },
	{ 0x00000102, "timeout" },
	{ 0x00000103, "pending" },
	{ 0x80000005, "buffer overflow" },
	{ 0x80000006, "no more files" },
	{ 0x80000011, "device busy" },
	{ 0x8000001a, "no more entries" },
	{ 0x8000002d, "stopped on a symbolic link" },
	{ 0xc0000001, "unsuccessful" },
	{ 0xc0000002, "not implemented" },
	{ 0xc0000003, "invalid info class" },
	{ 0xc0000004, "info length mismatch" },
	{ 0xc0000005, "access violation" },
	{ 0xc0000008, "invalid handle" },
	{ 0xc000000d, "invalid parameter" },
	{ 0xc000000e, "no such device" },
	{ 0xc000000f, "no such file" },
	{ 0xc0000010, "invalid device request" },
	{ 0xc0000011, "end of file" },
	{ 0xc0000013, "no media in device" },
	{ 0xc0000015, "nonexistent sector" },
	{ 0xc0000022, "access denied" },
	{ 0xc0000023, "buffer too small" },
	{ 0xc0000032, "disk corrupt" },
	{ 0xc0000033, "object name invalid" },
	{ 0xc0000034, "object name not found" },
	{ 0xc0000035, "object name collision" },
	{ 0xc000003a, "object path not found" },
	{ 0xc000003f, "CRC error" },
	{ 0xc0000043, "sharing violation" },
	{ 0xc0000044, "quota exceeded" },
	{ 0xc0000051, "extended attributes corrupt" },
	{ 0xc0000054, "file lock conflict" },
	{ 0xc0000055, "lock not granted" },
	{ 0xc0000056, "delete pending" },
	{ 0xc0000061, "privilege not held" },
	{ 0xc000007e, "range not locked" },
	{ 0xc000007f, "disk full" },
	{ 0xc000009a, "insufficient resources" },
	{ 0xc000009c, "device data error" },
	{ 0xc000009d, "device not connected" },
	{ 0xc00000a2, "media write protected" },
	{ 0xc00000a3, "device not ready" },
	{ 0xc00000ac, "pipe not available" },
	{ 0xc00000ae, "pipe busy" },
	{ 0xc00000b1, "pipe closing" },
	{ 0xc00000b5, "I/O timeout" },
	{ 0xc00000ba, "file is a directory" },
	{ 0xc00000bb, "not supported" },
	{ 0xc00000c0, "device does not exist" },
	{ 0xc00000d4, "not the same device" },
	{ 0xc0000101, "directory not empty" },
	{ 0xc0000103, "not a directory" },
	{ 0xc0000120, "cancelled" },
	{ 0xc0000121, "cannot delete" },
	{ 0xc0000123, "file deleted" },
	{ 0xc0000128, "file closed" },
	{ 0xc0000141, "address closed" },
	{ 0xc000014b, "pipe broken" },
	{ 0xc0000185, "I/O device error" },
	{ 0xc0000186, "device protocol error" },
	{ 0xc000020c, "connection disconnected" },
	{ 0xc000020d, "connection reset" },
	{ 0xc0000225, "not found" },
	{ 0xc0000236, "connection refused" },
	{ 0xc000023c, "network unreachable" },
	{ 0xc000023d, "host unreachable" },
	{ 0xc0000241, "connection aborted" },
	{ 0xc000026e, "volume dismounted" },
	{ 0xc0000275, "not a reparse point" },
	{ 0xc01c0004, "fast I/O not allowed by a filter" },
};

enum {
	NVME_CODE = 0x7ff, /* type and code */
	NVME_TYPE_SHIFT = 8,
	NVME_VENDOR_CODE = 0xc0,
	NVME_DNR = 1 << 14,
};

static const char *word_of(const struct word *words, size_t count, uint32_t status)
{
	for (size_t i = 0; i < count; i++)
		if (words[i].status == status)
			return words[i].text;
	return NULL;
}

#define WORD_OF(words, status) word_of(words, sizeof(words) / sizeof((words)[0]), status)

static void nvme_text(char text[EV_STATUS_TEXT_BYTES], uint32_t status)
{
	static const char *const types[] = { "generic", "command specific", "media",  "path",
					     "type 4",	"type 5",	    "type 6", "vendor" };
	const char *word = WORD_OF(nvme, status & NVME_CODE);
	const char *type = types[(status & NVME_CODE) >> NVME_TYPE_SHIFT];
	const char *retry = status & NVME_DNR ? ", not to be retried" : "";

	if (!(status & NVME_CODE))
		snprintf(text, EV_STATUS_TEXT_BYTES, "success");
	else if (word)
		snprintf(text, EV_STATUS_TEXT_BYTES, "%s (%s%s)", word, type, retry);
	else
		snprintf(text, EV_STATUS_TEXT_BYTES, "%s 0x%02" PRIx32 " (%s%s)",
			 (status & 0xff) >= NVME_VENDOR_CODE ? "vendor's code" : "code",
			 status & 0xff, type, retry);
}

const char *ev_status_text(char text[EV_STATUS_TEXT_BYTES], uint8_t type, uint32_t status)
{
	const char *word = type == EV_STATUS_BLOCK ? WORD_OF(block, status)
			   : type == EV_STATUS_NT  ? WORD_OF(nt, status)
						   : NULL;

	if (type == EV_STATUS_NVME)
		nvme_text(text, status);
	else if (word || !status)
		snprintf(text, EV_STATUS_TEXT_BYTES, "%s", word ? word : "success");
	else
		snprintf(text, EV_STATUS_TEXT_BYTES, "status 0x%" PRIx32, status);
	return text;
}

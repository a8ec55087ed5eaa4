/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Words for what devices and their controllers say: kinds of queue, rare events, administrative
 * commands, what commands are that no request asked for. Source: NVM Express Base Specification 2.1,
 * figures "Opcodes for Admin Commands" and "Asynchronous Event Request - Completion Queue Entry
 * Dword 0" with the tables of its types.
 */
#include <inttypes.h>
#include <stdio.h>

#include "event/names.h"
#include "event/words.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const char *ev_device_type_name(uint8_t type)
{
	return type <= EV_DEVICE_CONTROLLER ? ev_words_device_type[type] : NULL;
}

const char *ev_device_queue_name(uint8_t type)
{
	return type <= EV_DEVICE_QUEUE_ADMIN ? ev_words_device_queue[type] : NULL;
}

const char *ev_unlinked_name(uint8_t kind)
{
	static const char *const names[EV_UNLINKED_KINDS] = {
		[EV_UNLINKED_METADATA] = "metadata",
		[EV_UNLINKED_JOURNAL] = "journal",
		[EV_UNLINKED_WRITE_BACK] = "write-back",
		[EV_UNLINKED_READ_AHEAD] = "read-ahead",
		[EV_UNLINKED_SWAP_OUT] = "swap-out",
		[EV_UNLINKED_SYNC_WRITE] = "sync write",
		[EV_UNLINKED_DIRECT_WRITE] = "direct write",
		[EV_UNLINKED_READ] = "unmarked read",
		[EV_UNLINKED_FLUSH] = "flush",
		[EV_UNLINKED_DISCARD] = "discard",
		[EV_UNLINKED_PASSTHROUGH] = "passthrough",
		[EV_UNLINKED_ADMIN] = "admin",
		[EV_UNLINKED_OTHER] = "other",
	};

	return kind < EV_UNLINKED_KINDS ? names[kind] : NULL;
}

const char *ev_device_event_name(uint8_t type)
{
	return type <= EV_DEVICE_EVENT_GONE ? ev_words_device_event[type] : NULL;
}

const char *ev_io_priority_name(uint8_t priority)
{
	static const char *const names[] = {
		[EV_IO_PRIORITY_VERY_LOW] = "very-low", [EV_IO_PRIORITY_LOW] = "low",
		[EV_IO_PRIORITY_NORMAL] = "normal",	[EV_IO_PRIORITY_HIGH] = "high",
		[EV_IO_PRIORITY_CRITICAL] = "critical",
	};

	return priority < COUNT(names) ? names[priority] : NULL;
}

const char *ev_admin_name(uint8_t opcode)
{
	static const char *const names[] = {
		[0x00] = "delete SQ",
		[0x01] = "create SQ",
		[0x02] = "get log page",
		[0x04] = "delete CQ",
		[0x05] = "create CQ",
		[0x06] = "identify",
		[0x08] = "abort",
		[0x09] = "set features",
		[0x0a] = "get features",
		[0x0c] = "async event request",
		[0x0d] = "namespace management",
		[0x10] = "firmware commit",
		[0x11] = "firmware download",
		[0x14] = "device self-test",
		[0x15] = "namespace attachment",
		[0x18] = "keep alive",
		[0x19] = "directive send",
		[0x1a] = "directive receive",
		[0x1c] = "virtualization management",
		[0x1d] = "NVMe-MI send",
		[0x1e] = "NVMe-MI receive",
		[0x7c] = "doorbell buffer config",
		[0x7f] = "fabrics command",
		[0x80] = "format NVM",
		[0x81] = "security send",
		[0x82] = "security receive",
		[0x84] = "sanitize",
		[0x86] = "get LBA status",
	};

	return opcode < COUNT(names) ? names[opcode] : NULL;
}

const char *ev_nvm_name(uint8_t opcode)
{
	static const char *const names[] = {
		[0x00] = "flush",
		[0x01] = "write",
		[0x02] = "read",
		[0x04] = "write uncorrectable",
		[0x05] = "compare",
		[0x08] = "write zeroes",
		[0x09] = "dataset management",
		[0x0c] = "verify",
		[0x0d] = "reservation register",
		[0x0e] = "reservation report",
		[0x11] = "reservation acquire",
		[0x15] = "reservation release",
		[0x18] = "cancel",
		[0x19] = "copy",
		[0x79] = "zone management send",
		[0x7a] = "zone management receive",
		[0x7d] = "zone append",
	};

	return opcode < COUNT(names) ? names[opcode] : NULL;
}

/* Result dword of an asynchronous event: type, information, log page. */
enum { ASYNC_TYPES = 8, ASYNC_TYPE = ASYNC_TYPES - 1, ASYNC_INFO_SHIFT = 8, ASYNC_LOG_SHIFT = 16 };

static const char *async_info(uint32_t type, uint32_t info)
{
	static const char *const error[] = { "write to an invalid doorbell register",
					     "invalid doorbell value",
					     "diagnostic failure",
					     "persistent internal error",
					     "transient internal error",
					     "firmware image load error" };
	static const char *const health[] = { "NVM subsystem reliability", "temperature threshold",
					      "spare below its threshold" };
	static const char *const notice[] = { "namespaces changed",
					      "firmware activation starting",
					      "telemetry log changed",
					      "asymmetric namespace access changed",
					      "predictable latency log changed",
					      "LBA status information alert",
					      "endurance group log changed" };
	static const struct {
		const char *const *words;
		uint32_t count;
	} infos[ASYNC_TYPES] = { { error, COUNT(error) },
				 { health, COUNT(health) },
				 { notice, COUNT(notice) } };

	return info < infos[type].count ? infos[type].words[info] : NULL;
}

const char *ev_async_text(char text[EV_STATUS_TEXT_BYTES], uint32_t result)
{
	static const char *const types[ASYNC_TYPES] = {
		[0] = "error",	  [1] = "health",      [2] = "notice", [4] = "immediate",
		[5] = "one-shot", [6] = "command set", [7] = "vendor",
	};
	uint32_t type = result & ASYNC_TYPE, info = result >> ASYNC_INFO_SHIFT & 0xff;
	const char *what = async_info(type, info);
	int used = 0;

	if (types[type])
		used = snprintf(text, EV_STATUS_TEXT_BYTES, "%s, ", types[type]);
	else
		used = snprintf(text, EV_STATUS_TEXT_BYTES, "type %" PRIu32 ", ", type);
	if (what)
		used += snprintf(text + used, EV_STATUS_TEXT_BYTES - (size_t)used, "%s", what);
	else
		used += snprintf(text + used, EV_STATUS_TEXT_BYTES - (size_t)used,
				 "code 0x%02" PRIx32, info);
	snprintf(text + used, EV_STATUS_TEXT_BYTES - (size_t)used, " (log page 0x%02" PRIx32 ")",
		 result >> ASYNC_LOG_SHIFT & 0xff);
	return text;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The provider ringlens.Queues. An event is three data descriptors: the provider's description
 * (type 2), the event's (type 1), the values; the system takes the first two for what they are by
 * the type, which mingw-w64's header calls Reserved (evntprov.h: EVENT_DATA_DESCRIPTOR_TYPE_*,
 * Windows 10). Channel 11 marks a TraceLogging event. The provider stays registered until the
 * process ends, when Windows unregisters it.
 */
#include "workloads/queue_trace_windows.h"

#include <windows.h>

#include <evntprov.h>

#include <pthread.h>

enum {
	TYPE_VALUES = 0,
	TYPE_EVENT = 1,
	TYPE_PROVIDER = 2,
	CHANNEL_TRACELOGGING = 11,
	LEVEL_INFORMATION = 4,
	SET_TRAITS = 2, /* EventProviderSetTraits */
};

static const GUID provider_guid = {
	0x7f3c41d2, 0x58ab, 0x4e0c, { 0x9d, 0x16, 0x2b, 0x90, 0xe6, 0xa7, 0xc8, 0x54 }
};

static REGHANDLE provider;
static uint8_t provider_bytes[LOAD_QUEUE_EVENT_BYTES];
static uint8_t schema_bytes[2][LOAD_QUEUE_EVENT_BYTES];
static uint32_t provider_size, schema_size[2];

/* Windows 8 and later: the provider's name without an event. */
static void set_traits(void)
{
	typedef ULONG NTAPI set_information(REGHANDLE, ULONG, void *, ULONG);
	HMODULE library = GetModuleHandleA("advapi32.dll");
	set_information *set =
		library ? (set_information *)(void *)GetProcAddress(library, "EventSetInformation")
			: NULL;

	if (set)
		set(provider, SET_TRAITS, provider_bytes, provider_size);
}

static void register_provider(void)
{
	provider_size = load_queue_event_provider(provider_bytes);
	for (int event = 0; event < 2; event++)
		schema_size[event] = load_queue_event_schema(event, schema_bytes[event]);
	if (!EventRegister(&provider_guid, NULL, NULL, &provider))
		set_traits();
}

void load_queue_trace_open(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, register_provider);
}

static EVENT_DATA_DESCRIPTOR part(const void *bytes, uint32_t size, ULONG type)
{
	return (EVENT_DATA_DESCRIPTOR){ .Ptr = (uintptr_t)bytes, .Size = size, .Reserved = type };
}

void load_queue_trace(enum load_queue_event event, const struct load_queue_fact *fact)
{
	EVENT_DESCRIPTOR about = { .Channel = CHANNEL_TRACELOGGING, .Level = LEVEL_INFORMATION };
	uint8_t values[LOAD_QUEUE_EVENT_BYTES];
	EVENT_DATA_DESCRIPTOR parts[3];

	if (!EventProviderEnabled(provider, LEVEL_INFORMATION, 0))
		return;
	parts[0] = part(provider_bytes, provider_size, TYPE_PROVIDER);
	parts[1] = part(schema_bytes[event], schema_size[event], TYPE_EVENT);
	parts[2] = part(values, load_queue_event_values(event, fact, values), TYPE_VALUES);
	EventWriteTransfer(provider, &about, NULL, NULL, 3, parts);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The thin layer: each function is one call of Windows with its structures filled in. Never run on
 * Windows so far; under Wine only its failures can be tested.
 *
 * TraceSetInformation and TraceQueryInformation are looked up by name: older systems lack them. The
 * session is stopped on every way out: by its owner, at exit, on Ctrl-C and when the console closes
 * (through the owner, who polls), and when the program crashes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <windows.h>
/* After windows.h. */
#include <evntcons.h>
#include <evntrace.h>

#include "windows-etw/etw_host.h"
#include "windows-etw/etw_record.h"

enum { NAME_UNITS = 1024, MASKS_CLASS = 4, ITEM_SCHEMA = 11, RAW_TIME = 0x1000 };

/* Properties with room for the two names behind them. */
struct properties {
	EVENT_TRACE_PROPERTIES p;
	wchar_t session[NAME_UNITS];
	wchar_t path[NAME_UNITS];
};

struct windows {
	TRACEHANDLE session;
	TRACEHANDLE consumer;
	HANDLE thread;
	HANDLE claimed;
	struct etw_ring *ring;
	const struct etw_plan *running; /* to be stopped when the process ends; NULL: nothing */
	LPTOP_LEVEL_EXCEPTION_FILTER next_filter;
	int hooked;
};
static struct windows windows;

static void to_wide(const char *text, wchar_t *wide)
{
	if (!MultiByteToWideChar(CP_UTF8, 0, text, -1, wide, NAME_UNITS))
		wide[0] = 0;
}

static void fill(struct properties *properties, const struct etw_plan *plan)
{
	memset(properties, 0, sizeof(*properties));
	properties->p.Wnode.BufferSize = sizeof(*properties);
	properties->p.Wnode.Flags = WNODE_FLAG_TRACED_GUID;
	properties->p.Wnode.ClientContext = ETL_CLOCK_COUNTER;
	memcpy(&properties->p.Wnode.Guid, &plan->guid, sizeof(plan->guid));
	properties->p.LoggerNameOffset = offsetof(struct properties, session);
	properties->p.LogFileNameOffset = plan->etl_path ? offsetof(struct properties, path) : 0;
	to_wide(plan->session, properties->session);
	if (plan->etl_path)
		to_wide(plan->etl_path, properties->path);
}

static uint32_t control(const struct etw_plan *plan, ULONG code, struct properties *properties)
{
	fill(properties, plan);
	/* Windows writes the names of the session here. */
	properties->p.LogFileNameOffset = offsetof(struct properties, path);
	return ControlTraceW(0, properties->session, &properties->p, code);
}

static uint32_t stop(void *arg, const struct etw_plan *plan)
{
	struct properties properties;

	(void)arg;
	windows.running = NULL;
	return control(plan, EVENT_TRACE_CONTROL_STOP, &properties);
}

static void stop_at_exit(void)
{
	if (windows.running)
		stop(NULL, windows.running);
}

static LONG WINAPI stop_at_crash(EXCEPTION_POINTERS *exception)
{
	stop_at_exit();
	return windows.next_filter ? windows.next_filter(exception) : EXCEPTION_CONTINUE_SEARCH;
}

static uint32_t claim(void *arg, const struct etw_plan *plan)
{
	wchar_t session[NAME_UNITS], name[NAME_UNITS + 32];

	(void)arg;
	to_wide(plan->session, session);
	for (wchar_t *at = session; *at; at++)
		if (*at == L'\\')
			*at = L'/';
	_snwprintf(name, NAME_UNITS + 32, L"Global\\ringlens-session-%ls", session);
	windows.claimed = CreateMutexW(NULL, FALSE, name);
	if (!windows.claimed)
		return GetLastError() == ERROR_ACCESS_DENIED ? ETW_WIN_EXISTS : GetLastError();
	if (GetLastError() != ERROR_ALREADY_EXISTS)
		return 0;
	CloseHandle(windows.claimed);
	windows.claimed = NULL;
	return ETW_WIN_EXISTS;
}

static uint32_t start(void *arg, const struct etw_plan *plan)
{
	struct properties properties;
	uint32_t error;

	(void)arg;
	fill(&properties, plan);
	properties.p.LogFileMode = plan->log_mode;
	properties.p.EnableFlags = plan->is_system ? plan->kernel_flags : 0;
	properties.p.BufferSize = plan->buffer_kib;
	properties.p.MinimumBuffers = plan->buffers_min;
	properties.p.MaximumBuffers = plan->buffers_max;
	properties.p.FlushTimer = 1;
	error = StartTraceW(&windows.session, properties.session, &properties.p);
	if (error)
		return error;
	windows.running = plan;
	if (!windows.hooked) {
		windows.hooked = 1;
		atexit(stop_at_exit);
		windows.next_filter = SetUnhandledExceptionFilter(stop_at_crash);
	}
	return 0;
}

typedef ULONG(WINAPI *information_fn)(TRACEHANDLE, int, PVOID, ULONG, PULONG);
typedef ULONG(WINAPI *set_information_fn)(TRACEHANDLE, int, PVOID, ULONG);

static FARPROC find(const char *name)
{
	HMODULE library = GetModuleHandleW(L"advapi32.dll");
	FARPROC found = library ? GetProcAddress(library, name) : NULL;

	library = found ? NULL : LoadLibraryW(L"sechost.dll");
	return library ? GetProcAddress(library, name) : found;
}

static uint32_t add_masks(void *arg, const uint32_t masks[ETW_MASKS])
{
	FARPROC found_query = find("TraceQueryInformation"),
		found_set = find("TraceSetInformation");
	ULONG now[ETW_MASKS] = { 0 }, bytes = 0, error;
	set_information_fn set;
	information_fn query;

	(void)arg;
	if (!found_query || !found_set)
		return ETW_WIN_NOT_SUPPORTED;
	memcpy(&query, &found_query, sizeof(query));
	memcpy(&set, &found_set, sizeof(set));
	error = query(windows.session, MASKS_CLASS, now, sizeof(now), &bytes);
	if (error)
		return error;
	for (size_t i = 0; i < ETW_MASKS; i++)
		now[i] |= masks[i];
	return set(windows.session, MASKS_CLASS, now, sizeof(now));
}

static uint32_t enable(void *arg, const struct etw_provider *provider)
{
	GUID guid;

	(void)arg;
	memcpy(&guid, &provider->guid, sizeof(guid));
	return EnableTraceEx2(windows.session, &guid, EVENT_CONTROL_CODE_ENABLE_PROVIDER,
			      provider->level, provider->keywords, 0, 0, NULL);
}

static void add_schema(const EVENT_RECORD *from, struct etw_record *record)
{
	for (USHORT i = 0; i < from->ExtendedDataCount; i++) {
		const EVENT_HEADER_EXTENDED_DATA_ITEM *item = &from->ExtendedData[i];

		if (item->ExtType != ITEM_SCHEMA)
			continue;
		record->schema = (const uint8_t *)(uintptr_t)item->DataPtr;
		record->schema_bytes = item->DataSize;
	}
}

/* On Windows' thread: copies and returns. */
static void WINAPI on_event(EVENT_RECORD *from)
{
	const EVENT_HEADER *header = &from->EventHeader;
	struct etw_record record = {
		.ticks = (uint64_t)header->TimeStamp.QuadPart,
		.keyword = header->EventDescriptor.Keyword,
		.payload = from->UserData,
		.payload_bytes = from->UserDataLength,
		/* ProcessorIndex, of 16 bits, lies over the two older fields. */
		.cpu = from->BufferContext.ProcessorNumber | (uint32_t)from->BufferContext.Alignment
								     << 8,
		.pid = header->ProcessId,
		.tid = header->ThreadId,
		.flags = header->Flags,
		.id = header->EventDescriptor.Id,
		.version = header->EventDescriptor.Version,
		.level = header->EventDescriptor.Level,
		.opcode = header->EventDescriptor.Opcode,
	};
	struct etw_event event;

	if (!(header->Flags & EVENT_HEADER_FLAG_PROCESSOR_INDEX))
		record.cpu = from->BufferContext.ProcessorNumber;
	memcpy(&record.provider, &header->ProviderId, sizeof(record.provider));
	add_schema(from, &record);
	etw_record_event(&record, &event);
	etw_ring_put(windows.ring, &event);
}

static DWORD WINAPI deliver_all(void *arg)
{
	(void)arg;
	ProcessTrace(&windows.consumer, 1, NULL, NULL);
	etw_ring_close(windows.ring);
	return 0;
}

static uint32_t deliver(void *arg, const struct etw_plan *plan, struct etw_ring *ring)
{
	wchar_t session[NAME_UNITS];
	EVENT_TRACE_LOGFILEW file = { .LoggerName = session };
	uint32_t error;

	(void)arg;
	to_wide(plan->session, session);
	file.ProcessTraceMode =
		PROCESS_TRACE_MODE_REAL_TIME | PROCESS_TRACE_MODE_EVENT_RECORD | RAW_TIME;
	file.EventRecordCallback = on_event;
	windows.ring = ring;
	windows.consumer = OpenTraceW(&file);
	if (windows.consumer == INVALID_PROCESSTRACE_HANDLE)
		return GetLastError();
	windows.thread = CreateThread(NULL, 0, deliver_all, NULL, 0, NULL);
	if (windows.thread)
		return 0;
	error = GetLastError();
	CloseTrace(windows.consumer);
	return error;
}

static void join(void *arg)
{
	(void)arg;
	WaitForSingleObject(windows.thread, INFINITE);
	CloseHandle(windows.thread);
	CloseTrace(windows.consumer);
}

static void read_clock(void *arg, struct etl_clock_terms *ret_terms)
{
	LARGE_INTEGER frequency, now;
	FILETIME wall;

	(void)arg;
	QueryPerformanceFrequency(&frequency);
	GetSystemTimeAsFileTime(&wall);
	QueryPerformanceCounter(&now);
	*ret_terms = (struct etl_clock_terms){
		.type = ETL_CLOCK_COUNTER,
		.counter_frequency = (uint64_t)frequency.QuadPart,
		.base_ticks = (uint64_t)now.QuadPart,
		.base_filetime = (uint64_t)wall.dwHighDateTime << 32 | wall.dwLowDateTime,
	};
}

static uint32_t query(void *arg, const struct etw_plan *plan, struct etw_api_losses *ret_losses)
{
	struct properties properties;
	uint32_t error = control(plan, EVENT_TRACE_CONTROL_QUERY, &properties);

	(void)arg;
	*ret_losses = (struct etw_api_losses){
		.events = properties.p.EventsLost,
		.buffers = (uint64_t)properties.p.LogBuffersLost + properties.p.RealTimeBuffersLost,
	};
	return error;
}

const struct etw_api *etw_api_windows(void)
{
	static const struct etw_api api = {
		.claim = claim,
		.start = start,
		.add_masks = add_masks,
		.enable = enable,
		.deliver = deliver,
		.clock = read_clock,
		.query = query,
		.stop = stop,
		.join = join,
	};

	return &api;
}

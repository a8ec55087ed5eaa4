/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Which Windows, and what the user may do. The version comes from ntdll, which does not lie to
 * programs without a manifest; rights from the process's token: a member of Administrators who was
 * not elevated is none.
 */
#include <windows.h>

#include "windows-etw/etw_host.h"

static uint32_t read_build(HMODULE ntdll)
{
	RTL_OSVERSIONINFOW version = { .dwOSVersionInfoSize = sizeof(version) };
	FARPROC proc = GetProcAddress(ntdll, "RtlGetVersion");
	LONG(WINAPI * get_version)(RTL_OSVERSIONINFOW *);

	_Static_assert(sizeof(proc) == sizeof(get_version), "pointers to functions");
	__builtin_memcpy(&get_version, &proc, sizeof(proc));
	return proc && !get_version(&version) ? version.dwBuildNumber : 0;
}

static const char *read_wine(HMODULE ntdll)
{
	FARPROC proc = GetProcAddress(ntdll, "wine_get_version");
	const char *(__cdecl * get_version)(void);

	__builtin_memcpy(&get_version, &proc, sizeof(proc));
	return proc ? get_version() : NULL;
}

static int is_member(WELL_KNOWN_SID_TYPE type)
{
	BYTE sid[SECURITY_MAX_SID_SIZE];
	DWORD bytes = sizeof(sid);
	BOOL member = FALSE;

	return CreateWellKnownSid(type, NULL, sid, &bytes) &&
	       CheckTokenMembership(NULL, sid, &member) && member;
}

void etw_host_read(struct etw_host *ret_host)
{
	HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");

	*ret_host = (struct etw_host){
		.build = read_build(ntdll),
		.cpu_count = GetActiveProcessorCount(ALL_PROCESSOR_GROUPS),
		.is_admin = is_member(WinBuiltinAdministratorsSid) || is_member(WinLocalSystemSid),
		.is_log_user = is_member(WinBuiltinPerfLoggingUsersSid),
		.wine = read_wine(ntdll),
	};
}

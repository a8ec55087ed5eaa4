/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Errors of Windows, as numbers for the books and as words. Names are those of the SDK headers,
 * because they are what one looks up; the sentence is Windows' own, in its language. The table
 * holds what I/O on files, pipes and sockets ends with; anything else is printed as its number.
 */
#include "workloads/error_windows.h"

#include <winsock2.h>
#include <windows.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "workloads/names.h"

enum { TOP_BIT = 0x80000000u, FACILITY_WIN32_BITS = 0x80070000u };

/* IORING_E_*: facility 0x46, from the SDK's winerror.h (build 22000). */
enum { IORING_FACILITY = 0x460000 };

#define NAME(code)                                                                                 \
	{                                                                                          \
		code, #code                                                                        \
	}

static const struct {
	uint32_t code;
	const char *name;
} names[] = {
	NAME(ERROR_INVALID_FUNCTION),
	NAME(ERROR_FILE_NOT_FOUND),
	NAME(ERROR_PATH_NOT_FOUND),
	NAME(ERROR_TOO_MANY_OPEN_FILES),
	NAME(ERROR_ACCESS_DENIED),
	NAME(ERROR_INVALID_HANDLE),
	NAME(ERROR_NOT_ENOUGH_MEMORY),
	NAME(ERROR_WRITE_PROTECT),
	NAME(ERROR_CRC),
	NAME(ERROR_SHARING_VIOLATION),
	NAME(ERROR_LOCK_VIOLATION),
	NAME(ERROR_HANDLE_EOF),
	NAME(ERROR_NOT_SUPPORTED),
	NAME(ERROR_NETNAME_DELETED),
	NAME(ERROR_FILE_EXISTS),
	NAME(ERROR_INVALID_PARAMETER),
	NAME(ERROR_BROKEN_PIPE),
	NAME(ERROR_DISK_FULL),
	NAME(ERROR_CALL_NOT_IMPLEMENTED),
	NAME(ERROR_INVALID_NAME),
	NAME(ERROR_PROC_NOT_FOUND),
	NAME(ERROR_PIPE_NOT_CONNECTED),
	NAME(ERROR_OPERATION_ABORTED),
	NAME(ERROR_NOACCESS),
	NAME(ERROR_IO_DEVICE),
	NAME(ERROR_SEM_TIMEOUT),
	NAME(ERROR_WORKING_SET_QUOTA),
	NAME(ERROR_PORT_UNREACHABLE),
	NAME(ERROR_CONNECTION_REFUSED),
	NAME(ERROR_CONNECTION_ABORTED),
	NAME(ERROR_NO_SYSTEM_RESOURCES),
	NAME(ERROR_NOT_ENOUGH_QUOTA),
	NAME(WSAEINVAL),
	NAME(WSAEMFILE),
	NAME(WSAEWOULDBLOCK),
	NAME(WSAEOPNOTSUPP),
	NAME(WSAENOBUFS),
	NAME(WSAENOTCONN),
	NAME(WSAECONNABORTED),
	NAME(WSAECONNRESET),
	NAME(WSAECONNREFUSED),
	{ IORING_FACILITY | 1, "IORING_E_REQUIRED_FLAG_NOT_SUPPORTED" },
	{ IORING_FACILITY | 2, "IORING_E_SUBMISSION_QUEUE_FULL" },
	{ IORING_FACILITY | 3, "IORING_E_VERSION_NOT_SUPPORTED" },
	{ IORING_FACILITY | 4, "IORING_E_SUBMISSION_QUEUE_TOO_BIG" },
	{ IORING_FACILITY | 5, "IORING_E_COMPLETION_QUEUE_TOO_BIG" },
	{ IORING_FACILITY | 6, "IORING_E_SUBMIT_IN_PROGRESS" },
	{ IORING_FACILITY | 7, "IORING_E_CORRUPT" },
	{ IORING_FACILITY | 8, "IORING_E_COMPLETION_QUEUE_TOO_FULL" },
};

const char *load_errno_name(int error)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].code == (uint32_t)error)
			return names[i].name;
	return NULL;
}

static int errno_of(uint32_t code)
{
	switch (code) {
	case ERROR_INVALID_FUNCTION:
	case ERROR_NOT_SUPPORTED:
	case ERROR_CALL_NOT_IMPLEMENTED:
	case ERROR_PROC_NOT_FOUND:
	case WSAEOPNOTSUPP:
		return -EOPNOTSUPP;
	case ERROR_NOT_ENOUGH_MEMORY:
		return -ENOMEM;
	default:
		return -EIO;
	}
}

/* Windows' sentence without its end of line and full stop. */
static void sentence(uint32_t code, char *text, uint32_t text_bytes)
{
	wchar_t wide[128];
	DWORD length = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS,
				      NULL, code, 0, wide, sizeof(wide) / sizeof(wide[0]), NULL);

	while (length && wcschr(L"\r\n. ", wide[length - 1]))
		length--;
	wide[length] = 0;
	if (!length ||
	    !WideCharToMultiByte(CP_UTF8, 0, wide, -1, text, (int)text_bytes, NULL, NULL))
		snprintf(text, text_bytes, "error");
}

int load_fail_windows(struct load_error *why, uint32_t code, const char *format, ...)
{
	const char *name = load_errno_name((int)code);
	char what[256], words[160], number[16];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	sentence(code, words, sizeof(words));
	snprintf(number, sizeof(number), "%lu", (unsigned long)code);
	return load_fail(why, errno_of(code), "%s: %s (%s)", what, words, name ? name : number);
}

int32_t load_result_win32(uint32_t code)
{
	return -(int32_t)(code & ~TOP_BIT);
}

/* RtlNtStatusToDosError is in every ntdll and in no import library that we can count on. */
int32_t load_result_ntstatus(uint32_t status)
{
	typedef ULONG NTAPI to_win32(LONG status);
	static to_win32 *convert;

	if (!convert)
		convert = (to_win32 *)(void *)GetProcAddress(GetModuleHandleA("ntdll.dll"),
							     "RtlNtStatusToDosError");
	return load_result_win32(convert ? convert((LONG)status) : status);
}

int32_t load_result_hresult(int32_t hresult)
{
	uint32_t code = (uint32_t)hresult;

	return load_result_win32((code & 0xffff0000u) == FACILITY_WIN32_BITS ? code & 0xffff
									     : code);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* Finds RIO in the running Windows: Winsock gives its functions out through any socket. */
#include "workloads/rio_windows.h"

#include <errno.h>

#include "workloads/error_windows.h"

enum {
	SOCKET_FLAG_REGISTERED_IO = 0x100, /* WSA_FLAG_REGISTERED_IO */
	ASK_FOR_TABLE = (int)0xc8000024,   /* SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER */
};

/* WSAID_MULTIPLE_RIO */
static const GUID table_id = {
	0x8509e081, 0x96dd, 0x4005, { 0xb1, 0x65, 0x9e, 0x2e, 0xe8, 0xc7, 0x9e, 0x3f }
};

int rio_api_load(struct rio_api *api, struct load_error *why)
{
	SOCKET any = WSASocketW(AF_INET, SOCK_STREAM, IPPROTO_TCP, NULL, 0,
				WSA_FLAG_OVERLAPPED | SOCKET_FLAG_REGISTERED_IO);
	GUID id = table_id;
	DWORD got = 0;
	int code = 0;

	*api = (struct rio_api){ .bytes = sizeof(*api) };
	if (any == INVALID_SOCKET || WSAIoctl(any, (DWORD)ASK_FOR_TABLE, &id, sizeof(id), api,
					      sizeof(*api), &got, NULL, NULL))
		code = WSAGetLastError();
	if (any != INVALID_SOCKET)
		closesocket(any);
	if (code == WSAEOPNOTSUPP || code == WSAEINVAL)
		return load_fail(why, -EOPNOTSUPP,
				 "this Windows has no registered I/O (RIO): Windows 8, Windows "
				 "Server 2012 or later is needed");
	return code ? load_fail_windows(why, (uint32_t)code, "cannot ask for RIO's functions") : 0;
}

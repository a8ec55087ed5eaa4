/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* Finds IoRing in the running Windows, so that the program starts on one that has none. */
#include "workloads/ioring_windows.h"

#include <errno.h>
#include <stddef.h>

static const struct {
	const char *name;
	size_t at; /* in struct ioring_api */
	int optional;
} functions[] = {
	{ "QueryIoRingCapabilities", offsetof(struct ioring_api, query), 0 },
	{ "CreateIoRing", offsetof(struct ioring_api, create), 0 },
	{ "GetIoRingInfo", offsetof(struct ioring_api, info), 0 },
	{ "IsIoRingOpSupported", offsetof(struct ioring_api, can), 0 },
	{ "BuildIoRingReadFile", offsetof(struct ioring_api, read), 0 },
	{ "BuildIoRingRegisterFileHandles", offsetof(struct ioring_api, register_files), 0 },
	{ "BuildIoRingRegisterBuffers", offsetof(struct ioring_api, register_buffers), 0 },
	{ "SubmitIoRing", offsetof(struct ioring_api, submit), 0 },
	{ "PopIoRingCompletion", offsetof(struct ioring_api, pop), 0 },
	{ "CloseIoRing", offsetof(struct ioring_api, close), 0 },
	{ "BuildIoRingWriteFile", offsetof(struct ioring_api, write), 1 },
	{ "BuildIoRingFlushFile", offsetof(struct ioring_api, flush), 1 },
};

static FARPROC find(const char *name)
{
	static const char *const libraries[] = { "kernelbase.dll", "kernel32.dll" };
	FARPROC found = NULL;

	for (size_t i = 0; !found && i < sizeof(libraries) / sizeof(libraries[0]); i++) {
		HMODULE library = GetModuleHandleA(libraries[i]);

		if (library)
			found = GetProcAddress(library, name);
	}
	return found;
}

int ioring_api_load(struct ioring_api *api, struct load_error *why)
{
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		FARPROC found = find(functions[i].name);

		if (!found && !functions[i].optional)
			return load_fail(why, -EOPNOTSUPP,
					 "this Windows has no IoRing (%s is missing): Windows 11 "
					 "(build 22000) or later is needed",
					 functions[i].name);
		*(FARPROC *)(void *)((uint8_t *)api + functions[i].at) = found;
	}
	return 0;
}

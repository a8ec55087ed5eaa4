/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WORKLOADS_IORING_WINDOWS_H
#define WORKLOADS_IORING_WINDOWS_H
/*
 * IoRing's interface: mingw-w64 10 knows its first version only, and no library to link with, so
 * types are declared here and functions found at run time. From Microsoft's documentation of
 * ioringapi.h and ntioring_x.h. The first version is in Windows 11 21H2 (build 22000); write and
 * flush came with version 300, Windows 11 22H2 (build 22621). Never run here: Wine has none of it.
 */
#include <windows.h>

#include <stdint.h>

#include "workloads/error.h"

typedef struct ioring_handle *ioring_t; /* HIORING */

enum ioring_op {
	IORING_OP_NOP_CODE = 0,
	IORING_OP_READ_CODE = 1,
	IORING_OP_REGISTER_FILES_CODE = 2,
	IORING_OP_REGISTER_BUFFERS_CODE = 3,
	IORING_OP_CANCEL_CODE = 4,
	IORING_OP_WRITE_CODE = 5, /* 22621 */
	IORING_OP_FLUSH_CODE = 6, /* 22621 */
};

enum { IORING_REFERENCE_RAW = 0, IORING_REFERENCE_REGISTERED = 1 };

struct ioring_capabilities { /* IORING_CAPABILITIES */
	uint32_t max_version;
	uint32_t max_sq_entries;
	uint32_t max_cq_entries;
	uint32_t features;
};

struct ioring_info { /* IORING_INFO */
	uint32_t version;
	uint32_t required_flags, advisory_flags;
	uint32_t sq_entries;
	uint32_t cq_entries;
};

struct ioring_flags { /* IORING_CREATE_FLAGS */
	uint32_t required, advisory;
};

struct ioring_file { /* IORING_HANDLE_REF */
	uint32_t kind;
	union {
		HANDLE handle;
		uint32_t index;
	};
};

struct ioring_buffer { /* IORING_BUFFER_REF */
	uint32_t kind;
	union {
		void *address;
		struct {
			uint32_t index, offset;
		};
	};
};

struct ioring_buffer_info { /* IORING_BUFFER_INFO */
	void *address;
	uint32_t bytes;
};

struct ioring_completion { /* IORING_CQE */
	uintptr_t user_data;
	int32_t result; /* HRESULT */
	uintptr_t information;
};

_Static_assert(sizeof(struct ioring_flags) == 8, "passed in a register");
_Static_assert(sizeof(struct ioring_file) == 16, "64-bit only");
_Static_assert(sizeof(struct ioring_buffer) == 16, "64-bit only");
_Static_assert(sizeof(struct ioring_buffer_info) == 16, "64-bit only");
_Static_assert(sizeof(struct ioring_completion) == 24, "64-bit only");

struct ioring_api {
	int32_t(WINAPI *query)(struct ioring_capabilities *capabilities);
	int32_t(WINAPI *create)(uint32_t version, struct ioring_flags flags, uint32_t sq_entries,
				uint32_t cq_entries, ioring_t *ret_ring);
	int32_t(WINAPI *info)(ioring_t ring, struct ioring_info *ret_info);
	int(WINAPI *can)(ioring_t ring, uint32_t op); /* BOOL */
	int32_t(WINAPI *read)(ioring_t ring, struct ioring_file file, struct ioring_buffer buffer,
			      uint32_t bytes, uint64_t offset, uintptr_t user_data, uint32_t flags);
	int32_t(WINAPI *register_files)(ioring_t ring, uint32_t count, const HANDLE *files,
					uintptr_t user_data);
	int32_t(WINAPI *register_buffers)(ioring_t ring, uint32_t count,
					  const struct ioring_buffer_info *buffers,
					  uintptr_t user_data);
	int32_t(WINAPI *submit)(ioring_t ring, uint32_t wait_count, uint32_t wait_ms,
				uint32_t *ret_submitted);
	int32_t(WINAPI *pop)(ioring_t ring, struct ioring_completion *completion);
	int32_t(WINAPI *close)(ioring_t ring);
	/* NULL before 22621. */
	int32_t(WINAPI *write)(ioring_t ring, struct ioring_file file, struct ioring_buffer buffer,
			       uint32_t bytes, uint64_t offset, uint32_t write_flags,
			       uintptr_t user_data, uint32_t flags);
	int32_t(WINAPI *flush)(ioring_t ring, struct ioring_file file, uint32_t mode,
			       uintptr_t user_data, uint32_t flags);
};

/* Finds the functions. -EOPNOTSUPP when this Windows has no IoRing. */
int ioring_api_load(struct ioring_api *api, struct load_error *why);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WORKLOADS_RIO_WINDOWS_H
#define WORKLOADS_RIO_WINDOWS_H
/*
 * Registered I/O, of which mingw-w64 10 knows nothing. From Microsoft's documentation of mswsock.h
 * and mswsockdef.h; in Windows 8 and Windows Server 2012 (build 9200) and later. The functions are
 * asked for at run time, of a socket. Never run here: Wine has none of it.
 */
#include <winsock2.h>
#include <windows.h>

#include <stdint.h>

#include "workloads/error.h"

typedef struct rio_buffer_id *rio_buffer_t; /* RIO_BUFFERID */
typedef struct rio_cq *rio_cq_t;	    /* RIO_CQ */
typedef struct rio_rq *rio_rq_t;	    /* RIO_RQ */

#define RIO_NO_BUFFER ((rio_buffer_t)(uintptr_t)0xffffffff) /* RIO_INVALID_BUFFERID */

enum {
	RIO_FLAG_DEFER = 2,	  /* RIO_MSG_DEFER */
	RIO_FLAG_COMMIT_ONLY = 8, /* RIO_MSG_COMMIT_ONLY */
};

/* RIODequeueCompletion: the queue is corrupt (RIO_CORRUPT_CQ). */
#define RIO_CORRUPT 0xffffffffu

struct rio_part { /* RIO_BUF */
	rio_buffer_t buffer;
	uint32_t offset;
	uint32_t bytes;
};

struct rio_result {	/* RIORESULT */
	int32_t status; /* a Winsock code */
	uint32_t bytes;
	uint64_t socket_context;
	uint64_t request_context;
};

enum { RIO_BY_EVENT = 1 }; /* RIO_EVENT_COMPLETION */

struct rio_notification { /* RIO_NOTIFICATION_COMPLETION, its form for events */
	uint32_t type;
	HANDLE event;
	int32_t reset;	 /* BOOL */
	uint64_t unused; /* the form for completion ports is longer */
};

_Static_assert(sizeof(struct rio_part) == 16, "64-bit only");
_Static_assert(sizeof(struct rio_result) == 24, "64-bit only");
_Static_assert(sizeof(struct rio_notification) == 32, "64-bit only");

struct rio_api { /* RIO_EXTENSION_FUNCTION_TABLE */
	uint32_t bytes;
	int(PASCAL *receive)(rio_rq_t queue, const struct rio_part *part, uint32_t part_count,
			     uint32_t flags, void *context);
	void *receive_ex;
	int(PASCAL *send)(rio_rq_t queue, const struct rio_part *part, uint32_t part_count,
			  uint32_t flags, void *context);
	void *send_ex;
	void(PASCAL *close_cq)(rio_cq_t queue);
	rio_cq_t(PASCAL *create_cq)(uint32_t entries, const struct rio_notification *notification);
	rio_rq_t(PASCAL *create_rq)(SOCKET socket, uint32_t max_receives,
				    uint32_t max_receive_parts, uint32_t max_sends,
				    uint32_t max_send_parts, rio_cq_t receives, rio_cq_t sends,
				    void *context);
	uint32_t(PASCAL *dequeue)(rio_cq_t queue, struct rio_result *results, uint32_t count);
	void(PASCAL *deregister)(rio_buffer_t buffer);
	int(PASCAL *notify)(rio_cq_t queue);
	rio_buffer_t(PASCAL *register_buffer)(void *memory, uint32_t bytes);
	void *resize_cq;
	void *resize_rq;
};

_Static_assert(sizeof(struct rio_api) == 14 * sizeof(void *), "64-bit only");

/* Asks for the functions. -EOPNOTSUPP when this Windows has no RIO. Winsock is started. */
int rio_api_load(struct rio_api *api, struct load_error *why);

#endif

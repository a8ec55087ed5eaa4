/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WORKLOADS_KERNEL_H
#define WORKLOADS_KERNEL_H
/*
 * What io_uring has and liburing 2.3 (Debian 12, Linux 6.0) has no words for yet: numbers of the
 * system's interface, each with the release of Linux that it came with. The kernel, not this
 * header, decides whether it takes them. Nothing else in this room writes such a number down.
 */
#include <stdint.h>

/* Setup flags. */
enum {
	KERNEL_SETUP_NO_MMAP = 1 << 14,		   /* 6.5 */
	KERNEL_SETUP_REGISTERED_FD_ONLY = 1 << 15, /* 6.5 */
	KERNEL_SETUP_NO_SQARRAY = 1 << 16,	   /* 6.6 */
	KERNEL_SETUP_HYBRID_IOPOLL = 1 << 17,	   /* 6.13 */
	KERNEL_SETUP_CQE_MIXED = 1 << 18,	   /* 6.18 */
	KERNEL_SETUP_SQE_MIXED = 1 << 19,	   /* 7.0 */
	KERNEL_SETUP_SQ_REWIND = 1 << 20,	   /* 7.0 */
};

/* Operations. */
enum {
	KERNEL_OP_READ_MULTISHOT = 49,	 /* 6.7 */
	KERNEL_OP_WAITID = 50,		 /* 6.7 */
	KERNEL_OP_FUTEX_WAIT = 51,	 /* 6.7 */
	KERNEL_OP_FUTEX_WAKE = 52,	 /* 6.7 */
	KERNEL_OP_FUTEX_WAITV = 53,	 /* 6.7 */
	KERNEL_OP_FIXED_FD_INSTALL = 54, /* 6.8 */
	KERNEL_OP_FTRUNCATE = 55,	 /* 6.9 */
	KERNEL_OP_BIND = 56,		 /* 6.11 */
	KERNEL_OP_LISTEN = 57,		 /* 6.11 */
	KERNEL_OP_RECV_ZC = 58,		 /* 6.15 */
	KERNEL_OP_EPOLL_WAIT = 59,	 /* 6.15 */
	KERNEL_OP_READV_FIXED = 60,	 /* 6.15 */
	KERNEL_OP_WRITEV_FIXED = 61,	 /* 6.15 */
	KERNEL_OP_PIPE = 62,		 /* 6.17 */
	KERNEL_OP_NOP128 = 63,		 /* 7.0 */
	KERNEL_OP_URING_CMD128 = 64,	 /* 7.0 */
};

/* Flags of operations. */
enum {
	KERNEL_NOP_INJECT_RESULT = 1 << 0,    /* 6.11: the result is sqe->len */
	KERNEL_NOP_CQE32 = 1 << 5,	      /* 6.18 */
	KERNEL_TIMEOUT_MULTISHOT = 1 << 6,    /* 6.4 */
	KERNEL_CANCEL_USERDATA = 1 << 4,      /* 6.6 */
	KERNEL_CANCEL_OP = 1 << 5,	      /* 6.6 */
	KERNEL_RECVSEND_BUNDLE = 1 << 4,      /* 6.10 */
	KERNEL_SEND_ZC_REPORT_USAGE = 1 << 3, /* 6.2 */
};

/* Commands of URING_CMD to a socket. */
enum {
	KERNEL_SOCKET_SIOCINQ = 0,     /* 6.6 */
	KERNEL_SOCKET_SIOCOUTQ = 1,    /* 6.6 */
	KERNEL_SOCKET_GETSOCKOPT = 2,  /* 6.7 */
	KERNEL_SOCKET_SETSOCKOPT = 3,  /* 6.7 */
	KERNEL_SOCKET_GETSOCKNAME = 5, /* 6.19 */
};

/* Flags of completions. */
enum {
	KERNEL_CQE_BUF_MORE = 1 << 4, /* 6.12 */
	KERNEL_CQE_SKIP = 1 << 5,     /* 6.18: fills the end of a queue of mixed sizes */
	KERNEL_CQE_32 = 1 << 15,      /* 6.18: this one is 32 bytes long */
};

/* io_uring_register(2). */
enum {
	KERNEL_REGISTER_NAPI = 27,	    /* 6.9 */
	KERNEL_UNREGISTER_NAPI = 28,	    /* 6.9 */
	KERNEL_REGISTER_CLONE_BUFFERS = 30, /* 6.12 */
	KERNEL_REGISTER_SEND_MSG_RING = 31, /* 6.13 */
	KERNEL_REGISTER_RESIZE_RINGS = 33,  /* 6.13 */
};
/* The descriptor is an index of registered rings (6.3). */
#define KERNEL_REGISTER_USE_REGISTERED_RING (1u << 31)

struct kernel_napi { /* 6.9 */
	uint32_t busy_poll_us;
	uint8_t prefer_busy_poll;
	uint8_t opcode;
	uint8_t pad[2];
	uint32_t op_param;
	uint32_t reserved;
};

struct kernel_clone_buffers { /* 6.12 */
	uint32_t src_fd;
	uint32_t flags;
	uint32_t src_off;
	uint32_t dst_off;
	uint32_t count;
	uint32_t pad[3];
};

struct kernel_futex_waitv { /* 5.16 */
	uint64_t value;
	uint64_t address;
	uint32_t flags;
	uint32_t reserved;
};
/* A 32-bit word of this process alone. */
enum { KERNEL_FUTEX_PRIVATE_U32 = 2 | 128 };

#endif

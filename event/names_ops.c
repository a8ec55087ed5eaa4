/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The operations: their names and what their operands mean. One table for both systems; io_uring
 * numbers lie below 256 and Windows numbers above, so a number alone says which it is.
 *
 * io_uring: include/uapi/linux/io_uring.h up to Linux 7.3. The first release of each run of numbers
 * is noted, because an operation that a kernel does not know is refused with EINVAL.
 */
#include "event/names.h"

#include <strings.h>

#include "event/words.h"

const char *const ev_words_op[EV_WORDS_OP] = {
	[0] = "NOP", /* 5.1 */
	[1] = "READV",
	[2] = "WRITEV",
	[3] = "FSYNC",
	[4] = "READ_FIXED",
	[5] = "WRITE_FIXED",
	[6] = "POLL_ADD",
	[7] = "POLL_REMOVE",
	[8] = "SYNC_FILE_RANGE", /* 5.2 */
	[9] = "SENDMSG",	 /* 5.3 */
	[10] = "RECVMSG",
	[11] = "TIMEOUT",	 /* 5.4 */
	[12] = "TIMEOUT_REMOVE", /* 5.5 */
	[13] = "ACCEPT",
	[14] = "ASYNC_CANCEL",
	[15] = "LINK_TIMEOUT",
	[16] = "CONNECT",
	[17] = "FALLOCATE", /* 5.6 */
	[18] = "OPENAT",
	[19] = "CLOSE",
	[20] = "FILES_UPDATE",
	[21] = "STATX",
	[22] = "READ",
	[23] = "WRITE",
	[24] = "FADVISE",
	[25] = "MADVISE",
	[26] = "SEND",
	[27] = "RECV",
	[28] = "OPENAT2",
	[29] = "EPOLL_CTL",
	[30] = "SPLICE", /* 5.7 */
	[31] = "PROVIDE_BUFFERS",
	[32] = "REMOVE_BUFFERS",
	[33] = "TEE",	   /* 5.8 */
	[34] = "SHUTDOWN", /* 5.11 */
	[35] = "RENAMEAT",
	[36] = "UNLINKAT",
	[37] = "MKDIRAT", /* 5.15 */
	[38] = "SYMLINKAT",
	[39] = "LINKAT",
	[40] = "MSG_RING",  /* 5.18 */
	[41] = "FSETXATTR", /* 5.19 */
	[42] = "SETXATTR",
	[43] = "FGETXATTR",
	[44] = "GETXATTR",
	[45] = "SOCKET",
	[46] = "URING_CMD",
	[47] = "SEND_ZC",	 /* 6.0 */
	[48] = "SENDMSG_ZC",	 /* 6.1 */
	[49] = "READ_MULTISHOT", /* 6.7 */
	[50] = "WAITID",
	[51] = "FUTEX_WAIT",
	[52] = "FUTEX_WAKE",
	[53] = "FUTEX_WAITV",
	[54] = "FIXED_FD_INSTALL", /* 6.8 */
	[55] = "FTRUNCATE",	   /* 6.9 */
	[56] = "BIND",		   /* 6.11 */
	[57] = "LISTEN",
	[58] = "RECV_ZC", /* 6.15 */
	[59] = "EPOLL_WAIT",
	[60] = "READV_FIXED",
	[61] = "WRITEV_FIXED",
	[62] = "PIPE",	 /* 6.16 */
	[63] = "NOP128", /* after 6.18, with SQE_MIXED */
	[64] = "URING_CMD128",

	[EV_WINDOWS_IRP_OTHER] = "IRP_OTHER",
	[EV_WINDOWS_IRP_CREATE] = "IRP_CREATE",
	[EV_WINDOWS_IRP_CLEANUP] = "IRP_CLEANUP",
	[EV_WINDOWS_IRP_CLOSE] = "IRP_CLOSE",
	[EV_WINDOWS_IRP_READ] = "IRP_READ",
	[EV_WINDOWS_IRP_WRITE] = "IRP_WRITE",
	[EV_WINDOWS_IRP_FLUSH] = "IRP_FLUSH",
	[EV_WINDOWS_IRP_QUERY_INFORMATION] = "IRP_QUERY_INFORMATION",
	[EV_WINDOWS_IRP_SET_INFORMATION] = "IRP_SET_INFORMATION",
	[EV_WINDOWS_IRP_DELETE] = "IRP_DELETE",
	[EV_WINDOWS_IRP_RENAME] = "IRP_RENAME",
	[EV_WINDOWS_IRP_QUERY_DIRECTORY] = "IRP_QUERY_DIRECTORY",
	[EV_WINDOWS_IRP_NOTIFY_DIRECTORY] = "IRP_NOTIFY_DIRECTORY",
	[EV_WINDOWS_IRP_FS_CONTROL] = "IRP_FS_CONTROL",
	[EV_WINDOWS_IRP_DEVICE_CONTROL] = "IRP_DEVICE_CONTROL",
	[EV_WINDOWS_IRP_LOCK] = "IRP_LOCK",
	[EV_WINDOWS_AFD_CREATE] = "AFD_CREATE",
	[EV_WINDOWS_AFD_CLOSE] = "AFD_CLOSE",
	[EV_WINDOWS_AFD_SEND] = "AFD_SEND",
	[EV_WINDOWS_AFD_RECV] = "AFD_RECV",
	[EV_WINDOWS_AFD_SENDTO] = "AFD_SENDTO",
	[EV_WINDOWS_AFD_RECVFROM] = "AFD_RECVFROM",
	[EV_WINDOWS_AFD_ACCEPT] = "AFD_ACCEPT",
	[EV_WINDOWS_AFD_CONNECT] = "AFD_CONNECT",
	[EV_WINDOWS_AFD_BIND] = "AFD_BIND",
	[EV_WINDOWS_AFD_LISTEN] = "AFD_LISTEN",
	[EV_WINDOWS_AFD_DISCONNECT] = "AFD_DISCONNECT",
	[EV_WINDOWS_AFD_OPTION] = "AFD_OPTION",
	[EV_WINDOWS_RIO_SEND] = "RIO_SEND",
	[EV_WINDOWS_RIO_RECV] = "RIO_RECV",
	[EV_WINDOWS_IORING_NOP] = "IORING_NOP",
	[EV_WINDOWS_IORING_READ] = "IORING_READ",
	[EV_WINDOWS_IORING_REGISTER_FILES] = "IORING_REGISTER_FILES",
	[EV_WINDOWS_IORING_REGISTER_BUFFERS] = "IORING_REGISTER_BUFFERS",
	[EV_WINDOWS_IORING_CANCEL] = "IORING_CANCEL",
	[EV_WINDOWS_IORING_WRITE] = "IORING_WRITE",
	[EV_WINDOWS_IORING_FLUSH] = "IORING_FLUSH",
	[EV_WINDOWS_IORING_READ_SCATTER] = "IORING_READ_SCATTER",
	[EV_WINDOWS_IORING_WRITE_GATHER] = "IORING_WRITE_GATHER",
};

enum { BYTES = 0x80 }; /* a non-negative result counts bytes moved */

/* enum ev_op_shape, plus BYTES. Operations that are not listed are EV_OP_PLAIN. */
static const uint8_t shapes[EV_WORDS_OP] = {
	[1] = EV_OP_VECTOR | BYTES,
	[2] = EV_OP_VECTOR | BYTES,
	[3] = EV_OP_RANGE,
	[4] = EV_OP_DATA | BYTES,
	[5] = EV_OP_DATA | BYTES,
	[6] = EV_OP_FD,
	[7] = EV_OP_TARGET,
	[8] = EV_OP_RANGE,
	[9] = EV_OP_MESSAGE | BYTES,
	[10] = EV_OP_MESSAGE | BYTES,
	[11] = EV_OP_TIME,
	[12] = EV_OP_TARGET,
	[13] = EV_OP_FD,
	[14] = EV_OP_TARGET,
	[15] = EV_OP_TIME,
	[16] = EV_OP_FD,
	[17] = EV_OP_RANGE,
	[18] = EV_OP_PATH,
	[19] = EV_OP_FD,
	[21] = EV_OP_PATH,
	[22] = EV_OP_DATA | BYTES,
	[23] = EV_OP_DATA | BYTES,
	[24] = EV_OP_RANGE,
	[26] = EV_OP_STREAM | BYTES,
	[27] = EV_OP_STREAM | BYTES,
	[28] = EV_OP_PATH,
	[29] = EV_OP_FD,
	[30] = EV_OP_STREAM | BYTES,
	[33] = EV_OP_STREAM | BYTES,
	[34] = EV_OP_FD,
	[35] = EV_OP_PATH,
	[36] = EV_OP_PATH,
	[37] = EV_OP_PATH,
	[38] = EV_OP_PATH,
	[39] = EV_OP_PATH,
	[40] = EV_OP_FD,
	[41] = EV_OP_FD,
	[43] = EV_OP_FD,
	[46] = EV_OP_FD,
	[47] = EV_OP_STREAM | BYTES,
	[48] = EV_OP_MESSAGE | BYTES,
	[49] = EV_OP_DATA | BYTES,
	[54] = EV_OP_FD,
	[55] = EV_OP_FD,
	[56] = EV_OP_FD,
	[57] = EV_OP_FD,
	[58] = EV_OP_STREAM | BYTES,
	[59] = EV_OP_FD,
	[60] = EV_OP_VECTOR | BYTES,
	[61] = EV_OP_VECTOR | BYTES,
	[64] = EV_OP_FD,

	[EV_WINDOWS_IRP_CREATE] = EV_OP_PATH,
	[EV_WINDOWS_IRP_CLEANUP] = EV_OP_FD,
	[EV_WINDOWS_IRP_CLOSE] = EV_OP_FD,
	[EV_WINDOWS_IRP_READ] = EV_OP_DATA | BYTES,
	[EV_WINDOWS_IRP_WRITE] = EV_OP_DATA | BYTES,
	[EV_WINDOWS_IRP_FLUSH] = EV_OP_FD,
	[EV_WINDOWS_IRP_QUERY_INFORMATION] = EV_OP_FD,
	[EV_WINDOWS_IRP_SET_INFORMATION] = EV_OP_FD,
	[EV_WINDOWS_IRP_DELETE] = EV_OP_FD,
	[EV_WINDOWS_IRP_RENAME] = EV_OP_FD,
	[EV_WINDOWS_IRP_QUERY_DIRECTORY] = EV_OP_FD,
	[EV_WINDOWS_IRP_NOTIFY_DIRECTORY] = EV_OP_FD,
	[EV_WINDOWS_IRP_FS_CONTROL] = EV_OP_FD,
	[EV_WINDOWS_IRP_DEVICE_CONTROL] = EV_OP_FD,
	[EV_WINDOWS_IRP_LOCK] = EV_OP_RANGE,
	[EV_WINDOWS_AFD_CLOSE] = EV_OP_FD,
	[EV_WINDOWS_AFD_SEND] = EV_OP_STREAM | BYTES,
	[EV_WINDOWS_AFD_RECV] = EV_OP_STREAM | BYTES,
	[EV_WINDOWS_AFD_SENDTO] = EV_OP_STREAM | BYTES,
	[EV_WINDOWS_AFD_RECVFROM] = EV_OP_STREAM | BYTES,
	[EV_WINDOWS_AFD_ACCEPT] = EV_OP_FD,
	[EV_WINDOWS_AFD_CONNECT] = EV_OP_FD,
	[EV_WINDOWS_AFD_BIND] = EV_OP_FD,
	[EV_WINDOWS_AFD_LISTEN] = EV_OP_FD,
	[EV_WINDOWS_AFD_DISCONNECT] = EV_OP_FD,
	[EV_WINDOWS_AFD_OPTION] = EV_OP_FD,
	[EV_WINDOWS_RIO_SEND] = EV_OP_STREAM | BYTES,
	[EV_WINDOWS_RIO_RECV] = EV_OP_STREAM | BYTES,
	[EV_WINDOWS_IORING_READ] = EV_OP_DATA | BYTES,
	[EV_WINDOWS_IORING_CANCEL] = EV_OP_TARGET,
	[EV_WINDOWS_IORING_WRITE] = EV_OP_DATA | BYTES,
	[EV_WINDOWS_IORING_FLUSH] = EV_OP_FD,
	[EV_WINDOWS_IORING_READ_SCATTER] = EV_OP_VECTOR | BYTES,
	[EV_WINDOWS_IORING_WRITE_GATHER] = EV_OP_VECTOR | BYTES,
};

/* The numbers a type of queue can have. */
static int in_range(uint8_t queue_type, uint16_t op)
{
	return op < EV_WORDS_OP && (queue_type == EV_QUEUE_IO_URING) == (op < EV_WINDOWS_IRP_OTHER);
}

const char *ev_op_name(uint8_t queue_type, uint16_t op)
{
	return in_range(queue_type, op) ? ev_words_op[op] : NULL;
}

int ev_op_by_name(uint8_t queue_type, const char *name)
{
	for (uint16_t op = 0; op < EV_WORDS_OP; op++) {
		const char *word = ev_op_name(queue_type, op);

		if (word && !strcasecmp(word, name))
			return op;
	}
	return -1;
}

enum ev_op_shape ev_op_shape(uint8_t queue_type, uint16_t op)
{
	return in_range(queue_type, op) ? (enum ev_op_shape)(shapes[op] & ~BYTES) : EV_OP_PLAIN;
}

int ev_op_moves_bytes(uint8_t queue_type, uint16_t op)
{
	return in_range(queue_type, op) && shapes[op] & BYTES;
}

int ev_op_waits(uint8_t queue_type, uint16_t op)
{
	static const uint8_t waits[] = {
		[46] = 1, [64] = 1, /* commands to a driver: ublk's servers wait for work */
		[50] = 1, [51] = 1, [53] = 1, /* a process, a thread */
	};

	return queue_type != EV_QUEUE_IO_URING || (op < sizeof(waits) && waits[op]);
}

/* IORING_REGISTER_*, up to Linux 7.3. */
const char *const ev_words_register[EV_WORDS_REGISTER] = {
	[0] = "REGISTER_BUFFERS",	  [1] = "UNREGISTER_BUFFERS",
	[2] = "REGISTER_FILES",		  [3] = "UNREGISTER_FILES",
	[4] = "REGISTER_EVENTFD",	  [5] = "UNREGISTER_EVENTFD",
	[6] = "REGISTER_FILES_UPDATE",	  [7] = "REGISTER_EVENTFD_ASYNC",
	[8] = "REGISTER_PROBE",		  [9] = "REGISTER_PERSONALITY",
	[10] = "UNREGISTER_PERSONALITY",  [11] = "REGISTER_RESTRICTIONS",
	[12] = "REGISTER_ENABLE_RINGS",	  [13] = "REGISTER_FILES2",
	[14] = "REGISTER_FILES_UPDATE2",  [15] = "REGISTER_BUFFERS2",
	[16] = "REGISTER_BUFFERS_UPDATE", [17] = "REGISTER_IOWQ_AFF",
	[18] = "UNREGISTER_IOWQ_AFF",	  [19] = "REGISTER_IOWQ_MAX_WORKERS",
	[20] = "REGISTER_RING_FDS",	  [21] = "UNREGISTER_RING_FDS",
	[22] = "REGISTER_PBUF_RING",	  [23] = "UNREGISTER_PBUF_RING",
	[24] = "REGISTER_SYNC_CANCEL",	  [25] = "REGISTER_FILE_ALLOC_RANGE",
	[26] = "REGISTER_PBUF_STATUS",	  [27] = "REGISTER_NAPI",
	[28] = "UNREGISTER_NAPI",	  [29] = "REGISTER_CLOCK",
	[30] = "REGISTER_CLONE_BUFFERS",  [31] = "REGISTER_SEND_MSG_RING",
	[32] = "REGISTER_ZCRX_IFQ",	  [33] = "REGISTER_RESIZE_RINGS",
	[34] = "REGISTER_MEM_REGION",	  [35] = "REGISTER_QUERY",
	[36] = "REGISTER_ZCRX_CTRL",	  [37] = "REGISTER_BPF_FILTER",
};

const char *ev_register_name(uint32_t op)
{
	return op < EV_WORDS_REGISTER ? ev_words_register[op] : NULL;
}

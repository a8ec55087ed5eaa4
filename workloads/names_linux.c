/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * io_uring's words: operations by number (append-only, so an index will do), setup flags by bit.
 * Those that liburing 2.3 does not know yet are in kernel.h; the kernel says whether it takes them.
 * Flags that need more than a bit (ATTACH_WQ wants another ring's fd, NO_MMAP wants memory) have a
 * name for printing but cannot be asked for by --setup; workload `kinds` has them.
 */
#include "workloads/names.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <liburing.h>

#include "workloads/kernel.h"

static const char *const op_names[] = {
	"NOP",
	"READV",
	"WRITEV",
	"FSYNC",
	"READ_FIXED",
	"WRITE_FIXED",
	"POLL_ADD",
	"POLL_REMOVE",
	"SYNC_FILE_RANGE",
	"SENDMSG",
	"RECVMSG",
	"TIMEOUT",
	"TIMEOUT_REMOVE",
	"ACCEPT",
	"ASYNC_CANCEL",
	"LINK_TIMEOUT",
	"CONNECT",
	"FALLOCATE",
	"OPENAT",
	"CLOSE",
	"FILES_UPDATE",
	"STATX",
	"READ",
	"WRITE",
	"FADVISE",
	"MADVISE",
	"SEND",
	"RECV",
	"OPENAT2",
	"EPOLL_CTL",
	"SPLICE",
	"PROVIDE_BUFFERS",
	"REMOVE_BUFFERS",
	"TEE",
	"SHUTDOWN",
	"RENAMEAT",
	"UNLINKAT",
	"MKDIRAT",
	"SYMLINKAT",
	"LINKAT",
	"MSG_RING",
	"FSETXATTR",
	"SETXATTR",
	"FGETXATTR",
	"GETXATTR",
	"SOCKET",
	"URING_CMD",
	"SEND_ZC",
	"SENDMSG_ZC",
	"READ_MULTISHOT",
	"WAITID",
	"FUTEX_WAIT",
	"FUTEX_WAKE",
	"FUTEX_WAITV",
	"FIXED_FD_INSTALL",
	"FTRUNCATE",
	"BIND",
	"LISTEN",
	"RECV_ZC",
	"EPOLL_WAIT",
	"READV_FIXED",
	"WRITEV_FIXED",
	"PIPE",
	"NOP128",
	"URING_CMD128",
};

struct setup_flag {
	const char *name;
	uint32_t bit;
	bool askable;
};

static const struct setup_flag setup_flags[] = {
	{ "IOPOLL", IORING_SETUP_IOPOLL, true },
	{ "SQPOLL", IORING_SETUP_SQPOLL, false },
	{ "SQ_AFF", IORING_SETUP_SQ_AFF, false },
	{ "CQSIZE", IORING_SETUP_CQSIZE, false },
	{ "CLAMP", IORING_SETUP_CLAMP, true },
	{ "ATTACH_WQ", IORING_SETUP_ATTACH_WQ, false },
	{ "R_DISABLED", IORING_SETUP_R_DISABLED, true },
	{ "SUBMIT_ALL", IORING_SETUP_SUBMIT_ALL, true },
	{ "COOP_TASKRUN", IORING_SETUP_COOP_TASKRUN, true },
	{ "TASKRUN_FLAG", IORING_SETUP_TASKRUN_FLAG, true },
	{ "SQE128", IORING_SETUP_SQE128, true },
	{ "CQE32", IORING_SETUP_CQE32, true },
	{ "SINGLE_ISSUER", IORING_SETUP_SINGLE_ISSUER, true },
	{ "DEFER_TASKRUN", IORING_SETUP_DEFER_TASKRUN, true },
	{ "NO_MMAP", KERNEL_SETUP_NO_MMAP, false },
	{ "REGISTERED_FD_ONLY", KERNEL_SETUP_REGISTERED_FD_ONLY, false },
	{ "NO_SQARRAY", KERNEL_SETUP_NO_SQARRAY, true },
	{ "HYBRID_IOPOLL", KERNEL_SETUP_HYBRID_IOPOLL, true },
	{ "CQE_MIXED", KERNEL_SETUP_CQE_MIXED, true },
	{ "SQE_MIXED", KERNEL_SETUP_SQE_MIXED, true },
	{ "SQ_REWIND", KERNEL_SETUP_SQ_REWIND, false },
};
enum { SETUP_FLAGS = sizeof(setup_flags) / sizeof(setup_flags[0]) };

const char *load_op_name(uint8_t op)
{
	return op < sizeof(op_names) / sizeof(op_names[0]) ? op_names[op] : NULL;
}

bool load_op_moves_bytes(uint8_t op)
{
	switch (op) {
	case IORING_OP_READV:
	case IORING_OP_WRITEV:
	case IORING_OP_READ_FIXED:
	case IORING_OP_WRITE_FIXED:
	case IORING_OP_READ:
	case IORING_OP_WRITE:
	case IORING_OP_SEND:
	case IORING_OP_RECV:
	case IORING_OP_SENDMSG:
	case IORING_OP_RECVMSG:
	case IORING_OP_SEND_ZC:
	case IORING_OP_SENDMSG_ZC:
	case IORING_OP_SPLICE:
	case IORING_OP_TEE:
	case KERNEL_OP_READ_MULTISHOT:
	case KERNEL_OP_RECV_ZC:
	case KERNEL_OP_READV_FIXED:
	case KERNEL_OP_WRITEV_FIXED:
		return true;
	default:
		return false;
	}
}

const char *load_errno_name(int error)
{
	return strerrorname_np(error);
}

static const struct setup_flag *find_flag(const char *name, size_t length)
{
	for (int i = 0; i < SETUP_FLAGS; i++)
		if (setup_flags[i].askable && strlen(setup_flags[i].name) == length &&
		    !strncasecmp(setup_flags[i].name, name, length))
			return &setup_flags[i];
	return NULL;
}

int load_setup_parse(const char *text, uint32_t *ret_flags)
{
	uint32_t flags = 0;

	for (;;) {
		size_t length = strcspn(text, ",");
		const struct setup_flag *flag = find_flag(text, length);

		if (!flag)
			return -EINVAL;
		flags |= flag->bit;
		if (!text[length])
			break;
		text += length + 1;
	}
	*ret_flags = flags;
	return 0;
}

static void append(char *text, size_t text_bytes, char separator, const char *word)
{
	size_t used = strlen(text);

	snprintf(text + used, text_bytes - used, "%.*s%s", used ? 1 : 0, &separator, word);
}

const char *load_setup_text(uint32_t flags, char *text, size_t text_bytes)
{
	char number[16];

	text[0] = '\0';
	for (int i = 0; i < SETUP_FLAGS; i++) {
		if (flags & setup_flags[i].bit)
			append(text, text_bytes, ',', setup_flags[i].name);
		flags &= ~setup_flags[i].bit;
	}
	if (flags) {
		snprintf(number, sizeof(number), "0x%x", flags);
		append(text, text_bytes, ',', number);
	}
	if (!text[0])
		append(text, text_bytes, ',', "none");
	return text;
}

const char *load_setup_known(char *text, size_t text_bytes)
{
	text[0] = '\0';
	for (int i = 0; i < SETUP_FLAGS; i++)
		if (setup_flags[i].askable)
			append(text, text_bytes, ' ', setup_flags[i].name);
	return text;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The flags that operations take, by name. They are io_uring's and Linux's ABI, written down here
 * because a Linux trace is also read where those headers do not exist.
 */
#include "collector/operand_flags.h"

#include <stddef.h>

const struct ev_flag operand_rw_flags[] = {
	{ 1 << 0, "RWF_HIPRI" },  { 1 << 1, "RWF_DSYNC" },     { 1 << 2, "RWF_SYNC" },
	{ 1 << 3, "RWF_NOWAIT" }, { 1 << 4, "RWF_APPEND" },    { 1 << 5, "RWF_NOAPPEND" },
	{ 1 << 6, "RWF_ATOMIC" }, { 1 << 7, "RWF_DONTCACHE" }, { 0, NULL },
};
const struct ev_flag operand_fsync_flags[] = { { 1, "DATASYNC" }, { 0, NULL } };
const struct ev_flag operand_poll_flags[] = {
	{ 1, "POLLIN" },
	{ 2, "POLLPRI" },
	{ 4, "POLLOUT" },
	{ 8, "POLLERR" },
	{ 0x10, "POLLHUP" },
	{ 0x40, "POLLRDNORM" },
	{ 0x100, "POLLWRNORM" },
	{ 0x2000, "POLLRDHUP" },
	{ 1u << 28, "POLLEXCLUSIVE" },
	{ 1u << 31, "POLLET" },
	{ 0, NULL },
};
const struct ev_flag operand_message_flags[] = {
	{ 0x1, "MSG_OOB" },
	{ 0x2, "MSG_PEEK" },
	{ 0x20, "MSG_TRUNC" },
	{ 0x40, "MSG_DONTWAIT" },
	{ 0x80, "MSG_EOR" },
	{ 0x100, "MSG_WAITALL" },
	{ 0x800, "MSG_CONFIRM" },
	{ 0x2000, "MSG_ERRQUEUE" },
	{ 0x4000, "MSG_NOSIGNAL" },
	{ 0x8000, "MSG_MORE" },
	{ 0x4000000, "MSG_ZEROCOPY" },
	{ 0x20000000, "MSG_FASTOPEN" },
	{ 0x40000000, "MSG_CMSG_CLOEXEC" },
	{ 0, NULL },
};
const struct ev_flag operand_timeout_flags[] = {
	{ 1, "ABS" },	       { 2, "UPDATE" },		{ 4, "BOOTTIME" },   { 8, "REALTIME" },
	{ 16, "LINK_UPDATE" }, { 32, "ETIME_SUCCESS" }, { 64, "MULTISHOT" }, { 0, NULL },
};
const struct ev_flag operand_accept_flags[] = { { 0x800, "SOCK_NONBLOCK" },
						{ 0x80000, "SOCK_CLOEXEC" },
						{ 0, NULL } };
const struct ev_flag operand_cancel_flags[] = {
	{ 1, "ALL" },	    { 2, "FD" },  { 4, "ANY" }, { 8, "FD_FIXED" },
	{ 16, "USERDATA" }, { 32, "OP" }, { 0, NULL },
};
/* x86 and the generic ABI agree on these; O_DIRECT and its neighbours differ between machines and
 * are left as numbers. */
const struct ev_flag operand_open_flags[] = {
	{ 0x40, "O_CREAT" },
	{ 0x80, "O_EXCL" },
	{ 0x100, "O_NOCTTY" },
	{ 0x200, "O_TRUNC" },
	{ 0x400, "O_APPEND" },
	{ 0x800, "O_NONBLOCK" },
	{ 0x1000, "O_DSYNC" },
	{ 0x40000, "O_NOATIME" },
	{ 0x80000, "O_CLOEXEC" },
	{ 0x100000, "__O_SYNC" },
	{ 0x200000, "O_PATH" },
	{ 0x400000, "__O_TMPFILE" },
	{ 0, NULL },
};
const struct ev_flag operand_at_flags[] = {
	{ 0x100, "AT_SYMLINK_NOFOLLOW" }, { 0x200, "AT_REMOVEDIR" },
	{ 0x400, "AT_SYMLINK_FOLLOW" },	  { 0x800, "AT_NO_AUTOMOUNT" },
	{ 0x1000, "AT_EMPTY_PATH" },	  { 0x2000, "AT_STATX_FORCE_SYNC" },
	{ 0x4000, "AT_STATX_DONT_SYNC" }, { 0, NULL },
};
const struct ev_flag operand_nop_flags[] = {
	{ 1, "INJECT_RESULT" }, { 2, "FILE" },	 { 4, "FIXED_FILE" }, { 8, "FIXED_BUFFER" },
	{ 16, "TASK_WORK" },	{ 32, "CQE32" }, { 0, NULL },
};
const struct ev_flag operand_poll_update_flags[] = {
	{ 1, "MULTISHOT" }, { 2, "UPDATE_EVENTS" }, { 4, "UPDATE_USER_DATA" }, { 8, "LEVEL" },
	{ 0, NULL },
};
const struct ev_flag operand_sync_range_flags[] = {
	{ 1, "WAIT_BEFORE" },
	{ 2, "WRITE" },
	{ 4, "WAIT_AFTER" },
	{ 0, NULL },
};
const struct ev_flag operand_rename_flags[] = {
	{ 1, "NOREPLACE" },
	{ 2, "EXCHANGE" },
	{ 4, "WHITEOUT" },
	{ 0, NULL },
};
const struct ev_flag operand_message_ring_flags[] = { { 1, "CQE_SKIP" },
						      { 2, "FLAGS_PASS" },
						      { 0, NULL } };
const struct ev_flag operand_command_flags[] = { { 1, "FIXED" }, { 2, "MULTISHOT" }, { 0, NULL } };
const struct ev_flag operand_install_flags[] = { { 1, "NO_CLOEXEC" }, { 0, NULL } };
const struct ev_flag operand_xattr_flags[] = { { 1, "CREATE" }, { 2, "REPLACE" }, { 0, NULL } };
const struct ev_flag operand_pipe_flags[] = { { 0x800, "O_NONBLOCK" },
					      { 0x80000, "O_CLOEXEC" },
					      { 0, NULL } };
const struct ev_flag operand_futex_flags[] = { { 0x80, "PRIVATE" }, { 4, "NUMA" }, { 0, NULL } };

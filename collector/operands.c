/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Decodes the operands of one request. Which SQE fields mean something, and what, depends on the
 * operation: its shape (event/names.h) says it for most, a row of the table at the end for those
 * with flags or fields of their own. Constants are io_uring's and Linux's ABI, written down here
 * because a Linux trace is also read where those headers do not exist.
 *
 * Only what the record holds is printed. Of what the SQE points to, paths were copied (unless their
 * memory was not present); for the rest (iovecs, time specs) the pointer is shown instead.
 */
#include "collector/operands.h"

#include <inttypes.h>
#include <string.h>

#include "collector/operand_flags.h"
#include "event/names.h"

enum { FD_CWD = -100 };

/* A word for a number that stands for one of a few things. */
static void add_word(struct phrase *phrase, const char *const *words, size_t count, uint64_t value)
{
	if (value < count && words[value])
		phrase_add(phrase, "%s", words[value]);
	else
		phrase_add(phrase, "%" PRIu64, value);
}
#define ADD_WORD(phrase, words, value)                                                             \
	add_word(phrase, words, sizeof(words) / sizeof((words)[0]), value)
static const struct ev_flag splice_flags[] = {
	{ 1, "SPLICE_F_MOVE" }, { 2, "SPLICE_F_NONBLOCK" },	      { 4, "SPLICE_F_MORE" },
	{ 8, "SPLICE_F_GIFT" }, { 1u << 31, "SPLICE_F_FD_IN_FIXED" }, { 0, NULL },
};

static void add_fd(struct phrase *phrase, const struct ev_request *request, const char *file_name)
{
	if (request->op >= EV_WINDOWS_IRP_OTHER) { /* its handle is not told */
		phrase_add(phrase, "%s", file_name ? file_name : "?");
		return;
	}
	if (request->path & EV_PATH_FIXED_FILE)
		phrase_add(phrase, "fixed %" PRId32, request->fd);
	else if (request->fd == FD_CWD)
		phrase_add(phrase, "AT_FDCWD");
	else
		phrase_add(phrase, "%" PRId32, request->fd);
	if (file_name)
		phrase_add(phrase, "<%s>", file_name);
}

/* Registered buffer, or the group a buffer is picked from. */
static void add_buffer(struct phrase *phrase, const struct ev_request *request)
{
	enum { IOSQE_BUFFER_SELECT = 1 << 5 };

	if (request->sqe_flags & IOSQE_BUFFER_SELECT)
		phrase_add(phrase, ", group=%u", request->buffer);
	else if (request->path & EV_PATH_FIXED_BUFFER)
		phrase_add(phrase, ", buffer=%u", request->buffer);
}

static void add_offset(struct phrase *phrase, const struct ev_request *request)
{
	if (request->offset_bytes == UINT64_MAX)
		phrase_add(phrase, ", off=current");
	else
		phrase_add(phrase, ", off=%" PRIu64, request->offset_bytes);
}

static void add_flags(struct phrase *phrase, const struct ev_flag *table, uint32_t flags)
{
	char text[512];

	if (!flags)
		return;
	ev_flags_text(table, flags, text, sizeof(text));
	phrase_add(phrase, ", %s", text);
}

static void add_data(struct phrase *phrase, const struct ev_request *request, const char *file_name)
{
	add_fd(phrase, request, file_name);
	add_offset(phrase, request);
	phrase_add(phrase, ", len=%" PRIu32, request->length_bytes);
	add_buffer(phrase, request);
}

static void add_vector(struct phrase *phrase, const struct ev_request *request,
		       const char *file_name)
{
	add_fd(phrase, request, file_name);
	add_offset(phrase, request);
	phrase_add(phrase, ", vectors=%" PRIu32, request->length_bytes);
	add_buffer(phrase, request);
}

static void add_stream(struct phrase *phrase, const struct ev_request *request,
		       const char *file_name)
{
	add_fd(phrase, request, file_name);
	phrase_add(phrase, ", len=%" PRIu32, request->length_bytes);
	add_buffer(phrase, request);
}

static void add_message(struct phrase *phrase, const struct ev_request *request,
			const char *file_name)
{
	add_fd(phrase, request, file_name);
	phrase_add(phrase, ", msg=0x%" PRIx64, request->address);
	add_buffer(phrase, request);
}

static void add_path(struct phrase *phrase, const struct ev_request *request, const char *file_name)
{
	if (request->op >= EV_WINDOWS_IRP_OTHER) {
		add_fd(phrase, request, file_name);
		return;
	}
	add_fd(phrase, request, NULL);
	if (file_name)
		phrase_add(phrase, ", \"%s\"", file_name);
	else
		phrase_add(phrase, ", path=0x%" PRIx64, request->address);
}

static void add_target(struct phrase *phrase, const struct ev_request *request,
		       const char *file_name)
{
	(void)file_name;
	phrase_add(phrase, "user_data=0x%" PRIx64, request->address);
}

static void add_time(struct phrase *phrase, const struct ev_request *request, const char *file_name)
{
	(void)file_name;
	phrase_add(phrase, "timespec=0x%" PRIx64, request->address);
	if (request->offset_bytes)
		phrase_add(phrase, ", after=%" PRIu64, request->offset_bytes);
}

/* fallocate keeps its length in addr and its mode in len. */
static void add_fallocate(struct phrase *phrase, const struct ev_request *request,
			  const char *file_name)
{
	add_fd(phrase, request, file_name);
	add_offset(phrase, request);
	phrase_add(phrase, ", len=%" PRIu64 ", mode=0x%" PRIx32, request->address,
		   request->length_bytes);
}

static void add_open(struct phrase *phrase, const struct ev_request *request, const char *file_name)
{
	static const char *const access[] = { "O_RDONLY", "O_WRONLY", "O_RDWR", "3" };

	add_path(phrase, request, file_name);
	phrase_add(phrase, ", %s", access[request->op_flags & 3]);
	if (request->op_flags & ~UINT32_C(3)) {
		char text[512];

		ev_flags_text(operand_open_flags, request->op_flags & ~UINT32_C(3), text,
			      sizeof(text));
		phrase_add(phrase, "|%s", text);
	}
	if (request->length_bytes)
		phrase_add(phrase, ", mode=0%" PRIo32, request->length_bytes);
}

/* The range of a whole-file fsync is 0, 0. */
static void add_range(struct phrase *phrase, const struct ev_request *request,
		      const char *file_name)
{
	add_fd(phrase, request, file_name);
	if (!request->offset_bytes && !request->length_bytes)
		return;
	add_offset(phrase, request);
	phrase_add(phrase, ", len=%" PRIu32, request->length_bytes);
}

/* msg_ring: the other ring, the result it gets, the user_data it gets. */
static void add_ring(struct phrase *phrase, const struct ev_request *request, const char *file_name)
{
	add_fd(phrase, request, file_name);
	if (request->address == 1) /* IORING_MSG_SEND_FD */
		phrase_add(phrase, ", SEND_FD");
	else
		phrase_add(phrase, ", result=%" PRIu32, request->length_bytes);
	phrase_add(phrase, ", user_data=0x%" PRIx64, request->offset_bytes);
}

/* What a command means is its file's affair; those of sockets are the kernel's own. */
static void add_command(struct phrase *phrase, const struct ev_request *request,
			const char *file_name)
{
	static const char *const of_sockets[] = { "SIOCINQ",	"SIOCOUTQ",	"GETSOCKOPT",
						  "SETSOCKOPT", "TX_TIMESTAMP", "GETSOCKNAME" };
	uint32_t command = (uint32_t)request->offset_bytes;

	add_fd(phrase, request, file_name);
	if (file_name && !strncmp(file_name, "socket:", 7) &&
	    command < sizeof(of_sockets) / sizeof(of_sockets[0]))
		phrase_add(phrase, ", %s", of_sockets[command]);
	else
		phrase_add(phrase, ", cmd=0x%" PRIx32, command);
}

static void add_nop(struct phrase *phrase, const struct ev_request *request, const char *file_name)
{
	(void)file_name;
	if (request->op_flags & 1) /* IORING_NOP_INJECT_RESULT */
		phrase_add(phrase, "result=%" PRId32, (int32_t)request->length_bytes);
}

static void add_poll(struct phrase *phrase, const struct ev_request *request, const char *file_name)
{
	add_fd(phrase, request, file_name);
	add_flags(phrase, operand_poll_update_flags, request->length_bytes);
}

/* Also changes a poll that is armed: its events, its user_data. */
static void add_poll_change(struct phrase *phrase, const struct ev_request *request,
			    const char *file_name)
{
	add_target(phrase, request, file_name);
	add_flags(phrase, operand_poll_update_flags, request->length_bytes);
	if (request->length_bytes & 4)
		phrase_add(phrase, ", now=0x%" PRIx64, request->offset_bytes);
}

static void add_socket(struct phrase *phrase, const struct ev_request *request,
		       const char *file_name)
{
	static const char *const domains[] = { [1] = "AF_UNIX",
					       [2] = "AF_INET",
					       [10] = "AF_INET6",
					       [16] = "AF_NETLINK",
					       [17] = "AF_PACKET" };
	static const char *const types[] = {
		[1] = "SOCK_STREAM", [2] = "SOCK_DGRAM", [3] = "SOCK_RAW", [5] = "SOCK_SEQPACKET"
	};

	(void)file_name;
	ADD_WORD(phrase, domains, (uint32_t)request->fd);
	phrase_add(phrase, ", ");
	ADD_WORD(phrase, types, request->offset_bytes & 0xf);
	if (request->offset_bytes & 0x800)
		phrase_add(phrase, "|SOCK_NONBLOCK");
	if (request->offset_bytes & 0x80000)
		phrase_add(phrase, "|SOCK_CLOEXEC");
	phrase_add(phrase, ", %" PRIu32, request->length_bytes);
}

/* connect and bind: the address lies in the application's memory. */
static void add_address(struct phrase *phrase, const struct ev_request *request,
			const char *file_name)
{
	add_fd(phrase, request, file_name);
	phrase_add(phrase, ", addr=0x%" PRIx64 ", len=%" PRIu64, request->address,
		   request->offset_bytes);
}

static void add_listen(struct phrase *phrase, const struct ev_request *request,
		       const char *file_name)
{
	add_fd(phrase, request, file_name);
	phrase_add(phrase, ", backlog=%" PRIu32, request->length_bytes);
}

static void add_shutdown(struct phrase *phrase, const struct ev_request *request,
			 const char *file_name)
{
	static const char *const how[] = { "SHUT_RD", "SHUT_WR", "SHUT_RDWR" };

	add_fd(phrase, request, file_name);
	phrase_add(phrase, ", ");
	ADD_WORD(phrase, how, request->length_bytes);
}

static void add_epoll_ctl(struct phrase *phrase, const struct ev_request *request,
			  const char *file_name)
{
	static const char *const what[] = { [1] = "ADD", [2] = "DEL", [3] = "MOD" };

	add_fd(phrase, request, file_name);
	phrase_add(phrase, ", ");
	ADD_WORD(phrase, what, request->length_bytes);
	phrase_add(phrase, ", %" PRId32, (int32_t)request->offset_bytes);
}

static void add_epoll_wait(struct phrase *phrase, const struct ev_request *request,
			   const char *file_name)
{
	add_fd(phrase, request, file_name);
	phrase_add(phrase, ", events=%" PRIu32, request->length_bytes);
}

static void add_fadvise(struct phrase *phrase, const struct ev_request *request,
			const char *file_name)
{
	static const char *const advice[] = { "NORMAL",	  "RANDOM",   "SEQUENTIAL",
					      "WILLNEED", "DONTNEED", "NOREUSE" };

	add_fd(phrase, request, file_name);
	add_offset(phrase, request);
	phrase_add(phrase, ", len=%" PRIu32 ", ", request->length_bytes);
	ADD_WORD(phrase, advice, request->op_flags);
}

static void add_madvise(struct phrase *phrase, const struct ev_request *request,
			const char *file_name)
{
	static const char *const advice[] = {
		[0] = "NORMAL",		[1] = "RANDOM",		 [2] = "SEQUENTIAL",
		[3] = "WILLNEED",	[4] = "DONTNEED",	 [8] = "FREE",
		[9] = "REMOVE",		[14] = "HUGEPAGE",	 [15] = "NOHUGEPAGE",
		[16] = "DONTDUMP",	[20] = "COLD",		 [21] = "PAGEOUT",
		[22] = "POPULATE_READ", [23] = "POPULATE_WRITE", [25] = "COLLAPSE",
	};

	(void)file_name;
	phrase_add(phrase, "addr=0x%" PRIx64 ", len=%" PRIu32 ", ", request->address,
		   request->length_bytes);
	ADD_WORD(phrase, advice, request->op_flags);
}

/* splice and tee: out of what is not in the record (SQE.splice_fd_in). */
static void add_splice(struct phrase *phrase, const struct ev_request *request,
		       const char *file_name)
{
	phrase_add(phrase, "to ");
	add_fd(phrase, request, file_name);
	phrase_add(phrase, ", len=%" PRIu32, request->length_bytes);
}

static void add_provide(struct phrase *phrase, const struct ev_request *request,
			const char *file_name)
{
	(void)file_name;
	phrase_add(phrase, "group=%u, buffers=%" PRId32, request->buffer, request->fd);
	if (request->op == 31) /* PROVIDE_BUFFERS */
		phrase_add(phrase, ", first=%" PRIu64 ", len=%" PRIu32, request->offset_bytes,
			   request->length_bytes);
}

static void add_files_update(struct phrase *phrase, const struct ev_request *request,
			     const char *file_name)
{
	(void)file_name;
	phrase_add(phrase, "files=%" PRIu32 ", from=%" PRId32, request->length_bytes,
		   (int32_t)request->offset_bytes);
}

/* rename and link: the second path is in the application's memory. */
static void add_two_paths(struct phrase *phrase, const struct ev_request *request,
			  const char *file_name)
{
	add_path(phrase, request, file_name);
	if ((int32_t)request->length_bytes == FD_CWD)
		phrase_add(phrase, ", AT_FDCWD");
	else
		phrase_add(phrase, ", %" PRId32, (int32_t)request->length_bytes);
	phrase_add(phrase, ", path=0x%" PRIx64, request->offset_bytes);
}

static void add_mkdir(struct phrase *phrase, const struct ev_request *request,
		      const char *file_name)
{
	add_path(phrase, request, file_name);
	phrase_add(phrase, ", mode=0%" PRIo32, request->length_bytes);
}

static void add_symlink(struct phrase *phrase, const struct ev_request *request,
			const char *file_name)
{
	add_path(phrase, request, file_name);
	phrase_add(phrase, ", path=0x%" PRIx64, request->offset_bytes);
}

/* Of the ones without an fd the path is in SQE.addr3, which is not recorded. */
static void add_xattr(struct phrase *phrase, const struct ev_request *request,
		      const char *file_name)
{
	if (request->op == 41 || request->op == 43) {
		add_fd(phrase, request, file_name);
		phrase_add(phrase, ", ");
	}
	phrase_add(phrase, "name=0x%" PRIx64 ", len=%" PRIu32, request->address,
		   request->length_bytes);
}

static void add_waitid(struct phrase *phrase, const struct ev_request *request,
		       const char *file_name)
{
	static const char *const which[] = { "P_ALL", "P_PID", "P_PGID", "P_PIDFD" };

	(void)file_name;
	ADD_WORD(phrase, which, request->length_bytes);
	phrase_add(phrase, ", %" PRId32, request->fd);
}

static void add_futex(struct phrase *phrase, const struct ev_request *request,
		      const char *file_name)
{
	(void)file_name;
	phrase_add(phrase, "addr=0x%" PRIx64, request->address);
	if (request->op == 53) { /* FUTEX_WAITV */
		phrase_add(phrase, ", futexes=%" PRIu32, request->length_bytes);
		return;
	}
	phrase_add(phrase, ", %s=%" PRIu64, request->op == 52 ? "count" : "value",
		   request->offset_bytes);
	add_flags(phrase, operand_futex_flags, (uint32_t)request->fd & ~UINT32_C(3));
}

static void add_length(struct phrase *phrase, const struct ev_request *request,
		       const char *file_name)
{
	add_fd(phrase, request, file_name);
	phrase_add(phrase, ", len=%" PRIu64, request->offset_bytes);
}

static void add_pipe(struct phrase *phrase, const struct ev_request *request, const char *file_name)
{
	(void)file_name;
	phrase_add(phrase, "fds=0x%" PRIx64, request->address);
}

typedef void (*add_fn)(struct phrase *, const struct ev_request *, const char *);

static const add_fn by_shape[] = {
	[EV_OP_DATA] = add_data,     [EV_OP_STREAM] = add_stream, [EV_OP_PATH] = add_path,
	[EV_OP_FD] = add_fd,	     [EV_OP_RANGE] = add_range,	  [EV_OP_TIME] = add_time,
	[EV_OP_TARGET] = add_target, [EV_OP_VECTOR] = add_vector, [EV_OP_MESSAGE] = add_message,
};

/* Operations with flags (SQE.operand_rw_flags and its aliases) or with operands unlike their shape. */
static const struct own {
	const struct ev_flag *flags;
	add_fn add; /* NULL: by shape */
} own_by_op[] = {
	[0] = { operand_nop_flags, add_nop },
	[1] = { operand_rw_flags, NULL },		 /* READV */
	[2] = { operand_rw_flags, NULL },		 /* WRITEV */
	[3] = { operand_fsync_flags, NULL },		 /* FSYNC */
	[4] = { operand_rw_flags, NULL },		 /* READ_FIXED */
	[5] = { operand_rw_flags, NULL },		 /* WRITE_FIXED */
	[6] = { operand_poll_flags, add_poll },		 /* POLL_ADD */
	[7] = { operand_poll_flags, add_poll_change },	 /* POLL_REMOVE */
	[8] = { operand_sync_range_flags, NULL },	 /* SYNC_FILE_RANGE */
	[9] = { operand_message_flags, NULL },		 /* SENDMSG */
	[10] = { operand_message_flags, NULL },		 /* RECVMSG */
	[11] = { operand_timeout_flags, NULL },		 /* TIMEOUT */
	[12] = { operand_timeout_flags, NULL },		 /* TIMEOUT_REMOVE */
	[13] = { operand_accept_flags, NULL },		 /* ACCEPT */
	[14] = { operand_cancel_flags, NULL },		 /* ASYNC_CANCEL */
	[15] = { operand_timeout_flags, NULL },		 /* LINK_TIMEOUT */
	[16] = { NULL, add_address },			 /* CONNECT */
	[17] = { NULL, add_fallocate },			 /* FALLOCATE */
	[18] = { NULL, add_open },			 /* OPENAT */
	[20] = { NULL, add_files_update },		 /* FILES_UPDATE */
	[21] = { operand_at_flags, NULL },		 /* STATX */
	[22] = { operand_rw_flags, NULL },		 /* READ */
	[23] = { operand_rw_flags, NULL },		 /* WRITE */
	[24] = { NULL, add_fadvise },			 /* FADVISE */
	[25] = { NULL, add_madvise },			 /* MADVISE */
	[26] = { operand_message_flags, NULL },		 /* SEND */
	[27] = { operand_message_flags, NULL },		 /* RECV */
	[29] = { NULL, add_epoll_ctl },			 /* EPOLL_CTL */
	[30] = { splice_flags, add_splice },		 /* SPLICE */
	[31] = { NULL, add_provide },			 /* PROVIDE_BUFFERS */
	[32] = { NULL, add_provide },			 /* REMOVE_BUFFERS */
	[33] = { splice_flags, add_splice },		 /* TEE */
	[34] = { NULL, add_shutdown },			 /* SHUTDOWN */
	[35] = { operand_rename_flags, add_two_paths },	 /* RENAMEAT */
	[36] = { operand_at_flags, NULL },		 /* UNLINKAT */
	[37] = { NULL, add_mkdir },			 /* MKDIRAT */
	[38] = { NULL, add_symlink },			 /* SYMLINKAT */
	[39] = { operand_at_flags, add_two_paths },	 /* LINKAT */
	[40] = { operand_message_ring_flags, add_ring }, /* MSG_RING */
	[41] = { operand_xattr_flags, add_xattr },	 /* FSETXATTR */
	[42] = { operand_xattr_flags, add_xattr },	 /* SETXATTR */
	[43] = { NULL, add_xattr },			 /* FGETXATTR */
	[44] = { NULL, add_xattr },			 /* GETXATTR */
	[45] = { NULL, add_socket },			 /* SOCKET */
	[46] = { operand_command_flags, add_command },	 /* URING_CMD */
	[47] = { operand_message_flags, NULL },		 /* SEND_ZC */
	[48] = { operand_message_flags, NULL },		 /* SENDMSG_ZC */
	[49] = { operand_rw_flags, NULL },		 /* READ_MULTISHOT */
	[50] = { NULL, add_waitid },			 /* WAITID */
	[51] = { NULL, add_futex },			 /* FUTEX_WAIT */
	[52] = { NULL, add_futex },			 /* FUTEX_WAKE */
	[53] = { NULL, add_futex },			 /* FUTEX_WAITV */
	[54] = { operand_install_flags, NULL },		 /* FIXED_FD_INSTALL */
	[55] = { NULL, add_length },			 /* FTRUNCATE */
	[56] = { NULL, add_address },			 /* BIND */
	[57] = { NULL, add_listen },			 /* LISTEN */
	[59] = { NULL, add_epoll_wait },		 /* EPOLL_WAIT */
	[60] = { operand_rw_flags, NULL },		 /* READV_FIXED */
	[61] = { operand_rw_flags, NULL },		 /* WRITEV_FIXED */
	[62] = { operand_pipe_flags, add_pipe },	 /* PIPE */
	[63] = { operand_nop_flags, add_nop },		 /* NOP128 */
	[64] = { operand_command_flags, add_command },	 /* URING_CMD128 */
};

void operands_add(struct phrase *phrase, uint8_t queue_type, const struct ev_request *request,
		  const char *file_name)
{
	enum ev_op_shape shape = ev_op_shape(queue_type, request->op);
	add_fn add =
		(size_t)shape < sizeof(by_shape) / sizeof(by_shape[0]) ? by_shape[shape] : NULL;
	const struct ev_flag *flags = NULL;

	if (queue_type == EV_QUEUE_IO_URING &&
	    request->op < sizeof(own_by_op) / sizeof(own_by_op[0])) {
		flags = own_by_op[request->op].flags;
		if (own_by_op[request->op].add)
			add = own_by_op[request->op].add;
	}
	if (add)
		add(phrase, request, file_name);
	if (flags)
		add_flags(phrase, flags, request->op_flags);
}

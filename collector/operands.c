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

#include "event/names.h"

enum { FD_CWD = -100 };

static const struct ev_flag rw_flags[] = {
	{ 1 << 0, "RWF_HIPRI" },  { 1 << 1, "RWF_DSYNC" },     { 1 << 2, "RWF_SYNC" },
	{ 1 << 3, "RWF_NOWAIT" }, { 1 << 4, "RWF_APPEND" },    { 1 << 5, "RWF_NOAPPEND" },
	{ 1 << 6, "RWF_ATOMIC" }, { 1 << 7, "RWF_DONTCACHE" }, { 0, NULL },
};
static const struct ev_flag fsync_flags[] = { { 1, "DATASYNC" }, { 0, NULL } };
static const struct ev_flag poll_flags[] = {
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
static const struct ev_flag message_flags[] = {
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
static const struct ev_flag timeout_flags[] = {
	{ 1, "ABS" },	       { 2, "UPDATE" },		{ 4, "BOOTTIME" },   { 8, "REALTIME" },
	{ 16, "LINK_UPDATE" }, { 32, "ETIME_SUCCESS" }, { 64, "MULTISHOT" }, { 0, NULL },
};
static const struct ev_flag accept_flags[] = { { 0x800, "SOCK_NONBLOCK" },
					       { 0x80000, "SOCK_CLOEXEC" },
					       { 0, NULL } };
static const struct ev_flag cancel_flags[] = {
	{ 1, "ALL" },	    { 2, "FD" },  { 4, "ANY" }, { 8, "FD_FIXED" },
	{ 16, "USERDATA" }, { 32, "OP" }, { 0, NULL },
};
/* x86 and the generic ABI agree on these; O_DIRECT and its neighbours differ between machines and
 * are left as numbers. */
static const struct ev_flag open_flags[] = {
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
static const struct ev_flag at_flags[] = {
	{ 0x100, "AT_SYMLINK_NOFOLLOW" }, { 0x200, "AT_REMOVEDIR" },
	{ 0x400, "AT_SYMLINK_FOLLOW" },	  { 0x800, "AT_NO_AUTOMOUNT" },
	{ 0x1000, "AT_EMPTY_PATH" },	  { 0, NULL },
};
static const struct ev_flag splice_flags[] = {
	{ 1, "SPLICE_F_MOVE" }, { 2, "SPLICE_F_NONBLOCK" },	      { 4, "SPLICE_F_MORE" },
	{ 8, "SPLICE_F_GIFT" }, { 1u << 31, "SPLICE_F_FD_IN_FIXED" }, { 0, NULL },
};

static void add_fd(struct phrase *phrase, const struct ev_request *request, const char *file_name)
{
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

		ev_flags_text(open_flags, request->op_flags & ~UINT32_C(3), text, sizeof(text));
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
	phrase_add(phrase, ", result=%" PRIu32 ", user_data=0x%" PRIx64, request->length_bytes,
		   request->offset_bytes);
}

static void add_command(struct phrase *phrase, const struct ev_request *request,
			const char *file_name)
{
	add_fd(phrase, request, file_name);
	phrase_add(phrase, ", cmd=0x%" PRIx32, (uint32_t)request->offset_bytes);
}

typedef void (*add_fn)(struct phrase *, const struct ev_request *, const char *);

static const add_fn by_shape[] = {
	[EV_OP_DATA] = add_data,     [EV_OP_STREAM] = add_stream, [EV_OP_PATH] = add_path,
	[EV_OP_FD] = add_fd,	     [EV_OP_RANGE] = add_range,	  [EV_OP_TIME] = add_time,
	[EV_OP_TARGET] = add_target, [EV_OP_VECTOR] = add_vector, [EV_OP_MESSAGE] = add_message,
};

/* Operations with flags (SQE.rw_flags and its aliases) or with operands unlike their shape. */
static const struct own {
	const struct ev_flag *flags;
	add_fn add; /* NULL: by shape */
} own_by_op[] = {
	[1] = { rw_flags, NULL },	/* READV */
	[2] = { rw_flags, NULL },	/* WRITEV */
	[3] = { fsync_flags, NULL },	/* FSYNC */
	[4] = { rw_flags, NULL },	/* READ_FIXED */
	[5] = { rw_flags, NULL },	/* WRITE_FIXED */
	[6] = { poll_flags, add_fd },	/* POLL_ADD */
	[9] = { message_flags, NULL },	/* SENDMSG */
	[10] = { message_flags, NULL }, /* RECVMSG */
	[11] = { timeout_flags, NULL }, /* TIMEOUT */
	[12] = { timeout_flags, NULL }, /* TIMEOUT_REMOVE */
	[13] = { accept_flags, NULL },	/* ACCEPT */
	[14] = { cancel_flags, NULL },	/* ASYNC_CANCEL */
	[15] = { timeout_flags, NULL }, /* LINK_TIMEOUT */
	[17] = { NULL, add_fallocate }, /* FALLOCATE */
	[18] = { NULL, add_open },	/* OPENAT */
	[21] = { at_flags, NULL },	/* STATX */
	[22] = { rw_flags, NULL },	/* READ */
	[23] = { rw_flags, NULL },	/* WRITE */
	[26] = { message_flags, NULL }, /* SEND */
	[27] = { message_flags, NULL }, /* RECV */
	[30] = { splice_flags, NULL },	/* SPLICE */
	[33] = { splice_flags, NULL },	/* TEE */
	[36] = { at_flags, NULL },	/* UNLINKAT */
	[40] = { NULL, add_ring },	/* MSG_RING */
	[46] = { NULL, add_command },	/* URING_CMD */
	[47] = { message_flags, NULL }, /* SEND_ZC */
	[48] = { message_flags, NULL }, /* SENDMSG_ZC */
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

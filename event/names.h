/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef EVENT_NAMES_H
#define EVENT_NAMES_H
/*
 * Words for numbers: operations, flags, errors, losses. Independent of the system it runs on, so
 * that a Linux trace reads the same on Windows.
 */
#include <stddef.h>
#include <stdint.h>

#include "event/record.h"

/* "READ", "SEND_ZC"; NULL for a number without a name. Source: uapi linux/io_uring.h up to 7.3. */
const char *ev_op_name(uint8_t queue_type, uint16_t op);
/* Case-insensitive; negative when there is none. */
int ev_op_by_name(uint8_t queue_type, const char *name);

/* What an operation's operands mean, for printing and for counting bytes. */
enum ev_op_shape {
	EV_OP_PLAIN = 0,   /* no operands worth showing */
	EV_OP_DATA = 1,	   /* fd, offset, length; result is bytes */
	EV_OP_STREAM = 2,  /* fd, length; result is bytes (sockets) */
	EV_OP_PATH = 3,	   /* a directory fd and a path */
	EV_OP_FD = 4,	   /* fd only */
	EV_OP_RANGE = 5,   /* fd, offset, length; result is a status (fsync, fallocate, fadvise) */
	EV_OP_TIME = 6,	   /* timeouts */
	EV_OP_TARGET = 7,  /* acts on another request (cancel, poll remove) */
	EV_OP_VECTOR = 8,  /* fd, offset, vector count in length; result is bytes */
	EV_OP_MESSAGE = 9, /* fd, struct msghdr; result is bytes */
};
enum ev_op_shape ev_op_shape(uint8_t queue_type, uint16_t op);
/* True when a non-negative result counts bytes moved. */
int ev_op_moves_bytes(uint8_t queue_type, uint16_t op);

/* True when it may stand where it was submitted for as long as someone else wants (timeouts have a
 * shape of their own). Of Windows' operations any may: reads of sockets and directories do. */
int ev_op_waits(uint8_t queue_type, uint16_t op);

/* "REGISTER_FILES"; NULL for a number without a name. */
const char *ev_register_name(uint32_t op);

/* "ENOENT" for a Linux errno (positive); NULL when unknown. */
const char *ev_errno_name(int error);

/* What a device said: "unrecovered read error (media, not to be retried)", "success", or the number
 * where it has no word. `type`: enum ev_status; 0: only the number is known. Returns `text`. */
enum { EV_STATUS_TEXT_BYTES = 96 };
const char *ev_status_text(char text[EV_STATUS_TEXT_BYTES], uint8_t type, uint32_t status);

/* A table of flags; ends with {0, NULL}. */
struct ev_flag {
	uint32_t bit;
	const char *name;
};
extern const struct ev_flag ev_resource_flags[]; /* QUEUE_STATE.resources */
extern const struct ev_flag ev_setup_flags[];	 /* IORING_SETUP_*, without the prefix */
extern const struct ev_flag ev_sqe_flags[];	 /* IOSQE_* */
extern const struct ev_flag ev_cqe_flags[];	 /* IORING_CQE_F_* */
extern const struct ev_flag ev_path_flags[];	 /* enum ev_path, in words */
/* Writes set bits as "A|B|0x…" (empty string for 0); returns what snprintf would. */
int ev_flags_text(const struct ev_flag *table, uint32_t flags, char *text, size_t text_bytes);

/* "worker-queued" */
const char *ev_stage_name(uint8_t stage);
/* The same in one short word, for where many stand in a line: "queue". */
const char *ev_stage_word(uint8_t stage);
/* What a request does there: "waits for an io-wq worker". */
const char *ev_stage_what(uint8_t stage);
/* "read", "flush"; "other" for a number without a name. */
const char *ev_command_name(uint8_t op);
/* "write-back", of enum ev_unlinked; NULL when there is no such kind. */
const char *ev_unlinked_name(uint8_t kind);
/* "controller"; NULL: not known. */
const char *ev_device_type_name(uint8_t type);
/* "poll"; NULL: not known. */
const char *ev_device_queue_name(uint8_t type);
/* "reset"; NULL when there is no such type. */
const char *ev_device_event_name(uint8_t type);
/* "very-low", enum ev_io_priority; NULL: not told, or a number without a name. */
const char *ev_io_priority_name(uint8_t priority);
/* "identify", of an opcode of NVMe's admin commands; NULL for a number without a name. */
const char *ev_admin_name(uint8_t opcode);
/* "zone append", of an opcode of NVMe's I/O commands; NULL for a number without a name. */
const char *ev_nvm_name(uint8_t opcode);
/* "notice, namespaces changed (log page 0x04)", of an NVMe asynchronous event's result dword. Returns
 * `text`. */
const char *ev_async_text(char text[EV_STATUS_TEXT_BYTES], uint32_t result);
/* "nvme" */
const char *ev_driver_name(uint8_t driver);
/* What an application's queue is called on a system: "ring", on Windows "queue". */
const char *ev_queue_word(uint8_t os);
/* What kind of queue it is: "completion port". Those of Windows are of more than one. */
const char *ev_queue_kind(uint8_t type);
/* Does the system tell which road (enum ev_path) the requests of such a queue took? Windows does
 * not: that no road is set then says nothing. */
int ev_queue_tells_roads(uint8_t type);
/* "io_uring" */
const char *ev_queue_type_name(uint8_t type);
/* "command-missed"; NULL: unknown. */
const char *ev_loss_name(uint32_t loss);
/* Where it was lost, why, and what the user can do; empty strings for an unknown loss. */
const char *ev_loss_where(uint32_t loss);
const char *ev_loss_why(uint32_t loss);
const char *ev_loss_advice(uint32_t loss);

#endif

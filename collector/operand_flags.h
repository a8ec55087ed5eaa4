/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef COLLECTOR_OPERAND_FLAGS_H
#define COLLECTOR_OPERAND_FLAGS_H
/* Flags of operations, by name; which operation takes which is in collector/operands.c. */
#include "event/names.h"

extern const struct ev_flag operand_rw_flags[];
extern const struct ev_flag operand_fsync_flags[];
extern const struct ev_flag operand_poll_flags[];
extern const struct ev_flag operand_message_flags[];
extern const struct ev_flag operand_timeout_flags[];
extern const struct ev_flag operand_accept_flags[];
extern const struct ev_flag operand_cancel_flags[];
extern const struct ev_flag operand_open_flags[];
extern const struct ev_flag operand_at_flags[];
extern const struct ev_flag operand_nop_flags[];
extern const struct ev_flag operand_poll_update_flags[];
extern const struct ev_flag operand_sync_range_flags[];
extern const struct ev_flag operand_rename_flags[];
extern const struct ev_flag operand_message_ring_flags[];
extern const struct ev_flag operand_command_flags[];
extern const struct ev_flag operand_install_flags[];
extern const struct ev_flag operand_xattr_flags[];
extern const struct ev_flag operand_pipe_flags[];
extern const struct ev_flag operand_futex_flags[];

#endif

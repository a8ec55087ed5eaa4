/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef EVENT_WORDS_H
#define EVENT_WORDS_H
/*
 * The words behind event/names.h and behind the enumerations of event/kinds.c: arrays by value,
 * NULL where a value has no word. Their sizes are declared here so that a table can take both the
 * array and its length as constants. Only event/ includes this.
 */
#include <stddef.h>
#include <stdint.h>

#include "event/record.h"

enum {
	EV_WORDS_OP = EV_WINDOWS_IORING_WRITE_GATHER + 1,
	EV_WORDS_REGISTER = 38,
	EV_WORDS_LOSS = EV_LOSS_LAST + 1,
};

extern const char *const ev_words_os[EV_OS_WINDOWS + 1];
extern const char *const ev_words_mode[EV_MODE_FULL + 1];
extern const char *const ev_words_queue_type[EV_QUEUE_DIRECT + 1];
extern const char *const ev_words_file_type[EV_FILE_ANON + 1];
extern const char *const ev_words_end[EV_END_VANISHED + 1];
extern const char *const ev_words_stage[EV_STAGE_COUNT];
extern const char *const ev_words_completion[EV_COMPLETION_FORGOTTEN + 1];
extern const char *const ev_words_driver[EV_DRIVER_SCSI + 1];
extern const char *const ev_words_command[EV_COMMAND_OTHER + 1];
extern const char *const ev_words_device_type[EV_DEVICE_CONTROLLER + 1];
extern const char *const ev_words_device_queue[EV_DEVICE_QUEUE_ADMIN + 1];
extern const char *const ev_words_device_name[EV_DEVICE_NAME_TYPES];
extern const char *const ev_words_device_event[EV_DEVICE_EVENT_GONE + 1];
extern const char *const ev_words_status[EV_STATUS_NT + 1];
extern const char *const ev_words_loss[EV_WORDS_LOSS];
extern const char *const ev_words_op[EV_WORDS_OP]; /* io_uring below 256, Windows from 256 on */
extern const char *const ev_words_register[EV_WORDS_REGISTER]; /* IORING_REGISTER_* */

#endif

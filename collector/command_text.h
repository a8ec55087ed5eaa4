/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef COLLECTOR_COMMAND_TEXT_H
#define COLLECTOR_COMMAND_TEXT_H
/*
 * Devices and their commands in words:
 *
 *     nvme0n1 queue 3 read(off=8192, len=4096, id=12) = 0 <8.60us: block 0.40 device 8.20>, depth 2
 */
#include "collector/phrase.h"
#include "event/names.h"
#include "event/record.h"
#include "model/model.h"

/* "nvme0n1", or "device 259:0" for one that nobody introduced. Returns `name`. The second: of who has
 * the number now. */
enum { DEVICE_NAME_BYTES = 256 };
const char *device_own_name_text(char name[DEVICE_NAME_BYTES], const struct model_device *device);
const char *device_name_text(char name[DEVICE_NAME_BYTES], const struct model *model,
			     uint32_t device);
void command_text_add(struct phrase *phrase, const struct model *model,
		      const struct ev_command *command, int colour);
/* For whom it was issued: "; for fio[4242] ring:5", or that nobody is known. */
void command_text_add_owner(struct phrase *phrase, const struct model *model,
			    const struct ev_command *command);
#endif

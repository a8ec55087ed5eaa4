/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_SCSI_BPF_H
#define BPF_SCSI_BPF_H
/*
 * SCSI: the one thing that its middle layer tells and the block layer does not, that a command took
 * longer than it may. It is aborted then, and tried again: the command goes on.
 */
#include "bpf/device.bpf.h"

/* scsi_times_out(). The driver's part of a command, a scsi_cmnd, follows the block request. */
SEC("raw_tp/scsi_dispatch_cmd_timeout")
int on_scsi_timeout(struct raw_args *raw)
{
	uint64_t address = raw->args[0] - bpf_core_type_size(struct request);
	const struct open_command *command = command_find(address);

	if (command)
		device_event(command->device, EV_DEVICE_EVENT_TIMEOUT, command->hw_queue,
			     command_id(command));
	return 0;
}

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WINDOWS_ETW_HOST_H
#define WINDOWS_ETW_HOST_H
/* This Windows and this user (Windows only), and the calls of its event tracing. */
#include "windows-etw/etw_api.h"

void etw_host_read(struct etw_host *ret_host);
/* One session at a time. It is stopped however the process ends, but by TerminateProcess. */
const struct etw_api *etw_api_windows(void);

#endif

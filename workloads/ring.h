/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WORKLOADS_RING_H
#define WORKLOADS_RING_H
/*
 * A queue of this system with its books: io_uring on Linux; on Windows whatever --via names. Both
 * have the same functions, so the pump and the workloads on files are written once. The one place
 * in the room where the preprocessor chooses: on Linux those functions are inline, for speed.
 */
#ifdef _WIN32
#include "workloads/ring_windows.h"
#else
#include "workloads/ring_linux.h"
#endif

#endif

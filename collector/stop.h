/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef COLLECTOR_STOP_H
#define COLLECTOR_STOP_H
/*
 * Ctrl-C, SIGTERM and SIGHUP ask to stop in order; a second one ends the program at once.
 * One per process, because signals are.
 */
#include "event/error.h"

int stop_init(struct ev_error *why);
/* The signal that asked; 0: none yet. */
int stop_signal(void);
/* Readable as soon as a stop was asked for, so that any poll can watch it. */
int stop_fd(void);

#endif

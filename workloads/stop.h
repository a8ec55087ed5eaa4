/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WORKLOADS_STOP_H
#define WORKLOADS_STOP_H
/*
 * Being asked to stop. The first request (SIGINT, SIGTERM; Windows: Ctrl-C) ends the work in order:
 * nothing new is submitted, what is in flight is awaited, the truth is printed. The second one
 * gives up waiting: what is still in flight is then printed as open.
 */
#include <stdbool.h>

/* From now on signals are requests to stop, and a closed pipe is an error of the write. */
void load_stop_listen(void);

bool load_stop_asked(void);
bool load_stop_insisted(void);

/* Stops from within: another thread failed, nobody should wait for it. */
void load_stop_insist(void);

#endif

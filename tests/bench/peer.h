/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef TESTS_BENCH_PEER_H
#define TESTS_BENCH_PEER_H
/*
 * Another tool, run as a child on the CPU that is not measured while the load runs.
 */
#include "event/error.h"

struct peer;

/* `command`: words up to NULL; "%s" in one of them becomes `submit_event`. -ENOENT: the tool is not
 * installed. */
int peer_new(struct peer **ret_peer, const char *const *command, const char *submit_event,
	     struct ev_error *why);
void peer_free(struct peer *peer);
/* Returns when it has had time to attach. */
int peer_start(struct peer *peer, struct ev_error *why);
/* Asks it to end as Ctrl-C would, and waits. */
int peer_stop(struct peer *peer, struct ev_error *why);

#endif

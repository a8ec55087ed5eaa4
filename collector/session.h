/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef COLLECTOR_SESSION_H
#define COLLECTOR_SESSION_H
/* The first and the last event of a live stream: who recorded, where, on which clock. */
#include "bpf/tracer.h"
#include "event/record.h"

struct session_words {
	const char *filter; /* in words; "" when nothing is filtered */
	char **command;	    /* NULL: none */
	enum ev_mode mode;
	uint64_t record_min_ns;
};

/* Hands SESSION, which starts now, to `event`; returns what that returned. *ret_start_ns is its
 * time. */
int session_begin(const struct session_words *words, tracer_event_fn event, void *arg,
		  uint64_t *ret_start_ns);
int session_end(uint64_t start_ns, tracer_event_fn event, void *arg);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef COLLECTOR_OUTPUT_H
#define COLLECTOR_OUTPUT_H
/*
 * Where a recording or trace is written. A write never holds up a stop: when one was asked for, or
 * the time of the recording is over, it gets a short grace and then gives up.
 */
#include <stddef.h>
#include <stdint.h>

#include "event/error.h"

struct output {
	int fd;
	int is_pipe;	     /* or a socket: someone reads while we write */
	int own;	     /* fd is ours to close */
	int lent_flags;	     /* of one that is not, to be given back; 0: as they were */
	const char *name;    /* for messages */
	uint64_t stop_at_ns; /* the recording is over then; 0: open end */
	uint64_t give_up_ns; /* once a stop was seen: when to stop trying; 0: not yet */
	int stalled;	     /* gave up: nothing more can be written */
};

/* `path` "-" is standard output; a file is created or overwritten. */
int output_open(struct output *output, const char *path, struct ev_error *why);
void output_close(struct output *output);

/* True when a stop was asked for or the time is over; from then on writes must be quick. */
int output_must_stop(struct output *output);
/* Waits until the output takes bytes, a stop is asked for or the time is over; the caller tries
 * again then. -ETIMEDOUT when a stop cannot wait any longer: the output has stalled. */
int output_wait(struct output *output, struct ev_error *why);
/* Writes text. 0; -EPIPE when the reader is gone; -ETIMEDOUT when a stop could not wait for it;
 * else the error, with a sentence. */
int output_write(struct output *output, const void *bytes, size_t size, struct ev_error *why);

#endif

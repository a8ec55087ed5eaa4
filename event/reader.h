/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef EVENT_READER_H
#define EVENT_READER_H
/*
 * Reads a trace file or pipe, block by block, trusting no byte. What it hands out is valid: kinds
 * it knows, sizes checked, in the order of the file, which is time order. Damage becomes LOST
 * events and reading goes on; a truncated end is normal (a crash, a full disk, a live pipe) and is
 * reported the same way.
 */
#include <stdint.h>

#include "event/error.h"
#include "event/record.h"

struct ev_reader;

/* `path` "-" is standard input. Fails with -EBADMSG and a sentence when the content is no trace. */
int ev_reader_open(struct ev_reader **ret_reader, const char *path, struct ev_error *why);
/* Reads from a descriptor, which the reader then owns; `name` is for messages. A non-blocking
 * descriptor makes ev_reader_next return -EAGAIN when no whole block is there yet. */
int ev_reader_open_fd(struct ev_reader **ret_reader, int fd, const char *name,
		      struct ev_error *why);
void ev_reader_close(struct ev_reader *reader);

/* 1 and an event, which stays valid until the next call; 0 at the end; negative errno when reading
 * failed. */
int ev_reader_next(struct ev_reader *reader, const struct ev_header **ret_event,
		   struct ev_error *why);

/* Moves a seekable reader so that the next event is the first of the last block that starts at or
 * before time_ns (the session's own events come first again). -ESPIPE on a pipe. */
int ev_reader_seek(struct ev_reader *reader, uint64_t time_ns, struct ev_error *why);
/* First and last time of a seekable file, by its block headers alone. */
int ev_reader_span(struct ev_reader *reader, uint64_t *ret_first_ns, uint64_t *ret_last_ns,
		   struct ev_error *why);

struct ev_reader_stats {
	uint64_t events;
	uint64_t blocks;
	uint64_t stored_bytes;	 /* as in the file */
	uint64_t packed_bytes;	 /* after column coding, before compression */
	uint64_t unknown_events; /* of kinds this build does not know: skipped */
};
void ev_reader_stats(const struct ev_reader *reader, struct ev_reader_stats *ret_stats);

#endif

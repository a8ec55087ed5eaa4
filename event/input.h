/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef EVENT_INPUT_H
#define EVENT_INPUT_H
/*
 * A window over a descriptor: bytes are asked for, looked at in place and stepped over. Works the
 * same on a file, a pipe, and a pipe that does not block.
 */
#include <stddef.h>
#include <stdint.h>

#include "event/error.h"

struct ev_input {
	int fd;
	int at_end;    /* the descriptor has no more */
	uint8_t *data; /* [at, bytes) is read and not yet used */
	size_t at;
	size_t bytes;
	size_t capacity;
	uint64_t offset; /* of data[0] from where the input started */
	int64_t start;	 /* position of the descriptor then; negative: it has none */
	const char *name;
};

/* Takes the descriptor over; `name` must live as long. */
void ev_input_init(struct ev_input *input, int fd, const char *name);
void ev_input_done(struct ev_input *input);

static inline size_t ev_input_available(const struct ev_input *input)
{
	return input->bytes - input->at;
}

static inline uint64_t ev_input_offset(const struct ev_input *input)
{
	return input->offset + input->at;
}

/* Makes `bytes` available at data + at, which may move: 1 when they are, 0 when the input ends
 * before, -EAGAIN when there is no more now, other negative errno. */
int ev_input_need(struct ev_input *input, size_t bytes, struct ev_error *why);
/* Goes to an offset from the start; -ESPIPE on a pipe. */
int ev_input_move(struct ev_input *input, uint64_t offset, struct ev_error *why);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* A window over a descriptor. It grows to the largest request, which its user bounds. */
#include "event/input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "event/descriptor.h"

enum { READ_BYTES = 256 << 10 }; /* asked of the descriptor at once */

void ev_input_init(struct ev_input *input, int fd, const char *name)
{
	*input = (struct ev_input){ .fd = fd, .name = name };
	input->start = ev_descriptor_position(fd);
}

void ev_input_done(struct ev_input *input)
{
	ev_descriptor_close(input->fd);
	free(input->data);
}

/* Room for READ_BYTES behind `bytes`, used bytes dropped. */
static int make_room(struct ev_input *input, size_t bytes)
{
	size_t available = ev_input_available(input);
	uint8_t *data;

	if (input->at)
		memmove(input->data, input->data + input->at, available);
	input->offset += input->at;
	input->at = 0;
	input->bytes = available;
	if (bytes + READ_BYTES <= input->capacity)
		return 0;
	data = realloc(input->data, bytes + READ_BYTES);
	if (!data)
		return -ENOMEM;
	input->data = data;
	input->capacity = bytes + READ_BYTES;
	return 0;
}

int ev_input_need(struct ev_input *input, size_t bytes, struct ev_error *why)
{
	while (ev_input_available(input) < bytes && !input->at_end) {
		int64_t got;

		if (make_room(input, bytes) < 0)
			return ev_fail(why, -ENOMEM, "%s: out of memory", input->name);
		got = ev_descriptor_read(input->fd, input->data + input->bytes, READ_BYTES);
		if (got == -EAGAIN)
			return ev_fail(why, -EAGAIN, "%s: no whole block yet", input->name);
		if (got < 0)
			return ev_fail(why, (int)got, "%s: cannot read: %s", input->name,
				       strerror((int)-got));
		input->at_end = !got;
		input->bytes += (size_t)got;
	}
	return ev_input_available(input) >= bytes;
}

int ev_input_move(struct ev_input *input, uint64_t offset, struct ev_error *why)
{
	int64_t at;

	if (offset >= input->offset && offset <= input->offset + input->bytes) {
		input->at = (size_t)(offset - input->offset);
		return 0;
	}
	at = input->start < 0 ? -ESPIPE
			      : ev_descriptor_seek(input->fd, (uint64_t)input->start + offset);
	if (at < 0)
		return ev_fail(why, (int)at, "%s: a pipe cannot be moved in; save it to a file",
			       input->name);
	input->offset = offset;
	input->at = input->bytes = 0;
	input->at_end = 0;
	return 0;
}

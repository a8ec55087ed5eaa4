/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * A whole trace. The first byte chooses: bit 0, whether checksums are set right first, so that the
 * fuzzer gets behind them; bit 1, whether it comes through a pipe or a file; bit 2, whether the
 * reader jumps about.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "event/crc32c.h"
#include "event/reader.h"
#include "event/trace_file.h"

enum { SIGN = 1, PIPE = 2, SEEK = 4, PIPE_BYTES = 60000, EVENTS_MAX = 300000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static void sign_block(const struct ev_crc32c *crc, uint8_t *at, size_t left)
{
	struct ev_block_header header;

	memcpy(&header, at, sizeof(header));
	if (header.header_bytes >= sizeof(header) && header.header_bytes <= left &&
	    header.stored_bytes <= left - header.header_bytes)
		header.body_checksum =
			ev_crc32c(crc, at + header.header_bytes, header.stored_bytes);
	header.header_checksum =
		ev_crc32c(crc, &header, offsetof(struct ev_block_header, header_checksum));
	memcpy(at, &header, sizeof(header));
}

/* Sets the checksum of everything that starts like a header. */
static void sign(uint8_t *data, size_t bytes)
{
	static const uint8_t magic[] = { 0x89, 'R', 'L', 'B' };
	struct ev_crc32c crc;
	uint32_t checksum;

	ev_crc32c_init(&crc);
	if (bytes >= sizeof(struct ev_file_header)) {
		checksum = ev_crc32c(&crc, data, offsetof(struct ev_file_header, checksum));
		memcpy(data + offsetof(struct ev_file_header, checksum), &checksum, 4);
	}
	/* From the end, so that a block's bytes are final before they are summed. */
	for (size_t at = bytes; at-- > 0;) {
		if (bytes - at >= sizeof(struct ev_block_header) &&
		    !memcmp(data + at, magic, sizeof(magic)))
			sign_block(&crc, data + at, bytes - at);
	}
}

static int open_bytes(const uint8_t *data, size_t bytes, int as_pipe)
{
	int fds[2], fd;

	if (as_pipe && bytes <= PIPE_BYTES && !pipe(fds)) {
		if (write(fds[1], data, bytes) != (ssize_t)bytes)
			abort();
		close(fds[1]);
		return fds[0];
	}
	fd = memfd_create("fuzz", 0);
	if (fd < 0 || write(fd, data, bytes) != (ssize_t)bytes || lseek(fd, 0, SEEK_SET))
		abort();
	return fd;
}

static void read_on(struct ev_reader *reader, uint32_t most)
{
	const struct ev_header *event;

	while (most-- && ev_reader_next(reader, &event, NULL) > 0) {
		if (event->size_bytes > EV_EVENT_BYTES_MAX)
			abort();
	}
}

static void jump(struct ev_reader *reader)
{
	uint64_t first = 0, last = 0;

	read_on(reader, 3);
	if (ev_reader_span(reader, &first, &last, NULL) < 0)
		return;
	ev_reader_seek(reader, first + (last - first) / 2, NULL);
	read_on(reader, 100);
	ev_reader_seek(reader, last, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	struct ev_reader *reader;
	uint8_t how = bytes ? data[0] : 0;
	uint8_t *copy = malloc(bytes + 1);

	if (bytes) {
		memcpy(copy, data + 1, --bytes);
		if (how & SIGN)
			sign(copy, bytes);
	}
	if (!ev_reader_open_fd(&reader, open_bytes(copy, bytes, how & PIPE), "fuzz", NULL)) {
		if (how & SEEK)
			jump(reader);
		read_on(reader, EVENTS_MAX);
		ev_reader_close(reader);
	}
	free(copy);
	return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The reader against files that are damaged, cut, foreign or hostile, and its moves. The trace used
 * has ten blocks of 100 requests, block b at the times 1000 b to 1000 b + 990; block 0 begins with
 * a SESSION, block 5 with a QUEUE.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "event/crc32c.h"
#include "event/reader.h"
#include "event/trace_file.h"
#include "event/writer.h"

enum { BLOCKS = 10, EACH = 100, BYTES_MAX = 1 << 16 };

static uint8_t trace[BYTES_MAX];
static size_t trace_bytes;
static size_t block_at[BLOCKS + 1];

static int temporary(const void *bytes, size_t count)
{
	char path[] = "/tmp/ringlens-test-XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd > 2);
	unlink(path);
	assert_int_equal(write(fd, bytes, count), count);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static void add(struct ev_writer *writer, int block, int i)
{
	struct ev_request request = {
		.h = { EV_REQUEST, sizeof(request), 0, (uint64_t)(1000 * block + 10 * i) },
		.submit_ns = (uint64_t)(1000 * block + 10 * i) - 5,
		.user_data = (uint64_t)(block * EACH + i),
		.queue = 7,
	};
	struct ev_session session = { { EV_SESSION, sizeof(session), 0, 0 }, .os = EV_OS_LINUX };
	struct ev_queue queue = { { EV_QUEUE, sizeof(queue), 0, 5000 }, .queue = 7 };

	if (!i && block == 0)
		assert_int_equal(ev_writer_event(writer, &session.h, NULL), 0);
	if (!i && block == 5)
		assert_int_equal(ev_writer_event(writer, &queue.h, NULL), 0);
	assert_int_equal(ev_writer_event(writer, &request.h, NULL), 0);
}

static int make_trace(void **unused)
{
	int fd = temporary("", 0);
	struct ev_writer *writer;

	(void)unused;
	assert_int_equal(ev_writer_new(&writer, fd, "trace", EV_CODEC_NONE, NULL), 0);
	for (int block = 0; block < BLOCKS; block++) {
		block_at[block] = (size_t)lseek(fd, 0, SEEK_CUR);
		for (int i = 0; i < EACH; i++)
			add(writer, block, i);
		assert_int_equal(ev_writer_flush(writer, NULL), 0);
	}
	ev_writer_free(writer);
	trace_bytes = block_at[BLOCKS] = (size_t)lseek(fd, 0, SEEK_CUR);
	assert_true(trace_bytes < BYTES_MAX);
	assert_int_equal(pread(fd, trace, BYTES_MAX, 0), trace_bytes);
	close(fd);
	return 0;
}

static struct ev_reader *open_bytes(const void *bytes, size_t count)
{
	struct ev_reader *reader;
	struct ev_error why = { 0 };

	if (ev_reader_open_fd(&reader, temporary(bytes, count), "trace", &why) < 0)
		fail_msg("%s", why.text);
	return reader;
}

/* What came out of a trace. */
struct seen {
	uint32_t requests;
	uint32_t others;
	uint32_t lost;
	struct ev_lost losses[8];
};

static struct seen read_all(struct ev_reader *reader)
{
	struct seen seen = { 0 };
	const struct ev_header *event;
	struct ev_error why = { 0 };
	uint64_t last = 0;
	int got;

	while ((got = ev_reader_next(reader, &event, &why)) > 0) {
		assert_true(event->time_ns >= last);
		last = event->time_ns;
		if (event->kind == EV_REQUEST)
			seen.requests++;
		else if (event->kind != EV_LOST)
			seen.others++;
		else if (seen.lost < 8)
			seen.losses[seen.lost++] = *(const struct ev_lost *)event;
	}
	if (got < 0)
		fail_msg("%s", why.text);
	ev_reader_close(reader);
	return seen;
}

static void assert_lost(const struct seen *seen, enum ev_loss loss, uint64_t count)
{
	assert_int_equal(seen->lost, 1);
	assert_int_equal(seen->losses[0].loss, loss);
	assert_int_equal(seen->losses[0].count, count);
}

static void a_sound_trace_loses_nothing(void **unused)
{
	struct seen seen = read_all(open_bytes(trace, trace_bytes));

	(void)unused;
	assert_int_equal(seen.requests, BLOCKS * EACH);
	assert_int_equal(seen.others, 2);
	assert_int_equal(seen.lost, 0);
}

/* Cut at every byte: what is before the cut is read, the rest is said to be missing. */
static void any_end_is_told(void **unused)
{
	(void)unused;
	for (size_t cut = block_at[0]; cut < trace_bytes; cut += 1 + cut % 7) {
		struct seen seen = read_all(open_bytes(trace, cut));
		int whole = 0;

		while (block_at[whole + 1] <= cut)
			whole++;
		assert_int_equal(seen.requests, whole * EACH);
		if (cut == block_at[whole]) {
			assert_int_equal(seen.lost, 0);
			continue;
		}
		/* With its header whole the block says how many events it held. */
		assert_lost(&seen, EV_LOSS_FILE_TRUNCATED,
			    cut < block_at[whole] + sizeof(struct ev_block_header) ? 0
			    : whole == 0 || whole == 5				   ? EACH + 1
										   : EACH);
	}
}

/* Any one bit of a block: only that block is lost. */
static void a_flipped_bit_costs_one_block(void **unused)
{
	static uint8_t copy[BYTES_MAX];

	(void)unused;
	for (size_t at = block_at[3]; at < block_at[4]; at += 1 + at % 3) {
		struct seen seen;
		/* The reserved bytes are covered by the checksum as well. */
		int in_header = at < block_at[3] + sizeof(struct ev_block_header);

		memcpy(copy, trace, trace_bytes);
		copy[at] ^= (uint8_t)(1 << at % 8);
		seen = read_all(open_bytes(copy, trace_bytes));
		assert_int_equal(seen.requests, (BLOCKS - 1) * EACH);
		assert_lost(&seen, EV_LOSS_BLOCK_DAMAGED, in_header ? 0 : EACH);
		assert_int_equal(seen.losses[0].h.time_ns, 2990);
	}
}

static void missing_and_foreign_bytes(void **unused)
{
	static uint8_t copy[BYTES_MAX];
	size_t gap = block_at[4] - block_at[3];
	struct seen seen;

	(void)unused;
	/* A block cut out without a trace. */
	memcpy(copy, trace, block_at[3]);
	memcpy(copy + block_at[3], trace + block_at[4], trace_bytes - block_at[4]);
	seen = read_all(open_bytes(copy, trace_bytes - gap));
	assert_int_equal(seen.requests, (BLOCKS - 1) * EACH);
	assert_lost(&seen, EV_LOSS_BLOCK_MISSING, 0);
	/* Ten bytes missing inside a block: the next is found all the same. */
	memcpy(copy, trace, block_at[3] + 100);
	memcpy(copy + block_at[3] + 100, trace + block_at[3] + 110,
	       trace_bytes - block_at[3] - 110);
	seen = read_all(open_bytes(copy, trace_bytes - 10));
	assert_int_equal(seen.requests, (BLOCKS - 1) * EACH);
	assert_lost(&seen, EV_LOSS_BLOCK_DAMAGED, EACH);
	/* Foreign bytes between blocks. */
	memcpy(copy, trace, block_at[3]);
	memset(copy + block_at[3], 0x89, 500);
	memcpy(copy + block_at[3] + 500, trace + block_at[3], trace_bytes - block_at[3]);
	seen = read_all(open_bytes(copy, trace_bytes + 500));
	assert_int_equal(seen.requests, BLOCKS * EACH);
	assert_lost(&seen, EV_LOSS_BLOCK_DAMAGED, 0);
}

static void the_first_block_may_be_gone(void **unused)
{
	static uint8_t copy[BYTES_MAX];
	struct seen seen;

	(void)unused;
	memcpy(copy, trace, block_at[0]);
	memcpy(copy + block_at[0], trace + block_at[1], trace_bytes - block_at[1]);
	seen = read_all(open_bytes(copy, trace_bytes - block_at[1] + block_at[0]));
	assert_int_equal(seen.requests, (BLOCKS - 1) * EACH);
	assert_int_equal(seen.others, 1);
	assert_lost(&seen, EV_LOSS_BLOCK_MISSING, 0);
}

/* Sets the checksum of a header that was changed on purpose. */
static void sign(uint8_t *header, size_t bytes)
{
	struct ev_crc32c crc;
	uint32_t checksum;

	ev_crc32c_init(&crc);
	checksum = ev_crc32c(&crc, header, bytes - 4);
	memcpy(header + bytes - 4, &checksum, 4);
}

static void sentence(const void *bytes, size_t count, int code, const char *words)
{
	struct ev_reader *reader;
	struct ev_error why = { 0 };

	assert_int_equal(ev_reader_open_fd(&reader, temporary(bytes, count), "x.rlt", &why), code);
	assert_int_equal(why.code, code);
	assert_non_null(strstr(why.text, "x.rlt"));
	if (!strstr(why.text, words))
		fail_msg("%s", why.text);
}

static void what_is_no_trace_is_refused(void **unused)
{
	uint8_t header[sizeof(struct ev_file_header)];
	struct ev_reader *reader;
	struct ev_error why;

	(void)unused;
	sentence("", 0, -EBADMSG, "is empty");
	sentence("hello", 5, -EBADMSG, "is not a ringlens trace");
	sentence(trace + 32, 100, -EBADMSG, "is not a ringlens trace");
	for (size_t bytes = 1; bytes < sizeof(header); bytes++)
		sentence(trace, bytes, -EBADMSG, "ends within its first 32 bytes");
	memcpy(header, trace, sizeof(header));
	memcpy(header + 4, "\n\x1a\n\1", 4);
	sentence(header, sizeof(header), -EBADMSG, "line ends");
	memcpy(header, trace, sizeof(header));
	for (size_t at = 8; at < sizeof(header); at++) {
		header[at] ^= 1;
		sentence(header, sizeof(header), -EBADMSG, "damaged");
		header[at] ^= 1;
	}
	memcpy(header, trace, sizeof(header));
	header[8] = 2;
	sign(header, sizeof(header));
	sentence(header, sizeof(header), -ENOTSUP, "newer ringlens");
	memcpy(header, trace, sizeof(header));
	header[16] = 4;
	sign(header, sizeof(header));
	sentence(header, sizeof(header), -ENOTSUP, "newer ringlens");
	assert_int_equal(ev_reader_open(&reader, "/", &why), -EISDIR);
	assert_int_equal(ev_reader_open(&reader, "/nonexistent/x", &why), -ENOENT);
	assert_non_null(strstr(why.text, "/nonexistent/x"));
	ev_reader_close(NULL);
}

static void compatible_features_are_ignored(void **unused)
{
	static uint8_t copy[BYTES_MAX];

	(void)unused;
	memcpy(copy, trace, trace_bytes);
	copy[12] = 0xff;
	sign(copy, sizeof(struct ev_file_header));
	assert_int_equal(read_all(open_bytes(copy, trace_bytes)).requests, BLOCKS * EACH);
}

/* What a later version adds to the header is stepped over, and missed when the file ends in it. */
static void a_longer_header_is_stepped_over(void **unused)
{
	enum { MORE_BYTES = 16 };
	static uint8_t copy[BYTES_MAX];
	struct ev_file_header header;

	(void)unused;
	memcpy(&header, trace, sizeof(header));
	header.header_bytes = sizeof(header) + MORE_BYTES;
	sign((uint8_t *)&header, sizeof(header));
	memcpy(copy, &header, sizeof(header));
	memset(copy + sizeof(header), 0xee, MORE_BYTES);
	memcpy(copy + header.header_bytes, trace + sizeof(header), trace_bytes - sizeof(header));
	assert_int_equal(read_all(open_bytes(copy, trace_bytes + MORE_BYTES)).requests,
			 BLOCKS * EACH);
	for (size_t bytes = sizeof(header); bytes < header.header_bytes; bytes++)
		sentence(copy, bytes, -EBADMSG, "ends inside its header");
}

/* A seek reads the blocks that say so, and no others, for what came before. */
static void only_blocks_with_definitions_say_so(void **unused)
{
	(void)unused;
	for (int block = 0; block < BLOCKS; block++) {
		struct ev_block_header header;

		memcpy(&header, trace + block_at[block], sizeof(header));
		assert_int_equal(header.magic, EV_BLOCK_MAGIC);
		assert_int_equal(header.flags & EV_BLOCK_DEFINITIONS,
				 block == 0 || block == 5 ? EV_BLOCK_DEFINITIONS : 0);
	}
}

static void an_unknown_codec_is_one_sentence(void **unused)
{
	static uint8_t copy[BYTES_MAX];
	struct ev_reader *reader;
	const struct ev_header *event;
	struct ev_error why = { 0 };

	(void)unused;
	memcpy(copy, trace, trace_bytes);
	copy[block_at[0] + offsetof(struct ev_block_header, codec)] = 77;
	sign(copy + block_at[0], sizeof(struct ev_block_header));
	reader = open_bytes(copy, trace_bytes);
	assert_int_equal(ev_reader_next(reader, &event, &why), -ENOTSUP);
	assert_non_null(strstr(why.text, "codec 77"));
	ev_reader_close(reader);
}

/* A header that claims what it likes, with checksums that are right. */
static void lies_are_damage(void **unused)
{
	static const struct {
		size_t offset;
		uint32_t value;
	} lies[] = {
		{ offsetof(struct ev_block_header, event_count), 0 },
		{ offsetof(struct ev_block_header, event_count), 1 },
		{ offsetof(struct ev_block_header, event_count), 0xffffffff },
		{ offsetof(struct ev_block_header, packed_bytes), 0 },
		{ offsetof(struct ev_block_header, packed_bytes), 3 },
		{ offsetof(struct ev_block_header, packed_bytes), 0x7fffffff },
		{ offsetof(struct ev_block_header, stored_bytes), 1 },
		{ offsetof(struct ev_block_header, stored_bytes), 0xffffffff },
	};
	static uint8_t copy[BYTES_MAX];

	(void)unused;
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		struct seen seen;

		memcpy(copy, trace, trace_bytes);
		memcpy(copy + block_at[2] + lies[i].offset, &lies[i].value, 4);
		sign(copy + block_at[2], sizeof(struct ev_block_header));
		seen = read_all(open_bytes(copy, trace_bytes));
		assert_int_equal(seen.requests, (BLOCKS - 1) * EACH);
		assert_int_equal(seen.lost, 1);
		assert_int_equal(seen.losses[0].loss, EV_LOSS_BLOCK_DAMAGED);
	}
}

static void seeks_bring_the_definitions_along(void **unused)
{
	struct ev_reader *reader = open_bytes(trace, trace_bytes);
	const struct ev_header *event;
	uint64_t first, last;

	(void)unused;
	assert_int_equal(ev_reader_span(reader, &first, &last, NULL), 0);
	assert_int_equal(first, 0);
	assert_int_equal(last, 9990);
	assert_int_equal(ev_reader_seek(reader, 7500, NULL), 0);
	assert_int_equal(ev_reader_next(reader, &event, NULL), 1);
	assert_int_equal(event->kind, EV_SESSION);
	assert_int_equal(ev_reader_next(reader, &event, NULL), 1);
	assert_int_equal(event->kind, EV_QUEUE);
	for (int i = 0; i < 3 * EACH; i++) {
		assert_int_equal(ev_reader_next(reader, &event, NULL), 1);
		assert_int_equal(event->kind, EV_REQUEST);
		assert_int_equal(event->time_ns, 7000 + 10 * i);
	}
	assert_int_equal(ev_reader_next(reader, &event, NULL), 0);
	/* Back from the end, before the queue was made. */
	assert_int_equal(ev_reader_seek(reader, 1000, NULL), 0);
	assert_int_equal(ev_reader_next(reader, &event, NULL), 1);
	assert_int_equal(event->kind, EV_SESSION);
	assert_int_equal(ev_reader_next(reader, &event, NULL), 1);
	assert_int_equal(event->time_ns, 1000);
	/* Before and behind everything. */
	assert_int_equal(ev_reader_seek(reader, 0, NULL), 0);
	assert_int_equal(ev_reader_next(reader, &event, NULL), 1);
	assert_int_equal(event->kind, EV_SESSION);
	assert_int_equal(ev_reader_next(reader, &event, NULL), 1);
	assert_int_equal(event->time_ns, 0);
	assert_int_equal(ev_reader_seek(reader, UINT64_MAX, NULL), 0);
	for (int i = 0; i < 2 + EACH; i++)
		assert_int_equal(ev_reader_next(reader, &event, NULL), 1);
	assert_int_equal(event->time_ns, 9990);
	assert_int_equal(ev_reader_next(reader, &event, NULL), 0);
	ev_reader_close(reader);
}

/* Asking for the span in the middle of reading changes nothing. */
static void the_span_does_not_disturb(void **unused)
{
	struct ev_reader *reader = open_bytes(trace, trace_bytes);
	const struct ev_header *event;
	uint64_t first, last;

	(void)unused;
	for (int i = 0; i < 250; i++)
		assert_int_equal(ev_reader_next(reader, &event, NULL), 1);
	assert_int_equal(ev_reader_span(reader, &first, &last, NULL), 0);
	for (int i = 249; i < BLOCKS * EACH; i++) {
		uint64_t expected = (uint64_t)(1000 * (i / EACH) + 10 * (i % EACH));

		assert_int_equal(ev_reader_next(reader, &event, NULL), 1);
		if (event->kind == EV_QUEUE)
			assert_int_equal(ev_reader_next(reader, &event, NULL), 1);
		assert_int_equal(event->time_ns, expected);
	}
	assert_int_equal(ev_reader_next(reader, &event, NULL), 0);
	ev_reader_close(reader);
}

static void pipes_cannot_seek(void **unused)
{
	struct ev_reader *reader;
	struct ev_error why = { 0 };
	uint64_t first, last;
	int fds[2];

	(void)unused;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], trace, block_at[1]), block_at[1]);
	assert_int_equal(ev_reader_open_fd(&reader, fds[0], "pipe", &why), 0);
	assert_int_equal(ev_reader_span(reader, &first, &last, &why), -ESPIPE);
	assert_int_equal(ev_reader_seek(reader, 0, &why), -ESPIPE);
	close(fds[1]);
	assert_int_equal(read_all(reader).requests, EACH);
}

/* Byte by byte through a pipe that does not block: -EAGAIN until a block is whole. */
static void a_live_stream_is_read_as_it_comes(void **unused)
{
	struct ev_reader *reader = NULL;
	const struct ev_header *event;
	struct ev_error why = { 0 };
	uint32_t requests = 0;
	int fds[2], got;

	(void)unused;
	assert_int_equal(pipe(fds), 0);
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	assert_int_equal(ev_reader_open_fd(&reader, fds[0], "pipe", &why), 0);
	for (size_t at = 0; at < trace_bytes; at++) {
		assert_int_equal(write(fds[1], trace + at, 1), 1);
		while ((got = ev_reader_next(reader, &event, &why)) > 0)
			requests += event->kind == EV_REQUEST;
		assert_int_equal(got, -EAGAIN);
		for (int block = 0; block < BLOCKS; block++) {
			if (at + 1 == block_at[block + 1])
				assert_int_equal(requests, (block + 1) * EACH);
		}
	}
	close(fds[1]);
	assert_int_equal(ev_reader_next(reader, &event, &why), 0);
	assert_int_equal(requests, BLOCKS * EACH);
	ev_reader_close(reader);
}

/* Kinds of the future are counted and passed over. The one REQUEST section of a block without other
 * kinds is renamed to kind 99. */
static void unknown_kinds_are_skipped(void **unused)
{
	static uint8_t copy[BYTES_MAX];
	struct ev_reader *reader;
	struct ev_reader_stats stats;
	const struct ev_header *event;
	struct ev_block_header header;
	struct ev_crc32c crc;
	uint32_t directory_bytes, events = 0;
	uint8_t *body, *at;

	(void)unused;
	memcpy(copy, trace, trace_bytes);
	memcpy(&header, copy + block_at[2], sizeof(header));
	body = copy + block_at[2] + sizeof(header);
	memcpy(&directory_bytes, body + header.stored_bytes - 4, 4);
	at = body + header.stored_bytes - 4 - directory_bytes;
	/* 2 sections; timeline (0) of 100 events, 1 column: key 8, how, length; then the kind. */
	assert_int_equal(at[0], 2);
	assert_int_equal(at[1], 0);
	assert_int_equal(at[3], 1);
	assert_int_equal(at[7], EV_REQUEST);
	at[7] = 99;
	ev_crc32c_init(&crc);
	header.body_checksum = ev_crc32c(&crc, body, header.stored_bytes);
	memcpy(copy + block_at[2], &header, sizeof(header));
	sign(copy + block_at[2], sizeof(header));
	reader = open_bytes(copy, trace_bytes);
	while (ev_reader_next(reader, &event, NULL) > 0)
		events++;
	ev_reader_stats(reader, &stats);
	assert_int_equal(stats.unknown_events, EACH);
	assert_int_equal(events, (BLOCKS - 1) * EACH + 2);
	assert_int_equal(stats.events, events);
	assert_int_equal(stats.blocks, BLOCKS);
	ev_reader_close(reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sound_trace_loses_nothing),
		cmocka_unit_test(any_end_is_told),
		cmocka_unit_test(a_flipped_bit_costs_one_block),
		cmocka_unit_test(missing_and_foreign_bytes),
		cmocka_unit_test(the_first_block_may_be_gone),
		cmocka_unit_test(what_is_no_trace_is_refused),
		cmocka_unit_test(compatible_features_are_ignored),
		cmocka_unit_test(a_longer_header_is_stepped_over),
		cmocka_unit_test(only_blocks_with_definitions_say_so),
		cmocka_unit_test(an_unknown_codec_is_one_sentence),
		cmocka_unit_test(lies_are_damage),
		cmocka_unit_test(seeks_bring_the_definitions_along),
		cmocka_unit_test(the_span_does_not_disturb),
		cmocka_unit_test(pipes_cannot_seek),
		cmocka_unit_test(a_live_stream_is_read_as_it_comes),
		cmocka_unit_test(unknown_kinds_are_skipped),
	};

	return cmocka_run_group_tests(tests, make_trace, NULL);
}

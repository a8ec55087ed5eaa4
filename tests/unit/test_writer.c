/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* The writer: what goes in comes out of a reader, and a descriptor that fails, ends or does not
 * block harms nothing that was written. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "event/reader.h"
#include "event/writer.h"

#include "event_random.h"

enum { MANY = 20000 };

static uint64_t buffer[EV_EVENT_BYTES_MAX / 8];

static int temporary(void)
{
	char path[] = "/tmp/ringlens-test-XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd > 2);
	unlink(path);
	return fd;
}

static struct ev_writer *start(int fd, enum ev_codec codec)
{
	struct ev_writer *writer;
	struct ev_error why = { 0 };

	if (ev_writer_new(&writer, fd, "test", codec, &why) < 0)
		fail_msg("%s", why.text);
	return writer;
}

static struct ev_reader *read_again(int fd)
{
	struct ev_reader *reader;
	struct ev_error why = { 0 };

	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	if (ev_reader_open_fd(&reader, fd, "test", &why) < 0)
		fail_msg("%s", why.text);
	return reader;
}

/* The same events whenever `state` is the same. */
static const struct ev_header *make(uint64_t *time_ns)
{
	struct ev_header *event = (struct ev_header *)buffer;

	random_event(event,
		     (uint16_t)(random_u64() % 3 ? EV_REQUEST : 1 + random_u64() % EV_KIND_LAST),
		     100);
	event->time_ns = *time_ns += random_u64() % 3 * (random_u64() % 5000);
	return event;
}

static void compare(int fd, uint64_t state, uint32_t count)
{
	struct ev_reader *reader = read_again(fd);
	const struct ev_header *event;
	uint64_t time_ns = 0;
	struct ev_error why = { 0 };

	event_random_state = state;
	for (uint32_t i = 0; i < count; i++) {
		const struct ev_header *expected = make(&time_ns);

		if (ev_reader_next(reader, &event, &why) != 1)
			fail_msg("event %u: %s", i, why.text);
		assert_int_equal(event->size_bytes, expected->size_bytes);
		assert_memory_equal(event, expected, expected->size_bytes);
	}
	assert_int_equal(ev_reader_next(reader, &event, &why), 0);
	assert_int_equal(ev_reader_next(reader, &event, &why), 0);
	ev_reader_close(reader);
}

/* Random events of all kinds, flushed at random places. */
static void everything_comes_back(enum ev_codec codec, uint32_t count)
{
	int fd = temporary();
	struct ev_writer *writer = start(fd, codec);
	struct ev_writer_stats stats;
	uint64_t time_ns = 0;

	event_random_state = 7;
	for (uint32_t i = 0; i < count; i++) {
		assert_int_equal(ev_writer_event(writer, make(&time_ns), NULL), 0);
		if (i % 5003 == 77)
			assert_int_equal(ev_writer_flush(writer, NULL), 0);
	}
	assert_int_equal(ev_writer_flush(writer, NULL), 0);
	assert_int_equal(ev_writer_flush(writer, NULL), 0);
	ev_writer_stats(writer, &stats);
	assert_int_equal(stats.events, count);
	assert_int_equal(stats.stored_bytes, lseek(fd, 0, SEEK_CUR));
	ev_writer_free(writer);
	compare(fd, 7, count);
}

static void everything_comes_back_plain(void **unused)
{
	(void)unused;
	everything_comes_back(EV_CODEC_NONE, MANY);
}

static void everything_comes_back_compressed(void **unused)
{
	(void)unused;
	everything_comes_back(EV_CODEC_ZSTD, MANY);
	everything_comes_back(EV_CODEC_ZSTD, 1);
	everything_comes_back(EV_CODEC_ZLIB, MANY);
	everything_comes_back(EV_CODEC_ZLIB, 1);
}

static void the_longest_events_fit(void **unused)
{
	int fd = temporary();
	struct ev_writer *writer = start(fd, EV_CODEC_NONE);
	struct ev_header *event = (struct ev_header *)buffer;
	const struct ev_header *back;
	struct ev_reader *reader;

	(void)unused;
	for (int i = 0; i < 100; i++) {
		random_event(event, EV_FILE, 0);
		memset((char *)event + sizeof(struct ev_file), 'a' + i % 26,
		       EV_EVENT_BYTES_MAX - sizeof(struct ev_file));
		event->size_bytes = EV_EVENT_BYTES_MAX;
		event->time_ns = (uint64_t)i;
		assert_int_equal(ev_writer_event(writer, event, NULL), 0);
	}
	assert_int_equal(ev_writer_flush(writer, NULL), 0);
	ev_writer_free(writer);
	reader = read_again(fd);
	for (int i = 0; i < 100; i++) {
		assert_int_equal(ev_reader_next(reader, &back, NULL), 1);
		assert_int_equal(back->size_bytes, EV_EVENT_BYTES_MAX);
		assert_int_equal(((const char *)back)[EV_EVENT_BYTES_MAX - 1], 'a' + i % 26);
	}
	assert_int_equal(ev_reader_next(reader, &back, NULL), 0);
	ev_reader_close(reader);
}

static void late_events_are_moved_and_told(void **unused)
{
	int fd = temporary();
	struct ev_writer *writer = start(fd, EV_CODEC_NONE);
	struct ev_tick tick = { { EV_TICK, sizeof(tick), 0, 100 } };
	const struct ev_header *event;
	const struct ev_lost *lost;
	struct ev_reader *reader;

	(void)unused;
	ev_writer_event(writer, &tick.h, NULL);
	tick.h.time_ns = 40;
	ev_writer_event(writer, &tick.h, NULL);
	tick.h.time_ns = 60;
	ev_writer_event(writer, &tick.h, NULL);
	assert_int_equal(tick.h.time_ns, 60); /* the caller's event is left alone */
	ev_writer_flush(writer, NULL);
	ev_writer_free(writer);
	reader = read_again(fd);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(ev_reader_next(reader, &event, NULL), 1);
		assert_int_equal(event->kind, EV_TICK);
		assert_int_equal(event->time_ns, 100);
	}
	assert_int_equal(ev_reader_next(reader, &event, NULL), 1);
	lost = (const struct ev_lost *)event;
	assert_int_equal(event->kind, EV_LOST);
	assert_int_equal(lost->loss, EV_LOSS_LATE);
	assert_int_equal(lost->count, 2);
	assert_int_equal(ev_reader_next(reader, &event, NULL), 0);
	ev_reader_close(reader);
}

static void nonsense_is_refused(void **unused)
{
	int fd = temporary();
	struct ev_writer *writer = start(fd, EV_CODEC_NONE);
	struct ev_tick tick = { { EV_TICK, sizeof(tick), 0, 1 } };
	struct ev_error why = { 0 };

	(void)unused;
	tick.h.kind = 0;
	assert_int_equal(ev_writer_event(writer, &tick.h, &why), -EINVAL);
	tick.h.kind = EV_KIND_LAST + 1;
	assert_int_equal(ev_writer_event(writer, &tick.h, &why), -EINVAL);
	tick.h.kind = EV_TICK;
	tick.h.size_bytes = 8;
	assert_int_equal(ev_writer_event(writer, &tick.h, &why), -EINVAL);
	tick.h.size_bytes = 24;
	assert_int_equal(ev_writer_event(writer, &tick.h, &why), -EINVAL);
	assert_int_equal(why.code, -EINVAL);
	ev_writer_free(writer);
	assert_int_equal(ev_writer_new(&writer, fd, "test", (enum ev_codec)99, &why), -ENOTSUP);
	close(fd);
	ev_writer_free(NULL);
}

static void a_full_disk_is_one_sentence(void **unused)
{
	int fd = open("/dev/full", O_WRONLY);
	struct ev_writer *writer;
	struct ev_error why = { 0 };

	(void)unused;
	if (fd < 0)
		skip();
	assert_int_equal(ev_writer_new(&writer, fd, "full.rlt", EV_CODEC_NONE, &why), -ENOSPC);
	assert_non_null(strstr(why.text, "full.rlt"));
	assert_non_null(strstr(why.text, "free some space"));
	close(fd);
}

static void a_closed_pipe_is_one_sentence(void **unused)
{
	struct ev_tick tick = { { EV_TICK, sizeof(tick), 0, 1 } };
	struct ev_writer *writer;
	struct ev_error why = { 0 };
	int fds[2];

	(void)unused;
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe(fds), 0);
	writer = start(fds[1], EV_CODEC_NONE);
	assert_int_equal(ev_writer_event(writer, &tick.h, &why), 0);
	close(fds[0]);
	assert_int_equal(ev_writer_flush(writer, &why), -EPIPE);
	assert_non_null(strstr(why.text, "reader has gone"));
	/* And it stays failed. */
	assert_int_equal(ev_writer_flush(writer, &why), -EPIPE);
	ev_writer_free(writer);
	close(fds[1]);
}

/* A pipe that does not block takes a block in parts; while it takes nothing, events wait, and when
 * they are a block full the next one is refused for now. Nothing is lost in the end. */
static void a_slow_reader_loses_nothing(void **unused)
{
	struct ev_writer *writer;
	uint64_t time_ns = 0;
	int fds[2], out = temporary(), refused = 0, err;
	uint32_t count = 3 * 8192;

	(void)unused;
	assert_int_equal(pipe(fds), 0);
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	fcntl(fds[1], F_SETFL, O_NONBLOCK);
	writer = start(fds[1], EV_CODEC_NONE);
	event_random_state = 11;
	for (uint32_t i = 0; i < count + 1; i++) {
		static char bytes[65536];
		const struct ev_header *event = i < count ? make(&time_ns) : NULL;

		while ((err = event ? ev_writer_event(writer, event, NULL)
				    : ev_writer_flush(writer, NULL)) < 0) {
			ssize_t got = read(fds[0], bytes, sizeof(bytes));

			assert_int_equal(err, -EAGAIN);
			assert_true(got > 0);
			assert_int_equal(write(out, bytes, (size_t)got), got);
			refused++;
		}
	}
	assert_true(refused > 10);
	for (;;) {
		static char bytes[65536];
		ssize_t got = read(fds[0], bytes, sizeof(bytes));

		if (got <= 0)
			break;
		assert_int_equal(write(out, bytes, (size_t)got), got);
	}
	ev_writer_free(writer);
	close(fds[0]);
	close(fds[1]);
	compare(out, 11, count);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_comes_back_plain),
		cmocka_unit_test(everything_comes_back_compressed),
		cmocka_unit_test(the_longest_events_fit),
		cmocka_unit_test(late_events_are_moved_and_told),
		cmocka_unit_test(nonsense_is_refused),
		cmocka_unit_test(a_full_disk_is_one_sentence),
		cmocka_unit_test(a_closed_pipe_is_one_sentence),
		cmocka_unit_test(a_slow_reader_loses_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* The feed: a recording under a clock that the test turns, and a live pipe that is paused. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "event/text.h"
#include "event/writer.h"
#include "tui/feed.h"

static const uint64_t SECOND = 1000000000;

/* Writes lines of events to a descriptor as a trace; a block ends behind every line. */
static void write_lines(struct ev_writer *writer, const char *const *lines)
{
	static _Alignas(8) char event[EV_EVENT_BYTES_MAX];
	struct ev_error why = { 0 };

	for (; *lines; lines++) {
		assert_int_equal(ev_text_parse(*lines, event, &why), 1);
		assert_int_equal(ev_writer_event(writer, (const struct ev_header *)event, &why), 0);
		assert_int_equal(ev_writer_flush(writer, &why), 0);
	}
}

static const char *const four_seconds[] = {
	"10000000000 SESSION os=linux mode=full",
	"10000000000 QUEUE queue=1 pid=5 \"cp\"",
	"10500000000 REQUEST submit_ns=10400000000 queue=1 op=READ end=completed",
	"11500000000 REQUEST submit_ns=11400000000 queue=1 op=READ end=completed",
	"12500000000 REQUEST submit_ns=12400000000 queue=1 op=READ end=completed",
	"14000000000 SESSION_END duration_ns=4000000000",
	NULL,
};

static struct tui_feed *open_recording(void)
{
	char path[] = "/tmp/ringlens-feed-XXXXXX";
	int fd = mkstemp(path);
	struct tui_feed_options options = { .path = path, .interval_ns = SECOND };
	struct ev_writer *writer;
	struct tui_feed *feed;
	struct ev_error why = { 0 };

	assert_true(fd >= 0);
	assert_int_equal(ev_writer_new(&writer, fd, path, EV_CODEC_NONE, &why), 0);
	write_lines(writer, four_seconds);
	ev_writer_free(writer);
	close(fd);
	assert_int_equal(tui_feed_open(&feed, &options, &why), 0);
	unlink(path);
	return feed;
}

static uint64_t completed(const struct tui_feed *feed)
{
	return model_total(tui_feed_model(feed))->books.completed;
}

static void a_recording_plays_by_the_clock(void **state)
{
	struct tui_feed *feed = open_recording();
	const struct tui_feed_status *status = tui_feed_status(feed);

	(void)state;
	assert_int_equal(status->recording, 1);
	assert_int_equal(status->span_ns, 4 * SECOND);
	assert_int_equal(tui_feed_fd(feed), -1);
	assert_int_equal(tui_feed_step(feed, 100 * SECOND), 2); /* what is there at the start */
	assert_int_equal(tui_feed_step(feed, 100 * SECOND + SECOND / 4), 0);
	assert_int_equal(tui_feed_step(feed, 101 * SECOND), 1);
	assert_int_equal(status->position_ns, SECOND);
	assert_int_equal(completed(feed), 1);
	tui_feed_pause(feed, 1);
	assert_int_equal(tui_feed_step(feed, 200 * SECOND), 0);
	assert_int_equal(status->position_ns, SECOND);
	tui_feed_pause(feed, 0);
	tui_feed_speed(feed, 1);
	assert_int_equal(tui_feed_step(feed, 201 * SECOND), 2); /* twice as fast */
	assert_int_equal(status->position_ns, 3 * SECOND);
	assert_int_equal(tui_feed_step(feed, 300 * SECOND), 1);
	assert_int_equal(status->ended, 1);
	assert_int_equal(status->failed, 0);
	assert_int_equal(completed(feed), 3);
	tui_feed_close(feed);
}

static void a_recording_seeks_both_ways(void **state)
{
	struct tui_feed *feed = open_recording();
	const struct tui_feed_status *status = tui_feed_status(feed);

	(void)state;
	tui_feed_seek_end(feed);
	assert_int_equal(tui_feed_all(feed), 0);
	assert_int_equal(status->ended, 1);
	assert_int_equal(completed(feed), 3);
	tui_feed_seek(feed, -2 * (int64_t)SECOND);
	assert_int_equal(status->ended, 0);
	assert_int_equal(tui_feed_all(feed), 0);
	assert_int_equal(status->position_ns, 2 * SECOND);
	assert_int_equal(completed(feed), 2);
	tui_feed_nudge(feed, -1);
	assert_int_equal(tui_feed_all(feed), 0);
	assert_int_equal(status->paused, 1);
	assert_int_equal(status->position_ns, SECOND);
	assert_int_equal(completed(feed), 1);
	tui_feed_nudge(feed, 1);
	assert_int_equal(tui_feed_all(feed), 0);
	assert_int_equal(completed(feed), 2);
	tui_feed_seek(feed, -99 * (int64_t)SECOND);
	assert_int_equal(tui_feed_all(feed), 0);
	assert_int_equal(status->position_ns, 0);
	assert_int_equal(completed(feed), 0);
	tui_feed_seek(feed, INT64_MAX);
	assert_int_equal(tui_feed_all(feed), 0);
	assert_int_equal(completed(feed), 3);
	tui_feed_pause(feed, 0); /* at the end: play again */
	assert_int_equal(tui_feed_all(feed), 0);
	assert_int_equal(status->position_ns, 0);
	tui_feed_close(feed);
}

static void a_speed_stays_within_its_limits(void **state)
{
	struct tui_feed *feed = open_recording();

	(void)state;
	for (int i = 0; i < 40; i++)
		tui_feed_speed(feed, 1);
	assert_true(tui_feed_status(feed)->speed == 1024);
	for (int i = 0; i < 40; i++)
		tui_feed_speed(feed, 0);
	assert_true(tui_feed_status(feed)->speed == 1.0 / 16);
	tui_feed_close(feed);
}

static void a_pause_holds_live_events_and_loses_none(void **state)
{
	static const char *const first[] = { four_seconds[0], four_seconds[1], four_seconds[2],
					     NULL };
	static const char *const second[] = { four_seconds[3], four_seconds[4], NULL };
	struct tui_feed_options options = { .interval_ns = SECOND };
	struct ev_writer *writer;
	struct tui_feed *feed;
	struct ev_error why = { 0 };
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	options.fd = ends[0];
	assert_int_equal(ev_writer_new(&writer, ends[1], "pipe", EV_CODEC_NONE, &why), 0);
	write_lines(writer, first);
	assert_int_equal(tui_feed_open(&feed, &options, &why), 0);
	assert_int_equal(tui_feed_status(feed)->recording, 0);
	assert_int_equal(tui_feed_fd(feed), ends[0]);
	assert_int_equal(tui_feed_step(feed, 1), 3);
	assert_int_equal(completed(feed), 1);
	tui_feed_pause(feed, 1);
	write_lines(writer, second);
	assert_int_equal(tui_feed_step(feed, 2), 2); /* read, so that the writer never waits … */
	assert_int_equal(completed(feed), 1);	     /* … and held back */
	tui_feed_seek(feed, -1);		     /* nothing to seek in */
	tui_feed_nudge(feed, -1);
	tui_feed_pause(feed, 0);
	assert_int_equal(completed(feed), 3);
	tui_feed_pause(feed, 1);
	write_lines(writer, second);
	ev_writer_free(writer);
	close(ends[1]);
	tui_feed_step(feed, 3); /* the end ends the pause, with all that was held */
	assert_int_equal(tui_feed_status(feed)->ended, 1);
	assert_int_equal(tui_feed_status(feed)->paused, 0);
	assert_true(tui_feed_status(feed)->sentence[0] != '\0');
	assert_int_equal(completed(feed), 5);
	assert_int_equal(tui_feed_fd(feed), -1);
	assert_int_equal(tui_feed_step(feed, 4), 0);
	tui_feed_close(feed);
}

static void what_is_no_recording_is_refused_with_a_sentence(void **state)
{
	struct tui_feed_options options = { .path = "/nonexistent", .interval_ns = SECOND };
	struct tui_feed *feed = NULL;
	struct ev_error why = { 0 };

	(void)state;
	assert_int_equal(tui_feed_open(&feed, &options, &why), -ENOENT);
	assert_non_null(strstr(why.text, "/nonexistent"));
	assert_null(feed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_recording_plays_by_the_clock),
		cmocka_unit_test(a_recording_seeks_both_ways),
		cmocka_unit_test(a_speed_stays_within_its_limits),
		cmocka_unit_test(a_pause_holds_live_events_and_loses_none),
		cmocka_unit_test(what_is_no_recording_is_refused_with_a_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Events from the tracer go to two places: all of them into the writer, and those that carry
 * counters into a model, which knows the books at the end. Single requests are not modelled here:
 * at millions a second that would cost more than recording them.
 *
 * When the recorder must stop and its output does not keep up, requests that are still waiting are
 * counted and let go; the trace then says so in a LOST event, if it can still be written at all.
 * When the output fails (a full disk, a reader that went away) the session ends in order,
 * unwritten, so that the books on the terminal are complete.
 */
#include "collector/record.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "collector/books_text.h"
#include "collector/clock.h"
#include "collector/control.h"
#include "collector/loss_text.h"
#include "collector/output.h"
#include "collector/phrase.h"
#include "collector/progress.h"
#include "collector/wrap.h"
#include "event/kinds.h"
#include "event/units.h"
#include "model/model.h"

enum {
	NS_PER_MS = 1000000,
	SAY_INDENT = 10,
	COST_RECORDS = 1000, /* below that, names and headers hide what a record costs */
};
/* A block waits this long at most: a screen reads along; a file should survive a crash. */
static const uint64_t flush_pipe_ns = 100 * NS_PER_MS;
static const uint64_t flush_file_ns = 1000 * (uint64_t)NS_PER_MS;
/* Of the grace that a stop has (output.c), what is kept for the last snapshot. */
static const uint64_t reserve_ns = 250 * NS_PER_MS;

struct record {
	const struct record_options *options;
	struct live *live;
	struct ev_writer *writer;
	struct model *model;
	struct output output;
	struct control control;
	struct progress progress;
	struct ev_error why; /* of an event that could not be written */
	uint64_t next_flush_ns;
	uint64_t records;   /* single requests and completions written */
	uint64_t abandoned; /* events that were not written because the output stalled */
	uint64_t start_ns;
	int failed; /* why nothing more can be written; 0: it can */
};

static int is_single(uint16_t kind)
{
	return kind == EV_REQUEST || kind == EV_COMPLETION || kind == EV_COMMAND;
}

/* The books come from counters; of requests only the open ones are of interest here. */
static int is_for_model(const struct ev_header *event)
{
	if (event->kind == EV_REQUEST)
		return ((const struct ev_request *)event)->end == EV_END_OPEN;
	return !is_single(event->kind) && event->kind != EV_FILE;
}

/* True for an event that is let go: nothing can be written any more, or the recorder must stop, the
 * output is behind, and what is left of the grace is for the last snapshot. */
static int lets_go(struct record *record, const struct ev_header *event)
{
	struct output *output = &record->output;

	if (record->failed || output->stalled)
		return 1;
	if (!is_single(event->kind) || !output_must_stop(output))
		return 0;
	return clock_now_ns() + reserve_ns > output->give_up_ns;
}

/* Waits for a slow reader. What cannot be written is remembered, not returned: the session goes on
 * to its end, so that the books are whole. */
static void write_event(struct record *record, const struct ev_header *event)
{
	int err = 0;

	if (lets_go(record, event)) {
		record->abandoned += is_single(event->kind);
		return;
	}
	while (!err && (err = ev_writer_event(record->writer, event, &record->why)) == -EAGAIN)
		err = output_wait(&record->output, &record->why);
	if (err == -ETIMEDOUT)
		record->abandoned += is_single(event->kind);
	else if (err)
		record->failed = err;
	else
		record->records += is_single(event->kind);
}

static struct ev_lost lost_output(uint64_t count, uint64_t time_ns)
{
	return (struct ev_lost){ .h = { .kind = EV_LOST,
					.size_bytes = sizeof(struct ev_lost),
					.cpu = EV_CPU_NONE,
					.time_ns = time_ns },
				 .count = count,
				 .loss = EV_LOSS_OUTPUT_STALLED };
}

/* Before the stream ends it says what it does not hold. */
static int write_abandoned(struct record *record, uint64_t time_ns)
{
	struct ev_lost lost = lost_output(record->abandoned, time_ns);

	write_event(record, &lost.h);
	return record->failed ? 0 : model_event(record->model, &lost.h);
}

static int on_event(void *arg, const struct ev_header *event)
{
	struct record *record = arg;
	int err = 0;

	record->output.stop_at_ns = live_stop_at_ns(record->live);
	if (event->kind == EV_SESSION_END && record->abandoned)
		err = write_abandoned(record, event->time_ns);
	if (!err && is_for_model(event))
		err = model_event(record->model, event);
	if (err)
		return ev_fail(&record->why, err, "no memory to remember so many rings");
	write_event(record, event);
	return 0;
}

static uint64_t bytes_written(const struct record *record)
{
	struct ev_writer_stats stats;

	ev_writer_stats(record->writer, &stats);
	return stats.stored_bytes;
}

static void show_progress(struct record *record, uint64_t now_ns)
{
	char text[128], time[EV_UNITS_TEXT_BYTES], count[EV_UNITS_TEXT_BYTES];
	char size[EV_UNITS_TEXT_BYTES];

	/* A command has the terminal, and so has whoever reads a pipe. */
	if (record->options->live.command || record->output.is_pipe || !record->progress.enabled)
		return;
	snprintf(text, sizeof(text), "%s, %s records, %s bytes (Ctrl-C ends)",
		 ev_units_time(time, now_ns - record->start_ns),
		 ev_units_count(count, record->records),
		 ev_units_size(size, bytes_written(record)));
	progress_say(&record->progress, text);
}

/* A block that a slow reader does not take now is taken up again at the next pass. */
static int on_pass(void *arg, struct ev_error *why)
{
	struct record *record = arg;
	uint64_t now_ns = clock_now_ns();
	int err;

	(void)why;
	show_progress(record, now_ns);
	if (record->failed)
		return 1;
	if (record->output.stalled || now_ns < record->next_flush_ns)
		return 0;
	err = ev_writer_flush(record->writer, &record->why);
	if (err == -EAGAIN)
		return 0;
	record->next_flush_ns = now_ns + (record->output.is_pipe ? flush_pipe_ns : flush_file_ns);
	record->failed = err;
	return err != 0;
}

static int on_control(void *arg, struct live *live, struct ev_error *why)
{
	struct record *record = arg;

	(void)why;
	return control_read(&record->control, live);
}

static void say(const struct phrase *phrase)
{
	wrap_print(stderr, "ringlens:", SAY_INDENT, phrase->text);
}

static void say_books(const struct model *model)
{
	char text[512];
	struct phrase phrase;

	phrase_init(&phrase, text, sizeof(text));
	books_text_add(&phrase, &model_total(model)->books);
	say(&phrase);
}

static void say_cost(struct record *record)
{
	char text[512], number[EV_UNITS_TEXT_BYTES];
	size_t rings = model_queue_count(record->model);
	struct phrase phrase;

	phrase_init(&phrase, text, sizeof(text));
	phrase_add(&phrase, "%zu ring%s in %s", rings, rings == 1 ? "" : "s",
		   ev_units_time(number, clock_now_ns() - record->start_ns));
	phrase_add(&phrase, ", %s bytes written", ev_units_size(number, bytes_written(record)));
	if (record->records >= COST_RECORDS && !record->abandoned)
		phrase_add(&phrase, " (%.1f a record)",
			   (double)bytes_written(record) / (double)record->records);
	if (strcmp(record->options->path, "-"))
		phrase_add(&phrase, "; read it with: ringlens report %s", record->options->path);
	say(&phrase);
}

static int open_all(struct record *record, struct ev_error *why)
{
	const struct record_options *options = record->options;
	int err;

	record->model = model_new(NULL);
	if (!record->model)
		return ev_fail(why, -ENOMEM, "no memory to start");
	/* Load first: without privilege an old trace must not be emptied. */
	err = live_open(&record->live, &options->live, why);
	if (!err)
		err = output_open(&record->output, options->path, why);
	if (!err)
		err = ev_writer_new(&record->writer, record->output.fd, record->output.name,
				    options->codec, why);
	return err;
}

static void close_all(struct record *record)
{
	ev_writer_free(record->writer);
	output_close(&record->output);
	live_close(record->live);
	model_free(record->model);
}

/* The last block, as long as somebody takes it; what stays behind in blocks is lost as well. */
static void end_trace(struct record *record)
{
	struct ev_writer_stats stats;
	struct ev_lost lost;
	int err = 0;

	while (!record->failed && !record->output.stalled &&
	       (err = ev_writer_flush(record->writer, &record->why)) == -EAGAIN)
		output_wait(&record->output, &record->why);
	if (err && err != -EAGAIN)
		record->failed = err;
	ev_writer_stats(record->writer, &stats);
	if (stats.events == stats.stored_events)
		return;
	lost = lost_output(stats.events - stats.stored_events, clock_now_ns());
	if (record->failed)
		record->abandoned += lost.count;
	else
		model_event(record->model, &lost.h);
}

static void say_summary(struct record *record)
{
	char text[128];
	struct phrase phrase;

	live_say_command(record->live);
	if (record->failed == -EPIPE)
		fprintf(stderr, "ringlens: the reader of %s went away before the end\n",
			record->output.name);
	say_books(record->model);
	loss_text_print(record->model);
	phrase_init(&phrase, text, sizeof(text));
	phrase_add(&phrase, "%" PRIu64 " more records are not in the trace", record->abandoned);
	if (record->failed && record->abandoned)
		say(&phrase);
	say_cost(record);
}

static int run(struct record *record, struct ev_error *why)
{
	struct live_sink sink = {
		.event = on_event, .pass = on_pass, .watch = on_control, .arg = record
	};
	int err;

	record->start_ns = clock_now_ns();
	progress_init(&record->progress, "recording");
	why->code = 0;
	err = live_run(record->live, &sink, why);
	if (err && !why->code)
		*why = record->why;
	progress_done(&record->progress);
	if (live_ended_by(record->live) == LIVE_RUNNING && err)
		return err; /* it never began */
	end_trace(record);
	say_summary(record);
	if (err || !record->failed || record->failed == -EPIPE)
		return err; /* a reader that went away has seen enough */
	*why = record->why;
	return record->failed;
}

/* The reader went away before the first byte: no more of a failure than later. */
static int say_no_reader(const struct ev_error *why)
{
	fprintf(stderr, "ringlens: %s\n", why->text);
	return 0;
}

int record_run(const struct record_options *options, struct ev_error *why)
{
	struct record record = { .options = options,
				 .control = { .fd = options->live.watch_fd },
				 .output = { .fd = -1 } };
	int err;

	err = open_all(&record, why);
	if (!err)
		err = run(&record, why);
	else if (err == -EPIPE)
		err = say_no_reader(why);
	close_all(&record);
	return err;
}

int record_option_codec(const struct option_row *row, void *target, const char *value,
			struct ev_error *why)
{
	(void)row;
	if (!strcmp(value, "zstd"))
		*(enum ev_codec *)target = EV_CODEC_ZSTD;
	else if (!strcmp(value, "zlib"))
		*(enum ev_codec *)target = EV_CODEC_ZLIB;
	else if (!strcmp(value, "none"))
		*(enum ev_codec *)target = EV_CODEC_NONE;
	else
		return ev_fail(why, -EINVAL, "--codec %s: it is zstd, zlib or none", value);
	return 0;
}

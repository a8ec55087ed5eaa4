/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Events from the tracer go to two places: all of them into the writer, and those that carry
 * counters into a model, which knows the books at the end. Single requests are not modelled here:
 * at millions a second that would cost more than recording them.
 *
 * When the recorder must stop and its output does not keep up, requests that are still waiting are
 * counted and let go; the trace then says so in a LOST event, if it can still be written at all.
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

enum { NS_PER_MS = 1000000, SAY_INDENT = 10 };
/* A block waits this long at most: a screen reads along; a file should survive a crash. */
static const uint64_t flush_pipe_ns = 100 * NS_PER_MS;
static const uint64_t flush_file_ns = 1000 * (uint64_t)NS_PER_MS;
/* Of the grace that a stop has (output.c), what is kept for the last snapshot. */
static const uint64_t reserve_ns = 300 * NS_PER_MS;

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
	int said_abandoned; /* the LOST event was written */
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

/* True for an event that is let go: the recorder must stop, the output is behind, and what is left
 * of the grace is for the last snapshot. */
static int lets_go(struct record *record, const struct ev_header *event)
{
	struct output *output = &record->output;

	if (output->stalled)
		return 1;
	if (!is_single(event->kind) || !output_must_stop(output))
		return 0;
	return clock_now_ns() + reserve_ns > output->give_up_ns;
}

/* Waits for a slow reader; an event that has to be given up is counted. */
static int write_event(struct record *record, const struct ev_header *event)
{
	int err;

	while ((err = ev_writer_event(record->writer, event, &record->why)) == -EAGAIN) {
		if (output_wait(&record->output, &record->why)) {
			record->abandoned++;
			return 0;
		}
	}
	record->records += is_single(event->kind);
	return err;
}

/* Before the stream ends it says what it does not hold. */
static int write_abandoned(struct record *record, uint64_t time_ns)
{
	struct ev_lost lost = { .h = { .kind = EV_LOST,
				       .size_bytes = sizeof(lost),
				       .cpu = EV_CPU_NONE,
				       .time_ns = time_ns },
				.count = record->abandoned,
				.loss = EV_LOSS_OUTPUT_STALLED };

	record->said_abandoned = 1;
	if (model_event(record->model, &lost.h) < 0)
		return ev_fail(&record->why, -ENOMEM, "no memory to count losses");
	return record->output.stalled ? 0 : write_event(record, &lost.h);
}

static int on_event(void *arg, const struct ev_header *event)
{
	struct record *record = arg;
	int err = 0;

	record->output.stop_at_ns = live_stop_at_ns(record->live);
	if (event->kind == EV_SESSION_END && record->abandoned && !record->said_abandoned)
		err = write_abandoned(record, event->time_ns);
	if (!err && is_for_model(event) && model_event(record->model, event) < 0)
		err = ev_fail(&record->why, -ENOMEM, "no memory to remember so many rings");
	if (err)
		return err;
	if (!lets_go(record, event))
		return write_event(record, event);
	record->abandoned++;
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

	if (record->options->live.command || !record->progress.enabled)
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

	show_progress(record, now_ns);
	if (record->output.stalled || now_ns < record->next_flush_ns)
		return 0;
	err = ev_writer_flush(record->writer, why);
	if (err == -EAGAIN)
		return 0;
	record->next_flush_ns = now_ns + (record->output.is_pipe ? flush_pipe_ns : flush_file_ns);
	return err;
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
	if (record->records)
		phrase_add(&phrase, " (%.1f a request)",
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

/* The last block, as long as somebody takes it. `err` is how the session ended. */
static int end_trace(struct record *record, int err, struct ev_error *why)
{
	struct ev_error later; /* the first sentence counts */
	int flushed = 0;

	if (err == -EPIPE)
		return 0; /* whoever read it has seen enough */
	while (!record->output.stalled &&
	       (flushed = ev_writer_flush(record->writer, err ? &later : why)) == -EAGAIN)
		output_wait(&record->output, err ? &later : why);
	if (flushed == -EAGAIN || flushed == -EPIPE)
		flushed = 0;
	return err ? err : flushed;
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
	if (live_ended_by(record->live) == LIVE_RUNNING)
		return err; /* it never began */
	err = end_trace(record, err, why);
	live_say_command(record->live);
	say_books(record->model);
	loss_text_print(record->model);
	say_cost(record);
	return err;
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
	close_all(&record);
	return err;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * `ringlens trace`: one line a request, live or from a recording. Both ways end in line_event():
 * the model learns names from the event, trace_line() words it. Requests still open are printed
 * once, at the end; snapshots in between would repeat them every second.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/live.h"
#include "collector/loss_text.h"
#include "collector/output.h"
#include "collector/source.h"
#include "collector/trace.h"
#include "collector/trace_line.h"
#include "event/descriptor.h"

enum { BUFFER_BYTES = 64 << 10, NS_PER_S = 1000000000 };

struct trace {
	const struct filter *filter;
	struct model *model;
	struct output output;
	int colour;
	int commands;	     /* device commands have lines, too */
	int failed;	     /* why nothing more can be written; 0: it can */
	uint64_t unwritten;  /* lines */
	struct ev_error why; /* of the failure */
	uint64_t requests;   /* that have a line */
	uint64_t unlisted;   /* commands that have none, because nobody asked for them */
	size_t used;
	size_t lines; /* in the buffer */
	char buffer[BUFFER_BYTES];
};

/* A failure is remembered, not returned: a live session goes on to its end, so that losses are told
 * in full. */
static void flush(struct trace *trace)
{
	if (trace->used && !trace->failed)
		trace->failed =
			output_write(&trace->output, trace->buffer, trace->used, &trace->why);
	if (trace->failed)
		trace->unwritten += trace->lines;
	trace->used = trace->lines = 0;
}

static void print_line(struct trace *trace, const struct ev_header *event)
{
	size_t length;

	if (trace->failed) {
		trace->unwritten++;
		return;
	}
	if (BUFFER_BYTES - trace->used <= TRACE_LINE_BYTES)
		flush(trace);
	length = trace_line(trace->buffer + trace->used, trace->model, event, trace->colour);
	if (!length)
		return;
	trace->used += length;
	trace->buffer[trace->used++] = '\n';
	trace->lines++;
}

static int hidden_device(const struct trace *trace, uint32_t number)
{
	const struct model_device *device = model_device_identity(trace->model, number);

	return !filter_device(trace->filter, device ? device->name : "");
}

static int hidden_command(const struct trace *trace, const struct ev_command *command)
{
	return !trace->commands || command->end == EV_END_OPEN ||
	       hidden_device(trace, command->device);
}

static int hidden_request(const struct trace *trace, const struct ev_request *request)
{
	return request->end == EV_END_OPEN || !filter_request(trace->filter, request);
}

static int line_event(struct trace *trace, const struct ev_header *event, struct ev_error *why)
{
	int hidden = 0;

	if (event->kind == EV_REQUEST)
		hidden = hidden_request(trace, (const struct ev_request *)event);
	else if (event->kind == EV_COMMAND)
		hidden = hidden_command(trace, (const struct ev_command *)event);
	else if (event->kind == EV_DEVICE_EVENT)
		hidden = hidden_device(trace, ((const struct ev_device_event *)event)->device);

	trace->requests += event->kind == EV_REQUEST && !hidden;
	trace->unlisted += event->kind == EV_COMMAND && !trace->commands;
	/* Once nothing can be written, a recorder that must stop at once only counts them. */
	if (event->kind == EV_REQUEST && trace->failed) {
		trace->unwritten += !hidden;
		return 0;
	}
	if (model_event(trace->model, event) < 0)
		return ev_fail(why, -ENOMEM, "no memory to remember rings and files");
	if (!hidden)
		print_line(trace, event);
	return 0;
}

static void print_open(struct trace *trace)
{
	for (size_t i = 0; i < model_open_count(trace->model); i++)
		if (filter_request(trace->filter, model_open_at(trace->model, i)))
			print_line(trace, &model_open_at(trace->model, i)->h);
	flush(trace);
}

/* The last lines, the losses and the exit status; `err` and `why` say how the session ended. */
static int end(struct trace *trace, int err, const struct ev_error *why)
{
	print_open(trace);
	loss_text_print(trace->model);
	/* Traces of Windows often have disk events only. */
	if (trace->unlisted && !trace->requests && model_session(trace->model)->os == EV_OS_WINDOWS)
		fprintf(stderr,
			"ringlens: no requests in it, but %" PRIu64
			" disk commands: --commands prints a line for each\n",
			trace->unlisted);
	if (trace->failed == -ETIMEDOUT)
		fprintf(stderr, "ringlens: %" PRIu64 " lines could not be written in time\n",
			trace->unwritten);
	if (err)
		return command_fail(why);
	/* A reader that went away has seen enough; a stop does not wait for a slow one. */
	if (!trace->failed || trace->failed == -EPIPE || trace->failed == -ETIMEDOUT)
		return COMMAND_DONE;
	return command_fail(&trace->why);
}

static int trace_source(struct trace *trace, struct source *source)
{
	struct filter_view *view = filter_view_new(trace->filter);
	const struct ev_header *event;
	struct ev_error why;
	int err = view ? 0 : ev_fail(&why, -ENOMEM, "no memory");

	while (!err && !trace->failed && (err = source_next(source, &event, &why)) > 0) {
		err = filter_view_event(view, event);
		if (err > 0)
			err = line_event(trace, event, &why);
		else if (err < 0)
			ev_fail(&why, err, "no memory for so many rings");
	}
	filter_view_free(view);
	return end(trace, err, &why);
}

/* Windows tells most names when a session ends. A file is read twice for them: what could not be
 * read is told the second time. */
static void learn_names(struct trace *trace, struct source *source)
{
	const struct ev_header *event;
	struct ev_error why;
	union {
		struct ev_header h;
		unsigned char bytes[EV_EVENT_BYTES_MAX];
	} name;
	uint64_t start_ns;

	if (source_next(source, &event, &why) <= 0 || event->kind != EV_SESSION ||
	    ((const struct ev_session *)event)->os != EV_OS_WINDOWS)
		return;
	start_ns = event->time_ns;
	while (source_next(source, &event, &why) > 0) {
		if (event->kind != EV_FILE && event->kind != EV_PROCESS)
			continue;
		memcpy(&name, event, event->size_bytes);
		name.h.time_ns = start_ns;
		if (model_event(trace->model, &name.h) < 0)
			return;
	}
}

static int trace_file(struct trace *trace, const char *path)
{
	struct source *source;
	struct ev_error why;
	int status;

	if (filter_check_file(trace->filter, &why) || source_open(&source, path, &why))
		return command_fail(&why);
	if (ev_descriptor_can_be_read_again(path)) {
		learn_names(trace, source);
		source_close(source);
		if (source_open(&source, path, &why))
			return command_fail(&why);
	}
	status = trace_source(trace, source);
	source_close(source);
	return status;
}

struct live_trace {
	struct trace *trace;
	struct live *live;
	struct ev_error why; /* of an event */
};

static int on_event(void *arg, const struct ev_header *event)
{
	struct live_trace *live = arg;

	live->trace->output.stop_at_ns = live_stop_at_ns(live->live);
	return line_event(live->trace, event, &live->why);
}

static int on_pass(void *arg, struct ev_error *why)
{
	struct live_trace *live = arg;

	(void)why;
	flush(live->trace);
	return live->trace->failed != 0;
}

static int trace_live(struct trace *trace, const struct trace_words *words, char **command)
{
	struct live_trace live = { .trace = trace };
	struct live_sink sink = { .event = on_event, .pass = on_pass, .arg = &live };
	struct live_options options = { .filter = trace->filter,
					.mode = EV_MODE_FULL,
					.buffer_bytes = words->buffer_bytes,
					.no_follow = words->no_follow,
					.all_commands = words->commands,
					.no_devices = words->no_devices,
					.keep_stdout = 1,
					.command = command,
					.duration_ns = words->duration_ns,
					.snapshot_ns = NS_PER_S,
					.watch_fd = -1 };
	struct ev_error why = { 0 };
	int err, status;

	err = live_open(&live.live, &options, &why);
	if (err)
		return command_fail(&why);
	err = live_run(live.live, &sink, &why);
	if (!why.code)
		why = live.why;
	if (live_ended_by(live.live) != LIVE_RUNNING || !err) {
		status = end(trace, err, &why);
		live_say_command(live.live);
	} else {
		status = command_fail(&why); /* it never began */
	}
	live_close(live.live);
	return status;
}

static int check_words(const struct trace_words *words, const struct filter *filter,
		       const struct command_words *rest, struct ev_error *why)
{
	if (!words->input)
		return words->no_devices ? filter_check_no_devices(filter, words->commands, why)
					 : 0;
	if (words->no_devices)
		return ev_fail(why, -EINVAL, "--no-devices is for live tracing, not for --input");
	if (rest->command)
		return ev_fail(why, -EINVAL, "--input reads a recording; it cannot run a command");
	if (words->duration_ns)
		return ev_fail(why, -EINVAL, "--duration is for live tracing, not for --input");
	return 0;
}

static int wants_colour(const struct output *output)
{
	const char *no_color = getenv("NO_COLOR");

	return isatty(output->fd) && !(no_color && *no_color);
}

int trace_run(const struct command *self, char **argv)
{
	struct trace_words words = { .output = "-" };
	static struct filter filter;
	static struct trace trace;
	struct command_words rest;
	struct ev_error why;
	int status;

	status = command_parse(self, argv, &words, &filter, &rest);
	if (status != COMMAND_GO)
		return status;
	if (check_words(&words, &filter, &rest, &why))
		return command_usage(self, &why);
	trace.filter = &filter;
	trace.commands = words.commands;
	trace.model = model_new(NULL);
	if (!trace.model)
		return command_fail(&(struct ev_error){ -ENOMEM, "no memory" });
	status = output_open(&trace.output, words.output, &why);
	if (status) {
		status = command_fail(&why);
	} else {
		trace.colour = wants_colour(&trace.output);
		status = words.input ? trace_file(&trace, words.input)
				     : trace_live(&trace, &words, rest.command);
	}
	output_close(&trace.output);
	model_free(trace.model);
	return status;
}

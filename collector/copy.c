/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Copies a recording: source → writer, event by event. Nothing is left out, so the books of the
 * copy are those of the original. A source that turns out to be damaged ends the copy with its
 * sentence; what was written until then stays readable.
 */
#include "collector/copy.h"

#include <errno.h>
#include <string.h>

#include "collector/output.h"
#include "collector/source.h"
#include "event/descriptor.h"

struct copy {
	struct source *source;
	struct output output;
	struct ev_writer *writer;
};

/* Opening the output empties it: it must not be the input. */
static int check_apart(const struct copy_options *options, struct ev_error *why)
{
	if (strcmp(options->input, "-") && strcmp(options->output, "-") &&
	    ev_descriptor_is_one_file(options->input, options->output))
		return ev_fail(why, -EINVAL, "%s and %s are the same file", options->input,
			       options->output);
	return 0;
}

static int write_event(struct copy *copy, const struct ev_header *event, struct ev_error *why)
{
	int err;

	while ((err = ev_writer_event(copy->writer, event, why)) == -EAGAIN) {
		err = output_wait(&copy->output, why);
		if (err)
			return err;
	}
	return err;
}

static int flush(struct copy *copy, struct ev_error *why)
{
	int err;

	while ((err = ev_writer_flush(copy->writer, why)) == -EAGAIN) {
		err = output_wait(&copy->output, why);
		if (err)
			return err;
	}
	return err;
}

static int copy_events(struct copy *copy, struct ev_error *why)
{
	const struct ev_header *event;
	struct ev_error flushed;
	int got, err = 0;

	while (!err && (got = source_next(copy->source, &event, why)) > 0)
		err = write_event(copy, event, why);
	if (err)
		return err;
	err = flush(copy, got < 0 ? &flushed : why);
	return got < 0 ? got : err;
}

int copy_run(const struct copy_options *options, struct ev_error *why)
{
	struct copy copy = { .output.fd = -1 };
	int err = check_apart(options, why);

	if (!err)
		err = source_open(&copy.source, options->input, why);
	if (err)
		return err;
	err = output_open(&copy.output, options->output, why);
	if (!err)
		err = ev_writer_new(&copy.writer, copy.output.fd, copy.output.name, options->codec,
				    why);
	if (!err)
		err = copy_events(&copy, why);
	ev_writer_free(copy.writer);
	output_close(&copy.output);
	source_close(copy.source);
	return err;
}

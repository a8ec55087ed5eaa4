/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Opens a recording by its content. The first bytes are looked at without taking them. Where that
 * does not work (some devices) it can only be a stream, and streams are ringlens traces.
 *
 * All commands that read recordings come through here, so the sentences for a missing file, a
 * directory and an empty file are written once.
 */
#include "collector/source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "event/descriptor.h"

struct source {
	const struct source_format *format;
	void *state;
	const char *name;
	int any; /* an event was read */
};

/* The first format whose probe says yes wins; the trace reader is last and explains what is wrong
 * with anything else. */
static const struct source_format *const formats[] = { &source_etl, &source_text, &source_trace };

static int open_path(const char *path, struct ev_error *why)
{
	int fd;

	if (!*path)
		return ev_fail(why, -ENOENT, "the name of the recording is empty");
	fd = ev_descriptor_open(path);
	if (fd == -EISDIR || (fd >= 0 && ev_descriptor_is_directory(fd))) {
		ev_descriptor_close(fd);
		return ev_fail(why, -EISDIR, "%s is a directory; a recording is a file", path);
	}
	if (fd < 0)
		return ev_fail(why, fd, "%s: cannot be opened: %s", path, strerror(-fd));
	if (ev_descriptor_is_empty_file(fd)) {
		ev_descriptor_close(fd);
		return ev_fail(why, -EBADMSG,
			       "%s is empty: nothing was recorded, or the recorder had no room to "
			       "write",
			       path);
	}
	if (isatty(fd)) {
		ev_descriptor_close(fd);
		return ev_fail(why, -EINVAL,
			       "standard input is a terminal; pipe a recording into it, like "
			       "`ringlens record -o - | ringlens report -`");
	}
	return fd;
}

static const struct source_format *recognise(int fd)
{
	unsigned char start[SOURCE_PROBE_BYTES];
	int64_t bytes = ev_descriptor_peek(fd, start, sizeof(start));
	size_t i = 0;

	if (bytes <= 0)
		return &source_trace;
	while (formats[i] != &source_trace && !formats[i]->probe(start, (size_t)bytes))
		i++;
	return formats[i];
}

int source_open(struct source **ret_source, const char *path, struct ev_error *why)
{
	const char *name = strcmp(path, "-") ? path : "standard input";
	struct source *source;
	int err, fd;

	fd = open_path(path, why);
	if (fd < 0)
		return fd;
	source = calloc(1, sizeof(*source));
	if (!source) {
		ev_descriptor_close(fd);
		return ev_fail(why, -ENOMEM, "no memory to read %s", name);
	}
	source->format = recognise(fd);
	err = source->format->open(&source->state, fd, name, why);
	if (err) {
		free(source);
		return err;
	}
	source->name = name;
	*ret_source = source;
	return 0;
}

void source_close(struct source *source)
{
	if (!source)
		return;
	source->format->close(source->state);
	free(source);
}

int source_next(struct source *source, const struct ev_header **ret_event, struct ev_error *why)
{
	int got = source->format->next(source->state, ret_event, why);

	if (!got && !source->any)
		return ev_fail(why, -ENODATA,
			       "%s holds no events: the recorder ended before it wrote any",
			       source->name);
	source->any |= got > 0;
	return got;
}

int source_kind(const struct source *source, size_t index, struct source_kind *ret_kind)
{
	return source->format->kind && source->format->kind(source->state, index, ret_kind);
}

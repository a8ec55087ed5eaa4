/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The text form of a trace as a source: one event a line (event/text.h). It is how test cases and
 * bug reports are written, so everything that reads a recording reads it too.
 */
#include "collector/source.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event/descriptor.h"
#include "event/input.h"
#include "event/text.h"

/* A line longer than this is no event. */
enum { LINE_BYTES_MAX = 4 << 20 };

struct text {
	struct ev_input in;
	char *line;
	size_t line_room;
	unsigned long line_number;
	char name[256];
	_Alignas(8) unsigned char event[EV_EVENT_BYTES_MAX];
};

static int open_text(void **ret_state, int fd, const char *name, struct ev_error *why)
{
	struct text *text = calloc(1, sizeof(*text));

	if (!text) {
		ev_descriptor_close(fd);
		return ev_fail(why, -ENOMEM, "no memory to read %s", name);
	}
	snprintf(text->name, sizeof(text->name), "%s", name);
	ev_input_init(&text->in, fd, text->name);
	*ret_state = text;
	return 0;
}

/* Bytes of the next line, its newline included; 0 at the end. */
static int64_t find_line(struct text *text, struct ev_error *why)
{
	size_t looked = 0;

	for (;;) {
		size_t have = ev_input_available(&text->in);
		const char *at = (const char *)text->in.data + text->in.at;
		const char *end = have > looked ? memchr(at + looked, '\n', have - looked) : NULL;
		int got;

		if (end)
			return end - at + 1;
		looked = have;
		got = looked < LINE_BYTES_MAX ? ev_input_need(&text->in, have + 1, why)
					      : ev_fail(why, -EBADMSG, "%s: line %lu has no end",
							text->name, text->line_number + 1);
		if (got <= 0)
			return got < 0 ? got : (int64_t)ev_input_available(&text->in);
	}
}

/* Copies the next line with a NUL behind it: 1, 0 at the end, or negative errno. */
static int take_line(struct text *text, struct ev_error *why)
{
	int64_t bytes = find_line(text, why);

	if (bytes <= 0)
		return (int)bytes;
	if ((size_t)bytes >= text->line_room) {
		char *line = realloc(text->line, (size_t)bytes + 1);

		if (!line)
			return ev_fail(why, -ENOMEM, "no memory to read %s", text->name);
		text->line = line;
		text->line_room = (size_t)bytes + 1;
	}
	memcpy(text->line, text->in.data + text->in.at, (size_t)bytes);
	text->line[bytes] = '\0';
	text->in.at += (size_t)bytes;
	text->line_number++;
	return 1;
}

static int next(void *state, const struct ev_header **ret_event, struct ev_error *why)
{
	struct text *text = state;
	struct ev_error what;
	int got;

	while ((got = take_line(text, why)) > 0) {
		got = ev_text_parse(text->line, text->event, &what);
		if (got < 0)
			return ev_fail(why, got, "%s: line %lu: %s", text->name, text->line_number,
				       what.text);
		if (got) {
			*ret_event = (const struct ev_header *)text->event;
			return 1;
		}
	}
	return got;
}

static void close_text(void *state)
{
	struct text *text = state;

	ev_input_done(&text->in);
	free(text->line);
	free(text);
}

/* The first line that is not blank or a comment starts with a time and a kind: "12 SESSION". A file
 * of nothing but comments so far counts as text. */
static int probe(const unsigned char *start, size_t bytes)
{
	size_t i = 0;

	while (i < bytes && (isspace(start[i]) || start[i] == '#')) {
		if (start[i++] != '#')
			continue;
		while (i < bytes && start[i] != '\n')
			if (!start[i++])
				return 0;
	}
	if (i == bytes)
		return bytes > 0;
	if (!isdigit(start[i]))
		return 0;
	while (i < bytes && (isalnum(start[i]) || start[i] == '.')) /* 250us and 1.5s too */
		i++;
	while (i < bytes && (start[i] == ' ' || start[i] == '\t'))
		i++;
	return i < bytes && isupper(start[i]);
}

const struct source_format source_text = {
	.name = "text form",
	.probe = probe,
	.open = open_text,
	.next = next,
	.close = close_text,
};

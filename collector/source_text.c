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
#include <unistd.h>

#include "event/text.h"

struct text {
	FILE *in;
	char *line; /* getline's */
	size_t line_bytes;
	unsigned long line_number;
	char name[256];
	_Alignas(8) unsigned char event[EV_EVENT_BYTES_MAX];
};

static int open_text(void **ret_state, int fd, const char *name, struct ev_error *why)
{
	struct text *text = calloc(1, sizeof(*text));

	if (text)
		text->in = fdopen(fd, "r");
	if (!text || !text->in) {
		free(text);
		close(fd);
		return ev_fail(why, -ENOMEM, "no memory to read %s", name);
	}
	snprintf(text->name, sizeof(text->name), "%s", name);
	*ret_state = text;
	return 0;
}

static int next(void *state, const struct ev_header **ret_event, struct ev_error *why)
{
	struct text *text = state;
	struct ev_error what;

	while (getline(&text->line, &text->line_bytes, text->in) >= 0) {
		int got = ev_text_parse(text->line, text->event, &what);

		text->line_number++;
		if (got < 0)
			return ev_fail(why, got, "%s: line %lu: %s", text->name, text->line_number,
				       what.text);
		if (got) {
			*ret_event = (const struct ev_header *)text->event;
			return 1;
		}
	}
	if (ferror(text->in))
		return ev_fail(why, -EIO, "%s: cannot be read: %s", text->name, strerror(errno));
	return 0;
}

static void close_text(void *state)
{
	struct text *text = state;

	fclose(text->in);
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

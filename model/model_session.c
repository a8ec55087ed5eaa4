/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Who recorded, where, when and how much: SESSION and SESSION_END. A reader that was moved to
 * another place delivers SESSION again; the first one counts.
 */
#include "model/model_private.h"

#include <stddef.h>
#include <string.h>

/* The lines of SESSION's text that are kept. */
static const struct {
	const char *key;
	size_t offset;
	size_t room;
} texts[] = {
	{ "tool", offsetof(struct model_session, tool), sizeof(((struct model_session *)0)->tool) },
	{ "host", offsetof(struct model_session, host), sizeof(((struct model_session *)0)->host) },
	{ "kernel", offsetof(struct model_session, kernel),
	  sizeof(((struct model_session *)0)->kernel) },
	{ "filter", offsetof(struct model_session, filter),
	  sizeof(((struct model_session *)0)->filter) },
	{ "command", offsetof(struct model_session, command),
	  sizeof(((struct model_session *)0)->command) },
};

/* One line, `key=value`. */
static void keep_line(struct model_session *session, const char *line, size_t bytes)
{
	const char *equals = memchr(line, '=', bytes);
	size_t key_bytes = equals ? (size_t)(equals - line) : 0;

	for (size_t i = 0; equals && i < sizeof(texts) / sizeof(texts[0]); i++)
		if (strlen(texts[i].key) == key_bytes && !memcmp(texts[i].key, line, key_bytes))
			model_names_copy((char *)session + texts[i].offset, texts[i].room,
					 equals + 1, bytes - key_bytes - 1);
}

static void keep_text(struct model_session *session, const char *text, size_t bytes)
{
	while (bytes) {
		const char *end = memchr(text, '\n', bytes);
		size_t line = end ? (size_t)(end - text) : bytes;

		keep_line(session, text, line);
		text += line + (end ? 1 : 0);
		bytes -= line + (end ? 1 : 0);
	}
}

int model_session_begin(struct model *model, const struct ev_header *event)
{
	const struct ev_session *begin = (const struct ev_session *)event;
	struct model_session *session = &model->session;

	if (session->known)
		return 0;
	session->known = 1;
	session->start_unix_ns = begin->start_unix_ns;
	session->record_min_ns = begin->record_min_ns;
	session->os = begin->os;
	session->mode = begin->mode;
	session->cpu_count = begin->cpu_count;
	keep_text(session, (const char *)(begin + 1), event->size_bytes - sizeof(*begin));
	if (model_counted(model))
		model->roll_ns = UINT64_MAX;
	return 0;
}

int model_session_end(struct model *model, const struct ev_header *event)
{
	model->session.complete = 1;
	if (model->open.gathering.count || !model->open.ticks) /* else the last TICK has shown it */
		model_open_commit(model);
	model_series_roll(model, event->time_ns);
	return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * text2trace: events as text (event/text.h) on standard input, a trace file on standard output. So
 * a golden case's input is readable in a diff, and the program under test reads a real trace. A
 * line that is no event ends it with the line's number and the parser's sentence.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "event/text.h"
#include "event/writer.h"

static int convert(FILE *input, struct ev_writer *writer, struct ev_error *why)
{
	static _Alignas(8) char event[EV_EVENT_BYTES_MAX];
	static char line[EV_TEXT_LINE_BYTES];

	for (unsigned long number = 1; fgets(line, sizeof(line), input); number++) {
		struct ev_error reason = { 0 };
		int got = ev_text_parse(line, event, &reason);

		if (got < 0)
			return ev_fail(why, got, "line %lu: %.400s", number, reason.text);
		if (got > 0)
			got = ev_writer_event(writer, (const struct ev_header *)event, why);
		if (got < 0)
			return got;
	}
	return ev_writer_flush(writer, why);
}

int main(void)
{
	struct ev_writer *writer = NULL;
	struct ev_error why = { 0 };
	int err = ev_writer_new(&writer, STDOUT_FILENO, "standard output", EV_CODEC_NONE, &why);

	if (!err)
		err = convert(stdin, writer, &why);
	ev_writer_free(writer);
	if (err)
		fprintf(stderr, "text2trace: %s\n", why.text);
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}

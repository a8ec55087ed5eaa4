/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* The worked example of docs/format.md: its bytes, read by the reader, are its events. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "event/reader.h"
#include "event/text.h"

enum { LINE_BYTES = 512, BYTES_MAX = 4096, EVENTS_MAX = 16 };

static FILE *open_at(const char *fence)
{
	char line[LINE_BYTES];
	FILE *file = fopen(SOURCE_DIR "/docs/format.md", "r");

	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		if (!strcmp(line, fence))
			return file;
	}
	fail_msg("docs/format.md has no %s", fence);
	return NULL;
}

static size_t example_bytes(uint8_t *bytes)
{
	char line[LINE_BYTES], *end;
	FILE *file = open_at("```hex\n");
	size_t count = 0;

	while (fgets(line, sizeof(line), file) && strcmp(line, "```\n")) {
		line[strcspn(line, "#\n")] = 0;
		for (char *at = line; *(at += strspn(at, " ")); at = end) {
			assert_true(count < BYTES_MAX);
			bytes[count++] = (uint8_t)strtoul(at, &end, 16);
			assert_int_equal(end - at, 2);
		}
	}
	fclose(file);
	return count;
}

static void the_example_reads_as_it_says(void **unused)
{
	static char printed[EV_TEXT_LINE_BYTES];
	const struct ev_header *event;
	struct ev_reader *reader;
	struct ev_error why = { 0 };
	uint8_t bytes[BYTES_MAX];
	size_t count = example_bytes(bytes);
	FILE *text = open_at("```text\n");
	char line[LINE_BYTES];
	int pipe_fds[2], events = 0;

	(void)unused;
	assert_int_equal(pipe(pipe_fds), 0);
	assert_int_equal(write(pipe_fds[1], bytes, count), count);
	close(pipe_fds[1]);
	if (ev_reader_open_fd(&reader, pipe_fds[0], "example", &why) < 0)
		fail_msg("%s", why.text);
	while (fgets(line, sizeof(line), text) && strcmp(line, "```\n")) {
		assert_int_equal(ev_reader_next(reader, &event, &why), 1);
		assert_true(ev_text_print(event, printed, sizeof(printed)) > 0);
		assert_string_equal(printed, line);
		events++;
	}
	assert_int_equal(events, 4);
	assert_int_equal(ev_reader_next(reader, &event, &why), 0);
	ev_reader_close(reader);
	fclose(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_example_reads_as_it_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

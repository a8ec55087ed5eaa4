/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef TESTS_UNIT_MODEL_FEED_H
#define TESTS_UNIT_MODEL_FEED_H
/*
 * For the tests of the model: events written as text, one a line, go into a model. A line that does
 * not parse fails the test with the parser's own sentence.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "event/text.h"
#include "model/model.h"

#define FEED_FULL      "0 SESSION start_unix_ns=1000 os=linux mode=full cpu_count=2\n"
#define FEED_AGGREGATE "0 SESSION start_unix_ns=1000 os=linux mode=aggregate cpu_count=2\n"

/* Parses one line; 0 for a comment or a blank one. */
static inline int feed_parse(const char *line, size_t bytes, uint64_t *event)
{
	static char text[EV_TEXT_LINE_BYTES];
	struct ev_error why = { 0 };
	int parsed;

	assert_true(bytes < sizeof(text));
	memcpy(text, line, bytes);
	text[bytes] = 0;
	parsed = ev_text_parse(text, event, &why);
	if (parsed < 0)
		fail_msg("%s: %s", text, why.text);
	return parsed;
}

/* Feeds lines; returns how many events the model took, and stops at the first it refused. */
static inline size_t feed_some(struct model *model, const char *lines)
{
	static uint64_t event[EV_EVENT_BYTES_MAX / sizeof(uint64_t)];
	size_t taken = 0;

	while (*lines) {
		size_t bytes = strcspn(lines, "\n");

		if (feed_parse(lines, bytes, event)) {
			if (model_event(model, (const struct ev_header *)event))
				return taken;
			taken++;
		}
		lines += bytes + (lines[bytes] == '\n');
	}
	return taken;
}

static inline size_t feed_count(const char *lines)
{
	static uint64_t event[EV_EVENT_BYTES_MAX / sizeof(uint64_t)];
	size_t count = 0;

	while (*lines) {
		size_t bytes = strcspn(lines, "\n");

		count += feed_parse(lines, bytes, event) == 1;
		lines += bytes + (lines[bytes] == '\n');
	}
	return count;
}

/* Feeds lines, all of which the model must take. */
static inline void feed(struct model *model, const char *lines)
{
	assert_int_equal(feed_some(model, lines), feed_count(lines));
}

static inline struct model *feed_new(const char *lines)
{
	struct model *model = model_new(NULL);

	assert_non_null(model);
	feed(model, lines);
	return model;
}

/* The operation of a queue (or of the total), by number. */
static inline const struct model_operation *
feed_operation(const struct model *model, const struct model_queue *queue, uint16_t op)
{
	for (size_t i = 0; i < queue->operation_count; i++)
		if (model_queue_operation(model, queue, i)->op == op)
			return model_queue_operation(model, queue, i);
	fail_msg("queue %u has no operation %u", queue->id, op);
	return NULL;
}

/* A source of numbers that is the same in every run. */
static inline uint64_t feed_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

#endif

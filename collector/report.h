/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef COLLECTOR_REPORT_H
#define COLLECTOR_REPORT_H
/*
 * The report on a recording, in words (report_text.c, report_headline.c, report_operations.c,
 * report_devices.c, report_requests.c) or as JSON (report_json.c); report_ring.c has both for one
 * ring, report_usage.c for who used which disk. They only word what the model says.
 */
#include "collector/filter.h"
#include "collector/json.h"
#include "collector/source.h"
#include "model/model.h"

enum report_sort {
	REPORT_BY_TIME,
	REPORT_BY_COUNT,
	REPORT_BY_ERRORS,
	REPORT_BY_BYTES,
	REPORT_BY_P99,
	REPORT_BY_MAX,
	REPORT_BY_NAME
};

struct report {
	const struct model *model;
	const struct source *source; /* which was read to its end */
	const struct filter *filter;
	const char *name; /* of the recording */
	enum report_sort sort;
	int all; /* leave nothing out */
};

/* Feeds the whole recording into the model. */
int report_read(struct source *source, struct filter_view *view, struct model *model,
		struct ev_error *why);

void report_json(const struct report *report);
void report_text(const struct report *report);

/* Parts of the text. */
enum { REPORT_LABEL = 11, REPORT_TEXT_BYTES = 2048 };
void report_headline(const struct report *report);
void report_devices(const struct report *report);
void report_usage(const struct report *report);
/* Whole percent; 100 only for all of it. */
int report_percent(uint64_t part, uint64_t whole);
/* Prints what explains one ring, below its row. */
void report_ring(const struct report *report, const struct model_queue *queue);
void report_operations(const struct report *report);
void report_slowest(const struct report *report);
void report_open(const struct report *report);

/* What a file of another system holds, whether it means anything to us or not: in a line, as a table,
 * as JSON. */
void report_contents_line(const struct report *report);
void report_contents(const struct report *report);
void report_contents_json(struct json *json, const struct report *report);

/* Parts of the JSON. */
void report_ring_json(struct json *json, const struct model_queue *queue);

/* Queues, or the operations of one queue that the filter lets through, in the order asked for. The
 * caller frees; NULL: no memory. */
const struct model_queue **report_sort_queues(const struct report *report);
const struct model_operation **report_sort_operations(const struct report *report,
						      const struct model_queue *queue,
						      size_t *ret_count);
/* Requests of all queues from `first` on that the filter lets through, slowest or oldest first. */
const struct ev_request *report_next_slow(const struct report *report, size_t *next);
const struct ev_request *report_next_open(const struct report *report, size_t *next);

#endif

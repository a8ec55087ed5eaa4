/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * What a report shows and in which order. Whatever costs the most time stands first unless asked
 * otherwise: that is what a reader with an incident looks for. Equal rows keep the model's order.
 */
#include <stdlib.h>
#include <string.h>

#include "collector/report.h"
#include "event/names.h"

/* A row with its key taken out, so that one comparison serves all keys. */
struct keyed {
	uint64_t key;
	size_t index;
	const void *row;
};

static int larger_first(const void *a, const void *b)
{
	const struct keyed *left = a, *right = b;

	if (left->key != right->key)
		return left->key < right->key ? 1 : -1;
	return left->index > right->index ? 1 : -1;
}

static uint64_t histogram_key(const struct histogram *latency, enum report_sort sort)
{
	switch (sort) {
	case REPORT_BY_P99:
		return histogram_quantile(latency, 0.99);
	case REPORT_BY_MAX:
		return latency->max;
	default:
		return latency->sum;
	}
}

static uint64_t operation_key(const struct model_operation *operation, enum report_sort sort)
{
	switch (sort) {
	case REPORT_BY_COUNT:
		return operation->count;
	case REPORT_BY_ERRORS:
		return operation->errors;
	case REPORT_BY_BYTES:
		return operation->bytes;
	default:
		return histogram_key(&operation->latency, sort);
	}
}

static uint64_t queue_errors(const struct model *model, const struct model_queue *queue)
{
	uint64_t errors = 0;

	for (size_t i = 0; i < queue->operation_count; i++)
		errors += model_queue_operation(model, queue, i)->errors;
	return errors;
}

static uint64_t queue_key(const struct report *report, const struct model_queue *queue)
{
	switch (report->sort) {
	case REPORT_BY_COUNT:
		return queue->books.submitted;
	case REPORT_BY_ERRORS:
		return queue_errors(report->model, queue);
	case REPORT_BY_BYTES:
		return queue->bytes;
	default:
		return histogram_key(&queue->latency, report->sort);
	}
}

/* Sorts by key unless sorting by name, which is decided after. */
static const void **in_order(struct keyed *rows, size_t count)
{
	const void **pointers = calloc(count + 1, sizeof(*pointers));

	if (pointers) {
		qsort(rows, count, sizeof(*rows), larger_first);
		for (size_t i = 0; i < count; i++)
			pointers[i] = rows[i].row;
	}
	free(rows);
	return pointers;
}

static int queue_names(const void *a, const void *b)
{
	const struct model_queue *left = *(const struct model_queue *const *)a;
	const struct model_queue *right = *(const struct model_queue *const *)b;
	int order = strcmp(left->comm, right->comm);

	if (order)
		return order;
	return left->index > right->index ? 1 : -1;
}

const struct model_queue **report_sort_queues(const struct report *report)
{
	size_t count = model_queue_count(report->model);
	struct keyed *rows = calloc(count + 1, sizeof(*rows));
	const void **sorted;

	if (!rows)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		const struct model_queue *queue = model_queue_at(report->model, i);

		rows[i] = (struct keyed){ queue_key(report, queue), i, queue };
	}
	sorted = in_order(rows, count);
	if (sorted && report->sort == REPORT_BY_NAME)
		qsort(sorted, count, sizeof(*sorted), queue_names);
	return (const struct model_queue **)sorted;
}

static int operation_names(const void *a, const void *b)
{
	const struct model_operation *left = *(const struct model_operation *const *)a;
	const struct model_operation *right = *(const struct model_operation *const *)b;
	const char *left_name = ev_op_name(left->queue_type, left->op);
	const char *right_name = ev_op_name(right->queue_type, right->op);

	if (left_name && right_name && strcmp(left_name, right_name))
		return strcmp(left_name, right_name);
	return (left->op > right->op) - (left->op < right->op);
}

const struct model_operation **report_sort_operations(const struct report *report,
						      const struct model_queue *queue,
						      size_t *ret_count)
{
	struct keyed *rows = calloc(queue->operation_count + (size_t)1, sizeof(*rows));
	const void **sorted;
	size_t count = 0;

	if (!rows)
		return NULL;
	for (size_t i = 0; i < queue->operation_count; i++) {
		const struct model_operation *operation =
			model_queue_operation(report->model, queue, i);

		if (filter_op(report->filter, operation->op))
			rows[count++] = (struct keyed){ operation_key(operation, report->sort), i,
							operation };
	}
	sorted = in_order(rows, count);
	if (sorted && report->sort == REPORT_BY_NAME)
		qsort(sorted, count, sizeof(*sorted), operation_names);
	*ret_count = sorted ? count : 0;
	return (const struct model_operation **)sorted;
}

const struct ev_request *report_next_slow(const struct report *report, size_t *next)
{
	while (*next < model_slow_count(report->model)) {
		const struct ev_request *request = model_slow_at(report->model, (*next)++);

		if (filter_request(report->filter, request))
			return request;
	}
	return NULL;
}

const struct ev_request *report_next_open(const struct report *report, size_t *next)
{
	while (*next < model_open_count(report->model)) {
		const struct ev_request *request = model_open_at(report->model, (*next)++);

		if (filter_request(report->filter, request))
			return request;
	}
	return NULL;
}

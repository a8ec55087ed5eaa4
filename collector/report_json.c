/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The report as JSON, schema 1 (docs/json.md). Keys are a contract: they may be added, never
 * renamed. Times are nanoseconds in keys that end in _ns, sizes are bytes, what is not known is
 * null and never 0. Rows are in the model's order, so that two reports on one trace are equal.
 */
#include <inttypes.h>
#include <stdio.h>

#include "collector/json.h"
#include "collector/report.h"
#include "collector/report_json.h"
#include "collector/request_text.h"
#include "event/names.h"

static void write_session(struct json *json, const struct model_session *session)
{
	int known = session->known;

	json_object(json, "session");
	json_text(json, "os",
		  !known			 ? NULL
		  : session->os == EV_OS_LINUX	 ? "linux"
		  : session->os == EV_OS_WINDOWS ? "windows"
						 : NULL);
	json_text(json, "kernel", session->kernel);
	json_text(json, "host", session->host);
	json_u64_if(json, "start_unix_ns", known && session->start_unix_ns, session->start_unix_ns);
	json_u64_if(json, "duration_ns", known, session->duration_ns);
	json_text(json, "mode",
		  session->mode == EV_MODE_FULL	       ? "full"
		  : session->mode == EV_MODE_AGGREGATE ? "aggregate"
						       : NULL);
	json_bool(json, "complete", session->complete);
	json_u64_if(json, "cpus", session->cpu_count, session->cpu_count);
	json_u64_if(json, "record_min_ns", known, session->record_min_ns);
	json_text(json, "recorder", session->tool);
	json_text(json, "filter", session->filter);
	json_text(json, "command", session->command);
	json_object_end(json);
}

static void write_books(struct json *json, const struct model_books *books)
{
	json_object_line(json, "books");
	json_u64(json, "submitted", books->submitted);
	json_u64(json, "completed", books->completed);
	json_u64(json, "failed", books->failed);
	json_u64(json, "overflowed", books->overflowed);
	json_u64(json, "skipped", books->skipped);
	json_u64(json, "open", books->open);
	json_u64(json, "lost", books->lost);
	json_u64(json, "unmatched", books->unmatched);
	json_u64(json, "older", books->older);
	json_u64(json, "forgotten", books->forgotten);
	json_bool(json, "balanced", books->balanced);
	json_object_end(json);
}

static void write_gauge(struct json *json, const char *key, const struct model_gauge *gauge)
{
	if (!gauge->known) {
		json_null(json, key);
		return;
	}
	json_object_line(json, key);
	json_number(json, "mean", gauge->mean);
	json_u64(json, "max", gauge->max);
	json_bool(json, "max_sampled", gauge->max_sampled);
	json_object_end(json);
}

static void write_flags(struct json *json, const struct model_queue *queue)
{
	json_array_line(json, "flags");
	for (const struct ev_flag *flag = ev_setup_flags; flag->name; flag++)
		if (queue->flags & flag->bit)
			json_text(json, NULL, flag->name);
	json_array_end(json);
}

static void write_queue(struct json *json, const struct model_queue *queue)
{
	int told = ev_queue_tells_roads(queue->type);

	json_object(json, NULL);
	json_u64(json, "id", queue->id);
	json_text(json, "kind", ev_queue_type_name(queue->type));
	json_u64_if(json, "pid", queue->pid, queue->pid);
	json_text(json, "comm", queue->comm);
	if (queue->fd >= 0)
		json_i64(json, "fd", queue->fd);
	else
		json_null(json, "fd");
	json_u64_if(json, "sq_entries", queue->sq_entries, queue->sq_entries);
	json_u64_if(json, "cq_entries", queue->cq_entries, queue->cq_entries);
	write_flags(json, queue);
	json_u64_if(json, "created_ns", queue->created_ns, queue->created_ns);
	json_u64_if(json, "ended_ns", queue->ended_ns, queue->ended_ns);
	write_gauge(json, "sq_depth", &queue->sq_depth);
	write_gauge(json, "cq_depth", &queue->cq_depth);
	write_gauge(json, "in_flight", &queue->in_flight);
	json_u64_if(json, "older_open", !(queue->resources & EV_RESOURCE_OLDER_UNKNOWN),
		    queue->older_open);
	json_u64_if(json, "overflows", told, queue->overflows);
	json_u64_if(json, "dropped_cqes", told, queue->dropped_cqes);
	json_u64_if(json, "shots", told, queue->shots);
	json_u64_if(json, "waits", told, queue->waits);
	report_ring_json(json, queue);
	write_books(json, &queue->books);
	json_object_end(json);
}

static void write_stages(struct json *json, const struct model_operation *operation)
{
	json_object(json, "stages");
	for (int stage = 0; stage < EV_STAGE_COUNT; stage++)
		if (operation->stages[stage].time.count)
			report_json_histogram(json, ev_stage_name((uint8_t)stage),
					      &operation->stages[stage].time);
	json_object_end(json);
}

static void write_operation(struct json *json, const struct report *report,
			    const struct model_operation *operation)
{
	int told = ev_queue_tells_roads(operation->queue_type);
	char name[REQUEST_OP_BYTES];

	json_object(json, NULL);
	json_u64_if(json, "queue", operation->queue, operation->queue);
	json_text(json, "op", request_op_name(name, operation->queue_type, operation->op));
	json_u64(json, "count", operation->count);
	json_u64(json, "errors", operation->errors);
	json_u64(json, "bytes", operation->bytes);
	json_object_line(json, "paths");
	json_u64_if(json, "inline", told, operation->inline_count);
	json_u64_if(json, "poll", told, operation->poll);
	json_u64_if(json, "worker", told, operation->worker);
	json_object_end(json);
	json_u64_if(json, "linked", told, operation->linked);
	json_u64_if(json, "cancelled_by_chain", told, operation->cancelled);
	json_u64_if(json, "broke_chain_of", told, operation->broke);
	json_u64_if(json, "shots", told, operation->shots);
	report_json_histogram(json, "latency_ns", &operation->latency);
	write_stages(json, operation);
	report_json_places(json, report->model, operation);
	json_object_end(json);
}

/* What its latency, or its age, is made of. */
static void write_parts(struct json *json, const struct ev_request *request)
{
	struct model_part parts[EV_STAGE_COUNT];
	int count = model_is_older(request) ? 0 : model_parts(request, parts);

	json_object_line(json, "stages_ns");
	for (int i = 0; i < count; i++)
		json_u64(json, ev_stage_name(parts[i].stage), parts[i].time_ns);
	json_object_end(json);
	json_u64_if(json, "reaped_ns", request->reaped_ns, request->reaped_ns);
}

static void write_request(struct json *json, const struct report *report,
			  const struct ev_request *request)
{
	const struct model_queue *queue = model_queue_find(report->model, request->queue);
	uint8_t type = queue ? queue->type : EV_QUEUE_IO_URING;
	char name[REQUEST_OP_BYTES];
	int ended = request->end != EV_END_OPEN, known = !model_is_older(request);

	json_object(json, NULL);
	json_u64(json, "queue", request->queue);
	json_text(json, "op", request_op_name(name, type, request->op));
	json_u64_if(json, "submit_ns", known, request->submit_ns);
	json_u64_if(json, ended ? "latency_ns" : "age_ns", known, request_latency_ns(request));
	json_text(json, "stage", ev_stage_name(request->stage));
	if (ended)
		json_i64(json, "result", request->result);
	json_u64_if(json, "pid", request->pid, request->pid);
	json_u64_if(json, "tid", request->tid, request->tid);
	if (ev_queue_tells_roads(type))
		json_i64(json, "fd", request->fd);
	else
		json_null(json, "fd");
	json_text(json, "file",
		  request->file ? model_file_name(report->model, request->file) : NULL);
	json_u64_if(json, "offset_bytes", known && request->offset_bytes != UINT64_MAX,
		    request->offset_bytes);
	json_u64_if(json, "length_bytes", known, request->length_bytes);
	/* 64 opaque bits: as a number most JSON readers would round them. */
	snprintf(name, sizeof(name), "0x%" PRIx64, request->user_data);
	json_text(json, "user_data", name);
	write_parts(json, request);
	report_json_commands(json, report->model, request);
	json_object_end(json);
}

static void write_requests(struct json *json, const struct report *report)
{
	const struct ev_request *request;
	size_t next = 0;

	json_array(json, "slowest");
	while ((request = report_next_slow(report, &next)))
		write_request(json, report, request);
	json_array_end(json);
	json_array(json, "open");
	next = 0;
	while ((request = report_next_open(report, &next)))
		write_request(json, report, request);
	json_array_end(json);
}

static void write_losses(struct json *json, const struct model *model)
{
	json_array(json, "losses");
	for (size_t i = 0; i < model_loss_count(model); i++) {
		const struct model_loss *loss = model_loss_at(model, i);

		json_object_line(json, NULL);
		json_text(json, "kind", ev_loss_name(loss->loss));
		json_text(json, "where", ev_loss_where(loss->loss));
		json_text(json, "why", ev_loss_why(loss->loss));
		json_u64_if(json, "count", !loss->uncountable, loss->count);
		json_u64_if(json, "at_least", loss->uncountable, loss->count);
		json_u64_if(json, "queue", loss->queue, loss->queue);
		json_text(json, "advice", ev_loss_advice(loss->loss));
		json_object_end(json);
	}
	json_array_end(json);
}

static void write_queues(struct json *json, const struct model *model)
{
	json_array(json, "queues");
	for (size_t i = 0; i < model_queue_count(model); i++)
		write_queue(json, model_queue_at(model, i));
	json_array_end(json);
}

static void write_operations(struct json *json, const struct report *report)
{
	json_array(json, "operations");
	for (size_t i = 0; i < model_queue_count(report->model); i++) {
		const struct model_queue *queue = model_queue_at(report->model, i);

		for (size_t j = 0; j < queue->operation_count; j++) {
			const struct model_operation *operation =
				model_queue_operation(report->model, queue, j);

			if (filter_op(report->filter, operation->op))
				write_operation(json, report, operation);
		}
	}
	json_array_end(json);
}

void report_json(const struct report *report)
{
	const struct model *model = report->model;
	struct json json;

	json_init(&json, stdout);
	json_object(&json, NULL);
	json_u64(&json, "schema", 1);
	json_text(&json, "tool", "ringlens");
	json_text(&json, "version", RINGLENS_VERSION);
	write_session(&json, model_session(model));
	write_books(&json, &model_total(model)->books);
	write_queues(&json, model);
	write_operations(&json, report);
	json_array(&json, "devices");
	for (size_t i = 0; i < model_device_count(model); i++)
		if (filter_device(report->filter, model_device_at(model, i)->name))
			report_json_device(&json, report, model_device_at(model, i));
	json_array_end(&json);
	report_json_usage(&json, report);
	write_requests(&json, report);
	write_losses(&json, model);
	report_contents_json(&json, report);
	json_object_end(&json);
}

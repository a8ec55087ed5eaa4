/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The devices' part of the JSON report (docs/json.md): queues, commands, and where requests were
 * with a device.
 */
#include <inttypes.h>

#include "collector/command_text.h"
#include "collector/report_json.h"
#include "event/names.h"

void report_json_histogram(struct json *json, const char *key, const struct histogram *histogram)
{
	if (!histogram->count) {
		json_null(json, key);
		return;
	}
	json_object_line(json, key);
	json_u64(json, "count", histogram->count);
	json_u64(json, "sum", histogram->sum);
	json_u64(json, "min", histogram->min);
	json_u64(json, "mean", (uint64_t)(histogram_mean(histogram) + 0.5));
	json_u64(json, "p50", histogram_quantile(histogram, 0.5));
	json_u64(json, "p90", histogram_quantile(histogram, 0.9));
	json_u64(json, "p99", histogram_quantile(histogram, 0.99));
	json_u64(json, "p99_9", histogram_quantile(histogram, 0.999));
	json_u64(json, "max", histogram->max);
	json_object_end(json);
}

static const char *device_name(const struct model *model, uint32_t device)
{
	const struct model_device *known = model_device_identity(model, device);

	return known && known->name[0] ? known->name : NULL;
}

void report_json_places(struct json *json, const struct model *model,
			const struct model_operation *operation)
{
	json_array(json, "places");
	for (uint32_t i = 0; i < operation->place_count; i++) {
		const struct model_place *place = &operation->places[i];

		json_object_line(json, NULL);
		json_text(json, "device", device_name(model, place->device));
		json_u64(json, "qid", place->hw_queue);
		json_u64(json, "count", place->count);
		json_u64(json, "time_ns", place->time_ns);
		json_object_end(json);
	}
	json_array_end(json);
}

/* Its other names, and what it belongs to. */
static void write_names(struct json *json, const struct model *model,
			const struct model_device *device)
{
	json_text(json, "id", device->names[EV_DEVICE_NAME_ID]);
	json_text(json, "mount", device->names[EV_DEVICE_NAME_MOUNT]);
	json_text(json, "model", device->names[EV_DEVICE_NAME_MODEL]);
	json_text(json, "backing_file", device->names[EV_DEVICE_NAME_BACKING]);
	json_text(json, "transport", device->names[EV_DEVICE_NAME_TRANSPORT]);
	json_text(json, "address", device->names[EV_DEVICE_NAME_ADDRESS]);
	json_u64_if(json, "namespace", device->namespace_id, device->namespace_id);
	json_text(json, "controller", device_name(model, device->controller));
	json_text(json, "path_to", device_name(model, device->head));
}

static void write_events(struct json *json, const struct model_device *device)
{
	json_object_line(json, "events");
	for (size_t i = EV_DEVICE_EVENT_ASYNC; i <= EV_DEVICE_EVENT_GONE; i++)
		if (device->events[i])
			json_u64(json, ev_device_event_name((uint8_t)i), device->events[i]);
	json_object_end(json);
}

static void write_depth(struct json *json, const struct model_device_queue *queue)
{
	json_object_line(json, "depth");
	json_u64_if(json, "limit", queue->limit, queue->limit);
	json_u64_if(json, "tags", queue->tag_limit, queue->tag_limit);
	json_u64_if(json, "requests", queue->request_limit, queue->request_limit);
	if (queue->depth.known)
		json_number(json, "mean", queue->depth.mean);
	else
		json_null(json, "mean");
	json_u64_if(json, "max", queue->depth.known, queue->depth.max);
	json_u64_if(json, "now", queue->depth.now_told, queue->depth.now);
	json_object_end(json);
}

static void write_ops(struct json *json, const struct model_device_queue *queue)
{
	json_array(json, "operations");
	for (uint8_t op = 0; op < MODEL_COMMAND_OPS; op++) {
		const struct model_command_count *count = &queue->ops[op];

		if (!count->count)
			continue;
		json_object_line(json, NULL);
		json_text(json, "op", ev_command_name(op));
		json_u64(json, "count", count->count);
		json_u64(json, "errors", count->errors);
		json_u64(json, "bytes", count->bytes);
		json_object_end(json);
	}
	json_array_end(json);
}

/* As what the commands were sent that no request asked for. */
static void write_unlinked(struct json *json, const struct model_device_queue *queue)
{
	if (!(queue->told & EV_DEVICE_TOLD_UNLINKED)) {
		json_null(json, "unlinked_kinds");
		return;
	}
	json_array(json, "unlinked_kinds");
	for (uint8_t kind = 0; kind < EV_UNLINKED_KINDS; kind++) {
		if (!queue->unlinked_kinds[kind])
			continue;
		json_object_line(json, NULL);
		json_text(json, "kind", ev_unlinked_name(kind));
		json_u64(json, "count", queue->unlinked_kinds[kind]);
		json_object_end(json);
	}
	json_array_end(json);
}

static void write_statuses(struct json *json, const struct model_device_queue *queue)
{
	char text[EV_STATUS_TEXT_BYTES];

	json_array(json, "statuses");
	for (uint32_t i = 0; i < queue->status_count; i++) {
		json_object_line(json, NULL);
		json_u64(json, "status", queue->statuses[i].status);
		json_text(json, "text",
			  ev_status_text(text, queue->statuses[i].type, queue->statuses[i].status));
		json_u64(json, "count", queue->statuses[i].count);
		json_object_end(json);
	}
	json_array_end(json);
}

static void write_queue(struct json *json, const struct model_device_queue *queue)
{
	json_object(json, NULL);
	json_u64(json, "qid", queue->hw_queue);
	json_text(json, "type", ev_device_queue_name(queue->type));
	json_u64(json, "commands", queue->commands);
	json_u64(json, "errors", queue->errors);
	json_u64(json, "bytes", queue->bytes);
	json_u64(json, "read_bytes", queue->read_bytes);
	json_u64(json, "write_bytes", queue->write_bytes);
	write_depth(json, queue);
	report_json_histogram(json, "latency_ns", &queue->latency);
	report_json_histogram(json, "queueing_ns", &queue->queueing);
	json_u64(json, "recorded", queue->recorded);
	json_u64(json, "sorted", queue->sorted);
	json_u64_if(json, "unlinked", queue->sorted, queue->unlinked);
	json_u64_if(json, "requeues", queue->sorted, queue->requeues);
	json_u64_if(json, "merges", queue->stated, queue->merges);
	json_u64_if(json, "retries", queue->stated, queue->retries);
	json_u64_if(json, "tag_waits", queue->told & EV_DEVICE_TOLD_TAG_WAITS, queue->tag_waits);
	json_u64_if(json, "scheduled", queue->told & EV_DEVICE_TOLD_SCHEDULED, queue->scheduled);
	json_u64_if(json, "scheduled_ns", queue->told & EV_DEVICE_TOLD_SCHEDULED,
		    queue->scheduled_ns);
	json_u64_if(json, "waiting_max", queue->stated, queue->waiting_max);
	json_u64_if(json, "sq_entries", queue->sq_entries, queue->sq_entries);
	json_u64_if(json, "sq_head", queue->sq_told, queue->sq_head);
	json_u64_if(json, "sq_tail", queue->sq_told, queue->sq_tail);
	json_u64_if(json, "unfetched", queue->sq_told, model_device_queue_unfetched(queue));
	json_u64_if(json, "unfetched_max", queue->sq_told, queue->unfetched_max);
	json_u64_if(json, "irq", queue->irq, queue->irq);
	json_text(json, "cpus", queue->cpus);
	write_ops(json, queue);
	write_unlinked(json, queue);
	write_statuses(json, queue);
	json_object_end(json);
}

void report_json_device(struct json *json, const struct report *report,
			const struct model_device *device)
{
	json_object(json, NULL);
	json_text(json, "name", device->name);
	json_text(json, "type", ev_device_type_name(device->type));
	json_text(json, "driver", device->driver ? ev_driver_name(device->driver) : NULL);
	json_u64_if(json, "size_bytes", device->size_bytes, device->size_bytes);
	write_names(json, report->model, device);
	write_events(json, device);
	json_array(json, "queues");
	for (size_t i = 0; i < device->queue_count; i++)
		write_queue(json, &device->queues[i]);
	json_array_end(json);
	json_object_end(json);
}

void report_json_commands(struct json *json, const struct model *model,
			  const struct ev_request *request)
{
	const struct model_commands *commands = model_commands_of(model, request);

	json_array(json, "commands");
	for (size_t i = 0; i < commands->count; i++) {
		const struct ev_command *command = &commands->commands[i];
		int timed = command->issue_ns && command->issue_ns <= command->h.time_ns;

		json_object_line(json, NULL);
		json_text(json, "device", device_name(model, command->device));
		json_u64(json, "qid", command->hw_queue);
		json_text(json, "op", ev_command_name(command->op));
		json_u64(json, "id", command->command_id);
		json_u64_if(json, "queued_ns", command->queued_ns, command->queued_ns);
		json_u64_if(json, "issue_ns", command->issue_ns, command->issue_ns);
		json_u64_if(json, "latency_ns", timed && command->end != EV_END_OPEN,
			    command->h.time_ns - command->issue_ns);
		json_u64(json, "offset_bytes", command->offset_bytes);
		json_u64(json, "length_bytes", command->length_bytes);
		json_u64_if(json, "depth", command->depth, command->depth);
		json_u64_if(json, "status", command->end != EV_END_OPEN, command->status);
		json_object_end(json);
	}
	json_array_end(json);
}

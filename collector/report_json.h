/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef COLLECTOR_REPORT_JSON_H
#define COLLECTOR_REPORT_JSON_H
/*
 * What the files that write the report as JSON share; nobody else includes it.
 */
#include "collector/json.h"
#include "collector/report.h"

/* null while it is empty. */
void report_json_histogram(struct json *json, const char *key, const struct histogram *histogram);

/* Where an operation's requests were with a device, the devices, a request's commands. */
void report_json_places(struct json *json, const struct model *model,
			const struct model_operation *operation);
void report_json_device(struct json *json, const struct report *report,
			const struct model_device *device);
void report_json_commands(struct json *json, const struct model *model,
			  const struct ev_request *request);

/* Who used which disk. */
void report_json_usage(struct json *json, const struct report *report);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef COLLECTOR_JSON_H
#define COLLECTOR_JSON_H
/*
 * Writes JSON as it goes, with no tree in memory. `key` is NULL inside an array. Text may hold any
 * bytes: what is not UTF-8 becomes U+FFFD, so the output is always valid.
 */
#include <stdint.h>
#include <stdio.h>

enum { JSON_DEPTH_MAX = 16 };

struct json {
	FILE *out;
	uint32_t depth;
	uint8_t inline_from;		    /* depth from which no line is broken; 0: none */
	uint8_t has_member[JSON_DEPTH_MAX]; /* something was written at this depth */
};

void json_init(struct json *json, FILE *out);
/* An object or array whose members each stand on a line of their own. */
void json_object(struct json *json, const char *key);
void json_array(struct json *json, const char *key);
/* An object or array on one line, with all that is in it. */
void json_object_line(struct json *json, const char *key);
void json_array_line(struct json *json, const char *key);
void json_object_end(struct json *json);
void json_array_end(struct json *json);

void json_u64(struct json *json, const char *key, uint64_t value);
void json_i64(struct json *json, const char *key, int64_t value);
/* Three decimals at most. */
void json_number(struct json *json, const char *key, double value);
void json_bool(struct json *json, const char *key, int value);
void json_null(struct json *json, const char *key);
/* NULL and "" are null: an empty name is a name that is not known. */
void json_text(struct json *json, const char *key, const char *text);
/* `known` 0: null. */
void json_u64_if(struct json *json, const char *key, int known, uint64_t value);

#endif

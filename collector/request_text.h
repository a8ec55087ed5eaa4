/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef COLLECTOR_REQUEST_TEXT_H
#define COLLECTOR_REQUEST_TEXT_H
/*
 * One request in words, as strace would put it:
 *
 *     READ(3</var/lib/x>, off=8192, len=4096) = 4096 <12.3us worker: submit 0.2 queue 0.2 run 11.9>
 *
 * Used by `trace` for each request and by `report` for the slowest and the open ones.
 */
#include "collector/phrase.h"
#include "event/record.h"
#include "model/model.h"

/* The model gives names to files and says of what type the queue is. `colour`: escape sequences
 * around errors and latency. */
void request_text_add(struct phrase *phrase, const struct model *model,
		      const struct ev_request *request, int colour);

/* Operation by name, or "OP_77". `name` has room for any. */
enum { REQUEST_OP_BYTES = 32 };
const char *request_op_name(char name[REQUEST_OP_BYTES], uint8_t queue_type, uint16_t op);

/* What a queue is called: "ring", on Windows "queue". */
const char *queue_word(const struct model *model);

/* Adds "fio[4242] ring:5": owner and queue of an id; the id itself when nobody introduced it. */
void request_text_add_queue(struct phrase *phrase, const struct model *model, uint32_t queue);

/* How long it took, or has been open; 0 for one that seems to end before it began. */
static inline uint64_t request_latency_ns(const struct ev_request *request)
{
	return request->h.time_ns > request->submit_ns ? request->h.time_ns - request->submit_ns
						       : 0;
}

#endif

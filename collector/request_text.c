/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Words a request: operation, operands, result, and in angle brackets how long it took, which road
 * the kernel took, and how its time divides into the stages it passed.
 * Unknown is said to be unknown: a request that ended without a completion has no end time, one
 * that is still open has no result.
 */
#include "collector/request_text.h"

#include <inttypes.h>
#include <stdio.h>

#include "collector/escape.h"
#include "collector/operands.h"
#include "collector/parts_text.h"
#include "event/names.h"
#include "event/units.h"

/* Bits of `path` that the operands or the stages already tell. */
enum {
	PATH_TOLD_ELSEWHERE = EV_PATH_FIXED_FILE | EV_PATH_FIXED_BUFFER | EV_PATH_DEVICE |
			      EV_PATH_TASK_WORK | EV_PATH_ARGS_UNSURE,
};

static uint8_t type_of(const struct model *model, uint32_t queue)
{
	const struct model_queue *found = model_queue_identity(model, queue);

	return found && found->type ? found->type : EV_QUEUE_IO_URING;
}

const char *request_op_name(char name[REQUEST_OP_BYTES], uint8_t queue_type, uint16_t op)
{
	const char *known = ev_op_name(queue_type, op);

	if (known)
		snprintf(name, REQUEST_OP_BYTES, "%s", known);
	else
		snprintf(name, REQUEST_OP_BYTES, "OP_%u", op);
	return name;
}

const char *queue_word(const struct model *model)
{
	return ev_queue_word(model_session(model)->os);
}

void request_text_add_queue(struct phrase *phrase, const struct model *model, uint32_t queue)
{
	const struct model_queue *found = model_queue_identity(model, queue);
	char comm[256];

	if (!found || !found->pid) {
		phrase_add(phrase, "?[?] %s:#%" PRIu32, queue_word(model), queue);
		return;
	}
	escape_name(comm, sizeof(comm), found->comm[0] ? found->comm : "?");
	phrase_add(phrase, "%s[%" PRIu32 "] %s:", comm, found->pid, queue_word(model));
	if (found->fd >= 0)
		phrase_add(phrase, "%" PRId32, found->fd);
	else
		phrase_add(phrase, "#%" PRIu32, queue);
}

/* An NTSTATUS or, of an IoRing, an HRESULT. */
static void add_status(struct phrase *phrase, const struct ev_request *request)
{
	char text[EV_STATUS_TEXT_BYTES];

	if (request->status)
		phrase_add(phrase, "%s", ev_status_text(text, EV_STATUS_NT, request->status));
	else
		phrase_add(phrase, "error 0x%08" PRIx32, (uint32_t)request->result);
}

static void add_error(struct phrase *phrase, const struct ev_request *request, uint8_t queue_type,
		      int colour)
{
	int64_t result = request->result;
	const char *name = result > -4096 ? ev_errno_name((int)-result) : NULL;

	phrase_add(phrase, "%s", colour ? "\033[31m" : "");
	if (queue_type != EV_QUEUE_IO_URING)
		add_status(phrase, request);
	else if (name)
		phrase_add(phrase, "-%s", name);
	else
		phrase_add(phrase, "%" PRId64, result);
	phrase_add(phrase, "%s", colour ? "\033[0m" : "");
}

/* Windows tells of data on its way, not of the request that waits for it: what moved is known. */
static int is_data(const struct ev_request *request, uint8_t queue_type)
{
	return request->end == EV_END_SKIPPED && queue_type != EV_QUEUE_IO_URING;
}

static void add_result(struct phrase *phrase, const struct ev_request *request, uint8_t queue_type,
		       int colour)
{
	phrase_add(phrase, " = ");
	if (request->end == EV_END_OPEN || request->end == EV_END_VANISHED ||
	    (request->end == EV_END_SKIPPED && !is_data(request, queue_type)))
		phrase_add(phrase, "?");
	else if (request->result < 0)
		add_error(phrase, request, queue_type, colour);
	else
		phrase_add(phrase, "%" PRId64, request->result);
}

static void add_path(struct phrase *phrase, uint32_t path, uint8_t queue_type)
{
	char text[256];

	path &= ~(uint32_t)PATH_TOLD_ELSEWHERE;
	if (!(path & EV_PATH_ROADS) && ev_queue_tells_roads(queue_type))
		phrase_add(phrase, " inline");
	if (!path)
		return;
	ev_flags_text(ev_path_flags, path, text, sizeof(text));
	for (char *bar = text; *bar; bar++)
		if (*bar == '|')
			*bar = ' ';
	phrase_add(phrase, " %s", text);
}

/* 0: not known. */
static uint64_t stage_since_ns(const struct ev_request *request)
{
	if (request->stage == EV_STAGE_SUBMITTED)
		return request->submit_ns;
	if (request->stage == EV_STAGE_WORKER_UNSPLIT)
		return request->stage_ns[EV_STAGE_WORKER_QUEUED - 1];
	return request->stage <= EV_STAGE_TIMES ? request->stage_ns[request->stage - 1] : 0;
}

/* "open 3.20s, device for 3.10s" */
static void add_open(struct phrase *phrase, const struct ev_request *request)
{
	char age[EV_UNITS_TEXT_BYTES], stage_age[EV_UNITS_TEXT_BYTES];
	uint64_t since_ns = stage_since_ns(request);

	if (model_is_older(request)) {
		phrase_add(phrase, "open, older than the recording, %s",
			   ev_stage_name(request->stage));
		return;
	}
	phrase_add(phrase, "open %s", ev_units_time(age, request_latency_ns(request)));
	if (since_ns && since_ns <= request->h.time_ns)
		phrase_add(phrase, ", %s for %s", ev_stage_name(request->stage),
			   ev_units_time(stage_age, request->h.time_ns - since_ns));
}

/* ": queue 3.1 block 0.4 device 8.2 post 0.7" */
static void add_parts(struct phrase *phrase, const struct ev_request *request)
{
	struct model_part parts[EV_STAGE_COUNT];
	struct part_text texts[EV_STAGE_COUNT];
	int count = model_parts(request, parts);

	for (int i = 0; i < count; i++)
		texts[i] = (struct part_text){ ev_stage_word(parts[i].stage), parts[i].time_ns };
	parts_text_add(phrase, ":", texts, (size_t)count, ev_stage_word(EV_STAGE_SUBMITTED));
}

static void add_latency(struct phrase *phrase, const struct ev_request *request, uint8_t queue_type)
{
	char text[EV_UNITS_TEXT_BYTES];

	phrase_add(phrase, "%s", ev_units_time(text, request_latency_ns(request)));
	add_path(phrase, request->path, queue_type);
	add_parts(phrase, request);
	if (request->reaped_ns > request->h.time_ns)
		phrase_add(phrase, ", reaped %s later",
			   ev_units_time(text, request->reaped_ns - request->h.time_ns));
	if (request->end == EV_END_FAILED)
		phrase_add(phrase, ", refused before it started");
	if (request->end == EV_END_OVERFLOWED)
		phrase_add(phrase, ", completion queue full");
}

static void add_end(struct phrase *phrase, const struct ev_request *request, uint8_t queue_type,
		    int colour)
{
	phrase_add(phrase, "%s <", colour ? "\033[2m" : "");
	if (request->end == EV_END_OPEN)
		add_open(phrase, request);
	else if (is_data(request, queue_type))
		phrase_add(phrase, "data on its way: no latency");
	else if (request->end == EV_END_SKIPPED)
		phrase_add(phrase, "no completion asked for: end not seen");
	else if (request->end == EV_END_VANISHED)
		phrase_add(phrase, "end not seen");
	else
		add_latency(phrase, request, queue_type);
	if (request->path & EV_PATH_ARGS_UNSURE)
		phrase_add(phrase, ", operands unsure");
	phrase_add(phrase, ">%s", colour ? "\033[0m" : "");
}

/* Of the operands of a request that was not seen to begin. */
static void add_what_is_left(struct phrase *phrase, const struct ev_request *request,
			     const char *file_name)
{
	if (request->path & EV_PATH_FIXED_FILE)
		phrase_add(phrase, "fixed ");
	if (request->fd >= 0)
		phrase_add(phrase, "%" PRId32, request->fd);
	if (file_name)
		phrase_add(phrase, "<%s>", file_name);
	phrase_add(phrase, "%suser_data=0x%" PRIx64, request->fd >= 0 || file_name ? ", " : "",
		   request->user_data);
}

void request_text_add(struct phrase *phrase, const struct model *model,
		      const struct ev_request *request, int colour)
{
	const char *path = request->file ? model_file_name(model, request->file) : NULL;
	uint8_t queue_type = type_of(model, request->queue);
	char op[REQUEST_OP_BYTES], safe[1024];

	phrase_add(phrase, "%s(", request_op_name(op, queue_type, request->op));
	if (path)
		escape_name(safe, sizeof(safe), path);
	if (model_is_older(request))
		add_what_is_left(phrase, request, path ? safe : NULL);
	else
		operands_add(phrase, queue_type, request, path ? safe : NULL);
	phrase_add(phrase, ")");
	add_result(phrase, request, queue_type, colour);
	add_end(phrase, request, queue_type, colour);
}

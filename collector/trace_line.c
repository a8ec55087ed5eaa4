/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Events to lines, one function a kind, reached through a table. Times are local wall clock when
 * the session is anchored to it, else seconds since its start. Pure: everything it needs is in the
 * event and the model (and the time zone).
 */
#include "collector/trace_line.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "collector/command_text.h"
#include "collector/escape.h"
#include "collector/loss_text.h"
#include "collector/phrase.h"
#include "collector/request_story.h"
#include "collector/request_text.h"
#include "event/names.h"

enum { NS_PER_S = 1000000000 };

static void add_time(struct phrase *phrase, const struct model *model, uint64_t time_ns)
{
	const struct model_session *session = model_session(model);
	uint64_t since_ns = time_ns - session->start_ns;
	uint64_t unix_ns = session->start_unix_ns + since_ns;
	time_t seconds = (time_t)(unix_ns / NS_PER_S);
	struct tm local;

	if (!session->known || !session->start_unix_ns || !localtime_r(&seconds, &local)) {
		phrase_add(phrase, "%6" PRIu64 ".%06" PRIu64 " ", since_ns / NS_PER_S,
			   since_ns % NS_PER_S / 1000);
		return;
	}
	phrase_add(phrase, "%02d:%02d:%02d.%06" PRIu64 " ", local.tm_hour, local.tm_min,
		   local.tm_sec, unix_ns % NS_PER_S / 1000);
}

static void add_result(struct phrase *phrase, int64_t result)
{
	const char *error = result < 0 && result > -4096 ? ev_errno_name((int)-result) : NULL;

	if (error)
		phrase_add(phrase, " = -%s", error);
	else
		phrase_add(phrase, " = %" PRId64, result);
}

static void add_queue(struct phrase *phrase, const struct model *model,
		      const struct ev_header *event, int colour)
{
	const struct ev_queue *queue = (const struct ev_queue *)event;
	char flags[512];

	(void)colour;
	request_text_add_queue(phrase, model, queue->queue);
	if (queue->type != EV_QUEUE_IO_URING) {
		phrase_add(phrase, " *** first seen: %s", ev_queue_kind(queue->type));
		return;
	}
	phrase_add(phrase, " *** %s %s: id %" PRIu32, queue_word(model),
		   queue->created_ns ? "created" : "already there", queue->queue);
	if (queue->sq_entries)
		phrase_add(phrase, ", %" PRIu32 " SQ entries, %" PRIu32 " CQ entries",
			   queue->sq_entries, queue->cq_entries);
	if (queue->flags) {
		ev_flags_text(ev_setup_flags, queue->flags, flags, sizeof(flags));
		phrase_add(phrase, ", %s", flags);
	}
}

static void add_queue_end(struct phrase *phrase, const struct model *model,
			  const struct ev_header *event, int colour)
{
	(void)colour;
	request_text_add_queue(phrase, model, ((const struct ev_queue_end *)event)->queue);
	phrase_add(phrase, " *** %s closed", queue_word(model));
}

static void add_request(struct phrase *phrase, const struct model *model,
			const struct ev_header *event, int colour)
{
	const struct ev_request *request = (const struct ev_request *)event;

	request_text_add_queue(phrase, model, request->queue);
	phrase_add(phrase, " ");
	request_text_add(phrase, model, request, colour);
	if (request->end != EV_END_OPEN)
		request_story_add(phrase, model, request);
}

static void add_completion(struct phrase *phrase, const struct model *model,
			   const struct ev_header *event, int colour)
{
	static const char *const what[] = {
		[EV_COMPLETION_MULTISHOT] = "multishot completion",
		[EV_COMPLETION_OTHER] = "message or resource tag",
		[EV_COMPLETION_NOTIFICATION] = "zero-copy notification",
		[EV_COMPLETION_UNMATCHED] = "completion of a request not seen",
		[EV_COMPLETION_OLDER] = "completion of a request older than the trace",
		[EV_COMPLETION_FORGOTTEN] = "completion of a request counted as lost",
	};
	const struct ev_completion *completion = (const struct ev_completion *)event;

	(void)colour;
	request_text_add_queue(phrase, model, completion->queue);
	if (model_session(model)->os == EV_OS_WINDOWS) {
		phrase_add(phrase, " *** packet taken");
		if (completion->cq_depth)
			phrase_add(phrase, ", %" PRIu32 " waited when it was queued",
				   completion->cq_depth);
		return;
	}
	phrase_add(phrase, " *** %s, user_data=0x%" PRIx64,
		   completion->type < sizeof(what) / sizeof(what[0]) && what[completion->type]
			   ? what[completion->type]
			   : "completion",
		   completion->user_data);
	add_result(phrase, completion->result);
}

static void add_overflow(struct phrase *phrase, const struct model *model,
			 const struct ev_header *event, int colour)
{
	const struct ev_overflow *overflow = (const struct ev_overflow *)event;

	request_text_add_queue(phrase, model, overflow->queue);
	phrase_add(phrase, " %s*** completion queue full%s, user_data=0x%" PRIx64 ": %s",
		   colour ? "\033[33m" : "", colour ? "\033[0m" : "", overflow->user_data,
		   overflow->dropped ? "this completion is lost to the application"
				     : "this completion waits in the backlog");
}

static void add_register(struct phrase *phrase, const struct model *model,
			 const struct ev_header *event, int colour)
{
	const struct ev_register *registered = (const struct ev_register *)event;

	const char *name = ev_register_name(registered->op);

	(void)colour;
	request_text_add_queue(phrase, model, registered->queue);
	if (name)
		phrase_add(phrase, " *** %s", name);
	else
		phrase_add(phrase, " *** REGISTER_%" PRIu32, registered->op);
	phrase_add(phrase, ": now %" PRIu32 " files, %" PRIu32 " buffers", registered->file_count,
		   registered->buffer_count);
	add_result(phrase, registered->result);
}

static void add_lost(struct phrase *phrase, const struct model *model,
		     const struct ev_header *event, int colour)
{
	const struct ev_lost *lost = (const struct ev_lost *)event;
	struct model_loss loss = { .loss = lost->loss,
				   .count = lost->count,
				   .uncountable = !lost->count };

	(void)model;
	phrase_add(phrase, "%s*** ", colour ? "\033[33m" : "");
	loss_text_add_short(phrase, &loss);
	phrase_add(phrase, "%s", colour ? "\033[0m" : "");
}

static void add_command(struct phrase *phrase, const struct model *model,
			const struct ev_header *event, int colour)
{
	const struct ev_command *command = (const struct ev_command *)event;

	command_text_add(phrase, model, command, colour);
	command_text_add_owner(phrase, model, command);
}

static void add_device_event(struct phrase *phrase, const struct model *model,
			     const struct ev_header *event, int colour)
{
	const struct ev_device_event *happened = (const struct ev_device_event *)event;
	char text[EV_STATUS_TEXT_BYTES], name[DEVICE_NAME_BYTES];

	phrase_add(phrase, "%s ", device_name_text(name, model, happened->device));
	if (happened->type == EV_DEVICE_EVENT_TIMEOUT)
		phrase_add(phrase, "queue %" PRIu32 " ", happened->hw_queue);
	phrase_add(phrase, "%s*** ", colour ? "\033[33m" : "");
	switch (happened->type) {
	case EV_DEVICE_EVENT_ASYNC:
		phrase_add(phrase, "async event: %s",
			   ev_async_text(text, (uint32_t)happened->value));
		break;
	case EV_DEVICE_EVENT_ABORT:
		phrase_add(phrase, "abort of command %" PRIu64 " in queue %" PRIu64,
			   happened->value >> 16 & 0xffff, happened->value & 0xffff);
		break;
	case EV_DEVICE_EVENT_TIMEOUT:
		phrase_add(phrase, "command %" PRIu64 " took too long for the driver",
			   happened->value);
		break;
	case EV_DEVICE_EVENT_RESET:
		phrase_add(phrase, "reset: its queues were made anew");
		break;
	case EV_DEVICE_EVENT_GONE:
		phrase_add(phrase, "gone");
		break;
	default:
		phrase_add(phrase, "event of type %u, value 0x%" PRIx64, happened->type,
			   happened->value);
	}
	phrase_add(phrase, "%s", colour ? "\033[0m" : "");
}

static void (*const add_kind[])(struct phrase *, const struct model *, const struct ev_header *,
				int) = {
	[EV_QUEUE] = add_queue,
	[EV_QUEUE_END] = add_queue_end,
	[EV_REQUEST] = add_request,
	[EV_COMPLETION] = add_completion,
	[EV_OVERFLOW] = add_overflow,
	[EV_REGISTER] = add_register,
	[EV_LOST] = add_lost,
	[EV_COMMAND] = add_command,
	[EV_DEVICE_EVENT] = add_device_event,
};

size_t trace_line(char line[TRACE_LINE_BYTES], const struct model *model,
		  const struct ev_header *event, int colour)
{
	struct phrase phrase;

	if (event->kind >= sizeof(add_kind) / sizeof(add_kind[0]) || !add_kind[event->kind])
		return 0;
	phrase_init(&phrase, line, TRACE_LINE_BYTES);
	add_time(&phrase, model, event->time_ns);
	add_kind[event->kind](&phrase, model, event, colour);
	return phrase.used;
}

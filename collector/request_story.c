/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The story of one request: which one of its chain it waited for and how long, who broke the chain,
 * how many completions a multishot request had and why it ended. What is not known is left out.
 */
#include "collector/request_story.h"

#include <inttypes.h>

#include "collector/request_text.h"
#include "event/names.h"
#include "event/units.h"

/* Linux error numbers, which an io_uring trace has wherever it is read; and operations. */
enum { ETIME_LINUX = 62, ENOBUFS_LINUX = 105, ECANCELED_LINUX = 125, OP_LINK_TIMEOUT = 15 };

static void add_link(struct phrase *phrase, const struct model_chain_link *link)
{
	char op[REQUEST_OP_BYTES];

	phrase_add(phrase, "%s user_data=0x%" PRIx64,
		   request_op_name(op, EV_QUEUE_IO_URING, link->op), link->user_data);
}

static void add_breaker(struct phrase *phrase, const struct model_chain_link *breaker)
{
	const char *error = breaker->result < 0 && breaker->result > -4096
				    ? ev_errno_name((int)-breaker->result)
				    : NULL;

	phrase_add(phrase, " [chain broken by ");
	add_link(phrase, breaker);
	if (error)
		phrase_add(phrase, " = -%s]", error);
	else
		phrase_add(phrase, " = %" PRId64 "%s]", breaker->result,
			   breaker->result >= 0 ? ", less than asked for" : "");
}

/* A linked timeout belongs to the request before it. */
static void add_timeout(struct phrase *phrase, const struct model_chain_link *before,
			int64_t result)
{
	phrase_add(phrase, " [timeout of ");
	add_link(phrase, before);
	phrase_add(phrase, "%s]",
		   result == -ETIME_LINUX	? ": it took too long"
		   : result == -ECANCELED_LINUX ? ": it ended in time"
						: "");
}

static void add_wait(struct phrase *phrase, const struct model_chain_link *before,
		     const struct ev_request *request)
{
	uint64_t from_ns = request->stage_ns[EV_STAGE_LINKED - 1];
	uint64_t to_ns = request->stage_ns[EV_STAGE_RELEASED - 1];
	char text[EV_UNITS_TEXT_BYTES];

	phrase_add(phrase, " [after ");
	add_link(phrase, before);
	if (from_ns && to_ns >= from_ns)
		phrase_add(phrase, ", waited %s", ev_units_time(text, to_ns - from_ns));
	phrase_add(phrase, "]");
}

static void add_shots(struct phrase *phrase, uint64_t shots, const struct ev_request *request)
{
	const char *why = "by the kernel";

	if (request->result == -ENOBUFS_LINUX)
		why = "no provided buffer was left";
	else if (request->result == -ECANCELED_LINUX)
		why = "cancelled";
	else if (request->result < 0)
		why = "it failed";
	else if (request->result == 0)
		why = "nothing more will come";
	phrase_add(phrase, " [multishot: %" PRIu64 " completions before; ended: %s]", shots, why);
}

void request_story_add(struct phrase *phrase, const struct model *model,
		       const struct ev_request *request)
{
	const struct model_last_request *last = model_last_request(model);

	if (last->shots)
		add_shots(phrase, last->shots, request);
	if (last->timeout)
		phrase_add(phrase, " [stopped by LINK_TIMEOUT user_data=0x%" PRIx64 "]",
			   last->timeout->user_data);
	if (last->breaker)
		add_breaker(phrase, last->breaker);
	else if (last->before && request->op == OP_LINK_TIMEOUT)
		add_timeout(phrase, last->before, request->result);
	else if (last->before)
		add_wait(phrase, last->before, request);
}

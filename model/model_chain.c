/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Chains of linked requests: who came before whom, and which one broke the chain.
 *
 * A member names the request before it by the moment that one was submitted. That one ends first,
 * mostly just before, so the ends of linked requests are remembered for a while: in places chosen
 * by hash, where a younger one takes the place of an older one. What has been forgotten is not
 * known; nothing is guessed. The breaker of a cancelled member is found by walking back to the
 * first one that failed by itself.
 */
#include "model/model_private.h"

enum {
	LINKS = 8192,		     /* a power of two */
	CHAIN_STEPS_MAX = 256,	     /* members that are walked over */
	SQE_LINKS = 1 << 2 | 1 << 3, /* IOSQE_IO_LINK, IOSQE_IO_HARDLINK */
	OP_LINK_TIMEOUT = 15,
	LINUX_ETIME = 62,
};

static struct model_chain_link *place_of(const struct model *model, uint32_t queue,
					 uint64_t submit_ns)
{
	uint64_t hash = (submit_ns ^ (uint64_t)queue << 32) * 0x9e3779b97f4a7c15u;

	return &model->chains[hash >> 51 & (LINKS - 1)];
}

static const struct model_chain_link *find(const struct model *model, uint32_t queue,
					   uint64_t submit_ns)
{
	const struct model_chain_link *link;

	if (!model->chains || !submit_ns)
		return NULL;
	link = place_of(model, queue, submit_ns);
	return link->submit_ns == submit_ns && link->queue == queue ? link : NULL;
}

static void remember(struct model *model, const struct ev_request *request)
{
	if (!model->chains)
		model->chains = model_memory_new(&model->memory, LINKS * sizeof(*model->chains));
	if (!model->chains)
		return;
	*place_of(model, request->queue, request->submit_ns) = (struct model_chain_link){
		.submit_ns = request->submit_ns,
		.ended_ns = request->h.time_ns,
		.link_ns = request->link_ns,
		.result = request->result,
		.user_data = request->user_data,
		.queue = request->queue,
		.path = request->path,
		.op = request->op,
		.end = request->end,
	};
}

/* A linked timeout that fires ends before the request it stops: it is remembered as that one until
 * it ends itself. */
static void remember_timeout(struct model *model, const struct ev_request *request)
{
	struct model_chain_link *link;

	if (!model->chains)
		model->chains = model_memory_new(&model->memory, LINKS * sizeof(*model->chains));
	if (!model->chains)
		return;
	link = place_of(model, request->queue, request->link_ns);
	*link = (struct model_chain_link){ .submit_ns = request->link_ns,
					   .ended_ns = request->h.time_ns,
					   .user_data = request->user_data,
					   .result = request->result,
					   .queue = request->queue,
					   .op = request->op };
}

static const struct model_chain_link *breaker_of(const struct model *model,
						 const struct model_chain_link *before)
{
	for (int i = 0; before && i < CHAIN_STEPS_MAX; i++) {
		if (!(before->path & EV_PATH_LINK_FAILED))
			return before;
		before = find(model, before->queue, before->link_ns);
	}
	return NULL;
}

void model_chain_ended(struct model *model, struct operation *operation,
		       const struct ev_request *request)
{
	struct model_last_request *last = &model->last;
	const struct model_chain_link *own;
	struct operation *culprit;

	last->before = find(model, request->queue, request->link_ns);
	own = find(model, request->queue, request->submit_ns);
	if (own && own->op == OP_LINK_TIMEOUT && request->op != OP_LINK_TIMEOUT) {
		model->last_timeout = *own;
		last->timeout = &model->last_timeout;
	}
	if (request->op == OP_LINK_TIMEOUT && request->result == -LINUX_ETIME && request->link_ns)
		remember_timeout(model, request);
	if (request->path & EV_PATH_LINK_FAILED) {
		operation->pub.cancelled++;
		operation->sum->pub.cancelled++;
		last->breaker = breaker_of(model, last->before);
	}
	if (last->breaker) {
		culprit = model_operation_of(model, operation->queue, last->breaker->op);
		if (culprit) {
			culprit->pub.broke++;
			culprit->sum->pub.broke++;
		}
	}
	if (request->sqe_flags & SQE_LINKS || request->path & EV_PATH_LINKED)
		remember(model, request);
}

void model_chain_free(struct model *model)
{
	model_memory_free(&model->memory, model->chains,
			  model->chains ? LINKS * sizeof(*model->chains) : 0);
}

const struct model_last_request *model_last_request(const struct model *model)
{
	return &model->last;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The hot path: one REQUEST after the other, ten million a second from a file. It looks up the
 * queue (mostly the last one again) and the operation (one slot), writes the request down once and
 * is done; sums are made later (model_operation.c). Nothing here allocates, unless a histogram or
 * a level sees a range for the first time.
 *
 * What counts as what:
 *
 *    end          counted  latency, stages, in flight  books
 *    completed    yes      yes                         completed
 *    overflowed   yes      yes                         overflowed
 *    failed       yes      no: it never started        failed
 *    skipped      yes      no: its end has no time     skipped
 *    vanished     no       no                          overflowed if an OVERFLOW says so, else lost
 *    open         goes to the snapshot that is being gathered, model_open.c
 *
 * In aggregate mode records are the slow ones or those of a selected queue: all that they tell is
 * how slow they were, and that they are not open any more.
 */
#include "model/model_private.h"

#include <errno.h>

static struct queue *queue_of(struct model *model, const struct ev_request *request)
{
	struct queue *queue = model->last_queue;

	if (!queue || queue->pub.id != request->queue) {
		queue = model_queue_get(model, request->queue);
		if (!queue)
			return NULL;
		model->last_queue = queue;
	}
	queue = model_queue_at_submit(queue, request->submit_ns);
	if (!queue->active)
		model_queue_activate(model, queue);
	return queue;
}

static int has_latency(const struct ev_request *request)
{
	return request->end == EV_END_COMPLETED || request->end == EV_END_OVERFLOWED;
}

static int has_stages(const struct ev_request *request)
{
	uint64_t any = 0;

	for (int i = 0; i < EV_STAGE_TIMES; i++)
		any |= request->stage_ns[i];
	return any != 0;
}

/* A time that goes back can only come from a damaged or made-up trace. */
static uint64_t latency_of(struct model *model, const struct ev_request *request)
{
	if (request->h.time_ns >= request->submit_ns)
		return request->h.time_ns - request->submit_ns;
	model->session.backward++;
	return 0;
}

static int add_latency(struct model *model, struct operation *operation,
		       const struct ev_request *request, uint64_t latency_ns)
{
	int staged = has_stages(request);
	struct histogram *fresh = staged ? &operation->fresh.staged : &operation->fresh.plain;
	uint32_t bucket = ev_bucket(latency_ns);
	int err = model_memory_fit(&model->memory, fresh, bucket, bucket);

	if (!err && staged)
		err = model_stage_add(model, operation, request);
	if (!err)
		histogram_put(fresh, latency_ns);
	return err;
}

/* While one queue has all the requests, its level is the machine's, and is kept once. */
static void begin_total(struct model *model, struct queue *queue)
{
	if (!model->sole) {
		model->sole = queue;
	} else if (model->sole != &model->total) {
		model_level_copy(&model->memory, &model->total.level, &model->sole->level);
		model->sole = &model->total;
	}
}

/* In flight: part of the recording only from its start on, and never beyond now. */
static void add_span(struct model *model, struct queue *queue, const struct ev_request *request)
{
	uint64_t to = model->session.now_ns;
	uint64_t from = request->submit_ns;

	if (from < model->session.start_ns)
		from = model->session.start_ns;
	if (from > to)
		from = to;
	if (model->sole != queue)
		begin_total(model, queue);
	model_level_add(&model->memory, &queue->level, from, to);
	if (model->sole != queue)
		model_level_add(&model->memory, &model->total.level, from, to);
}

static void add_depths(struct model *model, struct queue *queue, const struct ev_request *request)
{
	samples_add(&queue->sq_met, request->sq_depth);
	if (!request->cq_depth)
		return;
	samples_add(&queue->cq_met, request->cq_depth);
	model_reap_look(model, queue, request->cq_depth, 1);
}

/* Another process than the one that submitted last. */
static void add_user(struct queue *queue, uint32_t pid)
{
	uint32_t known = queue->pub.users;

	queue->last_user = pid;
	for (uint32_t i = 0; i < known; i++)
		if (queue->pub.user_pids[i] == pid)
			return;
	if (pid && known < sizeof(queue->pub.user_pids) / sizeof(queue->pub.user_pids[0]))
		queue->pub.user_pids[queue->pub.users++] = pid;
}

/* Operations that may complete more than once: POLL_ADD, RECVMSG, TIMEOUT, ACCEPT, RECV, URING_CMD,
 * READ_MULTISHOT. */
static int may_repeat(const struct ev_request *request)
{
	const uint64_t ops = UINT64_C(1) << 6 | UINT64_C(1) << 10 | UINT64_C(1) << 11 |
			     UINT64_C(1) << 13 | UINT64_C(1) << 27 | UINT64_C(1) << 46 |
			     UINT64_C(1) << 49;

	return request->path & EV_PATH_MULTISHOT || (request->op < 64 && ops >> request->op & 1);
}

/* What only some requests need. */
static void count_rare(struct model *model, struct operation *operation,
		       const struct ev_request *request)
{
	enum { LINUX_ENOBUFS = 105, SQE_RARE = 1 << 2 | 1 << 3 };
	struct queue *queue = operation->queue;

	if (queue->claims.count && may_repeat(request)) {
		model->last.shots = model_claim_shots(model, queue, request->user_data);
		operation->fresh.shots += model->last.shots;
	}
	if (request->result == -LINUX_ENOBUFS && model->session.os != EV_OS_WINDOWS)
		queue->pub.no_buffers++;
	if (request->path & EV_PATH_LINKED || request->sqe_flags & SQE_RARE)
		model_chain_ended(model, operation, request);
	if (request->pid != queue->last_user)
		add_user(queue, request->pid);
}

static void count(struct model *model, struct operation *operation,
		  const struct ev_request *request)
{
	struct tally *fresh = &operation->fresh;

	fresh->count++;
	if (request->result < 0)
		fresh->errors++;
	else if (operation->moves_bytes)
		fresh->bytes += (uint64_t)request->result;
	if (request->path & EV_PATH_WORKER)
		fresh->worker++;
	else if (request->path & EV_PATH_POLL)
		fresh->poll++;
	if (request->path & EV_PATH_LINKED)
		fresh->linked++;
	operation->queue->pub.fixed_files += (request->path & EV_PATH_FIXED_FILE) != 0;
	operation->queue->pub.fixed_buffers += (request->path & EV_PATH_FIXED_BUFFER) != 0;
	count_rare(model, operation, request);
	model_operation_touch(model, operation);
}

/* A request that ended, of a full recording. */
static int ended(struct model *model, struct queue *queue, const struct ev_request *request,
		 uint64_t latency_ns)
{
	struct operation *operation = model_operation_of(model, queue, request->op);
	int measured = has_latency(request) && !model->options.books_only;
	int err = operation ? 0 : -ENOMEM;

	if (!err && measured)
		err = add_latency(model, operation, request, latency_ns);
	if (err)
		return err;
	count(model, operation, request);
	if (!model->options.books_only)
		add_depths(model, queue, request);
	if (measured)
		add_span(model, queue, request);
	if (request->path & EV_PATH_DEVICE && measured)
		model_link_ended(model, operation, request);
	queue->records.ended[request->end]++;
	return 0;
}

/* An OVERFLOW may belong to it. */
static void match_overflow(struct model *model, struct queue *queue,
			   const struct ev_request *request)
{
	if (request->end == EV_END_VANISHED)
		model_claim_vanished(model, queue, request->user_data);
	else if (request->end == EV_END_OVERFLOWED)
		model_claim_overflowed(model, queue, request->user_data);
}

int model_request(struct model *model, const struct ev_header *event)
{
	const struct ev_request *request = (const struct ev_request *)event;
	uint64_t latency_ns = 0;
	struct queue *queue;
	int err = 0;

	model->last = (struct model_last_request){ 0 };
	if (request->end == EV_END_OPEN)
		return model_open_add(model, request);
	if (request->end > EV_END_VANISHED)
		return 0;
	queue = queue_of(model, request);
	if (!queue)
		return -ENOMEM;
	if (has_latency(request))
		latency_ns = latency_of(model, request);
	if (request->end == EV_END_VANISHED)
		queue->records.ended[EV_END_VANISHED]++;
	else if (!model_counted(model))
		err = ended(model, queue, request, latency_ns);
	else if (request->path & EV_PATH_DEVICE)
		model_link_ended(model, NULL, request);
	if (err)
		return err;
	if (request->end >= EV_END_OVERFLOWED)
		match_overflow(model, queue, request);
	if (request->submit_ns <= model->open.newest_ns)
		model_open_ended(model, request);
	if (has_latency(request) && latency_ns >= model->slow.floor_ns &&
	    !model->options.books_only)
		model_slow_add(model, request, latency_ns);
	return 0;
}

int model_completion(struct model *model, const struct ev_header *event)
{
	const struct ev_completion *completion = (const struct ev_completion *)event;
	struct queue *queue = model_queue_get(model, completion->queue);

	if (!queue)
		return -ENOMEM;
	if (completion->cq_depth && !model->options.books_only) {
		samples_add(&queue->cq_met, completion->cq_depth);
		model_reap_look(model, queue, completion->cq_depth, 1);
	}
	switch (completion->type) {
	case EV_COMPLETION_MULTISHOT:
		queue->records.shots++;
		model_claim_shot(model, queue, completion->user_data);
		break;
	case EV_COMPLETION_OTHER:
		queue->records.messages++;
		break;
	case EV_COMPLETION_NOTIFICATION:
		queue->records.notifications++;
		break;
	case EV_COMPLETION_UNMATCHED:
		queue->records.unmatched++;
		break;
	case EV_COMPLETION_OLDER:
		queue->records.older++;
		break;
	case EV_COMPLETION_FORGOTTEN:
		queue->records.forgotten++;
		break;
	default:
		break;
	}
	return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Depths over time. There are four ways to know a level, from best to worst, and each gauge says
 * which one it had:
 *
 *   exact   every request was told with its submit and end: in flight of a full recording
 *   summed  the sum of all latencies was told: in flight on average, of counters
 *   met     the level was read whenever a request was submitted (SQ) or completed (CQ); between two
 *           of these the application may have changed it unseen, so the mean is one of meetings
 *   held    it was told in a snapshot and is taken to hold until the next one
 *
 * The whole machine's depths are sums over its queues, which are known together only at a TICK.
 */
#include "model/model_private.h"

void model_held_tell(struct held *held, uint64_t level, uint64_t now_ns)
{
	if (!held->known)
		held->first_ns = now_ns;
	else
		held->area += (double)held->level * (double)(now_ns - held->since_ns);
	held->known = 1;
	held->since_ns = now_ns;
	held->level = level;
	raise_to(&held->max, level);
}

double model_held_mean(const struct held *held, uint64_t now_ns)
{
	double area;

	/* A queue may be told of after its end. */
	if (now_ns < held->since_ns)
		now_ns = held->since_ns;
	if (now_ns == held->first_ns)
		return (double)held->level;
	area = held->area + (double)held->level * (double)(now_ns - held->since_ns);
	return area / (double)(now_ns - held->first_ns);
}

void model_gauge_tell(struct queue *queue, const struct levels *levels, uint64_t now_ns)
{
	model_held_tell(&queue->sq_held, levels->sq_depth, now_ns);
	model_held_tell(&queue->cq_held, levels->cq_depth, now_ns);
	model_held_tell(&queue->in_flight_held, levels->in_flight, now_ns);
	model_window_hold(&queue->window, levels);
}

/* A depth from meetings where there are any, else from what was told. */
static struct model_gauge depth_gauge(const struct samples *met, const struct held *held,
				      uint64_t now_ns)
{
	struct model_gauge gauge = { .known = met->count || held->known, .now = held->level };

	gauge.max = samples_max(met);
	raise_to(&gauge.max, held->max);
	if (met->count) {
		gauge.mean = (double)met->sum / (double)met->count;
		gauge.mean_sampled = 1;
	} else if (held->known) {
		gauge.mean = model_held_mean(held, now_ns);
	}
	return gauge;
}

/* Do applications put entries into a submission queue of this kind? */
static int has_submission_queue(const struct queue *queue)
{
	return queue->pub.type != EV_QUEUE_IOCP && queue->pub.type != EV_QUEUE_DIRECT;
}

struct watched {
	uint64_t from_ns;
	uint64_t to_ns;
};

/* Submit times of what is open, ascending. */
struct opens {
	const uint64_t *since_ns;
	size_t count;
};

static struct opens opens_of(const struct model *model, const struct queue *queue)
{
	const struct open_requests *open = &model->open;

	if (!open->key_count)
		return (struct opens){ 0 };
	if (queue == &model->total)
		return (struct opens){ open->submits + open->key_count + open->older_count,
				       open->key_count - open->older_count };
	return (struct opens){ open->submits + queue->open_first, queue->open };
}

/* In flight on average, by Little's law: the time of the requests that ended and, up to now, of the
 * open ones. */
static double mean_of_times(double ended_ns, const struct opens *opens, struct watched watched)
{
	double area = ended_ns;

	for (size_t i = 0; i < opens->count; i++) {
		uint64_t since_ns =
			opens->since_ns[i] > watched.from_ns ? opens->since_ns[i] : watched.from_ns;

		if (since_ns < watched.to_ns)
			area += (double)(watched.to_ns - since_ns);
	}
	return watched.to_ns > watched.from_ns ? area / (double)(watched.to_ns - watched.from_ns)
					       : 0;
}

static struct model_gauge exact_gauge(struct model *model, struct queue *queue,
				      struct watched watched)
{
	struct level *level = model_level_of(model, queue);
	struct opens opens = opens_of(model, queue);
	struct model_gauge gauge = { .known = level->spans || opens.count, .now = opens.count };

	gauge.mean = mean_of_times((double)level->area_ns, &opens, watched);
	gauge.max = model_level_max_with(&model->memory, level, opens.since_ns, opens.count);
	gauge.max_sampled = level->missing != 0;
	return gauge;
}

/* Of counters: the times are known as sums. What a request that is open adds is known when the
 * snapshot lists them all. */
static struct model_gauge summed_gauge(const struct model *model, const struct queue *queue,
				       struct watched watched)
{
	struct opens opens = opens_of(model, queue);
	uint64_t level = queue->in_flight_held.level;
	struct model_gauge gauge = { .known = queue->pub.latency.count &&
					      opens.count + queue->older_held.level >= level };

	gauge.mean = mean_of_times((double)queue->pub.latency.sum, &opens, watched);
	gauge.max_sampled = 1;
	return gauge;
}

static uint64_t rounded_up(double mean)
{
	uint64_t below = (uint64_t)mean;

	return below + (mean > (double)below);
}

static struct model_gauge in_flight_gauge(struct model *model, struct queue *queue,
					  struct watched watched)
{
	const struct held *held = &queue->in_flight_held;
	struct model_gauge gauge = model_counted(model) ? summed_gauge(model, queue, watched)
							: exact_gauge(model, queue, watched);

	if (gauge.known && queue->older_held.known) {
		gauge.mean += model_held_mean(&queue->older_held, watched.to_ns);
		gauge.max += queue->older_held.level;
	}
	if (!gauge.known && held->known) {
		gauge.known = 1;
		gauge.max_sampled = 1;
		gauge.mean = model_held_mean(held, watched.to_ns);
	}
	raise_to(&gauge.max, held->max);
	if (gauge.mean < UINT32_MAX)			      /* hostile times have any sum */
		raise_to(&gauge.max, rounded_up(gauge.mean)); /* no less than the mean */
	if (held->known)
		gauge.now = held->level;
	if (queue->stated && queue->state.submitted)
		raise_to(&gauge.max, 1);
	if (queue->stated && !queue->state.submitted && !gauge.max)
		gauge.max_sampled = 0; /* there was nothing between the snapshots either */
	gauge.at_least = queue->older_unknown;
	if (model->blind || model->lost_requests || queue->records.lost)
		gauge.max_sampled = 1;
	return gauge;
}

void model_gauge_settle_queue(struct model *model, struct queue *queue)
{
	struct watched watched = { model_queue_watched_from(model, queue),
				   model_queue_watched_to(model, queue) };
	struct model_gauge none = { 0 };

	queue->pub.sq_depth = has_submission_queue(queue)
				      ? depth_gauge(&queue->sq_met, &queue->sq_held, watched.to_ns)
				      : none;
	queue->pub.cq_depth = depth_gauge(&queue->cq_met, &queue->cq_held, watched.to_ns);
	queue->pub.in_flight = in_flight_gauge(model, queue, watched);
}

void model_gauge_settle_total(struct model *model)
{
	model_gauge_settle_queue(model, &model->total);
}

void model_gauge_tick(struct model *model)
{
	struct levels sum = { 0 };
	uint64_t older = 0;
	uint8_t unknown = 0;

	if (!model->stated)
		return;
	for (size_t i = 0; i < model->active_count; i++) {
		const struct queue *queue = model->active[i];

		sum.sq_depth += queue->sq_held.level;
		sum.cq_depth += queue->cq_held.level;
		sum.in_flight += queue->in_flight_held.level;
		older += queue->older_held.level;
		unknown |= queue->older_unknown;
	}
	model_held_tell(&model->total.older_held, older, model->session.now_ns);
	model->total.older_unknown = unknown;
	model_gauge_tell(&model->total, &sum, model->session.now_ns);
}

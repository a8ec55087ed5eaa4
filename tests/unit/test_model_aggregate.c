/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Two feeds, the same answers: requests are given to one model as records; their counters and
 * histograms, added up here as the tracer does, to another.
 */
#include <stdlib.h>

#include "tests/unit/model_feed.h"

enum { REQUESTS = 4000, QUEUES = 3, OPS = 2, SNAPSHOT_NS = 1000000, STEP_NS = 1000 };

/* What the tracer keeps for one (queue, operation). */
struct cell {
	struct ev_latency sums;
	uint64_t buckets[EV_BUCKET_COUNT];
};

static struct cell cells[QUEUES][OPS];
static struct ev_queue_state states[QUEUES];

static void account(const struct ev_request *request)
{
	struct cell *cell = &cells[request->queue - 1][request->op - 22];
	uint64_t latency_ns = request->h.time_ns - request->submit_ns;

	if (!cell->sums.count || latency_ns < cell->sums.min_ns)
		cell->sums.min_ns = latency_ns;
	if (latency_ns > cell->sums.max_ns)
		cell->sums.max_ns = latency_ns;
	cell->sums.sum_ns += latency_ns;
	cell->sums.count++;
	cell->sums.errors += request->result < 0;
	cell->sums.bytes += request->result > 0 ? (uint64_t)request->result : 0;
	cell->sums.worker += (request->path & EV_PATH_WORKER) != 0;
	cell->sums.poll += request->path == EV_PATH_POLL;
	cell->buckets[ev_bucket(latency_ns)]++;
	states[request->queue - 1].submitted++;
	states[request->queue - 1].completed++;
}

static size_t put_varint(uint8_t *to, uint64_t value)
{
	size_t bytes = 0;

	for (; value >= 0x80; value >>= 7)
		to[bytes++] = (uint8_t)(value | 0x80);
	to[bytes++] = (uint8_t)value;
	return bytes;
}

/* Gives one cell to the model as a LATENCY event, and empties it. */
static void tell_cell(struct model *model, uint32_t queue, uint16_t op, uint64_t time_ns)
{
	static uint64_t room[EV_EVENT_BYTES_MAX / sizeof(uint64_t)];
	struct ev_latency *event = (struct ev_latency *)room;
	struct cell *cell = &cells[queue - 1][op - 22];
	uint8_t *tail = (uint8_t *)(event + 1);
	uint64_t bucket = 0;
	size_t bytes = 0;

	if (!cell->sums.count)
		return;
	*event = cell->sums;
	event->queue = queue;
	event->op = op;
	event->interval_ns = SNAPSHOT_NS;
	for (uint64_t i = 0; i < EV_BUCKET_COUNT; i++) {
		if (!cell->buckets[i])
			continue;
		bytes += put_varint(tail + bytes, i - bucket);
		bytes += put_varint(tail + bytes, cell->buckets[i]);
		bucket = i;
	}
	event->h = (struct ev_header){ .kind = EV_LATENCY,
				       .size_bytes = (uint16_t)(sizeof(*event) + bytes),
				       .time_ns = time_ns };
	assert_int_equal(model_event(model, &event->h), 0);
	memset(cell, 0, sizeof(*cell));
}

static void tell_all(struct model *model, uint64_t time_ns)
{
	struct ev_tick tick = {
		.h = { .kind = EV_TICK, .size_bytes = sizeof(tick), .time_ns = time_ns }
	};

	for (uint32_t queue = 1; queue <= QUEUES; queue++) {
		struct ev_queue_state *state = &states[queue - 1];

		state->h = (struct ev_header){ .kind = EV_QUEUE_STATE,
					       .size_bytes = sizeof(*state),
					       .time_ns = time_ns };
		state->queue = queue;
		assert_int_equal(model_event(model, &state->h), 0);
		for (uint16_t op = 22; op < 22 + OPS; op++)
			tell_cell(model, queue, op, time_ns);
	}
	assert_int_equal(model_event(model, &tick.h), 0);
}

static struct ev_request draw(uint64_t *random, uint64_t time_ns)
{
	uint64_t latency_ns = feed_random(random) % (1u << feed_random(random) % 20);

	return (struct ev_request){
		.h = { .kind = EV_REQUEST,
		       .size_bytes = sizeof(struct ev_request),
		       .time_ns = time_ns },
		.submit_ns = time_ns > latency_ns ? time_ns - latency_ns : 0,
		.queue = 1 + (uint32_t)(feed_random(random) % QUEUES),
		.op = (uint16_t)(22 + feed_random(random) % OPS),
		.end = EV_END_COMPLETED,
		.result = feed_random(random) % 10 ? 4096 : -5,
		.path = (uint32_t)(feed_random(random) % 3),
	};
}

static void same_histogram(const struct histogram *a, const struct histogram *b)
{
	assert_int_equal(a->count, b->count);
	assert_int_equal(a->sum, b->sum);
	assert_int_equal(a->min, b->min);
	assert_int_equal(a->max, b->max);
	for (int i = 0; i <= 1000; i++)
		assert_int_equal(histogram_quantile(a, i / 1000.0),
				 histogram_quantile(b, i / 1000.0));
}

static void same_operation(const struct model_operation *a, const struct model_operation *b)
{
	assert_int_equal(a->op, b->op);
	assert_int_equal(a->count, b->count);
	assert_int_equal(a->errors, b->errors);
	assert_int_equal(a->bytes, b->bytes);
	assert_int_equal(a->inline_count, b->inline_count);
	assert_int_equal(a->poll, b->poll);
	assert_int_equal(a->worker, b->worker);
	same_histogram(&a->latency, &b->latency);
}

static void same_series(const struct model_series *a, const struct model_series *b)
{
	assert_int_equal(a->count, b->count);
	for (uint32_t i = 0; i < a->count; i++) {
		const struct model_interval *left = model_series_at(a, i);
		const struct model_interval *right = model_series_at(b, i);

		assert_int_equal(left->end_ns, right->end_ns);
		assert_int_equal(left->count, right->count);
		assert_int_equal(left->bytes, right->bytes);
		assert_int_equal(left->p50_ns, right->p50_ns);
		assert_int_equal(left->p99_ns, right->p99_ns);
		assert_int_equal(left->worker, right->worker);
	}
}

static void same_queue(const struct model *full, const struct model_queue *a,
		       const struct model *aggregate, const struct model_queue *b)
{
	assert_int_equal(a->ended, b->ended);
	assert_int_equal(a->bytes, b->bytes);
	assert_int_equal(a->books.submitted, b->books.submitted);
	assert_int_equal(a->books.completed, b->books.completed);
	assert_int_equal(a->books.balanced, 1);
	assert_int_equal(b->books.balanced, 1);
	same_histogram(&a->latency, &b->latency);
	same_series(&a->series, &b->series);
	assert_int_equal(a->operation_count, b->operation_count);
	for (size_t i = 0; i < a->operation_count; i++)
		same_operation(model_queue_operation(full, a, i),
			       model_queue_operation(aggregate, b, i));
}

static void full_and_aggregate_agree(void **state)
{
	const struct model_options options = { .interval_ns = SNAPSHOT_NS };
	struct model *full = model_new(&options), *aggregate = model_new(&options);
	uint64_t random = 77, time_ns = 0;
	char tick[32];

	(void)state;
	feed(full, FEED_FULL);
	feed(aggregate, FEED_AGGREGATE);
	for (int i = 0; i < REQUESTS; i++) {
		struct ev_request request;

		time_ns += STEP_NS;
		/* A request that ends on the stroke belongs to the next interval. */
		if (time_ns % SNAPSHOT_NS == 0)
			tell_all(aggregate, time_ns);
		request = draw(&random, time_ns);
		assert_int_equal(model_event(full, &request.h), 0);
		account(&request);
	}
	tell_all(aggregate, time_ns + SNAPSHOT_NS);
	snprintf(tick, sizeof(tick), "%d TICK\n", REQUESTS * STEP_NS + SNAPSHOT_NS);
	feed(full, tick);
	assert_int_equal(model_queue_count(aggregate), QUEUES);
	for (uint32_t id = 1; id <= QUEUES; id++)
		same_queue(full, model_queue_find(full, id), aggregate,
			   model_queue_find(aggregate, id));
	same_queue(full, model_total(full), aggregate, model_total(aggregate));
	model_free(full);
	model_free(aggregate);
}

static void records_in_aggregate_mode_are_not_counted(void **state)
{
	struct model *model = feed_new(
		FEED_AGGREGATE
		"900 REQUEST submit_ns=100 queue=1 op=READ end=completed result=5 stage_ns_4=200\n"
		"1000 LATENCY interval_ns=1000 count=1 bytes=5 sum_ns=800 min_ns=800 max_ns=800 "
		"queue=1 op=READ [b70101]\n"
		"1000 QUEUE_STATE queue=1 submitted=1 completed=1\n"
		"1000 TICK\n");
	const struct model_queue *queue = model_queue_find(model, 1);

	(void)state;
	assert_int_equal(queue->ended, 1);
	assert_int_equal(queue->latency.count, 1);
	assert_int_equal(queue->latency.sum, 800);
	assert_int_equal(feed_operation(model, queue, 22)->stages[EV_STAGE_POLL_ARMED].time.count,
			 0);
	assert_int_equal(queue->books.submitted, 1);
	assert_int_equal(queue->books.balanced, 1);
	assert_int_equal(model_slow_count(model), 1);
	model_free(model);
}

static void histograms_in_full_mode_are_not_counted(void **state)
{
	struct model *model = feed_new(
		FEED_FULL "900 REQUEST submit_ns=100 queue=1 op=READ end=completed result=5\n"
			  "1000 LATENCY interval_ns=1000 count=1 bytes=5 sum_ns=800 min_ns=800 "
			  "max_ns=800 queue=1 op=READ [b70101]\n");

	(void)state;
	assert_int_equal(model_queue_find(model, 1)->latency.count, 1);
	assert_int_equal(model_queue_find(model, 1)->ended, 1);
	model_free(model);
}

/* Pairs that point outside, break off or go on for ever. */
static void a_broken_histogram_does_no_harm(void **state)
{
	struct model *model =
		feed_new(FEED_AGGREGATE "10 LATENCY count=1 queue=1 []\n"
					"20 LATENCY count=1 queue=1 [0a]\n"
					"30 LATENCY count=1 queue=1 [ffffff]\n"
					"40 LATENCY count=1 queue=1 [ff7f01]\n"
					"50 LATENCY count=1 queue=1 [ffffffffffffffffffff0101]\n"
					"60 LATENCY count=2 min_ns=9 max_ns=1 queue=1 [0a020a]\n");
	const struct model_queue *queue = model_queue_find(model, 1);

	(void)state;
	assert_int_equal(queue->ended, 7);
	/* Only the last one holds a whole pair: bucket 10, twice. */
	assert_int_equal(queue->latency.count, 2);
	model_free(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(full_and_aggregate_agree),
		cmocka_unit_test(records_in_aggregate_mode_are_not_counted),
		cmocka_unit_test(histograms_in_full_mode_are_not_counted),
		cmocka_unit_test(a_broken_histogram_does_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

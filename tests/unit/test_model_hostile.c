/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Any sequence of events, and any shortage of memory: the model answers, stays within its bound
 * and breaks nothing. Worth most under AddressSanitizer.
 */
#include <stdlib.h>

#include "event/kinds.h"
#include "model/model_memory.h"
#include "tests/unit/model_feed.h"

/* Reads everything a report or a screen reads. */
static uint64_t read_all(const struct model *model)
{
	uint64_t sum = model_session(model)->now_ns + model_total(model)->books.submitted;

	for (size_t i = 0; i < model_queue_count(model); i++) {
		const struct model_queue *queue = model_queue_at(model, i);

		sum += queue->books.open + queue->in_flight.max + queue->sq_depth.now;
		sum += histogram_quantile(&queue->latency, 0.99);
		for (size_t j = 0; j < queue->operation_count; j++)
			sum += model_queue_operation(model, queue, j)->count;
		for (uint32_t j = 0; j < queue->series.count; j++)
			sum += model_series_at(&queue->series, j)->count;
	}
	for (size_t i = 0; i < model_open_count(model); i++)
		sum += model_open_at(model, i)->submit_ns;
	for (size_t i = 0; i < model_slow_count(model); i++)
		sum += model_slow_at(model, i)->submit_ns;
	for (size_t i = 0; i < model_device_count(model); i++)
		for (size_t j = 0; j < model_device_at(model, i)->queue_count; j++)
			sum += model_device_at(model, i)->queues[j].depth.max;
	for (size_t i = 0; i < model_loss_count(model); i++)
		sum += model_loss_at(model, i)->count;
	return sum;
}

/* Small numbers meet each other again; large ones overflow. */
static uint64_t draw(uint64_t *random)
{
	switch (feed_random(random) % 8) {
	case 0:
		return 0;
	case 1:
		return UINT64_MAX;
	case 2:
		return feed_random(random);
	case 3:
		return feed_random(random) >> 40;
	default:
		return feed_random(random) % 6;
	}
}

/* An event with random fields and, where its kind has one, a random tail. */
static void draw_event(uint64_t *random, uint64_t *time_ns, struct ev_header *event)
{
	size_t kind_count, tail_bytes = 0;
	const struct ev_kind *kinds = ev_kinds(&kind_count);
	const struct ev_kind *kind = &kinds[feed_random(random) % kind_count];

	memset(event, 0, sizeof(struct ev_request));
	for (size_t i = 0; i < kind->field_count; i++)
		ev_field_set(&kind->fields[i], event, draw(random));
	if (kind->tail != EV_TAIL_NONE)
		tail_bytes = feed_random(random) % 40;
	for (size_t i = 0; i < tail_bytes; i++)
		((uint8_t *)event)[kind->size_bytes + i] = (uint8_t)feed_random(random);
	if (feed_random(random) % 20 == 0)
		*time_ns += feed_random(random) >> (feed_random(random) % 64);
	else
		*time_ns += feed_random(random) % 3;
	event->kind = kind->id;
	event->size_bytes = (uint16_t)(kind->size_bytes + tail_bytes);
	/* Now and then a time that goes back, which no reader would hand out. */
	event->time_ns = feed_random(random) % 50 ? *time_ns : draw(random);
}

static void random_events(struct model *model, uint64_t seed, int count)
{
	static uint64_t room[EV_EVENT_BYTES_MAX / sizeof(uint64_t)];
	struct ev_header *event = (struct ev_header *)room;
	uint64_t random = seed, time_ns = 0;

	for (int i = 0; i < count; i++) {
		draw_event(&random, &time_ns, event);
		model_event(model, event);
		if (feed_random(&random) % 100 == 0)
			read_all(model);
	}
	read_all(model);
}

static void random_events_do_no_harm(void **state)
{
	const struct model_options options = { .interval_ns = 7,
					       .series_count = 5,
					       .slow_count = 3 };

	(void)state;
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct model *model = model_new(&options);

		feed(model, seed % 2 ? FEED_FULL : FEED_AGGREGATE);
		random_events(model, seed * 0x9e3779b97f4a7c15u, 3000);
		model_free(model);
	}
}

static void an_event_too_short_for_its_kind_is_none(void **state)
{
	struct model *model = feed_new(FEED_FULL);
	struct ev_request request = { .h = { .kind = EV_REQUEST, .size_bytes = 100 },
				      .queue = 1,
				      .end = EV_END_COMPLETED };
	struct ev_header unknown = { .kind = 999, .size_bytes = sizeof(unknown) };

	(void)state;
	assert_int_equal(model_event(model, &request.h), 0);
	assert_int_equal(model_event(model, &unknown), 0);
	unknown.kind = 0;
	assert_int_equal(model_event(model, &unknown), 0);
	assert_int_equal(model_queue_count(model), 0);
	model_free(model);
}

/* A bit of everything. */
static const char story[] = FEED_FULL
	"1 PROCESS pid=42 \"fio\"\n"
	"1 FILE file=5 \"/data/a\"\n"
	"1 DEVICE device=5 queue_limit=8 driver=nvme \"nvme0n1\"\n"
	"2 QUEUE created_ns=2 queue=1 pid=42 fd=3 type=io_uring \"fio\"\n"
	"100 REQUEST submit_ns=10 queue=1 op=READ end=completed stage_ns_6=20 stage_ns_7=90\n"
	"110 REQUEST submit_ns=10 queue=2 op=WRITE user_data=3 end=completed path=0x20\n"
	"120 COMMAND issue_ns=20 device=5 hw_queue=1 depth=1 op=read end=completed\n"
	"120 COMPLETION queue=2 user_data=3 type=multishot\n"
	"130 OVERFLOW queue=1 user_data=7\n"
	"140 REQUEST submit_ns=20 queue=1 user_data=8 end=vanished\n"
	"150 QUEUE_STATE queue=1 submitted=3 completed=1 in_flight=2\n"
	"150 DEVICE_STATE device=5 hw_queue=2 completed=1\n"
	"150 REQUEST submit_ns=30 queue=1 user_data=7 end=open\n"
	"150 REQUEST submit_ns=40 queue=2 user_data=9 end=open\n"
	"150 LOST count=1 queue=3 loss=record-ring-full\n"
	"150 TICK\n"
	"2s REQUEST submit_ns=1s queue=1 op=READ end=completed\n"
	"2s QUEUE_END queue=1\n"
	"3s QUEUE created_ns=3s queue=1 pid=43 type=io_uring \"next\"\n"
	"9s SESSION_END duration_ns=9s\n";

/* Every place where memory is taken gets its turn to be refused. */
static void every_shortage_of_memory_is_survived(void **state)
{
	const struct model_options plenty = { .slow_count = 2, .series_count = 4 };
	struct model *model = model_new(&plenty);
	size_t events = feed_count(story), refused = 0;

	(void)state;
	assert_int_equal(feed_some(model, story), events);
	model_free(model);
	for (uint64_t bytes = 1; bytes < 60000; bytes += 61) {
		struct model_options scarce = plenty;

		scarce.memory_bytes = bytes;
		model = model_new(&scarce);
		if (!model)
			continue;
		refused += feed_some(model, story) < events;
		read_all(model);
		model_free(model);
	}
	assert_true(refused > 100);
}

/* What is refused is not half counted: the books of what was taken balance. */
static void a_refused_request_is_not_counted(void **state)
{
	const struct model_options scarce = { .slow_count = 2,
					      .series_count = 4,
					      .memory_bytes = 40000 };
	struct model *model = model_new(&scarce);
	struct ev_request request = { .h = { .kind = EV_REQUEST, .size_bytes = sizeof(request) },
				      .end = EV_END_COMPLETED };
	uint64_t taken = 0, random = 5;

	(void)state;
	feed(model, FEED_FULL);
	for (uint32_t i = 0; i < 2000; i++) {
		request.queue = i % 100;
		request.h.time_ns += 10;
		request.submit_ns = request.h.time_ns - feed_random(&random) % request.h.time_ns;
		taken += model_event(model, &request.h) == 0;
	}
	assert_in_range(taken, 1, 1999);
	assert_int_equal(model_total(model)->books.submitted, taken);
	assert_int_equal(model_total(model)->ended, taken);
	model_free(model);
}

static void memory_is_given_back(void **state)
{
	struct memory memory = { .limit_bytes = 1000 };
	size_t capacity = 0;
	char *block = model_memory_new(&memory, 600), *array;

	(void)state;
	assert_non_null(block);
	assert_null(model_memory_new(&memory, 401));
	array = model_memory_grow(&memory, NULL, &capacity, 9, 10);
	assert_non_null(array);
	assert_int_equal(capacity, 16);
	assert_null(model_memory_grow(&memory, array, &capacity, 60, 10));
	assert_int_equal(capacity, 16);
	assert_ptr_equal(model_memory_grow(&memory, array, &capacity, 16, 10), array);
	model_memory_free(&memory, array, 160);
	model_memory_free(&memory, block, 600);
	assert_int_equal(memory.used_bytes, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_events_do_no_harm),
		cmocka_unit_test(an_event_too_short_for_its_kind_is_none),
		cmocka_unit_test(every_shortage_of_memory_is_survived),
		cmocka_unit_test(a_refused_request_is_not_counted),
		cmocka_unit_test(memory_is_given_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

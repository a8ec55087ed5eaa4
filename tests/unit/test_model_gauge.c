/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* Depths over time: exact, met, held. */
#include "tests/unit/model_feed.h"

static void near(double value, double expected)
{
	if (value < expected * (1 - 1e-9) - 1e-9 || value > expected * (1 + 1e-9) + 1e-9)
		fail_msg("%.12g instead of %.12g", value, expected);
}

/*
 *     time      0    100   200   300   400   500
 *     a         |-----------------|                 0..300
 *     b              |-----|                        100..200
 *     c              |-----------|                  100..300
 *     d                                 |-----|     400..500
 *     in flight   1     3     2     0     1
 *
 * The area is 300 + 100 + 200 + 100 = 700 in 500 ns.
 */
#define SCHEDULE                                                                                   \
	"200 REQUEST submit_ns=100 queue=1 user_data=2 end=completed\n"                            \
	"300 REQUEST submit_ns=0 queue=1 user_data=1 end=completed\n"                              \
	"300 REQUEST submit_ns=100 queue=1 user_data=3 end=completed\n"                            \
	"500 REQUEST submit_ns=400 queue=1 user_data=4 end=completed\n"

static void in_flight_is_exact(void **state)
{
	struct model *model = feed_new(FEED_FULL SCHEDULE);
	struct model_gauge gauge = model_queue_find(model, 1)->in_flight;

	(void)state;
	assert_int_equal(gauge.known, 1);
	assert_int_equal(gauge.max_sampled, 0);
	assert_int_equal(gauge.max, 3);
	near(gauge.mean, 700.0 / 500);
	near(model_total(model)->in_flight.mean, 700.0 / 500);
	assert_int_equal(model_total(model)->in_flight.max, 3);
	model_free(model);
}

/* Requests that no record tells of are in flight all the same; of 5 older ones 3 are left at 500. */
static void older_requests_are_in_flight(void **state)
{
	struct model *model =
		feed_new(FEED_FULL "0 QUEUE_STATE queue=1 resources=0x800 older_open=5\n" SCHEDULE
				   "500 QUEUE_STATE queue=1 resources=0x800 older_open=3\n"
				   "500 TICK\n");
	struct model_gauge gauge = model_queue_find(model, 1)->in_flight;

	(void)state;
	assert_int_equal(gauge.now, 3);
	assert_int_equal(gauge.at_least, 0);
	near(gauge.mean, 700.0 / 500 + 5);
	assert_int_equal(gauge.max, 7); /* 3 + 3 were seen together, and the mean is more */
	assert_int_equal(model_queue_find(model, 1)->older_open, 3);
	assert_int_equal(model_total(model)->in_flight.now, 3);
	model_free(model);
}

/* Nobody knows how many older ones there are: what is known is the least. */
static void unknown_older_requests_are_told(void **state)
{
	struct model *model =
		feed_new(FEED_AGGREGATE "100 QUEUE_STATE queue=1 resources=0x1000 in_flight=2\n"
					"100 TICK\n");

	(void)state;
	assert_int_equal(model_queue_find(model, 1)->in_flight.now, 2);
	assert_int_equal(model_queue_find(model, 1)->in_flight.at_least, 1);
	assert_int_equal(model_total(model)->in_flight.at_least, 1);
	model_free(model);
}

/* The same, with a and d still open when the recording stops at 600. */
static void open_requests_are_in_flight(void **state)
{
	struct model *model =
		feed_new(FEED_FULL "200 REQUEST submit_ns=100 queue=1 user_data=2 end=completed\n"
				   "300 REQUEST submit_ns=100 queue=1 user_data=3 end=completed\n"
				   "600 REQUEST submit_ns=1 queue=1 user_data=1 end=open\n"
				   "600 REQUEST submit_ns=400 queue=1 user_data=4 end=open\n"
				   "600 TICK\n");
	struct model_gauge gauge = model_queue_find(model, 1)->in_flight;

	(void)state;
	assert_int_equal(gauge.now, 2);
	assert_int_equal(gauge.max, 3);
	near(gauge.mean, (100.0 + 200 + 599 + 200) / 600);
	near(model_total(model)->in_flight.mean, (100.0 + 200 + 599 + 200) / 600);
	assert_int_equal(model_total(model)->in_flight.max, 3);
	model_free(model);
}

static void open_requests_count_in_their_own_queue(void **state)
{
	struct model *model =
		feed_new(FEED_FULL "600 REQUEST submit_ns=100 queue=1 user_data=1 end=open\n"
				   "600 REQUEST submit_ns=400 queue=2 user_data=2 end=open\n"
				   "600 REQUEST submit_ns=500 queue=2 user_data=3 end=open\n"
				   "600 TICK\n");

	(void)state;
	near(model_queue_find(model, 1)->in_flight.mean, 500.0 / 600);
	assert_int_equal(model_queue_find(model, 1)->in_flight.max, 1);
	near(model_queue_find(model, 2)->in_flight.mean, (200.0 + 100) / 600);
	assert_int_equal(model_queue_find(model, 2)->in_flight.max, 2);
	near(model_total(model)->in_flight.mean, (500.0 + 200 + 100) / 600);
	model_free(model);
}

/* Two queues, each with two at once, at different times: the machine never has more than three. */
static void the_machine_is_not_the_sum_of_maxima(void **state)
{
	struct model *model =
		feed_new(FEED_FULL "200 REQUEST submit_ns=100 queue=1 end=completed\n"
				   "200 REQUEST submit_ns=100 queue=1 end=completed\n"
				   "400 REQUEST submit_ns=150 queue=2 end=completed\n"
				   "400 REQUEST submit_ns=300 queue=2 end=completed\n");

	(void)state;
	assert_int_equal(model_queue_find(model, 1)->in_flight.max, 2);
	assert_int_equal(model_queue_find(model, 2)->in_flight.max, 2);
	assert_int_equal(model_total(model)->in_flight.max, 3);
	near(model_total(model)->in_flight.mean, (100.0 + 100 + 250 + 100) / 400);
	model_free(model);
}

/* Only what lies in the recording counts: 100 to 300 of a request submitted before its start. */
static void a_request_older_than_the_recording_is_cut(void **state)
{
	struct model *model = feed_new("100 SESSION os=linux mode=full\n"
				       "300 REQUEST submit_ns=10 queue=1 end=completed\n"
				       "500 TICK\n");

	(void)state;
	near(model_queue_find(model, 1)->in_flight.mean, 200.0 / 400);
	assert_int_equal(model_queue_find(model, 1)->latency.max, 290);
	model_free(model);
}

/* A queue is watched from its creation to its end, not over the whole recording. */
static void a_short_lived_queue_has_its_own_time(void **state)
{
	struct model *model =
		feed_new(FEED_FULL "100 QUEUE created_ns=100 queue=1 pid=1 type=io_uring \"x\"\n"
				   "200 REQUEST submit_ns=150 queue=1 end=completed\n"
				   "300 QUEUE_END queue=1\n"
				   "1000 TICK\n");

	(void)state;
	near(model_queue_find(model, 1)->in_flight.mean, 50.0 / 200);
	model_free(model);
}

static void a_max_with_losses_is_marked(void **state)
{
	struct model *model = feed_new(FEED_FULL SCHEDULE "600 LOST count=1 queue=1 "
							  "loss=record-ring-full\n");

	(void)state;
	assert_int_equal(model_queue_find(model, 1)->in_flight.max_sampled, 1);
	model_free(model);
}

static void depths_are_as_met(void **state)
{
	struct model *model = feed_new(
		FEED_FULL "200 REQUEST submit_ns=100 queue=1 end=completed sq_depth=3 cq_depth=1\n"
			  "300 REQUEST submit_ns=100 queue=1 end=completed sq_depth=2 cq_depth=4\n"
			  "300 REQUEST submit_ns=100 queue=1 end=completed sq_depth=1 cq_depth=5\n"
			  "300 REQUEST submit_ns=300 queue=1 end=failed\n"
			  "300 COMPLETION queue=1 type=multishot cq_depth=6\n");
	const struct model_queue *queue = model_queue_find(model, 1);

	(void)state;
	assert_int_equal(queue->sq_depth.known, 1);
	assert_int_equal(queue->sq_depth.mean_sampled, 1);
	assert_int_equal(queue->sq_depth.max, 3);
	near(queue->sq_depth.mean, 6.0 / 4);
	assert_int_equal(queue->cq_depth.max, 6);
	near(queue->cq_depth.mean, 16.0 / 4);
	model_free(model);
}

static void a_completion_port_has_no_submission_queue(void **state)
{
	struct model *model =
		feed_new("0 SESSION os=windows mode=full\n"
			 "10 QUEUE queue=1 pid=4 type=iocp \"x.exe\"\n"
			 "200 REQUEST submit_ns=100 queue=1 end=completed cq_depth=2\n");

	(void)state;
	assert_int_equal(model_queue_find(model, 1)->sq_depth.known, 0);
	assert_int_equal(model_queue_find(model, 1)->cq_depth.known, 1);
	model_free(model);
}

/* In flight 4 for 100 ns, 10 for 300 ns, 0 for 100 ns. */
#define STATES                                                                                     \
	"100 QUEUE_STATE queue=1 in_flight=4 sq_depth=1 sq_depth_max=9 cq_depth=2 "                \
	"cq_depth_max=7\n"                                                                         \
	"200 QUEUE_STATE queue=1 in_flight=10\n"                                                   \
	"500 QUEUE_STATE queue=1 in_flight=0\n"                                                    \
	"600 TICK\n"

static void snapshots_hold_until_the_next(void **state)
{
	struct model *model = feed_new(FEED_AGGREGATE STATES);
	const struct model_queue *queue = model_queue_find(model, 1);

	(void)state;
	assert_int_equal(queue->in_flight.known, 1);
	assert_int_equal(queue->in_flight.max_sampled, 1);
	assert_int_equal(queue->in_flight.max, 10);
	assert_int_equal(queue->in_flight.now, 0);
	near(queue->in_flight.mean, (400.0 + 3000) / 500);
	assert_int_equal(queue->sq_depth.max, 9);
	assert_int_equal(queue->sq_depth.max_sampled, 0);
	near(queue->sq_depth.mean, 100.0 / 500);
	assert_int_equal(queue->cq_depth.max, 7);
	model_free(model);
}

/* READ: 10 requests in bucket 288 (8192 to 8447 ns), 82000 ns together, in a recording of 1000000 ns. No snapshot met
 * one; on average 0.082 were under way, so one was at some time. */
#define SUMMED                                                                                     \
	"500000 LATENCY interval_ns=500000 count=10 sum_ns=82000 min_ns=8192 max_ns=8300 queue=1 " \
	"op=READ [a0020a]\n"

static void counters_tell_the_mean_by_their_sums(void **state)
{
	struct model *model = feed_new(
		FEED_AGGREGATE "100 QUEUE queue=1 pid=1 type=io_uring \"x\"\n"
			       "500000 QUEUE_STATE queue=1 submitted=10 completed=10\n" SUMMED
			       "1000000 TICK\n");
	struct model_gauge gauge = model_queue_find(model, 1)->in_flight;

	(void)state;
	near(gauge.mean, 82000.0 / 1000000);
	assert_int_equal(gauge.max, 1);
	assert_int_equal(gauge.max_sampled, 1);
	near(model_total(model)->in_flight.mean, 82000.0 / 1000000);
	model_free(model);
}

/* One that is open and listed adds its time; when one is open and not listed the snapshots tell more. */
static void open_requests_count_to_the_mean_of_counters(void **state)
{
	struct model *model =
		feed_new(FEED_AGGREGATE
			 "500000 QUEUE_STATE queue=1 submitted=11 completed=10 in_flight=1\n" SUMMED
			 "500000 REQUEST submit_ns=400000 queue=1 end=open op=READ\n"
			 "500000 TICK\n"
			 "1000000 QUEUE_STATE queue=1 submitted=11 completed=10 in_flight=1\n"
			 "1000000 REQUEST submit_ns=400000 queue=1 end=open op=READ\n"
			 "1000000 TICK\n");
	struct model *unlisted =
		feed_new(FEED_AGGREGATE
			 "500000 QUEUE_STATE queue=1 submitted=11 completed=10 in_flight=1\n" SUMMED
			 "1000000 TICK\n");

	(void)state;
	near(model_queue_find(model, 1)->in_flight.mean, (82000.0 + 600000) / 1000000);
	near(model_queue_find(unlisted, 1)->in_flight.mean, 1);
	model_free(model);
	model_free(unlisted);
}

/* 2^64 ns within one: no number of requests comes of that. */
static void senseless_times_make_no_maximum(void **state)
{
	struct model *model = feed_new("499999 SESSION os=linux mode=aggregate\n"
				       "500000 QUEUE_STATE queue=1 submitted=1 completed=1\n"
				       "500000 LATENCY count=1 sum_ns=18446744073709551615 "
				       "min_ns=8192 max_ns=8300 queue=1 op=READ [a00201]\n"
				       "500000 TICK\n");

	(void)state;
	assert_int_equal(model_queue_find(model, 1)->in_flight.max, 1);
	model_free(model);
}

/* --min-latency: histograms and depths are of all requests, not of the few that have a record. */
static void few_records_are_not_taken_for_all(void **state)
{
	struct model *model = feed_new(
		"0 SESSION os=linux mode=full record_min_ns=1ms\n"
		"450000 REQUEST submit_ns=10 queue=1 end=completed op=READ sq_depth=9 cq_depth=9\n"
		"500000 QUEUE_STATE queue=1 submitted=10 completed=10 sq_depth=1 "
		"cq_depth=1\n" SUMMED "1000000 TICK\n");
	const struct model_queue *queue = model_queue_find(model, 1);

	(void)state;
	assert_int_equal(queue->latency.count, 10);
	assert_int_equal(queue->latency.max, 8300);
	near(queue->in_flight.mean, 82000.0 / 1000000);
	near(queue->sq_depth.mean, 1);
	assert_int_equal(queue->books.balanced, 1);
	model_free(model);
}

/* A last snapshot may come after the end of the queue. */
static void a_state_after_the_end_does_no_harm(void **state)
{
	struct model *model = feed_new(FEED_AGGREGATE "100 QUEUE_STATE queue=1 in_flight=4\n"
						      "200 QUEUE_END queue=1\n"
						      "300 QUEUE_STATE queue=1 in_flight=0\n"
						      "400 TICK\n");

	(void)state;
	/* 4 for 100 ns, 0 for 100 ns. */
	near(model_queue_find(model, 1)->in_flight.mean, 400.0 / 200);
	assert_int_equal(model_queue_find(model, 1)->in_flight.max, 4);
	model_free(model);
}

static void the_machine_is_told_at_ticks(void **state)
{
	struct model *model =
		feed_new(FEED_AGGREGATE "100 QUEUE_STATE queue=1 in_flight=4 sq_depth=1\n"
					"100 QUEUE_STATE queue=2 in_flight=5 cq_depth=3\n"
					"100 TICK\n"
					"200 QUEUE_STATE queue=1 in_flight=1\n"
					"200 TICK\n"
					"300 TICK\n");
	const struct model_queue *total = model_total(model);

	(void)state;
	assert_int_equal(total->in_flight.now, 6);
	assert_int_equal(total->in_flight.max, 9);
	near(total->in_flight.mean, (9.0 + 6.0) / 2);
	assert_int_equal(total->sq_depth.max, 1);
	assert_int_equal(total->cq_depth.now, 3);
	model_free(model);
}

static void nothing_seen_is_not_known(void **state)
{
	struct model *model = feed_new(FEED_FULL "100 QUEUE queue=1 pid=1 type=io_uring \"x\"\n");
	const struct model_queue *queue = model_queue_find(model, 1);

	(void)state;
	assert_int_equal(queue->sq_depth.known, 0);
	assert_int_equal(queue->cq_depth.known, 0);
	assert_int_equal(queue->in_flight.known, 0);
	assert_int_equal(model_total(model)->in_flight.known, 0);
	model_free(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_flight_is_exact),
		cmocka_unit_test(older_requests_are_in_flight),
		cmocka_unit_test(unknown_older_requests_are_told),
		cmocka_unit_test(open_requests_are_in_flight),
		cmocka_unit_test(open_requests_count_in_their_own_queue),
		cmocka_unit_test(the_machine_is_not_the_sum_of_maxima),
		cmocka_unit_test(a_request_older_than_the_recording_is_cut),
		cmocka_unit_test(a_short_lived_queue_has_its_own_time),
		cmocka_unit_test(a_max_with_losses_is_marked),
		cmocka_unit_test(depths_are_as_met),
		cmocka_unit_test(a_completion_port_has_no_submission_queue),
		cmocka_unit_test(snapshots_hold_until_the_next),
		cmocka_unit_test(counters_tell_the_mean_by_their_sums),
		cmocka_unit_test(open_requests_count_to_the_mean_of_counters),
		cmocka_unit_test(senseless_times_make_no_maximum),
		cmocka_unit_test(few_records_are_not_taken_for_all),
		cmocka_unit_test(a_state_after_the_end_does_no_harm),
		cmocka_unit_test(the_machine_is_told_at_ticks),
		cmocka_unit_test(nothing_seen_is_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

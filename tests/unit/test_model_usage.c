/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Who used a disk, and how full it was then: by hand where the figures are defined, and against a
 * count that takes every pair of commands where there are many.
 */
#include "tests/unit/model_feed.h"

#include <stdlib.h>

#define FEED_WINDOWS "1000 SESSION start_unix_ns=1000 os=windows mode=full cpu_count=2\n"
#define DISK	     "1000 DEVICE device=5 queue_count=2 \"disk5\"\n"

static const struct model_usage *usage_of(const struct model *model, uint32_t device)
{
	return model_usage_of(model, model_device_find(model, device));
}

static const struct model_use *use_of(const struct model_usage *usage, uint32_t pid)
{
	for (size_t i = 0; i < usage->process_count; i++)
		if (usage->processes[i].pid == pid)
			return &usage->processes[i];
	fail_msg("process %u asked for nothing", pid);
	return NULL;
}

static void is(const struct model_figure *figure, uint64_t count, uint64_t sum, uint64_t max)
{
	assert_int_equal(figure->count, count);
	assert_int_equal(figure->sum, sum);
	assert_int_equal(figure->max, max);
}

/* The picture of model_usage.c: Z 1100-1300, X 1150-1700, Y 1200-1500, on two queues of one disk. */
#define PICTURE                                                                                    \
	"1300 COMMAND issue_ns=1100 device=5 pid=1 length_bytes=10 flags=0x60001 op=read "         \
	"end=completed\n"                                                                          \
	"1500 COMMAND issue_ns=1200 device=5 hw_queue=1 pid=2 length_bytes=20 flags=0x20000 "      \
	"op=read end=completed\n"                                                                  \
	"1700 COMMAND issue_ns=1150 device=5 pid=2 length_bytes=40 flags=0x60000 op=write "        \
	"status=7 end=completed\n"

static void figures_are_those_of_the_picture(void **state)
{
	struct model *model = feed_new(FEED_WINDOWS DISK PICTURE);
	const struct model_usage *usage = usage_of(model, 5);
	const struct model_use *one = use_of(usage, 1), *two = use_of(usage, 2);

	(void)state;
	assert_int_equal(usage->process_count, 2);
	assert_int_equal(usage->partial, 0);
	assert_int_equal(usage->at_least, 0);
	assert_int_equal(one->commands, 1);
	assert_int_equal(one->bytes, 10);
	is(&one->depth_issue, 1, 0, 0);
	is(&one->depth_end, 1, 2, 2);
	is(&one->io_ns, 1, 200, 200);
	is(&one->service_ns, 1, 200, 200);
	assert_int_equal(two->commands, 2);
	assert_int_equal(two->errors, 1);
	assert_int_equal(two->bytes, 20);
	is(&two->depth_issue, 2, 3, 2); /* X 1, Y 2 */
	is(&two->depth_end, 2, 1, 1);	/* Y 1, X 0 */
	is(&two->io_ns, 2, 850, 550);
	is(&two->service_ns, 2, 400, 200);
	assert_int_equal(two->priorities[1], 1);
	assert_int_equal(two->priorities[3], 1);
	is(&usage->total.depth_issue, 3, 3, 2);
	is(&usage->total.service_ns, 3, 600, 200);
	assert_int_equal(usage->total.bytes, 30);
	assert_int_equal(usage->total.priorities[3], 2);
	model_free(model);
}

/* Asking in between changes nothing, and the flags of Linux hold no priority. */
static void answers_do_not_depend_on_when_they_are_asked_for(void **state)
{
	struct model *model = feed_new(FEED_FULL DISK);

	(void)state;
	assert_null(usage_of(model, 5));
	feed(model, "1300 COMMAND issue_ns=1100 device=5 pid=1 flags=0x60001 end=completed\n");
	is(&usage_of(model, 5)->total.depth_end, 1, 0, 0);
	feed(model, "1700 COMMAND issue_ns=1150 device=5 pid=1 flags=0x60001 end=completed\n");
	is(&usage_of(model, 5)->total.depth_end, 2, 1, 1);
	is(&usage_of(model, 5)->total.depth_end, 2, 1, 1);
	assert_int_equal(usage_of(model, 5)->total.priorities[0], 2);
	model_free(model);
}

static void disks_and_unknown_processes_stand_apart(void **state)
{
	struct model *model =
		feed_new(FEED_WINDOWS DISK
			 "1300 COMMAND issue_ns=1100 device=5 pid=1 end=completed\n"
			 "1400 COMMAND issue_ns=1050 device=6 length_bytes=9 op=discard "
			 "end=completed\n"
			 "1450 COMMAND issue_ns=1200 device=5 end=completed\n"
			 "1500 DEVICE device=7 type=controller driver=nvme \"nvme0\"\n"
			 "1600 COMMAND issue_ns=1550 device=7 op=admin end=completed\n"
			 "1600 COMMAND issue_ns=1550 device=0x80000001 op=admin end=completed\n");

	(void)state;
	is(&usage_of(model, 5)->total.depth_issue, 2, 1, 1);
	is(&usage_of(model, 6)->total.depth_issue, 1, 0, 0);
	assert_int_equal(usage_of(model, 6)->total.bytes, 0);
	is(&use_of(usage_of(model, 5), 0)->service_ns, 1, 150, 150);
	assert_int_equal(usage_of(model, 6)->process_count, 1);
	assert_null(usage_of(model, 7));
	assert_null(usage_of(model, 0x80000001));
	model_free(model);
}

/* The recording began at 1000. What was issued before may have met anybody, and what ended last on
 * its disk is not known. */
static void what_began_before_the_recording_is_left_out(void **state)
{
	struct model *model = feed_new(FEED_WINDOWS DISK
				       "1300 COMMAND issue_ns=900 device=5 pid=1 end=completed\n"
				       "1400 COMMAND issue_ns=950 device=5 pid=1 end=completed\n"
				       "1500 COMMAND issue_ns=1200 device=5 pid=1 end=completed\n");
	const struct model_use *use = &usage_of(model, 5)->total;

	(void)state;
	is(&use->io_ns, 3, 400 + 450 + 300, 450);
	is(&use->depth_issue, 1, 2, 2);
	is(&use->depth_end, 3, 3, 2);
	/* The second is served from the end of the first. */
	is(&use->service_ns, 2, 100 + 100, 100);
	assert_int_equal(usage_of(model, 5)->at_least, 0);
	model_free(model);
}

static void without_an_issue_depths_of_others_may_be_larger(void **state)
{
	struct model *model = feed_new(FEED_WINDOWS DISK
				       "1300 COMMAND device=5 pid=1 end=completed\n"
				       "1400 COMMAND issue_ns=1200 device=5 pid=1 end=completed\n");
	const struct model_usage *usage = usage_of(model, 5);

	(void)state;
	is(&usage->total.io_ns, 1, 200, 200);
	is(&usage->total.service_ns, 1, 100, 100);
	is(&usage->total.depth_issue, 1, 0, 0);
	is(&usage->total.depth_end, 2, 1, 1);
	assert_int_equal(usage->at_least, 1);
	model_free(model);
}

/* Two of this disk (one of them ends later), one of another, and one that only Windows knows. */
static void commands_in_flight_were_there(void **state)
{
	struct model *model = feed_new(FEED_WINDOWS DISK PICTURE
				       "1800 COMMAND issue_ns=1120 device=5 command_id=1 end=open\n"
				       "1800 COMMAND issue_ns=1600 device=5 command_id=2 end=open\n"
				       "1800 COMMAND issue_ns=1000 device=6 command_id=1 end=open\n"
				       "1800 TICK\n");

	(void)state;
	is(&usage_of(model, 5)->total.depth_issue, 3, 3 + 2, 3);
	is(&usage_of(model, 5)->total.depth_end, 3, 3 + 3 + 1, 3);
	/* It met Z. */
	feed(model, "1900 COMMAND issue_ns=1120 device=5 command_id=1 end=completed\n");
	is(&usage_of(model, 5)->total.depth_issue, 4, 3 + 3, 3);
	is(&usage_of(model, 5)->total.depth_end, 4, 3 + 3 + 2, 3);
	feed(model, "2000 COMMAND issue_ns=1250 device=4294967295 end=open\n");
	/* X, Y and the one of 1120 were issued by then; nothing had ended. */
	is(&usage_of(model, 5)->total.depth_issue, 4, 3 + 3, 3);
	assert_int_equal(usage_of(model, 5)->total.depth_end.count, 0);
	feed(model, "2100 TICK\n");
	is(&usage_of(model, 5)->total.depth_end, 4, 3 + 3, 3);
	model_free(model);
}

/* The counters of two queues tell of more commands than have records. */
static void of_some_commands_only_their_own_times_are_known(void **state)
{
	struct model *model = feed_new(FEED_FULL DISK PICTURE
				       "1750 DEVICE_STATE device=5 hw_queue=0 completed=2\n"
				       "1750 DEVICE_STATE device=5 hw_queue=1 completed=2\n");

	(void)state;
	/* Its record may still come. */
	assert_int_equal(usage_of(model, 5)->partial, 0);
	feed(model, "1800 SESSION_END duration_ns=1800\n");
	assert_int_equal(usage_of(model, 5)->partial, 1);
	is(&usage_of(model, 5)->total.io_ns, 3, 1050, 550);
	assert_int_equal(usage_of(model, 5)->total.depth_issue.count, 0);
	assert_int_equal(usage_of(model, 5)->total.depth_end.count, 0);
	assert_int_equal(use_of(usage_of(model, 5), 2)->service_ns.count, 0);
	model_free(model);
}

static void losses_are_said_where_they_may_hide_commands(void **state)
{
	struct model *model =
		feed_new(FEED_FULL DISK PICTURE "1800 LOST loss=snapshot-cut count=1\n");

	(void)state;
	assert_int_equal(usage_of(model, 5)->at_least, 0);
	feed(model, "1800 LOST loss=session-events count=1\n");
	assert_int_equal(usage_of(model, 5)->at_least, 1);
	model_free(model);
}

/* ---- many ---- */

struct span {
	uint64_t issue_ns, end_ns;
	uint32_t pid;
};

static void tell(struct model *model, const struct span *span)
{
	struct ev_command command = { .h = { EV_COMMAND, sizeof(command), 0, span->end_ns },
				      .issue_ns = span->issue_ns,
				      .device = 5,
				      .pid = span->pid,
				      .end = EV_END_COMPLETED };

	assert_int_equal(model_event(model, &command.h), 0);
}

static int by_end(const void *a, const void *b)
{
	const struct span *left = a, *right = b;

	return (left->end_ns > right->end_ns) - (left->end_ns < right->end_ns);
}

/* Times are all different, so that "before" has one meaning. */
static size_t make_spans(struct span *spans, size_t count)
{
	uint32_t seed = 12345;

	for (size_t i = 0; i < count; i++) {
		seed = seed * 1664525 + 1013904223;
		spans[i] = (struct span){ .issue_ns = 2000 + i * 200,
					  .end_ns = 2001 + i * 200 + (seed >> 16) % 20 * 200 +
						    (i % 100) * 2,
					  .pid = 1 + (uint32_t)(i % 3) };
	}
	qsort(spans, count, sizeof(*spans), by_end);
	return count;
}

static void every_pair(const struct span *spans, size_t count, uint32_t pid,
		       struct model_figure *issue, struct model_figure *end)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t at_issue = 0, at_end = 0;

		if (spans[i].pid != pid)
			continue;
		for (size_t j = 0; j < count; j++) {
			at_issue += spans[j].issue_ns < spans[i].issue_ns &&
				    spans[j].end_ns > spans[i].issue_ns;
			at_end += spans[j].issue_ns < spans[i].end_ns &&
				  spans[j].end_ns > spans[i].end_ns;
		}
		issue->count++;
		issue->sum += at_issue;
		issue->max = at_issue > issue->max ? at_issue : issue->max;
		end->count++;
		end->sum += at_end;
		end->max = at_end > end->max ? at_end : end->max;
	}
}

static void many_are_as_if_every_pair_was_looked_at(void **state)
{
	enum { COUNT = 3000 };
	static struct span spans[COUNT];
	struct model *model = feed_new(FEED_WINDOWS DISK);
	struct model_figure issue = { 0 }, end = { 0 };
	const struct model_use *use;

	(void)state;
	make_spans(spans, COUNT);
	for (size_t i = 0; i < COUNT; i++)
		tell(model, &spans[i]);
	every_pair(spans, COUNT, 2, &issue, &end);
	use = use_of(usage_of(model, 5), 2);
	assert_true(issue.max > 5);
	is(&use->depth_issue, issue.count, issue.sum, issue.max);
	is(&use->depth_end, end.count, end.sum, end.max);
	model_free(model);
}

/* More than are compared with one another, each with 3 others there; then one that was there all
 * the time. */
static void the_eldest_are_added_up_for_good(void **state)
{
	enum { COUNT = 100000, OTHERS = 3 };
	struct model *model = feed_new(FEED_WINDOWS DISK);
	const struct model_usage *usage;

	(void)state;
	for (uint64_t i = 0; i < COUNT; i++)
		tell(model, &(struct span){ 2000 + i * 10, 2005 + (i + OTHERS) * 10, 1 });
	usage = usage_of(model, 5);
	is(&usage->total.depth_issue, COUNT, (uint64_t)OTHERS * (COUNT - 2), OTHERS);
	is(&usage->total.depth_end, COUNT, (uint64_t)OTHERS * (COUNT - 2), OTHERS);
	assert_int_equal(usage->at_least, 0);
	tell(model, &(struct span){ 1500, 3000 + (uint64_t)COUNT * 10, 2 });
	usage = usage_of(model, 5);
	assert_int_equal(usage->at_least, 1);
	assert_int_equal(usage->total.depth_end.max, OTHERS + 1);
	model_free(model);
}

/* One in flight that was issued before the eldest were added up; on this disk, or nobody knows. */
static void an_elder_in_flight_is_said(void **state)
{
	enum { COUNT = 40000 };
	static const uint32_t devices[] = { 5, UINT32_MAX, 6 };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct model *model = feed_new(FEED_WINDOWS DISK);
		struct ev_command open = { .h = { EV_COMMAND, sizeof(open), 0, 900000 },
					   .issue_ns = 1500,
					   .device = devices[i] };

		for (uint64_t j = 0; j < COUNT; j++)
			tell(model, &(struct span){ 2000 + j * 10, 2005 + j * 10, 1 });
		assert_int_equal(usage_of(model, 5)->at_least, 0);
		assert_int_equal(model_event(model, &open.h), 0);
		assert_int_equal(usage_of(model, 5)->at_least, i < 2);
		model_free(model);
	}
}

/* One is issued when another ends: they do not meet. Two at once: the second met the first. */
static void at_the_same_time_an_end_comes_first(void **state)
{
	struct model *model = feed_new(FEED_WINDOWS DISK);

	(void)state;
	tell(model, &(struct span){ 2000, 2100, 1 });
	tell(model, &(struct span){ 2100, 2200, 1 });
	is(&usage_of(model, 5)->total.depth_issue, 2, 0, 0);
	is(&usage_of(model, 5)->total.depth_end, 2, 0, 0);
	tell(model, &(struct span){ 2300, 2400, 1 });
	tell(model, &(struct span){ 2300, 2400, 1 });
	is(&usage_of(model, 5)->total.depth_issue, 4, 1, 1);
	is(&usage_of(model, 5)->total.depth_end, 4, 1, 1);
	/* One that took no time was there for nobody. */
	tell(model, &(struct span){ 2500, 2500, 1 });
	is(&usage_of(model, 5)->total.depth_issue, 5, 1, 1);
	is(&usage_of(model, 5)->total.depth_end, 5, 1, 1);
	model_free(model);
}

static void processes_beyond_the_limit_are_nobody(void **state)
{
	struct model *model = feed_new(FEED_WINDOWS DISK);
	const struct model_usage *usage;

	(void)state;
	for (uint32_t i = 0; i < 5000; i++)
		tell(model, &(struct span){ 2000 + i, 2001 + i, 1 + i });
	usage = usage_of(model, 5);
	assert_int_equal(usage->process_count, 4096);
	assert_int_equal(usage->processes[0].pid, 0);
	assert_int_equal(usage->processes[0].commands, 5000 - 4095);
	assert_int_equal(usage->total.commands, 5000);
	model_free(model);
}

static void more_in_flight_than_are_kept_is_said(void **state)
{
	struct model *model = feed_new(FEED_WINDOWS DISK PICTURE);
	struct ev_command open = { .h = { EV_COMMAND, sizeof(open), 0, 2000 },
				   .issue_ns = 1900,
				   .device = 5 };

	(void)state;
	for (uint32_t i = 0; i < 4096; i++) {
		open.command_id = i;
		assert_int_equal(model_event(model, &open.h), 0);
	}
	assert_int_equal(usage_of(model, 5)->at_least, 0);
	assert_int_equal(model_event(model, &open.h), 0);
	assert_int_equal(usage_of(model, 5)->at_least, 1);
	model_free(model);
}

/* Whatever memory it gets: no crash, no leak, and no figure that claims to be whole. */
static void little_memory_is_said(void **state)
{
	(void)state;
	for (uint64_t bytes = 200000; bytes < 400000; bytes += 1024) {
		const struct model_options options = { .memory_bytes = bytes };
		struct model *model = model_new(&options);
		const struct model_usage *usage;
		const struct model_device *device;

		if (!model)
			continue;
		feed_some(model, FEED_WINDOWS DISK PICTURE
			  "1800 COMMAND issue_ns=1120 device=5 command_id=1 end=open\n");
		device = model_device_find(model, 5);
		usage = device ? model_usage_of(model, device) : NULL;
		if (usage && usage->total.commands == 3 && !usage->at_least)
			is(&usage->total.depth_issue, 3, 3 + 2, 3);
		model_free(model);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures_are_those_of_the_picture),
		cmocka_unit_test(answers_do_not_depend_on_when_they_are_asked_for),
		cmocka_unit_test(disks_and_unknown_processes_stand_apart),
		cmocka_unit_test(what_began_before_the_recording_is_left_out),
		cmocka_unit_test(without_an_issue_depths_of_others_may_be_larger),
		cmocka_unit_test(commands_in_flight_were_there),
		cmocka_unit_test(of_some_commands_only_their_own_times_are_known),
		cmocka_unit_test(losses_are_said_where_they_may_hide_commands),
		cmocka_unit_test(many_are_as_if_every_pair_was_looked_at),
		cmocka_unit_test(the_eldest_are_added_up_for_good),
		cmocka_unit_test(an_elder_in_flight_is_said),
		cmocka_unit_test(at_the_same_time_an_end_comes_first),
		cmocka_unit_test(processes_beyond_the_limit_are_nobody),
		cmocka_unit_test(more_in_flight_than_are_kept_is_said),
		cmocka_unit_test(little_memory_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

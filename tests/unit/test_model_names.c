/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* What is told about the session, files, processes, and about what is missing. */
#include "tests/unit/model_feed.h"

static void the_session_is_told_once(void **state)
{
	struct model *model = feed_new(
		"100 SESSION start_unix_ns=77 os=linux mode=full cpu_count=4 record_min_ns=5 "
		"\"tool=ringlens 0.1\\nhost=box\\nkernel=6.18\\nnothing\\nfilter=-p "
		"1\\ncommand=fio a=b\"\n"
		"900 SESSION start_unix_ns=78 os=windows mode=aggregate \"host=other\"\n"
		"1100 SESSION_END duration_ns=1000\n");
	const struct model_session *session = model_session(model);

	(void)state;
	assert_int_equal(session->known, 1);
	assert_int_equal(session->start_ns, 100);
	assert_int_equal(session->now_ns, 1100);
	assert_int_equal(session->duration_ns, 1000);
	assert_int_equal(session->start_unix_ns, 77);
	assert_int_equal(session->os, EV_OS_LINUX);
	assert_int_equal(session->mode, EV_MODE_FULL);
	assert_int_equal(session->cpu_count, 4);
	assert_int_equal(session->record_min_ns, 5);
	assert_int_equal(session->complete, 1);
	assert_string_equal(session->tool, "ringlens 0.1");
	assert_string_equal(session->host, "box");
	assert_string_equal(session->kernel, "6.18");
	assert_string_equal(session->filter, "-p 1");
	assert_string_equal(session->command, "fio a=b");
	model_free(model);
}

static void nothing_is_known_before_anything_came(void **state)
{
	struct model *model = model_new(NULL);

	(void)state;
	assert_int_equal(model_session(model)->known, 0);
	assert_int_equal(model_session(model)->complete, 0);
	assert_int_equal(model_session(model)->duration_ns, 0);
	assert_int_equal(model_queue_count(model), 0);
	assert_int_equal(model_total(model)->books.submitted, 0);
	assert_int_equal(model_total(model)->books.balanced, 1);
	assert_int_equal(model_open_count(model), 0);
	assert_int_equal(model_slow_count(model), 0);
	assert_int_equal(model_device_count(model), 0);
	assert_int_equal(model_loss_count(model), 0);
	assert_null(model_loss_at(model, 0));
	model_free(model);
	model_free(NULL);
}

static void names_are_kept_and_replaced(void **state)
{
	struct model *model =
		feed_new(FEED_FULL "10 FILE file=5 inode=9 type=regular \"/data/a\"\n"
				   "10 FILE file=6 \"socket:[12]\"\n"
				   "10 PROCESS pid=42 parent_pid=1 \"fio\"\n"
				   "20 FILE file=5 inode=9 type=regular \"/data/renamed\"\n"
				   "20 PROCESS pid=42 parent_pid=1 \"postgres\"\n"
				   "20 PROCESS pid=43 \"\"\n");

	(void)state;
	assert_string_equal(model_file_name(model, 5), "/data/renamed");
	assert_string_equal(model_file_name(model, 6), "socket:[12]");
	assert_int_equal(model_file(model, 5)->inode, 9);
	assert_null(model_file_name(model, 7));
	assert_null(model_file(model, 0));
	assert_string_equal(model_process_name(model, 42), "postgres");
	assert_string_equal(model_process_name(model, 43), "");
	assert_null(model_process_name(model, 44));
	assert_string_equal(model_process_comm(model, 42), "postgres");
	assert_null(model_process_comm(model, 43));
	assert_null(model_process_comm(model, 44));
	feed(model, "50 QUEUE queue=9 pid=43 \"backup\"\n60 QUEUE queue=8 pid=44\n");
	assert_string_equal(model_process_comm(model, 43), "backup");
	assert_null(model_process_comm(model, 44));
	assert_null(model_process_comm(model, 0));
	model_free(model);
}

/* A comm is cut between characters, never inside one. */
static void a_long_name_is_cut_whole(void **state)
{
	struct model *model = feed_new(FEED_FULL "10 QUEUE queue=1 pid=1 type=io_uring "
						 "\"01234567890123456789012345678901234567890123456"
						 "789012345678901\xc3\xa4\xc3\xa4\"\n");

	(void)state;
	/* 62 digits and two letters of two bytes: 63 bytes of room hold half of the first. */
	assert_int_equal(strlen(model_queue_find(model, 1)->comm), 62);
	assert_string_equal(model_queue_find(model, 1)->comm + 60, "01");
	model_free(model);
}

static void losses_add_up_by_cause_and_queue(void **state)
{
	struct model *model = feed_new(FEED_FULL "10 LOST count=2 queue=9 loss=open-evicted\n"
						 "20 LOST count=3 loss=record-ring-full\n"
						 "30 LOST count=4 queue=9 loss=open-evicted\n"
						 "40 LOST loss=file-truncated\n"
						 "50 LOST count=5 queue=3 loss=open-evicted\n"
						 "60 LOST count=7 queue=9 loss=open-evicted\n");

	(void)state;
	assert_int_equal(model_loss_count(model), 4);
	assert_int_equal(model_loss_at(model, 0)->loss, EV_LOSS_RECORD_RING_FULL);
	assert_int_equal(model_loss_at(model, 0)->count, 3);
	assert_int_equal(model_loss_at(model, 0)->queue, 0);
	assert_int_equal(model_loss_at(model, 1)->queue, 3);
	assert_int_equal(model_loss_at(model, 1)->count, 5);
	assert_int_equal(model_loss_at(model, 2)->queue, 9);
	assert_int_equal(model_loss_at(model, 2)->count, 2 + 4 + 7);
	assert_int_equal(model_loss_at(model, 2)->uncountable, 0);
	assert_int_equal(model_loss_at(model, 3)->loss, EV_LOSS_FILE_TRUNCATED);
	assert_int_equal(model_loss_at(model, 3)->uncountable, 1);
	model_free(model);
}

/* Rows are limited; what they count is not. */
static void no_loss_is_forgotten(void **state)
{
	struct model *model = feed_new(FEED_FULL);
	struct ev_lost lost = { .h = { .kind = EV_LOST, .size_bytes = sizeof(lost) }, .count = 1 };
	uint64_t sum = 0;

	(void)state;
	for (uint32_t i = 0; i < 3000; i++) {
		lost.queue = i;
		lost.loss = 100 + i % 1000;
		assert_int_equal(model_event(model, &lost.h), 0);
	}
	assert_true(model_loss_count(model) <= 256);
	for (size_t i = 0; i < model_loss_count(model); i++)
		sum += model_loss_at(model, i)->count;
	assert_int_equal(sum, 3000);
	model_free(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_session_is_told_once),
		cmocka_unit_test(nothing_is_known_before_anything_came),
		cmocka_unit_test(names_are_kept_and_replaced),
		cmocka_unit_test(a_long_name_is_cut_whole),
		cmocka_unit_test(losses_add_up_by_cause_and_queue),
		cmocka_unit_test(no_loss_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* How to record: a table of Windows versions, rights and wishes, and the plan each must give. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "windows-etw/etw_plan.h"

enum { ADMIN = 1, LOG_USER = 2 };

static const struct {
	const char *name;
	uint32_t build;
	int rights;
	const char *wine;
	uint32_t wants;
	/* What must come out. */
	int err;
	uint32_t kernel_flags;
	uint32_t log_mode;
	uint32_t mask_1; /* kernel queues */
	size_t providers;
	int kernel_logger;
} cases[] = {
	{ "11, administrator", 22631, ADMIN, NULL, 0, 0, 0x6210703, 0x2000100, 0, 3, 0 },
	{ "8, all", 9200, ADMIN, NULL, ETW_WANT_ALL, 0, 0x6210703, 0x2000100, 0x1000000, 4, 0 },
	{ "10, disk only", 19045, ADMIN, NULL, ETW_WANT_DISK, 0, 0x200703, 0x2000100, 0, 0, 0 },
	{ "10, file only", 19045, ADMIN, NULL, ETW_WANT_FILE, 0, 0x6000203, 0x2000100, 0, 0, 0 },
	{ "10, queue only", 19045, ADMIN, NULL, ETW_WANT_QUEUE, 0, 0x3, 0x2000100, 0x1000000, 0,
	  0 },
	{ "7", 7601, ADMIN, NULL, 0, 0, 0x6210703, 0x100, 0, 0, 1 },
	{ "7, sockets only", 7601, ADMIN, NULL, ETW_WANT_SOCKET, -EACCES, 0, 0, 0, 0, 0 },
	{ "Vista", 6002, ADMIN, NULL, 0, -ENOTSUP, 0, 0, 0, 0, 0 },
	{ "log user", 19045, LOG_USER, NULL, 0, 0, 0, 0x100, 0, 7, 0 },
	{ "log user, sockets", 19045, LOG_USER, NULL, ETW_WANT_SOCKET, 0, 0, 0x100, 0, 2, 0 },
	{ "log user, queues", 19045, LOG_USER, NULL, ETW_WANT_QUEUE, -EACCES, 0, 0, 0, 0, 0 },
	{ "nobody", 19045, 0, NULL, 0, -EACCES, 0, 0, 0, 0, 0 },
	{ "Wine", 18362, ADMIN, "8.0", 0, -ENOTSUP, 0, 0, 0, 0, 0 },
};

static void the_table_holds(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct etw_host host = { cases[i].build, 4, cases[i].rights == ADMIN,
					       cases[i].rights == LOG_USER, cases[i].wine };
		const struct etw_wish wish = { .wants = cases[i].wants };
		struct etw_plan plan;
		struct ev_error why = { 0 };
		int err = etw_plan_make(&host, &wish, &plan, &why);

		if (err != cases[i].err)
			fail_msg("%s: %d %s", cases[i].name, err, why.text);
		if (err) {
			assert_true(strlen(why.text) > 20);
			continue;
		}
		if (plan.kernel_flags != cases[i].kernel_flags ||
		    plan.log_mode != cases[i].log_mode || plan.masks[1] != cases[i].mask_1 ||
		    plan.provider_count != cases[i].providers ||
		    plan.is_kernel_logger != cases[i].kernel_logger)
			fail_msg("%s: flags %x mode %x mask %x providers %zu", cases[i].name,
				 plan.kernel_flags, plan.log_mode, plan.masks[1],
				 plan.provider_count);
		assert_string_equal(plan.session,
				    plan.is_kernel_logger ? "NT Kernel Logger" : "ringlens");
	}
}

static void buffers_grow_with_processors_and_wishes(void **unused)
{
	static const struct {
		uint32_t cpus;
		uint64_t bytes;
		uint32_t min;
		uint32_t max;
	} sizes[] = {
		{ 4, 0, 256, 1024 },
		{ 4, 1 << 20, 16, 32 },
		{ 256, 1 << 20, 512, 1024 },
		{ 4, UINT64_C(1) << 40, 4096, 16384 },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		const struct etw_host host = { 19045, sizes[i].cpus, 1, 0, NULL };
		const struct etw_wish wish = { .buffer_bytes = sizes[i].bytes };
		struct etw_plan plan;

		assert_int_equal(etw_plan_make(&host, &wish, &plan, NULL), 0);
		assert_int_equal(plan.buffer_kib, 64);
		assert_int_equal(plan.buffers_min, sizes[i].min);
		assert_int_equal(plan.buffers_max, sizes[i].max);
	}
}

static void windows_can_write_the_file(void **unused)
{
	const struct etw_host host = { 19045, 4, 1, 0, NULL };
	const struct etw_wish wish = { .etl_path = "x.etl", .session = "mine" };
	struct etw_plan plan;

	(void)unused;
	assert_int_equal(etw_plan_make(&host, &wish, &plan, NULL), 0);
	assert_int_equal(plan.log_mode, ETW_MODE_FILE | ETW_MODE_SYSTEM_LOGGER);
	assert_string_equal(plan.session, "mine");
	assert_int_equal(plan.rundown, 1);
}

static void a_session_needs_a_name(void **unused)
{
	const struct etw_host host = { 19045, 4, 1, 0, NULL };
	struct ev_error why;
	struct etw_plan plan;
	char name[200];

	(void)unused;
	memset(name, 'n', sizeof(name));
	name[199] = 0;
	assert_int_equal(etw_plan_make(&host, &(struct etw_wish){ .session = "" }, &plan, &why),
			 -EINVAL);
	assert_int_equal(etw_plan_make(&host, &(struct etw_wish){ .session = name }, &plan, &why),
			 -EINVAL);
}

/* The GUIDs as they are written in documents. */
static void guids_are_right(void **unused)
{
	const struct etw_host seven = { 7601, 4, 1, 0, NULL };
	const struct etw_wish wish = { .wants = ETW_WANT_DISK };
	char text[ETW_GUID_TEXT_BYTES];
	struct etw_plan plan;

	(void)unused;
	assert_int_equal(etw_plan_make(&seven, &wish, &plan, NULL), 0);
	assert_string_equal(etw_guid_text(&plan.guid, text),
			    "9e814aad-3204-11d2-9a82-006008a86939");
	assert_string_equal(etw_guid_text(&etw_plan_rundown.guid, text),
			    "3b9c9951-3480-4220-9377-9c8e5184f5cd");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_holds),
		cmocka_unit_test(buffers_grow_with_processors_and_wishes),
		cmocka_unit_test(windows_can_write_the_file),
		cmocka_unit_test(a_session_needs_a_name),
		cmocka_unit_test(guids_are_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

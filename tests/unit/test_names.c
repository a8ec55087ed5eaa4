/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* Names: numbers every program relies on have the right words, both ways, and unknown ones none. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "event/names.h"

/* What may be under way for hours with nothing wrong: URING_CMD, FUTEX_WAIT; not READ, FSYNC. */
static void some_operations_wait_for_others(void **unused)
{
	(void)unused;
	assert_true(ev_op_waits(EV_QUEUE_IO_URING, 46));
	assert_true(ev_op_waits(EV_QUEUE_IO_URING, 51));
	assert_false(ev_op_waits(EV_QUEUE_IO_URING, 22));
	assert_false(ev_op_waits(EV_QUEUE_IO_URING, 3));
	assert_false(ev_op_waits(EV_QUEUE_IO_URING, UINT16_MAX));
	assert_true(ev_op_waits(EV_QUEUE_IOCP, EV_WINDOWS_AFD_RECV));
}

/* A stage has a name, a short word and what it means, or none of them. */
static void every_stage_is_explained(void **unused)
{
	(void)unused;
	for (uint8_t stage = 0; stage < EV_STAGE_COUNT; stage++) {
		assert_non_null(ev_stage_name(stage));
		assert_non_null(ev_stage_word(stage));
		assert_non_null(ev_stage_what(stage));
	}
	assert_null(ev_stage_what(EV_STAGE_COUNT));
}

/* Numbers from the kernel's own header, which existing programs were compiled with. */
static void io_uring_operations(void **unused)
{
	static const struct {
		uint16_t op;
		const char *name;
	} known[] = {
		{ 0, "NOP" },	     { 1, "READV" },	     { 3, "FSYNC" },
		{ 6, "POLL_ADD" },   { 11, "TIMEOUT" },	     { 15, "LINK_TIMEOUT" },
		{ 18, "OPENAT" },    { 22, "READ" },	     { 23, "WRITE" },
		{ 27, "RECV" },	     { 33, "TEE" },	     { 40, "MSG_RING" },
		{ 46, "URING_CMD" }, { 47, "SEND_ZC" },	     { 49, "READ_MULTISHOT" },
		{ 55, "FTRUNCATE" }, { 58, "RECV_ZC" },	     { 61, "WRITEV_FIXED" },
		{ 63, "NOP128" },    { 64, "URING_CMD128" },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		assert_string_equal(ev_op_name(EV_QUEUE_IO_URING, known[i].op), known[i].name);
		assert_int_equal(ev_op_by_name(EV_QUEUE_IO_URING, known[i].name), known[i].op);
	}
	for (uint16_t op = 0; op <= 64; op++)
		assert_non_null(ev_op_name(EV_QUEUE_IO_URING, op));
	assert_null(ev_op_name(EV_QUEUE_IO_URING, 65));
	assert_null(ev_op_name(EV_QUEUE_IO_URING, UINT16_MAX));
	assert_int_equal(ev_op_by_name(EV_QUEUE_IO_URING, "read"), 22);
	assert_true(ev_op_by_name(EV_QUEUE_IO_URING, "RAED") < 0);
	assert_true(ev_op_by_name(EV_QUEUE_IO_URING, "") < 0);
}

static void windows_operations_are_apart(void **unused)
{
	(void)unused;
	assert_string_equal(ev_op_name(EV_QUEUE_IOCP, EV_WINDOWS_IRP_READ), "IRP_READ");
	assert_null(ev_op_name(EV_QUEUE_IOCP, 22));
	assert_null(ev_op_name(EV_QUEUE_IO_URING, EV_WINDOWS_IRP_READ));
	assert_int_equal(ev_op_by_name(EV_QUEUE_RIO, "RIO_SEND"), EV_WINDOWS_RIO_SEND);
	assert_true(ev_op_by_name(EV_QUEUE_IOCP, "READ") < 0);
}

static void shapes_and_bytes(void **unused)
{
	(void)unused;
	assert_int_equal(ev_op_shape(EV_QUEUE_IO_URING, 22), EV_OP_DATA);
	assert_int_equal(ev_op_shape(EV_QUEUE_IO_URING, 1), EV_OP_VECTOR);
	assert_int_equal(ev_op_shape(EV_QUEUE_IO_URING, 3), EV_OP_RANGE);
	assert_int_equal(ev_op_shape(EV_QUEUE_IO_URING, 18), EV_OP_PATH);
	assert_int_equal(ev_op_shape(EV_QUEUE_IO_URING, 14), EV_OP_TARGET);
	assert_int_equal(ev_op_shape(EV_QUEUE_IO_URING, 9999), EV_OP_PLAIN);
	assert_true(ev_op_moves_bytes(EV_QUEUE_IO_URING, 22));
	assert_true(ev_op_moves_bytes(EV_QUEUE_IO_URING, 9));
	assert_true(ev_op_moves_bytes(EV_QUEUE_IOCP, EV_WINDOWS_AFD_SEND));
	/* Their results are a status, a descriptor, a mask of events. */
	assert_false(ev_op_moves_bytes(EV_QUEUE_IO_URING, 3));
	assert_false(ev_op_moves_bytes(EV_QUEUE_IO_URING, 13));
	assert_false(ev_op_moves_bytes(EV_QUEUE_IO_URING, 6));
	assert_false(ev_op_moves_bytes(EV_QUEUE_IO_URING, 9999));
}

static void linux_errors(void **unused)
{
	(void)unused;
	assert_string_equal(ev_errno_name(2), "ENOENT");
	assert_string_equal(ev_errno_name(11), "EAGAIN");
	assert_string_equal(ev_errno_name(22), "EINVAL");
	assert_string_equal(ev_errno_name(62), "ETIME");
	assert_string_equal(ev_errno_name(125), "ECANCELED");
	assert_null(ev_errno_name(0));
	assert_null(ev_errno_name(-5));
	assert_null(ev_errno_name(41));
	assert_null(ev_errno_name(100000));
}

static void flags_in_words(void **unused)
{
	char text[64], small[8];

	(void)unused;
	assert_int_equal(ev_flags_text(ev_setup_flags, 0, text, sizeof(text)), 0);
	assert_string_equal(text, "");
	ev_flags_text(ev_setup_flags, 1 << 1 | 1 << 13, text, sizeof(text));
	assert_string_equal(text, "SQPOLL|DEFER_TASKRUN");
	ev_flags_text(ev_cqe_flags, 0x80000000 | 1 << 1, text, sizeof(text));
	assert_string_equal(text, "MORE|0x80000000");
	ev_flags_text(ev_sqe_flags, 0x80, text, sizeof(text));
	assert_string_equal(text, "0x80");
	/* As snprintf: what fits is written, what it would take is returned. */
	assert_int_equal(ev_flags_text(ev_setup_flags, 1 << 1 | 1 << 13, small, sizeof(small)), 20);
	assert_string_equal(small, "SQPOLL|");
	assert_int_equal(ev_flags_text(ev_setup_flags, 1 << 1, NULL, 0), 6);
}

static void every_loss_is_explained(void **unused)
{
	(void)unused;
	for (uint32_t loss = 1; loss <= EV_LOSS_LAST; loss++) {
		assert_non_null(ev_loss_name(loss));
		assert_true(strlen(ev_loss_where(loss)) > 3);
		assert_true(strlen(ev_loss_why(loss)) > 10);
		assert_true(strlen(ev_loss_advice(loss)) > 10);
	}
	assert_string_equal(ev_loss_name(EV_LOSS_COMMAND_MISSED), "command-missed");
	assert_null(ev_loss_name(0));
	assert_null(ev_loss_name(EV_LOSS_LAST + 1));
	assert_string_equal(ev_loss_where(0), "");
	assert_string_equal(ev_loss_why(EV_LOSS_LAST + 1), "");
	assert_string_equal(ev_loss_advice(UINT32_MAX), "");
}

static void stages_and_types(void **unused)
{
	(void)unused;
	for (uint8_t stage = 0; stage < EV_STAGE_COUNT; stage++)
		assert_true(ev_stage_name(stage) && ev_stage_word(stage));
	assert_string_equal(ev_stage_word(EV_STAGE_DEVICE_DONE), "post");
	assert_null(ev_stage_word(EV_STAGE_COUNT));
	assert_string_equal(ev_stage_name(EV_STAGE_WORKER_QUEUED), "worker-queued");
	assert_null(ev_stage_name(EV_STAGE_COUNT));
	assert_string_equal(ev_queue_type_name(EV_QUEUE_IO_URING), "io_uring");
	assert_null(ev_queue_type_name(0));
	assert_null(ev_queue_type_name(200));
	assert_string_equal(ev_command_name(EV_COMMAND_FLUSH), "flush");
	assert_string_equal(ev_command_name(200), "other");
	assert_string_equal(ev_driver_name(EV_DRIVER_NVME), "nvme");
	assert_null(ev_driver_name(200));
	assert_string_equal(ev_register_name(12), "REGISTER_ENABLE_RINGS");
	assert_string_equal(ev_register_name(33), "REGISTER_RESIZE_RINGS");
	assert_null(ev_register_name(1000));
}

static void what_a_device_answers(void **unused)
{
	static const struct {
		uint32_t status;
		uint8_t type;
		const char *text;
	} cases[] = {
		{ 0, 0, "success" },
		{ 0x281, 0, "status 0x281" },
		{ 0, EV_STATUS_NVME, "success" },
		{ 0x4000, EV_STATUS_NVME, "success" }, /* flags alone are no error */
		{ 0x281, EV_STATUS_NVME, "unrecovered read error (media)" },
		{ 0x4281, EV_STATUS_NVME, "unrecovered read error (media, not to be retried)" },
		{ 0x2002, EV_STATUS_NVME, "invalid field (generic)" },
		{ 0x1bc, EV_STATUS_NVME,
		  "write is not at the zone's write pointer (command specific)" },
		{ 0x371, EV_STATUS_NVME, "aborted by the host (path)" },
		{ 0x0fe, EV_STATUS_NVME, "vendor's code 0xfe (generic)" },
		{ 0x399, EV_STATUS_NVME, "code 0x99 (path)" },
		{ 0x701, EV_STATUS_NVME, "code 0x01 (vendor)" },
		{ 10, EV_STATUS_BLOCK, "I/O error" },
		{ 2, EV_STATUS_BLOCK, "timeout" },
		{ 99, EV_STATUS_BLOCK, "status 0x63" },
		{ 0xc0000185, EV_STATUS_NT, "I/O device error" },
		{ 0xdeadbeef, EV_STATUS_NT, "status 0xdeadbeef" },
	};
	char text[EV_STATUS_TEXT_BYTES];

	(void)unused;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(ev_status_text(text, cases[i].type, cases[i].status),
				    cases[i].text);
}

/* From the NVMe base specification's figures of asynchronous events and admin opcodes. */
static void what_a_controller_tells(void **unused)
{
	static const struct {
		uint32_t result;
		const char *text;
	} cases[] = {
		{ 0x000000, "error, write to an invalid doorbell register (log page 0x00)" },
		{ 0x010500, "error, firmware image load error (log page 0x01)" },
		{ 0x020101, "health, temperature threshold (log page 0x02)" },
		{ 0x040002, "notice, namespaces changed (log page 0x04)" },
		{ 0x0c0302, "notice, asymmetric namespace access changed (log page 0x0c)" },
		{ 0x800106, "command set, code 0x01 (log page 0x80)" },
		{ 0xc00707, "vendor, code 0x07 (log page 0xc0)" },
		{ 0xffffff03, "type 3, code 0xff (log page 0xff)" },
	};
	char text[EV_STATUS_TEXT_BYTES];

	(void)unused;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(ev_async_text(text, cases[i].result), cases[i].text);
	assert_string_equal(ev_admin_name(0x06), "identify");
	assert_string_equal(ev_admin_name(0x86), "get LBA status");
	assert_null(ev_admin_name(0x03));
	assert_null(ev_admin_name(0xff));
	assert_string_equal(ev_nvm_name(0x00), "flush");
	assert_string_equal(ev_nvm_name(0x7d), "zone append");
	assert_null(ev_nvm_name(0x03));
	assert_null(ev_nvm_name(0x7e));
	assert_string_equal(ev_device_queue_name(EV_DEVICE_QUEUE_POLL), "poll");
	assert_null(ev_device_queue_name(0));
	assert_null(ev_device_queue_name(5));
	assert_string_equal(ev_unlinked_name(EV_UNLINKED_METADATA), "metadata");
	for (uint8_t op = EV_COMMAND_FLUSH; op <= EV_COMMAND_OTHER; op++) /* in one order */
		assert_string_equal(
			ev_unlinked_name((uint8_t)(EV_UNLINKED_FLUSH + op - EV_COMMAND_FLUSH)),
			ev_command_name(op));
	assert_null(ev_unlinked_name(EV_UNLINKED_KINDS));
	assert_string_equal(ev_device_event_name(EV_DEVICE_EVENT_GONE), "gone");
	assert_null(ev_device_event_name(6));
	assert_string_equal(ev_queue_word(EV_OS_LINUX), "ring");
	assert_string_equal(ev_queue_word(EV_OS_WINDOWS), "queue");
	assert_string_equal(ev_io_priority_name(EV_IO_PRIORITY_VERY_LOW), "very-low");
	assert_string_equal(ev_io_priority_name(5), "critical");
	assert_null(ev_io_priority_name(0));
	assert_null(ev_io_priority_name(6));
	assert_string_equal(ev_device_type_name(EV_DEVICE_CONTROLLER), "controller");
	assert_null(ev_device_type_name(4));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(some_operations_wait_for_others),
		cmocka_unit_test(every_stage_is_explained),
		cmocka_unit_test(io_uring_operations),
		cmocka_unit_test(windows_operations_are_apart),
		cmocka_unit_test(shapes_and_bytes),
		cmocka_unit_test(linux_errors),
		cmocka_unit_test(flags_in_words),
		cmocka_unit_test(every_loss_is_explained),
		cmocka_unit_test(stages_and_types),
		cmocka_unit_test(what_a_device_answers),
		cmocka_unit_test(what_a_controller_tells),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

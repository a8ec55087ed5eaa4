/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Classic kernel events, from synthetic traces with 4- and 8-byte pointers: what each version's
 * payload must come out as. Expected values follow from what is written here, by hand.
 */
#include "tests/etl/etl_trace.h"

enum { TICK = 100 };
enum { DISK = 1, PROCESS = 3, FILE_IO = 4, THREAD = 5, TCP = 6, UDP = 8, CONFIG = 0x0b };

static void at(struct trace *trace, uint64_t ticks)
{
	trace->when.ticks = ticks;
}

static void disk_init(struct trace *trace, uint32_t type, uint32_t version, uint64_t irp)
{
	etl_put_pointer(&trace->payload, irp);
	if (version >= 3)
		etl_put(&trace->payload, trace->when.tid, 4);
	trace_kernel(trace, ETL_WRITE_SYSTEM, etl_hook(DISK, type, version));
}

struct transfer {
	uint32_t type, version, disk, bytes;
	uint64_t irp, key, response, offset;
};

static void disk_transfer(struct trace *trace, const struct transfer *t)
{
	struct etl_payload *p = &trace->payload;

	etl_put(p, t->disk, 4);
	etl_put(p, 0x20043, 4);
	etl_put(p, t->bytes, 4);
	etl_put(p, 0, 4);
	etl_put(p, t->offset, 8);
	etl_put_pointer(p, t->key);
	if (t->version >= 2)
		etl_put_pointer(p, t->irp);
	if (t->version >= 1)
		etl_put(p, t->response, 8);
	if (t->version >= 3)
		etl_put(p, 4000, 4);
	trace_kernel(trace, ETL_WRITE_PERFINFO, etl_hook(DISK, t->type, t->version));
}

static void disk_of(uint32_t pointer_bytes, uint32_t version)
{
	struct trace *trace = trace_new(pointer_bytes);
	struct transfer read = { 10, version, 2, 4096, 0x1000, 0x9000, 500, 1 << 20 };
	const struct ev_command *command;

	at(trace, 20000);
	if (version >= 2)
		disk_init(trace, 12, version, 0x1000);
	at(trace, 20500);
	disk_transfer(trace, &read);
	trace_read(trace);
	command = trace_event(trace, EV_COMMAND, 0);
	assert_non_null(command);
	assert_int_equal(command->h.time_ns, 20500 * TICK);
	assert_int_equal(command->issue_ns, version ? 20000 * TICK : 0);
	assert_int_equal(command->depth, version ? 1 : 0);
	assert_int_equal(command->device, 2);
	assert_int_equal(command->length_bytes, 4096);
	assert_int_equal(command->offset_bytes, 1 << 20);
	assert_int_equal(command->key, version >= 2 ? 0x1000 : 0);
	assert_int_equal(command->op, EV_COMMAND_READ);
	assert_int_equal(command->end, EV_END_COMPLETED);
	assert_int_equal(command->flags, 0x20043);
	assert_int_equal(command->pid, version >= 2 ? 400 : 0);
	assert_int_equal(trace_count(trace, EV_DEVICE), 1);
	assert_int_equal(trace->stats.too_short, 0);
	trace_free(trace);
}

static void disk_versions(void **state)
{
	(void)state;
	for (uint32_t version = 0; version <= 3; version++) {
		disk_of(4, version);
		disk_of(8, version);
	}
}

/* Up to Windows 7 an end has the ids of the thread that issued it: in a trace without Init they are
 * all that tells whose it was. */
static void disk_old_end(void **state)
{
	(void)state;
	for (uint32_t pointer_bytes = 4; pointer_bytes <= 8; pointer_bytes += 4) {
		struct trace *trace = trace_new(pointer_bytes);
		const struct ev_command *command;
		struct etl_payload *p = &trace->payload;

		trace->when.ticks = 20500;
		etl_put(p, 2, 4);
		etl_put(p, 0, 4);
		etl_put(p, 4096, 4);
		etl_put(p, 0, 4);
		etl_put(p, 1 << 20, 8);
		etl_put_pointer(p, 0x9000);
		etl_put_pointer(p, 0x1000);
		etl_put(p, 500, 8);
		trace_kernel(trace, ETL_WRITE_SYSTEM, etl_hook(DISK, 10, 2));
		trace_read(trace);
		command = trace_event(trace, EV_COMMAND, 0);
		assert_int_equal(command->issue_ns, 20000 * TICK);
		assert_int_equal(command->tid, 4000);
		assert_int_equal(command->pid, 400);
		trace_free(trace);
	}
}

static void disk_flush(void **state)
{
	(void)state;
	for (uint32_t pointer_bytes = 4; pointer_bytes <= 8; pointer_bytes += 4) {
		struct trace *trace = trace_new(pointer_bytes);
		const struct ev_command *command;

		at(trace, 20000);
		disk_init(trace, 15, 3, 0x1000);
		at(trace, 20700);
		etl_put(&trace->payload, 1, 4);
		etl_put(&trace->payload, 0, 4);
		etl_put(&trace->payload, 700, 8);
		etl_put_pointer(&trace->payload, 0x1000);
		etl_put(&trace->payload, 4000, 4);
		trace_kernel(trace, ETL_WRITE_PERFINFO, etl_hook(DISK, 14, 3));
		trace_read(trace);
		command = trace_event(trace, EV_COMMAND, 0);
		assert_int_equal(command->op, EV_COMMAND_FLUSH);
		assert_int_equal(command->h.time_ns - command->issue_ns, 700 * TICK);
		assert_int_equal(command->device, 1);
		assert_int_equal(command->tid, 4000);
		trace_free(trace);
	}
}

/*
 *    disk 0   A |---------|            A meets nobody: 1
 *    disk 0      B |-------------|     B meets A: 2
 *    disk 1       C |---|              C is alone on its disk: 1
 *    disk 0           D |----|         D meets A and B: 3. A ends after D began.
 */
static void disk_depth(void **state)
{
	struct trace *trace = trace_new(8);
	static const uint64_t starts[] = { 100, 110, 120, 130 }, ends[] = { 150, 190, 140, 170 };
	static const uint32_t disks[] = { 0, 0, 1, 0 }, depths[] = { 1, 2, 1, 3 };
	static const int order[] = { 2, 0, 3, 1 };

	(void)state;
	for (int i = 0; i < 4; i++) {
		at(trace, 20000 + starts[i]);
		disk_init(trace, 12, 3, 0x1000 + (uint64_t)i * 16);
	}
	for (int i = 0; i < 4; i++) {
		int n = order[i];
		struct transfer t = {
			10, 3, disks[n], 512, 0x1000 + (uint64_t)n * 16, 1, ends[n] - starts[n], 0
		};

		at(trace, 20000 + ends[n]);
		disk_transfer(trace, &t);
	}
	trace_read(trace);
	for (int i = 0; i < 4; i++) {
		const struct ev_command *command = trace_event(trace, EV_COMMAND, (size_t)i);

		assert_int_equal(command->key, 0x1000 + order[i] * 16);
		assert_int_equal(command->depth, depths[order[i]]);
	}
	trace_free(trace);
}

/* Begun before the trace: an end without Init. Still under way at its end: an Init without end. */
static void disk_edges(void **state)
{
	struct trace *trace = trace_new(8);
	struct transfer t = { 11, 3, 0, 512, 0x2000, 1, 5000, 0 };
	const struct ev_command *command;

	(void)state;
	at(trace, 20000);
	disk_transfer(trace, &t);
	disk_init(trace, 13, 3, 0x3000);
	trace_read(trace);
	command = trace_event(trace, EV_COMMAND, 0);
	assert_int_equal(command->op, EV_COMMAND_WRITE);
	assert_int_equal(command->issue_ns, 15000 * TICK);
	assert_int_equal(command->tid, 4000);
	command = trace_event(trace, EV_COMMAND, 1);
	assert_int_equal(command->end, EV_END_OPEN);
	assert_int_equal(command->key, 0x3000);
	assert_int_equal(trace->stats.no_start, 1);
	trace_free(trace);
}

struct file_op {
	uint32_t type, version;
	uint64_t irp, object, key;
};

/* The part that all file operations share, up to the place of the thread. */
static void put_file_op(struct trace *trace, const struct file_op *op, unsigned more)
{
	struct etl_payload *p = &trace->payload;

	etl_put_pointer(p, op->irp);
	if (op->version == 2)
		etl_put_pointer(p, trace->when.tid);
	etl_put_pointer(p, op->object);
	etl_put_pointer(p, op->key);
	for (unsigned i = 0; i < more; i++)
		etl_put_pointer(p, 0);
	if (op->version >= 3)
		etl_put(p, trace->when.tid, 4);
}

static void file_transfer(struct trace *trace, const struct file_op *op, uint64_t offset,
			  uint32_t bytes)
{
	etl_put(&trace->payload, offset, 8);
	put_file_op(trace, op, 0);
	etl_put(&trace->payload, bytes, 4);
	etl_put(&trace->payload, 0x900, 4);
	trace_kernel(trace, ETL_WRITE_SYSTEM, etl_hook(FILE_IO, op->type, op->version));
}

static void file_create(struct trace *trace, const struct file_op *op, const char *path)
{
	struct etl_payload *p = &trace->payload;

	etl_put_pointer(p, op->irp);
	if (op->version == 2)
		etl_put_pointer(p, trace->when.tid);
	etl_put_pointer(p, op->object);
	if (op->version == 3)
		etl_put(p, trace->when.tid, 4);
	etl_put(p, 0x01000020, 4);
	etl_put(p, 0x80, 4);
	etl_put(p, 7, 4);
	etl_put_wide(p, path);
	trace_kernel(trace, ETL_WRITE_SYSTEM, etl_hook(FILE_IO, 64, op->version));
}

static void file_end(struct trace *trace, uint64_t irp, uint64_t information, uint32_t status)
{
	etl_put_pointer(&trace->payload, irp);
	etl_put_pointer(&trace->payload, information);
	etl_put(&trace->payload, status, 4);
	trace_kernel(trace, ETL_WRITE_SYSTEM, etl_hook(FILE_IO, 76, 3));
}

static void file_of(uint32_t pointer_bytes, uint32_t version)
{
	struct trace *trace = trace_new(pointer_bytes);
	struct file_op create = { 64, version, 0x108, 0x500, 0 };
	struct file_op read = { 67, version, 0x208, 0x500, 0x900 };
	const struct ev_request *request;
	const struct ev_queue *queue;

	at(trace, 20000);
	file_create(trace, &create, "\\Device\\HarddiskVolume2\\a.txt");
	at(trace, 20010);
	file_end(trace, 0x108, 1, 0);
	at(trace, 20020);
	file_transfer(trace, &read, 8192, 4096);
	at(trace, 20050);
	file_end(trace, 0x208, 1234, 0);
	at(trace, 20060);
	file_transfer(trace, &read, 0, 4096);
	at(trace, 20070);
	file_end(trace, 0x208, 0, 0xc0000011);
	trace_read(trace);
	assert_int_equal(trace_count(trace, EV_REQUEST), 3);
	request = trace_event(trace, EV_REQUEST, 0);
	assert_int_equal(request->op, EV_WINDOWS_IRP_CREATE);
	assert_int_equal(request->result, 0);
	assert_string_equal(trace_file(trace, request->file), "\\Device\\HarddiskVolume2\\a.txt");
	request = trace_event(trace, EV_REQUEST, 1);
	assert_int_equal(request->op, EV_WINDOWS_IRP_READ);
	assert_int_equal(request->submit_ns, 20020 * TICK);
	assert_int_equal(request->h.time_ns, 20050 * TICK);
	assert_int_equal(request->offset_bytes, 8192);
	assert_int_equal(request->length_bytes, 4096);
	assert_int_equal(request->op_flags, 0x900);
	assert_int_equal(request->result, 1234);
	assert_int_equal(request->end, EV_END_COMPLETED);
	assert_int_equal(request->tid, 4000);
	assert_int_equal(request->pid, 400);
	/* The key was first seen with the object that Create named. */
	assert_string_equal(trace_file(trace, request->file), "\\Device\\HarddiskVolume2\\a.txt");
	request = trace_event(trace, EV_REQUEST, 2);
	assert_int_equal(request->status, 0xc0000011);
	assert_int_equal(request->result, -(int64_t)0xc0000011);
	queue = trace_event(trace, EV_QUEUE, 0);
	assert_int_equal(queue->type, EV_QUEUE_DIRECT);
	assert_int_equal(queue->pid, 400);
	assert_int_equal(queue->queue, request->queue);
	assert_int_equal(trace_count(trace, EV_QUEUE), 1);
	assert_int_equal(trace->stats.too_short, 0);
	trace_free(trace);
}

static void file_requests(void **state)
{
	(void)state;
	file_of(4, 2);
	file_of(8, 2);
	file_of(4, 3);
	file_of(8, 3);
}

/* Each of the other operations, by type: what it is called here, and pointers before its thread. */
static void file_operations(void **state)
{
	static const struct {
		uint32_t type, more, tail;
		uint16_t op;
	} ops[] = {
		{ 65, 0, 0, EV_WINDOWS_IRP_CLEANUP },
		{ 66, 0, 0, EV_WINDOWS_IRP_CLOSE },
		{ 69, 1, 4, EV_WINDOWS_IRP_SET_INFORMATION },
		{ 70, 1, 4, EV_WINDOWS_IRP_DELETE },
		{ 71, 1, 4, EV_WINDOWS_IRP_RENAME },
		{ 72, 0, 14, EV_WINDOWS_IRP_QUERY_DIRECTORY },
		{ 73, 0, 0, EV_WINDOWS_IRP_FLUSH },
		{ 74, 1, 4, EV_WINDOWS_IRP_QUERY_INFORMATION },
		{ 75, 1, 4, EV_WINDOWS_IRP_FS_CONTROL },
		{ 77, 0, 14, EV_WINDOWS_IRP_NOTIFY_DIRECTORY },
	};
	enum { OPS = sizeof(ops) / sizeof(ops[0]) };

	(void)state;
	for (uint32_t variant = 0; variant < 4; variant++) {
		uint32_t version = 2 + variant % 2;
		struct trace *trace = trace_new(variant < 2 ? 4 : 8);

		for (size_t i = 0; i < OPS; i++) {
			struct file_op op = { ops[i].type, version, 0x108 + i * 16, 0x500, 0x900 };

			at(trace, 20000 + i * 10);
			put_file_op(trace, &op, ops[i].more);
			for (uint32_t j = 0; j < ops[i].tail; j++)
				etl_put(&trace->payload, 0, 1);
			trace_kernel(trace, ETL_WRITE_SYSTEM,
				     etl_hook(FILE_IO, ops[i].type, version));
			file_end(trace, op.irp, 77, 0);
		}
		trace_read(trace);
		assert_int_equal(trace->stats.too_short, 0);
		for (size_t i = 0; i < OPS; i++) {
			const struct ev_request *request = trace_event(trace, EV_REQUEST, i);

			assert_non_null(request);
			assert_int_equal(request->op, ops[i].op);
			assert_int_equal(request->tid, 4000);
			assert_int_equal(request->result, 0);
		}
		trace_free(trace);
	}
}

/* An IRP that starts again without having ended; one that is open at the end. */
static void file_lost_ends(void **state)
{
	struct trace *trace = trace_new(8);
	struct file_op read = { 67, 3, 0x208, 0x500, 0x900 };
	const struct ev_request *request;

	(void)state;
	at(trace, 20000);
	file_transfer(trace, &read, 0, 10);
	at(trace, 20001);
	file_end(trace, 0x208, 10, 0);
	at(trace, 20002);
	file_transfer(trace, &read, 0, 20);
	at(trace, 20003);
	file_transfer(trace, &read, 0, 30);
	trace_read(trace);
	assert_int_equal(trace_count(trace, EV_REQUEST), 3);
	request = trace_event(trace, EV_REQUEST, 1);
	assert_int_equal(request->end, EV_END_VANISHED);
	assert_int_equal(request->length_bytes, 20);
	request = trace_event(trace, EV_REQUEST, 2);
	assert_int_equal(request->end, EV_END_OPEN);
	assert_int_equal(request->length_bytes, 30);
	trace_free(trace);
}

/* A trace without OperationEnd tells of no request. */
static void file_no_ends(void **state)
{
	struct trace *trace = trace_new(8);
	struct file_op read = { 67, 3, 0x208, 0x500, 0x900 };

	(void)state;
	file_transfer(trace, &read, 0, 10);
	file_transfer(trace, &read, 0, 20);
	trace_read(trace);
	assert_int_equal(trace_count(trace, EV_REQUEST), 0);
	assert_int_equal(trace_count(trace, EV_QUEUE), 0);
	assert_int_equal(trace->stats.no_end, 2);
	trace_free(trace);
}

/* The disk command that a file read causes is joined to it; the memory manager's is not. */
static void file_to_disk(void **state)
{
	struct trace *trace = trace_new(8);
	struct file_op read = { 67, 3, 0x208, 0x500, 0x900 };
	struct transfer end = { 10, 3, 0, 4096, 0x1000, 0x900, 30, 77 };
	const struct ev_command *command;
	const struct ev_request *request;
	struct etl_payload *p = &trace->payload;

	(void)state;
	at(trace, 20000);
	file_transfer(trace, &read, 0, 4096);
	at(trace, 20005);
	disk_init(trace, 12, 3, 0x1000);
	at(trace, 20035);
	etl_put(p, 0, 4);
	etl_put(p, 0x60001, 4); /* no paging */
	etl_put(p, 4096, 4);
	etl_put(p, 0, 4);
	etl_put(p, 77, 8);
	etl_put_pointer(p, 0x900);
	etl_put_pointer(p, 0x1000);
	etl_put(p, 30, 8);
	etl_put(p, 4000, 4);
	trace_kernel(trace, ETL_WRITE_PERFINFO, etl_hook(DISK, 10, 3));
	at(trace, 20036);
	disk_init(trace, 12, 3, 0x1000);
	at(trace, 20038);
	disk_transfer(trace, &end); /* its flags say paging */
	at(trace, 20040);
	file_end(trace, 0x208, 4096, 0);
	trace_read(trace);
	command = trace_event(trace, EV_COMMAND, 0);
	request = trace_event(trace, EV_REQUEST, 0);
	assert_int_equal(command->request_submit_ns, 20000 * TICK);
	assert_int_equal(command->request_queue, request->queue);
	assert_int_equal(command->file, request->file);
	assert_true(request->path & EV_PATH_DEVICE);
	assert_int_equal(request->stage_ns[EV_STAGE_DEVICE - 1], 20005 * TICK);
	assert_int_equal(request->stage_ns[EV_STAGE_DEVICE_DONE - 1], 20035 * TICK);
	command = trace_event(trace, EV_COMMAND, 1);
	assert_int_equal(command->request_queue, 0);
	trace_free(trace);
}

static void file_name(struct trace *trace, uint32_t type, uint64_t key, const char *name)
{
	etl_put_pointer(&trace->payload, key);
	etl_put_wide(&trace->payload, name);
	trace_kernel(trace, ETL_WRITE_PERFINFO, etl_hook(FILE_IO, type, 2));
}

/* Names come late, and a key is used again for another file. */
static void file_names(void **state)
{
	struct trace *trace = trace_new(8);
	struct transfer t = { 10, 3, 0, 512, 0, 0x900, 10, 0 };
	const struct ev_command *command;

	(void)state;
	at(trace, 20000);
	disk_transfer(trace, &t);
	file_name(trace, 35, 0x900, "\\old"); /* deleted: the name of the past */
	at(trace, 20100);
	disk_transfer(trace, &t);
	file_name(trace, 36, 0x900, "\\new\x1b[2J"); /* rundown, with something for the terminal */
	trace_read(trace);
	command = trace_event(trace, EV_COMMAND, 0);
	assert_string_equal(trace_file(trace, command->file), "\\old");
	command = trace_event(trace, EV_COMMAND, 1);
	assert_string_equal(trace_file(trace, command->file), "\\new\xef\xbf\xbd[2J");
	trace_free(trace);
}

static void put_sid(struct trace *trace, int present)
{
	static const uint8_t sid[] = { 1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0 };

	if (!present) {
		etl_put(&trace->payload, 0, 4);
		return;
	}
	etl_put_pointer(&trace->payload, 0x1234);
	etl_put_pointer(&trace->payload, 0);
	etl_put_bytes(&trace->payload, sid, sizeof(sid));
}

static void process(struct trace *trace, uint32_t version, int with_sid)
{
	struct etl_payload *p = &trace->payload;

	etl_put_pointer(p, version ? 0xabc : 400);
	if (version)
		etl_put(p, 400, 4);
	if (version)
		etl_put(p, 4, 4);
	else
		etl_put_pointer(p, 4);
	if (version) {
		etl_put(p, 1, 4);
		etl_put(p, 0, 4);
	}
	if (version >= 3)
		etl_put_pointer(p, 0x777);
	if (version >= 4)
		etl_put(p, 0, 4);
	put_sid(trace, with_sid);
	etl_put_narrow(p, "db.exe");
	etl_put_wide(p, "db.exe -x");
	trace_kernel(trace, ETL_WRITE_SYSTEM, etl_hook(PROCESS, 3, version));
}

static void processes(void **state)
{
	(void)state;
	for (uint32_t variant = 0; variant < 24; variant++) {
		struct trace *trace = trace_new(variant % 2 ? 4 : 8);
		const struct ev_process *told;

		process(trace, variant / 4, variant / 2 % 2);
		trace_read(trace);
		told = trace_event(trace, EV_PROCESS, 0);
		assert_non_null(told);
		assert_int_equal(told->pid, 400);
		assert_int_equal(told->parent_pid, 4);
		assert_int_equal(told->h.size_bytes, sizeof(*told) + 6);
		assert_memory_equal(told + 1, "db.exe", 6);
		trace_free(trace);
	}
}

/* Threads tell whose the disk's end is, when it had no Init. Version 0 has the two swapped. */
static void threads(void **state)
{
	(void)state;
	for (uint32_t version = 0; version <= 3; version++) {
		struct trace *trace = trace_new(8);
		struct transfer t = { 10, 3, 0, 512, 0, 1, 5, 0 };
		const struct ev_command *command;

		etl_put(&trace->payload, version ? 400 : 4000, 4);
		etl_put(&trace->payload, version ? 4000 : 400, 4);
		trace->when.tid = 1;
		trace_kernel(trace, ETL_WRITE_SYSTEM, etl_hook(THREAD, 3, version));
		at(trace, 20000);
		disk_transfer(trace, &t);
		trace_read(trace);
		command = trace_event(trace, EV_COMMAND, 0);
		assert_int_equal(command->tid, 4000);
		assert_int_equal(command->pid, 400);
		trace_free(trace);
	}
}

static void enqueue(struct trace *trace, uint64_t ticks, uint64_t entry)
{
	at(trace, ticks);
	etl_put_pointer(&trace->payload, entry);
	etl_put(&trace->payload, 1, 4);
	trace_kernel(trace, ETL_WRITE_PERFINFO, etl_hook(THREAD, 62, 2));
}

static void dequeue(struct trace *trace, uint64_t ticks, const uint64_t *entries, uint32_t count)
{
	at(trace, ticks);
	etl_put(&trace->payload, 4000, 4);
	etl_put(&trace->payload, count, 4);
	for (uint32_t i = 0; i < count; i++)
		etl_put_pointer(&trace->payload, entries[i]);
	trace_kernel(trace, ETL_WRITE_SYSTEM, etl_hook(THREAD, 63, 2));
}

/*
 *    queued    a b c       d        a found nobody: 1; b found a: 2; c found a and b: 3
 *    taken           a  bc     d    d found nobody: 1
 */
static void completion_port(void **state)
{
	static const uint64_t packets[] = { 0x10, 0x20, 0x30, 0x40 };
	static const uint32_t depths[] = { 1, 2, 3, 1 };

	(void)state;
	for (uint32_t pointer_bytes = 4; pointer_bytes <= 8; pointer_bytes += 4) {
		struct trace *trace = trace_new(pointer_bytes);
		const struct ev_queue *queue;

		enqueue(trace, 20000, packets[0]);
		enqueue(trace, 20001, packets[1]);
		enqueue(trace, 20002, packets[2]);
		dequeue(trace, 20003, &packets[0], 1);
		dequeue(trace, 20004, &packets[1], 2);
		enqueue(trace, 20005, packets[3]);
		dequeue(trace, 20006, &packets[3], 1);
		trace_read(trace);
		queue = trace_event(trace, EV_QUEUE, 0);
		assert_int_equal(queue->type, EV_QUEUE_IOCP);
		assert_int_equal(queue->pid, 400);
		assert_int_equal(trace_count(trace, EV_COMPLETION), 4);
		for (size_t i = 0; i < 4; i++) {
			const struct ev_completion *c = trace_event(trace, EV_COMPLETION, i);

			assert_int_equal(c->queue, queue->queue);
			assert_int_equal(c->user_data, packets[i]);
			assert_int_equal(c->cq_depth, depths[i]);
		}
		trace_free(trace);
	}
}

/* More packets named than there are: what is there counts. */
static void completion_port_hostile(void **state)
{
	struct trace *trace = trace_new(8);

	(void)state;
	etl_put(&trace->payload, 4000, 4);
	etl_put(&trace->payload, 0xffffffff, 4);
	etl_put(&trace->payload, 0x10, 8);
	trace_kernel(trace, ETL_WRITE_SYSTEM, etl_hook(THREAD, 63, 2));
	trace_read(trace);
	assert_int_equal(trace_count(trace, EV_COMPLETION), 1);
	assert_int_equal(trace->stats.too_short, 1);
	trace_free(trace);
}

static void network(void **state)
{
	static const struct {
		uint32_t group, type;
		uint16_t op;
	} kinds[] = {
		{ TCP, 10, EV_WINDOWS_AFD_SEND },   { TCP, 11, EV_WINDOWS_AFD_RECV },
		{ TCP, 26, EV_WINDOWS_AFD_SEND },   { TCP, 27, EV_WINDOWS_AFD_RECV },
		{ UDP, 10, EV_WINDOWS_AFD_SENDTO }, { UDP, 27, EV_WINDOWS_AFD_RECVFROM },
	};
	struct trace *trace = trace_new(8);

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		at(trace, 20000 + i);
		etl_put(&trace->payload, 400, 4);
		etl_put(&trace->payload, 1000 + i, 4);
		trace_kernel(trace, ETL_WRITE_PERFINFO, etl_hook(kinds[i].group, kinds[i].type, 2));
	}
	trace_read(trace);
	for (size_t i = 0; i < 6; i++) {
		const struct ev_request *request = trace_event(trace, EV_REQUEST, i);

		assert_int_equal(request->op, kinds[i].op);
		assert_int_equal(request->result, 1000 + i);
		assert_int_equal(request->end, EV_END_SKIPPED);
		assert_int_equal(request->pid, 400);
	}
	trace_free(trace);
}

static void physical_disk(void **state)
{
	struct trace *trace = trace_new(8);
	const struct ev_device *device;

	(void)state;
	etl_put(&trace->payload, 3, 4);
	etl_put(&trace->payload, 512, 4);
	etl_put(&trace->payload, 63, 4);
	etl_put(&trace->payload, 255, 4);
	etl_put(&trace->payload, 1000, 8);
	trace_kernel(trace, ETL_WRITE_SYSTEM, etl_hook(CONFIG, 11, 2));
	trace_read(trace);
	device = trace_event(trace, EV_DEVICE, 0);
	assert_int_equal(device->device, 3);
	assert_int_equal(device->block_bytes, 512);
	assert_int_equal(device->size_bytes, 512ull * 63 * 255 * 1000);
	trace_free(trace);
}

/* A newer version decodes as the newest known; a payload that is too small is counted; an older
 * version than any known too. */
static void versions(void **state)
{
	struct trace *trace = trace_new(8);
	struct transfer newer = { 10, 9, 0, 512, 0, 1, 5, 0 };

	(void)state;
	etl_put(&trace->payload, 1, 4);
	trace_kernel(trace, ETL_WRITE_PERFINFO, etl_hook(DISK, 10, 3));
	etl_put_pointer(&trace->payload, 1);
	trace_kernel(trace, ETL_WRITE_SYSTEM, etl_hook(DISK, 12, 1));
	disk_transfer(trace, &newer);
	trace_read(trace);
	assert_int_equal(trace->stats.too_short, 1);
	assert_int_equal(trace->stats.unknown_version, 1);
	assert_int_equal(trace->stats.newer_version, 1);
	assert_int_equal(trace_count(trace, EV_COMMAND), 1);
	trace_free(trace);
}

/* A user-mode logger writes a kernel provider's events with full headers: they mean the same. */
static void classic_guid(void **state)
{
	struct trace *trace = trace_new(4);
	const struct ev_process *told;

	(void)state;
	etl_put_pointer(&trace->payload, 0xabc);
	etl_put(&trace->payload, 400, 4);
	etl_put(&trace->payload, 4, 4);
	etl_put(&trace->payload, 1, 4);
	etl_put(&trace->payload, 0, 4);
	put_sid(trace, 1);
	etl_put_narrow(&trace->payload, "db.exe");
	etl_write_classic(trace->writer, 0, &trace->when, etw_guid_of_group(PROCESS), 1 << 8 | 1,
			  &trace->payload);
	trace_read(trace);
	told = trace_event(trace, EV_PROCESS, 0);
	assert_non_null(told);
	assert_int_equal(told->pid, 400);
	trace_free(trace);
}

/* A session begins, ends and dates itself. */
static void session(void **state)
{
	struct trace *trace = trace_new(8);
	const struct ev_session *told;
	const struct ev_session_end *end;
	struct transfer t = { 10, 3, 0, 512, 0, 1, 5, 0 };

	(void)state;
	at(trace, 21000);
	disk_transfer(trace, &t);
	trace_read(trace);
	told = (const struct ev_session *)trace->events[0];
	assert_int_equal(told->h.kind, EV_SESSION);
	assert_int_equal(told->h.time_ns, 1000 * TICK);
	assert_int_equal(told->start_unix_ns, 1595981220623616700);
	assert_int_equal(told->os, EV_OS_WINDOWS);
	assert_int_equal(told->cpu_count, ETL_WRITER_CPUS);
	end = (const struct ev_session_end *)trace->events[trace->count - 1];
	assert_int_equal(end->h.kind, EV_SESSION_END);
	assert_int_equal(end->duration_ns, 20000 * TICK);
	for (size_t i = 1; i < trace->count; i++)
		assert_true(trace->events[i]->time_ns >= trace->events[i - 1]->time_ns);
	trace_free(trace);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(disk_versions),
		cmocka_unit_test(disk_old_end),
		cmocka_unit_test(disk_flush),
		cmocka_unit_test(disk_depth),
		cmocka_unit_test(disk_edges),
		cmocka_unit_test(file_requests),
		cmocka_unit_test(file_operations),
		cmocka_unit_test(file_lost_ends),
		cmocka_unit_test(file_no_ends),
		cmocka_unit_test(file_to_disk),
		cmocka_unit_test(file_names),
		cmocka_unit_test(processes),
		cmocka_unit_test(threads),
		cmocka_unit_test(completion_port),
		cmocka_unit_test(completion_port_hostile),
		cmocka_unit_test(network),
		cmocka_unit_test(physical_disk),
		cmocka_unit_test(versions),
		cmocka_unit_test(classic_guid),
		cmocka_unit_test(session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

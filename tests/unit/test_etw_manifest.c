/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Manifest and TraceLogging events, from synthetic traces: Kernel-File, Kernel-Disk, StorPort,
 * NvmeDisk, Winsock-AFD, Kernel-Network, Kernel-Process, and the events by which programs tell of
 * their own queues.
 */
#include "tests/etl/etl_trace.h"

enum { TICK = 100 };

/* As printed: edd08927-9cc4-4e65-b970-c2560fb5c289. */
static struct etw_guid guid_of(const char *text)
{
	static const uint8_t order[] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };
	struct etw_guid guid;

	for (int i = 0; i < 16; i++) {
		unsigned byte = 0;

		text += *text == '-';
		for (int digit = 0; digit < 2; digit++, text++)
			byte = byte * 16 +
			       (unsigned)(strchr("0123456789abcdef", *text) - "0123456789abcdef");
		guid.bytes[order[i]] = (uint8_t)byte;
	}
	return guid;
}

static void write_event(struct trace *trace, const char *provider, uint16_t id, uint8_t version)
{
	struct etl_manifest_event event = { .provider = guid_of(provider),
					    .id = id,
					    .version = version };

	trace_manifest(trace, &event);
}

static void at(struct trace *trace, uint64_t ticks)
{
	trace->when.ticks = ticks;
}

static const char kernel_file[] = "edd08927-9cc4-4e65-b970-c2560fb5c289";

static void kernel_file_read(struct trace *trace, uint8_t version)
{
	struct etl_payload *p = &trace->payload;

	etl_put(p, 8192, 8);
	etl_put_pointer(p, 0x208);
	if (!version)
		etl_put_pointer(p, 4000);
	etl_put_pointer(p, 0x500);
	etl_put_pointer(p, 0x900);
	if (version)
		etl_put(p, 4000, 4);
	etl_put(p, 4096, 4);
	etl_put(p, 0, 4);
	write_event(trace, kernel_file, 15, version);
}

static void kernel_file_end(struct trace *trace)
{
	etl_put_pointer(&trace->payload, 0x208);
	etl_put_pointer(&trace->payload, 4096);
	etl_put(&trace->payload, 0, 4);
	write_event(trace, kernel_file, 24, 0);
}

static void file(void **state)
{
	(void)state;
	for (uint32_t variant = 0; variant < 4; variant++) {
		struct trace *trace = trace_new(variant < 2 ? 4 : 8);
		const struct ev_request *request;

		at(trace, 20000);
		etl_put_pointer(&trace->payload, 0x900);
		etl_put_wide(&trace->payload, "\\a.txt");
		write_event(trace, kernel_file, 10, 0);
		kernel_file_read(trace, (uint8_t)(variant % 2));
		at(trace, 20030);
		kernel_file_end(trace);
		trace_read(trace);
		request = trace_event(trace, EV_REQUEST, 0);
		assert_non_null(request);
		assert_int_equal(request->op, EV_WINDOWS_IRP_READ);
		assert_int_equal(request->offset_bytes, 8192);
		assert_int_equal(request->length_bytes, 4096);
		assert_int_equal(request->result, 4096);
		assert_int_equal(request->tid, 4000);
		assert_int_equal(request->h.time_ns - request->submit_ns, 30 * TICK);
		assert_string_equal(trace_file(trace, request->file), "\\a.txt");
		trace_free(trace);
	}
}

/* Both kinds of file events in one trace: each request once. */
static void file_twice(void **state)
{
	struct trace *trace = trace_new(8);
	struct etl_payload *p = &trace->payload;

	(void)state;
	at(trace, 20000);
	etl_put(p, 8192, 8);
	etl_put_pointer(p, 0x208);
	etl_put_pointer(p, 0x500);
	etl_put_pointer(p, 0x900);
	etl_put(p, 4000, 4);
	etl_put(p, 4096, 4);
	etl_put(p, 0, 4);
	trace_kernel(trace, ETL_WRITE_SYSTEM, etl_hook(4, 67, 3));
	kernel_file_read(trace, 1);
	at(trace, 20010);
	etl_put_pointer(p, 0x208);
	etl_put_pointer(p, 4096);
	etl_put(p, 0, 4);
	trace_kernel(trace, ETL_WRITE_SYSTEM, etl_hook(4, 76, 3));
	kernel_file_end(trace);
	trace_read(trace);
	assert_int_equal(trace_count(trace, EV_REQUEST), 1);
	assert_int_equal(trace->stats.no_start, 0);
	trace_free(trace);
}

static void disk(void **state)
{
	struct trace *trace = trace_new(8);
	const struct ev_command *command;
	struct etl_payload *p = &trace->payload;

	(void)state;
	at(trace, 20000);
	etl_put(p, 1, 4);
	etl_put(p, 0x43, 4);
	etl_put(p, 4096, 4);
	etl_put(p, 0, 4);
	etl_put(p, 99, 8);
	etl_put_pointer(p, 0x900);
	etl_put_pointer(p, 0x1000);
	etl_put(p, 250, 8);
	write_event(trace, "c7bde69a-e1e0-4177-b6ef-283ad1525271", 11, 0);
	trace_read(trace);
	command = trace_event(trace, EV_COMMAND, 0);
	assert_int_equal(command->op, EV_COMMAND_WRITE);
	assert_int_equal(command->device, 1);
	assert_int_equal(command->h.time_ns - command->issue_ns, 250 * TICK);
	assert_int_equal(command->pid, 0); /* the header's is of whoever was running */
	trace_free(trace);
}

static const char storport[] = "c4636a1e-7986-4646-bf10-7bc3b4a76e8e";

static void port_start(struct trace *trace, uint64_t irp)
{
	struct etl_payload *p = &trace->payload;

	etl_put_pointer(p, irp);
	etl_put(p, 0x28, 1);
	etl_put(p, 8, 8);
	etl_put(p, 1000, 8);
	etl_put_pointer(p, 0);
	etl_put(p, 0, 1);
	write_event(trace, storport, 202, 2);
}

static void port_time(struct trace *trace, uint64_t irp, uint8_t srb_status)
{
	struct etl_payload *p = &trace->payload;

	etl_put(p, 40, 8);
	etl_put_pointer(p, irp);
	etl_put(p, 0x28, 1);
	etl_put(p, srb_status, 1);
	etl_put_pointer(p, 0);
	etl_put_bytes(p, "\1\0\2\3", 4);
	etl_put(p, 2, 1);
	etl_put(p, 4096, 4);
	etl_put(p, 0, 8);
	etl_put(p, 0, 8);
	write_event(trace, storport, 200, 2);
}

static void port_end(struct trace *trace, uint64_t irp)
{
	etl_put_pointer(&trace->payload, irp);
	etl_put(&trace->payload, 0, 4);
	etl_put(&trace->payload, 1, 4);
	etl_put(&trace->payload, 0, 1);
	etl_put_pointer(&trace->payload, 0);
	write_event(trace, storport, 208, 1);
}

static void adapter(void **state)
{
	(void)state;
	for (uint32_t pointer_bytes = 4; pointer_bytes <= 8; pointer_bytes += 4) {
		struct trace *trace = trace_new(pointer_bytes);
		const struct ev_command *command;
		const struct ev_device *device;

		at(trace, 20000);
		port_start(trace, 0x100);
		at(trace, 20050);
		port_time(trace, 0x100, 1);
		port_end(trace, 0x100); /* the same end, told again */
		at(trace, 20100);
		port_time(trace, 0x200, 4); /* begun before the trace, and failed */
		trace_read(trace);
		assert_int_equal(trace_count(trace, EV_COMMAND), 2);
		command = trace_event(trace, EV_COMMAND, 0);
		assert_int_equal(command->op, EV_COMMAND_READ);
		assert_int_equal(command->opcode, 0x28);
		assert_int_equal(command->length_bytes, 4096);
		assert_int_equal(command->offset_bytes, 1000 * 512);
		assert_int_equal(command->h.time_ns - command->issue_ns, 50 * TICK);
		assert_int_equal(command->status, 0);
		assert_int_equal(command->pid, 400);
		device = trace_event(trace, EV_DEVICE, 0);
		assert_int_equal(device->device, command->device);
		assert_memory_equal(device + 1, "port1:0:2:3", 11);
		command = trace_event(trace, EV_COMMAND, 1);
		assert_int_equal(command->h.time_ns - command->issue_ns, 4000);
		assert_int_equal(command->status, 0x204);
		assert_int_equal(command->status_type,
				 0); /* SCSI and SRB status: no table of ours */
		assert_int_equal(command->issue_cpu, EV_CPU_NONE);
		trace_free(trace);
	}
}

/* Without durations the plain end counts. */
static void adapter_plain(void **state)
{
	struct trace *trace = trace_new(8);
	const struct ev_command *command;

	(void)state;
	at(trace, 20000);
	port_start(trace, 0x100);
	at(trace, 20050);
	port_end(trace, 0x100);
	trace_read(trace);
	command = trace_event(trace, EV_COMMAND, 0);
	assert_int_equal(command->h.time_ns - command->issue_ns, 50 * TICK);
	assert_int_equal(command->op, EV_COMMAND_READ);
	assert_int_equal(command->status_type, EV_STATUS_NT);
	trace_free(trace);
}

static const char nvme[] = "9799276c-fb04-47e8-845e-36946045c218";

static void put_nvme(struct trace *trace, uint64_t irp)
{
	struct etl_payload *p = &trace->payload;

	etl_put(p, 0, 8);
	etl_put(p, 0, 8);
	etl_put(p, 2, 4);
	etl_put_narrow(p, "model");
	etl_put_narrow(p, "fw");
	etl_put_narrow(p, "serial");
	etl_put_pointer(p, irp);
}

static void nvme_disk(void **state)
{
	struct trace *trace = trace_new(8);
	static const uint32_t end[] = { 0, 7, 2, 55, 3, 0, 0, 1, 0x28 };
	const struct ev_command *command;
	const struct ev_device *device;

	(void)state;
	at(trace, 20000);
	put_nvme(trace, 0x100);
	etl_put(&trace->payload, 2, 1);
	etl_put(&trace->payload, 4096, 8);
	etl_put(&trace->payload, 5, 8);
	write_event(trace, nvme, 201, 1);
	at(trace, 20080);
	put_nvme(trace, 0x100);
	for (size_t i = 0; i < sizeof(end) / sizeof(end[0]); i++)
		etl_put(&trace->payload, end[i], 4);
	etl_put(&trace->payload, 0, 1);
	write_event(trace, nvme, 205, 1);
	put_nvme(trace, 0x300);
	trace->payload.used -= 12; /* cut inside its text */
	write_event(trace, nvme, 205, 1);
	trace_read(trace);
	assert_int_equal(trace_count(trace, EV_COMMAND), 1);
	command = trace_event(trace, EV_COMMAND, 0);
	assert_int_equal(command->op, EV_COMMAND_READ);
	assert_int_equal(command->opcode, 2);
	assert_int_equal(command->command_id, 55);
	assert_int_equal(command->hw_queue, 3);
	assert_int_equal(command->status, 0x128);
	assert_int_equal(command->status_type, EV_STATUS_NVME);
	assert_int_equal(command->h.time_ns - command->issue_ns, 80 * TICK);
	device = trace_event(trace, EV_DEVICE, 0);
	assert_int_equal(device->driver, EV_DRIVER_NVME);
	assert_memory_equal(device + 1, "nvme2", 5);
	assert_int_equal(trace->stats.too_short, 1);
	trace_free(trace);
}

static const char afd[] = "e53c6823-7bb8-44bb-90dc-3f86090d48a6";

static void socket_call(struct trace *trace, uint16_t id, uint32_t leave, uint32_t status)
{
	struct etl_payload *p = &trace->payload;

	etl_put(p, leave, 4);
	etl_put(p, 3000, 4);
	etl_put_pointer(p, 0xee);
	etl_put_pointer(p, 0x777);
	etl_put(p, 1, 4);
	etl_put_pointer(p, 0xb0f);
	etl_put(p, 100, 4);
	etl_put(p, status, 4);
	write_event(trace, afd, id, 0);
}

/* Two receives into one buffer: first in, first out. The first stays pending for a while. */
static void sockets(void **state)
{
	(void)state;
	for (uint32_t pointer_bytes = 4; pointer_bytes <= 8; pointer_bytes += 4) {
		struct trace *trace = trace_new(pointer_bytes);
		const struct ev_request *request;

		at(trace, 20000);
		socket_call(trace, 1004, 0, 0);
		at(trace, 20001);
		socket_call(trace, 1004, 1, 0x103);
		at(trace, 20010);
		socket_call(trace, 1004, 0, 0);
		at(trace, 20040);
		socket_call(trace, 1004, 1, 0);
		at(trace, 20060);
		socket_call(trace, 1004, 1, 0xc000020d);
		socket_call(trace, 1004, 1, 0); /* nobody entered */
		trace_read(trace);
		assert_int_equal(trace_count(trace, EV_REQUEST), 2);
		request = trace_event(trace, EV_REQUEST, 0);
		assert_int_equal(request->op, EV_WINDOWS_AFD_RECV);
		assert_int_equal(request->submit_ns, 20000 * TICK);
		assert_int_equal(request->h.time_ns, 20040 * TICK);
		assert_int_equal(request->result, 100);
		assert_true(request->path & EV_PATH_PENDING);
		request = trace_event(trace, EV_REQUEST, 1);
		assert_int_equal(request->submit_ns, 20010 * TICK);
		assert_int_equal(request->status, 0xc000020d);
		assert_true(request->result < 0);
		assert_int_equal(trace->stats.no_start, 1);
		trace_free(trace);
	}
}

/* Where requests are told, data on its way is not counted again. */
static void sockets_and_network(void **state)
{
	struct trace *trace = trace_new(8);

	(void)state;
	at(trace, 20000);
	socket_call(trace, 1003, 0, 0);
	etl_put(&trace->payload, 400, 4);
	etl_put(&trace->payload, 100, 4);
	write_event(trace, "7dd42a49-5329-4832-8dfd-43d979153a88", 10, 0);
	at(trace, 20001);
	socket_call(trace, 1003, 1, 0);
	trace_read(trace);
	assert_int_equal(trace_count(trace, EV_REQUEST), 1);
	trace_free(trace);
}

static void network(void **state)
{
	struct trace *trace = trace_new(8);
	const struct ev_request *request;

	(void)state;
	at(trace, 20000);
	etl_put(&trace->payload, 400, 4);
	etl_put(&trace->payload, 100, 4);
	write_event(trace, "7dd42a49-5329-4832-8dfd-43d979153a88", 43, 0);
	trace_read(trace);
	request = trace_event(trace, EV_REQUEST, 0);
	assert_int_equal(request->op, EV_WINDOWS_AFD_RECVFROM);
	assert_int_equal(request->result, 100);
	trace_free(trace);
}

static void process(void **state)
{
	(void)state;
	for (uint8_t version = 0; version < 3; version++) {
		struct trace *trace = trace_new(8);
		const struct ev_process *told;

		etl_put(&trace->payload, 400, 4);
		etl_put(&trace->payload, 0, 8);
		etl_put(&trace->payload, 4, 4);
		etl_put(&trace->payload, 1, 4);
		if (version)
			etl_put(&trace->payload, 0, 4);
		etl_put_wide(&trace->payload, "\\Device\\HarddiskVolume1\\db.exe");
		write_event(trace, "22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716", 1, version);
		trace_read(trace);
		told = trace_event(trace, EV_PROCESS, 0);
		assert_int_equal(told->pid, 400);
		assert_int_equal(told->parent_pid, 4);
		assert_memory_equal(told + 1, "db.exe", 6);
		trace_free(trace);
	}
}

/* From version 3 on; rundowns call it their version 1. A version yet to come grows at its end. */
static void process_v3(void **state)
{
	static const struct {
		uint16_t id;
		uint8_t version;
	} events[] = { { 1, 3 }, { 1, 4 }, { 1, 9 }, { 15, 1 } };

	(void)state;
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		struct trace *trace = trace_new(8);
		struct etl_payload *p = &trace->payload;
		const struct ev_process *told;

		etl_put(p, 400, 4);
		etl_put(p, 0x11111111, 8); /* sequence number */
		etl_put(p, 0x22222222, 8); /* creation */
		etl_put(p, 4, 4);
		etl_put(p, 0x33333333, 8);
		for (uint32_t field = 0; field < 4; field++)
			etl_put(p, field, 4);
		etl_put(p, 1 | 1 << 8, 8); /* a SID with one sub-authority */
		etl_put(p, 8192, 4);
		etl_put_wide(p, "\\Device\\HarddiskVolume1\\db.exe");
		etl_put(p, 0, 8);
		write_event(trace, "22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716", events[i].id,
			    events[i].version);
		etl_put(p, 0, 8);
		for (uint32_t field = 0; field < 5; field++)
			etl_put(p, 0, 8);
		etl_put(p, 15 << 8, 8); /* a SID that is longer than the event */
		etl_put(p, 0, 4);
		write_event(trace, "22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716", events[i].id,
			    events[i].version);
		trace_read(trace);
		assert_int_equal(trace_count(trace, EV_PROCESS), 1);
		told = trace_event(trace, EV_PROCESS, 0);
		assert_int_equal(told->pid, 400);
		assert_int_equal(told->parent_pid, 4);
		assert_memory_equal(told + 1, "db.exe", 6);
		assert_int_equal(trace->stats.too_short, 1);
		trace_free(trace);
	}
}

/* A self-describing event of our own provider: fields in an order of their own, of several widths.
 */
static void own_event(struct trace *trace, const char *schema, uint32_t schema_bytes)
{
	struct etl_manifest_event event = {
		.provider = guid_of("7f3c41d2-58ab-4e0c-9d16-2b90e6a7c854"),
		.schema = (const uint8_t *)schema,
		.schema_bytes = schema_bytes,
	};

	trace_manifest(trace, &event);
}

#define SUBMIT                                                                                     \
	"\x3c\0\0Submit\0UserData\0\x0aQueue\0\x10Kind\0\x04Op\0\x06Offset\0\x0aLength\0\x08"      \
	"Depth\0\x07"
#define COMPLETE                                                                                   \
	"\x32\0\0"                                                                                 \
	"Complete\0Queue\0\x0aKind\0\x08UserData\0\x0aResult\0\x09"                                \
	"Depth\0\x08"

static void own_queue(void **state)
{
	struct trace *trace = trace_new(8);
	struct etl_payload *p = &trace->payload;
	const struct ev_request *request;
	const struct ev_queue *queue;

	(void)state;
	assert_int_equal(sizeof(SUBMIT) - 1, 0x3c);
	assert_int_equal(sizeof(COMPLETE) - 1, 0x32);
	for (uint64_t i = 0; i < 2; i++) {
		at(trace, 20000 + i);
		etl_put(p, 42 + i, 8);
		etl_put_pointer(p, 0x5150);
		etl_put(p, EV_QUEUE_IORING, 1);
		etl_put(p, 1, 2);
		etl_put(p, 4096 * i, 8);
		etl_put(p, 512, 4);
		etl_put(p, 1 + i, 4);
		own_event(trace, SUBMIT, sizeof(SUBMIT) - 1);
	}
	for (uint64_t i = 0; i < 2; i++) {
		at(trace, 20010 + i);
		etl_put(p, 0x5150, 8);
		etl_put(p, EV_QUEUE_IORING, 4);
		etl_put(p, 43 - i, 8);
		etl_put(p, i ? (uint64_t) - (int64_t)0x7ff8ffda : 512, 8); /* HRESULT 0x80070026 */
		etl_put(p, 2 - i, 4);
		own_event(trace, COMPLETE, sizeof(COMPLETE) - 1);
	}
	trace_read(trace);
	queue = trace_event(trace, EV_QUEUE, 0);
	assert_int_equal(queue->type, EV_QUEUE_IORING);
	assert_int_equal(trace_count(trace, EV_REQUEST), 2);
	request = trace_event(trace, EV_REQUEST, 0);
	assert_int_equal(request->queue, queue->queue);
	assert_int_equal(request->op, EV_WINDOWS_IORING_READ);
	assert_int_equal(request->user_data, 43);
	assert_int_equal(request->offset_bytes, 4096);
	assert_int_equal(request->length_bytes, 512);
	assert_int_equal(request->sq_depth, 2);
	assert_int_equal(request->cq_depth, 2);
	assert_int_equal(request->result, 512);
	assert_int_equal(request->h.time_ns - request->submit_ns, 9 * TICK);
	request = trace_event(trace, EV_REQUEST, 1);
	assert_int_equal(request->user_data, 42);
	assert_int_equal(request->status, 0x80070026);
	assert_true(request->result < 0);
	trace_free(trace);
}

/* A description that does not end, or asks for more payload than there is. */
static void own_damaged(void **state)
{
	struct trace *trace = trace_new(8);

	(void)state;
	own_event(trace, "\xff\0\0Submit", 9);
	own_event(trace, SUBMIT, 20);
	own_event(trace, SUBMIT, sizeof(SUBMIT) - 1);
	trace_read(trace);
	assert_int_equal(trace->stats.too_short, 3);
	assert_int_equal(trace_count(trace, EV_REQUEST), 0);
	trace_free(trace);
}

/* A place where a real-time session lost events: told, without a number. */
static void lost_event(void **state)
{
	struct trace *trace = trace_new(8);
	struct etw_guid provider = guid_of("6a399ae0-4bc6-4de9-870b-3657f8947e7e");
	const struct ev_lost *lost;

	(void)state;
	at(trace, 20000);
	etl_write_classic(trace->writer, 0, &trace->when, &provider, 32 << 8, &trace->payload);
	at(trace, 20001);
	etl_write_classic(trace->writer, 0, &trace->when, &provider, 33 << 8, &trace->payload);
	trace_read(trace);
	lost = trace_event(trace, EV_LOST, 0);
	assert_int_equal(lost->loss, EV_LOSS_SESSION_EVENTS);
	assert_int_equal(lost->count, 0);
	assert_int_equal(lost->h.time_ns, 20000 * TICK);
	lost = trace_event(trace, EV_LOST, 1);
	assert_int_equal(lost->loss, EV_LOSS_SESSION_BUFFERS);
	assert_int_equal(trace_count(trace, EV_LOST), 2);
	trace_free(trace);
}

/* What a file holds is told by kind: what it is called, and whether it is read here. */
static void kinds(void **state)
{
	static const struct {
		const char *provider, *kind;
		uint64_t count;
		int is_known;
	} wanted[] = {
		{ "kernel EventTrace", "type 0 v2", 1, 0 },
		{ "kernel DiskIo", "type 12 v3", 3, 1 },
		{ "kernel DiskIo", "type 12 v1", 1, 0 }, /* older than any that has it */
		{ "kernel StackWalk", "type 32 v2", 1, 0 },
		{ "Microsoft-Windows-Kernel-File", "id 24 v0", 2, 1 },
		{ "Microsoft-Windows-Kernel-File", "id 99 v0", 1, 0 },
		{ "Example.Provider", "id 0 v0", 1, 0 },
		{ "{01020304-0506-0708-090a-0b0c0d0e0f10}", "id 7 v2", 1, 0 },
		{ "{01020304-0506-0708-090a-0b0c0d0e0f10}", "message 9", 1, 0 },
		{ "lost events", "type 32 v0", 1, 1 },
	};
	const struct etw_guid somebody = guid_of("01020304-0506-0708-090a-0b0c0d0e0f10");
	const struct etw_guid lost = guid_of("6a399ae0-4bc6-4de9-870b-3657f8947e7e");
	struct etl_manifest_event named = { .provider = somebody, .name = "Example.Provider" };
	struct trace *trace = trace_new(8);

	(void)state;
	for (int i = 0; i < 3; i++) {
		etl_put_pointer(&trace->payload, 0x10 + (uint64_t)i * 0x10);
		etl_put(&trace->payload, 4000, 4);
		trace_kernel(trace, ETL_WRITE_SYSTEM, etl_hook(1, 12, 3));
	}
	trace_kernel(trace, ETL_WRITE_SYSTEM, etl_hook(1, 12, 1));
	trace_kernel(trace, ETL_WRITE_PERFINFO, etl_hook(0x18, 32, 2));
	for (int i = 0; i < 2; i++)
		write_event(trace, kernel_file, 24, 0);
	write_event(trace, kernel_file, 99, 0);
	trace_manifest(trace, &named);
	write_event(trace, "01020304-0506-0708-090a-0b0c0d0e0f10", 7, 2);
	etl_write_message(trace->writer, &trace->when, &somebody, 9, &trace->payload);
	etl_write_classic(trace->writer, 0, &trace->when, &lost, 32 << 8, &trace->payload);
	trace_read(trace);
	assert_int_equal(trace->kind_count, sizeof(wanted) / sizeof(wanted[0]));
	for (size_t i = 0; i < trace->kind_count; i++) {
		assert_string_equal(trace->kinds[i].provider, wanted[i].provider);
		assert_string_equal(trace->kinds[i].kind, wanted[i].kind);
		assert_int_equal(trace->kinds[i].count, wanted[i].count);
		assert_int_equal(trace->kinds[i].is_known, wanted[i].is_known);
	}
	trace_free(trace);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(file),		 cmocka_unit_test(file_twice),
		cmocka_unit_test(disk),		 cmocka_unit_test(adapter),
		cmocka_unit_test(adapter_plain), cmocka_unit_test(nvme_disk),
		cmocka_unit_test(sockets),	 cmocka_unit_test(sockets_and_network),
		cmocka_unit_test(network),	 cmocka_unit_test(process),
		cmocka_unit_test(process_v3),	 cmocka_unit_test(own_queue),
		cmocka_unit_test(own_damaged),	 cmocka_unit_test(lost_event),
		cmocka_unit_test(kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

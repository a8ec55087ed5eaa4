/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * FileIo and Microsoft-Windows-Kernel-File: what programs ask of file systems, one start and one
 * OperationEnd for each IRP, and the names of files. A trace with both tells everything twice; the
 * classic events are the ones that count.
 *
 * The IRP here is not the IRP of the disk events; etw_command.c joins the two by file and thread.
 *
 * Layouts: version 2 (Vista, 7) has the thread behind the IRP and as wide as a pointer, version 3
 * (8 and later) has it as a number behind the pointers. Kernel-File's versions 0 and 1 are the same
 * two, one event a type; `struct shape` has the differences.
 */
#include "windows-etw/etw_private.h"

#include "windows-etw/etw_payload.h"
#include "windows-etw/etw_text.h"

/* Where the fields of an operation are, from the start of its IRP, in pointers and bytes. */
struct shape {
	uint8_t tid_pointers;	 /* pointers before the thread id */
	uint8_t object_pointers; /* … and before the object */
};
static const struct shape shape_v2 = { 1, 2 };

static unsigned pointers(const struct etw_event *event, unsigned count)
{
	return count * event->pointer_bytes;
}

static uint64_t pointer_at(const struct etw_event *event, unsigned at)
{
	return etw_pointer(event->payload + at, event->pointer_bytes);
}

struct operation {
	uint64_t irp;
	uint64_t object;
	uint64_t key; /* 0: the event has none */
	uint32_t tid;
	uint16_t op;
};

static struct etw_request *start(struct etw_decoder *decoder, const struct operation *operation)
{
	struct etw_request *open = etw_request_start(decoder, operation->irp, operation->op);
	const struct etw_event *event = decoder->event;
	struct etw_thread *thread;
	uint32_t pid;

	if (!open)
		return NULL;
	pid = operation->tid == event->tid || event->tid == ETW_ID_NONE ? event->pid : ETW_ID_NONE;
	pid = etw_pid_of(decoder, operation->tid, pid);
	thread = etw_thread(decoder, operation->tid);
	if (thread)
		thread->last_irp = operation->irp;
	open->file_key = operation->key;
	open->request.tid = operation->tid;
	open->request.pid = pid;
	open->request.file = etw_name_of(decoder, operation->key, operation->object);
	return open;
}

/* The other system has told it already. */
static int told_twice(struct etw_decoder *decoder, const struct etw_event *event)
{
	if (event->form != ETW_FORM_EVENT)
		decoder->seen_file_io = 1;
	else if (decoder->seen_file_io)
		return 1;
	return 0;
}

/* IRP, thread, object, key at `at` of a payload with the thread second. */
static struct operation old_operation(const struct etw_event *event, unsigned at, uint16_t op)
{
	return (struct operation){
		.irp = pointer_at(event, at),
		.tid = (uint32_t)pointer_at(event, at + pointers(event, shape_v2.tid_pointers)),
		.object = pointer_at(event, at + pointers(event, shape_v2.object_pointers)),
		.key = pointer_at(event, at + pointers(event, 3)),
		.op = op,
	};
}

/* IRP, object, key, `more` pointers, thread. */
static struct operation new_operation(const struct etw_event *event, unsigned at, unsigned more,
				      uint16_t op)
{
	return (struct operation){
		.irp = pointer_at(event, at),
		.object = pointer_at(event, at + pointers(event, 1)),
		.key = pointer_at(event, at + pointers(event, 2)),
		.tid = etw_u32(event->payload + at + pointers(event, 3 + more)),
		.op = op,
	};
}

static void transfer(struct etw_decoder *decoder, const struct etw_event *event,
		     const struct operation *operation, unsigned size_at)
{
	struct etw_request *open;

	if (told_twice(decoder, event))
		return;
	open = start(decoder, operation);
	if (!open)
		return;
	open->request.offset_bytes = etw_u64(event->payload);
	open->request.length_bytes = etw_u32(event->payload + size_at);
	open->request.op_flags = etw_u32(event->payload + size_at + 4);
}

static void old_transfer(struct etw_decoder *decoder, const struct etw_event *event, uint16_t op)
{
	struct operation operation = old_operation(event, 8, op);

	transfer(decoder, event, &operation, 8 + pointers(event, 4));
}

static void new_transfer(struct etw_decoder *decoder, const struct etw_event *event, uint16_t op)
{
	struct operation operation = new_operation(event, 8, 0, op);

	transfer(decoder, event, &operation, 8 + pointers(event, 3) + 4);
}

static void read_v2(struct etw_decoder *decoder, const struct etw_event *event)
{
	old_transfer(decoder, event, EV_WINDOWS_IRP_READ);
}

static void read_v3(struct etw_decoder *decoder, const struct etw_event *event)
{
	new_transfer(decoder, event, EV_WINDOWS_IRP_READ);
}

static void write_v2(struct etw_decoder *decoder, const struct etw_event *event)
{
	old_transfer(decoder, event, EV_WINDOWS_IRP_WRITE);
}

static void write_v3(struct etw_decoder *decoder, const struct etw_event *event)
{
	new_transfer(decoder, event, EV_WINDOWS_IRP_WRITE);
}

/* Create: the path, and the object that stands for this opening. */
static void create(struct etw_decoder *decoder, const struct etw_event *event,
		   struct operation operation, unsigned options_at)
{
	unsigned path_at = options_at + 12;
	struct etw_request *open;

	if (told_twice(decoder, event))
		return;
	etw_text_wide(decoder->text, ETW_TEXT_BYTES, event->payload + path_at,
		      event->payload_bytes - path_at);
	etw_name_object(decoder, operation.object, decoder->text);
	operation.op = EV_WINDOWS_IRP_CREATE;
	open = start(decoder, &operation);
	if (open)
		open->request.op_flags = etw_u32(event->payload + options_at);
}

static void create_v2(struct etw_decoder *decoder, const struct etw_event *event)
{
	struct operation operation = {
		.irp = pointer_at(event, 0),
		.tid = (uint32_t)pointer_at(event, pointers(event, shape_v2.tid_pointers)),
		.object = pointer_at(event, pointers(event, shape_v2.object_pointers)),
	};

	create(decoder, event, operation, pointers(event, 3));
}

static void create_v3(struct etw_decoder *decoder, const struct etw_event *event)
{
	struct operation operation = {
		.irp = pointer_at(event, 0),
		.object = pointer_at(event, pointers(event, 1)),
		.tid = etw_u32(event->payload + pointers(event, 2)),
	};

	create(decoder, event, operation, pointers(event, 2) + 4);
}

/* Kernel-File numbers its operations in the same order, from 12; then come those of paths. */
static uint16_t op_of(const struct etw_event *event)
{
	static const uint16_t ops[] = {
		[64] = EV_WINDOWS_IRP_CREATE,
		[65] = EV_WINDOWS_IRP_CLEANUP,
		[66] = EV_WINDOWS_IRP_CLOSE,
		[69] = EV_WINDOWS_IRP_SET_INFORMATION,
		[70] = EV_WINDOWS_IRP_DELETE,
		[71] = EV_WINDOWS_IRP_RENAME,
		[72] = EV_WINDOWS_IRP_QUERY_DIRECTORY,
		[73] = EV_WINDOWS_IRP_FLUSH,
		[74] = EV_WINDOWS_IRP_QUERY_INFORMATION,
		[75] = EV_WINDOWS_IRP_FS_CONTROL,
		[77] = EV_WINDOWS_IRP_NOTIFY_DIRECTORY,
	};
	static const uint16_t manifest_ops[] = {
		[13] = EV_WINDOWS_IRP_CLEANUP,	       [14] = EV_WINDOWS_IRP_CLOSE,
		[17] = EV_WINDOWS_IRP_SET_INFORMATION, [18] = EV_WINDOWS_IRP_DELETE,
		[19] = EV_WINDOWS_IRP_RENAME,	       [20] = EV_WINDOWS_IRP_QUERY_DIRECTORY,
		[21] = EV_WINDOWS_IRP_FLUSH,	       [22] = EV_WINDOWS_IRP_QUERY_INFORMATION,
		[23] = EV_WINDOWS_IRP_FS_CONTROL,      [25] = EV_WINDOWS_IRP_NOTIFY_DIRECTORY,
	};
	uint16_t op = 0;

	if (event->form != ETW_FORM_EVENT)
		op = event->type < sizeof(ops) / sizeof(ops[0]) ? ops[event->type] : 0;
	else if (event->id < sizeof(manifest_ops) / sizeof(manifest_ops[0]))
		op = manifest_ops[event->id];
	return op ? op : EV_WINDOWS_IRP_OTHER;
}

static void operate(struct etw_decoder *decoder, const struct etw_event *event,
		    const struct operation *operation)
{
	if (told_twice(decoder, event))
		return;
	start(decoder, operation);
	if (operation->op == EV_WINDOWS_IRP_CLOSE)
		etw_name_forget_object(decoder, operation->object);
}

static void operation_v2(struct etw_decoder *decoder, const struct etw_event *event)
{
	struct operation operation = old_operation(event, 0, op_of(event));

	operate(decoder, event, &operation);
}

static void operation_v3(struct etw_decoder *decoder, const struct etw_event *event)
{
	struct operation operation = new_operation(event, 0, 0, op_of(event));

	operate(decoder, event, &operation);
}

/* With one more pointer before the thread: what the operation sets. */
static void operation_info_v3(struct etw_decoder *decoder, const struct etw_event *event)
{
	struct operation operation = new_operation(event, 0, 1, op_of(event));

	operate(decoder, event, &operation);
}

static void operation_end(struct etw_decoder *decoder, const struct etw_event *event)
{
	uint32_t status = etw_field_u32(event, 8, 16);
	struct etw_request *open;
	uint64_t irp = etw_field_pointer(event, 0, 0), information = 0;

	if (told_twice(decoder, event))
		return;
	/* Only reads and writes report bytes; what others report is no amount. */
	open = etw_map_get(&decoder->requests, irp);
	if (open &&
	    (open->request.op == EV_WINDOWS_IRP_READ || open->request.op == EV_WINDOWS_IRP_WRITE))
		information = etw_field_pointer(event, 4, 8);
	etw_request_end(decoder, irp, status, information);
}

static void name(struct etw_decoder *decoder, const struct etw_event *event)
{
	etw_text_wide(decoder->text, ETW_TEXT_BYTES, etw_at(event, 4, 8),
		      etw_bytes_from(event, 4, 8));
	etw_name_key(decoder, etw_field_pointer(event, 0, 0), decoder->text);
}

/* The name goes with its key; the key is free for another file. */
static void name_deleted(struct etw_decoder *decoder, const struct etw_event *event)
{
	name(decoder, event);
	etw_name_forget_key(decoder, etw_field_pointer(event, 0, 0));
}

#define OPERATION_ROWS(type, narrow2, wide2, narrow3, wide3, decode3)                              \
	{ ETW_GROUP_FILE_IO, type, 2, 2, narrow2, wide2, operation_v2 },                           \
	{                                                                                          \
		ETW_GROUP_FILE_IO, type, 3, 3, narrow3, wide3, decode3                             \
	}

static const struct etw_row rows[] = {
	{ ETW_GROUP_FILE_IO, 0, 0, 3, 4, 8, name },
	{ ETW_GROUP_FILE_IO, 32, 0, 3, 4, 8, name },
	{ ETW_GROUP_FILE_IO, 35, 0, 3, 4, 8, name_deleted },
	{ ETW_GROUP_FILE_IO, 36, 0, 3, 4, 8, name },
	{ ETW_GROUP_FILE_IO, 64, 2, 2, 24, 36, create_v2 },
	{ ETW_GROUP_FILE_IO, 64, 3, 3, 24, 32, create_v3 },
	OPERATION_ROWS(65, 16, 32, 16, 28, operation_v3),
	OPERATION_ROWS(66, 16, 32, 16, 28, operation_v3),
	{ ETW_GROUP_FILE_IO, 67, 2, 2, 32, 48, read_v2 },
	{ ETW_GROUP_FILE_IO, 67, 3, 3, 32, 44, read_v3 },
	{ ETW_GROUP_FILE_IO, 68, 2, 2, 32, 48, write_v2 },
	{ ETW_GROUP_FILE_IO, 68, 3, 3, 32, 44, write_v3 },
	OPERATION_ROWS(69, 24, 44, 24, 40, operation_info_v3),
	OPERATION_ROWS(70, 24, 44, 24, 40, operation_info_v3),
	OPERATION_ROWS(71, 24, 44, 24, 40, operation_info_v3),
	OPERATION_ROWS(72, 28, 44, 28, 40, operation_v3),
	OPERATION_ROWS(73, 16, 32, 16, 28, operation_v3),
	OPERATION_ROWS(74, 24, 44, 24, 40, operation_info_v3),
	OPERATION_ROWS(75, 24, 44, 24, 40, operation_info_v3),
	{ ETW_GROUP_FILE_IO, 76, 2, 3, 12, 20, operation_end },
	OPERATION_ROWS(77, 28, 44, 28, 40, operation_v3),
};
const struct etw_rows etw_file_rows = { rows, sizeof(rows) / sizeof(rows[0]) };

static const struct etw_manifest_row manifest_rows[] = {
	{ 10, 0, 1, 4, 8, name },
	{ 11, 0, 1, 4, 8, name_deleted },
	{ 12, 0, 0, 24, 36, create_v2 },
	{ 12, 1, 1, 24, 32, create_v3 },
	{ 13, 0, 0, 16, 32, operation_v2 },
	{ 13, 1, 1, 16, 28, operation_v3 },
	{ 14, 0, 0, 16, 32, operation_v2 },
	{ 14, 1, 1, 16, 28, operation_v3 },
	{ 15, 0, 0, 32, 48, read_v2 },
	{ 15, 1, 1, 32, 44, read_v3 },
	{ 16, 0, 0, 32, 48, write_v2 },
	{ 16, 1, 1, 32, 44, write_v3 },
	{ 17, 0, 0, 24, 44, operation_v2 },
	{ 17, 1, 1, 24, 40, operation_info_v3 },
	{ 18, 0, 0, 24, 44, operation_v2 },
	{ 18, 1, 1, 24, 40, operation_info_v3 },
	{ 19, 0, 0, 24, 44, operation_v2 },
	{ 19, 1, 1, 24, 40, operation_info_v3 },
	{ 20, 0, 0, 28, 44, operation_v2 },
	{ 20, 1, 1, 28, 40, operation_v3 },
	{ 21, 0, 0, 16, 32, operation_v2 },
	{ 21, 1, 1, 16, 28, operation_v3 },
	{ 22, 0, 0, 24, 44, operation_v2 },
	{ 22, 1, 1, 24, 40, operation_info_v3 },
	{ 23, 0, 0, 24, 44, operation_v2 },
	{ 23, 1, 1, 24, 40, operation_info_v3 },
	{ 24, 0, 1, 12, 20, operation_end },
	{ 25, 0, 0, 28, 44, operation_v2 },
	{ 25, 1, 1, 28, 40, operation_v3 },
	{ 29, 0, 0, 24, 44, operation_v2 },
	{ 29, 1, 1, 24, 40, operation_info_v3 },
	{ 31, 1, 1, 24, 40, operation_info_v3 },
	{ 32, 1, 1, 24, 40, operation_info_v3 },
	{ 33, 1, 1, 24, 40, operation_info_v3 },
	{ 34, 1, 1, 24, 40, operation_info_v3 },
};
const struct etw_manifest etw_file_manifest = { { { 0x27, 0x89, 0xd0, 0xed, 0xc4, 0x9c, 0x65, 0x4e,
						    0xb9, 0x70, 0xc2, 0x56, 0x0f, 0xb5, 0xc2,
						    0x89 } },
						manifest_rows,
						sizeof(manifest_rows) / sizeof(manifest_rows[0]) };

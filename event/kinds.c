/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The kinds table. record.h is the home of a field; this file says what the field is called, what
 * it measures and where it lies. Text lines, file columns, JSON keys, CSV and screen headings come
 * from here and nowhere else, so a field cannot have two names.
 *
 * A row takes its offset and type from the struct itself (offsetof and _Generic), so the table
 * cannot disagree with the layout; tests/unit/test_kinds.c proves that it leaves no byte out, and
 * that docs/events.md says the same.
 *
 *     FIELD(request, submit_ns, TIME, "…")        one member
 *     WORDS(request, end, ev_words_end, "…")      one member whose values have words
 *     STAGE(3, "…"), UNLINKED(3, "…", "…")        one element of an array
 */
#include "event/kinds.h"

#include <string.h>
#include <strings.h>

#include "event/words.h"

#define TYPE_OF(value)                                                                             \
	_Generic((value), uint8_t                                                                  \
		 : EV_TYPE_U8, uint16_t                                                            \
		 : EV_TYPE_U16, uint32_t                                                           \
		 : EV_TYPE_U32, uint64_t                                                           \
		 : EV_TYPE_U64, int32_t                                                            \
		 : EV_TYPE_I32, int64_t                                                            \
		 : EV_TYPE_I64)
#define ROW(kind, path, label, unit_, text)                                                        \
	.name = label, .what = text, .offset_bytes = offsetof(struct ev_##kind, path),             \
	.type = TYPE_OF(((struct ev_##kind *)0)->path), .unit = EV_UNIT_##unit_
#define COUNT_OF(array) (uint16_t)(sizeof(array) / sizeof((array)[0]))
#define FIELD(kind, path, unit, text)                                                              \
	{                                                                                          \
		ROW(kind, path, #path, unit, text)                                                 \
	}
#define WORDS(kind, path, words, text)                                                             \
	{                                                                                          \
		ROW(kind, path, #path, NAME, text), .names = words, .name_count = COUNT_OF(words)  \
	}
#define STAGE(index, text)                                                                         \
	{                                                                                          \
		ROW(request, stage_ns[index], "stage_ns_" #index, TIME, "when it " text)           \
	}
#define UNLINKED(index, label, text)                                                               \
	{                                                                                          \
		ROW(device_state, unlinked[index], "unlinked_" label, COUNT, "not linked: " text)  \
	}
#define HEADER(kind, when)                                                                         \
	{ ROW(kind, h.cpu, "cpu", ID, "CPU it happened on; 4294967295: none can be named") },      \
	{                                                                                          \
		ROW(kind, h.time_ns, "time_ns", TIME, when)                                        \
	}

static const struct ev_field session[] = {
	HEADER(session, "start of the session"),
	FIELD(session, start_unix_ns, NS, "wall clock at time_ns, since 1970 UTC"),
	WORDS(session, os, ev_words_os, "operating system that was traced"),
	WORDS(session, mode, ev_words_mode, "how much is recorded"),
	FIELD(session, pointer_bytes, BYTES, "size of a pointer on the traced system"),
	FIELD(session, cpu_count, COUNT, "CPUs of the traced system"),
	FIELD(session, record_min_ns, NS, "requests quicker than this have no record"),
};

static const struct ev_field session_end[] = {
	HEADER(session_end, "end of the session"),
	FIELD(session_end, duration_ns, NS, "length of the session"),
};

static const struct ev_field process[] = {
	HEADER(process, "when it was first seen"),
	FIELD(process, pid, ID, "process"),
	FIELD(process, parent_pid, ID, "its parent"),
};

static const struct ev_field queue[] = {
	HEADER(queue, "when it was created or found"),
	FIELD(queue, created_ns, TIME, "when it was created; 0: before the recording"),
	FIELD(queue, queue, ID, "identifies the queue in all other events"),
	FIELD(queue, pid, ID, "owner: the process that created it"),
	FIELD(queue, fd, ID, "descriptor in the owner; -1: none"),
	FIELD(queue, sq_entries, COUNT, "size of the submission queue"),
	FIELD(queue, cq_entries, COUNT, "size of the completion queue"),
	FIELD(queue, flags, HEX, "IORING_SETUP_* bits"),
	FIELD(queue, thread_pid, ID, "SQPOLL thread; 0: none or not known"),
	WORDS(queue, type, ev_words_queue_type, "kind of queue"),
};

static const struct ev_field queue_end[] = {
	HEADER(queue_end, "when it was gone"),
	FIELD(queue_end, queue, ID, "the queue"),
};

static const struct ev_field file[] = {
	HEADER(file, "when it was first seen"),
	FIELD(file, file, HEX, "number that other events name it by"),
	FIELD(file, inode, ID, "inode; 0: not known"),
	FIELD(file, device, HEX,
	      "(major << 20) + minor of its file system, or of the device it is"),
	WORDS(file, type, ev_words_file_type, "kind of file; 0: not known"),
};

static const struct ev_field request[] = {
	HEADER(request, "when it ended; open: when the snapshot was taken"),
	FIELD(request, submit_ns, TIME, "when it was submitted"),
	FIELD(request, user_data, HEX, "the application's tag"),
	FIELD(request, offset_bytes, BYTES, "position in the file as given; all ones: the current"),
	FIELD(request, result, NONE, "bytes or value; negative: error number of the session's OS"),
	FIELD(request, file, HEX, "FILE number; 0: none or not known"),
	FIELD(request, queue, ID, "the queue"),
	FIELD(request, tid, ID, "submitting thread"),
	FIELD(request, length_bytes, BYTES, "length as given"),
	FIELD(request, fd, ID, "descriptor as given, or index of a fixed file"),
	FIELD(request, op_flags, HEX, "flags of the operation as given"),
	FIELD(request, cqe_flags, HEX, "flags of the completion"),
	WORDS(request, op, ev_words_op, "operation; io_uring below 256, Windows from 256 on"),
	FIELD(request, buffer, ID, "fixed buffer or buffer group as given"),
	FIELD(request, sqe_flags, HEX, "IOSQE_* bits"),
	WORDS(request, end, ev_words_end, "how it ended"),
	WORDS(request, stage, ev_words_stage, "where it stood last"),
	FIELD(request, path, HEX, "roads it took and properties it has"),
	FIELD(request, status, HEX, "Windows: NTSTATUS"),
	FIELD(request, sq_depth, COUNT, "entries submitted and not consumed, at submission"),
	FIELD(request, cq_depth, COUNT, "completions posted and not reaped, this one included"),
	FIELD(request, reaped_ns, TIME,
	      "when the completion was seen to be reaped; 0: not known, as no recorder "
	      "tells it yet"),
	FIELD(request, pid, ID, "process of the submitting thread"),
	FIELD(request, worker_tid, ID, "worker that carried it; 0: none"),
	FIELD(request, address, HEX, "buffer address as given"),
	STAGE(0, "was held back by earlier requests"),
	STAGE(1, "was queued to a worker"),
	STAGE(2, "was taken up by a worker"),
	STAGE(3, "was armed on its file's poll queue"),
	STAGE(4, "was woken, its file being ready"),
	STAGE(5, "entered the block layer"),
	STAGE(6, "was handed to the device"),
	STAGE(7, "was done by the device"),
	STAGE(8, "began to wait for the request before it in its chain"),
	STAGE(9, "was released by what it waited for (chain, drain)"),
	FIELD(request, link_ns, TIME, "submit_ns of the request before it in its chain"),
};

static const struct ev_field completion[] = {
	HEADER(completion, "when it was posted"),
	FIELD(completion, user_data, HEX, "the application's tag"),
	FIELD(completion, result, NONE, "value; negative: error number of the session's OS"),
	FIELD(completion, queue, ID, "the queue"),
	FIELD(completion, cqe_flags, HEX, "flags of the completion"),
	FIELD(completion, cq_depth, COUNT, "completions posted and not reaped, this one included"),
	WORDS(completion, type, ev_words_completion, "what it is"),
};

static const struct ev_field overflow[] = {
	HEADER(overflow, "when it found the queue full"),
	FIELD(overflow, user_data, HEX, "the application's tag"),
	FIELD(overflow, result, NONE, "value; negative: error number of the session's OS"),
	FIELD(overflow, queue, ID, "the queue"),
	FIELD(overflow, cqe_flags, HEX, "flags of the completion"),
	FIELD(overflow, dropped, NONE, "1: lost for the application; 0: it waits in the backlog"),
};

static const struct ev_field regist[] = {
	HEADER(register, "when the call returned"),
	FIELD(register, result, NONE, "value; negative: error number of the session's OS"),
	FIELD(register, queue, ID, "the queue"),
	WORDS(register, op, ev_words_register, "IORING_REGISTER_* operation"),
	FIELD(register, file_count, COUNT, "files registered afterwards"),
	FIELD(register, buffer_count, COUNT, "buffers registered afterwards"),
};

static const struct ev_field device[] = {
	HEADER(device, "when it was first seen"),
	FIELD(device, size_bytes, BYTES, "capacity"),
	FIELD(device, device, HEX, "(major << 20) + minor; Windows: disk number"),
	FIELD(device, queue_count, COUNT, "hardware queues"),
	FIELD(device, queue_limit, COUNT, "commands one queue can hold; 0: not known"),
	FIELD(device, block_bytes, BYTES, "logical block size"),
	WORDS(device, driver, ev_words_driver, "kind of driver"),
	WORDS(device, type, ev_words_device_type, "what it is; 0: not known"),
	FIELD(device, namespace_id, ID, "NVMe namespace"),
	FIELD(device, controller, HEX, "device number of its controller; 0: none"),
	FIELD(device, head, HEX, "device number of the multipath disk it is a path to; 0: none"),
};

static const struct ev_field command[] = {
	HEADER(command, "when it ended; open: when the snapshot was taken"),
	FIELD(command, queued_ns, TIME, "when it entered the block layer"),
	FIELD(command, issue_ns, TIME, "when it was handed to the driver"),
	FIELD(command, offset_bytes, BYTES, "position on the device"),
	FIELD(command, key, HEX, "Windows: IRP; Linux: 0"),
	FIELD(command, request_submit_ns, TIME, "submit_ns of the request it was issued for"),
	FIELD(command, file, HEX, "FILE number; 0: not known"),
	FIELD(command, request_queue, ID, "queue of that request; 0: no request could be proved"),
	FIELD(command, device, HEX, "(major << 20) + minor; Windows: disk number"),
	FIELD(command, hw_queue, ID, "hardware queue; NVMe: qid"),
	FIELD(command, command_id, ID, "NVMe: cid; else the driver's tag"),
	FIELD(command, length_bytes, BYTES, "length"),
	FIELD(command, pid, ID, "process it was issued for; 0: not known"),
	FIELD(command, tid, ID, "thread it was issued for; 0: not known"),
	FIELD(command, namespace_id, ID, "NVMe namespace"),
	FIELD(command, depth, COUNT,
	      "commands in flight in this queue at issue, this one included"),
	FIELD(command, status, HEX, "NVMe status, NTSTATUS or block status; 0: success"),
	FIELD(command, flags, HEX, "request flags; Windows: IrpFlags"),
	WORDS(command, op, ev_words_command, "what it does"),
	FIELD(command, opcode, HEX, "NVMe opcode"),
	WORDS(command, end, ev_words_end, "OPEN or COMPLETED"),
	FIELD(command, requeues, COUNT, "times it was put back before it was done"),
	FIELD(command, parts, COUNT, "requests it serves, as far as they could be proved"),
	FIELD(command, retries, COUNT, "times the driver tried again"),
	WORDS(command, status_type, ev_words_status, "what status is counted in; 0: not known"),
	FIELD(command, issue_cpu, ID, "CPU that handed it to the driver; 4294967295: not known"),
};

static const struct ev_field queue_state[] = {
	HEADER(queue_state, "when it was read"),
	FIELD(queue_state, submitted, COUNT, "requests seen, also those that failed to start"),
	FIELD(queue_state, completed, COUNT, "requests whose completion was posted"),
	FIELD(queue_state, failed, COUNT, "requests that failed to start"),
	FIELD(queue_state, overflowed, COUNT, "completions that found the queue full"),
	FIELD(queue_state, skipped, COUNT, "requests that ended without a completion, as asked"),
	FIELD(queue_state, lost, COUNT, "requests the tracer lost track of"),
	FIELD(queue_state, unmatched, COUNT, "completions of requests that were not seen"),
	FIELD(queue_state, shots, COUNT, "multishot completions"),
	FIELD(queue_state, waits, COUNT, "times the application blocked for completions"),
	FIELD(queue_state, dropped_cqes, COUNT, "the ring's own count of lost completions"),
	FIELD(queue_state, dropped_sqes, COUNT, "the ring's own count of invalid entries"),
	FIELD(queue_state, queue, ID, "the queue"),
	FIELD(queue_state, sq_depth, COUNT, "entries submitted and not consumed"),
	FIELD(queue_state, cq_depth, COUNT, "completions posted and not reaped"),
	FIELD(queue_state, in_flight, COUNT, "requests not ended"),
	FIELD(queue_state, sq_flags, HEX, "IORING_SQ_* bits"),
	FIELD(queue_state, sq_depth_max, COUNT, "largest sq_depth since the last state"),
	FIELD(queue_state, cq_depth_max, COUNT, "largest cq_depth since the last state"),
	FIELD(queue_state, messages, COUNT, "completions posted by other rings, resource tags"),
	FIELD(queue_state, notifications, COUNT, "zero-copy sends whose buffer is free again"),
	FIELD(queue_state, older, COUNT, "completions of requests older than the recording"),
	FIELD(queue_state, forgotten, COUNT, "completions of requests that count as lost"),
	FIELD(queue_state, batches, COUNT, "runs of requests submitted in one go"),
	FIELD(queue_state, waits_timed, COUNT, "of waits: their end was seen"),
	FIELD(queue_state, blocked_ns, NS, "length of the waits whose end was seen"),
	FIELD(queue_state, thread_cpu_ns, NS, "CPU time of the SQPOLL thread since it began"),
	FIELD(queue_state, thread_work_ns, NS, "of it: with work in hand"),
	FIELD(queue_state, thread_sleeps, COUNT,
	      "times the SQPOLL thread slept until it was woken"),
	FIELD(queue_state, resources, HEX, "what is registered, and which numbers are known"),
	FIELD(queue_state, file_count, COUNT, "registered files"),
	FIELD(queue_state, buffer_count, COUNT, "registered buffers"),
	FIELD(queue_state, backlog, COUNT, "completions waiting: the queue was full"),
	{ ROW(queue_state, worker_limit[0], "worker_limit_0", COUNT,
	      "most bounded io-wq workers; 0: the default") },
	{ ROW(queue_state, worker_limit[1], "worker_limit_1", COUNT,
	      "most unbounded io-wq workers; 0: the default") },
	FIELD(queue_state, thread_pid, ID, "SQPOLL thread; 0: none or not known"),
	FIELD(queue_state, older_open, COUNT,
	      "requests older than the recording that have not ended, at most"),
};

static const struct ev_field latency[] = {
	HEADER(latency, "end of the interval"),
	FIELD(latency, interval_ns, NS, "length of the interval"),
	FIELD(latency, count, COUNT, "requests ended"),
	FIELD(latency, errors, COUNT, "of count: with a negative result"),
	FIELD(latency, bytes, BYTES, "sum of the results of successful data operations"),
	FIELD(latency, sum_ns, NS, "sum of latencies"),
	FIELD(latency, min_ns, NS, "shortest latency"),
	FIELD(latency, max_ns, NS, "longest latency"),
	FIELD(latency, worker, COUNT, "of count: carried by a worker"),
	FIELD(latency, poll, COUNT, "of count: armed on poll"),
	FIELD(latency, queue, ID, "the queue"),
	WORDS(latency, op, ev_words_op, "operation, as in REQUEST"),
};

static const struct ev_field device_state[] = {
	HEADER(device_state, "when it was read"),
	FIELD(device_state, issued, COUNT, "commands handed to the driver"),
	FIELD(device_state, completed, COUNT, "commands ended"),
	FIELD(device_state, errors, COUNT, "of completed: with an error"),
	FIELD(device_state, read_bytes, BYTES, "bytes read"),
	FIELD(device_state, write_bytes, BYTES, "bytes written"),
	FIELD(device_state, busy_ns, NS, "sum of service times"),
	FIELD(device_state, device, HEX, "(major << 20) + minor; Windows: disk number"),
	FIELD(device_state, hw_queue, ID, "hardware queue; NVMe: qid"),
	FIELD(device_state, depth, COUNT, "commands in flight"),
	FIELD(device_state, depth_max, COUNT, "largest depth since the last state"),
	FIELD(device_state, reads, COUNT, "of completed: reads"),
	FIELD(device_state, writes, COUNT, "of completed: writes"),
	FIELD(device_state, flushes, COUNT, "of completed: flushes"),
	FIELD(device_state, discards, COUNT, "of completed: discards"),
	FIELD(device_state, passthroughs, COUNT, "of completed: passthrough commands"),
	FIELD(device_state, admins, COUNT, "of completed: admin commands"),
	FIELD(device_state, others, COUNT, "of completed: all else"),
	FIELD(device_state, linked, COUNT, "of completed: a ring's request is known to be served"),
	FIELD(device_state, requeues, COUNT, "put back by the driver before they were done"),
	FIELD(device_state, merges, COUNT, "bios and commands added to a command already there"),
	FIELD(device_state, retries, COUNT, "NVMe: failed and tried again by the driver"),
	FIELD(device_state, tag_waits, COUNT, "times a submitter slept because no tag was free"),
	FIELD(device_state, waiting, COUNT, "commands in the scheduler, not yet with the driver"),
	FIELD(device_state, waiting_max, COUNT, "largest waiting since the last state"),
	FIELD(device_state, sq_head, ID, "NVMe: head of the SQ as the controller last told it"),
	FIELD(device_state, sq_tail, ID, "NVMe: the driver's tail at that moment"),
	FIELD(device_state, unfetched_max, COUNT,
	      "NVMe: most slots filled and not fetched, since the last state"),
	FIELD(device_state, tag_limit, COUNT, "commands the driver has tags for; 0: not known"),
	FIELD(device_state, request_limit, COUNT,
	      "commands it and the scheduler have room for; 0: no scheduler"),
	FIELD(device_state, told, HEX, "1: tag_waits is counted, 2: scheduled is, 4: unlinked is"),
	FIELD(device_state, scheduled, COUNT, "commands that waited in the scheduler"),
	FIELD(device_state, scheduled_ns, NS, "sum of their times there"),
	UNLINKED(EV_UNLINKED_METADATA, "metadata", "marked as metadata, all but the next"),
	UNLINKED(EV_UNLINKED_JOURNAL, "journal", "metadata writes marked as a journal's"),
	UNLINKED(EV_UNLINKED_WRITE_BACK, "write_back", "writes nobody waits for"),
	UNLINKED(EV_UNLINKED_READ_AHEAD, "read_ahead", "reads marked as read-ahead"),
	UNLINKED(EV_UNLINKED_SWAP_OUT, "swap_out", "writes marked as swap"),
	UNLINKED(EV_UNLINKED_SYNC_WRITE, "sync_write", "writes somebody waits for"),
	UNLINKED(EV_UNLINKED_DIRECT_WRITE, "direct_write", "writes marked as direct I/O"),
	UNLINKED(EV_UNLINKED_READ, "read", "reads without a mark"),
	UNLINKED(EV_UNLINKED_FLUSH, "flush", "flushes"),
	UNLINKED(EV_UNLINKED_DISCARD, "discard", "discards"),
	UNLINKED(EV_UNLINKED_PASSTHROUGH, "passthrough", "passthrough commands"),
	UNLINKED(EV_UNLINKED_ADMIN, "admin", "admin commands"),
	UNLINKED(EV_UNLINKED_OTHER, "other", "all else"),
};

static const struct ev_field lost[] = {
	HEADER(lost, "when the loss was noticed"),
	FIELD(lost, count, COUNT, "how many since the last such LOST; 0: cannot be counted"),
	FIELD(lost, queue, ID, "the queue; 0: not one queue's"),
	WORDS(lost, loss, ev_words_loss, "what was lost"),
};

static const struct ev_field wait[] = {
	HEADER(wait, "when it began"),
	FIELD(wait, queue, ID, "the queue"),
	FIELD(wait, pid, ID, "process that waits"),
	FIELD(wait, tid, ID, "thread that waits"),
	FIELD(wait, wanted, COUNT, "completions that end the wait"),
	FIELD(wait, cq_depth, COUNT, "completions posted and not reaped when it began"),
};

static const struct ev_field tick[] = {
	HEADER(tick, "all events up to this time have been delivered"),
};

static const struct ev_field command_part[] = {
	HEADER(command_part, "when the command ended"),
	FIELD(command_part, issue_ns, TIME, "when the command was handed to the driver"),
	FIELD(command_part, offset_bytes, BYTES, "position of the part on the device"),
	FIELD(command_part, request_submit_ns, TIME, "submit_ns of the request it serves"),
	FIELD(command_part, request_queue, ID, "queue of that request"),
	FIELD(command_part, device, HEX, "(major << 20) + minor"),
	FIELD(command_part, hw_queue, ID, "hardware queue of the command"),
	FIELD(command_part, command_id, ID, "command_id of the command"),
	FIELD(command_part, length_bytes, BYTES, "length of the part"),
};

static const struct ev_field device_queue[] = {
	HEADER(device_queue, "when its device was first seen"),
	FIELD(device_queue, device, HEX, "(major << 20) + minor"),
	FIELD(device_queue, hw_queue, ID, "hardware queue; NVMe: qid"),
	FIELD(device_queue, queue_limit, COUNT, "commands it can hold; 0: not known"),
	FIELD(device_queue, sq_entries, COUNT, "NVMe: slots of its SQ; 0: not known"),
	FIELD(device_queue, irq, ID, "number of its interrupt; 0: none or not known"),
	WORDS(device_queue, type, ev_words_device_queue, "what it is for; 0: not known"),
};

static const struct ev_field device_name[] = {
	HEADER(device_name, "when the device was first seen"),
	FIELD(device_name, device, HEX, "(major << 20) + minor"),
	WORDS(device_name, type, ev_words_device_name, "what kind of name"),
};

static const struct ev_field device_wait[] = {
	HEADER(device_wait, "end of the interval"),
	FIELD(device_wait, count, COUNT, "commands handed to the driver"),
	FIELD(device_wait, sum_ns, NS, "sum of their times in the block layer"),
	FIELD(device_wait, min_ns, NS, "shortest"),
	FIELD(device_wait, max_ns, NS, "longest"),
	FIELD(device_wait, device, HEX, "(major << 20) + minor"),
	FIELD(device_wait, hw_queue, ID, "hardware queue; NVMe: qid"),
};

static const struct ev_field device_event[] = {
	HEADER(device_event, "when it happened"),
	FIELD(device_event, value, HEX,
	      "async: its result; abort: id and queue of its victim; timeout: id"),
	FIELD(device_event, device, HEX, "device number of the disk or controller"),
	FIELD(device_event, hw_queue, ID, "hardware queue; NVMe: qid"),
	WORDS(device_event, type, ev_words_device_event, "what happened"),
};

#define KIND(id_, upper, type, table)                                                              \
	.name = upper, .fields = table, .field_count = COUNT_OF(table), .id = id_,                 \
	.size_bytes = sizeof(struct type)
#define TAIL(kind, label) .tail = EV_TAIL_##kind, .tail_name = label

/* In order of id, without gaps. */
static const struct ev_kind kinds[] = {
	{ KIND(EV_SESSION, "SESSION", ev_session, session), TAIL(TEXT, "about"),
	  .what = "who recorded, where, which clock; first event of every stream" },
	{ KIND(EV_SESSION_END, "SESSION_END", ev_session_end, session_end),
	  .what = "the recording ended in order; last event of a complete stream" },
	{ KIND(EV_PROCESS, "PROCESS", ev_process, process), TAIL(TEXT, "comm"),
	  .what = "a process that owns or uses queues" },
	{ KIND(EV_QUEUE, "QUEUE", ev_queue, queue), TAIL(TEXT, "comm"),
	  .what = "a queue was created, or found already there" },
	{ KIND(EV_QUEUE_END, "QUEUE_END", ev_queue_end, queue_end), .what = "a queue is gone" },
	{ KIND(EV_FILE, "FILE", ev_file, file), TAIL(TEXT, "path"),
	  .what = "what a request's file number stands for" },
	{ KIND(EV_REQUEST, "REQUEST", ev_request, request),
	  .what = "one asynchronous operation, written when it ends, or as a snapshot: open" },
	{ KIND(EV_COMPLETION, "COMPLETION", ev_completion, completion),
	  .what = "a completion with no request of its own" },
	{ KIND(EV_OVERFLOW, "OVERFLOW", ev_overflow, overflow),
	  .what = "a completion that found the completion queue full" },
	{ KIND(EV_REGISTER, "REGISTER", ev_register, regist),
	  .what = "resources were registered with a queue" },
	{ KIND(EV_DEVICE, "DEVICE", ev_device, device), TAIL(TEXT, "name"),
	  .what = "a block device, or one path to it" },
	{ KIND(EV_COMMAND, "COMMAND", ev_command, command),
	  .what = "one device command, written when it ends, or as a snapshot: open" },
	{ KIND(EV_QUEUE_STATE, "QUEUE_STATE", ev_queue_state, queue_state),
	  .what = "depths and running counters of one queue at one moment" },
	{ KIND(EV_LATENCY, "LATENCY", ev_latency, latency), TAIL(BYTES, "buckets"),
	  .what = "what one operation of one queue did in one interval" },
	{ KIND(EV_DEVICE_STATE, "DEVICE_STATE", ev_device_state, device_state),
	  TAIL(BYTES, "buckets"),
	  .what = "depth and running counters of one device queue at one moment" },
	{ KIND(EV_LOST, "LOST", ev_lost, lost),
	  .what = "something happened that is not in the data" },
	{ KIND(EV_TICK, "TICK", ev_tick, tick),
	  .what = "all events up to this time have been delivered" },
	{ KIND(EV_COMMAND_PART, "COMMAND_PART", ev_command_part, command_part),
	  .what = "the part of a command that serves one of its several requests" },
	{ KIND(EV_DEVICE_QUEUE, "DEVICE_QUEUE", ev_device_queue, device_queue), TAIL(TEXT, "cpus"),
	  .what = "one hardware queue of a device" },
	{ KIND(EV_DEVICE_NAME, "DEVICE_NAME", ev_device_name, device_name), TAIL(TEXT, "name"),
	  .what = "another name of a device: mount point, by-id, partition" },
	{ KIND(EV_DEVICE_WAIT, "DEVICE_WAIT", ev_device_wait, device_wait), TAIL(BYTES, "buckets"),
	  .what = "how long commands of one queue waited for the device" },
	{ KIND(EV_DEVICE_EVENT, "DEVICE_EVENT", ev_device_event, device_event),
	  .what = "something rare that happened to a device or its controller" },
	{ KIND(EV_WAIT, "WAIT", ev_wait, wait),
	  .what = "the application began to wait for completions" },
};

const struct ev_kind *ev_kind(uint16_t id)
{
	return id >= EV_SESSION && id <= EV_KIND_LAST ? &kinds[id - EV_SESSION] : NULL;
}

const struct ev_kind *ev_kind_by_name(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		if (!strcasecmp(kinds[i].name, name))
			return &kinds[i];
	}
	return NULL;
}

const struct ev_kind *ev_kinds(size_t *ret_count)
{
	*ret_count = COUNT_OF(kinds);
	return kinds;
}

unsigned ev_type_bytes(uint8_t type)
{
	switch (type) {
	case EV_TYPE_U8:
		return 1;
	case EV_TYPE_U16:
		return 2;
	case EV_TYPE_U32:
	case EV_TYPE_I32:
		return 4;
	default:
		return 8;
	}
}

uint64_t ev_field_get(const struct ev_field *field, const struct ev_header *event)
{
	const char *at = (const char *)event + field->offset_bytes;
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;

	switch (field->type) {
	case EV_TYPE_U8:
		return *(const uint8_t *)at;
	case EV_TYPE_U16:
		memcpy(&u16, at, sizeof(u16));
		return u16;
	case EV_TYPE_U32:
		memcpy(&u32, at, sizeof(u32));
		return u32;
	case EV_TYPE_I32:
		memcpy(&u32, at, sizeof(u32));
		return (uint64_t)(int64_t)(int32_t)u32;
	default:
		memcpy(&u64, at, sizeof(u64));
		return u64;
	}
}

/* Little-endian, as the records are, so the low bytes come first. */
void ev_field_set(const struct ev_field *field, struct ev_header *event, uint64_t value)
{
	memcpy((char *)event + field->offset_bytes, &value, ev_type_bytes(field->type));
}

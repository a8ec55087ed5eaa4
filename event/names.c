/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Words for the enumerations and flags of record.h, and what to say about each kind of loss. A loss
 * has three texts because a user who reads one asks three questions: where, why, and what now.
 * Operations are in names_ops.c, error numbers in names_errno.c.
 */
#include "event/names.h"

#include <stdio.h>
#include <string.h>

#include "event/words.h"

const char *const ev_words_os[] = { [EV_OS_LINUX] = "linux", [EV_OS_WINDOWS] = "windows" };
const char *const ev_words_mode[] = {
	[EV_MODE_AGGREGATE] = "aggregate",
	[EV_MODE_FULL] = "full",
};
const char *const ev_words_queue_type[] = {
	[EV_QUEUE_IO_URING] = "io_uring", [EV_QUEUE_IOCP] = "iocp",	[EV_QUEUE_RIO] = "rio",
	[EV_QUEUE_IORING] = "ioring",	  [EV_QUEUE_DIRECT] = "direct",
};
const char *const ev_words_file_type[] = {
	[EV_FILE_REGULAR] = "regular", [EV_FILE_DIRECTORY] = "directory",
	[EV_FILE_BLOCK] = "block",     [EV_FILE_CHAR] = "char",
	[EV_FILE_PIPE] = "pipe",       [EV_FILE_SOCKET] = "socket",
	[EV_FILE_ANON] = "anon",
};
const char *const ev_words_end[] = {
	[EV_END_OPEN] = "open",	      [EV_END_COMPLETED] = "completed",
	[EV_END_FAILED] = "failed",   [EV_END_OVERFLOWED] = "overflowed",
	[EV_END_SKIPPED] = "skipped", [EV_END_VANISHED] = "vanished",
};
const char *const ev_words_stage[] = {
	[EV_STAGE_SUBMITTED] = "submitted",	    [EV_STAGE_DEFERRED] = "deferred",
	[EV_STAGE_WORKER_QUEUED] = "worker-queued", [EV_STAGE_WORKER_RUNNING] = "worker-running",
	[EV_STAGE_POLL_ARMED] = "poll-armed",	    [EV_STAGE_POLL_WOKEN] = "poll-woken",
	[EV_STAGE_BLOCK_QUEUED] = "block-queued",   [EV_STAGE_DEVICE] = "device",
	[EV_STAGE_DEVICE_DONE] = "device-done",	    [EV_STAGE_LINKED] = "linked",
	[EV_STAGE_RELEASED] = "released",	    [EV_STAGE_WORKER_UNSPLIT] = "worker-unsplit",
};
const char *const ev_words_completion[] = {
	[EV_COMPLETION_MULTISHOT] = "multishot",
	[EV_COMPLETION_OTHER] = "other",
	[EV_COMPLETION_NOTIFICATION] = "notification",
	[EV_COMPLETION_UNMATCHED] = "unmatched",
	[EV_COMPLETION_OLDER] = "older",
	[EV_COMPLETION_FORGOTTEN] = "forgotten",
};
const char *const ev_words_driver[] = {
	[EV_DRIVER_OTHER] = "other", [EV_DRIVER_NVME] = "nvme", [EV_DRIVER_VIRTIO] = "virtio",
	[EV_DRIVER_LOOP] = "loop",   [EV_DRIVER_SCSI] = "scsi",
};
const char *const ev_words_command[] = {
	[EV_COMMAND_READ] = "read",
	[EV_COMMAND_WRITE] = "write",
	[EV_COMMAND_FLUSH] = "flush",
	[EV_COMMAND_DISCARD] = "discard",
	[EV_COMMAND_PASSTHROUGH] = "passthrough",
	[EV_COMMAND_ADMIN] = "admin",
	[EV_COMMAND_OTHER] = "other",
};
const char *const ev_words_device_type[] = {
	[EV_DEVICE_DISK] = "disk",
	[EV_DEVICE_PATH] = "path",
	[EV_DEVICE_CONTROLLER] = "controller",
};
const char *const ev_words_device_queue[] = {
	[EV_DEVICE_QUEUE_DEFAULT] = "default",
	[EV_DEVICE_QUEUE_READ] = "read",
	[EV_DEVICE_QUEUE_POLL] = "poll",
	[EV_DEVICE_QUEUE_ADMIN] = "admin",
};
const char *const ev_words_device_name[] = {
	[EV_DEVICE_NAME_ID] = "by-id",
	[EV_DEVICE_NAME_MOUNT] = "mount",
	[EV_DEVICE_NAME_PARTITION] = "partition",
	[EV_DEVICE_NAME_MODEL] = "model",
	[EV_DEVICE_NAME_BACKING] = "backing-file",
	[EV_DEVICE_NAME_TRANSPORT] = "transport",
	[EV_DEVICE_NAME_ADDRESS] = "address",
};
const char *const ev_words_device_event[] = {
	[EV_DEVICE_EVENT_ASYNC] = "async", [EV_DEVICE_EVENT_ABORT] = "abort",
	[EV_DEVICE_EVENT_RESET] = "reset", [EV_DEVICE_EVENT_TIMEOUT] = "timeout",
	[EV_DEVICE_EVENT_GONE] = "gone",
};
const char *const ev_words_status[] = {
	[EV_STATUS_BLOCK] = "block",
	[EV_STATUS_NVME] = "nvme",
	[EV_STATUS_NT] = "nt",
};
const char *const ev_words_loss[] = {
	[EV_LOSS_RECORD_RING_FULL] = "record-ring-full",
	[EV_LOSS_OPEN_EVICTED] = "open-evicted",
	[EV_LOSS_CONTROL_RING_FULL] = "control-ring-full",
	[EV_LOSS_QUEUES_FULL] = "queues-full",
	[EV_LOSS_CELLS_FULL] = "cells-full",
	[EV_LOSS_PROBE_MISSED] = "probe-missed",
	[EV_LOSS_SNAPSHOT_CUT] = "snapshot-cut",
	[EV_LOSS_BLOCK_DAMAGED] = "block-damaged",
	[EV_LOSS_BLOCK_MISSING] = "block-missing",
	[EV_LOSS_FILE_TRUNCATED] = "file-truncated",
	[EV_LOSS_LATE] = "late",
	[EV_LOSS_SESSION_EVENTS] = "session-events",
	[EV_LOSS_SESSION_BUFFERS] = "session-buffers",
	[EV_LOSS_OUTPUT_STALLED] = "output-stalled",
	[EV_LOSS_ID_CLASH] = "id-clash",
	[EV_LOSS_COMMAND_EVICTED] = "command-evicted",
	[EV_LOSS_COMMAND_MISSED] = "command-missed",
	[EV_LOSS_DEVICES_FULL] = "devices-full",
};

/* IORING_SETUP_*; KERNEL: bits 0-6 up to 5.10, 7 5.18, 8-11 5.19, 12 6.0, 13 6.1, 14-15 6.5, 16
 * 6.6, 17 6.13, 18 6.18, 19-20 7.0. */
const struct ev_flag ev_setup_flags[] = {
	{ 1u << 0, "IOPOLL" },	       { 1u << 1, "SQPOLL" },
	{ 1u << 2, "SQ_AFF" },	       { 1u << 3, "CQSIZE" },
	{ 1u << 4, "CLAMP" },	       { 1u << 5, "ATTACH_WQ" },
	{ 1u << 6, "R_DISABLED" },     { 1u << 7, "SUBMIT_ALL" },
	{ 1u << 8, "COOP_TASKRUN" },   { 1u << 9, "TASKRUN_FLAG" },
	{ 1u << 10, "SQE128" },	       { 1u << 11, "CQE32" },
	{ 1u << 12, "SINGLE_ISSUER" }, { 1u << 13, "DEFER_TASKRUN" },
	{ 1u << 14, "NO_MMAP" },       { 1u << 15, "REGISTERED_FD_ONLY" },
	{ 1u << 16, "NO_SQARRAY" },    { 1u << 17, "HYBRID_IOPOLL" },
	{ 1u << 18, "CQE_MIXED" },     { 1u << 19, "SQE_MIXED" },
	{ 1u << 20, "SQ_REWIND" },     { 0, NULL },
};
const struct ev_flag ev_resource_flags[] = {
	{ EV_RESOURCE_KNOWN, "known" },
	{ EV_RESOURCE_EVENTFD, "eventfd" },
	{ EV_RESOURCE_NAPI, "napi" },
	{ EV_RESOURCE_WORKER_LIMITS, "worker-limits" },
	{ EV_RESOURCE_PERSONALITIES, "personalities" },
	{ EV_RESOURCE_BUFFER_GROUPS, "buffer-groups" },
	{ EV_RESOURCE_RESTRICTED, "restricted" },
	{ EV_RESOURCE_THREAD_CPU, "thread-cpu" },
	{ EV_RESOURCE_THREAD_WORK, "thread-work" },
	{ EV_RESOURCE_WORK_PENDING, "work-pending" },
	{ EV_RESOURCE_DISABLED, "disabled" },
	{ EV_RESOURCE_OLDER_OPEN, "older-open" },
	{ EV_RESOURCE_OLDER_UNKNOWN, "older-unknown" },
	{ 0, NULL },
};
const struct ev_flag ev_sqe_flags[] = {
	{ 1u << 0, "FIXED_FILE" },
	{ 1u << 1, "IO_DRAIN" },
	{ 1u << 2, "IO_LINK" },
	{ 1u << 3, "IO_HARDLINK" },
	{ 1u << 4, "ASYNC" },
	{ 1u << 5, "BUFFER_SELECT" },
	{ 1u << 6, "CQE_SKIP_SUCCESS" },
	{ 0, NULL },
};
const struct ev_flag ev_cqe_flags[] = {
	{ 1u << 0, "BUFFER" },	      { 1u << 1, "MORE" },
	{ 1u << 2, "SOCK_NONEMPTY" }, { 1u << 3, "NOTIF" },
	{ 1u << 4, "BUF_MORE" },      { 1u << 5, "SKIP" },
	{ 1u << 15, "CQE32" },	      { 0, NULL },
};
const struct ev_flag ev_path_flags[] = {
	{ EV_PATH_POLL, "poll" },
	{ EV_PATH_WORKER, "worker" },
	{ EV_PATH_DEFERRED, "deferred" },
	{ EV_PATH_LINKED, "linked" },
	{ EV_PATH_LINK_FAILED, "link-failed" },
	{ EV_PATH_MULTISHOT, "multishot" },
	{ EV_PATH_SQ_THREAD, "sq-thread" },
	{ EV_PATH_FIXED_FILE, "fixed-file" },
	{ EV_PATH_FIXED_BUFFER, "fixed-buffer" },
	{ EV_PATH_IOPOLL, "iopoll" },
	{ EV_PATH_TASK_WORK, "task-work" },
	{ EV_PATH_CACHED, "cached" },
	{ EV_PATH_PENDING, "pending" },
	{ EV_PATH_ARGS_UNSURE, "args-unsure" },
	{ EV_PATH_DEVICE, "device" },
	{ 0, NULL },
};

/* Appends like snprintf: counts what does not fit, writes what does. */
static void append(char *text, size_t text_bytes, size_t *length, const char *word)
{
	size_t word_bytes = strlen(word);

	if (*length < text_bytes) {
		size_t room = text_bytes - *length - 1;
		size_t some = word_bytes < room ? word_bytes : room;

		memcpy(text + *length, word, some);
		text[*length + some] = 0;
	}
	*length += word_bytes;
}

int ev_flags_text(const struct ev_flag *table, uint32_t flags, char *text, size_t text_bytes)
{
	size_t length = 0;
	char rest[16];

	if (text_bytes)
		*text = 0;
	for (; table->name; table++) {
		if (!(flags & table->bit))
			continue;
		flags &= ~table->bit;
		if (length)
			append(text, text_bytes, &length, "|");
		append(text, text_bytes, &length, table->name);
	}
	if (flags) {
		snprintf(rest, sizeof(rest), "%s0x%x", length ? "|" : "", flags);
		append(text, text_bytes, &length, rest);
	}
	return (int)length;
}

const char *ev_stage_name(uint8_t stage)
{
	return stage < EV_STAGE_COUNT ? ev_words_stage[stage] : NULL;
}

const char *ev_stage_word(uint8_t stage)
{
	static const char *const words[] = {
		[EV_STAGE_SUBMITTED] = "submit",    [EV_STAGE_DEFERRED] = "drain",
		[EV_STAGE_WORKER_QUEUED] = "queue", [EV_STAGE_WORKER_RUNNING] = "run",
		[EV_STAGE_POLL_ARMED] = "poll",	    [EV_STAGE_POLL_WOKEN] = "wake",
		[EV_STAGE_BLOCK_QUEUED] = "block",  [EV_STAGE_DEVICE] = "device",
		[EV_STAGE_DEVICE_DONE] = "post",    [EV_STAGE_LINKED] = "chain",
		[EV_STAGE_RELEASED] = "issue",	    [EV_STAGE_WORKER_UNSPLIT] = "worker",
	};

	return stage < EV_STAGE_COUNT ? words[stage] : NULL;
}

const char *ev_stage_what(uint8_t stage)
{
	static const char *const words[] = {
		[EV_STAGE_SUBMITTED] = "taken from the submission queue, being started",
		[EV_STAGE_DEFERRED] = "held back by IO_DRAIN until those before it end",
		[EV_STAGE_WORKER_QUEUED] = "waits for an io-wq worker",
		[EV_STAGE_WORKER_RUNNING] = "an io-wq worker carries it",
		[EV_STAGE_POLL_ARMED] = "waits until its file is ready",
		[EV_STAGE_POLL_WOKEN] = "its file is ready, its task has yet to run",
		[EV_STAGE_BLOCK_QUEUED] = "in the block layer, before the device",
		[EV_STAGE_DEVICE] = "with the device",
		[EV_STAGE_DEVICE_DONE] = "the file system ends it, its task has yet to run",
		[EV_STAGE_LINKED] = "waits for the request before it in its chain",
		[EV_STAGE_RELEASED] = "what it waited for has ended, it may start",
		[EV_STAGE_WORKER_UNSPLIT] = "waits for a worker or is in one",
	};

	return stage < EV_STAGE_COUNT ? words[stage] : NULL;
}

const char *ev_command_name(uint8_t op)
{
	return ev_words_command[op && op <= EV_COMMAND_OTHER ? op : EV_COMMAND_OTHER];
}

const char *ev_driver_name(uint8_t driver)
{
	return driver <= EV_DRIVER_SCSI ? ev_words_driver[driver] : NULL;
}

const char *ev_queue_word(uint8_t os)
{
	return os == EV_OS_WINDOWS ? "queue" : "ring";
}

const char *ev_queue_kind(uint8_t type)
{
	static const char *const kinds[] = {
		[EV_QUEUE_IO_URING] = "io_uring",
		[EV_QUEUE_IOCP] = "completion port",
		[EV_QUEUE_RIO] = "registered I/O",
		[EV_QUEUE_IORING] = "IoRing",
		[EV_QUEUE_DIRECT] = "overlapped and synchronous I/O, no completion port known",
	};

	return type < sizeof(kinds) / sizeof(kinds[0]) && kinds[type] ? kinds[type]
								      : "kind not known";
}

int ev_queue_tells_roads(uint8_t type)
{
	return type < EV_QUEUE_IOCP || type > EV_QUEUE_DIRECT;
}

const char *ev_queue_type_name(uint8_t type)
{
	return type <= EV_QUEUE_DIRECT ? ev_words_queue_type[type] : NULL;
}

static const struct {
	const char *where;
	const char *why;
	const char *advice;
} losses[EV_WORDS_LOSS] = {
	[EV_LOSS_RECORD_RING_FULL] = {
		"record ring of a CPU",
		"requests ended faster than the recorder read them",
		"record fewer requests with a filter (-p, --ring, --op, --min-latency), or give the "
		"recorder more CPU time",
	},
	[EV_LOSS_OPEN_EVICTED] = {
		"table of open requests",
		"more requests were in flight than the table has room for",
		"trace fewer rings with a filter (-p, --ring)",
	},
	[EV_LOSS_CONTROL_RING_FULL] = {
		"control ring",
		"too many queues, files or overflows were announced at once",
		"names and overflows may be incomplete; trace fewer rings with a filter",
	},
	[EV_LOSS_QUEUES_FULL] = {
		"table of queues",
		"more queues existed at once than the tracer has room for",
		"trace fewer queues with a filter (-p, --ring)",
	},
	[EV_LOSS_CELLS_FULL] = {
		"table of histograms",
		"more pairs of queue and operation were active than there is room for",
		"their latencies are missing from the histograms; trace fewer queues with a filter",
	},
	[EV_LOSS_PROBE_MISSED] = {
		"kernel probe",
		"the kernel did not run a probe because one was already running on that CPU",
		"usual on busy CPUs where probes may be preempted (see ringlens check)",
	},
	[EV_LOSS_SNAPSHOT_CUT] = {
		"snapshot of open requests",
		"more requests were open than one snapshot holds",
		"the count of open requests is right, their list is cut; use a filter to see them all",
	},
	[EV_LOSS_BLOCK_DAMAGED] = {
		"trace file",
		"a block failed its checksum or could not be decoded",
		"the file was changed or its storage is faulty; the other blocks are good",
	},
	[EV_LOSS_BLOCK_MISSING] = {
		"trace file",
		"the block numbers have a gap",
		"part of the file or of the stream is missing; copy it again from where it was "
		"recorded",
	},
	[EV_LOSS_FILE_TRUNCATED] = {
		"end of the trace",
		"it ends inside a block",
		"the recorder was killed, the disk was full, or the copy is not complete; all before "
		"it is good",
	},
	[EV_LOSS_LATE] = {
		"order of events",
		"they arrived after younger events had been written and carry a corrected time",
		"their latencies are right, their place on the timeline is a little late",
	},
	[EV_LOSS_SESSION_EVENTS] = {
		"ETW session",
		"the system dropped events because its buffers were full",
		"record again with more and larger ETW buffers",
	},
	[EV_LOSS_SESSION_BUFFERS] = {
		"ETW session",
		"whole buffers were lost before they were written or read",
		"record again to a faster disk, or with more ETW buffers",
	},
	[EV_LOSS_OUTPUT_STALLED] = {
		"output of the recorder",
		"it could not be written in time when the recording was stopped",
		"write to a faster disk, make the reader of the pipe keep up, or give the "
		"recorder more CPU time",
	},
	[EV_LOSS_ID_CLASH] = {
		"queue numbers",
		"two live queues share one number, so their events cannot be told apart",
		"it is a rare accident; record again, the numbers depend on the ring's address",
	},
	[EV_LOSS_COMMAND_EVICTED] = {
		"device commands",
		"more device commands were in flight at once than the tracer has room for, so some "
		"were forgotten and their ends were not seen",
		"the counts of that device are too low; its requests are complete",
	},
	[EV_LOSS_DEVICES_FULL] = {
		"block devices",
		"this machine has more block devices than the tracer has room for, or one whose "
		"queues have no room",
		"commands of the devices that came last are missing; requests are complete",
	},
	[EV_LOSS_COMMAND_MISSED] = {
		"device commands",
		"commands ended while the kernel ran no probes, which was seen when their memory "
		"was used again",
		"they have no record and their device's counts are too low; requests are complete",
	},
};

static int known(uint32_t loss)
{
	return loss < EV_WORDS_LOSS && losses[loss].where;
}

const char *ev_loss_name(uint32_t loss)
{
	return loss < EV_WORDS_LOSS ? ev_words_loss[loss] : NULL;
}

const char *ev_loss_where(uint32_t loss)
{
	return known(loss) ? losses[loss].where : "";
}

const char *ev_loss_why(uint32_t loss)
{
	return known(loss) ? losses[loss].why : "";
}

const char *ev_loss_advice(uint32_t loss)
{
	return known(loss) ? losses[loss].advice : "";
}

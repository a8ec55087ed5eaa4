/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef EVENT_RECORD_H
#define EVENT_RECORD_H
/*
 * The records: what happened, in the layout every program and both operating systems share.
 *
 * BPF programs fill these structs in place, the trace file stores their fields as columns, the text
 * form prints them, the model reads them. The struct is the home of a field; event/kinds.c
 * describes it (name, unit, meaning) and a test proves that the description covers every byte.
 *
 * Rules: fixed-width integers only, little-endian, every struct a multiple of 8 bytes, padding
 * named `reserved` and zero. A field may be appended, never moved or given a new meaning. Zero
 * means "not known" or "did not happen" unless the field says otherwise. All times are nanoseconds
 * on the session's one timeline (Linux: CLOCK_MONOTONIC); SESSION anchors it to the wall clock.
 *
 * This is the only header that the BPF compiler, gcc and mingw all see.
 */
#ifndef __bpf__
#include <stdint.h>
#endif

/* Kinds of event. The number is what a file stores; numbers are never reused. */
enum ev_kind_id {
	EV_SESSION = 1,	    /* who recorded, where, which clock: first event of every stream */
	EV_SESSION_END = 2, /* the recording ended in order: last event of a complete stream */
	EV_PROCESS = 3,	    /* a process that owns or uses queues */
	EV_QUEUE = 4,	    /* a queue was created, or found already there */
	EV_QUEUE_END = 5,   /* a queue is gone */
	EV_FILE = 6,	    /* what a request's `file` number stands for */
	EV_REQUEST =
		7, /* one asynchronous operation, written when it ends (or as a snapshot: open) */
	EV_COMPLETION =
		8, /* a completion with no request of its own: multishot, message, notification */
	EV_OVERFLOW = 9,     /* a completion that found the completion queue full */
	EV_REGISTER = 10,    /* resources were registered with a queue */
	EV_DEVICE = 11,	     /* a block device, or one path to it */
	EV_COMMAND = 12,     /* one device command, written when it ends (or as a snapshot: open) */
	EV_QUEUE_STATE = 13, /* depths and running counters of one queue at one moment */
	EV_LATENCY = 14,     /* what one operation of one queue did in one interval: a histogram */
	EV_DEVICE_STATE = 15, /* depth and running counters of one device queue at one moment */
	EV_LOST = 16,	      /* something happened that is not in the data: where, why, how many */
	EV_TICK = 17,	      /* all events up to this time have been delivered */
	EV_COMMAND_PART = 18, /* the part of a command that serves one of its several requests */
	EV_DEVICE_QUEUE = 19, /* one hardware queue of a device */
	EV_DEVICE_NAME = 20,  /* another name of a device: mount point, by-id, partition */
	EV_DEVICE_WAIT = 21, /* how long commands of one queue waited for the device: a histogram */
	EV_DEVICE_EVENT = 22, /* something rare that happened to a device or its controller */
	EV_WAIT = 23,	      /* the application began to wait for completions */
	EV_KIND_LAST = EV_WAIT,
};

/* Starts every event. `size_bytes` counts the struct and the variable part behind it. */
struct ev_header {
	uint16_t kind;
	uint16_t size_bytes;
	uint32_t cpu; /* CPU on which it happened; EV_CPU_NONE when no CPU can be named */
	uint64_t time_ns;
};

enum { EV_CPU_NONE = 0xffffffff };

/* Longest event, so that a reader can hold any in one fixed buffer. */
enum { EV_EVENT_BYTES_MAX = 32768 };

enum ev_os { EV_OS_LINUX = 1, EV_OS_WINDOWS = 2 };

/* How much a session records. */
enum ev_mode {
	EV_MODE_AGGREGATE = 1, /* histograms and counters; single requests only where selected */
	EV_MODE_FULL = 2,      /* one record a request */
};

/* time_ns: start of the session. Variable part: text, lines of `key=value` (tool, host, kernel,
 * boot, filter, command). */
struct ev_session {
	struct ev_header h;
	uint64_t start_unix_ns; /* wall clock at time_ns, nanoseconds since 1970 UTC */
	uint8_t os;		/* enum ev_os */
	uint8_t mode;		/* enum ev_mode */
	uint8_t pointer_bytes;
	uint8_t reserved;
	uint32_t cpu_count;
	uint64_t record_min_ns; /* requests quicker than this have no record (--min-latency) */
};

struct ev_session_end {
	struct ev_header h;
	uint64_t duration_ns;
};

/* Variable part: text, the process name (comm). */
struct ev_process {
	struct ev_header h;
	uint32_t pid;
	uint32_t parent_pid;
};

/* Kinds of queue. */
enum ev_queue_type {
	EV_QUEUE_IO_URING = 1,
	EV_QUEUE_IOCP = 2,
	EV_QUEUE_RIO = 3,
	EV_QUEUE_IORING = 4,
	EV_QUEUE_DIRECT = 5, /* Windows: overlapped I/O that ends in an event or an APC */
};

/*
 * time_ns: when it was created or found. Variable part: text, comm of the owner.
 * `queue` identifies the queue in all other events. On Linux it is derived from the ring's address
 * and the boot, so it is the same in every ringlens process while the ring lives. An id may come
 * again after QUEUE_END; requests then belong to the latest QUEUE that is not younger than their
 * submission.
 */
struct ev_queue {
	struct ev_header h;
	uint64_t created_ns; /* 0: older than the recording */
	uint32_t queue;
	uint32_t pid; /* owner: the process that created it */
	int32_t fd; /* in the owner; -1 when it has none (registered only, closed, or not known) */
	uint32_t sq_entries;
	uint32_t cq_entries;
	uint32_t flags;	     /* io_uring: IORING_SETUP_*; others: 0 */
	uint32_t thread_pid; /* SQPOLL thread; 0: none or not known */
	uint8_t type;	     /* enum ev_queue_type */
	uint8_t reserved[3];
};

struct ev_queue_end {
	struct ev_header h;
	uint32_t queue;
	uint32_t reserved;
};

/* What kind of thing a file is. */
enum ev_file_type {
	EV_FILE_REGULAR = 1,
	EV_FILE_DIRECTORY = 2,
	EV_FILE_BLOCK = 3,
	EV_FILE_CHAR = 4,
	EV_FILE_PIPE = 5,
	EV_FILE_SOCKET = 6,
	EV_FILE_ANON = 7, /* eventfd, epoll, io_uring … */
};

/* Variable part: text, the path, or what stands for one (`socket:[123]`). */
struct ev_file {
	struct ev_header h;
	uint64_t file;	 /* opaque number, unique in the session */
	uint64_t inode;	 /* 0: not known */
	uint32_t device; /* major << 20 | minor of the file system or, for a device node, of the
			    device */
	uint8_t type;	 /* enum ev_file_type; 0: not known */
	uint8_t reserved[3];
};

/* How a request ended. */
enum ev_end {
	EV_END_OPEN = 0,      /* not ended: a snapshot of a request in flight */
	EV_END_COMPLETED = 1, /* its completion was posted */
	EV_END_FAILED =
		2, /* refused before it started (bad opcode, flag, argument); result says why */
	EV_END_OVERFLOWED = 3, /* ended, but its completion found the completion queue full */
	EV_END_SKIPPED =
		4, /* ended silently as asked (CQE_SKIP_SUCCESS); the end time is not known */
	EV_END_VANISHED =
		5, /* its memory serves another request, no completion was seen: an OVERFLOW
		    * event of the same queue and user_data may explain it; else it is lost */
};

/* Roads and properties, a bit each; none of the first group set means inline. */
enum ev_path {
	EV_PATH_POLL = 1 << 0,	      /* armed on a file's poll queue and woken */
	EV_PATH_WORKER = 1 << 1,      /* carried by an io-wq worker */
	EV_PATH_DEFERRED = 1 << 2,    /* held back by IO_DRAIN */
	EV_PATH_LINKED = 1 << 3,      /* a member, not the head, of a link chain */
	EV_PATH_LINK_FAILED = 1 << 4, /* cancelled because its predecessor failed */
	EV_PATH_MULTISHOT = 1 << 5,   /* completed more than once */
	EV_PATH_SQ_THREAD = 1 << 6,   /* submitted by the SQPOLL thread */
	EV_PATH_FIXED_FILE = 1 << 7,
	EV_PATH_FIXED_BUFFER = 1 << 8,
	EV_PATH_IOPOLL = 1 << 9,
	EV_PATH_TASK_WORK = 1 << 10, /* finished in deferred task work */
	EV_PATH_CACHED = 1 << 11,    /* Windows: served from the cache */
	EV_PATH_PENDING = 1 << 12,   /* Windows: returned pending */
	EV_PATH_ARGS_UNSURE =
		1 << 13,	  /* the SQE changed before it was read: arguments may be wrong */
	EV_PATH_DEVICE = 1 << 14, /* at least one device command is known to belong to it */
};
enum { EV_PATH_ROADS = EV_PATH_POLL | EV_PATH_WORKER };

/* Where a request stands, in the order of the road. The names index REQUEST's stage times, shifted
 * by one: a request is at EV_STAGE_SUBMITTED from submit_ns on and reached stage s at stage_ns[s -
 * 1]. */
enum ev_stage {
	EV_STAGE_SUBMITTED = 0,
	EV_STAGE_DEFERRED = 1,	     /* waits for earlier requests (drain) */
	EV_STAGE_WORKER_QUEUED = 2,  /* in an io-wq queue */
	EV_STAGE_WORKER_RUNNING = 3, /* an io-wq worker carries it */
	EV_STAGE_POLL_ARMED = 4,     /* waits until its file is ready */
	EV_STAGE_POLL_WOKEN = 5,     /* the file is ready; the task has yet to run the request */
	EV_STAGE_BLOCK_QUEUED = 6,   /* in the block layer */
	EV_STAGE_DEVICE = 7,	     /* with the device */
	EV_STAGE_DEVICE_DONE = 8,    /* the device is done; the completion is not yet posted */
	/* Numbers do not move, so the next two stand here and not at their place on the road. */
	EV_STAGE_LINKED = 9,	/* waits for the request before it in its chain */
	EV_STAGE_RELEASED = 10, /* what it waited for (chain, drain) has ended: it may run */
	/* With io-wq, and not known whether it waits for a worker or one carries it: it has no
	 * time of its own, because it begins like EV_STAGE_WORKER_QUEUED. */
	EV_STAGE_WORKER_UNSPLIT = 11,
	EV_STAGE_COUNT = 12,
};
enum { EV_STAGE_TIMES = EV_STAGE_RELEASED };

/*
 * One asynchronous operation. time_ns is when it ended (open: when the snapshot was taken).
 * (queue, submit_ns) identifies a request; COMMAND refers to it by that pair.
 * Linux: operands are read from the SQE; what they mean depends on `op` (event/names.h).
 */
struct ev_request {
	struct ev_header h;
	uint64_t submit_ns;
	uint64_t user_data;
	uint64_t offset_bytes; /* SQE.off as given; all ones means "current position" */
	int64_t result; /* >= 0: bytes or value; < 0: negated error, numbered as the session's OS
			   does */
	uint64_t file;	/* FILE number; 0: no file or not known */
	uint32_t queue;
	uint32_t tid;	       /* submitting thread */
	uint32_t length_bytes; /* SQE.len as given */
	int32_t fd;	       /* SQE.fd as given: an index when EV_PATH_FIXED_FILE */
	uint32_t op_flags;     /* SQE.rw_flags and its aliases */
	uint32_t cqe_flags;
	uint16_t op;	 /* io_uring: IORING_OP_*; Windows: enum ev_windows_op */
	uint16_t buffer; /* SQE.buf_index or buf_group */
	uint8_t sqe_flags;
	uint8_t end;   /* enum ev_end */
	uint8_t stage; /* enum ev_stage: where it stood last */
	uint8_t reserved0;
	uint32_t path;	   /* enum ev_path */
	uint32_t status;   /* Windows: NTSTATUS */
	uint32_t sq_depth; /* entries the application had submitted and the kernel not consumed, at
			      submission */
	uint32_t cq_depth; /* completions posted and not reaped, this one included, at completion */
	uint64_t reaped_ns;  /* when the application was seen to have reaped the completion; 0: not
				known. Neither kernel tells it of a single completion */
	uint32_t pid;	     /* process of the submitting thread */
	uint32_t worker_tid; /* io-wq worker that carried it */
	uint64_t address;    /* SQE.addr as given */
	uint64_t stage_ns[EV_STAGE_TIMES]; /* enum ev_stage - 1; 0: did not pass */
	uint64_t link_ns; /* submit_ns of the request before it in its chain; 0: none */
};

/*
 * REQUEST.op on Windows. They start above every io_uring operation, so that the number alone tells
 * the operation. IRP_*: a file system request (FileIo, Kernel-File); AFD_*: a socket call (AFD);
 * RIO_* and IORING_*: operations that only the application itself can report, as TraceLogging
 * events.
 */
enum ev_windows_op {
	EV_WINDOWS_IRP_OTHER = 256,
	EV_WINDOWS_IRP_CREATE = 257,
	EV_WINDOWS_IRP_CLEANUP = 258,
	EV_WINDOWS_IRP_CLOSE = 259,
	EV_WINDOWS_IRP_READ = 260,
	EV_WINDOWS_IRP_WRITE = 261,
	EV_WINDOWS_IRP_FLUSH = 262,
	EV_WINDOWS_IRP_QUERY_INFORMATION = 263,
	EV_WINDOWS_IRP_SET_INFORMATION = 264,
	EV_WINDOWS_IRP_DELETE = 265,
	EV_WINDOWS_IRP_RENAME = 266,
	EV_WINDOWS_IRP_QUERY_DIRECTORY = 267,
	EV_WINDOWS_IRP_NOTIFY_DIRECTORY = 268,
	EV_WINDOWS_IRP_FS_CONTROL = 269,
	EV_WINDOWS_IRP_DEVICE_CONTROL = 270,
	EV_WINDOWS_IRP_LOCK = 271,
	EV_WINDOWS_AFD_CREATE = 288,
	EV_WINDOWS_AFD_CLOSE = 289,
	EV_WINDOWS_AFD_SEND = 290,
	EV_WINDOWS_AFD_RECV = 291,
	EV_WINDOWS_AFD_SENDTO = 292,
	EV_WINDOWS_AFD_RECVFROM = 293,
	EV_WINDOWS_AFD_ACCEPT = 294,
	EV_WINDOWS_AFD_CONNECT = 295,
	EV_WINDOWS_AFD_BIND = 296,
	EV_WINDOWS_AFD_LISTEN = 297,
	EV_WINDOWS_AFD_DISCONNECT = 298,
	EV_WINDOWS_AFD_OPTION = 299,
	EV_WINDOWS_RIO_SEND = 304,
	EV_WINDOWS_RIO_RECV = 305,
	EV_WINDOWS_IORING_NOP = 320, /* 320 + IORING_OP_CODE */
	EV_WINDOWS_IORING_READ = 321,
	EV_WINDOWS_IORING_REGISTER_FILES = 322,
	EV_WINDOWS_IORING_REGISTER_BUFFERS = 323,
	EV_WINDOWS_IORING_CANCEL = 324,
	EV_WINDOWS_IORING_WRITE = 325,
	EV_WINDOWS_IORING_FLUSH = 326,
	EV_WINDOWS_IORING_READ_SCATTER = 327,
	EV_WINDOWS_IORING_WRITE_GATHER = 328,
};

/* What a completion without a request of its own is. */
enum ev_completion_type {
	EV_COMPLETION_MULTISHOT = 1,	/* one shot of a request that goes on */
	EV_COMPLETION_OTHER = 2,	/* message from another ring, resource tag */
	EV_COMPLETION_NOTIFICATION = 3, /* zero-copy send: the buffer is free again */
	EV_COMPLETION_UNMATCHED = 4,	/* its request was not seen, and nothing says why */
	EV_COMPLETION_OLDER = 5, /* its request began before the recording: the ring was there */
	EV_COMPLETION_FORGOTTEN = 6, /* its request was counted as lost before (open-evicted) */
};

struct ev_completion {
	struct ev_header h;
	uint64_t user_data;
	int64_t result;
	uint32_t queue;
	uint32_t cqe_flags;
	uint32_t cq_depth;
	uint8_t type; /* enum ev_completion_type */
	uint8_t reserved[3];
};

struct ev_overflow {
	struct ev_header h;
	uint64_t user_data;
	int64_t result;
	uint32_t queue;
	uint32_t cqe_flags;
	uint8_t dropped; /* 1: the completion is lost for the application; 0: it waits in the
			    backlog */
	uint8_t reserved[7];
};

/* The application blocks until so many completions are there. Not when enough were there already.
 */
struct ev_wait {
	struct ev_header h;
	uint32_t queue;
	uint32_t pid;
	uint32_t tid;
	uint32_t wanted;   /* completions that end the wait */
	uint32_t cq_depth; /* posted and not reaped when it began */
	uint32_t reserved;
};

struct ev_register {
	struct ev_header h;
	int64_t result;
	uint32_t queue;
	uint32_t op; /* IORING_REGISTER_* */
	uint32_t file_count;
	uint32_t buffer_count;
};

/* Counters run from the moment the tracer first saw the queue. */
struct ev_queue_state {
	struct ev_header h;
	uint64_t submitted; /* every request seen, also those that failed to start */
	uint64_t completed;
	uint64_t failed;     /* failed to start */
	uint64_t overflowed; /* completions that found the CQ full, each counted once */
	uint64_t skipped;    /* ended without a completion, as asked */
	uint64_t lost;	     /* submitted, but the tracer lost track of them */
	uint64_t
		unmatched; /* completions of requests that were not seen: not part of `completed` */
	uint64_t shots;	   /* EV_COMPLETION_MULTISHOT; before 2026-11-25 _OTHER too */
	uint64_t waits;	   /* times the application blocked for completions */
	uint64_t dropped_cqes; /* the ring's own count of completions it lost (cq_overflow) */
	uint64_t dropped_sqes; /* the ring's own count of invalid entries it dropped (sq_dropped) */
	uint32_t queue;
	uint32_t sq_depth;
	uint32_t cq_depth;
	uint32_t in_flight;
	uint32_t sq_flags;     /* IORING_SQ_* */
	uint32_t sq_depth_max; /* since the last state of this queue */
	uint32_t cq_depth_max;
	uint32_t reserved;
	uint64_t messages;	 /* EV_COMPLETION_OTHER */
	uint64_t notifications;	 /* EV_COMPLETION_NOTIFICATION */
	uint64_t older;		 /* EV_COMPLETION_OLDER */
	uint64_t forgotten;	 /* EV_COMPLETION_FORGOTTEN */
	uint64_t batches;	 /* runs of requests submitted in one go: one system call each, none
				    where an SQPOLL thread submits */
	uint64_t waits_timed;	 /* of `waits`: their end was seen */
	uint64_t blocked_ns;	 /* length of these, all together */
	uint64_t thread_cpu_ns;	 /* SQPOLL thread: CPU time since it began */
	uint64_t thread_work_ns; /* of it: submitting and completing, not looking for work */
	uint64_t thread_sleeps;	 /* times it slept until it was woken */
	uint32_t resources;	 /* enum ev_resource */
	uint32_t file_count;	 /* registered */
	uint32_t buffer_count;	 /* registered */
	uint32_t backlog;	 /* completions that wait because the completion queue is full */
	uint32_t worker_limit[2]; /* io-wq workers, bounded and unbounded; 0: the default */
	uint32_t thread_pid;	  /* SQPOLL thread */
	uint32_t older_open; /* requests older than the recording that have not ended, at most */
};

/* What a queue has registered, and which of QUEUE_STATE's numbers are known. */
enum ev_resource {
	EV_RESOURCE_KNOWN = 1 << 0, /* file_count, buffer_count and the bits below were read */
	EV_RESOURCE_EVENTFD = 1 << 1,
	EV_RESOURCE_NAPI = 1 << 2,
	EV_RESOURCE_WORKER_LIMITS = 1 << 3,
	EV_RESOURCE_PERSONALITIES = 1 << 4,
	EV_RESOURCE_BUFFER_GROUPS = 1 << 5, /* buffer rings or provided buffers */
	EV_RESOURCE_RESTRICTED = 1 << 6,
	EV_RESOURCE_THREAD_CPU = 1 << 7,     /* thread_cpu_ns and thread_sleeps were read */
	EV_RESOURCE_THREAD_WORK = 1 << 8,    /* thread_work_ns was read (6.9 and later) */
	EV_RESOURCE_WORK_PENDING = 1 << 9,   /* DEFER_TASKRUN: work waits until the task enters */
	EV_RESOURCE_DISABLED = 1 << 10,	     /* R_DISABLED and not enabled yet */
	EV_RESOURCE_OLDER_OPEN = 1 << 11,    /* older_open was counted */
	EV_RESOURCE_OLDER_UNKNOWN = 1 << 12, /* there may be older requests, but nobody can tell */
};

/* One operation of one queue since its last LATENCY event. Variable part: pairs of LEB128 varints
 * (bucket number - previous bucket number, count), event/bucket.h says what a bucket is. */
struct ev_latency {
	struct ev_header h;
	uint64_t interval_ns;
	uint64_t count; /* requests ended, also the refused and silent ones that have no latency */
	uint64_t errors;
	uint64_t bytes; /* sum of results of successful data operations */
	uint64_t sum_ns;
	uint64_t min_ns;
	uint64_t max_ns;
	uint64_t worker; /* of `count`: carried by a worker */
	uint64_t poll;	 /* of `count`: armed on poll */
	uint32_t queue;
	uint16_t op;
	uint16_t reserved;
};

/* Why something is missing. event/names.h has the words. */
enum ev_loss {
	EV_LOSS_RECORD_RING_FULL = 1, /* the reader of a CPU's record ring was too slow */
	EV_LOSS_OPEN_EVICTED =
		2, /* the table of open requests had no room: a request was forgotten */
	EV_LOSS_CONTROL_RING_FULL = 3, /* a rare event (queue, file, overflow) did not fit */
	EV_LOSS_QUEUES_FULL = 4,       /* more queues at once than the tracer has room for */
	EV_LOSS_CELLS_FULL = 5, /* more (queue, operation, CPU) histograms than there is room for */
	EV_LOSS_PROBE_MISSED = 6, /* the kernel did not run a probe because one already ran there */
	EV_LOSS_SNAPSHOT_CUT = 7, /* a snapshot of open requests was cut short */
	EV_LOSS_BLOCK_DAMAGED = 8,   /* a block of the file failed its checksum */
	EV_LOSS_BLOCK_MISSING = 9,   /* the file's block numbers have a gap */
	EV_LOSS_FILE_TRUNCATED = 10, /* the file ends inside a block */
	EV_LOSS_LATE = 11, /* events came too late to be put in order and carry a corrected time */
	EV_LOSS_SESSION_EVENTS = 12, /* Windows: EventsLost */
	EV_LOSS_SESSION_BUFFERS =
		13, /* Windows: BuffersLost, RealTimeBuffersLost, LogBuffersLost */
	EV_LOSS_OUTPUT_STALLED =
		14,	       /* the output could not keep up when the recording was stopped */
	EV_LOSS_ID_CLASH = 15, /* two live queues share an id */
	EV_LOSS_COMMAND_EVICTED = 16, /* the table of device commands in flight had no room */
	EV_LOSS_DEVICES_FULL = 17,    /* more block devices than the tracer has room for */
	EV_LOSS_COMMAND_MISSED = 18,  /* a device command ended and no probe was run */
	EV_LOSS_LAST = EV_LOSS_COMMAND_MISSED,
};

struct ev_lost {
	struct ev_header h;
	uint64_t count; /* since the last LOST of the same loss and queue; 0: cannot be counted */
	uint32_t queue; /* 0: not one queue's */
	uint32_t loss;	/* enum ev_loss */
};

/* Also ends a snapshot: the REQUEST events with EV_END_OPEN between two TICKs are all that is open
 * (or the oldest, where a LOST or the tracer's options say so); none means that nothing is. */
struct ev_tick {
	struct ev_header h;
};

_Static_assert(sizeof(struct ev_header) == 16, "layout");
_Static_assert(sizeof(struct ev_session) == 40, "layout");
_Static_assert(sizeof(struct ev_session_end) == 24, "layout");
_Static_assert(sizeof(struct ev_process) == 24, "layout");
_Static_assert(sizeof(struct ev_queue) == 56, "layout");
_Static_assert(sizeof(struct ev_queue_end) == 24, "layout");
_Static_assert(sizeof(struct ev_file) == 40, "layout");
_Static_assert(sizeof(struct ev_request) == 216, "layout");
_Static_assert(sizeof(struct ev_completion) == 48, "layout");
_Static_assert(sizeof(struct ev_overflow) == 48, "layout");
_Static_assert(sizeof(struct ev_register) == 40, "layout");
_Static_assert(sizeof(struct ev_queue_state) == 248, "layout");
_Static_assert(sizeof(struct ev_latency) == 96, "layout");
_Static_assert(sizeof(struct ev_lost) == 32, "layout");
_Static_assert(sizeof(struct ev_tick) == 16, "layout");
_Static_assert(sizeof(struct ev_wait) == 40, "layout");

#include "event/record_device.h"

#endif

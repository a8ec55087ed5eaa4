/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H
/*
 * What it means: events in, answers out. The model is a pure function of the event sequence: no
 * clock, no files, no printing. "Now" is the time of the latest event. Everything a report or a
 * screen shows is read from the structs below; they belong to the model and are read-only for
 * others. Ask for them anew after model_event(): asking is what brings sums, means and books up to
 * date. That costs about a microsecond for each queue and operation that changed, so ask once for
 * a screen or a report, not once for an event (model_session, names and files are free).
 *
 * Two feeds give the same answers: single REQUEST events (full recordings) and QUEUE_STATE +
 * LATENCY events (the always-on aggregate). Where both are present for a queue, counters come from
 * QUEUE_STATE, and latency comes from LATENCY when the session's mode is aggregate, else from
 * REQUEST. (In aggregate mode REQUEST events are a choice, not the whole: they feed the slow list
 * and end open requests, and are never counted.)
 *
 * No sequence of events can harm it: memory is bounded by one number, whatever does not fit is
 * folded together or counted as a loss (model_loss_at).
 */
#include <stddef.h>
#include <stdint.h>

#include "event/record.h"
#include "model/histogram.h"

struct model;

struct model_options {
	uint64_t interval_ns;  /* rates and series are cut in intervals of this length; 0: 1 s. In
				  aggregate mode not shorter than the time between snapshots */
	uint32_t series_count; /* intervals kept a queue; 0: 240 */
	uint32_t slow_count;   /* slowest requests kept; 0: 64 */
	uint64_t memory_bytes; /* all the model may hold; 0: 512 MiB */
	int books_only; /* for a recorder: counts and books, but no latencies, stages, depths met,
			   exact in flight, slow requests */
};

/* The number of the operation that stands for all others of a queue, once there are more than the
 * model has room for; and the type of the queue that stands for all further queues. */
enum { MODEL_OP_OTHERS = 0xffff, MODEL_QUEUE_OTHERS = 0xff };

struct model *
model_new(const struct model_options *options); /* options may be NULL; NULL: no memory */
void model_free(struct model *model);

/* 0, or -ENOMEM: the event did not count. Events must come in time order, as readers deliver them.
 */
int model_event(struct model *model, const struct ev_header *event);

struct model_session {
	uint64_t start_ns;
	uint64_t start_unix_ns;
	uint64_t now_ns; /* time of the latest event */
	uint64_t duration_ns;
	uint64_t record_min_ns;
	uint8_t os;
	uint8_t mode;
	uint8_t known;	  /* 0 until SESSION was seen */
	uint8_t complete; /* SESSION_END was seen */
	uint32_t cpu_count;
	char tool[64];
	char host[64];
	char kernel[128];
	char filter[256];
	char command[1024];
	uint64_t backward; /* requests and commands that seem to end before they began: counted,
			      with latency 0 */
};
const struct model_session *model_session(const struct model *model);

/*
 * The books: submitted = completed + failed + overflowed + skipped + open + lost. They come from
 * the tracer's own counters (the latest QUEUE_STATE) where there are any, else from the records.
 * `balanced` says that the equation holds, for the total: that it holds in every queue. From
 * counters that is a proof: they are counted apart. From records alone `submitted` can only be the
 * sum, so there `balanced` is 0 as soon as anything was lost that may have held requests and
 * cannot be counted. It is 0, too, when there are more records of ended requests than the counters
 * know of.
 */
struct model_books {
	uint64_t submitted;
	uint64_t completed;
	uint64_t failed;
	uint64_t overflowed;
	uint64_t skipped;
	uint64_t open;
	uint64_t lost;
	uint64_t unmatched;  /* completions of requests not seen, nothing says why; outside the
				equation, as the next two */
	uint64_t older;	     /* completions of requests older than the recording */
	uint64_t forgotten;  /* completions of requests that had been counted as lost */
	uint64_t unrecorded; /* full mode: ended requests that the counters know of and that have
				no record (--min-latency, a full ring); outside the equation */
	uint8_t balanced;
	uint8_t reserved[7];
};

/*
 * A level over time. `known` 0: nothing was observed.
 *
 *            full mode                                       aggregate mode, --min-latency
 * in flight  exact, from submit and end of every request     mean: of the sum of latencies, where all
 *                                                            that are open are listed; else, as the
 *                                                            maximum, held from one QUEUE_STATE to
 *                                                            the next
 * SQ depth   as met by each submission (mean_sampled)        the same; max also between them
 * CQ depth   as met by each completion (mean_sampled)        the same; max also between them
 *
 * `now` is as the latest QUEUE_STATE or snapshot of open requests told it; 0 before that.
 * What is held is weighted by time. For the total it is the sum over all queues at each TICK; the
 * total's in flight in full mode is exact as well. Requests whose end has no time (skipped,
 * vanished) are not part of the exact figures.
 */
struct model_gauge {
	uint64_t now;
	uint64_t max;
	double mean;
	uint8_t known;
	uint8_t max_sampled;  /* max is of samples only; between them it may have been higher */
	uint8_t mean_sampled; /* mean is of submissions or completions, not weighted by time */
	uint8_t now_told;     /* device queues: `now` was told by a DEVICE_STATE */
	uint8_t at_least;     /* in flight: requests older than the recording are not known */
	uint8_t reserved[3];
};

/* One interval of a queue, an operation or a device. */
struct model_interval {
	uint64_t end_ns;
	uint64_t count; /* requests ended */
	uint64_t bytes;
	uint64_t p50_ns; /* 0 while count is 0 */
	uint64_t p99_ns;
	uint32_t sq_depth; /* largest seen in the interval */
	uint32_t cq_depth;
	uint32_t in_flight; /* of requests that outlive the interval only those that a QUEUE_STATE
			       counts */
	uint32_t worker;    /* of `count`: carried by io-wq */
};

/* The latest `count` intervals; at(0) is the oldest. */
struct model_series {
	const struct model_interval *intervals; /* a ring of `capacity` */
	uint32_t first;
	uint32_t count;
	uint32_t capacity;
};
static inline const struct model_interval *model_series_at(const struct model_series *series,
							   uint32_t index)
{
	return &series->intervals[(series->first + index) % series->capacity];
}

struct model_stage {
	struct histogram time; /* time spent in the stage */
};

/* One part of a request's life: a stage it passed. */
struct model_part {
	uint64_t entry_ns;
	uint64_t time_ns; /* from its entry to the next one, of the last to the request's end */
	uint8_t stage;	  /* enum ev_stage */
	uint8_t reserved[7];
};
/* Cuts a request's life (of an open one: so far) into the stages it passed, in the order of their
 * entry. Returns how many, at least 1; their times add up to its latency. */
int model_parts(const struct ev_request *request, struct model_part parts[EV_STAGE_COUNT]);
/* The part that took longest. */
const struct model_part *model_parts_longest(const struct model_part *parts, int count);

/* Time that an operation's requests were with a device queue: the stage `device` of each, in the
 * queue whose command was the last of it to end. Only of requests whose commands were seen. */
struct model_place {
	uint32_t device; /* as COMMAND says it */
	uint32_t hw_queue;
	uint64_t count; /* requests */
	uint64_t time_ns;
};
enum { MODEL_PLACES = 8 }; /* an operation; further ones are in none */

struct model_operation {
	uint32_t queue; /* id; 0 in a summary over all queues */
	uint16_t op;
	uint8_t queue_type;
	uint8_t reserved;
	uint64_t count;	 /* requests ended, whatever the result; vanished ones are not */
	uint64_t errors; /* of `count`: negative result */
	uint64_t bytes;
	uint64_t inline_count; /* of `count`: neither of the next two; the three add up to it */
	uint64_t poll;	       /* armed on poll, not carried by a worker */
	uint64_t worker;       /* carried by a worker */
	uint64_t linked;       /* full mode only */
	uint64_t cancelled;    /* full mode only: because a request before it in its chain failed */
	uint64_t broke;	       /* full mode only: requests that were cancelled because of these */
	uint64_t shots;	    /* full mode only: multishot completions of requests that have ended */
	uint64_t in_flight; /* in the latest snapshot of open requests */
	struct histogram latency;   /* submission to completion, whole session; those that failed to
				       start or were skipped have none */
	struct model_interval last; /* the latest whole interval */
	struct model_stage stages[EV_STAGE_COUNT]; /* full mode only: time from entering the stage
						      to entering the next; all stages of a request
						      add up to its latency */
	struct model_place places[MODEL_PLACES];   /* full mode only, in order of appearance */
	uint32_t place_count;
	uint32_t reserved2;
};

struct model_queue {
	uint32_t id;
	uint32_t index; /* its place in model_queue_at: stable */
	uint32_t pid;
	int32_t fd;
	uint32_t sq_entries;
	uint32_t cq_entries;
	uint32_t flags;
	uint32_t thread_pid;
	uint8_t type;	  /* enum ev_queue_type, or MODEL_QUEUE_OTHERS */
	uint8_t declared; /* 0: only its number is known, no QUEUE event was seen */
	uint8_t reserved[6];
	uint64_t created_ns; /* 0: older than the recording */
	uint64_t seen_ns;
	uint64_t ended_ns; /* 0: alive */
	char comm[64];
	struct model_books books;
	struct model_gauge sq_depth;
	struct model_gauge cq_depth;
	struct model_gauge in_flight;
	uint64_t overflows;
	uint64_t dropped_cqes;
	uint64_t shots;
	uint64_t waits;
	uint32_t sq_flags;
	uint32_t operation_count;
	struct histogram latency; /* all operations */
	struct model_interval last;
	struct model_series series;
	uint64_t worker; /* of the requests ended: carried by io-wq */
	uint64_t poll;
	uint64_t ended; /* requests ended that had a record or a histogram */
	uint64_t bytes;
	uint64_t counted_ns;	/* time of the latest QUEUE_STATE; 0: the books come from records */
	uint64_t notifications; /* completions that only say a sent buffer is free again */
	uint64_t messages;	/* completions posted by other rings, resource tags */
	uint64_t batches;	/* runs of requests submitted in one go, see QUEUE_STATE */
	uint64_t waits_timed;	/* of `waits`: their end was seen */
	uint64_t blocked_ns;	/* length of these */
	uint64_t thread_cpu_ns; /* SQPOLL thread, while it was watched */
	uint64_t thread_work_ns;
	uint64_t thread_sleeps;
	uint64_t thread_watched_ns; /* between the first and the latest look at it */
	uint32_t resources;	    /* enum ev_resource */
	uint32_t file_count;	    /* registered; only with EV_RESOURCE_KNOWN, as the next */
	uint32_t buffer_count;
	uint32_t backlog;    /* completions that wait because the queue was full */
	uint32_t older_open; /* requests older than the recording that had not ended, at most, when
				it was told last; part of in_flight */
	uint32_t worker_limit[2];
	int32_t buffer_rings; /* registered less taken back, while the recording ran */
	int32_t personalities;
	uint32_t registrations; /* successful register calls */
	uint32_t users;		/* processes that submitted to it, as far as 8 can be told apart */
	uint32_t user_pids[8];
	uint64_t fixed_files;	/* requests that used a registered file; full mode only … */
	uint64_t fixed_buffers; /* … or buffer */
	uint64_t no_buffers;	/* … that found no provided buffer (ENOBUFS) */
	struct histogram reap;	/* … posted to reaped, at most; see model_reap.c */
	uint64_t reap_blur_ns;	/* sum of how much shorter each may have been */
};

size_t model_queue_count(const struct model *model);
const struct model_queue *model_queue_at(const struct model *model, size_t index);
/* The live (else latest) queue with this id; NULL when there is none. */
const struct model_queue *model_queue_find(const struct model *model, uint32_t id);
/* The same for those who print every event: only what QUEUE told (id to comm) is up to date, and
 * asking costs a look-up instead of bringing all numbers up to date. */
const struct model_queue *model_queue_identity(const struct model *model, uint32_t id);
/* Operations of a queue in order of opcode; index < operation_count. */
const struct model_operation *model_queue_operation(const struct model *model,
						    const struct model_queue *queue, size_t index);

/* Summary over all queues: books, operations by (queue type, opcode), the whole machine's series.
 * Its index is UINT32_MAX. */
const struct model_queue *model_total(const struct model *model);

/* Open requests as of the latest snapshot (all REQUEST events with EV_END_OPEN between two TICKs),
 * without those that were seen to end since; oldest first. */
size_t model_open_count(const struct model *model);
const struct ev_request *model_open_at(const struct model *model, size_t index);
/* Open and older than the recording: nobody saw it begin, so its age and operands are not known.
 * These stand first, and are not in the books; model_queue.older_open is how many there are. */
static inline int model_is_older(const struct ev_request *request)
{
	return request->end == EV_END_OPEN && !request->submit_ns;
}
/* Slowest ended requests that had a record and a latency, slowest first. */
size_t model_slow_count(const struct model *model);
const struct ev_request *model_slow_at(const struct model *model, size_t index);

/* A request of a chain that has ended. */
struct model_chain_link {
	uint64_t submit_ns;
	uint64_t ended_ns;
	uint64_t link_ns; /* of the one before it */
	uint64_t user_data;
	int64_t result;
	uint32_t queue;
	uint32_t path;
	uint16_t op;
	uint8_t end;
	uint8_t reserved[5];
};

/* What the model knows besides its record of the request it was given last, if that has ended; full
 * mode only. Valid until the next event. */
struct model_last_request {
	uint64_t shots;			       /* completions before its last one */
	const struct model_chain_link *before; /* in its chain; NULL: none or not known */
	const struct model_chain_link
		*breaker; /* cancelled because of it; NULL: not so or not known */
	const struct model_chain_link *timeout; /* its linked timeout, that fired; NULL: none did */
};
const struct model_last_request *model_last_request(const struct model *model);

/* NULL when the number is not known. */
const char *model_file_name(const struct model *model, uint64_t file);
const struct ev_file *model_file(const struct model *model, uint64_t file);
const char *model_process_name(const struct model *model, uint32_t pid);
/* The same, or the comm of a queue that it owns; NULL when neither is known. */
const char *model_process_comm(const struct model *model, uint32_t pid);

/* What one kind of command did, by records. */
struct model_command_count {
	uint64_t count;
	uint64_t bytes; /* of those that succeeded */
	uint64_t errors;
};
enum { MODEL_COMMAND_OPS = EV_COMMAND_OTHER + 1 };

/* How often a device reported a status. */
struct model_status {
	uint64_t count;
	uint32_t status; /* as COMMAND says it: event/names.h has the words */
	uint8_t type;	 /* enum ev_status */
	uint8_t reserved[3];
};
enum { MODEL_STATUSES = 8 }; /* a queue; further ones are only in `errors` */

/* A slow command and, where that is known, the request it was issued for. */
struct model_slow_command {
	struct ev_command command;
	struct ev_request request; /* `known` 0: no request was seen to end with it */
	uint8_t known;
	uint8_t reserved[7];
};
enum { MODEL_SLOW_COMMANDS = 16 }; /* a queue */

/* Service times of each interval in powers of two: row r counts those from 2^(r + FIRST) ns up to
 * twice that; the first and the last row also hold what is beyond them. */
enum { MODEL_HEAT_FIRST = 8, MODEL_HEAT_ROWS = 30 };
struct model_heat {
	const uint32_t *cells; /* a ring of `capacity` intervals */
	uint64_t pushed;       /* intervals so far */
	uint32_t capacity;
	uint32_t reserved;
};
/* The rows of one interval; back 0 is the latest one. NULL: nothing is known of it. */
static inline const uint32_t *model_heat_back(const struct model_heat *heat, uint64_t back)
{
	if (back >= heat->pushed || back >= heat->capacity)
		return NULL;
	return heat->cells + (heat->pushed - 1 - back) % heat->capacity * MODEL_HEAT_ROWS;
}

struct model_device_queue {
	uint32_t hw_queue;
	/* Commands that the driver can have at a time. Where the latest DEVICE_STATE knows, what tags and
	 * scheduler allow then; else what the queue was made for. 0: not known. */
	uint32_t limit;
	uint64_t commands; /* ended */
	uint64_t errors;
	uint64_t bytes;
	uint64_t read_bytes;
	uint64_t write_bytes;
	struct model_gauge depth; /* exact where every command has a record, else held */
	/* Issue to completion, of all commands: from their records, or from DEVICE_STATE where not
	 * all have one. Empty where neither tells. Its memory is the model's, as `queueing`'s is. */
	struct histogram latency;
	struct model_interval last;
	struct model_series series;

	/* Of all commands where DEVICE_STATE tells, else of those that have a record of their own.
	 */
	uint64_t sorted;			    /* commands that the next three are of */
	uint64_t unlinked;			    /* no request is known to have asked for them */
	uint64_t unlinked_kinds[EV_UNLINKED_KINDS]; /* the same; all 0 where `told` lacks them */
	uint64_t requeues;
	/* By enum ev_command_op; 0: not told. Errors are of recorded ones, and bytes but for those
	 * of reads and writes. */
	struct model_command_count ops[MODEL_COMMAND_OPS];
	/* As the latest DEVICE_STATE tells them; all 0 without one. */
	uint64_t merges;
	uint64_t retries;
	uint64_t tag_waits;
	uint64_t scheduled; /* commands that waited in the scheduler, for scheduled_ns together */
	uint64_t scheduled_ns;
	uint32_t tag_limit;	/* of the driver */
	uint32_t request_limit; /* of the scheduler and the driver together; 0: no scheduler */
	uint32_t told;		/* enum ev_device_told */
	uint32_t waiting;
	uint32_t waiting_max;
	uint32_t sq_head;
	uint32_t sq_tail;
	uint32_t unfetched_max;
	uint8_t stated; /* there is one that tells them */
	/* As DEVICE_QUEUE tells them. */
	uint8_t type;	 /* enum ev_device_queue_type; 0: not known */
	uint8_t sq_told; /* sq_head, sq_tail and unfetched_max mean something */
	uint8_t reserved;
	uint32_t sq_entries;
	uint32_t irq;
	char cpus[48];

	struct histogram queueing; /* entered the block layer to issue; as `latency` */
	uint64_t recorded; /* commands that have a record of their own: what follows is of these */
	struct model_status statuses[MODEL_STATUSES]; /* in order of appearance */
	uint32_t status_count;
	uint32_t slow_count;
	const struct model_slow_command *slow; /* the slowest, slowest first */
	struct model_heat heat;
};

struct model_device {
	uint32_t device; /* major << 20 | minor */
	uint8_t driver;	 /* enum ev_driver */
	uint8_t type;	 /* enum ev_device_type; 0: not known */
	uint8_t gone;	 /* it was unplugged */
	uint8_t followed; /* … and its number is a later device's, which is what the number finds */
	uint32_t namespace_id; /* NVMe; 0: none or not known */
	uint32_t controller;   /* device number of the owner of its queues; 0: itself */
	uint32_t head;	       /* device number of the multipath disk it is a path to; 0: none */
	char name[64];
	char names[EV_DEVICE_NAME_TYPES][96]; /* enum ev_device_name_type; empty: none */
	uint64_t size_bytes;
	uint64_t events[EV_DEVICE_EVENT_GONE + 1]; /* enum ev_device_event_type: how often */
	size_t queue_count;
	const struct model_device_queue *queues;
};
/* Slots of its submission queue that the controller had not fetched when it last told. */
uint32_t model_device_queue_unfetched(const struct model_device_queue *queue);
size_t model_device_count(const struct model *model);
const struct model_device *model_device_at(const struct model *model, size_t index);
/* NULL when there is none. The second brings nothing up to date, as model_queue_identity. */
const struct model_device *model_device_find(const struct model *model, uint32_t device);
const struct model_device *model_device_identity(const struct model *model, uint32_t device);
const struct model_device_queue *model_device_queue_find(const struct model *model, uint32_t device,
							 uint32_t hw_queue);

/* A figure of several commands: of how many it is known, their sum, the largest. */
struct model_figure {
	uint64_t count;
	uint64_t sum;
	uint64_t max;
};
static inline double model_figure_mean(const struct model_figure *figure)
{
	return figure->count ? (double)figure->sum / (double)figure->count : 0;
}

enum { MODEL_PRIORITIES = EV_IO_PRIORITY_MASK + 1 }; /* by enum ev_io_priority */

/* What one process asked of a disk, by the records of commands that ended. */
struct model_use {
	uint32_t pid; /* 0: not known; in the total of a disk: 0 */
	uint32_t reserved;
	uint64_t commands;
	uint64_t errors;
	uint64_t bytes;			 /* read and written */
	struct model_figure depth_issue; /* other commands on the disk when it was issued: QD/I */
	struct model_figure depth_end;	 /* commands still on the disk when it had ended: QD/C */
	struct model_figure io_ns;	 /* issue to end */
	struct model_figure service_ns;	 /* of that, after the previous end on the disk */
	uint64_t priorities[MODEL_PRIORITIES];
};

struct model_usage {
	struct model_use total;
	const struct model_use *processes; /* in order of appearance */
	size_t process_count;
	uint8_t partial;  /* not every command of the disk has a record: nothing is known of depths
			    and service */
	uint8_t at_least; /* some commands are missing: depths may be larger, service times shorter
			   */
	uint8_t reserved[6];
};
/* NULL: no command of it ended that has a record, or it is no disk but a controller. */
const struct model_usage *model_usage_of(const struct model *model,
					 const struct model_device *device);

/*
 * Commands of a request, in the order they ended. The latest MODEL_LINKS_MAX commands that name a
 * request are remembered, and those of the slowest requests for good; so for a request of
 * model_slow_at they are known, and for an open one as far as they have ended or a snapshot told.
 */
enum { MODEL_COMMANDS = 8 };
struct model_commands {
	size_t total; /* seen for it */
	size_t count; /* kept: the latest */
	struct ev_command commands[MODEL_COMMANDS];
};
/* The model's; valid until the next call. `request` is one that the model handed out. */
const struct model_commands *model_commands_of(const struct model *model,
					       const struct ev_request *request);

struct model_loss {
	uint32_t loss;	/* enum ev_loss */
	uint32_t queue; /* 0: not one queue's */
	uint64_t count;
	uint8_t uncountable; /* something was lost that could not be counted */
	uint8_t reserved[7];
};
size_t model_loss_count(const struct model *model);
const struct model_loss *model_loss_at(const struct model *model, size_t index);

#endif

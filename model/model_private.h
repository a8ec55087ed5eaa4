/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef MODEL_MODEL_PRIVATE_H
#define MODEL_MODEL_PRIVATE_H
/*
 * What the files of the model share; nobody else includes it. Reading order: the structs here,
 * model.c (which event goes where), model_request.c (the hot path), model_operation.c (how sums
 * are made), then any of the others.
 *
 * How a number travels: an ended request is written down once, in the `fresh` tally of its
 * operation, and the operation is put on the list of dirty ones. When an interval closes or
 * somebody asks, model_operation_fold() adds what is fresh to the operation, its queue, the same
 * operation of the whole machine and the whole machine. So a request costs one histogram
 * increment, not eight, and LATENCY events, which fill the same tally, cannot be treated
 * differently.
 */
#include <stddef.h>
#include <stdint.h>

#include "event/record.h"
#include "model/histogram.h"
#include "model/model.h"
#include "model/model_level.h"
#include "model/model_map.h"
#include "model/model_memory.h"
#include "model/model_usage.h"

/* How much is kept apart. What exceeds a limit is folded together or counted as lost. */
enum {
	MODEL_QUEUES_MAX = 65536,     /* incarnations in one recording */
	MODEL_OPERATIONS_MAX = 65536, /* (queue, opcode) pairs */
	MODEL_CLAIMS_MAX = 65536,     /* overflows and shots that wait for their request */
	MODEL_OPEN_MAX = 262144,      /* open requests of one snapshot */
	MODEL_FILES_MAX = 262144,
	MODEL_PROCESSES_MAX = 65536,
	MODEL_DEVICES_MAX = 4096,
	MODEL_DEVICE_QUEUES_MAX = 16384, /* of all devices together */
	MODEL_LOSSES_MAX = 256,		 /* rows; further ones lose their queue */
	MODEL_SERIES_MAX = 1 << 20,
	MODEL_SLOW_MAX = 1 << 16,
};

struct levels {
	uint64_t sq_depth;
	uint64_t cq_depth;
	uint64_t in_flight;
};

/* The interval that is being filled. */
struct window {
	struct histogram latency;
	uint64_t count;
	uint64_t bytes;
	uint64_t worker;
	struct levels max;  /* largest seen in it */
	struct levels hold; /* as told last: the next interval starts with these */
};

static inline void raise_to(uint64_t *level, uint64_t least)
{
	if (*level < least)
		*level = least;
}

/* A level that is seen only when something else happens: SQ depth by submissions. */
struct samples {
	uint64_t sum;
	uint64_t count;
	uint32_t max;
	uint32_t window_max;
};

/* Called when a window ends; returns the largest in it. */
static inline uint32_t samples_window(struct samples *samples)
{
	uint32_t largest = samples->window_max;

	if (largest > samples->max)
		samples->max = largest;
	samples->window_max = 0;
	return largest;
}

static inline uint32_t samples_max(const struct samples *samples)
{
	return samples->window_max > samples->max ? samples->window_max : samples->max;
}

static inline void samples_add(struct samples *samples, uint32_t level)
{
	samples->sum += level;
	samples->count++;
	if (level > samples->window_max)
		samples->window_max = level;
}

/* A level that is told from time to time and taken to hold until the next telling. */
struct held {
	uint64_t level;
	uint64_t max;
	uint64_t first_ns;
	uint64_t since_ns;
	double area; /* level times ns, up to since_ns */
	uint8_t known;
};

/* What an operation did since the last fold. */
struct tally {
	uint64_t count;
	uint64_t errors;
	uint64_t bytes;
	uint64_t poll;
	uint64_t worker;
	uint64_t linked;
	uint64_t shots;
	struct histogram plain;	 /* latencies of requests without stage times */
	struct histogram staged; /* latencies of the others, whose parts are in stages[] already */
};

struct operation {
	struct model_operation pub;
	struct operation *sum; /* the same operation of the whole machine; NULL there */
	struct queue *queue;
	struct operation *next_dirty;
	uint8_t dirty;
	uint8_t moves_bytes;
	struct tally fresh;
	struct window window;
};

/* What the records of a queue say, for the books. */
struct records {
	uint64_t ended[EV_END_VANISHED + 1]; /* by enum ev_end */
	uint64_t explained; /* of the vanished: an OVERFLOW event told where they went */
	uint64_t lost;	    /* told by LOST events */
	uint64_t unmatched;
	uint64_t overflows;
	uint64_t dropped_cqes;
	uint64_t shots;
	uint64_t notifications;
	uint64_t messages;
	uint64_t older;
	uint64_t forgotten;
	uint64_t waits;
};

/* Completions that lie in the completion queue: when each was posted, 0: not known. */
struct reap {
	uint64_t *posted; /* a ring */
	uint32_t first;
	uint32_t count;
	uint32_t capacity; /* a power of two */
	uint64_t looked_ns;
};

enum { OPERATION_SLOTS = 64 };

struct queue {
	struct model_queue pub; /* first: what readers hold is cast back */
	struct queue *former;	/* the queue that had this id before */
	uint64_t birth_ns;	/* requests submitted before belong to `former` */
	uint8_t active;		/* is in model.active and takes part in every interval */
	uint8_t stated;		/* `state` was filled */
	uint8_t unbalanced;

	struct operation **operations; /* by (queue type, opcode); pub.operation_count of them */
	size_t operation_capacity;
	uint8_t slots[OPERATION_SLOTS]; /* opcode modulo slots -> place in operations + 1 */

	struct records records;
	struct ev_queue_state state;
	uint64_t recorded_at_state;	    /* records of ended requests when `state` came */
	struct ev_queue_state thread_first; /* the first look at its SQPOLL thread */
	struct reap reap;
	uint32_t last_user;

	struct samples sq_met;
	struct samples cq_met;
	struct held sq_held;
	struct held cq_held;
	struct held in_flight_held; /* older requests included */
	struct held older_held;	    /* of these */
	uint8_t older_unknown;	    /* there may be others, of which nobody can tell */
	struct level level;	    /* in flight, exactly */

	struct window window;
	struct map claims;	   /* user_data -> model.claims, see model_claim.c */
	uint64_t overflow_waiting; /* OVERFLOW events that wait for their request */
	uint64_t open;		   /* shown open requests */
	uint64_t open_overflowed;  /* of the latest snapshot: they wait in the backlog */
	uint64_t open_first;	   /* place of its first in model.open.submits */
	uint64_t open_placed;	   /* of `open`, while submits is being filled */
};

struct open_key {
	uint64_t submit_ns;
	uint64_t user_data;
	struct queue *queue;
	struct operation *operation;
	uint32_t queue_id; /* as the request says it */
	uint32_t item;	   /* place in shown.items */
	uint8_t gone;	   /* was seen to end, or waits in the overflow backlog */
};

struct open_list {
	struct ev_request *items;
	size_t count;
	size_t capacity;
};

/* Open requests: one snapshot being gathered, one shown. */
struct open_requests {
	struct open_list gathering;
	struct open_list shown;
	struct open_key *keys; /* of shown, by submit time */
	uint64_t *submits;     /* submit times by queue, then once more all in order */
	size_t key_count;
	size_t older_count; /* of these, the first: without a submit time */
	size_t key_capacity;
	size_t submit_capacity;
	uint64_t newest_ns; /* largest submit time in keys; nothing younger is there */
	uint64_t shown_ns;  /* before the first TICK: time of the snapshot in `shown` */
	uint8_t ticks;	    /* TICK events are in use: they end snapshots */
	uint8_t unsorted;   /* `shown` has changed, keys have not */
	uint8_t changed;    /* keys hold gone ones, or submits are stale */
};

struct slow_key {
	uint64_t latency_ns;
	uint64_t order; /* of two equally slow ones the earlier is kept */
	uint32_t item;
};

struct slow_requests {
	struct ev_request *items;
	struct model_commands *commands; /* of the items; NULL: no command named a request yet */
	struct slow_key *heap;		 /* the quickest of the slow on top */
	struct slow_key *sorted;	 /* slowest first, made when asked for */
	uint64_t floor_ns;		 /* quicker ones need not be looked at */
	uint64_t seen;
	uint32_t count;
	uint8_t changed;
};

struct device_queue {
	/* Times of the commands that have a record, and of all that DEVICE_STATE and DEVICE_WAIT
	 * tell: model_device_queue shows those that are of more commands. */
	struct histogram own_latency, own_queueing;
	struct histogram told_latency, told_queueing;
	struct level level;
	struct samples met;
	struct held held;
	struct ev_device_state state;
	struct window window;
	uint64_t commands; /* by records, as the next four */
	uint64_t errors;
	uint64_t bytes;
	uint64_t read_bytes;
	uint64_t write_bytes;
	uint64_t unlinked;
	uint64_t requeues;
	uint64_t ops[MODEL_COMMAND_OPS];
	struct model_slow_command *slow; /* not in order; MODEL_SLOW_COMMANDS, made when needed */
	struct model_slow_command *slow_sorted; /* behind them */
	uint64_t slow_floor_ns;			/* quicker ones need not be looked at */
	uint64_t completed_before;		/* by the DEVICE_STATE before the latest */
	uint32_t slow_count;
	uint8_t slow_changed;
	uint8_t stated;
};

/* A command that names its request. */
struct link {
	struct ev_command command;
	uint64_t former; /* number of the one before it with the same hash, plus 1; 0: none */
};
enum {
	MODEL_LINKS_MAX = 16384, /* a power of two */
	MODEL_PARTS_MAX = 128,	 /* of one command; further ones find no request */
};

/* The latest commands that name a request, found by that name; model_link.c. */
struct links {
	struct link *items;	       /* a ring; number n is at n % MODEL_LINKS_MAX */
	uint64_t *heads;	       /* by hash: number of the latest, plus 1 */
	uint64_t count;		       /* so far */
	struct ev_command_part *parts; /* that wait for their command; MODEL_PARTS_MAX */
	size_t part_count;
	struct model_commands found; /* what was asked for last */
};

struct device {
	struct model_device pub;
	struct model_device_queue *queues; /* by hw_queue; pub.queues points here */
	struct device_queue *states;	   /* same order */
	size_t queue_capacity;
	size_t state_capacity;
	uint32_t queue_limit;
	struct usage *usage; /* NULL: no command has ended, or it is a controller */
};

/* Events of one queue and user_data that wait for the request they belong to, see model_claim.c. */
struct claim {
	uint64_t overflow_ns; /* the latest OVERFLOW */
	uint64_t shots;
	uint32_t overflows; /* not yet matched with a request */
	uint32_t vanished;  /* requests not yet matched with an overflow */
	uint32_t told;	    /* requests that said OVERFLOWED before their OVERFLOW came */
	uint32_t open;	    /* of `overflows`: matched with an open request of the snapshot */
	uint32_t next;	    /* free list: place + 1 */
};

/* Events kept for the names they tell. */
struct names {
	struct map ids;
	struct ev_header **events;
	size_t count;
	size_t capacity;
};

struct model {
	struct model_options options;
	struct memory memory;
	struct model_session session;
	uint64_t interval_start_ns; /* of the interval that is being filled */
	uint64_t roll_ns;	    /* full mode: events from this time on end the interval */
	uint8_t started;	    /* any event was seen */
	uint8_t unsettled;	    /* events came since the answers were last made */

	struct queue *last_queue; /* the one that the last request belonged to */
	struct queue **queues;
	size_t queue_count;
	size_t queue_capacity;
	struct map queue_ids; /* id -> place in queues, of the latest incarnation */
	struct queue *others; /* beyond MODEL_QUEUES_MAX */
	struct queue **active;
	size_t active_count;
	size_t active_capacity;
	struct queue total;
	struct queue
		*sole; /* the one queue whose level is the total's too; &total: there are more */
	struct model_books sums; /* of the books of all queues */
	size_t unbalanced;	 /* queues whose books do not balance */
	uint32_t operation_count;
	struct operation *dirty;

	struct claim *claims;
	size_t claim_capacity;
	uint32_t claim_count;
	uint32_t claim_free; /* head of the free list + 1 */

	struct open_requests open;
	struct slow_requests slow;
	struct links links;
	struct usage_opens opens; /* commands */

	struct model_last_request last;
	struct model_chain_link last_timeout;
	struct model_chain_link *chains;

	struct names files;
	struct names processes;

	struct map device_ids;
	struct device **devices;
	size_t device_count;
	size_t device_capacity;
	size_t device_queue_count;

	struct model_loss losses[MODEL_LOSSES_MAX];
	size_t loss_count;
	uint64_t lost_requests; /* without a queue, told by LOST; counts while nothing is stated */
	uint8_t blind;		/* requests may be lost that no LOST event counts */
	uint8_t stated;		/* any QUEUE_STATE was seen */
};

/* Do counts, histograms and depths come from snapshots? Always when not every request has a record,
 * or the figures would be of those few only. */
static inline int model_counted(const struct model *model)
{
	return model->session.mode == EV_MODE_AGGREGATE || model->session.record_min_ns;
}

/* model.c: brings every answer up to date. Readers see a const model; that answers are made when
 * they are asked for is the model's own affair and changes none of them. */
void model_settle(const struct model *model);

/* model_session.c */
int model_session_begin(struct model *model, const struct ev_header *event);
int model_session_end(struct model *model, const struct ev_header *event);

/* model_queue.c: the queue that events of this id belong to now, made when it is not known. NULL:
 * no memory. */
struct queue *model_queue_get(struct model *model, uint32_t id);
/* The incarnation that a request submitted then belongs to. */
static inline struct queue *model_queue_at_submit(struct queue *queue, uint64_t submit_ns)
{
	while (submit_ns < queue->birth_ns && queue->former)
		queue = queue->former;
	return queue;
}
void model_queue_activate(struct model *model, struct queue *queue);
int model_queue_declare(struct model *model, const struct ev_header *event);
int model_queue_finish(struct model *model, const struct ev_header *event);
int model_queue_stated(struct model *model, const struct ev_header *event);
int model_queue_registered(struct model *model, const struct ev_header *event);
void model_queue_init(struct queue *queue);
void model_queue_done(struct model *model, struct queue *queue);
void model_queues_free(struct model *model);
/* Start of the time in which the queue was watched, and its end so far. */
uint64_t model_queue_watched_from(const struct model *model, const struct queue *queue);
uint64_t model_queue_watched_to(const struct model *model, const struct queue *queue);

/* model_operation.c: NULL: no memory. */
struct operation *model_operation_get(struct model *model, struct queue *queue, uint16_t op);
static inline struct operation *model_operation_of(struct model *model, struct queue *queue,
						   uint16_t op)
{
	uint8_t slot = queue->slots[op % OPERATION_SLOTS];

	if (slot && queue->operations[slot - 1]->pub.op == op)
		return queue->operations[slot - 1];
	return model_operation_get(model, queue, op);
}
static inline void model_operation_touch(struct model *model, struct operation *operation)
{
	if (operation->dirty)
		return;
	operation->dirty = 1;
	operation->next_dirty = model->dirty;
	model->dirty = operation;
}
void model_operation_fold(struct model *model);
int model_operation_latency(struct model *model, const struct ev_header *event);
void model_operation_free(struct model *model, struct operation *operation);

/* model_request.c */
int model_request(struct model *model, const struct ev_header *event);
int model_completion(struct model *model, const struct ev_header *event);

/* In flight of a queue, or of the whole machine. */
static inline struct level *model_level_of(struct model *model, struct queue *queue)
{
	return queue == &model->total && model->sole ? &model->sole->level : &queue->level;
}

/* model_stage.c: the time in each stage; 0 or -ENOMEM (nothing counted then).
 */
int model_stage_add(struct model *model, struct operation *operation,
		    const struct ev_request *request);

/* model_chain.c */
void model_chain_ended(struct model *model, struct operation *operation,
		       const struct ev_request *request);
void model_chain_free(struct model *model);

/* model_reap.c: so many completions lie in the queue now; `posted`: one has come just now and is
 * among them. */
void model_reap_look(struct model *model, struct queue *queue, uint32_t depth, int posted);
void model_reap_done(struct model *model, struct queue *queue);
int model_wait(struct model *model, const struct ev_header *event);

/* model_claim.c */
int model_overflow(struct model *model, const struct ev_header *event);
void model_claim_vanished(struct model *model, struct queue *queue, uint64_t user_data);
void model_claim_overflowed(struct model *model, struct queue *queue, uint64_t user_data);
void model_claim_shot(struct model *model, struct queue *queue, uint64_t user_data);
uint64_t model_claim_shots(struct model *model, struct queue *queue, uint64_t user_data);
int model_claim_open(struct model *model, struct queue *queue, const struct ev_request *request);
void model_claim_open_restart(struct model *model);
void model_claim_free(struct model *model);

/* model_open.c */
int model_open_add(struct model *model, const struct ev_request *request);
int model_tick(struct model *model, const struct ev_header *event);
void model_open_commit(struct model *model);
void model_open_ended(struct model *model, const struct ev_request *request);
void model_open_settle(struct model *model);
void model_open_free(struct model *model);

/* model_slow.c */
int model_slow_init(struct model *model);
void model_slow_add(struct model *model, const struct ev_request *request, uint64_t latency_ns);
void model_slow_settle(struct model *model);
void model_slow_free(struct model *model);

/* model_series.c */
void model_window_init(struct window *window);
void model_window_done(struct model *model, struct window *window);
void model_series_roll(struct model *model, uint64_t now_ns);
void model_series_free(struct model *model, struct model_series *series);
/* These levels hold from now on. */
void model_window_hold(struct window *window, const struct levels *levels);
/* Ends the interval that began at model.interval_start_ns: the window becomes an interval, followed
 * by elapsed - 1 quiet ones in which the window's levels hold; the latest is returned. `series` may
 * be NULL. */
struct model_interval model_window_close(struct model *model, struct window *window,
					 uint64_t elapsed, struct model_series *series);

/* model_gauge.c */
void model_held_tell(struct held *held, uint64_t level, uint64_t now_ns);
/* All three levels of a queue. */
void model_gauge_tell(struct queue *queue, const struct levels *levels, uint64_t now_ns);
double model_held_mean(const struct held *held, uint64_t now_ns);
void model_gauge_settle_queue(struct model *model, struct queue *queue);
void model_gauge_settle_total(struct model *model);
void model_gauge_tick(struct model *model);

/* model_books.c */
void model_books_settle_queue(struct model *model, struct queue *queue);
void model_books_settle_total(struct model *model);

/* model_names.c */
int model_names_file(struct model *model, const struct ev_header *event);
int model_names_process(struct model *model, const struct ev_header *event);
void model_names_free(struct model *model);
/* Copies at most room - 1 bytes and ends them; cuts between UTF-8 characters. */
void model_names_copy(char *to, size_t room, const char *from, size_t bytes);

/* model_buckets.c */
/* Buckets that an event named, to check its minimum and maximum by. */
struct model_buckets {
	uint32_t lowest;
	uint32_t highest;
	uint64_t count;
};
/* Adds the variable part of an event to a histogram's buckets; sum, minimum and maximum are the
 * caller's. */
int model_buckets_add(struct model *model, struct histogram *histogram, const uint8_t *pairs,
		      size_t pairs_bytes, struct model_buckets *ret_named);

/* model_device.c */
/* A hardware queue: what is known of it, and its state. */
struct device_place {
	struct model_device_queue *queue;
	struct device_queue *state;
	struct device *device;
};
/* Made when it is not known; 0, or -ENOMEM when there is no room. */
int model_device_place(struct model *model, uint32_t device, uint32_t hw_queue,
		       struct device_place *ret_place);
/* 0 when it is not known. */
int model_device_place_find(const struct model *model, uint32_t device, uint32_t hw_queue,
			    struct device_place *ret_place);
int model_device_declare(struct model *model, const struct ev_header *event);
int model_device_stated(struct model *model, const struct ev_header *event);
int model_device_waited(struct model *model, const struct ev_header *event);
int model_device_queue_declare(struct model *model, const struct ev_header *event);
int model_device_named(struct model *model, const struct ev_header *event);
int model_device_happened(struct model *model, const struct ev_header *event);
void model_device_roll(struct model *model, uint64_t elapsed);
void model_device_settle(struct model *model);
void model_device_free(struct model *model);

/* model_command.c */
int model_command(struct model *model, const struct ev_header *event);

/* model_command_slow.c */
void model_command_slow_add(struct model *model, struct device_queue *state,
			    const struct ev_command *command, uint64_t latency_ns);
/* This request is the one that a command was for. */
void model_command_slow_link(struct device_queue *state, const struct ev_command *command,
			     const struct ev_request *request);
void model_command_slow_settle(struct model_device_queue *queue, struct device_queue *state);
void model_command_slow_free(struct model *model, struct device_queue *state);

/* model_heat.c */
/* The interval that `window` holds ends, followed by elapsed - 1 quiet ones. */
void model_heat_roll(struct model *model, struct model_heat *heat, const struct window *window,
		     uint64_t elapsed);
void model_heat_free(struct model *model, struct model_heat *heat);

/* model_link.c */
/* Remembers a command that names its request. */
void model_link_add(struct model *model, const struct ev_command *command);
int model_link_part(struct model *model, const struct ev_header *event);
/* All that is remembered of a request's commands. */
void model_link_find(const struct model *model, const struct ev_request *request,
		     struct model_commands *ret_commands);
/* A request ended: tells its commands so. `operation` may be NULL: it is not counted. */
void model_link_ended(struct model *model, struct operation *operation,
		      const struct ev_request *request);
void model_link_free(struct model *model);

/* model_loss.c */
void model_loss_add(struct model *model, uint32_t loss, uint32_t queue, uint64_t count);
int model_lost(struct model *model, const struct ev_header *event);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_TABLES_H
#define BPF_TABLES_H
/*
 * The memory that the probes and the tracer share, map by map. Both sides include this file;
 * nothing here ever reaches a trace file (event/record.h does).
 *
 *   ring_index    ring address → slot, 4 ways a set: one cache line decides whether a ring is traced
 *   rings         one slot for each traced ring: identity, cached addresses, rare counters
 *   open_sets     every open request, 4 ways a set: tags in one cache line, then the requests
 *   open_details  the rare half of an open request (stage times), by the same position
 *   cells         counters and a histogram for each (CPU, ring, operation) that occurs; only that
 *                 CPU writes it, so plain additions are exact
 *   cell_index    (CPU, ring, operation) → cell
 *   cpus          heads and tails of each lane's record rings, and what it used last
 *   records       the record rings, two a lane: 96-byte slots; a record with stage times takes two
 *   control       BPF ring buffer for rare events (rings, files, overflows): a flood of requests
 *                 cannot push them out
 *   free_rings, free_cells   numbers that may be used; the tracer puts them back after harvest
 *
 * Those of devices and their commands are in bpf/device_tables.h.
 */
#include "bpf/abi.h"
#include "bpf/device_tables.h"
#include "bpf/ring_sample.h"
#include "event/bucket.h"
#include "event/record.h"

/*
 * A lane is a copy of the probes on a CPU: lane = copy * CPUs + CPU. Where probes can be preempted
 * there are several (bpf/copies.bpf.h); elsewhere there is one, and lanes are CPUs. The kernel
 * never runs a program inside itself on one CPU, so a lane has one writer at a time.
 */
enum { COPIES = 4, COPY_ALONE = COPIES /* the probe that has no copies, in the lane of 0 */ };

enum {
	LANES_MAX = 1024,
	RING_INDEX_WAYS = 4,
	RING_INDEX_BITS = 14, /* eight times as many places as rings: a full set loses a ring */
	RING_INDEX_SETS = 1 << RING_INDEX_BITS,
	RINGS_MAX = 8192, /* slots; 0 is never used */
	OPEN_WAYS = 4,
	OPEN_SETS_BITS = 14,
	OPEN_SETS = 1 << OPEN_SETS_BITS,
	CELLS_MIN = 8192, /* of a small machine; 0 is never used */
	CELLS_MAX = 32768,
	CELL_INDEX_SHARE = 2, /* places in the index to a cell, to find it quickly */
	CELL_INDEX_MIN = CELL_INDEX_SHARE * CELLS_MIN,
	CELL_INDEX_MAX = CELL_INDEX_SHARE * CELLS_MAX,
	CPU_CELLS = 8,
	CELL_PROBES = 8, /* positions tried before a (CPU, ring, operation) goes without */
	CELL_BUCKETS =
		992, /* up to 2^35 ns (34 s); longer ones count in the last, max_ns is exact */
	CONTROL_BYTES = 1 << 20,
	FILE_CACHE_MAX = 16384,
	CLAIMS_MAX = CELL_INDEX_MAX + DEVICES_MAX, /* words of cell_index, then of device_index */
	DEVICE_WAIT_BIT = 1 << 15, /* in a cell's operation: the times before the driver */
	PATH_PARTS_MAX = 24,
	PATH_BYTES = 1024,
	PATH_PART_BYTES = 256,
	COMM_BYTES = 16,
	RINGS_REMEMBERED = 16384, /* addresses that a ring once had */
	FILTER_PIDS_MAX = 16384,
};

/* May a ring be traced? Kept in the index so that a ring that is left out costs one look-up. */
enum ring_verdict { RING_IN = 1, RING_OUT = 2 };

struct ring_index_entry {
	uint64_t ring_ctx; /* address of the io_ring_ctx; 0: free */
	uint32_t slot;	   /* 0 for RING_OUT */
	uint32_t verdict;
};

struct ring_index_set {
	struct ring_index_entry ways[RING_INDEX_WAYS];
};

enum ring_state { RING_FREE = 0, RING_LIVE = 1, RING_DEAD = 2 /* waits for harvest */ };

struct ring_slot {
	/* What every request reads: one cache line. */
	uint64_t traced_ctx; /* its address while it is traced: 0 when it is dead, or all is shut */
	uint64_t sqes;	     /* address of the SQE array */
	uint64_t sq_array;   /* address of the index array; 0 with NO_SQARRAY */
	uint64_t shared;     /* address of the heads and tails (struct io_rings) */
	uint32_t sq_mask;
	uint16_t sqe_shift; /* log2 of the SQE size */
	uint16_t slot;	    /* where it is in `rings` */
	uint32_t path;	    /* enum ev_path: what all its requests have in common */
	uint32_t id;
	uint32_t sq_entries;
	uint32_t cq_entries;
	uint32_t detail; /* every request gets a record, whatever the mode */
	uint32_t state;	 /* enum ring_state */
	/* Latest and largest depths the probes saw; `sample` refreshes the former. */
	uint32_t sq_depth;
	uint32_t cq_depth;
	uint32_t sq_depth_max;
	uint32_t cq_depth_max;
	uint32_t sq_flags;
	uint32_t dropped_cqes;
	uint32_t dropped_sqes;
	uint32_t flags;	  /* IORING_SETUP_* */
	uint64_t batches; /* runs of submissions; plain adds: the ring's mutex is held */
	/* Rare events, counted with atomic adds. */
	uint64_t overflowed; /* as far as the probe found the request */
	uint64_t shots;
	uint64_t waits;
	uint64_t ring_ctx;   /* its address, for as long as the slot is in use */
	uint64_t created_ns; /* 0: older than the tracer */
	uint64_t seen_ns;
	uint32_t pid;
	int32_t fd;
	uint32_t thread_pid;
	uint32_t cq_depth_kept; /* largest before the wait that goes on */
	char comm[COMM_BYTES];
	uint64_t unmatched;
	uint64_t messages;
	uint64_t notifications;
	uint64_t older;
	uint64_t evicted; /* of its requests, that are open and have no place any more */
	uint64_t forgotten;
	/* The wait that goes on, see bpf/wait.bpf.h. */
	uint64_t wait_since_ns; /* 0: none */
	uint64_t blocked_ns;
	uint32_t waits_timed;
	uint16_t wait_depth; /* the depth that ends it, at most 65 535 */
	uint16_t reserved_16;
};

/* open_request.path: enum ev_path below, and above it what never leaves the kernel side. */
enum {
	OPEN_STAGE_SHIFT = 24, /* enum ev_stage, 4 bits */
	OPEN_STAGE_MASK = 0xf << OPEN_STAGE_SHIFT,
	OPEN_LEADS = 1 << 28,	/* a request of its chain waits for it */
	OPEN_FAILED = 1 << 29,	/* refused at prep: its completion is an EV_END_FAILED */
	OPEN_SILENT_SHIFT = 31, /* OPEN_SILENT */
	OPEN_DETAIL = 1 << 30,	/* open_details of this position belongs to this request */
	OPEN_UNLIKE = EV_PATH_ROADS | EV_PATH_LINKED | OPEN_LEADS | OPEN_FAILED,
	OPEN_PATH_MASK = (1 << OPEN_STAGE_SHIFT) - 1,
};

/* One open request: the half that every request writes; one cache line. */
struct open_request {
	uint64_t submit_ns;
	uint64_t user_data;
	uint64_t offset_bytes;
	uint64_t address;
	union {
		uint64_t task;
		struct {
			uint32_t tid;
			uint32_t pid;
		};
	};
	union {
		uint64_t length_flags; /* a word of the SQE */
		struct {
			uint32_t length_bytes;
			uint32_t op_flags;
		};
	};
	int32_t fd;
	uint32_t path;
	union {
		uint16_t ring;		   /* slot */
		uint16_t cq_depth_minus_1; /* in a record; at most 65 536 entries exist */
	};
	uint16_t buffer;
	uint16_t sq_depth; /* at most 32 768 entries exist */
	uint8_t op;
	uint8_t sqe_flags;
};

/* Cancelled in silence, because a request of its chain failed that had asked for silence. */
#define OPEN_SILENT (1u << OPEN_SILENT_SHIFT)

/* If it ends and no completion is seen, there was none. */
static inline int open_is_silent(const struct open_request *request)
{
	return request->sqe_flags & 1 << 6 /* IOSQE_CQE_SKIP_SUCCESS */ ||
	       request->path & OPEN_SILENT;
}

/* Key of a request that the tracer is taking out: it found its completion in the overflow backlog.
 */
enum { OPEN_TAKEN = 1 };

struct open_set {
	uint64_t keys[OPEN_WAYS]; /* address of the io_kiocb; 0: free */
	uint64_t reserved[4];
	struct open_request requests[OPEN_WAYS];
};

struct open_detail {
	uint64_t stage_ns[EV_STAGE_TIMES];
	uint64_t link_ns;  /* REQUEST.link_ns */
	uint64_t file;	   /* FILE number of the path the operation was given; 0: none */
	uint64_t chain_ns; /* submit_ns of the youngest request that names it as its chain's */
	uint32_t worker_tid;
	uint32_t commands; /* device commands in flight that serve it; atomic */
};

struct cell {
	/* What every request touches: one cache line. */
	uint64_t key; /* cell_key(); 0: free */
	uint64_t submitted;
	uint64_t errors;
	uint64_t bytes;
	uint64_t sum_ns;
	uint64_t min_ns; /* UINT64_MAX: none since the tracer last looked */
	uint64_t max_ns;
	uint32_t shift; /* of the last latency: its bucket is told by its 6 bits from here on */
	uint32_t reserved_32;
	uint64_t failed;
	uint64_t skipped;
	uint64_t vanished;
	uint64_t evicted;
	uint64_t worker;
	uint64_t poll;
	uint64_t write_bytes; /* devices: `bytes` has the rest */
	uint64_t reserved;
	uint32_t buckets[CELL_BUCKETS];
};

struct cell_index_entry {
	uint64_t key;
	uint64_t cell;
};

enum { CELL_LANE_SHIFT = 40 };

/* Never 0, because no ring has slot 0. */
static inline uint64_t cell_key(uint32_t lane, uint32_t ring, uint32_t op)
{
	return (uint64_t)lane << CELL_LANE_SHIFT | (uint64_t)ring << 16 | op;
}

/*
 * Each CPU has two record rings. While the reader keeps up the probes go round in the warm one,
 * which is small enough to stay in the cache: a record in memory that left the cache costs more
 * than everything else a probe does. What finds it full goes to the large one, if there is memory
 * for one. Each is in order by itself, and the reader merges them as it merges CPUs.
 */
enum { RECORDS_WARM, RECORDS_LARGE, RECORD_RINGS };
enum {
	RECORD_LAP_SHIFT = 12,
	RECORD_SLOTS_MIN = 1 << RECORD_LAP_SHIFT,
	RECORD_WARM_SLOTS = 1 << 14, /* 4 ms at four million requests a second */
};

/* Slots of a ring, given those of one of a CPU's own lane: copies see little and have a small warm
 * one. */
static inline uint32_t record_slots_of(uint32_t cpu_slots, uint32_t which, int of_copy)
{
	if (!of_copy)
		return cpu_slots;
	return which == RECORDS_WARM ? RECORD_SLOTS_MIN : 0;
}

/* The first slot of a lane in `records`, where one of a CPU's own has `cpu_slots` in both rings:
 * those lanes come first. With lane_count for the lane: all slots. */
static inline uint32_t record_first(uint32_t lane, uint32_t cpu_count, uint32_t cpu_slots)
{
	if (lane < cpu_count)
		return lane * cpu_slots;
	return cpu_count * cpu_slots + (lane - cpu_count) * RECORD_SLOTS_MIN;
}

struct record_ring {
	uint64_t head;	    /* slots ever reserved */
	uint64_t tail_seen; /* the reader's position when it was last looked at */
};

struct cpu_state {
	/* Written by the probes. */
	struct record_ring record_rings[RECORD_RINGS];
	uint64_t records_lost;
	uint64_t control_lost;
	uint64_t evicted;
	uint64_t cells_full;
	uint64_t rings_full;
	uint32_t batch_ring; /* the submission batch in progress: ring slot and published sq.head …
			      */
	uint32_t batch_head;
	uint64_t batch_task;	/* … and who submits it: open_request.task */
	uint64_t unknown_rings; /* completions of rings that were not known */
	uint64_t scratch;	/* a pointer stored here is read back as a number */
	uint64_t punted;	/* traced requests handed to io-wq */
	uint32_t ring_slot;	/* of the traced ring last met on this CPU */
	uint32_t ring_out;	/* position in ring_index of the ring last met that is left out */
	uint32_t cells[CPU_CELLS]; /* last used on this CPU, by operation */
	uint64_t spill; /* records that go to the large ring before the warm one is tried again */
	uint64_t overflow_walk;	 /* place in the list of the request that overflowed last */
	uint64_t submit_scratch; /* the same as `scratch`, of the probe that starts requests */
	uint64_t rescued;	 /* events that this copy took because the first one missed them */
	uint64_t reserved;
	/* Written by the reader: a cache line of its own. */
	uint64_t tails[RECORD_RINGS];
	uint64_t reserved_tail[6];
};

/*
 * A slot of a record ring. A request that ends is written as it stands in the table of open
 * requests, with how it ended behind it; bpf/drain.c makes the event of it. Every byte counts: at
 * millions a second, memory is what a record costs.
 */
enum record_kind {
	RECORD_REQUEST = 1, /* with OPEN_DETAIL, a slot of RECORD_STAGES follows */
	RECORD_STAGES = 2,
	RECORD_COMPLETION = 3,
	RECORD_WAIT = 4,
};

/* The second slot of a request that left the plain road. */
struct record_stages {
	uint64_t stage_ns[EV_STAGE_TIMES];
	uint32_t worker_tid;
	uint32_t link_low; /* halves of link_ns */
	uint32_t link_high;
	uint32_t commit;
};

struct record_slot {
	union {
		struct {
			union {
				/* cq_depth_minus_1 in the place of `ring` */
				struct open_request request;
				struct ev_completion completion;
				struct ev_wait wait;
			};
			uint64_t time_ns;
			uint64_t file;
			int32_t result;
			uint32_t cqe_flags;
			uint32_t queue;
			uint32_t commit; /* written last: record_commit_word() */
		};
		struct record_stages stages;
	};
};

/* A slot is whole when it carries the upper bits of its position: with its place in the ring, whose
 * slots are at least 4096, that is the whole position. Memory that was never written is no record,
 * because no kind is 0. */
enum { RECORD_END_SHIFT = 8, RECORD_KIND_MASK = 0xff };

static inline uint32_t record_lap(uint64_t position)
{
	return (uint32_t)position >> RECORD_LAP_SHIFT << RECORD_LAP_SHIFT;
}

static inline uint32_t record_commit_word(uint64_t position, uint32_t kind, uint32_t end)
{
	return record_lap(position) | end << RECORD_END_SHIFT | kind;
}

/* Settings that may change while the probes run. */
struct live_settings {
	uint64_t record_min_ns;	  /* requests at least this slow get a record; UINT64_MAX: none */
	uint64_t shut;		  /* rings that appear now are left out */
	uint64_t workers_watched; /* when a worker takes up a request is seen (bpf/worker.bpf.h) */
	struct bio_roads roads;
};

/* The event that a thread did last, of those that a probe is for: thread id << 32 | its mark. By
 * the lower bits of the thread's id; two threads that share them would have to be preempted between
 * two copies of a probe at the same time to be taken for each other. */
enum { MARKS_MAX = 1 << 16 };
struct event_marks {
	uint64_t last[MARKS_MAX];
};
enum copied_probe { COPIED_SUBMIT, COPIED_COMPLETE, COPIED_PROBES };

enum { TABLE_ALIGN_BYTES = 1 << 16 }; /* the largest page any kernel has */

/* What makes an operation unlike READ, in probe_settings.op_traits: most have none of it. */
enum op_trait {
	OP_LEFT_OUT = 1 << 0, /* the filter names others */
	OP_PATH = 1 << 1,     /* `addr` is a path that is to be told */
};

/* Settings fixed before loading. */
struct probe_settings {
	struct abi abi;
	uint64_t id_salt; /* of this boot: ring_id() */
	uint64_t filter_cgroup;
	uint32_t filter_cgroup_level;
	uint32_t record_slots[RECORD_RINGS]; /* of a CPU's own lane, powers of two; 0: no such ring
					      */
	uint32_t cpu_count;
	uint8_t copies; /* 1: probes are not preempted */
	uint8_t resolve_files;
	uint8_t filter_by_pid;
	uint8_t filter_by_comm;
	uint8_t filter_by_cgroup;
	uint8_t filter_by_ring; /* new rings are out: only what the tracer adopts is in */
	uint8_t filter_by_op;
	uint8_t reserved;
	char filter_comm[COMM_BYTES];
	uint8_t op_traits[256]; /* by operation */
	struct bio_ends ends;
	uint32_t command_mask; /* slots of one CPU's ring of command records - 1 */
	uint32_t cell_mask;    /* cells - 1 */
	uint32_t cell_index_mask;
	uint32_t cell_index_shift;  /* of a hash, to a position in the index */
	uint32_t device_queue_mask; /* hardware queues of a device - 1 */
	uint8_t ends_known;
	uint8_t all_commands; /* commands that no traced request asked for get a record too */
	uint8_t reserved_end[2];
};

/* Rare events, in the control ring buffer. */
enum control_type {
	CONTROL_RING = 1, /* a ring was created, or met for the first time */
	CONTROL_RING_DEAD = 2,
	CONTROL_FILE = 3,
	CONTROL_OVERFLOW = 4,
	CONTROL_REGISTER = 5,
	CONTROL_DEVICE = 6,
	CONTROL_DEVICE_EVENT = 7,
};

struct control_header {
	uint32_t type;
	uint32_t slot;
	uint64_t time_ns;
};

struct control_ring {
	struct control_header h;
	struct ring_slot ring;
};

struct control_overflow {
	struct control_header h;
	struct ev_overflow overflow;
	uint32_t found; /* the request's end has been recorded, or there is none */
	uint32_t reserved;
};

struct control_register {
	struct control_header h;
	struct ev_register registered;
};

/* Hardware queues from one on, counted by the block layer from 0. */
struct queue_range {
	uint32_t first;
	uint32_t count; /* 0: none of this kind */
};

/* Every admin queue has as many slots. */
enum { NVME_ADMIN_SLOTS = 32 };

enum { QUEUE_RANGES = 3 }; /* enum ev_device_queue_type - 1: default, read, poll */

struct control_device {
	struct control_header h; /* slot: of device_index */
	uint64_t sequence;	 /* of a disk: gendisk.diskseq; 0: none */
	uint32_t device;	 /* DEVICE number */
	uint32_t queue_count;
	uint32_t queue_limit;
	uint32_t reserved;
	struct queue_range ranges[QUEUE_RANGES];
	char name[32]; /* of a disk */
};

struct control_device_event {
	struct control_header h; /* slot: of device_index */
	struct ev_device_event event;
};

struct control_file {
	struct control_header h;
	uint64_t file;
	uint64_t inode;
	uint32_t device; /* of the file system, kernel encoding major << 20 | minor */
	uint32_t rdev;	 /* of a device node */
	uint32_t mode;
	uint32_t parts; /* names in `path`, last part first */
	uint32_t path_bytes;
	uint32_t truncated;
	char path[PATH_BYTES + PATH_PART_BYTES]; /* NUL after each */
};

_Static_assert(TABLE_ALIGN_BYTES + LANES_MAX * sizeof(struct cpu_state) +
			       RING_INDEX_SETS * sizeof(struct ring_index_set) +
			       RINGS_MAX * sizeof(struct ring_slot) +
			       CELL_INDEX_MIN * sizeof(struct cell_index_entry) +
			       FILE_CACHE_MAX * sizeof(uint64_t) <=
		       4 << 20,
	       "the most that a map's value may have up to 5.19");
_Static_assert(sizeof(struct ring_index_set) == 64, "one cache line");
_Static_assert(sizeof(struct ring_slot) == 256, "four cache lines");
_Static_assert(sizeof(struct open_request) == 64, "one cache line");
_Static_assert(sizeof(struct cell) == 4096, "one page");
_Static_assert(sizeof(struct cpu_state) == 256, "layout");
_Static_assert(sizeof(struct record_slot) == 96, "one and a half cache lines");
_Static_assert(sizeof(struct record_stages) == sizeof(struct record_slot),
	       "one slot, its commit at the same place");

#endif

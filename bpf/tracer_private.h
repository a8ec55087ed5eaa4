/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_TRACER_PRIVATE_H
#define BPF_TRACER_PRIVATE_H
/*
 * The tracer's inside, shared by its files:
 *   tracer.c    loads, maps, starts, stops, frees
 *   attach.c    which probe goes to which event of the kernel
 *   settings.c  what the probes are told before they are loaded
 *   control.c   rare events from the kernel → events waiting for their turn
 *   drain.c     merges the CPUs' record rings and the waiting events by time
 *   overflow.c  finds the request behind a completion that found the CQ full
 *   open_files.c  the files of requests that have not ended
 *   older.c     names the requests that are older than the tracer
 *   skipped.c   finds requests that have ended in silence, as they were asked to
 *   snapshot.c  counters, histograms and open requests as events
 *   devices.c   block devices and their queues
 *   lives.c     devices that go, and what takes their place
 *   device_names.c  what devices are called, and how their queues are laid out
 *   commands.c  device commands in flight, and the ends of bios
 *   cells.c     what is new in the histogram cells
 *   requests.c  requests that are older than the tracer
 *   rings.c     the tracer's own view of the ring slots, their birth and harvest
 *   discover.c  existing rings
 */
#include <linux/types.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bpf/abi_btf.h"
#include "bpf/tables.h"
#include "bpf/tracer.h"

/* An event that waits until everything older has been handed out. */
struct waiting {
	uint64_t time_ns;
	uint32_t at; /* offset of the event in `bytes` */
	uint32_t size_bytes;
};

struct waiting_list {
	struct waiting *items;
	char *bytes;
	size_t count, next, room;
	size_t bytes_used, bytes_room;
	int sorted;
};

/* A completion that found the CQ full and whose request has not been found yet. */
struct pending_overflow {
	uint64_t user_data;
	uint64_t time_ns;
	int64_t result;
	uint32_t slot;
	uint32_t cqe_flags;
	uint32_t candidates; /* open requests that it may be of */
	int found;
};

/* What the tracer remembers of a ring slot besides what the slot holds. */
struct ring_memory {
	/* Overflowed requests that the probe did not find (ring_slot.overflowed has the others) … */
	uint64_t overflowed_open;     /* … taken out of the table of open ones */
	uint64_t overflowed_vanished; /* … found in a VANISHED record */
	struct ev_queue_state last;   /* as last sent */
	uint64_t died_ns;
	uint64_t skipped;	   /* found to have ended in silence */
	struct ring_sample sample; /* as last read */
	uint64_t older_ended;	   /* ring_slot.older when … */
	uint32_t older_open;	   /* … so many requests older than the tracer were open */
	uint32_t id;
	uint8_t older_counted; /* these two are known */
	uint8_t announced;
	uint8_t found;	 /* by the walk that is under way */
	uint8_t missing; /* iterators did not find it this many times in a row */
	uint8_t dead;
	uint8_t sent; /* `last` is valid */
};

/* The file of the request that was open at a place of the table. */
struct open_file {
	uint64_t submit_ns; /* identifies the request */
	uint64_t file;
};

/* A cell's values at the last snapshot; buckets only as far as they were used. */
struct cell_memory {
	uint64_t key;
	uint64_t completed; /* sum of the buckets, which themselves may overflow */
	uint64_t errors, failed, skipped, bytes, write_bytes, sum_ns, worker, poll;
	uint32_t *buckets;
	uint32_t first, length;
};

/* The request of a queue that ended last. */
struct last_end {
	uint64_t submit_ns;
	uint64_t ended_ns;
	uint32_t queue;
};
enum { LAST_ENDS = 256 };

/* An NVMe controller, by the driver's number of it. */
struct controller {
	uint64_t inode;	     /* of its folder in sysfs, when its queues were last known; 0: never */
	uint64_t told_inode; /* when it was told */
	int told;
};
enum { CONTROLLERS_MAX = 256 };

/* What tells the life of a device from another under the same name. 0: it has none. */
struct device_identity {
	uint64_t sequence; /* of a disk: gendisk.diskseq */
	uint64_t folder;   /* inode in sysfs */
	uint64_t backing;  /* the same of what is said there of a loop device's file */
};

enum device_state { DEVICE_BORN = 1, DEVICE_HERE, DEVICE_GONE, DEVICE_FOLLOWED, DEVICE_LEAVING };

/* Who stands in a slot of device_index, see lives.c. */
struct device_life {
	struct device_identity identity;
	uint64_t born_ns;    /* when it was seen first */
	uint64_t left_ns;    /* when it was found gone */
	uint32_t number;     /* DEVICE number; 0: free */
	uint32_t controller; /* DEVICE number of a disk's; 0: none */
	enum device_state state;
	char name[sizeof(((struct control_device *)0)->name) + 1]; /* in sysfs */
};

/* Where the reader is in a record ring. What the probes see of it is written seldom: the lines
 * that both sides touch are what a record costs. */
struct record_reader {
	uint64_t tail;	    /* next slot to read */
	uint64_t published; /* tail as the probes know it */
	uint64_t head;	    /* as read when the drain began */
	uint32_t first;	    /* its first slot in `records` */
	uint32_t mask;	    /* of a position: slots - 1 */
};

/* A disk with several paths, which has no commands and no slot of its own. */
struct told_head {
	uint32_t number; /* 0: none */
	uint64_t folder; /* inode in sysfs */
	char name[32];
};

struct losses {
	uint64_t counts[EV_LOSS_LAST + 1];
};

struct tracer {
	struct tracer_options options;
	uint32_t pids[TRACER_PIDS_MAX];
	struct abi abi;
	const char *submit_tracepoint;
	uint64_t cgroup_id;
	char *cgroup_path; /* as in /proc/PID/cgroup */
	uint64_t boot_salt;

	struct bpf_object *object;
	struct bpf_object *iterators;
	struct bpf_link *links[64]; /* more than attach.c and copies.c have probes */
	int link_count;
	int started;
	int workers_watched;
	uint32_t copies_attached; /* besides the first of the hot probes */
	uint64_t copies_asked_ns; /* when the misses of the hot probes were last asked for */
	uint64_t copies_missed;	  /* what they all missed by then */
	int filter_by_op;
	int nvme_watched;
	int scsi_watched;
	struct ring_buffer *control;

	/* Mapped maps. */
	struct live_settings *live;
	struct cpu_state *cpus;
	struct ring_index_set *ring_index;
	struct ring_slot *rings;
	struct cell_index_entry *cell_index;
	struct open_set *open_sets;
	struct record_slot *records;
	struct record_reader *readers; /* RECORD_RINGS a lane */
	struct ev_merge *merge;	       /* of all rings' oldest records, see drain.c */
	struct device_index_entry *device_index;
	struct device_queue *device_queues;
	struct command_set *command_sets;
	struct command_ring *command_rings; /* one a CPU */
	struct command_slot *command_records;
	struct ring_sample *ring_sample; /* of the ring that was sampled last */
	char *cells;			 /* the first cells_mapped cells */
	uint32_t cells_mapped;
	uint32_t cpu_count;
	uint32_t lane_count;		     /* bpf/tables.h */
	uint32_t record_slots[RECORD_RINGS]; /* of a CPU's own lane */
	uint32_t command_mask;
	uint32_t cell_count;	     /* a power of two */
	uint32_t device_queue_count; /* of one device; a power of two */
	off_t cells_offset;	     /* of the first cell in its map */
	int cells_fd, details_fd, free_rings_fd, free_cells_fd, pids_fd;
	int claims_fd; /* negative where the probes do without it */
	int adopt_fd, forget_fd, sample_fd, is_free_fd, open_file_fd, thread_ends_fd;

	struct waiting_list waiting;
	struct pending_overflow *overflows;
	size_t overflow_count;
	int overflows_new;
	struct open_file *open_files; /* one a place in open_sets */
	uint32_t open_files_next;     /* the set to go on after */

	struct ring_memory *memory; /* one a slot */
	struct older_found *older;  /* requests older than the tracer, see older.c */
	size_t older_count;
	uint32_t bucket_bytes; /* of the kernel's tables of them; 0: not known */
	uint32_t slots_used;   /* slots ever seen: 1 … slots_used */
	int dead_count;
	struct cell_memory *cell_memory;       /* one a cell */
	struct ev_device_state *device_memory; /* one a device queue, as last sent */
	struct device_life lives[DEVICES_MAX]; /* by slot */
	uint32_t device_births;		       /* since the last look for devices that are gone */
	struct told_head heads[DEVICES_MAX];   /* multipath disks that were told */
	uint32_t head_count;
	struct controller controllers[CONTROLLERS_MAX];
	uint64_t road_modules; /* the drivers that were there when roads were looked up */
	int roads_known;
	struct losses lost; /* as last sent */
	uint64_t id_clashes;
	uint32_t births;      /* rings since the last look for dead ones */
	uint64_t snapshot_ns; /* time of the latest snapshot */
	uint64_t output_ns;   /* time of the latest event handed out */
	uint64_t reconcile_ns, reconcile_cost_ns;
	uint32_t keep_slow;
	uint32_t last_pid;
	struct last_end last_ends[LAST_ENDS]; /* by queue id, one place for several */
	uint32_t *known_pids;		      /* open addressing; 0: free */
	size_t known_pid_count;
};

uint64_t tracer_now(void);

/* attach.c */
int attach(struct tracer *tracer, const char *program, const char *tracepoint);
int attach_probes(struct tracer *tracer, struct ev_error *why);
/* Called with every drain. */
void tracer_watch_workers(struct tracer *tracer);
/* Called when an NVMe device is seen. */
void tracer_watch_nvme(struct tracer *tracer);
/* Called when a SCSI disk is seen. */
void tracer_watch_scsi(struct tracer *tracer);

/* copies.c */
/* Before loading. Returns how many copies of the hot probes there are to be: 1 or COPIES. */
uint32_t copies_choose(struct tracer *tracer);
/* Before loading: which event they are for. */
int copies_bind_submit(struct tracer *tracer);
/* The program to attach first for a probe. */
const char *copies_first(const struct tracer *tracer, const char *probe);
/* Called with every drain. */
void copies_watch(struct tracer *tracer);
/* Events that no copy of a probe has seen. */
uint64_t copies_missed(const struct tracer *tracer);

/* libbpf's name for the map of the probes' variables. */
#define TRACER_TABLES ".bss"

/* sizes.c */
/* Once the probes are opened. */
int sizes_choose(struct tracer *tracer, struct ev_error *why);
int sizes_set(struct tracer *tracer);
/* The first slot of a lane's record rings; of lane_count: how many there are. */
uint32_t sizes_record_first(const struct tracer *tracer, uint32_t lane);

/* mappings.c */
/* A table of bpf/tables.h: in the map of all tables, or a map of its own. */
struct table {
	int in_tables;
	off_t offset; /* in the map of all */
	size_t bytes;
};
/* 0, or -ENOENT. */
int mappings_find(const struct tracer *tracer, const char *name, struct table *ret_table);
int mappings_init(struct tracer *tracer);
void mappings_done(struct tracer *tracer);

/* settings.c */
/* Can probes of this kernel be preempted? */
int settings_preemptible(void);
int settings_choose(struct tracer *tracer, struct probe_settings *settings, struct ev_error *why);

/* control.c */
int control_open(struct tracer *tracer, struct ev_error *why);
/* Takes everything out of the control ring into `waiting`. */
int control_take(struct tracer *tracer);

/* waiting list, in control.c */
int waiting_add(struct waiting_list *list, const struct ev_header *event);
/* The same as a tracer_event_fn, whose argument is the list. */
int waiting_event(void *arg, const struct ev_header *event);
/* The oldest, NULL when empty; stays until waiting_pop(). */
const struct ev_header *waiting_peek(struct waiting_list *list);
void waiting_pop(struct waiting_list *list);
void waiting_done(struct waiting_list *list);

/* overflow.c */
int overflow_note(struct tracer *tracer, uint32_t slot, const struct ev_overflow *overflow);
/* Looks for the requests of new overflows among the open ones. */
void overflow_resolve(struct tracer *tracer);
/* Turns a VANISHED record into an OVERFLOWED one when an overflow explains it. */
void overflow_explain(struct tracer *tracer, struct ev_request *request);

/* rings.c */
int rings_born(struct tracer *tracer, uint32_t slot, const struct ring_slot *ring,
	       uint64_t time_ns);
int rings_died(struct tracer *tracer, uint32_t slot, uint64_t time_ns);
/* The slot of a live ring, 0 when there is none. */
uint32_t rings_find(const struct tracer *tracer, uint32_t id);
/* Lives, and its QUEUE event was handed out: only then may other events speak of it. */
int rings_live(const struct tracer *tracer, uint32_t slot);
/* Looks for dead rings when many were born. */
int rings_relieve(struct tracer *tracer);
/* Puts the last state of rings that died into `waiting` and frees their slots and cells. */
int rings_harvest(struct tracer *tracer);
/* Runs a program that is never attached. Returns its result or a negative errno. */
int tracer_run(int program_fd, const uint64_t *args, size_t arg_count);

/* drain.c */
/* Once the sizes are known. */
int drain_prepare(struct tracer *tracer);
void drain_done(struct tracer *tracer);
/* Hands out everything up to a moment; as tracer_drain() does. */
int drain_until(struct tracer *tracer, uint64_t horizon_ns, size_t budget, tracer_event_fn event,
		void *arg);
/* A request as it stands in the table of open requests, as an event; the ring is not filled in. */
void drain_open_request(const struct open_request *open, struct ev_request *ret_event);
/* The moment up to which every event has surely been written. */
uint64_t drain_horizon(const struct tracer *tracer);

/* cells.c: one operation of one ring, all CPUs together. */
struct cell_sum {
	struct ev_latency latency; /* what is new since the last visit */
	uint32_t buckets[CELL_BUCKETS];
	uint32_t slot;
	uint16_t op;
	uint64_t write_bytes; /* devices: new since the last visit; latency.bytes has the rest */
	/* Since the ring was first seen. */
	uint64_t submitted, completed, failed, skipped, vanished, evicted;
};
enum cells_which {
	CELLS_OF_LIVE_RINGS,
	CELLS_OF_DEAD_RINGS,
	CELLS_OF_DEVICES,
	CELLS_OF_LEAVING_DEVICES,
	CELLS_OF_NOBODY,
};
typedef int (*cell_sum_fn)(void *arg, const struct cell_sum *sum);
/* Calls back for each (ring, operation) in order of ring; what was new counts as visited. */
int cells_visit(struct tracer *tracer, enum cells_which which, cell_sum_fn visit, void *arg);
/* Requests of one ring that the probes have seen begin, and that have ended, as far as cells know. */
uint64_t cells_begun(struct tracer *tracer, uint32_t slot);
uint64_t cells_ended(struct tracer *tracer, uint32_t slot);
/* Gives them back. */
void cells_release(struct tracer *tracer, enum cells_which which);
void cells_done(struct tracer *tracer);

/* snapshot.c */
struct snapshot {
	struct tracer *tracer;
	tracer_event_fn event;
	void *arg;
	uint64_t now;
	struct ev_queue_state *states; /* one a slot, being summed */
	uint64_t counted;	       /* requests ended since the last snapshot, all rings */
	uint64_t *buckets;	       /* of these, by latency */
};
/* Adds LATENCY and QUEUE_STATE of the rings `which`, with snapshot->now as their time. */
int snapshot_rings(struct snapshot *snapshot, enum cells_which which);
/* A histogram as pairs of varints, the variable part of LATENCY and DEVICE_STATE; returns its
 * length. */
size_t snapshot_put_buckets(uint8_t *at, const uint32_t *buckets);
enum { SNAPSHOT_PAIRS_BYTES = CELL_BUCKETS * 8 };
/* Fills an open request's event from its place in the table. Returns 0 when the place is free. */
int snapshot_open_request(struct tracer *tracer, uint32_t set, uint32_t way,
			  struct ev_request *event);

/* open_files.c */
/* Asks for the files of requests that have been open for a while; names that are new come through the
 * control ring, with this time. */
void open_files_resolve(struct tracer *tracer, uint64_t time_ns);
/* The same for all that are open; the last chance before the probes are detached. */
void open_files_resolve_all(struct tracer *tracer);
/* May a request of the table have ended unseen? */
int open_files_doubted(const struct tracer *tracer, const struct open_request *request);
/* FILE number of the request at a place of the table; 0: not known. */
uint64_t open_files_find(const struct tracer *tracer, uint32_t position, uint64_t submit_ns);

/* requests.c */
/* How many requests a ring has that have not ended. 0: not known. */
int requests_count(struct bpf_object *iterators, uint64_t ring_ctx, uint32_t sq_entries,
		   uint32_t cq_entries, uint32_t *ret_count);
/* Asks the rings that are older than the tracer for their older requests. */
void requests_look_back(struct tracer *tracer);
/* How many of these are still open; only with ring_memory.older_counted. */
uint32_t requests_older(const struct tracer *tracer, uint32_t slot);

/* older.c: names these, as far as the rings have them on lists; the names of their files are told at
 * `time_ns`. */
void older_look(struct tracer *tracer, uint64_t time_ns);
int older_give(struct snapshot *snapshot, size_t limit);

/* skipped.c: takes requests out that have ended in silence, and tells them. */
int skipped_resolve(struct snapshot *snapshot);

/* devices.c */
int devices_born(struct tracer *tracer, const struct control_device *device);
/* Number of a disk's life; 0: not told. */
uint64_t devices_sequence(const char *name);
/* Adds DEVICE_STATE of every queue that changed of the devices `which`. */
int devices_give(struct snapshot *snapshot, enum cells_which which);
/* The same of all, and DEVICE_EVENT of those that are gone. */
int devices_snapshot(struct snapshot *snapshot);

/* Adds a DEVICE_EVENT of the multipath disks that were told and are gone. */
int devices_look_heads(struct snapshot *snapshot);

/* lives.c */
/* Inode of what a disk has below its folder in sysfs; 0: there is no such thing. */
uint64_t lives_inode(const char *disk, const char *below);
/* A device is seen first. Who had its number before is told as gone. */
int lives_begin(struct tracer *tracer, const struct control_device *born);
/* Is the disk in a slot still there? */
int lives_there(const struct tracer *tracer, uint32_t slot);
/* From now on the counters of what has been handed out may be told. */
void lives_come(const struct snapshot *snapshot);
/* Slots, a bit each, that nothing refers to any more. */
uint64_t lives_ended(const struct snapshot *snapshot);
/* Frees slots, whose counters were told, and tells what is gone now. */
int lives_look(struct snapshot *snapshot, uint64_t ended);
/* Does so when many devices came. All up to `now` was handed out. */
int lives_relieve(struct tracer *tracer, uint64_t now);

/* device_names.c */
/* Adds DEVICE_QUEUE and DEVICE_NAME of a new device to `waiting`. */
int device_names_add(struct tracer *tracer, const char *name, const struct control_device *device);
/* Adds DEVICE_NAME of an NVMe controller. */
int device_names_add_controller(struct tracer *tracer, const char *name, uint32_t device,
				uint64_t time_ns);

/* The interrupt of a queue of the controller that `name` (nvme0, nvme0n1) belongs to; 0: none. */
uint32_t device_names_irq(const char *name, uint32_t queue);

/* controllers.c */
/* Inode of its folder in sysfs; 0: there is no such controller. */
uint64_t controllers_inode(uint32_t device);
/* Adds a DEVICE_EVENT when it was told and is gone. */
int controllers_look(struct snapshot *snapshot, uint32_t device);
/* Remembers the controllers that are there. */
void controllers_scan(struct tracer *tracer);
/* DEVICE number of a disk's controller; 0: none, or several. */
uint32_t controllers_of_disk(const char *disk);
/* Adds DEVICE and DEVICE_QUEUE of a controller to `waiting`. `queue_limit` 0: not known. */
int controllers_tell(struct tracer *tracer, uint32_t device, uint32_t queue_limit,
		     uint64_t time_ns);
/* Something happened to the device in a slot. */
int controllers_happened(struct tracer *tracer, uint32_t slot, struct ev_device_event event);

/* commands.c */
/* The addresses of the functions that end a bio. */
void commands_find_ends(struct probe_settings *settings);
/* Slots of the devices, a bit each, that have commands in flight. */
uint64_t commands_devices(const struct tracer *tracer);
/* Adds a COMMAND for each that is not done. */
int commands_snapshot(struct snapshot *snapshot);
/* The oldest whole record of a CPU's commands, NULL when there is none. */
const struct command_slot *commands_head(const struct tracer *tracer, uint32_t cpu);
/* Hands out a CPU's oldest record and frees its slot. */
int commands_give(struct tracer *tracer, uint32_t cpu, tracer_event_fn event, void *arg);

/* roads.c */
/* The roads that there are on this kernel, with the drivers it has now. */
int roads_find(struct bio_roads *ret_roads);
/* Tells the probes, if drivers came or went since the last look. */
void roads_look(struct tracer *tracer);
/* The drivers that can be followed. Nonzero: there is one that cannot. */
int roads_text(char *text, size_t text_bytes, const struct bio_roads *roads);

/* discover.c */
struct found_list {
	struct found_ring *rings;
	size_t count;
};
int discover_open(struct bpf_object **ret_iterators, struct ev_error *why);
/* Each ring once, owner chosen; free(ret_list->rings). */
/* Runs an iterator; returns how many bytes it wrote, -1: it cannot be run. */
long discover_read(struct bpf_object *iterators, const char *name, void *ret_bytes, size_t room);
int discover_rings(struct bpf_object *iterators, struct found_list *ret_list, struct ev_error *why);
uint32_t discover_id(uint64_t ring_ctx, uint64_t salt);
int discover_salt(uint64_t *ret_salt, struct ev_error *why);

void tracer_silence_libbpf(void);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_DEVICE_TABLES_H
#define BPF_DEVICE_TABLES_H
/*
 * The memory that the probes and the tracer share, as far as it is of devices:
 *
 *   device_index, device_queues   block devices met, and what each hardware queue counts
 *   command_sets  every device command that is not done, 4 ways a set
 *   command_rings, command_records   the record rings of commands, which end in interrupts: a
 *                 second one for each CPU, of 128-byte slots
 *   live.roads    ways from the bios that drivers make back to those they were made for
 */
#include "bpf/abi.h"
#include "event/record.h"

enum {
	DEVICES_MAX = 64,
	DEVICE_PROBES = 16,
	DEVICE_QUEUES_MIN = 16,	  /* hardware queues of one device; higher numbers are folded */
	DEVICE_QUEUES_MAX = 1024, /* as many on machines with many CPUs */
	COMMAND_SETS = 4096,
	COMMAND_WAYS = 4,	/* of a set */
	COMMAND_BIOS_MAX = 256, /* bios of one command that are looked at */
	BIO_STEPS_MAX = 16,	/* from a command's bio to the one that was submitted */
	BIO_ROADS_MAX = 12,
	UNLINKED_SIZE = 16, /* a power of two: the verifier wants an index to be masked */
};
_Static_assert((int)EV_UNLINKED_KINDS <= (int)UNLINKED_SIZE, "room for all kinds");

/* Block devices, by the address of their gendisk and its sequence number (disk_key()), and NVMe
 * controllers by the address of their nvme_ctrl. The tracer frees slots (bpf/lives.c). */
struct device_index_entry {
	uint64_t disk; /* 0: free */
};

/* One hardware queue, counted on whatever CPU: all of it atomic. Times and bytes are in cells. */
struct device_queue {
	uint32_t depth;			    /* commands with the driver */
	uint32_t depth_max;		    /* since the tracer last looked */
	uint32_t waiting;		    /* commands in the scheduler */
	uint32_t waiting_max;		    /* since the tracer last looked */
	uint64_t ops[EV_COMMAND_OTHER + 1]; /* completed, by enum ev_command_op */
	uint64_t linked;
	uint64_t unlinked[UNLINKED_SIZE]; /* by enum ev_unlinked */
	uint64_t merges;
	uint64_t retries;
	uint64_t tag_waits;
	uint64_t scheduled;
	uint64_t scheduled_ns;
	uint32_t limit;		/* tags it was made with: NVMe's slots follow from it */
	uint32_t type;		/* enum ev_device_queue_type */
	uint32_t tag_limit;	/* tags it may use now */
	uint32_t request_limit; /* of the scheduler; 0: there is none */
	uint32_t sq_head, sq_tail, unfetched_max;
	uint32_t reserved;
};

/* Where a command stands. */
enum command_state {
	COMMAND_WAITS = 1,  /* in the scheduler */
	COMMAND_ISSUED = 2, /* with the driver */
	COMMAND_BACK = 3,   /* put back by the driver: a new tag comes with the next issue */
};

/* A walk over the bios of a command: what was met so far. */
struct bio_walk {
	uint64_t last;	       /* key of the request that the last bio belongs to */
	uint64_t first;	       /* of the first that belongs to one */
	uint64_t offset_bytes; /* of the run of bios that belong to the same */
	uint32_t length_bytes;
	uint16_t bios;
	uint16_t runs;
	uint16_t requests;
	uint16_t reserved[3];
};

/* One command that is not done, by the address of its block request. */
struct open_command {
	uint64_t queued_ns; /* 0: not known */
	uint64_t insert_ns; /* into the scheduler */
	uint64_t issue_ns;
	uint64_t offset_bytes;
	uint64_t request_submit_ns; /* of the first request it serves; 0: none is known */
	uint32_t request_queue;
	uint32_t pid;
	uint32_t tid;
	uint32_t length_bytes;
	uint32_t flags;
	uint32_t tag;
	uint32_t depth;
	uint32_t issue_cpu;
	uint32_t namespace_id;
	uint16_t device; /* slot */
	uint16_t hw_queue;
	uint16_t cid;	 /* NVMe */
	uint16_t status; /* NVMe */
	uint8_t state;	 /* enum command_state; 0: only set up by the NVMe driver */
	uint8_t op;	 /* enum ev_command_op */
	uint8_t opcode;
	uint8_t nvme; /* opcode, cid and namespace_id are known */
	uint8_t requeues;
	uint8_t retries;
	uint8_t nvme_done; /* status and retries are known */
	uint8_t detail;	   /* of a ring whose every request gets a record */
	struct bio_walk walk;
};

struct command_set {
	uint64_t keys[COMMAND_WAYS]; /* 0: free */
	struct open_command commands[COMMAND_WAYS];
};

/* Heads and tail of a CPU's ring of command records. Requests have a ring of their own: a command
 * may end in an interrupt in the middle of the probe of a request. */
struct command_ring {
	uint64_t head; /* slots ever reserved; atomic */
	uint64_t tail_seen;
	uint64_t lost;
	uint64_t evicted;
	uint64_t devices_full;
	uint64_t missed;  /* ends that no probe saw */
	uint64_t rescued; /* events that a probe's copy took because it missed them; atomic */
	uint64_t reserved;
	uint64_t tail; /* written by the reader: a cache line of its own */
	uint64_t reserved_tail[7];
};

/* A slot of a CPU's ring of command records: the event as it is told, but for the device, which is a
 * slot of device_index. */
struct command_slot {
	union {
		struct ev_header h;
		struct ev_command command;
		struct ev_command_part part;
	};
	uint64_t commit; /* position + 1, written last */
};

/* Functions that end a bio, by which one sees whose it is; 0: not known. */
struct bio_ends {
	uint64_t chain, iomap, iomap_simple, blkdev, blkdev_async, dio;
};

/*
 * The way from a bio that a driver made (dm, md: one that has no queues and passes on what it gets)
 * to the bio it was made for: the driver's own note of it, found by the function that ends its bios.
 * They are in modules, which come and go (bpf/roads.c).
 */
struct bio_road {
	uint64_t end;	   /* written last; 0: not there */
	uint64_t excluded; /* bits of the word at `state`: the other bio may have ended already */
	int32_t distance;  /* from the bio, see below */
	uint16_t origin;   /* of the other bio's address, in the note */
	uint16_t state;
	uint32_t note; /* enum bio_note */
	uint32_t reserved;
};

/* Where the note is. */
enum bio_note {
	NOTE_IN_PRIVATE, /* bi_private has its address */
	NOTE_POINTED_AT, /* a word at `distance` has it */
	NOTE_AROUND,	 /* the bio lies in it: it begins at `distance` */
	NOTE_IS_ORIGIN,	 /* there is none: bi_private has the other bio's address */
};

/* dm's road is the first: only there is the other bio's private field borrowed while it is polled
 * for (dm_queue_poll_io, 5.18 and later). */
enum { ROAD_OF_DM };

struct bio_roads {
	struct bio_road roads[BIO_ROADS_MAX];
	uint32_t count;		/* of places to look at */
	uint32_t borrowed_flag; /* of the other bio; 0: no kernel that borrows it */
	uint64_t borrowed_at;	/* what it was, in the note that it points to */
};

_Static_assert(sizeof(struct command_slot) == 128, "two cache lines");
_Static_assert(sizeof(struct command_ring) == 128, "two cache lines");

#endif

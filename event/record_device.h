/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef EVENT_RECORD_DEVICE_H
#define EVENT_RECORD_DEVICE_H
/*
 * The records of devices: what they are, what their queues hold, each command and the requests it
 * serves. The second part of event/record.h, under the same rules; whoever includes one gets both.
 */
#include "event/record.h"

/* Variable part: text, name as people say it (nvme0n1). */
struct ev_device {
	struct ev_header h;
	uint64_t size_bytes;
	uint32_t device; /* major << 20 | minor */
	uint32_t queue_count;
	uint32_t queue_limit; /* commands one queue can hold; 0: not known */
	uint32_t block_bytes;
	uint8_t driver; /* enum ev_driver */
	uint8_t type;	/* enum ev_device_type; 0: not known */
	uint8_t reserved[2];
	uint32_t namespace_id; /* NVMe */
	uint32_t controller; /* DEVICE number of the controller whose queues it uses; 0: its own */
	uint32_t head; /* DEVICE number of the multipath device that it is a path to; 0: none */
};

enum ev_device_type {
	EV_DEVICE_DISK = 1,
	EV_DEVICE_PATH = 2,	  /* one way to a multipath disk */
	EV_DEVICE_CONTROLLER = 3, /* owner of queues that its disks share; has an admin queue */
};
/* Set in the DEVICE number of a controller, which has no block device number of its own. */
enum { EV_DEVICE_CONTROLLER_BIT = 1u << 31 };

enum ev_driver {
	EV_DRIVER_OTHER = 0,
	EV_DRIVER_NVME = 1,
	EV_DRIVER_VIRTIO = 2,
	EV_DRIVER_LOOP = 3,
	EV_DRIVER_SCSI = 4
};

/* What a device command does. */
enum ev_command_op {
	EV_COMMAND_READ = 1,
	EV_COMMAND_WRITE = 2,
	EV_COMMAND_FLUSH = 3,
	EV_COMMAND_DISCARD = 4,
	EV_COMMAND_PASSTHROUGH = 5,
	EV_COMMAND_ADMIN = 6,
	EV_COMMAND_OTHER = 7,
};

/* As what a command was sent that no request of a ring is known to have asked for: of reads and writes
 * what the kernel marked them as, of others what they do. docs/events.md says who marks what. */
enum ev_unlinked {
	EV_UNLINKED_METADATA = 0,
	EV_UNLINKED_JOURNAL = 1,
	EV_UNLINKED_WRITE_BACK = 2,
	EV_UNLINKED_READ_AHEAD = 3,
	EV_UNLINKED_SWAP_OUT = 4,
	EV_UNLINKED_SYNC_WRITE = 5,
	EV_UNLINKED_DIRECT_WRITE = 6,
	EV_UNLINKED_READ = 7,  /* not marked */
	EV_UNLINKED_FLUSH = 8, /* from here on in the order of enum ev_command_op */
	EV_UNLINKED_DISCARD = 9,
	EV_UNLINKED_PASSTHROUGH = 10,
	EV_UNLINKED_ADMIN = 11,
	EV_UNLINKED_OTHER = 12,
};
enum { EV_UNLINKED_KINDS = EV_UNLINKED_OTHER + 1 };

/* What COMMAND.status is counted in. */
enum ev_status {
	EV_STATUS_BLOCK = 1, /* blk_status_t, which has its own numbers */
	EV_STATUS_NVME =
		2, /* NVMe status field without the phase bit: code, type << 8, more, DNR */
	EV_STATUS_NT = 3,
};

/* Windows: how urgent an I/O is, bits 17 to 19 of COMMAND.flags; 0: not told. */
enum ev_io_priority {
	EV_IO_PRIORITY_VERY_LOW = 1,
	EV_IO_PRIORITY_LOW = 2,
	EV_IO_PRIORITY_NORMAL = 3,
	EV_IO_PRIORITY_HIGH = 4,
	EV_IO_PRIORITY_CRITICAL = 5,
};
enum { EV_IO_PRIORITY_SHIFT = 17, EV_IO_PRIORITY_MASK = 7 };

/* One device command. time_ns is when it ended. request_queue and request_submit_ns name the
 * request it was issued for; both 0: none that could be proved. When it serves more than one
 * (`parts`), they name the first, and a COMMAND_PART for each comes before it. */
struct ev_command {
	struct ev_header h;
	uint64_t queued_ns; /* entered the block layer */
	uint64_t issue_ns;  /* handed to the driver */
	uint64_t offset_bytes;
	uint64_t key; /* Windows: IRP; Linux: 0 */
	uint64_t request_submit_ns;
	uint64_t file; /* FILE number; 0: not known */
	uint32_t request_queue;
	uint32_t device;     /* major << 20 | minor; Windows: disk number */
	uint32_t hw_queue;   /* hardware queue; NVMe: qid */
	uint32_t command_id; /* NVMe: cid; else the driver tag */
	uint32_t length_bytes;
	uint32_t pid; /* process it was issued for, where that is known */
	uint32_t tid;
	uint32_t namespace_id;
	uint32_t depth;	 /* commands in flight in this queue, this one included, at issue */
	uint32_t status; /* NVMe status field, NTSTATUS, or block status; 0: success */
	uint32_t flags;	 /* Windows: IrpFlags; Linux: request flags */
	uint8_t op;	 /* enum ev_command_op */
	uint8_t opcode;	 /* NVMe opcode */
	uint8_t end;	 /* enum ev_end: OPEN or COMPLETED */
	uint8_t requeues;
	uint16_t parts;	     /* requests it serves, as far as they could be proved */
	uint8_t retries;     /* times the driver tried again */
	uint8_t status_type; /* enum ev_status; 0: not known */
	uint32_t issue_cpu;  /* CPU that handed it to the driver; EV_CPU_NONE: not known */
};

/* The part of a command that serves one request, where the command serves several. time_ns,
 * issue_ns, device, hw_queue and command_id are those of its COMMAND, which follows. */
struct ev_command_part {
	struct ev_header h;
	uint64_t issue_ns;
	uint64_t offset_bytes; /* position of the part on the device */
	uint64_t request_submit_ns;
	uint32_t request_queue;
	uint32_t device;
	uint32_t hw_queue;
	uint32_t command_id;
	uint32_t length_bytes;
	uint32_t reserved;
};

/* What a hardware queue is for. */
enum ev_device_queue_type {
	EV_DEVICE_QUEUE_DEFAULT = 1, /* whatever has no queue of its own */
	EV_DEVICE_QUEUE_READ = 2,
	EV_DEVICE_QUEUE_POLL = 3, /* no interrupt: completions are polled for */
	EV_DEVICE_QUEUE_ADMIN = 4,
};

/* Variable part: text, the CPUs that issue to it ("0-3,8"). */
struct ev_device_queue {
	struct ev_header h;
	uint32_t device;
	uint32_t hw_queue;
	uint32_t queue_limit; /* commands it can hold; 0: not known */
	uint32_t sq_entries;  /* NVMe: slots of its submission queue; 0: not known */
	uint32_t irq;	      /* number of its interrupt; 0: none or not known */
	uint8_t type;	      /* enum ev_device_queue_type; 0: not known */
	uint8_t reserved[3];
};

enum ev_device_name_type {
	EV_DEVICE_NAME_ID = 1,	  /* /dev/disk/by-id */
	EV_DEVICE_NAME_MOUNT = 2, /* mount point of the disk, or of a partition of it */
	EV_DEVICE_NAME_PARTITION = 3,
	EV_DEVICE_NAME_MODEL = 4,     /* what its maker calls it */
	EV_DEVICE_NAME_BACKING = 5,   /* file behind a loop device */
	EV_DEVICE_NAME_TRANSPORT = 6, /* of an NVMe controller: pcie, tcp, rdma, fc, loop */
	EV_DEVICE_NAME_ADDRESS = 7,   /* where the controller is: on the bus, or in the network */
};
enum { EV_DEVICE_NAME_TYPES = EV_DEVICE_NAME_ADDRESS + 1 }; /* 0 is none */

/* Variable part: text, the name. */
struct ev_device_name {
	struct ev_header h;
	uint32_t device;
	uint8_t type; /* enum ev_device_name_type */
	uint8_t reserved[3];
};

/* From entering the block layer to the driver, of one queue since its last DEVICE_WAIT. Variable
 * part: as of LATENCY. */
struct ev_device_wait {
	struct ev_header h;
	uint64_t count;
	uint64_t sum_ns;
	uint64_t min_ns;
	uint64_t max_ns;
	uint32_t device;
	uint32_t hw_queue;
};

enum ev_device_event_type {
	EV_DEVICE_EVENT_ASYNC = 1,   /* NVMe asynchronous event; value: its result dword */
	EV_DEVICE_EVENT_ABORT = 2,   /* an Abort command; value: cid << 16 | qid of its victim */
	EV_DEVICE_EVENT_RESET = 3,   /* the controller's queues were made anew */
	EV_DEVICE_EVENT_TIMEOUT = 4, /* a command took too long for the driver; value: its id */
	EV_DEVICE_EVENT_GONE = 5,    /* the device was unplugged */
};

struct ev_device_event {
	struct ev_header h;
	uint64_t value;
	uint32_t device; /* disk or controller */
	uint32_t hw_queue;
	uint8_t type; /* enum ev_device_event_type */
	uint8_t reserved[7];
};

/* Counters run from the moment the tracer first saw the device. Variable part: service times since
 * the last DEVICE_STATE of this queue, coded as in LATENCY. */
struct ev_device_state {
	struct ev_header h;
	uint64_t issued;
	uint64_t completed;
	uint64_t errors;
	uint64_t read_bytes;
	uint64_t write_bytes;
	uint64_t busy_ns; /* sum of service times */
	uint32_t device;
	uint32_t hw_queue;
	uint32_t depth;
	uint32_t depth_max; /* since the last state of this queue */
	/* Of `completed`, by what they did; they add up to it. */
	uint64_t reads;
	uint64_t writes;
	uint64_t flushes;
	uint64_t discards;
	uint64_t passthroughs;
	uint64_t admins;
	uint64_t others;
	uint64_t linked;      /* of completed: a request of a ring is known to have caused it */
	uint64_t requeues;    /* put back by the driver before they were done */
	uint64_t merges;      /* bios and commands that were added to a command already there */
	uint64_t retries;     /* NVMe: failed and tried again by the driver */
	uint64_t tag_waits;   /* times a submitter slept because no tag was free (7.3 and later) */
	uint32_t waiting;     /* commands in the scheduler, not yet with the driver */
	uint32_t waiting_max; /* since the last state of this queue */
	uint32_t sq_head;     /* NVMe, as the controller last told it */
	uint32_t sq_tail;     /* NVMe, the driver's at that moment */
	uint32_t unfetched_max; /* NVMe: most slots filled and not fetched, since the last state */
	/* As the queue was last found; 0: not known. */
	uint32_t tag_limit;	/* commands that the driver has tags for */
	uint32_t request_limit; /* … that it and the scheduler have room for; 0: no scheduler */
	uint32_t told;		/* enum ev_device_told: which of the counters mean something */
	uint64_t scheduled;	/* commands that waited in the scheduler */
	uint64_t scheduled_ns;	/* sum of their times there */
	uint64_t unlinked[EV_UNLINKED_KINDS]; /* the others of completed; they add up to them */
};

enum ev_device_told {
	EV_DEVICE_TOLD_TAG_WAITS = 1 << 0,
	EV_DEVICE_TOLD_SCHEDULED = 1 << 1,
	EV_DEVICE_TOLD_UNLINKED = 1 << 2,
};

_Static_assert(sizeof(struct ev_device) == 56, "layout");
_Static_assert(sizeof(struct ev_command) == 120, "layout");
_Static_assert(sizeof(struct ev_command_part) == 64, "layout");
_Static_assert(sizeof(struct ev_device_queue) == 40, "layout");
_Static_assert(sizeof(struct ev_device_name) == 24, "layout");
_Static_assert(sizeof(struct ev_device_wait) == 56, "layout");
_Static_assert(sizeof(struct ev_device_event) == 40, "layout");
_Static_assert(sizeof(struct ev_device_state) == 328, "layout");

#endif

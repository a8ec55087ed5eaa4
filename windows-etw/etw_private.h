/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WINDOWS_ETW_PRIVATE_H
#define WINDOWS_ETW_PRIVATE_H
/*
 * What the parts of the decoder share: the table that reaches their functions, and what is known of
 * threads, files, queues and open operations. Nobody outside etw_*.c includes this.
 */
#include "windows-etw/etw_decoder.h"
#include "windows-etw/etw_map.h"
#include "windows-etw/etw_output.h"

/* A function for one event. Its payload has at least the bytes that its row demands. */
typedef void etw_decode_fn(struct etw_decoder *decoder, const struct etw_event *event);

/* One version of a classic event. Rows of the same event stand together, oldest first; the last
 * also decodes what is newer, because payloads only ever grow at their end. */
struct etw_row {
	uint8_t group;
	uint8_t type;
	uint8_t version_min;
	uint8_t version_max;
	uint16_t least_narrow; /* bytes with 4-byte pointers … */
	uint16_t least_wide;   /* … and with 8-byte pointers */
	etw_decode_fn *decode;
};

/* One version of a manifest event. */
struct etw_manifest_row {
	uint16_t id;
	uint8_t version_min;
	uint8_t version_max;
	uint16_t least_narrow;
	uint16_t least_wide;
	etw_decode_fn *decode;
};
struct etw_manifest {
	struct etw_guid provider;
	const struct etw_manifest_row *rows;
	size_t row_count;
};

/* Rows of each part. */
struct etw_rows {
	const struct etw_row *rows;
	size_t count;
};
extern const struct etw_rows etw_disk_rows, etw_file_rows, etw_process_rows, etw_thread_rows,
	etw_network_rows, etw_trace_rows;
extern const struct etw_manifest etw_file_manifest, etw_disk_manifest, etw_storport_manifest,
	etw_nvme_manifest, etw_socket_manifest, etw_network_manifest, etw_process_manifest,
	etw_own_manifest;

/* Most there may be of each. What goes beyond is counted as evicted, except for names. */
enum {
	ETW_THREADS_MAX = 1 << 20,
	ETW_FILES_MAX = 1 << 20,
	ETW_QUEUES_MAX = 1 << 16,
	ETW_OPEN_MAX = 1 << 18, /* requests, commands, packets: each */
	ETW_DISKS_MAX = 1 << 12,
	ETW_TEXT_BYTES = 4096, /* of a path, in UTF-8 */
};

struct etw_thread {
	uint64_t last_irp; /* the file request it started last */
	uint32_t pid;
	uint32_t told; /* by an event about the thread, not by the header of some event */
};

struct etw_process {
	char name[32];
};

struct etw_name {
	uint64_t number; /* FILE number */
	uint64_t hash;	 /* of the name; 0: it has none yet */
};

/* A request under way: FileIo, Kernel-File, AFD, or a program's own. */
struct etw_request {
	struct ev_request request; /* as far as it is known */
	uint64_t file_key;
};

/* A command under way: DiskIo, StorPort, NvmeDisk. */
struct etw_command {
	uint64_t init_ns;
	uint64_t request_irp; /* the file request its thread had begun just before */
	uint64_t request_submit_ns;
	uint64_t offset_bytes;
	uint64_t length_bytes;
	uint32_t pid;
	uint32_t tid;
	uint32_t op;  /* enum ev_command_op */
	uint32_t cpu; /* that started it */
};

/* A command that ended: kept while others may have met it. */
struct etw_done_command {
	uint64_t init_ns;
	uint64_t end_ns;
	uint64_t position; /* of its COMMAND in the output */
	uint32_t device;
	uint32_t reserved;
};
enum { ETW_DONE_COMMANDS = 4096 }; /* a power of two */

/* A packet in a kernel queue. */
struct etw_packet {
	uint64_t queued_ns;
};

/* What a process took from its kernel queues lately. */
enum { ETW_REAPED = 1024 }; /* a power of two: the deepest queue whose depth is told exactly */
struct etw_reaper {
	uint64_t queued_ns[ETW_REAPED];
	uint64_t reaped_ns[ETW_REAPED];
	uint64_t count;
	uint32_t queue;
	uint32_t reserved;
};

struct etw_decoder {
	struct etl_clock clock;
	struct etw_output output;
	size_t hold_bytes;
	int ended;
	struct etw_decoder_stats stats;
	const struct etw_event *event; /* being decoded */

	struct etw_map threads;		/* tid + 1 → struct etw_thread */
	struct etw_map processes;	/* pid + 1 → struct etw_process */
	struct etw_map keys;		/* FileKey → struct etw_name */
	struct etw_map objects;		/* FileObject → struct etw_name */
	struct etw_map queues;		/* pid, type → u64: queue number */
	struct etw_map requests;	/* IRP → struct etw_request */
	struct etw_map commands;	/* IRP → struct etw_command: DiskIo */
	struct etw_map device_commands; /* IRP → struct etw_command: StorPort, NvmeDisk */
	struct etw_map packets;		/* entry → struct etw_packet */
	struct etw_map reapers;		/* pid + 1 → struct etw_reaper pointer */
	struct etw_map devices;		/* device + 1 → u64 */
	struct etw_map endpoints;	/* EPROCESS → u64: pid */
	uint64_t file_count;
	uint32_t queue_count;
	uint64_t done_count;
	struct etw_done_command done[ETW_DONE_COMMANDS];
	uint8_t seen_operation_end;
	uint8_t seen_afd;
	uint8_t seen_disk_io; /* the classic events, before which the manifest ones yield */
	uint8_t seen_file_io;
	uint8_t seen_port_times; /* StorPort tells durations */
	uint8_t reserved[3];
	char text[ETW_TEXT_BYTES];
};

/* etw_emit.c: events about what everything else refers to. */
struct ev_header etw_header(const struct etw_decoder *decoder, uint16_t kind);
uint64_t etw_emit(struct etw_decoder *decoder, const void *event, size_t event_bytes,
		  const char *text);
/* Number of a process's queue; made and told on first use. */
uint32_t etw_queue(struct etw_decoder *decoder, uint32_t pid, uint8_t type);
/* Number of a queue that the process itself names. */
uint32_t etw_own_queue(struct etw_decoder *decoder, uint32_t pid, uint64_t name, uint8_t type);
/* Tells of a device once. Its name may be NULL. */
void etw_device(struct etw_decoder *decoder, uint32_t device, uint8_t driver, const char *name);

/* etw_process.c */
struct etw_thread *etw_thread(struct etw_decoder *decoder, uint32_t tid);
/* Process of a thread; `pid` is what the event's header says of it, ETW_ID_NONE for nothing. 0: not
 * known. */
uint32_t etw_pid_of(struct etw_decoder *decoder, uint32_t tid, uint32_t pid);
const char *etw_process_name(const struct etw_decoder *decoder, uint32_t pid);

/* etw_name.c: FILE numbers. */
uint64_t etw_name_of(struct etw_decoder *decoder, uint64_t key, uint64_t object);
void etw_name_key(struct etw_decoder *decoder, uint64_t key, const char *path);
void etw_name_object(struct etw_decoder *decoder, uint64_t object, const char *path);
/* The key names another file from now on; the object is closed. */
void etw_name_forget_key(struct etw_decoder *decoder, uint64_t key);
void etw_name_forget_object(struct etw_decoder *decoder, uint64_t object);

/* etw_request.c: requests from start to end. `key` identifies it while it is open. */
struct etw_request *etw_request_start(struct etw_decoder *decoder, uint64_t key, uint16_t op);
void etw_request_close(struct etw_decoder *decoder, uint64_t key, uint32_t status, int64_t result);
/* As an IRP ends: an NTSTATUS, and bytes where the status is no error. */
void etw_request_end(struct etw_decoder *decoder, uint64_t key, uint32_t status,
		     uint64_t information);
/* Its queue, told of now if it was not before. */
uint32_t etw_request_queue(struct etw_decoder *decoder, struct etw_request *open);
void etw_requests_flush(struct etw_decoder *decoder);

/* etw_command.c: commands from start to end, in one of the maps. */
struct etw_command *etw_command_start(struct etw_decoder *decoder, struct etw_map *map,
				      uint64_t irp);
/* Completes `command`'s place in line: depth, link to its request. `start` may be NULL. */
void etw_command_end(struct etw_decoder *decoder, struct ev_command *command,
		     const struct etw_command *start, uint64_t file_key);
void etw_commands_flush(struct etw_decoder *decoder);

/* etw_trace.c: a classic event of no kernel provider; most mean nothing to us. */
void etw_lost_event(struct etw_decoder *decoder, const struct etw_event *event);
int etw_is_lost_event(const struct etw_event *event);

/* etw_thread.c */
void etw_packets_free(struct etw_decoder *decoder);

#endif

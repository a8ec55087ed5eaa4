/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WORKLOADS_ROAD_H
#define WORKLOADS_ROAD_H
/*
 * A road is one way a request can go, or one kind of ring: a row of a table, with how to set it up,
 * one turn of it, and the result that each of its requests must have. Workloads `roads` and `kinds`
 * (road.c) take each road of theirs --count times, on a ring of its own, so that the truth of each
 * ring is the truth of one road. What the kernel does not have is said, and left out.
 *
 * A turn queues requests under tags, awaits them, and checks each result; the first that is not the
 * expected one ends the run. The table rows are in roads_<subject>.c and kinds_<subject>.c.
 */
#include <sys/socket.h>

#include "workloads/kernel.h"
#include "workloads/ring.h"
#include "workloads/workload.h"

enum {
	ROAD_TAGS = 64, /* requests of one turn */
	ROAD_FDS = 6,	/* descriptors that stop() closes */
	ROAD_PATHS = 2, /* files that stop() removes */
	ROAD_MEMORY_BYTES = 1 << 16,
	ROAD_ENTRIES = 64,    /* of the ring, unless start() opens it */
	ROAD_ANY = INT32_MAX, /* a result: anything but an error */
};

struct road;

/* One road being taken. */
struct road_trip {
	const struct road *road;
	struct load_run *run;
	struct load_error *why; /* where turn() and start() say what is wrong */
	struct load_ring ring;
	struct load_ring other; /* where a road needs two */
	int32_t results[ROAD_TAGS];
	uint32_t cqe_flags[ROAD_TAGS];
	bool ended[ROAD_TAGS];
	uint64_t shots; /* of this turn, as are messages and notices */
	uint64_t messages;
	uint64_t notices;
	int32_t shot_result; /* of the last one */
	uint32_t shot_flags;
	uint64_t turns;
	uint64_t idle_since_ns; /* nothing has completed since; 0: something has */
	int fds[ROAD_FDS];	/* -1: none */
	char paths[ROAD_PATHS][256];
	uint8_t *memory; /* ROAD_MEMORY_BYTES, of whole pages */
	struct iovec vector[2];
	struct msghdr message;
	struct __kernel_timespec time;
	struct sockaddr_storage address;
	socklen_t address_bytes;
	uint32_t number; /* what start() leaves for turn() */
	void *more;	 /* the same; freed at the end */
};

struct road {
	const char *name;
	const char *what;		      /* "rename a file": this kernel cannot … */
	const char *since;		      /* release of Linux that has it */
	uint8_t op;			      /* asked for beforehand; 0: nothing to ask */
	bool opens;			      /* start() opens the ring itself */
	bool settles;			      /* turn() settles the books itself */
	uint32_t setup;			      /* flags of the ring */
	int (*start)(struct road_trip *trip); /* may be NULL */
	int (*turn)(struct road_trip *trip);
	void (*stop)(struct road_trip *trip); /* may be NULL; rings are closed before */
};

/* Opens a ring of the trip with these flags besides those of the row. */
int road_open(struct road_trip *trip, struct load_ring *ring, const struct load_ring_plan *plan);

/* A zeroed entry of the trip's ring. */
struct io_uring_sqe *road_sqe(struct road_trip *trip);
/* Queues it; its result is then results[tag]. Returns its user_data. */
uint64_t road_queue(struct road_trip *trip, struct io_uring_sqe *sqe, uint64_t tag);
/* Hands over what is queued, without waiting. */
int road_submit(struct road_trip *trip);
/* Hands over and waits until no more than `left` requests are in flight. */
int road_await(struct road_trip *trip, uint32_t left);
/* Hands over and waits until so many shots, messages, notices have come in this turn. */
int road_await_shots(struct road_trip *trip, uint64_t shots);
/* Checks the result of a request that ended: a number, -errno, or ROAD_ANY. */
int road_expect(struct road_trip *trip, uint64_t tag, int32_t wanted);
/* Queues one entry, awaits all that is in flight, checks it: the plain turn. */
int road_do(struct road_trip *trip, struct io_uring_sqe *sqe, int32_t wanted);

/* Says that a system call failed; returns -errno. */
int road_failed(struct road_trip *trip, const char *call);
/* Says that the kernel has no such thing, in one sentence. */
int road_absent(struct road_trip *trip);

/* Descriptors for start(): fds[0] and, for pairs, fds[1]. */
int road_pipe(struct road_trip *trip);
int road_sockets(struct road_trip *trip); /* a connected pair of stream sockets */
int road_tcp(struct road_trip *trip); /* the same over TCP loopback; fds[0] connected to fds[1] */
int road_listen(struct road_trip *trip); /* fds[0] listens on the loopback, `address` says where */
int road_file(struct road_trip *trip);	 /* fds[0]: a file of ROAD_MEMORY_BYTES, paths[0] */
void road_close(int *fd);

/* All roads of the workload `roads` and of `kinds`, by subject; each ends with a row without name.
 */
extern const struct road roads_files[], roads_data[], roads_sockets[], roads_waits[],
	roads_cancels[], roads_shots[], roads_chains[], roads_messages[];
extern const struct road kinds_flags[], kinds_shared[], kinds_resources[];

#endif

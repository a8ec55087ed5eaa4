/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * same_user_data ROUNDS: a ring on which every request has the same user_data, as ringload's never
 * have. A round reads an empty pipe, which stays open, and submits NOPs until most of them find the
 * completion queue full; after a while the pipe is filled, and the read completes like any other.
 * Who takes the read for one of those that overflowed is wrong about both. Prints
 *
 *     nops=N fitted=N reads=N
 */
#include <liburing.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	CQ_ENTRIES = 8,
	NOPS = 3 * CQ_ENTRIES,
	USER_DATA = 7,
	WHILE_US = 30000, /* the tracer looks every 10 ms */
};

static int submit(struct io_uring *ring, const struct io_uring_sqe *wanted)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(ring);

	*sqe = *wanted;
	sqe->user_data = USER_DATA;
	return io_uring_submit(ring) == 1 ? 0 : -1;
}

static int reap(struct io_uring *ring, int count)
{
	struct io_uring_cqe *cqe;

	for (int i = 0; i < count; i++) {
		if (io_uring_wait_cqe(ring, &cqe) || cqe->user_data != USER_DATA)
			return -1;
		io_uring_cqe_seen(ring, cqe);
	}
	return 0;
}

static int round_trip(struct io_uring *ring, const int pipe_fds[2])
{
	struct io_uring_sqe read_sqe, nop;
	char byte = 0;
	int err;

	memset(&read_sqe, 0, sizeof(read_sqe));
	memset(&nop, 0, sizeof(nop));
	io_uring_prep_read(&read_sqe, pipe_fds[0], &byte, 1, 0);
	io_uring_prep_nop(&nop);
	err = submit(ring, &read_sqe);
	for (int i = 0; i < NOPS && !err; i++)
		err = submit(ring, &nop);
	usleep(WHILE_US);
	if (!err)
		err = reap(ring, NOPS);
	if (!err && write(pipe_fds[1], &byte, 1) != 1)
		err = -1;
	return err ? err : reap(ring, 1);
}

int main(int argc, char **argv)
{
	struct io_uring_params params = { .flags = IORING_SETUP_CQSIZE, .cq_entries = CQ_ENTRIES };
	int rounds = argc > 1 ? atoi(argv[1]) : 1, pipe_fds[2];
	struct io_uring ring;

	if (pipe(pipe_fds) || io_uring_queue_init_params(1, &ring, &params)) {
		fprintf(stderr, "same_user_data: no pipe or no ring\n");
		return 1;
	}
	for (int i = 0; i < rounds; i++)
		if (round_trip(&ring, pipe_fds)) {
			fprintf(stderr, "same_user_data: round %d went wrong\n", i);
			return 1;
		}
	printf("nops=%d fitted=%d reads=%d\n", rounds * NOPS, rounds * CQ_ENTRIES, rounds);
	io_uring_queue_exit(&ring);
	return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * stall: --depth reads of a named pipe that nobody writes to: requests that stay in flight until
 * --duration is over. Then, as --end says, they are left open (and cancelled after the truth was
 * printed), answered by a byte each, or cancelled one by one.
 *
 * When all of them are in flight, a line "stalled open=N" is printed, so that a test knows when to
 * look.
 */
#include "workloads/ring_windows.h"

#include <stdio.h>

#include "workloads/clock.h"
#include "workloads/error_windows.h"

enum { PIPE_BYTES = 4096 };

struct stall {
	struct load_ring ring;
	struct load_buffers buffers;
	HANDLE reader, writer;
};

static int open_pipe(struct stall *stall, const struct load_run *run, struct load_error *why)
{
	char name[64];

	snprintf(name, sizeof(name), "\\\\.\\pipe\\ringload.%lu.%u", GetCurrentProcessId(),
		 run->thread);
	stall->reader = CreateNamedPipeA(
		name, PIPE_ACCESS_INBOUND | FILE_FLAG_OVERLAPPED | FILE_FLAG_FIRST_PIPE_INSTANCE,
		PIPE_TYPE_BYTE | PIPE_REJECT_REMOTE_CLIENTS, 1, PIPE_BYTES, PIPE_BYTES, 0, NULL);
	if (stall->reader == INVALID_HANDLE_VALUE)
		return load_fail_windows(why, GetLastError(), "cannot create a pipe");
	stall->writer = CreateFileA(name, GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
	if (stall->writer == INVALID_HANDLE_VALUE)
		return load_fail_windows(why, GetLastError(), "cannot open the pipe");
	return 0;
}

static int start(struct load_run *run, struct load_error *why)
{
	struct load_ring_plan plan = { .requests = (uint32_t)run->opt->depth };
	struct stall *stall;
	int err = load_run_state(run, sizeof(*stall), why);

	if (err)
		return err;
	stall = run->state;
	stall->reader = stall->writer = INVALID_HANDLE_VALUE;
	err = open_pipe(stall, run, why);
	if (!err)
		err = load_buffers_init(&stall->buffers, plan.requests, 1, why);
	plan.buffers = &stall->buffers;
	if (!err)
		err = load_ring_open(&stall->ring, run, &plan, why);
	return err ? err : load_ring_adopt(&stall->ring, stall->reader, why);
}

static int answer_all(struct stall *stall, struct load_error *why)
{
	for (uint32_t i = stall->ring.in_flight; i; i--) {
		DWORD bytes;

		if (!WriteFile(stall->writer, "!", 1, &bytes, NULL))
			return load_fail_windows(why, GetLastError(), "cannot write to the pipe");
	}
	return load_ring_drain(&stall->ring, why);
}

static int end_all(struct stall *stall, const struct load_options *opt, struct load_error *why)
{
	if (opt->end == LOAD_END_ANSWER)
		return answer_all(stall, why);
	if (opt->end != LOAD_END_CANCEL)
		return 0;
	load_ring_cancel(&stall->ring);
	return load_ring_drain(&stall->ring, why);
}

static int work(struct load_run *run, struct load_error *why)
{
	struct stall *stall = run->state;
	int err = 0;

	for (uint32_t i = 0; i < run->opt->depth; i++) {
		struct load_call call = { .handle = stall->reader,
					  .buffer = load_buffers_at(&stall->buffers, i),
					  .bytes = 1,
					  .op = LOAD_OP_READ };

		load_ring_start(&stall->ring, &call, 0);
	}
	load_ring_reap(&stall->ring);
	if (!run->opt->quiet) {
		printf("stalled open=%u\n", stall->ring.in_flight);
		fflush(stdout);
	}
	while (stall->ring.in_flight && !load_run_over(run))
		load_clock_sleep_until(run->deadline_ns);
	err = end_all(stall, run->opt, why);
	run->units_done = run->opt->depth;
	load_ring_settle(&stall->ring);
	return err;
}

static void done(struct load_run *run)
{
	struct stall *stall = run->state;

	if (!stall)
		return;
	load_ring_close(&stall->ring);
	if (stall->writer != INVALID_HANDLE_VALUE)
		CloseHandle(stall->writer);
	if (stall->reader != INVALID_HANDLE_VALUE)
		CloseHandle(stall->reader);
	load_buffers_done(&stall->buffers);
}

const struct load_workload load_workload_stall = {
	.name = "stall",
	.summary = "reads that nobody answers; they end as --end says",
	.unit = "requests",
	.uses = LOAD_USES(DEPTH) | LOAD_USES(END) | LOAD_USES(VIA),
	.vias = 1u << LOAD_VIA_IOCP | 1u << LOAD_VIA_EVENT | 1u << LOAD_VIA_APC,
	.default_count = 0,
	.start = start,
	.work = work,
	.done = done,
};

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Runs a command under the tracer and prints what the tracer counted, as ringload prints its truth:
 *
 *   trace_books [--aggregate] [--late] [--reads|--plain] COMMAND [ARGUMENT…]
 *   books rings=1 submitted=23 completed=23 failed=0 overflowed=0 skipped=0 open=0 lost=0 …
 *   records completed=23 failed=0 … completions=0
 *   depths sq_max=8 cq_max=8
 *   paths worker=0 poll=0 linked=0 link_failed=0 deferred=0 sq_thread=0 fixed_file=0 … unsure=0
 *   op=NOP count=23 latencies=23 errors=0 bytes=0 worker=0 poll=0
 *   file=/mnt/x requests=23
 *   device=nvme0n1 issued=23 completed=23 errors=0 read_bytes=94208 write_bytes=0 …
 *   queue=nvme0n1:1 issued=23 completed=23 reads=23 linked=23 …
 *   loss=3 count=1
 *
 * `paths` are bits of enum ev_path among the records; `unsure` are those whose arguments could not
 * be read while they stood. `books` are the counters that the probes keep for each ring, `records`
 * the requests that were handed out one by one, `op` the histograms: three roads from the same
 * probes, so a test can hold them against each other and against the truth. Nothing but event/ and
 * bpf/ is involved: no trace file, no model. The command's own output goes where it always goes;
 * the figures go to stdout after it. Exit status: the command's; 125 when the tracer failed.
 *
 * The command starts when the probes are attached; with --late it is a second old by then, and
 * stopped (SIGSTOP) while they are: rings it has made by then must be found.
 *
 * --reads and --plain run the builds of the probes that older kernels get, also on a new one: the
 * two questions that decide (bpf/tracer.c) are answered here, in their place, by way of the linker.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bpf/abi_btf.h"
#include "bpf/tracer.h"
#include "event/names.h"

enum {
	STATUS_TRACER_FAILED = 125,
	QUEUES_MAX = 8192, /* alive at once */
	OPS_MAX = 256,
	DEVICE_QUEUES_MAX = 1024,
	DEVICES_MAX = 64,
	LOSSES_MAX = 32,
	FILES_MAX = 4096, /* different ones */
	PATHS = 10,
	ENDS_MAX = 8,
	DRAIN_INTERVAL_NS = 2000000,
	SNAPSHOT_EVERY = 100, /* drains */
};

struct device_name {
	uint32_t device;
	char name[32];
	/* Of its COMMAND records. */
	unsigned long commands, named, nvme, failed;
	uint32_t depth_max;
};

struct file_name {
	uint64_t file;
	uint64_t requests;
	char *path;
};

static const struct {
	const char *name;
	uint32_t bit;
} paths[PATHS] = {
	{ "worker", EV_PATH_WORKER },
	{ "poll", EV_PATH_POLL },
	{ "linked", EV_PATH_LINKED },
	{ "link_failed", EV_PATH_LINK_FAILED },
	{ "deferred", EV_PATH_DEFERRED },
	{ "sq_thread", EV_PATH_SQ_THREAD },
	{ "iopoll", EV_PATH_IOPOLL },
	{ "fixed_file", EV_PATH_FIXED_FILE },
	{ "fixed_buffer", EV_PATH_FIXED_BUFFER },
	{ "unsure", EV_PATH_ARGS_UNSURE },
};

struct books {
	struct ev_queue_state queues[QUEUES_MAX]; /* latest state of each live queue */
	size_t queue_count;
	struct ev_queue_state sum; /* of queues that are gone */
	uint64_t rings;
	uint64_t records[ENDS_MAX]; /* by enum ev_end */
	uint64_t open;		    /* open requests since the last tick: a snapshot */
	uint64_t completions;
	uint64_t paths[PATHS];
	uint32_t sq_max, cq_max;
	struct file_name files[FILES_MAX];
	size_t file_count;
	struct ev_latency ops[OPS_MAX];
	uint64_t latencies[OPS_MAX];			   /* sums of the histograms' buckets */
	struct ev_device_state devices[DEVICE_QUEUES_MAX]; /* latest state of each queue */
	size_t device_count;
	struct device_name names[DEVICES_MAX];
	size_t name_count;
	uint64_t losses[LOSSES_MAX];
};

static void add_state(struct ev_queue_state *sum, const struct ev_queue_state *state)
{
	sum->submitted += state->submitted;
	sum->completed += state->completed;
	sum->failed += state->failed;
	sum->overflowed += state->overflowed;
	sum->skipped += state->skipped;
	sum->lost += state->lost;
	sum->unmatched += state->unmatched;
	sum->shots += state->shots + state->messages + state->notifications;
	sum->waits += state->waits;
	sum->in_flight += state->in_flight;
}

static void take_state(struct books *books, const struct ev_queue_state *state)
{
	size_t at = 0;

	if (state->sq_depth_max > books->sq_max)
		books->sq_max = state->sq_depth_max;
	if (state->cq_depth_max > books->cq_max)
		books->cq_max = state->cq_depth_max;
	while (at < books->queue_count && books->queues[at].queue != state->queue)
		at++;
	if (at == QUEUES_MAX)
		return;
	books->queues[at] = *state;
	if (at == books->queue_count)
		books->queue_count++;
}

/* Its counters are final: the id may come again. */
static void take_end(struct books *books, uint32_t queue)
{
	for (size_t at = 0; at < books->queue_count; at++) {
		if (books->queues[at].queue != queue)
			continue;
		add_state(&books->sum, &books->queues[at]);
		books->queues[at] = books->queues[--books->queue_count];
		return;
	}
}

/* The row of a file, entered when it is new; NULL when there is no room. */
static struct file_name *file_row(struct books *books, uint64_t file)
{
	size_t at = 0;

	while (at < books->file_count && books->files[at].file != file)
		at++;
	if (at == FILES_MAX)
		return NULL;
	if (at == books->file_count)
		books->files[books->file_count++].file = file;
	return &books->files[at];
}

static void take_file(struct books *books, const struct ev_file *file)
{
	struct file_name *row = file_row(books, file->file);

	if (!row)
		return;
	free(row->path);
	row->path = strndup((const char *)(file + 1), file->h.size_bytes - sizeof(*file));
}

static void take_request(struct books *books, const struct ev_request *request)
{
	struct file_name *row = request->file ? file_row(books, request->file) : NULL;

	books->records[request->end % ENDS_MAX]++;
	if (request->end == EV_END_OPEN)
		return;
	if (row)
		row->requests++;
	for (int i = 0; i < PATHS; i++)
		books->paths[i] += (request->path & paths[i].bit) != 0;
}

static uint64_t read_varint(const uint8_t **at, const uint8_t *end)
{
	uint64_t value = 0;

	for (int shift = 0; *at < end && shift < 64; shift += 7) {
		uint8_t byte = *(*at)++;

		value |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			break;
	}
	return value;
}

static void take_latency(struct books *books, const struct ev_latency *latency)
{
	struct ev_latency *sum = &books->ops[latency->op % OPS_MAX];
	const uint8_t *at = (const uint8_t *)(latency + 1);
	const uint8_t *end = (const uint8_t *)latency + latency->h.size_bytes;

	while (at < end) {
		read_varint(&at, end); /* which bucket */
		books->latencies[latency->op % OPS_MAX] += read_varint(&at, end);
	}
	sum->count += latency->count;
	sum->errors += latency->errors;
	sum->bytes += latency->bytes;
	sum->worker += latency->worker;
	sum->poll += latency->poll;
}

static void take_device(struct books *books, const struct ev_device *device)
{
	size_t length = device->h.size_bytes - sizeof(*device), at = 0;
	struct device_name *name;

	/* It may be told again, when more is known. */
	while (at < books->name_count && books->names[at].device != device->device)
		at++;
	if (at == DEVICES_MAX)
		return;
	if (at == books->name_count)
		books->name_count++;
	name = &books->names[at];
	name->device = device->device;
	snprintf(name->name, sizeof(name->name), "%.*s", (int)length, (const char *)(device + 1));
}

static void take_command(struct books *books, const struct ev_command *command)
{
	for (size_t i = 0; i < books->name_count; i++) {
		struct device_name *name = &books->names[i];

		if (name->device != command->device || command->end != EV_END_COMPLETED)
			continue;
		name->commands++;
		name->named += command->request_queue != 0;
		name->nvme += command->status_type == EV_STATUS_NVME;
		name->failed += command->status != 0;
		if (command->depth > name->depth_max)
			name->depth_max = command->depth;
	}
}

static void take_device_state(struct books *books, const struct ev_device_state *state)
{
	size_t at = 0;

	while (at < books->device_count && (books->devices[at].device != state->device ||
					    books->devices[at].hw_queue != state->hw_queue))
		at++;
	if (at == DEVICE_QUEUES_MAX)
		return;
	books->devices[at] = *state;
	if (at == books->device_count)
		books->device_count++;
}

static int take(void *arg, const struct ev_header *event)
{
	struct books *books = arg;
	const void *body = event;

	switch (event->kind) {
	case EV_QUEUE:
		books->rings++;
		break;
	case EV_QUEUE_END:
		take_end(books, ((const struct ev_queue_end *)body)->queue);
		break;
	case EV_QUEUE_STATE:
		take_state(books, body);
		break;
	case EV_REQUEST:
		take_request(books, body);
		break;
	case EV_FILE:
		take_file(books, body);
		break;
	case EV_COMPLETION:
		books->completions++;
		break;
	case EV_LATENCY:
		take_latency(books, body);
		break;
	case EV_DEVICE:
		take_device(books, body);
		break;
	case EV_COMMAND:
		take_command(books, (const void *)event);
		break;
	case EV_DEVICE_STATE:
		take_device_state(books, body);
		break;
	case EV_LOST:
		books->losses[((const struct ev_lost *)body)->loss % LOSSES_MAX] +=
			((const struct ev_lost *)body)->count;
		break;
	case EV_TICK: /* open requests are told again in every snapshot: the last one stays */
		books->open = books->records[EV_END_OPEN];
		books->records[EV_END_OPEN] = 0;
		break;
	}
	return 0;
}

/* ---- what was counted ---- */

static void print_books(struct books *books)
{
	struct ev_queue_state *sum = &books->sum;

	while (books->queue_count)
		take_end(books, books->queues[0].queue);
	printf("books rings=%llu submitted=%llu completed=%llu failed=%llu overflowed=%llu "
	       "skipped=%llu open=%u lost=%llu unmatched=%llu shots=%llu waits=%llu\n",
	       (unsigned long long)books->rings, (unsigned long long)sum->submitted,
	       (unsigned long long)sum->completed, (unsigned long long)sum->failed,
	       (unsigned long long)sum->overflowed, (unsigned long long)sum->skipped,
	       sum->in_flight, (unsigned long long)sum->lost, (unsigned long long)sum->unmatched,
	       (unsigned long long)sum->shots, (unsigned long long)sum->waits);
	printf("records completed=%llu failed=%llu overflowed=%llu skipped=%llu open=%llu "
	       "vanished=%llu completions=%llu\n",
	       (unsigned long long)books->records[EV_END_COMPLETED],
	       (unsigned long long)books->records[EV_END_FAILED],
	       (unsigned long long)books->records[EV_END_OVERFLOWED],
	       (unsigned long long)books->records[EV_END_SKIPPED],
	       (unsigned long long)(books->open + books->records[EV_END_OPEN]),
	       (unsigned long long)books->records[EV_END_VANISHED],
	       (unsigned long long)books->completions);
}

static void print_details(const struct books *books)
{
	printf("depths sq_max=%u cq_max=%u\npaths", books->sq_max, books->cq_max);
	for (int i = 0; i < PATHS; i++)
		printf(" %s=%llu", paths[i].name, (unsigned long long)books->paths[i]);
	printf("\n");
	for (size_t i = 0; i < books->file_count; i++)
		if (books->files[i].requests)
			printf("file=%s requests=%llu\n",
			       books->files[i].path ? books->files[i].path : "?",
			       (unsigned long long)books->files[i].requests);
}

static void print_ops(const struct books *books)
{
	for (uint16_t op = 0; op < OPS_MAX; op++) {
		const struct ev_latency *sum = &books->ops[op];
		const char *name = ev_op_name(EV_QUEUE_IO_URING, op);
		char number[8];
		uint64_t bytes = ev_op_moves_bytes(EV_QUEUE_IO_URING, op) ? sum->bytes : 0;

		snprintf(number, sizeof(number), "%u", op);
		if (sum->count)
			printf("op=%s count=%llu latencies=%llu errors=%llu bytes=%llu worker=%llu "
			       "poll=%llu\n",
			       name ? name : number, (unsigned long long)sum->count,
			       (unsigned long long)books->latencies[op],
			       (unsigned long long)sum->errors, (unsigned long long)bytes,
			       (unsigned long long)sum->worker, (unsigned long long)sum->poll);
	}
}

static void print_queues(const struct books *books, const struct device_name *name)
{
	for (size_t at = 0; at < books->device_count; at++) {
		const struct ev_device_state *state = &books->devices[at];

		if (state->device != name->device)
			continue;
		printf("queue=%s:%u issued=%llu completed=%llu reads=%llu writes=%llu flushes=%llu "
		       "passthroughs=%llu linked=%llu merges=%llu requeues=%llu retries=%llu "
		       "depth=%u waiting=%u sq_tail=%u\n",
		       name->name, state->hw_queue, (unsigned long long)state->issued,
		       (unsigned long long)state->completed, (unsigned long long)state->reads,
		       (unsigned long long)state->writes, (unsigned long long)state->flushes,
		       (unsigned long long)state->passthroughs, (unsigned long long)state->linked,
		       (unsigned long long)state->merges, (unsigned long long)state->requeues,
		       (unsigned long long)state->retries, state->depth, state->waiting,
		       state->sq_tail);
	}
}

static void print_devices(const struct books *books)
{
	for (size_t i = 0; i < books->name_count; i++) {
		struct ev_device_state sum = { 0 };

		for (size_t at = 0; at < books->device_count; at++) {
			const struct ev_device_state *state = &books->devices[at];

			if (state->device != books->names[i].device)
				continue;
			sum.issued += state->issued;
			sum.completed += state->completed;
			sum.errors += state->errors;
			sum.read_bytes += state->read_bytes;
			sum.write_bytes += state->write_bytes;
		}
		printf("device=%s issued=%llu completed=%llu errors=%llu read_bytes=%llu "
		       "write_bytes=%llu commands=%lu named=%lu nvme=%lu failed=%lu "
		       "depth_max=%u\n",
		       books->names[i].name, (unsigned long long)sum.issued,
		       (unsigned long long)sum.completed, (unsigned long long)sum.errors,
		       (unsigned long long)sum.read_bytes, (unsigned long long)sum.write_bytes,
		       books->names[i].commands, books->names[i].named, books->names[i].nvme,
		       books->names[i].failed, books->names[i].depth_max);
		print_queues(books, &books->names[i]);
	}
}

static void print_all(struct books *books)
{
	print_books(books);
	print_details(books);
	print_ops(books);
	print_devices(books);
	for (uint32_t loss = 0; loss < LOSSES_MAX; loss++)
		if (books->losses[loss])
			printf("loss=%u count=%llu\n", loss,
			       (unsigned long long)books->losses[loss]);
}

/* ---- the command and the tracer ---- */

/* Starts the command, held before its first instruction until `gate` is closed. */
static pid_t start_command(char **argv, int *ret_gate)
{
	int gate[2];
	char byte;
	pid_t pid;

	if (pipe(gate))
		return -1;
	pid = fork();
	if (pid == 0) {
		close(gate[1]);
		if (read(gate[0], &byte, 1) == 0)
			execvp(argv[0], argv);
		fprintf(stderr, "trace_books: %s: %s\n", argv[0], strerror(errno));
		_exit(127);
	}
	close(gate[0]);
	*ret_gate = gate[1];
	return pid;
}

/* Drains until the command has ended. Returns its wait status. */
static int follow(struct tracer *tracer, pid_t pid, struct books *books, struct ev_error *why,
		  int *ret_status)
{
	struct timespec interval = { 0, DRAIN_INTERVAL_NS };
	int err = 0;

	for (unsigned turn = 1; !err && waitpid(pid, ret_status, WNOHANG) == 0; turn++) {
		nanosleep(&interval, NULL);
		err = tracer_drain(tracer, 0, take, books, why);
		if (err >= 0 && turn % SNAPSHOT_EVERY == 0) {
			err = tracer_snapshot(tracer, SIZE_MAX, take, books, why);
			if (!err)
				err = tracer_reconcile(tracer, why);
		}
		if (err > 0)
			err = 0;
	}
	tracer_stop(tracer);
	return err ? err : tracer_snapshot(tracer, SIZE_MAX, take, books, why);
}

static int late;
/* Which kernel to pretend. */
static int without_cast, without_atomics;

int __real_abi_has_function(const struct abi_btf *btf, const char *name);
int __wrap_abi_has_function(const struct abi_btf *btf, const char *name);
int __real_abi_has_atomics(void);
int __wrap_abi_has_atomics(void);

int __wrap_abi_has_function(const struct abi_btf *btf, const char *name)
{
	return without_cast && !strcmp(name, "bpf_rdonly_cast")
		       ? 0
		       : __real_abi_has_function(btf, name);
}

int __wrap_abi_has_atomics(void)
{
	return without_atomics ? 0 : __real_abi_has_atomics();
}

static int trace(const struct tracer_options *options, pid_t pid, int gate, struct books *books,
		 int *ret_status)
{
	struct timespec second = { 1, 0 };
	struct tracer *tracer = NULL;
	struct ev_error why;
	int err;

	if (late) {
		close(gate);
		nanosleep(&second, NULL);
		kill(pid, SIGSTOP);
	}
	err = tracer_new(&tracer, options, &why);
	if (!err)
		err = tracer_start(tracer, &why);
	if (!err) {
		if (late)
			kill(pid, SIGCONT);
		else
			close(gate);
		err = follow(tracer, pid, books, &why, ret_status);
	}
	tracer_free(tracer);
	if (err) {
		kill(pid, SIGKILL);
		fprintf(stderr, "trace_books: %s\n", why.text);
	}
	return err;
}

/* Returns the command, NULL when there is none. */
static char **read_options(char **argv, struct tracer_options *options)
{
	for (argv++; *argv && !strncmp(*argv, "--", 2); argv++) {
		if (!strcmp(*argv, "--aggregate"))
			options->mode = EV_MODE_AGGREGATE;
		else if (!strcmp(*argv, "--late"))
			late = 1;
		else if (!strcmp(*argv, "--reads"))
			without_cast = 1;
		else if (!strcmp(*argv, "--plain"))
			without_cast = without_atomics = 1;
		else
			return NULL;
	}
	return *argv ? argv : NULL;
}

int main(int argc, char **argv)
{
	struct tracer_options options = { .mode = EV_MODE_FULL, .all_commands = 1 };
	struct books *books = calloc(1, sizeof(*books));
	char **command = argc ? read_options(argv, &options) : NULL;
	int status = 0, gate;
	uint32_t owner;
	pid_t pid;

	if (!command || !books) {
		fprintf(stderr, "usage: trace_books [--aggregate] [--late] [--reads|--plain] "
				"COMMAND [ARGUMENT…]\n");
		return 2;
	}
	pid = start_command(command, &gate);
	if (pid < 0)
		return STATUS_TRACER_FAILED;
	owner = (uint32_t)pid;
	options.filter.pids = &owner;
	options.filter.pid_count = 1;
	options.filter.follow = 1;
	if (trace(&options, pid, gate, books, &status))
		return STATUS_TRACER_FAILED;
	print_all(books);
	free(books);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Keeping and printing the truth. One struct load_truth_op holds the counters of one operation; a
 * ring's line, an operation's line over all rings and the last line are all sums of such rows, made
 * by one function, so a counter can neither be left out of a sum nor printed twice differently.
 *
 * A ring uses few operations, so its rows are a short array behind a byte index rather than 256
 * rows: ten thousand rings that come and go then cost 40 MB, not 600.
 */
#include "workloads/truth.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/names.h"

static pthread_mutex_t add_lock = PTHREAD_MUTEX_INITIALIZER;

void load_truth_init(struct load_truth *truth)
{
	*truth = (struct load_truth){ 0 };
}

void load_truth_done(struct load_truth *truth)
{
	for (uint32_t i = 0; i < truth->ring_count; i++)
		free(truth->rings[i]);
	free(truth->rings);
	load_truth_init(truth);
}

static struct load_truth_ring *append_ring(struct load_truth *truth)
{
	struct load_truth_ring *ring;

	if (truth->ring_count == truth->ring_capacity) {
		uint32_t capacity = truth->ring_capacity ? truth->ring_capacity * 2 : 16;
		void *rings = realloc(truth->rings, capacity * sizeof(ring));

		if (!rings)
			return NULL;
		truth->rings = rings;
		truth->ring_capacity = capacity;
	}
	ring = calloc(1, sizeof(*ring));
	if (!ring)
		return NULL;
	memset(ring->op_row, LOAD_TRUTH_OP_NONE, sizeof(ring->op_row));
	truth->rings[truth->ring_count++] = ring;
	ring->id = truth->ring_count;
	return ring;
}

int load_truth_add(struct load_truth *truth, struct load_truth_ring **ret_ring,
		   struct load_error *why)
{
	struct load_truth_ring *ring;

	pthread_mutex_lock(&add_lock);
	ring = append_ring(truth);
	pthread_mutex_unlock(&add_lock);
	if (!ring)
		return load_fail(why, -ENOMEM, "no memory for the books of one more ring");
	*ret_ring = ring;
	return 0;
}

struct load_truth_op *load_truth_row(struct load_truth_ring *ring, uint8_t op)
{
	struct load_truth_op *row;

	if (ring->op_row[op] != LOAD_TRUTH_OP_NONE)
		return &ring->ops[ring->op_row[op]];
	assert(ring->op_count < LOAD_TRUTH_OPS_MAX);
	row = &ring->ops[ring->op_count];
	row->op = op;
	row->moves_bytes = load_op_moves_bytes(op);
	row->latency_ns_min = UINT64_MAX;
	ring->op_row[op] = (uint8_t)ring->op_count++;
	return row;
}

static void book_errors(struct load_truth_op *row, int error, uint64_t count)
{
	for (int i = 0; i < LOAD_TRUTH_ERRORS_MAX; i++) {
		struct load_truth_error *result = &row->results[i];

		if (result->error && result->error != error)
			continue;
		result->error = error;
		result->count += count;
		return;
	}
	row->results_other += count;
}

void load_truth_book_error(struct load_truth_op *row, int error)
{
	row->errors++;
	book_errors(row, error, 1);
}

static void add_row(struct load_truth_op *sum, const struct load_truth_op *row)
{
	sum->submitted += row->submitted;
	sum->completed += row->completed;
	sum->failed += row->failed;
	sum->overflowed += row->overflowed;
	sum->skipped += row->skipped;
	sum->open += row->open;
	sum->errors += row->errors;
	sum->shorts += row->shorts;
	sum->bytes += row->bytes;
	sum->shots += row->shots;
	sum->shot_bytes += row->shot_bytes;
	sum->notifs += row->notifs;
	sum->latency_count += row->latency_count;
	sum->latency_ns_sum += row->latency_ns_sum;
	if (row->latency_ns_min < sum->latency_ns_min)
		sum->latency_ns_min = row->latency_ns_min;
	if (row->latency_ns_max > sum->latency_ns_max)
		sum->latency_ns_max = row->latency_ns_max;
	for (int i = 0; i < LOAD_TRUTH_ERRORS_MAX && row->results[i].error; i++)
		book_errors(sum, row->results[i].error, row->results[i].count);
	sum->results_other += row->results_other;
}

static void print_counts(FILE *out, const char *prefix, const struct load_truth_op *row)
{
	fprintf(out,
		"%s submitted=%llu completed=%llu failed=%llu overflowed=%llu skipped=%llu "
		"open=%llu errors=%llu short=%llu bytes=%llu shots=%llu shot_bytes=%llu "
		"notifs=%llu",
		prefix, (unsigned long long)row->submitted, (unsigned long long)row->completed,
		(unsigned long long)row->failed, (unsigned long long)row->overflowed,
		(unsigned long long)row->skipped, (unsigned long long)row->open,
		(unsigned long long)row->errors, (unsigned long long)row->shorts,
		(unsigned long long)row->bytes, (unsigned long long)row->shots,
		(unsigned long long)row->shot_bytes, (unsigned long long)row->notifs);
}

static void print_latency(FILE *out, const char *prefix, const struct load_truth_op *row)
{
	if (!row->latency_count) {
		fprintf(out,
			"%s latency_count=0 latency_ns_min=null latency_ns_mean=null "
			"latency_ns_max=null\n",
			prefix);
		return;
	}
	fprintf(out,
		"%s latency_count=%llu latency_ns_min=%llu latency_ns_mean=%llu "
		"latency_ns_max=%llu\n",
		prefix, (unsigned long long)row->latency_count,
		(unsigned long long)row->latency_ns_min,
		(unsigned long long)(row->latency_ns_sum / row->latency_count),
		(unsigned long long)row->latency_ns_max);
}

static void print_errors(FILE *out, const char *prefix, const struct load_truth_op *row)
{
	for (int i = 0; i < LOAD_TRUTH_ERRORS_MAX && row->results[i].error; i++) {
		const char *name = load_errno_name(row->results[i].error);

		if (name)
			fprintf(out, "%s errno=%s", prefix, name);
		else
			fprintf(out, "%s errno=%d", prefix, row->results[i].error);
		fprintf(out, " count=%llu\n", (unsigned long long)row->results[i].count);
	}
	if (row->results_other)
		fprintf(out, "%s errno=other count=%llu\n", prefix,
			(unsigned long long)row->results_other);
}

/* The lines of one operation; `where` is "ring=1 " or empty for the sum over all rings. */
static void print_op(FILE *out, const char *where, const struct load_truth_op *row)
{
	const char *name = load_op_name(row->op);
	char prefix[64];

	if (name)
		snprintf(prefix, sizeof(prefix), "truth %sop=%s", where, name);
	else
		snprintf(prefix, sizeof(prefix), "truth %sop=%u", where, row->op);
	print_counts(out, prefix, row);
	fputc('\n', out);
	print_latency(out, prefix, row);
	print_errors(out, prefix, row);
}

static bool balances(const struct load_truth_op *row)
{
	return row->submitted ==
	       row->completed + row->failed + row->overflowed + row->skipped + row->open;
}

static bool ring_balances(const struct load_truth_ring *ring)
{
	for (uint32_t i = 0; i < ring->op_count; i++)
		if (!balances(&ring->ops[i]))
			return false;
	return true;
}

static void sum_ring(const struct load_truth_ring *ring, struct load_truth_op *sum)
{
	for (uint32_t i = 0; i < ring->op_count; i++)
		add_row(sum, &ring->ops[i]);
}

/* The end of a line of sums. */
static void print_calls(FILE *out, const struct load_truth_ring *ring)
{
	fprintf(out,
		" enters=%llu registers=%llu dropped_sqes=%u dropped_cqes=%u wakeups=%llu "
		"messages=%llu enters_elsewhere=%llu calls=%llu\n",
		(unsigned long long)ring->enters, (unsigned long long)ring->registers,
		ring->dropped_sqes, ring->dropped_cqes, (unsigned long long)ring->wakeups,
		(unsigned long long)ring->messages, (unsigned long long)ring->enters_elsewhere,
		(unsigned long long)ring->calls);
}

/* What the books are of: a ring, or the queue of another interface. */
static void print_what(FILE *out, const char *where, const struct load_truth_ring *ring)
{
	char flags[256];

	if (ring->via) {
		fprintf(out, "truth %svia=%s pid=%u tid=%u\n", where, ring->via, ring->pid,
			ring->tid);
		return;
	}
	fprintf(out, "truth %spid=%u tid=%u fd=%d sq_entries=%u cq_entries=%u flags=%s%s%s\n",
		where, ring->pid, ring->tid, ring->fd, ring->sq_entries, ring->cq_entries,
		load_setup_text(ring->flags, flags, sizeof(flags)), ring->road ? " road=" : "",
		ring->road ? ring->road : "");
}

static void print_ring(FILE *out, const struct load_truth_ring *ring)
{
	struct load_truth_op sum = { .latency_ns_min = UINT64_MAX };
	char where[32], prefix[48];

	snprintf(where, sizeof(where), "%s=%u ", ring->via ? "queue" : "ring", ring->id);
	print_what(out, where, ring);
	for (uint32_t i = 0; i < ring->op_count; i++)
		print_op(out, where, &ring->ops[i]);
	sum_ring(ring, &sum);
	snprintf(prefix, sizeof(prefix), "truth %stotal", where);
	print_counts(out, prefix, &sum);
	print_calls(out, ring);
}

static void print_ops_of_all(FILE *out, const struct load_truth *truth)
{
	for (unsigned op = 0; op < 256; op++) {
		struct load_truth_op sum = { .latency_ns_min = UINT64_MAX, .op = (uint8_t)op };

		for (uint32_t i = 0; i < truth->ring_count; i++) {
			const struct load_truth_ring *ring = truth->rings[i];

			if (ring->op_row[op] != LOAD_TRUTH_OP_NONE)
				add_row(&sum, &ring->ops[ring->op_row[op]]);
		}
		if (sum.submitted)
			print_op(out, "", &sum);
	}
}

static void print_total(FILE *out, const struct load_truth *truth,
			const struct load_truth_work *work)
{
	struct load_truth_ring calls = { 0 };
	struct load_truth_op sum;
	uint32_t rings = 0;

	for (uint32_t i = 0; i < truth->ring_count; i++) {
		const struct load_truth_ring *ring = truth->rings[i];

		rings += !ring->via;

		calls.enters += ring->enters;
		calls.registers += ring->registers;
		calls.dropped_sqes += ring->dropped_sqes;
		calls.dropped_cqes += ring->dropped_cqes;
		calls.wakeups += ring->wakeups;
		calls.messages += ring->messages;
		calls.enters_elsewhere += ring->enters_elsewhere;
		calls.calls += ring->calls;
	}
	load_truth_sum(truth, &sum);
	print_counts(out, "truth total", &sum);
	print_calls(out, &calls);
	fprintf(out,
		"truth run workload=%s unit=%s units=%llu rings=%u threads=%llu elapsed_ns=%llu\n",
		work->workload, work->unit, (unsigned long long)work->units, rings,
		(unsigned long long)work->threads, (unsigned long long)work->elapsed_ns);
}

void load_truth_sum(const struct load_truth *truth, struct load_truth_op *ret_sum)
{
	*ret_sum = (struct load_truth_op){ .latency_ns_min = UINT64_MAX };
	for (uint32_t i = 0; i < truth->ring_count; i++)
		sum_ring(truth->rings[i], ret_sum);
}

int load_truth_print(FILE *out, const struct load_truth *truth, const struct load_truth_work *work,
		     struct load_error *why)
{
	uint32_t crooked = 0;

	for (uint32_t i = 0; i < truth->ring_count; i++) {
		if (work->each_ring)
			print_ring(out, truth->rings[i]);
		if (!ring_balances(truth->rings[i]))
			crooked = truth->rings[i]->id;
	}
	print_ops_of_all(out, truth);
	print_total(out, truth, work);
	if (fflush(out) || ferror(out))
		return load_fail(why, -EIO, "cannot write the truth to the standard output");
	if (crooked)
		return load_fail(why, -EPROTO,
				 "the books of ring %u do not balance: this is a bug of ringload",
				 crooked);
	return 0;
}

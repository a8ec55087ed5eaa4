/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Rows are made from the operations of both sides: names are cut down to what the operation does
 * (IRP_READ, IORING_READ and READV all read), and what has no twin keeps its own name. Device
 * commands are a row of their own, because a Windows trace may have nothing else.
 */
#include "collector/compare.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/report.h"
#include "collector/source.h"
#include "event/names.h"

/* What an operation does, after its prefix was taken off. Names that are not here do what they say.
 */
static const struct {
	const char *name;
	const char *what;
} meanings[] = {
	{ "READV", "READ" },
	{ "READ_FIXED", "READ" },
	{ "READV_FIXED", "READ" },
	{ "READ_MULTISHOT", "READ" },
	{ "READ_SCATTER", "READ" },
	{ "WRITEV", "WRITE" },
	{ "WRITE_FIXED", "WRITE" },
	{ "WRITEV_FIXED", "WRITE" },
	{ "WRITE_GATHER", "WRITE" },
	{ "FSYNC", "FLUSH" },
	{ "SYNC_FILE_RANGE", "FLUSH" },
	{ "OPENAT", "OPEN" },
	{ "OPENAT2", "OPEN" },
	{ "SENDMSG", "SEND" },
	{ "SENDTO", "SEND" },
	{ "SEND_ZC", "SEND" },
	{ "SENDMSG_ZC", "SEND" },
	{ "RECV", "RECEIVE" },
	{ "RECVMSG", "RECEIVE" },
	{ "RECVFROM", "RECEIVE" },
	{ "RECV_ZC", "RECEIVE" },
	{ "DISCONNECT", "SHUTDOWN" },
	{ "RENAMEAT", "RENAME" },
	{ "UNLINKAT", "DELETE" },
	{ "STATX", "QUERY_INFORMATION" },
	{ "ASYNC_CANCEL", "CANCEL" },
};

static const char *meaning(uint8_t queue_type, uint16_t op, char number[40])
{
	static const char *const prefixes[] = { "IRP_", "AFD_", "RIO_", "IORING_" };
	const char *name = ev_op_name(queue_type, op);

	if (!name) {
		snprintf(number, 40, op == MODEL_OP_OTHERS ? "others" : "OP_%u", op);
		return number;
	}
	/* One opens a file, the other makes a socket. */
	if (!strcmp(name, "IRP_CREATE"))
		return "OPEN";
	if (!strcmp(name, "AFD_CREATE"))
		return "SOCKET";
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (!strncmp(name, prefixes[i], strlen(prefixes[i])))
			name += strlen(prefixes[i]);
	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		if (!strcmp(name, meanings[i].name))
			return meanings[i].what;
	return name;
}

static struct compare_row *row_of(struct compare *compare, const char *what)
{
	struct compare_row *row;

	for (size_t i = 0; i < compare->row_count; i++)
		if (!strcmp(compare->rows[i].what, what))
			return &compare->rows[i];
	if (compare->row_count == compare->row_room) {
		size_t room = compare->row_room ? compare->row_room * 2 : 16;

		row = realloc(compare->rows, room * sizeof(*row));
		if (!row)
			return NULL;
		compare->rows = row;
		compare->row_room = room;
	}
	row = &compare->rows[compare->row_count++];
	memset(row, 0, sizeof(*row));
	snprintf(row->what, sizeof(row->what), "%s", what);
	for (int side = 0; side < COMPARE_SIDES; side++)
		histogram_init(&row->cells[side].latency);
	return row;
}

static int add(struct compare_cell *cell, const struct compare_cell *more)
{
	cell->count += more->count;
	cell->errors += more->errors;
	cell->bytes += more->bytes;
	return histogram_merge(&cell->latency, &more->latency);
}

typedef int (*cell_fn)(struct compare *compare, int side, const char *what,
		       const struct compare_cell *cell);

static int each_operation(struct compare *compare, int side, const struct model *model, cell_fn fn)
{
	const struct model_queue *total = model_total(model);
	int err = 0;

	for (size_t i = 0; i < total->operation_count && !err; i++) {
		const struct model_operation *operation = model_queue_operation(model, total, i);
		struct compare_cell cell = { .count = operation->count,
					     .errors = operation->errors,
					     .bytes = operation->bytes,
					     .latency = operation->latency };
		char number[40];

		if (operation->count)
			err = fn(compare, side,
				 meaning(operation->queue_type, operation->op, number), &cell);
	}
	for (size_t i = 0; i < model_device_count(model) && !err; i++) {
		const struct model_device *device = model_device_at(model, i);

		for (size_t q = 0; q < device->queue_count && !err; q++) {
			const struct model_device_queue *queue = &device->queues[q];
			struct compare_cell cell = { .count = queue->commands,
						     .errors = queue->errors,
						     .bytes = queue->bytes,
						     .latency = queue->latency };

			if (queue->commands)
				err = fn(compare, side, "device command", &cell);
		}
	}
	return err;
}

static int add_to_row(struct compare *compare, int side, const char *what,
		      const struct compare_cell *cell)
{
	struct compare_row *row = row_of(compare, what);

	return row ? add(&row->cells[side], cell) : -ENOMEM;
}

/* The baseline's own rows, of which only two quantiles stay. */
static int add_baseline(struct compare *compare, int side)
{
	struct compare base = { 0 };
	int err = each_operation(&base, side, compare->sides[side].baseline, add_to_row);

	for (size_t i = 0; i < base.row_count && !err; i++)
		for (size_t k = 0; k < compare->row_count; k++) {
			struct compare_cell *cell = &compare->rows[k].cells[side];

			if (strcmp(base.rows[i].what, compare->rows[k].what) != 0)
				continue;
			for (int q = 0; q < COMPARE_QUANTILES; q++)
				cell->baseline_ns[q] =
					compare_quantile(&base.rows[i].cells[side], q);
		}
	compare_done(&base);
	return err;
}

uint64_t compare_quantile(const struct compare_cell *cell, int quantile)
{
	static const double shares[] = { [COMPARE_P50] = 0.5, [COMPARE_P99] = 0.99 };

	return histogram_quantile(&cell->latency, shares[quantile]);
}

double compare_relative(const struct compare_cell *cell, int quantile)
{
	uint64_t baseline_ns = cell->baseline_ns[quantile];

	return baseline_ns ? (double)compare_quantile(cell, quantile) / (double)baseline_ns : 0;
}

double compare_waits(const struct model *model)
{
	uint64_t waits = 0, ended = 0;

	for (size_t i = 0; i < model_queue_count(model); i++) {
		const struct model_queue *queue = model_queue_at(model, i);

		/* Only counters know of waits. */
		if (!queue->counted_ns)
			return -1;
		waits += queue->waits;
		ended += queue->books.completed;
	}
	return ended ? (double)waits / (double)ended : -1;
}

static int read_model(struct model **ret_model, const char *path, const struct filter *filter,
		      struct ev_error *why)
{
	struct filter_view *view = filter_view_new(filter);
	struct source *source = NULL;
	int err = source_open(&source, path, why);

	*ret_model = model_new(NULL);
	if (!err && (!view || !*ret_model))
		err = ev_fail(why, -ENOMEM, "no memory");
	if (!err)
		err = report_read(source, view, *ret_model, why);
	source_close(source);
	filter_view_free(view);
	return err;
}

static void note(struct compare *compare, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static void note(struct compare *compare, const char *format, ...)
{
	va_list args;

	if (compare->note_count == COMPARE_NOTES_MAX)
		return;
	va_start(args, format);
	vsnprintf(compare->notes[compare->note_count++], COMPARE_NOTE_BYTES, format, args);
	va_end(args);
}

static const char letters[COMPARE_SIDES][2] = { "A", "B" };

static int is_of_devices(uint32_t loss)
{
	return loss == EV_LOSS_COMMAND_EVICTED || loss == EV_LOSS_COMMAND_MISSED ||
	       loss == EV_LOSS_DEVICES_FULL;
}

static void note_losses(struct compare *compare, int side)
{
	const struct model *model = compare->sides[side].model;
	int of_devices = 0, others = 0;

	for (size_t i = 0; i < model_loss_count(model); i++)
		*(is_of_devices(model_loss_at(model, i)->loss) ? &of_devices : &others) = 1;
	if (others)
		note(compare,
		     "%s lost events: its counts are too low, its latencies are of what was "
		     "seen.",
		     letters[side]);
	else if (of_devices)
		note(compare, "%s lost device commands: their count is too low.", letters[side]);
}

static void note_side(struct compare *compare, int side)
{
	const struct compare_side *of = &compare->sides[side];
	const struct model_session *session = model_session(of->model);

	note_losses(compare, side);
	if (!session->complete)
		note(compare, "%s was cut off before its end.", letters[side]);
	if (!of->baseline)
		note(compare,
		     "%s has no baseline (--baseline-a, --baseline-b), so its times say as much of "
		     "its machine as of its system.",
		     letters[side]);
	else if (strcmp(session->host, model_session(of->baseline)->host) != 0)
		note(compare, "The baseline of %s is of another host.", letters[side]);
}

static void note_all(struct compare *compare)
{
	const struct model_session *a = model_session(compare->sides[0].model);
	const struct model_session *b = model_session(compare->sides[1].model);

	if (!*a->host || !*b->host || strcmp(a->host, b->host) != 0)
		note(compare,
		     "Nothing says that A and B are of one machine: compare what is relative to "
		     "each baseline, not times.");
	if (a->os != b->os)
		note(compare,
		     "io_uring is measured from the submission to the completion queue entry; a "
		     "Windows request from the start of its IRP to its end. What it waits in a "
		     "completion port is not part of it.");
	if (a->mode != b->mode)
		note(compare,
		     "One recording has counters and histograms, the other a record of every "
		     "request: both percentiles are exact to 1/64.");
	if (a->record_min_ns != b->record_min_ns)
		note(compare, "The recordings left out quick requests by different limits.");
	for (int side = 0; side < COMPARE_SIDES; side++)
		note_side(compare, side);
}

static int by_count(const void *left, const void *right)
{
	const struct compare_row *a = left, *b = right;
	int a_both = a->cells[0].count && a->cells[1].count;
	int b_both = b->cells[0].count && b->cells[1].count;
	uint64_t a_count = a->cells[0].count + a->cells[1].count;
	uint64_t b_count = b->cells[0].count + b->cells[1].count;

	if (a_both != b_both)
		return b_both - a_both;
	if (a_count != b_count)
		return a_count < b_count ? 1 : -1;
	return strcmp(a->what, b->what);
}

int compare_read(struct compare *compare, const struct filter *filter, struct ev_error *why)
{
	int err = 0;

	for (int side = 0; side < COMPARE_SIDES && !err; side++) {
		struct compare_side *of = &compare->sides[side];

		err = read_model(&of->model, of->path, filter, why);
		if (!err && of->baseline_path)
			err = read_model(&of->baseline, of->baseline_path, filter, why);
	}
	if (err)
		return err;
	for (int side = 0; side < COMPARE_SIDES && !err; side++)
		err = each_operation(compare, side, compare->sides[side].model, add_to_row);
	for (int side = 0; side < COMPARE_SIDES && !err; side++)
		if (compare->sides[side].baseline)
			err = add_baseline(compare, side);
	if (err)
		return ev_fail(why, err, "no memory to compare");
	if (compare->row_count)
		qsort(compare->rows, compare->row_count, sizeof(*compare->rows), by_count);
	note_all(compare);
	return 0;
}

void compare_done(struct compare *compare)
{
	for (size_t i = 0; i < compare->row_count; i++)
		for (int side = 0; side < COMPARE_SIDES; side++)
			histogram_done(&compare->rows[i].cells[side].latency);
	free(compare->rows);
	for (int side = 0; side < COMPARE_SIDES; side++) {
		model_free(compare->sides[side].model);
		model_free(compare->sides[side].baseline);
	}
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The books: submitted = completed + failed + overflowed + skipped + open + lost.
 *
 *    from the tracer's counters (QUEUE_STATE)     from records alone
 *    as told; open = in flight                    submitted   all below, added up
 *                                                 overflowed  its record says so, or it vanished
 *                                                             (or is open) and an OVERFLOW explains
 *                                                 open        the latest snapshot, less what ended
 *                                                 lost        vanished unexplained + LOST events
 *
 * The counters know every request, also one whose record found its ring full. Such a request is
 * completed, not lost; that its record is missing is a loss of data (EV_LOSS_RECORD_RING_FULL) and
 * shows here as `unrecorded`. The records are the cross-check: there may be fewer than the counters
 * know of, never more.
 */
#include "model/model_private.h"

static void books_of_counters(const struct model *model, const struct queue *queue,
			      struct model_books *ret_books)
{
	const struct ev_queue_state *state = &queue->state;
	uint64_t ended =
		state->completed + state->failed + state->overflowed + state->skipped + state->lost;

	*ret_books = (struct model_books){
		.submitted = state->submitted,
		.completed = state->completed,
		.failed = state->failed,
		.overflowed = state->overflowed,
		.skipped = state->skipped,
		.open = state->in_flight,
		.lost = state->lost,
		.unmatched = state->unmatched,
		.older = state->older,
		.forgotten = state->forgotten,
		.balanced = ended + state->in_flight == state->submitted,
	};
	if (model_counted(model))
		return;
	if (queue->recorded_at_state > ended)
		ret_books->balanced = 0;
	else
		ret_books->unrecorded = ended - queue->recorded_at_state;
}

static void books_of_records(const struct queue *queue, struct model_books *ret_books)
{
	const struct records *records = &queue->records;

	*ret_books = (struct model_books){
		.completed = records->ended[EV_END_COMPLETED],
		.failed = records->ended[EV_END_FAILED],
		.overflowed = records->ended[EV_END_OVERFLOWED] + records->explained +
			      queue->open_overflowed,
		.skipped = records->ended[EV_END_SKIPPED],
		.open = queue->open,
		.lost = records->ended[EV_END_VANISHED] - records->explained + records->lost,
		.unmatched = records->unmatched,
		.older = records->older,
		.forgotten = records->forgotten,
		.balanced = 1,
	};
	ret_books->submitted = ret_books->completed + ret_books->failed + ret_books->overflowed +
			       ret_books->skipped + ret_books->open + ret_books->lost;
}

/* Sets a number of a queue and moves the machine's sum by the same amount. */
static void set(uint64_t *value, uint64_t to, uint64_t *sum)
{
	*sum += to - *value;
	*value = to;
}

static void set_books(struct model_books *books, const struct model_books *to,
		      struct model_books *sums)
{
	set(&books->submitted, to->submitted, &sums->submitted);
	set(&books->completed, to->completed, &sums->completed);
	set(&books->failed, to->failed, &sums->failed);
	set(&books->overflowed, to->overflowed, &sums->overflowed);
	set(&books->skipped, to->skipped, &sums->skipped);
	set(&books->open, to->open, &sums->open);
	set(&books->lost, to->lost, &sums->lost);
	set(&books->unmatched, to->unmatched, &sums->unmatched);
	set(&books->older, to->older, &sums->older);
	set(&books->forgotten, to->forgotten, &sums->forgotten);
	set(&books->unrecorded, to->unrecorded, &sums->unrecorded);
	books->balanced = to->balanced;
}

/* The other counters that come from the tracer, else from records. */
static void set_counters(struct model *model, struct queue *queue)
{
	const struct ev_queue_state *state = queue->stated ? &queue->state : NULL;
	const struct records *records = &queue->records;
	struct model_queue *pub = &queue->pub;
	struct model_queue *total = &model->total.pub;

	set(&pub->overflows, state ? state->overflowed : records->overflows, &total->overflows);
	set(&pub->dropped_cqes, state ? state->dropped_cqes : records->dropped_cqes,
	    &total->dropped_cqes);
	set(&pub->shots, state ? state->shots : records->shots, &total->shots);
	set(&pub->waits, state ? state->waits : records->waits, &total->waits);
	set(&pub->notifications, state ? state->notifications : records->notifications,
	    &total->notifications);
	set(&pub->messages, state ? state->messages : records->messages, &total->messages);
	pub->sq_flags = state ? state->sq_flags : 0;
}

void model_books_settle_queue(struct model *model, struct queue *queue)
{
	struct model_books books;

	if (queue->stated)
		books_of_counters(model, queue, &books);
	else
		books_of_records(queue, &books);
	set_books(&queue->pub.books, &books, &model->sums);
	set_counters(model, queue);
	model->unbalanced -= queue->unbalanced;
	queue->unbalanced = !books.balanced;
	model->unbalanced += queue->unbalanced;
}

void model_books_settle_total(struct model *model)
{
	struct model_books *books = &model->total.pub.books;

	*books = model->sums;
	/* Requests without a record and without a queue: the counters know them, records do not. */
	if (!model->stated) {
		books->lost += model->lost_requests;
		books->submitted += model->lost_requests;
	}
	books->balanced = !model->unbalanced && (model->stated || !model->blind);
}

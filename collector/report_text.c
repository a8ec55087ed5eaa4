/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The report in words, 80 columns wide. Its first ten lines answer what was slow and where, and
 * whether the data can be trusted (books, losses); tables follow for whoever reads on.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "collector/books_text.h"
#include "collector/escape.h"
#include "collector/loss_text.h"
#include "collector/phrase.h"
#include "collector/report.h"
#include "collector/request_text.h"
#include "collector/wrap.h"
#include "event/names.h"
#include "event/units.h"

enum {
	LABEL = REPORT_LABEL,
	TEXT_BYTES = REPORT_TEXT_BYTES,
	QUEUES_SHOWN = 20,
	QUEUES_DETAILED = 8
};

static void print_session(const struct report *report)
{
	const struct model_session *session = model_session(report->model);
	time_t seconds = (time_t)(session->start_unix_ns / 1000000000);
	char text[TEXT_BYTES], name[256], number[EV_UNITS_TEXT_BYTES], start[64];
	struct phrase phrase;
	struct tm local;

	phrase_init(&phrase, text, sizeof(text));
	phrase_add(&phrase, "%s: ", escape_name(name, sizeof(name), report->name));
	if (!session->known) {
		phrase_add(&phrase, "no session header, so host, clock and mode are not known");
		wrap_print(stdout, "recording", LABEL, text);
		return;
	}
	phrase_add(&phrase, "%s of %s",
		   session->mode == EV_MODE_FULL ? "full recording" : "counters and histograms",
		   ev_units_time(number, session->duration_ns));
	if (session->host[0])
		phrase_add(&phrase, " on %s", escape_name(name, sizeof(name), session->host));
	if (session->kernel[0])
		phrase_add(&phrase, ", %s %s", session->os == EV_OS_WINDOWS ? "Windows" : "Linux",
			   escape_name(name, sizeof(name), session->kernel));
	if (session->start_unix_ns && localtime_r(&seconds, &local) &&
	    strftime(start, sizeof(start), "%Y-%m-%d %H:%M:%S", &local))
		phrase_add(&phrase, ", %s", start);
	if (!session->complete)
		phrase_add(&phrase, "; it has no end: the recorder was cut off or still runs");
	wrap_print(stdout, "recording", LABEL, text);
}

static void print_asked(const struct model_session *session)
{
	char safe[TEXT_BYTES], label[EV_UNITS_TEXT_BYTES];

	if (session->command[0])
		wrap_print(stdout, "command", LABEL,
			   escape_name(safe, sizeof(safe), session->command));
	if (session->filter[0])
		wrap_print(stdout, "filter", LABEL,
			   escape_name(safe, sizeof(safe), session->filter));
	if (session->record_min_ns) {
		snprintf(safe, sizeof(safe),
			 "requests quicker than %s are in no list: they were not recorded singly",
			 ev_units_time(label, session->record_min_ns));
		wrap_print(stdout, "", LABEL, safe);
	}
}

/* What this report was asked to show, apart from what was recorded. */
static void print_shown(const struct report *report)
{
	char asked[TEXT_BYTES / 2], safe[TEXT_BYTES / 2], text[TEXT_BYTES];

	filter_text(report->filter, asked, sizeof(asked));
	if (!asked[0])
		return;
	snprintf(text, sizeof(text), "%s: a filter of this report, not of the recording",
		 escape_name(safe, sizeof(safe), asked));
	wrap_print(stdout, "shown", LABEL, text);
}

static void print_books(const struct model_books *books)
{
	char text[TEXT_BYTES];
	struct phrase phrase;

	phrase_init(&phrase, text, sizeof(text));
	books_text_add(&phrase, books);
	wrap_print(stdout, "books", LABEL, text);
}

static void print_losses(const struct model *model)
{
	size_t count = model_loss_count(model);

	if (!count)
		wrap_print(stdout, "losses", LABEL, "none");
	for (size_t i = 0; i < count; i++) {
		char text[TEXT_BYTES];
		struct phrase phrase;

		phrase_init(&phrase, text, sizeof(text));
		loss_text_add(&phrase, model_loss_at(model, i));
		wrap_print(stdout, i ? "" : "losses", LABEL, text);
	}
}

static void print_first_request(const struct report *report, const struct ev_request *request,
				const char *label)
{
	char text[TEXT_BYTES];
	struct phrase phrase;

	if (!request)
		return;
	phrase_init(&phrase, text, sizeof(text));
	request_text_add_queue(&phrase, report->model, request->queue);
	phrase_add(&phrase, " ");
	request_text_add(&phrase, report->model, request, 0);
	wrap_print(stdout, label, LABEL, text);
}

/* "12.5/64": mean and maximum, with + at least; "-" when nothing was seen. */
static const char *gauge_text(char text[32], const struct model_gauge *gauge)
{
	char max[EV_UNITS_TEXT_BYTES];

	if (!gauge->known)
		return "-";
	snprintf(text, 32, gauge->mean < 99.95 ? "%.1f/%s%s" : "%.0f/%s%s", gauge->mean,
		 ev_units_count(max, gauge->max), gauge->at_least || gauge->max_sampled ? "+" : "");
	return text;
}

/* A column to the right, narrower by what those before it were too wide, as far as it has room. */
static void print_column(const char *text, int width, int *over)
{
	int blanks = width - (int)strlen(text);

	if (blanks < 0)
		blanks = 0;
	if (*over < blanks)
		blanks -= *over;
	else
		blanks = 0;
	printf(" %*s%s", blanks, "", text);
	*over += blanks + (int)strlen(text) - width;
}

/* A queue of Windows has no descriptor, but is of more than one kind. */
static const char *fd_or_kind(char text[16], const struct model_queue *queue)
{
	const char *kind = ev_queue_type_name(queue->type);

	if (queue->type != EV_QUEUE_IO_URING && kind)
		snprintf(text, 16, "%s", kind);
	else if (queue->fd >= 0)
		snprintf(text, 16, "%" PRId32, queue->fd);
	else
		snprintf(text, 16, "-");
	return text;
}

static void print_queue(const struct model_queue *queue, int is_windows)
{
	char owner[64], comm[40], fd[16], count[EV_UNITS_TEXT_BYTES], gauge[32];
	int width, over;

	escape_name(comm, sizeof(comm), queue->comm[0] ? queue->comm : "?");
	if (queue->pid)
		snprintf(owner, sizeof(owner), "%s[%" PRIu32 "]", comm, queue->pid);
	else
		snprintf(owner, sizeof(owner), "%s[?]", comm);
	width = wrap_width(owner);
	over = width > 18 ? width - 18 : 0;
	printf("%10" PRIu32 " %s%*s", queue->id, owner, width < 18 ? 18 - width : 0, "");
	print_column(fd_or_kind(fd, queue), is_windows ? 6 : 4, &over);
	print_column(ev_units_count(count, queue->books.submitted), 6, &over);
	print_column(gauge_text(gauge, &queue->in_flight), 10, &over);
	print_column(gauge_text(gauge, &queue->sq_depth), 9, &over);
	print_column(gauge_text(gauge, &queue->cq_depth), 9, &over);
	if (!is_windows)
		print_column(ev_units_count(count, queue->overflows), 5, &over);
	printf("\n");
}

static void print_queue_detail(const struct report *report, const struct model_queue *queue)
{
	char text[TEXT_BYTES], flags[512];
	struct phrase phrase;

	phrase_init(&phrase, text, sizeof(text));
	if (queue->sq_entries)
		phrase_add(&phrase, "%" PRIu32 " SQ and %" PRIu32 " CQ entries", queue->sq_entries,
			   queue->cq_entries);
	else if (queue->type == EV_QUEUE_IO_URING || !queue->declared)
		phrase_add(&phrase, "sizes not known");
	else
		phrase_add(&phrase, "%s", ev_queue_kind(queue->type));
	if (queue->flags) {
		ev_flags_text(ev_setup_flags, queue->flags, flags, sizeof(flags));
		for (char *bar = flags; *bar; bar++)
			if (*bar == '|')
				*bar = ' ';
		phrase_add(&phrase, ", %s", flags);
	}
	if (!queue->books.balanced)
		phrase_add(&phrase, ", books do not balance");
	wrap_print(stdout, "", LABEL, text);
	report_ring(report, queue);
}

/* Queues that are not shown singly, in one line. */
static void print_rest(const char *word, const struct model_queue *const *queues, size_t from,
		       size_t count)
{
	uint64_t submitted = 0, overflows = 0;
	char number[EV_UNITS_TEXT_BYTES];

	for (size_t i = from; i < count; i++) {
		submitted += queues[i]->books.submitted;
		overflows += queues[i]->overflows;
	}
	printf("  and %zu more %ss with %s requests", count - from, word,
	       ev_units_count(number, submitted));
	printf(" and %s overflows (--all shows them)\n", ev_units_count(number, overflows));
}

static void print_queues(const struct report *report)
{
	int is_windows = model_session(report->model)->os == EV_OS_WINDOWS;
	size_t count = model_queue_count(report->model);
	const struct model_queue **queues = report_sort_queues(report);
	size_t shown = report->all || count <= QUEUES_SHOWN ? count : QUEUES_SHOWN;

	if (!queues)
		return;
	printf("\n%s (depths: mean/max)\n", is_windows ? "QUEUES" : "RINGS");
	if (count && is_windows)
		printf("%10s %-18s %6s %6s %10s %9s %9s\n", "id", "owner", "kind", "count",
		       "in flight", "SQ depth", "CQ depth");
	else if (count)
		printf("%10s %-18s %4s %6s %10s %9s %9s %5s\n", "id", "owner", "fd", "count",
		       "in flight", "SQ depth", "CQ depth", "over");
	else
		printf("  %s\n", filter_queues(report->filter) ? "none of the recording matches"
							       : "none seen");
	for (size_t i = 0; i < shown; i++) {
		print_queue(queues[i], is_windows);
		if (report->all || count <= QUEUES_DETAILED || queues[i]->dropped_cqes ||
		    !queues[i]->books.balanced)
			print_queue_detail(report, queues[i]);
	}
	if (shown < count)
		print_rest(queue_word(report->model), queues, shown, count);
	free(queues);
}

void report_text(const struct report *report)
{
	const struct ev_request *slow, *open;
	size_t next_slow = 0, next_open = 0;

	slow = report_next_slow(report, &next_slow);
	open = report_next_open(report, &next_open);
	print_session(report);
	print_asked(model_session(report->model));
	print_shown(report);
	report_contents_line(report);
	report_headline(report);
	print_books(&model_total(report->model)->books);
	print_losses(report->model);
	print_first_request(report, slow, "slowest");
	print_first_request(report, open, "oldest");
	print_queues(report);
	report_operations(report);
	report_devices(report);
	report_usage(report);
	report_slowest(report);
	report_open(report);
	report_contents(report);
}

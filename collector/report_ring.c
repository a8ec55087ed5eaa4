/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * What explains one ring in the report: how it is called and waited on, its SQPOLL thread, what it
 * has registered and uses, completions of other kinds, how long completions lie there. In words
 * and as JSON; a line that has nothing to say is not printed.
 */
#include <inttypes.h>
#include <stdio.h>

#include "collector/escape.h"
#include "collector/phrase.h"
#include "collector/report.h"
#include "collector/report_json.h"
#include "collector/wrap.h"
#include "event/names.h"
#include "event/units.h"

enum { LABEL = 11, TEXT_BYTES = 1024, SETUP_SQPOLL = 1 << 1 };

/* How long the ring was watched. */
static uint64_t watched_ns(const struct model *model, const struct model_queue *queue)
{
	const struct model_session *session = model_session(model);
	uint64_t from =
		queue->created_ns > session->start_ns ? queue->created_ns : session->start_ns;
	uint64_t to = queue->ended_ns ? queue->ended_ns : session->now_ns;

	return to > from ? to - from : 0;
}

static double ratio(uint64_t part, uint64_t whole)
{
	return whole ? (double)part / (double)whole : 0;
}

static const char *shared_text(const struct model *model, const struct model_queue *queue,
			       char text[48])
{
	for (size_t i = 0; i < model_queue_count(model); i++) {
		const struct model_queue *other = model_queue_at(model, i);

		if (other == queue || !queue->thread_pid || other->thread_pid != queue->thread_pid)
			continue;
		snprintf(text, 48, ", shared with ring %" PRIu32, other->id);
		return text;
	}
	return "";
}

static void print(const char *text)
{
	if (text[0])
		wrap_print(stdout, "", LABEL, text);
}

static void print_calls(const struct report *report, const struct model_queue *queue)
{
	uint64_t seconds_ns = watched_ns(report->model, queue), submitted = queue->books.submitted;
	char text[TEXT_BYTES], number[EV_UNITS_TEXT_BYTES];
	struct phrase phrase;

	if (!queue->batches && !queue->waits)
		return;
	phrase_init(&phrase, text, sizeof(text));
	if (queue->flags & SETUP_SQPOLL && queue->batches)
		phrase_add(&phrase, "no system call to submit: its thread took %.1f at a time",
			   ratio(submitted, queue->batches));
	else if (queue->batches)
		phrase_add(&phrase, "%s calls to submit (%.0f/s), %.1f requests each",
			   ev_units_count(number, queue->batches),
			   seconds_ns ? (double)queue->batches * 1e9 / (double)seconds_ns : 0,
			   ratio(submitted, queue->batches));
	phrase_separate(&phrase, 0, "; ");
	phrase_add(&phrase, "%s waits", ev_units_count(number, queue->waits));
	if (queue->waits)
		phrase_add(&phrase, " for %s completions",
			   ev_units_count(number, queue->books.completed + queue->shots +
							  queue->messages + queue->notifications));
	if (queue->waits_timed)
		phrase_add(&phrase, ", blocked %s", ev_units_time(number, queue->blocked_ns));
	if (queue->waits_timed && queue->waits_timed < queue->waits)
		phrase_add(&phrase, " in the %d%% whose end was seen",
			   report_percent(queue->waits_timed, queue->waits));
	print(text);
}

static void print_thread(const struct report *report, const struct model_queue *queue)
{
	char text[TEXT_BYTES], number[EV_UNITS_TEXT_BYTES], shared[48];
	uint64_t cpu = queue->thread_cpu_ns, work = queue->thread_work_ns;
	struct phrase phrase;

	if (!(queue->resources & EV_RESOURCE_THREAD_CPU) || !queue->thread_watched_ns)
		return;
	phrase_init(&phrase, text, sizeof(text));
	phrase_add(&phrase, "SQ thread %" PRIu32 "%s: %s of CPU, %d%% of the time",
		   queue->thread_pid, shared_text(report->model, queue, shared),
		   ev_units_time(number, cpu), report_percent(cpu, queue->thread_watched_ns));
	if (queue->resources & EV_RESOURCE_THREAD_WORK)
		phrase_add(&phrase, " (%d%% of it working, the rest looking for work)",
			   report_percent(work < cpu ? work : cpu, cpu));
	phrase_add(&phrase, "; slept %" PRIu64 " times until a system call or a completion woke it",
		   queue->thread_sleeps);
	if (!queue->ended_ns && queue->sq_flags & 1) /* IORING_SQ_NEED_WAKEUP */
		phrase_add(&phrase, ", asleep at the end");
	print(text);
}

static void add_used(struct phrase *phrase, uint64_t used, const struct model_queue *queue)
{
	if (used)
		phrase_add(phrase, " (%d%% of requests use one)",
			   report_percent(used, queue->ended));
	else if (queue->ended)
		phrase_add(phrase, " (not used)");
}

static void print_resources(const struct report *report, const struct model_queue *queue)
{
	static const struct ev_flag words[] = {
		{ EV_RESOURCE_BUFFER_GROUPS, "provided buffers" },
		{ EV_RESOURCE_EVENTFD, "an eventfd" },
		{ EV_RESOURCE_NAPI, "NAPI polling" },
		{ EV_RESOURCE_PERSONALITIES, "personalities" },
		{ EV_RESOURCE_RESTRICTED, "restrictions" },
	};
	const struct model_session *session = model_session(report->model);
	int full = session->mode == EV_MODE_FULL && !session->record_min_ns;
	char text[TEXT_BYTES], line[TEXT_BYTES + 16];
	uint32_t bits = queue->resources;
	struct phrase phrase;

	phrase_init(&phrase, text, sizeof(text));
	if (queue->file_count) {
		phrase_add(&phrase, "%" PRIu32 " files", queue->file_count);
		if (full)
			add_used(&phrase, queue->fixed_files, queue);
	}
	if (queue->buffer_count) {
		phrase_separate(&phrase, 0, ", ");
		phrase_add(&phrase, "%" PRIu32 " buffers", queue->buffer_count);
		if (full)
			add_used(&phrase, queue->fixed_buffers, queue);
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (bits & words[i].bit) {
			phrase_separate(&phrase, 0, ", ");
			phrase_add(&phrase, "%s", words[i].name);
		}
	if (queue->buffer_rings > 0) {
		phrase_separate(&phrase, 0, ", ");
		phrase_add(&phrase, "%" PRId32 " buffer rings", queue->buffer_rings);
	}
	if (bits & EV_RESOURCE_WORKER_LIMITS) {
		phrase_separate(&phrase, 0, ", ");
		phrase_add(&phrase, "at most %" PRIu32 " bounded and %" PRIu32 " unbounded workers",
			   queue->worker_limit[0], queue->worker_limit[1]);
	}
	if (!text[0])
		return;
	snprintf(line, sizeof(line), "registered: %s", text);
	print(line);
}

static void add_count(struct phrase *phrase, uint64_t count, const char *what)
{
	char number[EV_UNITS_TEXT_BYTES];

	if (!count)
		return;
	phrase_separate(phrase, 0, ", ");
	phrase_add(phrase, "%s %s", ev_units_count(number, count), what);
}

/* What a completion is that no request of the queue asked for. */
static const char *message_word(const struct model_queue *queue)
{
	return queue->type == EV_QUEUE_IOCP ? "packets taken"
					    : "messages from other rings or resource tags";
}

static void print_completions(const struct model_queue *queue)
{
	char text[TEXT_BYTES];
	struct phrase phrase;

	phrase_init(&phrase, text, sizeof(text));
	add_count(&phrase, queue->shots, "multishot completions");
	add_count(&phrase, queue->messages, message_word(queue));
	add_count(&phrase, queue->notifications, "zero-copy notifications");
	add_count(&phrase, queue->books.older, "completions of requests older than the recording");
	add_count(&phrase, queue->older_open, "in flight are older than the recording");
	if (queue->resources & EV_RESOURCE_OLDER_UNKNOWN) {
		phrase_separate(&phrase, 0, ", ");
		phrase_add(&phrase, "older requests may be in flight");
	}
	add_count(&phrase, queue->books.forgotten, "completions of requests counted as lost");
	add_count(&phrase, queue->no_buffers, "requests found no provided buffer (ENOBUFS)");
	add_count(&phrase, queue->backlog, "completions wait in the overflow backlog");
	add_count(&phrase, queue->dropped_cqes, "completions lost to the application");
	if (queue->resources & EV_RESOURCE_WORK_PENDING)
		add_count(&phrase, 1, "or more completions wait for the task to enter the kernel");
	if (queue->resources & EV_RESOURCE_DISABLED) {
		phrase_separate(&phrase, 0, ", ");
		phrase_add(&phrase, "not enabled yet");
	}
	print(text);
}

static void print_reap(const struct model_queue *queue)
{
	char text[TEXT_BYTES], p50[EV_UNITS_TEXT_BYTES], p99[EV_UNITS_TEXT_BYTES];
	char max[EV_UNITS_TEXT_BYTES], blur[EV_UNITS_TEXT_BYTES];
	const struct histogram *reap = &queue->reap;

	if (!reap->count)
		return;
	snprintf(text, sizeof(text),
		 "reaped at most %s after being posted (p50), %s (p99), %s (max); on average up to "
		 "%s less",
		 ev_units_time(p50, histogram_quantile(reap, 0.5)),
		 ev_units_time(p99, histogram_quantile(reap, 0.99)), ev_units_time(max, reap->max),
		 ev_units_time(blur, queue->reap_blur_ns / reap->count));
	print(text);
}

/* Processes other than its owner. */
static void print_users(const struct report *report, const struct model_queue *queue)
{
	char text[TEXT_BYTES], safe[64];
	struct phrase phrase;

	if (!queue->users || (queue->users == 1 && queue->user_pids[0] == queue->pid))
		return;
	phrase_init(&phrase, text, sizeof(text));
	phrase_add(&phrase, "used by");
	for (uint32_t i = 0; i < queue->users; i++) {
		const char *name = model_process_name(report->model, queue->user_pids[i]);

		phrase_add(&phrase, "%s %s[%" PRIu32 "]", i ? "," : "",
			   name ? escape_name(safe, sizeof(safe), name) : "?", queue->user_pids[i]);
	}
	if (queue->users == sizeof(queue->user_pids) / sizeof(queue->user_pids[0]))
		phrase_add(&phrase, " and maybe others");
	print(text);
}

void report_ring(const struct report *report, const struct model_queue *queue)
{
	print_users(report, queue);
	print_calls(report, queue);
	print_thread(report, queue);
	print_resources(report, queue);
	print_completions(queue);
	print_reap(queue);
}

/* ---- as JSON ---- */

static void write_calls(struct json *json, const struct model_queue *queue)
{
	int counted = queue->batches != 0, sqpoll = (queue->flags & SETUP_SQPOLL) != 0;
	int told = ev_queue_tells_roads(queue->type);

	json_object_line(json, "calls");
	json_u64_if(json, "submitting", counted, sqpoll ? 0 : queue->batches);
	json_u64_if(json, "batches", counted, queue->batches);
	json_u64_if(json, "waits", told, queue->waits);
	json_u64_if(json, "waits_timed", told, queue->waits_timed);
	json_u64_if(json, "blocked_ns", queue->waits_timed, queue->blocked_ns);
	json_object_end(json);
}

static void write_thread(struct json *json, const struct model_queue *queue)
{
	if (!(queue->resources & EV_RESOURCE_THREAD_CPU)) {
		json_null(json, "sq_thread");
		return;
	}
	json_object_line(json, "sq_thread");
	json_u64(json, "pid", queue->thread_pid);
	json_u64(json, "watched_ns", queue->thread_watched_ns);
	json_u64(json, "cpu_ns", queue->thread_cpu_ns);
	json_u64_if(json, "work_ns", queue->resources & EV_RESOURCE_THREAD_WORK,
		    queue->thread_work_ns);
	json_u64(json, "sleeps", queue->thread_sleeps);
	if (queue->ended_ns)
		json_null(json, "asleep");
	else
		json_bool(json, "asleep", queue->sq_flags & 1); /* IORING_SQ_NEED_WAKEUP */
	json_object_end(json);
}

static void write_resources(struct json *json, const struct model_queue *queue)
{
	uint32_t bits = queue->resources, known = bits & EV_RESOURCE_KNOWN;

	json_object_line(json, "registered");
	json_u64_if(json, "files", known, queue->file_count);
	json_u64_if(json, "buffers", known, queue->buffer_count);
	json_u64(json, "requests_with_fixed_file", queue->fixed_files);
	json_u64(json, "requests_with_fixed_buffer", queue->fixed_buffers);
	json_u64_if(json, "max_bounded_workers", bits & EV_RESOURCE_WORKER_LIMITS,
		    queue->worker_limit[0]);
	json_u64_if(json, "max_unbounded_workers", bits & EV_RESOURCE_WORKER_LIMITS,
		    queue->worker_limit[1]);
	json_array_line(json, "more");
	for (const struct ev_flag *flag = ev_resource_flags; flag->name; flag++)
		if (bits & flag->bit & ~(uint32_t)EV_RESOURCE_KNOWN)
			json_text(json, NULL, flag->name);
	json_array_end(json);
	json_object_end(json);
}

void report_ring_json(struct json *json, const struct model_queue *queue)
{
	int told = ev_queue_tells_roads(queue->type);

	write_calls(json, queue);
	write_thread(json, queue);
	write_resources(json, queue);
	json_u64(json, "messages", queue->messages);
	json_u64_if(json, "notifications", told, queue->notifications);
	json_u64_if(json, "no_buffers", told, queue->no_buffers);
	json_u64_if(json, "backlog", told, queue->backlog);
	json_array_line(json, "users");
	for (uint32_t i = 0; i < queue->users; i++)
		json_u64(json, NULL, queue->user_pids[i]);
	json_array_end(json);
	report_json_histogram(json, "reaped_within_ns", &queue->reap);
	json_u64_if(json, "reaped_resolution_ns", queue->reap.count,
		    queue->reap.count ? queue->reap_blur_ns / queue->reap.count : 0);
}

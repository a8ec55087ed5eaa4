/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Who used which disk, and how full it was then, in words and as JSON: what the table "Disk Usage"
 * of Windows Performance Analyzer has, under its names (QD/I, QD/C). Whoever took most of the
 * disk's time stands first. Figures that are not known of every command say of how many they are
 * not.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "collector/command_text.h"
#include "collector/escape.h"
#include "collector/phrase.h"
#include "collector/report_json.h"
#include "collector/wrap.h"
#include "event/names.h"
#include "event/units.h"

enum { PROCESSES_SHOWN = 20, NAME_COLUMNS = 24, DETAIL_INDENT = 4 };

/* ---- words ---- */

/* "1.25/7": mean and maximum. */
static void print_depth(const struct model_figure *depth)
{
	char text[64], max[EV_UNITS_TEXT_BYTES];
	double mean = model_figure_mean(depth);

	snprintf(text, sizeof(text),
		 mean < 9.995	? "%.2f/%s"
		 : mean < 99.95 ? "%.1f/%s"
				: "%.0f/%s",
		 mean, ev_units_count(max, depth->max));
	printf(" %9s", depth->count ? text : "-");
}

static void print_time(const struct model_figure *figure, uint64_t ns)
{
	char text[EV_UNITS_TEXT_BYTES];

	printf(" %6s", figure->count ? ev_units_time(text, ns) : "-");
}

static void print_use(const char *name, const struct model_use *use)
{
	char text[EV_UNITS_TEXT_BYTES];
	int width = wrap_width(name);

	printf("%s%*s", name, width < NAME_COLUMNS ? NAME_COLUMNS - width : 0, "");
	printf(" %6s", ev_units_count(text, use->commands));
	printf(" %7s", ev_units_size(text, use->bytes));
	print_depth(&use->depth_issue);
	print_depth(&use->depth_end);
	print_time(&use->io_ns, (uint64_t)(model_figure_mean(&use->io_ns) + 0.5));
	print_time(&use->io_ns, use->io_ns.max);
	print_time(&use->service_ns, use->service_ns.sum);
	printf("\n");
}

static void add_priorities(struct phrase *phrase, const struct model_use *use)
{
	char number[EV_UNITS_TEXT_BYTES];

	for (uint8_t i = 1; i < MODEL_PRIORITIES; i++) {
		const char *name = ev_io_priority_name(i);

		if (!use->priorities[i])
			continue;
		phrase_separate(phrase, 0, ", ");
		if (name)
			phrase_add(phrase, "%s priority", name);
		else
			phrase_add(phrase, "priority %u", i);
		phrase_add(phrase, " %s", ev_units_count(number, use->priorities[i]));
	}
}

/* How many commands a figure is not of. */
static void add_unknown(struct phrase *phrase, const char *what, uint64_t commands,
			const struct model_figure *figure)
{
	if (figure->count == commands)
		return;
	phrase_add(phrase, "%s%s of %" PRIu64, phrase->used ? ", " : "not known: ", what,
		   commands - figure->count);
}

/* Why not every command of a disk has a record, and what that hides. */
static void print_partial(const struct report *report)
{
	char text[REPORT_TEXT_BYTES];

	snprintf(text, sizeof(text),
		 "not all commands of this disk have a record (%s): depths and service times are "
		 "not known",
		 model_session(report->model)->record_min_ns
			 ? "--min-latency left out the quick ones"
			 : "record --commands keeps all");
	wrap_print(stdout, "", DETAIL_INDENT, text);
}

static void print_unknown(const struct report *report, const struct model_usage *usage)
{
	const struct model_use *total = &usage->total;
	char text[REPORT_TEXT_BYTES];
	struct phrase phrase;

	phrase_init(&phrase, text, sizeof(text));
	if (!usage->partial) {
		add_unknown(&phrase, "QD/I", total->commands, &total->depth_issue);
		add_unknown(&phrase, "QD/C", total->commands, &total->depth_end);
		add_unknown(&phrase, "service time", total->commands, &total->service_ns);
	}
	add_unknown(&phrase, "I/O time", total->commands, &total->io_ns);
	if (phrase.used)
		wrap_print(stdout, "", DETAIL_INDENT, text);
	if (usage->partial)
		print_partial(report);
	else if (usage->at_least)
		wrap_print(stdout, "", DETAIL_INDENT,
			   "commands are missing: depths may be larger, service times shorter");
}

/* Below the row of a disk: how busy it was, and what its figures leave out. */
static void print_disk_detail(const struct report *report, const struct model_usage *usage)
{
	uint64_t duration_ns = model_session(report->model)->duration_ns;
	const struct model_figure *service = &usage->total.service_ns;
	char text[REPORT_TEXT_BYTES];
	struct phrase phrase;

	phrase_init(&phrase, text, sizeof(text));
	if (service->count && duration_ns)
		phrase_add(&phrase, "busy %d%% of the time",
			   report_percent(service->sum, duration_ns));
	add_priorities(&phrase, &usage->total);
	if (phrase.used)
		wrap_print(stdout, "", DETAIL_INDENT, text);
	print_unknown(report, usage);
}

static void print_process(const struct report *report, const struct model_use *use, int alone)
{
	const char *comm = model_process_comm(report->model, use->pid);
	char name[80], safe[64], text[REPORT_TEXT_BYTES];
	struct phrase phrase;

	if (use->pid)
		snprintf(name, sizeof(name), "  %s[%" PRIu32 "]",
			 comm ? escape_name(safe, sizeof(safe), comm) : "?", use->pid);
	else
		snprintf(name, sizeof(name), "  process not known");
	print_use(name, use);
	phrase_init(&phrase, text, sizeof(text));
	if (!alone)
		add_priorities(&phrase, use);
	if (phrase.used)
		wrap_print(stdout, "", DETAIL_INDENT, text);
}

/* Most of the disk's time first; where that is not known, most time waited for it. */
static int by_time(const void *a, const void *b)
{
	const struct model_use *left = *(const struct model_use *const *)a;
	const struct model_use *right = *(const struct model_use *const *)b;

	if (left->service_ns.sum != right->service_ns.sum)
		return left->service_ns.sum < right->service_ns.sum ? 1 : -1;
	if (left->io_ns.sum != right->io_ns.sum)
		return left->io_ns.sum < right->io_ns.sum ? 1 : -1;
	return left > right ? 1 : -1;
}

static void print_processes(const struct report *report, const struct model_usage *usage)
{
	size_t count = usage->process_count;
	size_t shown = report->all || count <= PROCESSES_SHOWN ? count : PROCESSES_SHOWN;
	const struct model_use **uses = calloc(count, sizeof(*uses));

	if (!uses)
		return;
	for (size_t i = 0; i < count; i++)
		uses[i] = &usage->processes[i];
	qsort(uses, count, sizeof(*uses), by_time);
	for (size_t i = 0; i < shown; i++)
		print_process(report, uses[i], count == 1);
	if (shown < count)
		printf("  and %zu more processes (--all shows them)\n", count - shown);
	free(uses);
}

static void print_headings(void)
{
	printf("\nUSE OF DISKS (QD/I, QD/C: other commands on the disk at issue, at completion)\n"
	       "%*s%35s -- I/O time -\n"
	       "%*s %6s %7s %9s %9s %6s %6s %6s\n",
	       NAME_COLUMNS, "", "", NAME_COLUMNS, "", "count", "bytes", "QD/I", "QD/C", "mean",
	       "max", "served");
}

void report_usage(const struct report *report)
{
	char name[DEVICE_NAME_BYTES];
	size_t shown = 0;

	for (size_t i = 0; i < model_device_count(report->model); i++) {
		const struct model_device *device = model_device_at(report->model, i);
		const struct model_usage *usage = model_usage_of(report->model, device);

		if (!usage || !filter_device(report->filter, device->name))
			continue;
		if (!shown++)
			print_headings();
		print_use(device_own_name_text(name, device), &usage->total);
		print_disk_detail(report, usage);
		print_processes(report, usage);
	}
}

/* ---- JSON ---- */

/* Of times the mean is a whole number, too. */
static void write_figure(struct json *json, const char *key, const struct model_figure *figure,
			 int is_time)
{
	double mean = model_figure_mean(figure);

	if (!figure->count) {
		json_null(json, key);
		return;
	}
	json_object_line(json, key);
	json_u64(json, "count", figure->count);
	json_u64(json, "sum", figure->sum);
	if (is_time)
		json_u64(json, "mean", (uint64_t)(mean + 0.5));
	else
		json_number(json, "mean", mean);
	json_u64(json, "max", figure->max);
	json_object_end(json);
}

static void write_priorities(struct json *json, const struct model_use *use)
{
	char number[16];

	json_object_line(json, "priorities");
	for (uint8_t i = 1; i < MODEL_PRIORITIES; i++) {
		const char *name = ev_io_priority_name(i);

		snprintf(number, sizeof(number), "%u", i);
		if (use->priorities[i])
			json_u64(json, name ? name : number, use->priorities[i]);
	}
	json_object_end(json);
}

static void write_use(struct json *json, const struct model_use *use)
{
	json_u64(json, "commands", use->commands);
	json_u64(json, "errors", use->errors);
	json_u64(json, "bytes", use->bytes);
	write_figure(json, "depth_at_issue", &use->depth_issue, 0);
	write_figure(json, "depth_at_completion", &use->depth_end, 0);
	write_figure(json, "io_ns", &use->io_ns, 1);
	write_figure(json, "service_ns", &use->service_ns, 1);
	write_priorities(json, use);
}

void report_json_usage(struct json *json, const struct report *report)
{
	const struct model *model = report->model;

	json_array(json, "usage");
	for (size_t i = 0; i < model_device_count(model); i++) {
		const struct model_device *device = model_device_at(model, i);
		const struct model_usage *usage = model_usage_of(model, device);

		if (!usage || !filter_device(report->filter, device->name))
			continue;
		json_object(json, NULL);
		json_text(json, "device", device->name);
		json_bool(json, "partial", usage->partial);
		json_bool(json, "at_least", usage->at_least);
		write_use(json, &usage->total);
		json_array(json, "processes");
		for (size_t j = 0; j < usage->process_count; j++) {
			const struct model_use *use = &usage->processes[j];

			json_object(json, NULL);
			json_u64_if(json, "pid", use->pid != 0, use->pid);
			json_text(json, "comm", model_process_comm(model, use->pid));
			write_use(json, use);
			json_object_end(json);
		}
		json_array_end(json);
		json_object_end(json);
	}
	json_array_end(json);
}

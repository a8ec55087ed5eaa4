/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * `ringlens report FILE`: source → filter → model → words or JSON. The whole recording is read
 * before anything is printed; memory grows with the number of rings and files, not of requests.
 */
#include <errno.h>
#include <string.h>

#include "collector/cmd.h"
#include "collector/compare.h"
#include "collector/progress.h"
#include "collector/report.h"
#include "collector/source.h"

struct report_words {
	int json;
	int all;
	enum report_sort sort;
	const char *compare;
	const char *baselines[COMPARE_SIDES];
};

static int parse_sort(const struct option_row *row, void *target, const char *value,
		      struct ev_error *why)
{
	static const char *const keys[] = {
		[REPORT_BY_TIME] = "time",     [REPORT_BY_COUNT] = "count",
		[REPORT_BY_ERRORS] = "errors", [REPORT_BY_BYTES] = "bytes",
		[REPORT_BY_P99] = "p99",       [REPORT_BY_MAX] = "max",
		[REPORT_BY_NAME] = "name",
	};

	(void)row;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (!strcmp(keys[i], value)) {
			*(enum report_sort *)target = (enum report_sort)i;
			return 0;
		}
	return ev_fail(why, -EINVAL,
		       "--sort %s: rows sort by time, count, errors, bytes, p99, max or name",
		       value);
}

int report_read(struct source *source, struct filter_view *view, struct model *model,
		struct ev_error *why)
{
	struct progress progress;
	const struct ev_header *event;
	int got;

	progress_init(&progress, "reading");
	while ((got = source_next(source, &event, why)) > 0) {
		int passes = filter_view_event(view, event);

		if (passes < 0 || (passes && model_event(model, event) < 0)) {
			progress_done(&progress);
			return ev_fail(why, -ENOMEM, "no memory for a recording this large");
		}
		progress_step(&progress);
	}
	progress_done(&progress);
	return got;
}

static int report_source(struct source *source, struct report *report,
			 const struct report_words *words)
{
	struct model *model = model_new(NULL);
	struct filter_view *view = filter_view_new(report->filter);
	struct ev_error why;
	int err;

	if (model && view)
		err = report_read(source, view, model, &why);
	else
		err = ev_fail(&why, -ENOMEM, "no memory");
	report->model = model;
	report->source = source;
	/* What could be read is reported even when the rest could not. */
	if (model && view && (!err || model_session(model)->known))
		(words->json ? report_json : report_text)(report);
	filter_view_free(view);
	model_free(model);
	return err ? command_fail(&why) : command_finish();
}

static int report_compare(const char *path, const struct report_words *words,
			  const struct filter *filter)
{
	struct compare compare = { .sides = {
					   { path, words->baselines[0], NULL, NULL },
					   { words->compare, words->baselines[1], NULL, NULL } } };
	struct ev_error why;
	int err = compare_read(&compare, filter, &why);

	if (!err)
		(words->json ? compare_json : compare_text)(&compare);
	compare_done(&compare);
	return err ? command_fail(&why) : command_finish();
}

static int check_words(const struct report_words *words, const struct command_words *rest,
		       const struct filter *filter, struct ev_error *why)
{
	if (!rest->file)
		return ev_fail(why, -EINVAL, "a recording is missing: ringlens report FILE");
	if ((words->baselines[0] || words->baselines[1]) && !words->compare)
		return ev_fail(why, -EINVAL,
			       "a baseline is for two recordings: ringlens report A --compare B");
	return filter_check_file(filter, why);
}

static int run(const struct command *self, char **argv)
{
	struct report_words words = { 0 };
	static struct filter filter;
	struct command_words rest;
	struct source *source;
	struct ev_error why;
	int status;

	status = command_parse(self, argv, &words, &filter, &rest);
	if (status != COMMAND_GO)
		return status;
	if (check_words(&words, &rest, &filter, &why))
		return command_usage(self, &why);
	if (words.compare)
		return report_compare(rest.file, &words, &filter);
	if (source_open(&source, rest.file, &why))
		return command_fail(&why);
	status = report_source(source,
			       &(struct report){ .filter = &filter,
						 .name = strcmp(rest.file, "-") ? rest.file
										: "standard input",
						 .sort = words.sort,
						 .all = words.all },
			       &words);
	source_close(source);
	return status;
}

static const struct option_row options[] = {
	{ 0, "json", NULL, option_flag, offsetof(struct report_words, json),
	  "print JSON, schema 1 (docs/json.md), with every row" },
	{ 0, "all", NULL, option_flag, offsetof(struct report_words, all),
	  "print every ring, operation and request that is in the recording" },
	{ 0, "sort", "KEY", parse_sort, offsetof(struct report_words, sort),
	  "order of rings and operations: time (default), count, errors, bytes, p99, max, name" },
	{ 0, "compare", "FILE", option_text, offsetof(struct report_words, compare),
	  "the same workload in a second recording, of this system or another, side by side" },
	{ 0, "baseline-a", "FILE", option_text, offsetof(struct report_words, baselines[0]),
	  "with --compare: a run of the first recording's host to relate its times to" },
	{ 0, "baseline-b", "FILE", option_text, offsetof(struct report_words, baselines[1]),
	  "the same for the second recording's host" },
};

const struct command cmd_report = {
	.name = "report",
	.usage = "report FILE|- [options] [filters]",
	.what = "what a recording says: counts, latencies, stages, losses",
	.about =
		"Reads a recording and says what was slow and where: the books, losses, rings,\n"
		"operations with latency percentiles, devices, the slowest and the open requests.\n"
		"FILE is a ringlens trace, its text form or a Windows .etl; - is standard input.",
	.options = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.takes = COMMAND_TAKES_FILE | COMMAND_TAKES_FILTERS,
	.run = run,
};

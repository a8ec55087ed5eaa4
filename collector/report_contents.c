/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * What a Windows event trace holds, by provider: how many events, and how many of them are of kinds
 * that are read here. Who finds no I/O in a report sees here what the file has in its place.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/escape.h"
#include "collector/phrase.h"
#include "collector/report.h"
#include "collector/wrap.h"

enum { PROVIDERS_SHOWN = 12 };

struct provider {
	char name[SOURCE_NAME_BYTES];
	uint64_t count;
	uint64_t known;
};

struct contents {
	struct provider *providers; /* most events first */
	size_t provider_count;
	uint64_t count;
	uint64_t known;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct provider *)a)->name, ((const struct provider *)b)->name);
}

static int by_count(const void *a, const void *b)
{
	const struct provider *left = a, *right = b;

	if (left->count != right->count)
		return left->count > right->count ? -1 : 1;
	return by_name(a, b);
}

/* One for each kind; returns how many, at most `room`. */
static size_t take_kinds(const struct report *report, struct provider *rows, size_t room)
{
	struct source_kind kind;
	size_t count = 0;

	for (; count < room && source_kind(report->source, count, &kind); count++) {
		rows[count] = (struct provider){ .count = kind.count,
						 .known = kind.is_known ? kind.count : 0 };
		snprintf(rows[count].name, sizeof(rows[count].name), "%s", kind.provider);
	}
	return count;
}

/* Makes one row of those with the same name; returns how many are left. */
static size_t merge(struct provider *rows, size_t count)
{
	size_t left = 0;

	qsort(rows, count, sizeof(*rows), by_name);
	for (size_t i = 1; i < count; i++) {
		if (strcmp(rows[left].name, rows[i].name)) {
			rows[++left] = rows[i];
			continue;
		}
		rows[left].count += rows[i].count;
		rows[left].known += rows[i].known;
	}
	qsort(rows, left + 1, sizeof(*rows), by_count);
	return left + 1;
}

/* The caller frees the providers. */
static struct contents gather(const struct report *report)
{
	struct contents contents = { .count = 0 };
	struct source_kind kind;
	size_t kinds = 0;

	while (report->source && source_kind(report->source, kinds, &kind))
		kinds++;
	contents.providers = kinds ? calloc(kinds, sizeof(*contents.providers)) : NULL;
	if (!contents.providers)
		return contents;
	contents.provider_count =
		merge(contents.providers, take_kinds(report, contents.providers, kinds));
	for (size_t i = 0; i < contents.provider_count; i++) {
		contents.count += contents.providers[i].count;
		contents.known += contents.providers[i].known;
	}
	return contents;
}

static int has_io(const struct model *model)
{
	const struct model_queue *total = model_total(model);
	uint64_t commands = 0;

	for (size_t i = 0; i < model_device_count(model); i++) {
		const struct model_device *device = model_device_at(model, i);

		for (size_t j = 0; j < device->queue_count; j++)
			commands += device->queues[j].commands;
	}
	return total->books.submitted || total->messages || commands;
}

void report_contents_line(const struct report *report)
{
	struct contents contents = gather(report);
	char text[REPORT_TEXT_BYTES];
	struct phrase phrase;

	if (contents.count) {
		phrase_init(&phrase, text, sizeof(text));
		phrase_add(&phrase, "%" PRIu64 " events of %zu provider%s", contents.count,
			   contents.provider_count, contents.provider_count == 1 ? "" : "s");
		if (contents.known)
			phrase_add(&phrase, "; %" PRIu64 " read here", contents.known);
		if (!has_io(report->model))
			phrase_add(&phrase, ", none of them about I/O: it was recorded without "
					    "disk, file and network events");
		wrap_print(stdout, "contents", REPORT_LABEL, text);
	}
	free(contents.providers);
}

void report_contents(const struct report *report)
{
	struct contents contents = gather(report);
	size_t shown = report->all || contents.provider_count <= PROVIDERS_SHOWN
			       ? contents.provider_count
			       : PROVIDERS_SHOWN;
	char name[4 * SOURCE_NAME_BYTES];
	uint64_t rest = 0;

	if (contents.count)
		printf("\nEVENTS OF THE FILE (read: of kinds that mean something here)\n%62s %9s\n",
		       "events", "read");
	for (size_t i = 0; i < contents.provider_count; i++) {
		const struct provider *provider = &contents.providers[i];

		if (i < shown)
			printf("  %-50s %9" PRIu64 " %9" PRIu64 "\n",
			       escape_name(name, sizeof(name), provider->name), provider->count,
			       provider->known);
		else
			rest += provider->count;
	}
	if (rest)
		printf("  and %zu more providers with %" PRIu64 " events (--all shows them)\n",
		       contents.provider_count - shown, rest);
	free(contents.providers);
}

void report_contents_json(struct json *json, const struct report *report)
{
	struct source_kind kind;

	if (!report->source || !source_kind(report->source, 0, &kind))
		return;
	json_array(json, "contents");
	for (size_t i = 0; source_kind(report->source, i, &kind); i++) {
		json_object_line(json, NULL);
		json_text(json, "provider", kind.provider);
		json_text(json, "kind", kind.kind);
		json_u64(json, "count", kind.count);
		json_bool(json, "read", kind.is_known);
		json_object_end(json);
	}
	json_array_end(json);
}

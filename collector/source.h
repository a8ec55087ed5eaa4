/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef COLLECTOR_SOURCE_H
#define COLLECTOR_SOURCE_H
/*
 * Where recorded events come from. What a file is, is decided by its content, never by its name: a
 * ringlens trace, the text form of one, or a Windows ETL file.
 */
#include <stddef.h>

#include "event/error.h"
#include "event/record.h"

struct source;

/* What a file holds, in its own words: events of one kind. */
enum { SOURCE_NAME_BYTES = 64, SOURCE_KIND_BYTES = 32 };
struct source_kind {
	char provider[SOURCE_NAME_BYTES];
	char kind[SOURCE_KIND_BYTES];
	uint64_t count;
	int is_known; /* it becomes, or explains, events of ours */
};

/* One format. `probe` judges the first bytes of a file (fewer than SOURCE_PROBE_BYTES only when the
 * file is shorter); `open` owns `fd` from then on, also when it fails. */
enum { SOURCE_PROBE_BYTES = 512 };
struct source_format {
	const char *name;
	int (*probe)(const unsigned char *start, size_t bytes);
	int (*open)(void **ret_state, int fd, const char *name, struct ev_error *why);
	int (*next)(void *state, const struct ev_header **ret_event, struct ev_error *why);
	/* The kinds met so far: 0 when there is no such one. NULL: the events are ours. */
	int (*kind)(void *state, size_t index, struct source_kind *ret_kind);
	void (*close)(void *state);
};
extern const struct source_format source_trace;
extern const struct source_format source_text;
extern const struct source_format source_etl;

/* `path` "-" is standard input; it lives as long as the source. */
int source_open(struct source **ret_source, const char *path, struct ev_error *why);
void source_close(struct source *source);
/* 1 and an event, valid until the next call; 0 at the end; negative errno, -ENODATA when there was
 * no event at all. */
int source_next(struct source *source, const struct ev_header **ret_event, struct ev_error *why);

/* What was read of a file of another system, kind by kind: 0 when there is no such one. */
int source_kind(const struct source *source, size_t index, struct source_kind *ret_kind);

#endif

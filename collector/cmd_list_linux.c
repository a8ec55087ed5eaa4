/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* `ringlens list`: the rings that exist right now, read once; no probe is attached. */
#include <inttypes.h>
#include <stdlib.h>

#include "bpf/tracer.h"
#include "collector/cmd.h"
#include "collector/escape.h"
#include "collector/json.h"
#include "collector/wrap.h"
#include "event/names.h"
#include "event/units.h"

enum { FLAGS_COLUMN = 11 };

static void write_resources(struct json *json, const struct tracer_ring *ring)
{
	uint32_t bits = ring->resources, known = bits & EV_RESOURCE_KNOWN;

	json_object_line(json, "registered");
	json_u64_if(json, "files", known, ring->file_count);
	json_u64_if(json, "buffers", known, ring->buffer_count);
	json_u64_if(json, "max_bounded_workers", bits & EV_RESOURCE_WORKER_LIMITS,
		    ring->worker_limit[0]);
	json_u64_if(json, "max_unbounded_workers", bits & EV_RESOURCE_WORKER_LIMITS,
		    ring->worker_limit[1]);
	json_array_line(json, "more");
	for (const struct ev_flag *flag = ev_resource_flags; flag->name; flag++)
		if (bits & flag->bit & ~(uint32_t)EV_RESOURCE_KNOWN)
			json_text(json, NULL, flag->name);
	json_array_end(json);
	json_object_end(json);
}

static void write_ring(struct json *json, const struct tracer_ring *ring)
{
	json_object_line(json, NULL);
	json_u64(json, "id", ring->id);
	json_u64_if(json, "pid", ring->pid, ring->pid);
	json_text(json, "comm", ring->comm);
	if (ring->fd >= 0)
		json_i64(json, "fd", ring->fd);
	else
		json_null(json, "fd");
	json_u64(json, "sq_entries", ring->sq_entries);
	json_u64(json, "cq_entries", ring->cq_entries);
	json_array(json, "flags");
	for (const struct ev_flag *flag = ev_setup_flags; flag->name; flag++)
		if (ring->flags & flag->bit)
			json_text(json, NULL, flag->name);
	json_array_end(json);
	json_u64(json, "sq_depth", ring->sq_depth);
	json_u64(json, "cq_depth", ring->cq_depth);
	json_u64_if(json, "in_flight", ring->in_flight_known, ring->in_flight);
	json_u64_if(json, "sq_thread", ring->thread_pid, ring->thread_pid);
	json_u64(json, "dropped_cqes", ring->dropped_cqes);
	json_u64(json, "backlog", ring->backlog);
	write_resources(json, ring);
	json_object_end(json);
}

static void print_json(const struct tracer_ring *rings, size_t count)
{
	struct json json;

	json_init(&json, stdout);
	json_object(&json, NULL);
	json_u64(&json, "schema", 1);
	json_array(&json, "queues");
	for (size_t i = 0; i < count; i++)
		write_ring(&json, &rings[i]);
	json_array_end(&json);
	json_object_end(&json);
}

static void print_ring(const struct tracer_ring *ring)
{
	char comm[64], fd[16], in_flight[16], flags[512];
	int width;

	escape_name(comm, sizeof(comm), ring->comm[0] ? ring->comm : "?");
	width = wrap_width(comm);
	snprintf(fd, sizeof(fd), "%" PRId32, ring->fd);
	snprintf(in_flight, sizeof(in_flight), "%" PRIu32, ring->in_flight);
	printf("%10" PRIu32 " %7" PRIu32 " %s%*s %5s", ring->id, ring->pid, comm,
	       width < 15 ? 15 - width : 0, "", ring->fd >= 0 ? fd : "-");
	printf(" %7" PRIu32 " %7" PRIu32 " %5s %8" PRIu32 " %8" PRIu32 "\n", ring->sq_entries,
	       ring->cq_entries, ring->in_flight_known ? in_flight : "-", ring->sq_depth,
	       ring->cq_depth);
	if (!ring->flags && !ring->dropped_cqes)
		return;
	ev_flags_text(ev_setup_flags, ring->flags, flags, sizeof(flags));
	for (char *bar = flags; *bar; bar++)
		if (*bar == '|')
			*bar = ' ';
	wrap_print(stdout, "", FLAGS_COLUMN, flags);
	if (ring->dropped_cqes)
		printf("%*s%" PRIu32 " completions were lost to the application\n", FLAGS_COLUMN,
		       "", ring->dropped_cqes);
}

static void print_text(const struct tracer_ring *rings, size_t count)
{
	if (!count) {
		printf("No process has a ring open.\n");
		return;
	}
	printf("%10s %7s %-15s %5s %7s %7s %5s %8s %8s\n", "ID", "PID", "COMM", "FD", "SQ SIZE",
	       "CQ SIZE", "INFL", "SQ DEPTH", "CQ DEPTH");
	for (size_t i = 0; i < count; i++)
		print_ring(&rings[i]);
}

static int run(const struct command *self, char **argv)
{
	struct tracer_ring *rings;
	struct command_words rest;
	struct ev_error why;
	int as_json = 0, status;
	size_t count;

	status = command_parse(self, argv, &as_json, NULL, &rest);
	if (status != COMMAND_GO)
		return status;
	if (tracer_list(&rings, &count, &why) < 0)
		return command_fail(&why);
	(as_json ? print_json : print_text)(rings, count);
	free(rings);
	return command_finish();
}

static const struct option_row options[] = {
	{ 0, "json", NULL, option_flag, 0, "print JSON, schema 1 (docs/json.md)" },
};

const struct command cmd_list = {
	.name = "list",
	.usage = "list [--json]",
	.what = "the rings on this machine",
	.about = "Lists every io_uring of the machine: its id, owner, descriptor, sizes, how many\n"
		 "entries wait to be submitted (SQ depth) and how many completions wait to be "
		 "reaped\n"
		 "(CQ depth), and the flags it was set up with. A ring without a descriptor shows "
		 "-.",
	.options = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.run = run,
};

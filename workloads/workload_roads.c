/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * roads and kinds: every way a request can go, and every kind of ring, one after the other, each on
 * a ring of its own, --count turns each. The rows are in roads_*.c and kinds_*.c.
 *
 * For each row one line is printed before the sums:
 *
 *     truth road=NAME turns=7                 all of them, each with the results it must have
 *     truth road=NAME absent since=6.7        this kernel cannot, or may not here; no request
 * counts
 *
 * A row that is asked for by --only and absent is a refusal, with exit status 4, when nothing else
 * was asked for.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "workloads/road.h"

enum { TRIPS_MAX = 200, PROBE_OPS = 256 };

struct roads {
	struct load_run *run;
	struct road_trip *trips[TRIPS_MAX];
	uint32_t trip_count;
	bool absent[TRIPS_MAX];
	char folder[160];
};

static const struct road *const road_tables[] = {
	roads_data,  roads_files,  roads_sockets,  roads_waits, roads_cancels,
	roads_shots, roads_chains, roads_messages, NULL,
};
static const struct road *const kind_tables[] = { kinds_flags, kinds_shared, kinds_resources,
						  NULL };

static const struct road *const *tables_of(const struct load_workload *workload);

/* Whether --only names it. */
static bool wanted(const char *only, const char *name)
{
	size_t length = strlen(name);

	for (; only && *only; only += strcspn(only, ","), only += *only == ',')
		if (strcspn(only, ",") == length && !strncmp(only, name, length))
			return true;
	return !only;
}

static int check_names(const struct load_run *run, struct load_error *why)
{
	for (const char *only = run->opt->only; only && *only;
	     only += strcspn(only, ","), only += *only == ',') {
		const struct road *const *table = tables_of(run->opt->workload);
		int length = (int)strcspn(only, ",");
		bool found = false;

		for (; *table; table++)
			for (const struct road *road = *table; road->name; road++)
				found |= (int)strlen(road->name) == length &&
					 !strncmp(road->name, only, (size_t)length);
		if (!found)
			return load_fail(why, -EINVAL,
					 "--only: there is no %.*s; ringload %s --help lists them",
					 length, only, run->opt->workload->name);
	}
	return 0;
}

static int make_folder(struct roads *roads, struct load_error *why)
{
	const char *above = getenv("TMPDIR");

	if (snprintf(roads->folder, sizeof(roads->folder), "%s/ringload.XXXXXX",
		     above && *above ? above : "/tmp") >= (int)sizeof(roads->folder))
		return load_fail(why, -ENAMETOOLONG, "TMPDIR is too long a path");
	if (mkdtemp(roads->folder))
		return 0;
	roads->folder[0] = '\0';
	return load_fail(why, -errno, "cannot create a folder in %s: %s",
			 above && *above ? above : "/tmp", strerror(errno));
}

static struct road_trip *new_trip(struct roads *roads, const struct road *road,
				  struct load_error *why)
{
	struct road_trip *trip = calloc(1, sizeof(*trip));

	if (!trip)
		return NULL;
	trip->road = road;
	trip->run = roads->run;
	trip->why = why;
	trip->ring.handle.fd = trip->other.handle.fd = -1;
	for (int i = 0; i < ROAD_FDS; i++)
		trip->fds[i] = -1;
	for (int i = 0; i < ROAD_PATHS; i++)
		snprintf(trip->paths[i], sizeof(trip->paths[i]), "%s/%s.%c", roads->folder,
			 road->name, 'a' + i);
	trip->memory = aligned_alloc(4096, ROAD_MEMORY_BYTES);
	if (trip->memory)
		memset(trip->memory, 0x5a, ROAD_MEMORY_BYTES);
	roads->trips[roads->trip_count++] = trip;
	return trip->memory ? trip : NULL;
}

/* Whether the kernel knows the operation; it has been able to tell since 5.6. */
static int check_op(struct road_trip *trip)
{
	size_t bytes = sizeof(struct io_uring_probe) + PROBE_OPS * sizeof(struct io_uring_probe_op);
	struct io_uring_probe *probe = calloc(1, bytes);
	uint8_t op = trip->road->op;
	bool known;
	int err;

	if (!probe)
		return load_fail(trip->why, -ENOMEM, "no memory for a probe");
	err = load_ring_register(&trip->ring, IORING_REGISTER_PROBE, probe, PROBE_OPS);
	known = !err && op <= probe->last_op && probe->ops[op].flags & IO_URING_OP_SUPPORTED;
	free(probe);
	return known ? 0 : road_absent(trip);
}

static int set_out(struct road_trip *trip)
{
	struct load_ring_plan plan = { .sq_entries = ROAD_ENTRIES };
	const struct road *road = trip->road;
	int err = road->opens ? 0 : road_open(trip, &trip->ring, &plan);

	if (!err && !road->opens && road->op)
		err = check_op(trip);
	if (!err && road->start)
		err = road->start(trip);
	if (!err && road->opens && road->op)
		err = check_op(trip);
	return err;
}

static int start(struct load_run *run, struct load_error *why)
{
	const struct road *const *table = tables_of(run->opt->workload);
	struct roads *roads;
	int err = load_run_state(run, sizeof(*roads), why);

	if (err)
		return err;
	roads = run->state;
	roads->run = run;
	err = check_names(run, why);
	if (!err)
		err = make_folder(roads, why);
	for (; *table && !err; table++)
		for (const struct road *road = *table; road->name && !err; road++)
			if (wanted(run->opt->only, road->name) && !new_trip(roads, road, why))
				err = load_fail(why, -ENOMEM, "no memory for road %s", road->name);
	return err;
}

static int take_turns(struct road_trip *trip)
{
	int err = 0;

	while (trip->turns < trip->run->opt->count && !load_run_over(trip->run) && !err) {
		memset(trip->ended, 0, sizeof(trip->ended));
		trip->shots = trip->messages = trip->notices = 0;
		err = trip->road->turn(trip);
		if (!err)
			trip->turns++;
	}
	return err;
}

/* Lets what is in flight end, also when the kernel did not have the rest of the turn. */
static void let_end(struct road_trip *trip)
{
	struct load_error *why = trip->why;
	struct load_error ignored;

	trip->why = &ignored;
	if (trip->ring.in_flight && trip->ring.handle.fd >= 0 && !trip->road->settles)
		road_await(trip, 0);
	trip->why = why;
}

/* One road from its beginning to its end. Its ring stays open until the truth is printed. */
static int take(struct road_trip *trip, bool *ret_absent)
{
	int err = set_out(trip);

	if (!err)
		err = take_turns(trip);
	if (!err || err == -EOPNOTSUPP)
		let_end(trip);
	load_ring_settle(&trip->ring);
	load_ring_settle(&trip->other);
	*ret_absent = err == -EOPNOTSUPP;
	trip->run->units_done += trip->turns;
	return *ret_absent ? 0 : err;
}

static int work(struct load_run *run, struct load_error *why)
{
	struct roads *roads = run->state;
	uint32_t absent = 0;
	int err = 0;

	for (uint32_t i = 0; i < roads->trip_count && !load_run_over(run) && !err; i++) {
		struct road_trip *trip = roads->trips[i];

		err = take(trip, &roads->absent[i]);
		absent += roads->absent[i];
		if (roads->absent[i])
			printf("truth road=%s absent since=%s\n", trip->road->name,
			       trip->road->since);
		else
			printf("truth road=%s turns=%llu\n", trip->road->name,
			       (unsigned long long)trip->turns);
	}
	if (!err && roads->trip_count && absent == roads->trip_count)
		return why->code;
	return err;
}

static void end_trip(struct road_trip *trip)
{
	load_ring_close(&trip->ring);
	load_ring_close(&trip->other);
	if (trip->road->stop)
		trip->road->stop(trip);
	for (int i = 0; i < ROAD_FDS; i++)
		road_close(&trip->fds[i]);
	for (int i = 0; i < ROAD_PATHS; i++)
		unlink(trip->paths[i]);
	free(trip->memory);
	free(trip->more);
	free(trip);
}

static void done(struct load_run *run)
{
	struct roads *roads = run->state;

	if (!roads)
		return;
	for (uint32_t i = 0; i < roads->trip_count; i++)
		end_trip(roads->trips[i]);
	if (roads->folder[0])
		rmdir(roads->folder);
}

static void list(FILE *out, const struct road *const *table)
{
	fprintf(out, "\nrows, the first Linux that has each, and what they do:\n");
	for (; *table; table++)
		for (const struct road *road = *table; road->name; road++)
			fprintf(out, "  %-22s %-5s %s\n", road->name, road->since, road->what);
}

static void help_roads(FILE *out)
{
	list(out, road_tables);
}

static void help_kinds(FILE *out)
{
	list(out, kind_tables);
}

const struct load_workload load_workload_roads = {
	.name = "roads",
	.summary = "every way a request can go, a ring each",
	.unit = "turns",
	.uses = LOAD_USES(ONLY) | LOAD_USES(COUNT),
	.default_count = 7,
	.threads_max = 1,
	.help = help_roads,
	.start = start,
	.work = work,
	.done = done,
};

const struct load_workload load_workload_kinds = {
	.name = "kinds",
	.summary = "every kind of ring, one after the other",
	.unit = "turns",
	.uses = LOAD_USES(ONLY) | LOAD_USES(COUNT),
	.default_count = 7,
	.threads_max = 1,
	.help = help_kinds,
	.start = start,
	.work = work,
	.done = done,
};

static const struct road *const *tables_of(const struct load_workload *workload)
{
	return workload == &load_workload_kinds ? kind_tables : road_tables;
}

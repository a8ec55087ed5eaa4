/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * One run of a workload, from --wait to --hold:
 *
 *     wait │ start() │ pause │ work() │ truth │ hold │ done()
 *          │ rings   │       │ I/O    │       │      │ rings closed
 *
 * Each thread walks this line for itself, since a ring may belong to the thread that created it
 * (SINGLE_ISSUER). A barrier stands at every bar where it matters: the first thread alone pauses,
 * prints and holds, while the others stand still with their rings open. The first thread is the
 * process's own, so with one thread there is none beside it.
 *
 * A thread that fails goes on to all barriers without doing the work, so nobody waits for ever; if
 * it fails in work(), it also asks the others to stop.
 */
#include "workloads/workload.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "workloads/clock.h"
#include "workloads/cpu.h"
#include "workloads/stop.h"

struct crew {
	const struct load_options *opt;
	struct load_truth truth;
	struct load_run *runs;
	uint32_t count;
	pthread_barrier_t barrier;
	uint64_t start_ns;
	uint64_t end_ns;
	int print_error;
	struct load_error print_why;
};

struct member {
	struct crew *crew;
	struct load_run *run;
};

bool load_run_over(const struct load_run *run)
{
	if (load_stop_asked())
		return true;
	return run->deadline_ns != UINT64_MAX && load_clock_ns() >= run->deadline_ns;
}

int load_run_state(struct load_run *run, size_t bytes, struct load_error *why)
{
	run->state = calloc(1, bytes);
	if (!run->state)
		return load_fail(why, -ENOMEM, "no memory for the workload");
	return 0;
}

static void sleep_for(uint64_t time_ns)
{
	uint64_t now_ns = load_clock_ns();

	load_clock_sleep_until(time_ns > UINT64_MAX - now_ns ? UINT64_MAX : now_ns + time_ns);
}

static bool any_failed(const struct crew *crew)
{
	for (uint32_t i = 0; i < crew->count; i++)
		if (crew->runs[i].error)
			return true;
	return false;
}

/* Between start() and work(): the first thread starts the clock for all. */
static void set_off(struct crew *crew)
{
	uint64_t duration_ns = crew->opt->duration_ns;

	sleep_for(crew->opt->pause_ns);
	crew->start_ns = load_clock_ns();
	for (uint32_t i = 0; i < crew->count; i++)
		crew->runs[i].deadline_ns = duration_ns && duration_ns < UINT64_MAX - crew->start_ns
						    ? crew->start_ns + duration_ns
						    : UINT64_MAX;
}

static uint64_t units_done(const struct crew *crew)
{
	uint64_t units = 0;

	for (uint32_t i = 0; i < crew->count; i++)
		units += crew->runs[i].units_done;
	return units;
}

/* One line for people: what, how much, how fast. Not for scripts. */
static void print_summary(const struct crew *crew, FILE *out)
{
	double seconds = (double)(crew->end_ns - crew->start_ns) / 1e9;
	struct load_truth_op sum;
	uint64_t units = units_done(crew);

	load_truth_sum(&crew->truth, &sum);
	fprintf(out, "ringload %s: %llu %s in %.3f s", crew->opt->workload->name,
		(unsigned long long)units, crew->opt->workload->unit, seconds);
	if (seconds > 0)
		fprintf(out, " (%.0f/s)", (double)units / seconds);
	if (sum.bytes && seconds > 0)
		fprintf(out, ", %.1f MiB/s", (double)sum.bytes / seconds / 1048576);
	if (sum.latency_count)
		fprintf(out, ", latency mean %.1f us, max %.1f us",
			(double)sum.latency_ns_sum / (double)sum.latency_count / 1e3,
			(double)sum.latency_ns_max / 1e3);
	if (sum.errors)
		fprintf(out, ", %llu with an error", (unsigned long long)sum.errors);
	if (sum.open)
		fprintf(out, ", %llu still open", (unsigned long long)sum.open);
	if (crew->opt->bench)
		fprintf(out, ", latencies not taken (--bench)");
	fputc('\n', out);
	fflush(out);
}

static void print_truth(struct crew *crew)
{
	struct load_truth_work work = {
		.workload = crew->opt->workload->name,
		.unit = crew->opt->workload->unit,
		.units = units_done(crew),
		.threads = crew->count,
		.elapsed_ns = crew->end_ns - crew->start_ns,
		.each_ring = !crew->opt->brief,
	};

	crew->print_error = load_truth_print(stdout, &crew->truth, &work, &crew->print_why);
	if (!crew->print_error && !crew->opt->quiet)
		print_summary(crew, stdout);
}

static void *member_main(void *argument)
{
	const struct member *member = argument;
	struct load_run *run = member->run;
	struct crew *crew = member->crew;
	bool leads = run->thread == 0;

	if (load_options_given(crew->opt, LOAD_OPTION_CPU))
		run->error = load_cpu_stay(crew->opt->cpu, &run->why);
	if (!run->error)
		run->error = crew->opt->workload->start(run, &run->why);
	pthread_barrier_wait(&crew->barrier);
	if (leads && !any_failed(crew))
		set_off(crew);
	pthread_barrier_wait(&crew->barrier);
	if (crew->start_ns) {
		run->error = crew->opt->workload->work(run, &run->why);
		if (run->error)
			load_stop_insist();
	}
	pthread_barrier_wait(&crew->barrier);
	if (leads && crew->start_ns) {
		crew->end_ns = load_clock_ns();
		print_truth(crew);
		sleep_for(crew->opt->hold_ns);
	}
	pthread_barrier_wait(&crew->barrier);
	crew->opt->workload->done(run);
	free(run->state);
	run->state = NULL;
	return NULL;
}

static int crew_init(struct crew *crew, const struct load_options *opt, struct load_error *why)
{
	*crew = (struct crew){ .opt = opt, .count = (uint32_t)opt->threads };
	load_truth_init(&crew->truth);
	crew->runs = calloc(crew->count, sizeof(*crew->runs));
	if (!crew->runs)
		return load_fail(why, -ENOMEM, "no memory for %u threads", crew->count);
	for (uint32_t i = 0; i < crew->count; i++)
		crew->runs[i] = (struct load_run){
			.opt = opt, .truth = &crew->truth, .first = &crew->runs[0], .thread = i
		};
	pthread_barrier_init(&crew->barrier, NULL, crew->count);
	return 0;
}

/* Starts the other threads, is the first one itself, and collects them all. */
static int crew_work(struct crew *crew, struct load_error *why)
{
	struct member *members = calloc(crew->count, sizeof(*members));
	pthread_t *threads = calloc(crew->count, sizeof(*threads));
	int err = 0;

	if (!members || !threads)
		err = load_fail(why, -ENOMEM, "no memory for %u threads", crew->count);
	for (uint32_t i = 0; !err && i < crew->count; i++) {
		members[i] = (struct member){ .crew = crew, .run = &crew->runs[i] };
		/* Those that run already stand at a barrier which can no longer open: the caller
		 * ends the process. */
		if (i && pthread_create(&threads[i], NULL, member_main, &members[i]))
			err = load_fail(why, -EAGAIN, "cannot start thread %u of %u", i + 1,
					crew->count);
	}
	if (err)
		return err;
	member_main(&members[0]);
	for (uint32_t i = 1; i < crew->count; i++)
		pthread_join(threads[i], NULL);
	free(members);
	free(threads);
	return 0;
}

static int first_error(const struct crew *crew, struct load_error *why)
{
	for (uint32_t i = 0; i < crew->count; i++) {
		if (crew->runs[i].error) {
			*why = crew->runs[i].why;
			return crew->runs[i].error;
		}
	}
	if (crew->print_error)
		*why = crew->print_why;
	return crew->print_error;
}

enum load_exit load_run(const struct load_options *opt, struct load_error *why)
{
	static struct crew crew; /* outlives threads that are left behind */
	int err;

	if (!opt->quiet) {
		printf("ready workload=%s pid=%d\n", opt->workload->name, getpid());
		fflush(stdout);
	}
	sleep_for(opt->wait_ns);
	if (crew_init(&crew, opt, why))
		return load_error_exit(why);
	/* Only when threads are missing; the others then still use the crew, and it stays. */
	if (crew_work(&crew, why))
		return load_error_exit(why);
	err = first_error(&crew, why);
	pthread_barrier_destroy(&crew.barrier);
	load_truth_done(&crew.truth);
	free(crew.runs);
	return err ? load_error_exit(why) : LOAD_EXIT_OK;
}

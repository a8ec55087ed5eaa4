/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * bench_probes: what a request costs more while something watches it.
 *
 *   for each load:   a ring, driven by this thread on CPU 1
 *     for each round:   every variant once, in random order
 *                       attach → warm up → measure → detach → compare the counts
 *
 * Machines drift: clocks, caches, neighbours. So nothing is compared across rounds. What is told is
 * the median over the rounds of (variant - baseline of the same round), its quartiles, and its
 * ratio to F, the two empty programs that no eBPF tool can do without. On a machine that is not left
 * alone, a variant's time in a round can be that of the quickest of several short windows.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/load.h"
#include "tests/bench/others.h"
#include "tests/bench/result.h"
#include "tests/bench/variant.h"

struct options {
	size_t rounds;
	unsigned measure_ms, warm_ms, windows;
	const char *loads, *variants; /* comma-separated; NULL: all (variants: all but peers) */
	const char *json, *file, *attach;
	int peers;
	unsigned seed;
};

static volatile int stop;

static void ask_to_stop(int signal_number)
{
	(void)signal_number;
	stop = 1;
}

/* ---- running ---- */

static int in_list(const char *list, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = list; at; at = strchr(at, ','), at = at ? at + 1 : NULL)
		if (!strncmp(at, name, length) && (at[length] == ',' || !at[length]))
			return 1;
	return 0;
}

static int variant_wanted(const struct options *options, const struct load_kind *load,
			  const struct variant_kind *kind)
{
	if (kind == &variant_kinds[VARIANT_BASELINE] || kind == &variant_kinds[VARIANT_EMPTY])
		return 1;
	if (options->variants)
		return in_list(options->variants, kind->name);
	if (kind->of_disks && load->op != LOAD_DIRECT_READ)
		return 0;
	return kind->family != VARIANT_PEER || options->peers;
}

static void shuffle(size_t *order, size_t count)
{
	for (size_t i = count; i > 1; i--) {
		size_t j = (size_t)rand() % i, kept = order[i - 1];

		order[i - 1] = order[j];
		order[j] = kept;
	}
}

struct bench {
	const struct options *options;
	struct load *load;
	struct variant *variants[VARIANTS_MAX];
	struct result_table table;
};

/* A variant that this machine cannot run is told as such and left out. */
static void load_variants(struct bench *bench)
{
	struct result_table *table = &bench->table;
	struct ev_error why;

	for (size_t i = 0; i < variant_kind_count; i++) {
		struct result *result = &table->results[table->result_count];

		if (!variant_wanted(bench->options, table->load, &variant_kinds[i]))
			continue;
		result->kind = &variant_kinds[i];
		if (variant_new(&bench->variants[table->result_count], &variant_kinds[i], &why))
			memcpy(result->absent, why.text, sizeof(result->absent));
		table->result_count++;
	}
}

/* Waits until nothing else watches io_uring, and says so. */
static void wait_until_alone(void)
{
	struct timespec pause = { 0, 100000000 };
	int said = 0;

	while (!stop && others_attached() > 0) {
		if (!said++)
			fprintf(stderr, "bench_probes: waiting: another tool traces io_uring\n");
		nanosleep(&pause, NULL);
	}
}

/* The quickest window; *ops grows by the requests of all. */
static int measure_windows(struct bench *bench, struct load_sample *ret_quickest, uint64_t *ops,
			   struct ev_error *why)
{
	const struct options *options = bench->options;
	struct load_sample sample;
	int err = 0;

	for (unsigned i = 0; i < options->windows && !err && !stop; i++) {
		err = load_run(bench->load,
			       options->measure_ms * (uint64_t)1000000 / options->windows, &stop,
			       &sample, why);
		if (err)
			break;
		*ops += sample.ops;
		if (!ret_quickest->ops ||
		    (double)sample.cpu_ns / (double)sample.ops <
			    (double)ret_quickest->cpu_ns / (double)ret_quickest->ops)
			*ret_quickest = sample;
	}
	return err;
}

/* One variant in one round. */
static int measure(struct bench *bench, size_t index, struct load_sample *ret_sample,
		   struct ev_error *why)
{
	const struct options *options = bench->options;
	struct variant *variant = bench->variants[index];
	struct load_sample warm = { 0 }, sample = { 0 };
	uint64_t ops = 0;
	int err, stop_err;

	err = variant_start(variant, why);
	if (!err)
		err = load_run(bench->load, options->warm_ms * 1000000u, &stop, &warm, why);
	if (!err)
		err = measure_windows(bench, &sample, &ops, why);
	stop_err = variant_stop(variant, err ? NULL : why);
	bench->table.results[index].ops += warm.ops + ops;
	*ret_sample = sample;
	return err ? err : stop_err;
}

/* Again when somebody else traces afterwards: not asked while our own probes are attached, of which
 * ringlens attaches some only when they are worth it. */
static int measure_alone(struct bench *bench, size_t index, size_t round, struct ev_error *why)
{
	struct load_sample sample;
	int err;

	do {
		wait_until_alone();
		err = measure(bench, index, &sample, why);
	} while (!err && !stop && others_attached() > 0);
	if (!err && !stop)
		bench->table.results[index].samples[round] = sample;
	return err;
}

static int run_round(struct bench *bench, size_t round, struct ev_error *why)
{
	size_t order[VARIANTS_MAX], count = 0;
	int err;

	for (size_t i = 0; i < bench->table.result_count; i++)
		if (!bench->table.results[i].absent[0])
			order[count++] = i;
	shuffle(order, count);
	for (size_t i = 0; i < count && !stop; i++) {
		err = measure_alone(bench, order[i], round, why);
		if (err && bench->table.results[order[i]].kind->family != VARIANT_PEER)
			return err;
		if (err)
			memcpy(bench->table.results[order[i]].absent, why->text, sizeof(why->text));
	}
	return 0;
}

static int bench_run(struct bench *bench, const struct load_kind *kind, struct ev_error *why)
{
	int err;

	bench->table.load = kind;
	err = load_new(&bench->load, kind, bench->options->file, why);
	if (err)
		return err;
	load_variants(bench);
	for (size_t i = 0; i <= VARIANT_EMPTY; i++)
		if (bench->table.results[i].absent[0])
			return ev_fail(why, -ENOTSUP, "%s", bench->table.results[i].absent);
	for (size_t round = 0; round < bench->options->rounds && !stop && !err; round++) {
		err = run_round(bench, round, why);
		bench->table.round_count = round + 1;
	}
	for (size_t i = 0; i < bench->table.result_count; i++)
		if (bench->variants[i])
			bench->table.results[i].counts = *variant_counts(bench->variants[i]);
	return err;
}

static void bench_done(struct bench *bench)
{
	for (size_t i = 0; i < VARIANTS_MAX; i++)
		variant_free(bench->variants[i]);
	load_free(bench->load);
}

/* ---- saying ---- */

static void print_machine_json(FILE *out, const struct options *options)
{
	struct utsname name;

	uname(&name);
	fprintf(out,
		"{\"schema\":1,\"tool\":\"bench_probes\",\"version\":\"%s\",\"kernel\":\"%s\",",
		RINGLENS_VERSION, name.release);
	fprintf(out, "\"measure_ms\":%u,\"warm_ms\":%u,\"seed\":%u,\"loads\":[",
		options->measure_ms, options->warm_ms, options->seed);
}

static int run_all(const struct options *options, FILE *json, struct ev_error *why)
{
	static struct bench bench;
	int err = 0, said = 0;

	for (size_t i = 0; i < load_kind_count && !err && !stop; i++) {
		if (options->loads ? !in_list(options->loads, load_kinds[i].name)
				   : load_kinds[i].op == LOAD_DIRECT_READ && !options->file)
			continue;
		bench = (struct bench){ .options = options };
		err = bench_run(&bench, &load_kinds[i], why);
		if (!err && bench.table.round_count) {
			result_print_text(json == stdout ? stderr : stdout, &bench.table);
			if (json && said++)
				fputc(',', json);
			if (json)
				result_print_json(json, &bench.table);
		}
		bench_done(&bench);
		fflush(stdout);
	}
	return err;
}

/* Attaches a variant while a command runs: for loads of others. Returns the command's exit status. */
static int run_command(const char *name, char **command, struct ev_error *why)
{
	const struct variant_kind *kind = NULL;
	struct variant *variant = NULL;
	int status = 0, err;
	pid_t child;

	for (size_t i = 0; i < variant_kind_count; i++)
		if (!strcmp(variant_kinds[i].name, name))
			kind = &variant_kinds[i];
	if (!kind)
		return ev_fail(why, -EINVAL, "there is no variant %s", name);
	err = variant_new(&variant, kind, why);
	if (!err)
		err = variant_start(variant, why);
	if (!err) {
		child = fork();
		if (!child) {
			execvp(command[0], command);
			_exit(127);
		}
		while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
			;
		err = variant_stop(variant, why);
	}
	variant_free(variant);
	return err ? err : WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static void print_help(void)
{
	printf("usage: bench_probes [options]\n"
	       "       bench_probes --attach VARIANT COMMAND [ARGUMENT]...\n"
	       "Measures what tracing adds to an io_uring request. Needs root and two CPUs.\n\n"
	       "  --rounds N        rounds, every variant once in each (15)\n"
	       "  --ms N            measured time of a variant in a round (50)\n"
	       "  --warm-ms N       time before that (10)\n"
	       "  --windows N       cut that time in N; the quickest counts (1)\n"
	       "  --load A,B        loads (all; those of a disk with --file)\n"
	       "  --file PATH       a disk, or a file on one, to be read\n"
	       "  --variant A,B     variants besides baseline and F (all but the peers)\n"
	       "  --peers           also bpftrace and perf, where installed\n"
	       "  --json FILE       numbers for programs; - is standard output\n"
	       "  --attach VARIANT  nothing is measured: it is attached while a command runs\n"
	       "  --seed N          order of the variants (1)\n\nloads:\n");
	for (size_t i = 0; i < load_kind_count; i++)
		printf("  %-12s %s\n", load_kinds[i].name, load_kinds[i].what);
	printf("variants:\n");
	for (size_t i = 0; i < variant_kind_count; i++)
		printf("  %-12s %s\n", variant_kinds[i].name, variant_kinds[i].what);
}

enum {
	OPTION_ROUNDS = 256,
	OPTION_MS,
	OPTION_WARM,
	OPTION_WINDOWS,
	OPTION_LOAD,
	OPTION_FILE,
	OPTION_ATTACH,
	OPTION_VARIANT,
	OPTION_PEERS,
	OPTION_JSON,
	OPTION_SEED
};

static const struct option long_options[] = {
	{ "rounds", required_argument, NULL, OPTION_ROUNDS },
	{ "ms", required_argument, NULL, OPTION_MS },
	{ "warm-ms", required_argument, NULL, OPTION_WARM },
	{ "windows", required_argument, NULL, OPTION_WINDOWS },
	{ "file", required_argument, NULL, OPTION_FILE },
	{ "attach", required_argument, NULL, OPTION_ATTACH },
	{ "load", required_argument, NULL, OPTION_LOAD },
	{ "variant", required_argument, NULL, OPTION_VARIANT },
	{ "peers", no_argument, NULL, OPTION_PEERS },
	{ "json", required_argument, NULL, OPTION_JSON },
	{ "seed", required_argument, NULL, OPTION_SEED },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

/* Returns 0 to go on, else the exit status + 1. */
static int read_options(struct options *options, int argc, char **argv)
{
	int choice;

	while ((choice = getopt_long(argc, argv, "+h", long_options, NULL)) != -1) {
		switch (choice) {
		case OPTION_ROUNDS:
			options->rounds = strtoul(optarg, NULL, 10);
			break;
		case OPTION_MS:
			options->measure_ms = (unsigned)strtoul(optarg, NULL, 10);
			break;
		case OPTION_WARM:
			options->warm_ms = (unsigned)strtoul(optarg, NULL, 10);
			break;
		case OPTION_WINDOWS:
			options->windows = (unsigned)strtoul(optarg, NULL, 10);
			break;
		case OPTION_ATTACH:
			options->attach = optarg;
			break;
		case OPTION_FILE:
			options->file = optarg;
			break;
		case OPTION_LOAD:
			options->loads = optarg;
			break;
		case OPTION_VARIANT:
			options->variants = optarg;
			break;
		case OPTION_PEERS:
			options->peers = 1;
			break;
		case OPTION_JSON:
			options->json = optarg;
			break;
		case OPTION_SEED:
			options->seed = (unsigned)strtoul(optarg, NULL, 10);
			break;
		case 'h':
			print_help();
			return 1;
		default:
			return 3;
		}
	}
	if (options->attach && optind < argc)
		return 0;
	if (optind == argc && !options->attach && options->rounds &&
	    options->rounds <= ROUNDS_MAX && options->measure_ms && options->measure_ms <= 4000 &&
	    options->warm_ms <= 4000 && options->windows && options->windows <= options->measure_ms)
		return 0;
	fprintf(stderr,
		"bench_probes: 1 to %d rounds of 1 to 4000 ms, windows of 1 ms at least, and no "
		"other "
		"words\n",
		ROUNDS_MAX);
	return 3;
}

int main(int argc, char **argv)
{
	struct options options = {
		.rounds = 15, .measure_ms = 50, .warm_ms = 10, .windows = 1, .seed = 1
	};
	struct sigaction action = { .sa_handler = ask_to_stop };
	struct ev_error why;
	FILE *json = NULL;
	int err = read_options(&options, argc, argv);

	if (err)
		return err - 1;
	if (options.attach) {
		err = run_command(options.attach, argv + optind, &why);
		if (err < 0)
			fprintf(stderr, "bench_probes: %s\n", why.text);
		return err < 0 ? 125 : err;
	}
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	srand(options.seed);
	if (options.json)
		json = strcmp(options.json, "-") ? fopen(options.json, "w") : stdout;
	if (options.json && !json) {
		fprintf(stderr, "bench_probes: cannot write %s: %s\n", options.json,
			strerror(errno));
		return 1;
	}
	if (json)
		print_machine_json(json, &options);
	err = run_all(&options, json, &why);
	if (json && (fprintf(json, "]}\n") < 0 || fclose(json)))
		err = ev_fail(&why, -EIO, "cannot write %s", options.json);
	if (err)
		fprintf(stderr, "bench_probes: %s\n", why.text);
	return err ? 1 : stop ? 130 : 0;
}

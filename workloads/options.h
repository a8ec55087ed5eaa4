/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WORKLOADS_OPTIONS_H
#define WORKLOADS_OPTIONS_H
/*
 * The command line of ringload. Every option is one row of a table in options.c; every workload
 * names the rows it uses, and one that it does not use is refused, so that no option is ever
 * silently without effect.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "workloads/error.h"

struct load_workload;

/* Rows of the table; a workload's `uses` has bit LOAD_USES(row) for each that it uses. */
enum load_option_id {
	LOAD_OPTION_DEPTH,
	LOAD_OPTION_BATCH,
	LOAD_OPTION_SIZE,
	LOAD_OPTION_FILE,
	LOAD_OPTION_FILE_SIZE,
	LOAD_OPTION_OVERWRITE,
	LOAD_OPTION_DIRECT,
	LOAD_OPTION_RANDOM,
	LOAD_OPTION_SEQUENTIAL,
	LOAD_OPTION_FIXED_FILES,
	LOAD_OPTION_FIXED_BUFFERS,
	LOAD_OPTION_SQPOLL,
	LOAD_OPTION_SQ_CPU,
	LOAD_OPTION_CQ,
	LOAD_OPTION_SETUP,
	LOAD_OPTION_ASYNC,
	LOAD_OPTION_PROVIDED,
	LOAD_OPTION_LINKS,
	LOAD_OPTION_BREAK,
	LOAD_OPTION_READS,
	LOAD_OPTION_EVERY,
	LOAD_OPTION_INTERVAL,
	LOAD_OPTION_KIND,
	LOAD_OPTION_ONLY,
	LOAD_OPTION_END,
	LOAD_OPTION_RINGS,
	LOAD_OPTION_TIMES,
	LOAD_OPTION_VIA,
	LOAD_OPTION_SKIP_SUCCESS,
	LOAD_OPTION_SHARED,
	LOAD_OPTION_THREADS,
	LOAD_OPTION_COUNT,
	LOAD_OPTION_DURATION,
	LOAD_OPTION_RATE,
	LOAD_OPTION_SEED,
	LOAD_OPTION_BENCH,
	LOAD_OPTION_WAIT,
	LOAD_OPTION_PAUSE,
	LOAD_OPTION_HOLD,
	LOAD_OPTION_CPU,
	LOAD_OPTION_BRIEF,
	LOAD_OPTION_QUIET,
	LOAD_OPTION_HELP,
	LOAD_OPTION_VERSION,
	LOAD_OPTION_ROWS,
};
#define LOAD_USES(row) (1ull << LOAD_OPTION_##row)

enum { LOAD_CPU_ANY = -1 };

/* --end: what becomes of the requests of `stall`. */
enum load_end { LOAD_END_OPEN, LOAD_END_ANSWER, LOAD_END_CANCEL };
/* --kind: what `multishot` does. */
enum load_kind { LOAD_KIND_ALL, LOAD_KIND_POLL, LOAD_KIND_ACCEPT, LOAD_KIND_RECV };

/* --via: by which interface the requests go. The first that a system has is its default. */
enum load_via {
	LOAD_VIA_IO_URING,
	LOAD_VIA_IOCP,
	LOAD_VIA_EVENT,
	LOAD_VIA_APC,
	LOAD_VIA_SCATTER,
	LOAD_VIA_SYNC,
	LOAD_VIA_IORING,
	LOAD_VIA_RIO,
	LOAD_VIA_THREADS,
	LOAD_VIA_LIBAIO,
	LOAD_VIAS,
};

/* All numbers are 64 bits wide, so that one table can describe them. */
struct load_options {
	const struct load_workload *workload;
	uint64_t given; /* LOAD_USES() of every option that was given */
	uint64_t depth; /* units in flight at most */
	uint64_t batch; /* units handed over, and completions awaited, at a time */
	uint64_t size_bytes;
	const char *file; /* NULL: a file of its own */
	uint64_t file_size_bytes;
	uint64_t overwrite;
	uint64_t direct;
	uint64_t random;
	uint64_t sequential;
	uint64_t fixed_files;
	uint64_t fixed_buffers;
	uint64_t sqpoll_idle_ns; /* meaningful when SQPOLL was given */
	uint64_t sq_cpu;
	uint64_t cq_entries; /* 0: as the kernel likes, twice the SQ */
	uint64_t setup_flags;
	uint64_t async;
	uint64_t provided;
	uint64_t links;
	uint64_t break_member; /* 1 … links; 0: none */
	uint64_t reads_percent;
	uint64_t every;
	uint64_t interval_ns;
	uint64_t kind;	  /* enum load_kind */
	uint64_t end;	  /* enum load_end */
	const char *only; /* names separated by commas; NULL: all */
	uint64_t rings;
	uint64_t times;
	uint64_t via; /* enum load_via */
	uint64_t skip_success;
	uint64_t shared;
	uint64_t threads;
	uint64_t count;	      /* units each thread does; UINT64_MAX: no limit */
	uint64_t duration_ns; /* 0: no limit */
	uint64_t rate;	      /* units a second and thread; 0: as fast as it goes */
	uint64_t seed;
	uint64_t bench;
	uint64_t wait_ns;
	uint64_t pause_ns;
	uint64_t hold_ns;
	uint64_t cpu;
	uint64_t brief;
	uint64_t quiet;
	uint64_t help;
	uint64_t version;
};

static inline bool load_options_given(const struct load_options *opt, enum load_option_id id)
{
	return opt->given >> id & 1;
}

/* The rows that exist on this system, and those of them that every workload takes. */
extern const uint64_t load_options_here;
extern const uint64_t load_options_always;
/* 1 << enum load_via of those that exist on this system. */
extern const uint64_t load_vias_here;

/* Reads the arguments (without the program's name). Returns 0 or -EINVAL with the sentence. */
int load_options_parse(struct load_options *opt, int count, char **words, struct load_error *why);

/* What this system forbids beyond the table: -EINVAL with the sentence. workloads_<system>.c. */
int load_options_check_here(const struct load_options *opt, struct load_error *why);

/* The name of an option, without its dashes. */
const char *load_options_name(enum load_option_id id);

/* The words of --via for those of a set of 1 << enum load_via that this system has. Returns `text`,
 * which has LOAD_VIA_TEXT_BYTES. */
enum { LOAD_VIA_TEXT_BYTES = 80 };
const char *load_options_via(uint64_t vias, const char *between, char *text);

/* Help for one workload, or, with NULL, for all of them. */
void load_options_help(FILE *out, const struct load_workload *workload);

#endif

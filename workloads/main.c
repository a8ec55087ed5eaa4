/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * ringload: known asynchronous I/O with printed truth, to test and to learn tracers with. It knows
 * nothing of ringlens, so that what it says is evidence.
 *
 * The road: options.c reads the command line, run.c walks one workload through it, workload_*.c do
 * the I/O through ring.c, truth.c prints the books. Only this file prints errors and decides the
 * exit status.
 */
#include "workloads/main.h"

#include <stdio.h>

#include "workloads/options.h"
#include "workloads/stop.h"
#include "workloads/workload.h"

static int complain(const struct load_error *why, enum load_exit status)
{
	fflush(stdout);
	fprintf(stderr, "ringload: %s\n", why->text);
	return status;
}

int load_main(int argc, char **argv)
{
	struct load_options opt;
	struct load_error why = { 0 };
	enum load_exit status;

	if (load_options_parse(&opt, argc - 1, argv + 1, &why))
		return complain(&why, LOAD_EXIT_USAGE);
	if (opt.help) {
		load_options_help(stdout, opt.workload);
		return LOAD_EXIT_OK;
	}
	if (opt.version) {
		printf("ringload %s\n", RINGLENS_VERSION);
		return LOAD_EXIT_OK;
	}
	load_stop_listen();
	status = load_run(&opt, &why);
	return status == LOAD_EXIT_OK ? LOAD_EXIT_OK : complain(&why, status);
}

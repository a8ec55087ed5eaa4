/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* What ringload has on Windows: options, what they want of each other, and the table of workloads.
 */
#include "workloads/workload.h"

#include <errno.h>
#include <stddef.h>

#include "workloads/pages.h"

enum { WAIT_HANDLES_MAX = 64 }; /* MAXIMUM_WAIT_OBJECTS */

const uint64_t load_options_here =
	~(LOAD_USES(SQPOLL) | LOAD_USES(SQ_CPU) | LOAD_USES(CQ) | LOAD_USES(SETUP) |
	  LOAD_USES(ASYNC) | LOAD_USES(PROVIDED) | LOAD_USES(LINKS) | LOAD_USES(BREAK) |
	  LOAD_USES(INTERVAL) | LOAD_USES(KIND) | LOAD_USES(ONLY) | LOAD_USES(RINGS) |
	  LOAD_USES(TIMES));
const uint64_t load_vias_here = 1u << LOAD_VIA_IOCP | 1u << LOAD_VIA_EVENT | 1u << LOAD_VIA_APC |
				1u << LOAD_VIA_SCATTER | 1u << LOAD_VIA_SYNC |
				1u << LOAD_VIA_IORING | 1u << LOAD_VIA_RIO;
const uint64_t load_options_always = LOAD_USES(WAIT) | LOAD_USES(PAUSE) | LOAD_USES(HOLD) |
				     LOAD_USES(CPU) | LOAD_USES(BRIEF) | LOAD_USES(QUIET) |
				     LOAD_USES(HELP) | LOAD_USES(VERSION) | LOAD_USES(THREADS) |
				     LOAD_USES(DURATION);

static int only_with(const struct load_options *opt, enum load_option_id id, bool fits,
		     const char *sentence, struct load_error *why)
{
	return load_options_given(opt, id) && !fits ? load_fail(why, -EINVAL, "%s", sentence) : 0;
}

int load_options_check_here(const struct load_options *opt, struct load_error *why)
{
	bool iocp = opt->via == LOAD_VIA_IOCP || opt->via == LOAD_VIA_SCATTER;
	bool ioring = opt->via == LOAD_VIA_IORING;
	int err;

	if (opt->via == LOAD_VIA_EVENT && opt->depth > WAIT_HANDLES_MAX)
		return load_fail(why, -EINVAL,
				 "--via event waits for at most %d events: --depth %llu is more",
				 WAIT_HANDLES_MAX, (unsigned long long)opt->depth);
	if (opt->via == LOAD_VIA_SCATTER && opt->size_bytes % LOAD_PAGE_BYTES)
		return load_fail(why, -EINVAL, "--via scatter wants --size in pages of %d bytes",
				 LOAD_PAGE_BYTES);
	err = only_with(opt, LOAD_OPTION_SKIP_SUCCESS, iocp,
			"--skip-success has a meaning only with --via iocp or scatter", why);
	if (!err)
		err = only_with(opt, LOAD_OPTION_SHARED, iocp,
				"--shared has a meaning only with --via iocp or scatter", why);
	if (!err)
		err = only_with(opt, LOAD_OPTION_SHARED, !opt->rate, "--shared or --rate, not both",
				why);
	if (!err)
		err = only_with(opt, LOAD_OPTION_FIXED_FILES, ioring,
				"--fixed-files has a meaning only with --via ioring", why);
	if (!err)
		err = only_with(opt, LOAD_OPTION_FIXED_BUFFERS, ioring,
				"--fixed-buffers has a meaning only with --via ioring", why);
	return err;
}

extern const struct load_workload load_workload_nop, load_workload_read, load_workload_write,
	load_workload_mixed, load_workload_fsync, load_workload_echo, load_workload_stall;

const struct load_workload *const load_workloads[] = {
	&load_workload_nop,   &load_workload_read, &load_workload_write, &load_workload_mixed,
	&load_workload_fsync, &load_workload_echo, &load_workload_stall, NULL,
};

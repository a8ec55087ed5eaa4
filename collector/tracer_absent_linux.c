/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Stands for bpf/ where it was not built (no clang, bpftool or libbpf at build time, or no Linux):
 * whatever needs the kernel fails with one sentence, and everything that reads recordings works.
 */
#include <errno.h>

#include "bpf/tracer.h"

static int absent(struct ev_error *why)
{
	return ev_fail(why, -ENOTSUP,
		       "this build cannot trace: it was made without clang, bpftool or libbpf; it "
		       "reads recordings only");
}

int tracer_new(struct tracer **ret_tracer, const struct tracer_options *options,
	       struct ev_error *why)
{
	(void)ret_tracer;
	(void)options;
	return absent(why);
}

int tracer_start(struct tracer *tracer, struct ev_error *why)
{
	(void)tracer;
	return absent(why);
}

void tracer_stop(struct tracer *tracer)
{
	(void)tracer;
}

void tracer_free(struct tracer *tracer)
{
	(void)tracer;
}

int tracer_drain(struct tracer *tracer, size_t budget, tracer_event_fn event, void *arg,
		 struct ev_error *why)
{
	(void)tracer;
	(void)budget;
	(void)event;
	(void)arg;
	return absent(why);
}

int tracer_snapshot(struct tracer *tracer, size_t open_count, tracer_event_fn event, void *arg,
		    struct ev_error *why)
{
	(void)tracer;
	(void)open_count;
	(void)event;
	(void)arg;
	return absent(why);
}

void tracer_keep_slow(struct tracer *tracer, uint32_t per_interval)
{
	(void)tracer;
	(void)per_interval;
}

int tracer_detail(struct tracer *tracer, uint32_t queue, int on)
{
	(void)tracer;
	(void)queue;
	(void)on;
	return -ENOTSUP;
}

int tracer_reconcile(struct tracer *tracer, struct ev_error *why)
{
	(void)tracer;
	return absent(why);
}

int tracer_check(struct tracer_feature *features, size_t feature_max, struct ev_error *why)
{
	(void)features;
	(void)feature_max;
	return absent(why);
}

int tracer_list(struct tracer_ring **ret_rings, size_t *ret_count, struct ev_error *why)
{
	(void)ret_rings;
	(void)ret_count;
	return absent(why);
}

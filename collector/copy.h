/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef COLLECTOR_COPY_H
#define COLLECTOR_COPY_H
/*
 * A recording of any format that is read (Windows ETL, text form) as a ringlens trace. The screen,
 * which reads only these, starts it for all others.
 */
#include "event/error.h"
#include "event/writer.h"

struct copy_options {
	const char *input;  /* "-": standard input */
	const char *output; /* "-": standard output */
	enum ev_codec codec;
};

int copy_run(const struct copy_options *options, struct ev_error *why);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef COLLECTOR_TRACE_LINE_H
#define COLLECTOR_TRACE_LINE_H
/*
 * One event as one line of `ringlens trace`:
 *
 *     14:02:05.123456 fio[4242] ring:5 READ(3</x>, off=0, len=4096) = 4096 <12.3us inline>
 */
#include <stddef.h>

#include "event/record.h"
#include "model/model.h"

enum { TRACE_LINE_BYTES = 4096 };

/* The model must have seen the event. Returns the length, without a newline; 0 for events that are
 * not worth a line. */
size_t trace_line(char line[TRACE_LINE_BYTES], const struct model *model,
		  const struct ev_header *event, int colour);

#endif

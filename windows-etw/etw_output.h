/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WINDOWS_ETW_OUTPUT_H
#define WINDOWS_ETW_OUTPUT_H
/*
 * Our events between the decoder, which makes any number of them from one Windows event, and who
 * takes them. They stay a while, because some facts come late: on which disk a command was that was
 * already under way when another one started is only said when it ends. An event that is still
 * here can be amended.
 */
#include <stddef.h>
#include <stdint.h>

#include "event/record.h"

struct etw_output {
	uint8_t *bytes;
	size_t room;
	size_t first;	/* of the oldest event */
	size_t end;	/* of the newest */
	uint64_t taken; /* position of `first`: bytes ever taken before it */
	uint64_t now_ns;
	int failed; /* no memory: an event is missing */
};

void etw_output_init(struct etw_output *output);
void etw_output_done(struct etw_output *output);

/* Adds an event with a variable part; sets its size and sees to it that time does not go back.
 * Returns its position. */
uint64_t etw_output_add(struct etw_output *output, const struct ev_header *event,
			size_t event_bytes, const void *tail, size_t tail_bytes);
/* The event at a position, NULL when it was taken. */
struct ev_header *etw_output_at(struct etw_output *output, uint64_t position);
size_t etw_output_held_bytes(const struct etw_output *output);
/* The oldest event, valid until the next is added; NULL: there is none. */
const struct ev_header *etw_output_take(struct etw_output *output);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef TESTS_UNIT_EVENT_RANDOM_H
#define TESTS_UNIT_EVENT_RANDOM_H
/* Random events of every kind, the same on every machine: what the text form and the trace file
 * must both give back. Needs cmocka.h before it. */
#include <string.h>

#include "event/kinds.h"

static uint64_t event_random_state = 1;

static inline uint64_t random_u64(void)
{
	event_random_state ^= event_random_state << 13;
	event_random_state ^= event_random_state >> 7;
	event_random_state ^= event_random_state << 17;
	return event_random_state;
}

/* Fills `event` (EV_EVENT_BYTES_MAX bytes): every field that is not reserved is zero, small or
 * anything; the variable part is up to `tail_max` bytes. */
static inline void random_event(struct ev_header *event, uint16_t kind_id, size_t tail_max)
{
	const struct ev_kind *kind = ev_kind(kind_id);
	size_t tail = kind->tail ? random_u64() % (tail_max + 1) : 0;

	memset(event, 0, kind->size_bytes);
	for (uint16_t i = 0; i < kind->field_count; i++) {
		uint64_t how = random_u64() % 4;

		if (how)
			ev_field_set(&kind->fields[i], event,
				     random_u64() >> (how == 1 ? 60 : random_u64() % 64));
	}
	for (size_t i = 0; i < tail; i++)
		((char *)event)[kind->size_bytes + i] =
			(char)(random_u64() % 3 ? 'a' + random_u64() % 26 : random_u64());
	event->kind = kind_id;
	event->size_bytes = (uint16_t)(kind->size_bytes + tail);
}

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Feeding a ring. One turn: queue up to a batch, enter once (which submits and, if nothing more
 * fits in flight, waits for a batch of completions), reap. With batch = depth this is the fastest
 * way to drive a ring: one system call a batch.
 *
 * Pacing counts from the start, not from the last batch, so that a late batch is caught up and the
 * mean rate is the one asked for.
 */
#include "workloads/pump.h"

#include "workloads/clock.h"

struct pace {
	uint64_t rate; /* 0: none */
	uint64_t start_ns;
	uint64_t started;
};

static uint64_t due_time(const struct pace *pace, uint64_t unit)
{
	return pace->start_ns + (uint64_t)((unsigned __int128)unit * 1000000000u / pace->rate);
}

/* How many units may start now. */
static uint64_t due_count(const struct pace *pace)
{
	uint64_t elapsed_ns, due;

	if (!pace->rate)
		return UINT64_MAX;
	elapsed_ns = load_clock_ns() - pace->start_ns;
	due = (uint64_t)((unsigned __int128)elapsed_ns * pace->rate / 1000000000u) + 1;
	return due > pace->started ? due - pace->started : 0;
}

static uint64_t smallest(uint64_t a, uint64_t b, uint64_t c)
{
	uint64_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* How many units fit beside those in flight. */
static uint64_t room_units(const struct load_pump *pump)
{
	uint64_t depth_requests = pump->run->opt->depth * pump->unit_requests;
	uint64_t room = load_ring_room(pump->ring);

	if (pump->ring->in_flight >= depth_requests)
		return 0;
	if (room > depth_requests - pump->ring->in_flight)
		room = depth_requests - pump->ring->in_flight;
	return room / pump->unit_requests;
}

static uint64_t feed(struct load_pump *pump, struct pace *pace, uint64_t left)
{
	uint64_t units = smallest(pump->run->opt->batch, left, room_units(pump));

	units = smallest(units, due_count(pace), UINT64_MAX);
	for (uint64_t i = 0; i < units; i++)
		pump->next(pump->state);
	pace->started += units;
	return units;
}

/* Submits, and waits when there is a reason to: nothing more fits, or nothing more is due. */
static int turn(struct load_pump *pump, const struct pace *pace, uint64_t fed,
		struct load_error *why)
{
	uint64_t now_ns, next_ns, in_flight_units;
	int err = 0;

	in_flight_units = pump->ring->in_flight / pump->unit_requests;
	if (!room_units(pump)) {
		err = load_ring_enter(pump->ring,
				      (uint32_t)smallest(pump->run->opt->batch,
							 in_flight_units ? in_flight_units : 1,
							 UINT64_MAX),
				      why);
	} else if (fed || !pace->rate) {
		err = load_ring_enter(pump->ring, 0, why);
	} else {
		now_ns = load_clock_ns();
		next_ns = due_time(pace, pace->started);
		if (!pump->ring->in_flight)
			load_clock_sleep_until(next_ns < pump->run->deadline_ns
						       ? next_ns
						       : pump->run->deadline_ns);
		else if (next_ns > now_ns)
			err = load_ring_enter_for(pump->ring, 1, next_ns - now_ns, why);
	}
	if (!err)
		load_ring_reap(pump->ring);
	return err;
}

int load_pump_run(struct load_pump *pump, struct load_error *why)
{
	struct pace pace = { .rate = pump->run->opt->rate, .start_ns = load_clock_ns() };
	uint64_t left = pump->count;
	int err = 0;

	while (left && !err && !load_run_over(pump->run) && !pump->ring->foreign) {
		uint64_t fed = feed(pump, &pace, left);

		left -= fed;
		err = turn(pump, &pace, fed, why);
	}
	pump->run->units_done += pump->count - left;
	return err ? err : load_ring_drain(pump->ring, why);
}

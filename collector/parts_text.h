/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef COLLECTOR_PARTS_TEXT_H
#define COLLECTOR_PARTS_TEXT_H
/*
 * A time and what it is made of: "12.4us" and "queue 3.1 block 0.4 device 8.2 post 0.7".
 */
#include <stddef.h>
#include <stdint.h>

#include "collector/phrase.h"

struct part_text {
	const char *name;
	uint64_t time_ns;
};

/* The parts in the unit and with the decimals in which event/units.h prints their sum, rounded so
 * that the numbers shown add up to the number shown for it. Parts that come out as 0 are left out;
 * nothing is added when all of the time is in the part named `usual`, which goes without saying. */
void parts_text_add(struct phrase *phrase, const char *before, const struct part_text *parts,
		    size_t count, const char *usual);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Parts of a time, rounded together: each is cut down to the last digit that is shown, and what is
 * then missing from the whole goes, a digit at a time, to those that lost most. So a reader who
 * adds up the parts gets the whole, to the last digit.
 */
#include "collector/parts_text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "event/record.h"
#include "event/units.h"

enum { PARTS_MAX = 16 };

/* How a time is printed: `digits` of `step_ns` each, with the last `decimals` behind the point. */
struct scale {
	uint64_t step_ns;
	uint64_t digits;
	int decimals;
};

static uint64_t unit_ns(const char *unit)
{
	return !strcmp(unit, "ns")   ? 1
	       : !strcmp(unit, "us") ? 1000
	       : !strcmp(unit, "ms") ? 1000000
	       : !strcmp(unit, "s")  ? 1000000000
				     : 0;
}

/* 0: it is printed in a form that has no single unit ("2m03s"). */
static int scale_of(uint64_t time_ns, struct scale *ret_scale)
{
	char text[EV_UNITS_TEXT_BYTES], *end;
	const char *point;

	ev_units_time(text, time_ns);
	*ret_scale = (struct scale){ .digits = strtoull(text, &end, 10) };
	point = *end == '.' ? end : NULL;
	if (point) {
		char *rest;
		uint64_t fraction = strtoull(point + 1, &rest, 10);

		ret_scale->decimals = (int)(rest - point - 1);
		for (int i = 0; i < ret_scale->decimals; i++)
			ret_scale->digits *= 10;
		ret_scale->digits += fraction;
		end = rest;
	}
	ret_scale->step_ns = unit_ns(end);
	for (int i = 0; i < ret_scale->decimals; i++)
		ret_scale->step_ns /= 10;
	return ret_scale->step_ns != 0;
}

/* The part that lost most by being cut down and has got nothing back yet. */
static size_t most_cut(const struct part_text *parts, size_t count, const struct scale *scale,
		       const uint8_t *given)
{
	size_t most = count;

	for (size_t i = 0; i < count; i++)
		if (!given[i] && (most == count || parts[i].time_ns % scale->step_ns >
							   parts[most].time_ns % scale->step_ns))
			most = i;
	return most;
}

static void round_parts(const struct part_text *parts, size_t count, const struct scale *scale,
			uint64_t *digits)
{
	uint8_t given[PARTS_MAX] = { 0 };
	uint64_t sum = 0;

	for (size_t i = 0; i < count; i++) {
		digits[i] = parts[i].time_ns / scale->step_ns;
		sum += digits[i];
	}
	while (sum < scale->digits) {
		size_t most = most_cut(parts, count, scale, given);

		if (most == count)
			return;
		given[most] = 1;
		digits[most]++;
		sum++;
	}
}

static void add_digits(struct phrase *phrase, uint64_t digits, int decimals)
{
	uint64_t factor = decimals == 2 ? 100 : decimals == 1 ? 10 : 1;

	if (decimals)
		phrase_add(phrase, "%" PRIu64 ".%0*" PRIu64, digits / factor, decimals,
			   digits % factor);
	else
		phrase_add(phrase, "%" PRIu64, digits);
}

void parts_text_add(struct phrase *phrase, const char *before, const struct part_text *parts,
		    size_t count, const char *usual)
{
	char text[EV_UNITS_TEXT_BYTES];
	uint64_t digits[PARTS_MAX];
	struct scale scale;
	uint64_t whole_ns = 0;
	int scaled, unusual = 0;

	for (size_t i = 0; i < count && i < PARTS_MAX; i++)
		whole_ns += parts[i].time_ns;
	scaled = scale_of(whole_ns, &scale);
	if (scaled)
		round_parts(parts, count, &scale, digits);
	for (size_t i = 0; i < count; i++)
		unusual |= (scaled ? digits[i] != 0 : parts[i].time_ns != 0) &&
			   strcmp(parts[i].name, usual) != 0;
	if (!unusual)
		return;
	phrase_add(phrase, "%s", before);
	for (size_t i = 0; i < count; i++) {
		if (scaled ? !digits[i] : !parts[i].time_ns)
			continue;
		phrase_add(phrase, " %s ", parts[i].name);
		if (scaled)
			add_digits(phrase, digits[i], scale.decimals);
		else
			phrase_add(phrase, "%s", ev_units_time(text, parts[i].time_ns));
	}
}

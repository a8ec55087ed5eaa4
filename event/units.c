/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Three significant digits, integer arithmetic only: a value is first scaled to thousandths of a
 * unit and rounded there, so that 999 600 ns becomes "1.00ms" and never "1000us". Parsing keeps
 * fractions exact in the same way (1.5ms is 1 500 000 ns, not what a double makes of it).
 */
#include "event/units.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct unit {
	const char *name;
	uint64_t size;
};

/* Each unit is used from its own size on; the last row ends the table. */
static const struct unit time_units[] = {
	{ "ns", 1 }, { "us", 1000 }, { "ms", 1000000 }, { "s", 1000000000 }, { NULL, 0 },
};
static const struct unit count_units[] = {
	{ "", 1 },
	{ "k", 1000 },
	{ "M", 1000000 },
	{ "G", 1000000000 },
	{ "T", 1000000000000 },
	{ "P", 1000000000000000 },
	{ "E", 1000000000000000000 },
	{ NULL, 0 },
};
static const struct unit size_units[] = {
	{ "", 1 },
	{ "Ki", UINT64_C(1) << 10 },
	{ "Mi", UINT64_C(1) << 20 },
	{ "Gi", UINT64_C(1) << 30 },
	{ "Ti", UINT64_C(1) << 40 },
	{ "Pi", UINT64_C(1) << 50 },
	{ "Ei", UINT64_C(1) << 60 },
	{ NULL, 0 },
};

/* `value` in hundredths, tenths or whole units (decimals 2, 1, 0), rounded to nearest. */
static uint64_t scale(uint64_t value, uint64_t unit, int decimals)
{
	uint64_t whole = value / unit;
	uint64_t rest = value % unit;
	uint64_t factor = decimals == 2 ? 100 : decimals == 1 ? 10 : 1;

	/* unit is at most 2^60: the rest is shortened first so that the product fits. */
	if (unit >= UINT64_C(1) << 50) {
		rest >>= 10;
		unit >>= 10;
	}
	return whole * factor + (rest * factor + unit / 2) / unit;
}

/* Prints with three digits; returns 0 when rounding carried the value into the next unit. */
static int print_scaled(char *text, uint64_t value, const struct unit *unit, uint64_t limit)
{
	uint64_t scaled = scale(value, unit->size, 2);

	if (scaled < 1000) {
		snprintf(text, EV_UNITS_TEXT_BYTES, "%" PRIu64 ".%02" PRIu64 "%s", scaled / 100,
			 scaled % 100, unit->name);
		return 1;
	}
	scaled = scale(value, unit->size, 1);
	if (scaled < 1000) {
		snprintf(text, EV_UNITS_TEXT_BYTES, "%" PRIu64 ".%" PRIu64 "%s", scaled / 10,
			 scaled % 10, unit->name);
		return 1;
	}
	scaled = scale(value, unit->size, 0);
	snprintf(text, EV_UNITS_TEXT_BYTES, "%" PRIu64 "%s", scaled, unit->name);
	return scaled < limit;
}

static const char *print_units(char *text, uint64_t value, const struct unit *units, uint64_t limit)
{
	const struct unit *unit = units;

	if (value < limit) {
		snprintf(text, EV_UNITS_TEXT_BYTES, "%" PRIu64 "%s", value,
			 value ? unit->name : "");
		return text;
	}
	while (unit[1].name && value >= unit[1].size)
		unit++;
	if (!print_scaled(text, value, unit, limit) && unit[1].name)
		print_scaled(text, unit[1].size, unit + 1, limit);
	return text;
}

const char *ev_units_time(char text[EV_UNITS_TEXT_BYTES], uint64_t ns)
{
	uint64_t s = ns / 1000000000 + (ns % 1000000000 >= 500000000);

	if (s < 100)
		return print_units(text, ns, time_units, 1000);
	if (s < 100 * 60)
		snprintf(text, EV_UNITS_TEXT_BYTES, "%" PRIu64 "m%02" PRIu64 "s", s / 60, s % 60);
	else if (s < UINT64_C(100) * 3600)
		snprintf(text, EV_UNITS_TEXT_BYTES, "%" PRIu64 "h%02" PRIu64 "m", s / 3600,
			 s / 60 % 60);
	else
		snprintf(text, EV_UNITS_TEXT_BYTES, "%" PRIu64 "d", s / 86400);
	return text;
}

const char *ev_units_size(char text[EV_UNITS_TEXT_BYTES], uint64_t bytes)
{
	return print_units(text, bytes, size_units, 1024);
}

const char *ev_units_count(char text[EV_UNITS_TEXT_BYTES], uint64_t count)
{
	if (count < 100000) {
		snprintf(text, EV_UNITS_TEXT_BYTES, "%" PRIu64, count);
		return text;
	}
	return print_units(text, count, count_units, 1000);
}

static const struct unit parse_times[] = {
	{ "ns", 1 },
	{ "us", 1000 },
	{ "\xc2\xb5s", 1000 }, /* µs */
	{ "ms", 1000000 },
	{ "s", 1000000000 },
	{ "m", UINT64_C(60) * 1000000000 },
	{ "h", UINT64_C(3600) * 1000000000 },
	{ NULL, 0 },
};
static const struct unit parse_sizes[] = {
	{ "", 1 },
	{ "B", 1 },
	{ "K", UINT64_C(1) << 10 },
	{ "Ki", UINT64_C(1) << 10 },
	{ "KiB", UINT64_C(1) << 10 },
	{ "k", UINT64_C(1) << 10 },
	{ "M", UINT64_C(1) << 20 },
	{ "Mi", UINT64_C(1) << 20 },
	{ "MiB", UINT64_C(1) << 20 },
	{ "G", UINT64_C(1) << 30 },
	{ "Gi", UINT64_C(1) << 30 },
	{ "GiB", UINT64_C(1) << 30 },
	{ NULL, 0 },
};

/* Reads "123" or "123.456" as `whole` and a fraction of `divisor`; returns what follows. */
static const char *parse_number(const char *text, uint64_t *ret_whole, uint64_t *ret_fraction,
				uint64_t *ret_divisor)
{
	uint64_t whole = 0, fraction = 0, divisor = 1;

	if (!isdigit((unsigned char)*text))
		return NULL;
	for (; isdigit((unsigned char)*text); text++)
		if (__builtin_mul_overflow(whole, 10, &whole) ||
		    __builtin_add_overflow(whole, (uint64_t)(*text - '0'), &whole))
			whole = UINT64_MAX;
	if (*text == '.' && isdigit((unsigned char)text[1]))
		for (text++; isdigit((unsigned char)*text); text++)
			if (divisor < 1000000) {
				fraction = fraction * 10 + (uint64_t)(*text - '0');
				divisor *= 10;
			}
	*ret_whole = whole;
	*ret_fraction = fraction;
	*ret_divisor = divisor;
	return text;
}

static int parse_units(const char *text, const struct unit *units, int zero_alone, uint64_t *ret)
{
	uint64_t whole, fraction, divisor, part, value;
	const char *rest = parse_number(text, &whole, &fraction, &divisor);

	if (!rest)
		return -EINVAL;
	if (zero_alone && *rest == '\0' && whole == 0 && fraction == 0) {
		*ret = 0;
		return 0;
	}
	while (units->name && strcmp(units->name, rest) != 0)
		units++;
	if (!units->name)
		return -EINVAL;
	part = units->size / divisor * fraction + units->size % divisor * fraction / divisor;
	/* Half the range, so that callers can add two such values. */
	if (__builtin_mul_overflow(whole, units->size, &value) ||
	    __builtin_add_overflow(value, part, &value) || value > INT64_MAX)
		return -ERANGE;
	*ret = value;
	return 0;
}

int ev_units_parse_time(const char *text, uint64_t *ret_ns)
{
	return parse_units(text, parse_times, 1, ret_ns);
}

int ev_units_parse_size(const char *text, uint64_t *ret_bytes)
{
	return parse_units(text, parse_sizes, 1, ret_bytes);
}

/* Not octal: 010 is ten to people. */
int ev_units_parse_number(const char *text, uint64_t max, uint64_t *ret_number,
			  const char **ret_rest)
{
	int base = text[0] == '0' && (text[1] | 32) == 'x' ? 16 : 10;
	unsigned long long number;
	char *rest;

	if (!isdigit((unsigned char)*text))
		return -EINVAL;
	errno = 0;
	number = strtoull(text, &rest, base);
	if (errno || number > max)
		return -EINVAL;
	*ret_number = number;
	*ret_rest = rest;
	return 0;
}

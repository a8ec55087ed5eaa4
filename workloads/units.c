/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Numbers with units. A value is digits, at most one decimal point, and a unit from a table; no
 * sign, no exponent, no blanks. Fractions are computed in integers, so "0.1s" is exactly
 * 100000000 ns, and digits beyond the unit's resolution are refused rather than rounded.
 */
#include "workloads/units.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

struct unit {
	const char *name;
	uint64_t factor;
};

static const struct unit plain_units[] = { { "", 1 }, { NULL, 0 } };

static const struct unit size_units[] = {
	{ "", 1 },	     { "b", 1 },
	{ "k", 1ull << 10 }, { "kib", 1ull << 10 },
	{ "m", 1ull << 20 }, { "mib", 1ull << 20 },
	{ "g", 1ull << 30 }, { "gib", 1ull << 30 },
	{ "t", 1ull << 40 }, { "tib", 1ull << 40 },
	{ NULL, 0 },
};

static const struct unit time_units[] = {
	{ "", 1000000000ull },	   { "ns", 1 },
	{ "us", 1000ull },	   { "ms", 1000000ull },
	{ "s", 1000000000ull },	   { "min", 60000000000ull },
	{ "h", 3600000000000ull }, { NULL, 0 },
};

static const struct unit *find_unit(const struct unit *units, const char *name)
{
	for (; units->name; units++)
		if (!strcasecmp(units->name, name))
			return units;
	return NULL;
}

/* Reads digits into *value; returns how many there were, or -ERANGE. */
static int read_digits(const char *text, uint64_t *value)
{
	int count = 0;

	for (*value = 0; isdigit((unsigned char)text[count]); count++) {
		uint64_t digit = (uint64_t)(text[count] - '0');

		if (*value > (UINT64_MAX - digit) / 10)
			return -ERANGE;
		*value = *value * 10 + digit;
	}
	return count;
}

/* `digits` behind the decimal point, worth value/10^digits units of `factor`; -EINVAL if that is no
 * whole number. */
static int fraction_part(uint64_t value, int digits, uint64_t factor, uint64_t *ret_part)
{
	unsigned __int128 product = (unsigned __int128)value * factor;

	for (; digits; digits--) {
		if (product % 10)
			return -EINVAL;
		product /= 10;
	}
	*ret_part = (uint64_t)product;
	return 0;
}

static int read_value(const struct unit *units, const char *text, uint64_t *ret_value)
{
	uint64_t whole, fraction = 0, part = 0;
	const struct unit *unit;
	int fraction_digits = 0;
	int digits = read_digits(text, &whole);

	if (digits <= 0)
		return digits ? digits : -EINVAL;
	text += digits;
	if (*text == '.') {
		fraction_digits = read_digits(text + 1, &fraction);
		if (fraction_digits <= 0)
			return -EINVAL;
		text += 1 + fraction_digits;
	}
	unit = find_unit(units, text);
	if (!unit)
		return -EINVAL;
	if (fraction_part(fraction, fraction_digits, unit->factor, &part))
		return -EINVAL;
	if (whole > (UINT64_MAX - part) / unit->factor)
		return -ERANGE;
	*ret_value = whole * unit->factor + part;
	return 0;
}

int load_units_number(const char *text, uint64_t *ret_value)
{
	return read_value(plain_units, text, ret_value);
}

int load_units_size(const char *text, uint64_t *ret_bytes)
{
	return read_value(size_units, text, ret_bytes);
}

int load_units_time(const char *text, uint64_t *ret_ns)
{
	return read_value(time_units, text, ret_ns);
}

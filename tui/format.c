/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Numbers for a screen. A screen is read in columns, so each kind of number has a widest form and
 * keeps to it. A share is never rounded to a lie: 0 % and 100 % mean none and all.
 */
#include "tui/format.h"

#include <stdio.h>

struct tui_text tui_format_ns(uint64_t ns)
{
	struct tui_text text;

	ev_units_time(text.text, ns);
	return text;
}

struct tui_text tui_format_count(uint64_t count)
{
	struct tui_text text;

	ev_units_count(text.text, count);
	return text;
}

struct tui_text tui_format_bytes(uint64_t bytes)
{
	struct tui_text text;

	ev_units_size(text.text, bytes);
	return text;
}

struct tui_text tui_format_share(uint64_t part, uint64_t whole)
{
	struct tui_text text;
	double percent = whole ? 100.0 * (double)part / (double)whole : 0;

	if (whole == 0)
		snprintf(text.text, sizeof(text.text), "-");
	else if (part != 0 && percent < 1)
		snprintf(text.text, sizeof(text.text), "<1%%");
	else if (part < whole && percent > 99)
		snprintf(text.text, sizeof(text.text), ">99%%");
	else
		snprintf(text.text, sizeof(text.text), "%.0f%%", percent);
	return text;
}

struct tui_text tui_format_clock(uint64_t ns)
{
	struct tui_text text;
	unsigned long long tenths = ns / 100000000;

	snprintf(text.text, sizeof(text.text), "%02llu:%02llu:%02llu.%llu", tenths / 36000,
		 tenths / 600 % 60, tenths / 10 % 60, tenths % 10);
	return text;
}
